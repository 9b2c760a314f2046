//! Reading what stays at home: each holder's own system is asked there and then, all at once, within one deadline. What
//! they answer stands apart from everything the hub has, with who answered, who did not, why and since when.
//!
//! Who may know of a subject is asked first, as for any page; a partner is asked only for what could be shown then; and
//! what it answers is decided anew on what holds after it has (`answer/live.rs`). Nothing that it answers is stored.
//! Read `live/ask.rs` next: how one partner is asked.
//!
//! Who holds a case says where a person is, and a system is known again by what is said of it. So an answer tells that two
//! subjects are of one system only where the holder's name shows of both. Otherwise each subject that exists has an entry
//! of her own, also one of which nothing stays at home, and it says nothing that is the same for another subject of the
//! same system because it is the same system, but whether the system answered.
//!
//! The future may be dropped at any await: partners that were asked were asked in vain, and where the answer was
//! written down already the journal says more than was seen, never less. Nothing else is left behind.

mod ask;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use sangam_custody::{Facts, OutwardKind};
use sangam_language::{Caller, Cell, ErrorCode, Page, PageAsk, Plan, PortFault, Row, Scope as Permission};
use sangam_store::{HomeRow, PageQuery, RawPage, Rows, Scope, Source};
use sangam_vocabulary::{CategorySet, Code, Instant, LiveStatus, OrganizationId, Purpose, SubjectId};
use serde_json::Value as Json;
use tokio::time::Instant as Moment;
use uuid::Uuid;

use crate::answer::{LiveAnswered, Part, Unanswered, names_holder};
use crate::hub::Desk;
use crate::read::{ATTEMPTS, RELATIONS, store_fault};
use crate::sync::PartnerDesk;
use ask::{Came, Home, Whom};

/// The most subjects of one question: each costs its holder's system a call, and fits on a screen.
const SUBJECTS: usize = 20;
/// The longest that systems may be waited for, in milliseconds: an operation ends after ten seconds, and what was
/// answered has still to be decided, written down and opened.
const LONGEST_MS: u64 = 8_000;
/// The shortest: a nearby system's answer and its mapping fit.
const SHORTEST_MS: u64 = 100;
/// How many live questions one partner is asked or waited for at once, from all callers: its rounds of synchronisation
/// stand in the same queue, and wait behind so many at most.
pub(crate) const AT_ONCE: usize = 8;

/// Partners, each with what it is to be asked for.
type ToAsk = Vec<(Arc<PartnerDesk>, Vec<Home>)>;

/// What the columns of the subjects under an entry begin with.
const UNDER: &str = "nodes.";

/// A subject that exists for the caller: who held her case when she was looked up, and, of what stays at home, where that is
/// and what came of it.
struct Subject {
    subject: SubjectId,
    owner: OrganizationId,
    partner: Option<Arc<PartnerDesk>>,
    came: Came,
}

/// An entry of an answer: the subjects of one system where each shows who holds her case, or one subject.
struct Entry {
    /// The system, where it is told whose it is.
    named: Option<Arc<PartnerDesk>>,
    /// The subjects, each with how the system took part in what is told of her.
    nodes: Vec<(LiveStatus, Row)>,
}

