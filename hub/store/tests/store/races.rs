//! Rules that a change reads in its savepoint and then writes by, raced by two processes on one database: the first has
//! read and written and is held up before its commit, the second comes meanwhile. If the second could read its rule before
//! the first has committed, both would pass; so it must not have been looked at until then, and then it is refused by the
//! rule itself and not by an index. `order.rs` says why that holds. On SQLite, where a second writer waits for the first,
//! the two simply go at once.

use std::time::Duration;

use sangam_custody::{Age, Held, SubjectKeys, WrappedKey};
use sangam_kit::database::{Database, Kind, run};
use sangam_store::{
    Command, Committed, MESSAGES, NewArrival, NewMessage, NewReferral, NewRepatriation, NewSearch, ReferralRefusal,
    ReferralStep, Refused, RequestStep, Transfer,
};
use sangam_vocabulary::{
    ArrivalId, Category, CategorySet, Code as _, Country, Instant, OrganizationId, Purpose, PurposeSet, RecordId,
    RepatriationId, SearchId, SubjectId,
};
use sangam_workflow::arrival::Kind as Came;
use sangam_workflow::referral::{Event, State};
use sangam_workflow::search;
use tokio::time::{sleep, timeout};

use crate::house::House;
use crate::raw::{Raw, migrated};

/// How long a change has to be done that nothing holds up.
const AT_ONCE: Duration = Duration::from_millis(700);
/// The most consents of one effect in force, of one subject.
const GRANTS: usize = 64;

/// Two processes, a sender with a subject, a recipient and a third.
struct Race {
    here: House,
    there: House,
    sender: OrganizationId,
    recipient: OrganizationId,
    third: OrganizationId,
    subject: SubjectId,
}

impl Race {
    async fn set(database: &Database) -> Self {
        let here = House::open(database).await;
        let there = here.second().await;
        let sender = here.organization(Country::India).await;
        let (recipient, third) =
            (here.organization(Country::Bangladesh).await, here.organization(Country::Bangladesh).await);
        let subject = here.subject(sender, Age::Adult).await;
        Self { here, there, sender, recipient, third, subject }
    }

    /// The first is held up before its commit, the second is asked for meanwhile; what both come to.
    async fn run(
        &self,
        database: &Database,
        first: impl Into<Command>,
        second: impl Into<Command>,
    ) -> (Result<Committed, Refused>, Result<Committed, Refused>) {
        let first = first.into().recorded(self.here.entry(self.sender, &[self.subject]));
        let raw = Raw::open(database).await;
        if raw.is_sqlite() {
            let one = self.here.submit(first);
            let other = async {
                // The one is in the queue before the other is.
                sleep(Duration::from_millis(1)).await;
                self.there.submit(second).await
            };
            return tokio::join!(one, other);
        }
        let eye = Raw::open(database).await;
        raw.run("BEGIN", vec![]).await;
        raw.run("LOCK TABLE journal_entry IN SHARE MODE", vec![]).await;
        let meanwhile = async {
            let held_up = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO journal_entry%'";
            while eye.number(held_up).await == 0 {
                sleep(Duration::from_millis(20)).await;
            }
            let mut other = Box::pin(self.there.submit(second));
            let early = timeout(AT_ONCE, &mut other).await;
            raw.run("ROLLBACK", vec![]).await;
            match early {
                Ok(done) => panic!("judged before the other was committed: {done:?}"),
                Err(_) => other.await,
            }
        };
        tokio::join!(self.here.submit(first), meanwhile)
    }

    /// Races two of which the second must be refused so.
    async fn second_is_refused(
        &self,
        database: &Database,
        first: impl Into<Command>,
        second: impl Into<Command>,
        refused: impl FnOnce(&Refused) -> bool,
    ) {
        let (first, second) = self.run(database, first, second).await;
        assert!(first.is_ok(), "{first:?}");
        match second {
            Err(refusal) if refused(&refusal) => {}
            other => panic!("{other:?}"),
        }
    }

