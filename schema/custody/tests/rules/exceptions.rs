//! What may stand in for a consent or lift a row of law: orders, overrides, emergencies. Each is bounded by everything
//! written in it, takes a second person where it must, and ends.

use sangam_custody::{Age, Clause, Emergency, Ground, LawBook, Order, OrderKind, Override, OverrideBasis};
use sangam_vocabulary::{Category, CategorySet, Country, Instant, Noun, Purpose, PurposeSet, Relation, Role, Seat};

use crate::case::{CATEGORY, Case, PURPOSE, agreement, at, granted, organization, person, record};

const MINOR: Age = Age::MinorUntil(at(1_000));

fn order() -> Order {
    Order {
        id: record(1),
        kind: OrderKind::Court,
        categories: CategorySet::of(&[CATEGORY]),
        recipients: vec![organization(9), organization(2)],
        from: at(-10),
        until: at(10),
        uploaded_by: person(11),
        attested_by: Some(person(12)),
    }
}

#[test]
fn an_order_lifts_what_is_written_in_it_while_it_is_in_force_and_attested() {
    const LAW: &str = "[[law]]\nid = 'IN-1'\nact = 'SHARE'\npersons = 'ANY'\nlifted_by = 'COURT_ORDER'\nbasis = 'b'\n\
                       source = 's'\nverified = 'TEXT_READ'\n";
    let law = LawBook::read([("IN", LAW)]).unwrap();
    let said = |orders| Case { law: law.clone(), orders, ..Case::new() }.said();
    let forbidden = Err(Clause::Law("IN-1".into()));
    assert_eq!(said(vec![]), forbidden);
    assert_eq!(said(vec![order()]), granted());
    for (what, other) in [
        ("of another authority", Order { kind: OrderKind::Committee, ..order() }),
        ("about something else", Order { categories: CategorySet::of(&[Category::Legal]), ..order() }),
        ("to somebody else", Order { recipients: vec![organization(9)], ..order() }),
        ("to nobody", Order { recipients: vec![], ..order() }),
        ("that begins in a moment", Order { from: at(1), ..order() }),
        ("that ends now", Order { until: at(0), ..order() }),
        ("that ended long ago", Order { until: at(-5), ..order() }),
        ("that nobody attested", Order { attested_by: None, ..order() }),
        ("that its uploader attested", Order { attested_by: Some(person(11)), ..order() }),
    ] {
        assert_eq!(said(vec![other]), forbidden, "one {what}");
    }
    for (what, other) in [
        ("that begins now", Order { from: at(0), ..order() }),
        ("in its last moment", Order { until: at(1), ..order() }),
    ] {
        assert_eq!(said(vec![other]), granted(), "one {what}");
    }
    assert_eq!(said(vec![Order { until: at(0), ..order() }, order()]), granted(), "one of several is enough");
}

fn overriding() -> Override {
    Override {
        id: record(2),
        basis: OverrideBasis::CourtOrder,
        order: Some(record(1)),
        categories: CategorySet::of(&[CATEGORY]),
        purposes: PurposeSet::of(&[PURPOSE, Purpose::Repatriation, Purpose::FamilyTracing]),
        recipient: organization(2),
        from: at(0),
        requested_by: person(11),
        approved_by: Some(person(12)),
    }
}

fn overridden(by: Override, change: impl FnOnce(&mut Case)) -> Result<Ground, Clause> {
    let case = Case::with(|c| {
        c.consents.clear();
        c.orders = vec![Order { from: Instant::ALWAYS, until: Instant::NEVER, ..order() }];
        c.overriding = Some(by);
        change(c);
    });
    case.said()
}

#[test]
fn an_override_takes_two_people_and_is_bounded_by_what_it_says() {
    let covered = Ok(Ground::Override { agreement: agreement(1, 1, 2, Country::Bangladesh).id });
    assert_eq!(overridden(overriding(), |_| {}), covered);
    let day = 86_400_000;
    for (what, other) in [
        ("that nobody approved", Override { approved_by: None, ..overriding() }),
        ("that was approved by who asked for it", Override { approved_by: Some(person(11)), ..overriding() }),
        ("about something else", Override { categories: CategorySet::of(&[Category::Legal]), ..overriding() }),
        ("for another purpose", Override { purposes: PurposeSet::of(&[Purpose::LegalAid]), ..overriding() }),
        ("to somebody else", Override { recipient: organization(3), ..overriding() }),
        ("that begins in a moment", Override { from: at(1), ..overriding() }),
        ("of thirty days ago", Override { from: at(-30 * day), ..overriding() }),
        ("of a year ago", Override { from: at(-365 * day), ..overriding() }),
        ("for a child, of an adult", Override { basis: OverrideBasis::ChildProtection, ..overriding() }),
    ] {
        assert_eq!(overridden(other, |_| {}), Err(Clause::ConsentMissing), "one {what}");
    }
    let last = Override { from: at(1 - 30 * day), ..overriding() };
    assert_eq!(overridden(last, |_| {}), covered, "the last moment of its thirty days");
    assert_eq!(overridden(overriding(), |c| c.agreements.clear()), Err(Clause::NoAgreement), "it is no agreement");
    assert_eq!(overridden(overriding(), |c| c.consents = Case::new().consents), granted(), "consent needs none");
}

