//! Parties: who asks and who controls. Who in an organization asks has a pseudonym for the journal, and none in what a
//! ruling depends on.

use std::sync::Arc;

use sangam_vocabulary::{Country, OrganizationId, PersonId, Role};

/// Who in the caller's organization asks: by a pseudonym, never a name. Either a member of staff for whom the
/// organization's system speaks, or a person who signed in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Actor {
    pseudonym: Arc<str>,
    person: Option<PersonId>,
}

impl Actor {
    /// A member of staff, by a pseudonym that the organization's system signed.
    #[must_use]
    pub fn staff(pseudonym: &str) -> Self {
        Self { pseudonym: Arc::from(pseudonym), person: None }
    }

    /// A person who signed in, by the pseudonym the organization gave.
    #[must_use]
    pub fn person(person: PersonId, pseudonym: &str) -> Self {
        Self { pseudonym: Arc::from(pseudonym), person: Some(person) }
    }

    /// The pseudonym.
    #[must_use]
    pub fn pseudonym(&self) -> &str {
        &self.pseudonym
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Party {
    /// The organization.
    pub organization: OrganizationId,
    /// The capacity in which it takes part.
    pub role: Role,
    /// Where it is.
    pub country: Country,
    /// Who in it asks; none where a system asks and names nobody.
    pub actor: Option<Actor>,
}

impl Party {
    /// The person who signed in, if one did: whose teams are looked at.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.actor.as_ref().and_then(|actor| actor.person)
    }

    /// The same party as a person who signed in, whatever it was before: by the actor's pseudonym, or by the person's
    /// own id where nobody gave one.
    #[must_use]
    pub fn signed_in(mut self, person: PersonId) -> Self {
        let pseudonym = match &self.actor {
            Some(actor) => Arc::clone(&actor.pseudonym),
            None => Arc::from(person.uuid().simple().to_string()),
        };
        self.actor = Some(Actor { pseudonym, person: Some(person) });
        self
    }

    /// The party as far as a ruling depends on it.
    #[must_use]
    pub fn asker(&self) -> Asker {
        let behind = match &self.actor {
            None => Behind::Nobody,
            Some(Actor { person: None, .. }) => Behind::Staff,
            Some(Actor { person: Some(_), .. }) => Behind::Person,
        };
        Asker { organization: self.organization, role: self.role, country: self.country, behind }
    }
}

/// What stands behind an ask in the organization that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Behind {
    /// A system that names nobody.
    Nobody,
    /// A member of staff for whom the system asks.
    Staff,
    /// A person who signed in.
    Person,
}

/// Who asks, as far as a ruling depends on it. There is no pseudonym in it, so that all staff of an organization share
/// what is compiled for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asker {
    /// The organization.
    pub organization: OrganizationId,
    /// The capacity in which it takes part.
    pub role: Role,
    /// Where it is.
    pub country: Country,
    /// Who in it asks.
    pub behind: Behind,
}

/// An organization that controls or controlled the subject's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Controller {
    /// The organization.
    pub organization: OrganizationId,
    /// Its capacity.
    pub role: Role,
    /// Where it is.
    pub country: Country,
}
