//! A person's day with the real `oidc-provider`.

use std::fs;
use std::time::{Duration, Instant};

use sangam_kit::database::Database;
use sangam_kit::folder::Folder;
use sangam_kit::node::Script;
use sangam_kit::process::free_port;

use super::browser::{Browser, Page};
use super::people::CASE_WORKER;
use super::{SECRET, ask, entry, session};
use crate::empty;
use crate::house::{House, SANDBOX};

const DAY: i64 = 86_400;
/// How long the hub may take to find a provider that is back.
const BACK: Duration = Duration::from_secs(20);

/// A hub and the provider of its people.
pub(crate) struct Office {
    pub(crate) house: House,
    provider: Option<Script>,
    issuer: String,
    port: u16,
    _secret: Folder,
}

impl Office {
    /// The hub serves, and the provider does not yet.
    fn of(database: &Database) -> Self {
        Self::with(database, "")
    }

    /// The same with more in its configuration.
    pub(crate) fn with(database: &Database, more: &str) -> Self {
        let (port, secret) = (free_port(), Folder::new("secret"));
        let issuer = format!("http://127.0.0.1:{port}");
        fs::write(secret.join("office.secret"), format!("{SECRET}\n")).unwrap();
        let more = entry(&issuer, &secret.join("office.secret"), "RS256") + more;
        let house = House::serving(database, SANDBOX, &more);
        Self { house, provider: None, issuer, port, _secret: secret }
    }

    pub(crate) fn open(&mut self) {
        let mut provider = Script::start_with("provider.mjs", &[&self.port.to_string(), &self.house.address]);
        assert_eq!(provider.hear()["issuer"], self.issuer.as_str());
        self.provider = Some(provider);
    }

