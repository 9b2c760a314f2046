//! Random worlds: rules, what is on record, and an ask. Small on purpose, so that what covers and what does not lie
//! close together: five organizations, instants a few milliseconds from each other or from a limit.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use sangam_custody::{
    Age, Agreement, Approval, Ask, Asker, Assent, Behind, Consent, Context, Controller, Effect, Emergency, Epoch,
    Exceptions, Facts, GivenBy, Informed, Order, OrderKind, Override, OverrideBasis, RecordState, Rules, Suspension,
    Terms,
};
use sangam_proofs::{Cast, NOON};
use sangam_vocabulary::{
    AgreementId, Category, CategorySet, Code, ConsentId, Country, Instant, Noun, OrganizationId, PersonId, Purpose,
    PurposeSet, RecordId, Relation, Role, Seat,
};
use uuid::Uuid;

use crate::row::{Row, law, row};

const DAY: i64 = 86_400_000;

/// Rules, record and ask.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) rows: Vec<Row>,
    pub(crate) agreements: Vec<Agreement>,
    pub(crate) consents: Vec<Consent>,
    pub(crate) context: Context,
    pub(crate) category: Category,
    pub(crate) orders: Vec<Order>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) emergencies: Vec<Emergency>,
    pub(crate) at: Instant,
}

impl World {
    /// The rules of the world.
    pub(crate) fn rules(&self, epoch: u64) -> Rules {
        Rules { epoch: Epoch(epoch), law: law(&self.rows), terms: Terms::new(self.agreements.clone()) }
    }

