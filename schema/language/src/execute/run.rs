//! Runs queries and mutations: the port is asked, the walker writes.

use async_graphql::parser::types::OperationType;
use futures_util::future::join_all;
use sangam_custody::Receipt;
use sangam_vocabulary::Purpose;
use serde_json::{Map, Value as Json};

use super::Executor;
use super::prepare::{Call, Prepared};
use crate::caller::Caller;
use crate::change::{Change, ExceptionChange, NoticeChange};
use crate::code::ErrorCode;
use crate::fault::{Fault, Faults, Step, refusal};
use crate::limits::Limits;
use crate::operation::{Operation, Reply, Stage};
use crate::plan::{Answer, Asked, Key, Reading, RootField};
use crate::port::{Outcome, Page, PageAsk, Plan, Port, PortFault};
use crate::walker::{Stop, Walker};

/// An answer as it is being written.
pub(super) struct Writing {
    out: Vec<u8>,
    faults: Faults,
    receipts: Vec<Receipt>,
    limit: usize,
    written: usize,
}

/// Room for a page without growing.
const ROOM: usize = 16 * 1024;

impl Writing {
    pub(super) fn new(limits: &Limits) -> Self {
        let mut out = Vec::with_capacity(ROOM);
        out.extend_from_slice(b"{\"data\":{");
        Self { out, faults: Faults::new(limits.errors), receipts: Vec::new(), limit: limits.answer, written: 0 }
    }

    fn key(&mut self, key: &Key) {
        self.out.extend_from_slice(key.bytes(self.written));
        self.written += 1;
    }

    fn receipt(&mut self, receipt: Option<Receipt>) {
        self.receipts.extend(receipt);
    }

    /// A root field that has no value, and why.
    fn failed(&mut self, key: &Key, fault: Fault) {
        self.key(key);
        self.faults.add(fault);
        self.out.extend_from_slice(b"null");
    }

    /// Walks a root field's value. Where it cannot be written the field is null; `false` says so.
    fn walk<'w>(&mut self, key: &'w Key, walk: impl FnOnce(&mut Walker<'_, 'w>) -> Result<(), Stop>) -> bool {
        self.key(key);
        let begin = self.out.len();
        let walked = walk(&mut Walker::new(&mut self.out, &mut self.faults, &key.name, self.limit));
        walked.is_ok() || self.give_up(begin, walked, key)
    }

    fn give_up(&mut self, begin: usize, walked: Result<(), Stop>, key: &Key) -> bool {
        if walked == Err(Stop::TooLarge) {
            self.faults.add(Fault::at(ErrorCode::LimitAnswer, &[Step::Key(&key.name)]));
        }
        self.out.truncate(begin);
        self.out.extend_from_slice(b"null");
        false
    }

    /// The finished reply. Without data, `data` is null: a field that may not be null was.
    pub(super) fn reply(mut self, has_data: bool) -> Reply {
        if has_data {
            self.out.push(b'}');
        } else {
            self.out.clear();
            self.out.extend_from_slice(b"{\"data\":null");
        }
        if !self.faults.is_empty() {
            self.out.extend_from_slice(b",\"errors\":");
            self.out.extend_from_slice(self.faults.json().to_string().as_bytes());
        }
        if !self.receipts.is_empty() {
            self.out.extend_from_slice(b",\"extensions\":{\"receipts\":[");
            for (place, receipt) in self.receipts.iter().enumerate() {
                self.out.extend_from_slice(if place > 0 { b",\"" } else { b"\"" });
                let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
                self.out.extend(receipt.hash.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
                self.out.push(b'"');
            }
            self.out.extend_from_slice(b"]}");
        }
        self.out.push(b'}');
        Reply { stage: Stage::Executed, body: self.out }
    }

    /// Writes what a port read for one root field; `false` where that is null and may not be.
    pub(super) fn page(&mut self, asked: &Asked, reading: &Reading, read: Result<Page, PortFault>) -> bool {
        let page = match read {
            Ok(page) => page,
            Err(fault) => {
                self.failed(&asked.key, Fault::of_port(&fault, &asked.key.name).placed([asked.place]));
                return !matches!(asked.answer, Answer::Event(_));
            }
        };
        self.receipt(page.receipt);
        let selection = &reading.selection;
        match &asked.answer {
            Answer::One(_) | Answer::Node(_) => self.walk(&asked.key, |walker| walker.one(selection, &page, true)),
            Answer::Event(_) => return self.walk(&asked.key, |walker| walker.one(selection, &page, false)),
            Answer::List(_) => self.walk(&asked.key, |walker| walker.rows(selection, &page)),
            Answer::Connection(_, connection) => self.walk(&asked.key, |walker| walker.connection(connection, &page)),
            // A payload is what a change comes to, never a page.
            Answer::Payload(_) => {
                self.failed(&asked.key, Fault::at(ErrorCode::Internal, &[Step::Key(&asked.key.name)]));
                true
            }
        };
        true
    }

    fn outcome(&mut self, asked: &Asked, came: Result<Outcome, PortFault>) {
        let outcome = match came {
            Ok(outcome) => outcome,
            Err(fault) => {
                return self.failed(&asked.key, Fault::of_port(&fault, &asked.key.name).placed([asked.place]));
            }
        };
        self.receipt(outcome.receipt);
        match asked.answer.readings().find(|reading| reading.noun.name == outcome.member) {
            Some(reading) => {
                self.walk(&asked.key, |walker| walker.object(&reading.selection, &outcome.row));
            }
            None => self.failed(&asked.key, Fault::at(ErrorCode::Internal, &[Step::Key(&asked.key.name)])),
        }
    }
}

