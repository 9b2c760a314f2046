//! How an organization enters, and what becomes of its membership. Every step is the workflow's: the change takes it on
//! the state it has just read, and writes what comes back.

use sangam_custody::{Entry, EntryKind, OrganizationSecret};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{AccessionId, Code, Country, Instant, OrganizationId, PersonId, Role};
use sangam_workflow::accession::{
    By, Event, Illegal, MEMBER_DAYS, May, PROVISIONAL_DAYS, Paper, RefusalReason, State, missing, take,
};
use sangam_workflow::flow;
use sangam_workflow::lock::Unit;
use sea_orm::{DatabaseTransaction, QueryResult, Value};

use super::lock::{entry, listed_again, settle, tell};
use super::{bytes, codes, execute, one, unavailable, unreadable};
use crate::accession::{self, digests};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::lock::read_membership;
use crate::read;

/// An organization asks to join. A stranger has no account: the operator records what it sends.
pub struct Application {
    /// The id.
    pub id: AccessionId,
    /// The name.
    pub name: String,
    /// Where it is.
    pub country: Country,
    /// Its capacity.
    pub role: Role,
    /// The services it offers.
    pub services: Vec<ServiceCode>,
    /// Where it offers them: ISO 3166-2 codes.
    pub coverage: Vec<String>,
    /// Its papers: what each is, and SHA-256 of it.
    pub papers: Vec<(Paper, [u8; 32])>,
}

/// A person of a member speaks for an applicant, or against it. The last word of each member counts.
pub struct AccessionVoice {
    /// The application.
    pub accession: AccessionId,
    /// The member.
    pub organization: OrganizationId,
    /// Who speaks.
    pub person: PersonId,
    /// Why not; without a reason it speaks for the applicant.
    pub against: Option<RefusalReason>,
}

/// The operator lets an applicant in, on probation.
pub struct Admission {
    /// The application.
    pub accession: AccessionId,
    /// The id it gets.
    pub organization: OrganizationId,
    /// Its keys, wrapped.
    pub secret: OrganizationSecret,
}

/// The operator refuses an applicant.
pub struct Rejection {
    /// The application.
    pub accession: AccessionId,
    /// Why.
    pub reason: RefusalReason,
}

/// The operator changes where a member stands.
pub struct MembershipChange {
    /// The member.
    pub organization: OrganizationId,
    /// What happens.
    pub event: Event,
    /// Why, where it is a refusal.
    pub reason: Option<RefusalReason>,
}

commands!(Application, AccessionVoice, Admission, Rejection, MembershipChange);

impl From<Illegal> for Refused {
    fn from(illegal: Illegal) -> Self {
        Self::Membership(illegal)
    }
}

/// Nobody's organization: who acts where no member does.
const OPERATOR: OrganizationId = OrganizationId::from_uuid(uuid::Uuid::nil());

fn changed(at: Instant, by: OrganizationId) -> Vec<Entry> {
    vec![entry(EntryKind::AccessionChanged, at, by)]
}

impl Work for Application {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            execute(
                tx,
                "INSERT INTO accession (id, name, country, role, services, coverage, papers, state, applied_at, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 1)",
                vec![
                    bytes(self.id.uuid()),
                    self.name.into(),
                    self.country.to_string().into(),
                    self.role.to_string().into(),
                    codes(&self.services).into(),
                    self.coverage.join(",").into(),
                    digests(&self.papers).into(),
                    State::Applied.code().into(),
                    at.millis().into(),
                ],
            )
            .await?;
            Ok(Applied { record: Some(self.id.uuid()), entries: changed(at, OPERATOR), ..Applied::default() })
        })
    }
}

/// An application as it stands.
struct Found {
    id: AccessionId,
    state: State,
    country: Country,
    row: QueryResult,
}

impl Found {
    async fn of(tx: &DatabaseTransaction, id: AccessionId) -> Result<Self, Refused> {
        let sql = "SELECT name, country, role, services, coverage, state FROM accession WHERE id = $1";
        let row = one(tx, sql, vec![bytes(id.uuid())]).await?.ok_or(Refused::NotFound)?;
        let state = read::code(&row, "state").map_err(unreadable)?;
        let country = read::code(&row, "country").map_err(unreadable)?;
        Ok(Self { id, state, country, row })
    }

