//! Masks are `decide`, compiled: equal to it in every category at every instant, and never used beyond their own.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use sangam_custody::{
    Behind, ConsentSpan, ConsentStanding, Context, ContextMask, Emergency, ExceptionKind, Exceptions, Masks, Refusal,
    Rules, Suspension, Verdict, decide,
};
use sangam_vocabulary::{Category, CategorySet, Code, Instant, RecordId};

use crate::config;
use crate::instants::at_instant;
use crate::world::{World, world};

fn spans(world: &World, start: Instant) -> Vec<ConsentSpan> {
    let caller = &world.context.caller;
    let whom =
        ConsentStanding { recipient: caller.organization, country: caller.country, purpose: world.context.purpose };
    ConsentSpan::compile(&world.consents, world.context.facts.age, &whom, start)
}

/// Whether a mask and consent's spans say what `decide` says with what is on record, at an instant, of every category.
fn equal(
    mask: &ContextMask,
    spans: &[ConsentSpan],
    (world, rules, exceptions): (&World, &Rules, &Exceptions),
    at: Instant,
) -> Result<(), String> {
    let shown = mask.shown(at_instant(spans, at), CategorySet::all());
    for category in Category::ALL {
        let ask = world.context.ask_with(exceptions, *category, at);
        let verdict = decide(rules, &world.consents, &ask).verdict;
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

/// Whether masks of a world equal `decide` at every instant of their time, with what is on record.
fn equal_in_its_time(world: &World, exceptions: &Exceptions) -> Result<(), TestCaseError> {
    let rules = world.rules(7);
    let instants = world.instants();
    let spans = spans(world, instants[0]);
    for at in &instants {
        let mask = ContextMask::compile_with(&rules, &world.context, exceptions, *at);
        prop_assert_eq!((mask.epoch(), mask.from()), (rules.epoch, *at));
        prop_assert!(mask.until() > *at);
        let last = mask.until().plus_millis(-1);
        for used in instants.iter().copied().chain([last]).filter(|used| *at <= *used && *used < mask.until()) {
            // Beyond the last boundary nothing changes any more.
            if let Err(difference) = equal(&mask, &spans, (world, &rules, exceptions), used) {
                prop_assert!(false, "{difference}");
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn a_mask_equals_decide_at_every_instant_of_its_time(world in world()) {
        equal_in_its_time(&world, Exceptions::NONE)?;
    }

    /// Orders, overrides and emergencies, several of each: one that ends in the mask's time ends the mask.
    #[test]
    fn a_mask_with_exceptions_equals_decide_at_every_instant_of_its_time(world in world()) {
        equal_in_its_time(&world, &world.exceptions())?;
    }

    /// What neither may ever open: no relation, a lock, who asks, what the record does not carry, a suspension, a recall
    /// that is not answered, a row of law that no order lifts. An emergency is on record for whoever asks, and still.
    #[test]
    fn no_override_and_no_emergency_beats_what_stands_before_consent(world in world()) {
        let rules = world.rules(0);
        let mut exceptions = world.exceptions();
        exceptions.emergencies.push(Emergency {
            id: RecordId::from_uuid(uuid::Uuid::from_u128(9)),
            recipient: world.context.caller.organization,
            declared_by: sangam_proofs::Cast::default().people[0],
            declared_at: world.at,
        });
        let with = ContextMask::compile_with(&rules, &world.context, &exceptions, world.at);
        let shown = with.shown(CategorySet::all(), CategorySet::all()).released;
        let barred = with.locked() || !with.related() || (!with.owner() && (with.suspended() || with.recalled()));
        prop_assert!(!barred || shown.is_empty());
        prop_assert!(shown.minus(with.asker()).is_empty());
        exceptions.orders.clear();
        let unlifted = ContextMask::compile_with(&rules, &world.context, &exceptions, world.at);
        let shown = unlifted.shown(CategorySet::all(), CategorySet::all()).released;
        let law = ContextMask::compile(&rules, &world.context, world.at).law();
        prop_assert!(unlifted.owner() || shown.minus(law).is_empty(), "{unlifted:?}");
    }

    /// The journal names an exception exactly where something would not have been released without any, and with those it
    /// names alone the same is released.
    #[test]
    fn what_an_exception_opened_names_it(world in world(), consent: u32) {
        let (rules, all) = (world.rules(0), CategorySet::all());
        let consent = CategorySet::from_bits(consent);
        let mut exceptions = world.exceptions();
        let compiled = |exceptions: &Exceptions| {
            ContextMask::compile_with(&rules, &world.context, exceptions, world.at).decision(consent, all, Instant::NEVER)
        };
        let (decided, plain) = (compiled(&exceptions), compiled(Exceptions::NONE));
        let released = decided.shown().released;
        prop_assert!(plain.opened_by().is_empty() && plain.shown().released.minus(released).is_empty());
        let opened = released.minus(plain.shown().released);
        prop_assert_eq!(decided.opened_by().is_empty(), opened.is_empty(), "{:?}", decided);
        let named = |kind, id: RecordId| decided.opened_by().iter().any(|by| by.kind == kind && by.record == id.uuid());
        exceptions.overrides.retain(|one| named(ExceptionKind::Override, one.id));
        exceptions.emergencies.retain(|one| named(ExceptionKind::Emergency, one.id));
        let founds = |id| exceptions.overrides.iter().any(|one| one.order == Some(id));
        exceptions.orders.retain(|one| named(ExceptionKind::Order, one.id) || founds(one.id));
        prop_assert_eq!(compiled(&exceptions).shown().released, released, "{:?}", decided);
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