    fn transfer(&self) -> NewReferral {
        NewReferral {
            begins: State::Sent,
            transfer: true,
            ..self.here.new_referral(self.subject, self.sender, self.recipient)
        }
    }

    /// Accepting a transfer, on what stands now.
    async fn accept(&self, house: &House, referral: RecordId) -> ReferralStep {
        let keys = |byte: u8| SubjectKeys {
            data: WrappedKey::stored(vec![byte; 60]),
            journal: WrappedKey::stored(vec![byte; 60]),
        };
        let (epoch, fence) = house.store.marks().await.unwrap();
        let before = house.store.subject(self.subject).await.unwrap().unwrap().keys;
        let transfer =
            Transfer { epoch, fence, until: Instant::NEVER, categories: CategorySet::all(), before, after: keys(21) };
        ReferralStep { transfer: Some(transfer), ..house.step(referral, self.recipient, None, Event::Accept) }
    }

    fn search(&self, house: &House) -> NewSearch {
        let asked =
            vec![(self.recipient, SearchId::from_uuid(house.id())), (self.third, SearchId::from_uuid(house.id()))];
        let id = SearchId::from_uuid(house.id());
        NewSearch { id, subject: self.subject, source: self.sender, asked, arrival: None }
    }

    /// Consent for tracing: of somebody's, to somebody.
    async fn traced(
        &self,
        owner: OrganizationId,
        subject: SubjectId,
        to: &[OrganizationId],
    ) -> sangam_vocabulary::ConsentId {
        let mut consent = self.here.consent(to, CategorySet::of(&[Category::Tracing, Category::CaseReference]));
        consent.purposes = PurposeSet::of(&[Purpose::FamilyTracing]);
        consent.countries = Country::ALL.to_vec();
        self.here.give(owner, subject, consent).await
    }
}

fn same(refused: &Refused) -> bool {
    matches!(refused, Refused::Duplicate { .. })
}

async fn one_search_is_open(race: &Race, database: &Database) {
    race.traced(race.sender, race.subject, &[race.recipient, race.third]).await;
    race.second_is_refused(database, race.search(&race.here), race.search(&race.there), same).await;
}

