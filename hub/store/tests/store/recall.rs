//! Recalls: who is asked, what for, and what silence comes to. The same rules once more as in the writer, in words: whoever
//! loses something by a change of consent and ever stood towards the subject.

use sangam_custody::{Age, Consent, Effect, Facts};
use sangam_kit::database::Database;
use sangam_store::{
    FollowEvents, PaperCode, PaperCodeChange, PaperWithdrawal, RecallAnswer, RecallSilence, Refused, Rows,
    SubjectChange,
};
use sangam_vocabulary::{Category, CategorySet, Country, OrganizationId, PersonRole, RecordId, SubjectId};
use sangam_workflow::notice::NoticeKind;
use sangam_workflow::recall::{Event, Reason};

use crate::clocks::{on_team, person};
use crate::house::House;
use crate::raw::{Raw, migrated};

struct Case {
    house: House,
    raw: Raw,
    owner: OrganizationId,
    recipient: OrganizationId,
    subject: SubjectId,
}

async fn case(database: &Database) -> Case {
    let (house, raw) = (House::open(database).await, Raw::open(database).await);
    let owner = house.organization(Country::India).await;
    let recipient = house.organization(Country::Bangladesh).await;
    let subject = house.subject(owner, Age::Adult).await;
    house.referral(subject, owner, recipient).await;
    Case { house, raw, owner, recipient, subject }
}

const HEALTH: &[Category] = &[Category::Health, Category::Services];

impl Case {
    async fn give(&self, categories: &[Category]) -> sangam_vocabulary::ConsentId {
        let consent = self.house.consent(&[self.recipient], CategorySet::of(categories));
        self.house.give(self.owner, self.subject, consent).await
    }

    fn answer(&self, event: Event, reason: Option<Reason>, version: i64) -> RecallAnswer {
        RecallAnswer { recipient: self.recipient, subject: self.subject, version, event, reason }
    }

