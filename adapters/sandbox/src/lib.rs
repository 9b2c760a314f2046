//! Stateful stand-ins for partners' systems, for the demo and the tests: two Primero v2 deployments with different
//! forms, a DHIS2 server, a FHIR R4 server, a case system with a GraphQL API, a form on a KoboToolbox v2 server, a form and an entity list on an ODK
//! Central server, a directory in HSDS 3, an identity provider of the demo's people, a case system that exchanges HTCDS files, and a small organization's spreadsheets. They answer as the systems' code does,
//! also where its documentation says otherwise, and they know nothing of the hub. All people and organizations in them
//! are invented; with the same seed and clock they are the same people. Read [`Sandbox`] first.

mod access;
pub mod dhis2;
mod draw;
pub mod fhir;
pub mod graphql;
pub mod hsds;
mod htcds;
pub mod kobo;
pub mod odk;
pub mod office;
mod people;
pub mod primero;
mod secret;
mod server;
mod sheets;

pub use htcds::{CaseDesk, CaseFormat, CaseSystem};
pub use server::{Asked, Decision, Fault, Hook, Sandbox, Staffed, System, Told};
pub use sheets::{Clerk, Register, SAMPLE_ROWS, sample_csv, sample_xlsx, write_samples};
