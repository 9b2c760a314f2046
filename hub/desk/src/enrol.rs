//! Enrolling: organizations, their people and agreements; systems are in `client.rs`. For the operator's commands and the demo;
//! accession by sponsors comes with the accounts of people.

use sangam_custody::{Age, Agreement, Approval, Consent, EntryKind};
use sangam_store::{AgreementChange, Command, Manner, OrganizationChange, PersonRecord};
use sangam_vocabulary::consent::ConsentSource;
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{
    AgreementId, CategorySet, Country, Instant, OrganizationId, PersonId, PurposeSet, Role, SubjectId,
};

use crate::hub::{Desk, DeskFault};

/// An organization to enrol.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// The name.
    pub name: String,
    /// Where it is.
    pub country: Country,
    /// Its capacity.
    pub role: Role,
    /// The services it offers.
    pub services: Vec<ServiceCode>,
    /// Where it offers them: ISO 3166-2 codes.
    pub coverage: Vec<String>,
}

/// An agreement to record, approved by the people named.
#[derive(Debug, Clone)]
pub struct NewAgreement {
    /// The parties that may disclose.
    pub disclosers: Vec<OrganizationId>,
    /// The parties that may receive.
    pub recipients: Vec<OrganizationId>,
    /// For which purposes.
    pub purposes: PurposeSet,
    /// Which categories.
    pub categories: CategorySet,
    /// Where a recipient may be.
    pub countries: Vec<Country>,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// The legal basis, in words.
    pub legal_basis: String,
    /// Who approved, for which party.
    pub approvals: Vec<(OrganizationId, PersonId)>,
}

impl Desk {
    /// Enrols an organization: draws its keys, records it, opens its keys here.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn enrol_organization(&self, new: NewOrganization) -> Result<OrganizationId, DeskFault> {
        let mut random = [0; 16];
        if !self.chance().fill(&mut random) {
            return Err(DeskFault::NoChance);
        }
        // An organization's id is public and says nothing of when it joined.
        let id = OrganizationId::from_uuid(uuid::Builder::from_random_bytes(random).into_uuid());
        let change = OrganizationChange {
            id,
            name: new.name,
            country: new.country,
            role: new.role,
            services: new.services,
            coverage: new.coverage,
            secret: self.keys.mint_organization(id)?,
        };
        let entry = self.plain_entry(EntryKind::OrganizationChanged, id);
        self.writer.submit(Command::from(change).recorded(entry)).await?;
        self.load_organizations().await?;
        Ok(id)
    }

    /// Records a person of an organization by pseudonym.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn enrol_person(&self, organization: OrganizationId, pseudonym: &str) -> Result<PersonId, DeskFault> {
        let id = PersonId::drawn(self.chance()).ok_or(DeskFault::NoChance)?;
        let change = PersonRecord { id, organization, pseudonym: pseudonym.to_owned() };
        self.writer.submit(change.into()).await?;
        Ok(id)
    }

    /// Records an agreement that others have approved. What its parties' people do by themselves is in
    /// `change/agreement.rs`.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn record_agreement(&self, new: NewAgreement) -> Result<AgreementId, DeskFault> {
        let id = AgreementId::drawn(self.chance()).ok_or(DeskFault::NoChance)?;
        let first = new.disclosers.first().copied().ok_or(DeskFault::Unknown { what: "discloser" })?;
        let agreement = Agreement {
            id,
            version: 1,
            disclosers: new.disclosers,
            recipients: new.recipients,
            purposes: new.purposes,
            categories: new.categories,
            countries: new.countries,
            onward: false,
            from: new.from,
            until: new.until,
            suspended: false,
            approvals: new
                .approvals
                .into_iter()
                .map(|(organization, person)| Approval { organization, person })
                .collect(),
        };
        let entry = self.plain_entry(EntryKind::AgreementChanged, first);
        let change = AgreementChange { agreement, legal_basis: new.legal_basis };
        self.writer.submit(Command::from(change).recorded(entry)).await?;
        self.load_rules().await?;
        Ok(id)
    }

    /// Records a consent of an own subject.
    ///
    /// # Errors
    /// [`DeskFault::Unknown`] when the organization does not own the subject.
    pub async fn record_consent(
        &self,
        owner: OrganizationId,
        subject: SubjectId,
        consent: Consent,
    ) -> Result<(), DeskFault> {
        let command = self
            .consent_command(owner.into(), subject, consent, Manner::of(ConsentSource::Holder), None)
            .await?
            .ok_or(DeskFault::Unknown { what: "subject" })?;
        self.writer.submit(command).await?;
        Ok(())
    }

    /// The subjects of an owner that no consent grants anything for, with what is known of their age.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn without_grant(&self, owner: OrganizationId) -> Result<Vec<(SubjectId, Age)>, DeskFault> {
        Ok(self.store.subjects_without_grant(owner).await?)
    }
}
