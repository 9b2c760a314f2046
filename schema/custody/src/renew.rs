//! Renewing keys while they are used: an organization's keys wrapped under the newest master key, its seal key
//! replaced, its subjects' keys wrapped under the new one. Each gives what is to be stored and changes nothing in
//! memory; whoever stored it refreshes ([`Keys::refresh`]).

use sangam_vocabulary::{OrganizationId, SubjectId};

use crate::keys::{KeyBytes, KeyFault, Keys, OrganizationSecret, place, subject_place};
use crate::seal::SubjectKeys;
use crate::wrap::{WrappedKey, WrapperName};

/// What a change of an organization's seal keys makes of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealChange {
    /// The keys from now on.
    pub secret: OrganizationSecret,
    /// The names of its seal keys that are kept, the one that wraps first.
    pub seals: Vec<WrapperName>,
}

impl Keys {
    /// An organization's keys under the newest master key; `None` when they are already. It need not be open here, and
    /// none of them is another key afterwards.
    ///
    /// # Errors
    /// [`KeyFault`] when one does not open, or the ring or the random source failed.
    pub fn rewrap(
        &self,
        organization: OrganizationId,
        secret: &OrganizationSecret,
    ) -> Result<Option<OrganizationSecret>, KeyFault> {
        let newest = self.ring.newest()?;
        if secret.wrapped().all(|wrapped| wrapped.by() == Some(newest)) {
            return Ok(None);
        }
        let again = |what: &str, wrapped: &WrappedKey| {
            let place = place(what, organization);
            self.ring.wrap(&place, &self.ring.unwrap(&place, wrapped)?)
        };
        Ok(Some(OrganizationSecret {
            seal: again("seal", &secret.seal)?,
            older: secret.older.iter().map(|wrapped| again("seal", wrapped)).collect::<Result<_, _>>()?,
            outward: again("outward", &secret.outward)?,
        }))
    }

    /// A new seal key for an organization. The one it had still unwraps, until no subject's key is under it.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the organization is not open here; otherwise as [`Keys::rewrap`].
    pub fn replace_seal(
        &self,
        organization: OrganizationId,
        secret: &OrganizationSecret,
    ) -> Result<SealChange, KeyFault> {
        self.organization(organization)?;
        let place = place("seal", organization);
        let mut secret = self.rewrap(organization, secret)?.unwrap_or_else(|| secret.clone());
        let drawn = KeyBytes::draw(&*self.chance)?;
        let before = std::mem::replace(&mut secret.seal, self.ring.wrap(&place, &drawn)?);
        secret.older.push(before);
        let older = secret.older.iter().rev().map(|wrapped| Ok(self.ring.unwrap(&place, wrapped)?.wrapper_name()));
        let seals = std::iter::once(Ok(drawn.wrapper_name())).chain(older).collect::<Result<_, KeyFault>>()?;
        Ok(SealChange { secret, seals })
    }

    /// An organization's keys without the seal keys that no longer wrap. Only for one whose subjects' keys are all
    /// under the newest.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the organization is not open here.
    pub fn drop_older_seals(
        &self,
        organization: OrganizationId,
        secret: &OrganizationSecret,
    ) -> Result<SealChange, KeyFault> {
        let newest = self.seal_name(organization)?;
        Ok(SealChange { secret: OrganizationSecret { older: Vec::new(), ..secret.clone() }, seals: vec![newest] })
    }

    /// The name of the seal key that wraps an organization's subjects' keys here.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the organization is not open here.
    pub fn seal_name(&self, organization: OrganizationId) -> Result<WrapperName, KeyFault> {
        Ok(self.organization(organization)?.seals.newest())
    }

    /// A subject's keys under its owner's newest seal key. They are the same keys: what they seal stays as it is.
    ///
    /// # Errors
    /// As [`Keys::subject`].
    pub fn rewrap_subject(
        &self,
        owner: OrganizationId,
        subject: SubjectId,
        keys: &SubjectKeys,
    ) -> Result<SubjectKeys, KeyFault> {
        let owner = self.organization(owner)?;
        let again = |what: &str, wrapped: &WrappedKey| {
            let place = subject_place(what, subject);
            owner.seals.wrap(&*self.chance, &place, &owner.seals.unwrap(&place, wrapped)?)
        };
        Ok(SubjectKeys { data: again("data", &keys.data)?, journal: again("journal", &keys.journal)? })
    }

    /// A subject's keys under another organization's newest seal key: what is stored when responsibility goes over. They
    /// are the same keys, so that what they seal stays as it is.
    ///
    /// # Errors
    /// As [`Keys::subject`], and [`KeyFault::Dark`] when either organization is not open here.
    pub fn hand_over(
        &self,
        from: OrganizationId,
        to: OrganizationId,
        subject: SubjectId,
        keys: &SubjectKeys,
    ) -> Result<SubjectKeys, KeyFault> {
        let (from, to) = (self.organization(from)?, self.organization(to)?);
        let over = |what: &str, wrapped: &WrappedKey| {
            let place = subject_place(what, subject);
            to.seals.wrap(&*self.chance, &place, &from.seals.unwrap(&place, wrapped)?)
        };
        Ok(SubjectKeys { data: over("data", &keys.data)?, journal: over("journal", &keys.journal)? })
    }
}