    /// What voices are missing now.
    async fn missing(&self, tx: &DatabaseTransaction, at: Instant) -> Result<Option<Illegal>, Refused> {
        let voices = accession::voices(tx, self.id, self.country, at).await?;
        let around = accession::around(tx, self.country, at).await?;
        Ok(missing(&voices, around).map(Illegal::VoicesMissing))
    }

    async fn write(
        &self,
        tx: &DatabaseTransaction,
        to: State,
        reason: Option<RefusalReason>,
        at: Instant,
    ) -> Result<(), Refused> {
        execute(
            tx,
            "UPDATE accession SET state = $2, reason = $3, changed_at = $4, version = version + 1 WHERE id = $1",
            vec![
                bytes(self.id.uuid()),
                to.code().into(),
                reason.map(|r| r.code().to_owned()).into(),
                at.millis().into(),
            ],
        )
        .await
        .map(drop)
    }
}

impl Work for AccessionVoice {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let found = Found::of(tx, self.accession).await?;
            let sql = "SELECT country, role, membership, member_until FROM organization WHERE id = $1";
            let own = one(tx, sql, vec![bytes(self.organization.uuid())]).await?.ok_or(Refused::NotFound)?;
            if read_membership(&own, at).map_err(unreadable)?.may() != May::Act {
                return Err(Refused::NotFound);
            }
            let role: Role = read::code(&own, "role").map_err(unreadable)?;
            let country: Country = read::code(&own, "country").map_err(unreadable)?;
            let by = if role == Role::Department && country == found.country { By::FocalPoint } else { By::Member };
            if !matches!(found.state, State::Applied | State::Sponsored) {
                return Err(Illegal::Step(flow::Illegal::NoSuchStep { legal: Vec::new() }).into());
            }
            let voice = if self.against.is_some() { "AGAINST" } else { "FOR" };
            execute(
                tx,
                "INSERT INTO accession_voice (accession, organization, person, voice, reason, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (accession, organization) DO UPDATE SET person = excluded.person, voice = excluded.voice, reason = excluded.reason, at = excluded.at",
                vec![
                    bytes(self.accession.uuid()),
                    bytes(self.organization.uuid()),
                    bytes(self.person.uuid()),
                    voice.into(),
                    self.against.map(|reason| reason.code().to_owned()).into(),
                    at.millis().into(),
                ],
            )
            .await?;
            // A focal point's no ends it; another member's is kept, and the operator and the others see it.
            if by == By::FocalPoint && self.against.is_some() {
                let stepped = take(found.state, Event::Refuse, by, self.against)?;
                found.write(tx, stepped.to(), stepped.reason(), at).await?;
            } else if found.state == State::Applied && found.missing(tx, at).await?.is_none() {
                let stepped = take(found.state, Event::Sponsor, by, None)?;
                found.write(tx, stepped.to(), None, at).await?;
            }
            let entries = changed(at, self.organization);
            Ok(Applied { record: Some(self.accession.uuid()), entries, ..Applied::default() })
        })
    }
}

impl Work for Admission {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let found = Found::of(tx, self.accession).await?;
            let lacks = found.missing(tx, at).await?;
            let ready = match (found.state, lacks.is_none()) {
                (State::Applied, true) => take(found.state, Event::Sponsor, By::Member, None)?.to(),
                (state, _) => state,
            };
            // Whoever spoke for it may have taken that back since, or be a member no more.
            if let (State::Applied | State::Sponsored, Some(lacks)) = (ready, lacks) {
                return Err(lacks.into());
            }
            let stepped = take(ready, Event::Admit, By::Operator, None)?;
            let text = |column: &str| -> Result<Value, Refused> {
                Ok(found.row.try_get::<String>("", column).map_err(unavailable)?.into())
            };
            let until = at.plus_days(PROVISIONAL_DAYS);
            execute(
                tx,
                "INSERT INTO organization (id, name, country, role, services, coverage, seal_key, outward_key, created_at, membership, member_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                vec![
                    bytes(self.organization.uuid()),
                    text("name")?,
                    text("country")?,
                    text("role")?,
                    text("services")?,
                    text("coverage")?,
                    self.secret.seal.as_bytes().to_vec().into(),
                    self.secret.outward.as_bytes().to_vec().into(),
                    at.millis().into(),
                    stepped.to().code().into(),
                    until.millis().into(),
                ],
            )
            .await?;
            found.write(tx, stepped.to(), None, at).await?;
            let values = vec![bytes(self.accession.uuid()), bytes(self.organization.uuid())];
            execute(tx, "UPDATE accession SET organization = $2 WHERE id = $1", values).await?;
            settle(tx, Unit::Organization(self.organization)).await?;
            let mut entries = changed(at, OPERATOR);
            entries.push(entry(EntryKind::MembershipChanged, at, self.organization));
            let record = Some(self.organization.uuid());
            Ok(Applied { record, entries, fence: true, rules: true, ..Applied::default() })
        })
    }
}

