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
use sangam_workflow::flow::{By, Flow, Illegal, Nothing, Step, is_final, legal, ready, shown, take};
use sangam_workflow::grid::{cells, faults, grid, parties};
use sangam_workflow::referral::{self, DeclineReason, Referral};

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
    use referral::State::{Completed, Declined, Expired, Withdrawn};
    sound::<Referral>("referral.md", &[Declined, Completed, Withdrawn, Expired]);
}

#[test]
fn accession() {
    use accession::State::{Left, Refused};
    sound::<Accession>("accession.md", &[Left, Refused]);
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
