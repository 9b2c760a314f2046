//! No trace, no data: an answer is written into the book before anything in it is opened.

use std::future::Future;
use std::pin::Pin;

use aws_lc_rs::digest;
use sangam_vocabulary::{
    CategorySet, Chance, Clock, Instant, OrganizationId, Purpose, RecordId, Relation, SubjectId, hex,
};
use thiserror::Error;

use crate::exception::OpenedBy;
use crate::journal::{EntryKind, Part, PartDetail};
use crate::keys::KeyFault;
use crate::mask::{Decision, Epoch};
use crate::party::Party;
use crate::seal::SubjectKey;

/// How long a permit opens anything after its entry was written, in milliseconds: an answer is opened at once,
/// and a permit that was kept is no permit.
const PERMIT_MILLIS: i64 = 5_000;

/// When an entry must be on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Before the first byte of the answer.
    BeforeRelease,
    /// Within a second.
    WithinASecond,
}

/// One entry for the book.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What happened.
    pub kind: EntryKind,
    /// When.
    pub at: Instant,
    /// Who did it; the chain holds it in clear, because who uses the hub is no secret among those who
    /// verify it.
    pub caller: OrganizationId,
    /// One part a subject.
    pub parts: Vec<Part>,
}

impl Entry {
    /// The entry's own hash: over kind, instant, caller, and each part's subject and commitment, so that a part
    /// cannot be filed under somebody else. It is the receipt a caller is given
    /// and what the chain links.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"sangam entry 1");
        context.update(self.kind.code().as_bytes());
        context.update(&self.at.millis().to_be_bytes());
        context.update(self.caller.uuid().as_bytes());
        for part in &self.parts {
            context.update(part.subject.uuid().as_bytes());
            context.update(&part.commitment.0);
        }
        let mut out = [0; 32];
        out.copy_from_slice(context.finish().as_ref());
        out
    }
}

/// The book could not take the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the journal did not take the entry")]
pub struct NotRecorded;

/// A position in the history of rules and consents, as a store gives it out with a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence(pub u64);

/// What a book promises for later, boxed so that the book is a port.
pub type Promised<'a, T> = Pin<Box<dyn Future<Output = Result<T, NotRecorded>> + Send + 'a>>;

/// The port to the journal. There is one implementation in the hub: the writer.
pub trait ReceiptBook: Send + Sync {
    /// Appends an entry; ready when the durability asked for is reached. Dropping the future does not undo
    /// the entry.
    fn append(&self, entry: Entry, durability: Durability) -> Promised<'_, ()>;

    /// Whether no rule, consent or standing changed since the fence. What cannot be known counts as changed.
    fn unchanged(&self, since: Fence) -> Promised<'_, bool>;

    /// Whether it is already known, without asking anybody, that one of them changed since the fence. A no says
    /// nothing: [`unchanged`](Self::unchanged) decides.
    fn passed(&self, since: Fence) -> bool;
}

/// The receipt of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's hash.
    pub hash: [u8; 32],
}

impl Receipt {
    /// The hash in hexadecimal digits, as an answer carries it and an annulling entry names it.
    #[must_use]
    pub fn text(&self) -> String {
        hex(&self.hash)
    }
}

/// One row of an answer: what will be released of one subject through one record. Made from a decision, and
/// from nothing else.
pub struct Line<'k> {
    key: &'k SubjectKey,
    record: RecordId,
    relation: Relation,
    released: CategorySet,
    until: Instant,
    opened_by: Vec<OpenedBy>,
}

impl<'k> Line<'k> {
    /// The line of a decision about a subject, through the record that gives the relation.
    #[must_use]
    pub fn new(key: &'k SubjectKey, record: RecordId, relation: Relation, decision: &Decision) -> Self {
        let opened_by = decision.opened_by().to_vec();
        Self { key, record, relation, released: decision.shown().released, until: decision.until(), opened_by }
    }
}

/// An answer that was decided and not yet written down.
pub struct Answer<'k> {
    /// Who asks.
    pub caller: Party,
    /// Why.
    pub purpose: Purpose,
    /// The rules it was decided under.
    pub epoch: Epoch,
    /// The snapshot it was decided on.
    pub fence: Fence,
    /// The rows.
    pub lines: Vec<Line<'k>>,
}

/// Why nothing is released although it was decided to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotReleased {
    /// The book did not take the entry.
    #[error("the journal did not take the entry")]
    NotRecorded,
    /// A rule, a consent or a standing changed, or a decision's instant passed: decide again.
    #[error("the decision is no longer the decision")]
    Stale,
    /// The permit does not cover it.
    #[error("the permit does not cover it")]
    NotPermitted,
    /// The key is not there or the bytes do not open.
    #[error(transparent)]
    Key(#[from] KeyFault),
}

impl From<NotRecorded> for NotReleased {
    fn from(_: NotRecorded) -> Self {
        Self::NotRecorded
    }
}

/// Leave to open what one answer discloses. Made only by [`Answer::receipt`], after the book has the entry.
#[must_use = "a permit is the proof of an entry; what it permits was recorded as disclosed"]
pub struct Permit {
    lines: Vec<(SubjectId, RecordId, CategorySet)>,
    at: Instant,
    until: Instant,
    receipt: Option<Receipt>,
}

