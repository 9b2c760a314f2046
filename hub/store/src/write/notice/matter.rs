//! Notices derived from how things stand: an agreement that waits, a lock, a record in quarantine. Nothing tells of
//! these as it happens, or nothing happens at all but that a day has come; so what is open now is compared with what was
//! open before, in one savepoint. Each thing makes one notice a person; when it is done, what was not looked at ends.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sangam_custody::APPROVALS_PER_PARTY;
use sangam_vocabulary::{Code, Instant, OrganizationId, PersonId, PersonRole, SubjectId};
use sangam_workflow::agreement::REVIEW_DAYS as AGREEMENT_REVIEW_DAYS;
use sangam_workflow::ladder::Told;
use sangam_workflow::notice::{CONSENT_ENDS_DAYS, NoticeKind};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::Telling;
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::notice::{MATTERS_MILLIS, OWN};
use crate::person::{OVERDUE_DAYS, REVIEW_DAYS, SLEEP_DAYS};
use crate::read;
use crate::write::{all, bytes, execute, one, unreadable};

/// How many new things of a kind one change makes notices of, and how many that are done it ends: what a batch of the
/// writer may take without holding up others. The next looks go on.
const NEW: i64 = 50;
const DONE: i64 = 200;
const DAY_MILLIS: i64 = 86_400_000;

/// Who in an organization is told of a thing.
#[derive(Clone, Copy)]
enum Whom {
    /// Those who have any of these roles; where there is nobody left, the administrators.
    Roles(&'static [PersonRole]),
    /// The team of the person whose consent it is.
    TeamOfConsent,
}

/// A kind of thing that waits for people.
struct Matter {
    kind: NoticeKind,
    whom: Whom,
    /// What is open now: rows of `matter` and `organization`; the instant is the first value.
    open: fn() -> String,
    /// Whether a person has done her part of a thing, or has none in it: a condition on what stands for the thing and the
    /// person.
    did: Option<fn(&str, &str) -> String>,
}

const MATTERS: &[Matter] = &[
    Matter { kind: NoticeKind::ConsentEnds, whom: Whom::TeamOfConsent, open: consents, did: None },
    Matter {
        kind: NoticeKind::AgreementWaits,
        whom: Whom::Roles(&[PersonRole::AgreementOfficer]),
        open: agreements_to_approve,
        did: Some(approved),
    },
    Matter {
        kind: NoticeKind::AgreementStopped,
        whom: Whom::Roles(&[PersonRole::AgreementOfficer, PersonRole::Administrator]),
        open: stopped_agreements,
        did: Some(stopped),
    },
    Matter {
        kind: NoticeKind::AgreementReview,
        whom: Whom::Roles(&[PersonRole::AgreementOfficer]),
        open: agreements_to_review,
        did: None,
    },
    Matter {
        kind: NoticeKind::AccountsReview,
        whom: Whom::Roles(&[PersonRole::Administrator]),
        open: accounts_to_review,
        did: Some(own_account),
    },
    Matter {
        kind: NoticeKind::Locked,
        whom: Whom::Roles(&[PersonRole::Administrator]),
        open: locks,
        did: Some(opened),
    },
    Matter { kind: NoticeKind::Quarantine, whom: Whom::Roles(&[PersonRole::PartnerOfficer]), open: unread, did: None },
];

/// Consents that end within the fortnight, after the half of their time, of somebody in whose record a seat is open for
/// whom consent covers something, and in whose place nothing lasts longer.
fn consents() -> String {
    let soon = CONSENT_ENDS_DAYS * DAY_MILLIS;
    format!(
        "SELECT c.id AS matter, su.owner AS organization FROM consent c JOIN subject su ON su.id = c.subject WHERE c.effect = 'GRANT' AND c.from_at <= $1 AND c.until_at > $1 AND c.until_at <= $1 + {soon} AND (c.until_at - $1) * 2 <= c.until_at - c.from_at AND EXISTS (SELECT 1 FROM consent_span q JOIN standing s ON s.organization = q.recipient AND s.subject = q.subject WHERE q.subject = c.subject AND q.from_at <= $1 AND q.until_at > $1 AND q.recipient <> su.owner AND s.from_at <= $1 AND s.open_until > $1) AND NOT EXISTS (SELECT 1 FROM consent r WHERE r.subject = c.subject AND r.effect = 'GRANT' AND r.until_at > c.until_at AND r.from_at <= c.until_at AND r.recipients = c.recipients AND r.countries = c.countries AND (r.purposes & c.purposes) = c.purposes AND (r.categories & c.categories) = c.categories)"
    )
}

/// Proposals that too few people of a party have approved.
fn agreements_to_approve() -> String {
    format!(
        "SELECT t.id AS matter, ap.organization AS organization FROM agreement t JOIN agreement_party ap ON ap.agreement = t.id WHERE t.state = 'PROPOSED' AND t.until_at > $1 AND (SELECT count(DISTINCT v.person) FROM agreement_act v WHERE v.agreement = t.id AND v.organization = ap.organization AND v.act = 'APPROVE' AND v.void = 0 AND (t.drafted_by IS NULL OR v.person <> t.drafted_by)) < {APPROVALS_PER_PARTY}"
    )
}

/// Who has approved an agreement, or drafted it and so never approves it.
fn approved(agreement: &str, person: &str) -> String {
    format!(
        "(EXISTS (SELECT 1 FROM agreement_act v WHERE v.agreement = {agreement} AND v.person = {person} AND v.act = 'APPROVE' AND v.void = 0) OR EXISTS (SELECT 1 FROM agreement t WHERE t.id = {agreement} AND t.drafted_by = {person}))"
    )
}

fn stopped_agreements() -> String {
    "SELECT t.id AS matter, ap.organization AS organization FROM agreement t JOIN agreement_party ap ON ap.agreement = t.id WHERE t.state = 'SUSPENDED' AND t.until_at > $1".to_owned()
}

/// Who stopped an agreement, this time.
fn stopped(agreement: &str, person: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM agreement_act v JOIN agreement_stop s ON s.agreement = v.agreement AND s.organization = v.organization WHERE v.agreement = {agreement} AND v.person = {person} AND v.act = 'SUSPEND' AND v.version >= s.since)"
    )
}

