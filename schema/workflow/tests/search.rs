//! What an answer to a search says of whoever was found, and what she must have agreed to before it is told.

use sangam_vocabulary::{Category, CategorySet, Code, Seat};
use sangam_workflow::flow::{By, take};
use sangam_workflow::search::{About, Event, Need, REMINDER_MILLIS, REVIEW_MILLIS, Search, State, met, tells};

const TRACING: Category = Category::Tracing;
const REFERENCE: Category = Category::CaseReference;

#[test]
fn where_one_alone_was_asked_the_answer_says_who_has_her() {
    for (asked, told) in [(1, &[TRACING, REFERENCE][..]), (2, &[TRACING]), (3, &[TRACING]), (40, &[TRACING])] {
        assert_eq!(tells(asked), CategorySet::of(told), "{asked} asked");
    }
    // A row that nobody counted tells the most there can be, and so asks for the most.
    assert_eq!(tells(0), tells(1));
}

#[test]
fn she_is_found_for_the_one_who_asks_when_she_agreed_to_all_that_the_answer_says() {
    let (nothing, word, both) =
        (CategorySet::NONE, CategorySet::of(&[TRACING]), CategorySet::of(&[TRACING, REFERENCE]));
    let missing = About::MissingPerson;
    for (about, consented, asked, there) in [
        (missing, nothing, 1, &[Need::MissingPerson][..]),
        (missing, word, 1, &[Need::MissingPerson, Need::FoundConsent]),
        (missing, both, 1, &[Need::MissingPerson, Need::FoundConsent, Need::HolderConsent]),
        (missing, nothing, 2, &[Need::MissingPerson, Need::HolderConsent]),
        (missing, word, 2, &[Need::MissingPerson, Need::FoundConsent, Need::HolderConsent]),
        (missing, CategorySet::of(&[REFERENCE]), 1, &[Need::MissingPerson, Need::HolderConsent]),
        (About::Records, both, 1, &[Need::FoundConsent, Need::HolderConsent]),
        (About::Records, nothing, 1, &[]),
    ] {
        assert_eq!(met(about, consented, asked), there, "{about} {consented:?} {asked}");
    }
    let safe = |there: &[Need]| {
        take::<Search>(State::Acknowledged, Event::ReportSafe, By::Seat(Seat::Finder), there, None).is_ok()
    };
    assert!(safe(&met(missing, both, 1)) && safe(&met(missing, word, 2)));
    assert!(!safe(&met(missing, word, 1)) && !safe(&met(missing, nothing, 2)) && !safe(&met(About::Records, both, 1)));
}

#[test]
fn a_step_that_tells_of_somebody_leads_to_an_answer_and_no_other_does() {
    for event in Event::ALL {
        for state in State::ALL {
            let taken = take::<Search>(*state, *event, By::Seat(Seat::Finder), Need::ALL, None);
            let Ok(stepped) = taken else { continue };
            assert_eq!(event.reports(), stepped.to().is_answer(), "{event} from {state}");
        }
    }
    let told: Vec<_> = State::ALL.iter().filter(|state| state.is_answer()).collect();
    assert_eq!(told, [&State::Lead, &State::FoundSafe, &State::FoundDeclinesContact]);
    assert_eq!(Event::ALL.iter().filter(|event| event.reports()).count(), 3);
}

#[test]
fn the_word_that_a_search_goes_on_is_asked_for_a_fortnight_before_the_quarter_is_over() {
    const DAY: i64 = 86_400_000;
    assert_eq!((REVIEW_MILLIS, REVIEW_MILLIS - REMINDER_MILLIS), (90 * DAY, 14 * DAY));
}
