//! The referral against a plain account of what people mean by it: whatever the parties and the clock try in whichever
//! order, table and account say the same.

#![expect(
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

use proptest::prelude::*;
use sangam_vocabulary::{Code, Seat};
use sangam_workflow::flow::{self, By, is_final, ready, take};
use sangam_workflow::referral::{DeclineReason, Event, LATEST_ANSWER, Referral, SOONEST_ANSWER, State, Urgency, met};
use sangam_workflow::service::{self, Service};

/// One service, as people would tell it.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    promised: bool,
    refused: bool,
    given: bool,
}

/// A referral, as people would tell it.
#[derive(Debug, Clone)]
struct Plain {
    sent: bool,
    noted: bool,
    promised: bool,
    begun: bool,
    end: Option<&'static str>,
    services: Vec<Told>,
}

impl Plain {
    fn under_way(&self) -> bool {
        self.sent && self.end.is_none()
    }

    fn word(&self) -> &'static str {
        match self {
            Self { end: Some(end), .. } => end,
            Self { begun: true, .. } => "IN_PROGRESS",
            Self { promised: true, .. } => "ACCEPTED",
            Self { noted: true, .. } => "RECEIVED",
            Self { sent: true, .. } => "SENT",
            _ => "DRAFT",
        }
    }

    fn any(&self, is: impl Fn(&Told) -> bool) -> bool {
        self.services.iter().any(is)
    }

    /// Does it if it makes sense, and says whether it did.
    fn step(&mut self, event: Event, by: By, with_reason: bool) -> bool {
        let (recipient, sender) = (by == By::Seat(Seat::Recipient), by == By::Seat(Seat::Sender));
        let waits = self.under_way() && !self.promised;
        let left = self.any(|service| !service.refused);
        let fits = match event {
            Event::Send => sender && !self.sent && self.end.is_none(),
            Event::Receive => recipient && waits && !self.noted,
            Event::Accept => recipient && waits && left,
            Event::Redirect => recipient && waits,
            Event::Expire => by == By::Clock && waits,
            Event::Start => recipient && self.under_way() && self.promised && !self.begun && left,
            Event::Withdraw => sender && self.end.is_none(),
            Event::Decline => {
                recipient && with_reason && self.under_way() && !(self.begun && self.any(|service| service.given))
            }
            Event::Complete => {
                let settled = !self.any(|service| !service.given && !service.refused);
                recipient && self.under_way() && self.begun && settled && self.any(|service| service.given)
            }
        };
        if !fits {
            return false;
        }
        match event {
            Event::Send => self.sent = true,
            Event::Receive => self.noted = true,
            Event::Start => self.begun = true,
            Event::Accept => {
                self.promised = true;
                self.services.iter_mut().filter(|service| !service.refused).for_each(|service| service.promised = true);
            }
            Event::Decline => {
                self.services.iter_mut().filter(|service| !service.given).for_each(|service| service.refused = true);
                self.end = Some("DECLINED");
            }
            Event::Redirect => self.end = Some("REDIRECTED"),
            Event::Complete => self.end = Some("COMPLETED"),
            Event::Withdraw => self.end = Some("WITHDRAWN"),
            Event::Expire => self.end = Some("EXPIRED"),
        }
        true
    }

    fn answer(&mut self, number: usize, event: service::Event, by: By, with_reason: bool) -> bool {
        let (under_way, begun) = (self.under_way(), self.begun);
        let service = &mut self.services[number];
        let open = by == By::Seat(Seat::Recipient) && under_way && !service.refused && !service.given;
        let fits = match event {
            service::Event::Accept => open && !service.promised,
            service::Event::Decline => open && with_reason,
            service::Event::Give => open && service.promised && begun,
        };
        match event {
            _ if !fits => {}
            service::Event::Accept => service.promised = true,
            service::Event::Decline => service.refused = true,
            service::Event::Give => service.given = true,
        }
        fits
    }
}

/// The table's side of the same referral.
struct Table {
    state: State,
    services: Vec<service::State>,
}

impl Table {
    fn step(&mut self, event: Event, by: By, reason: Option<DeclineReason>) -> bool {
        let offered = ready::<Referral>(self.state, by, &met(&self.services)).contains(&event);
        let taken = take::<Referral>(self.state, event, by, &met(&self.services), reason);
        assert!(taken.is_err() || offered, "what is taken was offered");
        let Ok(stepped) = taken else { return false };
        let all = match event {
            Event::Accept => Some(service::Event::Accept),
            Event::Decline => Some(service::Event::Decline),
            _ => None,
        };
        for service in &mut self.services {
            let needs = service::met(self.state);
            if let Some(Ok(stepped)) = all.map(|all| take::<Service>(*service, all, by, &needs, reason)) {
                *service = stepped.to();
            }
        }
        self.state = stepped.to();
        true
    }

