//! What organizations agreed to have listed for everybody: which lists there are, what is asked of one, and what a row
//! of it says. It is about organizations and never about a person. How it is spelt outside (HSDS 3) is the door's.

use std::collections::BTreeSet;

use aws_lc_rs::digest;
use uuid::Uuid;

use crate::codes::codes;
use crate::payload::ServiceCode;
use crate::{Country, Instant, OrganizationId, Role};

codes! {
    "A list of the open directory."
    pub enum ListedKind {
        Organization = "ORGANIZATION": "Organizations.",
        Service = "SERVICE": "Services, each of one organization.",
        ServiceAtLocation = "SERVICE_AT_LOCATION": "Services, each in one first-level division.",
    }
}

/// An id that follows from what it names, the same for everybody and for good: UUID version 8 (RFC 9562) over SHA-256.
/// What is named must be public: whoever guesses it finds the id.
#[must_use]
pub fn named_id(what: &str, parts: &[&[u8]]) -> Uuid {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(b"sangam named id 1");
    for part in std::iter::once(what.as_bytes()).chain(parts.iter().copied()) {
        // Each with its length, so that no two lists of parts read alike.
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    let whole = context.finish();
    let mut bytes = [0_u8; 16];
    for (byte, digested) in bytes.iter_mut().zip(whole.as_ref()) {
        *byte = *digested;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The id under which something is listed: an organization under its own, what it offers under one that follows from it.
#[must_use]
pub fn listed_id(organization: OrganizationId, service: Option<ServiceCode>, area: Option<&str>) -> Uuid {
    use crate::Code as _;
    let organization = organization.uuid();
    let Some(service) = service else { return organization };
    let parts: [&[u8]; 3] = [organization.as_bytes(), service.code().as_bytes(), area.unwrap_or_default().as_bytes()];
    named_id("listed", &parts)
}

/// What an organization's own directory says of one service: that it is offered, and in which first-level divisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnService {
    /// The service.
    pub service: ServiceCode,
    /// The divisions, ISO 3166-2; `None` where the directory says none, which narrows nothing.
    pub areas: Option<BTreeSet<String>>,
}

impl OwnService {
    /// What a directory says in all of its entries, each service once, in the order of the list. A service is offered
    /// wherever one of its entries says; one that says no division leaves them all.
    #[must_use]
    pub fn together(said: impl IntoIterator<Item = Self>) -> Vec<Self> {
        use crate::Code as _;
        let mut all: Vec<Self> = Vec::new();
        for one in said {
            match all.iter_mut().find(|known| known.service == one.service) {
                None => all.push(one),
                Some(known) => match (&mut known.areas, one.areas) {
                    (Some(known), Some(more)) => known.extend(more),
                    (known, _) => *known = None,
                },
            }
        }
        all.sort_by_key(|one| ServiceCode::ALL.iter().position(|code| *code == one.service));
        all
    }
}

/// A word that a row must have: in the organization's name, or by being one of these services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedWord {
    /// The word, in small letters.
    pub text: String,
    /// The services whose sentence has it.
    pub services: Vec<ServiceCode>,
}

/// What is asked of a list. Every condition that is there must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAsk {
    /// Which list.
    pub kind: ListedKind,
    /// Only what is listed under this id.
    pub id: Option<Uuid>,
    /// Which stretch of the list's places, from 1.
    pub page: u32,
    /// How many places a stretch has.
    pub per_page: u32,
    /// Words.
    pub words: Vec<ListedWord>,
    /// Only this service.
    pub service: Option<ServiceCode>,
    /// Only organizations of this capacity.
    pub role: Option<Role>,
    /// Only what is in this country.
    pub country: Option<Country>,
    /// Only what this organization offers.
    pub organization: Option<OrganizationId>,
    /// Only what changed then or later.
    pub modified_after: Option<Instant>,
}

impl ListedAsk {
    /// The first stretch of a list, without conditions.
    #[must_use]
    pub const fn of(kind: ListedKind, per_page: u32) -> Self {
        Self {
            kind,
            id: None,
            page: 1,
            per_page,
            words: Vec::new(),
            service: None,
            role: None,
            country: None,
            organization: None,
            modified_after: None,
        }
    }
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The id it is listed under.
    pub id: Uuid,
    /// Whose it is.
    pub organization: OrganizationId,
    /// The organization's name.
    pub name: String,
    /// Where the organization works.
    pub country: Country,
    /// Its capacity.
    pub role: Role,
    /// The service; none of an organization's own row.
    pub service: Option<ServiceCode>,
    /// The division; of a service at a location alone.
    pub area: Option<String>,
    /// What an organization has listed; empty elsewhere.
    pub services: Vec<ServiceCode>,
    /// The divisions in which it is offered, where its organization has them told.
    pub areas: Vec<String>,
    /// When it last changed.
    pub changed_at: Instant,
    /// When the organization's own directory last said so; none where it has none.
    pub said_at: Option<Instant>,
}

/// A stretch of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPage {
    /// What is shown of it, in the order of the places.
    pub rows: Vec<Listed>,
    /// How many rows of the whole list meet the conditions.
    pub items: u64,
    /// The place of the last of them; 0 without any.
    pub last: u64,
}

#[cfg(test)]
mod tests {
    use super::{OwnService, listed_id, named_id};
    use crate::OrganizationId;
    use crate::payload::ServiceCode;
    use uuid::Uuid;

    #[test]
    fn an_id_follows_from_what_it_names_and_from_nothing_else() {
        let organization = OrganizationId::from_uuid(Uuid::from_u128(7));
        let other = OrganizationId::from_uuid(Uuid::from_u128(8));
        let health = listed_id(organization, Some(ServiceCode::Health), None);
        assert_eq!(health, listed_id(organization, Some(ServiceCode::Health), None));
        // Written down: it must never change, or every reader has each service twice.
        assert_eq!(health.get_version_num(), 8);
        let all = [
            health,
            listed_id(organization, None, None),
            listed_id(organization, Some(ServiceCode::Police), None),
            listed_id(organization, Some(ServiceCode::Health), Some("BD-C")),
            listed_id(other, Some(ServiceCode::Health), None),
            named_id("other", &[b"listed"]),
            named_id("listed", &[b"a", b"bc"]),
            named_id("listed", &[b"ab", b"c"]),
        ];
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn entries_of_one_service_are_one_and_the_one_without_divisions_leaves_them_all() {
        let said = |service, areas: Option<&[&str]>| OwnService {
            service,
            areas: areas.map(|areas| areas.iter().map(|area| (*area).to_owned()).collect()),
        };
        let (law, health) = (ServiceCode::LegalAid, ServiceCode::Health);
        let told = OwnService::together([
            said(law, Some(&["BD-C"])),
            said(health, Some(&["BD-D"])),
            said(law, Some(&["BD-D"])),
            said(health, None),
            said(health, Some(&["BD-C"])),
        ]);
        assert_eq!(told, [said(health, None), said(law, Some(&["BD-C", "BD-D"]))]);
    }
}
