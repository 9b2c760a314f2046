//! `sangam client`: what it does beside a serving hub, what it refuses and in which words, and what a program reads.

use serde_json::{Value, json};

use crate::house::{House, SANDBOX, STRICT};
use crate::keys::Pair;

fn base(house: &House) -> Vec<&str> {
    vec!["add", "--organization", house.organization("asha-nivas"), "--name", "case system", "--scope", "directory"]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_system_is_registered_listed_suspended_and_resumed_beside_a_serving_hub() {
    let house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    assert_eq!(house.assert(0, &system.assertion()).await.status, 200);
    let listed = |arguments: &[&str]| -> Vec<Value> {
        let ran = house.client(&[&["list", "--json"], arguments].concat());
        ran.json().as_array().unwrap().clone()
    };
    let all = listed(&[]);
    assert!(all.len() > 2, "the demo's clients are there as well: {all:?}");
    let own = listed(&["--organization", house.organization("asha-nivas")]);
    assert_eq!(own, listed(&["--organization", "asha-nivas"]), "a handle of the configuration names it too");
    let shown = own.iter().find(|row| row["client_id"] == json!(system.id)).unwrap();
    assert_eq!(shown["method"], "private_key_jwt");
    assert_eq!(shown["organization"]["name"], "Asha Nivas");
    assert_eq!((&shown["suspended"], &shown["generation"]), (&json!(false), &json!(1)));
    assert_eq!(
        (&shown["scopes"], &shown["purposes"]),
        (&json!(["directory", "cases:read"]), &json!(["SERVICE_REFERRAL"]))
    );
    assert!(own.len() == 2 && own.iter().any(|row| row["method"] == "client_secret"), "{own:?}");
    assert!(!Value::from(all).to_string().contains("secret_hash"));

    let suspended = house.client(&["suspend", &system.id]);
    assert!(suspended.code == 0 && suspended.output.contains("within five seconds"), "{suspended:?}");
    let text = house.client(&["list", "--organization", "asha-nivas"]);
    let line = text.output.lines().find(|line| line.contains(&system.id)).unwrap();
    assert!(line.contains("suspended") && line.contains("private_key_jwt") && line.contains("Asha Nivas"), "{line}");
    assert_eq!(house.assert(0, &system.assertion()).await.status, 401);
    assert_eq!(house.client(&["resume", &system.id]).code, 0);
    assert_eq!(house.assert(0, &system.assertion()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_registered_is_said_so_and_nothing_is_there() {
    let house = House::of(STRICT);
    let before = house.client(&["list", "--json"]).json();
    let private = {
        let mut key = Pair::ed().named("one");
        key["d"] = json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
        house.write("private.json", json!({"keys": [key]}).to_string())
    };
    let nameless = house.write("nameless.json", json!({"keys": [Pair::ed().jwk()]}).to_string());
    let symmetric = house.write("oct.json", json!({"keys": [{"kty": "oct", "k": "AAAA", "kid": "one"}]}).to_string());
    let rsa =
        house.write("rsa.json", json!({"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "one"}]}).to_string());
    let text = house.write("text.pem", "no certificate");
    let path = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    for (credential, words) in [
        (vec!["--secret".to_owned()], "a shared secret is for sandboxes only"),
        (vec!["--jwks".to_owned(), path(&private)], "private or symmetric key"),
        (vec!["--jwks".to_owned(), path(&symmetric)], "private or symmetric key"),
        (vec!["--jwks".to_owned(), path(&nameless)], "needs a `kid`"),
        (vec!["--jwks".to_owned(), path(&rsa)], "neither Ed25519"),
        (vec!["--jwks".to_owned(), path(&text)], "not a JSON object"),
        (vec!["--jwks".to_owned(), "/nowhere.json".to_owned()], "`--jwks` cannot be read"),
        (vec!["--certificate".to_owned(), path(&text)], "not PEM"),
        (vec!["--certificate-name".to_owned(), "*.shelter.example".to_owned()], "without wildcard"),
        (vec!["--subject-of".to_owned(), path(&text)], "not PEM"),
    ] {
        let mut arguments = base(&house);
        arguments.extend(credential.iter().map(String::as_str));
        let ran = house.client(&arguments);
        assert!(ran.code == 1 && ran.output.contains(words), "{credential:?}: {ran:?}");
        // No value of a file is repeated.
        assert!(!ran.output.contains("nWGxne") && !ran.output.contains("no certificate"), "{ran:?}");
    }
    assert_eq!(house.client(&["list", "--json"]).json(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exit_codes_tell_a_wrong_line_from_a_thing_that_is_not_there() {
    let house = House::of(SANDBOX);
    let nobody = format!("cli_{}", "0".repeat(32));
    let nowhere = format!("org_{}", "0".repeat(32));
    for arguments in [
        vec!["suspend", &nobody],
        vec!["resume", &nobody],
        vec!["rotate", &nobody, "--secret"],
        vec!["list", "--organization", &nowhere],
        vec!["list", "--organization", "nobody"],
        vec!["add", "--organization", &nowhere, "--name", "a", "--scope", "directory", "--secret"],
    ] {
        let ran = house.client(&arguments);
        assert!(ran.code == 3 && ran.output.contains("sangam: "), "{arguments:?}: {ran:?}");
    }
    let two_ways = [&base(&house)[..], &["--secret", "--certificate-name", "a.example"]].concat();
    let no_way = base(&house);
    let unknown_scope = [&base(&house)[..], &["--secret", "--scope", "everything"]].concat();
    for arguments in [two_ways, no_way, unknown_scope, vec!["suspend"], vec!["remove", &nobody]] {
        assert_eq!(house.client(&arguments).code, 2, "{arguments:?}");
    }
    let help = house.client(&["--help"]);
    for words in ["private_key_jwt", "Exit codes", "sangam client suspend", "--jwks FILE"] {
        assert!(help.code == 0 && help.output.contains(words), "{words}: {help:?}");
    }
}
