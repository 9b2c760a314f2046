//! What an organization's own directory says that it offers. It is believed at once, unless most of what is told would be
//! gone: that is believed when it is said again after a while, and until then the last listing stands with its age
//! ([`sangam_workflow::listing`]). What follows from it for readers is written down here, by one function.

use sangam_custody::Entry;
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Code, Instant, OrganizationId, OwnService, PartnerId};
use sangam_workflow::listing::{Offer, SAID_AGAIN, dwindles, offered};
use sea_orm::{DatabaseTransaction, QueryResult, Value};

use super::record::forget;
use super::{all, bytes, codes, execute, listing, one, unavailable, unreadable};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::read::{self, own_services};

/// An organization's own directory was read to its end. What came of it has the organization as its record where the
/// directory is believed, and none where what it says is doubted.
pub struct OwnDirectoryChange {
    /// Which organization.
    pub organization: OrganizationId,
    /// The partner that the directory is.
    pub partner: PartnerId,
    /// What it says, each service once, in the order of the list.
    pub services: Vec<OwnService>,
    /// The entry with which it is recorded, where it says something else than before and is believed. That it says the same
    /// again moves its age, and is no act.
    pub entry: Entry,
}

/// An organization has no directory of its own any more: what it was enrolled with stands again.
#[derive(Debug, Clone, Copy)]
pub struct OwnDirectoryForgotten {
    /// Which organization.
    pub organization: OrganizationId,
}

/// An entry of an own directory that waited in quarantine could be read: it leaves the quarantine.
#[derive(Debug, Clone)]
pub struct OwnEntryRead {
    /// Whose directory it is.
    pub organization: OrganizationId,
    /// The partner that the directory is.
    pub partner: PartnerId,
    /// The key by which the partner knows the entry, as it lies in clear.
    pub external_key: String,
}

commands!(OwnDirectoryChange, OwnDirectoryForgotten, OwnEntryRead);

/// The organization, and what its own directory said when it was last believed.
const STANDS: &str = "SELECT o.services AS enrolled, o.coverage AS bound, d.services, d.said_at, d.held_at FROM organization o LEFT JOIN own_directory d ON d.organization = o.id WHERE o.id = $1";

/// What its own directory said, service by service.
const SAID: &str = "SELECT service, areas FROM own_service WHERE organization = $1";

fn services(row: &QueryResult, column: &'static str) -> Result<Vec<ServiceCode>, Refused> {
    read::list(row, column, |code| ServiceCode::read(code).ok()).map_err(unreadable)
}

impl Work for OwnDirectoryChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let Self { organization, partner, services: said, entry } = *self;
            let row = one(tx, STANDS, vec![bytes(organization.uuid())]).await?.ok_or(Refused::NotFound)?;
            let instant = |column| row.try_get::<Option<i64>>("", column).map_err(unavailable);
            let (enrolled, held) = (services(&row, "enrolled")?, instant("held_at")?);
            let told = if instant("said_at")?.is_some() { services(&row, "services")? } else { enrolled.clone() };
            let then: Vec<ServiceCode> =
                offered(&enrolled, &[], Some(&said)).into_iter().map(|offer| offer.service).collect();
            let again = held.is_some_and(|since| at.millis() >= since.saturating_add(SAID_AGAIN));
            if dwindles(&told, &then) && !again {
                let sql = "INSERT INTO own_directory (organization, partner, held_at) VALUES ($1, $2, $3) ON CONFLICT (organization) DO UPDATE SET held_at = COALESCE(own_directory.held_at, excluded.held_at)";
                let values = vec![bytes(organization.uuid()), bytes(partner.uuid()), at.millis().into()];
                execute(tx, sql, values).await?;
                return Ok(Applied::default());
            }
            let rows = all(tx, SAID, vec![bytes(organization.uuid())]).await?;
            let is_first = instant("said_at")?.is_none();
            let same = !is_first && own_services(&rows).map_err(unreadable)? == said;
            drop_services(tx, organization).await?;
            for service in &said {
                let areas = service.areas.as_ref().map(|areas| areas.iter().cloned().collect::<Vec<_>>().join(","));
                let sql = "INSERT INTO own_service (organization, service, areas) VALUES ($1, $2, $3)";
                let values = vec![bytes(organization.uuid()), service.service.code().into(), areas.into()];
                execute(tx, sql, values).await?;
            }
            let sql = "INSERT INTO own_directory (organization, partner, said_at) VALUES ($1, $2, $3) ON CONFLICT (organization) DO UPDATE SET partner = excluded.partner, said_at = excluded.said_at, held_at = NULL";
            execute(tx, sql, vec![bytes(organization.uuid()), bytes(partner.uuid()), at.millis().into()]).await?;
            listing::follow(tx, organization, at).await?;
            let entries = if same { Vec::new() } else { vec![entry] };
            Ok(Applied { record: Some(organization.uuid()), entries, ..Applied::default() })
        })
    }
}

impl Work for OwnDirectoryForgotten {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let organization = self.organization;
            drop_services(tx, organization).await?;
            let sql = "DELETE FROM own_directory WHERE organization = $1";
            if execute(tx, sql, vec![bytes(organization.uuid())]).await? == 0 {
                return Err(Refused::NotFound);
            }
            listing::follow(tx, organization, at).await?;
            Ok(Applied { record: Some(organization.uuid()), ..Applied::default() })
        })
    }
}

impl Work for OwnEntryRead {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            forget(tx, self.partner, &self.external_key).await?;
            Ok(Applied { record: Some(self.organization.uuid()), ..Applied::default() })
        })
    }
}

async fn drop_services(tx: &DatabaseTransaction, organization: OrganizationId) -> Result<(), Refused> {
    let sql = "DELETE FROM own_service WHERE organization = $1";
    execute(tx, sql, vec![bytes(organization.uuid())]).await.map(drop)
}

/// What an organization offers at present, and everything that it says it does: whoever says that it shelters, shelters.
pub(super) struct Offers {
    pub(super) offers: Vec<Offer>,
    pub(super) named: Vec<ServiceCode>,
}

/// What an organization offers at present, and writes it down for readers where its own directory says so.
pub(super) async fn settled(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    enrolled: &[ServiceCode],
    coverage: &[String],
) -> Result<Offers, Refused> {
    let key = || -> Vec<Value> { vec![bytes(organization.uuid())] };
    let sql = "SELECT organization FROM own_directory WHERE organization = $1 AND said_at IS NOT NULL";
    let own = match one(tx, sql, key()).await? {
        None => None,
        Some(_) => {
            let rows = all(tx, SAID, key()).await?;
            Some(own_services(&rows).map_err(unreadable)?)
        }
    };
    let offers = offered(enrolled, coverage, own.as_deref());
    if own.is_some() {
        let services: Vec<ServiceCode> = offers.iter().map(|offer| offer.service).collect();
        let covered = coverage.iter().filter(|area| offers.iter().any(|offer| offer.areas.contains(area)));
        let covered: Vec<&str> = covered.map(String::as_str).collect();
        let sql = "UPDATE own_directory SET services = $2, coverage = $3 WHERE organization = $1";
        execute(tx, sql, vec![bytes(organization.uuid()), codes(&services).into(), covered.join(",").into()]).await?;
    }
    let said = own.iter().flatten().map(|said| said.service);
    let named = enrolled.iter().copied().chain(said).collect();
    Ok(Offers { offers, named })
}
