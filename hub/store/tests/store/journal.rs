//! The journal says what was done to it. Each test is somebody who holds the database and changes one thing.

use futures_util::future::join_all;
use sangam_custody::{Durability, ReceiptBook};
use sangam_kit::database::Database;
use sangam_store::{Checkpoint, Findings, Writer};
use sangam_vocabulary::{Country, OrganizationId, SubjectId};

use crate::house::{House, Kept, signer};
use crate::raw::{Raw, migrated};

/// A journal of twelve entries with two parts each, signed by a checkpoint at its stop.
async fn written(database: &Database) -> (House, Raw) {
    let house = House::open(database).await;
    let sender = house.organization(Country::India).await;
    entries(&house, sender, 12).await;
    house.writer.stop().await;
    (house, Raw::open(database).await)
}

async fn entries(house: &House, caller: OrganizationId, count: usize) {
    for _ in 0..count {
        let subjects = [SubjectId::from_uuid(house.id()), SubjectId::from_uuid(house.id())];
        house.clock.advance(1000);
        house.writer.book().append(house.entry(caller, &subjects), Durability::BeforeRelease).await.unwrap();
    }
}

async fn verify(house: &House, outside: &[Checkpoint]) -> Findings {
    house.store.verify_journal(&[signer(7).public()], outside).await.unwrap()
}

/// The faults, one text.
async fn faults(house: &House) -> String {
    verify(house, &[]).await.faults.join("\n")
}

/// The length of a part as the house draws them: subject, commitment, length, a detail of fifty bytes.
const PART: usize = 16 + 32 + 4 + 50;

