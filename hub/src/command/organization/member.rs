//! Members and applicants, at the operator's desk.

use std::path::Path;

use aws_lc_rs::digest;
use clap::Args;
use clap::builder::PossibleValuesParser;
use sangam_desk::{MemberFault, MemberRow, MemberStep, NewApplication, Who, paper_codes, refusal_codes};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{AccessionId, Code, Country, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::command::CommandFault;
use crate::command::opened::{HubArguments, Opened};

#[derive(Debug, Args)]
pub(crate) struct ApplyArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The name it goes by.
    #[arg(long)]
    name: String,
    /// The country it works in.
    #[arg(long, value_parser = codes::<Country>())]
    country: String,
    /// The capacity in which it would take part.
    #[arg(long, value_parser = codes::<Role>())]
    role: String,
    /// A service it would offer; may be given again.
    #[arg(long = "service", value_name = "SERVICE", value_parser = codes::<ServiceCode>())]
    services: Vec<String>,
    /// Where it would offer them: the ISO 3166-2 code of a first-level division; may be given again.
    #[arg(long, value_name = "DIVISION")]
    coverage: Vec<String>,
    /// A paper and the file it is in, KIND=FILE; one of each kind: REGISTRATION, CHILD_PROTECTION_POLICY,
    /// DATA_PROTECTION_POLICY, LEADERSHIP.
    #[arg(long = "paper", value_name = "KIND=FILE", required = true)]
    papers: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AdmitArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The application's id, as `sangam organization list` shows it.
    application: String,
}

#[derive(Debug, Args)]
pub(crate) struct RefuseArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The application's id, or the id of an organization on probation.
    who: String,
    /// Why. It is kept, and the members see it.
    #[arg(long, value_parser = PossibleValuesParser::new(refusal_codes()))]
    reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct OneArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The organization: its id, or its handle in `[organizations]`.
    organization: String,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    hub: HubArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The id of an organization or an application.
    id: String,
}

fn codes<C: Code>() -> PossibleValuesParser {
    PossibleValuesParser::new(C::ALL.iter().map(|code| code.code()))
}

fn read<C: Code>(text: &str) -> Result<C, CommandFault> {
    C::read(text).map_err(CommandFault::said)
}

fn told(fault: MemberFault) -> CommandFault {
    match fault {
        MemberFault::NotThere => CommandFault::NotFound(fault.to_string()),
        fault => CommandFault::said(fault),
    }
}

fn application(text: &str) -> Result<AccessionId, CommandFault> {
    let digits = text.strip_prefix("acc_").and_then(|digits| Uuid::try_parse(digits).ok());
    digits.map(AccessionId::from_uuid).ok_or_else(|| told(MemberFault::NotThere))
}

/// What a paper is, and its digest. The paper itself is not kept.
fn paper(text: &str) -> Result<(String, [u8; 32]), CommandFault> {
    let (kind, file) = text.split_once('=').filter(|(kind, _)| paper_codes().contains(kind)).ok_or_else(|| {
        CommandFault::said(format!("`--paper` is KIND=FILE, and KIND one of {}", paper_codes().join(", ")))
    })?;
    let bytes = std::fs::read(Path::new(file)).map_err(|error| {
        CommandFault::said(format!("the file of the paper {kind} cannot be read: {}", error.kind()))
    })?;
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, &bytes).as_ref());
    Ok((kind.to_owned(), out))
}

pub(super) async fn apply(arguments: ApplyArguments) -> Result<(), CommandFault> {
    let papers = arguments.papers.iter().map(|text| paper(text)).collect::<Result<Vec<_>, _>>()?;
    let new = NewApplication {
        name: arguments.name,
        country: read(&arguments.country)?,
        role: read(&arguments.role)?,
        services: arguments.services.iter().map(|text| read(text)).collect::<Result<_, _>>()?,
        coverage: arguments.coverage,
        papers,
    };
    let opened = Opened::of(&arguments.hub).await?;
    let applied = opened.desk().apply_for_member(new).await.map_err(told);
    let id = format!("acc_{}", opened.close(applied).await?.uuid().simple());
    if arguments.hub.json {
        crate::say(&json!({ "application": id }).to_string());
    } else {
        crate::say(&format!("recorded as {id}; members see it under `accessions`, and speak for it there"));
    }
    Ok(())
}

pub(super) async fn admit(arguments: AdmitArguments) -> Result<(), CommandFault> {
    let application = application(&arguments.application)?;
    let opened = Opened::of(&arguments.hub).await?;
    let admitted = opened.desk().admit(application).await.map_err(told);
    let id = format!("org_{}", opened.close(admitted).await?.uuid().simple());
    if arguments.hub.json {
        crate::say(&json!({ "organization": id }).to_string());
    } else {
        crate::say(&format!("let in as {id}, for thirty days; `sangam client add` registers its systems"));
    }
    Ok(())
}

