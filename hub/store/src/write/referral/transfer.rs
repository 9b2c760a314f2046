//! Responsibility for a case, handed over: the recipient that accepts a transfer becomes the owner of the subject, in the
//! savepoint of its step. What was seen when it was decided that this may be (rules, consents, keys) must be what stands
//! there still; otherwise nothing is done, and it is decided anew.

use sangam_custody::{Epoch, Fence, SubjectKeys};
use sangam_vocabulary::{CategorySet, Instant};
use sea_orm::DatabaseTransaction;

use super::{ReferralRefusal, Stands};
use crate::command::{NewEvent, Refused};
use crate::read::said;
use crate::write::keys::seal_is_kept;
use crate::write::transfer::GoingOver;
use crate::write::{bytes, execute, one, unavailable, unreadable};

/// What was decided about a transfer, and what was seen for it.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// The epoch of the rules.
    pub epoch: Epoch,
    /// The fence before anything was read.
    pub fence: Fence,
    /// Until when time alone leaves the decision as it is.
    pub until: Instant,
    /// The categories that it was decided about.
    pub categories: CategorySet,
    /// The subject's keys as they were seen, under the sender's key.
    pub before: SubjectKeys,
    /// The same keys under the recipient's.
    pub after: SubjectKeys,
}

/// Refuses what was decided on another state of rules, consents or standing, and what time has passed by.
async fn still(tx: &DatabaseTransaction, transfer: &Transfer, at: Instant) -> Result<(), Refused> {
    let row = one(tx, "SELECT rules, fence FROM epoch WHERE id = 1", vec![]).await?.ok_or(Refused::Unavailable)?;
    let number = |column: &str| row.try_get::<i64>("", column).map_err(unavailable);
    let same = u64::try_from(number("rules")?) == Ok(transfer.epoch.0)
        && u64::try_from(number("fence")?) == Ok(transfer.fence.0)
        && at < transfer.until;
    if same { Ok(()) } else { Err(Refused::Referral(ReferralRefusal::Moved)) }
}

/// Refuses a subject that is locked on either side or suspended, or that the recipient was asked to let go of and has not
/// answered: responsibility is no way around any of these.
async fn is_free(tx: &DatabaseTransaction, stands: &Stands) -> Result<(), Refused> {
    let row = one(
        tx,
        "SELECT su.suspended, a.locked + b.locked AS locked, (SELECT count(*) FROM recall r WHERE r.subject = su.id AND r.recipient = b.id AND r.is_open = 1) AS recalls FROM subject su JOIN organization a ON a.id = su.owner JOIN organization b ON b.id = $3 WHERE su.id = $1 AND su.owner = $2",
        vec![bytes(stands.subject.uuid()), bytes(stands.sender.uuid()), bytes(stands.recipient.uuid())],
    )
    .await?
    .ok_or(Refused::Referral(ReferralRefusal::NotTheirs))?;
    let suspended: Option<String> = row.try_get("", "suspended").map_err(unavailable)?;
    let locked: i64 = row.try_get("", "locked").map_err(unavailable)?;
    let recalls: i64 = row.try_get("", "recalls").map_err(unavailable)?;
    if suspended.is_some() || locked != 0 || recalls != 0 {
        Err(Refused::Referral(ReferralRefusal::NotFree))
    } else {
        Ok(())
    }
}

/// Refuses while another referral that the former owner sent for the person is under way: nobody would answer for it.
async fn no_other_referral(tx: &DatabaseTransaction, stands: &Stands, at: Instant) -> Result<(), Refused> {
    let row = one(
        tx,
        "SELECT 1 FROM standing WHERE organization = $1 AND subject = $2 AND noun = 'REFERRAL' AND seat = 'SENDER' AND record <> $3 AND open_until > $4 LIMIT 1",
        vec![
            bytes(stands.sender.uuid()),
            bytes(stands.subject.uuid()),
            bytes(stands.referral.uuid()),
            at.millis().into(),
        ],
    )
    .await?;
    if row.is_none() { Ok(()) } else { Err(Refused::Referral(ReferralRefusal::OtherUnderWay)) }
}

/// Makes the recipient the owner, of the subject and of every record of the case. The former owner becomes a past owner,
/// whose country's law goes on to bind; its system's record no longer stands for the subject; consents stay the person's;
/// the team of either side stays.
pub(super) async fn hand_over(
    tx: &DatabaseTransaction,
    stands: &Stands,
    transfer: Option<&Transfer>,
    at: Instant,
) -> Result<Vec<NewEvent>, Refused> {
    is_free(tx, stands).await?;
    no_other_referral(tx, stands, at).await?;
    let transfer = transfer.ok_or(Refused::Referral(ReferralRefusal::Moved))?;
    still(tx, transfer, at).await?;
    // Not everything that is said of her moves the fence.
    if !said(tx, stands.subject, at).await.map_err(unreadable)?.minus(transfer.categories).is_empty() {
        return Err(Refused::Referral(ReferralRefusal::Moved));
    }
    seal_is_kept(tx, stands.recipient, &transfer.after).await?;
    let (subject, old, new) =
        (bytes(stands.subject.uuid()), bytes(stands.sender.uuid()), bytes(stands.recipient.uuid()));
    let row = one(tx, "SELECT role, country FROM organization WHERE id = $1", vec![old.clone()]).await?;
    let row = row.ok_or(Refused::Unavailable)?;
    let text = |column: &str| row.try_get::<String>("", column).map_err(unavailable);
    let past = format!("{}:{}:{}", stands.sender.uuid().simple(), text("role")?, text("country")?);
    let moved = execute(
        tx,
        "UPDATE subject SET owner = $3, past_owners = CASE WHEN past_owners = '' THEN $4 ELSE past_owners || ',' || $4 END, data_key = $7, journal_key = $8, version = version + 1 WHERE id = $1 AND owner = $2 AND data_key = $5 AND journal_key = $6",
        vec![
            subject.clone(),
            old.clone(),
            new,
            past.into(),
            transfer.before.data.as_bytes().to_vec().into(),
            transfer.before.journal.as_bytes().to_vec().into(),
            transfer.after.data.as_bytes().to_vec().into(),
            transfer.after.journal.as_bytes().to_vec().into(),
        ],
    )
    .await?;
    if moved == 0 {
        return Err(Refused::Referral(ReferralRefusal::Moved));
    }
    // What the former owner's system says of the person from now on is its own affair: the key stays, so that the record
    // does not come in as somebody new, and stands for no subject any more.
    execute(
        tx,
        "UPDATE partner_record SET noun = $3 WHERE record = $1 AND noun = 'SUBJECT' AND partner IN (SELECT id FROM partner WHERE organization = $2)",
        vec![subject, old, HANDED_OVER.into()],
    )
    .await?;
    let case = GoingOver { subject: stands.subject, from: stands.sender, to: stands.recipient };
    case.carry_out(tx, at).await
}

/// What stands for the kind of record where a partner's key stands for a subject that is no longer its organization's.
const HANDED_OVER: &str = "HANDED_OVER";
