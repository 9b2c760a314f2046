//! Look-ups that are not pages: what a token, a rule, a synchronisation or a subscription needs.

use sangam_custody::{
    Age, Agreement, Approval, Assent, Commitment, Consent, Controller, Effect, Epoch, Facts, GivenBy, Informed,
    OrganizationSecret, Part, SubjectKeys, WrappedKey,
};
use sangam_vocabulary::{
    AgreementId, CategorySet, Code, ConsentId, Country, DeliveryId, Instant, Noun, OrganizationId, PartnerId, PersonId,
    PurposeSet, RecordId, Role, Seat, SubjectId,
};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::{bytes, read_age, read_past_owners, read_uuid};

/// An organization with its wrapped keys.
#[derive(Debug, Clone)]
pub struct OrganizationRow {
    /// The id.
    pub id: OrganizationId,
    /// The name.
    pub name: String,
    /// Where it is.
    pub country: Country,
    /// Its capacity.
    pub role: Role,
    /// The services it offers, by code.
    pub services: Vec<String>,
    /// Where it offers them: ISO 3166-2 codes.
    pub coverage: Vec<String>,
    /// Its wrapped keys.
    pub secret: OrganizationSecret,
}

/// What is known of a subject without opening anything.
#[derive(Debug, Clone)]
pub struct SubjectFacts {
    /// The subject.
    pub subject: SubjectId,
    /// Who controls the data.
    pub owner: Controller,
    /// Who did before.
    pub past_owners: Vec<Controller>,
    /// The facts law needs.
    pub facts: Facts,
    /// The wrapped keys.
    pub keys: SubjectKeys,
    /// The consent version.
    pub consent_version: i64,
    /// The version.
    pub version: i64,
}

/// A standing of an organization towards a subject.
#[derive(Debug, Clone, Copy)]
pub struct RelationRow {
    /// The kind of record.
    pub noun: Noun,
    /// The seat.
    pub seat: Seat,
    /// The record.
    pub record: RecordId,
    /// Since when.
    pub from: Instant,
    /// Until when it carries disclosures.
    pub open_until: Instant,
}

/// A connected foreign system.
#[derive(Debug, Clone)]
pub struct PartnerRow {
    /// The id.
    pub id: PartnerId,
    /// Whose it is.
    pub organization: OrganizationId,
    /// Its name in the configuration.
    pub name: String,
    /// Where the last synchronisation came to, in the partner's own terms.
    pub position: Option<String>,
}

/// A delivery that waits.
#[derive(Debug, Clone)]
pub struct DeliveryRow {
    /// The id.
    pub id: DeliveryId,
    /// To which partner.
    pub partner: PartnerId,
    /// The record.
    pub record: RecordId,
    /// What is delivered, a code.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i64,
}

/// An event as one organization may know of it.
#[derive(Debug, Clone, Copy)]
pub struct EventRow {
    /// Its place in the history.
    pub seq: i64,
    /// The referral it changes for this organization.
    pub record: RecordId,
}

/// A place in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The instant of the entry.
    pub at: Instant,
    /// The chain.
    pub process: Uuid,
    /// The entry in it.
    pub seq: i64,
    /// The part of the entry: one answer may disclose through several records of one subject.
    pub part: i64,
}

/// A part of the journal about one subject.
#[derive(Debug, Clone)]
pub struct PartRow {
    /// Where it stands.
    pub position: Position,
    /// The entry's hash: the receipt.
    pub receipt: Vec<u8>,
    /// The sealed part.
    pub part: Part,
}

pub(crate) fn id(row: &QueryResult, column: &'static str) -> Result<Uuid, StoreFault> {
    let bytes: Vec<u8> = row.try_get("", column)?;
    Uuid::from_slice(&bytes).map_err(|_| StoreFault::Unreadable { column })
}

fn code<C: Code>(row: &QueryResult, column: &'static str) -> Result<C, StoreFault> {
    C::read(&row.try_get::<String>("", column)?).map_err(|_| StoreFault::Unreadable { column })
}

fn instant(row: &QueryResult, column: &'static str) -> Result<Instant, StoreFault> {
    Ok(Instant::from_millis(row.try_get("", column)?))
}

fn key(row: &QueryResult, column: &'static str) -> Result<WrappedKey, StoreFault> {
    Ok(WrappedKey::stored(row.try_get("", column)?))
}

pub(crate) fn purposes(row: &QueryResult) -> Result<PurposeSet, StoreFault> {
    let bits: i64 = row.try_get("", "purposes")?;
    u16::try_from(bits).map(PurposeSet::from_bits).map_err(|_| StoreFault::Unreadable { column: "purposes" })
}

