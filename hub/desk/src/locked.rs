//! What a locked organization's own people and systems still get: the directory, which locks bind them, and the ways to
//! lock and to open. Everything else is refused by name, before any key is missed. What others get of its subjects is
//! custody's to say, and is nothing.

use sangam_language::{Caller, Cell, Change, ErrorCode, NoticeChange, Page, PageAsk, PortFault};
use sangam_store::LockRow;
use sangam_vocabulary::{Code, Instant, LockId, OrganizationId};
use sangam_workflow::lock::Unit;

use crate::explain::bare;
use crate::hub::{Desk, DeskFault};
use crate::ids::Prefix;

/// Whether a root field is read from a locked organization: whoever is to help has to be found, and an agreement that
/// somebody stops.
fn reads_on(field: &str) -> bool {
    matches!(
        field,
        "locks"
            | "organization"
            | "organizations"
            | "people"
            | "me"
            | "agreement"
            | "agreements"
            | "notices"
            | "noticeSettings"
    )
}

/// Whether a change is made from a locked organization.
const fn goes_on(change: &Change) -> bool {
    match change {
        Change::LockOrganization | Change::LockCountry(_) | Change::ReleaseLock(_) => true,
        // Whose account was stolen may be why the subjects are locked.
        Change::SuspendPerson(_) => true,
        // To stop what is shared is to close.
        Change::SuspendAgreement(_) | Change::EndAgreement(_) => true,
        // That something waits was read; it is about nobody.
        Change::Notices(NoticeChange::See(_)) => true,
        Change::Notices(_)
        | Change::SetAnswerContact(_)
        | Change::SetListing(_)
        | Change::ResendAnswerLink(_)
        | Change::SendReferral(_)
        | Change::DraftReferral(_)
        | Change::StepReferral(_)
        | Change::AnswerServices(_)
        | Change::SendMessage(_)
        | Change::RequestRepatriation(_)
        | Change::NoteRepatriation(_)
        | Change::StepRepatriation(_)
        | Change::WithdrawRepatriation(_)
        | Change::GiveConsent(_)
        | Change::WithdrawConsent(_)
        | Change::NarrowConsent(_)
        | Change::ExtendConsent(_)
        | Change::WithdrawConsents(_)
        | Change::ReplacePaperCode(_)
        | Change::AnswerRecall(_)
        | Change::ReplayRecord(_)
        | Change::InvitePerson(_)
        | Change::ReinvitePerson(_)
        | Change::AssignRoles(_)
        | Change::ResumePerson(_)
        | Change::ReviewPeople(_)
        | Change::JoinTeam(_)
        | Change::LeaveTeam(_)
        | Change::DraftAgreement(_)
        | Change::ProposeAgreement(_)
        | Change::ApproveAgreement(_)
        | Change::RejectAgreement(_)
        | Change::WithdrawAgreement(_)
        | Change::ResumeAgreement(_)
        | Change::SupersedeAgreement(_)
        | Change::InviteContributor(_)
        | Change::AcceptInvitation(_)
        | Change::DeclineInvitation(_)
        | Change::EndContribution(_)
        | Change::RecordHearing(_)
        | Change::StepHearing(_)
        | Change::ReportRisk(_)
        | Change::PrepareDocument(_)
        | Change::RemoveDocument(_)
        | Change::OpenSupportPlan(_)
        | Change::ReviewSupportPlan(_)
        | Change::CloseSupportPlan(_)
        | Change::Exceptions(_)
        | Change::SponsorAccession(_)
        | Change::RefuseAccession(_)
        | Change::OpenSearch(_)
        | Change::StepSearch(_)
        | Change::AnswerSearch(_)
        | Change::RecordArrival(_)
        | Change::StepArrival(_)
        | Change::LinkArrival(_) => false,
    }
}

impl Desk {
    /// Whether an organization's subjects are locked, as this process last read it. One that is not known is.
    pub(crate) fn is_locked(&self, organization: OrganizationId) -> bool {
        self.organization(organization).is_none_or(|row| row.locked)
    }

    /// Refuses a read of a locked organization's caller.
    pub(crate) fn may_read(&self, caller: &Caller, field: &str) -> Result<(), PortFault> {
        if reads_on(field) || !self.is_locked(caller.party().organization) {
            Ok(())
        } else {
            Err(ErrorCode::Locked.into())
        }
    }

    /// Refuses a change of a locked organization's caller.
    pub(crate) fn may_change(&self, caller: &Caller, change: &Change) -> Result<(), PortFault> {
        if goes_on(change) || !self.is_locked(caller.party().organization) {
            Ok(())
        } else {
            Err(ErrorCode::Locked.into())
        }
    }

    /// The locks that bind the caller's organization.
    pub(crate) async fn locks(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let party = caller.party();
        let rows = self.store.locks_of(party.organization, party.country, self.now()).await.map_err(DeskFault::from)?;
        let rows = rows.iter().map(|lock| bare(cells(lock, party.country.code(), &ask.plan.columns))).collect();
        Ok(Page { rows, ..Page::default() })
    }

    /// Every lock that is not released, oldest first. For the operator.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn open_locks(&self) -> Result<Vec<OpenLock>, DeskFault> {
        Ok(self.store.locks(self.now()).await?.iter().map(OpenLock::of).collect())
    }
}

/// A lock that is not released, as the operator sees it.
#[derive(Debug, Clone)]
pub struct OpenLock {
    /// The lock's id.
    pub id: LockId,
    /// An organization's id or a country's code.
    pub of: String,
    /// The organization whose member locked.
    pub by: String,
    /// How: `API` or `CODE`.
    pub way: &'static str,
    /// Whether somebody was forced.
    pub duress: bool,
    /// Since when.
    pub since: Instant,
    /// Whether the operator agreed that it ends.
    pub operator: bool,
    /// The organizations of the people who agreed.
    pub agreed: Vec<String>,
}

impl OpenLock {
    fn of(row: &LockRow) -> Self {
        let organization = |id: OrganizationId| Prefix::Organization.write(id.uuid());
        Self {
            id: row.id,
            of: match row.unit {
                Unit::Organization(id) => organization(id),
                Unit::Country(country) => country.code().to_owned(),
            },
            by: organization(row.by),
            way: row.way.code(),
            duress: row.duress,
            since: row.locked_at,
            operator: row.operator,
            agreed: row.releases.iter().map(|release| organization(release.organization)).collect(),
        }
    }
}

fn cells(lock: &LockRow, country: &str, columns: &[String]) -> Vec<Cell> {
    let scope = match lock.unit {
        Unit::Organization(_) => "ORGANIZATION",
        Unit::Country(_) => "COUNTRY",
    };
    let cell = |column: &String| match column.as_str() {
        "id" => Cell::Text(Prefix::Lock.write(lock.id.uuid())),
        "scope" => Cell::Text(scope.to_owned()),
        "country" => Cell::Text(country.to_owned()),
        "since" => Cell::Instant(lock.locked_at.millis()),
        _ => Cell::Null,
    };
    columns.iter().map(cell).collect()
}