sangam_kit::both_databases! {
    template = migrated;

    async fn one_search_of_a_person_is_open(database: Database) {
        let race = Race::set(&database).await;
        one_search_is_open(&race, &database).await;
    }

    async fn one_arrival_of_a_person_is_open(database: Database) {
        let race = Race::set(&database).await;
        let arrival = |house: &House| NewArrival {
            id: ArrivalId::from_uuid(house.id()), subject: race.subject, organization: race.sender, kind: Came::ALL[0], came_from: None,
        };
        race.second_is_refused(&database, arrival(&race.here), arrival(&race.there), same).await;
    }

    async fn one_request_to_bring_a_person_home_is_open(database: Database) {
        let race = Race::set(&database).await;
        let texts = sangam_kit::corridors::texts();
        let book = sangam_workflow::repatriation::corridor::CorridorBook::read(texts.iter().map(|(file, text)| (*file, text.as_str())));
        let corridors = std::sync::Arc::new(book.unwrap());
        let request = |house: &House| NewRepatriation {
            id: RepatriationId::from_uuid(house.id()), subject: race.subject, holder: race.sender, from: Country::India,
            to: Country::Bangladesh, earlier: None, corridors: std::sync::Arc::clone(&corridors),
        };
        race.second_is_refused(&database, request(&race.here), request(&race.there), same).await;
    }

    async fn one_referral_of_the_same_is_open(database: Database) {
        let race = Race::set(&database).await;
        let one = race.here.new_referral(race.subject, race.sender, race.recipient);
        let other = NewReferral { sameness: one.sameness, ..race.there.new_referral(race.subject, race.sender, race.recipient) };
        race.second_is_refused(&database, one, other, same).await;
    }

    async fn nobody_is_over_the_number_of_consents(database: Database) {
        let race = Race::set(&database).await;
        let consent = |house: &House| {
            let given = house.consent(&[race.recipient], CategorySet::of(&[Category::Services]));
            house.recorded(race.sender, race.subject, given)
        };
        for _ in 1..GRANTS {
            race.here.submit(consent(&race.here)).await.unwrap();
        }
        let full = |refused: &Refused| matches!(refused, Refused::Full { most: 64 });
        race.second_is_refused(&database, consent(&race.here), consent(&race.there), full).await;
    }

    async fn nobody_is_over_the_number_of_messages(database: Database) {
        let race = Race::set(&database).await;
        let referral = race.here.referral(race.subject, race.sender, race.recipient).await;
        let message = |house: &House| {
            let id = RecordId::from_uuid(house.id());
            let text = Held::stored(race.subject, id, Category::Messages, vec![6; 40]);
            NewMessage { id, referral, organization: race.sender, text }
        };
        for _ in 1..MESSAGES {
            race.here.submit(message(&race.here)).await.unwrap();
        }
        let full = |refused: &Refused| matches!(refused, Refused::Referral(ReferralRefusal::MessagesFull));
        race.second_is_refused(&database, message(&race.here), message(&race.there), full).await;
    }

    /// `nothing_else` and `still`: something that the former owner begins while its case is handed over.
    async fn a_case_in_which_something_begins_is_not_handed_over(database: Database) {
        let race = Race::set(&database).await;
        let new = race.transfer();
        let referral = RecordId::from(new.id);
        race.here.submit(new).await.unwrap();
        let accept = race.accept(&race.there, referral).await;
        let begun = race.here.new_referral(race.subject, race.sender, race.third);
        let moved = |refused: &Refused| *refused == Refused::Referral(ReferralRefusal::OtherUnderWay);
        race.second_is_refused(&database, begun, accept, moved).await;
        let facts = race.here.store.subject(race.subject).await.unwrap().unwrap();
        assert_eq!(facts.owner.organization, race.sender);
    }

    async fn nothing_begins_in_a_case_that_was_handed_over(database: Database) {
        let race = Race::set(&database).await;
        let new = race.transfer();
        let referral = RecordId::from(new.id);
        race.here.submit(new).await.unwrap();
        let accept = race.accept(&race.here, referral).await;
        let begun = race.there.new_referral(race.subject, race.sender, race.third);
        race.second_is_refused(&database, accept, begun, |refused| *refused == Refused::NotFound).await;
        let facts = race.here.store.subject(race.subject).await.unwrap().unwrap();
        assert_eq!(facts.owner.organization, race.recipient);
    }

    /// A consent that is taken back while an answer that rests on it is told.
    async fn an_answer_does_not_rest_on_a_consent_that_is_taken_back(database: Database) {
        let race = Race::set(&database).await;
        race.traced(race.sender, race.subject, &[race.recipient, race.third]).await;
        let search = race.search(&race.here);
        let request = RecordId::from(search.asked[0].1);
        race.here.submit(search).await.unwrap();
        let found = race.here.subject(race.recipient, Age::Adult).await;
        let consent = race.traced(race.recipient, found, &[race.sender]).await;
        let (epoch, _) = race.there.store.marks().await.unwrap();
        let step = |house: &House, version, event, found| RequestStep {
            request, finder: race.recipient, version, event, found, answer: SearchId::from_uuid(house.id()),
            shown: Some((epoch, race.sender, CategorySet::all())),
        };
        race.here.submit(step(&race.here, 1, search::Event::Acknowledge, None)).await.unwrap();
        let tell = step(&race.there, 2, search::Event::ReportSafe, Some(found));
        let missing = |refused: &Refused| *refused == Refused::Missing { needs: vec!["FOUND_CONSENT"] };
        race.second_is_refused(&database, race.here.withdrawal(race.recipient, consent), tell, missing).await;
    }
}

/// Whatever the server gives its transactions by itself.
#[test]
fn a_change_that_waited_sees_what_was_committed_meanwhile() {
    run(Kind::Postgres, &migrated(), |database| async move {
        let raw = Raw::open(&database).await;
        let name = database.url().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
        raw.run(&format!("ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'repeatable read'"), vec![])
            .await;
        let race = Race::set(&database).await;
        one_search_is_open(&race, &database).await;
    });
}
