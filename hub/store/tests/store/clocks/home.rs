//! A return from India to Bangladesh as the store steps it: each step the table's own, so that its clocks start where
//! they start in life.

use std::sync::Arc;

use sangam_custody::{Age, Consent};
use sangam_kit::database::Database;
use sangam_store::{Evidence, NewRepatriation, RepatriationNote, RepatriationStep, Stepper, Stepping};
use sangam_vocabulary::{
    CategorySet, Country, Instant, OrganizationId, PurposeSet, RecordId, RepatriationId, SubjectId,
};
use sangam_workflow::repatriation::corridor::CorridorBook;
use sangam_workflow::repatriation::record::{Crossing, Escort, Noted};
use sangam_workflow::repatriation::{Reason, court, hold, papers, placement, request, screening, verification};

use super::{DAY, corridors};
use crate::house::House;
use crate::raw::Raw;

pub(super) struct Return {
    pub(super) holder: OrganizationId,
    pub(super) sending: OrganizationId,
    pub(super) receiving: OrganizationId,
    pub(super) subject: SubjectId,
    pub(super) record: RecordId,
    corridors: Arc<CorridorBook>,
}

const NO: Evidence = Evidence {
    organization: None,
    apart_from_police: false,
    made_on: None,
    valid: None,
    plan: None,
    together: None,
    hour: None,
    hearing: None,
    signed: (None, None),
    attested: None,
    recorded: None,
    released_by_court: false,
};

impl Return {
    /// A draft.
    pub(super) async fn drafted(house: &House) -> Self {
        let holder = house.organization(Country::India).await;
        let sending = house.organization(Country::India).await;
        let receiving = house.organization(Country::Bangladesh).await;
        Self::of(house, [holder, sending, receiving]).await
    }

    /// A draft of another person, of the same organizations.
    pub(super) async fn of(house: &House, [holder, sending, receiving]: [OrganizationId; 3]) -> Self {
        let subject = house.subject(holder, Age::Adult).await;
        let consent = Consent {
            purposes: PurposeSet::all(),
            until: house.now().plus_days(3_000),
            ..house.consent(&[sending, receiving], CategorySet::all())
        };
        house.give(holder, subject, consent).await;
        let (id, corridors) = (RepatriationId::from_uuid(house.id()), corridors());
        let (from, to) = (Country::India, Country::Bangladesh);
        let ways = Arc::clone(&corridors);
        house.submit(NewRepatriation { id, subject, holder, from, to, earlier: None, corridors: ways }).await.unwrap();
        Self { holder, sending, receiving, subject, record: id.into(), corridors }
    }

    pub(super) async fn step(
        &self,
        house: &House,
        by: OrganizationId,
        step: Stepping,
        (reason, with): (Option<Reason>, Evidence),
    ) {
        let change = RepatriationStep {
            repatriation: self.record,
            by: Stepper::Organization(by),
            version: None,
            step,
            reason,
            with,
            words: None,
            handover: house.id(),
            corridors: Arc::clone(&self.corridors),
        };
        let stepped = house.submit(change).await;
        assert!(stepped.is_ok(), "{step:?}: {stepped:?}");
    }

    async fn plain(&self, house: &House, by: OrganizationId, step: Stepping) {
        self.step(house, by, step, (None, NO)).await;
    }

    async fn note(&self, house: &House, raw: &Raw, noted: Noted) {
        let version = raw.rows("SELECT version FROM repatriation WHERE id = $1", vec![self.id()]).await;
        let version = version[0].try_get_by_index(0).unwrap();
        let (repatriation, organization) = (self.record, self.holder);
        let note = RepatriationNote { repatriation, organization, version, noted, made_on: None, words: None };
        house.submit(note).await.unwrap();
    }

    pub(super) fn id(&self) -> sea_orm::Value {
        self.record.uuid().as_bytes().to_vec().into()
    }

