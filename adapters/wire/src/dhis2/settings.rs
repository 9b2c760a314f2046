//! What a partner's file says of a DHIS2 server: where it is, with what the hub signs in, and which program, stages and
//! elements are for the hub. Metadata are named by their UIDs, which a server's own people look up in Maintenance.

use std::collections::BTreeMap;

use reqwest::Url;
use secrecy::SecretString;

use super::uid::is_uid;
use crate::config::KeyFault;
use crate::config::table::Table;
use crate::config::web::Around;
use crate::zone::Zone;

/// Tracked entities a page, at most: DHIS2 itself allows more, and builds each page in memory.
const MOST_PER_PAGE: u64 = 1_000;
/// How far before its last round a new one looks, in seconds: DHIS2 stamps a change inside a transaction and shows it
/// when that ends; an import of some thousand objects takes minutes.
const OVERLAP: u64 = 300;
const MOST_OVERLAP: u64 = 86_400;

/// A DHIS2 server and the program that is shared with the hub.
#[derive(Debug, Clone)]
pub struct Dhis2Config {
    /// Where it is, for instance `https://dhis2.example.org/`; what stands before `/api`.
    pub base_url: Url,
    /// How its lists are asked for.
    pub version: Dhis2Version,
    /// With what the hub signs in.
    pub access: Dhis2Access,
    /// The zone of its server's clock: its times name none.
    pub time_zone: Zone,
    /// The program.
    pub program: String,
    /// The type of its tracked entities.
    pub tracked_entity_type: String,
    /// The organisation unit whose records, and those of all below it, are the hub's to ask for, and where the hub puts
    /// what it offers.
    pub org_unit: String,
    /// The stage whose events are the partner's own referrals; without it none come in.
    pub sent_stage: Option<String>,
    /// How referrals are offered; without it none are.
    pub offers: Option<Offers>,
    /// The codes that an attribute or data element takes, by its UID, where it has an option set.
    pub options: BTreeMap<String, Vec<String>>,
    /// Tracked entities a page.
    pub per_page: u32,
    /// How far before its last round a new one looks, in milliseconds.
    pub overlap: i64,
}

/// Where what the hub offers lies, and what the partner's people answer there.
#[derive(Debug, Clone)]
pub struct Offers {
    /// The stage.
    pub stage: String,
    /// The data element with the answer.
    pub answer: String,
    /// The data element with the reason of a refusal, where there is one.
    pub reason: Option<String>,
    /// The answer's codes.
    pub codes: AnswerCodes,
}

/// The codes of the answer.
#[derive(Debug, Clone)]
pub struct AnswerCodes {
    /// Accepted.
    pub accepted: String,
    /// Declined.
    pub declined: String,
    /// The service was given.
    pub done: String,
    /// Taken back: the hub writes it.
    pub withdrawn: String,
}

/// With what the hub signs in.
#[derive(Debug, Clone)]
pub enum Dhis2Access {
    /// A user's name and password.
    Basic {
        /// The name.
        user_name: String,
        /// The password.
        password: SecretString,
    },
    /// A personal access token, which a user made in the profile.
    Token(SecretString),
}

/// How lists are asked for and answered: DHIS2 renamed that once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dhis2Version {
    /// 2.40: `orgUnit`, `ouMode`, `event` with semicolons; lists under `instances`.
    V40,
    /// 2.41 and later: `orgUnits`, `orgUnitMode`, `events` with commas; lists under their own names.
    V41,
}

impl Dhis2Version {
    const WORDS: [(&'static str, Self); 3] = [("2.40", Self::V40), ("2.41", Self::V41), ("2.42", Self::V41)];

    pub(super) const fn org_unit(self) -> &'static str {
        if matches!(self, Self::V40) { "orgUnit" } else { "orgUnits" }
    }

    pub(super) const fn org_unit_mode(self) -> &'static str {
        if matches!(self, Self::V40) { "ouMode" } else { "orgUnitMode" }
    }

