//! What must be shown before a consent counts: that a guardian has no part in what happened, that an authority acts by an
//! order which two people have seen. A parent may be the trafficker; a consent that is the trafficker's is none.

use sangam_custody::GivenBy;
use sangam_language::{Caller, CareOrder, ConflictCheck, PortFault, Telling};
use sangam_store::{self as store, Manner, PersonRow, PersonState};
use sangam_vocabulary::Instant;
use sangam_vocabulary::consent::ConsentSource;

use crate::hub::Desk;
use crate::person::person_id;
use crate::read::store_fault;

/// What of an input is wrong, and what to do about it.
pub(in crate::change) type Wrong = (&'static str, &'static str);

/// The longest version of a text, in characters.
const VERSION_LENGTH: usize = 32;
/// The longest language tag, in characters: what RFC 5646, section 4.4.1, asks everybody to make room for.
const LANGUAGE_LENGTH: usize = 35;
/// The longest subtag of one (RFC 5646, section 2.1).
const SUBTAG_LENGTH: usize = 8;

/// What was shown with a consent.
pub(super) struct Shown<'a> {
    /// By whom it grants; none where it withholds: saying no asks for no proof.
    pub(super) grants: Option<GivenBy>,
    pub(super) telling: Option<&'a Telling>,
    pub(super) check: Option<&'a ConflictCheck>,
    pub(super) order: Option<&'a CareOrder>,
}

fn is_version(text: &str) -> bool {
    (1..=VERSION_LENGTH).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// Whether a text has the form of a BCP 47 tag: a language of two or three letters, then subtags.
fn is_language(text: &str) -> bool {
    let mut subtags = text.split('-');
    let language = subtags.next().unwrap_or_default();
    text.len() <= LANGUAGE_LENGTH
        && (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && subtags.all(|subtag| {
            (1..=SUBTAG_LENGTH).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// An instant that has passed.
fn past(text: &str, now: Instant) -> Option<Instant> {
    Instant::read(text).filter(|at| *at <= now)
}

impl Desk {
    /// How a consent came about, if what it needs was shown.
    pub(super) async fn proved(&self, caller: &Caller, shown: &Shown<'_>) -> Result<Result<Manner, Wrong>, PortFault> {
        let mut manner = Manner::of(ConsentSource::Holder);
        if let Some(telling) = shown.telling {
            if !is_version(&telling.text_version) {
                return Ok(Err(("/telling/textVersion", "1 to 32 letters, digits, `-`, `.` and `_`.")));
            }
            if !is_language(&telling.language) {
                return Ok(Err(("/telling/language", "A BCP 47 tag such as `bn` or `ur-Arab`.")));
            }
            manner.text_version = Some(telling.text_version.clone());
            manner.language = Some(telling.language.clone());
            (manner.interpreter, manner.told) = (Some(telling.interpreter), Some(telling.told));
        }
        match shown.grants {
            None | Some(GivenBy::Own) => {}
            Some(GivenBy::Guardian { no_conflict: false }) => {
                return Ok(Err((
                    "/noConflict",
                    "A guardian whose conflict of interest nobody ruled out gives nothing; ask the authority that has the child in care for an order, and record its consent.",
                )));
            }
            Some(GivenBy::Guardian { no_conflict: true }) => {
                let Some(check) = shown.check else {
                    return Ok(Err((
                        "/conflictCheck",
                        "A guardian's consent says who checked for a conflict of interest, and when.",
                    )));
                };
                let Some(at) = past(&check.checked_at, self.now()) else {
                    return Ok(Err(("/conflictCheck/checkedAt", "An instant in RFC 3339 that has passed.")));
                };
                match self.colleague(caller, &check.checked_by).await? {
                    Some(person) => manner.conflict_checked = Some((person.id, at)),
                    None => return Ok(Err(("/conflictCheck/checkedBy", "A person of your organization, by id."))),
                }
            }
            Some(GivenBy::Authority) => {
                let Some(order) = shown.order else {
                    return Ok(Err((
                        "/order",
                        "An authority's consent says by which order the child is in its care, and who besides you has seen it.",
                    )));
                };
                let Some(made_at) = past(&order.made_at, self.now()) else {
                    return Ok(Err(("/order/madeAt", "An instant in RFC 3339 that has passed.")));
                };
                let Some(second) = self.second_person(caller, &order.attested_by).await? else {
                    return Ok(Err(("/order/attestedBy", "Another person of your organization than you, by id.")));
                };
                manner.order = Some(store::CareOrder { by: order.ordered_by, made_at, attested_by: second.id });
            }
        }
        Ok(Ok(manner))
    }

    /// An account of somebody else of the caller's organization than whoever asks.
    pub(in crate::change) async fn second_person(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<Option<PersonRow>, PortFault> {
        let second = self.colleague(caller, id).await?;
        Ok(second.filter(|second| !is_asking(caller, second)))
    }

    /// An account of the caller's organization that was not stopped.
    async fn colleague(&self, caller: &Caller, id: &str) -> Result<Option<PersonRow>, PortFault> {
        let Some(id) = person_id(id) else { return Ok(None) };
        let row = self.store.person(id).await.map_err(store_fault)?;
        let at = self.now();
        let may = |row: &PersonRow| {
            row.organization == caller.party().organization
                && matches!(row.state(at), PersonState::Active | PersonState::Recorded)
        };
        Ok(row.filter(may))
    }
}

/// Whether an account is that of who asks, signed in or named by a system.
fn is_asking(caller: &Caller, person: &PersonRow) -> bool {
    let actor = caller.party().actor.as_ref();
    caller.party().person() == Some(person.id) || actor.is_some_and(|actor| actor.pseudonym() == person.pseudonym)
}

#[cfg(test)]
mod tests {
    use super::{is_language, is_version};

    #[test]
    fn a_tag_is_a_tag_and_a_version_no_sentence() {
        for tag in ["bn", "ur-Arab", "ne-NP", "dv", "sa-Deva-IN", "hns-x-hub"] {
            assert!(is_language(tag), "{tag}");
        }
        for no in ["", "b", "Bangla", "bn-", "bn--IN", "bn IN", "her own words", "bn-toolongsubtag", "নেপালি"]
        {
            assert!(!is_language(no), "{no}");
        }
        assert!(is_version("2026-1") && is_version("v1.2_b"));
        assert!(!is_version("") && !is_version("the long one") && !is_version(&"1".repeat(33)));
    }
}
