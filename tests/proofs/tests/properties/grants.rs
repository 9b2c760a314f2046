//! Less is never more: whatever permission is taken away, or whatever forbids is added, nothing shows that did not.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sangam_custody::{Assent, Behind, Effect, GivenBy, Informed, Suspension};
use sangam_vocabulary::{CategorySet, Country, Instant, PurposeSet};

use crate::config;
use crate::row::{Row, row};
use crate::world::{World, consent, parties, world};

/// A permission, or a part of one, that is taken away.
#[derive(Debug, Clone, Copy)]
enum Taken {
    Consent,
    ConsentPurposes(u16),
    ConsentCategories(u32),
    ConsentRecipient(Index),
    ConsentCountry(Index),
    ConsentBegins(i64),
    ConsentEnds(i64),
    ConsentInformed(u8),
    ConsentAssent,
    ConsentGuardianDoubted,
    Agreement,
    AgreementPurposes(u16),
    AgreementCategories(u32),
    AgreementDiscloser(Index),
    AgreementRecipient(Index),
    AgreementCountry(Index),
    AgreementOnward,
    AgreementSuspended,
    AgreementEnds(i64),
    Approval(Index),
    Override,
    OverrideApproval,
    Emergency,
    Order,
    Attestation,
    Standing,
    Window,
}

fn taken() -> impl Strategy<Value = Taken> {
    use Taken as T;
    let index = any::<Index>;
    prop_oneof![
        Just(T::Consent),
        any::<u16>().prop_map(T::ConsentPurposes),
        any::<u32>().prop_map(T::ConsentCategories),
        index().prop_map(T::ConsentRecipient),
        index().prop_map(T::ConsentCountry),
        (0_i64..10).prop_map(T::ConsentBegins),
        (0_i64..10).prop_map(T::ConsentEnds),
        any::<u8>().prop_map(T::ConsentInformed),
        Just(T::ConsentAssent),
        Just(T::ConsentGuardianDoubted),
        Just(T::Agreement),
        any::<u16>().prop_map(T::AgreementPurposes),
        any::<u32>().prop_map(T::AgreementCategories),
        index().prop_map(T::AgreementDiscloser),
        index().prop_map(T::AgreementRecipient),
        index().prop_map(T::AgreementCountry),
        Just(T::AgreementOnward),
        Just(T::AgreementSuspended),
        (0_i64..10).prop_map(T::AgreementEnds),
        index().prop_map(T::Approval),
        prop_oneof![Just(T::Override), Just(T::OverrideApproval), Just(T::Emergency)],
        prop_oneof![Just(T::Order), Just(T::Attestation), Just(T::Standing), Just(T::Window)],
    ]
}

fn remove<T>(list: &mut Vec<T>, at: Index) {
    if !list.is_empty() {
        list.remove(at.index(list.len()));
    }
}

/// Takes it from the consent or agreement that the index names; a consent that withholds is no permission.
fn take(world: &mut World, taken: Taken, which: Index) {
    use Taken as T;
    let grants: Vec<usize> = (0..world.consents.len()).filter(|n| world.consents[*n].effect == Effect::Grant).collect();
    if !grants.is_empty() {
        let place = grants[which.index(grants.len())];
        let consent = &mut world.consents[place];
        match taken {
            T::Consent => drop(world.consents.remove(place)),
            T::ConsentPurposes(bits) => consent.purposes = PurposeSet::from_bits(consent.purposes.bits() & bits),
            T::ConsentCategories(bits) => consent.categories = consent.categories.and(CategorySet::from_bits(bits)),
            T::ConsentRecipient(at) => remove(&mut consent.recipients, at),
            T::ConsentCountry(at) => remove(&mut consent.countries, at),
            T::ConsentBegins(later) => consent.from = consent.from.max(world.at.plus_millis(later - 5)),
            T::ConsentEnds(sooner) => consent.until = consent.until.min(world.at.plus_millis(5 - sooner)),
            T::ConsentInformed(bits) => consent.informed = Informed::from_bits(consent.informed.bits() & bits),
            T::ConsentAssent => consent.assent = Assent::Refused,
            T::ConsentGuardianDoubted => {
                if let GivenBy::Guardian { no_conflict } = &mut consent.given_by {
                    *no_conflict = false;
                }
            }
            _ => {}
        }
    }
    if !world.agreements.is_empty() {
        let place = which.index(world.agreements.len());
        let agreement = &mut world.agreements[place];
        match taken {
            T::Agreement => drop(world.agreements.remove(place)),
            T::AgreementPurposes(bits) => agreement.purposes = PurposeSet::from_bits(agreement.purposes.bits() & bits),
            T::AgreementCategories(bits) => {
                agreement.categories = agreement.categories.and(CategorySet::from_bits(bits))
            }
            T::AgreementCountry(at) => remove(&mut agreement.countries, at),
            T::AgreementOnward => agreement.onward = false,
            T::AgreementSuspended => agreement.suspended = true,
            T::AgreementEnds(sooner) => agreement.until = agreement.until.min(world.at.plus_millis(5 - sooner)),
            T::Approval(at) => remove(&mut agreement.approvals, at),
            // A party that leaves takes its own missing approvals with it: only its place is emptied.
            T::AgreementDiscloser(at) if agreement.disclosers.len() > 1 => {
                let gone = at.index(agreement.disclosers.len());
                agreement.disclosers[gone] = agreement.disclosers[(gone + 1) % agreement.disclosers.len()];
            }
            T::AgreementRecipient(at) if agreement.recipients.len() > 1 => {
                let gone = at.index(agreement.recipients.len());
                agreement.recipients[gone] = agreement.recipients[(gone + 1) % agreement.recipients.len()];
            }
            _ => {}
        }
    }
    match taken {
        T::Override => world.overrides.clear(),
        T::OverrideApproval => world.overrides.iter_mut().for_each(|o| o.approved_by = None),
        T::Emergency => world.emergencies.clear(),
        T::Order => drop(world.orders.pop()),
        T::Attestation => world.orders.iter_mut().for_each(|o| o.attested_by = None),
        T::Standing => world.context.relation = None,
        T::Window => world.context.state.window = None,
        _ => {}
    }
}

