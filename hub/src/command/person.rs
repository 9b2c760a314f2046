//! `sangam person`: the first administrators of an organization and what its own can no longer do, beside a hub that
//! serves or without one.
//!
//! Each run is a process with a writer and a chain of its own, as a second server would be; a serving hub sees what
//! it did within two seconds.

use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use sangam_desk::{Invited, PersonFault, person_id, person_text};
use sangam_store::{PersonRow, PersonState};
use sangam_vocabulary::{Clock, Code, Instant, PersonId, PersonRole, PersonRoles, SystemClock};
use serde_json::{Value, json};

use super::CommandFault;
use super::opened::{HubArguments, Opened};

/// What `sangam person --help` says after the list of commands.
pub(super) const HELP: &str = "\
An organization's administrators invite its people, give them roles and cases, stop and review their accounts. Here are
made the first two, and whoever replaces one: rights are given only while an organization has two active administrators,
and the operator's word is enough alone.

An account that nobody uses for 60 days sleeps, and so does one whose review is 30 days overdue; `resume` wakes it.

Examples:
  sangam person invite --organization org_… --role ADMINISTRATOR --pseudonym staff-1
  sangam person list --organization org_… --json
  sangam person suspend per_…
  sangam person roles per_… --role CASE_WORKER --role OVERSEER
  sangam person review per_… per_…

Exit codes: 0 it is done; 1 it failed and nothing was changed; 2 the command line is wrong; 3 there is no such person or
organization.";

#[derive(Debug, Subcommand)]
pub(crate) enum PersonCommand {
    /// Make an account for somebody, who takes it with a code that is told once.
    Invite(InviteArguments),
    /// Give another code to somebody who has not come yet; the one before is void.
    Reinvite(OneArguments),
    /// List the people of organizations.
    List(ListArguments),
    /// Stop an account: its sessions end within five seconds.
    Suspend(OneArguments),
    /// Let an account act again that was suspended or sleeps.
    Resume(OneArguments),
    /// Replace what a person may do; the person signs in anew.
    Roles(RolesArguments),
    /// Say of accounts that they are still right, for another quarter.
    Review(ReviewArguments),
}

#[derive(Debug, Args)]
pub(crate) struct InviteArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// Whose person it is: the organization's id, or its handle in `[organizations]`.
    #[arg(long, value_name = "ORGANIZATION")]
    organization: String,
    /// What the person is called here: letters, digits, `-`, `.` and `_`; no name.
    #[arg(long)]
    pseudonym: String,
    /// What the person is to do; may be given again.
    #[arg(long = "role", required = true, value_parser = roles_parser())]
    roles: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// Only the people of this organization: its id, or its handle in `[organizations]`.
    #[arg(long, value_name = "ORGANIZATION")]
    organization: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct OneArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The person's id, as `sangam person list` shows it.
    person: String,
}

#[derive(Debug, Args)]
pub(crate) struct RolesArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The person's id, as `sangam person list` shows it.
    person: String,
    /// What the person may do from now on; may be given again.
    #[arg(long = "role", required_unless_present = "none", value_parser = roles_parser())]
    roles: Vec<String>,
    /// Take every role.
    #[arg(long, conflicts_with = "roles")]
    none: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The people's ids, as `sangam person list` shows them; all of one organization.
    #[arg(required = true)]
    people: Vec<String>,
}

fn roles_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(PersonRole::ALL.iter().map(|role| role.code()))
}

fn roles(codes: &[String]) -> PersonRoles {
    let roles: Vec<PersonRole> = codes.iter().filter_map(|code| PersonRole::read(code).ok()).collect();
    PersonRoles::of(&roles)
}

