//! `sangam client`: registering partners' systems and looking after them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use sangam_desk::{EnrolFault, NewClient, NewCredential};
use sangam_language::{Scope, ScopeSet};
use sangam_store::{ClientMethod, ClientRow};
use sangam_vocabulary::{Code, Purpose, PurposeSet};
use serde_json::{Value, json};

use super::CommandFault;
use super::opened::{HubArguments, Opened};

/// What `sangam client --help` says after the list of commands.
pub(super) const HELP: &str = "\
A system proves who it is in the one way it is registered for:
  --jwks FILE             it signs an assertion with a key of this set (private_key_jwt)
  --certificate FILE      it comes with one of these certificates, whoever signed it (self_signed_tls_client_auth)
  --certificate-name NAME its certificate carries this DNS name or URI and is vouched for by
                          `[door] client_authorities` (tls_client_auth)
  --subject-of FILE       the same, by the subject of this certificate
  --issuer NAME --subject SUB
                          it has its access tokens from that issuer of `[[issuers]]`, under this subject; it does not
                          come to the hub's token endpoint (external_issuer)
  --secret                it knows a secret that the hub draws; in a sandbox only

What is more than CASE_REFERENCE, DEMOGRAPHICS and SERVICES it gets only with a token that says which member of staff
asks. It says so with a key of its `--jwks`, or of the set in `--actor-jwks FILE`, which any system may have but one
with tokens of another issuer.

Examples:
  sangam client add --organization org_… --name 'case system' --scope cases:read --purpose SERVICE_REFERRAL \\
      --jwks keys.json
  sangam client list --json
  sangam client suspend cli_…
  sangam client rotate cli_… --jwks new-keys.json

Exit codes: 0 it is done; 1 it failed and nothing was changed; 2 the command line is wrong; 3 there is no such client
or organization.";

#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// Register a system of an organization.
    Add(AddArguments),
    /// List the registered systems.
    List(ListArguments),
    /// Stop a system: its tokens and sockets end within five seconds.
    Suspend(OneArguments),
    /// Let a suspended system act again; it asks for a new token.
    Resume(OneArguments),
    /// Replace what a system is known by; the tokens it has end within five seconds.
    Rotate(RotateArguments),
}

/// What a system is known by: one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct CredentialArguments {
    /// A JSON Web Key Set of public keys, each with a `kid`: Ed25519 or P-256.
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// Certificates in PEM that the system comes with, whoever signed them.
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// The DNS name or URI in certificates that a known authority signs.
    #[arg(long, value_name = "NAME")]
    certificate_name: Option<String>,
    /// A certificate in PEM whose subject a known authority signs.
    #[arg(long, value_name = "FILE")]
    subject_of: Option<PathBuf>,
    /// The name of an issuer in `[[issuers]]` that gives the system its access tokens.
    #[arg(long, value_name = "NAME", requires = "subject")]
    issuer: Option<String>,
    /// A secret that the hub draws and tells once; in a sandbox only.
    #[arg(long)]
    secret: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AddArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The organization whose system it is: its id, or its handle in `[organizations]`.
    #[arg(long, value_name = "ORGANIZATION")]
    organization: String,
    /// What the organization calls it.
    #[arg(long)]
    name: String,
    /// A scope its tokens may carry; may be given again.
    #[arg(long = "scope", required = true, value_parser = PossibleValuesParser::new(Scope::ALL.iter().filter(|scope| scope.is_for_systems()).map(|scope| scope.code())))]
    scopes: Vec<String>,
    /// A purpose its tokens may carry; may be given again. Without any it reads what is about nobody.
    #[arg(long = "purpose", value_parser = PossibleValuesParser::new(Purpose::ALL.iter().map(|purpose| purpose.code())))]
    purposes: Vec<String>,
    #[command(flatten)]
    credential: CredentialArguments,
    /// A JSON Web Key Set of public keys with which it says which member of staff asks; without it, those of `--jwks`.
    #[arg(long, value_name = "FILE", conflicts_with = "issuer")]
    actor_jwks: Option<PathBuf>,
    /// The subject (`sub`) that the issuer's tokens for the system name.
    #[arg(long, value_name = "SUB", requires = "issuer")]
    subject: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// Only the systems of this organization: its id, or its handle in `[organizations]`.
    #[arg(long, value_name = "ORGANIZATION")]
    organization: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct OneArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The client's id, as `sangam client list` shows it.
    client: String,
}

