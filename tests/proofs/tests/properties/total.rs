//! `decide`, masks and spans answer whatever they are asked: at the ends of time, with spans that end before they
//! begin, with nothing and with everything on record.

use proptest::prelude::*;
use proptest::sample::select;
use sangam_custody::{Age, Ask, ConsentSpan, ConsentStanding, ContextMask, Rules, decide};
use sangam_vocabulary::{CategorySet, Instant};

use crate::config;
use crate::world::{World, world};

fn extreme() -> impl Strategy<Value = Instant> {
    let ends = vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
    prop_oneof![select(ends), any::<i64>()].prop_map(Instant::from_millis)
}

/// Puts extreme instants everywhere an instant stands.
fn stretched(mut world: World, instants: &[Instant]) -> World {
    let mut next = instants.iter().copied().cycle();
    let mut draw = || next.next().unwrap();
    for consent in &mut world.consents {
        (consent.from, consent.until) = (draw(), draw());
    }
    for agreement in &mut world.agreements {
        (agreement.from, agreement.until) = (draw(), draw());
    }
    for order in &mut world.orders {
        (order.from, order.until) = (draw(), draw());
    }
    world.overrides.iter_mut().for_each(|o| o.from = draw());
    world.emergencies.iter_mut().for_each(|e| e.declared_at = draw());
    world.context.state.from = draw();
    world.context.state.until = draw();
    world.context.state.window = Some((draw(), draw()));
    world.context.facts.age = Age::MinorUntil(draw());
    world
}

proptest! {
    #![proptest_config(config(4_000))]

    #[test]
    fn every_ask_is_answered(world in world(), instants in proptest::collection::vec(extreme(), 7), at in extreme()) {
        let world = stretched(world, &instants);
        let rules = world.rules(0);
        let ruling = decide(&rules, &world.consents, &Ask { at, ..world.ask() });
        prop_assert!(ruling.until > at || at == Instant::NEVER);
        let caller = &world.context.caller;
        let whom = ConsentStanding {
            recipient: caller.organization,
            country: caller.country,
            purpose: world.context.purpose,
        };
        let spans = ConsentSpan::compile(&world.consents, world.context.facts.age, &whom, at);
        prop_assert!(spans.len() <= 2 * world.consents.len() + 2, "{} spans", spans.len());
        let mask = ContextMask::compile(&rules, &world.context, at);
        prop_assert!(mask.until() > at || at == Instant::NEVER);
    }

    #[test]
    fn with_no_rules_and_nothing_on_record_only_an_owner_reads(world in world()) {
        let ask = Ask { orders: &[], overrides: &[], emergencies: &[], ..world.ask() };
        let ruling = decide(&Rules::default(), &[], &ask);
        prop_assert!(!ruling.releases() || ask.is_owner());
        let mask = ContextMask::compile(&Rules::default(), &world.context, world.at);
        prop_assert!(mask.terms().is_empty());
        let shown = mask.shown(CategorySet::NONE, CategorySet::all());
        prop_assert!(shown.released.is_empty() || mask.owner());
    }
}
