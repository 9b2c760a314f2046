//! Sealing what was read of a record: keys for a new subject, a category at a time, one command with its entry.

use sangam_custody::{Age, EntryKind, Facts, Held, SubjectKeys};
use sangam_mapping::Intake;
use sangam_mapping::intake::AgeFact;
use sangam_store::{Command, Source, SubjectChange};
use sangam_vocabulary::{CategorySet, Instant, OrganizationId, SubjectId};

use crate::hub::{Desk, DeskFault};
use crate::sync::PartnerDesk;

impl Desk {
    /// Seals every category of a record, for a new subject or for the one it is known as.
    ///
    /// # Errors
    /// [`DeskFault`]; then nothing was sealed.
    pub(super) async fn seal_record(
        &self,
        partner: &PartnerDesk,
        intake: &Intake,
        known: Option<SubjectId>,
        source: Source,
    ) -> Result<SubjectId, DeskFault> {
        let owner = partner.organization;
        let (subject, keys) = match known {
            Some(subject) => {
                let facts = self.store.subject(subject).await?.ok_or(DeskFault::Unknown { what: "subject" })?;
                (subject, facts.keys)
            }
            None => {
                let subject = SubjectId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?;
                (subject, self.keys.mint_subject(owner, subject)?)
            }
        };
        let key = self.keys.subject(owner, subject, &keys)?;
        let held = intake
            .categories
            .iter()
            .map(|payload| key.seal(self.chance(), subject.into(), payload))
            .collect::<Result<Vec<Held>, _>>()?;
        let categories = held.iter().fold(CategorySet::NONE, |set, held| set.with(held.category()));
        let kind = if known.is_some() { EntryKind::SubjectChanged } else { EntryKind::SubjectRecorded };
        let entry = self.entry(kind, &owner.into(), &key, subject.into(), categories)?;
        let change = self.subject_change((subject, owner), intake, keys, held, source)?;
        self.writer.submit(Command::from(change).recorded(entry)).await?;
        Ok(subject)
    }

    /// What law needs of a record.
    pub(crate) fn facts_of(&self, intake: &Intake) -> Facts {
        facts(intake, self.now())
    }

    fn subject_change(
        &self,
        (subject, owner): (SubjectId, OrganizationId),
        intake: &Intake,
        keys: SubjectKeys,
        held: Vec<Held>,
        source: Source,
    ) -> Result<SubjectChange, DeskFault> {
        let facts = self.facts_of(intake);
        Ok(SubjectChange { subject, owner, facts, keys, held, source: Some(source), recalls: self.recall_id()? })
    }
}

/// What law needs to know of a record's subject, at an instant.
pub(crate) fn facts(intake: &Intake, at: Instant) -> Facts {
    let age = match intake.facts.age {
        AgeFact::Adult => Age::Adult,
        AgeFact::Unknown => Age::Unknown,
        // The fact lies in clear: rounded up, so that it says nothing of the birthday and never ends early; of somebody
        // who is of age it says nothing but that.
        AgeFact::Minor { until } if until.next_quarter() <= at => Age::Adult,
        AgeFact::Minor { until } => Age::MinorUntil(until.next_quarter()),
    };
    Facts { collected_in: intake.facts.collected_in, age }
}
