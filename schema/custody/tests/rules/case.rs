//! A case in which everything is there: an Indian shelter refers an adult, who agreed, to an organization in Bangladesh
//! with which it has an agreement.

use sangam_custody::{
    Act, Age, Agreement, Approval, Ask, Asker, Assent, Behind, Clause, Consent, ConsentSpan, ConsentStanding, Context,
    ContextMask, Controller, Effect, Emergency, Facts, GivenBy, Ground, Informed, LawBook, Order, Override, Reason,
    RecordState, Rules, Ruling, Terms, Verdict, decide,
};
use sangam_vocabulary::{
    AgreementId, Category, CategorySet, ConsentId, Country, Instant, Noun, OrganizationId, PersonId, Purpose,
    PurposeSet, RecordId, Relation, Role, Seat,
};
use uuid::Uuid;

/// 2026-11-24T08:00:00Z.
pub(crate) const NOW: Instant = Instant::from_millis(1_795_507_200_000);
pub(crate) const CATEGORY: Category = Category::Services;
pub(crate) const PURPOSE: Purpose = Purpose::ServiceReferral;

pub(crate) fn organization(number: u128) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn person(number: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn record(number: u128) -> RecordId {
    RecordId::from_uuid(Uuid::from_u128(number))
}

pub(crate) const fn at(millis: i64) -> Instant {
    NOW.plus_millis(millis)
}

pub(crate) fn owner() -> Controller {
    Controller { organization: organization(1), role: Role::Shelter, country: Country::India }
}

pub(crate) fn consent(number: u128) -> Consent {
    Consent {
        id: ConsentId::from_uuid(Uuid::from_u128(number)),
        effect: Effect::Grant,
        given_by: GivenBy::Own,
        assent: Assent::NotAsked,
        informed: Informed::FULLY,
        purposes: PurposeSet::of(&[PURPOSE]),
        categories: CategorySet::of(&[CATEGORY, Category::Health]),
        recipients: vec![organization(2)],
        countries: vec![Country::Bangladesh],
        from: Instant::ALWAYS,
        until: Instant::NEVER,
    }
}

pub(crate) fn for_child(number: u128) -> Consent {
    Consent { given_by: GivenBy::Guardian { no_conflict: true }, assent: Assent::Given, ..consent(number) }
}

/// An agreement that lets one party show to another what the case is about.
pub(crate) fn agreement(number: u128, from: u128, to: u128, country: Country) -> Agreement {
    let approval = |party, who| Approval { organization: organization(party), person: person(party * 10 + who) };
    Agreement {
        id: AgreementId::from_uuid(Uuid::from_u128(number)),
        version: 1,
        disclosers: vec![organization(from)],
        recipients: vec![organization(to)],
        purposes: PurposeSet::of(&[PURPOSE]),
        categories: CategorySet::of(&[CATEGORY, Category::Health]),
        countries: vec![country],
        onward: false,
        from: Instant::ALWAYS,
        until: Instant::NEVER,
        suspended: false,
        approvals: vec![approval(from, 1), approval(from, 2), approval(to, 1), approval(to, 2)],
    }
}

/// Everything a decision looks at.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) law: LawBook,
    pub(crate) agreements: Vec<Agreement>,
    pub(crate) consents: Vec<Consent>,
    pub(crate) past_owners: Vec<Controller>,
    pub(crate) orders: Vec<Order>,
    pub(crate) overriding: Option<Override>,
    pub(crate) emergency: Option<Emergency>,
    pub(crate) ask: Ask<'static>,
}

impl Case {
    pub(crate) fn new() -> Self {
        let ask = Ask {
            act: Act::Share,
            caller: Asker {
                organization: organization(2),
                role: Role::Ngo,
                country: Country::Bangladesh,
                behind: Behind::Staff,
            },
            relation: Some(Relation::new(Noun::Referral, Seat::Recipient)),
            purpose: PURPOSE,
            owner: owner(),
            past_owners: &[],
            facts: Facts { collected_in: Country::India, age: Age::Adult },
            category: CATEGORY,
            orders: &[],
            overrides: &[],
            emergencies: &[],
            onward: None,
            state: RecordState::open_from(Instant::ALWAYS),
            at: NOW,
        };
        Self {
            law: LawBook::default(),
            agreements: vec![agreement(1, 1, 2, Country::Bangladesh)],
            consents: vec![consent(1)],
            past_owners: Vec::new(),
            orders: Vec::new(),
            overriding: None,
            emergency: None,
            ask,
        }
    }

