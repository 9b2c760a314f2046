//! What can be changed, one file a noun. Each change is run by the writer, in a savepoint.

mod accession;
mod agreement;
mod answer_link;
mod arrival;
mod client;
mod clock;
mod clock_fired;
mod consent;
mod contribution;
mod covered;
mod document;
mod exception;
mod hearing;
mod keys;
mod listing;
mod lock;
mod notice;
mod notice_person;
mod organization;
mod own_directory;
mod paper_code;
mod partner;
mod person;
mod recall;
mod record;
mod referral;
mod repatriation;
mod risk;
mod search;
mod session;
mod standing;
mod subject;
mod support;
mod team;
mod transfer;

pub use accession::{AccessionVoice, Admission, Application, MembershipChange, Rejection};
pub use agreement::{AgreementChange, AgreementDraft, AgreementStep};
pub use answer_link::{
    AnswerCodeWrong, AnswerContactChange, AnswerLinkAgain, AnswerLinkSent, AnswerLinkTaken, CallRequest, LinkRefusal,
};
pub use arrival::{ArrivalLink, ArrivalStep, NewArrival};
pub use client::{AssertionUse, ClientChange, TokenRevocation};
pub use clock_fired::ClockFired;
pub use consent::{
    CareOrder, CaseWithdrawal, ConsentChange, ConsentParts, ConsentRecipient, ConsentRefusal, ConsentReplacement,
    Manner, PaperWithdrawal, Replacing, Taken, WithdrawalChange,
};
pub use contribution::{ContributionStep, NewContribution};
pub use covered::Covered;
pub use document::{DocumentBegun, DocumentRemoved, DocumentStored, NewDocument, ObjectGone, ObjectsTaken};
pub use exception::{ExceptionAct, ExceptionStep, Exceptional, NewException};
pub use hearing::{HearingStep, NewHearing};
pub(crate) use keys::UNDER_ANOTHER;
pub use keys::{OrganizationKeysChange, SealStep, SubjectKeysChange};
pub use listing::ListingChange;
pub use lock::{CodesChange, LockChange, LockRelease, OperatorRelease};
pub use notice::{FollowEvents, FollowMatters, NoticeOutcome, NoticePassedOn, NoticeTaken, NoticeTold};
pub use notice_person::{CodeSent, CodeTaken, DEPUTY_DAYS, NoticeAct, NoticeSaid};
pub use organization::OrganizationChange;
pub use own_directory::{OwnDirectoryChange, OwnDirectoryForgotten, OwnEntryRead};
pub use paper_code::{PaperCode, PaperCodeChange};
pub use partner::{DeliveryChange, PartnerChange, SyncChange, Untold};
pub use person::{By, PersonAct, PersonChange, PersonRecord, PersonRefusal, SleepChange};
pub use recall::{RecallAnswer, RecallSilence};
pub use record::{QuarantineChange, Source, SourceChange, TakenBackChange};
pub use referral::{
    Answered, MESSAGES, NewMessage, NewReferral, ReferralExpiry, ReferralRefusal, ReferralStep, ServicesStep, Transfer,
};
pub use repatriation::{Evidence, NewRepatriation, RepatriationNote, RepatriationStep, Stepper, Stepping};
pub use risk::NewRisk;
pub use search::{NewSearch, RequestStep, SearchStep};
pub use session::{SessionChange, SignInChange};
pub use subject::{SentHome, SubjectChange};
pub use support::{NewSupportPlan, SupportAct, SupportPlanStep};
pub use team::TeamChange;

use sangam_vocabulary::{Code, OrganizationId};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::command::Refused;
use crate::fault::StoreFault;

pub(crate) fn unavailable(error: DbErr) -> Refused {
    tracing::error!(%error, "a change could not be made");
    Refused::Unavailable
}

pub(crate) fn unreadable(error: StoreFault) -> Refused {
    tracing::error!(%error, "a change met a row it cannot read");
    Refused::Unavailable
}

pub(crate) async fn execute(tx: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<u64, Refused> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await.map_err(unavailable)?.rows_affected())
}

pub(crate) async fn one(
    tx: &DatabaseTransaction,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<QueryResult>, Refused> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.query_one_raw(statement).await.map_err(unavailable)
}

pub(crate) async fn all(tx: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, Refused> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.query_all_raw(statement).await.map_err(unavailable)
}

pub(crate) fn bytes(id: Uuid) -> Value {
    id.as_bytes().to_vec().into()
}

pub(crate) fn flag(value: bool) -> Value {
    i64::from(value).into()
}

pub(crate) fn codes<C: Code>(values: &[C]) -> String {
    values.iter().map(|value| value.code()).collect::<Vec<_>>().join(",")
}

pub(crate) fn ids(values: &[OrganizationId]) -> String {
    values.iter().map(|id| id.uuid().simple().to_string()).collect::<Vec<_>>().join(",")
}
