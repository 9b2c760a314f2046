//! Stores of earlier days: a committed SQLite file made by the binary of its day, of invented people, from a
//! seed. Every later binary brings a copy of it up to date and reads it. A day's file is never made anew once
//! it was released; until then `UPDATE=1` writes it again.

mod identity;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sangam_custody::{
    Age, Durability, Entry, EntryKind, Facts, KeyBytes, Keys, LocalKeyRing, MasterKeys, PartDetail, ReceiptBook,
    SubjectKey, SubjectKeys,
};
use sangam_kit::folder::Folder;
use sangam_store::{ClientCredential, PageQuery, Place, Rows, Store, SubjectChange, Value};
use sangam_vocabulary::payload::{AgeBand, Demographics, Gender, Payload};
use sangam_vocabulary::{
    Category, CategorySet, Country, Instant, ManualClock, OrganizationId, RecordId, SeededChance, SubjectId,
};
use uuid::Uuid;

use crate::house::{BEGIN, House, organization, signer};
use crate::raw::Raw;

/// The largest a day's file may be, in bytes: it lies in the repository for ever.
const LARGEST: u64 = 400_000;

/// The root key of every day.
const ROOT: [u8; 32] = [11; 32];

const OWNER: OrganizationId = OrganizationId::from_uuid(Uuid::from_u128(0x0a));
const RECIPIENT: OrganizationId = OrganizationId::from_uuid(Uuid::from_u128(0x0b));
const SUBJECT: SubjectId = SubjectId::from_uuid(Uuid::from_u128(0x0c));

fn day(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/days").join(name)
}

fn keys(seed: u64) -> Keys {
    let chance = Arc::new(SeededChance::new(seed));
    let ring = LocalKeyRing::new(&KeyBytes::new(ROOT), Arc::clone(&chance) as _).unwrap();
    Keys::new(Arc::new(ring), chance)
}

fn disclosed() -> PartDetail {
    PartDetail::act(EntryKind::Disclosed, BEGIN, RECIPIENT)
        .about(SUBJECT.into(), CategorySet::of(&[Category::Demographics]))
}

/// A day's store while it is written: two organizations, and a subject of the first.
struct Day {
    folder: Folder,
    house: House,
    keys: Keys,
    wrapped: SubjectKeys,
    key: SubjectKey,
}

impl Day {
    async fn begin(chance: u64, of_keys: u64) -> Self {
        let folder = Folder::new("day");
        let place = Place::Sqlite(folder.join("sangam.db"));
        Store::migrate(&place).await.unwrap();
        let house = House::at(place, chance, Arc::new(ManualClock::new(BEGIN))).await;
        let keys = keys(of_keys);
        for (id, country) in [(OWNER, Country::India), (RECIPIENT, Country::Bangladesh)] {
            let secret = keys.mint_organization(id).unwrap();
            keys.admit(id, &secret).unwrap();
            house.submit(organization(id, country, secret)).await.unwrap();
        }
        let wrapped = keys.mint_subject(OWNER, SUBJECT).unwrap();
        let key = keys.subject(OWNER, SUBJECT, &wrapped).unwrap();
        let payload = Payload::Demographics(Demographics { age_band: AgeBand::From21To25, sex: Gender::Feminine });
        let held = vec![key.seal(keys.chance(), SUBJECT.into(), &payload).unwrap()];
        let facts = Facts { collected_in: Country::India, age: Age::Adult };
        let (keys_of, recalls) = (wrapped.clone(), RecordId::from(SUBJECT));
        let subject =
            SubjectChange { subject: SUBJECT, owner: OWNER, facts, keys: keys_of, held, source: None, recalls };
        house.submit(subject).await.unwrap();
        Self { folder, house, keys, wrapped, key }
    }

    /// Writes down that the recipient was shown something.
    async fn disclose(&self) {
        let parts = vec![self.key.journal().part(self.keys.chance(), &disclosed()).unwrap()];
        let entry = Entry { kind: EntryKind::Disclosed, at: BEGIN, caller: RECIPIENT, parts };
        self.house.writer.book().append(entry, Durability::BeforeRelease).await.unwrap();
    }

    /// Ends the day: one file without a write-ahead log beside it.
    async fn keep(self, file: &Path) {
        self.house.writer.stop().await;
        let _ = fs::remove_file(file);
        let raw = Raw::at(&format!("sqlite://{}", self.folder.join("sangam.db").display())).await;
        raw.run("VACUUM INTO $1", vec![file.to_str().unwrap().into()]).await;
    }
}

/// The first day: a subject, a consent, a referral, a disclosure, a signed end.
async fn write_the_path(file: &Path) {
    let today = Day::begin(3, 4).await;
    let house = &today.house;
    house.give(OWNER, SUBJECT, house.consent(&[RECIPIENT], CategorySet::of(&[Category::Demographics]))).await;
    house.referral(SUBJECT, OWNER, RECIPIENT).await;
    today.disclose().await;
    today.keep(file).await;
}

