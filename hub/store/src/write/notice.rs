//! What waits for people: derived from the history of what happened, passed on when nobody looks, and gone once it was
//! seen. Rows hold ids and codes only. When somebody is told is the workflow's to reckon (`sangam_workflow::notice`).
//! What is derived from events is in `notice/follow.rs`, what from how things stand in `notice/matter.rs`.

use sangam_vocabulary::{Code, Country, Instant, OrganizationId, PersonId, PersonRole, Role, SubjectId};
use sangam_workflow::ladder::Told;
use sangam_workflow::notice::{NoticeKind, NoticeState, tell_at};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::person::accounts;
use super::{all, bytes, execute, one, unavailable, unreadable};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::notice::{NoticeChoice, OWN, PASSED_ON, TO_ADMINISTRATORS, choice};
use crate::person::{PersonRow, PersonState};
use crate::read;

mod follow;
mod matter;

pub use follow::FollowEvents;
pub use matter::FollowMatters;

/// How long a process may take to tell one person, in milliseconds: the ways' own deadlines are shorter. A process that
/// died is followed by another after it.
const BUSY_MILLIS: i64 = 2 * 60_000;
/// How often a message is tried before the notice waits, visibly, for its person to come.
const TRIES: i64 = 12;

/// The organizations whose seats in a record are open now.
pub(super) async fn seats(
    tx: &DatabaseTransaction,
    at: Instant,
    noun: &str,
    record: Uuid,
) -> Result<Vec<OrganizationId>, Refused> {
    sitting(tx, (at, at), (noun, record), "open_until > $4").await
}

async fn sitting(
    tx: &DatabaseTransaction,
    (at, then): (Instant, Instant),
    (noun, record): (&str, Uuid),
    open: &str,
) -> Result<Vec<OrganizationId>, Refused> {
    let sql = format!(
        "SELECT DISTINCT organization FROM standing WHERE record = $1 AND noun = $2 AND from_at <= $3 AND until_at > $3 AND {open} ORDER BY organization"
    );
    let values = vec![bytes(record), noun.into(), at.millis().into(), then.millis().into()];
    let rows = all(tx, &sql, values).await?;
    let ids = rows.iter().map(|row| read::id(row, "organization").map(OrganizationId::from_uuid));
    ids.collect::<Result<_, _>>().map_err(unreadable)
}

/// An organization whose people are told something.
pub(super) struct Telling {
    at: Instant,
    country: Country,
    role: Role,
    people: Vec<PersonRow>,
}

impl Telling {
    /// The people of an organization who may act now.
    pub(super) async fn in_house(
        tx: &DatabaseTransaction,
        at: Instant,
        organization: OrganizationId,
    ) -> Result<Self, Refused> {
        let sql = "SELECT country, role FROM organization WHERE id = $1";
        let row = one(tx, sql, vec![bytes(organization.uuid())]).await?.ok_or(Refused::NotFound)?;
        let mut people = accounts(tx, organization).await?;
        people.retain(|person| person.state(at) == PersonState::Active);
        let country = read::code(&row, "country").map_err(unreadable)?;
        Ok(Self { at, country, role: read::code(&row, "role").map_err(unreadable)?, people })
    }

    /// Tells those whom it concerns, and never whoever did it. A team of one who did it is nobody.
    pub(super) async fn tell(
        &self,
        tx: &DatabaseTransaction,
        told: Told,
        subject: SubjectId,
        kind: NoticeKind,
        but: Option<PersonId>,
    ) -> Result<(), Refused> {
        for person in self.concerned(tx, told, subject).await?.into_iter().filter(|person| Some(*person) != but) {
            self.raise(tx, person, kind, OWN).await?;
        }
        Ok(())
    }

