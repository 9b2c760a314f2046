//! An answer link from end to end: the binary, a mail server over TLS, a folder of short messages, and the page as a
//! telephone's browser sees it.

use std::fs;
use std::time::{Duration, Instant};

use sangam_kit::database::Database;
use sangam_kit::folder::Folder;
use sangam_kit::smtp::{SmtpServer, Taken};
use serde_json::{Value, json};

use crate::empty;
use crate::house::{House, SANDBOX};
use crate::keys::{Pair, fresh, now};
use crate::signin::notice::{mail, server};

const FORM: &str = "application/x-www-form-urlencoded";
/// How long a message may take: the rounds are seconds apart.
const SOON: Duration = Duration::from_secs(30);
/// The bands of an adult.
const GROWN: [&str; 4] = ["AGE_18_20", "AGE_21_25", "AGE_26_40", "AGE_41_PLUS"];
const NUMBER: &str = "+8801700000000";

async fn asked(house: &House, token: &str, query: &str, variables: Value) -> Value {
    let request = house.http(None).post(format!("{}/graphql", house.origin(0)));
    let request =
        request.header("authorization", format!("Bearer {token}")).header("sangam-purpose", "SERVICE_REFERRAL");
    let response = request.json(&json!({ "query": query, "variables": variables })).send().await.unwrap();
    let told: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert!(told.get("errors").is_none(), "{told}");
    told["data"].clone()
}

/// A page: its status, and what it says.
async fn page(request: reqwest::RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    assert!(!response.headers().contains_key("set-cookie"), "nothing stays in the browser");
    assert_eq!(
        (&response.headers()["cache-control"], &response.headers()["referrer-policy"]),
        (&"no-store".parse().unwrap(), &"no-referrer".parse().unwrap())
    );
    (response.status().as_u16(), response.text().await.unwrap())
}

