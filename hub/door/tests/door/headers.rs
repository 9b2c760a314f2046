//! What every answer carries, whatever it answers: all routes, methods and kinds of refusal, over TLS and without.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use reqwest::{Method, Response};
use sangam_door::{ConnectionLimits, Entrance, Limits, MetricsPage, RequestLimits, Tls, TlsTerms, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::doorstep::{Doorstep, ORIGIN};
use crate::papers::{client, clock, papers};

const PATHS: [&str; 17] = [
    "/graphql",
    "/graphql?query=%7B__typename%7D",
    "/graphql?query=%7B%20panic%20%7D",
    "/graphql/ws",
    "/graphql/stream",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/jwks",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource",
    "/hsds",
    "/hsds/services?page=0",
    "/hsds/taxonomies",
    "/health/live",
    "/health/ready",
    "/graphiql/start.js",
    "/somewhere/else",
];
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"];
const FORM: &str = "application/x-www-form-urlencoded";
/// Nothing in them depends on who reads, and the keys of a hub are meant to be kept for a while.
const PUBLISHED: [&str; 3] =
    ["/oauth/jwks", "/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource"];

/// Looks at what an answer carries.
fn sealed(response: &Response, secure: bool) {
    let (url, status) = (response.url().clone(), response.status());
    let headers = response.headers();
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let is = |name: &str, wanted: Option<&str>| assert_eq!(said(name).as_deref(), wanted, "{name} of {status} {url}");
    let published = status == 200 && PUBLISHED.contains(&url.path());
    let directory = status == 200 && url.path().starts_with("/hsds");
    is(
        "cache-control",
        Some(match (published, directory) {
            (true, _) => "public, max-age=300",
            (_, true) => "public, no-cache",
            _ => "no-store",
        }),
    );
    is("x-content-type-options", Some("nosniff"));
    is("referrer-policy", Some("no-referrer"));
    is("x-frame-options", Some("DENY"));
    is("strict-transport-security", secure.then_some("max-age=31536000"));
    is("server", None);
    is("x-powered-by", None);
    assert!(headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{status} {url}");
    let policy = said("content-security-policy").unwrap();
    let page = said("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{url}: {policy}");
    assert_eq!(policy == "default-src 'none'; frame-ancestors 'none'", !page, "{url}: {policy}");
}

/// Asks everything of a door, as a known caller, as a stranger, and as a browser on behalf of a page.
async fn walk(door: &Doorstep, client: &reqwest::Client, scheme: &str) -> BTreeSet<u16> {
    let secure = scheme == "https";
    let mut seen = BTreeSet::new();
    for path in PATHS {
        for method in METHODS {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let ask = || client.request(method.clone(), format!("{scheme}://{}{path}", door.address));
            let json = "application/json";
            let good = r#"{"query":"{ __typename }"}"#;
            for request in [
                ask(),
                ask().header("origin", ORIGIN).header("access-control-request-method", "POST"),
                ask().header("origin", "https://elsewhere.example").bearer_auth("good"),
                ask().bearer_auth("good").header("content-type", json).body(good),
                ask().bearer_auth("forged").header("content-type", json).body(good),
                ask().bearer_auth("down").header("content-type", json).body(good),
                ask().bearer_auth("good").header("content-type", json).body("x".repeat(300 * 1024)),
                ask().bearer_auth("good").header("content-type", "text/plain").body(good),
                ask().bearer_auth("good").header("accept", "text/html").body(good),
                ask().header("content-type", FORM).body("grant_type=client_credentials&client_id=a&client_secret=b"),
                ask().header("content-type", FORM).body("grant_type=other"),
                ask().bearer_auth("good").header("sangam-purpose", "CURIOSITY"),
            ] {
                // A body that is refused unread may end the line before the answer is read.
                let Ok(response) = request.send().await else { continue };
                let status = response.status().as_u16();
                assert!(method != Method::OPTIONS || !(200..300).contains(&status), "a preflight is refused: {path}");
                sealed(&response, secure);
                seen.insert(status);
            }
        }
    }
    seen
}

#[tokio::test]
async fn every_answer_is_kept_by_nobody_and_open_to_no_other_page() {
    let papers = papers();
    let tls = Tls::open(TlsTerms::default(), clock(), papers.papers()).unwrap();
    let secure = Doorstep::over(Limits::default(), Some(tls)).await;
    let plain = Doorstep::open().await;
    let own = client(&papers, None).build().unwrap();
    for (door, client, scheme) in [(&secure, &own, "https"), (&plain, &plain.client, "http")] {
        let mut seen = walk(door, client, scheme).await;
        door.hub.ready.store(false, Ordering::SeqCst);
        let ready = client.get(format!("{scheme}://{}/health/ready", door.address)).send().await.unwrap();
        sealed(&ready, scheme == "https");
        seen.insert(ready.status().as_u16());
        for status in [200, 400, 401, 403, 404, 405, 406, 413, 415, 500, 503] {
            assert!(seen.contains(&status), "no {status} was met: {seen:?}");
        }
    }
    let request = RequestLimits { stranger_rate: 1, stranger_burst: 1, ..RequestLimits::default() };
    let paced = Doorstep::with(Limits { request, ..Limits::default() }).await;
    let form = || paced.client.post(paced.url("/oauth/token")).header("content-type", FORM).body("grant_type=other");
    form().send().await.unwrap();
    let slowed = form().send().await.unwrap();
    assert_eq!(slowed.status(), 429);
    sealed(&slowed, false);
    // A page of the demo has a policy of its own.
    sealed(&plain.client.get(plain.url("/graphiql")).header("host", "localhost").send().await.unwrap(), false);
}

#[tokio::test]
async fn the_counters_and_an_upgrade_carry_it_too() {
    let door = Doorstep::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let page = Arc::new(MetricsPage::new(Arc::clone(&door.registry)));
    let stop = CancellationToken::new();
    let (limits, metrics) = (ConnectionLimits::default(), Arc::clone(&door.metrics));
    let served = tokio::spawn(serve(vec![Entrance { listener, tls: None }], page, limits, metrics, stop.clone()));
    for path in ["/metrics", "/"] {
        sealed(&reqwest::get(format!("{origin}{path}")).await.unwrap(), false);
    }
    stop.cancel();
    served.await.unwrap().unwrap();
    let upgrade = door
        .client
        .get(door.url("/graphql/ws"))
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("sec-websocket-protocol", "graphql-transport-ws");
    let response = upgrade.send().await.unwrap();
    assert_eq!(response.status(), 101);
    sealed(&response, false);
}
