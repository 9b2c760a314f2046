//! From a sealed page to a decided, recorded and opened one. Read `answer/document.rs` next: the same for one document;
//! then `answer/live.rs`: the same for what stays at home.

mod document;
mod live;

use std::collections::HashMap;
use std::sync::Arc;

use sangam_custody::{
    Answer, Context, ContextMask, Decision, Epoch, Exceptions, Fence, Line, Masks, NotReleased, Permit, Receipt,
    RecordState, Rules, SubjectKey,
};
use sangam_language::{Caller, Cell, ErrorCode, Plan, PortFault, Row};
use sangam_store::{RawPage, RawRow, Rows, SubjectRow, Value};
use sangam_vocabulary::{CategorySet, Instant, Noun, OrganizationId, Purpose, RecordId, Relation, Seat, SubjectId};

use crate::hub::{Desk, DeskFault};
use crate::read::store_fault;
use crate::returns::Seen;
use crate::steps::steps;

pub(crate) use live::{Fresh, LiveAnswered, Part, names_holder};

/// Decided rows and the receipt of what they disclose.
pub(crate) struct Answered {
    pub(crate) rows: Vec<(RecordId, Row)>,
    pub(crate) receipt: Option<Receipt>,
}

/// An answer was not given.
pub(crate) enum Unanswered {
    /// Something changed while it was decided: read again.
    Stale,
    /// It cannot be given.
    Fault(PortFault),
}

impl From<PortFault> for Unanswered {
    fn from(fault: PortFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<NotReleased> for Unanswered {
    fn from(reason: NotReleased) -> Self {
        match reason {
            NotReleased::Stale => Self::Stale,
            NotReleased::NotRecorded | NotReleased::NotPermitted | NotReleased::Key(_) => {
                tracing::error!(error = %reason, "an answer was decided and not released");
                Self::Fault(ErrorCode::Unavailable.into())
            }
        }
    }
}

/// One row after the decision.
pub(crate) struct Decided {
    pub(crate) raw: RawRow,
    relation: Relation,
    decision: Decision,
    pub(crate) can_see: CategorySet,
    /// Whether who asks may change anything here: not a person who is on no team of it.
    pub(crate) may_act: bool,
    /// `None` when the owner's key is dark: nothing opens then.
    key: Option<SubjectKey>,
    /// Whether the row leaves no line in the journal: it is the caller's own doing, and shows nothing of the subject.
    unwritten: bool,
    /// Of a request to look, the most that could be told by it.
    could_tell: CategorySet,
}

impl Decided {
    /// The key of a row that has a line.
    fn lined(&self) -> Option<&SubjectKey> {
        self.key.as_ref().filter(|_| !self.unwritten)
    }
}

/// What every row of one answer is decided under, and the masks met so far: the rows have few contexts.
struct Asked<'a> {
    caller: &'a Caller,
    purpose: Purpose,
    rules: &'a Rules,
    at: Instant,
    wanted: CategorySet,
    /// What exceptional is on record for those for whom anything may count.
    exceptions: HashMap<SubjectId, Exceptions>,
    met: Vec<(Context, Arc<ContextMask>)>,
}

/// Who an answer is for, why, and of which state of the rules and the rows.
struct Of<'a> {
    caller: &'a Caller,
    purpose: Purpose,
    epoch: Epoch,
    fence: Fence,
}

impl Of<'_> {
    /// The answer that decided rows make. A row whose owner is dark has no line: nothing of it opens. Nor has one
    /// that is unwritten.
    fn answer<'k>(&self, decided: &'k [Decided]) -> Answer<'k> {
        let line = |row: &'k Decided| Some(Line::new(row.lined()?, row.raw.record, row.relation, &row.decision));
        let lines = decided.iter().filter_map(line).collect();
        Answer {
            caller: self.caller.party().clone(),
            purpose: self.purpose,
            epoch: self.epoch,
            fence: self.fence,
            lines,
        }
    }
}

