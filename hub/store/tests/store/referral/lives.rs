//! Random lives of referrals: whatever the parties, a third and the clock try in whichever order, the store takes what the
//! table takes, and what stands around the row goes with it: version, seats, clock, categories that close.

use sangam_store::{Committed, ReferralExpiry, ReferralRefusal, ReferralStep, Refused, Value};
use sangam_vocabulary::{Chance, Code, Instant, OrganizationId, RecordId, SeededChance};
use sangam_workflow::flow::{self, By, Flow};
use sangam_workflow::referral::{DeclineReason, Event, Referral, State, met};
use sangam_workflow::service::{self, Service};

use super::*;

const SEEDS: u64 = 5;
const STEPS: usize = 90;

struct Dice(SeededChance);

impl Dice {
    fn below(&self, number: usize) -> usize {
        let mut bytes = [0; 2];
        assert!(self.0.fill(&mut bytes));
        usize::from(u16::from_be_bytes(bytes)) % number
    }

    fn pick<'a, T>(&self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// A referral as an onlooker keeps account of it.
struct Life {
    id: RecordId,
    state: State,
    services: Vec<service::State>,
    version: i64,
    due: Option<Instant>,
}

impl Life {
    async fn begin(parties: &Parties, dice: &Dice) -> Self {
        let begins = *dice.pick(Referral::STARTS);
        let asked = 1 + dice.below(3);
        let new = NewReferral { asked, ..parties.begun(begins) };
        let id = RecordId::from(new.id);
        parties.house.submit(new).await.unwrap();
        let due = (begins == State::Sent).then(|| parties.house.now().plus_days(1));
        Self { id, state: begins, services: vec![service::State::Asked; asked], version: 1, due }
    }

    fn by(&self, parties: &Parties, who: OrganizationId) -> Option<By> {
        let is_sent = self.due.is_some();
        match who {
            who if who == parties.sender => Some(By::Seat(Seat::Sender)),
            who if who == parties.recipient && is_sent => Some(By::Seat(Seat::Recipient)),
            _ => None,
        }
    }

    /// What the table says to a step, and the account after it.
    fn expect(&mut self, event: Event, by: By, reason: Option<DeclineReason>, now: Instant) -> Result<(), Refused> {
        let stepped = flow::take::<Referral>(self.state, event, by, &met(&self.services), reason)?;
        let all = match event {
            Event::Accept => Some(service::Event::Accept),
            Event::Decline => Some(service::Event::Decline),
            _ => None,
        };
        for state in &mut self.services {
            let needs = service::met(self.state);
            if let Some(Ok(stepped)) = all.map(|all| flow::take::<Service>(*state, all, by, &needs, reason)) {
                *state = stepped.to();
            }
        }
        if event == Event::Send {
            self.due = Some(now.plus_days(1));
        }
        self.state = stepped.to();
        self.version += 1;
        Ok(())
    }

    /// The row and what stands around it are as the account says.
    async fn look(&self, parties: &Parties, told: &str) {
        assert_eq!(parties.state(self.id).await, self.state.code(), "{told}");
        assert_eq!(parties.version(self.id).await, self.version, "{told}");
        let states: Vec<_> = self.services.iter().map(|state| Value::Text(state.code().to_owned())).collect();
        let found = parties.column(parties.sender, self.id, "serviceStates").await;
        assert_eq!(found, Some(Value::List(states)), "{told}");
        let runs = i64::from(Referral::clock(self.state).is_some());
        assert_eq!(parties.clocks(self.id).await, runs, "{told}");
        let over = flow::is_final::<Referral>(self.state);
        let relations =
            parties.house.store.relations(parties.recipient, parties.subject, parties.house.now()).await.unwrap();
        let seat = relations.iter().find(|row| row.record == self.id);
        assert_eq!(seat.is_some(), self.due.is_some(), "{told}");
        assert_eq!(seat.is_some_and(|row| row.open_until == Instant::NEVER), self.due.is_some() && !over, "{told}");
    }
}

fn same(came: Result<Committed, Refused>, expected: Result<(), Refused>, told: &str) {
    assert_eq!(came.map(drop), expected, "{told}");
}

async fn live(parties: &Parties, seed: u64) {
    let dice = Dice(SeededChance::new(seed));
    let mut life = Life::begin(parties, &dice).await;
    for step in 0..STEPS {
        if flow::is_final::<Referral>(life.state) && dice.below(4) == 0 {
            life = Life::begin(parties, &dice).await;
        }
        let now = parties.house.now();
        // The recipient asks most, so that referrals come far.
        let who = *dice.pick(&[parties.sender, parties.recipient, parties.recipient, parties.recipient, parties.third]);
        let reason = (dice.below(2) == 0).then(|| *dice.pick(DeclineReason::ALL));
        let version = (dice.below(3) == 0).then(|| life.version - i64::from(dice.below(4) == 0));
        let conflict = version.is_some_and(|version| version != life.version);
        let told = format!("seed {seed}, step {step}");
        match dice.below(8) {
            0 => parties.house.clock.advance(3_600_000 * i64::try_from(dice.below(9)).unwrap()),
            1 => {
                let expiry = ReferralExpiry { referral: life.id, delivery: parties.house.id() };
                let (before, runs) = (life.version, life.state);
                let expected = match life.expect(Event::Expire, By::Clock, None, now) {
                    Ok(()) if life.due.is_none_or(|due| now < due) => {
                        (life.version, life.state) = (before, runs);
                        Err(Refused::Referral(ReferralRefusal::NotDue))
                    }
                    other => other,
                };
                same(parties.house.submit(expiry).await, expected, &told);
            }
            2 | 3 => {
                let number = 1 + dice.below(life.services.len());
                let event = *dice.pick(service::Event::ALL);
                let change =
                    ServicesStep { organization: who, version, reason, ..parties.answer(life.id, &[number], event) };
                let expected = match life.by(parties, who) {
                    None => Err(Refused::NotFound),
                    Some(_) if conflict => Err(Refused::Conflict { current: life.version }),
                    Some(by) => {
                        let needs = service::met(life.state);
                        let state = &mut life.services[number - 1];
                        match flow::take::<Service>(*state, event, by, &needs, reason) {
                            Ok(stepped) => {
                                *state = stepped.to();
                                life.version += 1;
                                Ok(())
                            }
                            Err(illegal) => Err(illegal.into()),
                        }
                    }
                };
                same(parties.house.submit(change).await, expected, &told);
            }
            _ => {
                let event = *dice.pick(Event::ALL);
                let proposed = (event == Event::Redirect).then_some(parties.third);
                let change = ReferralStep { version, reason, proposed, ..parties.step(life.id, who, event) };
                let expected = match life.by(parties, who) {
                    None => Err(Refused::NotFound),
                    Some(_) if conflict => Err(Refused::Conflict { current: life.version }),
                    Some(by) => life.expect(event, by, reason, now),
                };
                same(parties.house.submit(change).await, expected, &format!("{told}: {}", event.code()));
            }
        }
        life.look(parties, &told).await;
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn whatever_is_tried_the_row_and_what_stands_around_it_agree(database: Database) {
        let parties = Parties::meet(&database).await;
        for seed in 1..=SEEDS {
            live(&parties, seed).await;
        }
    }
}
