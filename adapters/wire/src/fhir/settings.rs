//! What a partner's file says of a FHIR R4 server.

use reqwest::Url;

use crate::config::table::Table;
use crate::config::web::Around;
use crate::oauth::WebSignIn;

/// The most patients a page: their ids stand in one query, and servers take addresses of some kilobytes.
const MOST_PER_PAGE: u64 = 100;

/// A FHIR R4 server.
#[derive(Debug)]
pub struct FhirConfig {
    /// Its service base, for instance `https://fhir.example.org/r4/`.
    pub base_url: Url,
    /// The `system` of the identifiers that the hub's own resources carry there, by which a repeat is known.
    pub identifier_system: String,
    /// Patients a page.
    pub per_page: u32,
    /// How the hub signs in.
    pub sign_in: WebSignIn,
}

impl FhirConfig {
    pub(crate) fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let base_url = around.base_url(table).map(as_folder);
        let identifier_system = table.text("identifier_system");
        let per_page = u32::try_from(table.number("per_page", (1, MOST_PER_PAGE), 50)).unwrap_or(50);
        let sign_in = WebSignIn::read(table, around, base_url.as_ref());
        Some(Self { base_url: base_url?, identifier_system: identifier_system?, per_page, sign_in: sign_in? })
    }
}

/// The base with a slash at its end, so that addresses are resolved below it.
pub(super) fn as_folder(mut base: Url) -> Url {
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    base
}
