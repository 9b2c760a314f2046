//! The eight countries, furnished alike: the calendars people write dates in, the scripts and languages, the
//! digits, the documents and how each is checked without being kept, the administrative codes, the calling
//! code, the age of majority; and the names people have, in any script. Foreign form comes in here and leaves as vocabulary; this room knows no partner,
//! no subject and no rule of disclosure. Read [`Furniture`] first, then [`calendar`] and [`Birth`].

mod afghanistan;
mod age;
mod bangladesh;
mod bhutan;
pub mod calendar;
pub mod digits;
mod division;
mod document;
mod furniture;
mod india;
mod maldives;
pub mod name;
mod nepal;
mod pakistan;
mod script;
mod sri_lanka;
mod verhoeff;

pub use age::{AgeFact, Birth};
pub use division::{Division, Level};
pub use document::{DocumentFault, DocumentForm, DocumentSeen, Shape, fuzz as fuzz_documents};
pub use furniture::{Furniture, Language, Majority};
pub use script::{Direction, Script};
