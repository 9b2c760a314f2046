//! What a partner's file says of a form and an entity list on an ODK Central server.

use reqwest::Url;
use secrecy::SecretString;

use crate::config::KeyFault;
use crate::config::table::Table;
use crate::config::web::Around;
use crate::decision::{DecisionField, WithdrawnField};

/// The most rows a page: the server has no limit of its own, and a page must be read within the deadline.
const MOST_PER_PAGE: u64 = 1_000;
/// The highest number of a project: the server's own numbers are of 32 bits.
const MOST_PROJECT: u64 = 2_147_483_647;

/// A form and an entity list on an ODK Central server, or one of the two.
#[derive(Debug)]
pub struct OdkConfig {
    /// Where it is, for instance `https://central.example.org/`.
    pub base_url: Url,
    /// The address by which the hub's user signs in.
    pub email: String,
    /// Its password.
    pub password: SecretString,
    /// The project's number.
    pub project: u64,
    /// The form whose submissions are taken, by its id.
    pub form: Option<String>,
    /// The entity list whose entities are taken and into which offers are put, by its name.
    pub list: Option<String>,
    /// Which submissions are taken.
    pub takes: Takes,
    /// Rows a page.
    pub per_page: u32,
    /// The property in which the partner's people decide on an offer; without it there are no offers.
    pub decisions: Option<DecisionField>,
    /// The property that an offer which is taken back gets; without it there is no taking back.
    pub withdrawn: Option<WithdrawnField>,
}

/// Which submissions are taken, by their review state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// All of them.
    All,
    /// Those that somebody approved.
    Approved,
    /// All but those that somebody rejected or found issues in.
    NotRejected,
}

impl OdkConfig {
    pub(crate) fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let base_url = around.base_url(table);
        let email = table.text("email");
        let password = around.secret(table, "password", "password_file");
        let project = table.number("project", (1, MOST_PROJECT), 0);
        if project == 0 {
            table.fault("project", KeyFault::Missing);
        }
        let (form, list) = (table.text_if("form"), table.text_if("list"));
        if form.is_none() && list.is_none() {
            table.fault("form", KeyFault::Must("be there, or `list`"));
        }
        let words = [("all", Takes::All), ("approved", Takes::Approved), ("not_rejected", Takes::NotRejected)];
        let takes = table.word("takes", &words);
        let per_page = u32::try_from(table.number("per_page", (1, MOST_PER_PAGE), 100)).unwrap_or(100);
        let decisions = table.table_if("decisions").map(|of| {
            let read = DecisionField::read(&of);
            of.finish();
            read
        });
        let withdrawn = WithdrawnField::read(table);
        if form.is_some() && list.is_none() && (decisions.is_some() || withdrawn.is_some()) {
            table.fault("list", KeyFault::Missing);
        }
        let nothing = form.is_none() && list.is_none();
        if nothing || matches!(decisions, Some(None)) || matches!(withdrawn, Some(None)) {
            return None;
        }
        Some(Self {
            base_url: base_url?,
            email: email?,
            password: password?,
            project: Some(project).filter(|project| *project > 0)?,
            form,
            list,
            takes: takes?,
            per_page,
            decisions: decisions.flatten(),
            withdrawn: withdrawn.flatten(),
        })
    }
}
