//! An identity provider for the demo (OpenID Connect's code flow with PKCE): its one page says that everybody on it is
//! invented, and whoever presses a name is signed in as her. It asks for no password and keeps nothing, so that it is good
//! for a demo and for nothing else; a hub knows it only where it is configured with its address, as any other provider.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use sangam_vocabulary::{Chance, Clock, Instant};
use serde_json::{Value, json};

use crate::access::form;
use crate::draw::Draw;
use crate::server::{Asked, Sandbox, System, Told};

/// The hub's client id here.
pub const CLIENT: &str = "sangam-hub";
/// The name of the one key.
const KEY: &str = "office-1";
/// How long a code and a token live, in milliseconds.
const LIVES_MILLIS: i64 = 60_000;
const HTML: &str = "text/html; charset=utf-8";

/// Somebody who can be signed in as.
#[derive(Debug, Clone)]
pub struct Invented {
    /// Her subject here.
    pub subject: &'static str,
    /// Who she is, in a line; none: she is not on the page.
    pub line: Option<&'static str>,
}

/// A code that was given out.
struct Code {
    code: String,
    subject: &'static str,
    nonce: String,
    challenge: String,
    back: String,
    until: Instant,
}

/// The provider's whole state.
pub struct Office {
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    key: Option<Ed25519KeyPair>,
    secret: String,
    /// Where this provider is, and where the hub is.
    issuer: String,
    hub: String,
    people: &'static [Invented],
    codes: Vec<Code>,
}

impl Office {
    /// Serves a provider of these people for the hub at an address.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(
        listen: SocketAddr,
        hub: &str,
        people: &'static [Invented],
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> std::io::Result<Sandbox<Self>> {
        let secret = Draw(&*chance).secret();
        let key = Ed25519KeyPair::generate().ok();
        let (issuer, hub) = (String::new(), hub.to_owned());
        let office = Self { clock, chance, key, secret, issuer, hub, people, codes: Vec::new() };
        let sandbox = Sandbox::serve(office, listen).await?;
        let issuer = sandbox.base_url().trim_end_matches('/').to_owned();
        sandbox.system().issuer = issuer;
        Ok(sandbox)
    }

    /// Its identifier, which is its address too.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The hub's secret here.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Presses a name for somebody whom the hub has sent to `address`; gives what the browser comes back with, `state` and
    /// `code`.
    pub fn press(&mut self, address: &str, subject: &str) -> Option<(String, String)> {
        let asked: Vec<(String, String)> = form(address.split_once('?')?.1.as_bytes());
        let back = self.give(&asked, subject)?;
        let pairs = form(back.split_once('?')?.1.as_bytes());
        let of = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        Some((of("state")?, of("code")?))
    }

    /// Gives a code out; the address the browser goes back to.
    fn give(&mut self, asked: &[(String, String)], subject: &str) -> Option<String> {
        let of = |name: &str| asked.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let subject = self.people.iter().find(|one| one.subject == subject)?.subject;
        let back = of("redirect_uri").filter(|back| *back == format!("{}/signin/return", self.hub))?;
        let (state, challenge) = (of("state")?, of("code_challenge")?);
        if of("client_id") != Some(CLIENT) || of("code_challenge_method") != Some("S256") {
            return None;
        }
        let code = Draw(&*self.chance).secret();
        let now = self.clock.now();
        self.codes.retain(|known| known.until > now);
        self.codes.push(Code {
            code: code.clone(),
            subject,
            nonce: of("nonce").unwrap_or_default().to_owned(),
            challenge: challenge.to_owned(),
            back: back.to_owned(),
            until: now.plus_millis(LIVES_MILLIS),
        });
        let parts = [("code", code.as_str()), ("state", state), ("iss", &self.issuer)];
        let query: Vec<String> = parts.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        Some(format!("{back}?{}", query.join("&")))
    }

