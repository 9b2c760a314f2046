//! What stays at home: decided like a row of a page, with the consent of the record itself beside what is on record here,
//! sealed in memory under the subject's key, written down, and opened by the one way there is.
//!
//! It is decided twice: before a partner is asked, so that nobody is asked for what cannot be shown, and after it has
//! answered, on what holds then. Only the second is written down and opens anything, and of what is not held it releases
//! nothing: receipt, reasons and values say the same.

use std::collections::HashMap;

use sangam_custody::{Age, Facts, Held, Permit, Receipt, Shown};
use sangam_language::{Caller, Plan, PortFault, Row, SealedIn};
use sangam_store::{RawPage, RawRow, Rows};
use sangam_vocabulary::payload::Payload;
use sangam_vocabulary::{Category, CategorySet, Instant, LiveStatus, OrganizationId, Purpose, SubjectId};

use super::{Asked, Decided, Of, Unanswered, one_row_a_subject};
use crate::hub::{Desk, DeskFault};

/// A record as its partner has it now, read and mapped.
pub(crate) struct Fresh {
    /// The categories that stay at home.
    pub(crate) categories: Vec<Payload>,
    /// What the record's own consents cover for who asks: it narrows what is on record here and widens nothing.
    pub(crate) consent: CategorySet,
    /// Until when.
    pub(crate) consent_until: Instant,
    /// What law needs, as the record has it.
    pub(crate) facts: Facts,
}

/// What came of a subject's own record.
pub(crate) struct Part<'f> {
    /// Who held the case when it was asked for. A subject that is another's by now has no part.
    pub(crate) owner: OrganizationId,
    /// What stays at home.
    pub(crate) home: CategorySet,
    /// The record, where it was asked for and came.
    pub(crate) fresh: Option<&'f Fresh>,
}

/// Subjects with what of them was opened, and the receipt.
pub(crate) struct LiveAnswered {
    pub(crate) rows: Vec<(SubjectId, Row)>,
    /// Why a record that came was of no use when it was decided anew.
    pub(crate) lost: HashMap<SubjectId, LiveStatus>,
    pub(crate) receipt: Option<Receipt>,
}

/// What law needs at an instant, told alike however it is written.
fn at(facts: Facts, at: Instant) -> Facts {
    match facts.age {
        Age::MinorUntil(until) if until <= at => Facts { age: Age::Adult, ..facts },
        _ => facts,
    }
}

impl Fresh {
    /// Whether law sees the record as it sees the subject that is on record here.
    pub(crate) fn is_in_step(&self, known: Facts, now: Instant) -> bool {
        at(self.facts, now) == at(known, now)
    }
}

/// What a plan asks for of records themselves.
fn of_records(plan: &Plan) -> CategorySet {
    let own = plan.sealed.iter().filter(|(place, _)| *place == SealedIn::Subject);
    own.fold(CategorySet::NONE, |all, (_, category)| all.with(*category))
}

/// What of a plan can be given where so much of a record is held: that, and the name of who holds the case, which goes by
/// the category of where the person is. Where a plan asks for both and the latter is not held, neither is given: a category
/// shows or is withheld, and what is null has its reason.
fn can_be_given(plan: &Plan, held: CategorySet) -> CategorySet {
    let name = CategorySet::of(&[Category::CurrentLocation]).and(plan.wanted).minus(of_records(plan));
    of_records(plan).and(held).or(name)
}

impl Desk {
    /// What stays at home and could be shown of each subject of a page, through whichever relation: whether a partner
    /// is asked at all. Nothing is written down and nothing opens by it.
    pub(crate) async fn could_be_shown(
        &self,
        caller: &Caller,
        purpose: Purpose,
        plan: &Plan,
        page: RawPage,
        homes: &HashMap<SubjectId, CategorySet>,
    ) -> Result<HashMap<SubjectId, CategorySet>, PortFault> {
        let rules = self.rules(page.epoch).await?;
        let at = self.now();
        let exceptions = self.exceptions(caller, Rows::Subjects, &page, at).await?;
        let mut asked =
            Asked { caller, purpose, rules: &rules, at, wanted: CategorySet::NONE, exceptions, met: Vec::new() };
        let mut shown: HashMap<SubjectId, CategorySet> = HashMap::new();
        for raw in page.rows {
            let Some(subject) = raw.subject.as_ref().map(|row| row.subject) else { continue };
            let home = homes.get(&subject).copied().unwrap_or(CategorySet::NONE);
            asked.wanted = of_records(plan).and(home);
            if let Some(row) = self.decide(&mut asked, raw) {
                let all = shown.entry(subject).or_default();
                *all = all.or(row.decision.shown().released);
            }
        }
        Ok(shown)
    }

