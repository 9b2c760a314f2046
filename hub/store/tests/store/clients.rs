//! Registered systems: what each is known by, assertions that are used once on all processes together, tokens that
//! were given back, and that what is remembered of them ends.

use futures_util::future::join_all;
use sangam_kit::database::Database;
use sangam_store::{AssertionUse, ClientChange, ClientCredential, Refused, TokenRevocation};
use sangam_vocabulary::{Country, Instant, OrganizationId, Purpose, PurposeSet};

use crate::house::House;
use crate::raw::{Raw, migrated};

/// How many assertions of one client are remembered at once, as the writer has it.
const ASSERTIONS: u16 = 1_000;
const MINUTE: i64 = 60_000;

async fn register(house: &House, organization: OrganizationId, id: &str, credential: ClientCredential) {
    let change = ClientChange::Register {
        id: id.to_owned(),
        organization,
        name: "invented system".to_owned(),
        credential,
        actor_keys: None,
        scopes: "directory".to_owned(),
        purposes: PurposeSet::of(&[Purpose::Protection]),
    };
    house.submit(change).await.unwrap();
}

fn used(client: &str, number: u16, until: Instant) -> AssertionUse {
    let mut jti = [0; 32];
    jti[..2].copy_from_slice(&number.to_be_bytes());
    AssertionUse { client: client.to_owned(), jti, until }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_a_client_is_known_by_comes_back_as_it_was(database: Database) {
        let house = House::open(&database).await;
        let organization = house.organization(Country::Nepal).await;
        let all = [
            ClientCredential::Secret([7; 32]),
            ClientCredential::Keys(r#"{"keys":[]}"#.to_owned()),
            ClientCredential::CertificateName("dns:case.example.org".to_owned()),
            ClientCredential::Certificates(vec![[1; 32], [254; 32]]),
            ClientCredential::External { issuer: "ministry".to_owned(), subject: "case-system".to_owned() },
        ];
        for (number, credential) in (1..).zip(&all) {
            let id = format!("cli_{number:032}");
            register(&house, organization, &id, credential.clone()).await;
            let row = house.store.client(&id).await.unwrap().unwrap();
            assert_eq!((&row.credential, row.generation, row.suspended), (credential, 1, false));
            assert_eq!((row.name.as_str(), row.registered_at), ("invented system", house.now()));
        }
        // Replaced by another kind; what it was known by before is gone.
        let id = format!("cli_{:032}", 1);
        house.submit(ClientChange::Rotate { id: id.clone(), credential: all[1].clone(), actor_keys: None }).await.unwrap();
        let row = house.store.client(&id).await.unwrap().unwrap();
        assert_eq!((row.credential, row.generation), (all[1].clone(), 2));
        // The keys it names staff with are its own from whenever some are given, whatever it is known by.
        assert_eq!(row.actor_keys, None);
        for (given, kept) in [(Some("one"), "one"), (None, "one"), (Some("two"), "two")] {
            let actor_keys = given.map(str::to_owned);
            house.submit(ClientChange::Rotate { id: id.clone(), credential: all[0].clone(), actor_keys }).await.unwrap();
            assert_eq!(house.store.client(&id).await.unwrap().unwrap().actor_keys.as_deref(), Some(kept));
        }
        let other = house.organization(Country::India).await;
        register(&house, other, "cli_other", all[0].clone()).await;
        assert_eq!(house.store.clients(None).await.unwrap().len(), 6);
        assert_eq!(house.store.clients(Some(organization)).await.unwrap().len(), 5);
        let nobody = "nobody".to_owned();
        assert_eq!(house.submit(ClientChange::Rotate { id: nobody.clone(), credential: all[0].clone(), actor_keys: None }).await, Err(Refused::NotFound));
        assert_eq!(house.submit(ClientChange::Suspend { id: nobody, suspended: true }).await, Err(Refused::NotFound));
    }

    async fn an_assertion_is_used_once_on_all_processes_and_forgotten_when_it_is_over(database: Database) {
        let (here, raw) = (House::open(&database).await, Raw::open(&database).await);
        let there = here.second().await;
        let organization = here.organization(Country::Nepal).await;
        for id in ["cli_1", "cli_2"] {
            register(&here, organization, id, ClientCredential::Secret([1; 32])).await;
        }
        let until = here.now().plus_millis(MINUTE);
        assert!(here.submit(used("cli_1", 1, until)).await.is_ok());
        for house in [&here, &there] {
            assert_eq!(house.submit(used("cli_1", 1, until)).await, Err(Refused::Used));
        }
        assert!(there.submit(used("cli_2", 1, until)).await.is_ok(), "another client's id is another id");
        for number in 2..12 {
            let (one, other) = tokio::join!(here.submit(used("cli_1", number, until)), there.submit(used("cli_1", number, until)));
            assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        }
        assert_eq!(raw.number("SELECT count(*) FROM client_assertion").await, 12);
        here.clock.advance(MINUTE);
        assert!(here.submit(used("cli_1", 99, until.plus_millis(MINUTE))).await.is_ok());
        assert_eq!(raw.number("SELECT count(*) FROM client_assertion").await, 1);
    }

    async fn one_client_does_not_fill_the_memory(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let organization = house.organization(Country::Nepal).await;
        for id in ["cli_1", "cli_2"] {
            register(&house, organization, id, ClientCredential::Secret([1; 32])).await;
        }
        let until = house.now().plus_millis(MINUTE);
        let all = join_all((0..ASSERTIONS).map(|number| house.submit(used("cli_1", number, until)))).await;
        assert!(all.iter().all(Result::is_ok));
        assert_eq!(house.submit(used("cli_1", ASSERTIONS, until)).await, Err(Refused::Crowded));
        assert!(house.submit(used("cli_2", 0, until)).await.is_ok(), "the others have their own room");
        // When they are over there is room again, though not all of them are taken away at once.
        house.clock.advance(MINUTE);
        assert!(house.submit(used("cli_1", ASSERTIONS, until.plus_millis(MINUTE))).await.is_ok());
        let left = raw.number("SELECT count(*) FROM client_assertion").await;
        assert!(left > 1 && left < i64::from(ASSERTIONS), "{left}");
    }

    async fn a_token_that_was_given_back_is_known_until_it_would_have_ended(database: Database) {
        let (here, raw) = (House::open(&database).await, Raw::open(&database).await);
        let there = here.second().await;
        let organization = here.organization(Country::Nepal).await;
        register(&here, organization, "cli_1", ClientCredential::Secret([1; 32])).await;
        let until = here.now().plus_millis(MINUTE);
        let revoked = |jti: u8| TokenRevocation { jti: [jti; 16], until };
        assert!(!there.store.admitted("cli_1", [1; 16]).await.unwrap().unwrap().revoked);
        here.submit(revoked(1)).await.unwrap();
        here.submit(revoked(1)).await.unwrap();
        assert!(there.store.admitted("cli_1", [1; 16]).await.unwrap().unwrap().revoked);
        assert!(!there.store.admitted("cli_1", [2; 16]).await.unwrap().unwrap().revoked);
        assert!(there.store.admitted("cli_2", [1; 16]).await.unwrap().is_none());
        here.clock.advance(MINUTE);
        here.submit(revoked(2)).await.unwrap();
        assert_eq!(raw.number("SELECT count(*) FROM token_revoked").await, 1);
    }

    async fn a_subject_of_an_issuer_is_one_clients(database: Database) {
        let house = House::open(&database).await;
        let organization = house.organization(Country::Nepal).await;
        let of = |subject: &str| ClientCredential::External { issuer: "ministry".to_owned(), subject: subject.to_owned() };
        register(&house, organization, "cli_1", of("one")).await;
        register(&house, organization, "cli_2", of("two")).await;
        let taken = ClientChange::Rotate { id: "cli_2".to_owned(), credential: of("one"), actor_keys: None };
        assert_eq!(house.submit(taken).await.err(), Some(Refused::Used));
        // Its own it may have again.
        house.submit(ClientChange::Rotate { id: "cli_1".to_owned(), credential: of("one"), actor_keys: None }).await.unwrap();
        let found = house.store.admitted_by_issuer("ministry", "one", [1; 16]).await.unwrap().unwrap();
        assert_eq!((found.client.id.as_str(), found.client.generation, found.revoked), ("cli_1", 2, false));
        for (issuer, subject) in [("ministry", "three"), ("other", "one"), ("ministry one", "")] {
            assert!(house.store.admitted_by_issuer(issuer, subject, [1; 16]).await.unwrap().is_none());
        }
    }
}
