//! Who saw what, by subject: nothing is missed whether it is listed yet or not, whichever process wrote it, and a
//! list that was changed is found.

use sangam_custody::{Durability, EntryKind, ReceiptBook};
use sangam_kit::database::Database;
use sangam_store::{PartRow, Position};
use sangam_vocabulary::{Country, Instant, OrganizationId, SubjectId};

use crate::house::{House, signer};
use crate::raw::{Raw, migrated};

/// How many entries a chain may have beyond its lists.
const STRETCH: usize = 250;

async fn append(house: &House, caller: OrganizationId, subjects: &[SubjectId]) -> Vec<u8> {
    house.clock.advance(1);
    let entry = house.entry(caller, subjects);
    let receipt = entry.hash().to_vec();
    house.writer.book().append(entry, Durability::BeforeRelease).await.unwrap();
    receipt
}

async fn all(house: &House, subject: SubjectId) -> Vec<PartRow> {
    house.store.journal_parts(subject, EntryKind::Disclosed, None, Instant::ALWAYS, u16::MAX).await.unwrap()
}

/// The same by pages of a size.
async fn paged(house: &House, subject: SubjectId, size: u16) -> Vec<PartRow> {
    let (mut found, mut after) = (Vec::new(), None::<Position>);
    loop {
        let page =
            house.store.journal_parts(subject, EntryKind::Disclosed, after, Instant::ALWAYS, size).await.unwrap();
        assert!(page.len() <= usize::from(size));
        let Some(last) = page.last() else { return found };
        after = Some(last.position);
        found.extend(page);
    }
}

fn receipts(parts: &[PartRow]) -> Vec<Vec<u8>> {
    parts.iter().map(|part| part.receipt.clone()).collect()
}

async fn faults(house: &House) -> String {
    house.store.verify_journal(&[signer(7).public()], &[]).await.unwrap().faults.join("\n")
}

async fn listed(raw: &Raw) -> i64 {
    raw.number("SELECT coalesce(max(listed), -1) FROM journal_process").await
}