impl Permit {
    /// The receipt; `None` when the answer has no row about anybody.
    #[must_use]
    pub const fn receipt(&self) -> Option<Receipt> {
        self.receipt
    }

    /// Whether the line permits the category for the subject and record at the instant.
    pub(crate) fn covers(
        &self,
        line: usize,
        subject: SubjectId,
        record: RecordId,
        category: sangam_vocabulary::Category,
        at: Instant,
    ) -> Result<(), NotReleased> {
        let (permitted, through, released) = self.lines.get(line).ok_or(NotReleased::NotPermitted)?;
        let own = record == RecordId::from(subject) || record == *through;
        if *permitted != subject || !own || !released.contains(category) {
            return Err(NotReleased::NotPermitted);
        }
        if at < self.until { Ok(()) } else { Err(NotReleased::Stale) }
    }
}

impl Answer<'_> {
    /// Writes the answer into the book and yields the permit for what it discloses.
    ///
    /// An answer that is known to be stale is not written. One that turns out to be after it was written is taken
    /// back by an entry that names its receipt. Dropped while it waits, the entry may stand alone although nothing
    /// was released: the journal then says more than was seen, never less.
    ///
    /// # Errors
    /// [`NotReleased::NotRecorded`] when the book refused; [`NotReleased::Stale`] when something changed since
    /// the snapshot: read and decide again.
    pub async fn receipt(
        self,
        book: &dyn ReceiptBook,
        chance: &dyn Chance,
        clock: &dyn Clock,
    ) -> Result<Permit, NotReleased> {
        let at = clock.now();
        let until = self.lines.iter().map(|line| line.until).min().unwrap_or(Instant::NEVER);
        if at >= until || book.passed(self.fence) {
            return Err(NotReleased::Stale);
        }
        let mut parts = Vec::with_capacity(self.lines.len());
        let mut all = CategorySet::NONE;
        // A row that is shown says that a record exists and where it stands, even where no category is released:
        // it is in the entry with an empty mask.
        for line in &self.lines {
            all = all.or(line.released);
            parts.push(line.key.journal().part(chance, &self.detail(EntryKind::Disclosed, line, at))?);
        }
        let lines = self.lines.iter().map(|line| (line.key.subject, line.record, line.released)).collect();
        let mut receipt = None;
        if !parts.is_empty() {
            let entry = Entry { kind: EntryKind::Disclosed, at, caller: self.caller.organization, parts };
            receipt = Some(Receipt { hash: entry.hash() });
            let light = all.minus(CategorySet::LIGHT).is_empty();
            let durability = if light { Durability::WithinASecond } else { Durability::BeforeRelease };
            book.append(entry, durability).await?;
        }
        let unchanged = book.unchanged(self.fence).await;
        let now = clock.now();
        let why = match unchanged {
            Ok(true) if now < until => {
                let until = until.min(now.plus_millis(PERMIT_MILLIS));
                return Ok(Permit { lines, at, until, receipt });
            }
            Ok(_) => NotReleased::Stale,
            Err(NotRecorded) => NotReleased::NotRecorded,
        };
        self.annul(receipt, at, book, chance).await?;
        Err(why)
    }

    /// Takes the answer's entry back, because nothing of it is released after all. It takes the permit with it:
    /// nothing more opens. To be called only while nothing that was opened has left, on the answer as it was
    /// written down.
    ///
    /// # Errors
    /// [`NotReleased::NotRecorded`] when the book refused; the first entry then stands alone.
    pub async fn not_released(
        self,
        permit: Permit,
        book: &dyn ReceiptBook,
        chance: &dyn Chance,
    ) -> Result<(), NotReleased> {
        self.annul(permit.receipt, permit.at, book, chance).await
    }

    /// The annulling entry has the instant of the one it takes back, so that the two stand side by side wherever
    /// entries are listed by time; which came first the chain says.
    async fn annul(
        &self,
        receipt: Option<Receipt>,
        at: Instant,
        book: &dyn ReceiptBook,
        chance: &dyn Chance,
    ) -> Result<(), NotReleased> {
        let Some(receipt) = receipt else { return Ok(()) };
        let mut parts = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let mut detail = self.detail(EntryKind::NotReleased, line, at);
            detail.annuls = Some(receipt.text());
            parts.push(line.key.journal().part(chance, &detail)?);
        }
        let entry = Entry { kind: EntryKind::NotReleased, at, caller: self.caller.organization, parts };
        Ok(book.append(entry, Durability::WithinASecond).await?)
    }

    fn detail(&self, kind: EntryKind, line: &Line<'_>, at: Instant) -> PartDetail {
        let mut detail = PartDetail::act(kind, at, self.caller.organization).about(line.record, line.released);
        detail.actor = self.caller.actor.as_ref().map(|actor| actor.pseudonym().to_owned());
        detail.purpose = Some(self.purpose);
        detail.epoch = Some(self.epoch.0);
        detail.noun = Some(line.relation.noun);
        detail.seat = Some(line.relation.seat);
        detail.opened_by.clone_from(&line.opened_by);
        detail
    }
}
