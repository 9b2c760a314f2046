//! Rows of law: each thing a row says bounds it, where it binds, and what makes a book unreadable.

use std::fmt::Write;

use sangam_custody::{Age, Clause, Controller, LawBook, LawFault};
use sangam_vocabulary::{Code, Country, Role};

use crate::case::{Case, Change, at, granted, organization};

fn row(id: &str, more: &str) -> String {
    let mut text = format!("[[law]]\nid = '{id}'\nbasis = 'b'\nsource = 's'\n");
    for (key, usual) in [("act", "'SHARE'"), ("persons", "'ANY'"), ("verified", "'TEXT_READ'")] {
        if !more.contains(key) {
            let _ = writeln!(text, "{key} = {usual}");
        }
    }
    text + more + "\n"
}

fn book(name: &str, text: &str) -> LawBook {
    LawBook::read([(name, text)]).unwrap()
}

fn forbids(more: &str, change: fn(&mut Case)) -> bool {
    let case = Case::with(|c| {
        c.law = book("HUB", &row("HUB-1", more));
        change(c);
    });
    match case.said() {
        Err(Clause::Law(id)) => &*id == "HUB-1",
        said => {
            assert_eq!(said, granted());
            false
        }
    }
}

#[test]
fn each_thing_a_row_says_bounds_it() {
    for (more, speaks) in [
        ("", true),
        ("act = 'PUBLISH'", false),
        ("persons = 'ADULT'", true),
        ("persons = 'MINOR'", false),
        ("categories = ['SERVICES', 'LEGAL']", true),
        ("categories = ['LEGAL']", false),
        ("purposes = ['SERVICE_REFERRAL']", true),
        ("purposes = ['LEGAL_AID']", false),
        ("except_purposes = ['SERVICE_REFERRAL']", false),
        ("except_purposes = ['LEGAL_AID']", true),
        ("recipients = ['NGO']", true),
        ("recipients = ['SHELTER']", false),
        ("except_recipients = ['NGO']", false),
        ("except_recipients = ['SHELTER']", true),
        ("controllers = ['SHELTER']", true),
        ("controllers = ['NGO']", false),
        ("abroad = true", true),
        ("abroad = false", false),
        ("silent_in_handover_window = true", true),
        ("categories = ['SERVICES']\npurposes = ['LEGAL_AID']\nrecipients = ['NGO']", false),
    ] {
        assert_eq!(forbids(more, |_| {}), speaks, "`{more}`");
    }
}

#[test]
fn a_row_that_is_silent_in_the_handover_window_speaks_before_and_after() {
    let silent = "silent_in_handover_window = true";
    let windows: [(Change, bool); 5] = [
        (|c| c.ask.state.window = Some((at(-5), at(5))), false),
        (|c| c.ask.state.window = Some((at(0), at(1))), false),
        (|c| c.ask.state.window = Some((at(1), at(5))), true),
        (|c| c.ask.state.window = Some((at(-5), at(0))), true),
        (|c| c.ask.state.window = Some((at(-5), at(-1))), true),
    ];
    for (place, (change, speaks)) in windows.into_iter().enumerate() {
        assert_eq!(forbids(silent, change), speaks, "window {place}");
        assert!(forbids("", change), "one that is not silent speaks: {place}");
    }
}

#[test]
fn who_may_be_a_child_has_the_law_for_children_and_who_may_be_an_adult_the_law_for_adults() {
    for (age, minor, adult) in [
        (Age::Unknown, true, true),
        (Age::Adult, false, true),
        (Age::MinorUntil(at(1)), true, false),
        (Age::MinorUntil(at(0)), false, true),
        (Age::MinorUntil(at(-1)), false, true),
    ] {
        assert_eq!((age.minor_rules(at(0)), age.adult_rules(at(0))), (minor, adult), "{age:?}");
    }
}

#[test]
fn a_countrys_law_binds_where_the_data_come_from_where_they_are_and_where_they_go() {
    let places: [(&str, Change); 4] = [
        ("collected there", |c| c.ask.facts.collected_in = Country::Nepal),
        ("the owner's", |c| c.ask.owner.country = Country::Nepal),
        ("the caller's", |c| {
            c.ask.caller.country = Country::Nepal;
            c.consents[0].countries = vec![Country::Nepal];
            c.agreements[0].countries = vec![Country::Nepal];
        }),
        ("an owner's of before", |c| {
            c.past_owners =
                vec![Controller { organization: organization(7), role: Role::Shelter, country: Country::Nepal }];
        }),
    ];
    let (unreadable, _) = LawBook::read_denying([("NP", "no law")]);
    for (law, clause) in
        [(book("NP", &row("NP-1", "")), Clause::Law("NP-1".into())), (unreadable, Clause::LawUnreadable)]
    {
        let said = |change: fn(&mut Case)| {
            let case = Case::with(|c| {
                c.law = law.clone();
                change(c);
            });
            case.said()
        };
        assert_eq!(said(|_| {}), granted(), "Nepal has no part in it");
        for (place, change) in places {
            assert_eq!(said(change), Err(clause.clone()), "{place}");
        }
    }
    let (nowhere, faults) = LawBook::read_denying([("XX", "")]);
    assert_eq!(faults.len(), 1);
    assert_eq!(Case::with(|c| c.law = nowhere.clone()).said(), Err(Clause::LawUnreadable), "a book of no country");
}

