//! Pages: one statement, one value. Every query about subjects starts from standing, so that a record exists
//! for a caller if and only if a standing says so.

use std::borrow::Cow;
use std::fmt;

use sangam_custody::{Age, Controller, Epoch, Facts, Fence, Held, RecordState, SubjectKeys, Suspension, WrappedKey};
use sangam_vocabulary::{
    Category, CategorySet, Code, Country, Instant, Noun, OrganizationId, Purpose, RecordId, Relation, Role, Seat,
    SubjectId,
};
use sea_orm::{ConnectionTrait, Value as SqlValue};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use uuid::Uuid;

use crate::connect::Store;
use crate::dialect::Dialect;
use crate::fault::StoreFault;

mod columns;
mod sql;

pub(crate) use columns::Kind;

/// What kind of rows a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rows {
    /// The directory.
    Organizations,
    /// Subjects the caller has standing in.
    Subjects,
    /// Referrals the caller has standing in.
    Referrals,
    /// Consents of one own subject.
    Consents,
    /// Agreements the caller is a party of.
    Agreements,
    /// The caller's partners.
    Partners,
    /// The caller's quarantined records.
    Quarantine,
    /// The caller's clients.
    Clients,
}

impl Rows {
    /// Every kind of rows, for the snapshots of all scoped queries.
    pub const ALL: [Self; 8] = [
        Self::Organizations,
        Self::Subjects,
        Self::Referrals,
        Self::Consents,
        Self::Agreements,
        Self::Partners,
        Self::Quarantine,
        Self::Clients,
    ];

    /// Whether the rows are about subjects and carry what a ruling needs.
    #[must_use]
    pub const fn of_subject(self) -> bool {
        matches!(self, Self::Subjects | Self::Referrals)
    }
}

/// Who reads, when, and which part.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The caller's organization.
    pub organization: OrganizationId,
    /// The instant of the question.
    pub at: Instant,
    /// Why it asks: chooses the consent mask.
    pub purpose: Option<Purpose>,
    /// The relations that carry the purpose in the caller's role, for rows about subjects: through any other a
    /// record does not exist. An owner's own subjects are always there.
    pub carrying: Vec<(Noun, Seat)>,
    /// Only this row.
    pub record: Option<Uuid>,
    /// Only rows of this subject (consents).
    pub subject: Option<SubjectId>,
    /// Only rows in which the caller sits here.
    pub seat: Option<Seat>,
    /// Only rows in this state.
    pub state: Option<String>,
    /// Only rows after this one in the page's order.
    pub after: Option<Uuid>,
    /// How many rows at most; one more is read to know whether more follow.
    pub limit: u16,
}

/// What to read of each row.
#[derive(Debug, Clone)]
pub struct PageQuery<'a> {
    /// What kind of rows.
    pub rows: Rows,
    /// The columns, prefixes included; a row's values come in this order.
    pub columns: &'a [String],
    /// The sealed categories: of the subject's own record (`true`) or of the row's record.
    pub sealed: &'a [(bool, Category)],
    /// Who reads.
    pub scope: Scope,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Text or a code.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Boolean(bool),
    /// An instant.
    Instant(Instant),
    /// The id of a record, to be made outward for the caller.
    Record(RecordId),
    /// The public id of an organization.
    Organization(OrganizationId),
    /// The id of a row about nobody.
    Id(Uuid),
    /// A list.
    List(Vec<Value>),
}

/// What a ruling needs to know of a row about a subject.
pub struct SubjectRow {
    /// The subject.
    pub subject: SubjectId,
    /// Who controls the data.
    pub owner: Controller,
    /// Who did before.
    pub past_owners: Vec<Controller>,
    /// The facts law needs.
    pub facts: Facts,
    /// The subject's keys, wrapped.
    pub keys: SubjectKeys,
    /// The relation the standing gives.
    pub relation: Relation,
    /// Its instants.
    pub state: RecordState,
    /// What consent covers for the caller and purpose now.
    pub consent: CategorySet,
    /// Until when that mask holds.
    pub consent_until: Instant,
}

/// A row as the store has it: sealed.
pub struct RawRow {
    /// The record.
    pub record: RecordId,
    /// What a ruling needs, for rows about a subject.
    pub subject: Option<SubjectRow>,
    /// The values, in the query's order.
    pub values: Vec<Value>,
    /// The sealed categories, in the query's order.
    pub held: Vec<Option<Held>>,
}

/// A page as the store has it.
pub struct RawPage {
    /// The rows.
    pub rows: Vec<RawRow>,
    /// Whether more follow.
    pub has_next: bool,
    /// The rules' epoch of the snapshot.
    pub epoch: Epoch,
    /// The fence of the snapshot.
    pub fence: Fence,
}

