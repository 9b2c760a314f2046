//! The open directory: who is in it, where a row has its place, and that whoever reads page by page misses nothing and
//! meets nothing twice, whatever changes meanwhile.

use std::collections::BTreeMap;

use sangam_kit::both_databases;
use sangam_kit::database::Database;
use sangam_store::{ListingChange, OrganizationChange, Refused};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{
    Code, Country, Instant, Listed, ListedAsk, ListedKind, ListedWord, OrganizationId, Role, listed_id,
};
use uuid::Uuid;

use crate::house::{House, wrapped_secret};
use crate::raw::{Raw, migrated};

const SERVICES: [ServiceCode; 3] = [ServiceCode::Health, ServiceCode::LegalAid, ServiceCode::Police];

fn change(
    id: OrganizationId,
    name: &str,
    role: Role,
    services: &[ServiceCode],
    coverage: &[&str],
) -> OrganizationChange {
    OrganizationChange {
        id,
        name: name.to_owned(),
        country: Country::Bangladesh,
        role,
        services: services.to_vec(),
        coverage: coverage.iter().map(|&code| code.to_owned()).collect(),
        secret: wrapped_secret(),
    }
}

impl House {
    async fn offers(&self, name: &str, role: Role, services: &[ServiceCode], coverage: &[&str]) -> OrganizationId {
        let id = OrganizationId::from_uuid(self.id());
        self.submit(change(id, name, role, services, coverage)).await.unwrap();
        id
    }

    async fn lists(&self, organization: OrganizationId, services: &[ServiceCode], areas: bool) {
        let services = services.to_vec();
        let change = ListingChange { organization, by: None, version: None, listed: true, services, areas };
        self.submit(change).await.unwrap();
    }

    async fn lists_nothing(&self, organization: OrganizationId) {
        let services = Vec::new();
        let change = ListingChange { organization, by: None, version: None, listed: false, services, areas: false };
        self.submit(change).await.unwrap();
    }

    async fn listed(&self, ask: &ListedAsk) -> Vec<Listed> {
        self.store.listed(ask, self.now()).await.unwrap().rows
    }

    /// Everything in a list.
    async fn all(&self, kind: ListedKind) -> Vec<Listed> {
        self.listed(&ListedAsk::of(kind, 100)).await
    }

    async fn organizations_listed(&self) -> Vec<OrganizationId> {
        self.all(ListedKind::Organization).await.iter().map(|row| row.organization).collect()
    }
}