pub(super) async fn refuse(arguments: RefuseArguments) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let who = match application(&arguments.who) {
        Ok(accession) => Ok(Who::Applicant(accession)),
        Err(_) => opened.organization(&arguments.who).map(Who::Member),
    };
    let done = match who {
        Ok(who) => opened.desk().refuse(who, &arguments.reason).await.map_err(told),
        Err(fault) => Err(fault),
    };
    opened.close(done).await?;
    said(
        &arguments.hub,
        &json!({ "refused": arguments.who, "reason": arguments.reason }),
        "refused; the reason is kept",
    );
    Ok(())
}

pub(super) async fn step(arguments: OneArguments, step: MemberStep) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let done = match opened.organization(&arguments.organization) {
        Ok(organization) => opened.desk().step_member(organization, step).await.map_err(told),
        Err(fault) => Err(fault),
    };
    opened.close(done).await?;
    let (state, words) = match step {
        MemberStep::Confirm => ("MEMBER", "confirmed; it stays for a year"),
        MemberStep::Renew => ("MEMBER", "renewed; it stays for another year"),
        MemberStep::Suspend => ("SUSPENDED", "suspended; its systems, people and rounds end within five seconds"),
        MemberStep::Resume => ("MEMBER", "it may act again"),
        MemberStep::Leave => ("LEFT", "it has left; what named it has ended, and its subjects stay sealed and locked"),
    };
    said(&arguments.hub, &json!({ "organization": arguments.organization, "state": state }), words);
    Ok(())
}

fn said(hub: &HubArguments, value: &Value, words: &str) {
    crate::say(&if hub.json { value.to_string() } else { words.to_owned() });
}

fn value(row: &MemberRow) -> Value {
    json!({
        "organization": row.organization,
        "application": row.accession,
        "name": row.name,
        "country": row.country,
        "role": row.role,
        "state": row.state,
        "until": row.until.map(|until| until.rfc3339()),
        "locked": row.locked,
        "reason": row.reason,
        "papers": row.papers.iter().map(|(kind, digest)| json!({"kind": kind, "sha256": digest})).collect::<Vec<_>>(),
        "speak_for": spoke(row, true),
        "speak_against": spoke(row, false),
        "missing": row.missing,
    })
}

fn spoke(row: &MemberRow, speaks_for: bool) -> Vec<&str> {
    row.voices.iter().filter(|(_, is)| *is == speaks_for).map(|(organization, _)| organization.as_str()).collect()
}

fn line(row: &MemberRow) -> String {
    let id = row.organization.as_deref().or(row.accession.as_deref()).unwrap_or_default();
    let locked = if row.locked { "  locked" } else { "" };
    let until = row.until.map(|until| format!("  until {}", until.rfc3339())).unwrap_or_default();
    let missing = row.missing.as_ref().map(|missing| format!("  lacks {missing}")).unwrap_or_default();
    format!("{id}  {:<11}  {}  {}{until}{missing}{locked}", row.state, row.country, row.name)
}

pub(super) async fn list(arguments: ListArguments) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let rows = opened.desk().members().await.map_err(told);
    let rows = opened.close(rows).await?;
    if arguments.hub.json {
        crate::say(&Value::from(rows.iter().map(value).collect::<Vec<_>>()).to_string());
        return Ok(());
    }
    rows.iter().for_each(|row| crate::say(&line(row)));
    if rows.is_empty() {
        crate::say("there is no member yet; `sangam organization apply --help` says how one comes in");
    }
    Ok(())
}

pub(super) async fn show(arguments: ShowArguments) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let rows = opened.desk().members().await.map_err(told);
    let rows = opened.close(rows).await?;
    let is = |id: &Option<String>| id.as_deref() == Some(arguments.id.as_str());
    let found = rows.iter().find(|row| is(&row.organization) || is(&row.accession));
    let row = found.ok_or_else(|| told(MemberFault::NotThere))?;
    if arguments.hub.json {
        crate::say(&value(row).to_string());
        return Ok(());
    }
    crate::say(&line(row));
    for (kind, digest) in &row.papers {
        crate::say(&format!("  paper {kind:<23} sha256 {digest}"));
    }
    for (organization, speaks_for) in &row.voices {
        crate::say(&format!("  {} {organization}", if *speaks_for { "for    " } else { "against" }));
    }
    if let Some(reason) = row.reason {
        crate::say(&format!("  refused: {reason}"));
    }
    Ok(())
}
