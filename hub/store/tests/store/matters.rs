//! What waits for people because of how things stand: each thing once a person, for those whose it is, and gone when it
//! is done.

use std::collections::BTreeSet;

use sangam_custody::{Age, Agreement, Consent};
use sangam_kit::database::Database;
use sangam_store::{
    AgreementDraft, AgreementStep, By, FollowMatters, LockChange, LockRelease, LockWay, NoticePassedOn, PartnerChange,
    PersonAct, PersonChange, QuarantineChange, Refused, Source, SourceChange,
};
use sangam_vocabulary::{
    AgreementId, Category, CategorySet, Country, LockId, OrganizationId, PartnerId, PersonId, PersonRole, PurposeSet,
};
use sangam_workflow::agreement::{Event, LegalBasis};
use sangam_workflow::lock::Unit;
use sangam_workflow::notice::NoticeKind;

use crate::clocks::{DAY, on_team, person};
use crate::house::House;
use crate::raw::{Raw, migrated};

struct Staffed {
    house: House,
    raw: Raw,
    here: OrganizationId,
    there: OrganizationId,
}

impl Staffed {
    async fn open(database: &Database) -> Self {
        let (house, raw) = (House::open(database).await, Raw::open(database).await);
        let here = house.organization(Country::India).await;
        let there = house.organization(Country::Bangladesh).await;
        Self { house, raw, here, there }
    }

    async fn somebody(&self, organization: OrganizationId, pseudonym: &str, role: PersonRole) -> PersonId {
        person(&self.house, &self.raw, organization, pseudonym, &[role]).await
    }

    /// A look at how things stand, as the next round takes one.
    async fn look(&self) {
        self.house.clock.advance(5_000);
        self.house.submit(FollowMatters).await.unwrap();
    }

    /// What waits for somebody.
    async fn waits(&self, person: PersonId) -> Vec<NoticeKind> {
        self.house.store.notices(person).await.unwrap().iter().map(|row| row.kind).collect()
    }

    /// She has looked at what waits, and at whatever else there was.
    async fn sees(&self, person: PersonId) {
        self.raw.run("DELETE FROM notice WHERE person = $1", vec![person.uuid().as_bytes().to_vec().into()]).await;
    }

    async fn awake(&self) {
        let now = self.house.now().millis();
        self.raw.run("UPDATE person SET used_at = $1, reviewed_at = $1", vec![now.into()]).await;
    }

    async fn step(&self, agreement: AgreementId, (organization, person): (OrganizationId, PersonId), event: Event) {
        let row = self.house.store.agreement_of(organization, agreement, self.house.now()).await.unwrap().unwrap();
        let step = AgreementStep { agreement, organization, person, version: row.version, event, reason: None };
        self.house.submit(step).await.unwrap();
    }

    fn draft(&self, person: PersonId, supersedes: Option<(AgreementId, i64)>) -> AgreementDraft {
        let agreement = Agreement {
            id: AgreementId::from_uuid(self.house.id()),
            version: 1,
            disclosers: vec![self.here],
            recipients: vec![self.there],
            purposes: PurposeSet::all(),
            categories: CategorySet::LIGHT,
            countries: vec![Country::Bangladesh],
            onward: false,
            from: self.house.now(),
            until: self.house.now().plus_days(60),
            suspended: false,
            approvals: Vec::new(),
        };
        let legal_bases = vec![LegalBasis::Consent];
        AgreementDraft { organization: self.here, person, agreement, legal_bases, retention_days: 30, supersedes }
    }
}