/// Agreements that end soon. A newer version that its parties see is the review; a draft is nobody's to know of.
fn agreements_to_review() -> String {
    let soon = AGREEMENT_REVIEW_DAYS * DAY_MILLIS;
    format!(
        "SELECT t.id AS matter, ap.organization AS organization FROM agreement t JOIN agreement_party ap ON ap.agreement = t.id WHERE t.state IN ('IN_FORCE', 'SUSPENDED') AND t.until_at > $1 AND t.until_at <= $1 + {soon} AND NOT EXISTS (SELECT 1 FROM agreement q WHERE q.supersedes = t.id AND q.state IN ('PROPOSED', 'IN_FORCE', 'SUSPENDED'))"
    )
}

/// Accounts whose review is due and that do not sleep yet.
fn accounts_to_review() -> String {
    let [due, asleep, unused] = [REVIEW_DAYS, REVIEW_DAYS + OVERDUE_DAYS, SLEEP_DAYS].map(|days| days * DAY_MILLIS);
    format!(
        "SELECT p.id AS matter, p.organization AS organization FROM person p WHERE p.state = 'ACTIVE' AND coalesce(p.reviewed_at, p.created_at) + {due} <= $1 AND coalesce(p.reviewed_at, p.created_at) + {asleep} > $1 AND (p.created_at + {unused} > $1 OR p.used_at + {unused} > $1 OR p.woken_at + {unused} > $1)"
    )
}

/// Whose the account is: nobody reviews her own.
fn own_account(account: &str, person: &str) -> String {
    format!("{account} = {person}")
}

fn locks() -> String {
    "SELECT l.id AS matter, o.id AS organization FROM lock_up l JOIN organization o ON o.id = l.organization OR o.country = l.country WHERE l.unlocked_at IS NULL AND l.locked_at <= $1 AND o.membership NOT IN ('LEFT', 'REFUSED')".to_owned()
}

/// Who has agreed that a lock ends.
fn opened(lock: &str, person: &str) -> String {
    format!("EXISTS (SELECT 1 FROM lock_release r WHERE r.lock = {lock} AND r.person = {person})")
}

fn unread() -> String {
    "SELECT q.id AS matter, q.organization AS organization FROM quarantine q WHERE q.since <= $1".to_owned()
}

/// Derives notices from how things stand, at most once in some seconds over all processes. Refused as
/// [`Refused::NotFound`] when another process has just done it.
pub struct FollowMatters;

commands!(FollowMatters);

impl Work for FollowMatters {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            // A look of the future was before the clock was set back: it holds up nobody.
            let sql = "UPDATE notice_look SET at = $1 WHERE id = 1 AND (at + $2 <= $1 OR at > $1)";
            if execute(tx, sql, vec![at.millis().into(), MATTERS_MILLIS.into()]).await? == 0 {
                return Err(Refused::NotFound);
            }
            let mut look = Look { at, tx, houses: HashMap::new() };
            for matter in MATTERS {
                look.ends(matter).await?;
                look.begins(matter).await?;
            }
            Ok(Applied::default())
        })
    }
}

struct Look<'a> {
    at: Instant,
    tx: &'a DatabaseTransaction,
    houses: HashMap<OrganizationId, Telling>,
}