    async fn open(&self) -> i64 {
        self.raw.number("SELECT count(*) FROM recall WHERE is_open = 1").await
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn who_loses_nothing_is_not_asked(database: Database) {
        let case = case(&database).await;
        let (first, second) = (case.give(HEALTH).await, case.give(HEALTH).await);
        case.house.submit(case.house.withdrawal(case.owner, first)).await.unwrap();
        assert_eq!(case.open().await, 0, "another consent covers all of it");
        // Somebody who never stood towards the subject was shown nothing, whatever named it.
        let stranger = case.house.organization(Country::India).await;
        let named = case.house.give(case.owner, case.subject, case.house.consent(&[stranger], CategorySet::all())).await;
        case.house.submit(case.house.withdrawal(case.owner, named)).await.unwrap();
        assert_eq!(case.open().await, 0);
        // What ended by its time was not taken back.
        case.house.clock.advance(366 * 86_400_000);
        case.house.submit(case.house.withdrawal(case.owner, second)).await.unwrap();
        assert_eq!(case.open().await, 0);
        let third = case.give(HEALTH).await;
        case.house.submit(case.house.withdrawal(case.owner, third)).await.unwrap();
        assert_eq!(case.open().await, 1, "and here somebody loses something");
        assert_eq!(case.raw.number("SELECT categories FROM recall").await, i64::from(CategorySet::of(HEALTH).bits()));
    }

    /// A consent that withholds takes back as a withdrawal does, and so does a wider refusal of everyone.
    async fn what_is_withheld_is_taken_back(database: Database) {
        let case = case(&database).await;
        case.give(HEALTH).await;
        let no = Consent { effect: Effect::Withhold, ..case.house.consent(&[], CategorySet::of(&[Category::Health])) };
        case.house.give(case.owner, case.subject, no).await;
        assert_eq!(case.raw.number("SELECT categories FROM recall").await, i64::from(CategorySet::of(&[Category::Health]).bits()));
        assert!(case.house.records(Rows::Recalls, case.house.scope(case.owner)).await.is_empty(), "the owner is asked nothing");
        assert_eq!(case.house.records(Rows::Recalls, case.house.scope(case.recipient)).await.len(), 1);
        assert_eq!(case.house.records(Rows::RecallsSent, case.house.scope(case.owner)).await.len(), 1);
        assert!(case.house.records(Rows::RecallsSent, case.house.scope(case.recipient)).await.is_empty());
    }

    /// Somebody turns out to be a child: her own word alone gave nobody anything, and whoever was shown something by it is
    /// asked to let go, as after a withdrawal. A change that takes nothing away asks nobody.
    async fn a_change_of_her_facts_takes_back_as_a_withdrawal_does(database: Database) {
        let case = case(&database).await;
        case.give(HEALTH).await;
        let facts = |age, country| {
            let change = case.house.facts(case.subject, case.owner, age);
            SubjectChange { facts: Facts { age, collected_in: country }, ..change }
        };
        // The same facts, and another country: consent is hers and asks for no country she was found in.
        for same in [facts(Age::Adult, Country::India), facts(Age::Adult, Country::Nepal)] {
            case.house.submit(same).await.unwrap();
            assert_eq!(case.open().await, 0);
        }
        let before = case.house.fence().await;
        let child = Age::MinorUntil(case.house.now().plus_days(400));
        case.house.submit(facts(child, Country::India)).await.unwrap();
        assert_eq!(case.open().await, 1);
        assert_eq!(case.raw.number("SELECT categories FROM recall").await, i64::from(CategorySet::of(HEALTH).bits()));
        assert!(case.house.fence().await.0 > before.0);
        assert!(case.house.store.is_recalled(case.subject, case.recipient).await.unwrap(), "nothing more is shown to it");
        assert_eq!(case.raw.number("SELECT count(*) FROM event WHERE kind = 'RECALLED'").await, 1);
        assert_eq!(case.raw.number("SELECT count(*) FROM clock WHERE kind = 'RECALL'").await, 1, "and it has a week");
        // Unknown is as much: it takes both, and she alone gave it.
        case.house.submit(case.answer(Event::Deleted, None, 1)).await.unwrap();
        case.house.submit(facts(Age::Adult, Country::India)).await.unwrap();
        assert_eq!(case.open().await, 0, "she is of age after all: nobody loses anything");
        case.house.submit(facts(Age::Unknown, Country::India)).await.unwrap();
        assert_eq!(case.open().await, 1);
        // A subject that nobody knew before has lost nobody anything.
        case.house.subject(case.owner, Age::Unknown).await;
        assert_eq!(case.open().await, 1);
    }

    /// A week of silence: the recall is overdue, still bars, and can still be answered. An answer is no answer twice.
    async fn silence_escalates_and_is_no_answer(database: Database) {
        let case = case(&database).await;
        let consent = case.give(HEALTH).await;
        case.house.submit(case.house.withdrawal(case.owner, consent)).await.unwrap();
        let due = case.raw.number("SELECT due_at FROM clock WHERE kind = 'RECALL'").await;
        assert_eq!(due, case.house.now().plus_days(7).millis());
        let rows = case.raw.rows("SELECT id FROM recall", vec![]).await;
        let id: Vec<u8> = rows[0].try_get("", "id").unwrap();
        let recall = RecordId::from_uuid(uuid::Uuid::from_slice(&id).unwrap());
        case.house.clock.advance(7 * 86_400_000);
        case.house.submit(RecallSilence { recall }).await.unwrap();
        assert_eq!((case.open().await, case.raw.number("SELECT count(*) FROM clock WHERE kind = 'RECALL'").await), (1, 0));
        let again = case.house.submit(RecallSilence { recall }).await;
        assert_eq!(again, Err(Refused::Illegal { legal: Vec::new() }), "a clock runs out once");
        assert!(case.house.store.is_recalled(case.subject, case.recipient).await.unwrap());
        let unseen = case.house.submit(case.answer(Event::Deleted, None, 1)).await;
        assert_eq!(unseen, Err(Refused::Conflict { current: 2 }));
        let silent = case.house.submit(case.answer(Event::Escalate, None, 2)).await;
        assert!(matches!(silent, Err(Refused::Illegal { .. })), "nobody answers with silence: {silent:?}");
        let before = case.house.fence().await;
        case.house.submit(case.answer(Event::RetainedByLaw, Some(Reason::Proceedings), 2)).await.unwrap();
        assert!(case.house.fence().await.0 > before.0, "what was decided before it no longer holds");
        assert!(!case.house.store.is_recalled(case.subject, case.recipient).await.unwrap());
        let twice = case.house.submit(case.answer(Event::Deleted, None, 3)).await;
        assert!(matches!(twice, Err(Refused::Illegal { .. })), "{twice:?}");
        let other = RecallAnswer { recipient: case.owner, ..case.answer(Event::Deleted, None, 3) };
        assert_eq!(case.house.submit(other).await, Err(Refused::NotFound));
    }

    /// Of silence the administrators of whoever was asked hear, whose turn it is, and the team of whoever asks.
    async fn silence_is_told_to_whose_turn_it_is(database: Database) {
        let case = case(&database).await;
        let (house, raw) = (&case.house, &case.raw);
        let consent = case.give(HEALTH).await;
        let somebody = async |organization, name: &str, role| person(house, raw, organization, name, &[role]).await;
        let asks = somebody(case.owner, "asks", PersonRole::CaseWorker).await;
        let head = somebody(case.owner, "head", PersonRole::Administrator).await;
        let asked = somebody(case.recipient, "asked", PersonRole::CaseWorker).await;
        let theirs = somebody(case.recipient, "theirs", PersonRole::Administrator).await;
        for person in [asks, asked] {
            on_team(house, raw, case.subject, person).await;
        }
        house.submit(house.withdrawal(case.owner, consent)).await.unwrap();
        let waits = async |person| {
            let rows = house.store.notices(person).await.unwrap();
            rows.iter().map(|row| row.kind).filter(|kind| kind.is_urgent()).collect::<Vec<_>>()
        };
        house.submit(FollowEvents).await.unwrap();
        assert_eq!(waits(asked).await, [NoticeKind::AnswerNow], "whoever is asked hears at once");
        house.clock.advance(7 * 86_400_000);
        let id = RecordId::from_uuid(uuid::Uuid::from_slice(&raw.bytes("SELECT id FROM recall").await).unwrap());
        house.submit(RecallSilence { recall: id }).await.unwrap();
        house.submit(FollowEvents).await.unwrap();
        assert_eq!(waits(theirs).await, [NoticeKind::ClockRanOut]);
        assert_eq!(waits(asks).await, [NoticeKind::ClockRanOut]);
        assert_eq!((waits(asked).await, waits(head).await), (vec![NoticeKind::AnswerNow], vec![]));
    }

    /// A row beside the page says it: nothing is decided by a recipient that has not answered.
    async fn a_page_says_who_is_recalled(database: Database) {
        let case = case(&database).await;
        let recalled = async |organization| {
            let page = case.house.page(Rows::Referrals, case.house.scope(organization)).await;
            page.rows[0].subject.as_ref().unwrap().state.recalled
        };
        let consent = case.give(HEALTH).await;
        assert!(!recalled(case.recipient).await);
        case.house.submit(case.house.withdrawal(case.owner, consent)).await.unwrap();
        assert!(recalled(case.recipient).await && !recalled(case.owner).await);
        case.house.submit(case.answer(Event::Restricted, None, 1)).await.unwrap();
        assert!(!recalled(case.recipient).await);
    }

    /// A code that was replaced while it was judged is none; the code that stands ends everything at once.
    async fn a_paper_code_is_the_last_one_drawn(database: Database) {
        let case = case(&database).await;
        case.give(HEALTH).await;
        let draw = |place: &str, digest: u8| PaperCodeChange {
            owner: case.owner,
            subject: case.subject,
            code: PaperCode { place: place.to_owned(), digest: [digest; 32] },
        };
        let withdraw = |digest: u8| PaperWithdrawal {
            subject: case.subject,
            digest: [digest; 32],
            recalls: RecordId::from_uuid(case.house.id()),
        };
        case.house.submit(draw("AAAAA", 1)).await.unwrap();
        case.house.submit(draw("BBBBB", 2)).await.unwrap();
        assert!(case.house.store.paper_code("AAAAA").await.unwrap().is_none());
        assert_eq!(case.house.submit(withdraw(1)).await, Err(Refused::NotFound));
        assert_eq!(case.open().await, 0);
        case.house.submit(withdraw(2)).await.unwrap();
        assert_eq!(case.open().await, 1);
        assert_eq!(case.raw.number("SELECT count(*) FROM consent WHERE ended_how = 'PAPER_CODE'").await, 1);
        let others = PaperCodeChange { owner: case.recipient, ..draw("CCCCC", 3) };
        assert_eq!(case.house.submit(others).await, Err(Refused::NotFound), "a code is the holder's to draw");
    }
}
