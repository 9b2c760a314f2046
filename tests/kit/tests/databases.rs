//! The kit's databases: two test cases of one body, clones that do not see each other, one template for all,
//! a server that survives a crash.
#![cfg(test)]

use std::sync::atomic::{AtomicU32, Ordering};

use sangam_kit::database::{Database, Kind, Template};
use sangam_kit::postgres::{Durability, PrivateServer, Server};

fn bare() -> Template {
    Template::empty()
}

sangam_kit::both_databases! {
    template = bare;

    async fn has_an_address_of_its_kind(database: Database) {
        let scheme = match database.kind() {
            Kind::Sqlite => "sqlite://",
            Kind::Postgres => "postgres://",
        };
        assert!(database.url().starts_with(scheme), "{}", database.url());
    }
}

#[tokio::test]
async fn a_template_is_migrated_once_and_each_clone_is_apart() {
    static MIGRATED: AtomicU32 = AtomicU32::new(0);
    let server = Server::shared(Durability::Fast).await;
    // The process id: another run of this test must not find this one's template.
    let template = Template::new(format!("once {}", std::process::id()), |url: String| async move {
        MIGRATED.fetch_add(1, Ordering::Relaxed);
        let made = std::process::Command::new("psql")
            .args(["-X", "-q", &url, "-c", "CREATE TABLE paper (id int)"])
            .status()
            .expect("psql runs");
        if made.success() { Ok(()) } else { Err("the table was not made") }
    });
    let one = server.fresh_database(&template).await;
    let other = server.fresh_database(&template).await;
    assert_eq!(MIGRATED.load(Ordering::Relaxed), 1);
    assert_eq!(one.sql("INSERT INTO paper VALUES (7) RETURNING id"), "7");
    assert_eq!(other.sql("SELECT count(*) FROM paper"), "0");
}

#[tokio::test]
async fn a_template_that_fails_is_not_kept() {
    let server = Server::shared(Durability::Fast).await;
    let key = format!("fails {}", std::process::id());
    let failing = Template::new(key.clone(), |_url| async { Err::<(), _>("the disk is full") });
    let asked = server.clone();
    let failed = tokio::spawn(async move { asked.fresh_database(&failing).await.name().to_owned() }).await;
    assert!(failed.is_err(), "a failed migration must fail the test that needs it");
    let mended = Template::new(key, |_url| async { Ok::<(), String>(()) });
    assert_eq!(server.fresh_database(&mended).await.sql("SELECT 1"), "1");
}

#[tokio::test]
async fn a_dropped_database_is_gone() {
    let server = Server::shared(Durability::Fast).await;
    let name = server.fresh_database(&bare()).await.name().to_owned();
    let other = server.fresh_database(&bare()).await;
    assert_eq!(other.sql(&format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'")), "0");
}

#[tokio::test]
async fn a_durable_server_keeps_a_commit_over_a_crash() {
    let private = PrivateServer::start(Durability::Durable).await;
    let database = private.server().fresh_database(&bare()).await;
    let _made = database.sql("CREATE TABLE paper AS SELECT 7 AS id");
    private.crash();
    private.start_again();
    assert_eq!(database.sql("SELECT id FROM paper"), "7");
}
