//! How the tests put a question to custody: who holds, who asks, about whom, why.

use std::path::Path;

use sangam_custody::{
    Act, Age, Ask, Asker, Behind, Clause, Controller, Facts, LawBook, RecordState, Rules, Verdict, carries, decide,
};
use sangam_vocabulary::{Category, Country, Instant, Noun, OrganizationId, Purpose, Relation, Role, Seat};
use uuid::Uuid;

pub(crate) const BOOKS: [(&str, &str); 9] = [
    ("HUB", "hub"),
    ("AF", "afghanistan"),
    ("BD", "bangladesh"),
    ("BT", "bhutan"),
    ("IN", "india"),
    ("LK", "sri_lanka"),
    ("MV", "maldives"),
    ("NP", "nepal"),
    ("PK", "pakistan"),
];
/// Where the person who asks may sit; the owner's own seat is left out, because law does not bind an owner.
const SEATS: [(Noun, Seat); 14] = [
    (Noun::Referral, Seat::Sender),
    (Noun::Referral, Seat::Recipient),
    (Noun::Repatriation, Seat::Holding),
    (Noun::Repatriation, Seat::Receiving),
    (Noun::Repatriation, Seat::SendingLiaison),
    (Noun::Repatriation, Seat::ReceivingLiaison),
    (Noun::Repatriation, Seat::Lawyer),
    (Noun::Search, Seat::Source),
    (Noun::Search, Seat::Finder),
    (Noun::Arrival, Seat::Receiving),
    (Noun::Hearing, Seat::Lawyer),
    (Noun::Hearing, Seat::Contributor),
    (Noun::Subject, Seat::Contributor),
    (Noun::Subject, Seat::Owner),
];
/// 2026-11-24T08:00:00Z.
pub(crate) const NOW: Instant = Instant::from_millis(1_795_507_200_000);
pub(crate) const MINOR: Age = Age::MinorUntil(NOW.plus_days(400));

pub(crate) fn texts() -> Vec<(&'static str, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/countries");
    BOOKS
        .iter()
        .map(|(book, file)| (*book, std::fs::read_to_string(folder.join(file).with_extension("toml")).unwrap()))
        .collect()
}

pub(crate) fn book() -> LawBook {
    let texts = texts();
    LawBook::read(texts.iter().map(|(name, text)| (*name, text.as_str()))).unwrap()
}

pub(crate) fn backwards() -> LawBook {
    let texts = texts();
    LawBook::read(texts.iter().rev().map(|(name, text)| (*name, text.as_str()))).unwrap()
}

pub(crate) fn organization(number: u128) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(number))
}

pub(crate) const HOLDER: u128 = 1;
pub(crate) const CALLER: u128 = 2;

/// A question, in the words of the case: who holds, who asks, about whom, why.
#[derive(Clone, Copy)]
pub(crate) struct Question {
    pub(crate) from: (Role, Country),
    pub(crate) to: (Role, Country),
    pub(crate) age: Age,
    pub(crate) purpose: Purpose,
    pub(crate) category: Category,
}

impl Question {
    /// A seat that carries the purpose for the role that asks, if there is one.
    pub(crate) fn seat(&self) -> Option<Relation> {
        SEATS
            .iter()
            .map(|(noun, seat)| Relation::new(*noun, *seat))
            .find(|relation| *relation != Relation::OWNER && carries(self.purpose, *relation, self.to.0))
    }

    pub(crate) fn ask(&self, act: Act) -> Ask<'static> {
        Ask {
            act,
            caller: Asker {
                organization: organization(CALLER),
                role: self.to.0,
                country: self.to.1,
                behind: Behind::Staff,
            },
            relation: self.seat(),
            purpose: self.purpose,
            owner: Controller { organization: organization(HOLDER), role: self.from.0, country: self.from.1 },
            past_owners: &[],
            facts: Facts { collected_in: self.from.1, age: self.age },
            category: self.category,
            orders: &[],
            overrides: &[],
            emergencies: &[],
            onward: None,
            state: RecordState::open_from(Instant::ALWAYS),
            at: NOW,
        }
    }

    /// The row of law that forbids, if one does.
    pub(crate) fn forbidden_by(&self, law: &LawBook) -> Option<String> {
        clause(law, &self.ask(Act::Share))
    }
}

pub(crate) fn clause(law: &LawBook, ask: &Ask<'_>) -> Option<String> {
    let rules = Rules { law: law.clone(), ..Rules::default() };
    row_of(&rules, ask)
}

pub(crate) fn row_of(rules: &Rules, ask: &Ask<'_>) -> Option<String> {
    match decide(rules, &[], ask).verdict {
        Verdict::Refuse(refusal) => match refusal.clause {
            Clause::Law(id) => Some(id.to_string()),
            _ => None,
        },
        Verdict::Release(_) => None,
    }
}

pub(crate) fn cross(
    from: (Role, Country),
    to: (Role, Country),
    age: Age,
    purpose: Purpose,
    category: Category,
) -> Question {
    Question { from, to, age, purpose, category }
}
