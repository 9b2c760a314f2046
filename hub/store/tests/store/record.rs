//! Partners' records: one record a key, suspended while its partner says no or nobody can read it, and lifted by the
//! taking that reads it.

use sangam_custody::{Age, Suspension};
use sangam_kit::database::Database;
use sangam_store::{
    Command, Idempotency, PartnerChange, QuarantineChange, Refused, Rows, Source, SourceChange, SubjectChange,
    TakenBackChange, Used,
};
use sangam_vocabulary::{Country, OrganizationId, PartnerId, SubjectId};

use crate::house::House;
use crate::raw::{Raw, migrated};

const KEY: &str = "0a1b2c3d-0000-4000-8000-000000000001";

async fn partner(house: &House, organization: OrganizationId) -> PartnerId {
    let (name, wire, mode) = ("invented".to_owned(), "primero".to_owned(), "both".to_owned());
    let change = PartnerChange { id: PartnerId::from_uuid(house.id()), organization, name, wire, mode };
    PartnerId::from_uuid(house.submit(change).await.unwrap().record.unwrap())
}

fn source(partner: PartnerId, sealed: u8) -> Source {
    Source { partner, external_key: KEY.to_owned(), sealed_key: Some(vec![sealed; 30]) }
}

fn taking(house: &House, subject: SubjectId, owner: OrganizationId, source: Source) -> SubjectChange {
    SubjectChange { source: Some(source), ..house.facts(subject, owner, Age::Adult) }
}

fn quarantine(house: &House, organization: OrganizationId, source: Source) -> QuarantineChange {
    let (path, kind) = ("/sex".to_owned(), "UNKNOWN_CODE".to_owned());
    QuarantineChange { id: house.id(), source, organization, path, kind, length: 3, faults: 1 }
}

