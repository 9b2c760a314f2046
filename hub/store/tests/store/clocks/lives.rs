//! Lives of clocks drawn at random against a plain reckoning of elapsed time: requests that begin when they begin, holds
//! that come and go, processes that end and begin, and rounds that are brought late, by one process or by two. The
//! reckoning knows no row: it adds up the time in which nothing held a request up.

use std::sync::Arc;

use sangam_kit::database::Database;
use sangam_store::{ClockFired, Refused};
use sangam_vocabulary::{ManualClock, RecordId};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::ladder::{Firmness, RunsOut};
use sangam_workflow::repatriation::Reason;

use super::home::Return;
use super::{DAY, corridors};
use crate::house::{BEGIN, House};
use crate::raw::{Raw, migrated, place};

/// The clock that stands still on a hold of the verification: three months, a target (`in-bd.toml`).
const TRACK: &str = "IN-BD-VERIFICATION";
const RUNS: i64 = 90 * DAY;
/// After how long without a hold each stage of a target comes, once it has run out: two weeks, then no more.
const STAGES: [i64; 2] = [7 * DAY, 7 * DAY];
/// How many changes a life has, and how many requests begin in it.
const STEPS: usize = 60;
const REQUESTS: usize = 3;
const LIVES: u64 = 4;

/// A request as somebody with a calendar keeps it.
struct Reckoned {
    request: Return,
    /// How long nothing held it up, until it was looked at last.
    elapsed: i64,
    looked: i64,
    held: Vec<Reason>,
    /// At which elapsed time the next stage comes; none is left after the last.
    next: Option<i64>,
    stage: i64,
}

impl Reckoned {
    /// Nothing but the verification's own holds count.
    fn stands(&self) -> bool {
        self.held.contains(&Reason::AddressUntraceable)
    }

    fn look(&mut self, now: i64) {
        if !self.stands() {
            self.elapsed += now - self.looked;
        }
        self.looked = now;
    }

    fn is_due(&self) -> bool {
        !self.stands() && self.next.is_some_and(|next| next <= self.elapsed)
    }

    /// A stage came, now: the next one is reckoned from here, however late this one was.
    fn fires(&mut self) {
        let wait = usize::try_from(self.stage).ok().and_then(|stage| STAGES.get(stage));
        self.next = wait.map(|wait| self.elapsed + wait);
        self.stage += 1;
    }
}

struct Life {
    house: House,
    raw: Raw,
    requests: Vec<Reckoned>,
    processes: u64,
}

impl Life {
    fn draw(&self, below: usize) -> usize {
        usize::try_from(self.house.id().as_u128() % below as u128).unwrap()
    }

    fn now(&self) -> i64 {
        self.house.now().millis()
    }

    async fn begins(&mut self) {
        let request = Return::drafted(&self.house).await;
        request.asked(&self.house, &self.raw).await;
        let (elapsed, looked) = (0, self.now());
        self.requests.push(Reckoned { request, elapsed, looked, held: Vec::new(), next: Some(RUNS), stage: 0 });
    }

    /// A hold comes, or goes where it is there.
    async fn turns(&mut self, reason: Reason) {
        let which = self.draw(self.requests.len());
        let now = self.now();
        let reckoned = &mut self.requests[which];
        reckoned.look(now);
        match reckoned.held.iter().position(|held| *held == reason) {
            Some(place) => {
                reckoned.request.let_go(&self.house, reason).await;
                reckoned.held.remove(place);
            }
            None => {
                reckoned.request.held(&self.house, reason).await;
                reckoned.held.push(reason);
            }
        }
    }

    /// The process ends and another begins.
    async fn restarts(&mut self) {
        self.processes += 1;
        let (place, clock) = (self.house.place.clone(), Arc::clone(&self.house.clock));
        self.house = House::at(place, self.processes, clock).await;
    }

    fn fired(record: RecordId, stage: i64, delivery: uuid::Uuid) -> ClockFired {
        let (track, kind, runs_out) = (TRACK.to_owned(), ClockKind::Corridor, RunsOut::Escalates(Firmness::Target));
        ClockFired { record, track, kind, runs_out, stage, delivery, corridors: corridors() }
    }

    /// A round, perhaps by two processes that read the same: what is due comes once, and nothing else comes.
    async fn round(&mut self, twice: bool) {
        let now = self.now();
        for reckoned in &mut self.requests {
            reckoned.look(now);
        }
        let rows = self.house.store.clocks_due(self.house.now(), None, 1_000).await.unwrap();
        let due: Vec<_> = rows.iter().filter(|row| row.track == TRACK).collect();
        for reckoned in &mut self.requests {
            let found = due.iter().find(|row| row.record == reckoned.request.record);
            assert_eq!(found.is_some(), reckoned.is_due(), "after {} of {:?}", reckoned.elapsed, reckoned.next);
            let Some(row) = found else { continue };
            assert_eq!(row.stage, reckoned.stage);
            let one = Self::fired(row.record, row.stage, self.house.id());
            self.house.submit(one).await.unwrap();
            reckoned.fires();
            if twice {
                let again = Self::fired(row.record, row.stage, self.house.id());
                assert_eq!(self.house.submit(again).await, Err(Refused::NotFound));
            }
        }
    }

    async fn told(&self) -> i64 {
        self.raw.number("SELECT count(*) FROM event WHERE kind = 'CLOCK_RAN_OUT'").await
    }
}

async fn a_life(database: &Database, seed: u64) {
    let processes = 1_000 * (seed + 1);
    let house = House::at(place(database.url()), processes, Arc::new(ManualClock::new(BEGIN))).await;
    let raw = Raw::open(database).await;
    let before = raw.number("SELECT count(*) FROM event WHERE kind = 'CLOCK_RAN_OUT'").await;
    let mut life = Life { house, raw, requests: Vec::new(), processes };
    life.begins().await;
    let (mut holds, mut restarts) = (0, 0);
    for _ in 0..STEPS {
        match life.draw(8) {
            0 if life.requests.len() < REQUESTS => life.begins().await,
            0 | 1 => {
                life.restarts().await;
                restarts += 1;
            }
            2 | 3 => {
                life.turns(Reason::AddressUntraceable).await;
                holds += 1;
            }
            // Of the papers: it stops no clock of the verification.
            4 => life.turns(Reason::BorderClosed).await,
            step => {
                let days = [0, 1, 3, 6, 20, 45][life.draw(6)];
                life.house.clock.advance(days * DAY + life.draw(1_000) as i64);
                life.round(step == 5).await;
            }
        }
    }
    for reason in [Reason::AddressUntraceable, Reason::BorderClosed] {
        for which in 0..life.requests.len() {
            let now = life.now();
            let reckoned = &mut life.requests[which];
            reckoned.look(now);
            if let Some(place) = reckoned.held.iter().position(|held| *held == reason) {
                reckoned.request.let_go(&life.house, reason).await;
                reckoned.held.remove(place);
            }
        }
    }
    // Whatever came before: in the end every stage has come, each once.
    for _ in 0..6 {
        life.house.clock.advance(60 * DAY);
        life.round(true).await;
    }
    let all = 3 * i64::try_from(life.requests.len()).unwrap();
    assert_eq!(life.told().await - before, all, "seed {seed}");
    assert!(holds > 3 && restarts > 3, "a life of nothing: {holds} holds, {restarts} restarts");
}

sangam_kit::both_databases! {
    template = migrated;

    async fn clocks_come_when_a_calendar_says_so_whatever_happens(database: Database) {
        for seed in 0..LIVES {
            a_life(&database, seed).await;
        }
    }
}
