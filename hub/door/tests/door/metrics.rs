//! The counters: that they count, and that nothing of a caller is in them.

use std::sync::Arc;

use sangam_door::{ConnectionLimits, Entrance, MetricsPage, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::doorstep::{Doorstep, NEWER, OLDER};

async fn page(door: &Doorstep) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/metrics", listener.local_addr().unwrap());
    let page = Arc::new(MetricsPage::new(Arc::clone(&door.registry)));
    let stop = CancellationToken::new();
    let limits = ConnectionLimits::default();
    let entrances = vec![Entrance { listener, tls: None }];
    let served = tokio::spawn(serve(entrances, page, limits, Arc::clone(&door.metrics), stop.clone()));
    let response = reqwest::get(&url).await.unwrap();
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    let text = response.text().await.unwrap();
    assert_eq!(reqwest::get(url.replace("/metrics", "/")).await.unwrap().status(), 404);
    stop.cancel();
    served.await.unwrap().unwrap();
    text
}

#[tokio::test]
async fn requests_and_refusals_are_counted_on_an_address_of_their_own() {
    let door = Doorstep::open().await;
    door.ask(OLDER, "{ __typename }").await;
    door.ask(NEWER, "LIMIT_COST").await;
    door.client.get(door.url("/somewhere")).send().await.unwrap();
    let text = page(&door).await;
    for line in [
        r#"sangam_door_requests_total{room="graphql",status="200"} 1"#,
        r#"sangam_door_requests_total{room="graphql",status="400"} 1"#,
        r#"sangam_door_requests_total{room="other",status="404"} 1"#,
        r#"sangam_door_refusals_total{code="LIMIT_COST"} 1"#,
        r#"sangam_door_request_seconds_count{room="graphql"} 2"#,
        "sangam_door_in_flight 0",
        "sangam_door_waiting 0",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert_eq!(door.client.get(door.url("/metrics")).send().await.unwrap().status(), 404, "not at the partners' door");
}

#[tokio::test]
async fn no_label_holds_anything_a_caller_sent() {
    let door = Doorstep::open().await;
    door.post().header("sangam-purpose", "Ayesha").body("Ayesha").send().await.unwrap();
    door.client.get(door.url("/Ayesha?Ayesha=Ayesha")).bearer_auth("Ayesha").send().await.unwrap();
    door.get(&[("query", "Ayesha"), ("operationName", "Ayesha")]).header("user-agent", "Ayesha").send().await.unwrap();
    let text = page(&door).await;
    assert!(!text.contains("Ayesha") && !text.contains("127.0.0.1"));
    let allowed = ["room", "status", "code", "end", "close", "outcome", "le"];
    for label in text.lines().filter_map(|line| line.split_once('{')).flat_map(|(_, rest)| rest.split(',')) {
        let name = label.split('=').next().unwrap_or_default();
        assert!(allowed.contains(&name), "label {name}");
    }
}
