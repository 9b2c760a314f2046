//! private_key_jwt: a system signs an assertion with its key, once for each token.

use sangam_kit::database::Database;
use serde_json::{Value, json};

use crate::empty;
use crate::house::{House, JWT_BEARER, SANDBOX, System};
use crate::keys::{Pair, b64, edited, fresh, now, read, unsigned, with_rsa, with_secret};

type Forge = Box<dyn Fn(&System, &Value, Value) -> String>;

/// A forgery: its name, and how it is made of the header and claims of a good assertion.
fn forgery(name: &'static str, make: impl Fn(&System, &Value, Value) -> String + 'static) -> (&'static str, Forge) {
    (name, Box::new(make))
}

/// A forgery that the client itself signs, with other claims than it should.
fn claimed(name: &'static str, change: impl Fn(&mut Value) + 'static) -> (&'static str, Forge) {
    forgery(name, move |system, header, mut claims| {
        change(&mut claims);
        system.pair.token(header, &claims)
    })
}

/// A forgery that the client itself signs, under another header than it should.
fn headed(name: &'static str, change: impl Fn(&System, &mut Value) + 'static) -> (&'static str, Forge) {
    forgery(name, move |system, header, claims| {
        let mut header = header.clone();
        change(system, &mut header);
        system.pair.token(&header, &claims)
    })
}

fn without(name: &str) -> impl Fn(&mut Value) + 'static {
    let name = name.to_owned();
    move |claims| drop(claims.as_object_mut().unwrap().remove(&name))
}

