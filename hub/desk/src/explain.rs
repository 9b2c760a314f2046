//! Explaining: what somebody may see of a subject, category by category, and by which clause. The same
//! `decide` that makes the masks.

use sangam_custody::{
    Asker, Behind, Clause, Context, Durability, Entry, EntryKind, Exceptions, Ground, OutwardKind, PartDetail, Reason,
    Receipt, ReceiptBook, RecordState, Rules, Ruling, Suspension, Verdict, carries, decide,
};
use sangam_language::{Caller, Cell, ErrorCode, Page, PageAsk, PortFault, Row};
use sangam_store::{RelationRow, SubjectFacts};
use sangam_vocabulary::{CategorySet, Code, Instant, Purpose, RecordId, Relation, Role, SubjectId};

use crate::hub::{Desk, DeskFault};
use crate::ids::Prefix;
use crate::read::{organization_argument, store_fault, text};
use crate::rules::carrying;

/// What an explanation says of one category, by the names of the noun's columns.
struct Explained {
    category: &'static str,
    verdict: &'static str,
    clause: Option<String>,
    sentence: Option<String>,
    until: Instant,
    /// What exceptional bears on it, for the owner.
    exceptions: Vec<Cell>,
}

impl Desk {
    /// Explains for oneself, or to the owner for anyone, as if a named member of its staff asked. To anybody else the
    /// subject does not exist, and a person who is not on its team is told no more than that she is not.
    pub(crate) async fn explain(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let own = caller.party().organization;
        let id = text(ask.arguments, "subject").ok_or(ErrorCode::BadId)?;
        let subject = SubjectId::from_uuid(self.inward(own, OutwardKind::Subject, id)?.uuid());
        let purpose = match text(ask.arguments, "purpose") {
            Some(code) => Purpose::read(code).map_err(|_| ErrorCode::BadVariables)?,
            None => ask.purpose.ok_or(ErrorCode::PurposeRequired)?,
        };
        if !caller.purposes().contains(purpose) {
            self.beyond(caller, ask.purpose, ErrorCode::PurposeNotAllowed).await;
            return Err(ErrorCode::PurposeNotAllowed.into());
        }
        let recipient = organization_argument(ask.arguments, "recipient")?.unwrap_or(own);
        let at = self.now();
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let own_relations = self.store.relations(own, subject, at).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|_| !own_relations.is_empty()) else {
            self.refused(caller, ask.purpose).await;
            return Ok(Page::default());
        };
        let is_owner = facts.owner.organization == own;
        let outside = self.outside(caller, subject).await?;
        let carried = carrying(Some(purpose), caller.party().role);
        let related = own_relations.iter().any(|row| carried.contains(&(row.noun, row.seat)) && row.is_for(purpose));
        if (!is_owner && (recipient != own || !related)) || (outside && recipient != own) {
            self.refused(caller, ask.purpose).await;
            return Ok(Page::default());
        }
        let asker = if recipient == own {
            caller.party().asker()
        } else {
            let Some(party) = self.party(recipient) else { return Ok(Page::default()) };
            Asker { behind: Behind::Staff, ..party.asker() }
        };
        let relations = self.store.relations(recipient, subject, at).await.map_err(store_fault)?;
        let consents = self.store.consents(subject).await.map_err(store_fault)?;
        let (epoch, _, _) = self.store.agreements().await.map_err(store_fault)?;
        let rules = self.rules(epoch).await?;
        let receipt = self.told(caller, ask.purpose.unwrap_or(purpose), &facts, &own_relations).await?;
        let recalled = self.store.is_recalled(subject, recipient).await.map_err(store_fault)?;
        let (first, others) = contexts(asker, (!outside, recalled), purpose, &facts, &relations, at);
        // When a ruling ends says something about consent or a birthday; that is the owner's to know.
        let tells_until = is_owner && !outside;
        let on_record = self.store.exceptions(&[subject], at).await.map_err(store_fault)?;
        let mut exceptions = Exceptions::default();
        on_record.iter().cloned().for_each(|row| row.join(&mut exceptions));
        let rows = CategorySet::all()
            .iter()
            .map(|category| {
                let decided =
                    |context: &Context| decide(&rules, &consents, &context.ask_with(&exceptions, category, at));
                let releases = |ruling: &Ruling| ruling.releases();
                let ruling = others.iter().map(decided).find(releases).unwrap_or_else(|| decided(&first));
                let mut explained = explained(&rules, category.code(), &ruling, is_owner);
                explained.until = if tells_until { ruling.until } else { Instant::NEVER };
                if is_owner && recipient != own {
                    let asks = first.ask_with(&exceptions, category, at);
                    let bear = on_record.iter().filter(|row| row.bears_on(&asks)).map(|row| row.id);
                    let named = bear.map(|id| self.keys.outward_id(own, OutwardKind::Exception, id).map(Cell::Outward));
                    explained.exceptions = named.collect::<Result<_, _>>().map_err(|_| ErrorCode::Unavailable)?;
                }
                Ok(row(ask, &explained))
            })
            .collect::<Result<Vec<_>, PortFault>>()?;
        Ok(Page { rows, receipt: Some(receipt), ..Page::default() })
    }

    /// Writes down that somebody was told how it stands with a subject. No category is released, and that the
    /// subject exists and what is withheld is told all the same: a row that is shown leaves the same entry.
    async fn told(
        &self,
        caller: &Caller,
        purpose: Purpose,
        facts: &SubjectFacts,
        relations: &[RelationRow],
    ) -> Result<Receipt, PortFault> {
        let party = caller.party();
        let key = self.subject_key(facts.owner.organization, facts.subject, &facts.keys).await?;
        let through = related(relations, purpose, party.role);
        let (record, relation) = match through {
            Some(row) if facts.owner.organization != party.organization => {
                (row.record, Relation::new(row.noun, row.seat))
            }
            _ => (RecordId::from(facts.subject), Relation::OWNER),
        };
        let at = self.now();
        let mut detail = PartDetail::act(EntryKind::Disclosed, at, party.organization).about(record, CategorySet::NONE);
        detail.actor = party.actor.as_ref().map(|actor| actor.pseudonym().to_owned());
        detail.purpose = Some(purpose);
        detail.noun = Some(relation.noun);
        detail.seat = Some(relation.seat);
        let part = key.journal().part(self.chance(), &detail).map_err(DeskFault::from)?;
        let entry = Entry { kind: EntryKind::Disclosed, at, caller: party.organization, parts: vec![part] };
        let receipt = Receipt { hash: entry.hash() };
        // No trace, no answer.
        self.book.append(entry, Durability::WithinASecond).await.map_err(|_| ErrorCode::Unavailable)?;
        Ok(receipt)
    }
}

