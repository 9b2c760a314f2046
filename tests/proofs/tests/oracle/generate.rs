//! Asks from a seed. A case begins as one that could be released, or as one that a row of law was written for; then
//! some of what it stands on is moved, often by a millisecond. The bias is in what is drawn, never in what is decided.

use sangam_custody::{
    Act, Age, Behind, Controller, Emergency, Facts, LawBook, LawRow, Order, OrderKind, Override, OverrideBasis,
    RecordState, carries,
};
use sangam_proofs::{Cast, Draw, NOON, texts};
use sangam_vocabulary::{
    Category, CategorySet, Code, Country, Instant, Noun, PersonId, Purpose, PurposeSet, RecordId, Relation, Role, Seat,
};
use uuid::Uuid;

use crate::case::{Books, Case};

const DAY: i64 = 86_400_000;
/// Steps by which instants are moved: over a boundary, onto it, and far away.
const STEPS: [i64; 11] = [-90 * DAY, -30 * DAY, -DAY, -1, 0, 1, DAY, DAY + 1, 30 * DAY, 30 * DAY + 1, 90 * DAY];

/// How many in a hundred cases are aimed at a row of law.
const AIMED: usize = 25;
/// The categories that law leaves alone most: without a leaning towards them little would be released.
const QUIET: [Category; 6] = [
    Category::CaseReference,
    Category::Demographics,
    Category::Services,
    Category::Documents,
    Category::ContactSafety,
    Category::Origin,
];

