//! The rooms of the language: one file a noun, one table a file.

mod accession;
mod agreement;
mod client;
pub(crate) mod codes;
mod consent;
mod disclosure;
mod lock;
mod organization;
pub(crate) mod outcome;
mod partner;
mod payload;
mod person;
mod referral;
mod subject;

pub use accession::ACCESSION;
pub use agreement::AGREEMENT;
pub use client::CLIENT;
pub use consent::CONSENT;
pub use disclosure::{DISCLOSURE, EXPLANATION, WITHHELD};
pub use lock::LOCK;
pub use organization::{CASE_DESK, ORGANIZATION};
pub use partner::{PARTNER, QUARANTINED};
pub use person::PERSON;
pub use referral::REFERRAL;
pub use subject::SUBJECT;

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