impl Desk {
    /// Answers the root field `live`.
    pub(crate) async fn live(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let purpose = ask.purpose.ok_or(ErrorCode::PurposeRequired)?;
        let subjects = self.live_subjects(caller, ask)?;
        let deadline = Moment::now() + time(ask)?;
        let plan = under(ask.plan);
        let page = self.live_page(caller, purpose, &subjects, &[]).await?;
        let (mut known, homes, in_vain) = self.to_ask(caller, purpose, &plan, &subjects, page).await?;
        if in_vain {
            self.refused(caller, ask.purpose).await;
        }
        let began = self.now();
        let whom = &Whom::of(caller, purpose);
        let asks = homes
            .into_iter()
            .map(|(partner, homes)| async move { self.ask_homes(&partner, homes, whom, deadline).await });
        let mut came: HashMap<SubjectId, Came> =
            join_all(asks).await.into_iter().flatten().map(|asked| (asked.subject, asked.came)).collect();
        for subject in &mut known {
            subject.came = came.remove(&subject.subject).unwrap_or(Came::NotAsked);
        }
        let parts: HashMap<SubjectId, Part<'_>> =
            known.iter().map(|subject| (subject.subject, subject.part())).collect();
        for attempt in 1..=ATTEMPTS {
            let caller = &self.still_here(caller, ask.field, purpose).await?;
            let page = self.live_page(caller, purpose, &subjects, &plan.columns).await?;
            match self.answer_live(caller, purpose, &plan, page, &parts).await {
                Ok(answered) => {
                    let receipt = answered.receipt;
                    let entries = entries(&known, answered);
                    let rows = entries.into_iter().filter_map(|entry| entry.row(ask.plan, &plan, began)).collect();
                    return Ok(Page { rows, receipt, ..Page::default() });
                }
                Err(Unanswered::Stale) if attempt < ATTEMPTS => {}
                Err(reason) => return Err(reason.into()),
            }
        }
        Err(ErrorCode::TooBusy.into())
    }

    /// Who asks, as of now: while systems were waited for the account, the membership or what it may do can have ended,
    /// and no fence of a state that is read later would say so.
    async fn still_here(&self, caller: &Caller, field: &str, purpose: Purpose) -> Result<Caller, PortFault> {
        self.may_read(caller, field)?;
        if caller.admission().is_none() {
            return Ok(caller.clone());
        }
        let now = self.readmit(caller).await.map_err(|_| ErrorCode::Unavailable)?;
        let may = now.scopes().contains(Permission::CasesRead) && now.purposes().contains(purpose);
        if may { Ok(now) } else { Err(ErrorCode::Unavailable.into()) }
    }

