//! Consent: whose it is, how informed, for what, to whom, where and when.

use sangam_custody::{Age, Assent, Clause, Consent, ConsentSpan, ConsentStanding, Effect, GivenBy, Informed};
use sangam_vocabulary::{Category, CategorySet, Country, Instant, Purpose, PurposeSet};

use crate::case::{CATEGORY, Case, PURPOSE, at, consent, for_child, granted, organization, rows};

const MINOR: Age = Age::MinorUntil(at(1_000));

#[test]
fn each_thing_a_consent_says_bounds_it() {
    let missing = || Err(Clause::ConsentMissing);
    rows(&[
        ("it begins in a moment", |c| c.consents[0].from = at(1), missing()),
        ("it begins now", |c| c.consents[0].from = at(0), granted()),
        ("it was withdrawn now", |c| c.consents[0].until = at(0), missing()),
        ("it was withdrawn long ago", |c| c.consents[0].until = at(-1_000), missing()),
        ("its last moment", |c| c.consents[0].until = at(1), granted()),
        ("for another purpose", |c| c.consents[0].purposes = PurposeSet::of(&[Purpose::LegalAid]), missing()),
        ("about something else", |c| c.consents[0].categories = CategorySet::of(&[Category::Legal]), missing()),
        ("to somebody else", |c| c.consents[0].recipients = vec![organization(3)], missing()),
        ("to nobody", |c| c.consents[0].recipients.clear(), missing()),
        ("in another country", |c| c.consents[0].countries = vec![Country::Nepal], missing()),
        ("a guardian's, of an adult", |c| c.consents[0] = for_child(1), missing()),
        ("an authority's, of an adult", |c| c.consents[0].given_by = GivenBy::Authority, missing()),
    ]);
    for lacks in 0..7 {
        let mut answers = [true; 7];
        answers[lacks] = false;
        let case = Case::with(|c| c.consents[0].informed = Informed::from_answers(answers));
        assert_eq!(case.said(), missing(), "question {lacks} was not answered yes");
    }
}

#[test]
fn a_no_is_stronger_than_a_yes_for_whom_and_when_it_holds() {
    fn no(case: &mut Case, change: fn(&mut Consent)) {
        let mut no = Consent { effect: Effect::Withhold, ..consent(2) };
        change(&mut no);
        case.consents.push(no);
    }
    let withheld = || Err(Clause::ConsentWithheld(consent(2).id));
    rows(&[
        ("by name", |c| no(c, |_| {}), withheld()),
        ("from everybody", |c| no(c, |no| no.recipients.clear()), withheld()),
        ("from somebody else", |c| no(c, |no| no.recipients = vec![organization(3)]), granted()),
        ("about something else", |c| no(c, |no| no.categories = CategorySet::of(&[Category::Legal])), granted()),
        ("for another purpose", |c| no(c, |no| no.purposes = PurposeSet::of(&[Purpose::LegalAid])), granted()),
        ("in another country", |c| no(c, |no| no.countries = vec![Country::Nepal]), granted()),
        ("that is over", |c| no(c, |no| no.until = at(0)), granted()),
        ("that is to come", |c| no(c, |no| no.from = at(1)), granted()),
        ("not informed, and a no all the same", |c| no(c, |no| no.informed = Informed::from_bits(0)), withheld()),
        ("whoever gave it", |c| no(c, |no| no.given_by = GivenBy::Guardian { no_conflict: false }), withheld()),
    ]);
}

