//! No secret leaves: a hub with marked secrets, with every log line it can be made to write, does a day of work with
//! faults; then everything it said and everything it keeps is searched for the marks.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sangam_kit::process::Start;
use sangam_kit::target;
use serde_json::json;

use crate::house::{House, SANDBOX};
use crate::keys::Pair;

const SOON: Duration = Duration::from_secs(60);

/// A secret that is looked for.
struct Mark {
    what: &'static str,
    bytes: Vec<u8>,
}

impl Mark {
    fn new(what: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        assert!(bytes.len() >= 16, "{what} is too short to be found by chance nowhere");
        Self { what, bytes }
    }

    /// The ways it can be written down. Base64 of it inside of something longer has one of three forms, each whole but
    /// for its ends; numbers in a list are how `Debug` writes bytes.
    fn forms(&self) -> Vec<Vec<u8>> {
        let hex: String = self.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let list: Vec<String> = self.bytes.iter().map(ToString::to_string).collect();
        let mut forms = vec![self.bytes.clone(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
        forms.push(list.join(", ").into_bytes());
        for shift in 0..3 {
            let shifted = [vec![0; shift], self.bytes.clone()].concat();
            for text in [STANDARD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)] {
                let inner = text.trim_end_matches('=');
                forms.push(inner.as_bytes()[(shift * 8).div_ceil(6)..inner.len() - 1].to_vec());
            }
        }
        forms
    }

    fn is_in(&self, text: &[u8]) -> bool {
        self.forms().iter().any(|form| text.windows(form.len()).any(|window| window == form.as_slice()))
    }
}

/// A hub whose output goes to a file, whole.
struct Loud {
    child: Child,
    said: PathBuf,
}

impl Loud {
    fn start(config: &Path, said: PathBuf, variables: &[(&str, &str)]) -> Self {
        let out = File::create(&said).unwrap();
        let mut command = Command::new(target::binary("sangam"));
        command.args(["serve", "--config"]).arg(config).env("RUST_LOG", "trace").envs(variables.iter().copied());
        let child = command.stdout(out.try_clone().unwrap()).stderr(out).spawn().unwrap();
        Self { child, said }
    }

    fn said(&self) -> Vec<u8> {
        fs::read(&self.said).unwrap()
    }

