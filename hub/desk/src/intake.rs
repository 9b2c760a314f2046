//! Taking in one record of a partner: mapped in a worker, read strictly, sealed, recorded. What cannot be read
//! is quarantined by path, kind and length; the record itself is not kept, a replay asks the partner again.
//!
//! What the hub has of a record is suspended while the partner's latest version says no or cannot be read: taken
//! back, or in quarantine. Read `reconcile.rs` next: records that a partner's list no longer has.

mod carried;
mod resides;
mod sealed;

pub(crate) use carried::imported;
pub(crate) use sealed::facts;

use std::collections::HashMap;

use sangam_custody::{Entry, EntryKind, Suspension};
use sangam_mapping::{Intake, Oddity, OddityKind};
use sangam_store::{Command, Idempotency, QuarantineChange, Source, SourceChange, TakenBackChange};
use sangam_vocabulary::{CategorySet, OrganizationId, SubjectId};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::hub::{Desk, DeskFault};
use crate::sync::PartnerDesk;

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Sealed for the first time.
    Recorded {
        /// The subject.
        subject: SubjectId,
        /// How many referrals it sent.
        referrals: u32,
        /// How many of its categories were dropped at the border.
        dropped: u32,
    },
    /// Sealed anew.
    Changed {
        /// The subject.
        subject: SubjectId,
        /// How many referrals it sent.
        referrals: u32,
        /// How many of its categories were dropped at the border.
        dropped: u32,
    },
    /// Nothing changed since it was last read, or it is not marked for the hub and never was.
    Unchanged,
    /// The partner shares it no longer: what the hub has of it is shown to nobody but its owner.
    Unshared,
    /// It waits in quarantine, and what the hub has of it is shown to nobody but its owner.
    Quarantined {
        /// Its id there.
        record: Uuid,
        /// Where it cannot be read, and how.
        unread: Unread,
    },
}

/// Where a record cannot be read, and how; never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread {
    /// JSON pointer of the first fault.
    pub(crate) path: String,
    /// What kind of fault, a code.
    pub(crate) kind: &'static str,
    /// How long the value was.
    pub(crate) length: usize,
    /// How many faults.
    faults: usize,
}

impl Unread {
    /// The partner's system has it in a form that its wire cannot read.
    pub(crate) const FORM: &'static str = "RECORD_UNREADABLE";
    /// The partner's system did not say what became of it.
    pub(crate) const ANSWER: &'static str = "NO_ANSWER";

    /// A fault of the wire, about the record as a whole.
    pub(crate) const fn by_the_wire(kind: &'static str) -> Self {
        Self { path: String::new(), kind, length: 0, faults: 1 }
    }

    /// A list of the record has more than a subject may have.
    pub(crate) fn too_many(path: &str, length: usize) -> Self {
        Self { path: path.to_owned(), kind: OddityKind::TooLong.code(), length, faults: 1 }
    }

    pub(crate) fn by_the_mapping(oddities: &[Oddity]) -> Self {
        let faults = oddities.len();
        match oddities.first() {
            Some(Oddity { path, kind, length }) => {
                Self { path: path.clone(), kind: kind.code(), length: *length, faults }
            }
            None => Self { path: String::new(), kind: OddityKind::NoResult.code(), length: 0, faults },
        }
    }
}

impl Desk {
    /// Takes one record. A `replay` is the key of the request that asked for it: the command with which the taking
    /// ends is recorded under it, so that the same request is not carried out twice.
    ///
    /// # Errors
    /// [`DeskFault`] when the store, a key or the writer fails; a record that cannot be read is no error.
    pub(crate) async fn take(
        &self,
        partner: &PartnerDesk,
        record: &Json,
        replay: Option<&Idempotency>,
    ) -> Result<Taken, DeskFault> {
        let source = partner.source(self, record)?;
        let key = source.external_key.clone();
        let text = record.to_string();
        let digest = self.keys.blind(partner.organization, "intake", &partner.digested(&text))?;
        let known = self.store.partner_record(partner.id, &key).await?;
        if known.as_ref().is_some_and(|(_, seen)| seen.as_slice() == digest) {
            return Ok(Taken::Unchanged);
        }
        let known = known.map(|(record, _)| SubjectId::from_uuid(record.uuid()));
        if self.moved(partner, known).await? {
            // Responsibility went to another organization: what this system says of the person is its own affair.
            return match replay {
                Some(_) => self.take_back(partner, key, None, replay).await,
                None => Ok(Taken::Unchanged),
            };
        }
        let (intake, dropped) = match self.map(partner, text.as_bytes()).await {
            // Before anything is sealed, looked up or sent: what does not stay at the hub goes no further.
            Ok(intake) => partner.kept_here(intake),
            Err(oddities) => {
                return self.quarantine(partner, source, known, Unread::by_the_mapping(&oddities), replay).await;
            }
        };
        if !intake.marked_for_hub {
            // What was never taken, or is taken back already, stays as it is; a replay ends all the same.
            return if replay.is_none() && self.is_closed(known).await? {
                Ok(Taken::Unchanged)
            } else {
                self.take_back(partner, key, known, replay).await
            };
        }
        let references = match self.resolve(partner, &intake) {
            Ok(references) => references,
            Err(oddity) => {
                return self.quarantine(partner, source, known, Unread::by_the_mapping(&[oddity]), replay).await;
            }
        };
        // What withholds binds before what it withholds is there: of a known subject, consent is recorded before
        // the new data are sealed and a suspension is lifted; of a new one, before any referral lets somebody see
        // it. The digest is kept last, so that a record whose taking was interrupted is taken again.
        if let Some(subject) = known
            && let Some(unread) = self.take_consents(partner, subject, &key, &intake, &references).await?
        {
            return self.quarantine(partner, source, known, unread, replay).await;
        }
        let subject = self.seal_record(partner, &intake, known, source.clone()).await?;
        if known.is_none()
            && let Some(unread) = self.take_consents(partner, subject, &key, &intake, &references).await?
        {
            return self.quarantine(partner, source, Some(subject), unread, replay).await;
        }
        let referrals = self.take_referrals(partner, subject, &intake, &references).await?;
        let end = SourceChange { partner: partner.id, external_key: key, digest };
        self.writer.submit(self.ending(partner, end.into(), replay)).await?;
        Ok(match known {
            None => Taken::Recorded { subject, referrals, dropped },
            Some(_) => Taken::Changed { subject, referrals, dropped },
        })
    }