/// A court's word is that of an order on record: without one, or where it says something else, nothing stands in.
#[test]
fn a_courts_override_rests_on_its_order() {
    let covered = Ok(Ground::Override { agreement: agreement(1, 1, 2, Country::Bangladesh).id });
    assert_eq!(overridden(overriding(), |c| c.orders = vec![order()]), covered, "the control");
    assert_eq!(overridden(overriding(), |c| c.orders.push(Order { id: record(9), ..order() })), covered);
    assert_eq!(overridden(Override { order: None, ..overriding() }, |_| {}), Err(Clause::ConsentMissing));
    for (what, other) in [
        ("another one", Order { id: record(9), ..order() }),
        ("a committee's", Order { kind: OrderKind::Committee, ..order() }),
        ("about something else", Order { categories: CategorySet::of(&[Category::Legal]), ..order() }),
        ("to somebody else", Order { recipients: vec![organization(9)], ..order() }),
        ("that begins in a moment", Order { from: at(1), ..order() }),
        ("that ended", Order { until: at(0), ..order() }),
        ("that nobody attested", Order { attested_by: None, ..order() }),
        ("that its uploader attested", Order { attested_by: Some(person(11)), ..order() }),
    ] {
        assert_eq!(overridden(overriding(), |c| c.orders = vec![other]), Err(Clause::ConsentMissing), "{what}");
    }
    let case = |until| {
        Case::with(|c| {
            c.consents.clear();
            c.orders = vec![Order { until, ..order() }];
            c.overriding = Some(overriding());
        })
    };
    assert_eq!(case(at(5)).ruling().until, at(5), "it ends with its order");
    let protection = Override { basis: OverrideBasis::ChildProtection, order: None, ..overriding() };
    let child = overridden(protection, |c| {
        c.orders.clear();
        c.ask.facts.age = MINOR;
    });
    assert_eq!(child, covered, "a child's protection is found by the authority itself");
}

#[test]
fn for_a_childs_protection_the_child_must_be_one_and_no_adult_is_sent_home_by_an_override() {
    let protection = || Override { basis: OverrideBasis::ChildProtection, ..overriding() };
    let aged = |by, age| overridden(by, |c| c.ask.facts.age = age).is_ok();
    assert!(aged(protection(), MINOR));
    assert!(!aged(protection(), Age::Adult) && !aged(protection(), Age::Unknown), "who may be an adult is no child");
    assert!(aged(overriding(), MINOR) && aged(overriding(), Age::Unknown));
    for (purpose, noun, seat) in [
        (Purpose::Repatriation, Noun::Repatriation, Seat::Receiving),
        (Purpose::FamilyTracing, Noun::Search, Seat::Source),
    ] {
        let home = |age| {
            let said = overridden(overriding(), |c| {
                c.ask.facts.age = age;
                c.ask.purpose = purpose;
                c.ask.relation = Some(Relation::new(noun, seat));
                c.agreements[0].purposes = PurposeSet::all();
            });
            said.is_ok()
        };
        assert!(home(MINOR), "a court may decide it for a child: {purpose}");
        assert!(!home(Age::Adult) && !home(Age::Unknown), "and for nobody who may be an adult: {purpose}");
    }
}

#[test]
fn an_emergency_opens_for_a_day_to_who_declared_it_and_past_no_law() {
    let emergency =
        || Emergency { id: record(3), recipient: organization(2), declared_by: person(21), declared_at: at(0) };
    let said = |emergency, law: LawBook| {
        let case = Case::with(|c| {
            (c.consents, c.agreements) = (Vec::new(), Vec::new());
            c.emergency = Some(emergency);
            c.law = law;
        });
        case.said()
    };
    let day = 86_400_000;
    assert_eq!(said(emergency(), LawBook::default()), Ok(Ground::Emergency), "without consent and agreement");
    let last = Emergency { declared_at: at(1 - day), ..emergency() };
    assert_eq!(said(last, LawBook::default()), Ok(Ground::Emergency), "the last moment of the day");
    for (what, other) in [
        ("somebody else's", Emergency { recipient: organization(3), ..emergency() }),
        ("one of the next moment", Emergency { declared_at: at(1), ..emergency() }),
        ("one of a day ago", Emergency { declared_at: at(-day), ..emergency() }),
        ("one of a week ago", Emergency { declared_at: at(-7 * day), ..emergency() }),
    ] {
        assert_eq!(said(other, LawBook::default()), Err(Clause::ConsentMissing), "{what}");
    }
    let (unreadable, _) = LawBook::read_denying([("IN", "no law")]);
    assert_eq!(said(emergency(), unreadable), Err(Clause::LawUnreadable));
    let health = Case::with(|c| {
        c.emergency =
            Some(Emergency { id: record(3), recipient: organization(2), declared_by: person(21), declared_at: at(0) });
        c.ask.caller.role = Role::Ngo;
        c.ask.state.locked = true;
    });
    assert_eq!(health.said(), Err(Clause::Locked), "and past no lock");
}