    fn answer(&mut self, number: usize, event: service::Event, by: By, reason: Option<DeclineReason>) -> bool {
        match take::<Service>(self.services[number], event, by, &service::met(self.state), reason) {
            Ok(stepped) => {
                self.services[number] = stepped.to();
                true
            }
            Err(_) => false,
        }
    }
}

/// What somebody tries.
#[derive(Debug, Clone, Copy)]
enum Try {
    Step(Event),
    Answer(usize, service::Event),
}

fn somebody() -> impl Strategy<Value = By> {
    prop::sample::select(vec![
        By::Seat(Seat::Sender),
        By::Seat(Seat::Recipient),
        By::Seat(Seat::Recipient),
        By::Seat(Seat::Recipient),
        By::Seat(Seat::Owner),
        By::Clock,
    ])
}

fn tries() -> impl Strategy<Value = Try> {
    let steps = prop::sample::select(Event::ALL).prop_map(Try::Step);
    let answers = (0_usize..3, prop::sample::select(service::Event::ALL)).prop_map(|(n, e)| Try::Answer(n, e));
    prop_oneof![steps, answers]
}

fn services(plain: &Plain) -> Vec<&'static str> {
    let word = |told: &Told| match told {
        Told { refused: true, .. } => "DECLINED",
        Told { given: true, .. } => "GIVEN",
        Told { promised: true, .. } => "ACCEPTED",
        _ => "ASKED",
    };
    plain.services.iter().map(word).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]
    #[test]
    fn table_and_plain_account_agree(
        begins in prop::sample::select(vec![State::Draft, State::Sent]),
        count in 1_usize..=3,
        lived in prop::collection::vec((tries(), somebody(), any::<bool>()), 1..60),
    ) {
        let sent = begins == State::Sent;
        let mut plain = Plain { sent, noted: false, promised: false, begun: false, end: None, services: vec![Told::default(); count] };
        let mut table = Table { state: begins, services: vec![service::State::Asked; count] };
        for (tried, by, reasoned) in lived {
            let reason = reasoned.then_some(DeclineReason::Unsafe);
            let (told, taken) = match tried {
                Try::Step(event) => (plain.step(event, by, reasoned), table.step(event, by, reason)),
                Try::Answer(number, event) => {
                    let number = number % count;
                    (plain.answer(number, event, by, reasoned), table.answer(number, event, by, reason))
                }
            };
            prop_assert_eq!(told, taken, "{:?} by {:?} in {}", tried, by, plain.word());
            prop_assert_eq!(plain.word(), table.state.code());
            let stand: Vec<_> = table.services.iter().map(|state| state.code()).collect();
            prop_assert_eq!(services(&plain), stand);
            prop_assert_eq!(plain.end.is_some(), is_final::<Referral>(table.state));
        }
    }
}

/// The property says nothing of what is never met: every state is, and each service's.
#[test]
fn every_state_is_met() {
    let recipient = By::Seat(Seat::Recipient);
    let mut table = Table { state: State::Sent, services: vec![service::State::Asked; 2] };
    assert!(table.step(Event::Receive, recipient, None));
    assert!(table.answer(1, service::Event::Decline, recipient, Some(DeclineReason::OutOfArea)));
    assert!(table.step(Event::Accept, recipient, None));
    assert_eq!(table.services, [service::State::Accepted, service::State::Declined]);
    assert!(table.step(Event::Start, recipient, None));
    // What was promised and not given holds up the end of the whole.
    let missing = take::<Referral>(table.state, Event::Complete, recipient, &met(&table.services), None);
    assert!(matches!(missing, Err(flow::Illegal::NeedsMissing { .. })), "{missing:?}");
    assert!(table.answer(0, service::Event::Give, recipient, None));
    assert!(!table.step(Event::Decline, recipient, Some(DeclineReason::Unsafe)), "something was given");
    assert!(table.step(Event::Complete, recipient, None));
    assert_eq!(table.state, State::Completed);
}

/// Where the sender does not say until when, the word it chose does.
#[test]
fn the_more_urgent_the_sooner_the_answer() {
    const HOUR: i64 = 3_600_000;
    for (urgency, hours) in [(Urgency::Emergency, 4), (Urgency::Urgent, 24), (Urgency::Routine, 7 * 24)] {
        assert_eq!(urgency.answer_within(), hours * HOUR, "{urgency}");
    }
    assert_eq!((SOONEST_ANSWER, LATEST_ANSWER), (HOUR, 30 * 24 * HOUR));
}

/// A referral of the days before services were answered one by one goes on as it did then.
#[test]
fn one_without_services_is_held_up_by_nothing() {
    let recipient = By::Seat(Seat::Recipient);
    let mut table = Table { state: State::Sent, services: Vec::new() };
    for event in [Event::Accept, Event::Start, Event::Complete] {
        assert!(table.step(event, recipient, None), "{}", event.code());
    }
}
