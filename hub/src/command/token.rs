//! `sangam token`: a developer's helper. It asks for a token as a partner's system does, proves a request, and shows
//! what a token says.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use sangam_desk::Holder;
use sangam_vocabulary::{Clock, SystemChance, SystemClock};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::CommandFault;

/// What `sangam token --help` says after the list of commands.
pub(super) const HELP: &str = "\
The key file is an Ed25519 or P-256 key as PKCS#8 in DER, of mode 0400:
  openssl genpkey -algorithm ed25519 -outform DER -out case-system.pk8 && chmod 0400 case-system.pk8
  sangam token key-set --key case-system.pk8 > keys.json
  sangam client add --organization org_… --name 'case system' --scope cases:read --purpose SERVICE_REFERRAL \\
      --jwks keys.json

Then, as that system:
  sangam token get --key case-system.pk8 --client-id cli_… --hub https://hub.example > token.json
  jq -r .access_token token.json | sangam token prove --key case-system.pk8 --url https://hub.example/graphql
  jq -r .access_token token.json | sangam token show

Exit codes: 0 it is done; 1 it failed, or the hub refused; 2 the command line is wrong.";

/// How long the hub may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest answer that is read, in bytes: a token and a few words.
const ANSWER_BYTES: usize = 64 * 1024;
/// The longest token that is read from the input, in bytes.
const TOKEN_BYTES: u64 = 16 * 1024;

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Ask a hub for a token, with an assertion and a proof of possession made with a key.
    #[command(
        after_help = "Example:\n  sangam token get --key case-system.pk8 --client-id cli_… --hub https://hub.example --scope cases:read"
    )]
    Get(GetArguments),
    /// Make the proof that goes with a token in one request. The token is read from the input.
    #[command(
        after_help = "Example:\n  jq -r .access_token token.json | sangam token prove --key case-system.pk8 --url https://hub.example/graphql"
    )]
    Prove(ProveArguments),
    /// Show what a token says, without verifying it. The token is read from the input.
    #[command(after_help = "Example:\n  jq -r .access_token token.json | sangam token show")]
    Show,
    /// Print a key's public half as a key set for `sangam client add --jwks`.
    #[command(after_help = "Example:\n  sangam token key-set --key case-system.pk8 > keys.json")]
    KeySet(KeyArguments),
}

