//! Every table, printed and committed, and what is wrong with one: nothing. `UPDATE=1` writes the pages anew; a reviewer
//! reads the difference.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what is not as a test says fails it by panicking at that line; none of this ships"
)]

use std::path::Path;

use sangam_vocabulary::{Category, CategorySet, Code, Noun, Seat};
use sangam_workflow::accession::{self, Accession};
use sangam_workflow::agreement::{self, AgreementFlow};
use sangam_workflow::arrival::{self, Arrival};
use sangam_workflow::contribution::{self, Contribution};
use sangam_workflow::exception::{self, Exception};
use sangam_workflow::flow::{By, Flow, Illegal, Nothing, Party, Step, Words, is_final, legal, ready, shown, take};
use sangam_workflow::grid::{cells, faults, grid, parties};
use sangam_workflow::hearing::{self, Hearing};
use sangam_workflow::recall::{self, Recall};
use sangam_workflow::referral::{self, DeclineReason, Referral};
use sangam_workflow::repatriation::court::Court;
use sangam_workflow::repatriation::hold::{self, Holding};
use sangam_workflow::repatriation::papers::{ExitClearance, TravelDocument};
use sangam_workflow::repatriation::placement::Placement;
use sangam_workflow::repatriation::request::{self, Request};
use sangam_workflow::repatriation::screening::Screening;
use sangam_workflow::repatriation::verification::{self, Verification};
use sangam_workflow::repatriation::{Need, Reason};
use sangam_workflow::search::{self, Search};
use sangam_workflow::service::{self, Service};
use sangam_workflow::support::{self, SupportPlan};

/// The page is the committed one, nothing is wrong with the table, and every cell is what the page says.
fn sound<F: Flow>(file: &str, ends: &[F::State]) {
    assert_eq!(faults::<F>(ends), Vec::<String>::new(), "{}", F::NAME);
    let page = grid::<F>();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), page, "the table changed: look at it, then UPDATE=1");
    let mut taken = 0;
    for state in F::State::ALL {
        for event in F::Event::ALL {
            for by in parties::<F>() {
                taken += usize::from(cell::<F>(*state, *event, by));
            }
        }
        assert!(F::category(shown::<F>(*state, CategorySet::NONE)).is_none(), "a covered state says nothing");
        assert_eq!(shown::<F>(*state, CategorySet::all()), *state);
    }
    assert_eq!(taken, F::STEPS.len(), "{} has {} cells", F::NAME, cells::<F>());
    told::<F>();
}

/// What those who write answers say of the states is what the table says.
fn told<F: Flow>() {
    let words = Words::of::<F>();
    let mut categories = CategorySet::NONE;
    for state in F::State::ALL {
        for seen in [CategorySet::NONE, CategorySet::all()] {
            assert_eq!((words.shown)(state.code(), seen), Some(shown::<F>(*state, seen).code()));
        }
        categories = F::category(*state).map_or(categories, |category| categories.with(category));
    }
    assert_eq!((words.categories)(), categories);
    assert_eq!((words.shown)("NO_SUCH_STATE", CategorySet::all()), None);
}

/// Whether a cell is legal, having looked that the engine says of it what the table says.
fn cell<F: Flow>(state: F::State, event: F::Event, by: F::By) -> bool {
    let row = F::STEPS.iter().find(|step| (step.from, step.event, step.by) == (state, event, by));
    let any = F::Reason::ALL.first().copied();
    let Some(row) = row else {
        let Err(Illegal::NoSuchStep { legal: told }) = take::<F>(state, event, by, F::Need::ALL, any) else {
            panic!("{} {} is taken", state.code(), event.code())
        };
        assert_eq!(told, legal::<F>(state, by).collect::<Vec<_>>(), "with everything there, what is legal can be done");
        return false;
    };
    for need in row.needs {
        let met: Vec<_> = row.needs.iter().copied().filter(|other| other != need).collect();
        let refused = take::<F>(state, event, by, &met, row.reasons.first().copied());
        assert_eq!(refused, Err(Illegal::NeedsMissing { needs: vec![*need] }));
        assert!(!ready::<F>(state, by, &met).contains(&event), "what cannot be done is not offered");
    }
    assert!(ready::<F>(state, by, row.needs).contains(&event));
    if !row.reasons.is_empty() {
        let without = take::<F>(state, event, by, row.needs, None);
        assert_eq!(without, Err(Illegal::ReasonMissing { one_of: row.reasons }));
        for reason in F::Reason::ALL.iter().filter(|reason| !row.reasons.contains(reason)) {
            let odd = take::<F>(state, event, by, row.needs, Some(*reason));
            assert_eq!(odd, Err(Illegal::ReasonMissing { one_of: row.reasons }), "a reason of another step");
        }
    }
    let reason = row.reasons.first().copied();
    let stepped = take::<F>(state, event, by, row.needs, reason.or(any)).unwrap();
    assert_eq!((stepped.from(), stepped.event(), stepped.to()), (state, event, row.to));
    assert_eq!(stepped.reason(), reason, "a reason that the step does not ask for is not kept");
    true
}

