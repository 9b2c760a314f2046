//! Walks through a partner's list that take their time: what changes while one is under way is given by the next one.
//! [`Lookback`] says from when on a record may have changed; every wire that goes through a list uses it. [`Place`] is the
//! place of a walk by page numbers through a list without a filter by change: every page is read, and what did not change
//! is dropped.

use sangam_vocabulary::Instant;
use serde_json::{Value, json};

use crate::partner::Cursor;

/// From when on a record may have changed since an earlier walk had it.
///
/// A record may change after its page was read and before the walk ends, so the latest change that a walk has seen is no
/// instant to look back to. When the walk began is one. A server that tells its clock says when that was ([`Self::opened`]).
/// Of another, two things are known to be no later: the latest change that the walk before has seen, because that one had
/// ended, and the latest on this walk's own first page. A change is so given twice or three times and never lost.
///
/// No clock of the hub's is in it. What is trusted is that one server's stamps go forward; where it stamps a change before
/// it shows it, the wire takes that time off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lookback {
    /// Records changed before it were given by an earlier walk.
    since: Option<Instant>,
    /// No later than the beginning of this walk: the next one looks back to it.
    begun: Option<Instant>,
    /// The latest change seen in this walk.
    high: Option<Instant>,
}

impl Lookback {
    /// The look back in a place that [`Self::cursor`] kept, and the place itself; from the beginning for any other text.
    pub(crate) fn read(cursor: Option<&Cursor>) -> (Value, Self) {
        let place: Value = cursor.and_then(|at| serde_json::from_str(at.text()).ok()).unwrap_or_default();
        let instant = |name: &str| place.get(name).and_then(Value::as_i64).map(Instant::from_millis);
        let back = Self { since: instant("since"), begun: instant("begun"), high: instant("high") };
        (place, back)
    }

    /// A place with the look back in it; the place is an object of the wire's own members.
    pub(crate) fn cursor(self, mut place: Value) -> Cursor {
        let millis = |instant: Option<Instant>| Value::from(instant.map(Instant::millis));
        let own = [("since", self.since), ("begun", self.begun), ("high", self.high)];
        if let Some(members) = place.as_object_mut() {
            members.extend(own.map(|(name, instant)| (name.to_owned(), millis(instant))));
        }
        Cursor::from_text(place.to_string())
    }

    /// From when on; `None` in the first walk, which gives everything.
    pub(crate) const fn since(self) -> Option<Instant> {
        self.since
    }

    /// Whether a record may have changed; one changed in the very millisecond is given again, and one that does not say
    /// always.
    pub(crate) fn is_fresh(self, changed: Option<Instant>) -> bool {
        match (changed, self.since) {
            (Some(changed), Some(since)) => changed >= since,
            _ => true,
        }
    }

    /// At the beginning of a walk, on a server that tells its clock: `began` is no later than that.
    pub(crate) const fn opened(self, began: Option<Instant>) -> Self {
        Self { begun: began, ..self }
    }

    /// At the end of a walk: what the next one looks back to.
    pub(crate) const fn ended(self) -> Self {
        Self { since: if self.begun.is_some() { self.begun } else { self.since }, begun: self.high, high: None }
    }

    /// After a page of a server that does not tell its clock: whether it was the walk's first, whether more of the walk is
    /// to come, and the latest change on it.
    pub(crate) fn after(self, first: bool, more: bool, latest: Option<Instant>) -> Self {
        let begun = if first { self.begun.max(latest) } else { self.begun };
        let met = Self { since: self.since, begun, high: self.high.max(latest) };
        if more { met } else { met.ended() }
    }
}

/// Where a walk by page numbers stands.
pub(crate) struct Place {
    pub(crate) page: u64,
    back: Lookback,
}

impl Place {
    pub(crate) fn read(cursor: Option<&Cursor>) -> Self {
        let (place, back) = Lookback::read(cursor);
        Self { page: place.get("page").and_then(Value::as_u64).unwrap_or(1).max(1), back }
    }

    /// [`Lookback::since`].
    pub(crate) const fn since(&self) -> Option<Instant> {
        self.back.since()
    }

    /// [`Lookback::is_fresh`].
    pub(crate) fn is_fresh(&self, changed: Option<Instant>) -> bool {
        self.back.is_fresh(changed)
    }