impl Store {
    /// Reads a page: one statement.
    ///
    /// # Errors
    /// [`StoreFault::NoColumn`] for a column the rows do not have; [`StoreFault::Database`].
    pub async fn page(&self, query: &PageQuery<'_>) -> Result<RawPage, StoreFault> {
        let (sql, kinds) = sql::page(self.dialect, query)?;
        let row = self
            .reading
            .query_one_raw(self.statement(&sql, sql::values(query)))
            .await?
            .ok_or(StoreFault::Unreadable { column: "page" })?;
        let text: String = row.try_get("", "rows")?;
        let rules: i64 = row.try_get("", "rules")?;
        let fence: i64 = row.try_get("", "fence")?;
        let head = if query.rows.of_subject() { sql::SUBJECT_HEAD.len() } else { 0 };
        let width = 1 + head + kinds.len() + query.sealed.len();
        let atoms = Grid::read(&text, width, usize::from(query.scope.limit) + 1)?;
        let number = atoms.len() / width;
        let mut atoms = atoms.into_iter();
        let mut rows = (0..number).map(|_| read_row(query, &kinds, &mut atoms)).collect::<Result<Vec<_>, _>>()?;
        // The statement chose the rows in this order; the aggregate that gathers them does not promise to keep it.
        rows.sort_by_key(|row| std::cmp::Reverse(row.record));
        let limit = usize::from(query.scope.limit);
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        let unsigned = |value: i64| u64::try_from(value).map_err(|_| StoreFault::Unreadable { column: "epoch" });
        Ok(RawPage { rows, has_next, epoch: Epoch(unsigned(rules)?), fence: Fence(unsigned(fence)?) })
    }

    /// The statement a query becomes, for snapshots and plans.
    ///
    /// # Errors
    /// [`StoreFault::NoColumn`].
    pub fn page_sql(dialect: Dialect, query: &PageQuery<'_>) -> Result<String, StoreFault> {
        sql::page(dialect, query).map(|(sql, _)| sql)
    }

    /// How the database would run a query, in its own words.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn page_plan(&self, query: &PageQuery<'_>) -> Result<Vec<String>, StoreFault> {
        let (sql, _) = sql::page(self.dialect, query)?;
        let (explain, column) = match self.dialect {
            Dialect::Sqlite => ("EXPLAIN QUERY PLAN ", "detail"),
            Dialect::Postgres => ("EXPLAIN (COSTS OFF) ", "QUERY PLAN"),
        };
        let rows = self.reading.query_all_raw(self.statement(&format!("{explain}{sql}"), sql::values(query))).await?;
        rows.iter().map(|row| Ok(row.try_get("", column)?)).collect()
    }
}

/// One JSON scalar, borrowed where it can be.
enum Atom<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Atom<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Atom<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("null, a whole number or text")
            }
            fn visit_unit<E>(self) -> Result<Atom<'de>, E> {
                Ok(Atom::Null)
            }
            fn visit_i64<E>(self, value: i64) -> Result<Atom<'de>, E> {
                Ok(Atom::Int(value))
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Atom<'de>, E> {
                i64::try_from(value).map(Atom::Int).map_err(|_| E::custom("number out of range"))
            }
            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Atom<'de>, E> {
                Ok(Atom::Text(Cow::Borrowed(value)))
            }
            fn visit_str<E>(self, value: &str) -> Result<Atom<'de>, E> {
                Ok(Atom::Text(Cow::Owned(value.to_owned())))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Rows of equal width as they stand in the text, read into one vector: a vector a row would cost more than
/// everything in it.
struct Grid<'v, 'a> {
    atoms: &'v mut Vec<Atom<'a>>,
    width: usize,
}

impl<'a> Grid<'_, 'a> {
    /// Reads `[[…],[…]]`, every row as wide as said.
    fn read(text: &'a str, width: usize, rows: usize) -> Result<Vec<Atom<'a>>, StoreFault> {
        let mut atoms = Vec::with_capacity(width.saturating_mul(rows));
        let unreadable = |_| StoreFault::Unreadable { column: "page" };
        let mut reader = serde_json::Deserializer::from_str(text);
        Grid { atoms: &mut atoms, width }.deserialize(&mut reader).map_err(unreadable)?;
        reader.end().map_err(unreadable)?;
        Ok(atoms)
    }
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for Grid<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Grid<'_, 'a> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("rows")
    }
    fn visit_seq<S: SeqAccess<'de>>(self, mut rows: S) -> Result<(), S::Error> {
        while rows.next_element_seed(Line { atoms: &mut *self.atoms, width: self.width })?.is_some() {}
        Ok(())
    }
}

