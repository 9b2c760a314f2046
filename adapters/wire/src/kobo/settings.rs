//! What a partner's file says of a form on a KoboToolbox server.

use reqwest::Url;
use secrecy::SecretString;

use crate::config::KeyFault;
use crate::config::table::Table;
use crate::config::web::Around;
use crate::decision::{DecisionField, WithdrawnField};
use crate::zone::Zone;

/// The most submissions a page: the server gives no more than 1,000 for one request, whatever it is asked for.
const MOST_PER_PAGE: u64 = 1_000;

/// A form on a KoboToolbox v2 server.
#[derive(Debug)]
pub struct KoboConfig {
    /// Where it is, for instance `https://kf.kobotoolbox.example/`.
    pub base_url: Url,
    /// The token of the hub's user there.
    pub token: SecretString,
    /// The form's uid.
    pub asset: String,
    /// The form's own UUID, by which a submission names the form; without it the hub's user must own the form.
    pub form_uuid: Option<String>,
    /// The zone of the server's times.
    pub zone: Zone,
    /// Whether only submissions are taken that somebody of the partner approved.
    pub approved_only: bool,
    /// Submissions a page.
    pub per_page: u32,
    /// How the partner's people decide on what the hub put there.
    pub decisions: Decisions,
    /// What an offer that is taken back gets: a question and its answer. Without it there is no taking back.
    pub withdrawn: Option<WithdrawnField>,
}

/// Where the partner's people write what they decided on an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decisions {
    /// In the submission's validation status: approved or not approved. That an offer is done cannot be said so.
    ValidationStatus,
    /// In an answer of the form, by the question's path.
    Question(DecisionField),
}

impl KoboConfig {
    pub(crate) fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let base_url = around.base_url(table);
        let token = around.secret(table, "token", "token_file");
        let asset = table.text("asset");
        let form_uuid = table.text_if("form_uuid");
        let zone = table.text("time_zone").and_then(|text| {
            let zone = Zone::read(&text);
            if zone.is_none() {
                table.fault("time_zone", KeyFault::Must("be a distance from UTC, for instance +05:45"));
            }
            zone
        });
        let approved_only = table.word("takes", &[("all", false), ("approved", true)]);
        let per_page = u32::try_from(table.number("per_page", (1, MOST_PER_PAGE), 200)).unwrap_or(200);
        let decisions = match table.table_if("decisions") {
            None => Some(Decisions::ValidationStatus),
            Some(of) => {
                let decisions = DecisionField::read(&of).map(Decisions::Question);
                of.finish();
                decisions
            }
        };
        let withdrawn = WithdrawnField::read(table);
        if matches!(withdrawn, Some(None)) {
            return None;
        }
        Some(Self {
            base_url: base_url?,
            token: token?,
            asset: asset?,
            form_uuid,
            zone: zone?,
            approved_only: approved_only?,
            per_page,
            decisions: decisions?,
            withdrawn: withdrawn.flatten(),
        })
    }
}
