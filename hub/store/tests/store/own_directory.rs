//! What an organization offers where its own directory says so: within what it was enrolled with, with its age, and not
//! most of it gone at one word.

use std::collections::BTreeSet;

use sangam_custody::{Entry, EntryKind};
use sangam_kit::both_databases;
use sangam_kit::database::Database;
use sangam_store::{
    ListingChange, OrganizationChange, OwnDirectoryChange, OwnDirectoryForgotten, PartnerChange, Refused,
};
use sangam_vocabulary::payload::ServiceCode::{self, Education, Health, LegalAid, Police, Shelter};
use sangam_vocabulary::{Country, Instant, ListedAsk, ListedKind, OrganizationId, OwnService, PartnerId, Role};
use sangam_workflow::listing::SAID_AGAIN;

use crate::house::{House, wrapped_secret};
use crate::raw::{Raw, migrated};

type Told = Vec<(ServiceCode, Vec<String>)>;

fn said(services: &[(ServiceCode, Option<&[&str]>)]) -> Vec<OwnService> {
    let areas = |areas: &&[&str]| areas.iter().map(|&area| area.to_owned()).collect::<BTreeSet<_>>();
    let one = |(service, within): &(ServiceCode, Option<&[&str]>)| OwnService {
        service: *service,
        areas: within.as_ref().map(areas),
    };
    services.iter().map(one).collect()
}

/// An organization with a directory of its own.
struct Own<'h> {
    house: &'h House,
    organization: OrganizationId,
    partner: PartnerId,
}

impl<'h> Own<'h> {
    async fn open(house: &'h House, role: Role, services: &[ServiceCode]) -> Self {
        let organization = OrganizationId::from_uuid(house.id());
        let own = Self { house, organization, partner: PartnerId::from_uuid(house.id()) };
        own.enrolled(role, services).await;
        let listing = ListingChange {
            organization,
            by: None,
            version: None,
            listed: true,
            services: vec![Health, LegalAid, Police, Shelter],
            areas: true,
        };
        house.submit(listing).await.unwrap();
        let change = PartnerChange {
            id: own.partner,
            organization,
            name: format!("directory {}", own.partner.uuid()),
            wire: "hsds3".to_owned(),
            mode: "mirror".to_owned(),
        };
        house.submit(change).await.unwrap();
        own
    }

    async fn enrolled(&self, role: Role, services: &[ServiceCode]) {
        let change = OrganizationChange {
            id: self.organization,
            name: "Invented".to_owned(),
            country: Country::Bangladesh,
            role,
            services: services.to_vec(),
            coverage: vec!["BD-C".to_owned(), "BD-D".to_owned()],
            secret: wrapped_secret(),
        };
        self.house.submit(change).await.unwrap();
    }

    /// The directory says; whether it is believed.
    async fn says(&self, services: &[(ServiceCode, Option<&[&str]>)]) -> bool {
        let organization = self.organization;
        let entry = Entry {
            kind: EntryKind::OrganizationChanged,
            at: self.house.now(),
            caller: organization,
            parts: Vec::new(),
        };
        let change = OwnDirectoryChange { organization, partner: self.partner, services: said(services), entry };
        self.house.submit(change).await.unwrap().record.is_some()
    }

    /// What the open directory tells.
    async fn told(&self) -> Told {
        let ask = ListedAsk::of(ListedKind::Service, 100);
        let rows = self.house.store.listed(&ask, self.house.now()).await.unwrap().rows;
        rows.into_iter()
            .filter(|row| row.organization == self.organization)
            .map(|row| (row.service.unwrap(), row.areas))
            .collect()
    }

    /// What the hub's directory shows to members: services, coverage, and when it was last said.
    async fn shown(&self) -> (Vec<String>, Vec<String>, Option<Instant>) {
        let rows = self.house.store.organizations().await.unwrap();
        let row = rows.into_iter().find(|row| row.id == self.organization).unwrap();
        (row.services, row.coverage, row.said_at)
    }
}

fn everywhere(services: &[ServiceCode]) -> Told {
    services.iter().map(|service| (*service, vec!["BD-C".to_owned(), "BD-D".to_owned()])).collect()
}