#[test]
fn the_statute_is_named_before_the_hubs_own_policy_and_a_row_can_be_left_out() {
    let books = [("HUB", row("HUB-1", "")), ("IN", row("IN-1", ""))];
    let law = LawBook::read(books.iter().map(|(name, text)| (*name, text.as_str()))).unwrap();
    let said = |law| Case { law, ..Case::new() }.said();
    assert_eq!(said(law.clone()), Err(Clause::Law("IN-1".into())));
    assert_eq!(said(law.without("IN-1")), Err(Clause::Law("HUB-1".into())));
    assert_eq!(law.rows().map(|(place, _)| place).collect::<Vec<_>>(), [Some(Country::India), None]);
    let (half, _) = LawBook::read_denying([("HUB", row("HUB-1", "").as_str()), ("IN", "no law")]);
    assert_eq!(said(half.without("HUB-1")), Err(Clause::LawUnreadable), "what could not be read still forbids");
}

#[test]
fn a_row_that_would_never_speak_stands_twice_or_lifts_what_it_may_not_is_a_fault_and_its_book_forbids() {
    let never = |id: &str| LawFault::NeverSpeaks { book: "IN".to_owned(), id: id.to_owned() };
    let only_forbid = || LawFault::MayOnlyForbid { book: "IN".to_owned(), id: "IN-1".to_owned() };
    for (text, fault) in [
        (row("", ""), never("")),
        (row("IN-1", "categories = []"), never("IN-1")),
        (row("IN-1", "purposes = []"), never("IN-1")),
        (row("IN-1", "recipients = []"), never("IN-1")),
        (row("IN-1", "controllers = []"), never("IN-1")),
        (row("IN-1", "purposes = ['LEGAL_AID']\nexcept_purposes = ['LEGAL_AID']"), never("IN-1")),
        (row("IN-1", "recipients = ['NGO']\nexcept_recipients = ['NGO', 'SHELTER']"), never("IN-1")),
        (row("IN-1", "verified = 'SECONDARY'\nlifted_by = 'COURT_ORDER'"), only_forbid()),
        (row("IN-1", "act = 'PUBLISH'\nlifted_by = 'COURT_ORDER'"), only_forbid()),
        (row("IN-1", "") + &row("IN-1", ""), LawFault::Twice { book: "IN".to_owned(), id: "IN-1".to_owned() }),
    ] {
        let (law, faults) = LawBook::read_denying([("IN", text.as_str())]);
        assert_eq!(faults, [fault], "{text}");
        assert_eq!(Case { law, ..Case::new() }.said(), Err(Clause::LawUnreadable), "{text}");
    }
    for good in [
        "recipients = ['NGO', 'SHELTER']\nexcept_recipients = ['SHELTER']",
        "lifted_by = 'COURT_ORDER'",
        "verified = 'SECONDARY'",
        "act = 'PUBLISH'",
    ] {
        assert!(LawBook::read([("IN", row("IN-1", good).as_str())]).is_ok(), "{good}");
    }
}

#[test]
fn a_deployment_needs_all_nine_books_with_a_row_in_each() {
    let names: Vec<&str> = std::iter::once("HUB").chain(Country::ALL.iter().map(|c| c.code())).collect();
    let texts: Vec<(&str, String)> = names.iter().map(|name| (*name, row(&format!("{name}-1"), ""))).collect();
    let read =
        |texts: &[(&str, String)]| LawBook::read_complete(texts.iter().map(|(name, text)| (*name, text.as_str())));
    assert_eq!(read(&texts).unwrap().rows().count(), 9);
    for (place, name) in names.iter().enumerate() {
        let missing = vec![LawFault::Missing { book: (*name).to_owned() }];
        let mut without = texts.clone();
        without.remove(place);
        assert_eq!(read(&without).unwrap_err(), missing, "no book of {name}");
        let mut empty = texts.clone();
        empty[place].1.clear();
        assert_eq!(read(&empty).unwrap_err(), missing, "an empty book of {name}");
    }
}
