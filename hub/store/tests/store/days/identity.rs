//! The day of identity: clients with keys, people with roles, sessions and a case, an organization whose seal key was
//! replaced, and another that is locked.

use super::*;
use sangam_store::{
    By, ClientChange, LockChange, LockWay, OrganizationKeysChange, PersonAct, PersonChange, PersonState, Scope,
    SealStep, SignInChange, SubjectKeysChange, TeamChange,
};
use sangam_vocabulary::{LockId, PersonId, PersonRole, PersonRoles, Purpose, PurposeSet};
use sangam_workflow::lock::Unit;

const FILE: &str = "0002-identity.sqlite";
const FIRST: PersonId = PersonId::from_uuid(Uuid::from_u128(0x11));
const SECOND: PersonId = PersonId::from_uuid(Uuid::from_u128(0x12));
const WORKER: PersonId = PersonId::from_uuid(Uuid::from_u128(0x13));
const SESSION: [u8; 32] = [21; 32];
const KEYS: &str = r#"{"keys":[]}"#;

/// Somebody is invited by the operator and signs in.
async fn comes(house: &House, id: PersonId, pseudonym: &str, role: PersonRole) {
    let number = id.uuid().as_bytes()[15];
    let (pseudonym, roles, code) = (pseudonym.to_owned(), PersonRoles::of(&[role]), [number; 32]);
    let act = PersonAct::Invite { id, pseudonym, roles, code };
    house.submit(PersonChange { organization: OWNER, by: By::Operator, act }).await.unwrap();
    let session = if id == WORKER { SESSION } else { [number; 32] };
    let (started_until, until) = (house.now().plus_millis(1), house.now().plus_days(1));
    let (login, invitation) = ([number; 32], Some(code));
    let began =
        SignInChange { started: [number; 32], started_until, login, invitation, session, until, replaces: None };
    house.submit(began).await.unwrap();
}

async fn write(file: &Path) {
    let today = Day::begin(13, 14).await;
    let (house, keys, wrapped) = (&today.house, &today.keys, today.wrapped.clone());
    house.referral(SUBJECT, OWNER, RECIPIENT).await;
    today.disclose().await;

    let (scopes, purposes) = ("directory".to_owned(), PurposeSet::of(&[Purpose::Protection]));
    let (name, credential) = ("invented system".to_owned(), ClientCredential::Keys(KEYS.to_owned()));
    let (id, actor_keys) = ("cli_1".to_owned(), Some(KEYS.to_owned()));
    let client = ClientChange::Register { id, organization: OWNER, name, credential, actor_keys, scopes, purposes };
    house.submit(client).await.unwrap();
    comes(house, FIRST, "first", PersonRole::Administrator).await;
    comes(house, SECOND, "second", PersonRole::Administrator).await;
    comes(house, WORKER, "worker", PersonRole::CaseWorker).await;
    let joins = TeamChange { organization: OWNER, by: FIRST, subject: SUBJECT, person: WORKER, joins: true };
    house.submit(joins).await.unwrap();

    // The owner's seal key is replaced, and its subject is under the new one; the old one is still there.
    let rows = house.store.organizations().await.unwrap();
    let row = rows.into_iter().find(|row| row.id == OWNER).unwrap();
    let replaced = keys.replace_seal(OWNER, &row.secret).unwrap();
    let (seen, secret, step) = (row.keys_version, replaced.secret, SealStep::Replaced(replaced.seals));
    keys.refresh(OWNER, &secret).unwrap();
    house.submit(OrganizationKeysChange { organization: OWNER, seen, secret, step }).await.unwrap();
    let again = keys.rewrap_subject(OWNER, SUBJECT, &wrapped).unwrap();
    house.submit(SubjectKeysChange { owner: OWNER, keys: vec![(SUBJECT, wrapped, again)] }).await.unwrap();

    let (id, unit) = (LockId::from_uuid(Uuid::from_u128(0x21)), Unit::Organization(RECIPIENT));
    house.submit(LockChange { id, unit, by: RECIPIENT, way: LockWay::Api, duress: false }).await.unwrap();
    today.keep(file).await;
}

/// What every later binary must find in the store of that day.
async fn read(place: Place) {
    Store::migrate(&place).await.unwrap();
    let house = House::at(place, 15, Arc::new(ManualClock::new(BEGIN.plus_millis(60_000)))).await;
    let now = house.now();
    let worker = house.store.person_by_login([0x13; 32]).await.unwrap().unwrap();
    assert_eq!((worker.id, worker.state(now), worker.pseudonym.as_str()), (WORKER, PersonState::Active, "worker"));
    assert!(worker.roles.contains(PersonRole::CaseWorker));
    let session = house.store.session([21; 16]).await.unwrap().unwrap();
    assert_eq!((session.id, session.person.id, session.generation), (SESSION, WORKER, worker.generation));
    assert_eq!(house.store.people(OWNER).await.unwrap().iter().filter(|row| row.administers(now)).count(), 2);
    let client = house.store.client("cli_1").await.unwrap().unwrap();
    assert_eq!(
        (client.credential, client.actor_keys),
        (ClientCredential::Keys(KEYS.to_owned()), Some(KEYS.to_owned()))
    );
    let rows = house.store.organizations().await.unwrap();
    let (owner, locked) =
        (rows.iter().find(|row| row.id == OWNER).unwrap(), rows.iter().find(|row| row.id == RECIPIENT).unwrap());
    assert!(!owner.locked && locked.locked && owner.secret.older.len() == 1);
    // She is on the team of the case, and the page says so; the keys of that day open what was sealed that day.
    let page = house.page(Rows::Subjects, Scope { person: Some(WORKER), ..house.scope(OWNER) }).await;
    let subject = page.rows[0].subject.as_ref().unwrap();
    assert!(page.rows.len() == 1 && subject.state.on_team && !subject.state.locked);
    let keys = keys(16);
    keys.admit(OWNER, &owner.secret).unwrap();
    let key = keys.subject(OWNER, SUBJECT, &subject.keys).unwrap();
    let parts = house.store.journal_parts(SUBJECT, EntryKind::Disclosed, None, Instant::ALWAYS, 10).await.unwrap();
    assert_eq!(key.journal().read(&parts[0].part).unwrap(), disclosed());
    // And today's writer goes on in it.
    house.give(OWNER, SUBJECT, house.consent(&[RECIPIENT], CategorySet::of(&[Category::Services]))).await;
    house.writer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn identity_of_its_day_still_opens() {
    let file = day(FILE);
    if std::env::var_os("UPDATE").is_some_and(|update| update == "identity") {
        write(&file).await;
    }
    assert!(fs::metadata(&file).unwrap().len() < LARGEST);
    let folder = Folder::new("copy");
    let copy = folder.join("sangam.db");
    fs::copy(&file, &copy).unwrap();
    read(Place::Sqlite(copy)).await;
}
