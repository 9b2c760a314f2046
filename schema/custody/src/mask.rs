//! Law and agreements compiled to one mask a context, so that a page of fifty rows asks fifty words and not
//! a thousand rules. `explain` and masks come from the same steps; a property holds them equal.

use sangam_vocabulary::{CategorySet, Instant, Purpose, Relation};
use std::sync::Arc;

use crate::ask::{Act, Ask, Facts, RecordState};
use crate::decide::{
    Reason, Rules, asker_step, emergency, law_step, overridden, relation_step, stage_step, state_next,
};
use crate::exception::{ExceptionKind, Exceptions, OpenedBy};
use crate::law::LawBook;
use crate::party::{Asker, Controller};

/// Which state of the rules something was decided under. Grows by one with every change of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Epoch(pub u64);

/// How many compiled contexts are remembered: a caller meets a few dozen owners, and a hub some thousands
/// of callers; one is about 150 bytes.
const CONTEXTS: u64 = 65_536;

/// Everything law and agreements depend on besides the category. Orders, overrides and emergencies belong to one person
/// and are no part of it: a mask with them is compiled for her row alone ([`ContextMask::compile_with`]).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Context {
    /// Who asks.
    pub caller: Asker,
    /// The relation.
    pub relation: Option<Relation>,
    /// Why.
    pub purpose: Purpose,
    /// Who controls the data.
    pub owner: Controller,
    /// Who controlled them before.
    pub past_owners: Vec<Controller>,
    /// The facts law needs.
    pub facts: Facts,
    /// The onward source.
    pub onward: Option<Controller>,
    /// The record's state.
    pub state: RecordState,
}

impl Context {
    /// The ask of this context for one category at an instant, with nothing exceptional on record.
    #[must_use]
    pub fn ask(&self, category: sangam_vocabulary::Category, at: Instant) -> Ask<'_> {
        self.ask_with(Exceptions::NONE, category, at)
    }

    /// The ask of this context for one category at an instant, with what is on record for the person.
    #[must_use]
    pub fn ask_with<'a>(
        &'a self,
        exceptions: &'a Exceptions,
        category: sangam_vocabulary::Category,
        at: Instant,
    ) -> Ask<'a> {
        Ask {
            act: Act::Share,
            caller: self.caller,
            relation: self.relation,
            purpose: self.purpose,
            owner: self.owner,
            past_owners: &self.past_owners,
            facts: self.facts,
            category,
            orders: &exceptions.orders,
            overrides: &exceptions.overrides,
            emergencies: &exceptions.emergencies,
            onward: self.onward,
            state: self.state,
            at,
        }
    }
}

/// An exception on record and the categories it bears on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bearing {
    by: OpenedBy,
    on: CategorySet,
}

/// What relation, law and agreements say in one context. Made by compiling, and by nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextMask {
    related: bool,
    owner: bool,
    locked: bool,
    suspended: bool,
    recalled: bool,
    asker: CategorySet,
    law: CategorySet,
    /// What law would let pass without an order.
    unlifted: CategorySet,
    terms: CategorySet,
    /// What an override stands in for the consent of.
    overridden: CategorySet,
    /// Whether an emergency replaces consent and agreement.
    emergency: bool,
    /// Each exception that bears on anything; none in a mask that is remembered.
    bearing: Vec<Bearing>,
    from: Instant,
    until: Instant,
    epoch: Epoch,
}

impl ContextMask {
    /// Compiles a context at an instant, with nothing exceptional on record.
    #[must_use]
    pub fn compile(rules: &Rules, context: &Context, at: Instant) -> Self {
        Self::compile_with(rules, context, Exceptions::NONE, at)
    }

