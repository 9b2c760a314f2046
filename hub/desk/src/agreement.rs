//! Agreements as their parties see them: the terms, where each stands, and what whoever asks can do. What is done to one
//! is in `change/agreement.rs`, what would change with one in `preview.rs`.

use sangam_language::{Caller, Cell, ErrorCode, Page, PageAsk, PortFault, Row};
use sangam_store::AgreementRow;
use sangam_vocabulary::{AgreementId, Code, Instant, OrganizationId, hex, unhex};
use sangam_workflow::agreement::{AgreementFlow, Asking, REVIEW_DAYS, State};
use sangam_workflow::flow::ready;
use uuid::Uuid;

use crate::explain::bare;
use crate::hub::Desk;
use crate::ids::Prefix;
use crate::read::{cursor_query, store_fault, text};

/// The agreement a text names.
pub(crate) fn agreement_id(text: &str) -> Result<AgreementId, PortFault> {
    Prefix::Agreement.read(text).map(AgreementId::from_uuid)
}

fn organization(id: OrganizationId) -> Cell {
    Cell::Text(Prefix::Organization.write(id.uuid()))
}

fn organizations(ids: impl IntoIterator<Item = OrganizationId>) -> Cell {
    Cell::List(ids.into_iter().map(organization).collect())
}

fn codes<C: Code>(codes: impl IntoIterator<Item = C>) -> Cell {
    Cell::List(codes.into_iter().map(|code| Cell::Text(code.code().to_owned())).collect())
}

fn agreement(id: Option<AgreementId>) -> Cell {
    id.map_or(Cell::Null, |id| Cell::Text(Prefix::Agreement.write(id.uuid())))
}

/// The legal basis in words: as it was recorded, or what its codes mean.
fn in_words(row: &AgreementRow) -> String {
    if row.legal_basis.is_empty() {
        row.legal_bases.iter().map(|basis| basis.sentence()).collect::<Vec<_>>().join(" ")
    } else {
        row.legal_basis.clone()
    }
}

/// When it is to be looked at, where it is at work.
fn review_due(row: &AgreementRow, at: Instant) -> Option<Instant> {
    matches!(row.state(at), State::InForce | State::Suspended).then(|| row.agreement.until.plus_days(-REVIEW_DAYS))
}

impl Desk {
    /// The agreements that exist for the caller's organization.
    pub(crate) async fn agreements(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let (own, at) = (caller.party().organization, self.now());
        let query = cursor_query(ask);
        let after = ask.after.map(|cursor| self.open_agreement(own, &query, cursor)).transpose()?;
        let mut found = self.store.agreements_of(own, after, ask.first + 1, at).await.map_err(store_fault)?;
        let has_next = found.len() > usize::from(ask.first);
        found.truncate(usize::from(ask.first));
        let asking = self.asking_about_agreements(caller, at).await?;
        let mut rows = Vec::with_capacity(found.len());
        for one in &found {
            let mut row = self.told_agreement(one, asking.as_ref(), at, &ask.plan.columns, "");
            if ask.plan.cursors {
                let sealed = self.keys.seal_cursor(own, &query, one.agreement.id.uuid().as_bytes());
                row.cursor = hex(&sealed.map_err(|_| ErrorCode::Unavailable)?);
            }
            rows.push(row);
        }
        Ok(Page { rows, has_next, has_previous: ask.after.is_some(), receipt: None })
    }

    /// One of them, by id.
    pub(crate) async fn agreement(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let (own, at) = (caller.party().organization, self.now());
        let id = agreement_id(text(ask.arguments, "id").ok_or(ErrorCode::BadId)?)?;
        let Some(row) = self.store.agreement_of(own, id, at).await.map_err(store_fault)? else {
            self.refused(caller, None).await;
            return Ok(Page::default());
        };
        let asking = self.asking_about_agreements(caller, at).await?;
        let rows = vec![self.told_agreement(&row, asking.as_ref(), at, &ask.plan.columns, "")];
        Ok(Page { rows, ..Page::default() })
    }

