//! What of an organization is listed for everybody: said by its administrators, or by the operator on its word.

use sangam_custody::EntryKind;
use sangam_language::{Caller, CallerKind, Cell, Outcome, Page, PageAsk, PortFault, SetListing};
use sangam_store::{Command, ListingChange, ListingRow, Refused};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{Code, OrganizationId};

use super::{Plans, idempotency, invalid, refusal, say};
use crate::explain::bare;
use crate::hub::{Desk, DeskFault};
use crate::read::store_fault;

fn cells(row: &ListingRow, columns: &[String], prefix: &str) -> Vec<Cell> {
    let cell = |column: &String| match column.strip_prefix(prefix).unwrap_or(column) {
        "listed" => Cell::Boolean(row.listed),
        "services" => Cell::List(row.services.iter().map(|code| Cell::Text(code.clone())).collect()),
        "areas" => Cell::Boolean(row.areas),
        "version" => Cell::Int(row.version),
        _ => Cell::Null,
    };
    columns.iter().map(cell).collect()
}

/// Each service once, in the order of the list.
fn once(services: &[ServiceCode]) -> Vec<ServiceCode> {
    ServiceCode::ALL.iter().copied().filter(|code| services.contains(code)).collect()
}

impl Desk {
    /// What the caller's organization has listed.
    pub(crate) async fn listing_of(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let row = self.store.listing(caller.party().organization).await.map_err(store_fault)?;
        Ok(Page { rows: vec![bare(cells(&row, &ask.plan.columns, ""))], ..Page::default() })
    }

    /// Says what is listed of the caller's organization. For its administrators, which the store asks again.
    pub(crate) async fn change_listing(
        &self,
        caller: &Caller,
        input: SetListing,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let CallerKind::Person(by) = caller.kind() else {
            self.refused(caller, None).await;
            return Ok(say(plans, "NotPermitted", "What is listed for everybody, its administrators say.", &[]));
        };
        let organization = caller.party().organization;
        let request = format!("setListing {} {input:?}", by.uuid());
        let Some(key) = idempotency(caller, &input.idempotency_key, &request) else {
            return Ok(invalid(plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters."));
        };
        if let Some(code) = self.not_offered(organization, &input.services) {
            let message = format!("The organization does not offer {code}; `organization` shows what it offers.");
            return Ok(invalid(plans, "/services", &message));
        }
        let SetListing { version, listed, services, areas, .. } = input;
        let services = once(&services);
        let change = ListingChange { organization, by: Some(by), version: Some(version), listed, services, areas };
        let entry = self.plain_entry(EntryKind::OrganizationChanged, organization);
        match self.writer.submit(Command::from(change).recorded(entry).once(key)).await {
            Ok(_) => {
                let member = "ListingSet";
                let row = self.store.listing(organization).await.map_err(store_fault)?;
                Ok(Outcome { member, row: bare(cells(&row, &plans(member).columns, "listing.")), receipt: None })
            }
            Err(refused) => {
                if matches!(refused, Refused::NotFound | Refused::Person(_)) {
                    self.refused(caller, None).await;
                }
                refusal(plans, refused)
            }
        }
    }

    /// A service that is to be listed and that the organization was not enrolled with. One that its own directory does not
    /// have at present may be agreed to: it is listed while the directory has it.
    fn not_offered(&self, organization: OrganizationId, services: &[ServiceCode]) -> Option<&'static str> {
        let offered = self.organization(organization).map(|row| row.enrolled.clone()).unwrap_or_default();
        let mut codes = services.iter().map(|service| service.code());
        codes.find(|code| !offered.iter().any(|offer| offer == code))
    }

    /// Says, as the operator, what is listed of an organization; `None`: nothing from now on.
    ///
    /// # Errors
    /// [`ListingFault`](crate::ListingFault); then nothing was changed.
    pub async fn set_listing(
        &self,
        organization: OrganizationId,
        agreed: Option<(Vec<ServiceCode>, bool)>,
    ) -> Result<(), crate::ListingFault> {
        use crate::ListingFault;
        if self.organization(organization).is_none() {
            return Err(ListingFault::NoOrganization);
        }
        let listed = agreed.is_some();
        let (services, areas) = agreed.unwrap_or_default();
        if let Some(code) = self.not_offered(organization, &services) {
            return Err(ListingFault::NotOffered(code));
        }
        let services = once(&services);
        let change = ListingChange { organization, by: None, version: None, listed, services, areas };
        let entry = self.plain_entry(EntryKind::OrganizationChanged, organization);
        match self.writer.submit(Command::from(change).recorded(entry)).await {
            Ok(_) => Ok(()),
            Err(Refused::NotFound) => Err(ListingFault::NoOrganization),
            Err(refused) => Err(DeskFault::from(refused).into()),
        }
    }
}
