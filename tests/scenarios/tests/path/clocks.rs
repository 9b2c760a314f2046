//! A clock through the binary: the hub is killed while somebody waits, the time runs out while nothing runs, and the next
//! start brings it, once.

use std::time::Duration;

use sangam_kit::database::Database;
use sangam_kit::demo::Demo;
use sangam_kit::folder::Folder;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};

use crate::empty;
use crate::people::{Hub, outside};
use crate::words::{ONE, SEND, SUBJECTS};

/// How long a started hub may take to bring what ran out, on a busy machine.
const BROUGHT_WITHIN: Duration = Duration::from_secs(60);

/// The database of a hub that does not run.
async fn database_of(folder: &Folder, store: Option<&str>) -> DatabaseConnection {
    let file = format!("sqlite://{}", folder.join("data").join("sangam.sqlite").display());
    Box::pin(sea_orm::Database::connect(store.unwrap_or(&file))).await.expect("the hub's database")
}

async fn expired(database: &DatabaseConnection) -> i64 {
    let sql = "SELECT count(*) FROM event WHERE kind = 'EXPIRED'";
    let row = database.query_one_raw(Statement::from_string(database.get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

async fn state(hub: &Hub, id: &Value) -> String {
    let shelter = hub.sign_in("Asha Nivas").await;
    let seen = shelter.ask(ONE, json!({ "id": id })).await.complete();
    seen.at("/referral/state").as_str().unwrap().to_owned()
}

sangam_kit::both_databases! {
    template = empty;

    async fn what_ran_out_while_no_hub_ran_is_brought_once_by_the_next(database: Database) {
        let folder = Folder::new("ran-out");
        let store = outside(&database);
        let hub = Hub::start(&folder, &database).await;
        let shelter = hub.sign_in("Asha Nivas").await;
        let alor = hub.organization("Alor Pothe").await;
        let subjects = shelter.ask(SUBJECTS, json!({})).await.complete();
        let subject = subjects.at("/subjects/nodes/0/id").clone();
        let input = json!({"input": {"idempotencyKey": "k-1", "subject": subject, "recipient": alor, "services": ["HEALTH"], "urgency": "ROUTINE"}});
        let sent = shelter.ask(SEND, input).await.complete();
        let id = sent.at("/sendReferral/referral/id").clone();
        assert_eq!(state(&hub, &id).await, "SENT");
        hub.kill();
        let raw = database_of(&folder, store).await;
        assert_eq!(expired(&raw).await, 0);
        // A week goes by: as long as a routine referral waits.
        let last = "SELECT c.record FROM clock c WHERE c.kind = 'ANSWER_BY' ORDER BY c.started_at DESC LIMIT 1";
        let answered_by = format!("UPDATE referral SET answer_by = sent_at + 1 WHERE id = ({last})");
        let moved = raw.execute_raw(Statement::from_string(raw.get_database_backend(), answered_by)).await.unwrap();
        assert_eq!(moved.rows_affected(), 1);
        let runs_out = "UPDATE clock SET due_at = started_at + 1 WHERE kind = 'ANSWER_BY' AND started_at = (SELECT max(c.started_at) FROM clock c WHERE c.kind = 'ANSWER_BY')";
        let moved = raw.execute_raw(Statement::from_string(raw.get_database_backend(), runs_out)).await.unwrap();
        assert_eq!(moved.rows_affected(), 1);
        raw.close().await.unwrap();

        let hub = Hub::of(Demo::start_with(&folder, store, 6));
        let began = tokio::time::Instant::now();
        while state(&hub, &id).await != "EXPIRED" {
            assert!(began.elapsed() < BROUGHT_WITHIN, "nobody brought the clock");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        hub.kill();
        // And once for good: another start finds nothing more to bring.
        let hub = Hub::of(Demo::start_with(&folder, store, 6));
        assert_eq!(state(&hub, &id).await, "EXPIRED");
        tokio::time::sleep(Duration::from_secs(2)).await;
        hub.stop_and_verify(store).await;
        assert_eq!(expired(&database_of(&folder, store).await).await, 1);
    }
}