    /// Puts a record into quarantine, and suspends what the hub has of it: whatever the version that nobody could
    /// read refuses is refused.
    ///
    /// # Errors
    /// [`DeskFault`]; then nothing was done.
    pub(crate) async fn quarantine(
        &self,
        partner: &PartnerDesk,
        source: Source,
        known: Option<SubjectId>,
        unread: Unread,
        replay: Option<&Idempotency>,
    ) -> Result<Taken, DeskFault> {
        let mut random = [0; 16];
        if !self.chance().fill(&mut random) {
            return Err(DeskFault::NoChance);
        }
        let change = QuarantineChange {
            id: uuid::Builder::from_random_bytes(random).into_uuid(),
            source,
            organization: partner.organization,
            path: unread.path.clone(),
            kind: unread.kind.to_owned(),
            length: i64::try_from(unread.length).unwrap_or(i64::MAX),
            faults: i64::try_from(unread.faults).unwrap_or(i64::MAX),
        };
        let entry = self.about(EntryKind::RecordQuarantined, partner.organization, known).await?;
        let command = Command::from(change).recorded(entry);
        let committed = self.writer.submit(self.ending(partner, command, replay)).await?;
        let record = committed.record.ok_or(DeskFault::Unknown { what: "quarantined record" })?;
        Ok(Taken::Quarantined { record, unread })
    }

    /// Suspends what the hub has of a record that its partner shares no longer, and takes it out of the quarantine.
    ///
    /// # Errors
    /// [`DeskFault`]; then nothing was done.
    pub(crate) async fn take_back(
        &self,
        partner: &PartnerDesk,
        external_key: String,
        known: Option<SubjectId>,
        replay: Option<&Idempotency>,
    ) -> Result<Taken, DeskFault> {
        let entry = self.about(EntryKind::RecordTakenBack, partner.organization, known).await?;
        let change = TakenBackChange { partner: partner.id, external_key };
        let command = Command::from(change).recorded(entry);
        self.writer.submit(self.ending(partner, command, replay)).await?;
        Ok(Taken::Unshared)
    }

    /// Whether the subject a record is known as is another organization's by now.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub(crate) async fn moved(&self, partner: &PartnerDesk, known: Option<SubjectId>) -> Result<bool, DeskFault> {
        let Some(subject) = known else { return Ok(false) };
        let facts = self.store.subject(subject).await?;
        Ok(facts.is_some_and(|facts| facts.owner.organization != partner.organization))
    }

    /// Whether nobody is shown anything of a record as it is: it was never taken, or was taken back.
    async fn is_closed(&self, known: Option<SubjectId>) -> Result<bool, DeskFault> {
        let Some(subject) = known else { return Ok(true) };
        let facts = self.store.subject(subject).await?;
        Ok(facts.is_some_and(|facts| facts.suspended == Some(Suspension::TakenBack)))
    }

    /// The command with which a taking ends, as what a replay came to.
    pub(crate) fn ending(&self, partner: &PartnerDesk, command: Command, replay: Option<&Idempotency>) -> Command {
        let Some(key) = replay else { return command };
        command.recorded(self.plain_entry(EntryKind::RecordReplayed, partner.organization)).once(key.clone())
    }

    /// An entry about the subject that a record is known as, or about nobody.
    async fn about(
        &self,
        kind: EntryKind,
        owner: OrganizationId,
        known: Option<SubjectId>,
    ) -> Result<Entry, DeskFault> {
        let Some(subject) = known else { return Ok(self.plain_entry(kind, owner)) };
        let facts = self.store.subject(subject).await?.ok_or(DeskFault::Unknown { what: "subject" })?;
        let key = self.subject_key(owner, subject, &facts.keys).await?;
        Ok(self.entry(kind, &owner.into(), &key, subject.into(), CategorySet::NONE)?)
    }

    pub(crate) async fn map(&self, partner: &PartnerDesk, record: &[u8]) -> Result<Intake, Vec<Oddity>> {
        let mapped = self.mapped(partner, record).await?;
        Intake::read(&mapped, &partner.reading())
    }

    /// What a partner's mapping gives for a record, whatever it is about.
    pub(crate) async fn mapped(&self, partner: &PartnerDesk, record: &[u8]) -> Result<Json, Vec<Oddity>> {
        let Some(mapping) = &partner.inbound else {
            return Err(vec![Oddity { path: String::new(), kind: OddityKind::MappingInvalid, length: 0 }]);
        };
        partner.pool.map(mapping, record).await.map_err(|oddity| vec![oddity])
    }

    /// The organizations a record refers to; one that the partner's table does not know is a fault of the record.
    pub(crate) fn resolve(
        &self,
        partner: &PartnerDesk,
        intake: &Intake,
    ) -> Result<HashMap<String, OrganizationId>, Oddity> {
        match intake.unknown_reference(|reference| partner.references.contains_key(reference)) {
            Some(oddity) => Err(oddity),
            None => Ok(intake
                .references()
                .filter_map(|(_, reference)| Some((reference.to_owned(), *partner.references.get(reference)?)))
                .collect()),
        }
    }
}
