//! Taking in one record of a partner: mapped in a worker, read strictly, sealed, recorded. What cannot be read
//! is quarantined by path, kind and length; the record itself is not kept, a replay asks the partner again.

use std::collections::HashMap;

use sangam_custody::{Age, Assent, Consent, Effect, EntryKind, Facts, GivenBy, Held, Informed, SubjectKeys};
use sangam_mapping::intake::{AgeFact, ConsentAssent, ConsentEffect, ConsentGivenBy, ConsentIntake, ReferralIntake};
use sangam_mapping::{Intake, Oddity, OddityKind};
use sangam_store::{Command, Idempotency, QuarantineChange, Refused, Source, SourceChange, SubjectChange};
use sangam_vocabulary::{CategorySet, Code, ConsentId, OrganizationId, PurposeSet, RecordId, SubjectId};
use sangam_workflow::referral::Urgency;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::change::Draft;
use crate::hub::{Desk, DeskFault};
use crate::sync::PartnerDesk;
use crate::token::sha256;

/// What sealed keys of partners' records are bound to.
const EXTERNAL_KEY: &[u8] = b"external key";
/// The digest of a record whose taking has not come to its end.
const NOT_YET: [u8; 32] = [0; 32];

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Sealed for the first time.
    Recorded {
        /// The subject.
        subject: SubjectId,
        /// How many referrals it sent.
        referrals: u32,
    },
    /// Sealed anew.
    Changed {
        /// The subject.
        subject: SubjectId,
        /// How many referrals it sent.
        referrals: u32,
    },
    /// Nothing changed since it was last read, or the partner did not mark it for the hub.
    Unchanged,
    /// It waits in quarantine.
    Quarantined {
        /// Its id there.
        record: Uuid,
        /// Where it cannot be read, and how.
        fault: Oddity,
    },
}

impl PartnerDesk {
    /// The key by which the partner knows a record, as the hub keeps it: a UUID as it is, because it is random;
    /// anything else as a keyed digest, because it may be somebody's number.
    fn external_key(&self, desk: &Desk, key: &str) -> Result<String, DeskFault> {
        if Uuid::try_parse(key).is_ok() {
            return Ok(key.to_owned());
        }
        let blind = desk.keys.blind(self.organization, "external key", key.as_bytes())?;
        Ok(crate::read::hex(&blind))
    }

    /// The key itself, sealed, where what lies in clear is its digest.
    fn sealed_key(&self, desk: &Desk, key: &str) -> Result<Option<Vec<u8>>, DeskFault> {
        if Uuid::try_parse(key).is_ok() {
            return Ok(None);
        }
        Ok(Some(desk.keys.seal_cursor(self.organization, EXTERNAL_KEY, key.as_bytes())?))
    }

    /// The partner's own key for a record that the hub keeps, to answer it by.
    pub(crate) async fn own_key(&self, desk: &Desk, record: RecordId) -> Result<Option<String>, DeskFault> {
        let Some((key, sealed)) = desk.store.external_key(self.id, record).await? else { return Ok(None) };
        let Some(sealed) = sealed else { return Ok(Some(key)) };
        let opened = desk.keys.open_cursor(self.organization, EXTERNAL_KEY, &sealed)?;
        Ok(String::from_utf8(opened).ok())
    }

    /// The key of a raw record; of one without any, the record's own digest.
    pub(crate) fn key_of(&self, desk: &Desk, record: &Json) -> Result<String, DeskFault> {
        match self.wire.key(record) {
            Some(key) => self.external_key(desk, &key),
            None => self.external_key(desk, &record.to_string()),
        }
    }
}