fn categories(row: &QueryResult) -> Result<CategorySet, StoreFault> {
    let bits: i64 = row.try_get("", "categories")?;
    u32::try_from(bits).map(CategorySet::from_bits).map_err(|_| StoreFault::Unreadable { column: "categories" })
}

fn list<T>(row: &QueryResult, column: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, StoreFault> {
    let text: String = row.try_get("", column)?;
    text.split(',').filter(|t| !t.is_empty()).map(read).collect::<Option<_>>().ok_or(StoreFault::Unreadable { column })
}

fn organization_id(text: &str) -> Option<OrganizationId> {
    read_uuid(text).map(OrganizationId::from_uuid)
}

pub(crate) fn consent(row: &QueryResult) -> Result<Consent, StoreFault> {
    let text = |column: &'static str| row.try_get::<String>("", column);
    let unreadable = |column: &'static str| StoreFault::Unreadable { column };
    let effect = match text("effect")?.as_str() {
        "GRANT" => Effect::Grant,
        "WITHHOLD" => Effect::Withhold,
        _ => return Err(unreadable("effect")),
    };
    let given_by = match text("given_by")?.as_str() {
        "OWN" => GivenBy::Own,
        "GUARDIAN" => GivenBy::Guardian { no_conflict: row.try_get::<i64>("", "no_conflict")? == 1 },
        "AUTHORITY" => GivenBy::Authority,
        _ => return Err(unreadable("given_by")),
    };
    let assent = match text("assent")?.as_str() {
        "GIVEN" => Assent::Given,
        "REFUSED" => Assent::Refused,
        "NOT_ABLE" => Assent::NotAble,
        "NOT_ASKED" => Assent::NotAsked,
        _ => return Err(unreadable("assent")),
    };
    let informed = u8::try_from(row.try_get::<i64>("", "informed")?).map_err(|_| unreadable("informed"))?;
    Ok(Consent {
        id: ConsentId::from_uuid(id(row, "id")?),
        effect,
        given_by,
        assent,
        informed: Informed::from_bits(informed),
        purposes: purposes(row)?,
        categories: categories(row)?,
        recipients: list(row, "recipients", organization_id)?,
        countries: list(row, "countries", |c| Country::read(c).ok())?,
        from: instant(row, "from_at")?,
        until: instant(row, "until_at")?,
    })
}

pub(crate) fn age(row: &QueryResult) -> Result<Age, StoreFault> {
    read_age(&row.try_get::<String>("", "age")?, row.try_get("", "adult_from")?)
        .ok_or(StoreFault::Unreadable { column: "age" })
}

fn agreement(row: &QueryResult) -> Result<Agreement, StoreFault> {
    let version: i64 = row.try_get("", "version")?;
    Ok(Agreement {
        id: AgreementId::from_uuid(id(row, "id")?),
        version: u32::try_from(version).map_err(|_| StoreFault::Unreadable { column: "version" })?,
        disclosers: list(row, "disclosers", organization_id)?,
        recipients: list(row, "recipients", organization_id)?,
        purposes: purposes(row)?,
        categories: categories(row)?,
        countries: list(row, "countries", |c| Country::read(c).ok())?,
        onward: row.try_get::<i64>("", "onward")? == 1,
        from: instant(row, "from_at")?,
        until: instant(row, "until_at")?,
        suspended: row.try_get::<i64>("", "suspended")? != 0,
        approvals: list(row, "approvals", |text| {
            let (organization, person) = text.split_once(':')?;
            Some(Approval {
                organization: organization_id(organization)?,
                person: PersonId::from_uuid(read_uuid(person)?),
            })
        })?,
    })
}

impl Store {
    pub(crate) async fn all(&self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, StoreFault> {
        Ok(self.reading.query_all_raw(self.statement(sql, values)).await?)
    }

    pub(crate) async fn one(&self, sql: &str, values: Vec<Value>) -> Result<Option<QueryResult>, StoreFault> {
        Ok(self.reading.query_one_raw(self.statement(sql, values)).await?)
    }

    /// Every organization with its wrapped keys.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn organizations(&self) -> Result<Vec<OrganizationRow>, StoreFault> {
        let rows = self.all("SELECT id, name, country, role, services, coverage, seal_key, outward_key FROM organization ORDER BY id", vec![]).await?;
        rows.iter()
            .map(|row| {
                Ok(OrganizationRow {
                    id: OrganizationId::from_uuid(id(row, "id")?),
                    name: row.try_get("", "name")?,
                    country: code(row, "country")?,
                    role: code(row, "role")?,
                    services: list(row, "services", |code| Some(code.to_owned()))?,
                    coverage: list(row, "coverage", |code| Some(code.to_owned()))?,
                    secret: OrganizationSecret { seal: key(row, "seal_key")?, outward: key(row, "outward_key")? },
                })
            })
            .collect()
    }

    /// The agreements and the epoch they belong to. An agreement that cannot be read is left out, so that it
    /// grants nothing, and counted.
    ///
    /// # Errors
    /// [`StoreFault`] when the store does not answer.
    pub async fn agreements(&self) -> Result<(Epoch, Vec<Agreement>, usize), StoreFault> {
        // The epoch is read first: agreements that are newer than it only make the caller read again.
        let row = self
            .one("SELECT rules FROM epoch WHERE id = 1", vec![])
            .await?
            .ok_or(StoreFault::Unreadable { column: "rules" })?;
        let epoch: i64 = row.try_get("", "rules")?;
        let rows = self.all("SELECT id, version, disclosers, recipients, purposes, categories, countries, onward, from_at, until_at, suspended, approvals FROM agreement ORDER BY id", vec![]).await?;
        let read: Vec<_> = rows.iter().map(agreement).collect();
        let broken = read.iter().filter(|a| a.is_err()).count();
        let epoch = u64::try_from(epoch).map_err(|_| StoreFault::Unreadable { column: "rules" })?;
        Ok((Epoch(epoch), read.into_iter().flatten().collect(), broken))
    }

    /// The legal basis of an agreement, in words.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn legal_basis(&self, agreement: AgreementId) -> Result<Option<String>, StoreFault> {
        let row = self.one("SELECT legal_basis FROM agreement WHERE id = $1", vec![bytes(agreement.uuid())]).await?;
        row.map(|row| Ok(row.try_get("", "legal_basis")?)).transpose()
    }

    /// Offers delivered to a partner whose referral is still open: the referral and the partner's key for it.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn open_offers(&self, partner: PartnerId) -> Result<Vec<(RecordId, String)>, StoreFault> {
        let rows = self
            .all(
                "SELECT r.record, r.external_key FROM partner_record r JOIN referral t ON t.id = r.record JOIN partner p ON p.id = r.partner WHERE r.partner = $1 AND r.noun = 'REFERRAL' AND t.is_open = 1 AND t.recipient = p.organization ORDER BY r.record",
                vec![bytes(partner.uuid())],
            )
            .await?;
        rows.iter().map(|row| Ok((RecordId::from_uuid(id(row, "record")?), row.try_get("", "external_key")?))).collect()
    }

    /// A subject's facts and wrapped keys. For work of the hub itself; a caller's read is a page.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn subject(&self, subject: SubjectId) -> Result<Option<SubjectFacts>, StoreFault> {
        let row = self
            .one(
                "SELECT su.owner, o.role, o.country, su.past_owners, su.collected_in, su.age, su.adult_from, su.data_key, su.journal_key, su.consent_version, su.version FROM subject su JOIN organization o ON o.id = su.owner WHERE su.id = $1",
                vec![bytes(subject.uuid())],
            )
            .await?;
        row.map(|row| {
            let past: String = row.try_get("", "past_owners")?;
            Ok(SubjectFacts {
                subject,
                owner: Controller {
                    organization: OrganizationId::from_uuid(id(&row, "owner")?),
                    role: code(&row, "role")?,
                    country: code(&row, "country")?,
                },
                past_owners: read_past_owners(&past).ok_or(StoreFault::Unreadable { column: "past_owners" })?,
                facts: Facts { collected_in: code(&row, "collected_in")?, age: age(&row)? },
                keys: SubjectKeys { data: key(&row, "data_key")?, journal: key(&row, "journal_key")? },
                consent_version: row.try_get("", "consent_version")?,
                version: row.try_get("", "version")?,
            })
        })
        .transpose()
    }

    /// The subject a consent belongs to.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn subject_of_consent(&self, consent: ConsentId) -> Result<Option<SubjectId>, StoreFault> {
        let row = self.one("SELECT subject FROM consent WHERE id = $1", vec![bytes(consent.uuid())]).await?;
        row.map(|row| id(&row, "subject").map(SubjectId::from_uuid)).transpose()
    }

    /// The standings of an organization towards a subject at an instant, the owner's first.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn relations(
        &self,
        organization: OrganizationId,
        subject: SubjectId,
        at: Instant,
    ) -> Result<Vec<RelationRow>, StoreFault> {
        let rows = self
            .all(
                "SELECT noun, seat, record, from_at, open_until FROM standing WHERE organization = $1 AND subject = $2 AND from_at <= $3 AND until_at > $3 ORDER BY CASE noun WHEN 'SUBJECT' THEN 0 ELSE 1 END, record DESC",
                vec![bytes(organization.uuid()), bytes(subject.uuid()), at.millis().into()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(RelationRow {
                    noun: code(row, "noun")?,
                    seat: code(row, "seat")?,
                    record: RecordId::from_uuid(id(row, "record")?),
                    from: instant(row, "from_at")?,
                    open_until: instant(row, "open_until")?,
                })
            })
            .collect()
    }

    /// The subjects of an owner that no consent grants anything for, oldest first.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn subjects_without_grant(&self, owner: OrganizationId) -> Result<Vec<(SubjectId, Age)>, StoreFault> {
        let rows = self
            .all(
                "SELECT su.id, su.age, su.adult_from FROM subject su WHERE su.owner = $1 AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.subject = su.id AND c.effect = 'GRANT') ORDER BY su.id",
                vec![bytes(owner.uuid())],
            )
            .await?;
        rows.iter().map(|row| Ok((SubjectId::from_uuid(id(row, "id")?), age(row)?))).collect()
    }

    /// A subject's consents.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn consents(&self, subject: SubjectId) -> Result<Vec<Consent>, StoreFault> {
        let rows =
            self.all("SELECT * FROM consent WHERE subject = $1 ORDER BY id", vec![bytes(subject.uuid())]).await?;
        rows.iter().map(consent).collect()
    }

    /// The journal's parts about a subject, newest first, before a position.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn journal_parts(
        &self,
        subject: SubjectId,
        before: Option<Position>,
        limit: u16,
    ) -> Result<Vec<PartRow>, StoreFault> {
        let before = before.unwrap_or(Position { at: Instant::NEVER, process: Uuid::max(), seq: i64::MAX, part: -1 });
        let rows = self
            .all(
                "SELECT p.process, p.seq, p.part, e.at, e.entry, p.commitment, p.sealed FROM journal_part p JOIN journal_entry e ON e.process = p.process AND e.seq = p.seq WHERE p.subject = $1 AND e.kind = 'DISCLOSED' AND (e.at < $2 OR (e.at = $2 AND (p.process < $3 OR (p.process = $3 AND (p.seq < $4 OR (p.seq = $4 AND p.part > $5)))))) ORDER BY e.at DESC, p.process DESC, p.seq DESC, p.part LIMIT $6",
                vec![
                    bytes(subject.uuid()),
                    before.at.millis().into(),
                    bytes(before.process),
                    before.seq.into(),
                    before.part.into(),
                    i64::from(limit).into(),
                ],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let commitment: Vec<u8> = row.try_get("", "commitment")?;
                Ok(PartRow {
                    position: Position {
                        at: instant(row, "at")?,
                        process: id(row, "process")?,
                        seq: row.try_get("", "seq")?,
                        part: row.try_get("", "part")?,
                    },
                    receipt: row.try_get("", "entry")?,
                    part: Part {
                        subject,
                        commitment: Commitment(
                            commitment
                                .as_slice()
                                .try_into()
                                .map_err(|_| StoreFault::Unreadable { column: "commitment" })?,
                        ),
                        sealed: row.try_get("", "sealed")?,
                    },
                })
            })
            .collect()
    }

    /// The newest event's place; where a subscription begins.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn last_event(&self) -> Result<i64, StoreFault> {
        let row = self.one("SELECT coalesce(max(seq), 0) AS seq FROM event", vec![]).await?;
        row.map_or(Ok(0), |row| Ok(row.try_get("", "seq")?))
    }

    /// The referrals that changed for an organization after a place in the history, by its standing, and the place
    /// to go on from; a change of a subject or of consent changes each of its referrals. Events are taken whole:
    /// `limit` counts events and not the referrals they change.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn referral_events(
        &self,
        organization: OrganizationId,
        after: i64,
        at: Instant,
        limit: u16,
    ) -> Result<(Vec<EventRow>, i64), StoreFault> {
        let until = self
            .one(
                "SELECT coalesce(max(seq), $1) AS seq FROM (SELECT seq FROM event WHERE seq > $1 ORDER BY seq LIMIT $2) w",
                vec![after.into(), i64::from(limit).into()],
            )
            .await?
            .map_or(Ok(after), |row| row.try_get("", "seq"))?;
        if until == after {
            return Ok((Vec::new(), after));
        }
        let rows = self
            .all(
                "SELECT e.seq, s.record FROM event e JOIN standing s ON s.organization = $1 AND s.subject = e.subject AND s.noun = 'REFERRAL' AND (e.record = s.record OR e.noun = 'SUBJECT') AND s.from_at <= $3 AND s.until_at > $3 WHERE e.seq > $2 AND e.seq <= $4 ORDER BY e.seq, s.record",
                vec![bytes(organization.uuid()), after.into(), at.millis().into(), until.into()],
            )
            .await?;
        let events = rows
            .iter()
            .map(|row| Ok(EventRow { seq: row.try_get("", "seq")?, record: RecordId::from_uuid(id(row, "record")?) }));
        Ok((events.collect::<Result<_, StoreFault>>()?, until))
    }

    /// Every connected foreign system.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn partners(&self) -> Result<Vec<PartnerRow>, StoreFault> {
        let rows = self.all("SELECT id, organization, name, position FROM partner ORDER BY id", vec![]).await?;
        rows.iter()
            .map(|row| {
                Ok(PartnerRow {
                    id: PartnerId::from_uuid(id(row, "id")?),
                    organization: OrganizationId::from_uuid(id(row, "organization")?),
                    name: row.try_get("", "name")?,
                    position: row.try_get("", "position")?,
                })
            })
            .collect()
    }

    /// The record a partner's key stands for, with the digest of what was last read.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn partner_record(
        &self,
        partner: PartnerId,
        external_key: &str,
    ) -> Result<Option<(RecordId, Vec<u8>)>, StoreFault> {
        let row = self
            .one(
                "SELECT record, digest FROM partner_record WHERE partner = $1 AND external_key = $2",
                vec![bytes(partner.uuid()), external_key.into()],
            )
            .await?;
        row.map(|row| Ok((RecordId::from_uuid(id(&row, "record")?), row.try_get("", "digest")?))).transpose()
    }

    /// The key by which a partner knows a record: as it lies in clear, and sealed where that is a digest.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn external_key(
        &self,
        partner: PartnerId,
        record: RecordId,
    ) -> Result<Option<(String, Option<Vec<u8>>)>, StoreFault> {
        let row = self
            .one(
                "SELECT external_key, sealed_key FROM partner_record WHERE partner = $1 AND record = $2",
                vec![bytes(partner.uuid()), bytes(record.uuid())],
            )
            .await?;
        row.map(|row| Ok((row.try_get("", "external_key")?, row.try_get("", "sealed_key")?))).transpose()
    }

    /// A quarantined record of an organization: its partner and the key by which the partner knows it.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn quarantined(
        &self,
        organization: OrganizationId,
        record: Uuid,
    ) -> Result<Option<(PartnerId, String)>, StoreFault> {
        let row = self
            .one(
                "SELECT partner, external_key FROM quarantine WHERE organization = $1 AND id = $2",
                vec![bytes(organization.uuid()), bytes(record)],
            )
            .await?;
        row.map(|row| Ok((PartnerId::from_uuid(id(&row, "partner")?), row.try_get("", "external_key")?))).transpose()
    }

    /// A partner's deliveries that are due, oldest first.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn deliveries_due(
        &self,
        partner: PartnerId,
        at: Instant,
        limit: u16,
    ) -> Result<Vec<DeliveryRow>, StoreFault> {
        let rows = self
            .all(
                "SELECT id, partner, record, kind, attempts FROM delivery WHERE state = 'WAITING' AND partner = $1 AND due_at <= $2 ORDER BY due_at, id LIMIT $3",
                vec![bytes(partner.uuid()), at.millis().into(), i64::from(limit).into()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(DeliveryRow {
                    id: DeliveryId::from_uuid(id(row, "id")?),
                    partner: PartnerId::from_uuid(id(row, "partner")?),
                    record: RecordId::from_uuid(id(row, "record")?),
                    kind: row.try_get("", "kind")?,
                    attempts: row.try_get("", "attempts")?,
                })
            })
            .collect()
    }

    /// The sender, recipient and subject of a referral. For work of the hub itself.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn referral_parties(
        &self,
        referral: RecordId,
    ) -> Result<Option<(OrganizationId, OrganizationId, SubjectId)>, StoreFault> {
        let row = self
            .one("SELECT sender, recipient, subject FROM referral WHERE id = $1", vec![bytes(referral.uuid())])
            .await?;
        row.map(|row| -> Result<_, StoreFault> {
            Ok((
                OrganizationId::from_uuid(id(&row, "sender")?),
                OrganizationId::from_uuid(id(&row, "recipient")?),
                SubjectId::from_uuid(id(&row, "subject")?),
            ))
        })
        .transpose()
    }
}
