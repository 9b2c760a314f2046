//! Standing is the only way in: without one a record does not exist, by any road.

use proptest::prelude::*;
use sangam_custody::Age;
use sangam_kit::database::{Database, Kind, run};
use sangam_store::{Rows, Scope};
use sangam_vocabulary::{Country, Instant, Noun, OrganizationId, RecordId, Seat, SubjectId};
use sangam_workflow::referral::Event;

use crate::house::{BEGIN, House};
use crate::raw::{Raw, migrated};

/// Everything an organization finds at an instant, by every road: pages, records by id, events, relations.
async fn everything(
    house: &House,
    organization: OrganizationId,
    at: Instant,
    subject: SubjectId,
    referral: RecordId,
) -> [usize; 6] {
    let scope = Scope { at, ..house.scope(organization) };
    let by = |record| Scope { record: Some(record), ..scope.clone() };
    [
        house.records(Rows::Subjects, scope.clone()).await.len(),
        house.records(Rows::Subjects, by(subject.uuid())).await.len(),
        house.records(Rows::Referrals, scope.clone()).await.len(),
        house.records(Rows::Referrals, by(referral.uuid())).await.len(),
        house.store.record_events(sangam_vocabulary::Noun::Referral, organization, 0, at, 100).await.unwrap().0.len(),
        house.store.relations(organization, subject, at).await.unwrap().len(),
    ]
}

sangam_kit::both_databases! {
    template = migrated;

    async fn without_standing_nothing_exists(database: Database) {
        let house = House::open(&database).await;
        let (sender, recipient) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let stranger = house.organization(Country::Bangladesh).await;
        let subject = house.subject(sender, Age::Adult).await;
        let referral = house.referral(subject, sender, recipient).await;
        house.submit(house.step(referral, recipient, None, Event::Receive)).await.unwrap();
        let now = house.now();
        assert_eq!(everything(&house, stranger, now, subject, referral).await, [0; 6]);
        // The two who have standing find it, so that the nothing above means something.
        let found = everything(&house, sender, now, subject, referral).await;
        assert_eq!(found[..4], [1, 2, 1, 1], "the owner reaches the subject as owner and as sender");
        let found = everything(&house, recipient, now, subject, referral).await;
        assert_eq!(found[..4], [0, 1, 1, 1], "the recipient reaches the subject through the referral only");
        assert!(found[4] >= 2 && found[5] == 1, "{found:?}");
        // A step by a stranger finds nothing either.
        let refused = house.submit(house.step(referral, stranger, None, Event::Receive)).await;
        assert_eq!(refused, Err(sangam_store::Refused::NotFound));
        let consents = Scope { subject: Some(subject), ..house.scope(recipient) };
        house.give(sender, subject, house.consent(&[recipient], sangam_vocabulary::CategorySet::all())).await;
        assert!(house.records(Rows::Consents, consents).await.is_empty(), "consents are their owner's");
        let own = Scope { subject: Some(subject), ..house.scope(sender) };
        assert_eq!(house.records(Rows::Consents, own).await.len(), 1);
    }

    async fn a_relation_that_does_not_carry_the_purpose_finds_nothing(database: Database) {
        let house = House::open(&database).await;
        let (sender, recipient) = (house.organization(Country::India).await, house.organization(Country::Nepal).await);
        let subject = house.subject(sender, Age::Adult).await;
        house.referral(subject, sender, recipient).await;
        for (carrying, found) in [(vec![(Noun::Referral, Seat::Recipient)], 1), (vec![(Noun::Subject, Seat::Owner)], 0), (vec![], 0)] {
            let scope = |organization| Scope { carrying: carrying.clone(), ..house.scope(organization) };
            assert_eq!(house.records(Rows::Referrals, scope(recipient)).await.len(), found, "{carrying:?}");
            let own = house.records(Rows::Subjects, scope(sender)).await;
            assert_eq!(own.len(), 1, "an owner reads its own whatever is carried: {carrying:?}");
        }
    }

    async fn standing_begins_and_ends_to_the_millisecond(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (sender, recipient) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let subject = house.subject(sender, Age::Adult).await;
        let referral = house.referral(subject, sender, recipient).await;
        let (from, until) = (BEGIN.plus_millis(5_000), BEGIN.plus_millis(9_000));
        raw.run("UPDATE standing SET from_at = $1, until_at = $2 WHERE noun = 'REFERRAL'", vec![from.millis().into(), until.millis().into()]).await;
        for (at, there) in [(from.plus_millis(-1), 0), (from, 1), (from.plus_millis(1), 1), (until.plus_millis(-1), 1), (until, 0), (until.plus_millis(1), 0)] {
            let found = everything(&house, recipient, at, subject, referral).await;
            assert_eq!(found[1..4], [there; 3], "{at:?}");
            assert_eq!((found[4].min(1), found[5]), (there, there), "{at:?}");
        }
    }

    async fn a_referral_that_ended_shows_for_ninety_days_and_then_does_not(database: Database) {
        let house = House::open(&database).await;
        let (sender, recipient) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let subject = house.subject(sender, Age::Adult).await;
        let referral = house.referral(subject, sender, recipient).await;
        house.submit(house.step(referral, sender, None, Event::Withdraw)).await.unwrap();
        let (ended, gone) = (house.now(), house.now().plus_days(90));
        let page = house.page(Rows::Referrals, Scope { at: gone.plus_millis(-1), ..house.scope(recipient) }).await;
        let state = page.rows[0].subject.as_ref().unwrap().state;
        assert_eq!(state.until, ended, "its categories closed when it ended");
        assert_eq!(everything(&house, recipient, gone, subject, referral).await, [0; 6]);
        // The owner keeps its subject and loses the referral.
        assert_eq!(everything(&house, sender, gone, subject, referral).await, [1, 1, 0, 0, 0, 1]);
    }

    async fn each_sees_only_its_own(database: Database) {
        let house = House::open(&database).await;
        let (one, two) = (house.organization(Country::India).await, house.organization(Country::Nepal).await);
        let recipient = house.organization(Country::Bangladesh).await;
        let (hers, theirs) = (house.subject(one, Age::Adult).await, house.subject(two, Age::Unknown).await);
        let first = house.referral(hers, one, recipient).await;
        let second = house.referral(theirs, two, recipient).await;
        assert_eq!(house.records(Rows::Subjects, house.scope(one)).await, [RecordId::from(hers)]);
        assert_eq!(house.records(Rows::Subjects, house.scope(two)).await, [RecordId::from(theirs)]);
        assert_eq!(house.records(Rows::Referrals, house.scope(one)).await, [first]);
        assert_eq!(house.records(Rows::Referrals, house.scope(two)).await, [second]);
        let mut both = house.records(Rows::Referrals, house.scope(recipient)).await;
        both.sort_unstable();
        let mut expected = vec![first, second];
        expected.sort_unstable();
        assert_eq!(both, expected);
        assert!(house.records(Rows::Referrals, Scope { record: Some(second.uuid()), ..house.scope(one) }).await.is_empty());
        // By seat: the recipient has sent nothing.
        let sent = Scope { seat: Some(Seat::Sender), ..house.scope(recipient) };
        assert!(house.records(Rows::Referrals, sent).await.is_empty());
        let state = Scope { state: Some("ACCEPTED".to_owned()), ..house.scope(recipient) };
        assert!(house.records(Rows::Referrals, state).await.is_empty());
    }
}

