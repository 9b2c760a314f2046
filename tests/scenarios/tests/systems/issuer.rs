//! An issuer that is not the hub: a server on this machine with its key set, that can be down, rotate its keys, and
//! answer as no issuer should.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::keys::{Pair, fresh, now};

/// What it does when it is asked for its keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Answers,
    /// It takes the connection and says nothing.
    Down,
    /// It sends on to another address, where the right keys are.
    SendsOn,
    /// The right keys, in an answer of a megabyte.
    Long,
}

struct State {
    manner: Manner,
    keys: Vec<Value>,
    /// The identity token it gives for any code.
    identity: String,
}

pub(crate) struct Issuer {
    pub(crate) address: String,
    state: Arc<Mutex<State>>,
    calls: Arc<AtomicU32>,
}

impl Issuer {
    /// Starts one with these keys, each under its name.
    pub(crate) async fn start(keys: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { manner: Manner::Answers, keys, identity: String::new() }));
        let calls = Arc::new(AtomicU32::new(0));
        let (known, counted, at) = (Arc::clone(&state), Arc::clone(&calls), address.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&known), Arc::clone(&counted), at.clone()));
            }
        });
        Self { address, state, calls }
    }

    pub(crate) fn be(&self, manner: Manner) {
        self.state.lock().unwrap().manner = manner;
    }

    pub(crate) fn rotate(&self, keys: Vec<Value>) {
        self.state.lock().unwrap().keys = keys;
    }

    /// Gives this identity token for any code from now on.
    pub(crate) fn identify(&self, token: &str) {
        self.state.lock().unwrap().identity = token.to_owned();
    }

    /// How often its key set was asked for.
    pub(crate) fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    /// The entry in the hub's configuration.
    pub(crate) fn entry(&self, name: &str, more: &str) -> String {
        format!(
            "\n[[issuers]]\nname = \"{name}\"\nissuer = \"{}\"\naudience = \"the-hub\"\nalgorithms = [\"EdDSA\", \"ES256\", \"RS256\", \"PS256\"]\n{more}",
            self.address
        )
    }

    /// The claims of a good token of a subject.
    pub(crate) fn claims(&self, subject: &str) -> Value {
        let now = now();
        json!({
            "iss": self.address, "sub": subject, "aud": "the-hub", "client_id": subject, "iat": now,
            "exp": now + 600, "jti": fresh(), "scope": "directory cases:read",
        })
    }

    /// A good token of a subject.
    pub(crate) fn token(&self, pair: &Pair, kid: &str, subject: &str) -> String {
        pair.token(&header(pair, kid), &self.claims(subject))
    }
}

pub(crate) fn header(pair: &Pair, kid: &str) -> Value {
    json!({"typ": "at+jwt", "alg": pair.algorithm(), "kid": kid})
}

async fn answer(mut stream: TcpStream, state: Arc<Mutex<State>>, calls: Arc<AtomicU32>, at: String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .to_ascii_lowercase()
        .split("content-length: ")
        .nth(1)
        .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let (manner, keys, identity) = {
        let state = state.lock().unwrap();
        (state.manner, json!({ "keys": state.keys }).to_string(), state.identity.clone())
    };
    if manner == Manner::Down {
        return;
    }
    let discovery = json!({
        "issuer": at, "jwks_uri": format!("{at}/jwks"), "authorization_endpoint": format!("{at}/auth"),
        "token_endpoint": format!("{at}/token"), "authorization_response_iss_parameter_supported": true,
    })
    .to_string();
    let tokens = json!({"access_token": "an access token", "token_type": "Bearer", "id_token": identity}).to_string();
    let response = match (path.as_str(), manner) {
        ("/.well-known/openid-configuration", _) => whole(&discovery),
        ("/token", _) => whole(&tokens),
        ("/jwks", Manner::SendsOn) => {
            "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".to_owned()
        }
        ("/jwks", Manner::Long) => whole(&format!("{keys}{}", " ".repeat(1 << 20))),
        ("/jwks" | "/elsewhere", _) => whole(&keys),
        _ => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
    };
    if path == "/jwks" {
        calls.fetch_add(1, Ordering::SeqCst);
    }
    let _ = stream.write_all(response.as_bytes()).await;
}

fn whole(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