    /// The place after a page whose latest change is `latest`.
    pub(crate) fn after(&self, more: bool, latest: Option<Instant>) -> Cursor {
        let page = if more { self.page.saturating_add(1) } else { 1 };
        self.back.after(self.page == 1, more, latest).cursor(json!({ "page": page }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{ProptestConfig, Strategy, any, proptest};
    use sangam_vocabulary::Instant;
    use serde_json::json;

    use super::{Lookback, Place};
    use crate::partner::Cursor;

    const PER_PAGE: usize = 3;

    /// A server's records, each with its version and the instant of its last change.
    struct Server {
        records: Vec<(u32, Instant)>,
        now: Instant,
    }

    impl Server {
        /// Somebody edits a record, or writes one more.
        fn edit(&mut self, of: usize, passes: u8) {
            // Several may be of one millisecond.
            self.now = self.now.plus_millis(i64::from(passes));
            match self.records.get_mut(of % 12) {
                Some(record) => *record = (record.0 + 1, self.now),
                None => self.records.push((1, self.now)),
            }
        }

        /// A page, with the numbers of its records, and whether there are more.
        fn page(&self, page: u64) -> (Vec<(usize, u32, Instant)>, bool) {
            let start = usize::try_from(page - 1).unwrap() * PER_PAGE;
            let shown = self.records.iter().enumerate().skip(start).take(PER_PAGE);
            let shown = shown.map(|(number, (version, changed))| (number, *version, *changed)).collect();
            (shown, self.records.len() > start + PER_PAGE)
        }
    }

    /// How a wire goes on after a page.
    type GoesOn = fn(&Place, more: bool, latest: Option<Instant>, now: Instant) -> Cursor;

    fn by_latest(at: &Place, more: bool, latest: Option<Instant>, _: Instant) -> Cursor {
        at.after(more, latest)
    }

    fn by_its_clock(at: &Place, more: bool, _: Option<Instant>, now: Instant) -> Cursor {
        let back = if at.page == 1 { at.back.opened(Some(now)) } else { at.back };
        let (back, page) = if more { (back, at.page + 1) } else { (back.ended(), 1) };
        back.cursor(json!({ "page": page }))
    }

    /// One page of a walk: what of it is given, where to go on, and whether there is more of the walk.
    fn fetch(server: &Server, cursor: Option<&Cursor>, goes_on: GoesOn) -> (Vec<(usize, u32)>, Cursor, bool) {
        let at = Place::read(cursor);
        let (shown, more) = server.page(at.page);
        let latest = shown.iter().map(|(_, _, changed)| *changed).max();
        let fresh = shown.into_iter().filter(|(_, _, changed)| at.is_fresh(Some(*changed)));
        (fresh.map(|(number, version, _)| (number, version)).collect(), goes_on(&at, more, latest, server.now), more)
    }

    /// What happens after a page: edits, each of a record, after so many milliseconds.
    fn edits() -> impl Strategy<Value = Vec<(usize, u8)>> {
        vec((any::<usize>(), 0_u8..4), 0..4)
    }

    /// Walks while records are edited between the pages: at the end of each, what was there at its beginning is known as it
    /// was then or later. And once nothing changes, nothing is given but what is of the last instant.
    fn nothing_is_lost(life: &[Vec<(usize, u8)>], goes_on: GoesOn) {
        let mut server = Server { records: Vec::new(), now: Instant::from_millis(1_000) };
        let (mut known, mut cursor, mut at_begin) = (vec![0; 12], None, Vec::new());
        for edits in life {
            if Place::read(cursor.as_ref()).page == 1 {
                at_begin.clone_from(&server.records);
            }
            let (given, next, more) = fetch(&server, cursor.as_ref(), goes_on);
            for (number, version) in given {
                known[number] = version;
            }
            for (number, (version, _)) in at_begin.iter().enumerate().filter(|_| !more) {
                assert!(known[number] >= *version, "record {number}: {} of {version}", known[number]);
            }
            cursor = Some(next);
            edits.iter().for_each(|(of, passes)| server.edit(*of, *passes));
        }
        let mut given = Vec::new();
        for ends in 0..4 {
            loop {
                let (some, next, more) = fetch(&server, cursor.as_ref(), goes_on);
                given.extend(some.into_iter().filter(|_| ends == 3));
                cursor = Some(next);
                if !more {
                    break;
                }
            }
        }
        let last = server.records.iter().filter(|(_, changed)| *changed == server.now).count();
        assert!(given.len() <= last, "{given:?} are given again, {last} are of the last instant");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn an_edit_between_two_pages_is_never_lost(life in vec(edits(), 1..40)) {
            nothing_is_lost(&life, by_latest);
            nothing_is_lost(&life, by_its_clock);
        }
    }

    #[test]
    fn what_is_kept_is_read_again_and_any_other_text_begins_anew() {
        let at = |millis| Some(Instant::from_millis(millis));
        let back = Lookback { since: at(1), begun: at(2), high: at(3) };
        let (place, read) = Lookback::read(Some(&back.cursor(json!({"page": 7}))));
        assert_eq!((read, place.get("page")), (back, Some(&json!(7))));
        for text in ["", "{", "[]", "7", r#"{"since":"x"}"#] {
            assert_eq!(Lookback::read(Some(&Cursor::from_text(text.to_owned()))).1, Lookback::default(), "{text}");
        }
    }
}
