//! What is told of a request to bring somebody home that lies in no column: the board, what can be done and what is
//! missing, holds, and the plan for the handover. All of it is computed from what is known of the row, by the tables
//! that judge a step when it comes, for the seat through which the caller sees it and at the instant of the answer.

use sangam_custody::Age;
use sangam_language::Cell;
use sangam_store::{Declared, Known, Part, SubjectRow};
use sangam_vocabulary::{CategorySet, Code, Instant, Seat};
use sangam_workflow::flow::{By, Flow, shown};
use sangam_workflow::repatriation::corridor::{CorridorBook, Way};
use sangam_workflow::repatriation::court::Court;
use sangam_workflow::repatriation::handover::{self, shows};
use sangam_workflow::repatriation::hold::{self, Holding};
use sangam_workflow::repatriation::papers::{ExitClearance, TravelDocument};
use sangam_workflow::repatriation::placement::Placement;
use sangam_workflow::repatriation::request::{self, Request};
use sangam_workflow::repatriation::screening::{self, Screening};
use sangam_workflow::repatriation::verification::Verification;
use sangam_workflow::repatriation::{Need, Reason, Track};

/// A request as one caller looks at it.
pub(crate) struct Seen<'a> {
    known: Known,
    way: Way<'a>,
    age: Age,
    seat: Seat,
    can_see: CategorySet,
    at: Instant,
    /// Whether the caller may act and is told of the handover: not a person who is on no team of it, nor anybody once
    /// the seat is closed or the subjects are locked.
    open: bool,
    /// Whether the caller is told where and when she crosses: not whoever is asked to let go of what it has of her, nor
    /// anybody but her holder while what the hub has of her is suspended.
    told: bool,
}

/// What somebody can do with a table, and what is missing for the rest.
#[derive(Default)]
struct Can {
    ready: Vec<&'static str>,
    missing: Vec<&'static str>,
}

fn text(code: &str) -> Cell {
    Cell::Text(code.to_owned())
}

fn texts(codes: impl IntoIterator<Item = &'static str>) -> Cell {
    Cell::List(codes.into_iter().map(text).collect())
}

fn instant(at: Option<Instant>) -> Cell {
    at.map_or(Cell::Null, |at| Cell::Instant(at.millis()))
}

impl<'a> Seen<'a> {
    /// Reads what is known of a row; `None` where it cannot be read or no corridor leads this way: then nothing can be
    /// done and nothing is told.
    pub(crate) fn of(
        known: &str,
        row: &SubjectRow,
        corridors: &'a CorridorBook,
        can_see: CategorySet,
        may_act: bool,
        at: Instant,
    ) -> Option<Self> {
        let known = Known::read(known)?;
        let way = corridors.between(known.from, known.to)?;
        let (state, seat) = (&row.state, row.relation.seat);
        let open = may_act && state.stands(at) && !state.locked;
        let told = open && !state.recalled && (state.suspended.is_none() || seat == Seat::Holding);
        Some(Self { known, way, age: row.facts.age, seat, can_see, at, open, told })
    }

