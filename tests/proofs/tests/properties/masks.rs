//! Masks are `decide`, compiled: equal to it in every category at every instant, and never used beyond their own.

use proptest::prelude::*;
use proptest::sample::Index;
use sangam_custody::{
    Behind, ConsentSpan, ConsentStanding, Context, ContextMask, Masks, Refusal, Rules, Suspension, Verdict, decide,
};
use sangam_vocabulary::{Category, CategorySet, Code, Instant};

use crate::config;
use crate::instants::at_instant;
use crate::world::{World, world};

fn spans(world: &World, start: Instant) -> Vec<ConsentSpan> {
    let caller = &world.context.caller;
    let whom =
        ConsentStanding { recipient: caller.organization, country: caller.country, purpose: world.context.purpose };
    ConsentSpan::compile(&world.consents, world.context.facts.age, &whom, start)
}

/// Whether a mask and consent's spans say what `decide` says, at an instant, of every category.
fn equal(mask: &ContextMask, spans: &[ConsentSpan], world: &World, rules: &Rules, at: Instant) -> Result<(), String> {
    let shown = mask.shown(at_instant(spans, at), CategorySet::all());
    for category in Category::ALL {
        let verdict = decide(rules, &world.consents, &world.context.ask(*category, at)).verdict;
        let (released, reason) = match &verdict {
            Verdict::Release(_) => (true, None),
            Verdict::Refuse(refusal) => (false, Refusal::reason(refusal)),
        };
        if shown.released.contains(*category) != released || shown.reason(*category) != reason {
            return Err(format!("{category} at {at:?}: {verdict:?}, mask {mask:?} shows {shown:?}"));
        }
    }
    let parts = [shown.released, shown.not_shared, shown.no_agreement, shown.not_now];
    let sum: u32 = parts.iter().map(|part| part.len()).sum();
    if sum != parts.iter().fold(CategorySet::NONE, |all, part| all.or(*part)).len() {
        return Err(format!("a category shows twice: {shown:?}"));
    }
    Ok(())
}

/// A context moved by one of the things it is made of, so that another may be found for it in a cache.
fn moved(context: &Context, by: usize) -> Context {
    let mut out = context.clone();
    match by % 9 {
        0 => {}
        1 => out.state.locked = !out.state.locked,
        2 => out.state.suspended = out.state.suspended.xor(Some(Suspension::Unread)),
        3 => out.caller.behind = Behind::Nobody,
        4 => out.state.on_team = !out.state.on_team,
        5 => out.state.shut = CategorySet::all().minus(out.state.shut),
        6 => out.facts.age = sangam_custody::Age::Adult,
        7 => out.state.recalled = !out.state.recalled,
        _ => out.onward = None,
    }
    out
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn a_mask_equals_decide_at_every_instant_of_its_time(world in world()) {
        let rules = world.rules(7);
        let instants = world.instants();
        let spans = spans(&world, instants[0]);
        for at in &instants {
            let mask = ContextMask::compile(&rules, &world.context, *at);
            prop_assert_eq!((mask.epoch(), mask.from()), (rules.epoch, *at));
            prop_assert!(mask.until() > *at);
            let last = mask.until().plus_millis(-1);
            for used in instants.iter().copied().chain([last]).filter(|used| *at <= *used && *used < mask.until()) {
                // Beyond the last boundary nothing changes any more.
                if let Err(difference) = equal(&mask, &spans, &world, &rules, used) {
                    prop_assert!(false, "{difference}");
                }
            }
        }
    }

    #[test]
    fn no_relation_no_bit(world in world(), consent: u32) {
        let mut world = world;
        world.context.relation = None;
        let rules = world.rules(0);
        let mask = ContextMask::compile(&rules, &world.context, world.at);
        let shown = mask.shown(CategorySet::from_bits(consent), CategorySet::all());
        prop_assert!(!mask.related());
        let none = CategorySet::NONE;
        prop_assert_eq!((shown.released, shown.not_shared, shown.no_agreement, shown.not_now), (none, none, none, none));
        for category in Category::ALL {
            prop_assert_eq!(shown.reason(*category), None);
            prop_assert!(!decide(&rules, &world.consents, &world.context.ask(*category, world.at)).releases());
        }
    }

    /// The rules are changed between calls, as by another process: a remembered mask is never used under another
    /// epoch, before its instant or past it, whatever was asked before.
    #[test]
    fn a_remembered_mask_is_what_would_be_compiled_now(
        world in world(),
        others in proptest::collection::vec(world(), 3),
        calls in proptest::collection::vec((0_usize..4, any::<Index>(), 0_usize..8), 1..24),
    ) {
        let masks = Masks::default();
        let rules: Vec<Rules> = std::iter::once(&world).chain(&others).zip(0..).map(|(w, epoch)| w.rules(epoch)).collect();
        let instants = world.instants();
        for (epoch, at, by) in calls {
            let (rules, at, context) = (&rules[epoch], *at.get(&instants), moved(&world.context, by));
            let (found, fresh) = (masks.of(rules, &context, at), ContextMask::compile(rules, &context, at));
            prop_assert!(found.from() <= at && at < found.until() && found.epoch() == rules.epoch);
            let barred = |m: &ContextMask| (m.locked(), m.suspended(), m.recalled(), m.asker());
            let said = |m: &ContextMask| (m.related(), m.owner(), barred(m), m.law(), m.terms(), m.until(), m.epoch());
            prop_assert_eq!(said(&found), said(&fresh));
        }
    }
}
