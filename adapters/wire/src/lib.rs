//! How each partner's system talks: raw records in, deliveries out. A wire knows neither what a field means
//! (that is the partner's mapping, `sangam-mapping`) nor who may see it (that is custody). Read [`Wire`]
//! first, then [`primero`] and [`spreadsheet`], the two opposite ends: a web service and a file.

pub mod config;
mod decision;
pub mod dhis2;
mod exchange;
mod fault;
pub mod fhir;
mod folder;
#[doc(hidden)]
pub mod fuzz;
pub mod graphql;
mod guard;
pub mod hsds;
pub mod htcds;
mod http;
mod json;
pub mod kobo;
mod narrow;
mod oauth;
pub mod odk;
mod partner;
pub mod primero;
pub mod sample;
pub mod secret;
mod session;
mod sheet;
pub mod spreadsheet;
mod tree;
mod walk;
mod zone;

pub use decision::{DecisionField, WithdrawnField};
pub use fault::{FileFault, Reason, UnexpectedKind, WireFault};
pub use guard::{Guard, GuardLimits, Guarded};
pub use narrow::{Mark, Narrow};
pub use oauth::{OauthClient, Proof, WebSignIn};
pub use partner::{Answer, AnswerState, Cursor, Delivered, Delivery, Found, Listed, Page, Returned, Wire};
pub use zone::Zone;