sangam_kit::both_databases! {
    template = migrated;

    async fn everything_is_found_listed_or_not(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let caller = house.organization(Country::India).await;
        let (anna, bela) = (SubjectId::from_uuid(house.id()), SubjectId::from_uuid(house.id()));
        let (mut of_anna, mut of_bela) = (Vec::new(), Vec::new());
        // Twice in one entry, in every third, beside somebody else; more than two stretches.
        for number in 0..(2 * STRETCH + 60) {
            let subjects = match number % 3 {
                0 => vec![anna, bela, anna],
                1 => vec![bela],
                _ => vec![],
            };
            let receipt = append(&house, caller, &subjects).await;
            of_anna.extend(subjects.iter().filter(|id| **id == anna).map(|_| receipt.clone()));
            of_bela.extend(subjects.iter().filter(|id| **id == bela).map(|_| receipt.clone()));
        }
        of_anna.reverse();
        of_bela.reverse();
        assert!(listed(&raw).await >= 2 * i64::try_from(STRETCH).unwrap(), "two stretches are listed");
        assert!(raw.number("SELECT count(*) FROM journal_list").await <= 6, "a row a subject and stretch");
        for size in [1, 7, 64, 200] {
            assert_eq!(receipts(&paged(&house, anna, size).await), of_anna, "pages of {size}");
        }
        assert_eq!(receipts(&all(&house, bela).await), of_bela);
        // Two parts of one entry are two rows of the list, in their order.
        let parts = all(&house, anna).await;
        assert_eq!((parts[0].position.part, parts[1].position.part), (0, 2));
        assert!(all(&house, SubjectId::from_uuid(house.id())).await.is_empty());
        house.writer.stop().await;
        assert_eq!(raw.number("SELECT count(*) FROM journal_process p WHERE p.listed < (SELECT max(e.seq) FROM journal_entry e WHERE e.process = p.process)").await, 0);
        assert_eq!(receipts(&all(&house, anna).await), of_anna);
        assert_eq!(faults(&house).await, "");
    }

    async fn what_a_lost_process_left_is_listed_by_the_next(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let caller = house.organization(Country::India).await;
        let subject = SubjectId::from_uuid(house.id());
        let mut expected = Vec::new();
        for _ in 0..5 {
            expected.push(append(&house, caller, &[subject]).await);
        }
        // Its writer is gone and has said nothing.
        house.task.0.abort();
        assert_eq!(listed(&raw).await, 0);
        let next = house.second().await;
        assert_eq!(listed(&raw).await, 5);
        for _ in 0..3 {
            expected.push(append(&next, caller, &[subject]).await);
        }
        expected.reverse();
        assert_eq!(receipts(&all(&next, subject).await), expected);
        next.writer.stop().await;
        assert_eq!(receipts(&paged(&next, subject, 2).await), expected);
        assert_eq!(faults(&next).await, "");
    }

    async fn two_processes_at_once_are_one_history(database: Database) {
        let house = House::open(&database).await;
        let second = house.second().await;
        let caller = house.organization(Country::India).await;
        let subject = SubjectId::from_uuid(house.id());
        let mut expected = Vec::new();
        for number in 0..(STRETCH + 30) {
            let who = if number % 2 == 0 { &house } else { &second };
            expected.push(append(who, caller, &[subject]).await);
        }
        expected.reverse();
        assert_eq!(receipts(&paged(&house, subject, 40).await), expected);
        // A third comes and lists what both have; they go on.
        let third = House::at(house.place.clone(), 3, std::sync::Arc::clone(&house.clock)).await;
        expected.insert(0, append(&house, caller, &[subject]).await);
        for process in [&house, &second, &third] {
            process.writer.stop().await;
        }
        assert_eq!(receipts(&all(&third, subject).await), expected);
        assert_eq!(faults(&third).await, "");
    }

    async fn a_changed_list_is_found(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let caller = house.organization(Country::India).await;
        let (anna, bela) = (SubjectId::from_uuid(house.id()), SubjectId::from_uuid(house.id()));
        for _ in 0..4 {
            append(&house, caller, &[anna, bela]).await;
        }
        house.writer.stop().await;
        assert_eq!(faults(&house).await, "");
        let own = || vec![anna.uuid().as_bytes().to_vec().into()];
        let places: Vec<u8> = raw.rows("SELECT places FROM journal_list WHERE subject = $1", own()).await[0].try_get_by_index(0).unwrap();
        for shorter in [&places[16..], &places[..48], &[]] {
            raw.run("UPDATE journal_list SET places = $2 WHERE subject = $1", vec![own()[0].clone(), shorter.to_vec().into()]).await;
            assert!(faults(&house).await.contains("the lists by subject up to entry 4 were changed"));
        }
        raw.run("DELETE FROM journal_list WHERE subject = $1", own()).await;
        assert!(faults(&house).await.contains("the lists by subject up to entry 4 were changed"));
        raw.run("DELETE FROM journal_list", vec![]).await;
        assert!(faults(&house).await.contains("entries 1 to 4 are in no list by subject"));
        raw.run("INSERT INTO journal_list SELECT process, 9, $1, prev FROM journal_entry WHERE seq = 1", own()).await;
        assert!(faults(&house).await.contains("1 lists end at no entry"));
    }

    async fn one_entry_that_does_not_read_hides_no_other(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let caller = house.organization(Country::India).await;
        let subject = SubjectId::from_uuid(house.id());
        let mut expected = Vec::new();
        for _ in 0..3 {
            expected.push(append(&house, caller, &[subject]).await);
        }
        house.writer.stop().await;
        raw.run("UPDATE journal_entry SET parts = $1 WHERE seq = 2", vec![vec![1_u8; 7].into()]).await;
        assert_eq!(receipts(&all(&house, subject).await), [expected[2].clone(), expected[0].clone()]);
        assert!(faults(&house).await.contains("entry 2 was changed"));
    }

    async fn a_verification_beside_a_running_hub_finds_nothing(database: Database) {
        let house = House::open(&database).await;
        let caller = house.organization(Country::India).await;
        let subject = SubjectId::from_uuid(house.id());
        let writing = async {
            for _ in 0..(4 * STRETCH) {
                append(&house, caller, &[subject]).await;
            }
        };
        let verifying = async {
            for _ in 0..12 {
                assert_eq!(faults(&house).await, "");
            }
        };
        tokio::join!(writing, verifying);
        assert_eq!(faults(&house).await, "");
    }

    async fn lists_that_somebody_spoiled_hold_up_nothing(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let caller = house.organization(Country::India).await;
        let subject = SubjectId::from_uuid(house.id());
        for _ in 0..STRETCH {
            append(&house, caller, &[subject]).await;
        }
        // Said to be unlisted again, although the list is there.
        raw.run("UPDATE journal_process SET listed = 0", vec![]).await;
        let next = house.second().await;
        append(&next, caller, &[subject]).await;
        assert_eq!(all(&next, subject).await.len(), STRETCH + 1);
        assert_eq!(faults(&next).await, "");
        // No list can be written at all.
        raw.run("DROP TABLE journal_list", vec![]).await;
        for _ in 0..(STRETCH + 5) {
            append(&next, caller, &[subject]).await;
        }
        next.writer.stop().await;
        raw.run("CREATE TABLE journal_list (process TEXT, upto BIGINT, subject TEXT, places TEXT)", vec![]).await;
        assert_eq!(raw.number("SELECT count(*) FROM journal_entry").await, i64::try_from(2 * STRETCH + 6).unwrap());
    }
}