    /// Decides, records and opens what partners answered of the subjects of a page.
    pub(crate) async fn answer_live(
        &self,
        caller: &Caller,
        purpose: Purpose,
        plan: &Plan,
        page: RawPage,
        parts: &HashMap<SubjectId, Part<'_>>,
    ) -> Result<LiveAnswered, Unanswered> {
        let rules = self.rules(page.epoch).await.map_err(PortFault::from)?;
        let at = self.now();
        let exceptions = self.exceptions(caller, Rows::Subjects, &page, at).await?;
        let mut asked =
            Asked { caller, purpose, rules: &rules, at, wanted: CategorySet::NONE, exceptions, met: Vec::new() };
        let mut decided = Vec::with_capacity(page.rows.len());
        let mut lost = HashMap::new();
        for raw in page.rows {
            let part = raw.subject.as_ref().and_then(|row| Some((row, parts.get(&row.subject)?)));
            let Some((row, part)) = part.filter(|(row, part)| row.owner.organization == part.owner) else { continue };
            let subject = row.subject;
            let Some((row, why)) = self.decide_part(&mut asked, plan, raw, part)? else { continue };
            lost.extend(why.map(|why| (subject, why)));
            decided.push(row);
        }
        one_row_a_subject(&mut decided);
        let of = Of { caller, purpose, epoch: rules.epoch, fence: page.fence };
        let permit = of.answer(&decided).receipt(&self.book, self.chance(), &*self.clock).await?;
        match self.opened_live(caller, plan, &mut decided, &permit) {
            Ok(rows) => Ok(LiveAnswered { rows, lost, receipt: permit.receipt() }),
            Err(why) => {
                of.answer(&decided).not_released(permit, &self.book, self.chance()).await?;
                Err(why)
            }
        }
    }

    /// Decides a row with what is held of the record; and why a record that came is not held all the same.
    fn decide_part(
        &self,
        asked: &mut Asked<'_>,
        plan: &Plan,
        mut raw: RawRow,
        part: &Part<'_>,
    ) -> Result<Option<(Decided, Option<LiveStatus>)>, Unanswered> {
        let Some(row) = raw.subject.as_mut() else { return Ok(None) };
        let subject = row.subject;
        let fresh = part.fresh.filter(|fresh| fresh.is_in_step(row.facts, asked.at));
        let lost = (part.fresh.is_some() && fresh.is_none()).then_some(LiveStatus::NotInStep);
        if let Some(fresh) = fresh {
            row.consent = row.consent.and(fresh.consent);
            row.consent_until = row.consent_until.min(fresh.consent_until);
        }
        let held = if fresh.is_some() { part.home } else { CategorySet::NONE };
        let Some(decided) = self.decide_given(asked, plan, raw, held) else { return Ok(None) };
        let mut decided = decided;
        decided.can_see = decided.can_see.and(held);
        // Of a dark owner nothing opens.
        let Some(key) = &decided.key else {
            return Ok(Some((decided, lost.or(fresh.map(|_| LiveStatus::NotAvailable)))));
        };
        let seal = |(place, category): &(SealedIn, Category)| -> Result<Option<Held>, DeskFault> {
            let there = fresh.filter(|_| *place == SealedIn::Subject && held.contains(*category));
            let payload = there.and_then(|fresh| fresh.categories.iter().find(|one| one.category() == *category));
            Ok(payload.map(|payload| key.seal(self.chance(), subject.into(), payload)).transpose()?)
        };
        decided.raw.held = plan.sealed.iter().map(seal).collect::<Result<_, _>>().map_err(PortFault::from)?;
        Ok(Some((decided, lost)))
    }

    /// Decides everything that a plan asks for, so that what is refused has its reason wherever it stays; and what would be
    /// released and is not held is then not wanted, and so not available now.
    fn decide_given(&self, asked: &mut Asked<'_>, plan: &Plan, raw: RawRow, held: CategorySet) -> Option<Decided> {
        asked.wanted = plan.wanted;
        let decided = self.decide(asked, raw)?;
        let not_here = decided.decision.shown().released.minus(can_be_given(plan, held));
        if not_here.is_empty() {
            return Some(decided);
        }
        asked.wanted = plan.wanted.minus(not_here);
        self.decide(asked, decided.raw)
    }

    fn opened_live(
        &self,
        caller: &Caller,
        plan: &Plan,
        decided: &mut [Decided],
        permit: &Permit,
    ) -> Result<Vec<(SubjectId, Row)>, Unanswered> {
        let of = |row: &Decided| row.raw.subject.as_ref().map(|row| row.subject);
        let subjects: Vec<Option<SubjectId>> = decided.iter().map(of).collect();
        let rows = self.opened(caller, Rows::Subjects, plan, decided, permit)?;
        Ok(subjects.into_iter().zip(rows).filter_map(|(subject, (_, row))| Some((subject?, row))).collect())
    }
}

/// Whether the name of who holds a case shows on a row.
pub(crate) fn names_holder(shown: Option<Shown>) -> bool {
    shown.is_some_and(|shown| shown.released.contains(Category::CurrentLocation))
}
