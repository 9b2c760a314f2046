//! What an organization agreed to have listed for everybody, and the rows that follow from it. Nothing is listed that
//! it did not agree to, that it does not offer, or that may not be told of anybody ([`sangam_workflow::listing`]).

use std::collections::BTreeSet;

use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Code, Country, Instant, ListedKind, OrganizationId, PersonId, Role, listed_id};
use sangam_workflow::listing::{is_division, tells_areas};
use sea_orm::{DatabaseTransaction, QueryResult};

use super::own_directory::{Offers, settled};
use super::person::{PersonRefusal, account, accounts};
use super::{all, bytes, codes, execute, flag, one, unavailable, unreadable};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::read;

/// Says what of an organization is listed for everybody.
#[derive(Debug, Clone)]
pub struct ListingChange {
    /// Which organization.
    pub organization: OrganizationId,
    /// Which of its administrators says it; the operator, on its word, where nobody is named.
    pub by: Option<PersonId>,
    /// The version that was seen; the operator sees none.
    pub version: Option<i64>,
    /// Whether it is listed at all.
    pub listed: bool,
    /// Which of the services that it offers are.
    pub services: Vec<ServiceCode>,
    /// Whether the divisions in which it offers them are told.
    pub areas: bool,
}

commands!(ListingChange);

impl Work for ListingChange {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let Self { organization, by, version, listed, services, areas } = *self;
            if let Some(by) = by {
                let people = accounts(tx, organization).await?;
                if !account(&people, by)?.administers(at) {
                    return Err(PersonRefusal::NotAdministrator.into());
                }
            }
            let there = one(tx, "SELECT id FROM organization WHERE id = $1", vec![bytes(organization.uuid())]).await?;
            there.ok_or(Refused::NotFound)?;
            let before =
                one(tx, "SELECT version FROM listing WHERE organization = $1", vec![bytes(organization.uuid())])
                    .await?;
            let current: i64 = match before {
                Some(row) => row.try_get("", "version").map_err(unavailable)?,
                None => 0,
            };
            if version.is_some_and(|seen| seen != current) {
                return Err(Refused::Conflict { current });
            }
            let sql = "INSERT INTO listing (organization, listed, services, areas, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization) DO UPDATE SET listed = excluded.listed, services = excluded.services, areas = excluded.areas, changed_at = excluded.changed_at, version = excluded.version";
            let values = vec![
                bytes(organization.uuid()),
                flag(listed),
                codes(&services).into(),
                flag(areas),
                at.millis().into(),
                (current + 1).into(),
            ];
            execute(tx, sql, values).await?;
            follow(tx, organization, at).await?;
            Ok(Applied { record: Some(organization.uuid()), ..Applied::default() })
        })
    }
}

/// A thing that is to be listed.
struct Wanted {
    kind: ListedKind,
    service: Option<ServiceCode>,
    area: Option<String>,
    services: String,
    areas: String,
}

fn service_codes(row: &QueryResult, column: &'static str) -> Result<Vec<ServiceCode>, Refused> {
    read::list(row, column, |code| ServiceCode::read(code).ok()).map_err(unreadable)
}

