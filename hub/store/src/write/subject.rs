//! Subjects: their sealed categories and the facts that law needs. What a source says anew lifts its suspension.

use sangam_custody::{Age, Facts, Held, SubjectKeys};
use sangam_vocabulary::{CategorySet, Instant, Noun, OrganizationId, RecordId, Seat, SubjectId};
use sea_orm::DatabaseTransaction;

use super::consent::recompile;
use super::keys::seal_is_kept;
use super::recall::{Held as BeforeChange, RECALLED};
use super::record::{Source, put_source};
use super::{bytes, execute, one, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read;

/// Records a subject or seals some of its categories anew.
pub struct SubjectChange {
    /// The subject.
    pub subject: SubjectId,
    /// Its owner.
    pub owner: OrganizationId,
    /// The facts law needs.
    pub facts: Facts,
    /// Its keys, wrapped; used when it is new.
    pub keys: SubjectKeys,
    /// The categories, sealed: the whole record. One that is stored and not here was taken back by its source and
    /// is erased.
    pub held: Vec<Held>,
    /// Where it came from, if from a partner.
    pub source: Option<Source>,
    /// An id for the first recall it opens: whom consent covers depends on these facts.
    pub recalls: RecordId,
}

/// Lets go of categories that were stored and stay in the owner's own system from now on, or nowhere.
pub struct SentHome {
    /// The subject.
    pub subject: SubjectId,
    /// Its owner; where it is another by now, nothing is done.
    pub owner: OrganizationId,
    /// The categories.
    pub categories: CategorySet,
}

commands!(SubjectChange, SentHome);

impl Work for SentHome {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let id = bytes(self.subject.uuid());
            let changed = execute(
                tx,
                "UPDATE subject SET version = version + 1 WHERE id = $1 AND owner = $2",
                vec![id.clone(), bytes(self.owner.uuid())],
            )
            .await?;
            if changed == 0 {
                return Err(Refused::NotFound);
            }
            for category in self.categories.iter() {
                let values = vec![id.clone(), i64::from(category as u32).into()];
                execute(tx, "DELETE FROM held WHERE record = $1 AND category = $2", values).await?;
            }
            let (noun, record) = (Noun::Subject, self.subject.into());
            let event = NewEvent { noun, record, subject: self.subject, kind: "CHANGED" };
            // What was read before and is still to be released is read again, and is not there.
            Ok(Applied { record: Some(self.subject.uuid()), events: vec![event], fence: true, ..Applied::default() })
        })
    }
}

pub(super) async fn put_held(tx: &DatabaseTransaction, subject: SubjectId, held: &[Held]) -> Result<(), Refused> {
    for held in held {
        execute(
            tx,
            "INSERT INTO held (record, category, subject, sealed, version) VALUES ($1, $2, $3, $4, 1) ON CONFLICT (record, category) DO UPDATE SET sealed = excluded.sealed, version = held.version + 1",
            vec![
                bytes(held.record().uuid()),
                i64::from(held.category() as u32).into(),
                bytes(subject.uuid()),
                held.ciphertext().to_vec().into(),
            ],
        )
        .await?;
    }
    Ok(())
}

impl Work for SubjectChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let id = bytes(self.subject.uuid());
            let (age, adult_from) = match self.facts.age {
                Age::Unknown => ("UNKNOWN", None),
                Age::Adult => ("ADULT", None),
                Age::MinorUntil(until) => ("MINOR", Some(until.millis())),
            };
            // Written first, so that another process's change of the same subject is waited for and then seen.
            execute(tx, "UPDATE subject SET version = version + 1 WHERE id = $1", vec![id.clone()]).await?;
            let before = one(
                tx,
                "SELECT owner, collected_in, age, adult_from, suspended FROM subject WHERE id = $1",
                vec![id.clone()],
            )
            .await?;
            let (mut fence, mut recalled) = (true, false);
            let kind = if before.is_some() { "CHANGED" } else { "RECORDED" };
            match before {
                None => {
                    seal_is_kept(tx, self.owner, &self.keys).await?;
                    execute(
                        tx,
                        "INSERT INTO subject (id, owner, past_owners, collected_in, age, adult_from, data_key, journal_key, consent_version, version, created_at) VALUES ($1, $2, '', $3, $4, $5, $6, $7, 0, 1, $8)",
                        vec![
                            id.clone(),
                            bytes(self.owner.uuid()),
                            self.facts.collected_in.to_string().into(),
                            age.into(),
                            adult_from.into(),
                            self.keys.data.as_bytes().to_vec().into(),
                            self.keys.journal.as_bytes().to_vec().into(),
                            at.millis().into(),
                        ],
                    )
                    .await?;
                    execute(
                        tx,
                        "INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) VALUES ($1, $2, $3, $4, $3, $5, $6, $6)",
                        vec![
                            bytes(self.owner.uuid()),
                            Noun::Subject.to_string().into(),
                            id.clone(),
                            Seat::Owner.to_string().into(),
                            at.millis().into(),
                            Instant::NEVER.millis().into(),
                        ],
                    )
                    .await?;
                }
                Some(row) => {
                    if read::id(&row, "owner").map_err(unreadable)? != self.owner.uuid() {
                        return Err(Refused::NotFound);
                    }
                    let known = read::age(&row).map_err(unreadable)?;
                    let country: String = row.try_get("", "collected_in").map_err(super::unavailable)?;
                    let suspended: Option<String> = row.try_get("", "suspended").map_err(super::unavailable)?;
                    let other = known != self.facts.age || country != self.facts.collected_in.to_string();
                    let lifted = suspended.is_some() && self.source.is_some();
                    fence = other || lifted;
                    execute(
                        tx,
                        "UPDATE subject SET collected_in = $2, age = $3, adult_from = $4 WHERE id = $1",
                        vec![id.clone(), self.facts.collected_in.to_string().into(), age.into(), adult_from.into()],
                    )
                    .await?;
                    if other {
                        // Somebody who is a child after all was not given away by her own word alone: whoever loses by
                        // it what consent covered is asked, as after a withdrawal.
                        let covered = BeforeChange::of(tx, self.subject, at).await?;
                        recompile(tx, self.subject, at).await?;
                        recalled = covered.recall(tx, self.recalls, at).await?;
                    }
                    if lifted {
                        // Its source was read again to where consents are known: the latest version is this one.
                        execute(tx, "UPDATE subject SET suspended = NULL WHERE id = $1", vec![id.clone()]).await?;
                    }
                }
            }
            let kept: Vec<_> = self.held.iter().map(|held| (held.category() as u32).to_string()).collect();
            let kept = if kept.is_empty() { "-1".to_owned() } else { kept.join(",") };
            execute(tx, &format!("DELETE FROM held WHERE record = $1 AND category NOT IN ({kept})"), vec![id.clone()])
                .await?;
            put_held(tx, self.subject, &self.held).await?;
            if let Some(source) = &self.source {
                put_source(tx, source, self.subject.into(), Noun::Subject).await?;
            }
            let event =
                |kind| NewEvent { noun: Noun::Subject, record: self.subject.into(), subject: self.subject, kind };
            let mut events = vec![event(kind)];
            events.extend(recalled.then(|| event(RECALLED)));
            Ok(Applied { record: Some(self.subject.uuid()), events, fence, ..Applied::default() })
        })
    }
}