/// How many contexts of an answer are compared one by one; beyond it the remembered masks are faster.
const MET: usize = 8;

impl Asked<'_> {
    fn mask(&mut self, masks: &Masks, context: Context) -> Arc<ContextMask> {
        if let Some((_, mask)) = self.met.iter().find(|(met, _)| *met == context) {
            return Arc::clone(mask);
        }
        let mask = masks.of(self.rules, &context, self.at);
        if self.met.len() < MET {
            self.met.push((context, Arc::clone(&mask)));
        }
        mask
    }
}

/// The relation through which a row is decided: an owner reads its own subject as owner, whatever record it
/// came by.
fn relation(caller: &Caller, row: &SubjectRow) -> Relation {
    if caller.party().organization == row.owner.organization { Relation::OWNER } else { row.relation }
}

impl Desk {
    /// The mask of a row about a subject, and whether its relation still stands.
    fn mask(&self, asked: &mut Asked<'_>, row: &SubjectRow) -> (Arc<ContextMask>, bool) {
        let relation = relation(asked.caller, row);
        // An owner's relation to its own subject does not end with a case record.
        let stands = relation == Relation::OWNER || row.state.stands(asked.at);
        let context = Context {
            caller: asked.caller.party().asker(),
            relation: Some(relation),
            purpose: asked.purpose,
            owner: row.owner,
            past_owners: row.past_owners.clone(),
            facts: row.facts,
            onward: None,
            // The store has tested the instants of the standing; they bound the permit, not the mask, so that
            // rows of one kind share one mask.
            state: RecordState { from: Instant::ALWAYS, until: Instant::NEVER, ..row.state },
        };
        // Where anything exceptional may count, the mask is hers alone and is not remembered.
        let mask = match asked.exceptions.get(&row.subject) {
            Some(exceptions) => Arc::new(ContextMask::compile_with(asked.rules, &context, exceptions, asked.at)),
            None => asked.mask(&self.masks, context),
        };
        (mask, stands)
    }

