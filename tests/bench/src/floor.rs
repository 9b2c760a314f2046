//! The floor: the same rows by the same SQL through sqlx, one row a row, into structs and through serde_json,
//! behind the hub's own accept loop. No token, no GraphQL, no decision; sealed categories are read and not
//! opened, and a fixed text of the opened one's shape stands in for each.

use std::path::Path;
use std::time::Duration;

use poem::http::StatusCode;
use poem::{Endpoint, Request, Response};
use sangam_vocabulary::{Clock, Instant, SystemClock};
use serde::Serialize;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Row};

use crate::seed::Seeded;

/// The settings of the hub's readers (`hub/store/src/connect.rs`).
const READERS: u32 = 2;
const ROW_BUFFER: usize = 50;
/// Rows of a page; one more is read to know whether more follow.
const PAGE: i64 = 50;

/// The columns that are answered.
const ANSWERED: &str = "t.id, t.state, t.urgency, t.sent_at, t.changed_at, t.version, so.country, so.role, so.id, so.name, \
    ro.id, ro.name, ro.country, su.id, h0.sealed, h1.sealed";
/// The columns the hub reads beside them to decide and to open.
const DECIDED_ON: &str = "s.subject, su.owner, o.role, o.country, su.past_owners, su.collected_in, su.age, su.adult_from, \
    su.data_key, su.journal_key, s.noun, s.seat, s.from_at, s.open_until, c.mask, c.until_at";
const FROM: &str = "FROM standing s JOIN referral t ON t.id = s.record JOIN subject su ON su.id = s.subject \
    JOIN organization o ON o.id = su.owner LEFT JOIN consent_span c ON c.subject = s.subject AND c.recipient = s.organization \
    AND c.purpose = $3 AND c.from_at <= $2 AND c.until_at > $2 JOIN organization so ON so.id = t.sender \
    JOIN organization ro ON ro.id = t.recipient LEFT JOIN held h0 ON h0.record = s.record AND h0.category = 15 \
    LEFT JOIN held h1 ON h1.record = s.subject AND h1.category = 1 \
    WHERE s.organization = $1 AND s.from_at <= $2 AND s.until_at > $2 AND s.noun = 'REFERRAL'";

/// The endpoint.
pub(crate) struct Floor {
    pool: SqlitePool,
    page: String,
    lean: String,
    one: String,
    seeded: Seeded,
}

/// Everything the statement reads of a row, owned, as an ORM would hand it over.
struct Whole {
    referral: Vec<u8>,
    state: String,
    urgency: String,
    sent_at: i64,
    changed_at: i64,
    version: i64,
    sender_country: String,
    sender_role: String,
    sender: Vec<u8>,
    sender_name: String,
    recipient: Vec<u8>,
    recipient_name: String,
    recipient_country: String,
    subject: Vec<u8>,
    services: Option<Vec<u8>>,
    demographics: Option<Vec<u8>>,
}

/// What the hub reads beside it.
struct Beside {
    _bytes: [Vec<u8>; 4],
    _texts: [String; 7],
    _numbers: [Option<i64>; 5],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    id: String,
    state: String,
    urgency: String,
    sent_at: String,
    changed_at: String,
    version: i64,
    services: Option<Services>,
    sender: Desk,
    recipient: Recipient,
    subject: Subject,
}

#[derive(Serialize)]
struct Services {
    services: [&'static str; 2],
}

#[derive(Serialize)]
struct Desk {
    country: String,
    role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<Option<Organization>>,
}

#[derive(Serialize)]
struct Organization {
    id: String,
    name: String,
}

#[derive(Serialize)]
struct Recipient {
    id: String,
    name: String,
    country: String,
}

#[derive(Serialize)]
struct Subject {
    id: String,
    demographics: Option<Demographics>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Demographics {
    age_band: &'static str,
    sex: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    nodes: Vec<Node>,
    page_info: PageInfo,
}

#[derive(Serialize)]
struct Data<T> {
    data: T,
    extensions: Extensions,
}

/// The text that stands in for a receipt, of its length.
#[derive(Serialize)]
struct Extensions {
    receipts: [&'static str; 1],
}

const RECEIPT: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// How the sender shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    Named,
    Masked,
    NotAsked,
}

impl Floor {
    /// Opens the copy of the run's data that is the floor's own.
    pub(crate) async fn open(folder: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("floor.sqlite"))
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .row_buffer_size(ROW_BUFFER)
            .pragma("query_only", "ON");
        let pool = SqlitePoolOptions::new().max_connections(READERS).min_connections(1).test_before_acquire(false);
        let pool = pool.connect_with(options).await.expect("the floor's store");
        let last = "ORDER BY s.record DESC LIMIT $4";
        Self {
            pool,
            page: format!("SELECT {ANSWERED}, {DECIDED_ON} {FROM} {last}"),
            lean: format!("SELECT {ANSWERED} {FROM} {last}"),
            one: format!("SELECT {ANSWERED}, {DECIDED_ON} {FROM} AND s.record = $5 {last}"),
            seeded: Seeded::read(folder),
        }
    }

