//! Writing to the other side of a referral. What is written is sealed under the person's key in a record of its own, and
//! is read like any category of her: by consent, agreement and law, by its author too.

use sangam_custody::{EntryKind, OutwardKind};
use sangam_language::{Caller, ErrorCode, Outcome, PortFault, SendMessage};
use sangam_store::{Command, NewMessage, Rows};
use sangam_vocabulary::payload::{Messages, Payload};
use sangam_vocabulary::{Category, CategorySet, MessageId, Purpose, RecordId};

use crate::change::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal};
use crate::hub::{Desk, DeskFault};
use crate::read::store_fault;

/// The longest message, in characters: half a page. What is longer is a report, and belongs in its category.
const MESSAGE_LENGTH: usize = 2000;

impl Desk {
    pub(crate) async fn send_message(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: SendMessage,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let request = format!("sendMessage {input:?}");
        let Some(once) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(referral) = self.inward(organization, OutwardKind::Referral, &input.referral) else {
            return Ok(invalid(plans, "/referral", "Not the id of a referral."));
        };
        if input.text.trim().is_empty() || input.text.chars().count() > MESSAGE_LENGTH {
            return Ok(invalid(plans, "/text", "A message has 1 to 2,000 characters."));
        }
        let Some(subject) = self.subject_of(referral, organization).await? else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let facts = self.store.subject(subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        let key = self.subject_key(facts.owner.organization, subject, &facts.keys).await?;
        let id = MessageId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?;
        let (id, payload) = (RecordId::from(id), Payload::Messages(Messages { texts: vec![input.text] }));
        let text = key.seal(self.chance(), id, &payload).map_err(DeskFault::from)?;
        let categories = CategorySet::NONE.with(Category::Messages);
        let entry =
            self.entry(EntryKind::MessageSent, &caller.into(), &key, referral, categories).map_err(DeskFault::from)?;
        let change = NewMessage { id, referral, organization, text };
        match self.writer.submit(Command::from(change).recorded(entry).once(once)).await {
            Ok(committed) => {
                let told = Told { member: "MessageSent", prefix: "sent.", rows: Rows::Messages };
                self.changed(caller, purpose, plans, told, committed.record.ok_or(ErrorCode::Internal)?).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }
}
