//! Tokens that are not the hub's, at the door and over HTTP. Each forgery is a token that the hub would take but for
//! the one thing that is wrong with it; that it would is shown first, by signing the same claims with the hub's own
//! key.

use std::fs;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use aws_lc_rs::{digest, hmac};
use sangam_kit::client::Client;
use sangam_kit::demo::Demo;
use sangam_kit::folder::Folder;
use serde_json::{Value, json};

use crate::words::RECEIVED;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base64 for addresses, without padding (RFC 4648, section 5).
fn base64url(bytes: &[u8]) -> String {
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().enumerate().fold(0_usize, |bits, (place, byte)| bits | usize::from(*byte) << (16 - 8 * place));
        for digit in 0..=group.len() {
            out.push(char::from(DIGITS[bits >> (18 - 6 * digit) & 63]));
        }
    }
    out
}

fn from_base64url(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut out) = (0_u32, 0, Vec::new());
    for byte in text.bytes() {
        let digit = DIGITS.iter().position(|digit| *digit == byte).expect("a digit of base64url");
        (bits, held) = (bits << 6 | u32::try_from(digit).unwrap(), held + 6);
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    out
}

/// A hub, its own signing key, and a true token's claims.
struct Forge {
    demo: Demo,
    key: Ed25519KeyPair,
    token: String,
    claims: Value,
}

impl Forge {
    async fn open(folder: &Folder) -> Self {
        let demo = Demo::start_with(folder, None, 1);
        let key = fs::read(demo.data().join("keys/tokens.pk8")).expect("the demo's key");
        let key = Ed25519KeyPair::from_pkcs8(&key).expect("a key");
        let client = demo.card().sign_in("Nirapod Ghar").await.expect("a token");
        let token = client.token().expect("signed in").to_owned();
        let claims = serde_json::from_slice(&from_base64url(token.split('.').nth(1).unwrap())).unwrap();
        Self { demo, key, token, claims }
    }

    /// The true token's header with some of it changed; null takes it away.
    fn header(&self, changes: &Value) -> Value {
        let mut header: Value = serde_json::from_slice(&from_base64url(self.token.split('.').next().unwrap())).unwrap();
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(header.as_object_mut().unwrap().remove(name)),
                value => header[name] = value.clone(),
            }
        }
        header
    }

    /// The true claims with some changed; null takes one away. A number of its own makes each token a new one.
    fn claims(&self, changes: &Value) -> Value {
        let mut claims = self.claims.clone();
        let id = digest::digest(&digest::SHA256, changes.to_string().as_bytes());
        claims["jti"] = json!(id.as_ref()[..16].iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        claims
    }

    fn signed(key: &Ed25519KeyPair, header: &Value, claims: &Value) -> String {
        let text = unsigned(header, claims);
        format!("{text}.{}", base64url(key.sign(text.as_bytes()).as_ref()))
    }

    /// Signed with the hub's own key.
    fn own(&self, header: &Value, changes: &Value) -> String {
        Self::signed(&self.key, header, &self.claims(changes))
    }

    async fn status(&self, token: &str) -> u16 {
        let asked = Client::stranger(&self.demo.card().addresses()).for_purpose("SERVICE_REFERRAL").with_token(token);
        let answer = asked.ask(RECEIVED, json!({})).await;
        if answer.status() != 200 {
            assert_eq!(answer.codes(), ["UNAUTHENTICATED"]);
            assert!(answer.header("www-authenticate").unwrap().contains("invalid_token"));
            assert!(!answer.text().contains("referrals"), "{}", answer.text());
        }
        answer.status()
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(claims.to_string().as_bytes()))
}

