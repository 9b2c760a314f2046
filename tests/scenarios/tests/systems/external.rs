//! Systems with tokens of an issuer that is not the hub: what is good, each thing that is not, and what becomes of
//! them while the issuer is down, rotates its keys, or the client is suspended here.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::certificate::Papers;
use crate::house::{House, SANDBOX, STRICT};
use crate::issuer::{Issuer, Manner, header};
use crate::keys::{Pair, b64, edited, fresh, now, sha256, unsigned, with_rsa, with_secret};
use crate::proof::Holder;

const SUBJECT: &str = "case-system-7";
/// The least time between two attempts to fetch an issuer's keys, as the hub has it, and some more.
const AGAIN: Duration = Duration::from_secs(11);

async fn ask(house: &House, token: &str) -> u16 {
    house.ask(0, &house.http(None), &format!("Bearer {token}"), None).await
}

fn register(house: &House, name: &str, subject: &str) -> String {
    house.add("asha-nivas", &["--issuer", name, "--subject", subject])["client_id"].as_str().unwrap().to_owned()
}

/// A sandbox that trusts one issuer with one Ed25519 key named `one`, and its registered system.
async fn trusting() -> (House, Issuer, Pair, String) {
    let pair = Pair::ed();
    let issuer = Issuer::start(vec![pair.named("one")]).await;
    let house = House::with(SANDBOX, &issuer.entry("ministry", ""));
    let client = register(&house, "ministry", SUBJECT);
    (house, issuer, pair, client)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_a_configured_issuer_is_a_caller_whatever_it_signs_with() {
    let pairs = [("ed", Pair::ed()), ("ec", Pair::p256()), ("rs", Pair::rsa(false)), ("ps", Pair::rsa(true))];
    let issuer = Issuer::start(pairs.iter().map(|(kid, pair)| pair.named(kid)).collect()).await;
    // A second one that knows no better type, and says itself where its keys are.
    let other = Issuer::start(vec![pairs[0].1.named("ed")]).await;
    let at = format!("type = \"JWT\"\njwks_uri = \"{}/jwks\"\n", other.address);
    let house = House::with(SANDBOX, &format!("{}{}", issuer.entry("ministry", ""), other.entry("agency", &at)));
    register(&house, "ministry", SUBJECT);
    for (kid, pair) in &pairs {
        assert_eq!(ask(&house, &issuer.token(pair, kid, SUBJECT)).await, 200, "{kid}");
    }
    let pair = &pairs[0].1;
    let plain = |kid: &str| json!({"typ": "JWT", "alg": "EdDSA", "kid": kid});
    assert_eq!(ask(&house, &pair.token(&plain("ed"), &other.claims(SUBJECT))).await, 401, "nobody of that issuer");
    register(&house, "agency", SUBJECT);
    assert_eq!(ask(&house, &pair.token(&plain("ed"), &other.claims(SUBJECT))).await, 200);
    assert_eq!(ask(&house, &pair.token(&plain("ed"), &issuer.claims(SUBJECT))).await, 401, "the first says `at+jwt`");
    // Several audiences and no id or scope are all right.
    let mut claims = issuer.claims(SUBJECT);
    claims["aud"] = json!(["another", "the-hub"]);
    claims.as_object_mut().unwrap().retain(|name, _| name != "jti" && name != "scope");
    assert_eq!(ask(&house, &pair.token(&header(pair, "ed"), &claims)).await, 200);
    // What the issuer gives is cut to what is registered, and what is registered to what the issuer gives.
    claims["scope"] = json!("partners oversight");
    let body = json!({"query": "{ organizations(first: 1) { nodes { id } } }"});
    let token = pair.token(&header(pair, "ed"), &claims);
    let request = house.http(None).post(format!("{}/graphql", house.origin(0))).json(&body);
    let text = request.header("authorization", format!("Bearer {token}")).send().await.unwrap().text().await.unwrap();
    assert!(text.contains("SCOPE_MISSING"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_forgery_of_an_issuers_token_is_refused_beside_its_control() {
    let (house, issuer, pair, _) = trusting().await;
    let stranger = Pair::ed();
    let (good, now) = (issuer.token(&pair, "one", SUBJECT), now());
    let other = Issuer::start(vec![stranger.named("one"), stranger.named("two")]).await;
    let claims = |change: &dyn Fn(&mut Value)| {
        let mut claims = issuer.claims(SUBJECT);
        change(&mut claims);
        claims
    };
    let signed = |change: &dyn Fn(&mut Value)| pair.token(&header(&pair, "one"), &claims(change));
    let typed = |typ: Value| {
        let mut header = header(&pair, "one");
        header["typ"] = typ;
        pair.token(&header, &issuer.claims(SUBJECT))
    };
    let plain = issuer.claims(SUBJECT);
    let named = |alg: &str| json!({"typ": "at+jwt", "alg": alg, "kid": "one"});
    let forgeries = [
        ("no signature", unsigned(&named("none"), &plain)),
        ("no signature under the right name", unsigned(&named("EdDSA"), &plain)),
        ("the public key as a secret", with_secret(&named("HS256"), &plain, &pair.public())),
        ("an RSA key of the forger's", with_rsa(&named("RS256"), &plain)),
        ("another key under that name", stranger.token(&named("EdDSA"), &plain)),
        ("edited", edited(&good, |claims| claims["sub"] = json!("another"))),
        ("a key id that is not there", pair.token(&header(&pair, "two"), &plain)),
        ("no key id", pair.token(&json!({"typ": "at+jwt", "alg": "EdDSA"}), &plain)),
        (
            "its own key in the header",
            stranger.token(&json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "one", "jwk": stranger.jwk()}), &plain),
        ),
        (
            "an address of keys in the header",
            stranger.token(
                &json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "two", "jku": format!("{}/jwks", other.address)}),
                &plain,
            ),
        ),
        (
            "something critical",
            pair.token(&json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "one", "crit": ["b64"]}), &plain),
        ),
        ("an issuer that is not configured", stranger.token(&header(&stranger, "one"), &other.claims(SUBJECT))),
        ("that issuer's name under the configured key", pair.token(&header(&pair, "one"), &other.claims(SUBJECT))),
        ("the hub's own name", signed(&|claims| claims["iss"] = json!(house.address))),
        ("another audience", signed(&|claims| claims["aud"] = json!("another"))),
        ("a longer audience", signed(&|claims| claims["aud"] = json!("the-hub.example"))),
        ("no audience", signed(&|claims| drop(claims.as_object_mut().unwrap().remove("aud")))),
        ("another subject", signed(&|claims| claims["sub"] = json!("another"))),
        ("an empty subject", signed(&|claims| claims["sub"] = json!(""))),
        ("ended", signed(&|claims| (claims["iat"], claims["exp"]) = (json!(now - 120), json!(now - 1)))),
        ("of the future", signed(&|claims| (claims["iat"], claims["exp"]) = (json!(now + 120), json!(now + 600)))),
        ("not yet", signed(&|claims| claims["nbf"] = json!(now + 120))),
        ("longer than an hour", signed(&|claims| claims["exp"] = json!(now + 3_700))),
        ("for ever", signed(&|claims| claims["exp"] = json!(i64::MAX))),
        ("no beginning", signed(&|claims| drop(claims.as_object_mut().unwrap().remove("iat")))),
        ("no end", signed(&|claims| drop(claims.as_object_mut().unwrap().remove("exp")))),
        ("an identity token's type", typed(json!("JWT"))),
        ("an assertion's type", typed(json!("client-authentication+jwt"))),
        ("no type", pair.token(&json!({"alg": "EdDSA", "kid": "one"}), &plain)),
        ("a binding nobody knows", signed(&|claims| claims["cnf"] = json!({"osc": "1"}))),
        ("a binding to a certificate that is not there", signed(&|claims| claims["cnf"] = json!({"x5t#S256": "AA"}))),
        ("a binding to a key that is not proven", signed(&|claims| claims["cnf"] = json!({"jkt": "AA"}))),
    ];
    assert_eq!(ask(&house, &good).await, 200);
    for (name, forgery) in forgeries {
        assert_eq!(ask(&house, &forgery).await, 401, "{name}");
        // The same, well made, is taken.
        assert_eq!(ask(&house, &issuer.token(&pair, "one", SUBJECT)).await, 200, "the control of: {name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_issuer_that_is_down_ends_nobodys_work_and_a_rotation_is_picked_up() {
    let (house, issuer, pair, _) = trusting().await;
    assert_eq!(ask(&house, &issuer.token(&pair, "one", SUBJECT)).await, 200);
    issuer.be(Manner::Down);
    let next = Pair::p256();
    let (old, new) = (issuer.token(&pair, "one", SUBJECT), issuer.token(&next, "two", SUBJECT));
    tokio::time::sleep(AGAIN).await;
    assert_eq!(ask(&house, &new).await, 401, "nobody vouches for that key");
    for _ in 0..5 {
        assert_eq!(ask(&house, &issuer.token(&pair, "one", SUBJECT)).await, 200, "a known key goes on");
    }
    // It comes back with other keys. Whoever comes with the new one is let in, and the old one is void.
    issuer.be(Manner::Answers);
    issuer.rotate(vec![next.named("two")]);
    let before = issuer.calls();
    let since = Instant::now();
    while ask(&house, &new).await != 200 {
        assert!(since.elapsed() < AGAIN + Duration::from_secs(5), "the rotation was not seen");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(issuer.calls(), before + 1);
    assert_eq!(ask(&house, &old).await, 401);
    // Tokens with keys that nobody knows, as many as may come: the issuer hears of it once in ten seconds at most.
    let (before, since) = (issuer.calls(), Instant::now());
    for _ in 0..40 {
        assert_eq!(ask(&house, &pair.token(&header(&pair, &fresh()), &issuer.claims(SUBJECT))).await, 401);
    }
    let most = 1 + u32::try_from(since.elapsed().as_secs() / 10).unwrap();
    assert!(issuer.calls() - before <= most, "{} calls in {:?}", issuer.calls() - before, since.elapsed());
    assert_eq!(ask(&house, &new).await, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_taken_from_no_redirect_and_from_no_endless_answer() {
    for manner in [Manner::SendsOn, Manner::Long] {
        let pair = Pair::ed();
        let issuer = Issuer::start(vec![pair.named("one")]).await;
        issuer.be(manner);
        let house = House::with(SANDBOX, &issuer.entry("ministry", ""));
        register(&house, "ministry", SUBJECT);
        assert_eq!(ask(&house, &issuer.token(&pair, "one", SUBJECT)).await, 503, "nothing is known of the issuer");
        assert!(issuer.calls() > 0);
        issuer.be(Manner::Answers);
        tokio::time::sleep(AGAIN).await;
        assert_eq!(ask(&house, &issuer.token(&pair, "one", SUBJECT)).await, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suspending_a_client_ends_its_issuers_tokens_here() {
    let (house, issuer, pair, client) = trusting().await;
    let token = issuer.token(&pair, "one", SUBJECT);
    assert_eq!(ask(&house, &token).await, 200);
    let mut socket = crate::socket::Socket::watching(&house, 0, &token).await;
    assert!(socket.lives().await);
    let since = Instant::now();
    house.client(&["suspend", &client, "--json"]).json();
    let took = socket.forbidden().await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    while ask(&house, &issuer.token(&pair, "one", SUBJECT)).await != 401 {
        assert!(since.elapsed() < Duration::from_secs(10));
    }
    house.client(&["resume", &client, "--json"]).json();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(ask(&house, &issuer.token(&pair, "one", SUBJECT)).await, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outside_a_sandbox_an_issuers_token_is_bound_too() {
    let pair = Pair::ed();
    let issuer = Issuer::start(vec![pair.named("one")]).await;
    let house = House::with(STRICT, &issuer.entry("ministry", ""));
    register(&house, "ministry", SUBJECT);
    let http = house.http(None);
    let unbound = issuer.token(&pair, "one", SUBJECT);
    assert_eq!(house.ask(0, &http, &format!("Bearer {unbound}"), None).await, 401);
    let holder = Holder::new(&house);
    let bound = |cnf: Value| {
        let mut claims = issuer.claims(SUBJECT);
        claims["cnf"] = cnf;
        pair.token(&header(&pair, "one"), &claims)
    };
    let token = bound(json!({"jkt": holder.pair.thumbprint()}));
    let proof = || holder.proof("POST", "/graphql", Some(&token));
    assert_eq!(house.ask(0, &http, &format!("DPoP {token}"), Some(&proof())).await, 200);
    assert_eq!(house.ask(0, &http, &format!("DPoP {token}"), None).await, 401);
    assert_eq!(house.ask(0, &http, &format!("Bearer {token}"), Some(&proof())).await, 401);
    let other = Holder::new(&house).proof("POST", "/graphql", Some(&token));
    assert_eq!(house.ask(0, &http, &format!("DPoP {token}"), Some(&other)).await, 401);
    assert_eq!(house.ask(0, &http, &format!("Bearer {}", bound(json!({}))), None).await, 401, "bound to nothing");
    let (whole, der) = Papers::stranger();
    let by = house.http(Some(&whole));
    let token = format!("Bearer {}", bound(json!({"x5t#S256": b64(sha256(&der))})));
    assert_eq!(house.ask(0, &by, &token, None).await, 200);
    assert_eq!(house.ask(0, &http, &token, None).await, 401, "without the certificate");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_of_an_issuer_is_registered_once_and_asks_for_no_token_here() {
    let (house, _issuer, _pair, client) = trusting().await;
    let organization = house.organization("asha-nivas");
    let add = |issuer: &str, subject: &str| {
        let base = ["add", "--organization", organization, "--name", "another", "--scope", "directory"];
        house.client(&[&base[..], &["--issuer", issuer, "--subject", subject]].concat())
    };
    let again = add("ministry", SUBJECT);
    assert!(again.code == 1 && again.output.contains("another client is registered"), "{again:?}");
    let unknown = add("nobody", "any");
    assert!(unknown.code == 1 && unknown.output.contains("[[issuers]]"), "{unknown:?}");
    assert_eq!(add("ministry", "two words").code, 1);
    assert_eq!(add("ministry", "another").code, 0);
    let half = house.client(&[
        "add",
        "--organization",
        organization,
        "--name",
        "n",
        "--scope",
        "directory",
        "--issuer",
        "ministry",
    ]);
    assert_eq!(half.code, 2, "{half:?}");
    let listed = house.client(&["list", "--json"]).json();
    let row = listed.as_array().unwrap().iter().find(|row| row["client_id"] == json!(client)).unwrap();
    assert_eq!(row["method"], "external_issuer");
    let form = [("grant_type", "client_credentials"), ("client_id", client.as_str())];
    let answer = house.post(0, &house.http(None), "/oauth/token", &form, None).await;
    assert_eq!((answer.status, answer.error()), (401, "invalid_client"));
}

/// An issuer may count its tokens' ids for each client anew: two subjects' tokens of one id are two tokens.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_its_own_subjects_whatever_id_it_shares() {
    let (house, issuer, pair, _) = trusting().await;
    let of = |subject: &str, id: &str| {
        let mut claims = issuer.claims(subject);
        claims["jti"] = json!(id);
        pair.token(&header(&pair, "one"), &claims)
    };
    assert_eq!(ask(&house, &of(SUBJECT, "1")).await, 200);
    assert_eq!(ask(&house, &of("nobody-here", "1")).await, 401, "remembered for another");
    assert_eq!(ask(&house, &of("nobody-here", "2")).await, 401);
    assert_eq!(ask(&house, &of(SUBJECT, "2")).await, 200, "and nobody is shut out by a stranger's");
}