/// One row of a [`Grid`].
struct Line<'v, 'a> {
    atoms: &'v mut Vec<Atom<'a>>,
    width: usize,
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for Line<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Line<'_, 'a> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a row of {}", self.width)
    }
    fn visit_seq<S: SeqAccess<'de>>(self, mut row: S) -> Result<(), S::Error> {
        let before = self.atoms.len();
        while let Some(atom) = row.next_element()? {
            self.atoms.push(atom);
        }
        let found = self.atoms.len() - before;
        if found == self.width { Ok(()) } else { Err(serde::de::Error::invalid_length(found, &self)) }
    }
}

impl Atom<'_> {
    fn text(&self, column: &'static str) -> Result<&str, StoreFault> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(StoreFault::Unreadable { column }),
        }
    }

    fn int(&self, column: &'static str) -> Result<i64, StoreFault> {
        match self {
            Self::Int(value) => Ok(*value),
            _ => Err(StoreFault::Unreadable { column }),
        }
    }

    fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreFault> {
        unhex(self.text(column)?).ok_or(StoreFault::Unreadable { column })
    }

    fn uuid(&self, column: &'static str) -> Result<Uuid, StoreFault> {
        read_uuid(self.text(column)?).ok_or(StoreFault::Unreadable { column })
    }
}

/// The value of every hexadecimal digit, in either case; [`NO_DIGIT`] for everything else.
#[expect(clippy::indexing_slicing, reason = "computed when the hub is built: an index out of range does not build")]
const DIGITS: [u8; 256] = {
    let mut table = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        let (small, large) = (b"0123456789abcdef"[value], b"0123456789ABCDEF"[value]);
        (table[small as usize], table[large as usize]) = (value as u8, value as u8);
        value += 1;
    }
    table
};
const NO_DIGIT: u8 = 0xff;

fn digit(byte: u8) -> u8 {
    DIGITS.get(usize::from(byte)).copied().unwrap_or(NO_DIGIT)
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    // Every digit is looked at before any is judged: the loop has no exit and no branch.
    let mut seen = 0;
    let read = pairs.iter().map(|[high, low]| {
        let (high, low) = (digit(*high), digit(*low));
        seen |= high | low;
        high << 4 | (low & 15)
    });
    let bytes: Vec<u8> = read.collect();
    (rest.is_empty() && seen < 16).then_some(bytes)
}

pub(crate) fn read_uuid(text: &str) -> Option<Uuid> {
    let pairs = <&[u8; 32]>::try_from(text.as_bytes()).ok()?.as_chunks::<2>().0;
    let (mut bytes, mut seen) = ([0; 16], 0);
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (digit(*high), digit(*low));
        seen |= high | low;
        *byte = high << 4 | (low & 15);
    }
    (seen < 16).then(|| Uuid::from_bytes(bytes))
}

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

fn read_row<'a>(
    query: &PageQuery<'_>,
    kinds: &[Kind],
    atoms: &mut impl Iterator<Item = Atom<'a>>,
) -> Result<RawRow, StoreFault> {
    let mut next = |column: &'static str| atoms.next().ok_or(StoreFault::Unreadable { column });
    let record = RecordId::from_uuid(next("record")?.uuid("record")?);
    let subject = if query.rows.of_subject() { Some(read_subject(&mut next)?) } else { None };
    let values = kinds.iter().map(|kind| kind.read(&next("value")?)).collect::<Result<Vec<_>, _>>()?;
    let mut held = Vec::with_capacity(query.sealed.len());
    for (own, category) in query.sealed {
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

/// The columns every row about a subject begins with, in the order of [`sql::SUBJECT_HEAD`].
fn read_subject<'a>(
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
    let relation = Relation::new(code::<Noun>(&next("noun")?, "noun")?, code::<Seat>(&next("seat")?, "seat")?);
    let from = Instant::from_millis(next("from_at")?.int("from_at")?);
    let until = Instant::from_millis(next("open_until")?.int("open_until")?);
    let consent = match next("mask")? {
        Atom::Null => CategorySet::NONE,
        atom => CategorySet::from_bits(
            u32::try_from(atom.int("mask")?).map_err(|_| StoreFault::Unreadable { column: "mask" })?,
        ),
    };
    // Without a span there is no consent until the next one begins, which moves the fence or is read here.
    let consent_until = match next("mask_until")? {
        Atom::Null => Instant::NEVER,
        atom => Instant::from_millis(atom.int("mask_until")?),
    };
    Ok(SubjectRow {
        subject,
        owner,
        past_owners,
        facts: Facts { collected_in, age },
        keys,
        relation,
        state: RecordState { from, until, window: None, locked: false, suspended },
        consent,
        consent_until,
    })
}

pub(crate) fn bytes(id: Uuid) -> SqlValue {
    id.as_bytes().to_vec().into()
}
