//! The hub's own pages in a real browser: Chromium walks through them as people do, in every language, on a telephone and
//! at a desk, in light and dark. What is looked at is in `tests/node/browser`. With `SANGAM_SCREENSHOTS` it leaves a picture
//! of everything in that folder.

use sangam_kit::database::{Database, Kind};
use sangam_kit::node::Script;
use sangam_vocabulary::{Code as _, Direction, Language};
use serde_json::{Value, json};

use crate::answer::{Asking, link_and_code};
use crate::empty;
use crate::signin::browser::Browser;
use crate::signin::day::Office;
use crate::signin::people::CASE_WORKER;

const DAY: i64 = 86_400;
/// Set to a folder, this variable makes pictures.
const PICTURES: &str = "SANGAM_SCREENSHOTS";
/// What is asked for: in each language other services, since the same asked for twice is one referral.
const SERVICES: [&str; 14] = [
    "SHELTER",
    "HEALTH",
    "PSYCHOSOCIAL",
    "LEGAL_AID",
    "EXPERT_OPINION",
    "INTERPRETATION",
    "POLICE",
    "LIVELIHOOD",
    "EDUCATION",
    "FAMILY_MEDIATION",
    "FAMILY_REUNIFICATION",
    "HOME_INVESTIGATION",
    "REGISTRATION",
    "OTHER",
];
const ASKED_FOR: usize = 6;
/// Looks at every page: two sizes, and dark in two languages. Fewer, and a walk was cut short.
const LOOKS_OF_CODES: u64 = 13 * (2 * 3 + 9 * 2) + 4 * 3;
const LOOKS_OF_SIGN_IN: u64 = 7 * 3;

/// Walks; what was found, a fault a line.
fn walks(browser: &mut Script, walk: &Value, looks: u64) -> Vec<String> {
    let told = browser.ask(walk);
    eprintln!("{}: {} looks, the heaviest page {} bytes", walk["walk"], told["looked"], told["heaviest"]);
    let mut found: Vec<String> = serde_json::from_value(told["found"].clone()).unwrap();
    if told["looked"].as_u64() < Some(looks) {
        found.push(format!("{} was cut short", walk["walk"]));
    }
    found
}

/// Both databases show the same pages: one is enough.
#[tokio::test]
async fn a_browser_finds_nothing_wrong_with_any_page() {
    let database = Database::fresh(Kind::Sqlite, &empty()).await;
    let (server, mail, texts, more) = Asking::ways();
    let mut office = Office::with(&database, &more);
    office.open();
    let house = &office.house;
    let scene = Asking::open(house, (server, mail, texts)).await;
    let mut languages = Vec::new();
    for (number, language) in Language::ALL.iter().enumerate() {
        let services: Vec<&str> = SERVICES.into_iter().cycle().skip(number).take(ASKED_FOR).collect();
        scene.refers(house, &services).await;
        let (letter, text) = scene.letters().await;
        let (link, code) = link_and_code(house, &letter, &text);
        let lang = language.code().to_lowercase();
        let link = format!("{}?lang={lang}", link.split('?').next().unwrap());
        let dir = if language.direction() == Direction::RightToLeft { "rtl" } else { "ltr" };
        let ends = if number % 2 == 0 { "ACCEPT" } else { "DECLINE" };
        // One of them walks without script, where what needs one cannot look.
        let script = *language != Language::Nepali;
        languages.push(json!({ "lang": lang, "dir": dir, "link": link, "code": code, "ends": ends, "script": script }));
    }
    let pictures = std::env::var(PICTURES).unwrap_or_default();
    let mut browser = Script::start_with("pages.mjs", &[&house.address, &pictures]);

    let invited = house.invite("asha-nivas", "asha-worker-5", CASE_WORKER, DAY).await;
    office.first_page(&mut Browser::new()).await;
    let walk = json!({ "walk": "signIn", "code": invited.code, "pseudonym": "asha-worker-5" });
    let mut found = walks(&mut browser, &walk, LOOKS_OF_SIGN_IN);

    let organization = house.organization("asha-nivas");
    let drawn = house.organization_command(&["codes", organization, "--json"]).json();
    let walk = json!({ "walk": "codes", "languages": languages, "organization": organization, "code": drawn["lock"] });
    found.extend(walks(&mut browser, &walk, LOOKS_OF_CODES));
    assert!(found.is_empty(), "{} found:\n{}", found.len(), found.join("\n"));
}
