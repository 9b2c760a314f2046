//! Sharing agreements: who may give what to whom, why, where and until when.

use std::collections::BTreeMap;

use sangam_vocabulary::{
    AgreementId, Category, CategorySet, Country, Instant, OrganizationId, PersonId, Purpose, PurposeSet,
};

use crate::ask::Ask;
use crate::law::soonest;
use crate::party::Controller;

/// How many people of each party must have approved (DESIGN §2).
pub const APPROVALS_PER_PARTY: usize = 2;

/// One person's approval on behalf of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// The party.
    pub organization: OrganizationId,
    /// The person.
    pub person: PersonId,
}

/// An agreement. In force between its dates when two people of each party approved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Which agreement.
    pub id: AgreementId,
    /// Which version of it.
    pub version: u32,
    /// The parties that may disclose.
    pub disclosers: Vec<OrganizationId>,
    /// The parties that may receive.
    pub recipients: Vec<OrganizationId>,
    /// For which purposes.
    pub purposes: PurposeSet,
    /// Which categories.
    pub categories: CategorySet,
    /// Where a recipient may be.
    pub countries: Vec<Country>,
    /// Whether a recipient may be the source for another recipient.
    pub onward: bool,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// Whether its parties do not let it stand: one of them suspended it, not all have approved it, or it is over.
    pub suspended: bool,
    /// Who approved.
    pub approvals: Vec<Approval>,
}

impl Agreement {
    /// Whether the agreement binds its parties at the instant.
    #[must_use]
    pub fn in_force(&self, at: Instant) -> bool {
        !self.suspended && self.from <= at && at < self.until && self.is_approved()
    }

    /// Whether two people of each party approved it.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.disclosers.iter().chain(&self.recipients).all(|party| {
            let mut people: Vec<_> =
                self.approvals.iter().filter(|a| a.organization == *party).map(|a| a.person).collect();
            people.sort_unstable();
            people.dedup();
            people.len() >= APPROVALS_PER_PARTY
        })
    }

    /// The parties, each once.
    #[must_use]
    pub fn parties(&self) -> Vec<OrganizationId> {
        let mut parties: Vec<_> = self.disclosers.iter().chain(&self.recipients).copied().collect();
        parties.sort_unstable();
        parties.dedup();
        parties
    }

    fn permits(
        &self,
        from: OrganizationId,
        to: OrganizationId,
        country: Country,
        purpose: Purpose,
        category: Category,
        at: Instant,
    ) -> bool {
        self.in_force(at)
            && self.disclosers.contains(&from)
            && self.recipients.contains(&to)
            && self.countries.contains(&country)
            && self.purposes.contains(purpose)
            && self.categories.contains(category)
    }
}

/// Every agreement, found by discloser.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    agreements: Vec<Agreement>,
    by_discloser: BTreeMap<OrganizationId, Vec<usize>>,
}

impl Terms {
    /// Takes the agreements; one that cannot be read is left out by whoever reads it, and so grants nothing.
    #[must_use]
    pub fn new(agreements: Vec<Agreement>) -> Self {
        let mut by_discloser: BTreeMap<OrganizationId, Vec<usize>> = BTreeMap::new();
        for (place, agreement) in agreements.iter().enumerate() {
            for discloser in &agreement.disclosers {
                by_discloser.entry(*discloser).or_default().push(place);
            }
        }
        Self { agreements, by_discloser }
    }

    /// Every agreement.
    #[must_use]
    pub fn agreements(&self) -> &[Agreement] {
        &self.agreements
    }

    /// What the agreements in force permit one organization to show to another, itself, in a country and for a purpose.
    #[must_use]
    pub fn between(
        &self,
        from: OrganizationId,
        to: OrganizationId,
        country: Country,
        purpose: Purpose,
        at: Instant,
    ) -> CategorySet {
        let permitted =
            |category: &Category| self.of(from).any(|a| a.permits(from, to, country, purpose, *category, at));
        CategorySet::all().iter().filter(permitted).fold(CategorySet::NONE, CategorySet::with)
    }

    fn of(&self, discloser: OrganizationId) -> impl Iterator<Item = &Agreement> {
        self.by_discloser.get(&discloser).into_iter().flatten().filter_map(|place| self.agreements.get(*place))
    }

    /// The agreement that lets the ask pass. With an onward source two must: the owner's with the source,
    /// which permits onward sharing, and the source's with the caller.
    pub(crate) fn permits(&self, ask: &Ask<'_>) -> Option<AgreementId> {
        let step = |from: OrganizationId, to: OrganizationId, country: Country, onward: bool| {
            self.of(from)
                .find(|a| (!onward || a.onward) && a.permits(from, to, country, ask.purpose, ask.category, ask.at))
                .map(|a| a.id)
        };
        let caller = &ask.caller;
        match ask.onward {
            None => step(ask.owner.organization, caller.organization, caller.country, false),
            Some(Controller { organization: source, country, .. }) => {
                step(ask.owner.organization, source, country, true)
                    .and_then(|_| step(source, caller.organization, caller.country, false))
            }
        }
    }

    /// The next instant after the ask's at which time alone changes what the agreements say to it.
    pub(crate) fn next(&self, ask: &Ask<'_>) -> Instant {
        let sources = [Some(ask.owner.organization), ask.onward.map(|source| source.organization)];
        soonest(
            ask.at,
            sources.into_iter().flatten().flat_map(|source| self.of(source)).flat_map(|a| [a.from, a.until]),
        )
    }
}
