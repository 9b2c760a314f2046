//! An invented house: a store with its writer, a clock that stands, chance from a seed, and the changes that
//! the tests make in one line each.

use std::sync::{Arc, Mutex};

use sangam_custody::{
    Age, Assent, Commitment, Consent, Effect, Entry, EntryKind, Facts, Fence, GivenBy, Held, Informed,
    OrganizationSecret, Part, SubjectKeys, WrappedKey,
};
use sangam_kit::database::Database;
use sangam_store::{
    Checkpoint, CheckpointSink, Command, Committed, ConsentChange, JournalSigner, Manner, NewReferral,
    OrganizationChange, PageQuery, Place, RawPage, RawRow, ReferralStep, Refused, Rows, Scope, Store, SubjectChange,
    WithdrawalChange, Writer, WriterTask,
};
use sangam_vocabulary::consent::ConsentSource;
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{
    Category, CategorySet, Chance, ConsentId, Country, Instant, ManualClock, Noun, OrganizationId, Purpose, PurposeSet,
    RecordId, ReferralId, Role, Seat, SeededChance, SubjectId,
};
use sangam_workflow::referral::{Event, State, Urgency};
use uuid::Uuid;

use crate::raw::place;

/// When the tests begin: 2026-11-24T08:00:00Z.
pub(crate) const BEGIN: Instant = Instant::from_millis(1_795_507_200_000);

/// The frame of an Ed25519 seed in PKCS#8 version 1 (RFC 8410, section 7).
const PKCS8_FRAME: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The signer that follows from one byte.
pub(crate) fn signer(seed: u8) -> JournalSigner {
    JournalSigner::from_pkcs8(&[PKCS8_FRAME.as_slice(), &[seed; 32]].concat()).unwrap()
}

/// Where checkpoints go in the tests.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Vec<Checkpoint>>);

impl CheckpointSink for Kept {
    fn take(&self, checkpoint: &Checkpoint) {
        self.0.lock().unwrap().push(checkpoint.clone());
    }
}

impl Kept {
    pub(crate) fn all(&self) -> Vec<Checkpoint> {
        self.0.lock().unwrap().clone()
    }
}

pub(crate) struct House {
    pub(crate) place: Place,
    pub(crate) store: Store,
    pub(crate) writer: Writer,
    pub(crate) task: WriterTask,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) kept: Arc<Kept>,
    pub(crate) process: Uuid,
    chance: SeededChance,
}

impl House {
    pub(crate) async fn open(database: &Database) -> Self {
        Self::at(place(database.url()), 1, Arc::new(ManualClock::new(BEGIN))).await
    }

    /// A second process on the same database.
    pub(crate) async fn second(&self) -> Self {
        Self::at(self.place.clone(), 2, Arc::clone(&self.clock)).await
    }

    pub(crate) async fn at(place: Place, seed: u64, clock: Arc<ManualClock>) -> Self {
        let store = Store::open(&place).await.unwrap();
        let chance = SeededChance::new(seed);
        let process = draw(&chance);
        let kept = Arc::new(Kept::default());
        let sink: Arc<dyn CheckpointSink> = Arc::clone(&kept) as _;
        let (writer, task) =
            Writer::start(store.clone(), process, signer(7), sink, Arc::clone(&clock) as _).await.unwrap();
        Self { place, store, writer, task, clock, kept, process, chance }
    }

    pub(crate) fn now(&self) -> Instant {
        sangam_vocabulary::Clock::now(&*self.clock)
    }

    pub(crate) fn id(&self) -> Uuid {
        draw(&self.chance)
    }

    pub(crate) async fn submit(&self, change: impl Into<Command>) -> Result<Committed, Refused> {
        self.writer.submit(change.into()).await
    }

    pub(crate) async fn organization(&self, country: Country) -> OrganizationId {
        let id = OrganizationId::from_uuid(self.id());
        self.submit(organization(id, country, wrapped_secret())).await.unwrap();
        id
    }

    pub(crate) async fn subject(&self, owner: OrganizationId, age: Age) -> SubjectId {
        let subject = SubjectId::from_uuid(self.id());
        self.submit(self.facts(subject, owner, age)).await.unwrap();
        subject
    }

    /// Records a subject, or its age anew.
    pub(crate) fn facts(&self, subject: SubjectId, owner: OrganizationId, age: Age) -> SubjectChange {
        let keys = SubjectKeys { data: WrappedKey::stored(vec![3; 60]), journal: WrappedKey::stored(vec![4; 60]) };
        let facts = Facts { collected_in: Country::India, age };
        let held = vec![Held::stored(subject, subject.into(), Category::Demographics, vec![5; 40])];
        SubjectChange { subject, owner, facts, keys, held, source: None, recalls: RecordId::from_uuid(self.id()) }
    }

    pub(crate) fn new_referral(
        &self,
        subject: SubjectId,
        sender: OrganizationId,
        recipient: OrganizationId,
    ) -> NewReferral {
        let id = ReferralId::from_uuid(self.id());
        let mut sameness = [0; 32];
        assert!(self.chance.fill(&mut sameness));
        let services = Held::stored(subject, id.into(), Category::Services, vec![6; 40]);
        NewReferral {
            id,
            subject,
            sender,
            recipient,
            begins: State::Sent,
            urgency: Urgency::Urgent,
            answer_by: None,
            asked: 1,
            services,
            sameness,
            again: None,
            redirected_from: None,
            transfer: false,
            source: None,
            delivery: self.id(),
        }
    }