#[test]
fn for_a_child_somebody_who_may_gives_it_and_the_child_does_not_refuse() {
    let answer = |consent: Consent, age| {
        let case = Case::with(|c| {
            c.ask.facts.age = age;
            c.consents = vec![consent];
        });
        case.said()
    };
    let guardian = |no_conflict| GivenBy::Guardian { no_conflict };
    for (given_by, may) in
        [(GivenBy::Own, false), (guardian(true), true), (guardian(false), false), (GivenBy::Authority, true)]
    {
        for (assent, lets) in
            [(Assent::Given, true), (Assent::NotAble, true), (Assent::Refused, false), (Assent::NotAsked, false)]
        {
            for informed in [Informed::FULLY, Informed::from_bits(0b011_1111)] {
                let given = Consent { given_by, assent, informed, ..consent(1) };
                let covers = may && lets && informed.is_full();
                let said = answer(given.clone(), MINOR);
                assert_eq!(said.is_ok(), covers, "{given_by:?} {assent:?} {informed:?}");
                // Grown up, or of an age that nobody knows, she needs her own.
                let own = given_by == GivenBy::Own && informed.is_full();
                assert_eq!(answer(given.clone(), Age::Adult).is_ok(), own, "{given_by:?}");
                assert_eq!(answer(given.clone(), Age::MinorUntil(at(0))).is_ok(), own, "of age since now");
                assert_eq!(answer(given, Age::Unknown), Err(Clause::ConsentMissing));
            }
        }
    }
    let both = Case::with(|c| {
        c.ask.facts.age = Age::Unknown;
        c.consents = vec![consent(1), for_child(2)];
    });
    assert!(both.said().is_ok(), "of an unknown age both are needed, and both are there");
}

#[test]
fn informed_is_only_who_answered_every_question_with_yes() {
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..1_u8 << 7 {
        let answers: [bool; 7] = std::array::from_fn(|place| number & (1 << place) != 0);
        let informed = Informed::from_answers(answers);
        assert_eq!(informed.is_full(), answers == [true; 7], "{answers:?}");
        assert_eq!(informed.bits(), number, "the first question is the lowest bit");
        assert_eq!(Informed::from_bits(informed.bits() | 0x80), informed, "a bit that is no question is none");
        seen.insert(informed.bits());
    }
    assert_eq!(seen.len(), 128);
}

fn spans(consents: &[Consent], age: Age) -> Vec<(Instant, Instant, CategorySet)> {
    let whom = ConsentStanding { recipient: organization(2), country: Country::Bangladesh, purpose: PURPOSE };
    let spans = ConsentSpan::compile(consents, age, &whom, at(0));
    spans.into_iter().map(|span| (span.from, span.until, span.mask)).collect()
}

#[test]
fn spans_follow_what_begins_and_ends_and_a_gap_permits_nothing() {
    let both = CategorySet::of(&[CATEGORY, Category::Health]);
    let one = CategorySet::of(&[CATEGORY]);
    let between = |from, until| Consent { from: at(from), until: at(until), ..consent(1) };
    let never = Instant::NEVER;
    assert_eq!(spans(&[], Age::Adult), []);
    assert_eq!(spans(&[consent(1)], Age::Adult), [(at(0), never, both)]);
    assert_eq!(spans(&[between(-5, 0)], Age::Adult), [], "over before it is looked at");
    assert_eq!(spans(&[between(5, 9)], Age::Adult), [(at(5), at(9), both)]);
    assert_eq!(spans(&[between(0, 4), between(4, 9)], Age::Adult), [(at(0), at(9), both)], "one after the other");
    assert_eq!(spans(&[between(0, 4), between(6, 9)], Age::Adult), [(at(0), at(4), both), (at(6), at(9), both)]);
    let wide = between(0, 9);
    let no = Consent { effect: Effect::Withhold, categories: CategorySet::of(&[Category::Health]), ..between(2, 4) };
    let parts = [(at(0), at(2), both), (at(2), at(4), one), (at(4), at(9), both)];
    assert_eq!(spans(&[wide, no], Age::Adult), parts);
    let grown = [Consent { categories: one, ..consent(1) }, for_child(2)];
    assert_eq!(spans(&grown, Age::MinorUntil(at(7))), [(at(0), at(7), both), (at(7), never, one)], "she comes of age");
    assert_eq!(spans(&grown, Age::Unknown), [(at(0), never, one)], "what both cover");
    let elsewhere = Consent { countries: vec![Country::Nepal], ..consent(1) };
    assert_eq!(spans(&[elsewhere], Age::Adult), []);
}
