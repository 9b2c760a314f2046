//! The rooms of the language: one file a noun, one table a file.

mod accession;
mod agreement;
mod answer_link;
mod arrival;
mod client;
pub(crate) mod codes;
mod consent;
mod contribution;
mod disclosure;
mod document;
mod exception;
mod hearing;
mod lock;
mod message;
mod notice;
mod organization;
pub(crate) mod outcome;
mod partner;
mod payload;
mod person;
mod recall;
mod record;
mod referral;
mod repatriation;
mod risk;
mod search;
mod subject;
mod support;

pub use accession::ACCESSION;
pub use agreement::{AGREEMENT, AGREEMENT_PREVIEW};
pub use answer_link::ANSWER_CONTACT;
pub(crate) use answer_link::ANSWER_CONTACT_SET;
pub use arrival::ARRIVAL;
pub use client::CLIENT;
pub use consent::CONSENT;
pub use contribution::CONTRIBUTION;
pub use disclosure::{DISCLOSURE, EXPLANATION, WITHHELD};
pub use document::DOCUMENT;
pub(crate) use document::{DOCUMENT_PREPARED, DOCUMENT_REMOVED};
pub use exception::EXCEPTION;
pub use hearing::{HEARING, HEARING_PROTECTION};
pub use lock::LOCK;
pub use message::REFERRAL_MESSAGE;
pub use notice::{NOTICE, NOTICE_SETTINGS};
pub(crate) use notice::{NOTICES_SEEN, NOTICES_SET};
pub use organization::{CASE_DESK, ORGANIZATION};
pub use partner::{PARTNER, QUARANTINED};
pub use person::PERSON;
pub use recall::RECALL;
pub use referral::REFERRAL;
pub use repatriation::REPATRIATION;
pub use risk::RISK;
pub use search::{SEARCH, SEARCH_ANSWER, SEARCH_REQUEST};
pub use subject::SUBJECT;
pub use support::{SUPPORT_PLAN, SUPPORT_REVIEW};

use crate::table::{CodeList, Type};
use sangam_vocabulary::{Category, Country, Purpose, Role};

const ID: Type = Type::NonNull(&Type::Id);
const TEXT: Type = Type::NonNull(&Type::Text);
const INT: Type = Type::NonNull(&Type::Int);
const BOOLEAN: Type = Type::NonNull(&Type::Boolean);
const DATE_TIME: Type = Type::NonNull(&Type::DateTime);
const IDS: Type = Type::NonNull(&Type::List(&ID));
const TEXTS: Type = Type::NonNull(&Type::List(&TEXT));
const COUNTRY: Type = Type::NonNull(&Type::Code(CodeList::of::<Country>()));
const COUNTRIES: Type = Type::NonNull(&Type::List(&COUNTRY));
const ROLE: Type = Type::NonNull(&Type::Code(CodeList::of::<Role>()));
const PURPOSE: Type = Type::NonNull(&Type::Code(CodeList::of::<Purpose>()));
const PURPOSES: Type = Type::NonNull(&Type::List(&PURPOSE));
const CATEGORY: Type = Type::NonNull(&Type::Code(CodeList::of::<Category>()));
const CATEGORIES: Type = Type::NonNull(&Type::List(&CATEGORY));

#[cfg(test)]
mod tests;
