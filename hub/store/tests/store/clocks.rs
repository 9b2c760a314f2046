//! Clocks that run out: when, once, and what they do. Every kind is in `kinds.rs`, lives drawn at random against a plain
//! reckoning in `lives.rs`.

mod home;
mod kinds;
mod lives;

use std::sync::Arc;

use sangam_custody::{Age, Entry, EntryKind};
use sangam_kit::database::Database;
use sangam_store::{ClockFired, ClockRow, Command, Refused};
use sangam_vocabulary::{Country, OrganizationId, PersonId, PersonRole, PersonRoles, RecordId, SubjectId};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::ladder::{Firmness, RunsOut};
use sangam_workflow::referral::Event;
use sangam_workflow::repatriation::corridor::CorridorBook;

use crate::house::House;
use crate::raw::{Raw, migrated};

pub(crate) const DAY: i64 = 86_400_000;

fn corridors() -> Arc<CorridorBook> {
    let texts = sangam_kit::corridors::texts();
    Arc::new(CorridorBook::read(texts.iter().map(|(file, text)| (*file, text.as_str()))).unwrap())
}

/// A referral that waits for its answer, urgent: for a day.
struct Waiting {
    house: House,
    raw: Raw,
    subject: SubjectId,
    sender: OrganizationId,
    recipient: OrganizationId,
    referral: RecordId,
}

impl Waiting {
    async fn open(database: &Database) -> Self {
        let (house, raw) = (House::open(database).await, Raw::open(database).await);
        let sender = house.organization(Country::India).await;
        let recipient = house.organization(Country::Bangladesh).await;
        let subject = house.subject(sender, Age::Adult).await;
        let referral = house.referral(subject, sender, recipient).await;
        Self { house, raw, subject, sender, recipient, referral }
    }

    async fn due(&self) -> Vec<ClockRow> {
        self.house.store.clocks_due(self.house.now(), None, 10).await.unwrap()
    }

    fn fired(&self, house: &House, stage: i64, runs_out: RunsOut) -> ClockFired {
        let (record, track, kind) = (self.referral, String::new(), ClockKind::AnswerBy);
        ClockFired { record, track, kind, runs_out, stage, delivery: house.id(), corridors: corridors() }
    }

    async fn state(&self) -> (String, i64, i64) {
        let row = &self.raw.rows("SELECT state, is_open, version FROM referral", vec![]).await[0];
        (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap(), row.try_get_by_index(2).unwrap())
    }

    async fn events(&self, kind: &str) -> i64 {
        self.raw.number(&format!("SELECT count(*) FROM event WHERE kind = '{kind}'")).await
    }
}

/// Somebody of an organization who may act.
pub(crate) async fn person(
    house: &House,
    raw: &Raw,
    organization: OrganizationId,
    pseudonym: &str,
    roles: &[PersonRole],
) -> PersonId {
    let id = PersonId::from_uuid(house.id());
    let sql = "INSERT INTO person (id, organization, pseudonym, state, roles, used_at, reviewed_at, created_at) VALUES ($1, $2, $3, 'ACTIVE', $4, $5, $5, $5)";
    let values = vec![
        id.uuid().as_bytes().to_vec().into(),
        organization.uuid().as_bytes().to_vec().into(),
        pseudonym.into(),
        i64::from(PersonRoles::of(roles).bits()).into(),
        house.now().millis().into(),
    ];
    raw.run(sql, values).await;
    id
}

