//! `decide`: pure, total, and the only place where a disclosure is permitted (DESIGN §4).

use std::sync::Arc;

use sangam_vocabulary::{AgreementId, CategorySet, ConsentId, Instant, Noun, Purpose, Relation, Role, Seat};

use crate::ask::{Act, Ask, Suspension};
use crate::consent::{self, Consent, ConsentStanding, Consented};
use crate::law::{LawBook, soonest};
use crate::mask::Epoch;
use crate::party::Behind;
use crate::terms::Terms;

/// The rules in force: law, agreements, and the epoch that changes with either.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Which state of the rules this is.
    pub epoch: Epoch,
    /// The law.
    pub law: LawBook,
    /// The agreements.
    pub terms: Terms,
}

/// On what ground something is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// An owner reads its own subject.
    Owner,
    /// Consent and an agreement.
    Consent {
        /// The consent.
        consent: ConsentId,
        /// The agreement.
        agreement: AgreementId,
    },
    /// An override by authority and an agreement.
    Override {
        /// The agreement.
        agreement: AgreementId,
    },
    /// A declared emergency.
    Emergency,
}

/// The clause that decided a refusal. For the owner and the journal only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    /// No open relation that carries the purpose.
    NoRelation,
    /// The owner's or the country's subjects are locked.
    Locked,
    /// A person asks who is not on the subject's team.
    NotOnTeam,
    /// A system asks for more than it may have without naming who in the organization asks.
    NoActor,
    /// The record does not carry the category for this seat as it stands now.
    Shut,
    /// The owner's data of the subject are suspended.
    Suspended(Suspension),
    /// The recipient was asked to let go of what it has and has not answered.
    Recalled,
    /// Publication has no ground.
    Publication,
    /// A row of law.
    Law(Arc<str>),
    /// A book of law could not be read.
    LawUnreadable,
    /// No consent covers it.
    ConsentMissing,
    /// A consent withholds it.
    ConsentWithheld(ConsentId),
    /// No agreement in force permits it.
    NoAgreement,
}

/// What a refusal says outside (DESIGN §4): three reasons, and nothing at all where no relation exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Consent absent, refused, expired, withdrawn, recalled and not answered, law on the person's facts, or not for who
    /// in the organization asks: all alike.
    NotShared,
    /// No agreement permits it.
    NoAgreement,
    /// Not now.
    NotAvailableNow,
}

/// A refusal with the clause that decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The clause.
    pub clause: Clause,
}

impl Refusal {
    /// What may be said outside; `None` when not even the record's existence may be.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        match self.clause {
            Clause::NoRelation => None,
            Clause::Locked | Clause::Suspended(_) => Some(Reason::NotAvailableNow),
            Clause::NotOnTeam
            | Clause::NoActor
            | Clause::Shut
            | Clause::Recalled
            | Clause::Publication
            | Clause::Law(_)
            | Clause::LawUnreadable
            | Clause::ConsentMissing
            | Clause::ConsentWithheld(_) => Some(Reason::NotShared),
            Clause::NoAgreement => Some(Reason::NoAgreement),
        }
    }
}

/// Yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// May be released.
    Release(Ground),
    /// May not.
    Refuse(Refusal),
}

/// A decision and how long it stands while the rules, the consents and the record stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Yes or no.
    pub verdict: Verdict,
    /// The next instant at which time alone may change the verdict.
    pub until: Instant,
}

impl Ruling {
    /// Whether the ruling releases.
    #[must_use]
    pub const fn releases(&self) -> bool {
        matches!(self.verdict, Verdict::Release(_))
    }
}

/// Whether a relation, held in a role, carries a purpose. The table of DESIGN §2: a purpose is true only
/// through a relation that gives it truth. What is not here carries nothing.
#[must_use]
pub const fn carries(purpose: Purpose, relation: Relation, role: Role) -> bool {
    use Noun as N;
    use Purpose as P;
    use Seat as S;
    match (relation.noun, relation.seat) {
        (N::Subject, S::Owner) => true,
        (N::Referral, S::Sender) => matches!(purpose, P::Protection | P::ServiceReferral | P::Reintegration),
        (N::Referral, S::Recipient) => match purpose {
            P::Protection | P::ServiceReferral | P::Reintegration => true,
            P::LegalAid => matches!(role, Role::LegalAid),
            _ => false,
        },
        (N::Repatriation, S::Holding) => matches!(purpose, P::Protection | P::Repatriation),
        (N::Repatriation, S::Receiving) => {
            matches!(purpose, P::Protection | P::Repatriation | P::FamilyTracing | P::Reintegration)
        }
        (N::Repatriation, S::SendingLiaison) => matches!(purpose, P::Repatriation | P::Monitoring) && role.is_public(),
        (N::Repatriation, S::ReceivingLiaison) => {
            matches!(purpose, P::Repatriation | P::FamilyTracing | P::Monitoring) && role.is_public()
        }
        (N::Repatriation, S::Lawyer) => matches!(purpose, P::LegalAid) && matches!(role, Role::LegalAid),
        (N::Search, S::Source | S::Finder) => matches!(purpose, P::FamilyTracing),
        (N::Arrival, S::Receiving) => matches!(purpose, P::Protection | P::Reintegration),
        (N::Subject | N::Hearing | N::Contribution | N::Risk, S::Lawyer) => {
            matches!(purpose, P::LegalAid) && matches!(role, Role::LegalAid)
        }
        (N::Hearing, S::Contributor) => matches!(purpose, P::Prosecution),
        // A declared emergency says that it is there, to whoever declared it and looks after her; the seat is never open,
        // so that it discloses nothing: that the relation does, by which it was declared.
        (N::Exception, S::Recipient) => matches!(purpose, P::Protection),
        (N::Subject, S::Contributor) => matches!(purpose, P::Protection | P::LegalAid | P::Monitoring),
        // An invitation says that it is there, to whoever is asked for what a contributor can be asked for; the seat in
        // it is never open, so that it discloses nothing.
        (N::Contribution, S::Contributor) => {
            matches!(purpose, P::Protection | P::LegalAid | P::Monitoring | P::Prosecution)
        }
        _ => false,
    }
}

