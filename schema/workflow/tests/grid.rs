//! The grid of the referral, printed and committed: every state, event and seat, legal or not. `UPDATE=1` writes it
//! anew; a reviewer reads the difference.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::fmt::Write;
use std::path::Path;

use sangam_vocabulary::{Code, Seat};
use sangam_workflow::referral::{By, DeclineReason, Event, Illegal, State, take};

const SEATS: [(&str, By); 3] =
    [("sender", By::Seat(Seat::Sender)), ("recipient", By::Seat(Seat::Recipient)), ("clock", By::Clock)];

fn grid() -> String {
    let mut out = String::from(
        "# Referral\n\nWhat each may do in each state, and where it leads. An empty cell is illegal. `*`: a coded reason must come with it.\n\n| state | category of the state |",
    );
    for event in Event::ALL {
        write!(out, " {} |", event.code()).unwrap();
    }
    out.push_str("\n|-|-|");
    out.push_str(&"-|".repeat(Event::ALL.len()));
    out.push('\n');
    for state in State::ALL {
        let category = state.category().map_or("none", Code::code);
        write!(out, "| {} | {category} |", state.code()).unwrap();
        for event in Event::ALL {
            let cells: Vec<_> = SEATS
                .iter()
                .filter_map(|(name, by)| cell(*state, *event, *by).map(|to| format!("{name}: {to}")))
                .collect();
            write!(out, " {} |", cells.join(", ")).unwrap();
        }
        out.push('\n');
    }
    out
}

fn cell(state: State, event: Event, by: By) -> Option<String> {
    match take(state, event, by, None) {
        Ok(stepped) => Some(stepped.to().code().to_owned()),
        Err(Illegal::ReasonMissing) => {
            let stepped = take(state, event, by, Some(DeclineReason::NoCapacity)).expect("legal with a reason");
            Some(format!("{}*", stepped.to().code()))
        }
        Err(Illegal::NoSuchStep { .. }) => None,
    }
}

#[test]
fn the_grid_is_the_committed_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("referral.md");
    let grid = grid();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &grid).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap_or_default(), grid, "the table changed: look at it, then UPDATE=1");
}

#[test]
fn every_state_is_reached_and_every_open_state_leads_on() {
    let steps = || {
        State::ALL.iter().flat_map(|from| {
            Event::ALL.iter().flat_map(move |event| {
                SEATS.iter().filter_map(move |(_, by)| take(*from, *event, *by, Some(DeclineReason::Unsafe)).ok())
            })
        })
    };
    let mut reached = vec![State::Sent];
    loop {
        let more: Vec<_> =
            steps().filter(|s| reached.contains(&s.from()) && !reached.contains(&s.to())).map(|s| s.to()).collect();
        if more.is_empty() {
            break;
        }
        reached.extend(more);
    }
    for state in State::ALL {
        assert!(reached.contains(state), "{} is never reached", state.code());
        let leads_on = steps().any(|step| step.from() == *state);
        assert_eq!(leads_on, !state.is_final(), "{}", state.code());
    }
}

#[test]
fn an_illegal_step_names_the_legal_ones_and_a_reason_stays_where_it_belongs() {
    let by = By::Seat(Seat::Recipient);
    let refused = take(State::Received, Event::Complete, by, None);
    assert_eq!(refused, Err(Illegal::NoSuchStep { legal: vec![Event::Accept, Event::Decline] }));
    assert_eq!(take(State::Sent, Event::Decline, by, None), Err(Illegal::ReasonMissing));
    let accepted = take(State::Sent, Event::Accept, by, Some(DeclineReason::Unsafe)).unwrap();
    assert_eq!(accepted.reason(), None, "a reason that the step does not ask for is not kept");
    for seat in Seat::ALL.iter().filter(|seat| !matches!(seat, Seat::Sender | Seat::Recipient)) {
        for state in State::ALL {
            assert!(Event::ALL.iter().all(|event| take(*state, *event, By::Seat(*seat), None).is_err()));
        }
    }
}