/// The ask of one call.
pub(super) fn ask<'a>(call: &'a Call, reading: &'a Reading, purpose: Option<Purpose>) -> PageAsk<'a> {
    PageAsk {
        field: call.field,
        noun: reading.noun,
        plan: &reading.plan,
        purpose,
        arguments: &call.arguments,
        first: call.first,
        after: call.after.as_deref(),
    }
}

impl<P: Port> Executor<P> {
    /// Executes a query or a mutation.
    ///
    /// The reply is always complete: [`Stage::Refused`] when the operation did not begin, else the data with
    /// what went wrong in `errors`. A caller that goes away drops reads; a change handed to the port is the
    /// port's to finish.
    pub async fn execute(&self, caller: &Caller, operation: Operation) -> Reply {
        let prepared = match self.prepared(caller, &operation).await {
            Ok(prepared) => prepared,
            Err(reply) => return reply,
        };
        match prepared.compiled.kind {
            OperationType::Query => self.query(caller, &prepared, operation.variables).await,
            OperationType::Mutation => self.mutate(caller, &prepared).await,
            OperationType::Subscription => {
                refusal(Fault::of(ErrorCode::NotSubscribable), Vec::new(), self.limits.errors)
            }
        }
    }

    /// Asks the port for every root field at once and writes the answers in the query's order.
    async fn query(&self, caller: &Caller, prepared: &Prepared, variables: Map<String, Json>) -> Reply {
        let introspected = self.introspected(prepared, variables).await;
        let reads = prepared.asked().map(|(asked, call)| async move {
            match (call.refused, call.reading(asked)) {
                (Some(code), _) => Err(PortFault::from(code)),
                (None, Some(reading)) => self.port.read(caller, ask(call, reading, prepared.purpose)).await,
                (None, None) => Err(PortFault::from(ErrorCode::Internal)),
            }
        });
        let pages = join_all(reads).await;
        let mut read = prepared.asked().zip(pages);
        let mut writing = Writing::new(&self.limits);
        for field in &prepared.compiled.fields {
            match field {
                RootField::Typename(key, name) => {
                    writing.key(key);
                    writing.out.extend_from_slice(name);
                }
                RootField::Introspection(key) => match introspected.get(&*key.name) {
                    Some(value) => {
                        writing.key(key);
                        writing.out.extend_from_slice(value.to_string().as_bytes());
                    }
                    None => writing.failed(key, Fault::at(ErrorCode::Internal, &[Step::Key(&key.name)])),
                },
                RootField::Asked(_) => {
                    let Some(((asked, call), page)) = read.next() else { break };
                    let Some(reading) = call.reading(asked) else { break };
                    writing.page(asked, reading, page);
                }
            }
        }
        writing.reply(true)
    }

