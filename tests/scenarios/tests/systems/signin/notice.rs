//! A notice from end to end: the binary, a person in a browser, and a mail server over TLS.

use std::fs;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use sangam_kit::database::Database;
use sangam_kit::folder::Folder;
use sangam_kit::smtp::{Begins, SmtpServer, Taken};
use serde_json::{Value, json};

use super::browser::Browser;
use super::day::Office;
use super::people::CASE_WORKER;
use crate::empty;

const DAY: i64 = 86_400;
/// How long a message may take: the rounds are seconds apart.
const SOON: Duration = Duration::from_secs(30);

/// A mail server, and what the hub's configuration says of it.
pub(crate) fn server(folder: &Folder) -> (SmtpServer, String) {
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let server = SmtpServer::start(Begins::Later, leaf.der().clone(), secret);
    fs::write(folder.join("authority.pem"), authority.pem()).unwrap();
    fs::write(folder.join("mail.password"), "marker 9\n").unwrap();
    let more = format!(
        "\n[mail]\nhost = \"localhost\"\nport = {}\nuser = \"hub\"\npassword_file = \"{}\"\nfrom = \"hub@example.org\"\nauthority = \"{}\"\n",
        server.address.port(),
        folder.join("mail.password").display(),
        folder.join("authority.pem").display(),
    );
    (server, more)
}

pub(crate) async fn mail(server: &SmtpServer) -> Taken {
    let since = Instant::now();
    loop {
        if let Some(taken) = server.taken().pop() {
            return taken;
        }
        assert!(since.elapsed() < SOON, "no mail came");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn asked(office: &Office, browser: &Browser, csrf: &str, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let headers = [("sangam-csrf", csrf)];
    let page = browser.send("POST", &office.at("/graphql"), &headers, Some(("application/json", body))).await;
    let told: Value = serde_json::from_str(&page.body).unwrap();
    assert!(told.get("errors").is_none(), "{told}");
    told["data"].clone()
}

sangam_kit::both_databases! {
    template = empty;

    async fn a_case_worker_gives_an_address_and_is_told_that_something_waits(database: Database) {
        let folder = Folder::new("mail");
        let (server, more) = server(&folder);
        let mut office = Office::with(&database, &more);
        office.open();
        let invited = office.house.invite("asha-nivas", "asha-worker-4", CASE_WORKER, DAY).await;
        // The hub looks for the provider again by itself.
        office.first_page(&mut Browser::new()).await;
        let mut browser = Browser::new();
        let page = office.take(&mut browser, &invited.code).await;
        let page = browser.at_the_provider(page, "rina", "none").await;
        assert!(page.body.contains("asha-worker-4"), "{}", page.body);
        let csrf = browser.csrf(&office.house.address.clone()).await;
        let own = asked(&office, &browser, &csrf, "{ me { id } }", json!({})).await["me"]["id"].clone();

        let give = "mutation($p: ID!) { setNoticeAddress(input: {idempotencyKey: \"1\", person: $p, way: MAIL, address: \"asha4@example.org\"}) { __typename ... on NoticesSet { settings { mail mailConfirmed } } } }";
        let told = asked(&office, &browser, &csrf, give, json!({ "p": own })).await;
        assert_eq!(told["setNoticeAddress"]["settings"], json!({ "mail": "a…@e….org", "mailConfirmed": false }));
        let taken = mail(&server).await;
        assert_eq!((taken.to.as_slice(), taken.authenticated.as_deref()), (["asha4@example.org".to_owned()].as_slice(), Some("hub marker 9")));
        let body = taken.body();
        let code = body.lines().find(|line| line.len() == 8 && line.bytes().all(|b| b.is_ascii_digit())).unwrap();
        let confirm = "mutation($c: String!) { confirmNoticeAddress(input: {idempotencyKey: \"2\", way: MAIL, code: $c}) { ... on NoticesSet { settings { mailConfirmed version } } } }";
        let told = asked(&office, &browser, &csrf, confirm, json!({ "c": code })).await;
        assert_eq!(told["confirmNoticeAddress"]["settings"], json!({ "mailConfirmed": true, "version": 0 }));
        // The test runs at any hour of the day.
        let choose = "mutation { chooseNotices(input: {idempotencyKey: \"3\", version: 0, language: EN, quietFrom: 5, quietUntil: 5}) { __typename } }";
        assert_eq!(asked(&office, &browser, &csrf, choose, json!({})).await["chooseNotices"]["__typename"], "NoticesSet");

        // Something happens in a referral of hers, on another process of this hub.
        let organization = office.house.bytes(office.house.organization("asha-nivas").strip_prefix("org_").unwrap());
        let person = office.house.bytes(&invited.id);
        let hers = format!("FROM referral WHERE sender = {organization} OR recipient = {organization} ORDER BY id LIMIT 1");
        office.house.sql(&format!("INSERT INTO team (subject, person, since) SELECT subject, {person}, 0 {hers}")).await;
        let event = format!("INSERT INTO event (at, noun, record, subject, kind) SELECT sent_at, 'REFERRAL', id, subject, 'ACCEPTED' {hers}");
        office.house.sql(&event).await;
        let taken = mail(&server).await;
        assert!(taken.over_tls && taken.header("Subject").as_deref() == Some("Something waits for you"), "{taken:?}");
        let expected = format!("Something waits for you. Please sign in to see it.\n\n{}\n\nThis message says no more on purpose. Please do not reply to it.", office.house.address);
        assert_eq!(taken.body().trim_end(), expected);
        // The mail is there a moment before the hub has written down that it was taken.
        let mut waits = Value::Null;
        for _ in 0..100 {
            waits = asked(&office, &browser, &csrf, "{ notices { kind state latest } }", json!({})).await;
            if waits["notices"][0]["state"] == "TOLD" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!((&waits["notices"][0]["kind"], &waits["notices"][0]["state"]), (&json!("CASE_MOVED"), &json!("TOLD")));
        let see = "mutation($u: DateTime!) { seeNotices(input: {idempotencyKey: \"4\", until: $u}) { ... on NoticesSeen { waiting } } }";
        let told = asked(&office, &browser, &csrf, see, json!({ "u": waits["notices"][0]["latest"] })).await;
        assert_eq!(told["seeNotices"]["waiting"], 0);
    }
}
