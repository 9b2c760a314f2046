//! Where a walk through an API's records stands: which query, after which cursor, and from when on.
//!
//! A page that can be asked for by change (`$since`) is followed by the list of all keys, because what was deleted is in no
//! page of changes. One that cannot is gone through as a whole, and what did not change is dropped.

use sangam_vocabulary::Instant;
use serde_json::{Value, json};

use super::codes::Class;
use super::read::Records;
use crate::fault::WireFault;
use crate::partner::Cursor;
use crate::walk;

/// The longest cursor, in characters: those that servers seal have some hundred.
const LONGEST_CURSOR: usize = 4_000;
/// The most records with errors in them that a walk by change remembers; an API with more is not well.
const MOST_ODD: usize = 100;
/// How often one round begins anew because the server does not know its own cursor any more.
const ANEW: u64 = 3;

/// Where a synchronisation stands.
pub(super) struct Place {
    walk: walk::Place,
    /// Whether the list of keys is gone through, and no longer the page of records.
    pub(super) lists: bool,
    /// The server's cursor; none at the beginning of a query.
    pub(super) after: Option<String>,
    /// The keys of records that changed and had an error in them: they are kept out of the list that follows, so that each
    /// is asked for by itself.
    pub(super) odd: Vec<String>,
    /// Whether some record was met of which not even the key is known: the next walk then looks back as far as this one.
    lost: bool,
    anew: u64,
}

impl Place {
    pub(super) fn read(cursor: Option<&Cursor>) -> Self {
        let value: Value = cursor.and_then(|at| serde_json::from_str(at.text()).ok()).unwrap_or_default();
        Self {
            walk: walk::Place::read(cursor),
            lists: value.get("lists").and_then(Value::as_bool).unwrap_or(false),
            after: value.get("after").and_then(Value::as_str).map(str::to_owned),
            odd: value.get("odd").cloned().and_then(|odd| serde_json::from_value(odd).ok()).unwrap_or_default(),
            lost: value.get("lost").and_then(Value::as_bool).unwrap_or(false),
            anew: value.get("anew").and_then(Value::as_u64).unwrap_or(0),
        }
    }

    pub(super) const fn since(&self) -> Option<Instant> {
        self.walk.since()
    }

    pub(super) fn is_fresh(&self, changed: Option<Instant>) -> bool {
        self.walk.is_fresh(changed)
    }

    /// Where to go on after a page: at the server's cursor, at the list's beginning where `lists` is to follow, or with the
    /// next walk; and whether there is more now.
    ///
    /// # Errors
    /// [`WireFault::TooLarge`] for a cursor that is longer than one is, [`WireFault::Refused`] where too many records have
    /// errors in them.
    pub(super) fn next(
        &self,
        read: &Records,
        lists: bool,
        latest: Option<Instant>,
    ) -> Result<(Cursor, bool), WireFault> {
        let after = read.after.as_ref();
        if after.is_some_and(|after| after.len() > LONGEST_CURSOR) {
            return Err(WireFault::TooLarge { limit: LONGEST_CURSOR as u64, unit: "characters of a cursor" });
        }
        let more = after.is_some() || (lists && !self.lists);
        let walked = self.walk.after(more, latest);
        let lost = self.lost || read.lost > 0;
        if !more {
            let kept = if lost { json!({"since": self.since().map(Instant::millis)}) } else { json!({}) };
            return Ok((with(&walked, kept), false));
        }
        let odd: Vec<&String> = self.odd.iter().chain(read.spoiled.iter().filter(|_| lists)).collect();
        if odd.len() > MOST_ODD {
            return Err(Class::Internal.fault());
        }
        let lists = self.lists || after.is_none();
        let place = json!({"lists": lists, "after": after, "odd": odd, "lost": lost, "anew": self.anew});
        Ok((with(&walked, place), true))
    }

    /// The place again from the beginning of its query, and whether there is more now: a server that never knows its own
    /// cursors is not asked for ever.
    pub(super) fn anew(&self, at: &Cursor) -> (Cursor, bool) {
        if self.anew < ANEW {
            return (with(at, json!({"after": null, "anew": self.anew + 1})), true);
        }
        (with(at, json!({"page": 1, "lists": false, "after": null, "odd": [], "lost": false, "anew": 0})), false)
    }
}

