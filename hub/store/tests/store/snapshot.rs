//! A page, its epoch and its fence are of one state, whoever writes meanwhile; and what is stored otherwise than
//! the schema says is a fault and not a guess.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_store::{PageQuery, Rows, Scope, StoreFault};
use sangam_vocabulary::Country;

use crate::house::House;
use crate::raw::{Raw, migrated};

/// How often is read while the standing comes and goes.
const READS: usize = 300;

sangam_kit::both_databases! {
    template = migrated;

    async fn rows_and_fence_are_of_one_state(database: Database) {
        let house = House::open(&database).await;
        let owner = house.organization(Country::India).await;
        house.subject(owner, Age::Adult).await;
        let raw = Raw::open(&database).await;
        let before = house.page(Rows::Subjects, house.scope(owner)).await;
        let writing = async {
            for turn in 1_u64.. {
                // Away with the odd fence, back with the even one.
                let until = if turn % 2 == 1 { 0 } else { i64::MAX };
                raw.run("BEGIN", vec![]).await;
                raw.run("UPDATE epoch SET fence = fence + 1, rules = rules + 1", vec![]).await;
                raw.run(&format!("UPDATE standing SET until_at = {until}"), vec![]).await;
                raw.run("COMMIT", vec![]).await;
            }
        };
        let reading = async {
            let mut seen = [0_u64; 2];
            // Both states are met sooner or later: how often the two take turns is the machine's to say.
            let mut reads = 0;
            while reads < READS || (seen.contains(&0) && reads < 100 * READS) {
                reads += 1;
                let page = house.page(Rows::Subjects, house.scope(owner)).await;
                let turn = page.fence.0 - before.fence.0;
                assert_eq!(page.rows.len() as u64, 1 - turn % 2, "at turn {turn}");
                assert_eq!(page.epoch.0 - before.epoch.0, turn, "the rules moved with the fence");
                seen[page.rows.len()] += 1;
                tokio::time::sleep(std::time::Duration::from_micros(200)).await;
            }
            seen
        };
        let seen = tokio::select! {
            () = writing => unreachable!("it does not end"),
            seen = reading => seen,
        };
        assert!(seen.iter().all(|seen| *seen > 0), "both states were met: {seen:?}");
    }

    async fn a_value_that_the_schema_does_not_know_is_a_fault(database: Database) {
        let house = House::open(&database).await;
        let owner = house.organization(Country::India).await;
        let subject = house.subject(owner, Age::Adult).await;
        let raw = Raw::open(&database).await;
        let columns = ["id".to_owned(), "holder.id".to_owned()];
        let read = async || {
            let query = PageQuery { rows: Rows::Subjects, columns: &columns, sealed: &[], scope: house.scope(owner) };
            house.store.page(&query).await.map(|page| page.rows.iter().map(|row| row.record).collect::<Vec<_>>())
        };
        assert_eq!(read().await.unwrap(), [subject.into()]);
        for (table, column, wrong, right) in [
            ("organization", "role", "'NOBODY'", "'NGO'"),
            ("subject", "age", "'OLD'", "'ADULT'"),
            ("subject", "past_owners", "'nobody'", "''"),
        ] {
            raw.run(&format!("UPDATE {table} SET {column} = {wrong}"), vec![]).await;
            let fault = read().await.unwrap_err();
            assert!(matches!(fault, StoreFault::Unreadable { column: told } if told == column), "{column}: {fault:?}");
            raw.run(&format!("UPDATE {table} SET {column} = {right}"), vec![]).await;
        }
        assert_eq!(read().await.unwrap().len(), 1);
        let none = Scope { limit: 0, ..house.scope(owner) };
        let page = house.page(Rows::Subjects, none).await;
        assert!(page.rows.is_empty() && page.has_next, "a page of none says that there are some");
    }
}