/// Changes the stored parts of an entry.
async fn tamper(raw: &Raw, seq: i64, change: impl FnOnce(&mut Vec<u8>)) {
    let mut parts = raw.bytes(&format!("SELECT parts FROM journal_entry WHERE seq = {seq}")).await;
    change(&mut parts);
    raw.run(&format!("UPDATE journal_entry SET parts = $1 WHERE seq = {seq}"), vec![parts.into()]).await;
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_clean_journal_has_no_fault(database: Database) {
        let (house, _) = written(&database).await;
        let outside = house.kept.all();
        let findings = verify(&house, &outside).await;
        assert_eq!(findings.faults, Vec::<String>::new());
        assert_eq!((findings.chains, findings.entries, findings.parts), (1, 12, 24));
        assert_eq!(findings.checkpoints, 2, "the stored one and the same from outside");
    }

    async fn it_says_what_it_cannot_know(database: Database) {
        let house = House::open(&database).await;
        let sender = house.organization(Country::India).await;
        entries(&house, sender, 3).await;
        let unknown = |findings: &Findings| findings.unknown.iter().map(|unknown| unknown.0.clone()).collect::<Vec<_>>().join("\n");
        let open = unknown(&verify(&house, &[]).await);
        assert!(open.contains("entries 1 to 3 are newer than any checkpoint"), "{open}");
        assert!(open.contains("no checkpoint from outside"), "{open}");
        assert!(open.contains("destroyed journal key"), "{open}");
        assert!(open.contains("filed under"), "{open}");
        house.writer.stop().await;
        let signed = unknown(&verify(&house, &house.kept.all()).await);
        assert!(!signed.contains("newer than any checkpoint") && !signed.contains("no checkpoint from outside"), "{signed}");
    }

    async fn a_changed_field_is_found(database: Database) {
        let (house, raw) = written(&database).await;
        for change in ["at = at + 1", "kind = 'REFUSED'", "kind = 'NO_SUCH_KIND'"] {
            raw.run(&format!("UPDATE journal_entry SET {change} WHERE seq = 5"), vec![]).await;
            assert!(faults(&house).await.contains("entry 5 was changed"), "{change}");
        }
    }

    async fn a_changed_caller_is_found(database: Database) {
        let (house, raw) = written(&database).await;
        for caller in [vec![1_u8; 16], vec![1_u8; 3]] {
            raw.run("UPDATE journal_entry SET caller = $1 WHERE seq = 6", vec![caller.into()]).await;
            assert!(faults(&house).await.contains("entry 6 was changed"));
        }
    }

    async fn a_changed_hash_is_found(database: Database) {
        let (house, raw) = written(&database).await;
        for column in ["entry", "prev", "hash"] {
            let was: Vec<u8> = raw.rows(&format!("SELECT {column} FROM journal_entry WHERE seq = 7"), vec![]).await[0].try_get_by_index(0).unwrap();
            raw.run(&format!("UPDATE journal_entry SET {column} = $1 WHERE seq = 7"), vec![vec![8_u8; 32].into()]).await;
            assert!(faults(&house).await.contains("entry 7 was changed"), "{column}");
            raw.run(&format!("UPDATE journal_entry SET {column} = $1 WHERE seq = 7"), vec![was.into()]).await;
            assert_eq!(faults(&house).await, "");
        }
    }

    async fn a_changed_commitment_is_found(database: Database) {
        let (house, raw) = written(&database).await;
        // Subject, commitment, length, detail: the first part's commitment and the second's.
        for at in [16, PART + 16] {
            tamper(&raw, 3, |parts| parts[at] ^= 1).await;
            assert!(faults(&house).await.contains("entry 3 was changed"), "byte {at}");
            tamper(&raw, 3, |parts| parts[at] ^= 1).await;
            assert_eq!(faults(&house).await, "");
        }
    }

    async fn a_removed_part_is_found(database: Database) {
        let (house, raw) = written(&database).await;
        tamper(&raw, 4, |parts| drop(parts.drain(..PART))).await;
        assert!(faults(&house).await.contains("entry 4 was changed"));
    }

    async fn a_part_filed_under_somebody_else_is_found(database: Database) {
        let (house, raw) = written(&database).await;
        tamper(&raw, 4, |parts| parts[0] ^= 1).await;
        assert!(faults(&house).await.contains("entry 4 was changed"));
    }

    async fn parts_that_do_not_read_are_found(database: Database) {
        let (house, raw) = written(&database).await;
        tamper(&raw, 4, |parts| parts.truncate(PART + 3)).await;
        assert!(faults(&house).await.contains("entry 4 was changed"));
    }

    async fn an_entry_deleted_in_the_middle_is_found(database: Database) {
        let (house, raw) = written(&database).await;
        assert_eq!(raw.run("DELETE FROM journal_entry WHERE seq = 5", vec![]).await, 1);
        assert!(faults(&house).await.contains("entries 5 to 5 are missing"));
    }

    async fn a_cut_end_is_found_by_a_checkpoint_from_outside(database: Database) {
        let (house, raw) = written(&database).await;
        let outside = house.kept.all();
        raw.run("DELETE FROM journal_entry WHERE seq = 12", vec![]).await;
        // The last stretch is cut off with its lists, and the first eleven listed as if nothing had been.
        raw.run("DELETE FROM journal_list", vec![]).await;
        raw.run("UPDATE journal_process SET listed = 0", vec![]).await;
        raw.run("DELETE FROM journal_checkpoint", vec![]).await;
        // Whoever cuts the checkpoint off too leaves a shorter journal that is whole; only the outside knows.
        let inside = verify(&house, &[]).await;
        assert_eq!(inside.faults, Vec::<String>::new());
        assert!(inside.unknown.iter().any(|unknown| unknown.0.contains("cut off cannot be known")));
        let findings = verify(&house, &outside).await;
        assert!(findings.faults.iter().any(|fault| fault.contains("entry 12 is not the one a checkpoint saw")), "{findings:?}");
    }

    async fn swapped_entries_are_found(database: Database) {
        let (house, raw) = written(&database).await;
        for (from, to) in [(5, 500), (6, 5), (500, 6)] {
            raw.run(&format!("UPDATE journal_entry SET seq = {to} WHERE seq = {from}"), vec![]).await;
        }
        let faults = faults(&house).await;
        assert!(faults.contains("entry 5 was changed") && faults.contains("entry 6 was changed"), "{faults}");
    }

    async fn a_whole_chain_written_anew_is_found_from_outside(database: Database) {
        let (house, raw) = written(&database).await;
        let outside = house.kept.all();
        for table in ["journal_list", "journal_checkpoint", "journal_entry", "journal_process"] {
            raw.run(&format!("DELETE FROM {table}"), vec![]).await;
        }
        let findings = verify(&house, &outside).await;
        assert!(!findings.faults.is_empty(), "{findings:?}");
    }

    async fn an_entry_before_the_first_is_found(database: Database) {
        let (house, raw) = written(&database).await;
        raw.run("INSERT INTO journal_entry SELECT process, 0, at, kind, caller, prev, entry, hash, parts FROM journal_entry WHERE seq = 4", vec![]).await;
        assert!(faults(&house).await.contains("1 entries stand before the first"), "{}", faults(&house).await);
    }

    async fn an_entry_of_no_registered_chain_is_found(database: Database) {
        let (house, raw) = written(&database).await;
        let off = if raw.is_sqlite() { "PRAGMA foreign_keys = OFF" } else { "SET session_replication_role = 'replica'" };
        raw.run(off, vec![]).await;
        raw.run("INSERT INTO journal_entry SELECT $1, seq, at, kind, caller, prev, entry, hash, parts FROM journal_entry WHERE seq = 4", vec![vec![3_u8; 16].into()]).await;
        assert!(faults(&house).await.contains("1 entries belong to no registered chain"), "{}", faults(&house).await);
    }

    async fn a_forged_checkpoint_is_found(database: Database) {
        let (house, raw) = written(&database).await;
        raw.run("UPDATE journal_checkpoint SET signature = $1", vec![vec![0_u8; 64].into()]).await;
        assert!(faults(&house).await.contains("is not signed by the journal's key"));
        let mut outside = house.kept.all();
        outside[0].body = outside[0].body.replace("\"seq\":12", "\"seq\":11");
        let findings = verify(&house, &outside).await;
        assert_eq!(findings.checkpoints, 0);
        assert_eq!(findings.faults.iter().filter(|fault| fault.contains("is not signed")).count(), 2, "{findings:?}");
        outside[0].body = "not a checkpoint".to_owned();
        assert!(verify(&house, &outside).await.faults.iter().any(|fault| fault.contains("not readable")));
    }

    async fn a_chain_under_another_key_is_found(database: Database) {
        let (house, _) = written(&database).await;
        let clock = std::sync::Arc::clone(&house.clock);
        let (other, _task) = Writer::start(house.store.clone(), house.id(), signer(8), std::sync::Arc::<Kept>::default(), clock).await.unwrap();
        assert!(faults(&house).await.contains("registered under another signing key"));
        other.book().append(house.entry(OrganizationId::from_uuid(house.id()), &[]), Durability::BeforeRelease).await.unwrap();
        other.stop().await;
        assert!(faults(&house).await.contains("is not signed by the journal's key"));
    }

    async fn a_thousand_entries_are_signed(database: Database) {
        let house = House::open(&database).await;
        let sender = house.organization(Country::India).await;
        let book = house.writer.book();
        for wave in 0..5 {
            let receipts = (0..249).map(|_| book.append(house.entry(sender, &[]), Durability::BeforeRelease));
            assert!(join_all(receipts.collect::<Vec<_>>()).await.iter().all(Result::is_ok));
            let signed = house.kept.all().len();
            assert_eq!(signed, usize::from(wave == 4), "after {} entries", (wave + 1) * 249);
        }
        let outside = house.kept.all();
        assert_eq!(verify(&house, &outside).await.faults, Vec::<String>::new());
        // Nothing new since the last checkpoint, nothing signed at the stop; something new is.
        entries(&house, sender, 1).await;
        house.writer.stop().await;
        assert_eq!(house.kept.all().len(), 2);
    }
}
