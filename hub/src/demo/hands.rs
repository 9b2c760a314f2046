//! Whoever acts while the demo is seeded: an organization's system for a member of its staff, or a person who signed in.
//! Both come in as anybody does, and ask through the executor; so what the demo shows is what the API made.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sangam_desk::{ClientProof, Desk, DeskPort, ExchangeRequest, GrantRequest, TokenUse};
use sangam_language::{Caller, Executor, Limits, Operation};
use sangam_vocabulary::{Chance as _, Purpose, SystemChance, hex};
use serde_json::{Map, Value, json};

use super::seed::{DemoClient, Seeded};
use crate::command::CommandFault;

/// For whom the systems ask while the demo is seeded.
const STAFF: &str = "staff-1";
/// How long an actor token is good, in seconds.
const ACTOR_SECONDS: i64 = 60;

/// The hub as those who act see it.
pub(super) struct Hands<'d> {
    desk: &'d Arc<Desk>,
    executor: Executor<DeskPort>,
    systems: BTreeMap<String, Caller>,
}

impl<'d> Hands<'d> {
    pub(super) fn new(desk: &'d Arc<Desk>) -> Self {
        let executor = Executor::new(Arc::new(DeskPort(Arc::clone(desk))), Limits::standard(), false);
        Self { desk, executor, systems: BTreeMap::new() }
    }

    pub(super) const fn desk(&self) -> &'d Arc<Desk> {
        self.desk
    }

    /// The system of an organization, for a member of its staff.
    pub(super) async fn system(&mut self, seeded: &Seeded, handle: &str) -> Result<Caller, CommandFault> {
        if let Some(known) = self.systems.get(handle) {
            return Ok(known.clone());
        }
        let client = seeded.client(handle);
        let request = GrantRequest::by_secret(&client.client_id, &client.client_secret);
        let token = self.desk.grant(&request).await.map_err(CommandFault::said)?.token;
        let actor = self.names_staff(client)?;
        let request = ExchangeRequest {
            client: ClientProof::Secret { client: &client.client_id, secret: &client.client_secret },
            certificate: None,
            proof: None,
            scope: None,
            subject_token: &token,
            actor_token: &actor,
        };
        let exchanged = self.desk.exchange(&request).await.map_err(CommandFault::said)?;
        let caller = self.desk.verify(&TokenUse::bearer(&exchanged.token)).await.map_err(CommandFault::said)?;
        self.systems.insert(handle.to_owned(), caller.clone());
        Ok(caller)
    }

    /// Says, as a client does, who of its people asks.
    fn names_staff(&self, client: &DemoClient) -> Result<String, CommandFault> {
        let unreadable = || CommandFault::said("a client's key cannot be read; remove the folder and start again");
        let document = fs::read(&client.actor_key).map_err(|_| unreadable())?;
        let pair = Ed25519KeyPair::from_pkcs8(&document).map_err(|_| unreadable())?;
        let at = self.desk.now().millis() / 1_000;
        let header = json!({ "typ": "actor+jwt", "alg": "EdDSA", "kid": client.actor_kid });
        let claims = json!({
            "iss": client.client_id, "sub": STAFF, "aud": self.desk.address(), "jti": key()?, "iat": at,
            "exp": at + ACTOR_SECONDS,
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(&claims));
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(pair.sign(text.as_bytes()))))
    }

    /// Asks; gives the answer's data, which must be whole.
    pub(super) async fn ask(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        query: &str,
        variables: Value,
    ) -> Result<Value, CommandFault> {
        let variables = variables.as_object().cloned().unwrap_or_default();
        let operation = Operation { query: query.to_owned(), name: None, variables, purpose };
        let reply = self.executor.execute(caller, operation).await;
        let mut answer: Value = serde_json::from_slice(&reply.body).map_err(CommandFault::said)?;
        match answer.pointer("/errors/0/extensions/code") {
            Some(code) => Err(CommandFault::said(format!("the demo could not be seeded: {code}"))),
            None => Ok(answer.get_mut("data").map(Value::take).unwrap_or_default()),
        }
    }

    /// Makes a change with a key of its own; it must come to `done`, of which `more` is told.
    pub(super) async fn change(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        (field, done, more): (&str, &str, &str),
        mut input: Map<String, Value>,
    ) -> Result<Value, CommandFault> {
        let mut letters = field.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase().to_string()).unwrap_or_default();
        let query = format!(
            "mutation($input: {first}{}Input!) {{ told: {field}(input: $input) {{ __typename ... on {done} {more} ... on InvalidInput {{ path }} }} }}",
            letters.as_str()
        );
        input.insert("idempotencyKey".to_owned(), json!(key()?));
        let told = self.ask(caller, purpose, &query, json!({ "input": input })).await?;
        let told = told.get("told").cloned().unwrap_or_default();
        if told.get("__typename").and_then(Value::as_str) == Some(done) {
            Ok(told)
        } else {
            let came = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default();
            let (member, path) = (came("__typename"), came("path"));
            Err(CommandFault::said(format!("the demo could not be seeded: `{field}` came to {member} {path}")))
        }
    }
}

/// A key that nobody used before.
pub(super) fn key() -> Result<String, CommandFault> {
    let mut drawn = [0; 16];
    if SystemChance::new().fill(&mut drawn) { Ok(hex(&drawn)) } else { Err(CommandFault::said("no randomness")) }
}
