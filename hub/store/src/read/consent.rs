//! Consents of a subject.

use sangam_custody::{Assent, Consent, Effect, GivenBy, Informed};
use sangam_vocabulary::{Code, ConsentId, Country, Instant, PersonId, SubjectId};
use sea_orm::QueryResult;

use super::{categories, code, id, instant, list, organization_id, purposes};
use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;
use crate::write::{CareOrder, Manner};

pub(crate) fn consent(row: &QueryResult) -> Result<Consent, StoreFault> {
    let text = |column: &'static str| row.try_get::<String>("", column);
    let unreadable = |column: &'static str| StoreFault::Unreadable { column };
    let effect = match text("effect")?.as_str() {
        "GRANT" => Effect::Grant,
        "WITHHOLD" => Effect::Withhold,
        _ => return Err(unreadable("effect")),
    };
    let given_by = match text("given_by")?.as_str() {
        "OWN" => GivenBy::Own,
        "GUARDIAN" => GivenBy::Guardian { no_conflict: row.try_get::<i64>("", "no_conflict")? == 1 },
        "AUTHORITY" => GivenBy::Authority,
        _ => return Err(unreadable("given_by")),
    };
    let assent = match text("assent")?.as_str() {
        "GIVEN" => Assent::Given,
        "REFUSED" => Assent::Refused,
        "NOT_ABLE" => Assent::NotAble,
        "NOT_ASKED" => Assent::NotAsked,
        _ => return Err(unreadable("assent")),
    };
    let informed = u8::try_from(row.try_get::<i64>("", "informed")?).map_err(|_| unreadable("informed"))?;
    Ok(Consent {
        id: ConsentId::from_uuid(id(row, "id")?),
        effect,
        given_by,
        assent,
        informed: Informed::from_bits(informed),
        purposes: purposes(row)?,
        categories: categories(row, "categories")?,
        recipients: list(row, "recipients", organization_id)?,
        countries: list(row, "countries", |c| Country::read(c).ok())?,
        from: instant(row, "from_at")?,
        until: instant(row, "until_at")?,
    })
}

/// How the consent in a row came about.
pub(crate) fn manner(row: &QueryResult) -> Result<Manner, StoreFault> {
    let told: Option<String> = row.try_get("", "told")?;
    let checked: Option<i64> = row.try_get("", "conflict_checked_at")?;
    let made: Option<i64> = row.try_get("", "order_made_at")?;
    let person = |column| id(row, column).map(PersonId::from_uuid);
    Ok(Manner {
        source: code(row, "source")?,
        text_version: row.try_get("", "text_version")?,
        language: row.try_get("", "language")?,
        interpreter: row.try_get::<Option<i64>>("", "interpreter")?.map(|yes| yes != 0),
        told: told.map(|_| code(row, "told")).transpose()?,
        conflict_checked: checked
            .map(|at| person("conflict_checked_by").map(|by| (by, Instant::from_millis(at))))
            .transpose()?,
        order: made
            .map(|at| -> Result<_, StoreFault> {
                let attested_by = person("order_attested_by")?;
                Ok(CareOrder { by: code(row, "order_kind")?, made_at: Instant::from_millis(at), attested_by })
            })
            .transpose()?,
    })
}

impl Store {
    /// A subject's consents.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn consents(&self, subject: SubjectId) -> Result<Vec<Consent>, StoreFault> {
        let rows =
            self.all("SELECT * FROM consent WHERE subject = $1 ORDER BY id", vec![bytes(subject.uuid())]).await?;
        rows.iter().map(consent).collect()
    }

    /// A consent with its version, for whoever changes it.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn consent(&self, consent: ConsentId) -> Result<Option<(SubjectId, Consent, i64)>, StoreFault> {
        let row = self.one("SELECT * FROM consent WHERE id = $1", vec![bytes(consent.uuid())]).await?;
        row.map(|row| {
            let subject = SubjectId::from_uuid(id(&row, "subject")?);
            Ok((subject, self::consent(&row)?, row.try_get("", "version")?))
        })
        .transpose()
    }

    /// The subject a consent belongs to.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn subject_of_consent(&self, consent: ConsentId) -> Result<Option<SubjectId>, StoreFault> {
        let row = self.one("SELECT subject FROM consent WHERE id = $1", vec![bytes(consent.uuid())]).await?;
        row.map(|row| id(&row, "subject").map(SubjectId::from_uuid)).transpose()
    }
}