    async fn introspected(&self, prepared: &Prepared, variables: Map<String, Json>) -> Map<String, Json> {
        if !prepared.compiled.fields.iter().any(|field| matches!(field, RootField::Introspection(_))) {
            return Map::new();
        }
        let (document, name) = (prepared.document.parsed(), prepared.document.name());
        self.checker.introspect(document, name, Json::Object(variables)).await.unwrap_or_default()
    }

    /// Makes the changes one after the other, as the specification has it.
    async fn mutate(&self, caller: &Caller, prepared: &Prepared) -> Reply {
        let mut calls = prepared.asked();
        let mut writing = Writing::new(&self.limits);
        for field in &prepared.compiled.fields {
            match field {
                RootField::Typename(key, name) => {
                    writing.key(key);
                    writing.out.extend_from_slice(name);
                }
                RootField::Introspection(key) => {
                    writing.failed(key, Fault::at(ErrorCode::Internal, &[Step::Key(&key.name)]))
                }
                RootField::Asked(_) => {
                    let Some((asked, call)) = calls.next() else { break };
                    let came = self.change(caller, asked, call, prepared.purpose).await;
                    writing.outcome(asked, came);
                }
            }
        }
        writing.reply(true)
    }

    async fn change(
        &self,
        caller: &Caller,
        asked: &Asked,
        call: &Call,
        purpose: Option<Purpose>,
    ) -> Result<Outcome, PortFault> {
        if let Some(code) = call.refused {
            return Err(PortFault::from(code));
        }
        let input = call.arguments.get("input").cloned().unwrap_or_default();
        let change = read_change(call.field, input).ok_or_else(|| PortFault::from(ErrorCode::Internal))?;
        let plans = |member: &str| -> Plan {
            let reading = asked.answer.readings().find(|reading| reading.noun.name == member);
            reading.map(|reading| reading.plan.clone()).unwrap_or_default()
        };
        self.port.change(caller, purpose, change, &plans).await
    }
}