/// Draws cases.
pub(crate) struct Generator {
    pub(crate) draw: Draw,
    pub(crate) cast: Cast,
    rows: Vec<(Option<Country>, LawRow)>,
}

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        let texts = texts();
        let law = LawBook::read(texts.iter().map(|(name, text)| (*name, text.as_str()))).unwrap();
        let rows = law.rows().map(|(country, row)| (country, row.clone())).collect();
        Self { draw: Draw::new(seed), cast: Cast::default(), rows }
    }

    /// The next case.
    pub(crate) fn case(&mut self) -> Case {
        let mut case = self.plain();
        if self.draw.percent(AIMED) {
            self.aim(&mut case);
        }
        self.join(&mut case);
        self.record(&mut case);
        let moves = *self.draw.of(&[0, 0, 0, 0, 1, 1, 1, 2, 2, 3]);
        for _ in 0..moves {
            self.disturb(&mut case);
        }
        case
    }

    /// Who, what, why, and nothing on record.
    fn plain(&mut self) -> Case {
        let owner = *self.draw.of(&self.cast.organizations);
        let caller = if self.draw.percent(4) { owner } else { *self.draw.of(&self.cast.organizations) };
        let at = NOON.plus_millis(i64::try_from(self.draw.below(1_000_000)).unwrap());
        let facts = Facts { collected_in: owner.country, age: self.age(at) };
        let mut case = Case {
            act: Act::Share,
            caller,
            behind: Behind::Staff,
            relation: None,
            // The last purpose, statistics, is carried by no relation but the owner's.
            purpose: if self.draw.percent(95) { *self.draw.of(&Purpose::ALL[..8]) } else { Purpose::Statistics },
            owner,
            past_owners: Vec::new(),
            facts,
            category: if self.draw.percent(55) { *self.draw.of(&QUIET) } else { *self.draw.of(Category::ALL) },
            orders: Vec::new(),
            overriding: None,
            emergency: None,
            onward: None,
            state: RecordState::open_from(at.plus_millis(-DAY)),
            at,
            consents: Vec::new(),
            agreements: Vec::new(),
            books: Books::Whole,
        };
        if self.draw.percent(10) {
            // Most people ask about cases that are theirs.
            (case.behind, case.state.on_team) = (Behind::Person, self.draw.percent(80));
        }
        if self.draw.percent(15) {
            case.onward = Some(*self.draw.of(&self.cast.organizations));
        }
        case
    }

    fn age(&mut self, at: Instant) -> Age {
        match self.draw.below(10) {
            0 | 1 => Age::Unknown,
            2..=4 => Age::Adult,
            5..=7 => Age::MinorUntil(at.plus_millis(400 * DAY)),
            8 => Age::MinorUntil(at.plus_millis(-400 * DAY)),
            _ => Age::MinorUntil(at.plus_millis(*self.draw.of(&[-1, 0, 1]))),
        }
    }

    /// Turns the case towards a row of law: it is likely, not certain, that the row speaks to it.
    fn aim(&mut self, case: &mut Case) {
        let (country, row) = self.draw.of(&self.rows).clone();
        case.act = row.act;
        if let Some(categories) = &row.categories {
            case.category = *self.draw.of(categories);
        }
        let purposes: Vec<Purpose> = Purpose::ALL
            .iter()
            .copied()
            .filter(|p| row.purposes.as_ref().is_none_or(|l| l.contains(p)) && !row.except_purposes.contains(p))
            .collect();
        case.purpose = *self.draw.of(&purposes);
        let place = country.unwrap_or(*self.draw.of(Country::ALL));
        let other = if row.abroad == Some(false) { place } else { *self.draw.of(Country::ALL) };
        let (here, there) = if self.draw.percent(50) { (place, other) } else { (other, place) };
        let owner_role = row.controllers.as_ref().map_or(*self.draw.of(Role::ALL), |roles| *self.draw.of(roles));
        let roles: Vec<Role> = Role::ALL
            .iter()
            .copied()
            .filter(|r| row.recipients.as_ref().is_none_or(|l| l.contains(r)) && !row.except_recipients.contains(r))
            .collect();
        case.owner = self.cast.of(here, owner_role);
        case.caller = self.cast.twin(self.cast.of(there, *self.draw.of(&roles)));
        case.facts.collected_in = here;
    }

    /// Finds a relation that carries the purpose, where there is one; the owner sits in its own seat.
    fn join(&mut self, case: &mut Case) {
        if case.caller.organization == case.owner.organization && self.draw.percent(80) {
            case.relation = Some(Relation::OWNER);
            return;
        }
        let mut all = Vec::new();
        for noun in Noun::ALL {
            all.extend(Seat::ALL.iter().map(|seat| Relation::new(*noun, *seat)));
        }
        let role = case.caller.role;
        let fit: Vec<_> =
            all.iter().filter(|r| **r != Relation::OWNER && carries(case.purpose, **r, role)).copied().collect();
        case.relation =
            Some(if fit.is_empty() || self.draw.percent(3) { *self.draw.of(&all) } else { *self.draw.of(&fit) });
    }

    /// Puts on record what would let the case pass.
    fn record(&mut self, case: &mut Case) {
        if case.facts.age.adult_rules(case.at) {
            case.consents.push(self.own_consent(case));
        }
        if case.facts.age.minor_rules(case.at) {
            case.consents.push(self.child_consent(case));
        }
        match case.onward {
            None => case.agreements.push(self.agreement_between(case, case.owner, case.caller)),
            Some(source) => {
                let mut first = self.agreement_between(case, case.owner, source);
                first.onward = true;
                case.agreements.push(first);
                case.agreements.push(self.agreement_between(case, source, case.caller));
            }
        }
        if self.draw.percent(10) {
            let window = (self.moved(case.at), self.moved(case.at));
            case.state.window = Some(window);
        }
        if self.draw.percent(12) {
            case.orders.push(self.order(case));
        }
        if self.draw.percent(20) {
            case.past_owners.push(*self.draw.of(&self.cast.organizations));
        }
        match self.draw.below(100) {
            0..=8 => {
                let overriding = self.overriding(case);
                if overriding.basis == OverrideBasis::CourtOrder && case.orders.len() < 2 {
                    case.orders.push(self.order_behind(case, &overriding));
                }
                case.overriding = Some(overriding);
                case.consents.clear();
            }
            9..=12 => {
                case.emergency = Some(self.emergency(case));
                case.consents.truncate(self.draw.below(2));
            }
            _ => {}
        }
        if self.draw.percent(3) {
            case.books = if self.draw.percent(70) { Books::IndiaBroken } else { Books::HubBroken };
        }
    }

    pub(crate) fn moved(&mut self, at: Instant) -> Instant {
        at.plus_millis(*self.draw.of(&STEPS))
    }

    pub(crate) fn person(&mut self) -> PersonId {
        *self.draw.of(&self.cast.people)
    }

    pub(crate) fn second_person(&mut self) -> Option<PersonId> {
        (!self.draw.percent(10)).then(|| self.person())
    }

    pub(crate) fn organization(&mut self, case: &Case) -> Controller {
        let any = *self.draw.of(&self.cast.organizations);
        *self.draw.of(&[case.caller, case.caller, case.owner, any])
    }

    pub(crate) fn categories(&mut self, case: &Case) -> CategorySet {
        match self.draw.below(6) {
            0 => CategorySet::all(),
            1 => CategorySet::all().without(case.category),
            2 => CategorySet::NONE.with(*self.draw.of(Category::ALL)),
            _ => CategorySet::NONE.with(case.category).with(*self.draw.of(Category::ALL)),
        }
    }

    pub(crate) fn purposes(&mut self, case: &Case) -> PurposeSet {
        match self.draw.below(6) {
            0 => PurposeSet::all(),
            1 => PurposeSet::NONE.with(*self.draw.of(Purpose::ALL)),
            _ => PurposeSet::NONE.with(case.purpose).with(*self.draw.of(Purpose::ALL)),
        }
    }

    pub(crate) fn order(&mut self, case: &Case) -> Order {
        let (from, until) = (self.moved(case.at).plus_millis(-2 * DAY), self.moved(case.at).plus_millis(2 * DAY));
        let kind = *self.draw.of(&[OrderKind::Committee, OrderKind::Committee, OrderKind::Court, OrderKind::Tribunal]);
        let categories = self.categories(case);
        let recipients = vec![self.organization(case).organization];
        let uploaded_by = self.person();
        let id = self.exceptional();
        Order { id, kind, categories, recipients, from, until, uploaded_by, attested_by: self.second_person() }
    }

    /// The order of a court behind an override, for the most part.
    fn order_behind(&mut self, case: &Case, overriding: &Override) -> Order {
        let kind = *self.draw.of(&[OrderKind::Court, OrderKind::Court, OrderKind::Court, OrderKind::Committee]);
        let (categories, recipients) = (overriding.categories, vec![overriding.recipient]);
        Order { id: overriding.id, kind, categories, recipients, ..self.order(case) }
    }

    /// The id of something exceptional: one of a few, so that one meets another.
    fn exceptional(&mut self) -> RecordId {
        RecordId::from_uuid(Uuid::from_u128(u128::try_from(self.draw.below(3)).unwrap_or(0)))
    }

    pub(crate) fn overriding(&mut self, case: &Case) -> Override {
        let (id, other) = (self.exceptional(), self.exceptional());
        Override {
            id,
            order: *self.draw.of(&[Some(id), Some(id), Some(id), Some(other), None]),
            basis: *self.draw.of(&[OverrideBasis::CourtOrder, OverrideBasis::ChildProtection]),
            categories: self.categories(case),
            purposes: self.purposes(case),
            recipient: self.organization(case).organization,
            from: *self.draw.of(&[
                case.at.plus_millis(-DAY),
                case.at.plus_millis(-30 * DAY),
                case.at.plus_millis(1 - 30 * DAY),
                case.at,
                case.at.plus_millis(1),
            ]),
            requested_by: self.person(),
            approved_by: self.second_person(),
        }
    }

    pub(crate) fn emergency(&mut self, case: &Case) -> Emergency {
        Emergency {
            id: self.exceptional(),
            recipient: self.organization(case).organization,
            declared_by: self.person(),
            declared_at: *self.draw.of(&[
                case.at.plus_millis(-1000),
                case.at.plus_millis(-DAY),
                case.at.plus_millis(1 - DAY),
                case.at,
                case.at.plus_millis(1),
            ]),
        }
    }
}
