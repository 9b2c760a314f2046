//! `sangam person`: what it does beside a serving hub, what it refuses and in which words, and what a program reads.

use sangam_kit::database::Database;
use serde_json::{Value, json};

use crate::empty;
use crate::house::{House, SANDBOX};

fn listed(house: &House, arguments: &[&str]) -> Vec<Value> {
    house.person(&[&["list", "--json"], arguments].concat()).json().as_array().unwrap().clone()
}

fn invite<'a>(house: &'a House, pseudonym: &'a str, role: &'a str) -> Vec<&'a str> {
    vec!["invite", "--organization", house.organization("asha-nivas"), "--pseudonym", pseudonym, "--role", role]
}

/// Invites somebody; the id.
fn invited(house: &House, pseudonym: &str, role: &str) -> String {
    let told = house.person(&[&invite(house, pseudonym, role)[..], &["--json"]].concat()).json();
    let code = told["code"].as_str().unwrap();
    assert!(code.len() == 64 && told["code_until"].as_str().unwrap().ends_with('Z'), "{told}");
    told["person"].as_str().unwrap().to_owned()
}

fn shown(house: &House, person: &str) -> Value {
    listed(house, &["--organization", "asha-nivas"]).into_iter().find(|row| row["person"] == json!(person)).unwrap()
}

sangam_kit::both_databases! {
    template = empty;

    async fn administrators_are_made_listed_stopped_and_reviewed_beside_a_serving_hub(database: Database) {
        let house = House::on(&database, SANDBOX);
        let before = listed(&house, &[]).len();
        let first = invited(&house, "staff-1", "ADMINISTRATOR");
        let second = invited(&house, "staff-2", "ADMINISTRATOR");
        let row = shown(&house, &first);
        assert_eq!((&row["state"], &row["roles"], &row["last_used"]), (&json!("INVITED"), &json!(["ADMINISTRATOR"]), &Value::Null));
        assert_eq!((&row["pseudonym"], &row["organization"]["name"], &row["generation"]), (&json!("staff-1"), &json!("Asha Nivas"), &json!(1)));
        assert!(row["review_due"].as_str().unwrap().starts_with("20"));
        let all = listed(&house, &[]);
        assert_eq!(all.len(), before + 2);
        assert!(all.iter().any(|row| row["state"] == "RECORDED" && row["review_due"].is_null()), "the demo's approvers");
        assert!(listed(&house, &["--organization", "nirapod-ghar"]).iter().all(|row| row["person"] != json!(first)));

        let anew = house.person(&["reinvite", &first]);
        assert!(anew.code == 0 && anew.output.contains("told this once"), "{anew:?}");
        let stopped = house.person(&["suspend", &second]);
        assert!(stopped.code == 0 && stopped.output.contains("within five seconds"), "{stopped:?}");
        assert_eq!(shown(&house, &second)["state"], "SUSPENDED");
        assert_eq!(house.person(&["resume", &second, "--json"]).json()["person"], json!(second));
        assert_eq!((&shown(&house, &second)["state"], &shown(&house, &second)["generation"]), (&json!("INVITED"), &json!(3)));
        assert_eq!(house.person(&["roles", &second, "--role", "CASE_WORKER", "--role", "OVERSEER"]).code, 0);
        assert_eq!(shown(&house, &second)["roles"], json!(["CASE_WORKER", "OVERSEER"]));
        assert_eq!(house.person(&["roles", &second, "--none"]).code, 0);
        assert_eq!(shown(&house, &second)["roles"], json!([]));
        let due = shown(&house, &first)["review_due"].clone();
        assert_eq!(house.person(&["review", &first, &second]).code, 0);
        assert_ne!(shown(&house, &first)["review_due"], due);
        let text = house.person(&["list", "--organization", "asha-nivas"]).output;
        let line = text.lines().find(|line| line.contains(&first)).unwrap();
        assert!(line.contains("INVITED") && line.contains("Asha Nivas: staff-1") && line.contains("ADMINISTRATOR"), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_done_to_people_is_said_so_and_nothing_is_there() {
    let house = House::of(SANDBOX);
    let person = invited(&house, "staff-1", "CASE_WORKER");
    let before = listed(&house, &[]);
    for (arguments, words) in [
        (invite(&house, "staff-1", "OVERSEER"), "the pseudonym is taken"),
        (invite(&house, "Two Words", "OVERSEER"), "1 to 64 characters"),
        (invite(&house, "somebody@example.org", "OVERSEER"), "1 to 64 characters"),
        (vec!["resume", &person], "not in a state for that"),
    ] {
        let ran = house.person(&arguments);
        assert!(ran.code == 1 && ran.output.contains(words), "{arguments:?}: {ran:?}");
        assert!(
            !ran.output.contains("example.org") && !ran.output.contains("Two Words"),
            "no value is repeated: {ran:?}"
        );
    }
    assert_eq!(listed(&house, &[]), before);
    let (nobody, nowhere) = (format!("per_{}", "0".repeat(32)), format!("org_{}", "0".repeat(32)));
    let mut elsewhere = invite(&house, "staff-9", "OVERSEER");
    elsewhere[2] = &nowhere;
    for arguments in [
        vec!["suspend", &nobody],
        vec!["resume", &nobody],
        vec!["reinvite", &nobody],
        vec!["roles", &nobody, "--none"],
        // All of them or none.
        vec!["review", &person, &nobody],
        vec!["suspend", "staff-1"],
        vec!["list", "--organization", &nowhere],
        elsewhere,
    ] {
        let ran = house.person(&arguments);
        assert!(ran.code == 3 && ran.output.contains("sangam: "), "{arguments:?}: {ran:?}");
    }
    assert_eq!(listed(&house, &[]), before);
    let unknown = invite(&house, "staff-2", "EVERYTHING");
    for arguments in [unknown, vec!["suspend"], vec!["roles", &person], vec!["review"], vec!["remove", &person]] {
        assert_eq!(house.person(&arguments).code, 2, "{arguments:?}");
    }
    let help = house.person(&["--help"]);
    for words in ["two active administrators", "Exit codes", "sangam person suspend", "60 days"] {
        assert!(help.code == 0 && help.output.contains(words), "{words}: {help:?}");
    }
    // A system is not registered with what is for people.
    let ran = house.client(&["add", "--organization", "asha-nivas", "--name", "a", "--scope", "people", "--secret"]);
    assert_eq!(ran.code, 2, "{ran:?}");
}
