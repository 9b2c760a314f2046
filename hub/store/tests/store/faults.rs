//! What befalls a store: a folder that cannot be written, a disk that is full, a database that another process
//! holds, a schema that is behind. Each is a typed refusal in bounded time, and nothing is half done.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command as Program;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use sangam_custody::{Age, Durability, Held, NotRecorded, ReceiptBook};
use sangam_kit::database::{Database, Template};
use sangam_kit::folder::Folder;
use sangam_store::{Place, Refused, Rows, Store, StoreFault, Writer};
use sangam_vocabulary::{Category, Country, ManualClock, SubjectId};
use uuid::Uuid;

use crate::house::{BEGIN, House, Kept, signer};
use crate::raw::{Raw, migrated, place};

/// Names the folder to the test that runs again without the rights of root.
const FOLDER: &str = "SANGAM_TEST_FOLDER_THAT_CANNOT_BE_WRITTEN";

mod behind {
    use super::{Database, Place, Store, StoreFault, Template, fs, place};

    fn empty() -> Template {
        Template::empty()
    }

    sangam_kit::both_databases! {
        template = empty;

        async fn a_schema_that_is_behind_is_not_opened(database: Database) {
            let place = place(database.url());
            if let Place::Sqlite(file) = &place {
                // A path that leads nowhere is told, and nothing is made there.
                let fault = Store::open(&place).await.err().unwrap();
                assert!(matches!(fault, StoreFault::Missing) && fault.to_string().contains("sangam migrate"));
                assert!(!file.exists());
                fs::write(file, []).unwrap();
            }
            let fault = Store::open(&place).await.err().unwrap();
            assert!(matches!(fault, StoreFault::Behind { pending } if pending >= 1), "{fault:?}");
            assert!(fault.to_string().contains("sangam migrate"));
            Store::migrate(&place).await.unwrap();
            Store::migrate(&place).await.unwrap();
            assert!(Store::open(&place).await.unwrap().answers().await);
        }
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_database_held_by_another_process_refuses_in_time(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (sender, recipient) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let subject = house.subject(sender, Age::Adult).await;
        let before = raw.counts().await;
        if raw.is_sqlite() {
            raw.run("BEGIN EXCLUSIVE", vec![]).await;
        } else {
            raw.run("BEGIN", vec![]).await;
            raw.run("LOCK TABLE journal_entry, referral IN ACCESS EXCLUSIVE MODE", vec![]).await;
        }
        let (began, book) = (Moment::now(), house.writer.book());
        let reading = async {
            let rows = house.page(Rows::Subjects, house.scope(sender)).await.rows.len();
            let unchanged = book.unchanged(house.fence().await).await;
            (rows, unchanged, began.elapsed())
        };
        let (one, other, receipt, (rows, unchanged, read)) = tokio::join!(
            house.submit(house.new_referral(subject, sender, recipient)),
            house.submit(house.new_referral(subject, sender, recipient)),
            book.append(house.entry(sender, &[subject]), Durability::BeforeRelease),
            reading,
        );
        // Who reads waits for nobody who writes.
        assert!((rows, unchanged) == (1, Ok(true)) && read < Duration::from_secs(1), "{rows} rows after {read:?}");
        assert_eq!((one, other, receipt), (Err(Refused::Unavailable), Err(Refused::Unavailable), Err(NotRecorded)));
        let waited = began.elapsed();
        assert!(waited > Duration::from_secs(4) && waited < Duration::from_secs(20), "{waited:?}");
        raw.run("ROLLBACK", vec![]).await;
        assert_eq!(raw.counts().await, before);
        // The writer lives, and its chain goes on where it stood.
        house.referral(subject, sender, recipient).await;
        book.append(house.entry(sender, &[subject]), Durability::BeforeRelease).await.unwrap();
        let findings = house.store.verify_journal(&[signer(7).public()], &[]).await.unwrap();
        assert_eq!((findings.entries, findings.faults), (1, vec![]));
    }
}

#[test]
fn a_server_that_drops_everyone_is_found_again() {
    sangam_kit::database::run(sangam_kit::database::Kind::Postgres, &migrated(), |database| async move {
        let Database::Postgres(postgres) = &database else { unreachable!("asked for PostgreSQL") };
        let house = House::open(&database).await;
        let sender = house.organization(Country::India).await;
        let book = house.writer.book();
        book.append(house.entry(sender, &[]), Durability::BeforeRelease).await.unwrap();
        for round in 1..=3 {
            postgres.disconnect_everyone();
            let mut tries = 0;
            while book.append(house.entry(sender, &[]), Durability::BeforeRelease).await.is_err() {
                tries += 1;
                assert!(tries < 20, "the writer does not come back");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let mut tries = 0;
            let findings = loop {
                match house.store.verify_journal(&[signer(7).public()], &[]).await {
                    Ok(findings) => break findings,
                    Err(_) => tries += 1,
                }
                assert!(tries < 20, "the readers do not come back");
            };
            assert_eq!((findings.entries, findings.faults), (1 + round, vec![]));
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_with_signs_in_its_name_is_one_file_for_all() {
    let folder = Folder::new("signs");
    let file = folder.join("one%20and #2.db");
    let place = Place::Sqlite(file.clone());
    Store::migrate(&place).await.unwrap();
    assert!(file.exists());
    let house = House::at(place, 1, Arc::new(ManualClock::new(BEGIN))).await;
    let sender = house.organization(Country::India).await;
    house.subject(sender, Age::Adult).await;
    assert_eq!(house.page(Rows::Subjects, house.scope(sender)).await.rows.len(), 1);
}

/// Opens what is in a folder; the first fault.
async fn first_fault(folder: &Path) -> Option<StoreFault> {
    let place = Place::Sqlite(folder.join("sangam.db"));
    let store = match Store::open(&place).await {
        Ok(store) => store,
        Err(fault) => return Some(fault),
    };
    let clock = Arc::new(ManualClock::new(BEGIN));
    Writer::start(store, Uuid::from_u128(9), signer(7), Arc::<Kept>::default(), clock).await.err()
}

/// The part of the test below that runs in a process without root's leave to write everywhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn within_a_folder_that_cannot_be_written() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    assert!(fs::write(folder.join("probe"), b"").is_err(), "the folder can be written");
    for fault in [
        first_fault(&folder).await.expect("a store that cannot be written was opened and written"),
        Store::migrate(&Place::Sqlite(folder.join("new.db"))).await.expect_err("a file was made"),
    ] {
        assert!(matches!(fault, StoreFault::Database(_) | StoreFault::Folder { .. }), "{fault:?}");
        assert!(!fault.to_string().contains(folder.to_str().unwrap()), "{fault} names a path of this machine");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_cannot_be_written_is_a_fault() {
    let folder = Folder::new("read-only");
    Store::migrate(&Place::Sqlite(folder.join("sangam.db"))).await.unwrap();
    assert!(first_fault(folder.path()).await.is_none(), "before, it can be written");
    // The last connection takes the log with it when it has closed.
    for _ in 0..500 {
        if !folder.join("sangam.db-wal").exists() && !folder.join("sangam.db-shm").exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mode = |mode| {
        for entry in fs::read_dir(folder.path()).unwrap() {
            fs::set_permissions(entry.unwrap().path(), Permissions::from_mode(mode & 0o666)).unwrap();
        }
        fs::set_permissions(folder.path(), Permissions::from_mode(mode)).unwrap();
    };
    mode(0o555);
    let files = || {
        fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect::<std::collections::BTreeSet<_>>()
    };
    let before = files();
    let root = fs::write(folder.join("probe"), b"").is_ok();
    let me = std::env::current_exe().unwrap();
    let mut program = if root {
        fs::remove_file(folder.join("probe")).unwrap();
        let mut program = Program::new("setpriv");
        program.args([
            "--bounding-set",
            "-dac_override,-dac_read_search",
            "--inh-caps",
            "-dac_override,-dac_read_search",
            "--",
        ]);
        program.arg(me);
        program
    } else {
        Program::new(me)
    };
    let ran =
        program.args(["--exact", "faults::within_a_folder_that_cannot_be_written"]).env(FOLDER, folder.path()).output();
    let after = files();
    mode(0o755);
    match ran {
        Ok(ran) => {
            let said = String::from_utf8_lossy(&ran.stdout);
            assert!(
                ran.status.success() && said.contains("1 passed"),
                "{said}{}",
                String::from_utf8_lossy(&ran.stderr)
            );
            assert_eq!(after, before);
        }
        Err(_) => sangam_kit::skipped("a read-only folder: setpriv does not run here"),
    }
}

/// A small disk of its own, gone when dropped.
struct SmallDisk(Folder);

impl SmallDisk {
    fn mounted() -> Option<Self> {
        let folder = Folder::new("small-disk");
        let mount =
            Program::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]).arg(folder.path()).output().ok()?;
        mount.status.success().then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Program::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_and_keeps_what_was_answered() {
    let Some(disk) = SmallDisk::mounted() else {
        sangam_kit::skipped("a full disk: a small one cannot be mounted here, that needs root");
        return;
    };
    let ballast = disk.0.join("ballast");
    fs::write(&ballast, vec![0; 4_500_000]).unwrap();
    let place = Place::Sqlite(disk.0.join("sangam.db"));
    Store::migrate(&place).await.unwrap();
    let house = House::at(place, 1, Arc::new(ManualClock::new(BEGIN))).await;
    let raw = Raw::at(&format!("sqlite://{}", disk.0.join("sangam.db").display())).await;
    let owner = house.organization(Country::India).await;
    let large = || {
        let subject = SubjectId::from_uuid(house.id());
        let held = vec![Held::stored(subject, subject.into(), Category::Narrative, vec![1; 60_000])];
        sangam_store::SubjectChange { held, ..house.facts(subject, owner, Age::Adult) }
    };
    let mut taken = 0;
    let refused = loop {
        match house.submit(sangam_store::Command::from(large()).recorded(house.entry(owner, &[]))).await {
            Ok(_) => taken += 1,
            Err(refused) => break refused,
        }
        assert!(taken < 100, "the disk does not fill");
    };
    assert_eq!(refused, Refused::Unavailable);
    for table in ["subject", "held", "standing", "journal_entry"] {
        assert_eq!(raw.number(&format!("SELECT count(*) FROM {table}")).await, taken, "{table}");
    }
    fs::remove_file(&ballast).unwrap();
    house
        .submit(sangam_store::Command::from(large()).recorded(house.entry(owner, &[])))
        .await
        .expect("there is room again");
    let findings = house.store.verify_journal(&[signer(7).public()], &[]).await.unwrap();
    assert_eq!((i64::try_from(findings.entries).unwrap(), findings.faults), (taken + 1, vec![]));
}
