//! From a case to a Cedar request. Only representation: sets stay sets, instants become milliseconds, codes
//! become entities, the first consent becomes `consentA`. The one sum, people counted a party, is marked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request, RestrictedExpression,
};
use sangam_custody::{
    Act, Age, Agreement, Assent, Consent, Effect, Emergency, GivenBy, Order, OrderKind, Override, OverrideBasis,
};
use sangam_proofs::Cast;
use sangam_vocabulary::{
    Category, CategorySet, Code, Country, Instant, Noun, OrganizationId, PersonId, Purpose, PurposeSet, RecordId, Role,
    Seat,
};

use crate::case::{Books, Case};
use crate::cedar;

type Value = RestrictedExpression;

fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.parse::<EntityTypeName>().unwrap(), EntityId::new(id))
}

fn code(kind: &str, id: &str) -> Value {
    Value::new_entity_uid(uid(kind, id))
}

fn codes<C: Code>(kind: &str) -> Vec<Value> {
    C::ALL.iter().map(|value| code(kind, value.code())).collect()
}

fn long(at: Instant) -> Value {
    Value::new_long(at.millis())
}

fn number(id: RecordId) -> Value {
    Value::new_long(i64::try_from(id.uuid().as_u128()).unwrap())
}

fn record(fields: Vec<(&str, Value)>) -> Value {
    Value::new_record(fields.into_iter().map(|(name, value)| (name.to_owned(), value))).unwrap()
}

/// The values that recur in every request.
pub(crate) struct Translation {
    entities: Entities,
    organizations: HashMap<OrganizationId, (EntityUid, Value)>,
    people: HashMap<PersonId, Value>,
    categories: Vec<EntityUid>,
    category_values: Vec<Value>,
    purposes: Vec<Value>,
    countries: Vec<Value>,
    behinds: [Value; 3],
    nouns: Vec<Value>,
    seats: Vec<Value>,
    actions: [EntityUid; 2],
}

impl Translation {
    pub(crate) fn new(cast: &Cast) -> Self {
        let (roles, countries) = (codes::<Role>("Role"), codes::<Country>("Country"));
        let mut organizations = HashMap::new();
        let entities: Vec<Entity> = cast
            .organizations
            .iter()
            .map(|o| {
                let this = uid("Organization", &o.organization.uuid().to_string());
                organizations.insert(o.organization, (this.clone(), Value::new_entity_uid(this.clone())));
                let attributes = HashMap::from([
                    ("country".to_owned(), countries[o.country as usize].clone()),
                    ("role".to_owned(), roles[o.role as usize].clone()),
                ]);
                Entity::new(this, attributes, std::collections::HashSet::new()).unwrap()
            })
            .collect();
        Self {
            entities: Entities::from_entities(entities, None).unwrap(),
            organizations,
            people: cast.people.iter().map(|p| (*p, code("Person", &p.uuid().to_string()))).collect(),
            categories: Category::ALL.iter().map(|c| uid("Category", c.code())).collect(),
            category_values: codes::<Category>("Category"),
            purposes: codes::<Purpose>("Purpose"),
            countries,
            behinds: ["NOBODY", "STAFF", "PERSON"].map(|behind| code("Behind", behind)),
            nouns: codes::<Noun>("Noun"),
            seats: codes::<Seat>("Seat"),
            actions: [uid("Action", "PUBLISH"), uid("Action", "SHARE")],
        }
    }

    /// The organizations with their roles and countries.
    pub(crate) const fn entities(&self) -> &Entities {
        &self.entities
    }

    /// The policies by action and category, as their scopes name them.
    pub(crate) fn slices(&self, policies: &PolicySet) -> Vec<Vec<PolicySet>> {
        let of = |action| self.categories.iter().map(|category| cedar::slice(policies, action, category)).collect();
        self.actions.iter().map(of).collect()
    }

