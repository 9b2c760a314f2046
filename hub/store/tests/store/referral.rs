//! The referral in the store: drafts, the same and the same again, redirections, single services, expiry, messages; and
//! random lives of referrals against a plain account of them.

mod lives;
mod transfer;

use sangam_custody::{Age, Held};
use sangam_kit::database::Database;
use sangam_store::{
    Answered, MESSAGES, NewMessage, NewReferral, PartnerChange, ReferralExpiry, ReferralRefusal, ReferralStep, Refused,
    Rows, Scope, ServicesStep, Value,
};
use sangam_vocabulary::{Category, Country, Noun, OrganizationId, PartnerId, RecordId, Seat, SubjectId};
use sangam_workflow::referral::{DeclineReason, Event, State};
use sangam_workflow::service;

use crate::house::House;
use crate::raw::{Raw, migrated};

/// A sender with a subject, a recipient, and a third.
struct Parties {
    house: House,
    raw: Raw,
    sender: OrganizationId,
    recipient: OrganizationId,
    third: OrganizationId,
    subject: SubjectId,
}

impl Parties {
    async fn meet(database: &Database) -> Self {
        let (house, raw) = (House::open(database).await, Raw::open(database).await);
        let sender = house.organization(Country::India).await;
        let (recipient, third) =
            (house.organization(Country::Bangladesh).await, house.organization(Country::Bangladesh).await);
        let subject = house.subject(sender, Age::Adult).await;
        Self { house, raw, sender, recipient, third, subject }
    }

    fn begun(&self, begins: State) -> NewReferral {
        NewReferral { begins, ..self.house.new_referral(self.subject, self.sender, self.recipient) }
    }

    /// What an organization's page says of a referral: one column.
    async fn column(&self, organization: OrganizationId, referral: RecordId, name: &str) -> Option<Value> {
        let scope = Scope { record: Some(referral.uuid()), ..self.house.scope(organization) };
        let page = self.house.columns(Rows::Referrals, &[name], scope).await;
        page.into_iter().next().and_then(|row| row.values.into_iter().next())
    }

    async fn state(&self, referral: RecordId) -> String {
        match self.column(self.sender, referral, "state").await {
            Some(Value::Text(state)) => state,
            other => panic!("no state: {other:?}"),
        }
    }

    async fn version(&self, referral: RecordId) -> i64 {
        match self.column(self.sender, referral, "version").await {
            Some(Value::Int(version)) => version,
            other => panic!("no version: {other:?}"),
        }
    }

    fn step(&self, referral: RecordId, by: OrganizationId, event: Event) -> ReferralStep {
        self.house.step(referral, by, None, event)
    }

    fn answer(&self, referral: RecordId, numbers: &[usize], event: service::Event) -> ServicesStep {
        ServicesStep {
            referral,
            organization: self.recipient,
            version: None,
            services: Answered::These(numbers.to_vec()),
            event,
            reason: (event == service::Event::Decline).then_some(DeclineReason::NotWanted),
            delivery: self.house.id(),
        }
    }

    async fn states(&self, referral: RecordId) -> Vec<Value> {
        match self.column(self.recipient, referral, "serviceStates").await {
            Some(Value::List(states)) => states,
            other => panic!("no states: {other:?}"),
        }
    }

    fn message(&self, referral: RecordId, organization: OrganizationId) -> NewMessage {
        let id = RecordId::from_uuid(self.house.id());
        let text = Held::stored(self.subject, id, Category::Messages, vec![7; 40]);
        NewMessage { id, referral, organization, text }
    }

    async fn clocks(&self, referral: RecordId) -> i64 {
        let rows = self
            .raw
            .rows("SELECT due_at FROM clock WHERE record = $1", vec![referral.uuid().as_bytes().to_vec().into()])
            .await;
        rows.len() as i64
    }
}

fn codes(codes: &[&str]) -> Vec<Value> {
    codes.iter().map(|code| Value::Text((*code).to_owned())).collect()
}

