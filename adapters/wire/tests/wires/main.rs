//! Each kind's client against its sandbox; the partners' files; what every wire's guard
//! does. One binary, because each is linked with all that a partner's system needs.

mod config;
mod dhis2;
mod faults;
mod fhir;
mod graphql;
mod house;
mod kobo;
mod odk;
mod primero;
mod spreadsheet;