    async fn rows(&self, sql: &str, owner: bool, one: bool, whole: bool) -> Vec<Whole> {
        let client = if owner { &self.seeded.owner } else { &self.seeded.recipient };
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(bytes(&client.organization))
            .bind(SystemClock.now().millis())
            .bind("SERVICE_REFERRAL")
            .bind(if one { 2 } else { PAGE + 1 });
        if one {
            query = query.bind(bytes(&client.record));
        }
        let rows = query.fetch_all(&self.pool).await.expect("rows");
        rows.iter()
            .map(|row| {
                if whole {
                    drop(beside(row).expect("a row"));
                }
                read(row).expect("a row")
            })
            .collect()
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    u128::from_str_radix(hex, 16).expect("an id").to_be_bytes().to_vec()
}

fn read(row: &SqliteRow) -> Result<Whole, sqlx::Error> {
    Ok(Whole {
        referral: row.try_get(0)?,
        state: row.try_get(1)?,
        urgency: row.try_get(2)?,
        sent_at: row.try_get(3)?,
        changed_at: row.try_get(4)?,
        version: row.try_get(5)?,
        sender_country: row.try_get(6)?,
        sender_role: row.try_get(7)?,
        sender: row.try_get(8)?,
        sender_name: row.try_get(9)?,
        recipient: row.try_get(10)?,
        recipient_name: row.try_get(11)?,
        recipient_country: row.try_get(12)?,
        subject: row.try_get(13)?,
        services: row.try_get(14)?,
        demographics: row.try_get(15)?,
    })
}

fn beside(row: &SqliteRow) -> Result<Beside, sqlx::Error> {
    Ok(Beside {
        _bytes: [row.try_get(16)?, row.try_get(17)?, row.try_get(24)?, row.try_get(25)?],
        _texts: [
            row.try_get(18)?,
            row.try_get(19)?,
            row.try_get(20)?,
            row.try_get(21)?,
            row.try_get(22)?,
            row.try_get(26)?,
            row.try_get(27)?,
        ],
        _numbers: [row.try_get(23)?, row.try_get(28)?, row.try_get(29)?, row.try_get(30)?, row.try_get(31)?],
    })
}

fn id(prefix: &str, bytes: &[u8]) -> String {
    let number = <[u8; 16]>::try_from(bytes).map_or(0, u128::from_be_bytes);
    format!("{prefix}{number:032x}")
}

fn node(row: Whole, sender: Sender) -> Node {
    let named = || Organization { id: id("org_", &row.sender), name: row.sender_name.clone() };
    Node {
        id: id("ref_", &row.referral),
        state: row.state,
        urgency: row.urgency,
        sent_at: Instant::from_millis(row.sent_at).rfc3339(),
        changed_at: Instant::from_millis(row.changed_at).rfc3339(),
        version: row.version,
        services: row.services.map(|_| Services { services: ["PSYCHOSOCIAL", "LIVELIHOOD"] }),
        sender: Desk {
            organization: match sender {
                Sender::Named => Some(Some(named())),
                Sender::Masked => Some(None),
                Sender::NotAsked => None,
            },
            country: row.sender_country,
            role: row.sender_role,
        },
        recipient: Recipient {
            id: id("org_", &row.recipient),
            name: row.recipient_name,
            country: row.recipient_country,
        },
        subject: Subject {
            id: id("sub_", &row.subject),
            demographics: row.demographics.map(|_| Demographics { age_band: "AGE_21_25", sex: "FEMININE" }),
        },
    }
}

#[derive(Serialize)]
struct Connection {
    referrals: Page,
}

#[derive(Serialize)]
struct One {
    referral: Option<Node>,
}

impl Endpoint for Floor {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (owner, sender, one, lean) = match request.uri().path() {
            "/owner" => (true, Sender::Named, false, false),
            "/owner-lean" => (true, Sender::Named, false, true),
            "/owner-light" => (true, Sender::NotAsked, false, false),
            "/recipient" => (false, Sender::Masked, false, false),
            "/owner-one" => (true, Sender::Named, true, false),
            "/recipient-one" => (false, Sender::Masked, true, false),
            _ => return Ok(StatusCode::NOT_FOUND.into()),
        };
        let sql = match (one, lean) {
            (true, _) => &self.one,
            (false, true) => &self.lean,
            (false, false) => &self.page,
        };
        let mut rows = self.rows(sql, owner, one, !lean).await;
        let extensions = Extensions { receipts: [RECEIPT] };
        let body = if one {
            let referral = rows.pop().map(|row| node(row, sender));
            serde_json::to_vec(&Data { data: One { referral }, extensions })
        } else {
            let limit = usize::try_from(PAGE).expect("a small number");
            let has_next_page = rows.len() > limit;
            rows.truncate(limit);
            let nodes = rows.into_iter().map(|row| node(row, sender)).collect();
            let referrals = Page { nodes, page_info: PageInfo { has_next_page } };
            serde_json::to_vec(&Data { data: Connection { referrals }, extensions })
        };
        Ok(Response::builder().content_type("application/json").body(body.expect("JSON")))
    }
}