sangam_kit::both_databases! {
    template = migrated;

    /// Two takings of the same new record: the second is refused whole, and leaves no second person behind.
    async fn a_partners_key_stands_for_one_record(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let owner = house.organization(Country::India).await;
        let partner = partner(&house, owner).await;
        let (first, second) = (SubjectId::from_uuid(house.id()), SubjectId::from_uuid(house.id()));
        house.submit(taking(&house, first, owner, source(partner, 1))).await.unwrap();
        let before = raw.counts().await;
        let late = house.submit(taking(&house, second, owner, source(partner, 2))).await;
        assert_eq!(late, Err(Refused::Duplicate { record: first.uuid() }));
        assert_eq!(raw.counts().await, before);
        // The same record again renews its sealed key: it opens under the present one.
        house.submit(taking(&house, first, owner, source(partner, 3))).await.unwrap();
        let (_, sealed) = house.store.external_key(partner, first.into()).await.unwrap().unwrap();
        assert_eq!(sealed, Some(vec![3; 30]));
    }

    async fn a_record_is_suspended_and_lifted_by_the_taking_that_reads_it(database: Database) {
        let house = House::open(&database).await;
        let (owner, recipient) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let partner = partner(&house, owner).await;
        let subject = SubjectId::from_uuid(house.id());
        house.submit(taking(&house, subject, owner, source(partner, 1))).await.unwrap();
        house.submit(SourceChange { partner, external_key: KEY.to_owned(), digest: [8; 32] }).await.unwrap();
        house.referral(subject, owner, recipient).await;
        let seen = async || {
            let page = house.page(Rows::Referrals, house.scope(recipient)).await;
            let states: Vec<_> = page.rows.iter().map(|row| row.subject.as_ref().unwrap().state.suspended).collect();
            let facts = house.store.subject(subject).await.unwrap().unwrap();
            assert_eq!(states, [facts.suspended]);
            let (_, digest) = house.store.partner_record(partner, KEY).await.unwrap().unwrap();
            (facts.suspended, page.fence.0, digest)
        };
        let (suspended, fence, digest) = seen().await;
        assert_eq!((suspended, digest), (None, vec![8; 32]));

        let waiting = house.submit(quarantine(&house, owner, source(partner, 1))).await.unwrap().record.unwrap();
        let (suspended, unread, digest) = seen().await;
        assert_eq!((suspended, digest), (Some(Suspension::Unread), vec![0; 32]));
        assert!(unread > fence);
        // Met again and still unreadable: nothing ended by that, nobody is woken.
        house.submit(quarantine(&house, owner, source(partner, 1))).await.unwrap();
        assert_eq!(seen().await.1, unread);
        let rows = house.store.subjects_from(partner).await.unwrap();
        assert_eq!((rows.len(), rows[0].suspended, rows[0].fault.as_deref()), (1, Some(Suspension::Unread), Some("UNKNOWN_CODE")));

        house.submit(TakenBackChange { partner, external_key: KEY.to_owned() }).await.unwrap();
        let (suspended, back, _) = seen().await;
        assert!(suspended == Some(Suspension::TakenBack) && back > unread);
        assert!(house.store.quarantined(owner, waiting).await.unwrap().is_none());

        // A change that does not come from the record's source does not say what the source says now.
        house.submit(house.facts(subject, owner, Age::Adult)).await.unwrap();
        assert_eq!(seen().await.0, Some(Suspension::TakenBack));
        house.submit(taking(&house, subject, owner, source(partner, 1))).await.unwrap();
        let (suspended, lifted, _) = seen().await;
        assert!(suspended.is_none() && lifted > back);
    }

    /// A quarantined record is in quarantine until its taking comes to its end, not only to its sealing.
    async fn a_record_leaves_the_quarantine_at_the_end_of_its_taking(database: Database) {
        let house = House::open(&database).await;
        let owner = house.organization(Country::India).await;
        let partner = partner(&house, owner).await;
        let waiting = house.submit(quarantine(&house, owner, source(partner, 1))).await.unwrap().record.unwrap();
        let subject = SubjectId::from_uuid(house.id());
        house.submit(taking(&house, subject, owner, source(partner, 1))).await.unwrap();
        assert!(house.store.quarantined(owner, waiting).await.unwrap().is_some());
        let key = Idempotency::of_caller(owner, "replay", [1; 32]);
        assert_eq!(house.store.used(&key).await.unwrap(), Used::Never);
        let end = SourceChange { partner, external_key: KEY.to_owned(), digest: [8; 32] };
        house.submit(Command::from(end).once(key.clone())).await.unwrap();
        assert!(house.store.quarantined(owner, waiting).await.unwrap().is_none());
        assert_eq!(house.store.used(&key).await.unwrap(), Used::Same(Some(subject.uuid())));
        let other = Idempotency::of_caller(owner, "replay", [2; 32]);
        assert_eq!(house.store.used(&other).await.unwrap(), Used::Otherwise);
    }

    /// A code that this hub does not know is not "no suspension".
    async fn a_suspension_that_cannot_be_read_shows_nothing(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let owner = house.organization(Country::India).await;
        let subject = house.subject(owner, Age::Adult).await;
        raw.run("UPDATE subject SET suspended = 'OF_A_LATER_HUB'", vec![]).await;
        assert!(house.store.subject(subject).await.is_err());
        let query = sangam_store::PageQuery { rows: Rows::Subjects, columns: &[], sealed: &[], scope: house.scope(owner) };
        assert!(house.store.page(&query).await.is_err());
    }

    /// Callers' keys and the hub's own never meet, whatever a caller writes.
    async fn a_callers_key_is_never_the_hubs(database: Database) {
        let house = House::open(&database).await;
        let (sender, recipient) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let subject = house.subject(sender, Age::Adult).await;
        let referral = || Command::from(house.new_referral(subject, sender, recipient));
        for key in ["intake consent x", "hub intake consent x", "caller intake consent x", ""] {
            house.submit(referral().once(Idempotency::of_caller(sender, key, [1; 32]))).await.unwrap();
        }
        let own = Idempotency::of_hub(sender, "intake consent x", [2; 32]);
        assert!(!house.submit(referral().once(own.clone())).await.unwrap().repeated);
        assert!(house.submit(referral().once(own)).await.unwrap().repeated);
    }
}