#[derive(Debug, Args)]
pub(crate) struct RotateArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The client's id, as `sangam client list` shows it.
    client: String,
    #[command(flatten)]
    credential: CredentialArguments,
    /// New keys with which it says which member of staff asks; without this it keeps those it has.
    #[arg(long, value_name = "FILE", conflicts_with = "issuer")]
    actor_jwks: Option<PathBuf>,
    /// The subject (`sub`) that the issuer's tokens for the system name.
    #[arg(long, value_name = "SUB", requires = "issuer")]
    subject: Option<String>,
}

/// The longest name of a system, in characters.
const NAME: usize = 120;

pub(super) async fn run(command: ClientCommand) -> Result<ExitCode, CommandFault> {
    match command {
        ClientCommand::Add(arguments) => add(arguments).await,
        ClientCommand::List(arguments) => list(arguments).await,
        ClientCommand::Suspend(arguments) => suspend(arguments, true).await,
        ClientCommand::Resume(arguments) => suspend(arguments, false).await,
        ClientCommand::Rotate(arguments) => rotate(arguments).await,
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Ends a change of a client, and tells how it went.
async fn end<T: Send>(opened: Opened, outcome: Result<T, EnrolFault>) -> Result<T, CommandFault> {
    let outcome = outcome.map_err(|fault| match fault {
        EnrolFault::NoClient | EnrolFault::NoOrganization => CommandFault::NotFound(fault.to_string()),
        fault => CommandFault::said(fault),
    });
    opened.close(outcome).await
}

async fn add(arguments: AddArguments) -> Result<(), CommandFault> {
    let credential = credential(&arguments.credential, arguments.subject.as_deref())?;
    let actor_keys = actor_keys(arguments.actor_jwks.as_deref())?;
    let name = arguments.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        return Err(CommandFault::said(format!("`--name` must have 1 to {NAME} characters")));
    }
    let scopes: Vec<Scope> = arguments.scopes.iter().filter_map(|code| Scope::read(code)).collect();
    let purposes: Vec<Purpose> = arguments.purposes.iter().filter_map(|code| Purpose::read(code).ok()).collect();
    let opened = Opened::of(&arguments.hub).await?;
    let organization = opened.organization(&arguments.organization)?;
    let new = NewClient {
        organization,
        name,
        scopes: ScopeSet::of(&scopes),
        purposes: PurposeSet::of(&purposes),
        credential,
        actor_keys,
    };
    let enrolled = opened.desk().enrol_client(new).await;
    let enrolled = end(opened, enrolled).await?;
    if arguments.hub.json {
        let mut told = json!({ "client_id": enrolled.client_id });
        if let (Some(told), Some(secret)) = (told.as_object_mut(), &enrolled.secret) {
            told.insert("client_secret".to_owned(), json!(secret));
        }
        crate::say(&told.to_string());
        return Ok(());
    }
    crate::say(&format!("registered {}", enrolled.client_id));
    told_once(enrolled.secret.as_deref());
    crate::say(if arguments.subject.is_some() {
        "It sends the tokens of its issuer; the hub takes them within seconds."
    } else {
        "It asks for tokens at `/oauth/token`; `/.well-known/oauth-authorization-server` says how."
    });
    Ok(())
}

async fn list(arguments: ListArguments) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let organization = arguments.organization.as_deref().map(|text| opened.organization(text)).transpose()?;
    let rows = opened.desk().clients(organization).await;
    let rows = rows.map(|rows| {
        rows.into_iter()
            .map(|row| {
                let name = opened.desk().organization_name(row.organization).unwrap_or_default();
                (row, name)
            })
            .collect::<Vec<_>>()
    });
    let rows = end(opened, rows).await?;
    if arguments.hub.json {
        let told: Vec<Value> = rows.iter().map(|(row, name)| told(row, name)).collect();
        crate::say(&Value::from(told).to_string());
        return Ok(());
    }
    for (row, organization) in &rows {
        let state = if row.suspended { "suspended" } else { "active" };
        crate::say(&format!(
            "{}  {state:<9}  {:<27}  {organization}: {}",
            row.id,
            row.credential.method().code(),
            row.name
        ));
    }
    if rows.is_empty() {
        crate::say("no system is registered; `sangam client add --help` says how");
    }
    Ok(())
}