    async fn concerned(
        &self,
        tx: &DatabaseTransaction,
        told: Told,
        subject: SubjectId,
    ) -> Result<Vec<PersonId>, Refused> {
        if told == Told::Administrators {
            return Ok(self.with(PersonRole::Administrator));
        }
        let rows = all(tx, "SELECT person FROM team WHERE subject = $1", vec![bytes(subject.uuid())]).await?;
        let team = rows.iter().map(|row| read::id(row, "person").map(PersonId::from_uuid));
        let team: Vec<PersonId> = team.collect::<Result<_, _>>().map_err(unreadable)?;
        let ours = self.people.iter().map(|person| person.id).filter(|person| team.contains(person));
        let ours: Vec<PersonId> = ours.collect();
        // Nobody works on it: whoever can put somebody on it is told, and in a public office its liaisons.
        let liaisons = if self.role.is_public() { self.with(PersonRole::Liaison) } else { Vec::new() };
        let found = [ours, liaisons].into_iter().find(|people| !people.is_empty());
        Ok(found.unwrap_or_else(|| self.with(PersonRole::Administrator)))
    }

    fn with(&self, role: PersonRole) -> Vec<PersonId> {
        self.of(&[role])
    }

    /// Those who have any of these roles.
    fn of(&self, roles: &[PersonRole]) -> Vec<PersonId> {
        let has = |person: &&PersonRow| roles.iter().any(|role| person.roles.contains(*role));
        self.people.iter().filter(has).map(|person| person.id).collect()
    }

    /// Puts down that something waits for a person. What waits already is told again, and counts from when it first
    /// waited; if others have been asked to look instead, the person has another chance first.
    async fn raise(
        &self,
        tx: &DatabaseTransaction,
        person: PersonId,
        kind: NoticeKind,
        stage: i64,
    ) -> Result<(), Refused> {
        let NoticeChoice { told_at, quiet, .. } = choice_of(tx, person).await?;
        let due = tell_at(kind, self.at, told_at, quiet, self.country);
        let values = vec![
            bytes(person.uuid()),
            kind.code().into(),
            self.at.millis().into(),
            due.millis().into(),
            stage.into(),
            due.plus_millis(kind.patience()).millis().into(),
        ];
        let sql = "INSERT INTO notice (person, kind, since, latest_at, due_at, state, attempts, fault, stage, pass_on_at) VALUES ($1, $2, $3, $3, $4, 'WAITING', 0, NULL, $5, $6) ON CONFLICT (person, kind) DO UPDATE SET latest_at = excluded.latest_at, due_at = CASE WHEN notice.state = 'WAITING' AND notice.due_at < excluded.due_at THEN notice.due_at ELSE excluded.due_at END, attempts = CASE WHEN notice.state = 'WAITING' THEN notice.attempts ELSE 0 END, state = 'WAITING', pass_on_at = CASE WHEN notice.stage > excluded.stage THEN excluded.pass_on_at ELSE notice.pass_on_at END, stage = CASE WHEN notice.stage > excluded.stage THEN excluded.stage ELSE notice.stage END";
        execute(tx, sql, values).await.map(drop)
    }
}

/// What a person chose; the usual where she chose nothing.
pub(super) async fn choice_of(tx: &DatabaseTransaction, person: PersonId) -> Result<NoticeChoice, Refused> {
    let row = one(tx, NoticeChoice::LOOK, vec![bytes(person.uuid())]).await?;
    row.map_or(Ok(NoticeChoice::USUAL), |row| choice(&row)).map_err(unreadable)
}

/// A process is about to tell a person. Refused as [`Refused::NotFound`] while another process does.
pub struct NoticeTaken {
    /// Whom.
    pub person: PersonId,
}

commands!(NoticeTaken, NoticeTold, NoticePassedOn);

impl Work for NoticeTaken {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let until = at.plus_millis(BUSY_MILLIS).millis();
            // One that is busy for longer than anybody can be was so before the clock was set back.
            let sql = "INSERT INTO notice_choice (person, busy_until) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET busy_until = excluded.busy_until WHERE notice_choice.busy_until IS NULL OR notice_choice.busy_until <= $3 OR notice_choice.busy_until > excluded.busy_until";
            let values = vec![bytes(self.person.uuid()), until.into(), at.millis().into()];
            if execute(tx, sql, values).await? == 0 { Err(Refused::NotFound) } else { Ok(Applied::default()) }
        })
    }
}

