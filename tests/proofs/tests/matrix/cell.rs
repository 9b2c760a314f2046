//! One cell: `decide`, asked for a named member of staff with everything on record that could let the ask pass; and once more with every order,
//! and once more inside a handover window.

use std::collections::BTreeMap;

use sangam_custody::{
    Act, Age, Agreement, Approval, Ask, Asker, Assent, Behind, Clause, Consent, Controller, Effect, Facts, GivenBy,
    Informed, LawBook, LawRow, Order, OrderKind, RecordState, Rules, Terms, Verdict, decide,
};
use sangam_proofs::{Cast, NOON, texts};
use sangam_vocabulary::{
    AgreementId, Category, CategorySet, Code, ConsentId, Country, Instant, Noun, Purpose, PurposeSet, Relation, Seat,
};
use uuid::Uuid;

/// A minor of whom nothing else is known.
pub(crate) const MINOR: Age = Age::MinorUntil(NOON.plus_days(400));

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Cell {
    /// Permitted, given consent and an agreement.
    Permitted,
    /// Forbidden by a row.
    Forbidden(usize),
    /// Forbidden by a row, unless an order lifts it.
    Liftable(usize),
    /// Forbidden by a row, except in a handover window.
    Window(usize),
    /// No relation carries the purpose for this role.
    Unrelated,
}

/// `decide`, the law, and two parties.
pub(crate) struct Decider {
    rules: Rules,
    rows: Vec<(Option<Country>, LawRow)>,
    places: BTreeMap<String, usize>,
    relations: Vec<Relation>,
    owner: Controller,
    recipient: Controller,
    consents: Vec<Consent>,
    orders: Vec<Order>,
}

fn consent(recipient: Controller, given_by: GivenBy, assent: Assent) -> Consent {
    Consent {
        id: ConsentId::from_uuid(Uuid::from_u128(1)),
        effect: Effect::Grant,
        given_by,
        assent,
        informed: Informed::FULLY,
        purposes: PurposeSet::all(),
        categories: CategorySet::all(),
        recipients: vec![recipient.organization],
        countries: vec![recipient.country],
        from: Instant::ALWAYS,
        until: Instant::NEVER,
    }
}

impl Decider {
    pub(crate) fn new() -> Self {
        let (texts, cast) = (texts(), Cast::default());
        let law = LawBook::read(texts.iter().map(|(name, text)| (*name, text.as_str()))).unwrap();
        let rows: Vec<_> = law.rows().map(|(country, row)| (country, row.clone())).collect();
        let places = rows.iter().enumerate().map(|(place, (_, row))| (row.id.to_string(), place)).collect();
        let seats = |noun: &Noun| Seat::ALL.iter().map(|seat| Relation::new(*noun, *seat)).collect::<Vec<_>>();
        let relations = Noun::ALL.iter().flat_map(seats).filter(|r| *r != Relation::OWNER).collect();
        let anyone = cast.organizations[0];
        let rules = Rules { law, ..Rules::default() };
        Self { rules, rows, places, relations, owner: anyone, recipient: anyone, consents: vec![], orders: vec![] }
    }

    /// The rows of law in reading order, each with the country it binds in.
    pub(crate) fn rows(&self) -> &[(Option<Country>, LawRow)] {
        &self.rows
    }

    /// Sets who gives and who receives, and puts consents, an agreement and orders between them on record.
    pub(crate) fn parties(&mut self, owner: Controller, recipient: Controller) {
        let people = Cast::default().people;
        let parties = [owner.organization, recipient.organization];
        let approvals = parties
            .iter()
            .flat_map(|o| people[..2].iter().map(|p| Approval { organization: *o, person: *p }))
            .collect();
        let agreement = Agreement {
            id: AgreementId::from_uuid(Uuid::from_u128(1)),
            version: 1,
            disclosers: vec![owner.organization],
            recipients: vec![recipient.organization],
            purposes: PurposeSet::all(),
            categories: CategorySet::all(),
            countries: vec![recipient.country],
            onward: false,
            from: Instant::ALWAYS,
            until: Instant::NEVER,
            suspended: false,
            approvals,
        };
        let order = |kind| Order {
            id: sangam_vocabulary::RecordId::from_uuid(uuid::Uuid::nil()),
            kind,
            categories: CategorySet::all(),
            recipients: vec![recipient.organization],
            from: Instant::ALWAYS,
            until: Instant::NEVER,
            uploaded_by: people[0],
            attested_by: Some(people[1]),
        };
        self.orders = [OrderKind::Court, OrderKind::Committee, OrderKind::Tribunal].map(order).into();
        self.consents = vec![
            consent(recipient, GivenBy::Own, Assent::NotAsked),
            consent(recipient, GivenBy::Guardian { no_conflict: true }, Assent::Given),
        ];
        self.rules.terms = Terms::new(vec![agreement]);
        (self.owner, self.recipient) = (owner, recipient);
    }

    /// Takes the agreement off record.
    pub(crate) fn without_agreement(&mut self) {
        self.rules.terms = Terms::default();
    }

    /// What `decide` says to sharing, with everything on record but orders and windows.
    pub(crate) fn share(&mut self, age: Age, category: Category, purpose: Purpose) -> Verdict {
        self.ask(Act::Share, age, category, purpose, false, false)
    }

    fn ask(&self, act: Act, age: Age, category: Category, purpose: Purpose, orders: bool, window: bool) -> Verdict {
        let mut state = RecordState::open_from(Instant::ALWAYS);
        state.window = window.then_some((Instant::ALWAYS, Instant::NEVER));
        let mut ask = Ask {
            act,
            caller: Asker {
                organization: self.recipient.organization,
                role: self.recipient.role,
                country: self.recipient.country,
                behind: Behind::Staff,
            },
            relation: None,
            purpose,
            owner: self.owner,
            past_owners: &[],
            facts: Facts { collected_in: self.owner.country, age },
            category,
            orders: if orders { &self.orders } else { &[] },
            overrides: &[],
            emergencies: &[],
            onward: None,
            state,
            at: NOON,
        };
        let mut verdict = decide(&self.rules, &self.consents, &ask).verdict;
        // The first relation that carries the purpose for this role, if any does.
        for relation in &self.relations {
            if !matches!(&verdict, Verdict::Refuse(refusal) if refusal.clause == Clause::NoRelation) {
                break;
            }
            ask.relation = Some(*relation);
            verdict = decide(&self.rules, &self.consents, &ask).verdict;
        }
        verdict
    }

    /// The cell of an act, age, category and purpose between the parties.
    pub(crate) fn cell(&self, act: Act, age: Age, category: Category, purpose: Purpose) -> Cell {
        let released =
            |orders, window| matches!(self.ask(act, age, category, purpose, orders, window), Verdict::Release(_));
        match self.ask(act, age, category, purpose, false, false) {
            Verdict::Release(_) => Cell::Permitted,
            Verdict::Refuse(refusal) => match refusal.clause {
                Clause::NoRelation => Cell::Unrelated,
                Clause::Law(id) => {
                    let row = self.places[&*id];
                    if released(true, false) {
                        Cell::Liftable(row)
                    } else if released(false, true) {
                        Cell::Window(row)
                    } else {
                        Cell::Forbidden(row)
                    }
                }
                other => panic!("with everything on record only a relation or law refuses, not {other:?}"),
            },
        }
    }
}