    /// The person who asks, with what the account may do; a system asks for nothing here.
    pub(crate) async fn asking_about_agreements(
        &self,
        caller: &Caller,
        at: Instant,
    ) -> Result<Option<Asking>, PortFault> {
        let Some(person) = caller.party().person() else { return Ok(None) };
        self.store.asking_about_agreements(caller.party().organization, person, at).await.map_err(store_fault)
    }

    /// A row of an agreement for whoever asks; `prefix` is what its columns begin with.
    pub(crate) fn told_agreement(
        &self,
        row: &AgreementRow,
        asking: Option<&Asking>,
        at: Instant,
        columns: &[String],
        prefix: &str,
    ) -> Row {
        let cell =
            |column: &String| self.agreement_cell(row, asking, at, column.strip_prefix(prefix).unwrap_or(column));
        bare(columns.iter().map(cell).collect())
    }

    fn agreement_cell(&self, row: &AgreementRow, asking: Option<&Asking>, at: Instant, field: &str) -> Cell {
        let terms = &row.agreement;
        let record = row.record();
        match field {
            "id" => agreement(Some(terms.id)),
            "version" => Cell::Int(row.version),
            "state" => Cell::Text(row.state(at).code().to_owned()),
            "legalBasis" => Cell::Text(in_words(row)),
            "legalBases" => codes(row.legal_bases.iter().copied()),
            "disclosers" => organizations(terms.disclosers.iter().copied()),
            "recipients" => organizations(terms.recipients.iter().copied()),
            "purposes" => codes(terms.purposes.iter()),
            "categories" => codes(terms.categories.iter()),
            "countries" => codes(terms.countries.iter().copied()),
            "onward" => Cell::Boolean(terms.onward),
            "retentionDays" => row.retention_days.map_or(Cell::Null, Cell::Int),
            "from" => Cell::Instant(terms.from.millis()),
            "until" => Cell::Instant(terms.until.millis()),
            "inForce" => Cell::Boolean(terms.in_force(at) && self.binds_somebody(terms)),
            "reviewDue" => review_due(row, at).map_or(Cell::Null, |due| Cell::Instant(due.millis())),
            "drafter" => row.drafter.map_or(Cell::Null, organization),
            "approvedBy" if row.state(at) == State::Proposed => {
                organizations(record.approved_by().map(|word| word.organization))
            }
            "approvedBy" => organizations(terms.approvals.iter().map(|given| given.organization)),
            "approvalsMissing" if row.state(at) == State::Proposed => {
                Cell::Int(i64::try_from(record.approvals_missing()).unwrap_or(i64::MAX))
            }
            "approvalsMissing" => Cell::Int(0),
            "suspendedBy" if row.state(at) == State::Suspended => organizations(record.stopped_by.iter().copied()),
            "suspendedBy" => Cell::List(Vec::new()),
            "rejection" => row.reason.map_or(Cell::Null, |reason| Cell::Text(reason.code().to_owned())),
            "supersedes" => agreement(row.supersedes),
            "supersededBy" => agreement(row.superseded_by),
            "changedAt" => row.changed_at.map_or(Cell::Null, |at| Cell::Instant(at.millis())),
            "canDo" => codes(asking.map_or_else(Vec::new, |asking| {
                ready::<AgreementFlow>(row.state(at), record.by(asking.organization), &record.met(asking))
            })),
            _ => Cell::Null,
        }
    }

    fn open_agreement(
        &self,
        organization: OrganizationId,
        query: &[u8],
        cursor: &str,
    ) -> Result<AgreementId, PortFault> {
        let sealed = unhex(cursor).ok_or(ErrorCode::BadCursor)?;
        let place = self.keys.open_cursor(organization, query, &sealed).map_err(|_| ErrorCode::BadCursor)?;
        Uuid::from_slice(&place).map(AgreementId::from_uuid).map_err(|_| ErrorCode::BadCursor.into())
    }
}
