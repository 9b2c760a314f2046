//! What a partner's file says of a directory in HSDS 3.

use reqwest::Url;
use uuid::Uuid;

use crate::config::KeyFault;
use crate::config::table::Table;
use crate::config::web::Around;

/// The most services a page; the specification sets no limit, and directories have theirs at a hundred.
const MOST_PER_PAGE: u64 = 100;

/// A directory in HSDS 3. It is open to everybody: there are no credentials.
#[derive(Debug, Clone)]
pub struct HsdsConfig {
    /// Where its endpoints are, for instance `https://directory.example.org/hsds/`.
    pub base_url: Url,
    /// The organization's id there: only what is its own is read.
    pub organization: Uuid,
    /// Services a page.
    pub per_page: u32,
}

impl HsdsConfig {
    pub(crate) fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let base_url = around.base_url(table);
        let organization = table.text("organization").and_then(|text| {
            let id = Uuid::try_parse(&text).ok();
            if id.is_none() {
                table.fault("organization", KeyFault::Must("be the organization's id in its own directory, a UUID"));
            }
            id
        });
        let per_page = u32::try_from(table.number("per_page", (1, MOST_PER_PAGE), 50)).unwrap_or(50);
        Some(Self { base_url: base_url?, organization: organization?, per_page })
    }
}
