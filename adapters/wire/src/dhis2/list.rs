//! The program's tracked entities, page by page, and what changed since.
//!
//! A list in pages by number loses records while others change: what leaves it moves the rest up by one. So the changes
//! are asked for in the order of their instants, each page from the last instant of the one before on (`updatedAfter`
//! includes it); what changes meanwhile goes to the end and is met again. Only where a whole page is of one millisecond
//! (a bulk import stamps thousands so) is the next one asked for by its number.
//!
//! A round goes on from the moment at which the one before began, on the server's own clock (`serverDate`), less an
//! overlap: DHIS2 stamps a change before it can be seen. A moved, unmarked or deleted record is in no list of changes,
//! so each round but the first ends with a list of the keys alone; the first has listed all by itself.

use sangam_vocabulary::Instant;
use serde_json::{Map, Value, json};

use super::answer::{Listing, listing, object, text};
use super::settings::Dhis2Config;
use super::{record, time};
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::Request;
use crate::partner::Cursor;
use crate::session::Session;
use crate::walk::Lookback;

/// Keys a page: an answer of some thirty kilobytes.
const KEYS_PER_PAGE: u64 = 1_000;

/// Where a round stands. What it looks back to is on the server's wall clock, as if that showed UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// It has not begun.
    Between(Lookback),
    /// Among the changes.
    Changes(Changes),
    /// Among the keys, at a page.
    Keys(Lookback, u64),
}

/// Where a round stands among the changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Changes {
    back: Lookback,
    /// Whether no page of it was read yet.
    pub(super) at_start: bool,
    /// From which instant on the page is, on the server's wall clock, and which page from there.
    after: Option<i64>,
    page: u64,
    /// What was given of that very instant.
    seen: Vec<String>,
}

impl Changes {
    /// Whether the round is the first, which lists all.
    pub(super) const fn is_first(&self) -> bool {
        self.back.since().is_none()
    }
}

impl Place {
    pub(super) fn read(cursor: Option<&Cursor>) -> Self {
        let (place, back) = Lookback::read(cursor);
        let page = |name: &str| place.get(name).and_then(Value::as_u64).map(|page| page.max(1));
        match (page("keys"), page("page")) {
            (Some(page), _) => Self::Keys(back, page),
            (None, Some(page)) => {
                let seen = place.get("seen").and_then(Value::as_array);
                let seen = seen.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
                let at_start = place.get("start") == Some(&Value::Bool(true));
                let after = place.get("after").and_then(Value::as_i64);
                Self::Changes(Changes { back, at_start, after, page, seen })
            }
            (None, None) => Self::Between(back),
        }
    }

    pub(super) fn cursor(&self) -> Cursor {
        match self {
            Self::Between(back) => back.cursor(json!({})),
            Self::Changes(at) => {
                at.back.cursor(json!({"start": at.at_start, "after": at.after, "page": at.page, "seen": at.seen}))
            }
            Self::Keys(back, page) => back.cursor(json!({ "keys": page })),
        }
    }
}

/// `GET /system/info`: what the server's own clock shows.
pub(super) async fn begin(session: &Session, config: &Dhis2Config, back: Lookback) -> Result<Changes, WireFault> {
    let info = object(session.call(Request::get(&["api", "system", "info"], &[])).await?)?;
    let begun = time::wall(text(&info, "serverDate", "")?);
    let begun = begun.ok_or_else(|| WireFault::unexpected("/serverDate", UnexpectedKind::WrongType))?;
    let back = back.opened(Some(Instant::from_millis(begun.saturating_sub(config.overlap))));
    Ok(Changes { back, at_start: true, after: back.since().map(Instant::millis), page: 1, seen: Vec::new() })
}

/// A page of changes, and where to go on.
pub(super) struct Changed {
    pub(super) entities: Vec<Map<String, Value>>,
    pub(super) next: Place,
    pub(super) more: bool,
}