    /// The request of a case.
    pub(crate) fn request(&self, case: &Case, schema: Option<&cedar_policy::Schema>) -> Request {
        let (principal, _) = &self.organizations[&case.caller.organization];
        let action = match case.act {
            Act::Publish => &self.actions[0],
            Act::Share => &self.actions[1],
        };
        let resource = self.categories[case.category as usize].clone();
        let context = Context::from_pairs(self.context(case)).unwrap();
        Request::new(principal.clone(), action.clone(), resource, context, schema).unwrap()
    }

    fn context(&self, case: &Case) -> Vec<(String, Value)> {
        let mut out: Vec<(&str, Value)> = vec![
            ("purpose", self.purposes[case.purpose as usize].clone()),
            ("owner", self.organization(case.owner.organization)),
            ("pastCountries", self.country_set(case.past_owners.iter().map(|owner| owner.country))),
            ("collectedIn", self.countries[case.facts.collected_in as usize].clone()),
            ("stands", record(vec![("from", long(case.state.from)), ("until", long(case.state.until))])),
            ("behind", self.behinds[case.behind as usize].clone()),
            ("onTeam", Value::new_bool(case.state.on_team)),
            ("locked", Value::new_bool(case.state.locked)),
            ("suspended", Value::new_bool(case.state.suspended.is_some())),
            ("shut", self.category_set(case.state.shut)),
            ("recalled", Value::new_bool(case.state.recalled)),
            ("at", long(case.at)),
            ("hubUnreadable", Value::new_bool(case.books == Books::HubBroken)),
            ("unreadable", self.country_set((case.books == Books::IndiaBroken).then_some(Country::India))),
        ];
        match case.relation {
            None => out.extend([("noun", code("Noun", "NONE")), ("seat", code("Seat", "NONE"))]),
            Some(relation) => out.extend([
                ("noun", self.nouns[relation.noun as usize].clone()),
                ("seat", self.seats[relation.seat as usize].clone()),
            ]),
        }
        match case.facts.age {
            Age::Unknown => out.push(("age", code("Age", "UNKNOWN"))),
            Age::Adult => out.push(("age", code("Age", "ADULT"))),
            Age::MinorUntil(until) => out.extend([("age", code("Age", "MINOR")), ("minorUntil", long(until))]),
        }
        if let Some(source) = case.onward {
            out.push(("source", self.organization(source.organization)));
        }
        if let Some((from, until)) = case.state.window {
            out.push(("window", record(vec![("from", long(from)), ("until", long(until))])));
        }
        assert!(case.consents.len() <= 3 && case.agreements.len() <= 3 && case.orders.len() <= 2);
        let named = ["consentA", "consentB", "consentC"].into_iter().zip(&case.consents);
        out.extend(named.map(|(name, consent)| (name, self.consent(consent))));
        let named = ["agreementA", "agreementB", "agreementC"].into_iter().zip(&case.agreements);
        out.extend(named.map(|(name, agreement)| (name, self.agreement(agreement))));
        let named = ["orderA", "orderB"].into_iter().zip(&case.orders);
        out.extend(named.map(|(name, order)| (name, self.order(order))));
        out.extend(case.overriding.iter().map(|o| ("override", self.overriding(o))));
        out.extend(case.emergency.iter().map(|e| ("emergency", self.emergency(e))));
        out.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn consent(&self, consent: &Consent) -> Value {
        let (given_by, no_conflict) = match consent.given_by {
            GivenBy::Own => ("OWN", false),
            GivenBy::Guardian { no_conflict } => ("GUARDIAN", no_conflict),
            GivenBy::Authority => ("AUTHORITY", false),
        };
        let assent = match consent.assent {
            Assent::Given => "GIVEN",
            Assent::Refused => "REFUSED",
            Assent::NotAble => "NOT_ABLE",
            Assent::NotAsked => "NOT_ASKED",
        };
        let effect = match consent.effect {
            Effect::Grant => "GRANT",
            Effect::Withhold => "WITHHOLD",
        };
        // The stored bits, lowest first, are the answers to questions one to seven.
        let bits = consent.informed.bits();
        let yes = (0_i64..7).filter(|place| bits >> place & 1 == 1).map(|place| Value::new_long(place + 1));
        record(vec![
            ("effect", code("Effect", effect)),
            ("givenBy", code("GivenBy", given_by)),
            ("noConflict", Value::new_bool(no_conflict)),
            ("assent", code("Assent", assent)),
            ("yes", Value::new_set(yes)),
            ("purposes", self.purpose_set(consent.purposes)),
            ("categories", self.category_set(consent.categories)),
            ("recipients", self.organization_set(&consent.recipients)),
            ("countries", self.country_set(consent.countries.iter().copied())),
            ("from", long(consent.from)),
            ("until", long(consent.until)),
        ])
    }

    fn agreement(&self, agreement: &Agreement) -> Value {
        // The sum: how many different people approved for each organization.
        let mut people: BTreeMap<OrganizationId, BTreeSet<PersonId>> = BTreeMap::new();
        for approval in &agreement.approvals {
            people.entry(approval.organization).or_default().insert(approval.person);
        }
        let two: Vec<OrganizationId> = people.into_iter().filter(|(_, who)| who.len() >= 2).map(|(o, _)| o).collect();
        record(vec![
            ("disclosers", self.organization_set(&agreement.disclosers)),
            ("recipients", self.organization_set(&agreement.recipients)),
            ("purposes", self.purpose_set(agreement.purposes)),
            ("categories", self.category_set(agreement.categories)),
            ("countries", self.country_set(agreement.countries.iter().copied())),
            ("onward", Value::new_bool(agreement.onward)),
            ("from", long(agreement.from)),
            ("until", long(agreement.until)),
            ("suspended", Value::new_bool(agreement.suspended)),
            ("approvedByTwo", self.organization_set(&two)),
        ])
    }

    fn order(&self, order: &Order) -> Value {
        let kind = match order.kind {
            OrderKind::Court => "COURT_ORDER",
            OrderKind::Committee => "COMMITTEE_ORDER",
            OrderKind::Tribunal => "TRIBUNAL_LEAVE",
        };
        let mut fields = vec![
            ("number", number(order.id)),
            ("kind", code("OrderKind", kind)),
            ("categories", self.category_set(order.categories)),
            ("recipients", self.organization_set(&order.recipients)),
            ("from", long(order.from)),
            ("until", long(order.until)),
            ("uploadedBy", self.people[&order.uploaded_by].clone()),
        ];
        fields.extend(order.attested_by.map(|person| ("attestedBy", self.people[&person].clone())));
        record(fields)
    }

    fn overriding(&self, overriding: &Override) -> Value {
        let basis = match overriding.basis {
            OverrideBasis::CourtOrder => "COURT_ORDER",
            OverrideBasis::ChildProtection => "CHILD_PROTECTION",
        };
        let mut fields = vec![
            ("basis", code("Basis", basis)),
            ("categories", self.category_set(overriding.categories)),
            ("purposes", self.purpose_set(overriding.purposes)),
            ("recipient", self.organization(overriding.recipient)),
            ("from", long(overriding.from)),
            ("requestedBy", self.people[&overriding.requested_by].clone()),
        ];
        fields.extend(overriding.order.map(|order| ("order", number(order))));
        fields.extend(overriding.approved_by.map(|person| ("approvedBy", self.people[&person].clone())));
        record(fields)
    }

    fn emergency(&self, emergency: &Emergency) -> Value {
        record(vec![("recipient", self.organization(emergency.recipient)), ("declaredAt", long(emergency.declared_at))])
    }

    fn organization(&self, organization: OrganizationId) -> Value {
        self.organizations[&organization].1.clone()
    }

    fn organization_set(&self, organizations: &[OrganizationId]) -> Value {
        Value::new_set(organizations.iter().map(|o| self.organization(*o)))
    }

    fn country_set(&self, countries: impl IntoIterator<Item = Country>) -> Value {
        Value::new_set(countries.into_iter().map(|country| self.countries[country as usize].clone()))
    }

    fn category_set(&self, categories: CategorySet) -> Value {
        Value::new_set(categories.iter().map(|category| self.category_values[category as usize].clone()))
    }

    fn purpose_set(&self, purposes: PurposeSet) -> Value {
        Value::new_set(purposes.iter().map(|purpose| self.purposes[purpose as usize].clone()))
    }
}