pub(crate) async fn on_team(house: &House, raw: &Raw, subject: SubjectId, person: PersonId) {
    let values = vec![
        subject.uuid().as_bytes().to_vec().into(),
        person.uuid().as_bytes().to_vec().into(),
        house.now().millis().into(),
    ];
    raw.run("INSERT INTO team (subject, person, since) VALUES ($1, $2, $3)", values).await;
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_unanswered_referral_expires_once_at_its_instant(database: Database) {
        let waiting = Waiting::open(&database).await;
        let (house, step) = (&waiting.house, RunsOut::Step);
        let refused = house.submit(waiting.fired(house, 0, step)).await;
        assert!(waiting.due().await.is_empty() && refused == Err(Refused::NotFound), "it is early");
        let next = house.store.next_clock(house.now()).await.unwrap();
        assert_eq!(next, Some(house.now().plus_millis(DAY)));
        house.clock.advance(DAY);
        let due = waiting.due().await;
        assert_eq!(due.iter().map(|row| (row.record, row.stage, row.owner)).collect::<Vec<_>>(), [(waiting.referral, 0, waiting.sender)]);
        // After the last one there is none, so a round that reads on comes to its end.
        assert!(house.store.clocks_due(house.now(), due.last(), 10).await.unwrap().is_empty());

        let fence = house.fence().await;
        house.submit(waiting.fired(house, 0, step)).await.unwrap();
        assert_eq!(waiting.state().await, ("EXPIRED".to_owned(), 0, 2));
        assert_ne!(house.fence().await, fence, "what was decided before no longer holds");
        assert_eq!((waiting.events("EXPIRED").await, waiting.raw.number("SELECT count(*) FROM clock").await), (1, 0));
        let open = waiting.raw.number("SELECT max(open_until) FROM standing WHERE noun = 'REFERRAL'").await;
        assert_eq!(open, house.now().millis(), "nothing more is disclosed through it");
        assert_eq!(house.submit(waiting.fired(house, 0, step)).await, Err(Refused::NotFound));
        assert_eq!(waiting.state().await.2, 2);
    }

    async fn a_clock_that_was_stopped_paused_or_moved_does_nothing(database: Database) {
        let waiting = Waiting::open(&database).await;
        let house = &waiting.house;
        house.clock.advance(DAY);
        let paused = "UPDATE clock SET paused_at = due_at";
        waiting.raw.run(paused, vec![]).await;
        assert!(waiting.due().await.is_empty());
        let before = waiting.raw.counts().await;
        assert_eq!(house.submit(waiting.fired(house, 0, RunsOut::Step)).await, Err(Refused::NotFound));
        waiting.raw.run("UPDATE clock SET paused_at = NULL", vec![]).await;
        // Another stage than was read; then an answer in the same instant.
        assert_eq!(house.submit(waiting.fired(house, 1, RunsOut::Step)).await, Err(Refused::NotFound));
        assert_eq!(waiting.raw.counts().await, before, "nothing of it was done");
        house.submit(house.step(waiting.referral, waiting.recipient, None, Event::Accept)).await.unwrap();
        assert_eq!(house.submit(waiting.fired(house, 0, RunsOut::Step)).await, Err(Refused::NotFound));
        assert_eq!((waiting.state().await.0.as_str(), waiting.events("EXPIRED").await), ("ACCEPTED", 0));
    }

    async fn two_processes_that_bring_the_same_clock_do_it_once(database: Database) {
        let waiting = Waiting::open(&database).await;
        let (house, other) = (&waiting.house, waiting.house.second().await);
        house.clock.advance(DAY);
        let both = tokio::join!(
            house.submit(waiting.fired(house, 0, RunsOut::Step)),
            other.submit(waiting.fired(&other, 0, RunsOut::Step)),
        );
        let came = [both.0.is_ok(), both.1.is_ok()];
        assert_eq!(came.iter().filter(|ok| **ok).count(), 1, "{both:?}");
        assert_eq!((waiting.state().await.2, waiting.events("EXPIRED").await), (2, 1));
    }

    async fn a_clock_of_a_locked_owner_waits_for_the_lock_to_end(database: Database) {
        let waiting = Waiting::open(&database).await;
        waiting.house.clock.advance(DAY);
        assert_eq!(waiting.due().await.len(), 1);
        let lock = |locked: i64| format!("UPDATE organization SET locked = {locked}");
        waiting.raw.run(&lock(1), vec![]).await;
        assert!(waiting.due().await.is_empty());
        waiting.raw.run(&lock(0), vec![]).await;
        assert_eq!(waiting.due().await.len(), 1, "nothing was lost meanwhile");
    }

    async fn a_ladder_goes_up_rung_by_rung_and_stands_at_its_end(database: Database) {
        let waiting = Waiting::open(&database).await;
        let (house, raw) = (&waiting.house, &waiting.raw);
        let worker = person(house, raw, waiting.sender, "worker", &[PersonRole::CaseWorker]).await;
        let head = person(house, raw, waiting.sender, "head", &[PersonRole::Administrator]).await;
        let theirs = person(house, raw, waiting.recipient, "theirs", &[PersonRole::Administrator]).await;
        on_team(house, raw, waiting.subject, worker).await;
        house.clock.advance(DAY);
        let told = async || {
            let rows = raw.rows("SELECT person FROM notice WHERE kind = 'CLOCK_RAN_OUT' ORDER BY person", vec![]).await;
            rows.iter().map(|row| row.try_get_by_index::<Vec<u8>>(0).unwrap()).collect::<Vec<_>>()
        };
        let ids = |people: &[PersonId]| {
            let mut ids: Vec<_> = people.iter().map(|person| person.uuid().as_bytes().to_vec()).collect();
            ids.sort_unstable();
            ids
        };
        let escalates = RunsOut::Escalates(Firmness::Limit);
        let rungs = escalates.ladder();
        for (stage, rung) in rungs.iter().enumerate() {
            let stage = stage as i64;
            assert_eq!(waiting.due().await.iter().map(|row| row.stage).collect::<Vec<_>>(), [stage]);
            let entry = Entry { kind: EntryKind::ClockRanOut, ..house.entry(waiting.sender, &[waiting.subject]) };
            house.submit(Command::from(waiting.fired(house, stage, escalates)).recorded(entry)).await.unwrap();
            assert_eq!(waiting.events("CLOCK_RAN_OUT").await, stage + 1);
            // The team first, and where there is none whoever can make one; then the heads of both sides. Whose turn it
            // is in a referral its clock does not say, and so nobody is left out.
            let expected = if stage == 0 { ids(&[worker, theirs]) } else { ids(&[worker, theirs, head]) };
            assert_eq!(told().await, expected, "{stage}");
            assert!(waiting.due().await.is_empty());
            house.clock.advance(rung.next_hours.unwrap_or(24) * 3_600_000);
        }
        let entries = raw.number("SELECT count(*) FROM journal_entry WHERE kind = 'CLOCK_RAN_OUT'").await;
        assert_eq!(entries, rungs.len() as i64, "one entry a stage");
        house.clock.advance(3_650 * DAY);
        assert!(waiting.due().await.is_empty(), "the last rung is the last");
        assert_eq!((waiting.state().await.0.as_str(), raw.number("SELECT stage FROM clock").await), ("SENT", 4));
    }
}