    /// Compiles a context at an instant with what is on record for one person: for her row and no other, and not to be
    /// remembered. The instants of all that is on record bound it.
    #[must_use]
    pub fn compile_with(rules: &Rules, context: &Context, exceptions: &Exceptions, at: Instant) -> Self {
        let mut out = Self {
            related: false,
            owner: false,
            locked: context.state.locked,
            suspended: context.state.suspended.is_some(),
            recalled: context.state.recalled,
            asker: CategorySet::NONE,
            law: CategorySet::NONE,
            unlifted: CategorySet::NONE,
            terms: CategorySet::NONE,
            overridden: CategorySet::NONE,
            emergency: false,
            bearing: Vec::new(),
            from: at,
            until: Instant::NEVER,
            epoch: rules.epoch,
        };
        for category in CategorySet::all().iter() {
            let ask = context.ask_with(exceptions, category, at);
            out.emergency = emergency(&ask);
            if overridden(&ask) {
                out.overridden = out.overridden.with(category);
            }
            out.related = relation_step(&ask).is_ok();
            out.owner = ask.is_owner();
            if asker_step(&ask).is_ok() && stage_step(&ask).is_ok() {
                out.asker = out.asker.with(category);
            }
            let lawful = law_step(&rules.law, &ask).is_ok();
            if lawful {
                out.law = out.law.with(category);
            }
            let without = || law_step(&rules.law, &Ask { orders: &[], ..ask.clone() }).is_ok();
            if lawful && (ask.orders.is_empty() || without()) {
                out.unlifted = out.unlifted.with(category);
            }
            bears(&mut out.bearing, rules, &ask);
            if rules.terms.permits(&ask).is_some() {
                out.terms = out.terms.with(category);
            }
            out.until = out.until.min(state_next(&ask)).min(LawBook::next(&ask)).min(rules.terms.next(&ask));
        }
        out
    }

    /// Whether the relation carries the purpose: if not, nothing exists.
    #[must_use]
    pub const fn related(&self) -> bool {
        self.related
    }

    /// Whether an owner reads its own.
    #[must_use]
    pub const fn owner(&self) -> bool {
        self.owner
    }

    /// Whether a lock withholds everything.
    #[must_use]
    pub const fn locked(&self) -> bool {
        self.locked
    }

    /// Whether a suspension withholds everything from everybody but the owner.
    #[must_use]
    pub const fn suspended(&self) -> bool {
        self.suspended
    }

    /// Whether a recall that is not answered withholds everything from its recipient.
    #[must_use]
    pub const fn recalled(&self) -> bool {
        self.recalled
    }

    /// What may be had by who in the organization asks, through the record as it stands.
    #[must_use]
    pub const fn asker(&self) -> CategorySet {
        self.asker
    }

    /// What law lets pass.
    #[must_use]
    pub const fn law(&self) -> CategorySet {
        self.law
    }

    /// What the agreements let pass.
    #[must_use]
    pub const fn terms(&self) -> CategorySet {
        self.terms
    }

    /// The instant it was compiled for; it says nothing about earlier ones.
    #[must_use]
    pub const fn from(&self) -> Instant {
        self.from
    }

    /// The next instant at which time alone changes any of it.
    #[must_use]
    pub const fn until(&self) -> Instant {
        self.until
    }

    /// The rules it was compiled from.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Decides the wanted categories of a row, given the consent mask beside it. `not_after` is the instant at
    /// which the consent mask or the standing ends.
    #[must_use]
    pub fn decision(&self, consent: CategorySet, wanted: CategorySet, not_after: Instant) -> Decision {
        let shown = self.shown(consent, wanted);
        let opened_by = self.opened_by(consent, shown.released);
        Decision { shown, until: self.until.min(not_after), opened_by }
    }

    /// The exceptions without which some of what is released would not be: an order where law would withhold it, an
    /// emergency where consent or agreement would, otherwise an override where consent would. As [`decide`](crate::decide)
    /// asks: where there is an emergency, no override is asked for.
    fn opened_by(&self, consent: CategorySet, released: CategorySet) -> Vec<OpenedBy> {
        if self.owner {
            return Vec::new();
        }
        let rests = |bearing: &&Bearing| {
            let opened = match bearing.by.kind {
                ExceptionKind::Order => released.minus(self.unlifted),
                ExceptionKind::Emergency => released.minus(consent.and(self.terms)),
                ExceptionKind::Override if self.emergency => CategorySet::NONE,
                ExceptionKind::Override => released.minus(consent),
            };
            !opened.and(bearing.on).is_empty()
        };
        self.bearing.iter().filter(rests).map(|bearing| bearing.by).collect()
    }

    /// What shows of the wanted categories, given the consent mask beside the row.
    #[must_use]
    pub const fn shown(&self, consent: CategorySet, wanted: CategorySet) -> Shown {
        let none = CategorySet::NONE;
        if !self.related {
            return Shown { released: none, not_shared: none, no_agreement: none, not_now: none };
        }
        if self.locked {
            return Shown { released: none, not_shared: none, no_agreement: none, not_now: wanted };
        }
        let asked = wanted.and(self.asker);
        let not_shared = wanted.minus(asked);
        if self.owner {
            return Shown { released: asked, not_shared, no_agreement: none, not_now: none };
        }
        if self.suspended {
            return Shown { released: none, not_shared, no_agreement: none, not_now: asked };
        }
        if self.recalled {
            return Shown { released: none, not_shared: wanted, no_agreement: none, not_now: none };
        }
        let lawful = asked.and(self.law);
        if self.emergency {
            return Shown { released: lawful, not_shared: wanted.minus(lawful), no_agreement: none, not_now: none };
        }
        let shareable = lawful.and(consent.or(self.overridden));
        let released = shareable.and(self.terms);
        Shown { released, not_shared: wanted.minus(shareable), no_agreement: shareable.minus(released), not_now: none }
    }
}