sangam_kit::both_databases! {
    template = migrated;

    /// Officers of each party are told once that a proposal waits, whoever approved or drafted it is told no more, and
    /// when it binds nobody is. Then that it was stopped, but for the one who did; and that it ends soon.
    async fn an_agreement_waits_is_stopped_and_ends_soon(database: Database) {
        let staffed = Staffed::open(&database).await;
        let (here, there) = (staffed.here, staffed.there);
        let officer = async |organization, name: &str| staffed.somebody(organization, name, PersonRole::AgreementOfficer).await;
        let (drafts, one, two) = (officer(here, "drafts").await, officer(here, "one").await, officer(here, "two").await);
        let (three, four) = (officer(there, "three").await, officer(there, "four").await);
        let head = staffed.somebody(there, "head", PersonRole::Administrator).await;
        let worker = staffed.somebody(there, "worker", PersonRole::CaseWorker).await;
        let draft = staffed.draft(drafts, None);
        let id = draft.agreement.id;
        staffed.house.submit(draft).await.unwrap();
        staffed.look().await;
        for one in [one, three] {
            assert!(staffed.waits(one).await.is_empty(), "of a draft nobody hears");
        }
        staffed.step(id, (here, drafts), Event::Propose).await;
        staffed.look().await;
        let waits = [NoticeKind::AgreementWaits];
        for person in [one, two, three, four] {
            assert_eq!(staffed.waits(person).await, waits);
        }
        for person in [drafts, head, worker] {
            assert!(staffed.waits(person).await.is_empty());
        }
        // Once a person for one thing, also when she has seen it; and whoever has done her part is asked no more.
        staffed.sees(three).await;
        staffed.step(id, (here, one), Event::Approve).await;
        staffed.look().await;
        assert!(staffed.waits(three).await.is_empty() && staffed.waits(one).await.is_empty());
        assert_eq!((staffed.waits(two).await, staffed.waits(four).await), (waits.to_vec(), waits.to_vec()));
        staffed.step(id, (here, two), Event::Approve).await;
        staffed.step(id, (there, three), Event::Approve).await;
        staffed.look().await;
        assert!(staffed.waits(two).await.is_empty(), "the own party has said its word");
        assert_eq!(staffed.waits(four).await, waits, "of the other one is missing");
        staffed.step(id, (there, four), Event::Approve).await;
        staffed.look().await;
        assert!(staffed.waits(four).await.is_empty(), "what was not looked at ends with the thing");
        assert_eq!(staffed.raw.number("SELECT count(*) FROM notice").await, 0);

        staffed.step(id, (there, head), Event::Suspend).await;
        staffed.look().await;
        let stopped = [NoticeKind::AgreementStopped];
        for person in [drafts, one, two, three, four] {
            assert_eq!(staffed.waits(person).await, stopped);
        }
        assert!(staffed.waits(head).await.is_empty(), "she did it herself");
        for person in [three, four] {
            staffed.step(id, (there, person), Event::Resume).await;
        }
        staffed.look().await;
        assert_eq!(staffed.raw.number("SELECT count(*) FROM notice").await, 0);

        // Thirty days before its end it is due for a review, until its parties see a newer version.
        let end = staffed.house.store.agreement_of(here, id, staffed.house.now()).await.unwrap().unwrap().agreement.until;
        staffed.house.clock.advance(end.plus_days(-30).millis() - staffed.house.now().millis() - 5_001);
        staffed.awake().await;
        staffed.look().await;
        assert!(staffed.waits(one).await.is_empty(), "a moment too early");
        staffed.look().await;
        for person in [drafts, one, two, three, four] {
            assert_eq!(staffed.waits(person).await, [NoticeKind::AgreementReview]);
        }
        let version = staffed.house.store.agreement_of(here, id, staffed.house.now()).await.unwrap().unwrap().version;
        let newer = staffed.draft(drafts, Some((id, version)));
        let new = newer.agreement.id;
        staffed.house.submit(newer).await.unwrap();
        staffed.look().await;
        assert_eq!(staffed.waits(three).await, [NoticeKind::AgreementReview], "a draft is nobody's to know of");
        staffed.step(new, (here, drafts), Event::Propose).await;
        staffed.look().await;
        assert_eq!(staffed.waits(three).await, waits);
        assert!(staffed.waits(drafts).await.is_empty());
    }

    /// Where an organization has no officer its administrators hear that something waits for one.
    async fn where_there_is_no_officer_the_administrators_are_told(database: Database) {
        let staffed = Staffed::open(&database).await;
        let drafts = staffed.somebody(staffed.here, "drafts", PersonRole::AgreementOfficer).await;
        let own = staffed.somebody(staffed.here, "own", PersonRole::Administrator).await;
        let head = staffed.somebody(staffed.there, "head", PersonRole::Administrator).await;
        let draft = staffed.draft(drafts, None);
        let id = draft.agreement.id;
        staffed.house.submit(draft).await.unwrap();
        staffed.step(id, (staffed.here, drafts), Event::Propose).await;
        staffed.look().await;
        for person in [own, head] {
            assert_eq!(staffed.waits(person).await, [NoticeKind::AgreementWaits], "who drafted it never approves it");
        }
        // What nobody looked at is passed on, and ends for those as well once it is done.
        let second = staffed.somebody(staffed.there, "second", PersonRole::Administrator).await;
        staffed.house.clock.advance(2 * DAY);
        staffed.house.submit(NoticePassedOn { person: head, kind: NoticeKind::AgreementWaits }).await.unwrap();
        assert_eq!(staffed.waits(second).await, [NoticeKind::AgreementWaits]);
        staffed.step(id, (staffed.here, drafts), Event::Withdraw).await;
        staffed.look().await;
        assert_eq!(staffed.raw.number("SELECT count(*) FROM notice").await, 0);
        assert_eq!(staffed.raw.number("SELECT count(*) FROM notice_matter").await, 0);
    }

    /// Of a lock the administrators of all whom it binds hear, of one's own house or country; who agreed that it ends
    /// waits no more.
    async fn a_lock_waits_for_those_whom_it_binds(database: Database) {
        let staffed = Staffed::open(&database).await;
        let first = staffed.somebody(staffed.here, "first", PersonRole::Administrator).await;
        let second = staffed.somebody(staffed.here, "second", PersonRole::Administrator).await;
        let worker = staffed.somebody(staffed.here, "worker", PersonRole::CaseWorker).await;
        let other = staffed.somebody(staffed.there, "other", PersonRole::Administrator).await;
        let near = staffed.house.organization(Country::India).await;
        let neighbour = staffed.somebody(near, "neighbour", PersonRole::Administrator).await;
        let lock = async |unit| {
            let id = LockId::from_uuid(staffed.house.id());
            let change = LockChange { id, unit, by: staffed.here, way: LockWay::Api, duress: false };
            LockId::from_uuid(staffed.house.submit(change).await.unwrap().record.unwrap())
        };
        let id = lock(Unit::Organization(staffed.here)).await;
        staffed.look().await;
        assert_eq!((staffed.waits(first).await, staffed.waits(second).await), (vec![NoticeKind::Locked], vec![NoticeKind::Locked]));
        for person in [worker, other, neighbour] {
            assert!(staffed.waits(person).await.is_empty());
        }
        let release = |organization, person| LockRelease { lock: id, organization, person };
        staffed.house.submit(release(staffed.here, first)).await.unwrap();
        staffed.look().await;
        assert!(staffed.waits(first).await.is_empty(), "she has done her part");
        assert_eq!(staffed.waits(second).await, [NoticeKind::Locked]);
        staffed.house.submit(release(staffed.there, other)).await.unwrap();
        staffed.look().await;
        assert!(staffed.waits(second).await.is_empty());
        lock(Unit::Country(Country::India)).await;
        staffed.look().await;
        let told: BTreeSet<_> = [first, second, neighbour].into();
        for person in [first, second, worker, other, neighbour] {
            assert_eq!(!staffed.waits(person).await.is_empty(), told.contains(&person));
        }
    }

    async fn an_account_is_due_for_a_review_until_it_was_reviewed(database: Database) {
        let staffed = Staffed::open(&database).await;
        let head = staffed.somebody(staffed.here, "head", PersonRole::Administrator).await;
        let other = staffed.somebody(staffed.there, "other", PersonRole::Administrator).await;
        let worker = staffed.somebody(staffed.here, "worker", PersonRole::CaseWorker).await;
        let used = async || {
            let now = staffed.house.now().millis();
            staffed.raw.run("UPDATE person SET used_at = $1", vec![now.into()]).await;
        };
        staffed.house.clock.advance(92 * DAY - 5_001);
        used().await;
        staffed.look().await;
        assert!(staffed.waits(head).await.is_empty(), "a moment too early");
        staffed.look().await;
        assert_eq!(staffed.waits(head).await, [NoticeKind::AccountsReview]);
        assert!(staffed.waits(worker).await.is_empty());
        assert!(staffed.waits(other).await.is_empty(), "each house its own, and nobody reviews herself");
        let act = PersonAct::Review { people: vec![worker] };
        staffed.house.submit(PersonChange { organization: staffed.here, by: By::Person(head), act }).await.unwrap();
        staffed.look().await;
        assert!(staffed.waits(head).await.is_empty(), "her own is another's to review");
        let second = staffed.somebody(staffed.here, "second", PersonRole::Administrator).await;
        let due = staffed.house.now().plus_days(-92).millis();
        let values = vec![due.into(), second.uuid().as_bytes().to_vec().into()];
        staffed.raw.run("UPDATE person SET reviewed_at = $1 WHERE id = $2", values).await;
        staffed.look().await;
        assert_eq!(staffed.waits(head).await, [NoticeKind::AccountsReview], "another thing of the same kind");
        let act = PersonAct::Review { people: vec![second] };
        staffed.house.submit(PersonChange { organization: staffed.here, by: By::Person(head), act }).await.unwrap();
        staffed.look().await;
        assert!(staffed.waits(head).await.is_empty());
    }

    async fn a_record_that_cannot_be_read_waits_for_who_looks_after_the_system(database: Database) {
        let staffed = Staffed::open(&database).await;
        let officer = staffed.somebody(staffed.here, "officer", PersonRole::PartnerOfficer).await;
        let head = staffed.somebody(staffed.here, "head", PersonRole::Administrator).await;
        let (name, wire, mode) = ("invented".to_owned(), "primero".to_owned(), "both".to_owned());
        let id = PartnerId::from_uuid(staffed.house.id());
        let change = PartnerChange { id, organization: staffed.here, name, wire, mode };
        let partner = PartnerId::from_uuid(staffed.house.submit(change).await.unwrap().record.unwrap());
        let unread = async |key: &str| {
            let source = Source { partner, external_key: key.to_owned(), sealed_key: None };
            let (path, kind, organization) = ("/sex".to_owned(), "UNKNOWN_CODE".to_owned(), staffed.here);
            let id = staffed.house.id();
            staffed.house.submit(QuarantineChange { id, source, organization, path, kind, length: 3, faults: 1 }).await.unwrap();
        };
        let read = async |key: &str| {
            let external_key = key.to_owned();
            staffed.house.submit(SourceChange { partner, external_key, digest: [1; 32] }).await.unwrap();
        };
        unread("one").await;
        staffed.look().await;
        assert_eq!(staffed.waits(officer).await, [NoticeKind::Quarantine]);
        assert!(staffed.waits(head).await.is_empty());
        // The same record once more is the same thing; another one is another.
        staffed.sees(officer).await;
        unread("one").await;
        staffed.look().await;
        assert!(staffed.waits(officer).await.is_empty());
        unread("two").await;
        staffed.look().await;
        assert_eq!(staffed.waits(officer).await, [NoticeKind::Quarantine]);
        read("one").await;
        staffed.look().await;
        assert_eq!(staffed.waits(officer).await, [NoticeKind::Quarantine], "the other still waits");
        read("two").await;
        staffed.look().await;
        assert!(staffed.waits(officer).await.is_empty());
    }

    /// A fortnight before a consent ends on which somebody else's seat rests, the team of the person is told; a consent
    /// in its place, or a record that is over, leaves nothing to be told.
    async fn a_consent_ends_soon(database: Database) {
        let staffed = Staffed::open(&database).await;
        let (house, raw) = (&staffed.house, &staffed.raw);
        let worker = staffed.somebody(staffed.here, "worker", PersonRole::CaseWorker).await;
        let colleague = staffed.somebody(staffed.here, "colleague", PersonRole::CaseWorker).await;
        let subject = house.subject(staffed.here, Age::Adult).await;
        let alone = house.subject(staffed.here, Age::Adult).await;
        on_team(house, raw, subject, worker).await;
        on_team(house, raw, alone, colleague).await;
        house.referral(subject, staffed.here, staffed.there).await;
        let lasting = |days| Consent { until: house.now().plus_days(days), ..house.consent(&[staffed.there], CategorySet::of(&[Category::Health])) };
        house.give(staffed.here, subject, lasting(60)).await;
        house.give(staffed.here, alone, lasting(60)).await;
        // One of a few days is told of in its second half only.
        let short = Consent { categories: CategorySet::of(&[Category::Services]), ..lasting(4) };
        house.give(staffed.here, subject, short).await;
        staffed.look().await;
        assert!(staffed.waits(worker).await.is_empty());
        house.clock.advance(2 * DAY);
        staffed.look().await;
        assert_eq!(staffed.waits(worker).await, [NoticeKind::ConsentEnds]);
        house.clock.advance(2 * DAY);
        staffed.look().await;
        assert!(staffed.waits(worker).await.is_empty(), "it has ended, and what could be said of it is over");
        house.clock.advance(42 * DAY);
        staffed.awake().await;
        staffed.look().await;
        assert_eq!(staffed.waits(worker).await, [NoticeKind::ConsentEnds]);
        assert!(staffed.waits(colleague).await.is_empty(), "nothing rests on hers");
        house.give(staffed.here, subject, lasting(90)).await;
        staffed.look().await;
        assert!(staffed.waits(worker).await.is_empty(), "another is in its place");
    }

    async fn one_process_looks_at_a_time_and_a_clock_that_was_set_back_stops_nobody(database: Database) {
        let staffed = Staffed::open(&database).await;
        let beside = staffed.house.second().await;
        staffed.look().await;
        assert!(!beside.store.looks_at_matters(beside.now()).await.unwrap());
        assert_eq!(beside.submit(FollowMatters).await, Err(Refused::NotFound));
        staffed.house.clock.advance(5_000);
        let both = tokio::join!(staffed.house.submit(FollowMatters), beside.submit(FollowMatters));
        assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|ok| **ok).count(), 1);
        staffed.house.clock.advance(-40 * DAY);
        assert!(beside.store.looks_at_matters(beside.now()).await.unwrap());
        beside.submit(FollowMatters).await.unwrap();
    }
}
