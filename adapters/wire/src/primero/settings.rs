//! What a partner's file says of a Primero deployment.

use reqwest::Url;
use secrecy::SecretString;

use crate::config::table::Table;
use crate::config::web::Around;

/// Primero's own limit on a page.
const MOST_PER_PAGE: u64 = 1_000;

/// A Primero v2 deployment.
#[derive(Debug)]
pub struct PrimeroConfig {
    /// Where it is, for instance `https://primero.example.org/`.
    pub base_url: Url,
    /// The hub's user there.
    pub user_name: String,
    /// Its password.
    pub password: SecretString,
    /// Cases a page.
    pub per_page: u32,
    /// Whether transfers of cases are read beside referrals.
    pub transfers: bool,
}

impl PrimeroConfig {
    pub(crate) fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let base_url = around.base_url(table);
        let user_name = table.text("user_name");
        let password = around.secret(table, "password", "password_file");
        let per_page = u32::try_from(table.number("per_page", (1, MOST_PER_PAGE), 50)).unwrap_or(50);
        let transfers = table.yes("transfers");
        Some(Self { base_url: base_url?, user_name: user_name?, password: password?, per_page, transfers })
    }
}
