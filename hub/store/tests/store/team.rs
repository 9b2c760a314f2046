//! Who on a case's team asks, and whether the owner is locked: what a page says of it beside each row.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_store::{PersonRecord, Rows, Scope};
use sangam_vocabulary::{CategorySet, Country, OrganizationId, PersonId, RecordId, SubjectId};
use uuid::Uuid;

use crate::house::House;
use crate::raw::{Raw, migrated};

async fn person(house: &House, organization: OrganizationId, pseudonym: &str) -> PersonId {
    let id = PersonId::from_uuid(house.id());
    house.submit(PersonRecord { id, organization, pseudonym: pseudonym.to_owned() }).await.unwrap();
    id
}

fn bytes(id: Uuid) -> sea_orm::Value {
    id.as_bytes().to_vec().into()
}

async fn join(raw: &Raw, subject: SubjectId, person: PersonId) {
    let values = vec![bytes(subject.uuid()), bytes(person.uuid())];
    raw.run("INSERT INTO team (subject, person, since) VALUES ($1, $2, 0)", values).await;
}

/// Each row of a page about subjects: the record, whether who asks is on its team, whether its owner is locked.
async fn rows(house: &House, rows: Rows, scope: Scope) -> Vec<(RecordId, bool, bool)> {
    let page = house.page(rows, scope).await;
    let state = |row: &sangam_store::RawRow| row.subject.as_ref().unwrap().state;
    page.rows.iter().map(|row| (row.record, state(row).on_team, state(row).locked)).collect()
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_page_says_of_each_case_whether_the_person_is_on_its_team(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (owner, other) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let (hers, not_hers) = (house.subject(owner, Age::Adult).await, house.subject(owner, Age::Adult).await);
        let (asha, rupa) = (person(&house, owner, "A-1").await, person(&house, other, "R-1").await);
        join(&raw, hers, asha).await;
        let referral = house.referral(hers, owner, other).await;
        let of = |organization, person| Scope { person, ..house.scope(organization) };

        // Both cases exist for her; of one she is told that it is hers.
        let mut seen = rows(&house, Rows::Subjects, of(owner, Some(asha))).await;
        seen.sort_unstable();
        let mut expected = vec![(RecordId::from(hers), true, false), (RecordId::from(not_hers), false, false)];
        expected.sort_unstable();
        assert_eq!(seen, expected);
        // A referral is a case's, and the team of one organization is not that of another.
        assert_eq!(rows(&house, Rows::Referrals, of(owner, Some(asha))).await, [(referral, true, false)]);
        assert_eq!(rows(&house, Rows::Referrals, of(other, Some(rupa))).await, [(referral, false, false)]);
        join(&raw, hers, rupa).await;
        assert_eq!(rows(&house, Rows::Referrals, of(other, Some(rupa))).await, [(referral, true, false)]);
        // A system is on no team, and its page is as long.
        let systems = rows(&house, Rows::Subjects, of(owner, None)).await;
        assert!(systems.len() == 2 && systems.iter().all(|(_, on_team, _)| !on_team), "{systems:?}");
        for (subject, someone, on) in [(hers, asha, true), (not_hers, asha, false), (hers, rupa, true)] {
            assert_eq!(house.store.on_team(subject, someone).await.unwrap(), on);
        }
    }

    async fn consents_of_a_case_are_its_teams(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (owner, other) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let subject = house.subject(owner, Age::Adult).await;
        let (on, off) = (person(&house, owner, "on").await, person(&house, owner, "off").await);
        join(&raw, subject, on).await;
        let given = house.give(owner, subject, house.consent(&[other], CategorySet::all())).await;
        for (who, found) in [(Some(on), 1), (Some(off), 0), (None, 1)] {
            for record in [None, Some(given.uuid())] {
                let scope = Scope { person: who, record, subject: Some(subject), ..house.scope(owner) };
                assert_eq!(house.records(Rows::Consents, scope).await.len(), found, "{who:?} {record:?}");
            }
        }
    }

    async fn each_lock_of_an_owner_reaches_its_subjects_and_nobody_elses(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (owner, other) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let (subject, theirs) = (house.subject(owner, Age::Adult).await, house.subject(other, Age::Adult).await);
        let referral = house.referral(subject, owner, other).await;
        let back = house.referral(theirs, other, owner).await;
        let asha = person(&house, owner, "A-1").await;
        // Its own lock, its country's, both, and none again.
        for (bits, locked) in [(0, false), (1, true), (2, true), (3, true), (0, false)] {
            let values = vec![bytes(owner.uuid()), i64::from(bits).into()];
            raw.run("UPDATE organization SET locked = $2 WHERE id = $1", values).await;
            for person in [None, Some(asha)] {
                let scope = || Scope { person, ..house.scope(owner) };
                let own: Vec<_> = rows(&house, Rows::Subjects, scope()).await.iter().map(|row| row.2).collect();
                assert_eq!(own, [locked], "{bits}");
                let referrals = rows(&house, Rows::Referrals, scope()).await;
                let of = |record| referrals.iter().find(|row| row.0 == record).map(|row| row.2);
                assert_eq!((of(referral), of(back)), (Some(locked), Some(false)), "{bits}");
            }
            let received = rows(&house, Rows::Referrals, house.scope(other)).await;
            assert!(received.contains(&(referral, false, locked)), "{bits} {received:?}");
            assert_eq!(house.store.subject(subject).await.unwrap().unwrap().locked, locked, "{bits}");
            assert!(!house.store.subject(theirs).await.unwrap().unwrap().locked);
        }
    }
}