    fn until(&mut self, words: &str) {
        let since = Instant::now();
        while !String::from_utf8_lossy(&self.said()).contains(words) {
            assert!(since.elapsed() < SOON, "it did not say `{words}`: {}", String::from_utf8_lossy(&self.said()));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn end(&mut self) -> Vec<u8> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.said()
    }
}

impl Drop for Loud {
    fn drop(&mut self) {
        // A test that failed leaves no hub behind; one that has ended is no fault.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn private(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o400)).unwrap();
}

#[test]
fn a_mark_is_found_in_whichever_form_it_was_written() {
    let mark = Mark::new("a secret", *b"marker-of-a-secret-7");
    assert!(!mark.is_in(b"2026-11-25 WARN sangam: a line without it"));
    let json_in_base64 = STANDARD.encode(r#"{"password":"marker-of-a-secret-7","x":1}"#);
    for text in [
        "password=marker-of-a-secret-7!".to_owned(),
        format!("{:?}", b"marker-of-a-secret-7"),
        format!("{:?}", b"marker-of-a-secret-7".to_vec()),
        format!("Basic {}", STANDARD.encode("user:marker-of-a-secret-7")),
        json_in_base64,
        "key 6D61726B65722D6F662D612D7365637265742D37".to_owned(),
    ] {
        assert!(mark.is_in(text.as_bytes()), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_with_faults_and_every_log_line_tells_no_secret() {
    let mut house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    let secret = house.add("asha-nivas", &["--secret"]);
    let (id, secret) = (secret["client_id"].as_str().unwrap(), secret["client_secret"].as_str().unwrap());
    let config = house.end(0);
    let text = fs::read_to_string(&config).unwrap();
    // A partner whose system does not answer, with a password of ours.
    let password = "marker-of-a-partners-password-77";
    fs::write(house.path("partners/far.password"), password).unwrap();
    let partner = fs::read_to_string(target::checkout().join("config/partners/shelter-in.toml")).unwrap();
    let partner = partner
        .replace("\"shelter-in.password\"", "\"far.password\"")
        .replace("name = \"shelter-in\"", "name = \"far\"");
    let partner: String = partner
        .lines()
        .map(|line| if line.starts_with("base_url") { "base_url = \"http://127.0.0.1:9/\"" } else { line })
        .fold(String::new(), |all, line| all + line + "\n");
    fs::write(house.path("partners/far.toml"), partner).unwrap();
    for entry in fs::read_dir(target::checkout().join("config/partners")).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|end| end == "jq") {
            fs::copy(&file, house.path("partners").join(file.file_name().unwrap())).unwrap();
        }
    }
    let mut loud = Loud::start(&config, house.path("said.txt"), &[("CREDENTIALS_DIRECTORY", "/nowhere")]);
    loud.until("listens on");
    let token = system.token(&house, 0).await;
    let http = house.http(None);
    let mut answers = String::new();
    // Work, and callers that get it wrong.
    assert_eq!(house.ask(0, &http, &format!("Bearer {token}"), None).await, 200);
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    assert_eq!(house.post(0, &http, "/oauth/token", &form, None).await.status, 200);
    let half = &secret[..secret.len() - 1];
    let wrong = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", half)];
    answers += &format!("{:?}", house.post(0, &http, "/oauth/token", &wrong, None).await);
    let twice = format!("{secret} {secret}");
    let odd = [("grant_type", secret), ("client_id", secret), ("client_secret", twice.as_str())];
    answers += &format!("{:?}", house.post(0, &http, "/oauth/token", &odd, None).await);
    for value in
        [format!("Bearer {token}x"), format!("DPoP {token}"), format!("Basic {token}"), format!("Bearer {secret}")]
    {
        let body = json!({ "query": "{ organizations { nodes { id } } }", "variables": 7 });
        let request = http.post(format!("{}/graphql", house.origin(0))).json(&body).header("authorization", value);
        answers += &request.send().await.unwrap().text().await.unwrap();
    }
    for path in ["/oauth/jwks", "/.well-known/oauth-authorization-server", "/health/ready", "/nowhere"] {
        answers += &http.get(format!("{}{path}", house.origin(0))).send().await.unwrap().text().await.unwrap();
    }
    // Key files that are none, one of them a copy of a good one that is too long; then none at all.
    let master = fs::read(house.path("keys/root.key")).unwrap();
    let long = [master.clone(), master.clone()].concat();
    private(&house.write("keys/root-2026-12.key", &long));
    loud.until("must hold 32 bytes");
    let signing = fs::read(house.path("keys/tokens.pk8")).unwrap();
    fs::remove_file(house.path("keys/root-2026-12.key")).unwrap();
    private(&house.write("keys/tokens-2026-12.pk8", &signing[1..]));
    loud.until("must be an Ed25519 or P-256 key");
    fs::remove_file(house.path("keys/tokens-2026-12.pk8")).unwrap();
    // The partner is asked, and is not there.
    loud.until("a synchronisation stopped");
    let metrics = text.lines().find_map(|line| line.strip_prefix("metrics = \"")?.strip_suffix('"')).unwrap();
    answers += &http.get(format!("http://{metrics}/metrics")).send().await.unwrap().text().await.unwrap();
    let mut said = loud.end();
    // A database that is not there, and one whose address is none.
    let url_mark = "marker-of-a-databases-password";
    for url in [format!("postgres://hub:{url_mark}@127.0.0.1:9/hub"), format!("postgres://hub:{url_mark}@[bad/hub")] {
        house.write("far.url", url);
        let far = text.replace("sqlite = \"sangam.sqlite\"", "postgres_url_file = \"far.url\"");
        let far = house.write("far.toml", far);
        let mut ran = Start::sangam(["serve", "--config"]).arguments([far]).with_variable("RUST_LOG", "trace").run();
        assert!(!ran.wait_end(SOON).success());
        std::thread::sleep(Duration::from_millis(100));
        said.extend(ran.output().into_bytes());
    }
    // Secrets in the configuration itself, outside a sandbox: refused, and not repeated.
    let open = text.replace("sandbox = true", "sandbox = false").replace(
        "sqlite = \"sangam.sqlite\"",
        &format!("postgres_url = \"postgres://hub:{url_mark}@127.0.0.1:9/hub\""),
    );
    let open = house.write("open.toml", open);
    let mut ran = Start::sangam(["serve", "--config"]).arguments([open]).run();
    assert!(!ran.wait_end(SOON).success());
    std::thread::sleep(Duration::from_millis(100));
    assert!(ran.output().contains("may stand here in a sandbox only"), "{}", ran.output());
    said.extend(ran.output().into_bytes());
    for command in [["key", "list"], ["key", "rewrap"], ["client", "list"], ["journal", "verify"]] {
        let ran = house.run_with(&config, &command, &[("RUST_LOG", "trace")]);
        assert_eq!(ran.code, 0, "{ran:?}");
        said.extend(ran.output.into_bytes());
    }
    let journal = fs::read(house.path("keys/journal.pk8")).unwrap();
    let marks = [
        Mark::new("the master key", master),
        Mark::new("the tokens' key", seed(&signing)),
        Mark::new("the journal's key", seed(&journal)),
        Mark::new("a client's secret", secret),
        Mark::new("a token", token),
        Mark::new("a partner's password", password),
        Mark::new("a database's password", url_mark),
    ];
    let mut heaps = vec![("what it said", said), ("what it answered", answers.into_bytes())];
    for entry in fs::read_dir(house.path("")).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        if name.starts_with("sangam.sqlite") || name.starts_with("checkpoints") {
            heaps.push(("what it keeps", fs::read(file).unwrap()));
        }
    }
    assert!(heaps.len() > 2 && heaps.iter().all(|(_, heap)| !heap.is_empty()));
    for mark in &marks {
        for (place, heap) in &heaps {
            assert!(!mark.is_in(heap), "{} is in {place}", mark.what);
            // The control: where one is planted it is found, in a form that a log would have.
            let planted =
                [heap.as_slice(), STANDARD.encode([b"x:", mark.bytes.as_slice()].concat()).as_bytes()].concat();
            assert!(mark.is_in(&planted), "{} is not found in {place}", mark.what);
        }
    }
    // Another control: the log was written, at the lowest level, by the hub's own rooms.
    let said = String::from_utf8_lossy(&heaps[0].1).into_owned();
    assert!(said.contains("WARN") && said.contains("ERROR"), "{said}");
}

/// The secret part of an Ed25519 key in PKCS#8: the 32 bytes after the two octet strings' heads (RFC 8410, section 7).
fn seed(document: &[u8]) -> Vec<u8> {
    let head = [0x04, 0x22, 0x04, 0x20];
    let at = document.windows(4).position(|window| window == head).unwrap() + 4;
    document[at..at + 32].to_vec()
}
