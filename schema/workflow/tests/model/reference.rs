//! The reference: a naive reading of DESIGN §5 and domain.md 6.1. It keeps nothing but the log of what happened, and
//! looks through it each time somebody asks whether a thing may be done. It shares the words of the tables and none of
//! their rows.

use sangam_vocabulary::{Instant, Seat};
use sangam_workflow::flow::By;
use sangam_workflow::repatriation::{Reason, court, papers, placement, request, screening, verification};

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Request(request::Event),
    Screening(screening::Event),
    Court(court::Event),
    Verification(verification::Event),
    Travel(papers::Event),
    Exit(papers::Event),
    Placement(placement::Event),
    Hold(Reason),
    Release(usize),
}

/// What is so, whoever brought it about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fact {
    Consent(bool),
    Wish(bool),
    Risk,
    BestInterest(bool),
    LiaisonSeated(bool),
    ChildPlaced(bool),
    Visits(bool),
    HearingOver(bool),
    ApartFromPolice(bool),
    /// How far away the hour is, in hours; whether it is written down; who confirmed.
    Plan {
        hour: Option<Instant>,
        opens: Instant,
        closes: Instant,
        receiving: bool,
        liaison: Option<bool>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Deed(By, Deed, Option<(Instant, Instant)>),
    Fact(Fact),
}

/// A case: the corridor in a few words, her age, and everything that happened.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) minor_until: Option<Instant>,
    pub(crate) age_unknown: bool,
    pub(crate) asks_order_of_adults: bool,
    pub(crate) asks_papers: bool,
    pub(crate) home_government: bool,
    pub(crate) sending_government: bool,
    pub(crate) between_organizations: bool,
    /// Whether she was a child, or of unknown age, when the request began.
    pub(crate) began_as_child: bool,
    pub(crate) log: Vec<(Instant, What)>,
}

const HOLDING: By = By::Seat(Seat::Holding);
const RECEIVING: By = By::Seat(Seat::Receiving);
const AUTHORITY: By = By::Seat(Seat::SendingLiaison);
const HOME: By = By::Seat(Seat::ReceivingLiaison);
const LAWYER: By = By::Seat(Seat::Lawyer);

