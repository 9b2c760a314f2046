//! What lies in clear is one list with reasons, and it is the schema: no column more, no column less.

use std::collections::BTreeSet;

use sangam_kit::database::Database;
use sangam_store::clear::{CLEAR, SEALED};

use crate::raw::{Raw, migrated};

type Columns = BTreeSet<(String, String)>;

/// Every column of the schema but those of the migrations' own table.
async fn columns(raw: &Raw) -> Columns {
    let sql = if raw.is_sqlite() {
        "SELECT m.name AS t, p.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name <> 'seaql_migrations'"
    } else {
        "SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'"
    };
    raw.rows(sql, vec![])
        .await
        .iter()
        .map(|row| (row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap()))
        .collect()
}

fn listed() -> Columns {
    let clear = CLEAR.iter().map(|(table, column, _)| (*table, *column));
    clear.chain(SEALED.iter().copied()).map(|(table, column)| (table.to_owned(), column.to_owned())).collect()
}

sangam_kit::both_databases! {
    template = migrated;

    async fn every_column_is_in_one_of_the_lists(database: Database) {
        let found = columns(&Raw::open(&database).await).await;
        let listed = listed();
        assert!(found.len() > 100, "the schema was not read: {} columns", found.len());
        assert_eq!(found.difference(&listed).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "neither clear nor sealed");
        assert_eq!(listed.difference(&found).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "listed and not there");
    }

    async fn a_column_or_table_more_is_noticed(database: Database) {
        let raw = Raw::open(&database).await;
        raw.run("ALTER TABLE referral ADD COLUMN note TEXT", vec![]).await;
        raw.run("CREATE TABLE remark (text TEXT)", vec![]).await;
        let found = columns(&raw).await;
        let more: Vec<_> = found.difference(&listed()).cloned().collect();
        assert_eq!(more, [("referral".to_owned(), "note".to_owned()), ("remark".to_owned(), "text".to_owned())]);
    }

    async fn a_column_less_is_noticed(database: Database) {
        let raw = Raw::open(&database).await;
        raw.run("ALTER TABLE partner DROP COLUMN position", vec![]).await;
        let less: Vec<_> = listed().difference(&columns(&raw).await).cloned().collect();
        assert_eq!(less, [("partner".to_owned(), "position".to_owned())]);
    }
}

#[test]
fn every_reason_says_something() {
    for (table, column, reason) in CLEAR {
        assert!(reason.trim().len() >= 4, "{table}.{column} lies in clear without a reason");
    }
}

#[test]
fn no_column_is_listed_twice() {
    let mut seen = BTreeSet::new();
    let clear = CLEAR.iter().map(|(table, column, _)| (*table, *column));
    for place in clear.chain(SEALED.iter().copied()) {
        assert!(seen.insert(place), "{}.{} is listed twice", place.0, place.1);
    }
}