/// Codes in their order, each once.
fn sorted(areas: impl Iterator<Item = String>) -> Vec<String> {
    areas.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What follows from what an organization agreed to and from what it offers at present.
fn wanted(row: &QueryResult, offers: &Offers) -> Result<Vec<Wanted>, Refused> {
    // A row of the outer join that is not there: it said nothing.
    if row.try_get::<Option<i64>>("", "listed").map_err(unavailable)?.unwrap_or(0) == 0 {
        return Ok(Vec::new());
    }
    let role: Role = read::code(row, "role").map_err(unreadable)?;
    let country: Country = read::code(row, "country").map_err(unreadable)?;
    let agreed = service_codes(row, "agreed")?;
    let told = row.try_get::<i64>("", "told").map_err(unavailable)? != 0 && tells_areas(role, &offers.named);
    let mut listed = Vec::new();
    for code in ServiceCode::ALL.iter().filter(|code| agreed.contains(code)) {
        let Some(offer) = offers.offers.iter().find(|offer| offer.service == *code) else { continue };
        let areas = offer.areas.iter().filter(|area| told && is_division(country, area)).cloned();
        listed.push((*code, sorted(areas)));
    }
    let services: Vec<ServiceCode> = listed.iter().map(|(service, _)| *service).collect();
    let everywhere = sorted(listed.iter().flat_map(|(_, areas)| areas.iter().cloned()));
    let of = |kind, service, area, services: &[ServiceCode], areas: &str| Wanted {
        kind,
        service,
        area,
        services: codes(services),
        areas: areas.to_owned(),
    };
    let mut all = vec![of(ListedKind::Organization, None, None, &services, &everywhere.join(","))];
    for (service, areas) in &listed {
        all.push(of(ListedKind::Service, Some(*service), None, &[], &areas.join(",")));
        let at = |area: &String| of(ListedKind::ServiceAtLocation, Some(*service), Some(area.clone()), &[], "");
        all.extend(areas.iter().map(at));
    }
    Ok(all)
}

/// Brings the rows in line with what is agreed to and what the organization offers now. A row keeps its place; one that is
/// wanted no more stays there and is shown to nobody.
pub(super) async fn follow(tx: &DatabaseTransaction, organization: OrganizationId, at: Instant) -> Result<(), Refused> {
    let sql = "SELECT o.role, o.country, o.services, o.coverage, l.listed, COALESCE(l.services, '') AS agreed, COALESCE(l.areas, 0) AS told FROM organization o LEFT JOIN listing l ON l.organization = o.id WHERE o.id = $1";
    let Some(row) = one(tx, sql, vec![bytes(organization.uuid())]).await? else { return Ok(()) };
    let coverage = read::list(&row, "coverage", |code| Some(code.to_owned())).map_err(unreadable)?;
    let offers = settled(tx, organization, &service_codes(&row, "services")?, &coverage).await?;
    let wanted = wanted(&row, &offers)?;
    let sql = "SELECT id, services, areas, shown FROM listed WHERE organization = $1";
    let mut there = all(tx, sql, vec![bytes(organization.uuid())]).await?;
    for thing in wanted {
        let id = listed_id(organization, thing.service, thing.area.as_deref());
        let mut found = None;
        for (place, row) in there.iter().enumerate() {
            if read::id(row, "id").map_err(unreadable)? == id {
                found = Some(place);
            }
        }
        match found.map(|place| there.swap_remove(place)) {
            Some(row) if is_so(&row, &thing)? => {}
            Some(_) => {
                let sql = "UPDATE listed SET services = $2, areas = $3, shown = 1, changed_at = $4 WHERE id = $1";
                let values = vec![bytes(id), thing.services.into(), thing.areas.into(), at.millis().into()];
                execute(tx, sql, values).await?;
            }
            None => {
                let sql = "INSERT INTO listed (kind, place, id, organization, service, area, services, areas, shown, changed_at) VALUES ($1, (SELECT COALESCE(MAX(place), 0) + 1 FROM listed WHERE kind = $1), $2, $3, $4, $5, $6, $7, 1, $8)";
                let values = vec![
                    thing.kind.code().into(),
                    bytes(id),
                    bytes(organization.uuid()),
                    thing.service.map_or("", Code::code).into(),
                    thing.area.unwrap_or_default().into(),
                    thing.services.into(),
                    thing.areas.into(),
                    at.millis().into(),
                ];
                execute(tx, sql, values).await?;
            }
        }
    }
    for row in &there {
        let id = read::id(row, "id").map_err(unreadable)?;
        let sql = "UPDATE listed SET shown = 0, changed_at = $2 WHERE id = $1 AND shown = 1";
        execute(tx, sql, vec![bytes(id), at.millis().into()]).await?;
    }
    Ok(())
}

/// Whether a row says what is wanted already.
fn is_so(row: &QueryResult, thing: &Wanted) -> Result<bool, Refused> {
    let text = |column| row.try_get::<String>("", column).map_err(unavailable);
    let shown = row.try_get::<i64>("", "shown").map_err(unavailable)? == 1;
    Ok(shown && text("services")? == thing.services && text("areas")? == thing.areas)
}

/// What every row of an organization says changed: its name, its country or its capacity.
pub(super) async fn changed(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
    at: Instant,
) -> Result<(), Refused> {
    let sql = "UPDATE listed SET changed_at = $2 WHERE organization = $1 AND shown = 1";
    execute(tx, sql, vec![bytes(organization.uuid()), at.millis().into()]).await.map(drop)
}
