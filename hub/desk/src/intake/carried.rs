//! What a record carries besides its categories: consents, which can only narrow unless the partner's form is the
//! hub's own text, and referrals.

use std::collections::HashMap;

use sangam_custody::{Assent, Consent, Effect, GivenBy, Informed};
use sangam_mapping::Intake;
use sangam_mapping::intake::{ConsentAssent, ConsentEffect, ConsentGivenBy, ConsentIntake, ReferralIntake};
use sangam_store::{Idempotency, Manner, Refused, Source};
use sangam_vocabulary::consent::ConsentSource;
use sangam_vocabulary::{CategorySet, Code, ConsentId, OrganizationId, PurposeSet, SubjectId, hex};
use sangam_workflow::referral::{State, Urgency};

use crate::change::Draft;
use crate::hub::{Desk, DeskFault};
use crate::intake::Unread;
use crate::sync::PartnerDesk;
use crate::token::sha256;

impl Desk {
    /// Records the consents of a record, each once. Says where the record cannot be taken: the subject has as many
    /// consents as it may have.
    ///
    /// # Errors
    /// [`DeskFault`]; those before it are recorded.
    pub(super) async fn take_consents(
        &self,
        partner: &PartnerDesk,
        subject: SubjectId,
        key: &str,
        intake: &Intake,
        references: &HashMap<String, OrganizationId>,
    ) -> Result<Option<Unread>, DeskFault> {
        for consent in &intake.consents {
            let read = self.read_imported(consent, references)?;
            let manner = Manner::of(ConsentSource::Partner);
            let by = partner.organization.into();
            let Some(command) = self.consent_command(by, subject, read, manner, None).await? else { continue };
            // The same consent of the same record is recorded once, however often the record is read.
            let said = serde_json::to_vec(consent).map_err(|_| DeskFault::Unknown { what: "consent" })?;
            let said = sha256(&said);
            let name = format!("intake consent {} {key} {}", partner.config.name, hex(&said));
            let once = Idempotency::of_hub(partner.organization, &name, said);
            match self.writer.submit(command.once(once)).await {
                Ok(_) => {}
                Err(Refused::Full { .. }) => return Ok(Some(Unread::too_many("/consents", intake.consents.len()))),
                Err(refused) => return Err(refused.into()),
            }
        }
        Ok(None)
    }

    pub(crate) fn read_imported(
        &self,
        consent: &ConsentIntake,
        references: &HashMap<String, OrganizationId>,
    ) -> Result<Consent, DeskFault> {
        let recipients = match &consent.recipients {
            Some(named) => named.iter().filter_map(|reference| references.get(reference).copied()).collect(),
            // Only a consent that withholds may leave its recipients open: then it withholds from everyone, and
            // from organizations that are not there yet.
            None => Vec::new(),
        };
        let id = ConsentId::drawn(self.chance()).ok_or(DeskFault::NoChance)?;
        Ok(imported(consent, id, recipients))
    }

    /// Sends the referrals of a record that were not sent before; says how many.
    ///
    /// # Errors
    /// [`DeskFault`]; those before it are sent.
    pub(super) async fn take_referrals(
        &self,
        partner: &PartnerDesk,
        subject: SubjectId,
        intake: &Intake,
        references: &HashMap<String, OrganizationId>,
    ) -> Result<u32, DeskFault> {
        let mut sent = 0;
        for referral in &intake.referrals {
            let Some(recipient) = references.get(&referral.to).copied() else { continue };
            let key = partner.external_key(self, &referral.external_id)?;
            if self.store.partner_record(partner.id, &key).await?.is_some() {
                continue;
            }
            let draft = self.draft(partner, subject, recipient, referral, key)?;
            let Some(command) = self.referral_command(draft).await? else { continue };
            match self.writer.submit(command).await {
                Ok(_) => sent += 1,
                // The same referral is open already: it is that one.
                Err(Refused::Duplicate { .. }) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
        Ok(sent)
    }

    fn draft(
        &self,
        partner: &PartnerDesk,
        subject: SubjectId,
        recipient: OrganizationId,
        referral: &ReferralIntake,
        key: String,
    ) -> Result<Draft, DeskFault> {
        Ok(Draft {
            subject,
            by: partner.organization.into(),
            recipient,
            begins: State::Sent,
            services: referral.services.clone(),
            note: referral.note.clone(),
            urgency: Urgency::read(referral.urgency.code()).map_err(|_| DeskFault::Unknown { what: "urgency" })?,
            answer_by: None,
            re_referral: false,
            redirected_from: None,
            transfer: referral.transfer,
            source: Some(Source {
                partner: partner.id,
                external_key: key,
                sealed_key: partner.sealed_key(self, &referral.external_id)?,
            }),
        })
    }
}

/// A consent of a partner's record as custody reads it.
pub(crate) fn imported(consent: &ConsentIntake, id: ConsentId, recipients: Vec<OrganizationId>) -> Consent {
    Consent {
        id,
        effect: match consent.effect {
            ConsentEffect::Grant => Effect::Grant,
            ConsentEffect::Withhold => Effect::Withhold,
        },
        given_by: match consent.given_by {
            ConsentGivenBy::Own => GivenBy::Own,
            ConsentGivenBy::Guardian => GivenBy::Guardian { no_conflict: consent.no_conflict },
            ConsentGivenBy::Authority => GivenBy::Authority,
        },
        assent: match consent.assent {
            ConsentAssent::Given => Assent::Given,
            ConsentAssent::Refused => Assent::Refused,
            ConsentAssent::NotAble => Assent::NotAble,
            ConsentAssent::NotAsked => Assent::NotAsked,
        },
        informed: Informed::from_answers(consent.answers),
        purposes: PurposeSet::of(&consent.purposes),
        categories: CategorySet::of(&consent.categories),
        recipients,
        countries: consent.countries.clone(),
        from: consent.from,
        until: consent.until,
    }
}
