//! What the one who asks in a search may be told of somebody who was found: by law, by agreements and by consent, as an
//! answer that shows it decides it again. A step asks before it tells, and the list of possible steps asks the same.

use sangam_custody::{Asker, Behind, Context, Controller, Epoch, Facts, RecordState, Rules, Suspension, decide};
use sangam_language::Caller;
use sangam_store::SubjectFacts;
use sangam_vocabulary::{Category, CategorySet, Instant, Noun, OrganizationId, Purpose, Relation, Seat};
use sangam_workflow::search::tells;

use crate::hub::{Desk, DeskFault};

/// Somebody who was found, or could have been.
struct Found {
    owner: Controller,
    past_owners: Vec<Controller>,
    facts: Facts,
    locked: bool,
    suspended: Option<Suspension>,
    recalled: bool,
}

impl Found {
    /// How the one who asks would stand to her by an answer.
    fn context(self, source: Asker) -> Context {
        Context {
            caller: Asker { behind: Behind::Staff, ..source },
            relation: Some(Relation::new(Noun::Search, Seat::Source)),
            purpose: Purpose::FamilyTracing,
            owner: self.owner,
            past_owners: self.past_owners,
            facts: self.facts,
            onward: None,
            state: RecordState {
                locked: self.locked,
                suspended: self.suspended,
                recalled: self.recalled,
                ..RecordState::open_from(Instant::ALWAYS)
            },
        }
    }
}

impl Desk {
    /// What the one who asks would be shown of somebody who was found, of what an answer may tell, by which rules. The
    /// step gives it a standing in her only where it would be shown all that its answer tells: otherwise it would learn
    /// that she was found when she takes her consent back and it is asked to let go.
    pub(crate) async fn may_be_told(
        &self,
        source: OrganizationId,
        facts: &SubjectFacts,
    ) -> Result<(Epoch, CategorySet), DeskFault> {
        let (epoch, _) = self.store.marks().await?;
        let (at, rules) = (self.now(), self.rules(epoch).await?);
        let Some(party) = self.party(source) else { return Ok((rules.epoch, CategorySet::NONE)) };
        let consents = self.store.consents(facts.subject).await?;
        let found = Found {
            owner: facts.owner,
            past_owners: facts.past_owners.clone(),
            facts: facts.facts,
            locked: facts.locked,
            suspended: facts.suspended,
            recalled: self.store.is_recalled(facts.subject, source).await?,
        };
        let context = found.context(party.asker());
        // The most that an answer tells: where one alone was asked.
        let released = |category: &Category| decide(&rules, &consents, &context.ask(*category, at)).releases();
        let shown: Vec<Category> = tells(1).iter().filter(released).collect();
        Ok((rules.epoch, CategorySet::of(&shown)))
    }

    /// The most that the one who asks could be told of anybody among the caller's own subjects, by which rules: all that
    /// an answer may tell, that there is one, or nothing. Of a person's, those on whose team she is.
    pub(crate) async fn could_be_told(
        &self,
        caller: &Caller,
        source: OrganizationId,
    ) -> Result<(Epoch, CategorySet), DeskFault> {
        let (epoch, _) = self.store.marks().await?;
        let rules = self.rules(epoch).await?;
        Ok((rules.epoch, self.could_be_told_by(&rules, caller, source).await?))
    }

    /// The same, by rules that are known.
    pub(crate) async fn could_be_told_by(
        &self,
        rules: &Rules,
        caller: &Caller,
        source: OrganizationId,
    ) -> Result<CategorySet, DeskFault> {
        let (finder, at) = (caller.party().organization, self.now());
        let Some((party, owner)) = self.party(source).zip(self.organization(finder)) else {
            return Ok(CategorySet::NONE);
        };
        let controller = Controller { organization: finder, role: owner.role, country: owner.country };
        let (few, most) = (tells(2), tells(1));
        let mut could = CategorySet::NONE;
        for one in self.store.traceable(finder, source, caller.party().person(), at).await? {
            let (facts, suspended, recalled) = (one.facts, one.suspended, one.recalled);
            let past_owners = one.past_owners;
            let found = Found { owner: controller, past_owners, facts, locked: owner.locked, suspended, recalled };
            let mask = self.masks.of(rules, &found.context(party.asker()), at);
            let shown = mask.shown(one.consent, most).released;
            if shown == most {
                return Ok(most);
            }
            if shown.and(few) == few {
                could = few;
            }
        }
        Ok(could)
    }
}