    /// Open, with everybody seated, and the state of origin asked.
    pub(super) async fn asked(&self, house: &House, raw: &Raw) {
        let [holder, sending, receiving] = [self.holder, self.sending, self.receiving];
        let apart = Evidence { apart_from_police: true, ..NO };
        self.step(house, holder, Stepping::Screening(screening::Event::FindNone), (None, apart)).await;
        self.note(house, raw, Noted::RiskAssessed).await;
        self.plain(house, holder, Stepping::Request(request::Event::Submit)).await;
        for (event, organization) in
            [(request::Event::InviteAuthority, sending), (request::Event::InviteReceiver, receiving)]
        {
            let whom = Evidence { organization: Some(organization), ..NO };
            self.step(house, holder, Stepping::Request(event), (None, whom)).await;
        }
        self.plain(house, receiving, Stepping::Placement(placement::Event::Agree)).await;
        self.plain(house, sending, Stepping::Verification(verification::Event::Ask)).await;
    }

    /// The court's word, and her nationality confirmed.
    pub(super) async fn verified(&self, house: &House) {
        let filed = (Some(Reason::ChargeSheetFiled), NO);
        self.step(house, self.sending, Stepping::Court(court::Event::Clear), filed).await;
        self.plain(house, self.sending, Stepping::Court(court::Event::Order)).await;
        self.plain(house, self.receiving, Stepping::Verification(verification::Event::Begin)).await;
        self.plain(house, self.receiving, Stepping::Verification(verification::Event::Report)).await;
        self.plain(house, self.sending, Stepping::Verification(verification::Event::Confirm)).await;
    }

    /// Both papers, the travel document until an instant.
    pub(super) async fn papers(&self, house: &House, until: Instant) {
        let now = house.now();
        for (apply, issue, until) in [
            (Stepping::TravelDocument(papers::Event::Apply), Stepping::TravelDocument(papers::Event::Issue), until),
            (
                Stepping::ExitClearance(papers::Event::Apply),
                Stepping::ExitClearance(papers::Event::Issue),
                now.plus_days(90),
            ),
        ] {
            self.plain(house, self.holder, apply).await;
            let valid = Evidence { valid: Some((now, until)), ..NO };
            self.step(house, self.holder, issue, (None, valid)).await;
        }
    }

    /// A handover in two days, agreed by everybody.
    pub(super) async fn planned(&self, house: &House, raw: &Raw) {
        house.clock.advance(1);
        self.plain(house, self.receiving, Stepping::Placement(placement::Event::Assess)).await;
        self.plain(house, self.receiving, Stepping::Placement(placement::Event::Sign)).await;
        self.plain(house, self.holder, Stepping::Placement(placement::Event::Sign)).await;
        self.plain(house, self.receiving, Stepping::Placement(placement::Event::AgreePlace)).await;
        self.note(house, raw, Noted::WantsToReturn).await;
        let now = house.now();
        let plan = Evidence { plan: Some((Crossing::Hili, now, now.plus_days(4))), ..NO };
        self.step(house, self.sending, Stepping::Request(request::Event::Propose), (None, plan)).await;
        let hour = Evidence { hour: Some((now.plus_days(2), Escort::Organization)), ..NO };
        self.step(house, self.holder, Stepping::Request(request::Event::Arrange), (None, hour)).await;
        self.plain(house, self.receiving, Stepping::Request(request::Event::Confirm)).await;
    }

    /// On her way, an hour before the planned one.
    pub(super) async fn departed(&self, house: &House) {
        house.clock.advance(2 * DAY - 3_600_000);
        self.plain(house, self.holder, Stepping::Request(request::Event::Depart)).await;
    }

    pub(super) async fn signed(&self, house: &House, by: OrganizationId) {
        self.plain(house, by, Stepping::Request(request::Event::Sign)).await;
    }

    /// Something holds it up; the address, as the receiving organization says, or the crossing.
    pub(super) async fn held(&self, house: &House, reason: Reason) {
        self.step(house, self.receiving, Stepping::Hold(hold::Event::Hold), (Some(reason), NO)).await;
    }

    pub(super) async fn let_go(&self, house: &House, reason: Reason) {
        self.step(house, self.receiving, Stepping::Hold(hold::Event::Release), (Some(reason), NO)).await;
    }
}

/// A house beside its database.
pub(super) async fn open(database: &Database) -> (House, Raw) {
    (House::open(database).await, Raw::open(database).await)
}