/// What came of telling a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeOutcome {
    /// A message was taken by a way. What happened after the person was looked at waits for the next.
    Told {
        /// When that was.
        upto: Instant,
    },
    /// No way took it; tried again at an instant, and after some tries only shown.
    Failed {
        /// What went wrong, a code.
        fault: &'static str,
        /// When it is tried again.
        again: Instant,
    },
    /// There is no way to the person now; looked at again, however often.
    Held {
        /// Why, a code.
        fault: &'static str,
        /// When.
        again: Instant,
    },
}

/// Puts down what came of telling a person, and lets others tell her again.
pub struct NoticeTold {
    /// Whom.
    pub person: PersonId,
    /// What came of it.
    pub outcome: NoticeOutcome,
}

impl Work for NoticeTold {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let person = bytes(self.person.uuid());
            let free = "UPDATE notice_choice SET busy_until = NULL WHERE person = $1";
            match self.outcome {
                NoticeOutcome::Told { upto } => {
                    let sql = "UPDATE notice SET state = $3, fault = NULL, attempts = 0 WHERE person = $1 AND state = 'WAITING' AND latest_at <= $2";
                    let state = NoticeState::Told.code();
                    execute(tx, sql, vec![person.clone(), upto.millis().into(), state.into()]).await?;
                    let told = "UPDATE notice_choice SET told_at = $2 WHERE person = $1";
                    execute(tx, told, vec![person.clone(), at.millis().into()]).await?;
                }
                NoticeOutcome::Failed { fault, again } => {
                    let sql = "UPDATE notice SET attempts = attempts + 1, due_at = $3, fault = $4, state = CASE WHEN attempts + 1 >= $5 THEN 'FAILED' ELSE 'WAITING' END WHERE person = $1 AND state = 'WAITING' AND due_at <= $2";
                    let values =
                        vec![person.clone(), at.millis().into(), again.millis().into(), fault.into(), TRIES.into()];
                    execute(tx, sql, values).await?;
                }
                NoticeOutcome::Held { fault, again } => {
                    let sql = "UPDATE notice SET due_at = $3, fault = $4 WHERE person = $1 AND state = 'WAITING' AND due_at <= $2";
                    let values = vec![person.clone(), at.millis().into(), again.millis().into(), fault.into()];
                    execute(tx, sql, values).await?;
                }
            }
            execute(tx, free, vec![person]).await?;
            Ok(Applied::default())
        })
    }
}

/// Asks others to look at what a person has not looked at: a deputy, or else the administrators. Refused as
/// [`Refused::NotFound`] when it was seen or passed on meanwhile.
pub struct NoticePassedOn {
    /// Whose.
    pub person: PersonId,
    /// What.
    pub kind: NoticeKind,
}

impl Work for NoticePassedOn {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let Self { person, kind } = *self;
            let sql = "SELECT n.stage, p.organization FROM notice n JOIN person p ON p.id = n.person WHERE n.person = $1 AND n.kind = $2 AND n.stage < $3 AND n.pass_on_at <= $4";
            let values = vec![bytes(person.uuid()), kind.code().into(), TO_ADMINISTRATORS.into(), at.millis().into()];
            let row = one(tx, sql, values).await?.ok_or(Refused::NotFound)?;
            let organization = OrganizationId::from_uuid(read::id(&row, "organization").map_err(unreadable)?);
            let stage: i64 = row.try_get("", "stage").map_err(unavailable)?;
            let house = Telling::in_house(tx, at, organization).await?;
            let chosen = choice_of(tx, person).await?.deputy_at(at);
            let deputy = chosen.filter(|deputy| stage == OWN && house.people.iter().any(|row| row.id == *deputy));
            let (others, next) = match deputy {
                Some(deputy) => (vec![deputy], PASSED_ON),
                None => (house.with(PersonRole::Administrator), TO_ADMINISTRATORS),
            };
            for other in others.into_iter().filter(|other| *other != person) {
                // Whoever looks for somebody else does not pass it on again.
                house.raise(tx, other, kind, TO_ADMINISTRATORS).await?;
            }
            let sql = "UPDATE notice SET stage = $3, pass_on_at = $4 WHERE person = $1 AND kind = $2";
            let again = at.plus_millis(kind.patience()).millis();
            execute(tx, sql, vec![bytes(person.uuid()), kind.code().into(), next.into(), again.into()]).await?;
            Ok(Applied::default())
        })
    }
}