#[derive(Debug, Args)]
pub(crate) struct KeyArguments {
    /// The client's key: Ed25519 or P-256 as PKCS#8 in DER.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct GetArguments {
    #[command(flatten)]
    key: KeyArguments,
    /// The client's id, as `sangam client list` shows it.
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// The key's name in the registered key set; its thumbprint (RFC 7638) if it is not given.
    #[arg(long)]
    kid: Option<String>,
    /// The hub's address, as `[door] address` has it.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    hub: String,
    /// A scope to ask for; may be given again. Without any: all that the client may have.
    #[arg(long = "scope")]
    scopes: Vec<String>,
    /// The authority that signed the hub's certificate, in PEM, in place of the system's.
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ProveArguments {
    #[command(flatten)]
    key: KeyArguments,
    /// The address of the request, without its query.
    #[arg(long)]
    url: String,
    /// The method of the request.
    #[arg(long, default_value = "POST")]
    method: String,
}

pub(super) async fn run(command: TokenCommand) -> Result<ExitCode, CommandFault> {
    match command {
        TokenCommand::Get(arguments) => get(arguments).await,
        TokenCommand::Prove(arguments) => prove(&arguments),
        TokenCommand::Show => show(),
        TokenCommand::KeySet(arguments) => holding(&arguments.key, |holder| {
            crate::say(&holder.key_set());
            Ok(())
        }),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Does something with a key file.
fn holding<T>(file: &Path, work: impl FnOnce(&Holder<'_>) -> Result<T, CommandFault>) -> Result<T, CommandFault> {
    let document = std::fs::read(file)
        .map(Zeroizing::new)
        .map_err(|error| CommandFault::said(format!("the file of `--key` cannot be read: {}", error.kind())))?;
    let chance = SystemChance::new();
    let holder = Holder::new(&document, &chance, SystemClock.now()).ok_or_else(|| {
        CommandFault::said("the file of `--key` must be an Ed25519 or P-256 key as PKCS#8 in DER; `sangam token --help` says how to draw one")
    })?;
    work(&holder)
}

fn not_made() -> CommandFault {
    CommandFault::said("it could not be signed")
}

async fn get(arguments: GetArguments) -> Result<(), CommandFault> {
    let hub = arguments.hub.trim_end_matches('/');
    let endpoint = format!("{hub}/oauth/token");
    let (assertion, proof) = holding(&arguments.key.key, |holder| {
        let assertion = holder.assertion(&arguments.client_id, arguments.kid.as_deref(), hub).ok_or_else(not_made)?;
        Ok((assertion, holder.proof("POST", &endpoint, None).ok_or_else(not_made)?))
    })?;
    let scope = arguments.scopes.join(" ");
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion.as_str()),
    ];
    if !scope.is_empty() {
        form.push(("scope", &scope));
    }
    let address = reqwest::Url::parse_with_params(&endpoint, &form)
        .map_err(|_| CommandFault::said("`--hub` must be an address, as in `https://hub.example`"))?;
    let body = address.query().unwrap_or_default().to_owned();
    let mut client = reqwest::Client::builder().no_proxy().timeout(PATIENCE);
    if let Some(file) = &arguments.authority {
        let pem = std::fs::read(file).map_err(|error| {
            CommandFault::said(format!("the file of `--authority` cannot be read: {}", error.kind()))
        })?;
        let authority = reqwest::Certificate::from_pem(&pem)
            .map_err(|_| CommandFault::said("the file of `--authority` is not a certificate in PEM"))?;
        client = client.tls_certs_only([authority]);
    }
    let client = client.build().map_err(|_| CommandFault::said("no HTTP client can be made on this machine"))?;
    let request = client
        .post(endpoint.as_str())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("dpop", proof);
    let mut response = request.body(body).send().await.map_err(|error| {
        let why = if error.is_timeout() { "it took too long" } else { "no connection" };
        CommandFault::said(format!(
            "the hub does not answer ({why}); is `--hub` its address, and its certificate known here?"
        ))
    })?;
    let status = response.status();
    let mut bytes = Vec::new();
    while let Some(more) = response.chunk().await.map_err(|_| CommandFault::said("the hub's answer broke off"))? {
        bytes.extend_from_slice(&more);
        if bytes.len() > ANSWER_BYTES {
            return Err(CommandFault::said("what answers there is no hub: its answer does not end"));
        }
    }
    let answer: Value = serde_json::from_slice(&bytes).map_err(|_| {
        CommandFault::said(format!("what answers there is no hub: status {}, no JSON", status.as_u16()))
    })?;
    if status.is_success() {
        crate::say(&answer.to_string());
        return Ok(());
    }
    let error = answer.get("error").and_then(Value::as_str).unwrap_or("no reason given");
    Err(CommandFault::said(match error {
        "invalid_client" => "the hub refused (invalid_client): is the client registered with this key, under this `--kid`, and not suspended? `sangam client list` and `sangam token key-set` show both sides".to_owned(),
        "invalid_dpop_proof" => "the hub refused (invalid_dpop_proof): is `--hub` exactly its `[door] address`, and this machine's clock right?".to_owned(),
        "invalid_scope" => "the hub refused (invalid_scope): the client may not have a scope that was asked for".to_owned(),
        error => format!("the hub refused: {error} (status {})", status.as_u16()),
    }))
}

/// The token in the input.
fn token() -> Result<Zeroizing<String>, CommandFault> {
    let mut text = Zeroizing::new(String::new());
    std::io::stdin()
        .take(TOKEN_BYTES)
        .read_to_string(&mut text)
        .map_err(|_| CommandFault::said("the input is no token"))?;
    Ok(Zeroizing::new(text.trim().to_owned()))
}

fn prove(arguments: &ProveArguments) -> Result<(), CommandFault> {
    let token = token()?;
    let proof = holding(&arguments.key.key, |holder| {
        let held = (!token.is_empty()).then_some(token.as_str());
        holder.proof(&arguments.method, &arguments.url, held).ok_or_else(not_made)
    })?;
    crate::say(&proof);
    Ok(())
}

fn show() -> Result<(), CommandFault> {
    let token = token()?;
    let part = |number: usize| -> Option<Value> {
        let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(number)?).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let (Some(header), Some(claims), 3) = (part(0), part(1), token.split('.').count()) else {
        return Err(CommandFault::said("the input is no token: a JWT has three parts with dots between them"));
    };
    // Nothing of it is believed: whoever holds the text can have written it.
    crate::say(&json!({ "verified": false, "header": header, "claims": claims }).to_string());
    crate::complain("not verified: this is what the token says, whoever made it");
    Ok(())
}