#[tokio::test]
async fn a_token_with_one_thing_wrong_is_no_token() {
    let folder = Folder::new("forged");
    let forge = Forge::open(&folder).await;
    assert_eq!(forge.status(&forge.token.clone()).await, 200, "the true token");
    assert_eq!(
        forge.status(&forge.own(&forge.header(&json!({})), &json!({}))).await,
        200,
        "what is forged here is well made"
    );

    let exp = forge.claims["exp"].as_i64().unwrap();
    for (wrong, changes) in [
        ("for another audience", json!({"aud": "http://another.invalid"})),
        ("for several audiences, none of them this hub", json!({"aud": ["http://a.invalid", "http://b.invalid"]})),
        ("for nobody", json!({"aud": null})),
        ("by another issuer", json!({"iss": "http://another.invalid"})),
        ("by nobody", json!({"iss": null})),
        ("expired", json!({"exp": exp - 3600})),
        ("of the future", json!({"iat": exp + 3000, "exp": exp + 3600})),
        ("without an end", json!({"exp": null})),
        ("about nobody", json!({"sub": null})),
        ("of a client that is not known", json!({"client_id": "cli_00000000000000000000000000000000"})),
        (
            "of an earlier generation of its client",
            json!({"generation": forge.claims["generation"].as_i64().unwrap() - 1}),
        ),
        ("of a later one", json!({"generation": forge.claims["generation"].as_i64().unwrap() + 1})),
    ] {
        assert_eq!(forge.status(&forge.own(&forge.header(&json!({})), &changes)).await, 401, "{wrong}");
    }
    for (wrong, header) in [
        ("an id token", json!({"typ": "JWT"})),
        ("of no type", json!({"typ": null})),
        ("of another algorithm than it is signed with", json!({"alg": "ES256"})),
        ("of no algorithm", json!({"alg": null})),
        ("that names no key", json!({"kid": null})),
        ("that names a key the hub does not have", json!({"kid": "1"})),
    ] {
        assert_eq!(forge.status(&forge.own(&forge.header(&header), &json!({}))).await, 401, "{wrong}");
    }
    assert_eq!(
        forge.status(&forge.own(&forge.header(&json!({})), &json!({"control": "after"}))).await,
        200,
        "the hub still takes its own"
    );
}

#[tokio::test]
async fn a_token_that_the_hub_did_not_sign_is_no_token() {
    let folder = Folder::new("unsigned");
    let forge = Forge::open(&folder).await;
    let claims = forge.claims(&json!({}));
    assert_eq!(
        forge.status(&Forge::signed(&forge.key, &forge.header(&json!({})), &claims)).await,
        200,
        "but for its signature it is good"
    );

    let other = Ed25519KeyPair::generate().unwrap();
    assert_eq!(forge.status(&Forge::signed(&other, &forge.header(&json!({})), &claims)).await, 401, "another key");
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": base64url(other.public_key().as_ref())});
    let brought = forge.header(&json!({"jwk": jwk}));
    assert_eq!(
        forge.status(&Forge::signed(&other, &brought, &claims)).await,
        401,
        "a key that the token brings itself"
    );

    // No signature, in each spelling, and beside a true one.
    let true_signature = forge.token.rsplit('.').next().unwrap().to_owned();
    for algorithm in ["none", "None", "NONE"] {
        let text = unsigned(&forge.header(&json!({"alg": algorithm})), &claims);
        for token in [format!("{text}."), text.clone(), format!("{text}.{true_signature}")] {
            assert_eq!(forge.status(&token).await, 401, "{algorithm}");
        }
    }
    // The public key is no secret: who signs with it signs nothing.
    let text = unsigned(&forge.header(&json!({"alg": "HS256"})), &claims);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, forge.key.public_key().as_ref()), text.as_bytes());
    assert_eq!(forge.status(&format!("{text}.{}", base64url(tag.as_ref()))).await, 401, "the public key as a secret");

    // A true token whose payload, header or signature was touched.
    let parts: Vec<&str> = forge.token.split('.').collect();
    let richer = {
        let mut claims = forge.claims.clone();
        claims["exp"] = json!(claims["exp"].as_i64().unwrap() + 1);
        base64url(claims.to_string().as_bytes())
    };
    let renamed = base64url(forge.header(&json!({"cty": "1"})).to_string().as_bytes());
    let mut bytes = from_base64url(parts[2]);
    bytes[0] ^= 1;
    for (touched, token) in [
        ("payload", format!("{}.{richer}.{}", parts[0], parts[2])),
        ("header", format!("{renamed}.{}.{}", parts[1], parts[2])),
        ("signature", format!("{}.{}.{}", parts[0], parts[1], base64url(&bytes))),
        ("cut", format!("{}.{}.{}", parts[0], parts[1], base64url(&from_base64url(parts[2])[..32]))),
    ] {
        assert_eq!(forge.status(&token).await, 401, "{touched}");
    }
    assert_eq!(forge.status(&forge.token.clone()).await, 200, "the true token is still good");
}