impl Reference {
    fn deeds(&self) -> impl DoubleEndedIterator<Item = (Instant, By, Deed)> + '_ {
        self.log.iter().filter_map(|(at, what)| match what {
            What::Deed(by, deed, _) => Some((*at, *by, *deed)),
            What::Fact(_) => None,
        })
    }

    fn fact<T>(&self, read: impl Fn(Fact) -> Option<T>) -> Option<(Instant, T)> {
        self.log.iter().rev().find_map(|(at, what)| match what {
            What::Fact(fact) => read(*fact).map(|value| (*at, value)),
            What::Deed(..) => None,
        })
    }

    fn yes(&self, read: impl Fn(Fact) -> Option<bool>) -> bool {
        self.fact(read).is_some_and(|(_, yes)| yes)
    }

    /// Every hold that was placed, in order.
    fn placed(&self) -> impl Iterator<Item = (Instant, Reason)> + '_ {
        self.deeds().filter_map(|(at, _, deed)| if let Deed::Hold(reason) = deed { Some((at, reason)) } else { None })
    }

    fn when(&self, is: impl Fn(Deed) -> bool) -> Option<Instant> {
        self.deeds().rev().find(|(_, _, deed)| is(*deed)).map(|(at, _, _)| at)
    }

    fn child(&self, day: Instant) -> bool {
        self.age_unknown || self.minor_until.is_some_and(|until| day < until)
    }

    /// Nothing goes towards the state of origin unless she was asked and claims nothing.
    fn safe(&self) -> bool {
        let last = self.deeds().rev().find_map(|(_, _, deed)| match deed {
            Deed::Screening(event) => Some(event),
            _ => None,
        });
        matches!(last, Some(screening::Event::FindNone | screening::Event::Settle))
    }

    fn screened(&self) -> bool {
        self.deeds().any(|(_, _, deed)| matches!(deed, Deed::Screening(_)))
    }

    fn claimed(&self) -> bool {
        let last = self.deeds().rev().find_map(|(_, _, deed)| match deed {
            Deed::Screening(event) => Some(event),
            _ => None,
        });
        last == Some(screening::Event::Claim)
    }

    fn unsafe_to_ask(&self) -> bool {
        self.screened() && !self.safe() && !self.claimed()
    }

    fn consents(&self) -> bool {
        self.yes(|fact| if let Fact::Consent(yes) = fact { Some(yes) } else { None })
    }

    pub(crate) fn envelope(&self) -> &'static str {
        use request::Event as E;
        let mut state = "draft";
        for (_, by, deed) in self.deeds() {
            let Deed::Request(event) = deed else { continue };
            state = match event {
                E::Submit | E::CallOff | E::TurnBack | E::Appeal => "open",
                E::Propose => "scheduled",
                E::Depart => "transit",
                E::Sign if state != "transit" => "done",
                E::Sign if by == HOLDING || by == AUTHORITY => "sent",
                E::Sign => "taken",
                E::Receive => "received",
                E::Place => "placed",
                E::FollowUp => "visits",
                E::Complete | E::End => "closed",
                E::Withdraw => "withdrawn",
                E::Refuse => "refused",
                E::FindAlternative => "alternative",
                E::Cancel => "cancelled",
                E::InviteLawyer
                | E::InviteAuthority
                | E::InviteReceiver
                | E::InviteLiaison
                | E::Arrange
                | E::Confirm => state,
            };
        }
        state
    }

    fn is(&self, states: &[&str]) -> bool {
        states.contains(&self.envelope())
    }

    pub(crate) fn before_handover(&self) -> bool {
        self.is(&["draft", "open", "scheduled", "transit", "sent", "taken", "refused"])
    }

    /// Holds in force on a day that stop one of `court`, `verification`, `papers`, `placement`.
    fn held(&self, track: &str, day: Instant) -> bool {
        for (number, (from, reason)) in self.placed().enumerate() {
            let released = self.when(|deed| deed == Deed::Release(number));
            let stops = match reason {
                Reason::ConsentPaused => true,
                Reason::Testimony | Reason::CourtOrdered => track == "court",
                Reason::AddressUntraceable => track == "verification",
                Reason::BorderClosed => track == "papers",
                Reason::Medical => track == "placement",
                Reason::RiskFound => track != "court",
                Reason::WitnessFear => track == "court" || track == "placement",
                _ => false,
            };
            if stops && from <= day && released.is_none_or(|until| day < until) {
                return true;
            }
        }
        false
    }

    fn court(&self) -> &'static str {
        use court::Event as E;
        let needed = self.asks_order_of_adults || self.began_as_child;
        let mut state = if needed { "awaited" } else { "free" };
        for (_, _, deed) in self.deeds() {
            let Deed::Court(event) = deed else { continue };
            state = match event {
                E::AskFor => "awaited",
                E::RecordStatement => "statement",
                E::Clear | E::SetAside => "clear",
                E::Order => "ordered",
                E::Refuse => "refused",
                E::Appeal => "appealed",
            };
        }
        state
    }

    fn verification(&self) -> &'static str {
        use verification::Event as E;
        let mut state = "unasked";
        for (_, _, deed) in self.deeds() {
            let Deed::Verification(event) = deed else { continue };
            state = match event {
                E::Ask => "asked",
                E::Begin => "looking",
                E::Report => "found",
                E::Confirm => "confirmed",
                E::Refuse => "refused",
                E::Appeal => "appealed",
                E::Deny | E::LetStand => "foreign",
            };
        }
        state
    }

    fn paper(&self, travel: bool) -> (&'static str, Option<(Instant, Instant)>) {
        use papers::Event as E;
        let (mut state, mut valid) = (if self.asks_papers { "wanted" } else { "free" }, None);
        for (_, what) in &self.log {
            let What::Deed(_, deed, dates) = what else { continue };
            let event = match deed {
                Deed::Travel(event) if travel => event,
                Deed::Exit(event) if !travel => event,
                _ => continue,
            };
            state = match event {
                E::AskFor => "wanted",
                E::Apply => "applied",
                E::Issue => {
                    valid = *dates;
                    "issued"
                }
                E::Refuse | E::Revoke => "refused",
                E::Expire => "expired",
            };
        }
        (state, valid)
    }

    fn paper_serves(&self, travel: bool, day: Instant) -> bool {
        match self.paper(travel) {
            ("free", _) => true,
            ("issued", Some((from, until))) => from <= day && day < until,
            _ => false,
        }
    }

    /// What was done in the placement since somebody last agreed to receive her.
    fn placement(&self) -> (bool, bool, bool, bool, bool) {
        use placement::Event as E;
        let (mut agreed, mut assessed, mut holder, mut receiver, mut place) = (false, false, false, false, false);
        for (_, by, deed) in self.deeds() {
            match deed {
                Deed::Placement(E::Agree) => agreed = true,
                Deed::Placement(E::Assess) => (assessed, holder, receiver, place) = (true, false, false, false),
                Deed::Placement(E::Sign) if by == HOLDING => holder = true,
                Deed::Placement(E::Sign) => receiver = true,
                Deed::Placement(E::AgreePlace) => place = true,
                Deed::Placement(E::StepBack) => {
                    (agreed, assessed, holder, receiver, place) = (false, false, false, false, false);
                }
                _ => {}
            }
        }
        (agreed, assessed, holder, receiver, place)
    }

    fn ordered(&self) -> bool {
        matches!(self.court(), "ordered" | "free")
    }

    fn investigated(&self) -> Option<Instant> {
        self.when(|deed| deed == Deed::Verification(verification::Event::Report))
    }

    fn unheld(&self, day: Instant) -> bool {
        !["court", "verification", "papers", "placement"].iter().any(|track| self.held(track, day))
    }

    /// The gate, in the order of DESIGN §5.
    pub(crate) fn gate(&self, day: Instant) -> bool {
        let (_, assessed, holder, receiver, _) = self.placement();
        let after = |at: Option<Instant>| match (at, self.investigated()) {
            (Some(at), Some(investigated)) => at > investigated,
            _ => false,
        };
        let assessment = self.when(|deed| deed == Deed::Placement(placement::Event::Assess));
        let order = self.when(|deed| deed == Deed::Court(court::Event::Order));
        let wish = self.fact(|fact| if let Fact::Wish(wants) = fact { Some(wants) } else { None });
        self.verification() == "confirmed"
            && self.paper_serves(true, day)
            && self.paper_serves(false, day)
            && self.unheld(day)
            && assessed
            && after(assessment)
            && holder
            && receiver
            && wish
                .is_some_and(|(asked, wants)| wants && asked <= day && day.millis() - asked.millis() <= 14 * 86_400_000)
            && (!self.child(day) || (self.court() == "ordered" && after(order)))
            && self.ordered()
            && self.safe()
            && self.consents()
    }

    fn plan(&self) -> Option<(bool, bool)> {
        let plan = self.fact(|fact| if let Fact::Plan { .. } = fact { Some(fact) } else { None })?.1;
        let Fact::Plan { hour, opens, closes, receiving, liaison } = plan else { return None };
        let arranged = hour.is_some_and(|hour| opens <= hour && hour < closes);
        Some((arranged, receiving && liaison != Some(false)))
    }

    /// Whether somebody may do something now. For setting out and for a first memo the day is the handover's.
    pub(crate) fn permits(&self, by: By, deed: Deed, now: Instant, day: Instant) -> bool {
        // To the government of the state of origin the request does not exist without a screening that found nothing.
        if by == HOME && !(self.safe() && self.home_government) {
            return false;
        }
        match deed {
            Deed::Request(event) => self.permits_request(by, event, day),
            Deed::Screening(event) => self.before_handover() && self.permits_screening(by, event),
            Deed::Hold(reason) => self.before_handover() && permits_hold(by, reason),
            Deed::Release(number) => self.before_handover() && self.permits_release(by, number),
            Deed::Court(event) => self.is(&["open", "scheduled"]) && self.permits_court(by, event),
            Deed::Verification(event) => self.is(&["open", "scheduled"]) && self.permits_verification(by, event, now),
            Deed::Travel(event) => self.is(&["open", "scheduled"]) && self.permits_paper(by, event, true, now),
            Deed::Exit(event) => self.is(&["open", "scheduled"]) && self.permits_paper(by, event, false, now),
            Deed::Placement(event) => self.is(&["open", "scheduled"]) && self.permits_placement(by, event, now),
        }
    }

    fn permits_request(&self, by: By, event: request::Event, day: Instant) -> bool {
        use request::Event as E;
        let (safe, consents) = (self.safe(), self.consents());
        let (agreed, _, _, _, place) = self.placement();
        let placed = self.yes(|fact| if let Fact::ChildPlaced(yes) = fact { Some(yes) } else { None });
        match event {
            E::Submit => {
                by == HOLDING
                    && self.is(&["draft"])
                    && self.screened()
                    && consents
                    && self.fact(|fact| (fact == Fact::Risk).then_some(())).is_some()
                    && (!self.child(day)
                        || self.yes(|fact| if let Fact::BestInterest(yes) = fact { Some(yes) } else { None }))
            }
            E::InviteLawyer => by == HOLDING && self.is(&["draft", "open"]),
            E::InviteAuthority => by == HOLDING && self.is(&["open"]) && consents && self.sending_government,
            E::InviteReceiver => (by == HOLDING || by == AUTHORITY) && self.is(&["open"]) && safe && consents,
            E::InviteLiaison => {
                (by == HOLDING || by == AUTHORITY) && self.is(&["open"]) && safe && consents && self.home_government
            }
            E::Propose => {
                (by == AUTHORITY || (by == HOLDING && self.between_organizations))
                    && self.is(&["open", "scheduled"])
                    && safe
                    && consents
                    && agreed
                    && self.ordered()
                    && self.verification() == "confirmed"
                    && self.unheld(day)
            }
            E::Arrange => by == HOLDING && self.is(&["scheduled"]) && safe,
            E::Confirm => (by == RECEIVING || by == HOME) && self.is(&["scheduled"]) && safe,
            E::CallOff => by != LAWYER && self.is(&["scheduled"]),
            E::Depart => {
                by == HOLDING && self.is(&["scheduled"]) && self.gate(day) && self.plan() == Some((true, true))
            }
            E::TurnBack => {
                (by == HOLDING && self.is(&["transit", "sent"])) || (by == AUTHORITY && self.is(&["transit"]))
            }
            E::Sign => match self.envelope() {
                "transit" => [HOLDING, AUTHORITY, RECEIVING, HOME].contains(&by) && self.gate(day),
                "sent" => by == RECEIVING || by == HOME,
                "taken" => by == HOLDING || by == AUTHORITY,
                _ => false,
            },
            E::Receive => by == RECEIVING && self.is(&["done"]),
            E::Place => {
                by == RECEIVING && self.is(&["received", "placed", "visits"]) && place && (!self.child(day) || placed)
            }
            E::FollowUp => by == RECEIVING && self.is(&["placed"]),
            E::Complete if self.is(&["alternative"]) => by == HOLDING,
            E::Complete => {
                by == RECEIVING
                    && self.is(&["visits"])
                    && self.yes(|fact| if let Fact::Visits(yes) = fact { Some(yes) } else { None })
            }
            E::End => by == RECEIVING && self.is(&["received", "placed", "visits"]),
            // Nobody overrules her, and saying no asks for nothing.
            E::Withdraw => {
                self.before_handover() && by != By::Clock && (by == HOLDING || by == LAWYER || !self.is(&["draft"]))
            }
            E::Refuse => (by == AUTHORITY || by == HOME) && self.is(&["open", "scheduled"]),
            E::Appeal => (by == HOLDING || by == LAWYER) && self.is(&["refused"]),
            E::FindAlternative => {
                by == HOLDING && (self.is(&["refused"]) || (self.is(&["open"]) && self.verification() == "foreign"))
            }
            E::Cancel => by == HOLDING && self.is(&["draft", "open", "scheduled"]),
        }
    }

    fn permits_screening(&self, by: By, event: screening::Event) -> bool {
        use screening::Event as E;
        let apart = self.yes(|fact| if let Fact::ApartFromPolice(yes) = fact { Some(yes) } else { None });
        match event {
            E::FindNone => by == HOLDING && apart && (!self.screened() || self.unsafe_to_ask()),
            E::Claim => (by == HOLDING || by == LAWYER) && !self.claimed(),
            E::Defer => (by == HOLDING && (!self.screened() || self.safe())) || (by == LAWYER && self.safe()),
            E::Settle => by == HOLDING && apart && self.claimed(),
        }
    }

    fn permits_release(&self, by: By, number: usize) -> bool {
        let Some((from, reason)) = self.placed().nth(number) else { return false };
        if self.when(|deed| deed == Deed::Release(number)).is_some() {
            return false;
        }
        let over = self.yes(|fact| if let Fact::HearingOver(yes) = fact { Some(yes) } else { None });
        let risk = self.fact(|fact| (fact == Fact::Risk).then_some(()));
        let wish = self.fact(|fact| if let Fact::Wish(wants) = fact { Some(wants) } else { None });
        match reason {
            Reason::Testimony | Reason::CourtOrdered => [HOLDING, AUTHORITY, LAWYER].contains(&by) && over,
            Reason::RiskFound | Reason::WitnessFear => by == HOLDING && risk.is_some_and(|(at, ())| at > from),
            Reason::ConsentPaused => by == HOLDING && wish.is_some_and(|(at, wants)| wants && at > from),
            _ => [HOLDING, AUTHORITY, RECEIVING, HOME].contains(&by),
        }
    }

    fn permits_court(&self, by: By, event: court::Event) -> bool {
        use court::Event as E;
        let (any, records) = ([HOLDING, AUTHORITY, LAWYER].contains(&by), by == HOLDING || by == AUTHORITY);
        match event {
            E::AskFor => any && self.court() == "free",
            E::RecordStatement => any && self.court() == "awaited",
            E::Clear => any && matches!(self.court(), "awaited" | "statement"),
            E::Order => records && matches!(self.court(), "clear" | "ordered" | "appealed"),
            E::Refuse => records && matches!(self.court(), "clear" | "appealed"),
            E::Appeal => (by == HOLDING || by == LAWYER) && self.court() == "refused",
            E::SetAside => any && self.court() == "ordered",
        }
    }

    /// Who may answer on her nationality.
    fn answers(&self, by: By) -> bool {
        let seated = self.yes(|fact| if let Fact::LiaisonSeated(yes) = fact { Some(yes) } else { None });
        by == HOME
            || (by == RECEIVING && self.between_organizations)
            || (by == AUTHORITY && self.home_government && !seated)
    }

    fn permits_verification(&self, by: By, event: verification::Event, now: Instant) -> bool {
        use verification::Event as E;
        let state = self.verification();
        let goes_on = self.safe() && self.consents() && !self.held("verification", now);
        let looks = by == RECEIVING || by == HOME;
        match event {
            E::Ask => {
                state == "unasked" && goes_on && (by == AUTHORITY || (by == HOLDING && self.between_organizations))
            }
            E::Begin => looks && goes_on && matches!(state, "asked" | "found" | "appealed"),
            E::Report => looks && goes_on && state == "looking",
            E::Confirm => self.answers(by) && goes_on && matches!(state, "found" | "appealed"),
            E::Refuse => {
                self.safe()
                    && ((self.answers(by) && state == "found")
                        || (by == HOME && matches!(state, "asked" | "looking" | "confirmed")))
            }
            E::Appeal => {
                [HOLDING, AUTHORITY, LAWYER].contains(&by) && state == "refused" && self.safe() && self.consents()
            }
            E::Deny => self.answers(by) && self.safe() && state == "appealed",
            E::LetStand => by == HOLDING && state == "refused",
        }
    }

    fn permits_paper(&self, by: By, event: papers::Event, travel: bool, now: Instant) -> bool {
        use papers::Event as E;
        let (state, _) = self.paper(travel);
        let unheld = !self.held("papers", now);
        let asks = by == HOLDING || by == AUTHORITY;
        let issues = asks || (by == HOME && travel);
        let verified = self.verification() == "confirmed";
        match event {
            E::AskFor => asks && state == "free",
            E::Apply => {
                let ground =
                    if travel { verified } else { self.ordered() && matches!(self.paper(true).0, "free" | "issued") };
                asks && matches!(state, "wanted" | "expired" | "refused")
                    && self.safe()
                    && self.consents()
                    && ground
                    && unheld
            }
            E::Issue if state == "wanted" => travel && by == HOLDING && self.safe() && verified && unheld,
            E::Issue => issues && matches!(state, "applied" | "issued") && self.safe() && unheld,
            E::Refuse => issues && state == "applied",
            E::Revoke => issues && state == "issued",
            E::Expire => by == By::Clock && state == "issued",
        }
    }

    fn permits_placement(&self, by: By, event: placement::Event, now: Instant) -> bool {
        use placement::Event as E;
        let (agreed, assessed, holder, receiver, _) = self.placement();
        let goes_on = self.safe() && !self.held("placement", now);
        match event {
            E::Agree => by == RECEIVING && !agreed && goes_on,
            E::Assess => (by == HOLDING || by == RECEIVING) && agreed && goes_on && self.investigated().is_some(),
            E::Sign => assessed && goes_on && ((by == HOLDING && !holder) || (by == RECEIVING && !receiver)),
            E::AgreePlace => by == RECEIVING && holder && receiver && goes_on,
            E::StepBack => by == RECEIVING,
        }
    }
}

/// Who may hold it up, for what.
fn permits_hold(by: By, reason: Reason) -> bool {
    let seats: &[By] = match reason {
        Reason::Testimony | Reason::CourtOrdered => &[HOLDING, AUTHORITY, LAWYER],
        Reason::RiskFound => &[HOLDING, AUTHORITY, LAWYER, RECEIVING],
        Reason::WitnessFear | Reason::ConsentPaused => &[HOLDING, LAWYER],
        Reason::Medical => &[HOLDING],
        Reason::BorderClosed => &[HOLDING, AUTHORITY, RECEIVING, HOME],
        Reason::AddressUntraceable => &[RECEIVING, HOME],
        _ => &[],
    };
    seats.contains(&by)
}
