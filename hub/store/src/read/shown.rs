//! Through which relations an owner's subjects could be shown to others, with the consent there is: what a preview of an
//! agreement counts. Only metadata of the owner's own subjects; nothing is opened.

use sangam_custody::{Controller, Facts, Suspension};
use sangam_vocabulary::{CategorySet, Instant, OrganizationId, Purpose, Relation, SubjectId};
use sea_orm::QueryResult;

use super::{categories, code, id, told_by};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::{bytes, read_past_owners};

/// How many of an owner's subjects a preview looks at, the newest: more than most organizations have, and fewer than
/// would keep a reader busy for a second.
pub const PREVIEW_SUBJECTS: i64 = 5_000;
/// How many relations with consent it looks at: four for each of those subjects.
pub const PREVIEW_RELATIONS: i64 = 20_000;

/// An owner's subject, an organization that has an open relation to it, and what consent covers for it and a purpose.
#[derive(Debug, Clone)]
pub struct Sharing {
    /// The subject.
    pub subject: SubjectId,
    /// The organization that could be shown something.
    pub recipient: OrganizationId,
    /// Its relation.
    pub relation: Relation,
    /// For which purpose.
    pub purpose: Purpose,
    /// What consent covers.
    pub consent: CategorySet,
    /// Who controlled the data before.
    pub past_owners: Vec<Controller>,
    /// The facts law needs.
    pub facts: Facts,
    /// Whether the owner's data of the subject are suspended.
    pub suspended: Option<Suspension>,
    /// What the record does not carry for the seat as it stands.
    pub shut: CategorySet,
    /// Whether the organization was asked to let go of what it has of her, and has not answered.
    pub recalled: bool,
    /// When the hour of a handover is, of a request to bring her home that has one.
    pub handover_at: Option<Instant>,
    /// What must show of an answer to a search for any of it to show; empty for every other relation.
    pub tells: CategorySet,
}

/// What a preview is made of.
#[derive(Debug, Clone, Default)]
pub struct ShownThrough {
    /// The relations.
    pub sharings: Vec<Sharing>,
    /// Whether there are no more subjects and relations than a preview looks at.
    pub complete: bool,
}

fn read(row: &QueryResult) -> Result<Sharing, StoreFault> {
    let past: String = row.try_get("", "past_owners")?;
    let handover: Option<i64> = row.try_get("", "hour_at")?;
    Ok(Sharing {
        subject: SubjectId::from_uuid(id(row, "subject")?),
        recipient: OrganizationId::from_uuid(id(row, "organization")?),
        relation: Relation::new(code(row, "noun")?, code(row, "seat")?),
        purpose: code(row, "purpose")?,
        consent: categories(row, "mask")?,
        past_owners: read_past_owners(&past).ok_or(StoreFault::Unreadable { column: "past_owners" })?,
        facts: Facts { collected_in: code(row, "collected_in")?, age: super::age(row)? },
        suspended: super::suspension(row)?,
        shut: categories(row, "shut")?,
        recalled: row.try_get::<Option<Vec<u8>>>("", "recalled")?.is_some(),
        handover_at: handover.map(Instant::from_millis),
        tells: categories(row, "tells")?,
    })
}

impl Store {
    /// Through which relations an owner's subjects could be shown to these organizations at an instant. Bounded by
    /// [`PREVIEW_SUBJECTS`] and [`PREVIEW_RELATIONS`].
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn shown_through(
        &self,
        owner: OrganizationId,
        recipients: &[OrganizationId],
        at: Instant,
    ) -> Result<ShownThrough, StoreFault> {
        if recipients.is_empty() {
            return Ok(ShownThrough { sharings: Vec::new(), complete: true });
        }
        const OWN: &str = "SELECT o.subject FROM standing o WHERE o.organization = $1 AND o.noun = 'SUBJECT' ORDER BY o.record DESC LIMIT $2";
        let owned = self
            .one(
                &format!("SELECT count(*) AS own FROM ({OWN}) n"),
                vec![bytes(owner.uuid()), (PREVIEW_SUBJECTS + 1).into()],
            )
            .await?;
        let owned: i64 = owned.map_or(Ok(0), |row| row.try_get("", "own"))?;
        let told = told_by("a", "$3");
        let named: Vec<_> = (5..5 + recipients.len()).map(|number| format!("${number}")).collect();
        let mut values =
            vec![bytes(owner.uuid()), PREVIEW_SUBJECTS.into(), at.millis().into(), (PREVIEW_RELATIONS + 1).into()];
        values.extend(recipients.iter().map(|recipient| bytes(recipient.uuid())));
        let rows = self
            .all(
                &format!(
                    "SELECT s.subject, s.organization, s.noun, s.seat, s.shut, c.purpose, c.mask, su.past_owners, su.collected_in, su.age, su.adult_from, su.suspended, r.recipient AS recalled, h.hour_at, coalesce({told}, 0) AS tells FROM ({OWN}) own JOIN subject su ON su.id = own.subject JOIN consent_span c ON c.subject = su.id AND c.from_at <= $3 AND c.until_at > $3 JOIN standing s ON s.organization = c.recipient AND s.subject = su.id AND s.from_at <= $3 AND s.open_until > $3 AND s.noun NOT IN ('CONTRIBUTION', 'EXCEPTION') AND (s.purpose IS NULL OR s.purpose = c.purpose) LEFT JOIN recall r ON r.subject = su.id AND r.recipient = c.recipient AND r.is_open = 1 LEFT JOIN repatriation h ON s.noun = 'REPATRIATION' AND h.id = s.record LEFT JOIN search_answer a ON s.noun = 'SEARCH' AND a.id = s.record WHERE su.owner = $1 AND c.recipient IN ({}) ORDER BY s.subject DESC, s.organization, s.record LIMIT $4",
                    named.join(", ")
                ),
                values,
            )
            .await?;
        let most = usize::try_from(PREVIEW_RELATIONS).unwrap_or(usize::MAX);
        Ok(ShownThrough {
            sharings: rows.iter().take(most).map(read).collect::<Result<_, _>>()?,
            complete: owned <= PREVIEW_SUBJECTS && rows.len() <= most,
        })
    }
}