    fn close(&mut self) {
        drop(self.provider.take());
    }

    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.house.origin(0))
    }

    /// The provider's first page, by the link on the hub's page, once the hub has found the provider.
    pub(crate) async fn first_page(&self, browser: &mut Browser) -> Page {
        let since = Instant::now();
        loop {
            let page = browser.get(&self.at("/signin/office")).await;
            if page.status != 503 {
                return page;
            }
            assert!(page.body.contains("does not answer") && page.headers.contains_key("retry-after"));
            assert!(since.elapsed() < BACK, "{}", page.body);
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Signs a person in that has an account.
    async fn sign_in(&self, browser: &mut Browser, name: &str) -> Page {
        let page = self.first_page(browser).await;
        browser.at_the_provider(page, name, "none").await
    }

    pub(super) async fn take(&self, browser: &mut Browser, code: &str) -> Page {
        let from = self.at("/invitation");
        browser.post(&from, &from, &[("code", code), ("provider", "office")], "none").await
    }
}

sangam_kit::both_databases! {
    template = empty;

    async fn a_person_is_invited_signs_in_asks_and_signs_out(database: Database) {
        let mut office = Office::of(&database);
        let mut browser = Browser::new();
        let page = browser.get(&office.at("/signin")).await;
        assert!(page.status == 200 && page.body.contains("The invented office"), "{}", page.body);
        let policy = page.headers["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && !page.body.contains("<script"), "{policy}");
        assert_eq!(page.headers["referrer-policy"], "same-origin");
        // The provider is down: a clear page, and nothing is broken by it.
        let down = browser.get(&office.at("/signin/office")).await;
        assert!(down.status == 503 && down.body.contains("Your account and your work are not touched"), "{}", down.body);
        office.open();
        let invited = office.house.invite("asha-nivas", "asha-worker-3", CASE_WORKER, DAY).await;
        assert_eq!(session(&mut browser, &office.house).await.0, 401);
        // Whoever signs in and was not invited has no account, whatever the provider says.
        let stranger = office.sign_in(&mut Browser::new(), "rina").await;
        assert!(stranger.status == 403 && stranger.body.contains("No account"), "{}", stranger.body);
        // A code that is none, then the right one.
        let wrong = office.take(&mut browser, &"0".repeat(64)).await;
        let wrong = browser.at_the_provider(wrong, "rina", "none").await;
        assert!(wrong.status == 403 && wrong.body.contains("No account"), "{}", wrong.body);
        assert_eq!(office.take(&mut browser, "guess").await.status, 403);
        let page = office.take(&mut browser, &format!(" {} ", invited.code)).await;
        let page = browser.at_the_provider(page, "rina", "none").await;
        assert!(page.status == 200 && page.body.contains("<bdi>asha-worker-3</bdi> · <bdi>Asha Nivas</bdi>"), "{} {}", page.url, page.body);
        assert!(!page.url.contains(&invited.code) && !page.body.contains("rina"));

        let (status, told) = session(&mut browser, &office.house).await;
        assert_eq!(status, 200);
        assert_eq!(told["organization"]["id"], office.house.organization("asha-nivas"));
        assert_eq!((&told["pseudonym"], &told["roles"]), (&"asha-worker-3".into(), &serde_json::json!(["CASE_WORKER"])));
        let csrf = told["csrf"].as_str().unwrap().to_owned();
        let house = &office.house;
        assert_eq!(ask(&browser, house, &[("sangam-csrf", &csrf)]).await, (200, String::new()));
        assert_eq!(ask(&browser, house, &[]).await, (403, "CSRF_REFUSED".to_owned()));
        assert_eq!(ask(&browser, house, &[("sangam-csrf", "AAAA")]).await, (403, "CSRF_REFUSED".to_owned()));
        let own = house.address.clone();
        assert_eq!(ask(&browser, house, &[("sangam-csrf", &csrf), ("origin", &own)]).await.0, 200);
        for elsewhere in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
            assert_eq!(ask(&browser, house, &[("sangam-csrf", &csrf), elsewhere]).await, (403, "CSRF_REFUSED".to_owned()));
        }
        assert_eq!(ask(&browser, house, &[("sangam-csrf", &csrf), ("authorization", "Bearer x")]).await, (400, "BAD_REQUEST".to_owned()));
        let read = browser.send("GET", &office.at("/graphql?query=%7B__typename%7D"), &[], None).await;
        assert_eq!(read.status, 403, "reading needs the token too");

        // Another sign-in is another session; the one before is void.
        let before = browser.cookies(&own)["sangam"].clone();
        let page = office.sign_in(&mut browser, "rina").await;
        assert!(page.body.contains("asha-worker-3"), "{}", page.body);
        let after = browser.cookies(&own)["sangam"].clone();
        assert_ne!(before, after);
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut old = Browser::new();
        old.put(&own, "sangam", &before);
        assert_eq!(session(&mut old, &office.house).await.0, 401);
        // The invitation was taken: it is nobody else's any more.
        let mut other = Browser::new();
        let again = office.take(&mut other, &invited.code).await;
        let again = other.at_the_provider(again, "mina", "none").await;
        assert!(again.status == 403 && again.body.contains("No account"), "{}", again.body);

        // Out: by a form of the hub's page with the session's token, and then at the provider.
        let from = office.at("/signin");
        let leave = office.at("/signout");
        for form in [&[("csrf", "AAAA")][..], &[]] {
            assert_eq!(browser.post(&from, &leave, form, "none").await.status, 403);
        }
        let csrf = browser.csrf(&own).await;
        let foreign = browser.post("https://evil.example/page", &leave, &[("csrf", &csrf)], "none").await;
        assert_eq!(foreign.status, 403);
        assert_eq!(session(&mut browser, &office.house).await.0, 200, "still there");
        let out = browser.post(&from, &leave, &[("csrf", &csrf)], "none").await;
        assert!(out.url.starts_with(&format!("{}/session/end?client_id=sangam", office.issuer)), "{}", out.url);
        assert_eq!(out.status, 200, "{}", out.body);
        assert!(!browser.cookies(&own).contains_key("sangam"));
        assert_eq!(session(&mut browser, &office.house).await.0, 401);
        let mut kept = Browser::new();
        kept.put(&own, "sangam", &after);
        assert_eq!(session(&mut kept, &office.house).await.0, 401, "the cookie that somebody kept is void");

        // The provider goes down and comes back with other keys.
        office.close();
        office.open();
        let since = Instant::now();
        loop {
            let page = office.sign_in(&mut browser, "rina").await;
            if page.body.contains("asha-worker-3") {
                break;
            }
            assert!(since.elapsed() < BACK, "{} {}", page.url, page.body);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}
