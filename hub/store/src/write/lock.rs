//! Locks: one person closes, two open. What it takes to open one is decided by `sangam_workflow::lock` alone.

use sangam_custody::{Entry, EntryKind};
use sangam_vocabulary::{Instant, LockId, OrganizationId, PersonId};
use sangam_workflow::lock::{Release, Unit, opens};
use sea_orm::{DatabaseTransaction, Value};

use super::{all, bytes, execute, flag, one, unavailable, unreadable};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::lock::{LockWay, read_releases, read_unit};
use crate::read;

/// Locks the subjects of an organization or a country. Locked already, it voids what was said for opening it: whoever
/// locks again knows something that they did not.
pub struct LockChange {
    /// The lock's id, used when it is new.
    pub id: LockId,
    /// Whose subjects.
    pub unit: Unit,
    /// Whose member locks.
    pub by: OrganizationId,
    /// How.
    pub way: LockWay,
    /// Whether the code under duress was used.
    pub duress: bool,
}

/// A person agrees that a lock ends. With the second right one it does.
pub struct LockRelease {
    /// The lock.
    pub lock: LockId,
    /// Of which organization the person is.
    pub organization: OrganizationId,
    /// The person.
    pub person: PersonId,
}

/// The operator agrees that a lock ends; by itself that opens none.
pub struct OperatorRelease {
    /// The lock.
    pub lock: LockId,
}

/// Replaces the codes of an organization that lock, as digests.
pub struct CodesChange {
    /// The organization.
    pub organization: OrganizationId,
    /// Digest of the code that locks.
    pub lock: Vec<u8>,
    /// Digest of the code that locks and says that somebody was forced.
    pub duress: Vec<u8>,
}

commands!(LockChange, LockRelease, OperatorRelease, CodesChange);

/// The columns that say whose subjects: scope, organization, country.
fn columns(unit: Unit) -> [Value; 3] {
    let none: Option<Vec<u8>> = None;
    match unit {
        Unit::Organization(id) => ["ORGANIZATION".into(), bytes(id.uuid()), None::<String>.into()],
        Unit::Country(country) => ["COUNTRY".into(), none.into(), country.to_string().into()],
    }
}

/// The condition on the organization `o` that a lock concerns, and its value.
fn concerned(unit: Unit) -> (&'static str, Value) {
    match unit {
        Unit::Organization(id) => ("o.id = $1", bytes(id.uuid())),
        Unit::Country(country) => ("o.country = $1", country.to_string().into()),
    }
}

/// Sets `locked` of the organizations that a unit is made of from the locks that are open, and from who has left.
pub(super) async fn settle(tx: &DatabaseTransaction, unit: Unit) -> Result<(), Refused> {
    let (which, value) = concerned(unit);
    let sql = format!(
        "UPDATE organization AS o SET locked = (CASE WHEN EXISTS (SELECT 1 FROM lock_up l WHERE l.unlocked_at IS NULL AND l.organization = o.id) THEN 1 ELSE 0 END) + (CASE WHEN EXISTS (SELECT 1 FROM lock_up l WHERE l.unlocked_at IS NULL AND l.country = o.country) THEN 2 ELSE 0 END) + (CASE WHEN o.membership IN ('LEFT', 'REFUSED') THEN 4 ELSE 0 END) WHERE {which}"
    );
    execute(tx, &sql, vec![value]).await.map(drop)
}

/// What is listed of whoever comes back is new to whoever reads the open directory by what changed: it was not there.
pub(super) async fn listed_again(tx: &DatabaseTransaction, unit: Unit, at: Instant) -> Result<(), Refused> {
    let (which, value) = concerned(unit);
    let sql = format!(
        "UPDATE listed SET changed_at = $2 WHERE shown = 1 AND organization IN (SELECT o.id FROM organization o WHERE {which})"
    );
    execute(tx, &sql, vec![value, at.millis().into()]).await.map(drop)
}

/// Tells whoever has an open referral of one of the subjects that something changed: one event a subject.
pub(super) async fn tell(tx: &DatabaseTransaction, unit: Unit, kind: &'static str, at: Instant) -> Result<(), Refused> {
    let (which, value) = concerned(unit);
    let sql = format!(
        "INSERT INTO event (at, noun, record, subject, kind) SELECT $2, 'SUBJECT', su.id, su.id, '{kind}' FROM subject su JOIN organization o ON o.id = su.owner WHERE {which} AND EXISTS (SELECT 1 FROM referral r WHERE r.subject = su.id AND r.is_open = 1) ORDER BY su.id"
    );
    execute(tx, &sql, vec![value, at.millis().into()]).await.map(drop)
}

/// An entry about nobody.
pub(super) fn entry(kind: EntryKind, at: Instant, caller: OrganizationId) -> Entry {
    Entry { kind, at, caller, parts: Vec::new() }
}