/// The relation that carries the purpose, or else the first there is.
fn related(relations: &[RelationRow], purpose: Purpose, role: Role) -> Option<&RelationRow> {
    let carries = |row: &&RelationRow| row.is_for(purpose) && carries(purpose, Relation::new(row.noun, row.seat), role);
    relations.iter().find(carries).or_else(|| relations.first())
}

/// The contexts of a recipient towards a subject: the first, whose clause says why where none releases, and one for each
/// relation that carries the purpose and is open, as a page shows a row for each.
fn contexts(
    asker: Asker,
    (on_team, recalled): (bool, bool),
    purpose: Purpose,
    facts: &SubjectFacts,
    relations: &[RelationRow],
    at: Instant,
) -> (Context, Vec<Context>) {
    let context = |chosen: Option<&RelationRow>| Context {
        relation: chosen.map(|row| Relation::new(row.noun, row.seat)),
        purpose,
        owner: facts.owner,
        past_owners: facts.past_owners.clone(),
        facts: facts.facts,
        onward: None,
        state: RecordState {
            from: chosen.map_or(Instant::ALWAYS, |row| row.from),
            until: chosen.map_or(Instant::NEVER, |row| row.open_until),
            window: None,
            locked: facts.locked,
            on_team,
            suspended: facts.suspended,
            shut: chosen.map_or(CategorySet::NONE, |row| row.shut),
            recalled,
        },
        caller: asker,
    };
    let carries = |row: &&RelationRow| {
        row.is_for(purpose) && carries(purpose, Relation::new(row.noun, row.seat), asker.role) && row.open_until > at
    };
    let open = relations.iter().filter(carries).map(|row| context(Some(row))).collect();
    // A seat for one purpose is none for another, whatever its like may carry.
    let first = related(relations, purpose, asker.role).filter(|row| row.is_for(purpose));
    (context(first), open)
}

fn explained(rules: &Rules, category: &'static str, ruling: &Ruling, is_owner: bool) -> Explained {
    let (verdict, clause, sentence) = match &ruling.verdict {
        Verdict::Release(ground) => {
            let (clause, sentence) = ground_words(*ground);
            ("RELEASED", Some(clause), Some(sentence))
        }
        Verdict::Refuse(refusal) if is_owner => {
            let (clause, sentence) = clause_words(rules, &refusal.clause);
            ("WITHHELD", Some(clause), Some(sentence))
        }
        Verdict::Refuse(refusal) => {
            let reason = refusal.reason().map(reason_word);
            ("WITHHELD", reason.map(str::to_owned), Some("Ask the case desk.".to_owned()))
        }
    };
    Explained { category, verdict, clause, sentence, until: Instant::NEVER, exceptions: Vec::new() }
}