impl Look<'_> {
    /// Forgets what is done, and ends the notices that nothing of the kind is behind any more.
    async fn ends(&self, of: &Matter) -> Result<(), Refused> {
        let kind = || sea_orm::Value::from(of.kind.code());
        let sql = format!(
            "SELECT m.matter, m.organization, m.person FROM notice_matter m WHERE m.kind = $2 AND NOT EXISTS (SELECT 1 FROM ({}) o WHERE o.matter = m.matter AND o.organization = m.organization) LIMIT $3",
            (of.open)()
        );
        for row in all(self.tx, &sql, vec![self.at.millis().into(), kind(), DONE.into()]).await? {
            let id = |column| read::id(&row, column).map(bytes).map_err(unreadable);
            let (matter, organization, person) = (id("matter")?, id("organization")?, id("person")?);
            let gone =
                "DELETE FROM notice_matter WHERE kind = $1 AND matter = $2 AND organization = $3 AND person = $4";
            execute(self.tx, gone, vec![kind(), matter, organization.clone(), person.clone()]).await?;
            let own = "DELETE FROM notice WHERE kind = $1 AND person = $2 AND NOT EXISTS (SELECT 1 FROM notice_matter m WHERE m.kind = $1 AND m.person = $2)";
            execute(self.tx, own, vec![kind(), person]).await?;
            // Whoever was asked to look in another's place has nothing to look at either.
            let passed_on = "DELETE FROM notice WHERE kind = $1 AND person IN (SELECT p.id FROM person p WHERE p.organization = $2) AND NOT EXISTS (SELECT 1 FROM notice_matter m WHERE m.kind = $1 AND m.organization = $2)";
            execute(self.tx, passed_on, vec![kind(), organization]).await?;
        }
        let Some(did) = of.did else { return Ok(()) };
        let did = did("m.matter", "m.person");
        let part = format!(
            "DELETE FROM notice WHERE kind = $1 AND person IN (SELECT m.person FROM notice_matter m WHERE m.kind = $1 AND {did}) AND NOT EXISTS (SELECT 1 FROM notice_matter m WHERE m.kind = $1 AND m.person = notice.person AND NOT {did})"
        );
        execute(self.tx, &part, vec![kind()]).await.map(drop)
    }

    /// Tells of what is new. The row beside each person says that she was told of it, once and for all; the nil person,
    /// that there was nobody.
    async fn begins(&mut self, of: &Matter) -> Result<(), Refused> {
        let sql = format!(
            "SELECT o.matter, o.organization FROM ({}) o WHERE NOT EXISTS (SELECT 1 FROM notice_matter m WHERE m.kind = $2 AND m.matter = o.matter AND m.organization = o.organization) ORDER BY o.matter, o.organization LIMIT $3",
            (of.open)()
        );
        let values = vec![self.at.millis().into(), of.kind.code().into(), NEW.into()];
        for row in all(self.tx, &sql, values).await? {
            let matter = read::id(&row, "matter").map_err(unreadable)?;
            let organization = OrganizationId::from_uuid(read::id(&row, "organization").map_err(unreadable)?);
            if let Entry::Vacant(place) = self.houses.entry(organization) {
                place.insert(Telling::in_house(self.tx, self.at, organization).await?);
            }
            let Some(house) = self.houses.get(&organization) else { return Err(Refused::Unavailable) };
            let told = self.concerned(of, house, matter).await?;
            for person in &told {
                house.raise(self.tx, *person, of.kind, OWN).await?;
            }
            let nobody = told.is_empty().then(|| PersonId::from_uuid(Uuid::nil()));
            for person in told.into_iter().chain(nobody) {
                let sql =
                    "INSERT INTO notice_matter (kind, matter, organization, person, since) VALUES ($1, $2, $3, $4, $5)";
                let ids = [bytes(matter), bytes(organization.uuid()), bytes(person.uuid())];
                let values = [of.kind.code().into()].into_iter().chain(ids).chain([self.at.millis().into()]);
                execute(self.tx, sql, values.collect()).await?;
            }
        }
        Ok(())
    }

    async fn concerned(&self, of: &Matter, house: &Telling, matter: Uuid) -> Result<Vec<PersonId>, Refused> {
        match of.whom {
            Whom::TeamOfConsent => {
                let sql = "SELECT subject FROM consent WHERE id = $1";
                let row = one(self.tx, sql, vec![bytes(matter)]).await?.ok_or(Refused::NotFound)?;
                let subject = SubjectId::from_uuid(read::id(&row, "subject").map_err(unreadable)?);
                house.concerned(self.tx, Told::Team, subject).await
            }
            Whom::Roles(roles) => {
                let left = self.left(of, house.of(roles), matter).await?;
                if left.is_empty() {
                    self.left(of, house.with(PersonRole::Administrator), matter).await
                } else {
                    Ok(left)
                }
            }
        }
    }

    /// Those of them who have a part to do.
    async fn left(&self, of: &Matter, people: Vec<PersonId>, matter: Uuid) -> Result<Vec<PersonId>, Refused> {
        let Some(did) = of.did else { return Ok(people) };
        let sql = format!("SELECT 1 AS did WHERE {}", did("$1", "$2"));
        let mut left = Vec::new();
        for person in people {
            if one(self.tx, &sql, vec![bytes(matter), bytes(person.uuid())]).await?.is_none() {
                left.push(person);
            }
        }
        Ok(left)
    }
}