    pub(crate) async fn referral(
        &self,
        subject: SubjectId,
        sender: OrganizationId,
        recipient: OrganizationId,
    ) -> RecordId {
        let referral = self.new_referral(subject, sender, recipient);
        let id = RecordId::from(referral.id);
        self.submit(referral).await.unwrap();
        id
    }

    pub(crate) fn step(
        &self,
        referral: RecordId,
        organization: OrganizationId,
        version: Option<i64>,
        event: Event,
    ) -> ReferralStep {
        ReferralStep {
            referral,
            organization,
            version,
            event,
            reason: None,
            proposed: None,
            transfer: None,
            link: None,
            delivery: self.id(),
        }
    }

    pub(crate) fn consent(&self, recipients: &[OrganizationId], categories: CategorySet) -> Consent {
        Consent {
            id: ConsentId::from_uuid(self.id()),
            effect: Effect::Grant,
            given_by: GivenBy::Own,
            assent: Assent::NotAsked,
            informed: Informed::FULLY,
            purposes: PurposeSet::of(&[Purpose::ServiceReferral]),
            categories,
            recipients: recipients.to_vec(),
            countries: vec![Country::Bangladesh, Country::India],
            from: self.now(),
            until: self.now().plus_days(365),
        }
    }

    pub(crate) async fn give(&self, owner: OrganizationId, subject: SubjectId, consent: Consent) -> ConsentId {
        let id = consent.id;
        self.submit(self.recorded(owner, subject, consent)).await.unwrap();
        id
    }

    /// A consent that the holder puts on record.
    pub(crate) fn recorded(&self, owner: OrganizationId, subject: SubjectId, consent: Consent) -> ConsentChange {
        let (manner, recalls) = (Manner::of(ConsentSource::Holder), RecordId::from_uuid(self.id()));
        ConsentChange { owner, subject, consent, manner, paper_code: None, recalls }
    }

    /// A withdrawal by the holder.
    pub(crate) fn withdrawal(&self, owner: OrganizationId, consent: ConsentId) -> WithdrawalChange {
        WithdrawalChange { owner, consent, recalls: RecordId::from_uuid(self.id()) }
    }

    /// An entry about the subjects, its commitments and sealed details drawn.
    pub(crate) fn entry(&self, caller: OrganizationId, subjects: &[SubjectId]) -> Entry {
        let part = |subject: &SubjectId| {
            let mut commitment = [0; 32];
            assert!(self.chance.fill(&mut commitment));
            Part { subject: *subject, commitment: Commitment(commitment), sealed: vec![9; 50] }
        };
        Entry { kind: EntryKind::Disclosed, at: self.now(), caller, parts: subjects.iter().map(part).collect() }
    }

    pub(crate) fn scope(&self, organization: OrganizationId) -> Scope {
        Scope {
            organization,
            person: None,
            at: self.now(),
            purpose: Some(Purpose::ServiceReferral),
            carrying: vec![
                (Noun::Subject, Seat::Owner),
                (Noun::Referral, Seat::Sender),
                (Noun::Referral, Seat::Recipient),
            ],
            record: None,
            subject: None,
            within: None,
            seat: None,
            from: None,
            to: None,
            state: None,
            after: None,
            limit: 50,
        }
    }

    pub(crate) async fn page(&self, rows: Rows, scope: Scope) -> RawPage {
        self.store.page(&PageQuery { rows, columns: &[], sealed: &[], scope }).await.unwrap()
    }

    /// The rows of a page with these columns.
    pub(crate) async fn columns(&self, rows: Rows, columns: &[&str], scope: Scope) -> Vec<RawRow> {
        let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
        self.store.page(&PageQuery { rows, columns: &columns, sealed: &[], scope }).await.unwrap().rows
    }

    pub(crate) async fn records(&self, rows: Rows, scope: Scope) -> Vec<RecordId> {
        self.page(rows, scope).await.rows.iter().map(|row| row.record).collect()
    }

    pub(crate) async fn fence(&self) -> Fence {
        self.page(Rows::Organizations, self.scope(OrganizationId::from_uuid(Uuid::nil()))).await.fence
    }
}

pub(crate) fn organization(id: OrganizationId, country: Country, secret: OrganizationSecret) -> OrganizationChange {
    let name = format!("Invented Organization {:04x}", id.uuid().as_u128() & 0xffff);
    let (role, services, coverage) = (Role::Ngo, vec![ServiceCode::Shelter], vec!["IN-WB".to_owned()]);
    OrganizationChange { id, name, country, role, services, coverage, secret }
}

pub(crate) fn wrapped_secret() -> OrganizationSecret {
    OrganizationSecret {
        seal: WrappedKey::stored(vec![1; 60]),
        older: Vec::new(),
        outward: WrappedKey::stored(vec![2; 60]),
    }
}

fn draw(chance: &dyn Chance) -> Uuid {
    let mut bytes = [0; 16];
    assert!(chance.fill(&mut bytes));
    Uuid::from_bytes(bytes)
}