/// A standing drawn at random: whose, which of the referrals, since and until when.
type Drawn = (usize, usize, i64, i64);

const ORGANIZATIONS: usize = 3;
const REFERRALS: usize = 6;

#[test]
fn a_page_is_exactly_what_standing_covers() {
    run(Kind::Sqlite, &migrated(), |database| async move {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let owner = house.organization(Country::India).await;
        let mut organizations = Vec::new();
        for _ in 0..ORGANIZATIONS {
            organizations.push(house.organization(Country::Nepal).await);
        }
        let mut referrals = Vec::new();
        for number in 0..REFERRALS {
            let subject = house.subject(owner, Age::Adult).await;
            referrals.push((house.referral(subject, owner, organizations[number % ORGANIZATIONS]).await, subject));
        }
        let drawn = prop::collection::vec((0..ORGANIZATIONS, 0..REFERRALS, 0..20_i64, 0..20_i64), 0..12);
        let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
        let mut runner = proptest::test_runner::TestRunner::new_with_rng(
            config,
            proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
        );
        let handle = tokio::runtime::Handle::current();
        let outcome = runner.run(&(drawn, 0..20_i64), |(standings, at)| {
            tokio::task::block_in_place(|| {
                handle.block_on(covers(&house, &raw, &organizations, &referrals, standings, at))
            })
        });
        outcome.unwrap();
    });
}

async fn covers(
    house: &House,
    raw: &Raw,
    organizations: &[OrganizationId],
    referrals: &[(RecordId, SubjectId)],
    mut standings: Vec<Drawn>,
    at: i64,
) -> Result<(), TestCaseError> {
    // One seat a record and organization is the table's key.
    standings.sort_unstable();
    standings.dedup_by_key(|(organization, referral, ..)| (*organization, *referral));
    raw.run("DELETE FROM standing WHERE noun = 'REFERRAL'", vec![]).await;
    for (organization, referral, from, until) in &standings {
        let (record, subject) = referrals[*referral];
        raw.run(
            "INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) VALUES ($1, 'REFERRAL', $2, 'RECIPIENT', $3, $4, $5, $5)",
            vec![
                organizations[*organization].uuid().as_bytes().to_vec().into(),
                record.uuid().as_bytes().to_vec().into(),
                subject.uuid().as_bytes().to_vec().into(),
                (*from).into(),
                (*until).into(),
            ],
        )
        .await;
    }
    for (number, organization) in organizations.iter().enumerate() {
        let scope = Scope { at: Instant::from_millis(at), ..house.scope(*organization) };
        let mut seen = house.records(Rows::Referrals, scope).await;
        seen.sort_unstable();
        let covering =
            standings.iter().filter(|(whose, _, from, until)| *whose == number && *from <= at && at < *until);
        let mut expected: Vec<_> = covering.map(|(_, referral, ..)| referrals[*referral].0).collect();
        expected.sort_unstable();
        prop_assert_eq!(seen, expected);
    }
    Ok(())
}
