//! When a session ends: by itself, and because the person may no longer do what it was for.

use std::time::Duration;

use serde_json::json;

use super::forged::Pretended;
use super::{ask, session};
use crate::socket::Socket;

/// Longer than it is remembered that a session stands.
const FORGOTTEN: Duration = Duration::from_millis(2_500);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_when_it_is_idle_and_in_any_case() {
    let office = Pretended::of().await;
    for (column, most) in [("used_at", 30), ("until_at", 12 * 60)] {
        let mut browser = office.signed_in().await;
        office.house.age_sessions(column, most - 1).await;
        tokio::time::sleep(FORGOTTEN).await;
        assert_eq!(session(&mut browser, &office.house).await.0, 200, "{column}");
        // Looking at it was a use, so the whole of its idle time begins again; the end in any case does not move.
        let aged = if column == "used_at" { most + 1 } else { 2 };
        office.house.age_sessions(column, aged).await;
        tokio::time::sleep(FORGOTTEN).await;
        assert_eq!(session(&mut browser, &office.house).await.0, 401, "{column}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_person_is_out_within_five_seconds_and_so_is_the_open_socket() {
    let office = Pretended::of().await;
    let mut browser = office.signed_in().await;
    let own = office.house.address.clone();
    let cookie = format!("sangam={}", browser.cookies(&own)["sangam"]);
    let csrf = browser.csrf(&own).await;
    for (headers, status) in [
        (vec![("cookie", cookie.as_str())], 403),
        (vec![("cookie", &cookie), ("origin", "https://evil.example")], 403),
        (vec![("cookie", &cookie), ("origin", &own), ("authorization", "Bearer x")], 400),
        (vec![("cookie", "sangam=forged"), ("origin", &own)], 401),
    ] {
        assert_eq!(Socket::upgrade(&office.house, 0, &headers).await.err(), Some(status), "{headers:?}");
    }
    let mut twice = Socket::upgrade(&office.house, 0, &[("cookie", &cookie), ("origin", &own)]).await.unwrap();
    assert_eq!(twice.introduce(json!({"authorization": "Bearer x"})).await, 4403, "one caller, not two");
    let mut socket = Socket::upgrade(&office.house, 0, &[("cookie", &cookie), ("origin", &own)]).await.unwrap();
    assert_eq!(socket.introduce(json!({})).await["type"], "connection_ack");
    socket.watch().await;
    assert!(socket.lives().await);
    assert_eq!(ask(&browser, &office.house, &[("sangam-csrf", &csrf)]).await.0, 200);
    office.house.change_person(&office.person, "state = 'SUSPENDED'").await;
    let took = socket.forbidden().await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(ask(&browser, &office.house, &[("sangam-csrf", &csrf)]).await.0, 401);
    // Back again: the old session stays void, because what the person may do has changed since.
    office.house.change_person(&office.person, "state = 'ACTIVE'").await;
    tokio::time::sleep(FORGOTTEN).await;
    assert_eq!(session(&mut browser, &office.house).await.0, 401);
    let mut browser = office.signed_in().await;
    // A role less is a new session too.
    office.house.change_person(&office.person, "roles = 0").await;
    tokio::time::sleep(FORGOTTEN).await;
    assert_eq!(session(&mut browser, &office.house).await.0, 401);
    let mut browser = office.signed_in().await;
    let (status, told) = session(&mut browser, &office.house).await;
    assert_eq!((status, &told["scopes"]), (200, &json!([])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_is_taken_out_takes_its_sessions_along() {
    let mut office = Pretended::of().await;
    let mut browser = office.signed_in().await;
    office.house.restart(0);
    assert_eq!(session(&mut browser, &office.house).await.0, 200, "a new start ends no session");
    office.house.reconfigure(0, |text| text.replace("name = \"office\"", "name = \"bureau\""));
    assert_eq!(session(&mut browser, &office.house).await.0, 401);
    office.house.reconfigure(0, |text| text.replace("name = \"bureau\"", "name = \"office\""));
    assert_eq!(
        session(&mut browser, &office.house).await.0,
        200,
        "and back with it, as long as they would have lasted"
    );
}
