//! What comes back to the hub and is not what it sent for. Each beside the same, well made.

use std::fs;

use sangam_kit::folder::Folder;
use serde_json::{Value, json};

use super::browser::{Browser, Page};
use super::people::{CASE_WORKER, Invited};
use super::{SECRET, entry};
use crate::house::{House, SANDBOX};
use crate::issuer::{Issuer, Manner};
use crate::keys::{Pair, b64, fresh, now, sha256, unsigned, with_secret};

/// A hub whose people sign in with a provider that says whatever a test wants.
pub(super) struct Pretended {
    pub(super) house: House,
    pub(super) issuer: Issuer,
    pub(super) person: Invited,
    pair: Pair,
    _secret: Folder,
}

/// A sign-in under way, as the provider was asked for it.
pub(super) struct Asked {
    state: String,
    nonce: String,
}

impl Pretended {
    pub(super) async fn of() -> Self {
        let pair = Pair::p256();
        let issuer = Issuer::start(vec![pair.named("one")]).await;
        let secret = Folder::new("secret");
        fs::write(secret.join("office.secret"), SECRET).unwrap();
        let house = House::with(SANDBOX, &entry(&issuer.address, &secret.join("office.secret"), "ES256"));
        let person = house.invite("asha-nivas", "asha-worker-9", CASE_WORKER, 600).await;
        let pretended = Self { house, issuer, person, pair, _secret: secret };
        // The account takes its invitation first; from then on the subject is known here.
        let mut browser = Browser::new();
        let page = format!("{}/invitation", pretended.house.address);
        let form = [("code", pretended.person.code.as_str()), ("provider", "office")];
        let sent = browser.post(&page, &page, &form, &pretended.issuer.address).await;
        let asked = asked(&sent);
        let page = pretended.back(&mut browser, &asked, &pretended.identity(&asked, |_| {})).await;
        assert!(page.body.contains("<bdi>asha-worker-9</bdi>"), "{} {}", page.status, page.body);
        pretended
    }

    /// Starts a sign-in, and goes no further than the provider's door.
    pub(super) async fn start(&self, browser: &mut Browser) -> Asked {
        let sent = browser.go(&format!("{}/signin/office", self.house.address), &self.issuer.address).await;
        asked(&sent)
    }

    fn claims(&self, asked: &Asked) -> Value {
        let now = now();
        json!({
            "iss": self.issuer.address, "sub": "person-1", "aud": "sangam", "iat": now, "exp": now + 300,
            "nonce": asked.nonce, "at_hash": b64(&sha256(b"an access token")[..16]),
        })
    }

    fn header(&self) -> Value {
        json!({"alg": self.pair.algorithm(), "kid": "one", "typ": "JWT"})
    }

    /// An identity token that is good but for a change.
    pub(super) fn identity(&self, asked: &Asked, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims(asked);
        change(&mut claims);
        self.pair.token(&self.header(), &claims)
    }

    /// The provider sends the browser back, and gives this identity token for the code.
    pub(super) async fn back(&self, browser: &mut Browser, asked: &Asked, identity: &str) -> Page {
        self.issuer.identify(identity);
        let query = format!("code=c&state={}&iss={}", asked.state, self.issuer.address);
        self.returned(browser, &query).await
    }

    async fn returned(&self, browser: &mut Browser, query: &str) -> Page {
        browser.get(&format!("{}/signin/return?{query}", self.house.address)).await
    }

    /// A browser that is signed in.
    pub(super) async fn signed_in(&self) -> Browser {
        let mut browser = Browser::new();
        let asked = self.start(&mut browser).await;
        let page = self.back(&mut browser, &asked, &self.identity(&asked, |_| {})).await;
        assert!(page.body.contains("<bdi>asha-worker-9</bdi>"), "{} {}", page.status, page.body);
        browser
    }
}

