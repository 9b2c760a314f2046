//! How an organization enters, and what ends when it goes, in the store.

use sangam_custody::{Age, OrganizationSecret, WrappedKey};
use sangam_kit::database::Database;
use sangam_store::{
    AccessionRow, AccessionVoice, Admission, Application, MembershipChange, OrganizationRow, Refused, Rejection, Rows,
};
use sangam_vocabulary::{AccessionId, CategorySet, Code, Country, OrganizationId, PersonId, Role};
use sangam_workflow::accession::{Event, Illegal, MEMBER_DAYS, Missing, PROVISIONAL_DAYS, Paper, RefusalReason, State};
use sangam_workflow::flow;
use uuid::Uuid;

use crate::house::House;
use crate::raw::{Raw, migrated};

const NO: RefusalReason = RefusalReason::NotKnown;

async fn apply(house: &House) -> AccessionId {
    let id = AccessionId::from_uuid(house.id());
    let papers = Paper::ALL.iter().map(|paper| (*paper, [*paper as u8; 32])).collect();
    let (services, coverage) = (Vec::new(), vec!["IN-WB".to_owned()]);
    let (name, country, role) = ("Invented Applicant".to_owned(), Country::India, Role::Shelter);
    house.submit(Application { id, name, country, role, services, coverage, papers }).await.unwrap();
    id
}

fn voice(accession: AccessionId, organization: OrganizationId, against: Option<RefusalReason>) -> AccessionVoice {
    AccessionVoice { accession, organization, person: PersonId::from_uuid(Uuid::from_u128(9)), against }
}

fn admission(house: &House, accession: AccessionId) -> Admission {
    let secret = OrganizationSecret {
        seal: WrappedKey::stored(vec![1; 60]),
        older: Vec::new(),
        outward: WrappedKey::stored(vec![2; 60]),
    };
    Admission { accession, organization: OrganizationId::from_uuid(house.id()), secret }
}

async fn found(house: &House, id: AccessionId) -> AccessionRow {
    house.store.accessions(house.now()).await.unwrap().into_iter().find(|row| row.id == id).unwrap()
}

async fn member(house: &House, id: OrganizationId) -> OrganizationRow {
    house.store.organizations().await.unwrap().into_iter().find(|row| row.id == id).unwrap()
}

fn change(organization: OrganizationId, event: Event) -> MembershipChange {
    MembershipChange { organization, event, reason: (event == Event::Refuse).then_some(NO) }
}

fn lacks(sponsors: usize, focal_point: bool) -> Refused {
    Refused::Membership(Illegal::VoicesMissing(Missing { sponsors, focal_point }))
}

