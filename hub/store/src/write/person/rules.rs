//! Who may change what of whom: the one place where that stands. Nothing here reads or writes; the facts come in, and
//! a rule says yes, no, or only half. `deploy/decisions/0007-two-administrators.md` says why the rules are these.
//!
//! - Only an administrator who may act, or the operator, changes accounts, and an administrator never the own one.
//! - Whatever gives (an invitation, a role, an account that acts again, a case) takes two active administrators in the
//!   organization. What takes away (a suspension, a narrower role, a case) takes one.
//! - Nobody is made an administrator by one administrator alone: one proposes, another confirms. The operator may.
//! - No role is taken from one of the last two administrators. A suspension is not refused for it: a stolen account
//!   must stop at once, and until the operator or a resumption makes it two again, nothing is given.

use sangam_vocabulary::{Instant, PersonId, PersonRole, PersonRoles};
use thiserror::Error;

use crate::person::{PersonRow, PersonState};

/// Who changes an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Whoever runs the hub, at the terminal.
    Operator,
    /// A person who signed in.
    Person(PersonId),
}

/// Why a change of people is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum PersonRefusal {
    /// Whoever asks is no administrator who may act.
    #[error("only an administrator of the organization can do that")]
    NotAdministrator,
    /// It is about the own account.
    #[error("nobody does that to the own account; another administrator can")]
    Oneself,
    /// The organization has fewer than two active administrators.
    #[error(
        "rights are given only while the organization has two active administrators; ask the operator to appoint the \
         second"
    )]
    OneAdministrator,
    /// The organization would be left with fewer than two administrators.
    #[error("an organization keeps two administrators; make another one first, or suspend the account")]
    LastAdministrators,
    /// The pseudonym is not one.
    #[error("a pseudonym has 1 to 64 characters of letters, digits, `-`, `.` and `_`")]
    Pseudonym,
    /// The pseudonym is taken.
    #[error("the pseudonym is taken in this organization; choose another")]
    Taken,
    /// The organization has as many accounts as it may have.
    #[error("the organization has as many accounts as it may have; ask the operator")]
    TooManyAccounts,
    /// The team has as many members as it may have.
    #[error("the team has as many members as it may have; take somebody off it first")]
    TooManyMembers,
    /// The account is not one that can be reviewed: it sleeps.
    #[error("an account that sleeps is not reviewed; let it act again first")]
    Asleep,
    /// Whoever is to be on the team may not act.
    #[error("only somebody whose account is active can be put on a team")]
    NotActive,
    /// Whoever is to be on the team works on no case: neither a case worker nor a liaison.
    #[error("only a case worker or a liaison can be put on a team; assign the role first")]
    NotCaseWorker,
    /// Whoever asks is neither an administrator nor a case worker on that team.
    #[error("only an administrator, or a case worker on that team, can do that")]
    NotOnTeam,
    /// A deputy is somebody else of the organization who may act, for a while.
    #[error("a deputy is another active person of the organization, for at most 92 days")]
    NoDeputy,
    /// An address for notices was given as often as it may be in a day.
    #[error("an address for notices is given at most 5 times a day; try again tomorrow")]
    TooManyAddresses,
}

impl PersonRefusal {
    /// Every refusal.
    pub const ALL: &'static [Self] = &[
        Self::NotAdministrator,
        Self::Oneself,
        Self::OneAdministrator,
        Self::LastAdministrators,
        Self::Pseudonym,
        Self::Taken,
        Self::TooManyAccounts,
        Self::TooManyMembers,
        Self::Asleep,
        Self::NotActive,
        Self::NotCaseWorker,
        Self::NotOnTeam,
        Self::NoDeputy,
        Self::TooManyAddresses,
    ];
}

/// How many administrators an organization has to have to give, and keeps.
const TWO: usize = 2;

/// What a roles' change comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::write) struct Given {
    /// The roles from now on.
    pub(in crate::write) roles: PersonRoles,
    /// Who proposes that the person be an administrator as well; another has to confirm it.
    pub(in crate::write) proposed_by: Option<PersonId>,
}

/// Who asks, and who may act in the organization.
pub(in crate::write) struct Rules<'a> {
    at: Instant,
    by: By,
    people: &'a [PersonRow],
}

impl<'a> Rules<'a> {
    /// The rules for one change, with every account of the organization as it stands.
    pub(in crate::write) const fn new(at: Instant, by: By, people: &'a [PersonRow]) -> Self {
        Self { at, by, people }
    }