/// A place of the walk with other members in it.
fn with(walked: &Cursor, members: Value) -> Cursor {
    let mut place: Value = serde_json::from_str(walked.text()).unwrap_or_default();
    if let (Some(place), Value::Object(members)) = (place.as_object_mut(), members) {
        place.extend(members);
    }
    Cursor::from_text(place.to_string())
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::Instant;

    use super::{LONGEST_CURSOR, Place};
    use crate::fault::WireFault;
    use crate::graphql::read::Records;
    use crate::partner::Cursor;

    fn page(after: Option<&str>, spoiled: &[&str]) -> Records {
        let spoiled = spoiled.iter().map(|key| (*key).to_owned()).collect();
        Records { spoiled, after: after.map(str::to_owned), ..Records::default() }
    }

    #[test]
    fn a_walk_by_change_is_followed_by_the_list_and_the_first_is_not() {
        let at = |millis| Some(Instant::from_millis(millis));
        let first = Place::read(None);
        assert_eq!((first.since(), first.lists, first.after.as_deref()), (None, false, None));
        let (cursor, more) = first.next(&page(Some("c1"), &[]), false, at(10)).unwrap();
        let second = Place::read(Some(&cursor));
        assert_eq!((more, second.lists, second.after.as_deref()), (true, false, Some("c1")));
        let (cursor, more) = second.next(&page(None, &[]), false, at(20)).unwrap();
        let next = Place::read(Some(&cursor));
        assert_eq!((more, next.since(), next.after.as_deref()), (false, at(10), None), "as old as the first page");
        let (cursor, more) = next.next(&page(None, &["k"]), true, at(30)).unwrap();
        let list = Place::read(Some(&cursor));
        assert_eq!((more, list.lists, list.since(), list.odd.as_slice()), (true, true, at(10), &["k".to_owned()][..]));
        let (cursor, more) = list.next(&page(Some("c2"), &[]), false, None).unwrap();
        let list = Place::read(Some(&cursor));
        assert_eq!((more, list.lists, list.after.as_deref(), list.odd.len()), (true, true, Some("c2"), 1));
        let (cursor, more) = list.next(&page(None, &[]), false, None).unwrap();
        let next = Place::read(Some(&cursor));
        assert_eq!((more, next.lists, next.since(), next.odd.len()), (false, false, at(30), 0));
        let long = next.next(&page(Some(&"c".repeat(LONGEST_CURSOR + 1)), &[]), false, None);
        assert!(matches!(long, Err(WireFault::TooLarge { .. })));
        let odd = vec!["k"; super::MOST_ODD + 1];
        assert!(matches!(next.next(&page(None, &odd), true, None), Err(WireFault::Refused { status: 500, .. })));
    }

    #[test]
    fn a_record_without_a_key_is_looked_for_again_by_the_next_walk() {
        let at = |millis| Some(Instant::from_millis(millis));
        let (cursor, _) = Place::read(None).next(&page(None, &[]), false, at(10)).unwrap();
        let second = Place::read(Some(&cursor));
        let lost = Records { lost: 1, ..page(Some("c"), &[]) };
        let (cursor, _) = second.next(&lost, true, at(50)).unwrap();
        let (cursor, _) = Place::read(Some(&cursor)).next(&page(None, &[]), true, at(60)).unwrap();
        let (cursor, more) = Place::read(Some(&cursor)).next(&page(None, &[]), false, None).unwrap();
        assert_eq!((more, Place::read(Some(&cursor)).since()), (false, at(10)));
    }

    #[test]
    fn a_walk_begins_anew_a_few_times_and_then_in_the_next_round() {
        let mut cursor = Place::read(None).next(&page(Some("c1"), &[]), false, None).unwrap().0;
        for _ in 0..super::ANEW {
            let (next, more) = Place::read(Some(&cursor)).anew(&cursor);
            assert!(more);
            cursor = next;
        }
        let (next, more) = Place::read(Some(&cursor)).anew(&cursor);
        assert!(!more);
        assert_eq!(Place::read(Some(&next)).anew, 0);
        for odd in ["", "[]", "7", r#"{"after":7,"lists":"x","anew":-1,"page":"y"}"#] {
            let place = Place::read(Some(&Cursor::from_text(odd.to_owned())));
            assert_eq!((place.lists, place.after.as_deref(), place.anew), (false, None, 0), "{odd}");
        }
    }
}
