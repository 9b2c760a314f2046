//! The language's port: which verb answers which root field.

use std::sync::Arc;

use sangam_language::{Caller, Change, ErrorCode, Noted, Outcome, Page, PageAsk, Plan, Port, Ported, Watch};
use sangam_store::Rows;
use sangam_vocabulary::Purpose;

use crate::hub::Desk;

/// The desk as the language sees it.
pub struct DeskPort(pub Arc<Desk>);

fn rows(field: &str) -> Option<Rows> {
    Some(match field {
        "organization" | "organizations" => Rows::Organizations,
        "subject" | "subjects" => Rows::Subjects,
        "referral" | "referrals" => Rows::Referrals,
        "consents" => Rows::Consents,
        "agreements" => Rows::Agreements,
        "partners" => Rows::Partners,
        "quarantine" => Rows::Quarantine,
        "clients" => Rows::Clients,
        _ => return None,
    })
}

impl Port for DeskPort {
    fn read<'a>(&'a self, caller: &'a Caller, ask: PageAsk<'a>) -> Ported<'a, Page> {
        Box::pin(async move {
            self.0.may_read(caller, ask.field)?;
            match (ask.field, rows(ask.field)) {
                ("disclosures", _) => self.0.disclosures(caller, &ask).await,
                ("accessions", _) => self.0.accessions(caller, &ask).await,
                ("locks", _) => self.0.locks(caller, &ask).await,
                ("explain", _) => self.0.explain(caller, &ask).await,
                ("people", _) => self.0.list_people(caller, &ask).await,
                ("me", _) => self.0.me(caller, &ask).await,
                (_, Some(rows)) => {
                    let mut page = self.0.page(caller, &ask, rows).await?;
                    if ask.arguments.contains_key("id") {
                        page.has_next = false;
                        if page.rows.is_empty() {
                            self.0.refused(caller, ask.purpose).await;
                        }
                    }
                    Ok(page)
                }
                (field, None) => {
                    tracing::error!(field, "a root field has no verb");
                    Err(ErrorCode::Internal.into())
                }
            }
        })
    }

    fn change<'a>(
        &'a self,
        caller: &'a Caller,
        purpose: Option<Purpose>,
        change: Change,
        plans: &'a (dyn Fn(&str) -> Plan + Send + Sync),
    ) -> Ported<'a, Outcome> {
        Box::pin(async move {
            self.0.may_change(caller, &change)?;
            match change {
                Change::SendReferral(input) => self.0.send_referral(caller, purpose, input, plans).await,
                Change::StepReferral(input) => self.0.step_referral(caller, purpose, input, plans).await,
                Change::GiveConsent(input) => self.0.give_consent(caller, purpose, input, plans).await,
                Change::WithdrawConsent(input) => self.0.withdraw_consent(caller, purpose, input, plans).await,
                Change::ReplayRecord(input) => self.0.replay_record(caller, input, plans).await,
                Change::InvitePerson(input) => self.0.invite_person(caller, input, plans).await,
                Change::ReinvitePerson(input) => self.0.reinvite_person(caller, input, plans).await,
                Change::AssignRoles(input) => self.0.assign_roles(caller, input, plans).await,
                Change::SuspendPerson(input) => self.0.suspend_person(caller, input, plans).await,
                Change::ResumePerson(input) => self.0.resume_person(caller, input, plans).await,
                Change::ReviewPeople(input) => self.0.review_people(caller, input, plans).await,
                Change::JoinTeam(input) => self.0.change_team(caller, input, true, plans).await,
                Change::LeaveTeam(input) => self.0.change_team(caller, input, false, plans).await,
                Change::SponsorAccession(input) => self.0.sponsor_accession(caller, input, plans).await,
                Change::RefuseAccession(input) => self.0.refuse_accession(caller, input, plans).await,
                Change::LockOrganization => self.0.lock_organization(caller, plans).await,
                Change::LockCountry(input) => self.0.lock_country(caller, input, plans).await,
                Change::ReleaseLock(input) => self.0.release_lock(caller, input, plans).await,
            }
        })
    }

    fn watch<'a>(
        &'a self,
        caller: Caller,
        field: &'static str,
        plan: Plan,
        purpose: Option<Purpose>,
    ) -> Ported<'a, Watch> {
        Box::pin(async move {
            self.0.may_read(&caller, field)?;
            match field {
                "referralChanged" => Arc::clone(&self.0).watch_referrals(caller, plan, purpose).await,
                _ => Err(ErrorCode::Internal.into()),
            }
        })
    }

    fn refused<'a>(&'a self, caller: &'a Caller, purpose: Option<Purpose>, code: ErrorCode) -> Noted<'a> {
        Box::pin(self.0.beyond(caller, purpose, code))
    }
}
