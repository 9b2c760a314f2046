//! What the calendar does: when an invitation and a contribution are over by themselves, and when a support plan is
//! looked at.

use sangam_vocabulary::{Code, Instant};
use sangam_workflow::contribution::{State, as_of};
use sangam_workflow::support::{REVIEWS, after};

#[test]
fn what_is_open_lapses_at_its_instant_and_what_is_over_stays_what_it_is() {
    let lapses = Instant::from_millis(1_000);
    for state in State::ALL {
        assert_eq!(as_of(*state, lapses, lapses.plus_millis(-1)), *state, "its last moment");
        let then = if matches!(state, State::Invited | State::Active) { State::Expired } else { *state };
        assert_eq!(as_of(*state, lapses, lapses), then);
        assert_eq!(as_of(*state, lapses, lapses.plus_days(400)), then);
    }
}

#[test]
fn a_plan_is_looked_at_after_three_six_twelve_and_twenty_four_months() {
    let months: Vec<_> = (0..9).map_while(after).map(|review| review.months).collect();
    assert_eq!(months, [3, 6, 12, 24]);
    assert!(REVIEWS.iter().zip(REVIEWS.iter().skip(1)).all(|(one, next)| one.days < next.days));
    assert_eq!(after(REVIEWS.len()), None, "and no more");
}
