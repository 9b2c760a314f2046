//! What a store keeps of a request, and how it takes a step through the tables: the facts read once, one `take`.

use sangam_custody::Age;
use sangam_vocabulary::{Code, Instant};
use sangam_workflow::flow::{By, Flow, ready, take};
use sangam_workflow::repatriation::corridor::Way;
use sangam_workflow::repatriation::handover::{Gate, Plan, Wish};
use sangam_workflow::repatriation::hold::{self, Hold, Holding};
use sangam_workflow::repatriation::papers::{self, ExitClearance, Paper, TravelDocument};
use sangam_workflow::repatriation::{Facts, Letting, Need, Reason, court, placement, request, screening, verification};

use crate::reference::{Deed, Fact};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept<'a> {
    way: Way<'a>,
    age: Age,
    pub(crate) request: request::State,
    pub(crate) screening: screening::State,
    court: court::State,
    verification: verification::State,
    travel: Paper,
    exit: Paper,
    placement: placement::State,
    pub(crate) holds: Vec<(hold::State, Hold)>,
    ordered: Option<Instant>,
    investigated: Option<Instant>,
    assessed: Option<Instant>,
    wish: Option<Wish>,
    plan: Option<Plan>,
    risk: Option<Instant>,
    pub(crate) set_out: Instant,
    consent: bool,
    best_interest: bool,
    liaison_seated: bool,
    child_placed: bool,
    visits: bool,
    hearing_over: bool,
    apart: bool,
}

impl<'a> Kept<'a> {
    pub(crate) fn new(way: Way<'a>, age: Age, at: Instant) -> Self {
        let starts = way.starts(age, at);
        Self {
            way,
            age,
            request: request::State::Draft,
            screening: screening::State::NotDone,
            court: starts.court,
            verification: starts.verification,
            travel: Paper::none(starts.travel_document),
            exit: Paper::none(starts.exit_clearance),
            placement: starts.placement,
            holds: Vec::new(),
            ordered: None,
            investigated: None,
            assessed: None,
            wish: None,
            plan: None,
            risk: None,
            set_out: at,
            consent: false,
            best_interest: false,
            liaison_seated: false,
            child_placed: false,
            visits: false,
            hearing_over: false,
            apart: false,
        }
    }

    pub(crate) fn hour(&self) -> Option<Instant> {
        self.plan.and_then(|plan| plan.hour)
    }

    pub(crate) fn happens(&mut self, fact: Fact, now: Instant) {
        match fact {
            Fact::Consent(yes) => self.consent = yes,
            Fact::Wish(wants) => self.wish = Some(Wish { asked: now, wants }),
            Fact::Risk => self.risk = Some(now),
            Fact::BestInterest(yes) => self.best_interest = yes,
            Fact::LiaisonSeated(yes) => self.liaison_seated = yes,
            Fact::ChildPlaced(yes) => self.child_placed = yes,
            Fact::Visits(yes) => self.visits = yes,
            Fact::HearingOver(yes) => self.hearing_over = yes,
            Fact::ApartFromPolice(yes) => self.apart = yes,
            Fact::Plan { hour, opens, closes, receiving, liaison } => {
                self.plan = Some(Plan { opens, closes, hour, receiving, receiving_liaison: liaison });
            }
        }
    }

    /// What is there, for a deed on a day.
    fn met(&self, deed: Deed, day: Instant) -> Vec<Need> {
        let holds: Vec<_> = self.holds.iter().map(|(_, hold)| *hold).collect();
        let letting = match deed {
            Deed::Release(number) => self.holds.get(number).map(|(_, hold)| hold.from),
            _ => None,
        };
        let facts = Facts {
            gate: Gate {
                hearing_holds: None,
                day,
                age: self.age,
                screening: self.screening,
                consent: self.consent,
                court: self.court,
                ordered: self.ordered,
                verification: self.verification,
                investigated: self.investigated,
                travel_document: self.travel,
                exit_clearance: self.exit,
                placement: self.placement,
                assessed: self.assessed,
                wish: self.wish,
                holds: &holds,
            },
            way: self.way,
            request: self.request,
            apart_from_police: self.apart,
            risk_assessed: self.risk,
            best_interest: self.best_interest,
            liaison_seated: self.liaison_seated,
            plan: self.plan,
            child_placed: self.child_placed,
            visits_done: self.visits,
            letting: letting.map(|from| Letting { from, hearing_over: self.hearing_over }),
        };
        facts.met()
    }

    /// Whether the record is in a state in which such a deed is looked at: what a store asks beside the tables.
    fn looks(&self, deed: Deed) -> bool {
        match deed {
            Deed::Request(_) | Deed::Screening(_) => true,
            Deed::Hold(_) | Deed::Release(_) => self.request.is_before_handover(),
            Deed::Court(_) | Deed::Verification(_) | Deed::Travel(_) | Deed::Exit(_) | Deed::Placement(_) => {
                self.request.moves_tracks()
            }
        }
    }