impl Work for Rejection {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let found = Found::of(tx, self.accession).await?;
            if !matches!(found.state, State::Applied | State::Sponsored) {
                return Err(Illegal::Step(flow::Illegal::NoSuchStep { legal: Vec::new() }).into());
            }
            let stepped = take(found.state, Event::Refuse, By::Operator, Some(self.reason))?;
            found.write(tx, stepped.to(), stepped.reason(), at).await?;
            let entries = changed(at, OPERATOR);
            Ok(Applied { record: Some(self.accession.uuid()), entries, ..Applied::default() })
        })
    }
}

impl Work for MembershipChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let id = bytes(self.organization.uuid());
            let sql = "SELECT membership, member_until FROM organization WHERE id = $1";
            let row = one(tx, sql, vec![id.clone()]).await?.ok_or(Refused::NotFound)?;
            let state = read_membership(&row, at).map_err(unreadable)?;
            let stepped = take(state, self.event, By::Operator, self.reason)?;
            execute(
                tx,
                "UPDATE organization SET membership = $2 WHERE id = $1",
                vec![id.clone(), stepped.to().code().into()],
            )
            .await?;
            if matches!(self.event, Event::Confirm | Event::Renew) {
                let until = at.plus_days(MEMBER_DAYS);
                let values = vec![id.clone(), until.millis().into()];
                execute(tx, "UPDATE organization SET member_until = $2 WHERE id = $1", values).await?;
            }
            let reason = stepped.reason().map(|reason| reason.code().to_owned());
            execute(
                tx,
                "UPDATE accession SET state = $2, reason = $3, changed_at = $4, version = version + 1 WHERE organization = $1",
                vec![id, stepped.to().code().into(), reason.into(), at.millis().into()],
            )
            .await?;
            if stepped.to().is_final() {
                end(tx, self.organization, at).await?;
            } else {
                listed_again(tx, Unit::Organization(self.organization), at).await?;
            }
            let entries = vec![entry(EntryKind::MembershipChanged, at, self.organization)];
            let record = Some(self.organization.uuid());
            Ok(Applied { record, entries, told: true, fence: true, rules: true, ..Applied::default() })
        })
    }
}

/// What named an organization ends with it: its seats in others' records, and what others' consents give it. Its own
/// subjects are locked and stay sealed. (Agreements are read without those who have left.)
async fn end(tx: &DatabaseTransaction, organization: OrganizationId, at: Instant) -> Result<(), Refused> {
    let id = bytes(organization.uuid());
    // Told while it still has its seats: whoever shares one with it.
    execute(
        tx,
        "INSERT INTO event (at, noun, record, subject, kind) SELECT $2, 'REFERRAL', r.id, r.subject, 'LEFT' FROM referral r WHERE r.is_open = 1 AND r.recipient = $1 ORDER BY r.id",
        vec![id.clone(), at.millis().into()],
    )
    .await?;
    execute(
        tx,
        "UPDATE standing SET open_until = CASE WHEN open_until > $2 THEN $2 ELSE open_until END, until_at = CASE WHEN until_at > $2 THEN $2 ELSE until_at END WHERE organization = $1 AND subject NOT IN (SELECT su.id FROM subject su WHERE su.owner = $1)",
        vec![id.clone(), at.millis().into()],
    )
    .await?;
    execute(tx, "DELETE FROM consent_span WHERE recipient = $1", vec![id]).await?;
    settle(tx, Unit::Organization(organization)).await?;
    tell(tx, Unit::Organization(organization), "LOCKED", at).await
}
