//! The question custody answers. It carries everything a ruling may ever depend on, from the first day, so
//! that a new rule is a row and never a parameter.

use sangam_vocabulary::{Category, CategorySet, Country, Instant, Purpose, Relation};
use serde::{Deserialize, Serialize};

use crate::exception::{Emergency, Order, Override};
use crate::party::{Asker, Controller};

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