/// Something that forbids and is added.
#[derive(Debug, Clone)]
enum Added {
    Withheld(sangam_custody::Consent),
    Row(Row),
    PastOwner(Index),
    Lock,
    Nobody,
    OffTeam,
    Suspension(Suspension),
    Shut(CategorySet),
    Recall,
    Expiry,
}

fn added() -> impl Strategy<Value = Added> {
    prop_oneof![
        4 => consent().prop_map(|consent| Added::Withheld(sangam_custody::Consent { effect: Effect::Withhold, ..consent })),
        4 => row().prop_map(Added::Row),
        2 => any::<Index>().prop_map(Added::PastOwner),
        1 => Just(Added::Lock),
        1 => Just(Added::Nobody),
        1 => Just(Added::OffTeam),
        1 => select(vec![Suspension::TakenBack, Suspension::Unread]).prop_map(Added::Suspension),
        1 => (0..=CategorySet::all().bits()).prop_map(|bits| Added::Shut(CategorySet::from_bits(bits))),
        1 => Just(Added::Recall),
        1 => Just(Added::Expiry),
    ]
}

proptest! {
    #![proptest_config(config(4_000))]

    #[test]
    fn taking_a_permission_away_never_reveals_more(before in world(), taken in taken(), which: Index) {
        let mut after = before.clone();
        take(&mut after, taken, which);
        prop_assert!(before.releases() || !after.releases(), "{taken:?}");
    }

    #[test]
    fn adding_what_forbids_never_reveals_more(before in world(), added in added()) {
        let mut after = before.clone();
        match added.clone() {
            Added::Withheld(consent) => after.consents.push(consent),
            Added::Row(row) => after.rows.push(row),
            Added::PastOwner(at) => after.context.past_owners.push(*at.get(&parties())),
            Added::Lock => after.context.state.locked = true,
            // Who is on no team gets less than a system, so that one is not made of her.
            Added::Nobody if after.context.caller.behind == Behind::Person => {}
            Added::Nobody => after.context.caller.behind = Behind::Nobody,
            Added::OffTeam => (after.context.caller.behind, after.context.state.on_team) = (Behind::Person, false),
            Added::Suspension(why) => after.context.state.suspended = Some(why),
            Added::Shut(more) => after.context.state.shut = after.context.state.shut.or(more),
            Added::Recall => after.context.state.recalled = true,
            Added::Expiry => after.context.state.until = Instant::ALWAYS,
        }
        prop_assert!(before.releases() || !after.releases(), "{added:?}");
    }

    #[test]
    fn a_book_that_cannot_be_read_never_grants_where_it_binds(world in world(), book in 0_usize..4) {
        let (name, country) = [
            ("IN", Some(Country::India)),
            ("BD", Some(Country::Bangladesh)),
            ("NP", Some(Country::Nepal)),
            ("HUB", None),
        ][book];
        let ask = world.ask();
        let binds = country.is_none_or(|country| {
            [ask.facts.collected_in, ask.owner.country, ask.caller.country].contains(&country)
                || ask.past_owners.iter().any(|owner| owner.country == country)
        });
        let mut rules = world.rules(0);
        let (law, faults) = sangam_custody::LawBook::read_denying([(name, "[[law]]\nid = \"half a row\"")]);
        prop_assert_eq!(faults.len(), 1);
        rules.law = law;
        let released = sangam_custody::decide(&rules, &world.consents, &ask).releases();
        prop_assert!(!released || !binds || ask.is_owner());
    }
}

#[test]
fn the_worlds_release_often_enough_to_prove_something() {
    let mut runner = TestRunner::new(config(1));
    let (mut released, mut lost, all) = (0, 0, 2_000);
    for _ in 0..all {
        let before = world().new_tree(&mut runner).unwrap().current();
        if before.releases() {
            released += 1;
            let mut after = before.clone();
            let (taken, which) = (taken(), any::<Index>()).new_tree(&mut runner).unwrap().current();
            take(&mut after, taken, which);
            lost += usize::from(!after.releases());
        }
    }
    println!("{released} of {all} worlds release; of these {lost} lose it with one permission");
    assert!(released * 8 > all && lost * 8 > released, "{released} of {all}, {lost}");
}