impl Desk {
    /// Takes one record.
    ///
    /// # Errors
    /// [`DeskFault`] when the store, a key or the writer fails; a record that cannot be read is no error.
    pub(crate) async fn take(&self, partner: &PartnerDesk, record: &Json) -> Result<Taken, DeskFault> {
        let key = partner.key_of(self, record)?;
        let text = record.to_string();
        let digest = self.keys.blind(partner.organization, "intake", text.as_bytes())?;
        let known = self.store.partner_record(partner.id, &key).await?;
        if known.as_ref().is_some_and(|(_, seen)| seen.as_slice() == digest) {
            return Ok(Taken::Unchanged);
        }
        let intake = match self.map(partner, text.as_bytes()).await {
            Ok(intake) => intake,
            Err(oddities) => return self.quarantine(partner, key, &oddities).await,
        };
        let references = match self.resolve(partner, &intake) {
            Ok(references) => references,
            Err(oddity) => return self.quarantine(partner, key, &[oddity]).await,
        };
        if !intake.marked_for_hub {
            return Ok(Taken::Unchanged);
        }
        let known = known.map(|(record, _)| SubjectId::from_uuid(record.uuid()));
        // What withholds binds before what it withholds is there: of a known subject, consent is recorded before
        // the new data are sealed; of a new one, before any referral lets somebody see it. The digest is kept
        // last, so that a record whose taking was interrupted is taken again.
        if let Some(subject) = known {
            self.take_consents(partner, subject, &key, &intake, &references).await?;
        }
        let source = Source {
            partner: partner.id,
            external_key: key.clone(),
            sealed_key: partner.wire.key(record).map_or(Ok(None), |own| partner.sealed_key(self, &own))?,
            digest: NOT_YET,
        };
        let subject = self.seal_record(partner, &intake, known, source).await?;
        if known.is_none() {
            self.take_consents(partner, subject, &key, &intake, &references).await?;
        }
        let referrals = self.take_referrals(partner, subject, &intake, &references).await?;
        self.writer.submit(SourceChange { partner: partner.id, external_key: key, digest }.into()).await?;
        Ok(match known {
            None => Taken::Recorded { subject, referrals },
            Some(_) => Taken::Changed { subject, referrals },
        })
    }

    async fn map(&self, partner: &PartnerDesk, record: &[u8]) -> Result<Intake, Vec<Oddity>> {
        let Some(mapping) = &partner.inbound else {
            return Err(vec![Oddity { path: String::new(), kind: OddityKind::MappingInvalid, length: 0 }]);
        };
        let mapped = partner.pool.map(mapping, record).await.map_err(|oddity| vec![oddity])?;
        Intake::read(&mapped, &partner.reading())
    }

    async fn quarantine(
        &self,
        partner: &PartnerDesk,
        external_key: String,
        oddities: &[Oddity],
    ) -> Result<Taken, DeskFault> {
        let first =
            oddities.first().cloned().unwrap_or(Oddity { path: String::new(), kind: OddityKind::NoResult, length: 0 });
        let mut random = [0; 16];
        if !self.chance().fill(&mut random) {
            return Err(DeskFault::NoChance);
        }
        // A record that was read before and is put back as it was is read again all the same, and so leaves the
        // quarantine: what is known of it no longer says that nothing changed. A new record has no such row.
        self.writer
            .submit(SourceChange { partner: partner.id, external_key: external_key.clone(), digest: NOT_YET }.into())
            .await?;
        let change = QuarantineChange {
            id: uuid::Builder::from_random_bytes(random).into_uuid(),
            partner: partner.id,
            organization: partner.organization,
            external_key,
            path: first.path.clone(),
            kind: first.kind.code().to_owned(),
            length: i64::try_from(first.length).unwrap_or(i64::MAX),
            faults: i64::try_from(oddities.len()).unwrap_or(i64::MAX),
        };
        let entry = self.plain_entry(EntryKind::RecordQuarantined, partner.organization);
        let committed = self.writer.submit(Command::from(change).recorded(entry)).await?;
        let record = committed.record.ok_or(DeskFault::Unknown { what: "quarantined record" })?;
        Ok(Taken::Quarantined { record, fault: first })
    }

    /// The organizations a record refers to; one that the partner's table does not know is a fault of the
    /// record, not of somebody.
    fn resolve(&self, partner: &PartnerDesk, intake: &Intake) -> Result<HashMap<String, OrganizationId>, Oddity> {
        let referred = intake.referrals.iter().map(|r| ("/referrals", &r.to));
        let consented = intake.consents.iter().flat_map(|c| c.recipients.iter().flatten()).map(|r| ("/consents", r));
        referred
            .chain(consented)
            .map(|(path, reference)| match partner.references.get(reference) {
                Some(id) => Ok((reference.clone(), *id)),
                None => Err(Oddity {
                    path: path.to_owned(),
                    kind: OddityKind::UnknownCode,
                    length: reference.chars().count(),
                }),
            })
            .collect()
    }

    async fn seal_record(
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
        let entry = self.entry(kind, owner, &key, subject.into(), categories)?;
        let change = self.subject_change(subject, owner, intake, keys, held, source);
        self.writer.submit(Command::from(change).recorded(entry)).await?;
        Ok(subject)
    }

