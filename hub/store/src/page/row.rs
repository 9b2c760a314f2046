//! A row of a page, from its scalars in the order in which `sql.rs` writes them.

use sangam_custody::{Age, Controller, Facts, Held, RecordState, SubjectKeys, Suspension, WrappedKey};
use sangam_vocabulary::{
    CategorySet, Code, Country, Instant, Noun, OrganizationId, RecordId, Relation, Role, Seat, SubjectId,
};

use super::atom::{Atom, read_uuid};
use super::sql::Plan;
use super::{RawRow, SubjectRow};
use crate::fault::StoreFault;

pub(crate) fn read_age(kind: &str, adult_from: Option<i64>) -> Option<Age> {
    match (kind, adult_from) {
        ("UNKNOWN", _) => Some(Age::Unknown),
        ("ADULT", _) => Some(Age::Adult),
        ("MINOR", Some(until)) => Some(Age::MinorUntil(Instant::from_millis(until))),
        _ => None,
    }
}

/// A code that is none of ours is no suspension that was lifted: the row cannot be read, and shows nothing.
pub(crate) fn read_suspension(code: &str) -> Result<Suspension, StoreFault> {
    Suspension::read(code).ok_or(StoreFault::Unreadable { column: "suspended" })
}

/// Past owners are stored as `hex:ROLE:COUNTRY`, comma-separated.
pub(crate) fn read_past_owners(text: &str) -> Option<Vec<Controller>> {
    text.split(',')
        .filter(|owner| !owner.is_empty())
        .map(|owner| {
            let mut parts = owner.split(':');
            let (id, role, country) = (parts.next()?, parts.next()?, parts.next()?);
            Some(Controller {
                organization: OrganizationId::from_uuid(read_uuid(id)?),
                role: Role::read(role).ok()?,
                country: Country::read(country).ok()?,
            })
        })
        .collect()
}

fn code<C: Code>(atom: &Atom<'_>, column: &'static str) -> Result<C, StoreFault> {
    C::read(atom.text(column)?).map_err(|_| StoreFault::Unreadable { column })
}

fn categories(atom: &Atom<'_>, column: &'static str) -> Result<CategorySet, StoreFault> {
    u32::try_from(atom.int(column)?).map(CategorySet::from_bits).map_err(|_| StoreFault::Unreadable { column })
}

/// Reads a row; `next` yields its scalars, and is told what each should be.
pub(super) fn read_row<'a>(
    plan: &Plan,
    next: &mut impl FnMut(&'static str) -> Result<Atom<'a>, StoreFault>,
) -> Result<RawRow, StoreFault> {
    let record = RecordId::from_uuid(next("record")?.uuid("record")?);
    let subject = if plan.rows.of_subject() { Some(read_subject(plan, next)?) } else { None };
    let values = plan.kinds.iter().map(|kind| kind.read(&next("value")?)).collect::<Result<Vec<_>, _>>()?;
    let mut held = Vec::with_capacity(plan.sealed.len());
    for (own, category) in &plan.sealed {
        let atom = next("sealed")?;
        held.push(match (&atom, &subject) {
            (Atom::Null, _) | (_, None) => None,
            (_, Some(row)) => {
                let place = if *own { RecordId::from(row.subject) } else { record };
                Some(Held::stored(row.subject, place, *category, atom.bytes("sealed")?))
            }
        });
    }
    Ok(RawRow { record, subject, values, held })
}

/// The window of a handover; without an hour there is none.
fn read_window<'a>(
    next: &mut impl FnMut(&'static str) -> Result<Atom<'a>, StoreFault>,
) -> Result<Option<(Instant, Instant)>, StoreFault> {
    let mut instant = || -> Result<Option<Instant>, StoreFault> {
        Ok(match next("window")? {
            Atom::Null => None,
            atom => Some(Instant::from_millis(atom.int("window")?)),
        })
    };
    let (from, until) = (instant()?, instant()?);
    Ok(from.zip(until))
}

/// The columns every row about a subject begins with, in the order of `sql::SUBJECT_HEAD`.
fn read_subject<'a>(
    plan: &Plan,
    next: &mut impl FnMut(&'static str) -> Result<Atom<'a>, StoreFault>,
) -> Result<SubjectRow, StoreFault> {
    let subject = SubjectId::from_uuid(next("subject")?.uuid("subject")?);
    let owner = Controller {
        organization: OrganizationId::from_uuid(next("owner")?.uuid("owner")?),
        role: code::<Role>(&next("role")?, "role")?,
        country: code::<Country>(&next("country")?, "country")?,
    };
    let past = next("past_owners")?;
    let past_owners =
        read_past_owners(past.text("past_owners")?).ok_or(StoreFault::Unreadable { column: "past_owners" })?;
    let collected_in = code::<Country>(&next("collected_in")?, "collected_in")?;
    let age = next("age")?;
    let adult_from = match next("adult_from")? {
        Atom::Null => None,
        atom => Some(atom.int("adult_from")?),
    };
    let age = read_age(age.text("age")?, adult_from).ok_or(StoreFault::Unreadable { column: "age" })?;
    let keys = SubjectKeys {
        data: WrappedKey::stored(next("data_key")?.bytes("data_key")?),
        journal: WrappedKey::stored(next("journal_key")?.bytes("journal_key")?),
    };
    let suspended = match next("suspended")? {
        Atom::Null => None,
        atom => Some(read_suspension(atom.text("suspended")?)?),
    };
    let exceptions_until = Instant::from_millis(next("exceptions_until")?.int("exceptions_until")?);
    // Whichever lock it is.
    let locked = next("locked")?.int("locked")? != 0;
    let relation = Relation::new(code::<Noun>(&next("noun")?, "noun")?, code::<Seat>(&next("seat")?, "seat")?);
    let from = Instant::from_millis(next("from_at")?.int("from_at")?);
    let until = Instant::from_millis(next("open_until")?.int("open_until")?);
    let shut = categories(&next("shut")?, "shut")?;
    let consent = match next("mask")? {
        Atom::Null => CategorySet::NONE,
        atom => categories(&atom, "mask")?,
    };
    // Without a span there is no consent until the next one begins, which moves the fence or is read here.
    let consent_until = match next("mask_until")? {
        Atom::Null => Instant::NEVER,
        atom => Instant::from_millis(atom.int("mask_until")?),
    };
    let recalled = !matches!(next("recalled")?, Atom::Null);
    let on_team = plan.person && !matches!(next("person")?, Atom::Null);
    let window = if plan.window { read_window(next)? } else { None };
    Ok(SubjectRow {
        subject,
        owner,
        past_owners,
        facts: Facts { collected_in, age },
        keys,
        relation,
        state: RecordState { from, until, window, locked, on_team, suspended, shut, recalled },
        consent,
        consent_until,
        exceptions_until,
    })
}