#[test]
fn the_referral() {
    use referral::State::{Completed, Declined, Expired, Redirected, Withdrawn};
    sound::<Referral>("referral.md", &[Declined, Completed, Withdrawn, Expired, Redirected]);
    sound::<Service>("referral-service.md", &[service::State::Declined, service::State::Given]);
}

#[test]
fn the_contribution() {
    use contribution::State::{Declined, Ended, Expired};
    sound::<Contribution>("contribution.md", &[Declined, Ended, Expired]);
}

#[test]
fn the_hearing() {
    sound::<Hearing>("hearing.md", &[hearing::State::Cancelled]);
}

#[test]
fn the_support_plan() {
    sound::<SupportPlan>("support.md", &[support::State::Closed]);
}

#[test]
fn the_exception() {
    use exception::State::{Ended, Lapsed, Reviewed};
    sound::<Exception>("exception.md", &[Reviewed, Lapsed, Ended]);
}

#[test]
fn the_search() {
    sound::<Search>("search.md", &[search::State::Closed]);
}

#[test]
fn the_arrival() {
    sound::<Arrival>("arrival.md", &[arrival::State::Closed]);
}

#[test]
fn the_recall() {
    use recall::State::{Deleted, Restricted, RetainedByLaw};
    sound::<Recall>("recall.md", &[Deleted, Restricted, RetainedByLaw]);
    for state in recall::State::ALL {
        let asked = ready::<Recall>(*state, recall::By::Recipient, &[]).contains(&recall::Event::Unable);
        assert_eq!(asked, state.waits(), "what waits is what can be answered that one cannot");
    }
}

#[test]
fn accession() {
    use accession::State::{Left, Refused};
    sound::<Accession>("accession.md", &[Left, Refused]);
}

#[test]
fn the_agreement() {
    use agreement::State::{Ended, Expired, Rejected, Superseded, Withdrawn};
    sound::<AgreementFlow>("agreement.md", &[Ended, Expired, Rejected, Withdrawn, Superseded]);
}

#[test]
fn the_repatriation_request() {
    use request::State::{Cancelled, Closed, Withdrawn};
    sound::<Request>("repatriation.md", &[Closed, Withdrawn, Cancelled]);
}

#[test]
fn the_four_tracks_of_a_repatriation() {
    sound::<Court>("repatriation_court.md", &[]);
    sound::<Verification>("repatriation_verification.md", &[verification::State::NotANational]);
    sound::<TravelDocument>("repatriation_travel_document.md", &[]);
    sound::<ExitClearance>("repatriation_exit_clearance.md", &[]);
    sound::<Placement>("repatriation_placement.md", &[]);
}

#[test]
fn the_screening_and_the_holds_of_a_repatriation() {
    sound::<Screening>("repatriation_screening.md", &[]);
    sound::<Holding>("repatriation_hold.md", &[hold::State::Released]);
}

/// What a table asks of a seat wherever the seat takes a step.
fn asked_of<F: Flow<By = By, Need = Need>>(seat: Seat) -> Vec<&'static [Need]> {
    F::STEPS.iter().filter(|step| step.by == By::Seat(seat)).map(|step| step.needs).collect()
}

#[test]
fn the_state_of_origin_does_nothing_without_a_screening_that_found_no_claim_and_nothing_where_it_is_kept_out() {
    let seat = Seat::ReceivingLiaison;
    let asked = [
        asked_of::<Request>(seat),
        asked_of::<Court>(seat),
        asked_of::<Verification>(seat),
        asked_of::<TravelDocument>(seat),
        asked_of::<ExitClearance>(seat),
        asked_of::<Placement>(seat),
        asked_of::<Screening>(seat),
        asked_of::<Holding>(seat),
    ];
    let all: Vec<_> = asked.iter().flatten().collect();
    assert!(all.len() > 15, "{} rows", all.len());
    for needs in all {
        assert!(needs.contains(&Need::NoClaim) && needs.contains(&Need::Liaison), "{needs:?}");
    }
    assert!(asked_of::<Court>(seat).is_empty() && asked_of::<Screening>(seat).is_empty());
}

#[test]
fn nothing_goes_towards_the_state_of_origin_without_a_screening_that_found_no_claim() {
    use request::Event::{Confirm, Depart, InviteLiaison, InviteReceiver, Propose};
    let asks = |needs: &[Need]| needs.contains(&Need::NoClaim);
    for step in Request::STEPS {
        let towards = matches!(step.event, InviteReceiver | InviteLiaison | Propose | Confirm | Depart);
        assert!(!towards || asks(step.needs), "{step:?}");
    }
    for step in Verification::STEPS {
        assert!(step.event == verification::Event::LetStand || asks(step.needs), "{step:?}");
    }
    for step in TravelDocument::STEPS {
        use sangam_workflow::repatriation::papers::Event::{Apply, Issue};
        assert!(!matches!(step.event, Apply | Issue) || asks(step.needs), "{step:?}");
    }
}