/// Reads a change from its input, which was read against the schema before.
pub(super) fn read_change(field: &str, input: Json) -> Option<Change> {
    fn read<C: serde::de::DeserializeOwned>(input: Json) -> Option<C> {
        serde_json::from_value(input).ok()
    }
    match field {
        "sendReferral" => read(input).map(Change::SendReferral),
        "draftReferral" => read(input).map(Change::DraftReferral),
        "stepReferral" => read(input).map(Change::StepReferral),
        "answerServices" => read(input).map(Change::AnswerServices),
        "sendMessage" => read(input).map(Change::SendMessage),
        "requestRepatriation" => read(input).map(Change::RequestRepatriation),
        "noteRepatriation" => read(input).map(Change::NoteRepatriation),
        "stepRepatriation" => read(input).map(Change::StepRepatriation),
        "withdrawRepatriation" => read(input).map(Change::WithdrawRepatriation),
        "inviteContributor" => read(input).map(Change::InviteContributor),
        "acceptInvitation" => read(input).map(Change::AcceptInvitation),
        "declineInvitation" => read(input).map(Change::DeclineInvitation),
        "endContribution" => read(input).map(Change::EndContribution),
        "recordHearing" => read(input).map(Change::RecordHearing),
        "stepHearing" => read(input).map(Change::StepHearing),
        "reportRisk" => read(input).map(Change::ReportRisk),
        "prepareDocument" => read(input).map(Change::PrepareDocument),
        "removeDocument" => read(input).map(Change::RemoveDocument),
        "openSupportPlan" => read(input).map(Change::OpenSupportPlan),
        "reviewSupportPlan" => read(input).map(Change::ReviewSupportPlan),
        "closeSupportPlan" => read(input).map(Change::CloseSupportPlan),
        "recordOrder" => read(input).map(ExceptionChange::RecordOrder).map(Change::Exceptions),
        "attestOrder" => read(input).map(ExceptionChange::AttestOrder).map(Change::Exceptions),
        "endOrder" => read(input).map(ExceptionChange::EndOrder).map(Change::Exceptions),
        "requestOverride" => read(input).map(ExceptionChange::RequestOverride).map(Change::Exceptions),
        "approveOverride" => read(input).map(ExceptionChange::ApproveOverride).map(Change::Exceptions),
        "endOverride" => read(input).map(ExceptionChange::EndOverride).map(Change::Exceptions),
        "declareEmergency" => read(input).map(ExceptionChange::DeclareEmergency).map(Change::Exceptions),
        "reviewEmergency" => read(input).map(ExceptionChange::ReviewEmergency).map(Change::Exceptions),
        "giveConsent" => read(input).map(Change::GiveConsent),
        "withdrawConsent" => read(input).map(Change::WithdrawConsent),
        "narrowConsent" => read(input).map(Change::NarrowConsent),
        "extendConsent" => read(input).map(Change::ExtendConsent),
        "withdrawConsents" => read(input).map(Change::WithdrawConsents),
        "replacePaperCode" => read(input).map(Change::ReplacePaperCode),
        "answerRecall" => read(input).map(Change::AnswerRecall),
        "replayRecord" => read(input).map(Change::ReplayRecord),
        "invitePerson" => read(input).map(Change::InvitePerson),
        "reinvitePerson" => read(input).map(Change::ReinvitePerson),
        "assignRoles" => read(input).map(Change::AssignRoles),
        "suspendPerson" => read(input).map(Change::SuspendPerson),
        "resumePerson" => read(input).map(Change::ResumePerson),
        "reviewPeople" => read(input).map(Change::ReviewPeople),
        "joinTeam" => read(input).map(Change::JoinTeam),
        "leaveTeam" => read(input).map(Change::LeaveTeam),
        "draftAgreement" => read(input).map(Change::DraftAgreement),
        "proposeAgreement" => read(input).map(Change::ProposeAgreement),
        "approveAgreement" => read(input).map(Change::ApproveAgreement),
        "rejectAgreement" => read(input).map(Change::RejectAgreement),
        "withdrawAgreement" => read(input).map(Change::WithdrawAgreement),
        "suspendAgreement" => read(input).map(Change::SuspendAgreement),
        "resumeAgreement" => read(input).map(Change::ResumeAgreement),
        "endAgreement" => read(input).map(Change::EndAgreement),
        "supersedeAgreement" => read(input).map(Change::SupersedeAgreement),
        "sponsorAccession" => read(input).map(Change::SponsorAccession),
        "refuseAccession" => read(input).map(Change::RefuseAccession),
        "lockOrganization" => Some(Change::LockOrganization),
        "lockCountry" => read(input).map(Change::LockCountry),
        "releaseLock" => read(input).map(Change::ReleaseLock),
        "openSearch" => read(input).map(Change::OpenSearch),
        "stepSearch" => read(input).map(Change::StepSearch),
        "answerSearch" => read(input).map(Change::AnswerSearch),
        "recordArrival" => read(input).map(Change::RecordArrival),
        "stepArrival" => read(input).map(Change::StepArrival),
        "linkArrival" => read(input).map(Change::LinkArrival),
        "setAnswerContact" => read(input).map(Change::SetAnswerContact),
        "setListing" => read(input).map(Change::SetListing),
        "resendAnswerLink" => read(input).map(Change::ResendAnswerLink),
        "chooseNotices" => read(input).map(NoticeChange::Choose).map(Change::Notices),
        "nameDeputy" => read(input).map(NoticeChange::NameDeputy).map(Change::Notices),
        "setNoticeAddress" => read(input).map(NoticeChange::SetAddress).map(Change::Notices),
        "confirmNoticeAddress" => read(input).map(NoticeChange::ConfirmAddress).map(Change::Notices),
        "seeNotices" => read(input).map(NoticeChange::See).map(Change::Notices),
        _ => None,
    }
}