both_databases! {
    template = migrated;

    async fn a_directory_takes_away_and_gives_back_and_adds_nothing(database: Database) {
        let house = House::open(&database).await;
        let own = Own::open(&house, Role::LegalAid, &[Health, LegalAid, Police]).await;
        assert_eq!(own.told().await, everywhere(&[Health, LegalAid, Police]));
        assert_eq!(own.shown().await.2, None, "it has none yet");
        // Education it was not enrolled with, and of Khulna's neighbour nobody ever spoke.
        assert!(own.says(&[(Health, None), (LegalAid, Some(&["BD-D", "BD-E"])), (Education, None)]).await);
        let health = everywhere(&[Health]).remove(0);
        assert_eq!(own.told().await, [health.clone(), (LegalAid, vec!["BD-D".to_owned()])]);
        let (services, coverage, at) = own.shown().await;
        assert_eq!(services, ["HEALTH", "LEGAL_AID"]);
        assert_eq!((coverage, at), (vec!["BD-C".to_owned(), "BD-D".to_owned()], Some(house.now())));
        assert!(own.says(&[(Health, Some(&["BD-D"])), (LegalAid, Some(&["BD-D"]))]).await);
        assert_eq!(own.shown().await.1, ["BD-D"]);
        // What is in the directory again is there again.
        assert!(own.says(&[(Health, None), (LegalAid, None), (Police, None)]).await);
        assert_eq!(own.told().await, everywhere(&[Health, LegalAid, Police]));
        // The outer bound moves, and what the directory says stands within it; what was not agreed to is still not told.
        own.enrolled(Role::LegalAid, &[LegalAid, Education]).await;
        assert_eq!(own.told().await, everywhere(&[LegalAid]));
        assert_eq!(own.shown().await.0, ["LEGAL_AID"]);
    }

    async fn the_age_moves_with_every_reading_and_an_entry_is_made_of_what_is_other(database: Database) {
        let house = House::open(&database).await;
        let own = Own::open(&house, Role::LegalAid, &[Health, LegalAid]).await;
        let raw = Raw::open(&database).await;
        let entries = async || raw.number("SELECT count(*) FROM journal_entry WHERE kind = 'ORGANIZATION_CHANGED'").await;
        assert!(own.says(&[(Health, None)]).await);
        let (first, before) = (house.now(), entries().await);
        assert_eq!(before, 1);
        let changed = async || house.store.listed(&ListedAsk::of(ListedKind::Service, 9), house.now()).await.unwrap().rows[0].changed_at;
        let at = changed().await;
        house.clock.advance(60_000);
        assert!(own.says(&[(Health, None)]).await);
        assert_eq!((entries().await, own.shown().await.2, changed().await), (1, Some(first.plus_millis(60_000)), at));
        assert!(own.says(&[(Health, Some(&["BD-C"]))]).await);
        assert_eq!(entries().await, 2);
    }

    async fn most_of_it_gone_is_believed_when_it_is_said_again(database: Database) {
        let house = House::open(&database).await;
        let own = Own::open(&house, Role::LegalAid, &[Health, LegalAid, Police]).await;
        // Before it was ever believed: the mapping of a new partner may be wrong.
        assert!(!own.says(&[]).await);
        assert_eq!(own.told().await, everywhere(&[Health, LegalAid, Police]));
        assert_eq!(own.shown().await.2, None);
        assert!(own.says(&[(Health, None), (LegalAid, None)]).await, "one of three");
        let spoken = house.now();
        house.clock.advance(60_000);
        assert!(!own.says(&[]).await);
        assert!(!own.says(&[(Police, None)]).await, "others in their place");
        assert_eq!(own.told().await, everywhere(&[Health, LegalAid]));
        house.clock.advance(SAID_AGAIN - 1);
        assert!(!own.says(&[]).await);
        assert_eq!((own.told().await, own.shown().await.2), (everywhere(&[Health, LegalAid]), Some(spoken)), "with its age");
        // It was a fault and is mended: the next one is doubted anew.
        assert!(own.says(&[(Health, None), (LegalAid, None)]).await);
        house.clock.advance(1);
        assert!(!own.says(&[]).await);
        house.clock.advance(SAID_AGAIN);
        assert!(own.says(&[]).await, "an hour later it still says so");
        assert_eq!((own.told().await, own.shown().await.0), (Vec::new(), Vec::new()));
        assert!(own.says(&[(Health, None)]).await, "what comes is believed at once");
        assert_eq!(own.told().await, everywhere(&[Health]));
    }

    async fn who_shelters_by_its_own_word_or_the_operators_tells_no_place(database: Database) {
        let house = House::open(&database).await;
        let own = Own::open(&house, Role::Ngo, &[Health, LegalAid]).await;
        assert!(own.says(&[(Health, None), (LegalAid, None)]).await);
        assert_eq!(own.told().await, everywhere(&[Health, LegalAid]), "the control");
        // It was not enrolled as one that shelters, and its own directory has a safe room: no place is told from then on.
        let nowhere = |services: &[ServiceCode]| -> Told { services.iter().map(|service| (*service, Vec::new())).collect() };
        assert!(own.says(&[(Shelter, Some(&["BD-C"])), (Health, Some(&["BD-C"])), (LegalAid, None)]).await);
        assert_eq!(own.told().await, nowhere(&[Health, LegalAid]));
        // And whoever was, shelters whether its directory says so or not.
        let shelters = Own::open(&house, Role::Ngo, &[Health, Shelter]).await;
        assert!(shelters.says(&[(Health, Some(&["BD-C"]))]).await);
        assert_eq!(shelters.told().await, nowhere(&[Health]));
    }

    async fn a_directory_that_is_forgotten_narrows_nothing(database: Database) {
        let house = House::open(&database).await;
        let own = Own::open(&house, Role::LegalAid, &[Health, LegalAid]).await;
        let forget = OwnDirectoryForgotten { organization: own.organization };
        assert_eq!(house.submit(forget).await.unwrap_err(), Refused::NotFound);
        assert!(own.says(&[(Health, None)]).await);
        house.submit(forget).await.unwrap();
        assert_eq!((own.told().await, own.shown().await.2), (everywhere(&[Health, LegalAid]), None));
        assert_eq!(house.store.own_directory(own.organization).await.unwrap(), None);
    }
}