    /// The same case with something otherwise.
    pub(crate) fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut case = Self::new();
        change(&mut case);
        case
    }

    fn rules(&self) -> Rules {
        Rules { law: self.law.clone(), terms: Terms::new(self.agreements.clone()), ..Rules::default() }
    }

    pub(crate) fn ruling(&self) -> Ruling {
        let ask = Ask {
            past_owners: &self.past_owners,
            orders: &self.orders,
            overrides: self.overriding.as_slice(),
            emergencies: self.emergency.as_slice(),
            ..self.ask.clone()
        };
        decide(&self.rules(), &self.consents, &ask)
    }

    /// What is said of it: the ground, or the clause that refuses. Where nothing exceptional is on record the mask says
    /// the same, and what shows outside is the clause's reason.
    pub(crate) fn said(&self) -> Result<Ground, Clause> {
        let ruling = self.ruling();
        assert_eq!(ruling.releases(), matches!(ruling.verdict, Verdict::Release(_)));
        let exceptional = !self.orders.is_empty() || self.overriding.is_some() || self.emergency.is_some();
        if self.ask.act == Act::Share && !exceptional {
            self.mask_says(&ruling);
        }
        match ruling.verdict {
            Verdict::Release(ground) => Ok(ground),
            Verdict::Refuse(refusal) => Err(refusal.clause),
        }
    }

    /// What law and agreements depend on of it.
    pub(crate) fn context(&self) -> Context {
        let ask = &self.ask;
        Context {
            caller: ask.caller,
            relation: ask.relation,
            purpose: ask.purpose,
            owner: ask.owner,
            past_owners: self.past_owners.clone(),
            facts: ask.facts,
            onward: ask.onward,
            state: ask.state,
        }
    }

    pub(crate) fn mask(&self) -> ContextMask {
        ContextMask::compile(&self.rules(), &self.context(), self.ask.at)
    }

    fn mask_says(&self, ruling: &Ruling) {
        let (ask, mask) = (&self.ask, self.mask());
        let wanted = CategorySet::of(&[ask.category]);
        let decision = mask.decision(self.spans_say(), wanted, Instant::NEVER);
        let (shown, reason) = (decision.shown(), decision.shown().reason(ask.category));
        match &ruling.verdict {
            Verdict::Release(_) => assert_eq!((shown.released, reason), (wanted, None)),
            Verdict::Refuse(refusal) => {
                assert_eq!((shown.released, reason), (CategorySet::NONE, refusal.reason()), "{refusal:?}");
            }
        }
        assert_eq!(mask.related(), !matches!(&ruling.verdict, Verdict::Refuse(r) if r.clause == Clause::NoRelation));
        assert_eq!(
            (mask.locked(), mask.suspended(), mask.recalled(), mask.owner()),
            (ask.state.locked, ask.state.suspended.is_some(), ask.state.recalled, ask.is_owner())
        );
        assert!(ruling.until <= mask.until(), "consent alone can end it sooner");
    }

    /// What the spans of the caller's consent cover now.
    fn spans_say(&self) -> CategorySet {
        let ask = &self.ask;
        let whom =
            ConsentStanding { recipient: ask.caller.organization, country: ask.caller.country, purpose: ask.purpose };
        let spans = ConsentSpan::compile(&self.consents, ask.facts.age, &whom, ask.at);
        let now = spans.iter().find(|span| span.from <= ask.at && ask.at < span.until);
        now.map_or(CategorySet::NONE, |span| span.mask)
    }
}

/// On what ground it is released when everything is there.
pub(crate) fn granted() -> Result<Ground, Clause> {
    let case = Case::new();
    Ok(Ground::Consent { consent: case.consents[0].id, agreement: case.agreements[0].id })
}

/// What a row does to a case.
pub(crate) type Change = fn(&mut Case);

/// Asks every row.
pub(crate) fn rows(rows: &[(&str, Change, Result<Ground, Clause>)]) {
    for (name, change, expected) in rows {
        assert_eq!(Case::with(change).said(), *expected, "{name}");
    }
}

/// What may be said outside of a clause.
pub(crate) fn outside(clause: Clause) -> Option<Reason> {
    sangam_custody::Refusal { clause }.reason()
}