/// Notes the exceptions that bear on an ask's category.
fn bears(bearing: &mut Vec<Bearing>, rules: &Rules, ask: &Ask<'_>) {
    let orders = ask.orders.iter().filter(|order| rules.law.is_lifted_by(order, ask));
    let orders = orders.map(|order| OpenedBy::new(ExceptionKind::Order, order.id));
    let overrides = ask.overrides.iter().filter(|overriding| overriding.covers(ask));
    let overrides = overrides.map(|overriding| OpenedBy::new(ExceptionKind::Override, overriding.id));
    let holding = ask.emergencies.iter().filter(|emergency| emergency.holds(ask.caller.organization, ask.at));
    let holding = holding.map(|emergency| OpenedBy::new(ExceptionKind::Emergency, emergency.id));
    for by in orders.chain(overrides).chain(holding) {
        match bearing.iter_mut().find(|known| known.by == by) {
            Some(known) => known.on = known.on.with(ask.category),
            None => bearing.push(Bearing { by, on: CategorySet::NONE.with(ask.category) }),
        }
    }
}

/// What shows of what was wanted, and why the rest does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// To be released.
    pub released: CategorySet,
    /// [`Reason::NotShared`].
    pub not_shared: CategorySet,
    /// [`Reason::NoAgreement`].
    pub no_agreement: CategorySet,
    /// [`Reason::NotAvailableNow`].
    pub not_now: CategorySet,
}

impl Shown {
    /// The reason a wanted category does not show; `None` for one that does or was not wanted.
    #[must_use]
    pub const fn reason(&self, category: sangam_vocabulary::Category) -> Option<Reason> {
        if self.not_shared.contains(category) {
            Some(Reason::NotShared)
        } else if self.no_agreement.contains(category) {
            Some(Reason::NoAgreement)
        } else if self.not_now.contains(category) {
            Some(Reason::NotAvailableNow)
        } else {
            None
        }
    }
}

/// A decision about one row: what shows, why the rest does not, and until when that stands. Only a compiled
/// mask makes one that releases anything, and only a decision makes a line of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    shown: Shown,
    until: Instant,
    opened_by: Vec<OpenedBy>,
}

impl Decision {
    /// The decision that nothing of what was wanted is available now.
    #[must_use]
    pub const fn nothing_now(wanted: CategorySet) -> Self {
        let none = CategorySet::NONE;
        let shown = Shown { released: none, not_shared: none, no_agreement: none, not_now: wanted };
        Self { shown, until: Instant::NEVER, opened_by: Vec::new() }
    }

    /// What shows, and why the rest does not.
    #[must_use]
    pub const fn shown(&self) -> Shown {
        self.shown
    }

    /// Until when the decision stands.
    #[must_use]
    pub const fn until(&self) -> Instant {
        self.until
    }

    /// The exceptions on record without which some of what shows would not.
    #[must_use]
    pub fn opened_by(&self) -> &[OpenedBy] {
        &self.opened_by
    }
}

/// Compiled contexts, remembered until their instant or their epoch passes.
pub struct Masks {
    compiled: moka::sync::Cache<Context, Arc<ContextMask>>,
}

impl Default for Masks {
    fn default() -> Self {
        Self { compiled: moka::sync::Cache::new(CONTEXTS) }
    }
}

impl Masks {
    /// The mask of a context at an instant under the rules given: remembered if it still holds, compiled
    /// otherwise. A mask of another epoch or past its instant is never returned.
    #[must_use]
    pub fn of(&self, rules: &Rules, context: &Context, at: Instant) -> Arc<ContextMask> {
        if let Some(mask) = self.compiled.get(context)
            && mask.epoch == rules.epoch
            && mask.from <= at
            && at < mask.until
        {
            return mask;
        }
        let mask = Arc::new(ContextMask::compile(rules, context, at));
        self.compiled.insert(context.clone(), Arc::clone(&mask));
        mask
    }
}
