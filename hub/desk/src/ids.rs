//! Ids in text. Those of subjects and case records are pairwise (custody); the others are public and carry a
//! prefix that says what they are.

use sangam_custody::{OutwardId, OutwardKind};
use sangam_language::{ErrorCode, PortFault};
use sangam_vocabulary::{OrganizationId, RecordId};
use uuid::Uuid;

use crate::hub::{Desk, DeskFault};

/// What a public id begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    Organization,
    Consent,
    Agreement,
    Partner,
    Quarantined,
    Person,
    Lock,
    Accession,
}

impl Prefix {
    const fn text(self) -> &'static str {
        match self {
            Self::Organization => "org_",
            Self::Consent => "con_",
            Self::Agreement => "agr_",
            Self::Partner => "par_",
            Self::Quarantined => "qua_",
            Self::Person => "per_",
            Self::Lock => "lck_",
            Self::Accession => "acc_",
        }
    }

    pub(crate) fn write(self, id: Uuid) -> String {
        format!("{}{}", self.text(), id.simple())
    }

    /// Reads the text form strictly; anything else is [`ErrorCode::BadId`].
    pub(crate) fn read(self, text: &str) -> Result<Uuid, PortFault> {
        let digits = text.strip_prefix(self.text()).filter(|d| d.len() == 32).ok_or(ErrorCode::BadId)?;
        if digits.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(ErrorCode::BadId.into());
        }
        Uuid::try_parse(digits).map_err(|_| ErrorCode::BadId.into())
    }
}

/// An organization's public id.
pub(crate) fn organization(text: &str) -> Result<OrganizationId, PortFault> {
    Prefix::Organization.read(text).map(OrganizationId::from_uuid)
}

impl Desk {
    /// The record a caller's outward id names; one of another caller names nothing that exists.
    pub(crate) fn inward(&self, caller: OrganizationId, kind: OutwardKind, text: &str) -> Result<RecordId, PortFault> {
        let id = OutwardId::read(kind, text).map_err(|_| ErrorCode::BadId)?;
        self.keys.inward_id(caller, &id).map_err(|fault| DeskFault::from(fault).into())
    }
}