/// The one short message that came; it is taken away.
async fn short(folder: &Folder) -> String {
    let since = Instant::now();
    loop {
        let mut files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        if let Some(file) = files.find(|file| file.extension().is_some_and(|end| end == "sms")) {
            let text = fs::read_to_string(&file).unwrap();
            fs::remove_file(file).unwrap();
            return text;
        }
        assert!(since.elapsed() < SOON, "no short message came");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A shelter whose case is an adult, and a partner that is asked by links: what they need, and what is sent to the partner.
pub(crate) struct Asking {
    server: SmtpServer,
    texts: Folder,
    _mail: Folder,
    partner: String,
    /// The token of the shelter's system.
    shelter: String,
    adult: Value,
}

impl Asking {
    /// The ways of messages, and what a hub's configuration says of them.
    pub(crate) fn ways() -> (SmtpServer, Folder, Folder, String) {
        let (mail, texts) = (Folder::new("mail"), Folder::new("texts"));
        let (server, more) = server(&mail);
        let more = format!("{more}\n[sms]\nfolder = \"{}\"\n", texts.path().display());
        (server, mail, texts, more)
    }

    /// On a hub with these ways: a partner with a contact, and an adult whose consent names it.
    pub(crate) async fn open(house: &House, (server, mail, texts): (SmtpServer, Folder, Folder)) -> Self {
        let contact = house.write("contact", format!("desk@shelter.example.org\n{NUMBER}\n"));
        let partner = house.organization("alor-pothe").to_owned();
        let ran = house.organization_command(&[
            "answers",
            &partner,
            "--language",
            "BN",
            "--contact-file",
            contact.to_str().unwrap(),
            "--json",
        ]);
        assert_eq!(ran.json(), json!({ "answers_by_link": true }));
        let shelter =
            house.system_for("asha-nivas", Pair::ed(), &["cases:write", "consent:write"]).token(house, 0).await;
        let subjects =
            asked(house, &shelter, "{ subjects(first: 100) { nodes { id demographics { ageBand } } } }", json!({}))
                .await;
        let adult = subjects["subjects"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .find(|node| GROWN.iter().any(|band| node["demographics"]["ageBand"] == *band))
            .unwrap()["id"]
            .clone();
        let give = "mutation($i: GiveConsentInput!) { giveConsent(input: $i) { __typename ... on InvalidInput { path message } } }";
        let until = sangam_vocabulary::Instant::from_millis((now() + 30 * 86_400) * 1_000).rfc3339();
        let consent = json!({ "subject": adult, "effect": "GRANT", "givenBy": "OWN", "assent": "NOT_ASKED", "answers": [true, true, true, true, true, true, true], "purposes": ["SERVICE_REFERRAL"], "categories": ["SERVICES"], "recipients": [partner], "countries": ["BD", "IN"], "until": until, "idempotencyKey": "c" });
        let told = asked(house, &shelter, give, json!({ "i": consent })).await;
        assert_eq!(told["giveConsent"]["__typename"], "ConsentRecorded", "{told}");
        Self { server, texts, _mail: mail, partner, shelter, adult }
    }

    /// A referral with a note; its id.
    pub(crate) async fn refers(&self, house: &House, services: &[&str]) -> Value {
        let send = "mutation($i: SendReferralInput!) { sendReferral(input: $i) { __typename ... on ReferralSent { referral { id } } } }";
        let referral = json!({ "subject": self.adult, "recipient": self.partner, "services": services, "note": "Ask for Rupa", "urgency": "URGENT", "idempotencyKey": fresh() });
        let told = asked(house, &self.shelter, send, json!({ "i": referral })).await;
        assert_eq!(told["sendReferral"]["__typename"], "ReferralSent", "{told}");
        told["sendReferral"]["referral"]["id"].clone()
    }

    /// The mail that came, and the short message, which is taken away.
    pub(crate) async fn letters(&self) -> (Taken, String) {
        (mail(&self.server).await, short(&self.texts).await)
    }
}

/// The address that stands in a letter, and the code of a short message.
pub(crate) fn link_and_code(house: &House, letter: &Taken, text: &str) -> (String, String) {
    let link = letter.body().lines().find(|line| line.starts_with(&house.address)).unwrap().trim().to_owned();
    (link, text.lines().rfind(|line| line.len() == 8).unwrap().to_owned())
}

sangam_kit::both_databases! {
    template = empty;

    async fn a_partner_without_a_system_answers_from_a_telephone(database: Database) {
        let (server, folder, texts, more) = Asking::ways();
        let house = House::serving(&database, SANDBOX, &more);
        let scene = Asking::open(&house, (server, folder, texts)).await;
        let (partner, shelter) = (&scene.partner, &scene.shelter);
        let bad = house.write("bad", "desk@shelter.example.org\n");
        assert_eq!(house.organization_command(&["answers", partner, "--contact-file", bad.to_str().unwrap()]).code, 1);
        assert_eq!(house.organization_command(&["answers", &format!("org_{}", "0".repeat(32)), "--none"]).code, 3);

        let id = scene.refers(&house, &["EDUCATION"]).await;
        let (letter, text) = scene.letters().await;
        assert!(letter.over_tls && letter.to == ["desk@shelter.example.org"], "{letter:?}");
        let (body, (link, code)) = (letter.body(), link_and_code(&house, &letter, &text));
        assert!(link.ends_with("?lang=bn") && text.starts_with(NUMBER), "{link} {text}");
        for word in ["Rupa", "EDUCATION", "India", "Asha"] {
            assert!(!body.contains(word) && !text.contains(word), "{word}");
        }

        let http = house.http(None);
        let post = |form: String| page(http.post(&link).header("content-type", FORM).body(form));
        let first = page(http.get(&link)).await;
        assert!(first.0 == 200 && first.1.contains("<html lang=\"bn\" dir=\"ltr\">") && first.1.contains("আপনার উত্তর"), "{first:?}");
        // A mail scanner that follows the link a hundred times.
        for _ in 0..99 {
            assert_eq!(page(http.get(&link)).await, first);
        }
        let wrong = post("code=00000000".to_owned()).await;
        assert_eq!(wrong.0, 403);
        let nowhere = format!("{}/answer/{}?lang=bn", house.address, "0".repeat(32));
        assert_eq!(page(http.post(&nowhere).header("content-type", FORM).body(format!("code={code}"))).await, wrong);
        let (status, shown) = post(format!("code={code}")).await;
        assert!(status == 200 && shown.contains("পড়াশোনা বা প্রশিক্ষণ") && shown.contains("BD-D") && shown.contains("এক দিনের মধ্যে"), "{shown}");
        assert!(!shown.contains("Rupa") && !shown.contains("<script") && !shown.contains("Asha"), "{shown}");
        let seal = shown.split("name=\"seal\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let done = post(format!("seal={seal}&answer=ACCEPT")).await;
        assert!(done.0 == 200 && done.1.contains("ধন্যবাদ"), "{done:?}");
        assert_eq!(post(format!("code={code}")).await, wrong, "used up, it is told like a wrong code");
        let query = "query($id: ID!) { referral(id: $id) { state answerLink } }";
        let told = asked(&house, shelter, query, json!({ "id": id })).await;
        assert_eq!(told["referral"], json!({ "state": "ACCEPTED", "answerLink": "USED" }));
        // What was written down by the process says nothing of any of it.
        let output = house.output(0);
        for secret in [&link[house.address.len() + 8..house.address.len() + 40], code.as_str(), "desk@shelter", NUMBER] {
            assert!(!output.contains(secret), "`{secret}` is in the log");
        }
    }
}