pub(super) async fn run(command: PersonCommand) -> Result<ExitCode, CommandFault> {
    match command {
        PersonCommand::Invite(arguments) => invite(arguments).await,
        PersonCommand::Reinvite(arguments) => reinvite(arguments).await,
        PersonCommand::List(arguments) => list(arguments).await,
        PersonCommand::Suspend(arguments) => suspend(arguments).await,
        PersonCommand::Resume(arguments) => resume(arguments).await,
        PersonCommand::Roles(arguments) => assign(arguments).await,
        PersonCommand::Review(arguments) => review(arguments).await,
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Ends what was opened, and tells how it went. What was done is done even if the end is not clean.
async fn end<T: Send>(opened: Opened, outcome: Result<T, PersonFault>) -> Result<T, CommandFault> {
    let closed = opened.gateway.close().await;
    let outcome = outcome.map_err(|fault| match fault {
        PersonFault::NoPerson | PersonFault::NoOrganization => CommandFault::NotFound(fault.to_string()),
        fault => CommandFault::said(fault),
    })?;
    closed.map(|()| outcome)
}

fn named(text: &str) -> Result<PersonId, CommandFault> {
    let fault =
        || CommandFault::NotFound("a person's id is `per_` and 32 digits; `sangam person list` shows them".into());
    person_id(text).ok_or_else(fault)
}

async fn invite(arguments: InviteArguments) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let organization = opened.organization(&arguments.organization)?;
    let invited = opened.desk().operator().invite(organization, &arguments.pseudonym, roles(&arguments.roles)).await;
    told_once(&end(opened, invited).await?, arguments.hub.json);
    Ok(())
}

async fn reinvite(arguments: OneArguments) -> Result<(), CommandFault> {
    let person = named(&arguments.person)?;
    let opened = Opened::of(&arguments.hub).await?;
    let invited = opened.desk().operator().reinvite(person).await;
    told_once(&end(opened, invited).await?, arguments.hub.json);
    Ok(())
}

fn told_once(invited: &Invited, in_json: bool) {
    let (person, until) = (person_text(invited.person), invited.until.rfc3339());
    if in_json {
        crate::say(&json!({ "person": person, "code": invited.code, "code_until": until }).to_string());
        return;
    }
    crate::say(&format!("invited {person}"));
    crate::say(&format!("code {}", invited.code));
    crate::say(&format!("The code is told this once and can be taken until {until}; hand it to that person alone."));
}

async fn list(arguments: ListArguments) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let organization = arguments.organization.as_deref().map(|text| opened.organization(text)).transpose()?;
    let people = opened.desk().operator().people(organization).await;
    let people = people.map(|rows| {
        let named = |row: PersonRow| {
            let name = opened.desk().organization_name(row.organization).unwrap_or_default();
            (row, name)
        };
        rows.into_iter().map(named).collect::<Vec<_>>()
    });
    let people = end(opened, people).await?;
    let at = SystemClock.now();
    if arguments.hub.json {
        let told: Vec<Value> = people.iter().map(|(row, name)| told(row, name, at)).collect();
        crate::say(&Value::from(told).to_string());
        return Ok(());
    }
    for (row, organization) in &people {
        let roles = row.roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(",");
        let state = row.state(at).code();
        crate::say(&format!("{}  {state:<9}  {organization}: {}  {roles}", person_text(row.id), row.pseudonym));
    }
    if people.is_empty() {
        crate::say("nobody is here yet; `sangam person invite --help` says how");
    }
    Ok(())
}

fn told(row: &PersonRow, organization: &str, at: Instant) -> Value {
    let day = |at: Instant| at.rfc3339().chars().take(10).collect::<String>();
    let is_account = row.state(at) != PersonState::Recorded;
    json!({
        "person": person_text(row.id),
        "pseudonym": row.pseudonym,
        "organization": { "id": format!("org_{}", row.organization.uuid().simple()), "name": organization },
        "state": row.state(at).code(),
        "roles": row.roles.iter().map(|role| role.code()).collect::<Vec<_>>(),
        "proposed": row.proposed(at),
        "last_used": row.used_at.map(day),
        "review_due": is_account.then(|| row.review_due().rfc3339()),
        "generation": row.generation,
    })
}

async fn suspend(arguments: OneArguments) -> Result<(), CommandFault> {
    let person = named(&arguments.person)?;
    let opened = Opened::of(&arguments.hub).await?;
    let done = opened.desk().operator().suspend(person).await;
    end(opened, done).await?;
    changed(&arguments.person, arguments.hub.json, "suspended; its sessions end within five seconds");
    Ok(())
}

async fn resume(arguments: OneArguments) -> Result<(), CommandFault> {
    let person = named(&arguments.person)?;
    let opened = Opened::of(&arguments.hub).await?;
    let done = opened.desk().operator().resume(person).await;
    end(opened, done).await?;
    let words = "it may act again, with the roles it had; who never came with it needs `sangam person reinvite`";
    changed(&arguments.person, arguments.hub.json, words);
    Ok(())
}

async fn assign(arguments: RolesArguments) -> Result<(), CommandFault> {
    let person = named(&arguments.person)?;
    let opened = Opened::of(&arguments.hub).await?;
    let done = opened.desk().operator().assign(person, roles(&arguments.roles)).await;
    end(opened, done).await?;
    changed(&arguments.person, arguments.hub.json, "the roles are replaced; the sessions of before are void");
    Ok(())
}

async fn review(arguments: ReviewArguments) -> Result<(), CommandFault> {
    let people = arguments.people.iter().map(|text| named(text)).collect::<Result<Vec<_>, _>>()?;
    let opened = Opened::of(&arguments.hub).await?;
    let done = opened.desk().operator().review(people).await;
    end(opened, done).await?;
    for person in &arguments.people {
        changed(person, arguments.hub.json, "reviewed for another quarter");
    }
    Ok(())
}

fn changed(person: &str, in_json: bool, words: &str) {
    if in_json {
        crate::say(&json!({ "person": person, "done": words }).to_string());
    } else {
        crate::say(&format!("{person}: {words}"));
    }
}