fn told(row: &ClientRow, organization: &str) -> Value {
    json!({
        "client_id": row.id,
        "name": row.name,
        "organization": { "id": format!("org_{}", row.organization.uuid().simple()), "name": organization },
        "method": row.credential.method().code(),
        "names_staff": row.actor_keys.is_some() || row.credential.method() == ClientMethod::PrivateKeyJwt,
        "suspended": row.suspended,
        "generation": row.generation,
        "scopes": ScopeSet::read(&row.scopes).iter().map(Scope::code).collect::<Vec<_>>(),
        "purposes": row.purposes.iter().map(Code::code).collect::<Vec<_>>(),
        "registered_at": row.registered_at.rfc3339(),
    })
}

async fn suspend(arguments: OneArguments, suspended: bool) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let done = opened.desk().suspend_client(&arguments.client, suspended).await;
    end(opened, done).await?;
    if arguments.hub.json {
        crate::say(&json!({ "client_id": arguments.client, "suspended": suspended }).to_string());
    } else if suspended {
        crate::say("suspended; its tokens and sockets end within five seconds");
    } else {
        crate::say("it may act again; the tokens it had stay void, so it asks for a new one");
    }
    Ok(())
}

async fn rotate(arguments: RotateArguments) -> Result<(), CommandFault> {
    let credential = credential(&arguments.credential, arguments.subject.as_deref())?;
    let actor_keys = actor_keys(arguments.actor_jwks.as_deref())?;
    let opened = Opened::of(&arguments.hub).await?;
    let rotated = opened.desk().rotate_client(&arguments.client, credential, actor_keys.as_deref()).await;
    let secret = end(opened, rotated).await?;
    if arguments.hub.json {
        let mut told = json!({ "client_id": arguments.client });
        if let (Some(told), Some(secret)) = (told.as_object_mut(), &secret) {
            told.insert("client_secret".to_owned(), json!(secret));
        }
        crate::say(&told.to_string());
        return Ok(());
    }
    crate::say("replaced; the tokens it had end within five seconds");
    told_once(secret.as_deref());
    Ok(())
}

fn told_once(secret: Option<&str>) {
    if let Some(secret) = secret {
        crate::say(&format!("secret {secret}"));
        crate::say("The secret is told this once; keep it where that system alone can read it.");
    }
}

fn read(option: &str, file: &Path) -> Result<Vec<u8>, CommandFault> {
    std::fs::read(file)
        .map_err(|error| CommandFault::said(format!("the file of `{option}` cannot be read: {}", error.kind())))
}

fn key_set(option: &str, file: &Path) -> Result<String, CommandFault> {
    String::from_utf8(read(option, file)?)
        .map_err(|_| CommandFault::said(format!("the file of `{option}` is not text; it must be a JSON Web Key Set")))
}

fn actor_keys(file: Option<&Path>) -> Result<Option<String>, CommandFault> {
    file.map(|file| key_set("--actor-jwks", file)).transpose()
}

/// What the command line gives, read from its files.
fn credential(arguments: &CredentialArguments, subject: Option<&str>) -> Result<NewCredential, CommandFault> {
    let CredentialArguments { jwks, certificate, certificate_name, subject_of, issuer, secret: _ } = arguments;
    Ok(if let Some(file) = jwks {
        NewCredential::Keys(key_set("--jwks", file)?)
    } else if let Some(file) = certificate {
        NewCredential::Certificates(read("--certificate", file)?)
    } else if let Some(name) = certificate_name {
        NewCredential::CertificateName(name.clone())
    } else if let Some(file) = subject_of {
        NewCredential::SubjectOf(read("--subject-of", file)?)
    } else if let (Some(issuer), Some(subject)) = (issuer, subject) {
        NewCredential::External { issuer: issuer.clone(), subject: subject.to_owned() }
    } else {
        // The group requires one of the six, so this is the last.
        NewCredential::Secret
    })
}
