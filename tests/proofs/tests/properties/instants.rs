//! Time: a ruling stands until the instant it names, and a span of consent says what every instant in it says.

use proptest::prelude::*;
use sangam_custody::{Ask, Clause, ConsentSpan, ConsentStanding, RecordState, Rules, Verdict, decide};
use sangam_vocabulary::{Category, CategorySet, Code, Instant, Noun, Purpose, Relation, Seat};

use crate::config;
use crate::world::{World, world};

/// Whether the verdict is the same in what it releases and in the clause or ground, ids of consents aside: another
/// consent that says the same may take over.
fn same(one: &Verdict, other: &Verdict) -> bool {
    match (one, other) {
        (Verdict::Release(_), Verdict::Release(_)) => true,
        (Verdict::Refuse(one), Verdict::Refuse(other)) => one.clause == other.clause,
        _ => false,
    }
}

/// What consent covers for the world's caller at an instant, said by `decide` alone: with no law and nothing
/// exceptional, through a relation that carries the purpose, consent is the first that can refuse.
fn consented(world: &World, at: Instant) -> CategorySet {
    let mut bare = world.context.clone();
    (bare.onward, bare.relation) = (None, Some(Relation::new(Noun::Repatriation, Seat::Receiving)));
    bare.state = RecordState::open_from(Instant::ALWAYS);
    bare.caller.behind = sangam_custody::Behind::Staff;
    let covered =
        |category: &&Category| match decide(&Rules::default(), &world.consents, &bare.ask(**category, at)).verdict {
            Verdict::Refuse(refusal) => match refusal.clause {
                Clause::ConsentMissing | Clause::ConsentWithheld(_) => false,
                Clause::NoAgreement => true,
                other => panic!("{other:?} without law and with a relation"),
            },
            Verdict::Release(ground) => panic!("{ground:?} without an agreement"),
        };
    Category::ALL.iter().filter(covered).fold(CategorySet::NONE, |set, category| set.with(*category))
}

/// The mask a list of spans gives at an instant.
pub(crate) fn at_instant(spans: &[ConsentSpan], at: Instant) -> CategorySet {
    spans.iter().find(|span| span.from <= at && at < span.until).map_or(CategorySet::NONE, |span| span.mask)
}

proptest! {
    #![proptest_config(config(3_000))]

    #[test]
    fn a_ruling_stands_until_the_instant_it_names(world in world()) {
        let rules = world.rules(0);
        for at in world.instants() {
            let ask = Ask { at, ..world.ask() };
            let ruling = decide(&rules, &world.consents, &ask);
            prop_assert!(ruling.until > at);
            let last = ruling.until.plus_millis(-1);
            let later = world.instants().into_iter().chain([last]).filter(|later| *later > at && *later < ruling.until);
            for later in later {
                let then = decide(&rules, &world.consents, &Ask { at: later, ..world.ask() });
                prop_assert!(same(&ruling.verdict, &then.verdict), "{at:?}, {later:?}: {ruling:?}, {then:?}");
            }
        }
    }

    #[test]
    fn spans_of_consent_say_what_every_instant_says(world in world()) {
        let whom = ConsentStanding {
            recipient: world.context.caller.organization,
            country: world.context.caller.country,
            purpose: Purpose::Repatriation,
        };
        let mut world = world;
        world.context.purpose = whom.purpose;
        let start = world.instants().first().copied().unwrap();
        let spans = ConsentSpan::compile(&world.consents, world.context.facts.age, &whom, start);
        for pair in spans.windows(2) {
            prop_assert!(pair[0].until <= pair[1].from, "spans overlap: {spans:?}");
        }
        for span in &spans {
            prop_assert!(span.from < span.until && !span.mask.is_empty(), "{span:?}");
        }
        for at in world.instants() {
            prop_assert_eq!(at_instant(&spans, at), consented(&world, at), "at {:?} of {:?}", at, &spans);
        }
    }
}