/// Step 1: the relation. `Err` is the clause that ends it.
pub(crate) fn relation_step(ask: &Ask<'_>) -> Result<(), Clause> {
    let stands = ask.state.stands(ask.at);
    match ask.relation {
        Some(relation) if stands && carries(ask.purpose, relation, ask.caller.role) => {
            // Only the owner sits in the owner's seat.
            let usurped = relation == Relation::OWNER && !ask.is_owner();
            if usurped { Err(Clause::NoRelation) } else { Ok(()) }
        }
        _ => Err(Clause::NoRelation),
    }
}

/// Who in the organization asks, the owner's like any other: a person only of a subject whose team she is on, a system
/// only what is light unless it says for whom. Neither order, override nor emergency stands in for either.
pub(crate) fn asker_step(ask: &Ask<'_>) -> Result<(), Clause> {
    match ask.caller.behind {
        Behind::Person if !ask.state.on_team => Err(Clause::NotOnTeam),
        Behind::Nobody if !CategorySet::LIGHT.contains(ask.category) => Err(Clause::NoActor),
        Behind::Nobody | Behind::Staff | Behind::Person => Ok(()),
    }
}

/// What the record carries for this seat as it stands now. Neither order, override nor emergency stands in for it.
pub(crate) fn stage_step(ask: &Ask<'_>) -> Result<(), Clause> {
    if ask.state.shut.contains(ask.category) { Err(Clause::Shut) } else { Ok(()) }
}

/// Step 2: law.
pub(crate) fn law_step(law: &LawBook, ask: &Ask<'_>) -> Result<(), Clause> {
    match law.forbids(ask) {
        Err(()) => Err(Clause::LawUnreadable),
        Ok(Some(row)) => Err(Clause::Law(Arc::clone(&row.id))),
        Ok(None) => Ok(()),
    }
}

/// Whether an emergency replaces consent and agreement (steps 3 and 4).
pub(crate) fn emergency(ask: &Ask<'_>) -> bool {
    ask.emergencies.iter().any(|emergency| emergency.holds(ask.caller.organization, ask.at))
}

/// Whether an override by authority stands in for the consent.
pub(crate) fn overridden(ask: &Ask<'_>) -> bool {
    ask.overrides.iter().any(|overriding| overriding.covers(ask))
}

/// The instant until which the relation, its state and the exceptions on record stay as they are.
pub(crate) fn state_next(ask: &Ask<'_>) -> Instant {
    let exceptions = ask
        .overrides
        .iter()
        .flat_map(|o| [o.from, o.until()])
        .chain(ask.emergencies.iter().flat_map(|e| [e.declared_at, e.until()]));
    soonest(ask.at, exceptions.chain([ask.state.from, ask.state.until]))
}

/// Decides one ask. Forbid beats permit; what is unknown or in error refuses.
#[must_use]
pub fn decide(rules: &Rules, consents: &[Consent], ask: &Ask<'_>) -> Ruling {
    let until = state_next(ask).min(LawBook::next(ask)).min(rules.terms.next(ask)).min(consent::next(
        consents,
        ask.facts.age,
        ask.at,
    ));
    let verdict = match weigh(rules, consents, ask) {
        Ok(ground) => Verdict::Release(ground),
        Err(clause) => Verdict::Refuse(Refusal { clause }),
    };
    Ruling { verdict, until }
}

fn weigh(rules: &Rules, consents: &[Consent], ask: &Ask<'_>) -> Result<Ground, Clause> {
    if ask.act == Act::Publish {
        law_step(&rules.law, ask)?;
        return Err(Clause::Publication);
    }
    relation_step(ask)?;
    if ask.state.locked {
        return Err(Clause::Locked);
    }
    asker_step(ask)?;
    stage_step(ask)?;
    if ask.is_owner() {
        return Ok(Ground::Owner);
    }
    if let Some(suspension) = ask.state.suspended {
        return Err(Clause::Suspended(suspension));
    }
    // Neither order, override nor emergency stands in for the answer: it is one step away.
    if ask.state.recalled {
        return Err(Clause::Recalled);
    }
    law_step(&rules.law, ask)?;
    if emergency(ask) {
        return Ok(Ground::Emergency);
    }
    let whom =
        ConsentStanding { recipient: ask.caller.organization, country: ask.caller.country, purpose: ask.purpose };
    let consent = match consent::consented(consents, ask.facts.age, &whom, ask.category, ask.at) {
        Consented::Yes(consent) => Some(consent),
        _ if overridden(ask) => None,
        Consented::Withheld(consent) => return Err(Clause::ConsentWithheld(consent)),
        Consented::Missing => return Err(Clause::ConsentMissing),
    };
    let agreement = rules.terms.permits(ask).ok_or(Clause::NoAgreement)?;
    Ok(match consent {
        Some(consent) => Ground::Consent { consent, agreement },
        None => Ground::Override { agreement },
    })
}
