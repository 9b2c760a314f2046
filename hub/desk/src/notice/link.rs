//! The two messages of an answer link: the link by mail, its code by short message. Each is tried by itself; what stands in
//! the address and the code are reckoned when they are sent, so that a second try says the same.

use sangam_custody::{Contact, KeyFault};
use sangam_store::{AnswerLinkDue, AnswerLinkSent, AnswerLinkTaken, Command, Refused};
use sangam_vocabulary::Code as _;
use sangam_workflow::notice::NoticeWayKind;

use super::tell::NoticeReport;
use super::{Letter, LetterId};
use crate::answer_link::{address, place};
use crate::hub::{Desk, DeskFault};

/// How many messages one round sends.
const LINKS: u16 = 20;

/// A message that can be sent, and what its link is found by.
struct Ready {
    contact: Contact,
    letter: Letter,
    place: [u8; 32],
}

impl Desk {
    /// Sends what is due of links. What cannot be sent is tried again later, and after some tries the sender is told:
    /// also where the organization is locked, or said meanwhile that it is asked nowhere.
    pub(super) async fn send_answer_links(&self, report: &mut NoticeReport) -> Result<(), DeskFault> {
        for due in self.store.answer_links_due(self.now(), LINKS).await? {
            let ready = match self.answer_letter(due).await {
                Ok(ready) => ready,
                Err(DeskFault::Key(KeyFault::Dark)) => None,
                Err(fault) => return Err(fault),
            };
            let AnswerLinkDue { link, way, .. } = due;
            let place = ready.as_ref().map(|ready| ready.place);
            match self.writer.submit(Command::from(AnswerLinkTaken { link, way, place })).await {
                Ok(taken) if taken.record.is_some() => {}
                // It was tried often enough; or another process has it.
                Ok(_) | Err(Refused::NotFound) => continue,
                Err(refused) => return Err(refused.into()),
            }
            let Some(Ready { contact, letter, .. }) = ready else {
                report.held += 1;
                continue;
            };
            if self.send(way, &contact, &letter).await.is_ok() {
                self.writer.submit(Command::from(AnswerLinkSent { link, way })).await?;
                report.links += 1;
            } else {
                report.failed += 1;
            }
        }
        Ok(())
    }

    /// A message of a link; `None` where the organization is not asked.
    async fn answer_letter(&self, due: AnswerLinkDue) -> Result<Option<Ready>, DeskFault> {
        let AnswerLinkDue { link, organization, way } = due;
        if !self.delivers_to(organization) {
            return Ok(None);
        }
        let Some(asked) = self.store.answer_contact(organization).await? else { return Ok(None) };
        let sealed = if way == NoticeWayKind::Mail { &asked.mail } else { &asked.sms };
        let contact = self.opened_contact(organization, way, sealed)?;
        let bits = self.keys.answer_address(organization, link.uuid().as_bytes())?;
        // The same for every try of one message: whoever gets it twice drops the second.
        let of = [link.uuid().as_bytes(), way.code().as_bytes()].concat();
        let id = LetterId::of(&self.keys.blind(organization, "sangam answer message 1", &of)?);
        let letter = match way {
            NoticeWayKind::Mail => {
                let hub = &self.tokens.settings().address;
                Letter::answer_link(&self.notices.words, asked.language, &address(hub, &bits, asked.language), id)
            }
            NoticeWayKind::Sms => {
                let code = self.keys.answer_code(organization, link.uuid().as_bytes())?;
                Letter::answer_code(&self.notices.words, asked.language, &code, id)
            }
        };
        Ok(Some(Ready { contact, letter, place: place(&bits) }))
    }
}