sangam_kit::both_databases! {
    template = migrated;

    async fn two_countries_speak_for_it_and_the_focal_point_where_there_is_one(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (nepal, bhutan) = (house.organization(Country::Nepal).await, house.organization(Country::Bhutan).await);
        let desk = house.organization(Country::India).await;
        let accession = apply(&house).await;
        let papers: Vec<_> = found(&house, accession).await.papers.iter().map(|(paper, digest)| (*paper, digest.clone())).collect();
        assert_eq!(papers, Paper::ALL.iter().map(|paper| (*paper, format!("{:02x}", *paper as u8).repeat(32))).collect::<Vec<_>>());
        assert_eq!(house.submit(admission(&house, accession)).await, Err(lacks(2, false)));
        house.submit(voice(accession, nepal, None)).await.unwrap();
        house.submit(voice(accession, nepal, None)).await.unwrap();
        assert_eq!(house.submit(admission(&house, accession)).await, Err(lacks(1, false)));
        house.submit(voice(accession, bhutan, None)).await.unwrap();
        assert_eq!(found(&house, accession).await.state, State::Sponsored);
        // A focal point that joins before it is decided is asked, too; so is whoever takes back what it said.
        raw.run("UPDATE organization SET role = 'DEPARTMENT' WHERE country = 'IN'", vec![]).await;
        assert_eq!(house.submit(admission(&house, accession)).await, Err(lacks(0, true)));
        house.submit(voice(accession, desk, None)).await.unwrap();
        house.submit(voice(accession, bhutan, Some(NO))).await.unwrap();
        assert_eq!(house.submit(admission(&house, accession)).await, Err(lacks(1, false)));
        house.submit(voice(accession, bhutan, None)).await.unwrap();
        let admitted = house.submit(admission(&house, accession)).await.unwrap();
        let row = found(&house, accession).await;
        assert_eq!((row.state, row.organization.map(OrganizationId::uuid)), (State::Provisional, admitted.record));
        let own = member(&house, row.organization.unwrap()).await;
        assert_eq!((own.membership, own.member_until), (State::Provisional, Some(house.now().plus_days(PROVISIONAL_DAYS))));
        assert_eq!((own.name.as_str(), own.coverage, own.locked), ("Invented Applicant", vec!["IN-WB".to_owned()], false));
        // Decided is decided.
        let over = Err(Refused::Membership(Illegal::Step(flow::Illegal::NoSuchStep { legal: Vec::new() })));
        assert_eq!(house.submit(voice(accession, nepal, Some(NO))).await, over);
        assert_eq!(house.submit(Rejection { accession, reason: NO }).await, over);
        assert!(house.submit(admission(&house, accession)).await.is_err());
    }

    async fn who_says_no_is_kept_and_the_focal_point_decides(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (nepal, desk) = (house.organization(Country::Nepal).await, house.organization(Country::India).await);
        raw.run("UPDATE organization SET role = 'DEPARTMENT' WHERE country = 'IN'", vec![]).await;
        let first = apply(&house).await;
        house.submit(voice(first, nepal, Some(NO))).await.unwrap();
        let row = found(&house, first).await;
        assert_eq!((row.state, row.reason), (State::Applied, None), "one member decides nothing");
        assert!(!row.voices[0].speaks_for);
        house.submit(voice(first, desk, Some(RefusalReason::Conflict))).await.unwrap();
        let row = found(&house, first).await;
        assert_eq!((row.state, row.reason, row.voices.len()), (State::Refused, Some(RefusalReason::Conflict), 2));
        // The operator refuses by itself, and the reason is kept.
        let second = apply(&house).await;
        house.submit(Rejection { accession: second, reason: NO }).await.unwrap();
        assert_eq!(found(&house, second).await.reason, Some(NO));
        for country in [Country::Bhutan, Country::Maldives] {
            house.organization(country).await;
        }
        // Whoever is no full member speaks for nobody, and what it said before counts no more.
        let third = apply(&house).await;
        house.submit(voice(third, nepal, None)).await.unwrap();
        house.submit(change(nepal, Event::Suspend)).await.unwrap();
        assert_eq!(house.submit(voice(third, nepal, None)).await, Err(Refused::NotFound));
        assert_eq!(house.submit(admission(&house, third)).await, Err(lacks(2, true)));
    }

    async fn the_first_members_of_a_hub_come_in(database: Database) {
        let house = House::open(&database).await;
        let enter = async |expected: Result<(), Refused>| {
            let accession = apply(&house).await;
            let admitted = house.submit(admission(&house, accession)).await;
            assert_eq!(admitted.clone().map(drop), expected);
            admitted.ok().map(|committed| OrganizationId::from_uuid(committed.record.unwrap()))
        };
        let first = enter(Ok(())).await.unwrap();
        // On probation it speaks for nobody yet, and stands in nobody's way; confirmed, it is asked.
        enter(Ok(())).await.unwrap();
        house.submit(change(first, Event::Confirm)).await.unwrap();
        enter(Err(lacks(1, false))).await;
        house.organization(Country::Nepal).await;
        enter(Err(lacks(2, false))).await;
    }

    async fn a_membership_is_a_year_at_a_time(database: Database) {
        let house = House::open(&database).await;
        let id = house.organization(Country::Nepal).await;
        assert_eq!(member(&house, id).await.member_until, None, "of an earlier day: without an end");
        house.submit(change(id, Event::Renew)).await.unwrap();
        let until = house.now().plus_days(MEMBER_DAYS);
        assert_eq!(member(&house, id).await.member_until, Some(until));
        house.submit(change(id, Event::Suspend)).await.unwrap();
        assert_eq!(member(&house, id).await.membership, State::Suspended);
        assert!(matches!(house.submit(change(id, Event::Renew)).await, Err(Refused::Membership(_))));
        house.submit(change(id, Event::Resume)).await.unwrap();
        // It lapses by the clock; only a renewal brings it back.
        house.clock.advance(MEMBER_DAYS * 86_400_000);
        assert!(matches!(house.submit(change(id, Event::Suspend)).await, Err(Refused::Membership(_))));
        house.submit(change(id, Event::Renew)).await.unwrap();
        assert_eq!(member(&house, id).await.member_until, Some(house.now().plus_days(MEMBER_DAYS)));
        assert_eq!(house.submit(change(OrganizationId::from_uuid(Uuid::nil()), Event::Renew)).await, Err(Refused::NotFound));
    }

    async fn what_named_an_organization_ends_when_it_leaves(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (owner, leaving) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let stays = house.organization(Country::India).await;
        let (subject, own) = (house.subject(owner, Age::Adult).await, house.subject(leaving, Age::Adult).await);
        for recipient in [leaving, stays] {
            house.referral(subject, owner, recipient).await;
        }
        house.referral(own, leaving, stays).await;
        let consent = house.consent(&[leaving, stays], CategorySet::LIGHT);
        house.give(owner, subject, consent).await;
        let seen = |organization| house.records(Rows::Referrals, house.scope(organization));
        assert_eq!((seen(leaving).await.len(), seen(stays).await.len()), (2, 2));
        let fence = house.fence().await;

        house.submit(change(leaving, Event::Leave)).await.unwrap();
        assert_ne!(house.fence().await, fence);
        assert_eq!(seen(leaving).await.len(), 1, "of others' records nothing; its own is still there, and locked");
        let page = house.page(Rows::Referrals, house.scope(stays)).await;
        let locked: Vec<bool> = page.rows.iter().map(|row| row.subject.as_ref().unwrap().state.locked).collect();
        assert_eq!(locked.iter().filter(|locked| **locked).count(), 1, "its own subject, and no other");
        // A consent that is compiled anew gives it nothing; the others keep theirs.
        let again = house.consent(&[leaving, stays], CategorySet::LIGHT);
        house.give(owner, subject, again).await;
        let masks = house.page(Rows::Referrals, house.scope(stays)).await;
        assert!(masks.rows.iter().any(|row| row.subject.as_ref().unwrap().consent == CategorySet::LIGHT));
        let digits = leaving.uuid().simple().to_string();
        let bytes = if raw.is_sqlite() { format!("X'{digits}'") } else { format!("decode('{digits}', 'hex')") };
        assert_eq!(raw.number(&format!("SELECT count(*) FROM consent_span WHERE recipient = {bytes}")).await, 0);
        assert!(raw.number("SELECT count(*) FROM consent_span").await > 0);
        // There is no way back, and nobody of it is left to open anything.
        assert!(matches!(house.submit(change(leaving, Event::Renew)).await, Err(Refused::Membership(_))));
        assert!(member(&house, leaving).await.locked && house.store.locks(house.now()).await.unwrap().is_empty());
    }
}