fn ground_words(ground: Ground) -> (String, String) {
    match ground {
        Ground::Owner => ("OWNER".to_owned(), "The owner reads its own subject.".to_owned()),
        Ground::Consent { agreement, .. } => {
            (Prefix::Agreement.write(agreement.uuid()), "Consent covers it and this agreement permits it.".to_owned())
        }
        Ground::Override { agreement } => (
            Prefix::Agreement.write(agreement.uuid()),
            "An authority stands in for the consent, and this agreement permits it.".to_owned(),
        ),
        Ground::Emergency => ("EMERGENCY".to_owned(), "An emergency was declared.".to_owned()),
    }
}

/// The outward word of a reason.
pub(crate) const fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::NotShared => "NOT_SHARED",
        Reason::NoAgreement => "NO_AGREEMENT",
        Reason::NotAvailableNow => "NOT_AVAILABLE_NOW",
    }
}

/// The clause of a refusal and its sentence, as an owner is told.
pub(crate) fn clause_words(rules: &Rules, clause: &Clause) -> (String, String) {
    match clause {
        Clause::NoRelation => (
            "NO_RELATION".to_owned(),
            "No open relation carries this purpose: for the recipient the record does not exist.".to_owned(),
        ),
        Clause::Locked => ("LOCKED".to_owned(), "The owner's subjects are locked.".to_owned()),
        Clause::NotOnTeam => (
            "NOT_ON_TEAM".to_owned(),
            "You are not on the team of this case; an administrator can put you on it.".to_owned(),
        ),
        Clause::NoActor => (
            "NO_ACTOR".to_owned(),
            "The system did not say which member of staff asks; exchange its token for one that does.".to_owned(),
        ),
        Clause::Shut => (
            "SHUT".to_owned(),
            "The record does not carry it for this seat as it stands now; a later step may open it.".to_owned(),
        ),
        Clause::Suspended(why) => {
            let sentence = match why {
                Suspension::TakenBack => "The owner's own system no longer shares this record with the hub.",
                Suspension::Unread => {
                    "The latest version of this record in the owner's own system could not be read; see the quarantine."
                }
            };
            (why.code().to_owned(), sentence.to_owned())
        }
        Clause::Recalled => (
            "RECALLED".to_owned(),
            "The recipient was asked to let go of what it has of this person and has not answered.".to_owned(),
        ),
        Clause::Publication => ("PUBLICATION".to_owned(), "Publication has no ground.".to_owned()),
        Clause::Law(id) => {
            let row = rules.law.rows().find(|(_, row)| row.id == *id);
            let words = row.map_or_else(String::new, |(_, row)| format!("Forbidden by {}.", row.basis));
            (id.to_string(), words)
        }
        Clause::LawUnreadable => {
            ("LAW_UNREADABLE".to_owned(), "A book of law that binds here cannot be read.".to_owned())
        }
        Clause::ConsentMissing => {
            ("CONSENT_MISSING".to_owned(), "No consent in force covers it for this recipient and purpose.".to_owned())
        }
        Clause::ConsentWithheld(consent) => {
            (Prefix::Consent.write(consent.uuid()), "This consent on record withholds it.".to_owned())
        }
        Clause::NoAgreement => ("NO_AGREEMENT".to_owned(), "No agreement in force permits it.".to_owned()),
    }
}

fn row(ask: &PageAsk<'_>, explained: &Explained) -> Row {
    let text = |value: &Option<String>| value.clone().map_or(Cell::Null, Cell::Text);
    let cells = ask
        .plan
        .columns
        .iter()
        .map(|column| match column.as_str() {
            "category" => Cell::Text(explained.category.to_owned()),
            "verdict" => Cell::Text(explained.verdict.to_owned()),
            "clause" => text(&explained.clause),
            "sentence" => text(&explained.sentence),
            "exceptions" => Cell::List(explained.exceptions.clone()),
            "until" if explained.until != Instant::NEVER => Cell::Instant(explained.until.millis()),
            _ => Cell::Null,
        })
        .collect();
    bare(cells)
}

/// A row about nobody in particular.
pub(crate) fn bare(cells: Vec<Cell>) -> Row {
    Row {
        cells,
        disclosed: Vec::new(),
        shown: None,
        can_see: CategorySet::NONE,
        can_do: Vec::new(),
        cursor: String::new(),
        rows: Vec::new(),
    }
}