    /// Whether a deed is among the steps that the table offers.
    pub(crate) fn legal(&self, by: By, deed: Deed, day: Instant) -> bool {
        if !self.looks(deed) {
            return false;
        }
        let met = self.met(deed, day);
        fn offers<F: Flow<By = By, Need = Need>>(state: F::State, event: F::Event, by: By, met: &[Need]) -> bool {
            ready::<F>(state, by, met).contains(&event)
        }
        match deed {
            Deed::Request(event) => offers::<request::Request>(self.request, event, by, &met),
            Deed::Screening(event) => offers::<screening::Screening>(self.screening, event, by, &met),
            Deed::Court(event) => offers::<court::Court>(self.court, event, by, &met),
            Deed::Verification(event) => offers::<verification::Verification>(self.verification, event, by, &met),
            Deed::Travel(event) => offers::<TravelDocument>(self.travel.state, event, by, &met),
            Deed::Exit(event) => offers::<ExitClearance>(self.exit.state, event, by, &met),
            Deed::Placement(event) => offers::<placement::Placement>(self.placement, event, by, &met),
            Deed::Hold(reason) => hold::event(reason)
                .is_some_and(|event| take::<Holding>(hold::State::New, event, by, &met, Some(reason)).is_ok()),
            Deed::Release(number) => self
                .holds
                .get(number)
                .is_some_and(|(state, _)| offers::<Holding>(*state, hold::Event::Release, by, &met)),
        }
    }

    /// Whether a deed would bring the case further: not an invitation, and not once more what is done already.
    pub(crate) fn leads_on(&self, deed: Deed) -> bool {
        use request::Event as E;
        let stale = |made: Option<Instant>| made.is_none_or(|made| self.investigated.is_some_and(|last| made <= last));
        match deed {
            Deed::Request(E::InviteLawyer | E::InviteAuthority | E::InviteReceiver | E::InviteLiaison) => false,
            Deed::Request(E::Arrange | E::Confirm) => false,
            Deed::Request(E::Propose) => self.request == request::State::Open,
            Deed::Request(E::Place) => self.request == request::State::Received,
            Deed::Court(court::Event::Order) => stale(self.ordered),
            Deed::Verification(verification::Event::Begin) => self.verification == verification::State::InProgress,
            Deed::Travel(papers::Event::Issue) => self.travel.state != papers::State::Issued,
            Deed::Exit(papers::Event::Issue) => self.exit.state != papers::State::Issued,
            Deed::Placement(placement::Event::Assess) => stale(self.assessed),
            Deed::Placement(placement::Event::AgreePlace) => self.placement == placement::State::Signed,
            _ => true,
        }
    }

    /// Takes a step and keeps what it brings: whether it was taken.
    pub(crate) fn does(&mut self, by: By, deed: Deed, day: Instant, valid: (Instant, Instant), now: Instant) -> bool {
        if !self.looks(deed) {
            return false;
        }
        let met = self.met(deed, day);
        match deed {
            Deed::Request(event) => step::<request::Request>(&mut self.request, event, by, &met).map(|()| {
                if event == request::Event::Depart {
                    self.set_out = now;
                }
            }),
            Deed::Screening(event) => step::<screening::Screening>(&mut self.screening, event, by, &met),
            Deed::Court(event) => step::<court::Court>(&mut self.court, event, by, &met).map(|()| match event {
                court::Event::Order => self.ordered = Some(now),
                court::Event::SetAside | court::Event::Refuse => self.ordered = None,
                _ => {}
            }),
            Deed::Verification(event) => step::<verification::Verification>(&mut self.verification, event, by, &met)
                .map(|()| {
                    if event == verification::Event::Report {
                        self.investigated = Some(now);
                    }
                }),
            Deed::Travel(event) => step::<TravelDocument>(&mut self.travel.state, event, by, &met).map(|()| {
                if event == papers::Event::Issue {
                    self.travel.valid = Some(valid);
                }
            }),
            Deed::Exit(event) => step::<ExitClearance>(&mut self.exit.state, event, by, &met).map(|()| {
                if event == papers::Event::Issue {
                    self.exit.valid = Some(valid);
                }
            }),
            Deed::Placement(event) => {
                step::<placement::Placement>(&mut self.placement, event, by, &met).map(|()| match event {
                    placement::Event::Assess => self.assessed = Some(now),
                    placement::Event::StepBack => self.assessed = None,
                    _ => {}
                })
            }
            Deed::Hold(reason) => self.places(by, reason, &met, now),
            Deed::Release(number) => self.holds.get_mut(number).and_then(|(state, hold)| {
                step::<Holding>(state, hold::Event::Release, by, &met).map(|()| hold.until = now)
            }),
        }
        .is_some()
    }

    fn places(&mut self, by: By, reason: Reason, met: &[Need], now: Instant) -> Option<()> {
        let stepped = take::<Holding>(hold::State::New, hold::event(reason)?, by, met, Some(reason)).ok()?;
        self.holds.push((stepped.to(), Hold { reason, from: now, until: Instant::NEVER }));
        Some(())
    }
}

/// Takes a step of a table with a reason that fits, where it asks for one.
fn step<F: Flow<By = By, Need = Need, Reason = Reason>>(
    state: &mut F::State,
    event: F::Event,
    by: By,
    met: &[Need],
) -> Option<()> {
    let fits = Reason::ALL.iter().map(|reason| Some(*reason)).chain([None]);
    let stepped = fits.map(|reason| take::<F>(*state, event, by, met, reason)).find_map(Result::ok)?;
    *state = stepped.to();
    Some(())
}
