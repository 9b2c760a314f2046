//! Answer links by the API: where the own organization is asked, and another link for a referral one sent.

use sangam_custody::{EntryKind, KeyFault, OutwardKind};
use sangam_language::{
    Caller, CallerKind, Cell, ErrorCode, Outcome, Page, PageAsk, PortFault, ResendAnswerLink, SetAnswerContact,
};
use sangam_store::{AnswerContactChange, AnswerContactRow, AnswerLinkAgain, Command, LinkRefusal, Refused, Rows};
use sangam_vocabulary::{AnswerLinkId, Code, OrganizationId, Purpose, hex};
use sangam_workflow::notice::NoticeWayKind;
use zeroize::Zeroizing;

use super::{Plans, Told, idempotency, invalid, not_found, not_on_team, refusal, say};
use crate::answer_link::{AnswerContact, ContactFault};
use crate::explain::bare;
use crate::hub::{Desk, DeskFault};
use crate::read::store_fault;

/// What a refusal that only answer links meet says.
pub(super) fn refused(plans: Plans<'_>, reason: LinkRefusal) -> Outcome {
    let message = match reason {
        LinkRefusal::NotByLink => {
            "The recipient is not asked by a link: it has a system or people here, or the referral would hand the case over; write or call."
        }
        LinkRefusal::NotWaiting => {
            "No answer is waited for: the referral was answered, taken back, or its time is over."
        }
        LinkRefusal::TooMany => "The referral has had as many links as it may have; call the recipient.",
    };
    invalid(plans, "/referral", message)
}

impl Desk {
    /// Where the caller's organization is asked.
    pub(crate) async fn answer_contact_of(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let organization = caller.party().organization;
        let Some(row) = self.store.answer_contact(organization).await.map_err(store_fault)? else {
            return Ok(Page::default());
        };
        let cells = self.contact_cells(organization, &row, &ask.plan.columns, "")?;
        Ok(Page { rows: vec![bare(cells)], ..Page::default() })
    }

    fn contact_cells(
        &self,
        organization: OrganizationId,
        row: &AnswerContactRow,
        columns: &[String],
        prefix: &str,
    ) -> Result<Vec<Cell>, PortFault> {
        let masked = |way, sealed: &[u8]| -> Result<Cell, PortFault> {
            match self.opened_contact(organization, way, sealed) {
                Ok(contact) => Ok(Cell::Text(contact.masked())),
                Err(DeskFault::Key(KeyFault::Dark)) => Err(ErrorCode::Locked.into()),
                Err(fault) => Err(fault.into()),
            }
        };
        let cell = |column: &String| -> Result<Cell, PortFault> {
            Ok(match column.strip_prefix(prefix).unwrap_or(column) {
                "mail" => masked(NoticeWayKind::Mail, &row.mail)?,
                "sms" => masked(NoticeWayKind::Sms, &row.sms)?,
                "language" => Cell::Text(row.language.code().to_owned()),
                "version" => Cell::Int(row.version),
                _ => Cell::Null,
            })
        };
        columns.iter().map(cell).collect()
    }

    /// Says where the caller's organization is asked. For its administrators, which the store asks again.
    pub(crate) async fn change_answer_contact(
        &self,
        caller: &Caller,
        input: SetAnswerContact,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let CallerKind::Person(by) = caller.kind() else {
            self.refused(caller, None).await;
            return Ok(say(plans, "NotPermitted", "Where an organization is asked, its administrators say.", &[]));
        };
        let organization = caller.party().organization;
        let SetAnswerContact { idempotency_key, version, mail, sms, language } = input;
        let contact = match (mail, sms) {
            (None, None) => None,
            (Some(mail), Some(sms)) => {
                Some(AnswerContact { mail: Zeroizing::new(mail), sms: Zeroizing::new(sms), language })
            }
            (Some(_), None) => {
                return Ok(invalid(plans, "/sms", "The code goes another way than the link: give both."));
            }
            (None, Some(_)) => {
                return Ok(invalid(plans, "/mail", "The link goes another way than the code: give both."));
            }
        };
        // A digest of what is asked stands beside the key; with the organization's key in it nobody who reads the
        // database can try addresses.
        let said = contact.as_ref().map(|contact| Zeroizing::new(format!("{} {}", *contact.mail, *contact.sms)));
        let blind = self.keys.blind(organization, "answer contact", said.as_ref().map_or(&[], |said| said.as_bytes()));
        let blind = hex(&blind.map_err(DeskFault::from)?);
        let request = format!("setAnswerContact {} {version} {} {blind}", by.uuid(), language.code());
        let Some(key) = idempotency(caller, &idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let sealed = match contact.map(|contact| self.sealed_contact(organization, &contact)).transpose() {
            Ok(sealed) => sealed,
            Err(ContactFault::Mail) => {
                return Ok(invalid(plans, "/mail", "Not a mail address: one plain address and nothing else."));
            }
            Err(ContactFault::Sms) => {
                return Ok(invalid(
                    plans,
                    "/sms",
                    "Not a number: `+`, the country's code and the number, digits only.",
                ));
            }
            Err(ContactFault::NoOrganization) => return Ok(not_found(plans)),
            Err(ContactFault::Desk(fault)) => return Err(fault.into()),
        };
        let change = AnswerContactChange { organization, by: Some(by), version: Some(version), contact: sealed };
        let entry = self.plain_entry(EntryKind::OrganizationChanged, organization);
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => {
                let member = "AnswerContactSet";
                let columns = plans(member).columns;
                let cells = match self.store.answer_contact(organization).await.map_err(store_fault)? {
                    Some(row) => self.contact_cells(organization, &row, &columns, "contact.")?,
                    None => {
                        let version = |column: &String| column.strip_prefix("contact.") == Some("version");
                        columns.iter().map(|column| if version(column) { Cell::Int(0) } else { Cell::Null }).collect()
                    }
                };
                Ok(Outcome { member, row: bare(cells), receipt: None })
            }
            Err(refused) => {
                if matches!(refused, Refused::NotFound | Refused::Person(_)) {
                    self.refused(caller, None).await;
                }
                refusal(plans, refused)
            }
        }
    }

    /// Has another link made for a referral that the caller's organization sent.
    pub(crate) async fn resend_answer_link(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: ResendAnswerLink,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let organization = caller.party().organization;
        let request = format!("resendAnswerLink {input:?}");
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let Ok(referral) = self.inward(organization, OutwardKind::Referral, &input.referral) else {
            return Ok(invalid(plans, "/referral", "Not the id of a referral."));
        };
        if self.outside_of_referral(caller, referral).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let parties = self.store.referral_parties(referral).await.map_err(store_fault)?;
        let Some((_, recipient, _)) = parties.filter(|(sender, ..)| *sender == organization) else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        if self.admits(recipient).is_none() {
            return Ok(invalid(plans, "/referral", "The recipient is not an organization that takes referrals now."));
        }
        let entry = self.of_referral(EntryKind::AnswerLinkMade, &caller.into(), referral).await?;
        let entry = entry.ok_or(ErrorCode::Unavailable)?;
        let link = AnswerLinkId::drawn(self.chance()).ok_or(DeskFault::NoChance)?;
        let change = AnswerLinkAgain { referral, organization, link };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => {
                let told = Told { member: "AnswerLinkMade", prefix: "referral.", rows: Rows::Referrals };
                self.changed(caller, purpose, plans, told, referral.uuid()).await
            }
            Err(refused) => refusal(plans, refused),
        }
    }
}
