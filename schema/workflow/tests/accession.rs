//! What voices amount to, and what lapses.

use sangam_vocabulary::{Code, Country, Instant, OrganizationId};
use sangam_workflow::accession::{
    Around, By, Event, Illegal, May, Missing, RefusalReason, State, Voice, missing, take,
};
use sangam_workflow::flow;
use uuid::Uuid;

const WHY: Option<RefusalReason> = Some(RefusalReason::PapersMissing);

#[test]
fn a_refusal_has_a_reason_and_nothing_else_keeps_one() {
    assert_eq!(
        take(State::Applied, Event::Refuse, By::Operator, None),
        Err(Illegal::Step(flow::Illegal::ReasonMissing { one_of: RefusalReason::ALL }))
    );
    assert_eq!(take(State::Applied, Event::Refuse, By::Operator, WHY).unwrap().reason(), WHY);
    assert_eq!(take(State::Sponsored, Event::Admit, By::Operator, WHY).unwrap().reason(), None);
    let legal = take(State::Left, Event::Renew, By::Operator, None);
    assert_eq!(legal, Err(Illegal::Step(flow::Illegal::NoSuchStep { legal: Vec::new() })), "who has left applies anew");
    for state in State::ALL {
        assert_eq!(state.is_final(), matches!(state, State::Left | State::Refused), "{}", state.code());
    }
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

#[test]
fn only_a_member_acts_and_only_one_on_probation_answers() {
    let may: Vec<_> = State::ALL.iter().map(|state| (state.code(), state.may())).collect();
    let nothing = |code| (code, May::Nothing);
    assert_eq!(
        may,
        [
            nothing("APPLIED"),
            nothing("SPONSORED"),
            ("PROVISIONAL", May::Answer),
            ("MEMBER", May::Act),
            nothing("SUSPENDED"),
            nothing("LAPSED"),
            nothing("LEFT"),
            nothing("REFUSED"),
        ]
    );
}
