//! Another Sangam as a partner, the real one: the binary's demo beside this hub, over HTTP and OAuth 2.0, with the file and
//! the operations that are shipped. What its shelter sends to the seat of an organization comes in here, is answered here, and
//! the answer arrives there.

use sangam_kit::database::{Database, Kind};
use sangam_kit::demo::Demo;
use sangam_kit::folder::Folder;
use sangam_wire::config::Overrides;
use sangam_wire::{Delivery, WireFault};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{AGENCY, House, SHELTER};
use crate::words::{SEND, STEP};
use sangam_scenarios::look::migrated;

const ORGANIZATIONS: &str = "{ organizations(first: 100) { nodes { id name } } }";
const SENT: &str =
    "{ referrals(first: 100, direction: SENT) { nodes { id state version recipient { name } subject { id } } } }";

/// On one kind of database: what is tried here is between two hubs, and not below them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_hub_sends_comes_in_and_its_answer_goes_back() {
    let database = Database::fresh(Kind::Sqlite, &migrated()).await;
    let folder = Folder::new("another-hub");
    let other = Demo::start(&folder);
    let seat = other.card().client("Nirapod Ghar").clone();
    let shelter = other.card().sign_in_as("Asha Nivas", "staff-1").await.unwrap().for_purpose("SERVICE_REFERRAL");
    let all = shelter.ask(ORGANIZATIONS, json!({})).await.complete();
    let named = |name: &str| {
        let nodes = all.at("/organizations/nodes").as_array().unwrap();
        nodes.iter().find(|node| node["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
    };
    // The shelter of this hub stands for the other hub: it is the sender of what comes from there.
    let house = House::open(&database).await;
    house.edit_file("hub-mv.toml", |text| {
        text.replace("\"dhooni-desk\"", "\"asha-nivas\"")
            .replace("cli_00000000000000000000000000000000", &seat.client_id)
            .replace(
                "key_id = \"hub-1\"\nprivate_key_file = \"hub-mv.key\"",
                &format!("client_secret = \"{}\"", seat.client_secret),
            )
            .replace("token_url = \"/oauth2/token\"", &format!("token_url = \"{}\"", other.card().token_endpoint))
            .replace("per_page = 50", "per_page = 2")
            .replace(
                "org_00000000000000000000000000000000 = \"asha-nivas\"",
                &format!("{} = \"nirapod-ghar\"", named("Nirapod Ghar")),
            )
    });
    let overrides = Overrides {
        base_url: Some(other.card().graphql.clone()),
        secrets: Some(house.folder.join("secrets")),
        sandbox: true,
        ..Overrides::default()
    };
    let partner = house.connect_with("hub-mv", &overrides).await;
    // Two more referrals of a person whose consent covers the seat.
    let to_seat = |node: &&Value| node["recipient"]["name"] == "Nirapod Ghar";
    let sent = shelter.ask(SENT, json!({})).await.complete();
    let subject =
        sent.at("/referrals/nodes").as_array().unwrap().iter().find(to_seat).unwrap()["subject"]["id"].clone();
    for service in ["EDUCATION", "LIVELIHOOD"] {
        let input = json!({"idempotencyKey": service, "subject": subject, "recipient": named("Nirapod Ghar"), "services": [service], "urgency": "ROUTINE"});
        let told = shelter.ask(SEND, json!({ "input": input })).await.complete();
        assert_eq!(told.at("/sendReferral/__typename"), "ReferralSent", "{}", told.text());
    }
    let sent = shelter.ask(SENT, json!({})).await.complete();
    let taken = house.synchronise(&partner).await;
    let there_were: Vec<Value> =
        sent.at("/referrals/nodes").as_array().unwrap().iter().filter(to_seat).cloned().collect();
    assert!(there_were.len() > 2, "pages of two do not break inside {}", there_were.len());
    assert_eq!((taken.recorded as usize, taken.quarantined), (there_were.len(), 0), "{taken:?}");
    assert_eq!(taken.referrals as usize, there_were.len());
    let again = house.synchronise(&partner).await;
    assert_eq!((again.recorded, again.changed, again.taken_back), (0, 0, 0), "{again:?}");

    // Her categories came as the other hub lets them, and no others; the seat's own organization is asked for help.
    let received = house.referrals(AGENCY, "RECEIVED").await;
    assert_eq!(received.len(), there_were.len());
    let whole = house.ask(SHELTER, "{ subjects(first: 100) { nodes { canSee caseReference { number } demographics { ageBand } tracing { names { text } } } } }", json!({})).await;
    let subjects = whole["subjects"]["nodes"].as_array().unwrap();
    assert_eq!(subjects.len(), there_were.len());
    assert!(
        subjects.iter().all(|subject| subject["caseReference"]["number"].is_string() && subject["tracing"].is_null()),
        "{whole}"
    );

    // The answer goes back by her record's own referral.
    let answered = received[0].clone();
    let step = |key: &str, version: &Value, event: &str| json!({"input": {"idempotencyKey": key, "referral": answered["id"], "version": version, "event": event}});
    let told = house.ask(AGENCY, STEP, step("a", &answered["version"], "ACCEPT")).await;
    let version = told["stepReferral"]["referral"]["version"].clone();
    let told = house.ask(AGENCY, STEP, step("b", &version, "START")).await;
    assert_eq!(told["stepReferral"]["referral"]["state"], "IN_PROGRESS", "{told}");
    let states =
        |list: &[Value]| list.iter().map(|node| node["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    for _ in 0..2 {
        let report = house.desk.deliver_to(&partner).await.unwrap();
        assert_eq!(report.failed, 0, "{report:?}");
        let sent = shelter.ask(SENT, json!({})).await.complete();
        let now: Vec<Value> = sent.at("/referrals/nodes").as_array().unwrap().iter().filter(to_seat).cloned().collect();
        let going = states(&now).iter().filter(|state| *state == "IN_PROGRESS").count();
        assert_eq!(going, 1, "two steps there, each once: {:?}", states(&now));
    }

    // What its people take back comes no more; an offer has no way.
    let sent = shelter.ask(SENT, json!({})).await.complete();
    let still = |node: &&Value| to_seat(node) && node["state"] != "IN_PROGRESS";
    let gone = sent.at("/referrals/nodes").as_array().unwrap().iter().find(still).unwrap();
    let input = json!({"idempotencyKey": "w", "referral": gone["id"], "version": gone["version"], "event": "WITHDRAW"});
    let told = shelter.ask(STEP, json!({"input": input})).await.complete();
    assert_eq!(told.at("/stepReferral/__typename"), "StepTaken", "{}", told.text());
    let after = house.synchronise(&partner).await;
    assert_eq!(after.taken_back, 1, "{after:?}");
    let offer = Delivery::Offer { record: Uuid::nil(), referral: Uuid::nil(), body: json!({}) };
    assert_eq!(partner.wire.deliver(&offer).await.unwrap_err(), WireFault::Unsupported);
}
