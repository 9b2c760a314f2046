//! The question custody answers. It carries everything a ruling may ever depend on, from the first day, so
//! that a new rule is a row and never a parameter.

use sangam_vocabulary::{
    Category, CategorySet, Country, Instant, OrganizationId, PersonId, Purpose, PurposeSet, Relation, codes,
};
use serde::{Deserialize, Serialize};

use crate::party::{Asker, Controller};

/// How long an override by authority holds, in days (DESIGN §4, step 3).
pub const OVERRIDE_DAYS: i64 = 30;
/// How long a declared emergency opens what it opens: 24 hours, long enough to act and short enough to be
/// looked at the next day.
pub const EMERGENCY_MILLIS: i64 = 86_400_000;

/// What is asked for. Publication and sharing are different acts in every law of the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Act {
    /// To make known to anyone. Never permitted; rows of this act say by which law.
    #[serde(rename = "PUBLISH")]
    Publish,
    /// To give to one named recipient for one purpose.
    #[serde(rename = "SHARE")]
    Share,
}

/// What is known of the age. A child is a person under eighteen in all eight states (domain.md 2.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Age {
    /// Not known: the rules for minors and for adults both apply.
    Unknown,
    /// Of age.
    Adult,
    /// A minor until this instant, which is never earlier than the eighteenth birthday.
    MinorUntil(Instant),
}

impl Age {
    /// Whether the rules for minors apply at the instant.
    #[must_use]
    pub fn minor_rules(self, at: Instant) -> bool {
        match self {
            Self::Unknown => true,
            Self::Adult => false,
            Self::MinorUntil(until) => at < until,
        }
    }

    /// Whether the rules for adults apply at the instant.
    #[must_use]
    pub fn adult_rules(self, at: Instant) -> bool {
        match self {
            Self::Unknown | Self::Adult => true,
            Self::MinorUntil(until) => at >= until,
        }
    }
}

/// The facts about a subject that law needs. They lie in clear beside the sealed record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Facts {
    /// The country the data were collected in.
    pub collected_in: Country,
    /// What is known of the age.
    pub age: Age,
}

/// Why nobody but its owner is shown anything of a record for the time being.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suspension {
    /// The owner's own system no longer shares it with the hub.
    TakenBack,
    /// The owner's own system has a newer version that could not be read: what it refuses is not known, and what
    /// is not known refuses.
    Unread,
}

impl Suspension {
    const ALL: [Self; 2] = [Self::TakenBack, Self::Unread];

    /// The code it is stored by.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TakenBack => "TAKEN_BACK",
            Self::Unread => "UNREAD",
        }
    }

    /// Reads the stored code.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suspension| suspension.code() == code)
    }
}

/// The state of the record that gives the relation, with its instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordState {
    /// Since when the relation stands.
    pub from: Instant,
    /// Until when it stands.
    pub until: Instant,
    /// The window in which a handover is under way for this relation, if one is set: rows that name it are
    /// silent inside.
    pub window: Option<(Instant, Instant)>,
    /// Whether the owner's or the country's subjects are locked: nothing is available then.
    pub locked: bool,
    /// Whether the person who asks is on the subject's team in the own organization. A system is on none and needs
    /// none.
    pub on_team: bool,
    /// Whether the owner's data of the subject are suspended: they are available to nobody but the owner then.
    pub suspended: Option<Suspension>,
    /// What the record does not carry for this seat as it stands now: a liaison has no identity by default, and what
    /// a search at home needs closes with the search (DESIGN §5). Nothing lifts it but the record's next step.
    pub shut: CategorySet,
    /// Whether the caller's organization was asked to let go of what it has of the subject and has not answered:
    /// nothing new is disclosed to it until it does (DESIGN §5, recall).
    pub recalled: bool,
}

impl RecordState {
    /// A relation that stands from an instant on, with no window, no lock, no suspension, no recall, nobody on the
    /// team, and nothing shut.
    #[must_use]
    pub const fn open_from(from: Instant) -> Self {
        Self {
            from,
            until: Instant::NEVER,
            window: None,
            locked: false,
            on_team: false,
            suspended: None,
            shut: CategorySet::NONE,
            recalled: false,
        }
    }

    /// Whether the relation stands at the instant.
    #[must_use]
    pub fn stands(&self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }

    /// Whether the handover window is open at the instant.
    #[must_use]
    pub fn in_window(&self, at: Instant) -> bool {
        self.window.is_some_and(|(from, until)| from <= at && at < until)
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
    /// On what basis.
    pub basis: OverrideBasis,
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

    /// Whether it stands in for the consent the ask lacks.
    #[must_use]
    pub fn covers(&self, ask: &Ask<'_>) -> bool {
        self.basis.is_for(ask.facts.age, ask.at)
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

/// One question: may this caller see this category of this subject, now, for this purpose?
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// What is asked for.
    pub act: Act,
    /// Who asks.
    pub caller: Asker,
    /// The open relation that joins the caller to the subject.
    pub relation: Option<Relation>,
    /// Why.
    pub purpose: Purpose,
    /// Who controls the data now.
    pub owner: Controller,
    /// Who controlled them before.
    pub past_owners: &'a [Controller],
    /// The facts law needs.
    pub facts: Facts,
    /// What is asked about.
    pub category: Category,
    /// Orders on record for the subject.
    pub orders: &'a [Order],
    /// Overrides by authority on record.
    pub overrides: &'a [Override],
    /// Emergencies declared.
    pub emergencies: &'a [Emergency],
    /// The organization through which the caller comes to the record, where that is not the owner.
    pub onward: Option<Controller>,
    /// The state of the record that gives the relation.
    pub state: RecordState,
    /// The instant of the question.
    pub at: Instant,
}

impl Ask<'_> {
    /// Whether an owner asks about its own subject.
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.caller.organization == self.owner.organization && self.relation == Some(Relation::OWNER)
    }
}