    /// The name of the list of events that are asked for, and what stands between them.
    pub(super) const fn events(self) -> (&'static str, &'static str) {
        if matches!(self, Self::V40) { ("event", ";") } else { ("events", ",") }
    }
}

impl Dhis2Config {
    pub(crate) fn read(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Self> {
        let base_url = around.base_url(table);
        let version = table.word("version", &Dhis2Version::WORDS);
        let access = access(table, around);
        let time_zone = table.text("time_zone").and_then(|text| {
            let zone = Zone::read(&text);
            if zone.is_none() {
                table.fault("time_zone", KeyFault::Must("be an offset, for instance +05:45"));
            }
            zone
        });
        let program = named(table, "program", table.text("program"));
        let tracked_entity_type = named(table, "tracked_entity_type", table.text("tracked_entity_type"));
        let org_unit = named(table, "org_unit", table.text("org_unit"));
        let sent_stage = named(table, "sent_stage", table.text_if("sent_stage"));
        let offers = table.table_if("offers").map(|table| {
            let offers = Offers::read(&table);
            table.finish();
            offers
        });
        let options = table.table_if("options").map(|table| table.lists()).unwrap_or_default();
        let per_page = u32::try_from(table.number("per_page", (1, MOST_PER_PAGE), 50)).unwrap_or(50);
        let overlap = table.number("overlap_seconds", (0, MOST_OVERLAP), OVERLAP);
        let offers = match offers {
            Some(offers) => Some(offers?),
            None => None,
        };
        Some(Self {
            base_url: base_url?,
            version: version?,
            access: access?,
            time_zone: time_zone?,
            program: program?,
            tracked_entity_type: tracked_entity_type?,
            org_unit: org_unit?,
            sent_stage,
            offers,
            options: options.into_iter().collect(),
            per_page,
            overlap: i64::try_from(overlap.saturating_mul(1_000)).unwrap_or(0),
        })
    }
}

impl Offers {
    fn read(table: &Table<'_, '_>) -> Option<Self> {
        let stage = named(table, "stage", table.text("stage"));
        let answer = named(table, "answer", table.text("answer"));
        let reason = named(table, "reason", table.text_if("reason"));
        let [accepted, declined, done, withdrawn] =
            ["accepted", "declined", "done", "withdrawn"].map(|name| table.text(name));
        let codes = AnswerCodes { accepted: accepted?, declined: declined?, done: done?, withdrawn: withdrawn? };
        Some(Self { stage: stage?, answer: answer?, reason, codes })
    }
}

fn access(table: &Table<'_, '_>, around: &Around<'_>) -> Option<Dhis2Access> {
    let Some(user_name) = table.text_if("user_name") else {
        return around.secret(table, "token", "token_file").map(Dhis2Access::Token);
    };
    for key in ["token", "token_file"] {
        if table.text_if(key).is_some() {
            table.fault(key, KeyFault::Must("not stand beside user_name"));
        }
    }
    let password = around.secret(table, "password", "password_file")?;
    Some(Dhis2Access::Basic { user_name, password })
}

/// An identifier of metadata.
fn named(table: &Table<'_, '_>, key: &'static str, text: Option<String>) -> Option<String> {
    let text = text?;
    if is_uid(&text) {
        return Some(text);
    }
    table.fault(key, KeyFault::Must("be a UID: eleven letters and digits, a letter first"));
    None
}

/// Settings of an invented server, for `fuzz`.
pub(super) fn for_fuzz(time_zone: Zone) -> Option<Dhis2Config> {
    Some(Dhis2Config {
        base_url: Url::parse("http://127.0.0.1/").ok()?,
        version: Dhis2Version::V41,
        access: Dhis2Access::Token(SecretString::from(String::new())),
        time_zone,
        program: "IpHINAT79UW".to_owned(),
        tracked_entity_type: "nEenWmSyUEp".to_owned(),
        org_unit: "DiszpKrYNg8".to_owned(),
        sent_stage: Some("ZzYYXq4fJie".to_owned()),
        offers: None,
        options: BTreeMap::new(),
        per_page: 50,
        overlap: 0,
    })
}
