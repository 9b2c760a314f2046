//! People's screens in a real browser: the demo's invented people do a day's work, on a telephone and at a desk, with and
//! without script; what is looked at is in `tests/node/browser/portal.mjs`. With `SANGAM_SCREENSHOTS` it leaves a picture of
//! every page in that folder.

use sangam_kit::demo::Demo;
use sangam_kit::folder::Folder;
use sangam_kit::node::Script;
use serde_json::json;

/// Set to a folder, this variable makes pictures.
const PICTURES: &str = "SANGAM_SCREENSHOTS";
/// Looks at the least: fewer, and a walk was cut short. Each page is looked at in two sizes, and on the telephone in two lights.
const LOOKS: [(&str, u64); 2] = [("portal", 3 * 20 + 6 * 3 * 2), ("plain", 3 * 8)];

#[test]
fn the_people_of_the_demo_do_their_days_work() {
    let pictures = std::env::var(PICTURES).unwrap_or_default();
    for (walk, least) in LOOKS {
        let folder = Folder::new("portal");
        // Few cases: whoever is there has agreed, and the others only fill the board.
        let demo = Demo::start_with(&folder, None, 6);
        let portal = demo.card().portal.clone().expect("the demo has people's screens");
        let hub = portal.strip_suffix("/home").expect("home");
        let mut browser = Script::start_with("pages.mjs", &[hub, &pictures]);
        let told = browser.ask(&json!({ "walk": walk }));
        eprintln!("{walk}: {} looks, the heaviest page {} bytes", told["looked"], told["heaviest"]);
        let found: Vec<String> = serde_json::from_value(told["found"].clone()).unwrap();
        assert!(found.is_empty(), "{} found:\n{}", found.len(), found.join("\n"));
        assert!(told["looked"].as_u64() >= Some(least), "{walk} was cut short");
    }
}