    /// The steps of the request the caller can take, by code.
    pub(crate) fn can_do(&self) -> Vec<&'static str> {
        self.request().ready
    }

    /// The steps of the covering word, where the state of the request, or of a part of it, does not show to the caller.
    pub(crate) fn under_cover(&self, part: Option<Part>) -> Option<Vec<&'static str>> {
        let known = &self.known;
        let hides = match part {
            None => self.hides::<Request>(known.request),
            Some(Part::Screening) => self.hides::<Screening>(known.screening()),
            Some(Part::Court) => self.hides::<Court>(known.court()),
            Some(Part::Verification) => self.hides::<Verification>(known.verification()),
            Some(Part::TravelDocument) => self.hides::<TravelDocument>(known.travel_document().state),
            Some(Part::ExitClearance) => self.hides::<ExitClearance>(known.exit_clearance().state),
            Some(Part::Placement) => self.hides::<Placement>(known.placement()),
        };
        hides.then(|| part.map_or_else(|| self.request(), |part| self.part(part)).ready)
    }

    /// Whether a hold of a reason is in force that the caller is not told of.
    pub(crate) fn hides_hold(&self, reason: Reason) -> bool {
        self.known.held_for(reason).is_some() && !self.tells(reason)
    }

    /// Whether the caller may be told why something is held up.
    fn tells(&self, reason: Reason) -> bool {
        reason.may_be_told(self.seat) && self.can_see.contains(reason.category())
    }

    fn hides<F: Flow>(&self, state: F::State) -> bool {
        shown::<F>(state, self.can_see) != state
    }

    /// A cell that lies in no column; `None` for one that does.
    pub(crate) fn cell(&self, column: &str) -> Option<Cell> {
        if let Some((part, column)) = column.split_once('.') {
            let part = Part::ALL.iter().find(|known| known.field() == part)?;
            return match column {
                "canDo" => Some(texts(self.part(*part).ready)),
                "missing" => Some(texts(self.part(*part).missing)),
                _ => None,
            };
        }
        let board = self.known.board(self.way, self.age, self.at);
        let plan = self.known.plan.filter(|_| self.told);
        let part = |part| plan.filter(|plan| shows(part, self.seat, plan, self.known.screening(), self.at));
        let (crossing, hour) = (part(handover::Part::Crossing), part(handover::Part::Hour));
        Some(match column {
            "board" => text(board.state.code()),
            "boardSince" => Cell::Instant(board.since.millis()),
            "turn" => board.turn.map_or(Cell::Null, |seat| text(seat.code())),
            "missing" => texts(self.request().missing),
            "onHold" => {
                let gate = self.known.gate(self.age, self.at);
                texts(Track::ALL.iter().filter(|track| gate.stands_still(**track)).map(|track| track.code()))
            }
            "holds" => {
                texts(self.in_force().into_iter().filter(|reason| reason.may_be_told(self.seat)).map(Code::code))
            }
            "because" => {
                let reason = self.known.reason.filter(|reason| reason.may_be_told(self.seat));
                reason.map_or(Cell::Null, |reason| text(reason.code()))
            }
            "canHold" => texts(self.can_hold().map(Code::code)),
            "canRelease" => texts(self.can_release().map(Code::code)),
            "crossing" => match (crossing, &self.known.crossing) {
                (Some(_), Some(code)) => text(code),
                _ => Cell::Null,
            },
            "handoverFrom" => instant(crossing.map(|plan| plan.opens)),
            "handoverUntil" => instant(crossing.map(|plan| plan.closes)),
            "handoverAt" => instant(hour.and_then(|plan| plan.hour)),
            "escort" => match (hour, &self.known.escort) {
                (Some(_), Some(code)) => text(code),
                _ => Cell::Null,
            },
            _ => return None,
        })
    }

    fn met(&self, declared: &Declared) -> Vec<Need> {
        self.known.facts(self.way, self.age, declared).met()
    }

    /// What the caller's seat can do with one table. Where the state does not show, these are the steps of its covering
    /// word, or they would tell it.
    fn table<F>(&self, state: F::State, declared: impl Fn(F::Event) -> Declared) -> Can
    where
        F: Flow<By = By, Need = Need, Reason = Reason>,
    {
        let mut can = Can::default();
        if !self.open {
            return can;
        }
        let (state, by) = (shown::<F>(state, self.can_see), By::Seat(self.seat));
        for step in F::STEPS.iter().filter(|step| step.from == state && step.by == by) {
            let met = self.met(&declared(step.event));
            let lacking: Vec<_> = step.needs.iter().filter(|need| !met.contains(need)).collect();
            if lacking.is_empty() {
                can.ready.push(step.event.code());
            }
            for need in lacking.into_iter().map(|need| need.code()) {
                if !can.missing.contains(&need) {
                    can.missing.push(need);
                }
            }
        }
        can
    }

    fn request(&self) -> Can {
        self.table::<Request>(self.known.request, |event| {
            let hour = self.known.plan.and_then(|plan| plan.hour).filter(|_| event == request::Event::Depart);
            Declared { day: hour.unwrap_or(self.at), ..Declared::nothing(self.at) }
        })
    }

    fn part(&self, part: Part) -> Can {
        let known = &self.known;
        if part == Part::Screening {
            // Whoever records it can say that it was apart from police.
            return self.table::<Screening>(known.screening(), |event| {
                let declared = matches!(event, screening::Event::FindNone | screening::Event::Settle);
                Declared { apart_from_police: declared, ..Declared::nothing(self.at) }
            });
        }
        if !known.request.moves_tracks() {
            return Can::default();
        }
        let at = self.at;
        match part {
            Part::Screening => Can::default(),
            Part::Court => self.table::<Court>(known.court(), |_| Declared::nothing(at)),
            Part::Verification => self.table::<Verification>(known.verification(), |_| Declared::nothing(at)),
            Part::TravelDocument => {
                self.table::<TravelDocument>(known.travel_document().state, |_| Declared::nothing(at))
            }
            Part::ExitClearance => self.table::<ExitClearance>(known.exit_clearance().state, |_| Declared::nothing(at)),
            Part::Placement => self.table::<Placement>(known.placement(), |_| Declared::nothing(at)),
        }
    }

    /// Each reason once: a hearing and a hold may wait for the same testimony.
    fn in_force(&self) -> Vec<Reason> {
        let mut reasons: Vec<Reason> =
            self.known.gate(self.age, self.at).in_force().map(|(reason, _)| reason).collect();
        reasons.sort_unstable();
        reasons.dedup();
        reasons
    }

    fn holds_move(&self) -> bool {
        self.open && self.known.request.is_before_handover()
    }

    /// The reasons for which the seat can begin a hold that is not in force.
    fn can_hold(&self) -> impl Iterator<Item = Reason> {
        let met = self.met(&Declared::nothing(self.at));
        let by = By::Seat(self.seat);
        let begins = move |reason: &Reason| {
            Holding::STEPS.iter().any(|step| {
                step.from == hold::State::New
                    && step.by == by
                    && step.reasons.contains(reason)
                    && step.needs.iter().all(|need| met.contains(need))
            })
        };
        let free = move |reason: &Reason| self.holds_move() && self.known.held_for(*reason).is_none();
        Reason::ALL.iter().copied().filter(free).filter(begins)
    }

    /// The holds in force that the seat can let go and may be told of.
    fn can_release(&self) -> impl Iterator<Item = Reason> {
        let by = By::Seat(self.seat);
        self.known.kept.iter().filter(move |kept| kept.state.is_in_force() && self.holds_move()).filter_map(
            move |kept| {
                let letting = Some(kept.letting(false, self.at));
                let met = self.met(&Declared { letting, ..Declared::nothing(self.at) });
                let row = Holding::STEPS
                    .iter()
                    .find(|step| step.from == kept.state && step.event == hold::Event::Release && step.by == by)?;
                (self.tells(kept.hold.reason) && row.needs.iter().all(|need| met.contains(need)))
                    .then_some(kept.hold.reason)
            },
        )
    }
}
