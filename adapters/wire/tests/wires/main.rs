//! Each kind's client against its sandbox and against its system's own samples; the partners' files; what every wire's guard
//! does. One binary, because each is linked with all that a partner's system needs.

mod config;
mod dhis2;
mod dhis2_samples;
mod faults;
mod fhir;
mod fhir_samples;
mod hsds;
mod kobo;
mod kobo_samples;
mod odk;
mod odk_samples;
mod primero;
mod primero_samples;
#[path = "../served/mod.rs"]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]
mod served;
mod spreadsheet;
