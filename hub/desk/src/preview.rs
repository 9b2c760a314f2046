//! What would change if an agreement came into force, or ended: counted with the rules themselves, once as they are and
//! once as they would be. Of the caller's own subjects it counts; of the others' it says only which categories could be
//! shown. It reads metadata of own subjects and opens nothing, so it asks for no purpose and leaves no disclosure.

use std::collections::{BTreeMap, BTreeSet};

use sangam_custody::{Agreement, Approval, Asker, Behind, Context, Controller, Masks, RecordState, Rules, Terms};
use sangam_language::{Caller, Cell, ErrorCode, Page, PageAsk, PortFault};
use sangam_store::{AgreementRow, Sharing};
use sangam_vocabulary::{AgreementId, CategorySet, Code, Instant, OrganizationId, PersonId, PurposeSet, SubjectId};
use sangam_workflow::agreement::State;
use sangam_workflow::repatriation::handover::{SHOWN_AFTER_MILLIS, SHOWN_BEFORE_MILLIS};
use uuid::Uuid;

use crate::agreement::agreement_id;
use crate::explain::bare;
use crate::hub::Desk;
use crate::read::{store_fault, text};

/// The agreement as if two people of each party had approved it and nobody stopped it. It lives in rules that are
/// counted with and thrown away; nobody's approval is made up anywhere else.
fn supposed(agreement: &Agreement, at: Instant) -> Agreement {
    let somebody = |number| PersonId::from_uuid(Uuid::from_u128(number));
    let approve = |organization| [1, 2].map(|number| Approval { organization, person: somebody(number) });
    Agreement {
        suspended: false,
        from: agreement.from.min(at),
        approvals: agreement.parties().into_iter().flat_map(approve).collect(),
        ..agreement.clone()
    }
}

/// The agreements as they are and as they would be.
struct Supposition {
    before: Rules,
    after: Rules,
    state: State,
}

impl Supposition {
    /// `None` for an agreement that is over.
    fn of(row: &AgreementRow, rules: &Rules, at: Instant) -> Option<Self> {
        let without = |gone: &[AgreementId]| -> Vec<Agreement> {
            rules.terms.agreements().iter().filter(|known| !gone.contains(&known.id)).cloned().collect()
        };
        let id = row.agreement.id;
        let (after, state) = match row.state(at) {
            State::InForce => (without(&[id]), State::Ended),
            State::Draft | State::Proposed | State::Suspended => {
                let gone: Vec<_> = [Some(id), row.supersedes].into_iter().flatten().collect();
                let mut after = without(&gone);
                after.push(supposed(&row.agreement, at));
                (after, State::InForce)
            }
            State::Ended | State::Expired | State::Rejected | State::Withdrawn | State::Superseded => return None,
        };
        let with = |terms| Rules { epoch: rules.epoch, law: rules.law.clone(), terms };
        Some(Self { before: with(rules.terms.clone()), after: with(Terms::new(after)), state })
    }
}

/// Around the hour of a handover law that is silent then is silent.
const fn window(hour: Instant) -> (Instant, Instant) {
    (hour.plus_millis(-SHOWN_BEFORE_MILLIS), hour.plus_millis(SHOWN_AFTER_MILLIS))
}

/// What is counted of one category.
#[derive(Default)]
struct Counted {
    more: BTreeSet<SubjectId>,
    less: BTreeSet<SubjectId>,
}

