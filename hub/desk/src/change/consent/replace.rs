//! Narrowing and extending a consent: less takes nothing but the wish, more takes the same proofs as giving.

use sangam_custody::{EntryKind, GivenBy};
use sangam_language::{Caller, ErrorCode, ExtendConsent, NarrowConsent, Outcome, PortFault};
use sangam_store::{Command, ConsentParts, ConsentRefusal, ConsentReplacement, Refused, Replacing, Rows};
use sangam_vocabulary::{Category, CategorySet, ConsentId, Country, Instant, Purpose, PurposeSet};

use super::proof::{Shown, Wrong};
use super::{assent, informed};
use crate::change::{Plans, Told, idempotency, invalid, refusal};
use crate::hub::{Desk, DeskFault};

/// The parts of a consent as an input names them.
struct Named<'a> {
    purposes: Option<&'a [Purpose]>,
    categories: Option<&'a [Category]>,
    recipients: Option<&'a [String]>,
    countries: Option<&'a [Country]>,
    until: Option<&'a str>,
}

const EMPTY: &str = "Consent names at least one purpose, one category and one country; to take all back, withdraw it.";

fn filled<'a, T>(path: &'static str, list: Option<&'a [T]>) -> Result<Option<&'a [T]>, Wrong> {
    match list {
        Some([]) => Err((path, EMPTY)),
        list => Ok(list),
    }
}

/// Why a consent was not changed that way, as the caller is told.
fn why(reason: ConsentRefusal) -> Wrong {
    match reason {
        ConsentRefusal::Ended => ("/consent", "The consent has ended; record a new one."),
        ConsentRefusal::Withholds => ("/consent", "The consent withholds: record another beside it, or withdraw it."),
        ConsentRefusal::NotLess => {
            ("/consent", "A narrower consent is nowhere more and somewhere less than the one before.")
        }
        ConsentRefusal::NotMore => {
            ("/consent", "A wider consent is nowhere less and somewhere more than the one before.")
        }
        ConsentRefusal::Imported => {
            ("/consent", "A consent read from your own system can only narrow; record a new one.")
        }
    }
}

impl Desk {
    fn parts(&self, named: &Named<'_>) -> Result<ConsentParts, Wrong> {
        let until = match named.until {
            None => None,
            Some(text) => Some(
                Instant::read(text)
                    .filter(|until| *until > self.now())
                    .ok_or(("/until", "An instant in RFC 3339, later than now; to end it now, withdraw it."))?,
            ),
        };
        Ok(ConsentParts {
            purposes: filled("/purposes", named.purposes)?.map(PurposeSet::of),
            categories: filled("/categories", named.categories)?.map(CategorySet::of),
            recipients: named.recipients.map(|list| self.named_recipients(list)).transpose()?,
            countries: filled("/countries", named.countries)?.map(<[_]>::to_vec),
            until,
        })
    }

    pub(crate) async fn narrow_consent(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: NarrowConsent,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let request = format!("narrowConsent {input:?}");
        let named = Named {
            purposes: input.purposes.as_deref(),
            categories: input.categories.as_deref(),
            recipients: input.recipients.as_deref(),
            countries: input.countries.as_deref(),
            until: input.until.as_deref(),
        };
        let parts = match self.parts(&named) {
            Ok(parts) => parts,
            Err((path, message)) => return Ok(invalid(plans, path, message)),
        };
        let of = Replaced {
            key: &input.idempotency_key,
            request: &request,
            consent: &input.consent,
            version: input.version,
            kind: EntryKind::ConsentNarrowed,
            member: "ConsentNarrowed",
        };
        self.replace(caller, purpose, of, parts, |_| Ok(Replacing::Narrower), plans).await
    }

    pub(crate) async fn extend_consent(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: ExtendConsent,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let request = format!("extendConsent {input:?}");
        let named = Named {
            purposes: input.purposes.as_deref(),
            categories: input.categories.as_deref(),
            recipients: input.recipients.as_deref(),
            countries: input.countries.as_deref(),
            until: input.until.as_deref(),
        };
        let parts = match self.parts(&named) {
            Ok(parts) => parts,
            Err((path, message)) => return Ok(invalid(plans, path, message)),
        };
        let (known, _) = match self.own_consent(caller, purpose, &input.consent, plans).await? {
            Ok(known) => known,
            Err(outcome) => return Ok(outcome),
        };
        let given_by = match known.given_by {
            GivenBy::Guardian { .. } => GivenBy::Guardian { no_conflict: input.no_conflict },
            other => other,
        };
        let shown = Shown {
            grants: Some(given_by),
            telling: input.telling.as_ref(),
            check: input.conflict_check.as_ref(),
            order: input.order.as_ref(),
        };
        let manner = match self.proved(caller, &shown).await? {
            Ok(manner) => manner,
            Err((path, message)) => return Ok(invalid(plans, path, message)),
        };
        let of = Replaced {
            key: &input.idempotency_key,
            request: &request,
            consent: &input.consent,
            version: input.version,
            kind: EntryKind::ConsentExtended,
            member: "ConsentExtended",
        };
        let wider = |()| {
            let (informed, assent) = (informed(&input.answers)?, assent(&input.assent)?);
            Ok(Replacing::Wider { given_by, informed, assent, manner })
        };
        self.replace(caller, purpose, of, parts, wider, plans).await
    }

    async fn replace(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        of: Replaced<'_>,
        parts: ConsentParts,
        replacing: impl FnOnce(()) -> Result<Replacing, Wrong> + Send,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let Some(key) = idempotency(caller, of.key, of.request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        let replacing = match replacing(()) {
            Ok(replacing) => replacing,
            Err((path, message)) => return Ok(invalid(plans, path, message)),
        };
        let (known, facts) = match self.own_consent(caller, purpose, of.consent, plans).await? {
            Ok(known) => known,
            Err(outcome) => return Ok(outcome),
        };
        let new = ConsentId::drawn(self.chance()).ok_or(ErrorCode::Unavailable)?;
        let subject_key = self.subject_key(facts.owner.organization, facts.subject, &facts.keys).await?;
        let categories = parts.categories.unwrap_or(known.categories);
        let entry = self
            .entry(of.kind, &caller.into(), &subject_key, facts.subject.into(), categories)
            .map_err(DeskFault::from)?;
        let change = ConsentReplacement {
            owner: facts.owner.organization,
            consent: known.id,
            version: of.version,
            new,
            parts,
            replacing,
            recalls: self.recall_id()?,
        };
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(committed) => {
                let record = committed.record.ok_or(ErrorCode::Internal)?;
                let told = Told { member: of.member, prefix: "consent.", rows: Rows::Consents };
                self.changed(caller, purpose, plans, told, record).await
            }
            Err(Refused::Consent(reason)) => {
                let (path, message) = why(reason);
                Ok(invalid(plans, path, message))
            }
            Err(refused) => refusal(plans, refused),
        }
    }
}

/// Which consent is changed, by which request, and how that is told.
struct Replaced<'a> {
    key: &'a str,
    request: &'a str,
    consent: &'a str,
    version: i64,
    kind: EntryKind,
    member: &'static str,
}
