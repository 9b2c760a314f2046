//! Until when a decision stands: until the first of the instants ahead at which anything it looked at begins or ends. One
//! that stood longer would go on showing what was withdrawn.

use sangam_custody::{Age, Controller, Emergency, Order, OrderKind, Override, OverrideBasis};
use sangam_vocabulary::{CategorySet, Country, Instant, PurposeSet, Role};

use crate::case::{Case, agreement, at, consent, organization, person, record};

const DAY: i64 = 86_400_000;

fn order(from: Instant, until: Instant) -> Order {
    Order {
        id: record(1),
        kind: OrderKind::Court,
        categories: CategorySet::NONE,
        recipients: vec![],
        from,
        until,
        uploaded_by: person(1),
        attested_by: None,
    }
}

fn overriding(from: Instant) -> Override {
    Override {
        id: record(2),
        basis: OverrideBasis::CourtOrder,
        order: None,
        categories: CategorySet::NONE,
        purposes: PurposeSet::NONE,
        recipient: organization(2),
        from,
        requested_by: person(1),
        approved_by: None,
    }
}

fn emergency(declared_at: Instant) -> Emergency {
    Emergency { id: record(3), recipient: organization(9), declared_by: person(1), declared_at }
}

fn source() -> Controller {
    Controller { organization: organization(5), role: Role::Ngo, country: Country::Nepal }
}

/// Sets an instant that a decision hangs on.
type Turn = fn(&mut Case, Instant);

/// Each of them.
const TURNS: [(&str, Turn); 16] = [
    ("the relation begins", |c, at| c.ask.state.from = at),
    ("the relation ends", |c, at| c.ask.state.until = at),
    ("the handover window opens", |c, at| c.ask.state.window = Some((at, Instant::NEVER))),
    ("the handover window closes", |c, at| c.ask.state.window = Some((Instant::ALWAYS, at))),
    ("she comes of age", |c, at| c.ask.facts.age = Age::MinorUntil(at)),
    ("an order begins", |c, at| c.orders = vec![order(at, Instant::NEVER)]),
    ("an order ends", |c, at| c.orders = vec![order(Instant::ALWAYS, at)]),
    ("an override begins", |c, at| c.overriding = Some(overriding(at))),
    ("an override ends", |c, at| c.overriding = Some(overriding(at.plus_days(-30)))),
    ("an emergency ends", |c, at| c.emergency = Some(emergency(at.plus_millis(-DAY)))),
    ("a consent begins", |c, at| c.consents[0].from = at),
    ("a consent ends", |c, at| c.consents[0].until = at),
    ("another consent ends", |c, at| c.consents.push(sangam_custody::Consent { until: at, ..consent(2) })),
    ("an agreement begins", |c, at| c.agreements[0].from = at),
    ("an agreement ends", |c, at| c.agreements[0].until = at),
    ("the agreement of an onward source ends", |c, at| {
        c.ask.onward = Some(source());
        let mut theirs = agreement(8, 5, 2, Country::Bangladesh);
        theirs.until = at;
        c.agreements.push(theirs);
    }),
];

#[test]
fn a_decision_stands_until_the_first_instant_ahead_and_no_longer() {
    assert_eq!(Case::new().ruling().until, Instant::NEVER);
    for (what, turn) in TURNS {
        let turned = |when| Case::with(|c| turn(c, when)).ruling().until;
        assert_eq!(turned(at(5)), at(5), "{what}");
        if what.contains("override begins") {
            assert_eq!(turned(at(0)), at(30 * DAY), "{what}");
        } else {
            assert_eq!(turned(at(0)), Instant::NEVER, "what is now is past: {what}");
        }
        for (also, other) in TURNS.iter().filter(|(also, _)| *also != what) {
            let both = Case::with(|c| {
                turn(c, at(9));
                other(c, at(5));
            });
            assert!(both.ruling().until <= at(5), "{what} after {also}");
        }
    }
}
