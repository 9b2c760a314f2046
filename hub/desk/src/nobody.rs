//! A referral as an organization sees it when nobody there asks: for a delivery to its system, and for the page of an
//! answer link. Decided, recorded and released like any read; what takes a person behind the ask stays closed.

use sangam_language::{Caller, CallerKind, Plan, PortFault, Row, ScopeSet};
use sangam_store::{Rows, Scope};
use sangam_vocabulary::{ClientId, Instant, OrganizationId, Purpose, PurposeSet, RecordId};
use uuid::Uuid;

use crate::hub::{Desk, DeskFault};

impl Desk {
    /// Reads a referral for an organization. `by` says what asks, in no account. `None` where it does not exist for it.
    ///
    /// # Errors
    /// [`PortFault`].
    pub(crate) async fn as_nobody(
        &self,
        organization: OrganizationId,
        by: Uuid,
        referral: RecordId,
        plan: &Plan,
    ) -> Result<Option<Row>, PortFault> {
        let purpose = Purpose::ServiceReferral;
        let party = self.party(organization).ok_or(DeskFault::Unknown { what: "organization" })?;
        let system = CallerKind::System(ClientId::from_uuid(by));
        let caller = Caller::verified(system, party, ScopeSet::default(), PurposeSet::of(&[purpose]), Instant::NEVER);
        let scope = Scope { record: Some(referral.uuid()), ..self.scope(&caller, Some(purpose), 1) };
        let read = self.rows(&caller, plan, Rows::Referrals, scope).await?;
        Ok(read.places.into_iter().next().map(|(_, row)| row))
    }
}
