//! Saying no: by the subject's holder, by anybody in the case, or by her paper code (DESIGN §5).

use sangam_custody::{Assent, Consent, Effect, GivenBy, Informed};
use sangam_vocabulary::consent::{ConsentEnd, ConsentSource};
use sangam_vocabulary::{
    CategorySet, Code, ConsentId, Country, Instant, OrganizationId, PurposeSet, RecordId, SubjectId,
};
use sea_orm::DatabaseTransaction;

use super::{BeforeChange, Manner, changed, end, has_room, move_on, move_own_on, put, recompile};
use crate::command::{Refused, Work, Working, commands};
use crate::read;
use crate::write::{bytes, one, unreadable};

/// Every consent of a subject that grants.
const GRANTS_OF: &str = "subject = $1 AND effect = 'GRANT'";

/// Withdraws a consent of an own subject, from the instant of its commit on.
pub struct WithdrawalChange {
    /// Who withdraws: must own the subject.
    pub owner: OrganizationId,
    /// The consent.
    pub consent: ConsentId,
    /// An id for the first recall it opens.
    pub recalls: RecordId,
}

/// What of a subject's consents somebody in the case takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Everything that grants.
    All,
    /// This much, whatever grants it: kept as a consent that withholds.
    Part {
        /// The id of that consent.
        withholding: ConsentId,
        /// Which categories.
        categories: CategorySet,
        /// From which recipients; none named: from everyone, today's and tomorrow's.
        recipients: Vec<OrganizationId>,
    },
}

/// Takes back consent in a case that the organization is in.
pub struct CaseWithdrawal {
    /// Who does: must have an open standing in her case.
    pub by: OrganizationId,
    /// The subject.
    pub subject: SubjectId,
    /// What is taken back.
    pub taken: Taken,
    /// An id for the first recall it opens.
    pub recalls: RecordId,
}

/// Takes back all consent of a subject by her paper code.
pub struct PaperWithdrawal {
    /// The subject.
    pub subject: SubjectId,
    /// The digest of the code that was judged: one that was replaced meanwhile withdraws nothing.
    pub digest: [u8; 32],
    /// An id for the first recall it opens.
    pub recalls: RecordId,
}

commands!(WithdrawalChange, CaseWithdrawal, PaperWithdrawal);

impl Work for WithdrawalChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let id = bytes(self.consent.uuid());
            let row = one(tx, "SELECT subject FROM consent WHERE id = $1", vec![id.clone()]).await?;
            let subject = read::id(&row.ok_or(Refused::NotFound)?, "subject").map_err(unreadable)?;
            let subject = SubjectId::from_uuid(subject);
            let version = move_own_on(tx, self.owner, subject).await?;
            let before = BeforeChange::of(tx, subject, at).await?;
            end(tx, "id = $1", id, ConsentEnd::Withdrawn, Some(self.owner), version, at).await?;
            recompile(tx, subject, at).await?;
            let recalled = before.recall(tx, self.recalls, at).await?;
            Ok(changed(subject, Some(self.consent), "CONSENT_WITHDRAWN", recalled))
        })
    }
}

impl Work for CaseWithdrawal {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            // A search and an invitation put nobody in her case.
            let standing = "SELECT 1 AS one FROM standing WHERE organization = $1 AND subject = $2 AND noun NOT IN ('SEARCH', 'CONTRIBUTION') AND from_at <= $3 AND open_until > $3";
            let who = vec![bytes(self.by.uuid()), bytes(self.subject.uuid()), at.millis().into()];
            one(tx, standing, who).await?.ok_or(Refused::NotFound)?;
            let version = move_on(tx, self.subject).await?;
            let before = BeforeChange::of(tx, self.subject, at).await?;
            match self.taken {
                Taken::All => {
                    let id = bytes(self.subject.uuid());
                    end(tx, GRANTS_OF, id, ConsentEnd::Withdrawn, Some(self.by), version, at).await?;
                }
                Taken::Part { withholding, categories, recipients } => {
                    has_room(tx, self.subject, Effect::Withhold, at).await?;
                    let no = Consent {
                        id: withholding,
                        effect: Effect::Withhold,
                        given_by: GivenBy::Own,
                        assent: Assent::NotAsked,
                        informed: Informed::from_bits(0),
                        purposes: PurposeSet::all(),
                        categories,
                        recipients,
                        countries: Country::ALL.to_vec(),
                        from: at,
                        until: Instant::NEVER,
                    };
                    put(tx, self.subject, &no, &Manner::of(ConsentSource::Case), None, version, at).await?;
                }
            }
            recompile(tx, self.subject, at).await?;
            let recalled = before.recall(tx, self.recalls, at).await?;
            Ok(changed(self.subject, None, "CONSENT_WITHDRAWN", recalled))
        })
    }
}

impl Work for PaperWithdrawal {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let version = move_on(tx, self.subject).await?;
            let code = "SELECT 1 AS one FROM paper_code WHERE subject = $1 AND digest = $2";
            let id = bytes(self.subject.uuid());
            one(tx, code, vec![id.clone(), self.digest.to_vec().into()]).await?.ok_or(Refused::NotFound)?;
            let before = BeforeChange::of(tx, self.subject, at).await?;
            end(tx, GRANTS_OF, id, ConsentEnd::PaperCode, None, version, at).await?;
            recompile(tx, self.subject, at).await?;
            let recalled = before.recall(tx, self.recalls, at).await?;
            Ok(changed(self.subject, None, "CONSENT_WITHDRAWN_BY_CODE", recalled))
        })
    }
}
