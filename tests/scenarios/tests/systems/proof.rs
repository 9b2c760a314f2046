//! DPoP: a token is bound to a key, and whoever uses it proves at each request to hold that key.

use serde_json::{Value, json};

use crate::house::{Answer, House, JWT_BEARER, SANDBOX, System};
use crate::keys::{Pair, b64, edited, fresh, now, read, sha256, unsigned, with_secret};

/// Whoever holds the key of a proof.
pub(crate) struct Holder {
    pub(crate) pair: Pair,
    address: String,
}

impl Holder {
    pub(crate) fn new(house: &House) -> Self {
        Self::with(house, Pair::p256())
    }

    fn with(house: &House, pair: Pair) -> Self {
        Self { pair, address: house.address.clone() }
    }

    fn header(&self) -> Value {
        json!({"typ": "dpop+jwt", "alg": self.pair.algorithm(), "jwk": self.pair.jwk()})
    }

    fn claims(&self, method: &str, path: &str, token: Option<&str>) -> Value {
        let mut claims = json!({"jti": fresh(), "htm": method, "htu": format!("{}{path}", self.address), "iat": now()});
        if let Some(token) = token {
            claims["ath"] = json!(b64(sha256(token.as_bytes())));
        }
        claims
    }

    /// A proof that is good once.
    pub(crate) fn proof(&self, method: &str, path: &str, token: Option<&str>) -> String {
        self.pair.token(&self.header(), &self.claims(method, path, token))
    }

    /// Asks a process for a token bound to the key.
    pub(crate) async fn token(&self, house: &House, number: usize, system: &System) -> Answer {
        asked(house, number, system, &self.proof("POST", "/oauth/token", None)).await
    }
}

async fn asked(house: &House, number: usize, system: &System, proof: &str) -> Answer {
    let assertion = system.assertion();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion.as_str()),
    ];
    house.post(number, &house.http(None), "/oauth/token", &form, Some(proof)).await
}

type Forge = Box<dyn Fn(&Holder, Value, Value) -> String>;

fn forgery(name: &'static str, make: impl Fn(&Holder, Value, Value) -> String + 'static) -> (&'static str, Forge) {
    (name, Box::new(make))
}

fn claimed(name: &'static str, claim: &'static str, value: Value) -> (&'static str, Forge) {
    forgery(name, move |holder, header, mut claims| {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(claim);
        } else {
            claims[claim] = value.clone();
        }
        holder.pair.token(&header, &claims)
    })
}

fn headed(name: &'static str, change: impl Fn(&mut Value) + 'static) -> (&'static str, Forge) {
    forgery(name, move |holder, mut header, claims| {
        change(&mut header);
        holder.pair.token(&header, &claims)
    })
}

