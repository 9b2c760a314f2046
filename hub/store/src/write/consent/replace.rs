//! A consent is changed by ending it and putting another in its place: what was agreed before stays on record.

use sangam_custody::{Assent, Consent, Effect, GivenBy, Informed};
use sangam_vocabulary::consent::{ConsentEnd, ConsentSource};
use sangam_vocabulary::{CategorySet, ConsentId, Country, Instant, OrganizationId, PurposeSet, RecordId, SubjectId};
use sea_orm::{DatabaseTransaction, QueryResult};

use super::{ConsentRefusal, Manner, changed, end, move_own_on, put};
use crate::command::{Refused, Work, Working, commands};
use crate::read;
use crate::write::consent::{BeforeChange, recompile};
use crate::write::{bytes, one, unavailable, unreadable};

/// What of a consent is to be otherwise; what is not here stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsentParts {
    /// For which purposes.
    pub purposes: Option<PurposeSet>,
    /// Which categories.
    pub categories: Option<CategorySet>,
    /// To which recipients.
    pub recipients: Option<Vec<OrganizationId>>,
    /// In which countries.
    pub countries: Option<Vec<Country>>,
    /// Until when.
    pub until: Option<Instant>,
}

/// Which way a consent is changed.
pub enum Replacing {
    /// To less: how it came about stays what it was.
    Narrower,
    /// To more, by the same proofs as giving takes.
    Wider {
        /// Who gives it.
        given_by: GivenBy,
        /// How informed it is.
        informed: Informed,
        /// Whether the child agrees.
        assent: Assent,
        /// How it came about this time.
        manner: Manner,
    },
}

/// Puts a consent in the place of one of an own subject.
pub struct ConsentReplacement {
    /// Who does: must own the subject.
    pub owner: OrganizationId,
    /// The consent that ends.
    pub consent: ConsentId,
    /// The version of it that the caller saw.
    pub version: i64,
    /// The id of the one in its place.
    pub new: ConsentId,
    /// What is otherwise.
    pub parts: ConsentParts,
    /// Which way.
    pub replacing: Replacing,
    /// An id for the first recall it opens.
    pub recalls: RecordId,
}

commands!(ConsentReplacement);

impl ConsentParts {
    fn applied(self, new: ConsentId, known: &Consent, at: Instant) -> Consent {
        Consent {
            id: new,
            purposes: self.purposes.unwrap_or(known.purposes),
            categories: self.categories.unwrap_or(known.categories),
            recipients: self.recipients.unwrap_or_else(|| known.recipients.clone()),
            countries: self.countries.unwrap_or_else(|| known.countries.clone()),
            from: known.from.max(at),
            until: self.until.unwrap_or(known.until),
            ..known.clone()
        }
    }
}

/// How the consent in a row came about.
fn manner(row: &QueryResult) -> Result<Manner, Refused> {
    read::manner(row).map_err(unreadable)
}

impl Work for ConsentReplacement {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let known = "SELECT * FROM consent WHERE id = $1";
            let id = bytes(self.consent.uuid());
            let row = one(tx, known, vec![id.clone()]).await?.ok_or(Refused::NotFound)?;
            let subject = SubjectId::from_uuid(read::id(&row, "subject").map_err(unreadable)?);
            let version = move_own_on(tx, self.owner, subject).await?;
            // Once more: another process may have changed it before this one held the subject.
            let row = one(tx, known, vec![id.clone()]).await?.ok_or(Refused::NotFound)?;
            let current: i64 = row.try_get("", "version").map_err(unavailable)?;
            if current != self.version {
                return Err(Refused::Conflict { current });
            }
            let old = read::consent(&row).map_err(unreadable)?;
            if old.effect != Effect::Grant {
                return Err(ConsentRefusal::Withholds.into());
            }
            if old.until <= at {
                return Err(ConsentRefusal::Ended.into());
            }
            let mut new = self.parts.applied(self.new, &old, at);
            let (how, kind, manner) = match self.replacing {
                Replacing::Narrower => {
                    if !new.is_narrower_than(&old) {
                        return Err(ConsentRefusal::NotLess.into());
                    }
                    (ConsentEnd::Narrowed, "CONSENT_NARROWED", manner(&row)?)
                }
                Replacing::Wider { given_by, informed, assent, manner: proofs } => {
                    if manner(&row)?.source == ConsentSource::Partner {
                        return Err(ConsentRefusal::Imported.into());
                    }
                    if !old.is_narrower_than(&new) {
                        return Err(ConsentRefusal::NotMore.into());
                    }
                    (new.given_by, new.informed, new.assent) = (given_by, informed, assent);
                    (ConsentEnd::Extended, "CONSENT_EXTENDED", proofs)
                }
            };
            let before = BeforeChange::of(tx, subject, at).await?;
            end(tx, "id = $1", id, how, Some(self.owner), version, at).await?;
            put(tx, subject, &new, &manner, Some(self.consent), version, at).await?;
            recompile(tx, subject, at).await?;
            let recalled = before.recall(tx, self.recalls, at).await?;
            Ok(changed(subject, Some(self.new), kind, recalled))
        })
    }
}
