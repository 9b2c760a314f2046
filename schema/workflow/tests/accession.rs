//! The grid of accession, printed and committed; what voices amount to; and what lapses. `UPDATE=1` writes the grid anew.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what is not as a test says fails it by panicking at that line, and none of this ships"
)]

use std::fmt::Write;
use std::path::Path;

use sangam_vocabulary::{Code, Country, Instant, OrganizationId};
use sangam_workflow::accession::{
    Around, By, Event, Illegal, May, Missing, RefusalReason, State, Voice, missing, take,
};
use uuid::Uuid;

const WHO: [(&str, By); 4] =
    [("member", By::Member), ("focal point", By::FocalPoint), ("operator", By::Operator), ("clock", By::Clock)];
const WHY: Option<RefusalReason> = Some(RefusalReason::PapersMissing);

fn cell(state: State, event: Event, by: By) -> Option<String> {
    match take(state, event, by, None) {
        Ok(stepped) => Some(stepped.to().code().to_owned()),
        Err(Illegal::ReasonMissing) => {
            Some(format!("{}*", take(state, event, by, WHY).expect("legal with a reason").to().code()))
        }
        Err(_) => None,
    }
}

fn grid() -> String {
    let mut out = String::from(
        "# Accession\n\nWhat each may do in each state, and where it leads. An empty cell is illegal. `*`: a coded reason must come with it. SPONSOR leads on once two members of two countries, and the focal point where there is one, have spoken.\n\n| state | may |",
    );
    for event in Event::ALL {
        write!(out, " {} |", event.code()).unwrap();
    }
    out.push_str("\n|-|-|");
    out.push_str(&"-|".repeat(Event::ALL.len()));
    out.push('\n');
    for state in State::ALL {
        let may = match state.may() {
            May::Act => "act",
            May::Answer => "answer",
            May::Nothing => "nothing",
        };
        write!(out, "| {} | {may} |", state.code()).unwrap();
        for event in Event::ALL {
            let cells: Vec<_> = WHO
                .iter()
                .filter_map(|(name, by)| cell(*state, *event, *by).map(|to| format!("{name}: {to}")))
                .collect();
            write!(out, " {} |", cells.join(", ")).unwrap();
        }
        out.push('\n');
    }
    out
}

#[test]
fn the_grid_is_the_committed_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("accession.md");
    let grid = grid();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &grid).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap_or_default(), grid, "the table changed: look at it, then UPDATE=1");
}

#[test]
fn every_state_is_reached_and_every_open_state_leads_on() {
    let mut reached = vec![State::Applied];
    let steps = || {
        State::ALL.iter().flat_map(|from| {
            Event::ALL.iter().flat_map(move |event| {
                By::ALL.iter().filter_map(move |by| take(*from, *event, *by, WHY).ok().map(|to| (*from, to.to())))
            })
        })
    };
    loop {
        let more: Vec<_> =
            steps().filter(|(from, to)| reached.contains(from) && !reached.contains(to)).map(|(_, to)| to).collect();
        if more.is_empty() {
            break;
        }
        reached.extend(more);
    }
    for state in State::ALL {
        assert!(reached.contains(state), "{} is never reached", state.code());
        assert_eq!(steps().any(|(from, _)| from == *state), !state.is_final(), "{}", state.code());
    }
}

#[test]
fn a_refusal_has_a_reason_and_nothing_else_keeps_one() {
    assert_eq!(take(State::Applied, Event::Refuse, By::Operator, None), Err(Illegal::ReasonMissing));
    assert_eq!(take(State::Applied, Event::Refuse, By::Operator, WHY).unwrap().reason(), WHY);
    assert_eq!(take(State::Sponsored, Event::Admit, By::Operator, WHY).unwrap().reason(), None);
    let legal = take(State::Left, Event::Renew, By::Operator, None);
    assert_eq!(legal, Err(Illegal::NoSuchStep { legal: Vec::new() }), "who has left applies anew");
    for event in Event::ALL {
        let alone = take(State::Sponsored, *event, By::Member, WHY);
        assert!(alone.is_err(), "a member decides nothing: {}", event.code());
    }
}

fn voice(number: u128, country: Country, focal_point: bool, speaks_for: bool, full_member: bool) -> Voice {
    let organization = OrganizationId::from_uuid(Uuid::from_u128(number));
    Voice { organization, country, full_member, focal_point, speaks_for }
}

#[test]
fn two_sponsors_of_two_countries_and_the_focal_point_where_there_is_one() {
    let nepal = voice(1, Country::Nepal, false, true, true);
    let bhutan = voice(2, Country::Bhutan, false, true, true);
    let again = voice(3, Country::Nepal, false, true, true);
    let desk = voice(4, Country::India, true, true, true);
    let lacks = |sponsors, focal_point| Some(Missing { sponsors, focal_point });
    let missing = |voices: &[Voice], focal_point| missing(voices, Around { countries: 3, focal_point });
    assert_eq!(missing(&[], true), lacks(2, true));
    assert_eq!(missing(&[nepal, again], false), lacks(1, false), "two of one country are one");
    assert_eq!(missing(&[nepal, bhutan], false), None);
    assert_eq!(missing(&[nepal, bhutan], true), lacks(0, true));
    assert_eq!(missing(&[nepal, desk], true), lacks(1, false), "the focal point is no sponsor");
    assert_eq!(missing(&[nepal, bhutan, desk], true), None);
    for lost in [Voice { speaks_for: false, ..bhutan }, Voice { full_member: false, ..bhutan }] {
        assert_eq!(missing(&[nepal, lost, desk], true), lacks(1, false), "{lost:?}");
    }
}

#[test]
fn the_first_members_need_as_many_sponsors_as_there_can_be() {
    let nepal = voice(1, Country::Nepal, false, true, true);
    let around = |countries| Around { countries, focal_point: false };
    assert_eq!(missing(&[], around(0)), None);
    assert_eq!(missing(&[], around(1)), Some(Missing { sponsors: 1, focal_point: false }));
    assert_eq!(missing(&[nepal], around(1)), None);
    assert_eq!(missing(&[nepal], around(2)), Some(Missing { sponsors: 1, focal_point: false }));
}

#[test]
fn what_is_not_renewed_lapses_by_the_clock_alone() {
    let until = Instant::from_millis(1_000);
    for state in State::ALL {
        let lapses = matches!(state, State::Provisional | State::Member);
        assert_eq!(state.at(Some(until), until.plus_millis(-1)), *state);
        assert_eq!(state.at(Some(until), until), if lapses { State::Lapsed } else { *state });
        assert_eq!(state.at(None, Instant::NEVER), *state, "an organization of an earlier day has no end");
    }
}