/// What is wrong wherever a proof is looked at.
fn forgeries(house: &House) -> Vec<(&'static str, Forge)> {
    let address = house.address.clone();
    vec![
        forgery("no signature", |_, mut header, claims| {
            header["alg"] = json!("none");
            unsigned(&header, &claims)
        }),
        forgery("the public key as a secret", |holder, mut header, claims| {
            header["alg"] = json!("HS256");
            with_secret(&header, &claims, &holder.pair.public())
        }),
        forgery("an edited payload", |holder, header, claims| {
            edited(&holder.pair.token(&header, &claims), |claims| claims["jti"] = json!(fresh()))
        }),
        forgery("another key's signature", |_, header, claims| Pair::p256().token(&header, &claims)),
        headed("an assertion's type", |header| header["typ"] = json!("JWT")),
        headed("no type", |header| drop(header.as_object_mut().unwrap().remove("typ"))),
        headed("no key", |header| drop(header.as_object_mut().unwrap().remove("jwk"))),
        headed("a private key", |header| header["jwk"]["d"] = json!("AAAA")),
        headed("an extension that must be understood", |header| header["crit"] = json!(["b64"])),
        claimed("another method", "htm", json!("GET")),
        claimed("a method in the wrong case", "htm", json!("post")),
        claimed("no method", "htm", Value::Null),
        claimed("another address", "htu", json!("https://elsewhere.example/graphql")),
        claimed("another path", "htu", json!(format!("{address}/health/live"))),
        claimed("no address", "htu", Value::Null),
        claimed("the past", "iat", json!(now() - 3_600)),
        claimed("the future", "iat", json!(now() + 3_600)),
        claimed("no instant", "iat", Value::Null),
        claimed("no id", "jti", Value::Null),
        claimed("an empty id", "jti", json!("")),
        claimed("a long id", "jti", json!("j".repeat(129))),
        forgery("no token at all", |_, _, _| "proof".to_owned()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_proof_opens_nothing_and_the_same_well_made_does() {
    let house = House::of(SANDBOX);
    let http = house.http(None);
    let system = house.system("asha-nivas", Pair::ed());
    for pair in [Pair::p256(), Pair::ed()] {
        let holder = Holder::with(&house, pair);
        let granted = holder.token(&house, 0, &system).await;
        assert_eq!((granted.status, &granted.body["token_type"]), (200, &json!("DPoP")), "{granted:?}");
        let token = granted.token();
        let value = format!("DPoP {token}");
        let other = Holder::new(&house).token(&house, 0, &system).await;
        let mut all = forgeries(&house);
        all.push(claimed("no token's digest", "ath", Value::Null));
        all.push(claimed("another token's digest", "ath", json!(b64(sha256(other.token().as_bytes())))));
        for (what, forge) in all {
            let (header, claims) = (holder.header(), holder.claims("POST", "/graphql", Some(token)));
            let forged = forge(&holder, header.clone(), claims.clone());
            assert_eq!(house.ask(0, &http, &value, Some(&forged)).await, 401, "{what}");
            let good = holder.pair.token(&header, &claims);
            assert_eq!(house.ask(0, &http, &value, Some(&good)).await, 200, "{what}");
            // And once only.
            assert_eq!(house.ask(0, &http, &value, Some(&good)).await, 401, "{what}, again");
        }
        // A good proof by another key for this very token; none at all.
        let thief = Holder::new(&house).proof("POST", "/graphql", Some(token));
        assert_eq!(house.ask(0, &http, &value, Some(&thief)).await, 401);
        assert_eq!(house.ask(0, &http, &value, None).await, 401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_proof_binds_no_token() {
    let house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    let holder = Holder::new(&house);
    for (what, forge) in forgeries(&house) {
        let (header, claims) = (holder.header(), holder.claims("POST", "/oauth/token", None));
        let forged = asked(&house, 0, &system, &forge(&holder, header.clone(), claims.clone())).await;
        assert_eq!((forged.status, forged.error()), (400, "invalid_dpop_proof"), "{what}: {forged:?}");
        let proof = holder.pair.token(&header, &claims);
        let good = asked(&house, 0, &system, &proof).await;
        assert_eq!(good.status, 200, "{what}: {good:?}");
        let again = asked(&house, 0, &system, &proof).await;
        assert_eq!(again.error(), "invalid_dpop_proof", "{what}, again");
    }
    let granted = holder.token(&house, 0, &system).await;
    let claims = read(granted.token(), 1);
    let jwk = holder.pair.jwk();
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]);
    assert_eq!(claims["cnf"], json!({"jkt": b64(sha256(canonical.as_bytes()))}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_sent_as_it_was_given_out() {
    let house = House::of(SANDBOX);
    let http = house.http(None);
    let system = house.system("asha-nivas", Pair::ed());
    let holder = Holder::new(&house);
    let bound = holder.token(&house, 0, &system).await.token().to_owned();
    let plain = system.token(&house, 0).await;
    let proof = |token: &str| holder.proof("POST", "/graphql", Some(token));
    assert_eq!(house.ask(0, &http, &format!("DPoP {bound}"), Some(&proof(&bound))).await, 200);
    assert_eq!(house.ask(0, &http, &format!("Bearer {plain}"), None).await, 200);
    // The stolen token without its key, with and without a proof beside it; and the other way round.
    assert_eq!(house.ask(0, &http, &format!("Bearer {bound}"), None).await, 401);
    assert_eq!(house.ask(0, &http, &format!("Bearer {bound}"), Some(&proof(&bound))).await, 401);
    assert_eq!(house.ask(0, &http, &format!("DPoP {plain}"), Some(&proof(&plain))).await, 401);
}