/// `GET /tracker/trackedEntities`, filtered by the mark.
async fn page(
    session: &Session,
    config: &Dhis2Config,
    mark: (&str, &str),
    own: &[(&'static str, String)],
    (page, size): (u64, u64),
) -> Result<Listing, WireFault> {
    let mut query = vec![
        ("program", config.program.clone()),
        (config.version.org_unit(), config.org_unit.clone()),
        (config.version.org_unit_mode(), "DESCENDANTS".to_owned()),
        ("filter", format!("{}:eq:{}", mark.0, mark.1)),
        ("page", page.to_string()),
        ("pageSize", size.to_string()),
        ("totalPages", "true".to_owned()),
    ];
    query.extend_from_slice(own);
    let reply = session.call(Request::get(&["api", "tracker", "trackedEntities"], &query)).await?;
    listing(reply, "trackedEntities", size)
}

/// The next page of changes.
pub(super) async fn changes(
    session: &Session,
    config: &Dhis2Config,
    mark: (&str, &str),
    at: Changes,
) -> Result<Changed, WireFault> {
    let mut own = vec![("fields", record::FIELDS.to_owned()), ("order", "updatedAt:asc,trackedEntity:asc".to_owned())];
    own.extend(at.after.map(|after| ("updatedAfter", time::written(after))));
    let Listing { items, more } = page(session, config, mark, &own, (at.page, u64::from(config.per_page))).await?;
    let mut last = at.after;
    let mut instants = Vec::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        let path = format!("/trackedEntities/{place}");
        let key = text(item, "trackedEntity", &path)?.to_owned();
        let wall = time::wall(text(item, "updatedAt", &path)?);
        let wall = wall.ok_or_else(|| WireFault::unexpected(format!("{path}/updatedAt"), UnexpectedKind::WrongType))?;
        if last.is_some_and(|last| wall < last) {
            // Not in the order that was asked for: going on from its last instant would lose the others.
            return Err(WireFault::unexpected(format!("{path}/updatedAt"), UnexpectedKind::UnknownCode));
        }
        last = Some(wall);
        instants.push((key, wall));
    }
    let next = match last {
        _ if !more => Place::after(&at),
        Some(last) if at.after != Some(last) => {
            let seen = instants.into_iter().filter(|(_, wall)| *wall == last).map(|(key, _)| key).collect();
            Place::Changes(Changes { after: Some(last), page: 1, seen, at_start: false, ..at.clone() })
        }
        _ => Place::Changes(Changes { page: at.page.saturating_add(1), at_start: false, ..at.clone() }),
    };
    let is_new = |item: &Map<String, Value>| {
        let key = item.get("trackedEntity").and_then(Value::as_str);
        !at.seen.iter().any(|seen| Some(seen.as_str()) == key)
    };
    let entities = items.into_iter().filter(is_new).collect();
    Ok(Changed { entities, more: !matches!(next, Place::Between(_)), next })
}

impl Place {
    /// After the last change: the keys, or where the round was the first, its end.
    const fn after(at: &Changes) -> Self {
        if at.is_first() { Self::Between(at.back.ended()) } else { Self::Keys(at.back, 1) }
    }
}

/// A page of the keys of whatever is marked, in the order in which it came, and where to go on.
pub(super) async fn keys(
    session: &Session,
    config: &Dhis2Config,
    mark: (&str, &str),
    (back, number): (Lookback, u64),
) -> Result<(Vec<String>, Place), WireFault> {
    let own = [("fields", "trackedEntity".to_owned()), ("order", "createdAt:asc,trackedEntity:asc".to_owned())];
    let Listing { items, more } = page(session, config, mark, &own, (number, KEYS_PER_PAGE)).await?;
    let key = |(place, item): (usize, &Map<String, Value>)| {
        text(item, "trackedEntity", &format!("/trackedEntities/{place}")).map(str::to_owned)
    };
    let keys = items.iter().enumerate().map(key).collect::<Result<_, _>>()?;
    let next = if more { Place::Keys(back, number.saturating_add(1)) } else { Place::Between(back.ended()) };
    Ok((keys, next))
}