#[test]
fn she_can_say_no_until_the_handover_and_nothing_is_asked_for_it() {
    for state in request::State::ALL {
        for seat in [Seat::Holding, Seat::Lawyer, Seat::Receiving, Seat::SendingLiaison, Seat::ReceivingLiaison] {
            // Of a draft nobody knows but the holder and her lawyer.
            let knows = *state != request::State::Draft || matches!(seat, Seat::Holding | Seat::Lawyer);
            // To the state of origin the request exists only without a claim, and where a corridor knows its liaison.
            let exists: &[Need] = if seat == Seat::ReceivingLiaison { &[Need::NoClaim, Need::Liaison] } else { &[] };
            let no = take::<Request>(*state, request::Event::Withdraw, By::Seat(seat), exists, None);
            assert_eq!(no.is_ok(), knows && state.is_before_handover(), "{state:?} {seat:?}");
        }
    }
    assert!(is_final::<Request>(request::State::Withdrawn), "and a no stays one");
    let others = Request::STEPS.iter().filter(|step| step.event == request::Event::Withdraw);
    assert_eq!(others.count(), 2 + 6 * 5, "whoever sits in the request says it for her, and nobody else");
}

#[test]
fn a_hold_begins_by_the_event_of_its_reason() {
    for reason in Reason::ALL {
        let event = hold::event(*reason);
        // A paper that runs out and a claim hold everything up by themselves: they are no holds.
        assert_eq!(event.is_some(), !reason.holds().is_empty(), "{reason:?}");
        let rows = Holding::STEPS.iter().filter(|step| step.reasons.contains(reason));
        assert!(rows.clone().all(|step| Some(step.event) == event), "one reason, one event: {reason:?}");
        assert!(rows.clone().all(|step| step.to.is_in_force()));
    }
    assert!(!hold::State::New.is_in_force() && !hold::State::Released.is_in_force());
}

#[test]
fn a_seat_that_has_no_row_takes_no_step() {
    for seat in Seat::ALL.iter().filter(|seat| !matches!(seat, Seat::Sender | Seat::Recipient)) {
        for state in referral::State::ALL {
            let none = Err(Illegal::NoSuchStep { legal: Vec::new() });
            for event in referral::Event::ALL {
                let taken = take::<Referral>(*state, *event, By::Seat(*seat), &[], Some(DeclineReason::Unsafe));
                assert_eq!(taken, none);
            }
        }
    }
}

/// A table with everything that can be wrong with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Wrong;

sangam_vocabulary::codes! {
    "States of a wrong table."
    pub enum Place {
        First = "FIRST": "Begins.",
        Second = "SECOND": "A dead end.",
        Third = "THIRD": "Nobody comes here.",
        End = "END": "Leads on.",
    }
}

sangam_vocabulary::codes! {
    "Events of a wrong table."
    pub enum Move {
        Go = "GO": "Happens.",
        Never = "NEVER": "Does not.",
    }
}

impl Flow for Wrong {
    const NAME: &'static str = "Wrong";
    const NOUN: Option<Noun> = Some(Noun::Referral);
    type State = Place;
    type Event = Move;
    type By = By;
    type Need = Nothing;
    type Reason = Nothing;
    const STARTS: &'static [Place] = &[Place::First];
    const STEPS: &'static [Step<Self>] = &[
        Step::new(Place::First, Move::Go, By::Clock, Place::Second),
        Step::new(Place::First, Move::Go, By::Clock, Place::End),
        Step::new(Place::End, Move::Go, By::Seat(Seat::Finder), Place::First),
    ];

    fn category(state: Place) -> Option<Category> {
        (state == Place::First).then_some(Category::Legal)
    }

    fn cover(_: Place) -> Place {
        Place::First
    }
}

#[test]
fn nobody_sits_in_a_record_in_which_there_are_no_seats() {
    fn sits<F: Flow>() -> bool {
        parties::<F>().iter().any(|by| Noun::ALL.iter().any(|noun| by.can_be(Some(*noun))) || !by.can_be(None))
    }
    assert_eq!(Accession::NOUN.or(AgreementFlow::NOUN).or(Recall::NOUN), None);
    assert!(!sits::<Accession>() && !sits::<AgreementFlow>() && !sits::<Recall>());
    assert!(!By::Seat(Seat::Sender).can_be(None) && By::Clock.can_be(None));
}

#[test]
fn whatever_is_wrong_with_a_table_is_found() {
    assert!(is_final::<Wrong>(Place::Second));
    let found = faults::<Wrong>(&[Place::End, Place::Third]);
    for fault in [
        "FIRST GO clock stands twice",
        "nobody can be FINDER",
        "SECOND is a dead end",
        "THIRD is never reached",
        "END is meant to be an end and leads on",
        "NEVER never happens",
        "SECOND has no category and is covered",
        "FIRST is covered by a word that itself does not show",
    ] {
        assert!(found.iter().any(|known| known == fault), "{fault} is not among {found:?}");
    }
}
