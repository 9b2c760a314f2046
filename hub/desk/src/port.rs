//! The language's port: which verb answers which root field.

use std::sync::Arc;

use sangam_language::{Caller, Change, ErrorCode, Noted, Outcome, Page, PageAsk, Plan, Port, Ported, Watch};
use sangam_store::Rows;
use sangam_vocabulary::Purpose;
use sangam_workflow::referral::State;
use sangam_workflow::{agreement, contribution};

use crate::hub::Desk;

/// The desk as the language sees it.
pub struct DeskPort(pub Arc<Desk>);

fn rows(field: &str) -> Option<Rows> {
    Some(match field {
        "organization" | "organizations" => Rows::Organizations,
        "subject" | "subjects" => Rows::Subjects,
        "referral" | "referrals" => Rows::Referrals,
        "messages" => Rows::Messages,
        "document" | "documents" => Rows::Documents,
        "repatriation" | "repatriations" => Rows::Repatriations,
        "contribution" | "contributions" => Rows::Contributions,
        "hearing" | "hearings" | "hearingProtection" => Rows::Hearings,
        "risks" => Rows::Risks,
        "supportPlan" | "supportPlans" => Rows::SupportPlans,
        "supportReviews" => Rows::SupportReviews,
        "search" | "searches" => Rows::Searches,
        "searchRequest" | "searchRequests" => Rows::SearchRequests,
        "searchAnswers" => Rows::SearchAnswers,
        "arrival" | "arrivals" => Rows::Arrivals,
        "exceptions" => Rows::Exceptions,
        "consents" => Rows::Consents,
        "partners" => Rows::Partners,
        "quarantine" => Rows::Quarantine,
        "clients" => Rows::Clients,
        "recalls" => Rows::Recalls,
        "recallsSent" => Rows::RecallsSent,
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
                ("agreement", _) => self.0.agreement(caller, &ask).await,
                ("agreements", _) => self.0.agreements(caller, &ask).await,
                ("previewAgreement", _) => self.0.preview_agreement(caller, &ask).await,
                ("locks", _) => self.0.locks(caller, &ask).await,
                ("explain", _) => self.0.explain(caller, &ask).await,
                ("live", _) => self.0.live(caller, &ask).await,
                ("people", _) => self.0.list_people(caller, &ask).await,
                ("answerContact", _) => self.0.answer_contact_of(caller, &ask).await,
                ("listing", _) => self.0.listing_of(caller, &ask).await,
                ("notices", _) => self.0.notices_of(caller, &ask).await,
                ("noticeSettings", _) => self.0.notice_settings(caller, &ask).await,
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
                Change::SendReferral(input) => self.0.write_referral(caller, purpose, State::Sent, input, plans).await,
                Change::DraftReferral(input) => {
                    self.0.write_referral(caller, purpose, State::Draft, input, plans).await
                }
                Change::AnswerServices(input) => self.0.answer_services(caller, purpose, input, plans).await,
                Change::SendMessage(input) => self.0.send_message(caller, purpose, input, plans).await,
                Change::StepReferral(input) => self.0.step_referral(caller, purpose, input, plans).await,
                Change::RequestRepatriation(input) => self.0.request_repatriation(caller, purpose, input, plans).await,
                Change::NoteRepatriation(input) => self.0.note_repatriation(caller, purpose, input, plans).await,
                Change::StepRepatriation(input) => self.0.step_repatriation(caller, purpose, *input, plans).await,
                Change::WithdrawRepatriation(input) => {
                    self.0.withdraw_repatriation(caller, purpose, input, plans).await
                }
                Change::GiveConsent(input) => self.0.give_consent(caller, purpose, input, plans).await,
                Change::WithdrawConsent(input) => self.0.withdraw_consent(caller, purpose, input, plans).await,
                Change::NarrowConsent(input) => self.0.narrow_consent(caller, purpose, input, plans).await,
                Change::ExtendConsent(input) => self.0.extend_consent(caller, purpose, input, plans).await,
                Change::WithdrawConsents(input) => self.0.withdraw_consents(caller, purpose, input, plans).await,
                Change::ReplacePaperCode(input) => self.0.replace_paper_code(caller, purpose, input, plans).await,
                Change::AnswerRecall(input) => self.0.answer_recall(caller, purpose, input, plans).await,
                Change::ReplayRecord(input) => self.0.replay_record(caller, input, plans).await,
                Change::InvitePerson(input) => self.0.invite_person(caller, input, plans).await,
                Change::ReinvitePerson(input) => self.0.reinvite_person(caller, input, plans).await,
                Change::AssignRoles(input) => self.0.assign_roles(caller, input, plans).await,
                Change::SuspendPerson(input) => self.0.suspend_person(caller, input, plans).await,
                Change::ResumePerson(input) => self.0.resume_person(caller, input, plans).await,
                Change::ReviewPeople(input) => self.0.review_people(caller, input, plans).await,
                Change::JoinTeam(input) => self.0.change_team(caller, input, true, plans).await,
                Change::LeaveTeam(input) => self.0.change_team(caller, input, false, plans).await,
                Change::DraftAgreement(input) => self.0.draft_agreement(caller, input, plans).await,
                Change::SupersedeAgreement(input) => self.0.supersede_agreement(caller, input, plans).await,
                Change::RejectAgreement(input) => self.0.reject_agreement(caller, input, plans).await,
                Change::ProposeAgreement(input) => {
                    self.0.step_agreement(caller, input, agreement::Event::Propose, None, plans).await
                }
                Change::ApproveAgreement(input) => {
                    self.0.step_agreement(caller, input, agreement::Event::Approve, None, plans).await
                }
                Change::WithdrawAgreement(input) => {
                    self.0.step_agreement(caller, input, agreement::Event::Withdraw, None, plans).await
                }
                Change::SuspendAgreement(input) => {
                    self.0.step_agreement(caller, input, agreement::Event::Suspend, None, plans).await
                }
                Change::ResumeAgreement(input) => {
                    self.0.step_agreement(caller, input, agreement::Event::Resume, None, plans).await
                }
                Change::EndAgreement(input) => {
                    self.0.step_agreement(caller, input, agreement::Event::End, None, plans).await
                }
                Change::InviteContributor(input) => self.0.invite_contributor(caller, purpose, input, plans).await,
                Change::AcceptInvitation(input) => {
                    self.0.step_contribution(caller, purpose, (contribution::Event::Accept, input), plans).await
                }
                Change::DeclineInvitation(input) => {
                    self.0.step_contribution(caller, purpose, (contribution::Event::Decline, input), plans).await
                }
                Change::EndContribution(input) => {
                    self.0.step_contribution(caller, purpose, (contribution::Event::End, input), plans).await
                }
                Change::RecordHearing(input) => self.0.record_hearing(caller, purpose, input, plans).await,
                Change::StepHearing(input) => self.0.step_hearing(caller, purpose, input, plans).await,
                Change::ReportRisk(input) => self.0.report_risk(caller, purpose, input, plans).await,
                Change::PrepareDocument(input) => self.0.prepare_document(caller, purpose, input, plans).await,
                Change::RemoveDocument(input) => self.0.remove_document(caller, purpose, input, plans).await,
                Change::OpenSupportPlan(input) => self.0.open_support_plan(caller, purpose, input, plans).await,
                Change::ReviewSupportPlan(input) => self.0.review_support_plan(caller, purpose, input, plans).await,
                Change::CloseSupportPlan(input) => self.0.close_support_plan(caller, purpose, input, plans).await,
                Change::Exceptions(change) => self.0.change_exception(caller, purpose, change, plans).await,
                Change::SponsorAccession(input) => self.0.sponsor_accession(caller, input, plans).await,
                Change::RefuseAccession(input) => self.0.refuse_accession(caller, input, plans).await,
                Change::LockOrganization => self.0.lock_organization(caller, plans).await,
                Change::LockCountry(input) => self.0.lock_country(caller, input, plans).await,
                Change::SetAnswerContact(input) => self.0.change_answer_contact(caller, input, plans).await,
                Change::SetListing(input) => self.0.change_listing(caller, input, plans).await,
                Change::ResendAnswerLink(input) => self.0.resend_answer_link(caller, purpose, input, plans).await,
                Change::Notices(change) => self.0.change_notices(caller, change, plans).await,
                Change::ReleaseLock(input) => self.0.release_lock(caller, input, plans).await,
                Change::OpenSearch(input) => self.0.open_search(caller, purpose, input, plans).await,
                Change::StepSearch(input) => self.0.step_search(caller, purpose, input, plans).await,
                Change::AnswerSearch(input) => self.0.answer_search(caller, purpose, input, plans).await,
                Change::RecordArrival(input) => self.0.record_arrival(caller, purpose, input, plans).await,
                Change::StepArrival(input) => self.0.step_arrival(caller, purpose, input, plans).await,
                Change::LinkArrival(input) => self.0.link_arrival(caller, purpose, input, plans).await,
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
            let rows = match field {
                "referralChanged" => Rows::Referrals,
                "repatriationChanged" => Rows::Repatriations,
                "riskReported" => Rows::Risks,
                "searchChanged" => Rows::Searches,
                "searchRequestChanged" => Rows::SearchRequests,
                "searchAnswered" => Rows::SearchAnswers,
                _ => return Err(ErrorCode::Internal.into()),
            };
            Arc::clone(&self.0).watch_records(rows, caller, plan, purpose).await
        })
    }

    fn refused<'a>(&'a self, caller: &'a Caller, purpose: Option<Purpose>, code: ErrorCode) -> Noted<'a> {
        Box::pin(self.0.beyond(caller, purpose, code))
    }
}