    fn subject_change(
        &self,
        subject: SubjectId,
        owner: OrganizationId,
        intake: &Intake,
        keys: SubjectKeys,
        held: Vec<Held>,
        source: Source,
    ) -> SubjectChange {
        let age = match intake.facts.age {
            AgeFact::Adult => Age::Adult,
            AgeFact::Unknown => Age::Unknown,
            // The fact lies in clear: rounded up, so that it says nothing of the birthday and never ends early;
            // of somebody who is of age it says nothing but that.
            AgeFact::Minor { until } if until.next_quarter() <= self.now() => Age::Adult,
            AgeFact::Minor { until } => Age::MinorUntil(until.next_quarter()),
        };
        SubjectChange {
            subject,
            owner,
            facts: Facts { collected_in: intake.facts.collected_in, age },
            keys,
            held,
            source: Some(source),
        }
    }

    async fn take_consents(
        &self,
        partner: &PartnerDesk,
        subject: SubjectId,
        key: &str,
        intake: &Intake,
        references: &HashMap<String, OrganizationId>,
    ) -> Result<(), DeskFault> {
        for consent in &intake.consents {
            let recipients = match &consent.recipients {
                Some(named) => named.iter().filter_map(|reference| references.get(reference).copied()).collect(),
                // Only a consent that withholds may leave its recipients open: then it withholds from everyone, and
                // from organizations that are not there yet.
                None => Vec::new(),
            };
            let read = self.read_imported(consent, recipients)?;
            let Some(command) = self.consent_command(partner.organization, subject, read).await? else { continue };
            // The same consent of the same record is recorded once, however often the record is read.
            let once = Idempotency {
                organization: partner.organization,
                key: format!(
                    "intake consent {} {key} {}",
                    partner.config.name,
                    crate::read::hex(&sha256(format!("{consent:?}").as_bytes()))
                ),
                request: sha256(format!("{consent:?}").as_bytes()),
            };
            self.writer.submit(command.once(once)).await?;
        }
        Ok(())
    }

    fn read_imported(&self, consent: &ConsentIntake, recipients: Vec<OrganizationId>) -> Result<Consent, DeskFault> {
        Ok(Consent {
            id: ConsentId::drawn(self.chance()).ok_or(DeskFault::NoChance)?,
            effect: match consent.effect {
                ConsentEffect::Grant => Effect::Grant,
                ConsentEffect::Withhold => Effect::Withhold,
            },
            given_by: match consent.given_by {
                ConsentGivenBy::Own => GivenBy::Own,
                ConsentGivenBy::Guardian => GivenBy::Guardian { no_conflict: consent.no_conflict },
                ConsentGivenBy::Authority => GivenBy::Authority,
            },
            assent: match consent.assent {
                ConsentAssent::Given => Assent::Given,
                ConsentAssent::Refused => Assent::Refused,
                ConsentAssent::NotAble => Assent::NotAble,
                ConsentAssent::NotAsked => Assent::NotAsked,
            },
            informed: Informed::from_answers(consent.answers),
            purposes: PurposeSet::of(&consent.purposes),
            categories: CategorySet::of(&consent.categories),
            recipients,
            countries: consent.countries.clone(),
            from: consent.from,
            until: consent.until,
        })
    }

    async fn take_referrals(
        &self,
        partner: &PartnerDesk,
        subject: SubjectId,
        intake: &Intake,
        references: &HashMap<String, OrganizationId>,
    ) -> Result<u32, DeskFault> {
        let mut sent = 0;
        for referral in &intake.referrals {
            let Some(recipient) = references.get(&referral.to).copied() else { continue };
            let key = partner.external_key(self, &referral.external_id)?;
            if self.store.partner_record(partner.id, &key).await?.is_some() {
                continue;
            }
            let draft = self.draft(partner, subject, recipient, referral, key)?;
            let Some(command) = self.referral_command(draft).await? else { continue };
            match self.writer.submit(command).await {
                Ok(_) => sent += 1,
                // The same referral is open already: it is that one.
                Err(Refused::Duplicate { .. }) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
        Ok(sent)
    }

    fn draft(
        &self,
        partner: &PartnerDesk,
        subject: SubjectId,
        recipient: OrganizationId,
        referral: &ReferralIntake,
        key: String,
    ) -> Result<Draft, DeskFault> {
        Ok(Draft {
            subject,
            sender: partner.organization,
            recipient,
            services: referral.services.clone(),
            note: referral.note.clone(),
            urgency: Urgency::read(referral.urgency.code()).map_err(|_| DeskFault::Unknown { what: "urgency" })?,
            source: Some(Source {
                partner: partner.id,
                external_key: key,
                sealed_key: partner.sealed_key(self, &referral.external_id)?,
                digest: sha256(referral.external_id.as_bytes()),
            }),
        })
    }
}