/// What the hub asked the provider for.
fn asked(sent: &Page) -> Asked {
    let url = sent.location().unwrap_or_else(|| panic!("{} {}", sent.status, sent.body));
    let value = |name: &str| {
        let pair = url.split(['?', '&']).find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        pair.unwrap_or_else(|| panic!("no `{name}` in {url}")).to_owned()
    };
    assert_eq!(
        (value("response_type"), value("code_challenge_method"), value("scope")),
        ("code".into(), "S256".into(), "openid".into())
    );
    assert_eq!((value("code_challenge").len(), value("nonce").len()), (43, 43));
    Asked { state: value("state"), nonce: value("nonce") }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_identity_token_that_is_not_of_this_sign_in_signs_nobody_in() {
    let office = Pretended::of().await;
    let stranger = Pair::p256();
    let (header, public) = (office.header(), office.pair.public());
    type Forge<'a> = Box<dyn Fn(&Asked) -> String + 'a>;
    let changed = |change: fn(&mut Value)| -> Forge<'_> {
        let office = &office;
        Box::new(move |asked| office.identity(asked, change))
    };
    let forgeries: Vec<(&str, Forge<'_>)> = vec![
        ("another nonce", changed(|claims| claims["nonce"] = json!("another"))),
        ("no nonce", changed(|claims| drop(claims.as_object_mut().unwrap().remove("nonce")))),
        ("another issuer", changed(|claims| claims["iss"] = json!("https://id.example.org"))),
        ("another audience", changed(|claims| claims["aud"] = json!("another"))),
        (
            "several audiences and nobody it was made for",
            changed(|claims| claims["aud"] = json!(["sangam", "another"])),
        ),
        ("made for another", changed(|claims| claims["azp"] = json!("another"))),
        ("ended", changed(|claims| claims["exp"] = json!(now() - 1))),
        ("of the future", changed(|claims| claims["iat"] = json!(now() + 120))),
        ("of long ago", changed(|claims| claims["iat"] = json!(now() - 400))),
        ("of another access token", changed(|claims| claims["at_hash"] = json!(b64(&sha256(b"another")[..16])))),
        ("of nobody", changed(|claims| claims["sub"] = json!(""))),
        ("of another person", changed(|claims| claims["sub"] = json!("person-2"))),
        ("no signature", Box::new(|asked| unsigned(&json!({"alg": "none", "kid": "one"}), &office.claims(asked)))),
        (
            "the public key as a secret",
            Box::new(|asked| with_secret(&json!({"alg": "HS256", "kid": "one"}), &office.claims(asked), &public)),
        ),
        ("another key", Box::new(|asked| stranger.token(&header, &office.claims(asked)))),
        (
            "a key nobody knows",
            Box::new(|asked| office.pair.token(&json!({"alg": "ES256", "kid": "two"}), &office.claims(asked))),
        ),
        ("no key", Box::new(|asked| office.pair.token(&json!({"alg": "ES256"}), &office.claims(asked)))),
        (
            "an access token's type",
            Box::new(|asked| {
                office.pair.token(&json!({"alg": "ES256", "kid": "one", "typ": "at+jwt"}), &office.claims(asked))
            }),
        ),
    ];
    for (name, forge) in forgeries {
        let mut browser = Browser::new();
        let asked = office.start(&mut browser).await;
        let page = office.back(&mut browser, &asked, &forge(&asked)).await;
        assert_eq!(page.status, 403, "{name}: {}", page.body);
        assert!(!browser.cookies(&office.house.address).contains_key("sangam"), "{name}");
        // The same, well made, signs in.
        office.signed_in().await;
    }
    // Made for this hub among others.
    let mut browser = Browser::new();
    let asked = office.start(&mut browser).await;
    let identity =
        office.identity(&asked, |claims| (claims["aud"], claims["azp"]) = (json!(["sangam", "x"]), json!("sangam")));
    assert_eq!(office.back(&mut browser, &asked, &identity).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_back_is_of_this_browser_of_this_provider_and_of_once() {
    let office = Pretended::of().await;
    let at = office.issuer.address.clone();
    let with = |asked: &Asked, query: &str| query.replace("STATE", &asked.state).replace("ISS", &at);
    for (name, query, status) in [
        ("another state", "code=c&state=another&iss=ISS", 400),
        ("no state", "code=c&iss=ISS", 400),
        ("two states", "code=c&state=STATE&state=STATE&iss=ISS", 400),
        ("another provider", "code=c&state=STATE&iss=https%3A%2F%2Fid.example.org", 400),
        ("a provider that does not say who it is", "code=c&state=STATE", 400),
        ("no code", "state=STATE&iss=ISS", 403),
        ("the person said no", "error=access_denied&state=STATE&iss=ISS", 403),
    ] {
        let mut browser = Browser::new();
        let asked = office.start(&mut browser).await;
        office.issuer.identify(&office.identity(&asked, |_| {}));
        // Kept as it is: whatever becomes of a forgery, it has used nothing up, so the control goes on from there.
        let mut honest = browser.clone();
        let page = office.returned(&mut browser, &with(&asked, query)).await;
        assert_eq!(page.status, status, "{name}: {}", page.body);
        assert!(!browser.cookies(&office.house.address).contains_key("sangam"), "{name}");
        let page = office.returned(&mut honest, &with(&asked, "code=c&state=STATE&iss=ISS")).await;
        assert!(page.body.contains("<bdi>asha-worker-9</bdi>"), "the control of {name}: {}", page.body);
    }
    // Another browser has no part in it, and the same one only once.
    let mut browser = Browser::new();
    let asked = office.start(&mut browser).await;
    let mut again = browser.clone();
    let identity = office.identity(&asked, |_| {});
    assert_eq!(office.back(&mut Browser::new(), &asked, &identity).await.status, 400);
    assert_eq!(office.back(&mut browser, &asked, &identity).await.status, 200);
    assert_eq!(office.back(&mut again, &asked, &identity).await.status, 400, "a provider that takes a code twice");
    // A cookie that this hub did not seal, and a session that it did not prove.
    let mut browser = Browser::new();
    let asked = office.start(&mut browser).await;
    browser.put(&office.house.address, "sangam-signin", &fresh());
    assert_eq!(office.back(&mut browser, &asked, &identity).await.status, 400);
    let good = office.signed_in().await.cookies(&office.house.address)["sangam"].clone();
    let (text, proof) = good.rsplit_once('.').unwrap();
    for forged in [
        format!("{text}.{}", b64([0; 32])),
        format!("{}.{proof}", text.replace("office", "other")),
        text.to_owned(),
        fresh(),
    ] {
        let mut browser = Browser::new();
        browser.put(&office.house.address, "sangam", &forged);
        assert_eq!(super::session(&mut browser, &office.house).await.0, 401, "{forged}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_goes_away_meanwhile_is_a_clear_page_and_nothing_is_lost() {
    let office = Pretended::of().await;
    let mut browser = Browser::new();
    let asked = office.start(&mut browser).await;
    let mut later = browser.clone();
    office.issuer.be(Manner::Down);
    let page = office.back(&mut browser, &asked, &office.identity(&asked, |_| {})).await;
    assert!(page.status == 503 && page.body.contains("does not answer"), "{}", page.body);
    office.issuer.be(Manner::Answers);
    let page = office.back(&mut later, &asked, &office.identity(&asked, |_| {})).await;
    assert!(page.body.contains("<bdi>asha-worker-9</bdi>"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_another_page_takes_no_invitation() {
    let office = Pretended::of().await;
    let person = office.house.invite("asha-nivas", "asha-worker-10", CASE_WORKER, 600).await;
    let url = format!("{}/invitation", office.house.address);
    let form = [("code", person.code.as_str()), ("provider", "office")];
    let foreign = Browser::new().post("https://evil.example/", &url, &form, "none").await;
    assert_eq!(foreign.status, 403);
    let sent = Browser::new().post(&url, &url, &form, &office.issuer.address).await;
    assert_eq!(sent.status, 303);
    // A login that is an account's already is not another's too.
    let mut browser = Browser::new();
    let sent = browser.post(&url, &url, &form, &office.issuer.address).await;
    let asked_for = asked(&sent);
    let page = office.back(&mut browser, &asked_for, &office.identity(&asked_for, |_| {})).await;
    assert!(page.status == 403 && page.body.contains("No account"), "{}", page.body);
    // An invitation that is over binds nothing.
    let late = office.house.invite("asha-nivas", "asha-worker-11", CASE_WORKER, -1).await;
    let other = |claims: &mut Value| claims["sub"] = json!("person-11");
    for (code, status) in [(late.code.as_str(), 403), (person.code.as_str(), 200)] {
        let mut browser = Browser::new();
        let form = [("code", code), ("provider", "office")];
        let asked = asked(&browser.post(&url, &url, &form, &office.issuer.address).await);
        let page = office.back(&mut browser, &asked, &office.identity(&asked, other)).await;
        assert_eq!(page.status, status, "{}", page.body);
    }
}