    /// The subjects that are asked for, each once.
    fn live_subjects(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Vec<SubjectId>, PortFault> {
        let given = ask.arguments.get("subjects").and_then(Json::as_array).ok_or(ErrorCode::BadVariables)?;
        if given.is_empty() {
            return Err(ErrorCode::BadVariables.into());
        }
        if given.len() > SUBJECTS {
            return Err(ErrorCode::LimitCost.into());
        }
        let own = caller.party().organization;
        let mut subjects = Vec::with_capacity(given.len());
        for id in given {
            let id = id.as_str().ok_or(ErrorCode::BadId)?;
            let subject = SubjectId::from_uuid(self.inward(own, OutwardKind::Subject, id)?.uuid());
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        Ok(subjects)
    }

    /// The rows of some subjects through every relation of the caller, as of the oldest state any of them was read in:
    /// what changed while they were read makes the answer stale.
    async fn live_page(
        &self,
        caller: &Caller,
        purpose: Purpose,
        subjects: &[SubjectId],
        columns: &[String],
    ) -> Result<RawPage, PortFault> {
        let mut all: Option<RawPage> = None;
        for subject in subjects {
            let record: Option<Uuid> = Some(subject.uuid());
            let scope = Scope { record, ..self.scope(caller, Some(purpose), RELATIONS) };
            let query = PageQuery { rows: Rows::Subjects, columns, sealed: &[], scope };
            let page = self.store.page(&query).await.map_err(store_fault)?;
            all = Some(match all {
                None => page,
                Some(mut all) => {
                    all.rows.extend(page.rows);
                    all.epoch = all.epoch.min(page.epoch);
                    all.fence.0 = all.fence.0.min(page.fence.0);
                    all
                }
            });
        }
        all.ok_or_else(|| ErrorCode::BadVariables.into())
    }

    /// The subjects that exist for the caller, in the order in which they were named; the partners that are to be asked for
    /// what they have of them at home; and whether a subject was named that does not exist.
    async fn to_ask(
        &self,
        caller: &Caller,
        purpose: Purpose,
        plan: &Plan,
        subjects: &[SubjectId],
        page: RawPage,
    ) -> Result<(Vec<Subject>, ToAsk, bool), PortFault> {
        let there: HashMap<SubjectId, (OrganizationId, Facts)> = page
            .rows
            .iter()
            .filter_map(|raw| raw.subject.as_ref())
            .map(|row| (row.subject, (row.owner.organization, row.facts)))
            .collect();
        let mut homes = self.homes(&there).await?;
        let stays: HashMap<SubjectId, CategorySet> =
            homes.iter().map(|(subject, (partner, _))| (*subject, partner.residence.home())).collect();
        let shown = self.could_be_shown(caller, purpose, plan, page, &stays).await?;
        let (mut known, mut to_ask, mut in_vain) = (Vec::new(), ToAsk::new(), false);
        for subject in subjects {
            // Not in what could be shown: for this caller and purpose it does not exist.
            let (Some((owner, facts)), Some(shown)) = (there.get(subject), shown.get(subject)) else {
                in_vain = true;
                continue;
            };
            let (subject, owner, came) = (*subject, *owner, Came::NotAsked);
            let Some((partner, source)) = homes.remove(&subject) else {
                known.push(Subject { subject, owner, partner: None, came });
                continue;
            };
            let home = Home { subject, source, facts: *facts, wanted: *shown };
            match to_ask.iter_mut().find(|(known, _)| known.id == partner.id) {
                Some((_, homes)) => homes.push(home),
                None => to_ask.push((Arc::clone(&partner), vec![home])),
            }
            known.push(Subject { subject, owner, partner: Some(partner), came });
        }
        Ok((known, to_ask, in_vain))
    }

    /// Of subjects with their owners, the owner's system that has something of each at home.
    async fn homes(
        &self,
        of: &HashMap<SubjectId, (OrganizationId, Facts)>,
    ) -> Result<HashMap<SubjectId, (Arc<PartnerDesk>, Source)>, PortFault> {
        let subjects: Vec<SubjectId> = of.keys().copied().collect();
        let mut homes = HashMap::new();
        for HomeRow { subject, partner, external_key, sealed_key } in
            self.store.homes(&subjects).await.map_err(store_fault)?
        {
            let Some(found) = self.partner(partner).filter(|found| !found.residence.home().is_empty()) else {
                continue;
            };
            // Of a case that went over, what its former holder's system says is that one's own affair.
            if of.get(&subject).is_some_and(|(owner, _)| *owner == found.organization) {
                homes.entry(subject).or_insert((found, Source { partner, external_key, sealed_key }));
            }
        }
        Ok(homes)
    }
}

/// How long systems are waited for.
fn time(ask: &PageAsk<'_>) -> Result<Duration, PortFault> {
    let given = ask.arguments.get("withinMs").and_then(Json::as_u64);
    let millis = given.filter(|millis| (SHORTEST_MS..=LONGEST_MS).contains(millis)).ok_or(ErrorCode::BadVariables)?;
    Ok(Duration::from_millis(millis))
}

/// What is needed of the subjects under an entry, and of whoever holds their cases.
fn under(plan: &Plan) -> Plan {
    let mut columns: Vec<String> = Vec::new();
    for column in &plan.columns {
        let own = column.strip_prefix(UNDER).or_else(|| column.starts_with("holder.").then_some(column));
        if let Some(own) = own.filter(|own| !columns.iter().any(|known| known == own)) {
            columns.push(own.to_owned());
        }
    }
    Plan { columns, ..plan.clone() }
}

impl Subject {
    fn part(&self) -> Part<'_> {
        let home = self.partner.as_ref().map_or(CategorySet::NONE, |partner| partner.residence.home());
        Part { owner: self.owner, home, fresh: self.came.fresh() }
    }
}

/// The entries of an answer, in the order in which their first subjects were named; without the subjects that do not exist
/// for the caller any more.
fn entries(known: &[Subject], answered: LiveAnswered) -> Vec<Entry> {
    let LiveAnswered { rows, lost, .. } = answered;
    let mut rows: HashMap<SubjectId, Row> = rows.into_iter().collect();
    let mut entries: Vec<Entry> = Vec::new();
    for told in known {
        let Some(row) = rows.remove(&told.subject) else { continue };
        let status = lost.get(&told.subject).copied().unwrap_or_else(|| told.came.status());
        let named = told.partner.clone().filter(|_| names_holder(row.shown));
        let of_the_same = |entry: &&mut Entry| match (&entry.named, &named) {
            (Some(known), Some(named)) => known.id == named.id,
            _ => false,
        };
        match entries.iter_mut().find(of_the_same) {
            Some(entry) => entry.nodes.push((status, row)),
            None => entries.push(Entry { named, nodes: vec![(status, row)] }),
        }
    }
    entries
}

/// Whether a system did not answer where it took part in what is told of one subject like this.
const fn is_missing(status: LiveStatus) -> bool {
    match status {
        LiveStatus::Slow
        | LiveStatus::Busy
        | LiveStatus::Unreachable
        | LiveStatus::Paused
        | LiveStatus::Refused
        | LiveStatus::Unreadable => true,
        LiveStatus::Answered
        | LiveStatus::Partial
        | LiveStatus::NotAsked
        | LiveStatus::NotAvailable
        | LiveStatus::NotInStep => false,
    }
}

impl Entry {
    /// Whether the system answered, and if not why.
    fn status(&self) -> LiveStatus {
        let asked = || self.nodes.iter().map(|(status, _)| *status).filter(|status| *status != LiveStatus::NotAsked);
        let lost = || asked().filter(|status| *status != LiveStatus::Answered);
        match (asked().count(), lost().count(), lost().next()) {
            (0, _, _) => LiveStatus::NotAsked,
            (_, 0, _) | (_, _, None) => LiveStatus::Answered,
            (all, lost, Some(why)) if all == lost => why,
            _ => LiveStatus::Partial,
        }
    }

