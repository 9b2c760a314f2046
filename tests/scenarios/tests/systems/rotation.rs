//! Keys change while the hub serves: tokens' keys under load, the master key, an organization's key. Nobody who asks
//! meanwhile is refused, and what is taken away is of no use afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sangam_kit::database::Database;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::empty;
use crate::house::{House, SANDBOX, System};
use crate::keys::{Pair, read};

/// Within how long a serving hub takes what changed in its key folder.
const TAKES_WITHIN: Duration = Duration::from_secs(10);

fn kid(token: &str) -> String {
    read(token, 0)["kid"].as_str().unwrap().to_owned()
}

async fn published(house: &House, number: usize) -> Vec<Value> {
    let response = house.http(None).get(format!("{}/oauth/jwks", house.origin(number))).send().await.unwrap();
    let set: Value = response.json().await.unwrap();
    set["keys"].as_array().unwrap().clone()
}

/// Waits until so many keys are published by every process.
async fn until_published(house: &House, processes: &[usize], count: usize) {
    let since = Instant::now();
    for number in processes {
        while published(house, *number).await.len() != count {
            assert!(since.elapsed() < TAKES_WITHIN, "the key folder was not read again");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// What the load has seen.
#[derive(Default)]
struct Load {
    stop: AtomicBool,
    calls: AtomicU32,
    refused: AtomicU32,
    /// The newest token of the loop.
    token: Mutex<String>,
}

/// Asks for tokens and calls with them, one after the other, of both processes in turn.
async fn load(house: &House, system: &System, load: &Load) {
    let http = house.http(None);
    while !load.stop.load(Ordering::SeqCst) {
        for (gives, serves) in [(0, 1), (1, 0)] {
            let answer = house.assert(gives, &system.assertion()).await;
            if answer.status != 200 {
                load.refused.fetch_add(1, Ordering::SeqCst);
                continue;
            }
            let token = answer.token().to_owned();
            for number in [gives, serves] {
                if house.ask(number, &http, &format!("Bearer {token}"), None).await != 200 {
                    load.refused.fetch_add(1, Ordering::SeqCst);
                }
                load.calls.fetch_add(1, Ordering::SeqCst);
            }
            *load.token.lock().await = token;
        }
    }
}

/// Waits until the load holds a token signed with that key.
async fn until_signed_with(loaded: &Load, wanted: &str) {
    let since = Instant::now();
    loop {
        let token = loaded.token.lock().await.clone();
        if !token.is_empty() && kid(&token) == wanted {
            return;
        }
        assert!(since.elapsed() < TAKES_WITHIN * 2, "no token of the new key");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

sangam_kit::both_databases! {
    template = empty;

    async fn token_keys_change_under_load_and_not_one_call_is_refused(database: Database) {
        let mut house = House::on(&database, SANDBOX);
        let second = house.start();
        let both = [0, second];
        let system = house.system("asha-nivas", Pair::ed());
        let first = system.token(&house, 0).await;
        let asked = house.http(None);
        for number in both {
            assert_eq!(house.ask(number, &asked, &format!("Bearer {first}"), None).await, 200);
        }
        let house = Arc::new(house);
        let (loaded, behind) = (Arc::new(Load::default()), (Arc::clone(&house), system));
        let running = {
            let loaded = Arc::clone(&loaded);
            tokio::spawn(async move { load(&behind.0, &behind.1, &loaded).await })
        };
        // A key of the other algorithm, known to both processes before either signs with it.
        let drew = house.run(&["key", "new", "token", "--label", "next", "--algorithm", "es256"], &[]);
        assert!(drew.code == 0 && drew.output.contains("does not work yet"), "{drew:?}");
        assert_eq!(fs::metadata(house.path("keys/tokens-next.pk8")).unwrap().permissions().mode() & 0o777, 0o400);
        until_published(&house, &both, 2).await;
        let keys = published(&house, 0).await;
        let next = keys.iter().find(|key| key["alg"] == "ES256").unwrap()["kid"].as_str().unwrap().to_owned();
        assert_ne!(kid(&loaded.token.lock().await.clone()), next, "it does not sign yet");
        fs::rename(house.path("keys/tokens-next.pk8"), house.path("keys/tokens-2027-01.pk8")).unwrap();
        until_signed_with(&loaded, &next).await;
        // Both processes sign with it before the old one goes: a token takes a while to be used.
        tokio::time::sleep(Duration::from_secs(3)).await;
        fs::remove_file(house.path("keys/tokens.pk8")).unwrap();
        until_published(&house, &both, 1).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        loaded.stop.store(true, Ordering::SeqCst);
        running.await.unwrap();
        let (calls, refused) = (loaded.calls.load(Ordering::SeqCst), loaded.refused.load(Ordering::SeqCst));
        assert!(calls > 10 && refused == 0, "{refused} of {calls} calls were refused");
        // What the old key signed is void, though it was used here before.
        let http = house.http(None);
        for number in both {
            assert_eq!(house.ask(number, &http, &format!("Bearer {first}"), None).await, 401);
        }
        let last = loaded.token.lock().await.clone();
        assert_eq!(read(&last, 0)["alg"], "ES256");
    }

    async fn a_master_key_and_an_organizations_key_change_while_others_read(database: Database) {
        let mut house = House::on(&database, SANDBOX);
        let second = house.start();
        let reader = house.system("nirapod-ghar", Pair::ed());
        let house = Arc::new(house);
        let before = house.run(&["key", "list", "--json"], &[]).json();
        assert_eq!(before["masters"].as_array().unwrap().len(), 1);
        let all = before["masters"][0]["keys"].as_u64().unwrap();
        assert!(all > 4 && before["unnamed"] == 0 && before["missing"] == json!([]), "{before}");
        let reads = Arc::new(AtomicU32::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let running = {
            let (house, stop, reads) = (Arc::clone(&house), Arc::clone(&stop), Arc::clone(&reads));
            tokio::spawn(async move {
                let tokens = [reader.token(&house, 0).await, reader.token(&house, second).await];
                while !stop.load(Ordering::SeqCst) {
                    for (number, token) in [0, second].into_iter().zip(&tokens) {
                        shown(&house, number, token).await;
                        reads.fetch_add(1, Ordering::SeqCst);
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            })
        };
        // The master key.
        assert_eq!(house.run(&["key", "new", "master", "--label", "next"], &[]).code, 0);
        tokio::time::sleep(Duration::from_secs(3)).await;
        fs::rename(house.path("keys/root-next.key"), house.path("keys/root-2026-12.key")).unwrap();
        tokio::time::sleep(Duration::from_secs(3)).await;
        let wrapped = house.run(&["key", "rewrap", "--json"], &[]).json();
        // On a slow machine the hub's own round may have done a part of it.
        assert!(wrapped["organizations"].as_u64().unwrap() * 2 <= all, "{wrapped}");
        let after = house.run(&["key", "list", "--json"], &[]).json();
        let held = |told: &Value, file: &str| {
            let rows = told["masters"].as_array().unwrap().clone();
            let row = rows.into_iter().find(|row| row["file"] == file).unwrap();
            (row["state"].as_str().unwrap().to_owned(), row["keys"].as_u64().unwrap())
        };
        assert_eq!(held(&after, "root-2026-12.key"), ("WRAPS".to_owned(), all));
        assert_eq!(held(&after, "root.key"), ("UNWRAPS".to_owned(), 0));
        let again = house.run(&["key", "rewrap", "--json"], &[]).json();
        assert_eq!(again["organizations"], 0, "it is done once");
        // An organization's key, while its subjects are read by the other and it is itself asked for nothing.
        let rotated = house.run(&["key", "rotate", "--organization", "asha-nivas", "--json"], &[]).json();
        assert!(rotated[0]["subjects"].as_u64().unwrap() > 0, "{rotated}");
        // The old master key's file goes, and nobody misses it, on processes that begin as well.
        fs::remove_file(house.path("keys/root.key")).unwrap();
        tokio::time::sleep(Duration::from_secs(3)).await;
        let counted = reads.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(reads.load(Ordering::SeqCst) > counted, "the reading goes on");
        stop.store(true, Ordering::SeqCst);
        running.await.unwrap();
        assert!(counted > 20, "{counted}");
        let mut house = Arc::into_inner(house).unwrap();
        house.restart(0);
        let reader = house.system("nirapod-ghar", Pair::ed());
        shown(&house, 0, &reader.token(&house, 0).await).await;
        let verified = house.run(&["journal", "verify"], &[]);
        assert_eq!(verified.code, 0, "{verified:?}");
    }

    async fn a_master_key_that_is_still_needed_is_missed_at_once(database: Database) {
        let house = House::on(&database, SANDBOX);
        let reader = house.system("nirapod-ghar", Pair::ed());
        let token = reader.token(&house, 0).await;
        shown(&house, 0, &token).await;
        // The only master key in another's place: what is open stays open, and no process begins like that.
        assert_eq!(house.run(&["key", "new", "master", "--label", "2026-12"], &[]).code, 0);
        let held = fs::read(house.path("keys/root.key")).unwrap();
        fs::remove_file(house.path("keys/root.key")).unwrap();
        tokio::time::sleep(Duration::from_secs(5)).await;
        shown(&house, 0, &token).await;
        assert!(house.output(0).contains("a master key is gone that still holds"), "{}", house.output(0));
        let listed = house.run(&["key", "list"], &[]);
        assert!(listed.code == 1 && listed.output.contains("not here"), "{listed:?}");
        let back = house.write("keys/root.key", held);
        fs::set_permissions(back, fs::Permissions::from_mode(0o400)).unwrap();
        assert_eq!(house.run(&["key", "list"], &[]).code, 0);
    }
}

/// Reads referrals as their recipient; every one of them shows what it may.
async fn shown(house: &House, number: usize, token: &str) {
    let query = "{ referrals(first: 5, direction: RECEIVED) { nodes { id canSee subject { demographics { ageBand } withheld { category reason } } } } }";
    loop {
        let request =
            house.http(None).post(format!("{}/graphql", house.origin(number))).json(&json!({ "query": query }));
        let request = request.header("authorization", format!("Bearer {token}"));
        let response = request.header("sangam-purpose", "SERVICE_REFERRAL").send().await.unwrap();
        if response.status().as_u16() == 429 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        }
        let answer: Value = response.json().await.unwrap();
        let nodes = answer["data"]["referrals"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        assert!(!nodes.is_empty() && answer["errors"].is_null(), "{answer}");
        assert!(nodes.iter().any(|node| node["canSee"] != json!([])), "{answer}");
        assert!(!answer.to_string().contains("NOT_AVAILABLE_NOW"), "{answer}");
        return;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_journal_is_signed_with_another_key_from_the_next_start_on_and_verifies_as_a_whole() {
    let mut house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    assert_eq!(house.run(&["journal", "verify"], &[]).code, 0);
    let drew = house.run(&["key", "new", "journal", "--label", "2026-12", "--json"], &[]).json();
    let files: Vec<&str> = drew["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
    assert_eq!(files, ["journal-2026-12.pk8", "journal-2026-12.pub", "journal.pub"]);
    house.restart(0);
    // What the new key signs verifies beside what the old one signed, and goes on to when that is gone.
    assert_eq!(house.client(&["suspend", &system.id]).code, 0);
    let whole = |house: &House| house.run(&["journal", "verify"], &[]);
    assert_eq!(whole(&house).code, 0, "{:?}", whole(&house));
    fs::remove_file(house.path("keys/journal.pk8")).unwrap();
    house.restart(0);
    assert_eq!(whole(&house).code, 0, "{:?}", whole(&house));
    // The control: without its public half what it signed is not believed.
    fs::remove_file(house.path("keys/journal.pub")).unwrap();
    let without = whole(&house);
    assert!(without.code == 1 && without.output.contains("registered under another signing key"), "{without:?}");
}