    /// Reads what exceptional is on record for the subjects of a page, where anything may count: for most pages there is
    /// none, and nothing is read. It is read after the page, and so perhaps of a later state; then the fence has moved,
    /// and nothing of what was decided on both leaves. An owner needs none, and what a search told its source rests on
    /// consent alone.
    async fn exceptions(
        &self,
        caller: &Caller,
        rows: Rows,
        page: &RawPage,
        at: Instant,
    ) -> Result<HashMap<SubjectId, Exceptions>, PortFault> {
        let mut out: HashMap<SubjectId, Exceptions> = HashMap::new();
        if rows.tell().is_some() {
            return Ok(out);
        }
        let own = caller.party().organization;
        let of = page.rows.iter().filter_map(|raw| raw.subject.as_ref());
        let may = of.filter(|row| row.exceptions_until > at && row.owner.organization != own);
        let mut subjects: Vec<SubjectId> = may.map(|row| row.subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        for row in self.store.exceptions(&subjects, at).await.map_err(store_fault)? {
            let subject = row.subject;
            row.join(out.entry(subject).or_default());
        }
        Ok(out)
    }

    fn decide(&self, asked: &mut Asked<'_>, raw: RawRow) -> Option<Decided> {
        let row = raw.subject.as_ref()?;
        let (mask, stands) = self.mask(asked, row);
        if !mask.related() {
            // No relation that carries the purpose: nothing exists.
            return None;
        }
        let key = self.keys.subject(row.owner.organization, row.subject, &row.keys).ok();
        let not_after = if mask.owner() { Instant::NEVER } else { row.state.until.min(row.consent_until) };
        let (decision, can_see) = if stands && key.is_some() {
            let all = mask.decision(row.consent, CategorySet::all(), not_after);
            (mask.decision(row.consent, asked.wanted, not_after), all.shown().released)
        } else {
            // The relation has ended or the owner is dark: the record is still there, and says nothing.
            (Decision::nothing_now(asked.wanted), CategorySet::NONE)
        };
        // An invitation is to an organization, which has no team in a case it does not take part in.
        let is_invited = row.relation.noun == Noun::Contribution && row.relation.seat != Seat::Owner;
        let may_act = row.state.on_team || asked.caller.party().person().is_none() || is_invited;
        let relation = relation(asked.caller, row);
        let (unwritten, could_tell) = (false, CategorySet::NONE);
        Some(Decided { relation, decision, can_see, may_act, key, unwritten, could_tell, raw })
    }

    /// The first row of a page as the caller would see it, decided and not opened.
    pub(crate) async fn seen(
        &self,
        caller: &Caller,
        purpose: Purpose,
        rows: Rows,
        page: RawPage,
    ) -> Result<Option<Decided>, PortFault> {
        let rules = self.rules(page.epoch).await?;
        let (at, wanted) = (self.now(), CategorySet::NONE);
        let exceptions = self.exceptions(caller, rows, &page, at).await?;
        let mut asked = Asked { caller, purpose, rules: &rules, at, wanted, exceptions, met: Vec::new() };
        Ok(page.rows.into_iter().next().and_then(|raw| self.decide(&mut asked, raw)))
    }

    /// Decides, records and opens a page of rows about subjects.
    pub(crate) async fn answer(
        &self,
        caller: &Caller,
        purpose: Purpose,
        rows: Rows,
        plan: &Plan,
        page: RawPage,
    ) -> Result<Answered, Unanswered> {
        let at = self.now();
        let rules = self.rules(page.epoch).await.map_err(PortFault::from)?;
        // That a row is there may be all it says, and is written down like anything else that is said.
        let wanted = plan.wanted.or(rows.tell().unwrap_or(CategorySet::NONE));
        let exceptions = self.exceptions(caller, rows, &page, at).await?;
        let mut asked = Asked { caller, purpose, rules: &rules, at, wanted, exceptions, met: Vec::new() };
        let mut decided: Vec<Decided> = page.rows.into_iter().filter_map(|raw| self.decide(&mut asked, raw)).collect();
        match rows {
            Rows::Subjects => one_row_a_subject(&mut decided),
            // It may be reached through several seats in the record it hangs on.
            Rows::Documents => one_row_a_record(&mut decided),
            _ => {}
        }
        if rows.tell().is_some() {
            decided.retain(is_told);
        }
        if rows == Rows::SearchRequests {
            // When one that was asked looks at where its request stands, or steps it, whoever asks could read the time
            // of that in the missing person's part of the journal; what was shown of her it reads there.
            for row in &mut decided {
                row.unwritten = row.decision.shown().released.is_empty();
            }
            self.could_tell(&rules, caller, &mut decided).await.map_err(PortFault::from)?;
        }
        let of = Of { caller, purpose, epoch: rules.epoch, fence: page.fence };
        let permit = of.answer(&decided).receipt(&self.book, self.chance(), &*self.clock).await?;
        match self.opened(caller, rows, plan, &mut decided, &permit) {
            Ok(rows) => Ok(Answered { rows, receipt: permit.receipt() }),
            Err(why) => {
                // It is written down as disclosed, and nothing of it leaves.
                of.answer(&decided).not_released(permit, &self.book, self.chance()).await?;
                Err(why)
            }
        }
    }

    /// What could be told by each request to look, once for each that asks. It rests on rows that were not in the page:
    /// whatever ends it moves the fence, and the answer is decided anew.
    async fn could_tell(&self, rules: &Rules, caller: &Caller, decided: &mut [Decided]) -> Result<(), DeskFault> {
        let mut known: Vec<(OrganizationId, CategorySet)> = Vec::new();
        for row in decided.iter_mut().filter(|row| row.may_act) {
            // The source comes last of what is read of a request.
            let Some(Value::Organization(source)) = row.raw.values.last() else { continue };
            row.could_tell = match known.iter().find(|(met, _)| met == source) {
                Some((_, could)) => *could,
                None => {
                    let could = self.could_be_told_by(rules, caller, *source).await?;
                    known.push((*source, could));
                    could
                }
            };
        }
        Ok(())
    }

    /// Opens every row under its line of the permit.
    fn opened(
        &self,
        caller: &Caller,
        rows: Rows,
        plan: &Plan,
        decided: &mut [Decided],
        permit: &Permit,
    ) -> Result<Vec<(RecordId, Row)>, Unanswered> {
        let mut out = Vec::with_capacity(decided.len());
        let mut line = 0;
        for row in decided {
            out.push((row.raw.record, self.row(caller, rows, plan, row, permit, &mut line)?));
        }
        Ok(out)
    }

    fn row(
        &self,
        caller: &Caller,
        rows: Rows,
        plan: &Plan,
        row: &mut Decided,
        permit: &Permit,
        line: &mut usize,
    ) -> Result<Row, Unanswered> {
        let organization = caller.party().organization;
        let sealed = std::mem::take(&mut row.raw.held);
        let mut disclosed = Vec::with_capacity(sealed.len());
        if let Some(key) = row.lined() {
            for held in sealed {
                disclosed.push(match held {
                    Some(held) if row.decision.shown().released.contains(held.category()) => {
                        Some(key.release(held, permit, *line, &*self.clock)?)
                    }
                    _ => None,
                });
            }
            *line += 1;
        } else {
            disclosed.resize_with(sealed.len(), || None);
        }
        let mut values = std::mem::take(&mut row.raw.values);
        let known = values.split_off(values.len().saturating_sub(rows.case().map_or(0, |case| case.steps.len())));
        let seen = match (rows, known.as_slice(), &row.raw.subject) {
            (Rows::Repatriations, [_, Value::Text(known)], Some(of)) => {
                Seen::of(known, of, &self.corridors, row.can_see, row.may_act, self.now())
            }
            _ => None,
        };
        let can_do = match (&seen, &row.raw.subject) {
            (Some(seen), _) => seen.can_do(),
            (None, Some(of)) if row.may_act => steps(rows, &known, of, row.can_see, row.could_tell),
            _ => Vec::new(),
        };
        let cells = plan
            .columns
            .iter()
            .zip(values)
            .map(|(column, value)| match seen.as_ref().and_then(|seen| seen.cell(column)) {
                Some(cell) => Ok(cell),
                None => self.cell(organization, rows, column, value),
            })
            .collect::<Result<Vec<Cell>, _>>()?;
        Ok(Row {
            cells,
            disclosed,
            shown: Some(row.decision.shown()),
            can_see: row.can_see,
            can_do,
            cursor: String::new(),
            rows: Vec::new(),
        })
    }
}

/// Whether a row that by itself says something is there for the caller: everything that it says must show. It comes last
/// of what is read of such a row; what cannot be read says nothing.
fn is_told(row: &Decided) -> bool {
    let Some(sangam_store::Value::Int(bits)) = row.raw.values.last() else { return false };
    u32::try_from(*bits).map(CategorySet::from_bits).is_ok_and(|says| !says.is_empty() && row.can_see.and(says) == says)
}

/// A subject that the caller reaches through several relations comes once: through the one that shows the most,
/// so that nothing is recorded as disclosed that was not.
fn one_row_a_subject(decided: &mut Vec<Decided>) {
    one_row_each(decided, |row| row.raw.subject.as_ref().map(|row| row.subject));
}

/// The same for a record.
fn one_row_a_record(decided: &mut Vec<Decided>) {
    one_row_each(decided, |row| row.raw.record);
}

fn one_row_each<T: Ord>(decided: &mut Vec<Decided>, of: impl Fn(&Decided) -> T) {
    decided.sort_by_key(|row| std::cmp::Reverse((of(row), row.decision.shown().released.len())));
    decided.dedup_by(|one, first| of(one) == of(first));
}
