//! What may stand in for a consent or lift a row of law: orders, overrides by authority, emergencies (DESIGN §4, steps 2
//! and 3, break-glass). Each says here what it bears on; what that comes to is `decide`'s to say, and how one is put on
//! record and agreed to is the workflow's.

use sangam_vocabulary::{
    Category, CategorySet, Instant, OrganizationId, PersonId, Purpose, PurposeSet, RecordId, codes,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ask::{Age, Ask};

/// How long an override by authority holds, in days (DESIGN §4, step 3).
pub const OVERRIDE_DAYS: i64 = 30;
/// How long a declared emergency opens what it opens: 24 hours, long enough to act and short enough to be
/// looked at the next day.
pub const EMERGENCY_MILLIS: i64 = 86_400_000;

codes! {
    "What kind of exception is on record."
    pub enum ExceptionKind {
        Order = "ORDER": "An order that lifts rows of law for what is written in it.",
        Override = "OVERRIDE": "An authority stands in for a consent.",
        Emergency = "EMERGENCY": "A recipient declared an emergency: for a day neither consent nor agreement is asked for.",
    }
}

/// An exception on which a disclosure rests: without it, something of what was released would not have been. The
/// journal's entry names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedBy {
    /// What it is.
    pub kind: ExceptionKind,
    /// Which.
    pub record: Uuid,
}

impl OpenedBy {
    pub(crate) const fn new(kind: ExceptionKind, id: RecordId) -> Self {
        Self { kind, record: id.uuid() }
    }
}

codes! {
    "Who gave an order that lifts a row of law."
    pub enum OrderKind {
        Court = "COURT_ORDER": "An order of a court.",
        Committee = "COMMITTEE_ORDER": "An order of a child welfare committee or juvenile board.",
        Tribunal = "TRIBUNAL_LEAVE": "Leave of a tribunal.",
    }
}

/// An order, uploaded by one person and attested by another, that lifts rows for what is written in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its record.
    pub id: RecordId,
    /// Who gave it.
    pub kind: OrderKind,
    /// For which categories.
    pub categories: CategorySet,
    /// To which recipients.
    pub recipients: Vec<OrganizationId>,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// Who uploaded it.
    pub uploaded_by: PersonId,
    /// Who attested it; an order nobody attested lifts nothing.
    pub attested_by: Option<PersonId>,
}

impl Order {
    /// Whether the order lifts a row of its kind for the category and recipient at the instant.
    #[must_use]
    pub fn lifts(&self, kind: OrderKind, category: Category, recipient: OrganizationId, at: Instant) -> bool {
        self.kind == kind
            && self.attested_by.is_some_and(|second| second != self.uploaded_by)
            && self.categories.contains(category)
            && self.recipients.contains(&recipient)
            && self.from <= at
            && at < self.until
    }
}

codes! {
    "Why an authority may stand in for a consent."
    pub enum OverrideBasis {
        CourtOrder = "COURT_ORDER": "A court ordered the disclosure.",
        ChildProtection = "CHILD_PROTECTION": "A child's best interests, found by the authority that has the child in care.",
    }
}

/// An override by authority (DESIGN §4, step 3): for children and for court orders only, with a second
/// approver, never for an adult's repatriation or tracing, for thirty days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Its record.
    pub id: RecordId,
    /// On what basis.
    pub basis: OverrideBasis,
    /// The order of a court that it rests on; without one that is on record, a court's word is nobody's.
    pub order: Option<RecordId>,
    /// For which categories.
    pub categories: CategorySet,
    /// For which purposes.
    pub purposes: PurposeSet,
    /// To which recipient.
    pub recipient: OrganizationId,
    /// From when; it ends thirty days later.
    pub from: Instant,
    /// Who asked for it.
    pub requested_by: PersonId,
    /// Who approved it.
    pub approved_by: Option<PersonId>,
}

impl OverrideBasis {
    /// Whether the basis is one for a person of this age: a child's best interests are those of a child who is known to
    /// be one, and of nobody else.
    #[must_use]
    pub fn is_for(self, age: Age, at: Instant) -> bool {
        match self {
            Self::CourtOrder => true,
            Self::ChildProtection => age.minor_rules(at) && !age.adult_rules(at),
        }
    }
}

impl Override {
    /// The purposes for which nothing stands in for an adult's own word: nobody brings her home or lets her be found
    /// without it (DESIGN §4, step 3). Whoever may be an adult counts as one.
    #[must_use]
    pub fn barred(age: Age, at: Instant) -> PurposeSet {
        if age.adult_rules(at) {
            PurposeSet::of(&[Purpose::Repatriation, Purpose::FamilyTracing])
        } else {
            PurposeSet::of(&[])
        }
    }

    /// Until when it holds.
    #[must_use]
    pub const fn until(&self) -> Instant {
        self.from.plus_days(OVERRIDE_DAYS)
    }

    /// Whether what it rests on is there: of a court's, its order, attested and in force for the category and the
    /// recipient that are asked about.
    fn is_founded(&self, ask: &Ask<'_>) -> bool {
        let recipient = ask.caller.organization;
        match self.basis {
            OverrideBasis::CourtOrder => ask.orders.iter().any(|order| {
                self.order == Some(order.id) && order.lifts(OrderKind::Court, ask.category, recipient, ask.at)
            }),
            OverrideBasis::ChildProtection => true,
        }
    }

    /// Whether it stands in for the consent the ask lacks.
    #[must_use]
    pub fn covers(&self, ask: &Ask<'_>) -> bool {
        self.basis.is_for(ask.facts.age, ask.at)
            && self.is_founded(ask)
            && !Self::barred(ask.facts.age, ask.at).contains(ask.purpose)
            && self.approved_by.is_some_and(|second| second != self.requested_by)
            && self.categories.contains(ask.category)
            && self.purposes.contains(ask.purpose)
            && self.recipient == ask.caller.organization
            && self.from <= ask.at
            && ask.at < self.until()
    }
}

/// A declared emergency (break-glass): replaces consent and agreement for a day, never a row of law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// Its record.
    pub id: RecordId,
    /// For which recipient.
    pub recipient: OrganizationId,
    /// Who declared it.
    pub declared_by: PersonId,
    /// When.
    pub declared_at: Instant,
}

impl Emergency {
    /// Until when it holds.
    #[must_use]
    pub const fn until(&self) -> Instant {
        self.declared_at.plus_millis(EMERGENCY_MILLIS)
    }

    /// Whether it holds for the recipient at the instant.
    #[must_use]
    pub fn holds(&self, recipient: OrganizationId, at: Instant) -> bool {
        self.recipient == recipient && self.declared_at <= at && at < self.until()
    }
}

/// What is on record for a subject beside consent: orders, overrides by authority and emergencies, whether they hold
/// or not. What of it bears on a question is [`decide`](crate::decide)'s to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exceptions {
    /// Orders.
    pub orders: Vec<Order>,
    /// Overrides by authority.
    pub overrides: Vec<Override>,
    /// Emergencies.
    pub emergencies: Vec<Emergency>,
}

impl Exceptions {
    /// Nothing is on record.
    pub const NONE: &'static Self = &Self { orders: Vec::new(), overrides: Vec::new(), emergencies: Vec::new() };
}