const fn refused<T>(reason: ReferralRefusal) -> Result<T, Refused> {
    Err(Refused::Referral(reason))
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_draft_is_there_for_its_sender_alone(database: Database) {
        let parties = Parties::meet(&database).await;
        let draft = parties.begun(State::Draft);
        let id = RecordId::from(draft.id);
        parties.house.submit(draft).await.unwrap();
        assert_eq!(parties.state(id).await, "DRAFT");
        assert_eq!(parties.column(parties.recipient, id, "state").await, None);
        assert_eq!(parties.house.submit(parties.step(id, parties.recipient, Event::Accept)).await, Err(Refused::NotFound));
        assert_eq!(parties.house.submit(parties.message(id, parties.sender)).await, refused(ReferralRefusal::NotUnderWay));
        assert_eq!(parties.clocks(id).await, 0);
        parties.house.submit(parties.step(id, parties.sender, Event::Send)).await.unwrap();
        assert_eq!(parties.column(parties.recipient, id, "state").await, Some(Value::Text("SENT".to_owned())));
        assert_eq!(parties.clocks(id).await, 1);
        // A draft that is given up was never the recipient's.
        let other = parties.begun(State::Draft);
        let id = RecordId::from(other.id);
        parties.house.submit(other).await.unwrap();
        parties.house.submit(parties.step(id, parties.sender, Event::Withdraw)).await.unwrap();
        assert_eq!((parties.state(id).await.as_str(), parties.column(parties.recipient, id, "state").await), ("WITHDRAWN", None));
    }

    async fn the_same_is_the_same_until_it_ends_or_is_declared_another(database: Database) {
        let parties = Parties::meet(&database).await;
        let first = parties.begun(State::Sent);
        let (id, sameness) = (RecordId::from(first.id), first.sameness);
        let again = |again: Option<[u8; 32]>| NewReferral { sameness, again, ..parties.begun(State::Sent) };
        // Nothing was referred before.
        assert_eq!(parties.house.submit(again(Some([1; 32]))).await, refused(ReferralRefusal::NothingBefore));
        parties.house.submit(first).await.unwrap();
        assert_eq!(parties.house.submit(again(None)).await, Err(Refused::Duplicate { record: id.uuid() }));
        let more = again(Some([2; 32]));
        let second = RecordId::from(more.id);
        parties.house.submit(more).await.unwrap();
        for party in [parties.sender, parties.recipient] {
            assert_eq!(parties.column(party, second, "reReferralOf").await, Some(Value::Record(id)));
        }
        // A draft of the same does not become a second one beside it.
        let draft = NewReferral { sameness, ..parties.begun(State::Draft) };
        let draft_id = RecordId::from(draft.id);
        parties.house.submit(draft).await.unwrap();
        assert_eq!(parties.house.submit(parties.step(draft_id, parties.sender, Event::Send)).await, refused(ReferralRefusal::OpenAlready));
        assert_eq!(parties.state(draft_id).await, "DRAFT");
        // Once the first has ended the same is another, and nothing has to be declared.
        parties.house.submit(parties.step(id, parties.sender, Event::Withdraw)).await.unwrap();
        parties.house.submit(parties.step(draft_id, parties.sender, Event::Send)).await.unwrap();
        assert_eq!(parties.house.submit(again(None)).await, Err(Refused::Duplicate { record: draft_id.uuid() }));
    }

    async fn a_redirection_names_a_third_and_passes_nothing_on(database: Database) {
        let parties = Parties::meet(&database).await;
        let id = parties.house.referral(parties.subject, parties.sender, parties.recipient).await;
        let redirect = |proposed| ReferralStep { proposed, ..parties.step(id, parties.recipient, Event::Redirect) };
        assert_eq!(parties.house.submit(redirect(None)).await, refused(ReferralRefusal::NobodyProposed));
        for odd in [parties.sender, parties.recipient, OrganizationId::from_uuid(parties.house.id())] {
            assert_eq!(parties.house.submit(redirect(Some(odd))).await, refused(ReferralRefusal::OddProposal));
        }
        let elsewhere = ReferralStep { proposed: Some(parties.third), ..parties.step(id, parties.recipient, Event::Accept) };
        assert_eq!(parties.house.submit(elsewhere).await, refused(ReferralRefusal::OddProposal));
        parties.house.submit(redirect(Some(parties.third))).await.unwrap();
        assert_eq!(parties.state(id).await, "REDIRECTED");
        assert_eq!(parties.column(parties.sender, id, "proposed").await, Some(Value::Organization(parties.third)));
        // The third knows of nothing.
        let relations = parties.house.store.relations(parties.third, parties.subject, parties.house.now()).await.unwrap();
        assert!(relations.is_empty(), "{relations:?}");
        // What follows it goes to whom it named, from who sent it, about the same person.
        let follows = |recipient, subject| NewReferral {
            redirected_from: Some(id), ..parties.house.new_referral(subject, parties.sender, recipient)
        };
        let another = parties.house.subject(parties.sender, Age::Adult).await;
        for odd in [follows(parties.recipient, parties.subject), follows(parties.third, another)] {
            assert_eq!(parties.house.submit(odd).await, refused(ReferralRefusal::NotRedirected));
        }
        let next = follows(parties.third, parties.subject);
        let next_id = RecordId::from(next.id);
        parties.house.submit(next).await.unwrap();
        assert_eq!(parties.column(parties.sender, next_id, "redirectedFrom").await, Some(Value::Record(id)));
        // The third is not told who was asked before.
        assert_eq!(parties.column(parties.third, next_id, "redirectedFrom").await, Some(Value::Null));
    }

    /// Who is told, system by system: the recipient's own hears of every end but the one that it was helped, whoever
    /// brought it about; a draft is nobody's.
    async fn an_end_is_a_word_for_the_recipients_system(database: Database) {
        let parties = Parties::meet(&database).await;
        let house = &parties.house;
        for (name, organization, mode) in [("theirs", parties.recipient, "push"), ("own", parties.sender, "both"), ("read", parties.recipient, "mirror")] {
            let id = PartnerId::from_uuid(house.id());
            let [name, wire, mode] = [name, "primero", mode].map(str::to_owned);
            house.submit(PartnerChange { id, organization, name, wire, mode }).await.unwrap();
        }
        let declined = |id| ReferralStep { reason: Some(DeclineReason::NoCapacity), ..parties.step(id, parties.recipient, Event::Decline) };
        let redirected = |id| ReferralStep { proposed: Some(parties.third), ..parties.step(id, parties.recipient, Event::Redirect) };
        let offered = ["theirs REFERRAL".to_owned()];
        let rows = async |id: RecordId| {
            let sql = "SELECT p.name, d.kind FROM delivery d JOIN partner p ON p.id = d.partner WHERE d.record = $1 ORDER BY p.name DESC, d.kind";
            let rows = parties.raw.rows(sql, vec![id.uuid().as_bytes().to_vec().into()]).await;
            rows.iter().map(|row| format!("{} {}", row.try_get::<String>("", "name").unwrap(), row.try_get::<String>("", "kind").unwrap())).collect::<Vec<_>>()
        };
        let (end, answer) = ("theirs REFERRAL_END".to_owned(), "own REFERRAL_STATE".to_owned());
        for (event, told) in [
            (Event::Withdraw, vec![end.clone()]),
            (Event::Redirect, vec![end.clone(), answer.clone()]),
            (Event::Decline, vec![end.clone(), answer.clone()]),
            (Event::Expire, vec![end, answer.clone()]),
            (Event::Complete, vec![answer.clone(); 3]),
        ] {
            let id = house.referral(parties.subject, parties.sender, parties.recipient).await;
            assert_eq!(rows(id).await, offered);
            match event {
                Event::Withdraw => drop(house.submit(parties.step(id, parties.sender, event)).await.unwrap()),
                Event::Redirect => drop(house.submit(redirected(id)).await.unwrap()),
                Event::Decline => drop(house.submit(declined(id)).await.unwrap()),
                Event::Expire => {
                    house.clock.advance(86_400_000);
                    house.submit(ReferralExpiry { referral: id, delivery: house.id() }).await.unwrap();
                }
                _ => {
                    house.submit(parties.step(id, parties.recipient, Event::Accept)).await.unwrap();
                    house.submit(parties.step(id, parties.recipient, Event::Start)).await.unwrap();
                    parties.raw.run("UPDATE referral SET service_states = '', service_reasons = '' WHERE is_open = 1", vec![]).await;
                    house.submit(parties.step(id, parties.recipient, Event::Complete)).await.unwrap();
                }
            }
            assert_eq!(rows(id).await, [&offered[..], &told].concat(), "{event}");
        }
        let draft = parties.begun(State::Draft);
        let id = RecordId::from(draft.id);
        house.submit(draft).await.unwrap();
        house.submit(parties.step(id, parties.sender, Event::Withdraw)).await.unwrap();
        assert_eq!(rows(id).await, Vec::<String>::new());
    }

    async fn services_are_answered_one_by_one_and_hold_up_the_whole(database: Database) {
        let parties = Parties::meet(&database).await;
        let new = NewReferral { asked: 3, ..parties.begun(State::Sent) };
        let id = RecordId::from(new.id);
        parties.house.submit(new).await.unwrap();
        assert_eq!(parties.states(id).await, codes(&["ASKED", "ASKED", "ASKED"]));
        // All of those named or none.
        for odd in [&[1, 4][..], &[0]] {
            let odd = parties.answer(id, odd, service::Event::Accept);
            assert_eq!(parties.house.submit(odd).await, refused(ReferralRefusal::NoSuchService));
        }
        assert_eq!(parties.states(id).await, codes(&["ASKED", "ASKED", "ASKED"]));
        let of_the_sender = ServicesStep { organization: parties.sender, ..parties.answer(id, &[1], service::Event::Accept) };
        assert_eq!(parties.house.submit(of_the_sender).await, Err(Refused::Illegal { legal: vec![] }));
        let stale = ServicesStep { version: Some(7), ..parties.answer(id, &[1], service::Event::Accept) };
        assert_eq!(parties.house.submit(stale).await, Err(Refused::Conflict { current: 1 }));
        parties.house.submit(parties.answer(id, &[2], service::Event::Decline)).await.unwrap();
        assert_eq!(parties.version(id).await, 2);
        parties.house.submit(parties.step(id, parties.recipient, Event::Accept)).await.unwrap();
        assert_eq!(parties.states(id).await, codes(&["ACCEPTED", "DECLINED", "ACCEPTED"]));
        let early = parties.answer(id, &[1], service::Event::Give);
        assert_eq!(parties.house.submit(early).await, Err(Refused::Missing { needs: vec!["REFERRAL_IN_PROGRESS"] }));
        parties.house.submit(parties.step(id, parties.recipient, Event::Start)).await.unwrap();
        parties.house.submit(parties.answer(id, &[1], service::Event::Give)).await.unwrap();
        let whole = || parties.step(id, parties.recipient, Event::Complete);
        assert_eq!(parties.house.submit(whole()).await, Err(Refused::Missing { needs: vec!["SERVICES_FINISHED"] }));
        parties.house.submit(parties.answer(id, &[3], service::Event::Decline)).await.unwrap();
        parties.house.submit(whole()).await.unwrap();
        assert_eq!(parties.states(id).await, codes(&["GIVEN", "DECLINED", "DECLINED"]));
        let reasons = parties.column(parties.sender, id, "serviceReasons").await;
        let said = Value::Text("NOT_WANTED".to_owned());
        assert_eq!(reasons, Some(Value::List(vec![Value::Null, said.clone(), said])));
    }

    async fn what_nobody_answers_expires_when_its_time_has_come(database: Database) {
        let parties = Parties::meet(&database).await;
        let house = &parties.house;
        // URGENT: a day.
        let id = house.referral(parties.subject, parties.sender, parties.recipient).await;
        let expire = || ReferralExpiry { referral: id, delivery: house.id() };
        house.clock.advance(86_400_000 - 1);
        assert_eq!(house.submit(expire()).await, refused(ReferralRefusal::NotDue));
        house.clock.advance(1);
        house.submit(expire()).await.unwrap();
        assert_eq!((parties.state(id).await.as_str(), parties.clocks(id).await), ("EXPIRED", 0));
        // The clock is not asked twice, and nobody else can say that it struck.
        assert_eq!(house.submit(expire()).await, Err(Refused::Illegal { legal: vec![] }));
        let relations = house.store.relations(parties.recipient, parties.subject, house.now()).await.unwrap();
        assert_eq!(relations[0].open_until, house.now(), "its categories closed with it");
        for party in [parties.sender, parties.recipient] {
            let other = house.referral(parties.subject, parties.sender, parties.recipient).await;
            let refused = house.submit(parties.step(other, party, Event::Expire)).await;
            assert!(matches!(refused, Err(Refused::Illegal { .. })), "{refused:?}");
        }
        // What was answered waits no longer; an answer-by of the sender's own is kept.
        let due = house.now().plus_days(20);
        let new = NewReferral { answer_by: Some(due), ..parties.begun(State::Sent) };
        let own = RecordId::from(new.id);
        house.submit(new).await.unwrap();
        assert_eq!(parties.column(parties.recipient, own, "answerBy").await, Some(Value::Instant(due)));
        house.submit(parties.step(own, parties.recipient, Event::Accept)).await.unwrap();
        assert_eq!(parties.clocks(own).await, 0);
        house.clock.advance(30 * 86_400_000);
        let late = house.submit(ReferralExpiry { referral: own, delivery: house.id() }).await;
        assert_eq!(late, Err(Refused::Illegal { legal: vec![] }));
    }

    async fn messages_are_the_parties_and_bounded(database: Database) {
        let parties = Parties::meet(&database).await;
        let house = &parties.house;
        let id = house.referral(parties.subject, parties.sender, parties.recipient).await;
        let from = house.store.last_event().await.unwrap();
        assert_eq!(house.submit(parties.message(id, parties.third)).await, Err(Refused::NotFound));
        for party in [parties.sender, parties.recipient] {
            house.submit(parties.message(id, party)).await.unwrap();
        }
        for party in [parties.sender, parties.recipient] {
            let (told, _) = house.store.record_events(Noun::Referral, party, from, house.now(), 9).await.unwrap();
            assert_eq!(told.iter().map(|row| row.record).collect::<Vec<_>>(), [id, id]);
            let scope = Scope { within: Some(id), ..house.scope(party) };
            let rows = house.columns(Rows::Messages, &["seat"], scope).await;
            let mut seats: Vec<_> = rows.iter().map(|row| row.values[0].clone()).collect();
            seats.sort_by_key(|seat| format!("{seat:?}"));
            assert_eq!(seats, codes(&["RECIPIENT", "SENDER"]));
            let relation = rows[0].subject.as_ref().unwrap().relation;
            assert_eq!(relation.noun, Noun::Referral);
            assert_eq!(relation.seat == Seat::Sender, party == parties.sender);
        }
        let scope = Scope { within: Some(id), ..house.scope(parties.third) };
        assert!(house.columns(Rows::Messages, &["seat"], scope).await.is_empty());
        for _ in 2..MESSAGES {
            house.submit(parties.message(id, parties.sender)).await.unwrap();
        }
        assert_eq!(house.submit(parties.message(id, parties.sender)).await, refused(ReferralRefusal::MessagesFull));
        house.submit(parties.step(id, parties.sender, Event::Withdraw)).await.unwrap();
        assert_eq!(house.submit(parties.message(id, parties.recipient)).await, refused(ReferralRefusal::NotUnderWay));
    }
}
