//! A lock from outside: by telephone code and by the page, on one process and on three, measured; and a start while locked.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sangam_kit::database::Database;
use serde_json::{Value, json};

use crate::empty;
use crate::house::{House, SANDBOX, System};
use crate::keys::Pair;
use crate::socket::Socket;

/// Within how long a lock must act on every process.
const ACTS_WITHIN: Duration = Duration::from_secs(5);
const SHOWN: &str = "{ referrals(first: 100, direction: RECEIVED) { nodes { id sender { country } subject { demographics { sex } } } } }";
const LOCK: &str = "mutation { lockOrganization { __typename } }";
const FORM: &str = "application/x-www-form-urlencoded";

async fn graphql(house: &House, number: usize, token: &str, query: &str) -> Value {
    let request = house.http(None).post(format!("{}/graphql", house.origin(number)));
    let request =
        request.header("authorization", format!("Bearer {token}")).header("sangam-purpose", "SERVICE_REFERRAL");
    let response = request.json(&json!({ "query": query })).send().await.unwrap();
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

/// How many referrals from India, where the shelter is, show something of the person, and how many there are.
async fn shown(house: &House, number: usize, token: &str) -> (usize, usize) {
    let answer = graphql(house, number, token, SHOWN).await;
    let nodes = answer["data"]["referrals"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
    let nodes: Vec<_> = nodes.iter().filter(|node| node["sender"]["country"] == "IN").collect();
    (nodes.iter().filter(|node| node["subject"]["demographics"].is_object()).count(), nodes.len())
}

/// Asks until nothing is shown; how long that took.
async fn dark(house: &House, number: usize, token: &str) -> Duration {
    let since = Instant::now();
    while shown(house, number, token).await.0 > 0 {
        assert!(since.elapsed() < ACTS_WITHIN * 2, "it is still shown");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    since.elapsed()
}

/// Asks until the organization's own system is told that it is locked; how long that took.
async fn refused(house: &House, number: usize, token: &str) -> Duration {
    let since = Instant::now();
    while graphql(house, number, token, SHOWN).await["errors"][0]["extensions"]["code"] != "LOCKED" {
        assert!(since.elapsed() < ACTS_WITHIN * 2, "it is not told");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    since.elapsed()
}

async fn post(house: &House, number: usize, organization: &str, code: &str) -> (u16, String) {
    let body = format!("organization={organization}&code={code}");
    let request = house.http(None).post(format!("{}/lock", house.origin(number))).header("content-type", FORM);
    let response = request.body(body).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn pair(house: &House) -> (System, String, System, String) {
    let (shelter, agency) = (house.system("asha-nivas", Pair::ed()), house.system("nirapod-ghar", Pair::ed()));
    let (of_shelter, of_agency) = (shelter.token(house, 0).await, agency.token(house, 0).await);
    (shelter, of_shelter, agency, of_agency)
}

sangam_kit::both_databases! {
    template = empty;

    async fn a_lock_acts_within_five_seconds_on_every_process(database: Database) {
        let mut house = House::on(&database, SANDBOX);
        let processes = [0, house.start(), house.start()];
        let (_shelter, own, _agency, theirs) = pair(&house).await;
        let mut sockets = Vec::new();
        for number in processes {
            assert!(shown(&house, number, &theirs).await.0 > 0, "the scene is not the one that was meant");
            sockets.push(Socket::watching(&house, number, &own).await);
        }
        let mut bystander = Socket::watching(&house, processes[2], &theirs).await;
        // The organization's own system, without the scope or the purpose of anything: one request.
        let told = graphql(&house, 0, &own, LOCK).await;
        assert_eq!(told["data"]["lockOrganization"]["__typename"], "SubjectsLocked", "{told}");
        let (seen, own, theirs) = (&house, &own, &theirs);
        let acts = processes.iter().zip(&mut sockets).map(|(number, socket)| async move {
            tokio::join!(dark(seen, *number, theirs), refused(seen, *number, own), socket.forbidden())
        });
        for (number, (others, its_own, socket)) in processes.iter().zip(join_all(acts).await) {
            eprintln!("lock, process {number}: shown to others {others:?}, own told {its_own:?}, socket {socket:?}");
            assert!([others, its_own, socket].iter().all(|took| *took < ACTS_WITHIN), "process {number}");
        }
        assert!(bystander.lives().await, "others' sockets stay");
        // A process that starts now starts locked, and so does one that starts again.
        let last = house.start();
        house.restart(processes[1]);
        for number in [processes[1], last] {
            let (light, all) = shown(&house, number, theirs).await;
            assert!(light == 0 && all > 0, "{light} of {all}");
        }
    }

    async fn the_codes_lock_by_telephone_and_on_the_page(database: Database) {
        let house = House::on(&database, SANDBOX);
        let (_shelter, own, _agency, theirs) = pair(&house).await;
        let organization = house.organization("asha-nivas").to_owned();
        let locks = || house.organization_command(&["locks", "--json"]).json();
        // Without codes no code locks.
        let nothing = post(&house, 0, &organization, "0123456789").await;
        assert_eq!(nothing.0, 403);
        let drawn = house.organization_command(&["codes", &organization, "--json"]).json();
        let (code, duress) = (drawn["lock"].as_str().unwrap(), drawn["duress"].as_str().unwrap());
        assert!(code.len() == 10 && duress.len() == 10 && code != duress);
        let wrong = if code == "1111111111" { "2222222222" } else { "1111111111" };
        for (named, sent) in [(organization.as_str(), wrong), ("Asha+Nobody", code), (house.organization("nirapod-ghar"), code)] {
            assert_eq!(post(&house, 0, named, sent).await, nothing);
        }
        assert_eq!(locks(), json!([]));
        assert!(shown(&house, 0, &theirs).await.0 > 0);

        // On the page, under duress, by name: it looks like success.
        let forced = post(&house, 0, "asha+nivas", duress).await;
        assert_eq!(forced.0, 200);
        assert_eq!(shown(&house, 0, &theirs).await.0, 0, "at once, where it was said");
        let told = locks();
        assert_eq!((&told[0]["duress"], &told[0]["of"], &told[0]["way"]), (&json!(true), &json!(organization), &json!("CODE")));
        let seen = graphql(&house, 0, &own, "{ locks { id scope country since } }").await;
        assert!(!seen.to_string().contains("uress") && seen["data"]["locks"][0]["id"] == told[0]["lock"], "{seen}");
        // By telephone, with the other code: answered alike, and it stays what it was.
        let file = house.write("code", format!("{code}\n"));
        let ran = house.organization_command(&["lock", "Asha Nivas", "--code-file", file.to_str().unwrap(), "--json"]);
        assert_eq!(ran.json(), json!({"locked": true}));
        assert_eq!(post(&house, 0, &organization, code).await, forced);
        assert_eq!(locks()[0]["duress"], json!(true));
        // The operator alone opens nothing, and what is not there is not found.
        let lock = told[0]["lock"].as_str().unwrap();
        assert_eq!(house.organization_command(&["unlock", lock, "--json"]).json()["open"], json!(false));
        assert_eq!(house.organization_command(&["unlock", &format!("lck_{}", "0".repeat(32))]).code, 3);
        let file = house.write("code", wrong);
        assert_eq!(house.organization_command(&["lock", &organization, "--code-file", file.to_str().unwrap()]).code, 3);
        // New codes void the old ones.
        house.organization_command(&["codes", &organization, "--json"]).json();
        assert_eq!(post(&house, 0, &organization, code).await, nothing);
    }
}

/// A command beside a hub that serves locks on that hub, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_at_the_operators_desk_acts_on_the_hub_that_serves() {
    let house = House::of(SANDBOX);
    let (_shelter, own, _agency, theirs) = pair(&house).await;
    let organization = house.organization("asha-nivas").to_owned();
    let drawn = house.organization_command(&["codes", &organization, "--json"]).json();
    let file = house.write("code", drawn["lock"].as_str().unwrap());
    let mut socket = Socket::watching(&house, 0, &own).await;
    assert!(shown(&house, 0, &theirs).await.0 > 0);
    assert_eq!(house.organization_command(&["lock", &organization, "--code-file", file.to_str().unwrap()]).code, 0);
    let (took, of_socket) = tokio::join!(dark(&house, 0, &theirs), socket.forbidden());
    assert!(took < ACTS_WITHIN && of_socket < ACTS_WITHIN, "{took:?} {of_socket:?}");
    eprintln!("lock at the operator's desk: shown {took:?}, socket {of_socket:?}");
}
