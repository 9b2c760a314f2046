//! Where a walk through a list stands that has no filter by change that can be trusted: every page of it is read, and
//! what did not change is dropped.

use sangam_vocabulary::Instant;
use serde_json::{Value, json};

use crate::partner::Cursor;

/// Where a synchronisation stands.
///
/// A record may change after its page was read and before the walk ends, so the latest change that a walk has seen is no
/// place to go on from. The latest one that the walk before has seen is: that walk had ended when this one began. So is
/// the latest on this walk's own first page. A change is therefore given twice or three times and never lost, without
/// trust in any clock.
pub(crate) struct Place {
    pub(crate) page: u64,
    /// Records changed before it were seen in an earlier synchronisation.
    since: Option<Instant>,
    /// The latest change seen in the walk before this one, or on this one's first page.
    begun: Option<Instant>,
    /// The latest change seen in this one.
    high: Option<Instant>,
}

impl Place {
    pub(crate) fn read(cursor: Option<&Cursor>) -> Self {
        let value: Value = cursor.and_then(|at| serde_json::from_str(at.text()).ok()).unwrap_or_default();
        let instant = |name: &str| value.get(name).and_then(Value::as_i64).map(Instant::from_millis);
        Self {
            page: value.get("page").and_then(Value::as_u64).unwrap_or(1).max(1),
            since: instant("since"),
            begun: instant("begun"),
            high: instant("high"),
        }
    }

    /// From when on records may have changed; `None` in the first walk, which gives everything.
    pub(crate) const fn since(&self) -> Option<Instant> {
        self.since
    }

    /// Whether a record of this change may have changed; one changed in the very millisecond is given again.
    pub(crate) fn is_fresh(&self, changed: Option<Instant>) -> bool {
        match (changed, self.since) {
            (Some(changed), Some(since)) => changed >= since,
            _ => true,
        }
    }

    /// The place after a page whose latest change is `latest`.
    pub(crate) fn after(&self, more: bool, latest: Option<Instant>) -> Cursor {
        let millis = |instant: Option<Instant>| instant.map(Instant::millis);
        let begun = if self.page == 1 { self.begun.max(latest) } else { self.begun };
        let high = self.high.max(latest);
        let next = if more {
            let page = self.page.saturating_add(1);
            json!({"page": page, "since": millis(self.since), "begun": millis(begun), "high": millis(high)})
        } else {
            json!({"page": 1, "since": millis(begun.max(self.since)), "begun": millis(high), "high": null})
        };
        Cursor::from_text(next.to_string())
    }
}
