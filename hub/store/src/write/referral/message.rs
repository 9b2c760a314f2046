//! What the parties of a referral write to each other. What was written is sealed in a record of its own.

use sangam_custody::Held;
use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, RecordId};
use sangam_workflow::flow::By;
use sea_orm::DatabaseTransaction;

use super::{ReferralRefusal, Stands};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::write::subject::put_held;
use crate::write::{bytes, execute, one, unavailable};

/// How many messages one referral has room for: two people who write ten a working day for a month. Whoever needs more
/// needs another way to talk, and what is sealed for one referral stays bounded.
pub const MESSAGES: i64 = 200;

/// A message about a referral that is under way, from one of its parties.
pub struct NewMessage {
    /// The message's record.
    pub id: RecordId,
    /// The referral.
    pub referral: RecordId,
    /// Who writes: must sit in it.
    pub organization: OrganizationId,
    /// What is written, sealed in the message's record.
    pub text: Held,
}

commands!(NewMessage);

impl Work for NewMessage {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let stands = Stands::of(tx, self.referral, self.organization, at).await?;
            let By::Seat(seat) = stands.by else { return Err(Refused::NotFound) };
            if !stands.is_open() {
                return Err(Refused::Referral(ReferralRefusal::NotUnderWay));
            }
            let row = one(
                tx,
                "SELECT count(*) AS n FROM referral_message WHERE referral = $1",
                vec![bytes(self.referral.uuid())],
            )
            .await?;
            let written: i64 = row.ok_or(Refused::Unavailable)?.try_get("", "n").map_err(unavailable)?;
            if written >= MESSAGES {
                return Err(Refused::Referral(ReferralRefusal::MessagesFull));
            }
            execute(
                tx,
                "INSERT INTO referral_message (id, referral, seat, sent_at) VALUES ($1, $2, $3, $4)",
                vec![bytes(self.id.uuid()), bytes(self.referral.uuid()), seat.code().into(), at.millis().into()],
            )
            .await?;
            put_held(tx, stands.subject, std::slice::from_ref(&self.text)).await?;
            let event =
                NewEvent { noun: Noun::Referral, record: self.referral, subject: stands.subject, kind: "MESSAGE" };
            Ok(Applied { record: Some(self.id.uuid()), events: vec![event], ..Applied::default() })
        })
    }
}