impl Desk {
    /// What would change with an agreement that exists for the caller's organization, one entry a category.
    pub(crate) async fn preview_agreement(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let (own, at) = (caller.party().organization, self.now());
        let id = agreement_id(text(ask.arguments, "id").ok_or(ErrorCode::BadId)?)?;
        // The epoch is that of the agreements as they are stored now.
        let (epoch, _, _) = self.store.agreements().await.map_err(store_fault)?;
        let rules = self.rules(epoch).await?;
        let found = self.store.agreement_of(own, id, at).await.map_err(store_fault)?;
        let Some(row) = found.filter(|_| caller.party().person().is_some()) else {
            self.refused(caller, None).await;
            return Ok(Page::default());
        };
        let Some(supposition) = Supposition::of(&row, &rules, at) else { return Ok(Page::default()) };
        let others: Vec<_> = row.parties.iter().copied().filter(|party| *party != own).collect();
        let through = self.store.shown_through(own, &others, at).await.map_err(store_fault)?;
        let counted = self.counted(own, &supposition, &through.sharings, at);
        let (theirs_more, theirs_less) = self.theirs(own, &others, &supposition, at);
        let number = |subjects: usize| Cell::Int(i64::try_from(subjects).unwrap_or(i64::MAX));
        let rows = CategorySet::all().iter().zip(&counted).map(|(category, counted)| {
            let cell = |column: &String| match column.as_str() {
                "category" => Cell::Text(category.code().to_owned()),
                "supposing" => Cell::Text(supposition.state.code().to_owned()),
                "ownShownMore" => number(counted.more.len()),
                "ownShownLess" => number(counted.less.len()),
                "theirsPermittedMore" => Cell::Boolean(theirs_more.contains(category)),
                "theirsPermittedLess" => Cell::Boolean(theirs_less.contains(category)),
                "complete" => Cell::Boolean(through.complete),
                _ => Cell::Null,
            };
            bare(ask.plan.columns.iter().map(cell).collect())
        });
        Ok(Page { rows: rows.collect(), ..Page::default() })
    }

    /// Of each category, the own subjects of which somebody would be shown it who is not now, and the other way round.
    fn counted(
        &self,
        own: OrganizationId,
        supposition: &Supposition,
        sharings: &[Sharing],
        at: Instant,
    ) -> Vec<Counted> {
        let mut shown: BTreeMap<(SubjectId, OrganizationId), (CategorySet, CategorySet)> = BTreeMap::new();
        // Masks of their own: none that was compiled from what is only supposed may ever answer anybody.
        let (before, after) = (Masks::default(), Masks::default());
        let Some(owner) = self.organization(own) else { return Vec::new() };
        let controller = Controller { organization: own, role: owner.role, country: owner.country };
        for sharing in sharings {
            let Some(party) = self.party(sharing.recipient) else { continue };
            let context = Context {
                // As if a named member of its staff asked.
                caller: Asker { behind: Behind::Staff, ..party.asker() },
                relation: Some(sharing.relation),
                purpose: sharing.purpose,
                owner: controller,
                past_owners: sharing.past_owners.clone(),
                facts: sharing.facts,
                onward: None,
                state: RecordState {
                    locked: owner.locked,
                    suspended: sharing.suspended,
                    shut: sharing.shut,
                    recalled: sharing.recalled,
                    window: sharing.handover_at.map(window),
                    ..RecordState::open_from(Instant::ALWAYS)
                },
            };
            let released = |masks: &Masks, rules: &Rules| {
                let shown = masks.of(rules, &context, at).shown(sharing.consent, CategorySet::all()).released;
                // Of an answer to a search nothing shows where not all of it does.
                if shown.and(sharing.tells) == sharing.tells { shown } else { CategorySet::NONE }
            };
            // Through whichever relation and for whichever purpose: shown is shown.
            let (is, would_be) = shown.entry((sharing.subject, sharing.recipient)).or_default();
            *is = is.or(released(&before, &supposition.before));
            *would_be = would_be.or(released(&after, &supposition.after));
        }
        let mut counted: Vec<Counted> = CategorySet::all().iter().map(|_| Counted::default()).collect();
        for ((subject, _), (is, would_be)) in shown {
            for (category, counted) in CategorySet::all().iter().zip(&mut counted) {
                match (is.contains(category), would_be.contains(category)) {
                    (false, true) => counted.more.insert(subject),
                    (true, false) => counted.less.insert(subject),
                    _ => false,
                };
            }
        }
        counted
    }

    /// Which categories another party could show to the own organization that it cannot now, and the other way round:
    /// from the agreements alone, which both sides know.
    fn theirs(
        &self,
        own: OrganizationId,
        others: &[OrganizationId],
        supposition: &Supposition,
        at: Instant,
    ) -> (CategorySet, CategorySet) {
        let Some(row) = self.organization(own) else { return (CategorySet::NONE, CategorySet::NONE) };
        let (mut more, mut less) = (CategorySet::NONE, CategorySet::NONE);
        for other in others {
            for purpose in PurposeSet::all().iter() {
                let permitted = |rules: &Rules| rules.terms.between(*other, own, row.country, purpose, at);
                let (is, would_be) = (permitted(&supposition.before), permitted(&supposition.after));
                more = more.or(would_be.minus(is));
                less = less.or(is.minus(would_be));
            }
        }
        (more, less)
    }
}
