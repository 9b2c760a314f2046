//! Explaining: what somebody may see of a subject, category by category, and by which clause. The same
//! `decide` that makes the masks.

use sangam_custody::{
    Clause, Context, Ground, OutwardKind, Party, Reason, RecordState, Rules, Ruling, Suspension, Verdict, carries,
    decide,
};
use sangam_language::{Caller, Cell, ErrorCode, Page, PageAsk, PortFault, Row};
use sangam_store::{RelationRow, SubjectFacts};
use sangam_vocabulary::{CategorySet, Code, Instant, Purpose, Relation, SubjectId};

use crate::hub::Desk;
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
}

impl Desk {
    /// Explains for oneself, or to the owner for anyone. To anybody else the subject does not exist.
    pub(crate) async fn explain(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let own = caller.party().organization;
        let id = text(ask.arguments, "subject").ok_or(ErrorCode::BadId)?;
        let subject = SubjectId::from_uuid(self.inward(own, OutwardKind::Subject, id)?.uuid());
        let purpose = match text(ask.arguments, "purpose") {
            Some(code) => Purpose::read(code).map_err(|_| ErrorCode::BadVariables)?,
            None => ask.purpose.ok_or(ErrorCode::PurposeRequired)?,
        };
        if !caller.purposes().contains(purpose) {
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
        let carried = carrying(Some(purpose), caller.party().role);
        let related = own_relations.iter().any(|row| carried.contains(&(row.noun, row.seat)));
        if !is_owner && (recipient != own || !related) {
            self.refused(caller, ask.purpose).await;
            return Ok(Page::default());
        }
        let Some(party) = self.party(recipient) else { return Ok(Page::default()) };
        let relations = self.store.relations(recipient, subject, at).await.map_err(store_fault)?;
        let consents = self.store.consents(subject).await.map_err(store_fault)?;
        let (epoch, _, _) = self.store.agreements().await.map_err(store_fault)?;
        let rules = self.rules(epoch).await?;
        let context = context(party, purpose, &facts, &relations);
        let rows = CategorySet::all()
            .iter()
            .map(|category| {
                let ruling = decide(&rules, &consents, &context.ask(category, at));
                row(ask, &explained(&rules, category.code(), &ruling, is_owner))
            })
            .collect();
        Ok(Page { rows, ..Page::default() })
    }
}

/// The context of a recipient towards a subject: through the relation that carries the purpose, where it has
/// one.
fn context(party: Party, purpose: Purpose, facts: &SubjectFacts, relations: &[RelationRow]) -> Context {
    let of = |row: &RelationRow| Relation::new(row.noun, row.seat);
    let chosen = relations.iter().find(|row| carries(purpose, of(row), party.role)).or_else(|| relations.first());
    Context {
        relation: chosen.map(of),
        purpose,
        owner: facts.owner,
        past_owners: facts.past_owners.clone(),
        facts: facts.facts,
        onward: None,
        state: RecordState {
            from: chosen.map_or(Instant::ALWAYS, |row| row.from),
            until: chosen.map_or(Instant::NEVER, |row| row.open_until),
            window: None,
            locked: false,
            suspended: facts.suspended,
        },
        caller: party,
    }
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
            let reason = refusal.reason().map(|reason| match reason {
                Reason::NotShared => "NOT_SHARED",
                Reason::NoAgreement => "NO_AGREEMENT",
                Reason::NotAvailableNow => "NOT_AVAILABLE_NOW",
            });
            ("WITHHELD", reason.map(str::to_owned), Some("Ask the case desk.".to_owned()))
        }
    };
    // When a ruling ends says something about consent or a birthday; that is the owner's to know.
    let until = if is_owner { ruling.until } else { Instant::NEVER };
    Explained { category, verdict, clause, sentence, until }
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

fn clause_words(rules: &Rules, clause: &Clause) -> (String, String) {
    match clause {
        Clause::NoRelation => (
            "NO_RELATION".to_owned(),
            "No open relation carries this purpose: for the recipient the record does not exist.".to_owned(),
        ),
        Clause::Locked => ("LOCKED".to_owned(), "The owner's subjects are locked.".to_owned()),
        Clause::Suspended(why) => {
            let sentence = match why {
                Suspension::TakenBack => "The owner's own system no longer shares this record with the hub.",
                Suspension::Unread => {
                    "The latest version of this record in the owner's own system could not be read; see the quarantine."
                }
            };
            (why.code().to_owned(), sentence.to_owned())
        }
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
    }
}