both_databases! {
    template = migrated;

    async fn nothing_is_listed_that_its_organization_did_not_agree_to_or_does_not_offer(database: Database) {
        let house = House::open(&database).await;
        let silent = house.offers("Says nothing", Role::Ngo, &SERVICES, &["BD-C"]).await;
        let one = house.offers("Lists one", Role::Ngo, &SERVICES, &["BD-C"]).await;
        for kind in ListedKind::ALL {
            assert_eq!(house.all(*kind).await, [], "{}", kind.code());
        }
        house.lists(one, &[ServiceCode::LegalAid, ServiceCode::Education], false).await;
        assert_eq!(house.organizations_listed().await, [one]);
        let services = house.all(ListedKind::Service).await;
        assert_eq!(services.len(), 1, "education is not offered");
        assert_eq!((services[0].service, services[0].organization), (Some(ServiceCode::LegalAid), one));
        assert_eq!(services[0].id, listed_id(one, Some(ServiceCode::LegalAid), None));
        assert_eq!(services[0].areas, Vec::<String>::new(), "where it is offered was not agreed to");
        assert_eq!(house.all(ListedKind::ServiceAtLocation).await, []);
        // What is not offered any more is gone at once; what is offered later and was agreed to is there.
        house.submit(change(one, "Lists one", Role::Ngo, &[ServiceCode::Education], &["BD-C"])).await.unwrap();
        let services = house.all(ListedKind::Service).await;
        assert_eq!(services.iter().map(|row| row.service).collect::<Vec<_>>(), [Some(ServiceCode::Education)]);
        house.lists_nothing(one).await;
        for kind in ListedKind::ALL {
            assert_eq!(house.all(*kind).await, [], "{}", kind.code());
        }
        let row = house.store.listing(one).await.unwrap();
        assert_eq!((row.listed, row.version), (false, 2));
        assert_eq!(house.store.listing(silent).await.unwrap().version, 0);
    }

    async fn a_version_that_was_not_seen_changes_nothing(database: Database) {
        let house = House::open(&database).await;
        let one = house.offers("Lists one", Role::Ngo, &SERVICES, &[]).await;
        let listing = |organization, version| ListingChange {
            organization, by: None, version: Some(version), listed: true, services: SERVICES.to_vec(), areas: false,
        };
        assert_eq!(house.submit(listing(one, 3)).await.unwrap_err(), Refused::Conflict { current: 0 });
        assert_eq!(house.organizations_listed().await, []);
        house.submit(listing(one, 0)).await.unwrap();
        assert_eq!(house.submit(listing(one, 0)).await.unwrap_err(), Refused::Conflict { current: 1 });
        let nobody = OrganizationId::from_uuid(Uuid::from_u128(99));
        assert_eq!(house.submit(listing(nobody, 0)).await.unwrap_err(), Refused::NotFound);
    }

    async fn no_shelter_and_nothing_finer_than_a_division_is_told(database: Database) {
        let house = House::open(&database).await;
        let coverage = ["BD-C", "IN-WB", "12 Lake Road", "BD-E", "BD-C"];
        let open = house.offers("Tells where", Role::LegalAid, &SERVICES, &coverage).await;
        let shelter = house.offers("A shelter", Role::Shelter, &SERVICES, &coverage).await;
        let offers = [ServiceCode::Health, ServiceCode::Shelter];
        let beside = house.offers("Shelters, too", Role::Ngo, &offers, &coverage).await;
        house.lists(open, &SERVICES, true).await;
        house.lists(shelter, &SERVICES, true).await;
        // It lists another service alone: that it shelters as well is enough.
        house.lists(beside, &[ServiceCode::Health], true).await;
        for row in house.all(ListedKind::Service).await.into_iter().chain(house.all(ListedKind::Organization).await) {
            let told: &[&str] = if row.organization == open { &["BD-C", "BD-E"] } else { &[] };
            assert_eq!(row.areas, told, "{}", row.name);
        }
        let places = house.all(ListedKind::ServiceAtLocation).await;
        assert!(places.iter().all(|row| row.organization == open));
        assert_eq!(places.len(), SERVICES.len() * 2);
        // Who becomes a shelter tells nothing from then on.
        house.submit(change(open, "Tells where", Role::Shelter, &SERVICES, &coverage)).await.unwrap();
        assert_eq!(house.all(ListedKind::ServiceAtLocation).await, []);
        assert!(house.all(ListedKind::Service).await.iter().all(|row| row.areas.is_empty()));
    }

    async fn who_may_not_act_now_is_not_in_a_row_a_count_or_a_number_of_pages(database: Database) {
        let house = House::open(&database).await;
        let before = house.offers("Alor Pothe", Role::Ngo, &SERVICES, &["BD-C"]).await;
        house.lists(before, &SERVICES, true).await;
        let control = house.store.listed(&ListedAsk::of(ListedKind::Service, 2), house.now()).await.unwrap();
        let other = house.offers("Kept apart", Role::Ngo, &SERVICES, &["BD-C"]).await;
        house.lists(other, &SERVICES, true).await;
        let ask = ListedAsk::of(ListedKind::Service, 2);
        assert_ne!(house.store.listed(&ask, house.now()).await.unwrap(), control, "it shows while it may act");
        let raw = Raw::open(&database).await;
        let run = async |set: &str| {
            let sql = format!("UPDATE organization SET {set} WHERE id = $1");
            assert_eq!(raw.run(&sql, vec![other.uuid().as_bytes().to_vec().into()]).await, 1);
        };
        for state in [
            "membership = 'SUSPENDED'", "membership = 'PROVISIONAL'", "membership = 'LEFT'", "membership = 'LAPSED'",
            "membership = 'MEMBER', member_until = 1", "locked = 1", "locked = 2", "locked = 4",
        ] {
            run(state).await;
            assert_eq!(house.store.listed(&ask, house.now()).await.unwrap(), control, "{state}");
            let word = ListedWord { text: "kept".to_owned(), services: Vec::new() };
            for ask in [
                ListedAsk { words: vec![word.clone()], ..ask.clone() },
                ListedAsk { organization: Some(other), ..ask.clone() },
                ListedAsk { id: Some(listed_id(other, Some(ServiceCode::Health), None)), ..ask.clone() },
            ] {
                let page = house.store.listed(&ask, house.now()).await.unwrap();
                assert_eq!((page.items, page.last, page.rows.len()), (0, 0, 0), "{state}");
            }
            run("membership = 'MEMBER', member_until = NULL, locked = 0").await;
            assert_eq!(house.store.listed(&ask, house.now()).await.unwrap().items, 6, "the control of `{state}`");
        }
    }

    async fn pages_lose_and_repeat_nothing_while_everything_changes(database: Database) {
        let house = House::open(&database).await;
        let mut stays = Vec::new();
        let mut goes = Vec::new();
        for number in 0..12 {
            let id = house.offers(&format!("Number {number}"), Role::Ngo, &SERVICES, &[]).await;
            house.lists(id, &SERVICES, false).await;
            if number % 3 == 0 { goes.push(id) } else { stays.push(id) }
        }
        let (mut seen, mut page) = (BTreeMap::<Uuid, usize>::new(), 1);
        loop {
            let ask = ListedAsk { page, ..ListedAsk::of(ListedKind::Service, 5) };
            let found = house.store.listed(&ask, house.now()).await.unwrap();
            for row in &found.rows {
                *seen.entry(row.id).or_default() += 1;
            }
            if u64::from(page) >= found.last.div_ceil(5) {
                break;
            }
            // Between two pages: one is taken off the list, one has another name, one is put on it.
            if let Some(gone) = goes.pop() {
                house.lists_nothing(gone).await;
            }
            house.clock.advance(1_000);
            let named = stays[usize::try_from(page).unwrap() % stays.len()];
            house.submit(change(named, &format!("Renamed on page {page}"), Role::Ngo, &SERVICES, &[])).await.unwrap();
            if page < 4 {
                let new = house.offers(&format!("New on page {page}"), Role::Ngo, &SERVICES, &[]).await;
                house.lists(new, &SERVICES, false).await;
                stays.push(new);
            }
            page += 1;
        }
        assert!(goes.is_empty() && page > 4, "enough happened: {page}");
        for organization in &stays {
            for service in SERVICES {
                let id = listed_id(*organization, Some(service), None);
                assert_eq!(seen.get(&id), Some(&1), "{}", service.code());
            }
        }
        assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    }

    async fn conditions_hold_together_and_deltas_say_what_changed(database: Database) {
        let house = House::open(&database).await;
        let first = house.offers("Alor Pothe 100%", Role::LegalAid, &SERVICES, &["BD-C"]).await;
        let second = house.offers("Nirapod Ghar", Role::Ngo, &SERVICES, &[]).await;
        house.lists(first, &SERVICES, true).await;
        house.lists(second, &SERVICES, false).await;
        let of = async |ask: ListedAsk| -> Vec<(OrganizationId, ServiceCode)> {
            house.listed(&ask).await.iter().map(|row| (row.organization, row.service.unwrap())).collect()
        };
        let all = ListedAsk::of(ListedKind::Service, 100);
        let word = |text: &str, services: &[ServiceCode]| ListedWord { text: text.to_owned(), services: services.to_vec() };
        assert_eq!(of(ListedAsk { service: Some(ServiceCode::Police), ..all.clone() }).await.len(), 2);
        assert_eq!(of(ListedAsk { role: Some(Role::LegalAid), ..all.clone() }).await.len(), 3);
        assert_eq!(of(ListedAsk { country: Some(Country::Nepal), ..all.clone() }).await, []);
        let both = ListedAsk { service: Some(ServiceCode::Police), organization: Some(second), ..all.clone() };
        assert_eq!(of(both).await, [(second, ServiceCode::Police)]);
        // What stands for anything in a pattern is itself here.
        for (text, count) in [("alor", 3), ("100%", 3), ("%", 3), ("_", 0), ("\\", 0), ("'", 0)] {
            assert_eq!(of(ListedAsk { words: vec![word(text, &[])], ..all.clone() }).await.len(), count, "{text}");
        }
        let words = vec![word("alor", &[]), word("police", &[ServiceCode::Police])];
        assert_eq!(of(ListedAsk { words, ..all.clone() }).await, [(first, ServiceCode::Police)]);
        // Nothing changed, then one name, then one service of the other.
        house.clock.advance(60_000);
        let since = house.now();
        let after = |since: Instant| ListedAsk { modified_after: Some(since), ..all.clone() };
        house.submit(change(first, "Alor Pothe 100%", Role::LegalAid, &SERVICES, &["BD-C"])).await.unwrap();
        assert_eq!(of(after(since)).await, [], "the same once more is no change");
        house.lists(second, &[ServiceCode::Health, ServiceCode::LegalAid], false).await;
        assert_eq!(of(after(since)).await, [], "what was taken away tells nothing");
        house.lists(second, &SERVICES, false).await;
        assert_eq!(of(after(since)).await, [(second, ServiceCode::Police)]);
        house.submit(change(first, "Alor Pothe", Role::LegalAid, &SERVICES, &["BD-C"])).await.unwrap();
        assert_eq!(of(after(since)).await.len(), 4);
    }
}