    /// The entry as a row, with its subjects under it.
    fn row(self, plan: &Plan, under: &Plan, began: Instant) -> Option<Row> {
        let status = self.status();
        let answered = self.nodes.iter().any(|(status, _)| *status == LiveStatus::Answered);
        // What the guard knows of a system is told only where it is told whose it is.
        let missing = self.nodes.iter().any(|(status, _)| is_missing(*status));
        let since = self.named.as_ref().filter(|_| missing).map(|named| named.wire.missing_since().unwrap_or(began));
        // Not when each answer came: that would tell which subjects wait for the same system.
        let as_of = answered.then_some(began);
        let instant = |at: Option<Instant>| at.map_or(Cell::Null, |at| Cell::Instant(at.millis()));
        let of = |row: &Row, name: &str| {
            let place = under.columns.iter().position(|column| column == name);
            place.and_then(|place| row.cells.get(place)).cloned().unwrap_or(Cell::Null)
        };
        let (_, first) = self.nodes.first()?;
        let cell = |column: &String| match column.as_str() {
            "status" => Cell::Text(status.code().to_owned()),
            "since" => instant(since),
            "asOf" => instant(as_of),
            holder => of(first, holder),
        };
        let cells = plan.columns.iter().map(cell).collect();
        let shown = first.shown;
        // Rows under an entry have the same plan as the entry: each its own columns of it.
        let placed = |(_, row): (LiveStatus, Row)| {
            let node = |column: &String| column.strip_prefix(UNDER).map_or(Cell::Null, |own| of(&row, own));
            Row { cells: plan.columns.iter().map(node).collect(), ..row }
        };
        let (can_see, can_do, cursor) = (CategorySet::NONE, Vec::new(), String::new());
        let rows = self.nodes.into_iter().map(placed).collect();
        Some(Row { cells, disclosed: Vec::new(), shown, can_see, can_do, cursor, rows })
    }
}