/// What every later binary must find in the first day's store.
async fn read_the_path(place: Place) {
    Store::migrate(&place).await.unwrap();
    let house = House::at(place, 5, Arc::new(ManualClock::new(BEGIN.plus_days(1)))).await;
    let columns = ["state", "sender.name", "recipient.country", "version"].map(str::to_owned);
    let sealed = [(true, Category::Demographics), (false, Category::Services), (true, Category::Identity)];
    let query = PageQuery { rows: Rows::Referrals, columns: &columns, sealed: &sealed, scope: house.scope(RECIPIENT) };
    let page = house.store.page(&query).await.unwrap();
    let row = &page.rows[0];
    assert_eq!((page.rows.len(), page.has_next), (1, false));
    let text = |value: &str| Value::Text(value.to_owned());
    assert_eq!(row.values, [text("SENT"), text("Invented Organization 000a"), text("BD"), Value::Int(1)]);
    assert_eq!(row.held.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false]);
    let subject = row.subject.as_ref().unwrap();
    assert_eq!(subject.consent, CategorySet::of(&[Category::Demographics]));
    assert_eq!(subject.facts.age, Age::Adult);
    let consents = house.store.consents(SUBJECT).await.unwrap();
    assert_eq!((consents.len(), consents[0].from, consents[0].until), (1, BEGIN, BEGIN.plus_days(365)));
    let findings = house.store.verify_journal(&[signer(7).public()], &[]).await.unwrap();
    assert_eq!((findings.entries, findings.parts, findings.checkpoints, findings.faults), (1, 1, 1, vec![]));
    // The keys of that day open what was sealed that day.
    let keys = keys(6);
    for organization in house.store.organizations().await.unwrap() {
        keys.admit(organization.id, &organization.secret).unwrap();
    }
    let key = keys.subject(OWNER, SUBJECT, &subject.keys).unwrap();
    let parts = house.store.journal_parts(SUBJECT, EntryKind::Disclosed, None, Instant::ALWAYS, 10).await.unwrap();
    assert_eq!(key.journal().read(&parts[0].part).unwrap(), disclosed());
    // And today's writer goes on in it.
    house.give(OWNER, SUBJECT, house.consent(&[RECIPIENT], CategorySet::of(&[Category::Services]))).await;
    house.writer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_path_of_its_day_still_opens() {
    let file = day("0001-the-path.sqlite");
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        write_the_path(&file).await;
    }
    assert!(fs::metadata(&file).unwrap().len() < LARGEST);
    let folder = Folder::new("copy");
    let copy = folder.join("sangam.db");
    fs::copy(&file, &copy).unwrap();
    read_the_path(Place::Sqlite(copy)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_of_the_first_day_is_known_by_its_secret_still() {
    let folder = Folder::new("client");
    let copy = folder.join("sangam.db");
    fs::copy(day("0001-the-path.sqlite"), &copy).unwrap();
    let raw = Raw::at(&format!("sqlite://{}", copy.display())).await;
    let owner = OWNER.uuid().as_bytes().to_vec();
    let sql = "INSERT INTO client (id, organization, name, secret_hash, scopes, purposes, generation, suspended, registered_at) VALUES ($1, $2, 'invented', $3, 'directory', 1, 3, 0, 5)";
    assert_eq!(raw.run(sql, vec!["cli_1".into(), owner.into(), vec![9_u8; 32].into()]).await, 1);
    drop(raw);
    let place = Place::Sqlite(copy);
    Store::migrate(&place).await.unwrap();
    let row = Store::open(&place).await.unwrap().client("cli_1").await.unwrap().unwrap();
    assert_eq!((row.credential, row.generation), (ClientCredential::Secret([9; 32]), 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_of_the_first_day_are_wrapped_anew_and_their_subject_still_opens() {
    let folder = Folder::new("renewed");
    let copy = folder.join("sangam.db");
    fs::copy(day("0001-the-path.sqlite"), &copy).unwrap();
    let place = Place::Sqlite(copy);
    Store::migrate(&place).await.unwrap();
    let store = Store::open(&place).await.unwrap();
    let subject = store.subject(SUBJECT).await.unwrap().unwrap();
    assert_eq!((subject.keys.data.by(), subject.keys.journal.by()), (None, None), "they name nobody");
    let chance = Arc::new(SeededChance::new(8));
    let masters = MasterKeys { newest: KeyBytes::new([12; 32]), others: vec![KeyBytes::new(ROOT)] };
    let newer = Keys::new(Arc::new(LocalKeyRing::of(&masters, Arc::clone(&chance) as _).unwrap()), chance);
    let row = store.organizations().await.unwrap().into_iter().find(|row| row.id == OWNER).unwrap();
    assert!(row.secret.wrapped().all(|wrapped| wrapped.by().is_none()));
    newer.admit(OWNER, &row.secret).unwrap();
    let secret = newer.rewrap(OWNER, &row.secret).unwrap().unwrap();
    newer.refresh(OWNER, &secret).unwrap();
    assert!(newer.subject(OWNER, SUBJECT, &subject.keys).is_ok());
    // Under another seal key they have a name, and the first one is none among them.
    let change = newer.replace_seal(OWNER, &secret).unwrap();
    newer.refresh(OWNER, &change.secret).unwrap();
    assert!(newer.subject(OWNER, SUBJECT, &subject.keys).is_ok());
    let found = store.subjects_under_another_seal(OWNER, newer.seal_name(OWNER).unwrap(), 10).await.unwrap();
    assert_eq!(found, [(SUBJECT, subject.keys.clone())]);
    let again = newer.rewrap_subject(OWNER, SUBJECT, &subject.keys).unwrap();
    assert_eq!(again.data.by(), newer.seal_name(OWNER).ok());
}