    /// Exchanges a code.
    fn token(&mut self, asked: &Asked) -> Told {
        let refused = |error: &str| Told::json(400, json!({"error": error}));
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{CLIENT}:{}", self.secret)));
        if asked.authorization() != Some(basic.as_str()) {
            return Told::json(401, json!({"error": "invalid_client"}));
        }
        let sent = form(&asked.bytes);
        let of = |name: &str| sent.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let place = self.codes.iter().position(|known| Some(known.code.as_str()) == of("code"));
        let Some(code) = place.map(|place| self.codes.remove(place)) else { return refused("invalid_grant") };
        let now = self.clock.now();
        let verifier = digest(&SHA256, of("code_verifier").unwrap_or_default().as_bytes());
        let same = BASE64_URL_SAFE_NO_PAD.encode(verifier) == code.challenge && of("redirect_uri") == Some(&code.back);
        if !same || code.until < now || of("grant_type") != Some("authorization_code") {
            return refused("invalid_grant");
        }
        let seconds = now.millis() / 1_000;
        let claims = json!({
            "iss": self.issuer, "sub": code.subject, "aud": CLIENT, "nonce": code.nonce,
            "iat": seconds, "exp": seconds + LIVES_MILLIS / 1_000,
        });
        let Some(identity) = self.signed(&claims) else { return Told::empty(500) };
        let access = Draw(&*self.chance).secret();
        Told::json(200, json!({"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": identity}))
    }

    fn signed(&self, claims: &Value) -> Option<String> {
        let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": KEY});
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(claims));
        let signature = self.key.as_ref()?.sign(text.as_bytes());
        Some(format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }

    fn keys(&self) -> Value {
        let public = self.key.as_ref().map(|key| BASE64_URL_SAFE_NO_PAD.encode(key.public_key()));
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": KEY, "alg": "EdDSA", "use": "sig", "x": public}]})
    }

    fn discovery(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        json!({
            "issuer": self.issuer, "authorization_endpoint": at("/people"), "token_endpoint": at("/token"),
            "jwks_uri": at("/keys"), "end_session_endpoint": at("/left"),
            "authorization_response_iss_parameter_supported": true,
        })
    }

    /// The page: each name is a link with what the hub asked for behind it.
    fn page(&self, query: &[(String, String)]) -> String {
        let asked: Vec<String> =
            query.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let asked = asked.join("&amp;");
        let mut people = String::new();
        for (subject, line) in self.people.iter().filter_map(|one| Some((one.subject, one.line?))) {
            let _ = writeln!(people, "<li><a href=\"/as/{subject}?{asked}\">{line}</a></li>");
        }
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n<title>This is a demo</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<p class=\"mark\">Demo</p>\n<h1>This is a demo; these people are invented.</h1>\n<p>No password is asked for, and nothing here is about anybody. A real hub has no such page: there you sign in with your own organization or ministry.</p>\n<h2>Sign in as</h2>\n<ul>\n{people}</ul>\n</main>\n</body>\n</html>\n"
        )
    }
}

const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;font:1.0625rem/1.5 system-ui,sans-serif}main{max-width:34rem;margin:2rem auto;padding:1rem;border:.375rem dashed #b3261e}.mark{margin:0;font-weight:700}h1{font-size:1.375rem;margin:.25rem 0}h2{font-size:1.0625rem}ul{list-style:none;padding:0}li{margin:.5rem 0}li a{display:block;padding:.75rem;border:2px solid;border-radius:.375rem;font-weight:600;color:inherit}";

fn html(status: u16, text: String) -> Told {
    Told { status, body: Some(Value::String(text)), headers: Vec::new(), media: HTML }
}

fn goes(address: String) -> Told {
    Told::empty(302).with("location", address)
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl System for Office {
    fn answer(&mut self, asked: &Asked) -> Told {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        match (asked.method, path.as_slice()) {
            ("GET", [".well-known", "openid-configuration"]) => Told::json(200, self.discovery()),
            ("GET", ["keys"]) => Told::json(200, self.keys()),
            ("GET", ["people"]) => html(200, self.page(&asked.query)),
            ("GET", ["as", subject]) => match self.give(&asked.query, subject) {
                Some(back) => goes(back),
                None => Told::empty(400),
            },
            ("GET", ["left"]) => goes(format!("{}/signin", self.hub)),
            ("POST", ["token"]) => self.token(asked),
            _ => Told::empty(404),
        }
    }

    fn unauthorized(&self) -> Told {
        Told::empty(401)
    }

    fn asks_for_one(_: &Asked) -> bool {
        false
    }
}