    /// The ask with everything that is on record.
    pub(crate) fn ask(&self) -> Ask<'_> {
        Ask {
            orders: &self.orders,
            overrides: &self.overrides,
            emergencies: &self.emergencies,
            ..self.context.ask(self.category, self.at)
        }
    }

    /// What is on record for the person beside consent.
    pub(crate) fn exceptions(&self) -> Exceptions {
        Exceptions {
            orders: self.orders.clone(),
            overrides: self.overrides.clone(),
            emergencies: self.emergencies.clone(),
        }
    }

    /// Whether the ask is released under the world's rules.
    pub(crate) fn releases(&self) -> bool {
        sangam_custody::decide(&self.rules(0), &self.consents, &self.ask()).releases()
    }

    /// Every instant at which something on record begins or ends, with its neighbours.
    pub(crate) fn instants(&self) -> Vec<Instant> {
        let mut out = vec![self.at, self.context.state.from, self.context.state.until];
        out.extend(self.consents.iter().flat_map(|c| [c.from, c.until]));
        out.extend(self.agreements.iter().flat_map(|a| [a.from, a.until]));
        out.extend(self.orders.iter().flat_map(|o| [o.from, o.until]));
        out.extend(self.overrides.iter().flat_map(|o| [o.from, o.until()]));
        out.extend(self.emergencies.iter().flat_map(|e| [e.declared_at, e.until()]));
        out.extend(self.context.state.window.into_iter().flat_map(|(from, until)| [from, until]));
        if let Age::MinorUntil(until) = self.context.facts.age {
            out.push(until);
        }
        let mut out: Vec<_> = out.into_iter().flat_map(|at| [at.plus_millis(-1), at, at.plus_millis(1)]).collect();
        // The ends of time are no instants at which anybody asks.
        out.retain(|at| (NOON.plus_days(-500)..NOON.plus_days(500)).contains(at));
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// Who acts: two of India, two of Bangladesh, one of Nepal.
pub(crate) fn parties() -> Vec<Controller> {
    let cast = Cast::default();
    [
        (Country::India, Role::Shelter),
        (Country::Bangladesh, Role::Ngo),
        (Country::Bangladesh, Role::Department),
        (Country::India, Role::LegalAid),
        (Country::Nepal, Role::Ngo),
    ]
    .map(|(country, role)| cast.of(country, role))
    .into()
}

fn organizations() -> Vec<OrganizationId> {
    parties().iter().map(|party| party.organization).collect()
}

fn near() -> impl Strategy<Value = Instant> {
    let steps = prop_oneof![
        8 => -4_i64..5,
        1 => (-2_i64..3).prop_map(|step| step - DAY),
        1 => (-2_i64..3).prop_map(|step| step - 30 * DAY),
        1 => (-2_i64..3).prop_map(|step| step + 30 * DAY),
    ];
    steps.prop_map(|step| NOON.plus_millis(step))
}

fn from() -> impl Strategy<Value = Instant> {
    prop_oneof![5 => Just(Instant::ALWAYS), 3 => Just(NOON.plus_days(-10)), 2 => near()]
}

fn until() -> impl Strategy<Value = Instant> {
    prop_oneof![5 => Just(Instant::NEVER), 3 => Just(NOON.plus_days(10)), 2 => near()]
}

fn categories() -> impl Strategy<Value = CategorySet> {
    prop_oneof![2 => Just(CategorySet::all()), 1 => any::<u32>().prop_map(CategorySet::from_bits)]
}

fn purposes() -> impl Strategy<Value = PurposeSet> {
    prop_oneof![2 => Just(PurposeSet::all()), 1 => any::<u16>().prop_map(PurposeSet::from_bits)]
}

fn countries() -> impl Strategy<Value = Vec<Country>> {
    let all = vec![Country::India, Country::Bangladesh, Country::Nepal];
    prop_oneof![2 => Just(all.clone()), 1 => subsequence(all, 0..=3)]
}

fn some_organizations() -> impl Strategy<Value = Vec<OrganizationId>> {
    prop_oneof![2 => Just(organizations()), 1 => subsequence(organizations(), 0..=5)]
}

fn person() -> impl Strategy<Value = PersonId> {
    select(Cast::default().people[..3].to_vec())
}

pub(crate) fn consent() -> impl Strategy<Value = Consent> {
    let guardian = |no_conflict| GivenBy::Guardian { no_conflict };
    let given_by = prop_oneof![
        4 => Just(GivenBy::Own), 4 => Just(guardian(true)), 1 => Just(guardian(false)), 1 => Just(GivenBy::Authority)
    ];
    let assent = prop_oneof![
        4 => Just(Assent::Given), 1 => Just(Assent::NotAble), 1 => Just(Assent::Refused), 1 => Just(Assent::NotAsked)
    ];
    let informed = prop_oneof![9 => Just(Informed::FULLY), 1 => any::<u8>().prop_map(Informed::from_bits)];
    let effect = prop_oneof![6 => Just(Effect::Grant), 1 => Just(Effect::Withhold)];
    let scope = (purposes(), categories(), some_organizations(), countries(), from(), until());
    (effect, given_by, assent, informed, scope, any::<u16>()).prop_map(
        |(effect, given_by, assent, informed, (purposes, categories, recipients, countries, from, until), id)| {
            Consent {
                id: ConsentId::from_uuid(Uuid::from_u128(u128::from(id))),
                effect,
                given_by,
                assent,
                informed,
                purposes,
                categories,
                recipients,
                countries,
                from,
                until,
            }
        },
    )
}

pub(crate) fn agreement() -> impl Strategy<Value = Agreement> {
    let scope = (purposes(), categories(), some_organizations(), some_organizations(), countries(), from(), until());
    let missing = prop_oneof![5 => Just(None), 1 => (0_usize..10).prop_map(Some)];
    (scope, any::<bool>(), prop::bool::weighted(0.1), missing, any::<u16>()).prop_map(
        |((purposes, categories, disclosers, recipients, countries, from, until), onward, suspended, missing, id)| {
            let people = Cast::default().people;
            let mut approvals: Vec<_> = organizations()
                .into_iter()
                .flat_map(|o| people[..2].iter().map(move |p| Approval { organization: o, person: *p }))
                .collect();
            if let Some(missing) = missing {
                approvals.remove(missing);
            }
            let id = AgreementId::from_uuid(Uuid::from_u128(u128::from(id)));
            Agreement {
                id,
                version: 1,
                disclosers,
                recipients,
                purposes,
                categories,
                countries,
                onward,
                from,
                until,
                suspended,
                approvals,
            }
        },
    )
}

/// The id of something exceptional: one of a few, so that an override meets its order.
fn exceptional() -> impl Strategy<Value = RecordId> {
    (0_u128..3).prop_map(|number| RecordId::from_uuid(Uuid::from_u128(number)))
}

fn order() -> impl Strategy<Value = Order> {
    let kind = select(vec![OrderKind::Court, OrderKind::Committee, OrderKind::Tribunal]);
    let who = (person(), proptest::option::weighted(0.8, person()));
    (exceptional(), kind, categories(), some_organizations(), from(), until(), who).prop_map(
        |(id, kind, categories, recipients, from, until, (uploaded_by, attested_by))| Order {
            id,
            kind,
            categories,
            recipients,
            from,
            until,
            uploaded_by,
            attested_by,
        },
    )
}

fn overriding() -> impl Strategy<Value = Override> {
    let basis = select(vec![OverrideBasis::CourtOrder, OverrideBasis::ChildProtection]);
    let who = (select(organizations()), person(), proptest::option::weighted(0.8, person()));
    let records = (exceptional(), proptest::option::weighted(0.9, exceptional()));
    (records, basis, categories(), purposes(), near(), who).prop_map(
        |((id, order), basis, categories, purposes, from, (recipient, requested_by, approved_by))| Override {
            id,
            basis,
            order,
            categories,
            purposes,
            recipient,
            from,
            requested_by,
            approved_by,
        },
    )
}

fn emergency() -> impl Strategy<Value = Emergency> {
    (exceptional(), select(organizations()), person(), near())
        .prop_map(|(id, recipient, declared_by, declared_at)| Emergency { id, recipient, declared_by, declared_at })
}

fn relation() -> impl Strategy<Value = Option<Relation>> {
    let usual = vec![
        Relation::new(Noun::Referral, Seat::Recipient),
        Relation::new(Noun::Repatriation, Seat::Receiving),
        Relation::new(Noun::Repatriation, Seat::Receiving),
        Relation::new(Noun::Repatriation, Seat::ReceivingLiaison),
        Relation::new(Noun::Search, Seat::Finder),
        Relation::new(Noun::Subject, Seat::Contributor),
        Relation::OWNER,
    ];
    let any = (select(Noun::ALL), select(Seat::ALL)).prop_map(|(noun, seat)| Some(Relation::new(noun, seat)));
    prop_oneof![16 => select(usual).prop_map(Some), 1 => any, 1 => Just(None)]
}

fn context() -> impl Strategy<Value = Context> {
    let who = (select(parties()), select(parties()), proptest::option::weighted(0.2, select(parties())));
    let behind = prop_oneof![
        1 => (Just(Behind::Nobody), any::<bool>()),
        16 => (Just(Behind::Staff), any::<bool>()),
        4 => (Just(Behind::Person), prop::bool::weighted(0.9)),
    ];
    let who = (who, behind);
    let past = proptest::collection::vec(select(parties()), 0..2);
    let age = prop_oneof![
        2 => Just(Age::Unknown),
        3 => Just(Age::Adult),
        3 => Just(Age::MinorUntil(NOON.plus_days(400))),
        2 => near().prop_map(Age::MinorUntil),
    ];
    let window = proptest::option::weighted(0.3, (from(), until()));
    let suspension = select(vec![Suspension::TakenBack, Suspension::Unread]);
    let suspended = proptest::option::weighted(0.05, suspension);
    let shut = prop_oneof![
        24 => Just(CategorySet::NONE),
        1 => (0..=CategorySet::all().bits()).prop_map(CategorySet::from_bits),
    ];
    let rarely = || prop::bool::weighted(0.05);
    let state = (from(), until(), window, rarely(), suspended, shut, rarely());
    let purposes = [Purpose::Protection, Purpose::ServiceReferral, Purpose::Repatriation, Purpose::FamilyTracing];
    let purpose = select(purposes.to_vec());
    let collected_in = select(vec![Country::India, Country::Bangladesh, Country::Nepal]);
    (who, past, age, state, purpose, relation(), collected_in).prop_map(
        |(
            ((caller, owner, onward), (behind, on_team)),
            past_owners,
            age,
            (from, until, window, locked, suspended, shut, recalled),
            purpose,
            relation,
            collected_in,
        )| {
            Context {
                caller: Asker { organization: caller.organization, role: caller.role, country: caller.country, behind },
                relation,
                purpose,
                owner,
                past_owners,
                facts: Facts { collected_in, age },
                onward,
                state: RecordState { from, until, window, locked, on_team, suspended, shut, recalled },
            }
        },
    )
}

/// Consents and an agreement that cover everything for everyone, so that much is released and little has to be taken
/// away for a refusal.
fn generous() -> (Vec<Consent>, Agreement) {
    let consent = |given_by, assent, number| Consent {
        id: ConsentId::from_uuid(Uuid::from_u128(number)),
        effect: Effect::Grant,
        given_by,
        assent,
        informed: Informed::FULLY,
        purposes: PurposeSet::all(),
        categories: CategorySet::all(),
        recipients: organizations(),
        countries: Country::ALL.to_vec(),
        from: Instant::ALWAYS,
        until: Instant::NEVER,
    };
    let people = Cast::default().people;
    let approve = |organization| people[..2].iter().map(move |person| Approval { organization, person: *person });
    let agreement = Agreement {
        id: AgreementId::from_uuid(Uuid::from_u128(1 << 20)),
        version: 1,
        disclosers: organizations(),
        recipients: organizations(),
        purposes: PurposeSet::all(),
        categories: CategorySet::all(),
        countries: Country::ALL.to_vec(),
        onward: true,
        from: Instant::ALWAYS,
        until: Instant::NEVER,
        suspended: false,
        approvals: organizations().into_iter().flat_map(approve).collect(),
    };
    let guardian = GivenBy::Guardian { no_conflict: true };
    let consents = vec![consent(GivenBy::Own, Assent::NotAsked, 1 << 20), consent(guardian, Assent::Given, 2 << 20)];
    (consents, agreement)
}

/// A world.
pub(crate) fn world() -> impl Strategy<Value = World> {
    let rules = (proptest::collection::vec(row(), 0..4), proptest::collection::vec(agreement(), 0..3));
    let record = (
        proptest::collection::vec(consent(), 0..3),
        proptest::collection::vec(order(), 0..3),
        prop_oneof![7 => Just(Vec::new()), 3 => proptest::collection::vec(overriding(), 1..3)],
        prop_oneof![8 => Just(Vec::new()), 1 => proptest::collection::vec(emergency(), 1..3)],
    );
    let gifts = (prop::bool::weighted(0.85), prop::bool::weighted(0.85));
    (rules, record, context(), select(Category::ALL), near(), gifts).prop_map(
        |((rows, agreements), (consents, orders, overrides, emergencies), context, category, at, gifts)| {
            let mut out = World { rows, agreements, consents, context, category, orders, overrides, emergencies, at };
            let (consents, agreement) = generous();
            if gifts.0 {
                out.consents.extend(consents);
            }
            if gifts.1 {
                out.agreements.push(agreement);
            }
            out
        },
    )
}