    fn administrators(&self) -> impl Iterator<Item = &'a PersonRow> {
        let at = self.at;
        self.people.iter().filter(move |row| row.administers(at))
    }

    fn administers(&self, person: PersonId) -> bool {
        self.administrators().any(|row| row.id == person)
    }

    /// To take away, and to say that something is right.
    pub(in crate::write) fn take(&self, target: Option<PersonId>) -> Result<(), PersonRefusal> {
        let By::Person(person) = self.by else { return Ok(()) };
        if !self.administers(person) {
            return Err(PersonRefusal::NotAdministrator);
        }
        if target == Some(person) { Err(PersonRefusal::Oneself) } else { Ok(()) }
    }

    /// To give.
    pub(in crate::write) fn give(&self, target: Option<PersonId>) -> Result<(), PersonRefusal> {
        self.take(target)?;
        if self.by != By::Operator && self.administrators().take(TWO).count() < TWO {
            return Err(PersonRefusal::OneAdministrator);
        }
        Ok(())
    }

    /// What an account comes to that begins, or begins again, with these roles.
    pub(in crate::write) fn begins(&self, roles: PersonRoles) -> Given {
        match self.by {
            By::Person(person) if roles.contains(PersonRole::Administrator) => {
                Given { roles: without_administrator(roles), proposed_by: Some(person) }
            }
            _ => Given { roles, proposed_by: None },
        }
    }

    /// Other roles for an account.
    pub(in crate::write) fn assign(&self, target: &PersonRow, roles: PersonRoles) -> Result<Given, PersonRefusal> {
        self.take(Some(target.id))?;
        let had = |role: PersonRole| target.roles.contains(role);
        if roles.iter().any(|role| !had(role)) {
            self.give(Some(target.id))?;
        }
        let administrator = roles.contains(PersonRole::Administrator);
        if !administrator && target.administers(self.at) && self.administrators().count() <= TWO {
            return Err(PersonRefusal::LastAdministrators);
        }
        match self.by {
            By::Person(person) if administrator && !had(PersonRole::Administrator) => Ok(
                // Whose proposal it is must still be an administrator, and another than who confirms it.
                match target.appointment.filter(|open| open.until > self.at && self.administers(open.by)) {
                    Some(open) if open.by != person => Given { roles, proposed_by: None },
                    _ => Given { roles: without_administrator(roles), proposed_by: Some(person) },
                },
            ),
            _ => Ok(Given { roles, proposed_by: None }),
        }
    }

    /// To put somebody on a team: an administrator, or a case worker who is on it. Case workers can be, and liaisons,
    /// who read.
    pub(in crate::write) fn join(&self, target: &PersonRow, on_team: bool) -> Result<(), PersonRefusal> {
        self.of_team(on_team)?;
        match self.by {
            By::Person(person) if person == target.id => return Err(PersonRefusal::Oneself),
            By::Person(person) if self.administers(person) && !self.works(person, on_team) => self.give(None)?,
            _ => {}
        }
        if target.state(self.at) != PersonState::Active {
            return Err(PersonRefusal::NotActive);
        }
        let may = [PersonRole::CaseWorker, PersonRole::Liaison].iter().any(|role| target.roles.contains(*role));
        if may { Ok(()) } else { Err(PersonRefusal::NotCaseWorker) }
    }

    /// To change a team at all; one's own leave is that of a member.
    pub(in crate::write) fn of_team(&self, on_team: bool) -> Result<(), PersonRefusal> {
        match self.by {
            By::Person(person) if self.administers(person) || self.works(person, on_team) => Ok(()),
            By::Person(_) => Err(PersonRefusal::NotOnTeam),
            By::Operator => Err(PersonRefusal::NotAdministrator),
        }
    }

    fn works(&self, person: PersonId, on_team: bool) -> bool {
        let active = |row: &PersonRow| row.state(self.at) == PersonState::Active;
        on_team
            && self
                .people
                .iter()
                .any(|row| row.id == person && active(row) && row.roles.contains(PersonRole::CaseWorker))
    }
}

fn without_administrator(roles: PersonRoles) -> PersonRoles {
    let others: Vec<_> = roles.iter().filter(|role| *role != PersonRole::Administrator).collect();
    PersonRoles::of(&others)
}
