//! Where an organization without a system is asked for its answers, and the links that are out.

use sangam_vocabulary::{AnswerLinkId, Instant, Language, OrganizationId, RecordId};
use sangam_workflow::answer_link::LinkState;
use sangam_workflow::notice::NoticeWayKind;

use super::{code, id, instant};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;

/// Where an organization is asked for its answers.
#[derive(Debug, Clone)]
pub struct AnswerContactRow {
    /// Where the link goes, sealed.
    pub mail: Vec<u8>,
    /// Where its code goes, sealed.
    pub sms: Vec<u8>,
    /// In which language.
    pub language: Language,
    /// Grows with every change.
    pub version: i64,
}

/// A message of a link that waits to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerLinkDue {
    /// The link.
    pub link: AnswerLinkId,
    /// To whom.
    pub organization: OrganizationId,
    /// The link by mail, or its code by short message.
    pub way: NoticeWayKind,
}

/// A link as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerLinkRow {
    /// The link.
    pub link: AnswerLinkId,
    /// What it answers.
    pub referral: RecordId,
    /// Who answers.
    pub organization: OrganizationId,
    /// Where it stands.
    pub state: LinkState,
    /// Until when it is good.
    pub until: Instant,
}

impl Store {
    /// Where an organization is asked for its answers; none where it said nothing.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn answer_contact(&self, organization: OrganizationId) -> Result<Option<AnswerContactRow>, StoreFault> {
        let sql = "SELECT mail, sms, language, version FROM answer_contact WHERE organization = $1";
        let row = self.one(sql, vec![bytes(organization.uuid())]).await?;
        row.map(|row| {
            Ok(AnswerContactRow {
                mail: row.try_get("", "mail")?,
                sms: row.try_get("", "sms")?,
                language: code(&row, "language")?,
                version: row.try_get("", "version")?,
            })
        })
        .transpose()
    }

    /// The messages of links that are due, those that wait longest first; perhaps another process sends them just now.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn answer_links_due(&self, at: Instant, limit: u16) -> Result<Vec<AnswerLinkDue>, StoreFault> {
        let sql = "SELECT id, organization, mail_due AS due, 'MAIL' AS way FROM answer_link WHERE mail_due <= $1 AND until_at > $1 UNION ALL SELECT id, organization, sms_due AS due, 'SMS' AS way FROM answer_link WHERE sms_due <= $1 AND until_at > $1 ORDER BY due, id, way LIMIT $2";
        let rows = self.all(sql, vec![at.millis().into(), i64::from(limit).into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(AnswerLinkDue {
                    link: AnswerLinkId::from_uuid(id(row, "id")?),
                    organization: OrganizationId::from_uuid(id(row, "organization")?),
                    way: code(row, "way")?,
                })
            })
            .collect()
    }

    /// The link that a digest of what stands in its address finds, whatever became of it.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn answer_link(&self, place: &[u8; 32]) -> Result<Option<AnswerLinkRow>, StoreFault> {
        let sql = "SELECT id, referral, organization, state, until_at FROM answer_link WHERE place = $1";
        let row = self.one(sql, vec![place.to_vec().into()]).await?;
        row.map(|row| {
            Ok(AnswerLinkRow {
                link: AnswerLinkId::from_uuid(id(&row, "id")?),
                referral: RecordId::from_uuid(id(&row, "referral")?),
                organization: OrganizationId::from_uuid(id(&row, "organization")?),
                state: code(&row, "state")?,
                until: instant(&row, "until_at")?,
            })
        })
        .transpose()
    }
}
