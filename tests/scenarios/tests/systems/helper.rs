//! `sangam token` and the manuals: what a developer of a partner's system does at the terminal, from drawing a key to a
//! first answer.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use sangam_kit::target;
use serde_json::{Value, json};

use crate::house::{House, Ran, SANDBOX, STRICT};

/// Runs a command that reads its input.
fn with_input(arguments: &[&str], input: &str) -> Ran {
    let mut command = Command::new(target::binary("sangam"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Ran { code: out.status.code().unwrap_or(-1), output: text(&out.stdout) + &text(&out.stderr) }
}

fn draw(house: &House, name: &str, algorithm: &str) -> String {
    let folder = house.path(name);
    fs::create_dir_all(&folder).unwrap();
    let folder = folder.to_str().unwrap();
    let ran = with_input(&["key", "new", "token", "--label", "a", "--algorithm", algorithm, "--folder", folder], "");
    assert_eq!(ran.code, 0, "{ran:?}");
    format!("{folder}/tokens-a.pk8")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_developer_gets_a_bound_token_proves_a_request_and_reads_an_answer() {
    for (like, algorithm) in [(SANDBOX, "eddsa"), (STRICT, "es256")] {
        let house = House::of(like);
        let key = draw(&house, "developer", algorithm);
        let set = with_input(&["token", "key-set", "--key", &key], "");
        let file = house.write("keys.json", set.json().to_string());
        let id = house.add("asha-nivas", &["--jwks", file.to_str().unwrap()])["client_id"].as_str().unwrap().to_owned();
        let authority = house.path("authority.pem");
        let mut ask =
            vec!["token", "get", "--key", &key, "--client-id", &id, "--hub", &house.address, "--scope", "directory"];
        if house.address.starts_with("https") {
            ask.extend(["--authority", authority.to_str().unwrap()]);
        }
        let granted = with_input(&ask, "").json();
        assert_eq!((&granted["token_type"], &granted["scope"]), (&json!("DPoP"), &json!("directory")));
        let token = granted["access_token"].as_str().unwrap();
        let shown = with_input(&["token", "show"], token);
        assert!(shown.output.contains("not verified"), "{shown:?}");
        let shown = shown.json();
        assert_eq!((&shown["verified"], &shown["claims"]["client_id"]), (&json!(false), &json!(id)));
        let url = format!("{}/graphql", house.address);
        let proof = || {
            with_input(&["token", "prove", "--key", &key, "--url", &url], &format!("{token}\n"))
                .output
                .trim()
                .to_owned()
        };
        let (http, value) = (house.http(None), format!("DPoP {token}"));
        assert_eq!(house.ask(0, &http, &value, Some(&proof())).await, 200);
        // The control: the proof of another key is none.
        let other = draw(&house, "other", algorithm);
        let forged = with_input(&["token", "prove", "--key", &other, "--url", &url], token);
        assert_eq!(house.ask(0, &http, &value, Some(forged.output.trim())).await, 401);
        // What goes wrong is told with what to do next, and the exit code says that it did.
        ask[3] = &other;
        let refused = with_input(&ask, "");
        assert!(refused.code == 1 && refused.output.contains("registered with this key"), "{refused:?}");
        assert_eq!(with_input(&ask[..3], "").code, 2);
    }
}

#[test]
fn what_is_no_token_and_no_key_is_told_without_repeating_it() {
    let shown = with_input(&["token", "show"], "marker-of-a-secret");
    assert!(shown.code == 1 && shown.output.contains("no token") && !shown.output.contains("marker"), "{shown:?}");
    let folder = sangam_kit::folder::Folder::new("developer");
    let file = folder.join("key.pk8");
    fs::write(&file, "marker-of-a-secret").unwrap();
    let made = with_input(&["token", "key-set", "--key", file.to_str().unwrap()], "");
    assert!(made.code == 1 && made.output.contains("PKCS#8") && !made.output.contains("marker"), "{made:?}");
}

#[test]
fn every_page_is_written_and_every_shell_is_answered() {
    let folder = sangam_kit::folder::Folder::new("pages");
    let pages = folder.join("man1");
    let ran = with_input(&["man", "--folder", pages.to_str().unwrap()], "");
    assert_eq!(ran.code, 0, "{ran:?}");
    for page in ["sangam.1", "sangam-key-rotate.1", "sangam-client-add.1", "sangam-token-get.1"] {
        let text = fs::read_to_string(pages.join(page)).unwrap();
        assert!(text.contains(".TH") && text.len() > 400, "{page}: {text}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let ran = with_input(&["completions", shell], "");
        assert!(ran.code == 0 && ran.output.contains("rewrap"), "{shell}: {ran:?}");
    }
    assert_eq!(with_input(&["completions", "tcsh"], "").code, 2);
    let told: Value = json!(with_input(&["key", "--help"], "").output);
    assert!(told.as_str().unwrap().contains("Exit codes"));
}

/// The empty register in a language, which is not written over.
#[test]
fn a_register_s_template_is_written_once() {
    let folder = sangam_kit::folder::Folder::new("template");
    let file = folder.join("register.csv");
    let write = |file: &std::path::Path| with_input(&["template", "--language", "NE", file.to_str().unwrap()], "");
    assert_eq!(write(&file).code, 0);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("पहिलो नाम [prs_FirstName]"), "{text}");
    let again = write(&file);
    assert!(again.code == 1 && again.output.contains("already exists"), "{again:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    assert_eq!(write(&folder.join("register.xlsx")).code, 0);
    assert!(fs::read(folder.join("register.xlsx")).unwrap().starts_with(b"PK"));
    assert_eq!(write(&folder.join("register.ods")).code, 1);
    assert_eq!(with_input(&["template", "--language", "XX", "x.csv"], "").code, 2);
}
