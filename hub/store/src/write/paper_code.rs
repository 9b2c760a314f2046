//! The paper code: what a survivor has in her hand to say no with. It is kept as what a code is judged against, and
//! nobody can read it back.

use sangam_vocabulary::{Instant, Noun, OrganizationId, SubjectId};
use sea_orm::DatabaseTransaction;

use super::{bytes, execute, one};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};

/// A code as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperCode {
    /// The part that finds it.
    pub place: String,
    /// The slow keyed digest of all of it.
    pub digest: [u8; 32],
}

/// Gives an own subject another paper code; the one before is void.
pub struct PaperCodeChange {
    /// Who does: must own the subject.
    pub owner: OrganizationId,
    /// The subject.
    pub subject: SubjectId,
    /// The code.
    pub code: PaperCode,
}

commands!(PaperCodeChange);

/// Puts a code in the place of the one before.
pub(super) async fn put_code(
    tx: &DatabaseTransaction,
    owner: OrganizationId,
    subject: SubjectId,
    code: &PaperCode,
    at: Instant,
) -> Result<(), Refused> {
    execute(
        tx,
        "INSERT INTO paper_code (subject, organization, place, digest, drawn_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (subject) DO UPDATE SET organization = excluded.organization, place = excluded.place, digest = excluded.digest, drawn_at = excluded.drawn_at",
        vec![
            bytes(subject.uuid()),
            bytes(owner.uuid()),
            code.place.clone().into(),
            code.digest.to_vec().into(),
            at.millis().into(),
        ],
    )
    .await?;
    Ok(())
}

impl Work for PaperCodeChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let owned = "SELECT 1 AS one FROM subject WHERE id = $1 AND owner = $2";
            let who = vec![bytes(self.subject.uuid()), bytes(self.owner.uuid())];
            one(tx, owned, who).await?.ok_or(Refused::NotFound)?;
            put_code(tx, self.owner, self.subject, &self.code, at).await?;
            let (noun, record) = (Noun::Subject, self.subject.into());
            let event = NewEvent { noun, record, subject: self.subject, kind: "PAPER_CODE_DRAWN" };
            Ok(Applied { record: Some(self.subject.uuid()), events: vec![event], ..Applied::default() })
        })
    }
}