fn forgeries(other: System) -> Vec<(&'static str, Forge)> {
    let (id, stranger) = (other.id.clone(), Pair::ed());
    vec![
        forgery("no signature", |_, header, claims| {
            let mut header = header.clone();
            header["alg"] = json!("none");
            unsigned(&header, &claims)
        }),
        forgery("no signature under a good header", |_, header, claims| unsigned(header, &claims)),
        forgery("the public key as a secret", |system, header, claims| {
            let mut header = header.clone();
            header["alg"] = json!("HS256");
            with_secret(&header, &claims, &system.pair.public())
        }),
        forgery("the public key's text as a secret", |system, header, claims| {
            let mut header = header.clone();
            header["alg"] = json!("HS256");
            with_secret(&header, &claims, system.pair.named(&system.kid).to_string().as_bytes())
        }),
        forgery("another kind of key", |_, header, claims| {
            let mut header = header.clone();
            header["alg"] = json!("RS256");
            with_rsa(&header, &claims)
        }),
        forgery("an edited payload", |system, header, claims| {
            edited(&system.pair.token(header, &claims), |claims| claims["jti"] = json!(fresh()))
        }),
        forgery("a stranger's signature", move |_, header, claims| stranger.token(header, &claims)),
        forgery("another client's signature", move |system, _, claims| {
            assert_ne!(system.id, other.id);
            other.pair.token(&other.header(), &claims)
        }),
        headed("the key that it brings along", |_, header| {
            header["jwk"] = Pair::ed().jwk();
            header.as_object_mut().unwrap().remove("kid");
        }),
        headed("no key named", |_, header| drop(header.as_object_mut().unwrap().remove("kid"))),
        headed("a key nobody registered", |_, header| header["kid"] = json!("two")),
        headed("an extension that must be understood", |_, header| header["crit"] = json!(["b64"])),
        headed("an access token's type", |_, header| header["typ"] = json!("at+jwt")),
        headed("a proof's type", |_, header| header["typ"] = json!("dpop+jwt")),
        headed("the other algorithm's name", |system, header| {
            header["alg"] = json!(if system.pair.algorithm() == "EdDSA" { "ES256" } else { "EdDSA" });
        }),
        claimed("another audience", |claims| claims["aud"] = json!("https://elsewhere.example/oauth/token")),
        claimed("an audience that only begins well", |claims| {
            let more = format!("{}/more", claims["aud"].as_str().unwrap());
            claims["aud"] = json!(more);
        }),
        claimed("a list of other audiences", |claims| claims["aud"] = json!(["https://elsewhere.example"])),
        claimed("no audience", without("aud")),
        claimed("another issuer", |claims| claims["iss"] = json!("https://issuer.example")),
        claimed("another subject", move |claims| claims["sub"] = json!(id)),
        claimed("no subject", without("sub")),
        claimed("no issuer", without("iss")),
        claimed("the past", |claims| {
            claims["iat"] = json!(now() - 120);
            claims["exp"] = json!(now() - 1);
        }),
        claimed("no end", without("exp")),
        claimed("an end that is text", |claims| claims["exp"] = json!((now() + 60).to_string())),
        claimed("an end too far away", |claims| claims["exp"] = json!(now() + 330)),
        claimed("the future", |claims| claims["iat"] = json!(now() + 60)),
        claimed("a beginning in the future", |claims| claims["nbf"] = json!(now() + 60)),
        claimed("no id", without("jti")),
        claimed("an empty id", |claims| claims["jti"] = json!("")),
        claimed("a long id", |claims| claims["jti"] = json!("j".repeat(129))),
        claimed("more than is looked at", |claims| claims["more"] = json!("m".repeat(4_096))),
        forgery("no token at all", |_, _, _| "assertion".to_owned()),
        forgery("two tokens", |system, header, claims| {
            let token = system.pair.token(header, &claims);
            format!("{token}.{}", b64("{}"))
        }),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_assertion_is_refused_and_the_same_well_made_is_taken() {
    let house = House::of(SANDBOX);
    for (name, pair, other) in [("ed25519", Pair::ed(), Pair::p256()), ("p256", Pair::p256(), Pair::ed())] {
        let system = house.system("asha-nivas", pair);
        let other = house.system("nirapod-ghar", other);
        for (what, forge) in forgeries(other) {
            let (header, claims) = (system.header(), system.claims());
            let forged = house.assert(0, &forge(&system, &header, claims.clone())).await;
            assert_eq!((forged.status, forged.error()), (401, "invalid_client"), "{name}: {what}: {forged:?}");
            // The same claims under the same header, well made: what was refused was the forgery. It also shows
            // that a forgery uses up nothing.
            let good = house.assert(0, &system.pair.token(&header, &claims)).await;
            assert_eq!(good.status, 200, "{name}: {what}: {good:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_standard_allows_is_taken() {
    let house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::p256());
    let issuer = house.address.clone();
    type Change = Box<dyn Fn(&mut Value)>;
    let allowed: Vec<(&str, Change)> = vec![
        (
            "the issuer for an audience",
            Box::new({
                let issuer = issuer.clone();
                move |c: &mut Value| c["aud"] = json!(issuer)
            }),
        ),
        ("a list that holds it", Box::new(move |c| c["aud"] = json!(["https://elsewhere.example", issuer]))),
        ("no instant of issue", Box::new(without("iat"))),
        ("a clock that is a little ahead", Box::new(|c| c["iat"] = json!(now() + 10))),
        ("nearly five minutes", Box::new(|c| c["exp"] = json!(now() + 298))),
        ("a claim nobody asked for", Box::new(|c| c["more"] = json!({"any": 1}))),
    ];
    for (what, change) in allowed {
        let mut claims = system.claims();
        change(&mut claims);
        let answer = house.assert(0, &system.pair.token(&system.header(), &claims)).await;
        assert_eq!(answer.status, 200, "{what}: {answer:?}");
    }
    let mut header = system.header();
    header.as_object_mut().unwrap().remove("typ");
    assert_eq!(house.assert(0, &system.pair.token(&header, &system.claims())).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_is_the_standards_and_opens_the_hub() {
    let house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    let http = house.http(None);
    let assertion = system.assertion();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", system.id.as_str()),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", &assertion),
        ("scope", "directory"),
    ];
    let answer = house.post(0, &http, "/oauth/token", &form, None).await;
    assert_eq!((answer.status, &answer.body["scope"]), (200, &json!("directory")));
    let (header, claims) = (read(answer.token(), 0), read(answer.token(), 1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
    for (claim, value) in
        [("iss", &house.address), ("aud", &house.address), ("sub", &system.id), ("client_id", &system.id)]
    {
        assert_eq!(claims[claim], json!(value), "{claim}");
    }
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    let token = answer.token();
    assert_eq!(house.ask(0, &http, &format!("Bearer {token}"), None).await, 200);
    // The token itself, forged: edited, without signature, signed with the hub's public key as a secret.
    let jwks: Value = http.get(format!("{}/oauth/jwks", house.origin(0))).send().await.unwrap().json().await.unwrap();
    let key = jwks["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == header["kid"])
        .expect("the signing key")
        .clone();
    let mut none = header.clone();
    none["alg"] = json!("none");
    let mut secret = header.clone();
    secret["alg"] = json!("HS256");
    let public = base64_of(&key["x"]);
    for forged in [
        edited(token, |claims| claims["scope"] = json!("directory cases:read")),
        unsigned(&none, &claims),
        with_secret(&secret, &claims, &public),
        Pair::ed().token(&header, &claims),
        // An assertion is signed by somebody who is known, and is no access token.
        system.assertion(),
    ] {
        assert_eq!(house.ask(0, &http, &format!("Bearer {forged}"), None).await, 401, "{forged}");
    }
}

fn base64_of(text: &Value) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_has_one_way_to_say_who_it_is() {
    let house = House::of(SANDBOX);
    let http = house.http(None);
    let keyed = house.system("asha-nivas", Pair::ed());
    let secret = house.add("nirapod-ghar", &["--secret"]);
    let (id, secret) = (secret["client_id"].as_str().unwrap(), secret["client_secret"].as_str().unwrap());
    let grant = ("grant_type", "client_credentials");
    let token = |form: Vec<(&'static str, String)>| {
        let (house, http) = (&house, &http);
        async move {
            let mut whole = vec![grant];
            whole.extend(form.iter().map(|(name, value)| (*name, value.as_str())));
            house.post(0, http, "/oauth/token", &whole, None).await
        }
    };
    let assertion = |claims: Value| {
        vec![
            ("client_assertion_type", JWT_BEARER.to_owned()),
            ("client_assertion", keyed.pair.token(&keyed.header(), &claims)),
        ]
    };
    let with = |id: &str, secret: &str| vec![("client_id", id.to_owned()), ("client_secret", secret.to_owned())];
    assert_eq!(token(with(id, secret)).await.status, 200);
    assert_eq!(token(assertion(keyed.claims())).await.status, 200);
    // The other's way, the id alone, an unknown client in any way: all alike.
    let mut of_the_other = keyed.claims();
    (of_the_other["iss"], of_the_other["sub"]) = (json!(id), json!(id));
    let unknown = format!("cli_{}", "0".repeat(32));
    let mut of_nobody = keyed.claims();
    (of_nobody["iss"], of_nobody["sub"]) = (json!(unknown), json!(unknown));
    let mut bodies = Vec::new();
    for form in [
        with(&keyed.id, secret),
        with(&keyed.id, ""),
        with(id, &secret.to_uppercase()),
        with(&unknown, secret),
        assertion(of_the_other),
        assertion(of_nobody),
        vec![("client_id", keyed.id.clone())],
        vec![("client_id", id.to_owned())],
        vec![("client_id", unknown.clone())],
    ] {
        let answer = token(form).await;
        assert_eq!(answer.status, 401, "{answer:?}");
        bodies.push(answer.body);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(bodies[0]["error"], "invalid_client");
}

sangam_kit::both_databases! {
    template = empty;

    async fn an_assertion_is_good_once_on_all_processes_together(database: Database) {
        let mut house = House::on(&database, SANDBOX);
        let second = house.start();
        let system = house.system("asha-nivas", Pair::ed());
        let first = system.assertion();
        assert_eq!(house.assert(0, &first).await.status, 200);
        for number in [0, second, 0] {
            let again = house.assert(number, &first).await;
            assert_eq!((again.status, again.error()), (401, "invalid_client"));
        }
        // At the same moment at both: one of them is first.
        for _ in 0..5 {
            let assertion = system.assertion();
            let (here, there) = tokio::join!(house.assert(0, &assertion), house.assert(second, &assertion));
            let mut both = [here.status, there.status];
            both.sort_unstable();
            assert_eq!(both, [200, 401]);
        }
        // It is remembered beyond the end of the process.
        let kept = system.assertion();
        assert_eq!(house.assert(0, &kept).await.status, 200);
        house.restart(0);
        assert_eq!(house.assert(0, &kept).await.status, 401);
        // Another client may use the same id.
        let other = house.system("nirapod-ghar", Pair::p256());
        let mut claims = other.claims();
        claims["jti"] = read(&first, 1)["jti"].clone();
        assert_eq!(house.assert(0, &other.pair.token(&other.header(), &claims)).await.status, 200);
    }
}
