//! The demo's partners, one or more of every kind: what they have comes in, what is referred to them is pushed into their
//! systems, their invented people decide there, and the decision comes back. Seen from outside, as whoever tries it sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use sangam_kit::client::Client;
use sangam_kit::demo::Demo;
use sangam_kit::folder::Folder;
use sangam_wire::config::{KINDS, Of, of};
use serde_json::json;

use crate::people::Hub;

const OWN: &str = "{ subjects(first: 1) { nodes { id } } }";
const SENT: &str = "{ referrals(first: 100, direction: SENT) { nodes { state recipient { name } } } }";

const DIRECTORY: &str = "{ organizations(first: 100) { nodes { name services servicesSaidAt } } }";

/// The organization for which nobody in a sandbox answers: whoever tries the demo does.
const YOU: &str = "Nirapod Ghar";

/// How long the decisions may take on a busy machine: a look of the invented people, and a round of the hub's.
const DECIDED_WITHIN: Duration = Duration::from_secs(60);

/// The states of the referrals that each organization is the recipient of, as those see them who sent them.
async fn states(senders: &[Client]) -> BTreeMap<String, BTreeSet<String>> {
    let mut states: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    for sender in senders {
        let sent = sender.ask(SENT, json!({})).await.complete();
        for referral in sent.at("/referrals/nodes").as_array().unwrap() {
            states.entry(text(&referral["recipient"]["name"])).or_default().insert(text(&referral["state"]));
        }
    }
    states
}

#[tokio::test]
async fn every_kind_of_partner_takes_what_is_pushed_and_answers() {
    let folder = Folder::new("kinds");
    let hub = Hub::of(Demo::start_with(&folder, None, 0));
    let partners = hub.partners().to_vec();
    let there: BTreeSet<&str> = partners.iter().map(|partner| partner.wire.as_str()).collect();
    let known: BTreeSet<&str> = KINDS.iter().map(|kind| kind.wire).collect();
    assert_eq!(there, known, "a sandbox partner of every kind that a partner can be of");

    // In a directory nobody is: what comes of it is what its organization offers.
    let (directories, partners): (Vec<_>, Vec<_>) =
        partners.into_iter().partition(|partner| of(&partner.wire) == Of::Services);
    let any = hub.sign_in(YOU).await.ask(DIRECTORY, json!({})).await.complete();
    let said = any.at("/organizations/nodes").as_array().unwrap().iter().filter(|one| !one["servicesSaidAt"].is_null());
    let said: Vec<_> = said.map(|one| (&one["name"], &one["services"])).collect();
    let [directory] = directories.as_slice() else { panic!("one directory: {directories:?}") };
    assert_eq!(said, [(&json!(directory.organization), &json!(["LEGAL_AID"]))]);

    let mut senders = Vec::new();
    for partner in &partners {
        let client = hub.sign_in(&partner.organization).await;
        let own = client.ask(OWN, json!({})).await.complete();
        senders.push(client);
        assert!(!own.at("/subjects/nodes").as_array().unwrap().is_empty(), "nothing of {} came in", partner.name);
    }
    let begun = Instant::now();
    let both = ["ACCEPTED".to_owned(), "DECLINED".to_owned()];
    let deciding: Vec<_> = partners.iter().filter(|partner| partner.organization != YOU).collect();
    loop {
        let states = states(&senders).await;
        let missing = deciding.iter().filter(|partner| {
            let told = states.get(&partner.organization);
            !both.iter().all(|state| told.is_some_and(|told| told.contains(state)))
        });
        let missing: Vec<&str> = missing.map(|partner| partner.name.as_str()).collect();
        if missing.is_empty() {
            // Where nobody decides by itself, nothing is decided.
            assert!(states[YOU].iter().all(|state| ["SENT", "RECEIVED"].contains(&state.as_str())), "{states:?}");
            break;
        }
        assert!(begun.elapsed() < DECIDED_WITHIN, "{missing:?} did not answer: {states:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    hub.stop_and_verify(None).await;
}
