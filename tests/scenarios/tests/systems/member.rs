//! Membership from outside: an organization applies, is spoken for, is let in, and is suspended within five seconds on
//! every process, all through the binary.

use std::time::{Duration, Instant};

use sangam_kit::database::Database;
use serde_json::{Value, json};

use crate::empty;
use crate::house::{House, SANDBOX};
use crate::keys::Pair;
use crate::socket::Socket;

const ACTS_WITHIN: Duration = Duration::from_secs(5);
const PAPERS: [&str; 4] = ["REGISTRATION", "CHILD_PROTECTION_POLICY", "DATA_PROTECTION_POLICY", "LEADERSHIP"];

async fn refused(house: &House, number: usize, token: &str) -> Duration {
    let (since, http) = (Instant::now(), house.http(None));
    while house.ask(number, &http, &format!("Bearer {token}"), None).await == 200 {
        assert!(since.elapsed() < ACTS_WITHIN * 2, "the token is still good");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    since.elapsed()
}

fn apply(house: &House) -> Value {
    let papers: Vec<String> =
        PAPERS.iter().map(|kind| format!("{kind}={}", house.write(&format!("{kind}.pdf"), kind).display())).collect();
    let mut arguments =
        vec!["apply", "--json", "--name", "Sevana", "--country", "LK", "--role", "NGO", "--service", "HEALTH"];
    for paper in &papers {
        arguments.extend(["--paper", paper.as_str()]);
    }
    house.organization_command(&arguments).json()["application"].clone()
}

sangam_kit::both_databases! {
    template = empty;

    async fn from_an_application_to_a_suspension(database: Database) {
        let mut house = House::on(&database, SANDBOX);
        let second = house.start();
        let application = apply(&house).as_str().unwrap().to_owned();
        let shown = house.organization_command(&["show", &application, "--json"]).json();
        assert_eq!((&shown["state"], &shown["organization"]), (&json!("APPLIED"), &Value::Null));
        assert_eq!(shown["papers"].as_array().unwrap().len(), 4);
        // Of a paper its digest is kept.
        let registration = shown["papers"].as_array().unwrap().iter().find(|paper| paper["kind"] == "REGISTRATION").unwrap();
        assert_eq!(registration["sha256"].as_str().unwrap().len(), 64);
        let ran = house.organization_command(&["admit", &application]);
        assert!(ran.code == 1 && ran.output.contains("2 sponsors"), "{ran:?}");
        assert_eq!(house.organization_command(&["admit", &format!("acc_{}", "0".repeat(32))]).code, 3);
        assert_eq!(house.organization_command(&["refuse", &application, "--reason", "BECAUSE"]).code, 2);
        // Two members speak for it; people's own way in is tested with the desk's.
        house.speak(&application, &["nirapod-ghar", "sathi-samuha"]).await;
        let organization = house.organization_command(&["admit", &application, "--json"]).json()["organization"].as_str().unwrap().to_owned();
        house.know("sevana", &organization);
        let system = house.system("sevana", Pair::ed());
        // The processes that serve have met it by now, or do so before long.
        let since = Instant::now();
        let token = loop {
            let answer = house.assert(second, &system.assertion()).await;
            if answer.status == 200 {
                break answer.token().to_owned();
            }
            assert!(since.elapsed() < ACTS_WITHIN, "{answer:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        for number in [0, second] {
            let since = Instant::now();
            while house.ask(number, &house.http(None), &format!("Bearer {token}"), None).await != 200 {
                assert!(since.elapsed() < ACTS_WITHIN, "process {number} has not met it");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        assert_eq!(house.organization_command(&["confirm", &organization]).code, 0);
        let mut sockets = [Socket::watching(&house, 0, &token).await, Socket::watching(&house, second, &token).await];
        let ran = house.organization_command(&["suspend", &organization, "--json"]).json();
        assert_eq!(ran, json!({"organization": organization, "state": "SUSPENDED"}));
        let (one, other) = sockets.split_at_mut(1);
        let (here, there, socket_here, socket_there) = tokio::join!(
            refused(&house, 0, &token),
            refused(&house, second, &token),
            one[0].forbidden(),
            other[0].forbidden(),
        );
        let all = [here, there, socket_here, socket_there];
        assert!(all.iter().all(|took| *took < ACTS_WITHIN), "{all:?}");
        eprintln!("suspension of an organization: requests {here:?} {there:?}, sockets {socket_here:?} {socket_there:?}");
        assert_eq!(house.assert(0, &system.assertion()).await.error(), "invalid_client");
        assert_eq!(house.organization_command(&["resume", &organization]).code, 0);
        assert_eq!(house.organization_command(&["leave", &organization]).code, 0);
        let ran = house.organization_command(&["renew", &organization]);
        assert!(ran.code == 1 && ran.output.contains("not the next step"), "{ran:?}");
        let listed = house.organization_command(&["list", "--json"]).json();
        let row = listed.as_array().unwrap().iter().find(|row| row["name"] == "Sevana").unwrap();
        assert_eq!((&row["state"], &row["locked"]), (&json!("LEFT"), &json!(true)));
    }
}