impl Work for LockChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let locked = entry(EntryKind::OrganizationLocked, at, self.by);
            let [scope, organization, country] = columns(self.unit);
            let open = one(
                tx,
                "SELECT id, duress FROM lock_up WHERE unlocked_at IS NULL AND scope = $1 AND (organization = $2 OR country = $3)",
                vec![scope.clone(), organization.clone(), country.clone()],
            )
            .await?;
            if let Some(row) = open {
                let id = read::id(&row, "id").map_err(unreadable)?;
                let forced = self.duress && row.try_get::<i64>("", "duress").map_err(unavailable)? == 0;
                let voided = execute(tx, "DELETE FROM lock_release WHERE lock = $1", vec![bytes(id)]).await?;
                let agreed = execute(
                    tx,
                    "UPDATE lock_up SET operator_at = NULL WHERE id = $1 AND operator_at IS NOT NULL",
                    vec![bytes(id)],
                )
                .await?;
                if forced {
                    execute(tx, "UPDATE lock_up SET duress = 1 WHERE id = $1", vec![bytes(id)]).await?;
                }
                let entries = if forced || voided + agreed > 0 { vec![locked] } else { Vec::new() };
                return Ok(Applied { record: Some(id), entries, ..Applied::default() });
            }
            execute(
                tx,
                "INSERT INTO lock_up (id, scope, organization, country, by_organization, way, duress, locked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                vec![
                    bytes(self.id.uuid()),
                    scope,
                    organization,
                    country,
                    bytes(self.by.uuid()),
                    self.way.code().into(),
                    flag(self.duress),
                    at.millis().into(),
                ],
            )
            .await?;
            settle(tx, self.unit).await?;
            tell(tx, self.unit, "LOCKED", at).await?;
            Ok(Applied {
                record: Some(self.id.uuid()),
                entries: vec![locked],
                told: true,
                fence: true,
                ..Applied::default()
            })
        })
    }
}

/// A lock that is open to be released.
struct Closed {
    id: LockId,
    unit: Unit,
    by: OrganizationId,
    duress: bool,
    operator: bool,
}

impl Closed {
    async fn find(tx: &DatabaseTransaction, id: LockId) -> Result<Self, Refused> {
        let row = one(
            tx,
            "SELECT scope, organization, country, by_organization, duress, operator_at FROM lock_up WHERE id = $1 AND unlocked_at IS NULL",
            vec![bytes(id.uuid())],
        )
        .await?
        .ok_or(Refused::NotFound)?;
        Ok(Self {
            id,
            unit: read_unit(&row).map_err(unreadable)?,
            by: OrganizationId::from_uuid(read::id(&row, "by_organization").map_err(unreadable)?),
            duress: row.try_get::<i64>("", "duress").map_err(unavailable)? != 0,
            operator: row.try_get::<Option<i64>>("", "operator_at").map_err(unavailable)?.is_some(),
        })
    }

    /// Opens it if what was said is enough.
    async fn open(self, tx: &DatabaseTransaction, at: Instant, mut said: Applied) -> Result<Applied, Refused> {
        let rows = all(
            tx,
            "SELECT r.lock, r.person, r.organization, o.country, o.membership, o.member_until FROM lock_release r JOIN organization o ON o.id = r.organization WHERE r.lock = $1",
            vec![bytes(self.id.uuid())],
        )
        .await?;
        let releases: Vec<Release> =
            rows.iter().map(|row| read_releases(row, at)).collect::<Result<_, _>>().map_err(unreadable)?;
        said.record = Some(self.id.uuid());
        if !opens(self.unit, self.duress, self.operator, &releases) {
            return Ok(said);
        }
        execute(
            tx,
            "UPDATE lock_up SET unlocked_at = $2 WHERE id = $1",
            vec![bytes(self.id.uuid()), at.millis().into()],
        )
        .await?;
        settle(tx, self.unit).await?;
        listed_again(tx, self.unit, at).await?;
        tell(tx, self.unit, "UNLOCKED", at).await?;
        said.entries.push(entry(EntryKind::OrganizationUnlocked, at, self.by));
        Ok(Applied { told: true, fence: true, ..said })
    }
}

impl Work for LockRelease {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let closed = Closed::find(tx, self.lock).await?;
            let new = execute(
                tx,
                "INSERT INTO lock_release (lock, organization, person, at) VALUES ($1, $2, $3, $4) ON CONFLICT (lock, person) DO NOTHING",
                vec![
                    bytes(self.lock.uuid()),
                    bytes(self.organization.uuid()),
                    bytes(self.person.uuid()),
                    at.millis().into(),
                ],
            )
            .await?;
            let entries =
                if new > 0 { vec![entry(EntryKind::LockReleased, at, self.organization)] } else { Vec::new() };
            closed.open(tx, at, Applied { entries, ..Applied::default() }).await
        })
    }
}

impl Work for OperatorRelease {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let mut closed = Closed::find(tx, self.lock).await?;
            let values = vec![bytes(self.lock.uuid()), at.millis().into()];
            execute(tx, "UPDATE lock_up SET operator_at = $2 WHERE id = $1", values).await?;
            closed.operator = true;
            let entries = vec![entry(EntryKind::LockReleased, at, closed.by)];
            closed.open(tx, at, Applied { entries, ..Applied::default() }).await
        })
    }
}

impl Work for CodesChange {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let values = vec![bytes(self.organization.uuid()), self.lock.into(), self.duress.into()];
            let sql = "UPDATE organization SET lock_code = $2, duress_code = $3 WHERE id = $1";
            match execute(tx, sql, values).await? {
                0 => Err(Refused::NotFound),
                _ => Ok(Applied::default()),
            }
        })
    }
}
