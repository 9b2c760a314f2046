//! People sign in: an invitation is taken once, a started sign-in finished once, and a session is found by half of its
//! id with the account as it stands.

use sangam_kit::database::Database;
use sangam_store::{PersonState, Refused, SessionChange, SignInChange};
use sangam_vocabulary::{Country, Instant, PersonRole, PersonRoles};

use crate::house::House;
use crate::raw::{Raw, migrated};

const MINUTE: i64 = 60_000;
const CODE: [u8; 32] = [9; 32];
const LOGIN: [u8; 32] = [8; 32];

/// An account with an invitation, as another change lays them.
async fn invited(house: &House, database: &Database, number: u8, code: [u8; 32], until: Instant) {
    let organization = house.organization(Country::Nepal).await;
    let raw = Raw::open(database).await;
    let roles = i64::from(PersonRoles::of(&[PersonRole::Liaison]).bits());
    let person = vec![number; 16];
    raw.run(
        "INSERT INTO person (id, organization, pseudonym, created_at, state, roles) VALUES ($1, $2, $3, $5, 'INVITED', $4)",
        vec![
            person.clone().into(),
            organization.uuid().as_bytes().to_vec().into(),
            format!("p{number}").into(),
            roles.into(),
            house.now().millis().into(),
        ],
    )
    .await;
    raw.run(
        "INSERT INTO invitation (code, person, until_at) VALUES ($1, $2, $3)",
        vec![code.to_vec().into(), person.into(), until.millis().into()],
    )
    .await;
}

fn sign_in(house: &House, number: u8, invitation: Option<[u8; 32]>) -> SignInChange {
    let now = house.now();
    SignInChange {
        started: [number; 32],
        started_until: now.plus_millis(5 * MINUTE),
        login: LOGIN,
        invitation,
        session: [number; 32],
        until: now.plus_millis(60 * MINUTE),
        replaces: None,
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_invitation_binds_one_login_once_and_in_its_time(database: Database) {
        let house = House::open(&database).await;
        let now = house.now();
        invited(&house, &database, 1, CODE, now.plus_millis(MINUTE)).await;
        invited(&house, &database, 2, [7; 32], now).await;
        invited(&house, &database, 3, [6; 32], now.plus_millis(MINUTE)).await;
        assert_eq!(house.submit(sign_in(&house, 1, None)).await.err(), Some(Refused::NotFound), "not taken yet");
        assert_eq!(house.submit(sign_in(&house, 1, Some([7; 32]))).await.err(), Some(Refused::NotFound), "over");
        assert_eq!(house.submit(sign_in(&house, 1, Some([1; 32]))).await.err(), Some(Refused::NotFound), "no code");
        house.submit(sign_in(&house, 1, Some(CODE))).await.unwrap();
        let row = house.store.person_by_login(LOGIN).await.unwrap().unwrap();
        assert_eq!((row.state(now), row.pseudonym.as_str(), row.used_at), (PersonState::Active, "p1", Some(now)));
        assert_eq!(house.submit(sign_in(&house, 2, Some(CODE))).await.err(), Some(Refused::NotFound), "taken");
        assert_eq!(house.submit(sign_in(&house, 2, Some([6; 32]))).await.err(), Some(Refused::NotFound), "a login of another");
        let other = SignInChange { login: [5; 32], ..sign_in(&house, 2, Some([6; 32])) };
        house.submit(other).await.unwrap();
    }

    async fn a_started_sign_in_is_finished_once_and_a_person_has_five_sessions(database: Database) {
        let house = House::open(&database).await;
        invited(&house, &database, 1, CODE, house.now().plus_millis(MINUTE)).await;
        house.submit(sign_in(&house, 1, Some(CODE))).await.unwrap();
        let again = SignInChange { session: [77; 32], ..sign_in(&house, 1, None) };
        assert_eq!(house.submit(again).await.err(), Some(Refused::Used));
        let found = |number: u8| house.store.session([number; 16]);
        let row = found(1).await.unwrap().unwrap();
        assert_eq!((row.id, row.generation, row.used_at, row.person.pseudonym.as_str()), ([1; 32], 1, house.now(), "p1"));
        assert!(found(2).await.unwrap().is_none());
        for number in 2..=6 {
            house.clock.advance(MINUTE);
            house.submit(sign_in(&house, number, None)).await.unwrap();
            if number == 2 {
                house.clock.advance(MINUTE);
                house.submit(SessionChange::Used([1; 32])).await.unwrap();
                assert_eq!(found(1).await.unwrap().unwrap().used_at, house.now());
            }
        }
        // The sixth is one too many: the one used longest ago has ended, which is not the oldest.
        assert!(found(2).await.unwrap().is_none());
        for number in [1, 3, 4, 5, 6] {
            assert!(found(number).await.unwrap().is_some(), "{number}");
        }
        let replacing = SignInChange { replaces: Some([6; 32]), ..sign_in(&house, 7, None) };
        house.submit(replacing).await.unwrap();
        assert!(found(6).await.unwrap().is_none() && found(7).await.unwrap().is_some());
        house.submit(SessionChange::End([7; 32])).await.unwrap();
        assert!(found(7).await.unwrap().is_none());
        // What is over is taken away by whoever comes later.
        house.clock.advance(61 * MINUTE);
        house.submit(sign_in(&house, 1, None)).await.unwrap();
        let raw = Raw::open(&database).await;
        assert_eq!((raw.number("SELECT count(*) FROM session").await, raw.number("SELECT count(*) FROM sign_in").await), (1, 1));
    }
}
