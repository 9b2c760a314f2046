//! The two servers as processes, and the trial of an attack.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use sangam_kit::process::{Process, Start};
use serde_json::{Value, json};

/// In which time the door answers an attack. The quickest of a few counts: the machine is shared with other
/// tests.
pub(crate) const AT_ONCE: Duration = Duration::from_millis(250);
/// How often an attack is repeated at most.
const ATTEMPTS: u32 = 10;
/// How much memory the guarded process may have gained after an attack.
const GROWTH: u64 = 64 * 1024 * 1024;
/// Longer than this, and the bare server is stalled.
const STALL: Duration = Duration::from_secs(3);
/// How long a process may take to come up on a busy machine.
const START: Duration = Duration::from_secs(30);

/// A server that is up.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    client: reqwest::Client,
    bare: bool,
}

impl Server {
    pub(crate) fn bare() -> Self {
        Self::start(env!("CARGO_BIN_EXE_bare"), None)
    }

    pub(crate) fn guarded() -> Self {
        Self::start(env!("CARGO_BIN_EXE_guarded"), Some("10000"))
    }

    pub(crate) fn guarded_with_deadlines(millis: &str) -> Self {
        Self::start(env!("CARGO_BIN_EXE_guarded"), Some(millis))
    }

    fn start(program: &str, arguments: Option<&str>) -> Self {
        let mut process = Start::program(Path::new(program)).arguments(arguments).run();
        let line = process.wait_for_line("listening on ", START);
        let address = line.rsplit(' ').next().unwrap().parse().unwrap();
        Self { process, address, client: reqwest::Client::new(), bare: arguments.is_none() }
    }

    pub(crate) const fn is_bare(&self) -> bool {
        self.bare
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// A request by a known caller; the bare server looks at no token.
    pub(crate) fn request(&self, method: reqwest::Method, url: &str) -> RequestBuilder {
        self.client.request(method, url).bearer_auth(sangam_faults::guarded::TOKEN)
    }

    pub(crate) fn post(&self) -> RequestBuilder {
        self.request(reqwest::Method::POST, &self.url())
    }

    pub(crate) fn ask(&self, query: &str) -> RequestBuilder {
        self.post().json(&json!({ "query": query }))
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) after: Duration,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Result<Answer, reqwest::Error> {
    let started = Instant::now();
    let response = request.send().await?;
    let status = response.status().as_u16();
    let body = response.bytes().await?.to_vec();
    Ok(Answer { status, body, after: started.elapsed() })
}

/// What an attack does to the bare server.
pub(crate) enum Harm {
    /// The process dies.
    Dies,
    /// It does not answer, or answers far too late.
    Stalls,
    /// It reads and runs all of it, however long that takes: it answers in full, or not in time.
    Swallows,
    /// It answers with far more than was sent: at least so many bytes.
    Amplifies(usize),
    /// It does what was asked, which it should not.
    Obeys(fn(&Value) -> bool),
}

/// Tries an attack on both servers: the harm at the bare one, then the refusal at ours by status and code.
pub(crate) async fn try_attack(
    attack: impl Fn(&Server) -> RequestBuilder + Send + Sync,
    harm: Harm,
    status: u16,
    code: &str,
) {
    must_harm(&attack, &harm).await;
    must_refuse(&attack, status, code).await;
}

/// Tries an attack on the bare server alone.
pub(crate) async fn must_harm(attack: &(impl Fn(&Server) -> RequestBuilder + Send + Sync), harm: &Harm) {
    let mut bare = Server::bare();
    let answered = tokio::time::timeout(STALL, send(attack(&bare))).await;
    match harm {
        Harm::Dies => {
            assert!(matches!(answered, Ok(Err(_))), "void: the bare server answered");
            let status = bare.process.wait_end(Duration::from_secs(10));
            assert!(!status.success(), "void: the bare server ended well");
        }
        Harm::Stalls => assert!(answered.is_err(), "void: the bare server answered within {STALL:?}"),
        Harm::Swallows => {
            if let Ok(answer) = answered {
                let status = answer.unwrap().status;
                assert_eq!(status, 200, "void: the bare server refused");
            }
        }
        Harm::Amplifies(bytes) => {
            let got = answered.map(|answer| answer.unwrap().body.len()).unwrap_or(usize::MAX);
            assert!(got >= *bytes, "void: the bare server answered with {got} bytes only");
        }
        Harm::Obeys(obeyed) => {
            let answer = answered.expect("void: the bare server stalls instead").unwrap();
            assert!(answer.status == 200 && obeyed(&answer.json()), "void: the bare server refused: {}", answer.status);
        }
    }
}

async fn must_refuse(attack: &(impl Fn(&Server) -> RequestBuilder + Send + Sync), status: u16, code: &str) {
    let mut guarded = Server::guarded();
    // The first request of a process pays for what is set up once.
    assert_eq!(send(guarded.ask("{ __typename }")).await.unwrap().status, 200);
    let before = guarded.process.usage();
    let mut quickest = Duration::MAX;
    for attempt in 1..=ATTEMPTS {
        let answer = send(attack(&guarded)).await.expect("the door answers");
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", shown(&answer));
        assert!(answer.body.len() < 16 * 1024, "the refusal is short: {}", answer.body.len());
        quickest = quickest.min(answer.after);
        if attempt >= 3 && quickest < AT_ONCE {
            break;
        }
    }
    assert!(quickest < AT_ONCE, "refused only after {quickest:?}");
    assert_eq!(send(guarded.ask("{ __typename }")).await.unwrap().status, 200, "the hub goes on");
    assert!(guarded.process.ended().is_none());
    let grown = guarded.process.usage().resident_bytes.saturating_sub(before.resident_bytes);
    assert!(grown < GROWTH, "the process grew by {grown} bytes");
}

fn shown(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).chars().take(300).collect()
}
