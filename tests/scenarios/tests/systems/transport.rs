//! The listeners of a deployment, and what becomes of connections when its files change under them.

use std::time::Duration;

use serde_json::json;

use crate::certificate::{NAME, elsewhere};
use crate::house::{APART, House};

const GRANT: &str = "grant_type=client_credentials&client_id=";

/// What an origin's endpoint of tokens says to this client: a status, or nothing where there is no connection.
async fn asked(http: &reqwest::Client, origin: &str, id: &str) -> Option<u16> {
    loop {
        let form = http.post(format!("{origin}/oauth/token")).body(format!("{GRANT}{id}"));
        let response = form.header("content-type", "application/x-www-form-urlencoded").send().await.ok()?;
        match response.status().as_u16() {
            429 => tokio::time::sleep(Duration::from_secs(1)).await,
            status => return Some(status),
        }
    }
}

fn registered(house: &House) -> String {
    house.add("asha-nivas", &["--certificate-name", NAME])["client_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_listener_asks_for_certificates_by_its_own_rule() {
    let house = House::of(APART);
    let id = registered(&house);
    let (system, nobody) = (house.http(Some(&house.papers.numbered(7))), house.http(None));
    assert_eq!(asked(&system, house.origin(0), &id).await, Some(200));
    assert_eq!(asked(&nobody, house.origin(0), &id).await, None);
    for http in [&system, &nobody] {
        // There, a certificate is not even looked at.
        assert_eq!(asked(http, house.second(), &id).await, Some(401));
        let live = http.get(format!("{}/health/live", house.second())).send().await.unwrap();
        assert_eq!(
            (live.status(), live.headers()["strict-transport-security"].to_str().unwrap()),
            (reqwest::StatusCode::OK, "max-age=31536000")
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_files_hold_for_new_connections_and_faulty_ones_for_none() {
    let mut house = House::of(APART);
    let id = registered(&house);
    let own = house.papers.numbered(7);
    let system = house.http(Some(&own));
    assert_eq!(asked(&system, house.origin(0), &id).await, Some(200));
    let stale = |listeners: usize| format!("sangam_door_tls_stale {listeners}");

    // A new certificate whose key does not fit: the hub goes on, and says that its files are not what it uses.
    let (chain, key, authority) = elsewhere();
    house.write("server.pem", &chain);
    house.hang_up("TLS_UNUSABLE", 2);
    assert_eq!(asked(&house.http(Some(&own)), house.origin(0), &id).await, Some(200));
    let ready = house.http(None).get(format!("{}/health/ready", house.second())).send().await.unwrap();
    assert_eq!(ready.status(), 200);
    assert!(house.counts(&stale(2)).await);

    // With its key: new connections see it, and the one that was open goes on.
    house.write("server.key", &key);
    house.hang_up("were renewed", 2);
    assert!(house.counts(&stale(0)).await);
    assert_eq!(asked(&system, house.origin(0), &id).await, Some(200));
    assert_eq!(asked(&house.http(Some(&own)), house.origin(0), &id).await, None);
    let trusting = reqwest::Certificate::from_pem(authority.as_bytes()).unwrap();
    let builder = || reqwest::Client::builder().no_proxy().tls_certs_only([trusting.clone()]);
    let shows = |pem: &str| builder().identity(reqwest::Identity::from_pem(pem.as_bytes()).unwrap()).build().unwrap();
    assert_eq!(asked(&shows(&own), house.origin(0), &id).await, Some(200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_system_is_out_without_a_signal() {
    let house = House::of(APART);
    let id = registered(&house);
    let (own, other) = (house.papers.numbered(7), house.papers.numbered(8));
    let (revoked, stays) = (house.http(Some(&own)), house.http(Some(&other)));
    let url = format!("{}/graphql", house.origin(0));
    let mut tokens = Vec::new();
    for (http, id) in [(&revoked, &id), (&stays, &id)] {
        let form = [("grant_type", "client_credentials"), ("client_id", id.as_str())];
        tokens.push(house.post(0, http, "/oauth/token", &form, None).await.token().to_owned());
    }
    let ask = |http: &reqwest::Client, token: &str| {
        let body = json!({"query": "{ organizations(first: 1) { nodes { id } } }"});
        http.post(&url).bearer_auth(token).json(&body).send()
    };
    for (http, token) in [(&revoked, &tokens[0]), (&stays, &tokens[1])] {
        assert_eq!(ask(http, token).await.unwrap().status(), 200);
    }
    house.write("revoked.pem", house.papers.revoked(&[7]));
    // The files are looked at every ten seconds.
    let out = tokio::time::timeout(Duration::from_secs(20), async {
        while ask(&revoked, &tokens[0]).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    assert!(out.await.is_ok(), "the revoked system is still served");
    assert!(ask(&house.http(Some(&own)), &tokens[0]).await.is_err(), "and its token is of no use to it");
    assert_eq!(ask(&stays, &tokens[1]).await.unwrap().status(), 200);
}
