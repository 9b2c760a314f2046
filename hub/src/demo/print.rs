//! What the demo tells: `demo.json` for programs, a page of addresses and a ready command for people.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sangam_desk::PartnerDesk;
use serde::Serialize;

use super::partners::Running;
use super::seed::{DemoClient, Seeded};
use crate::command::CommandFault;

/// What the printed command and GraphiQL ask of the shown referral: one category is released, one is withheld.
pub(super) fn query(referral: &str) -> String {
    format!(
        "{{
  referral(id: \"{referral}\") {{
    state
    urgency
    sender {{ country role organization {{ name }} }}
    services {{ services note }}
    subject {{
      demographics {{ ageBand sex }}
      identity {{ names {{ text }} }}
      withheld {{ category reason remedy }}
    }}
  }}
}}"
    )
}

#[derive(Serialize)]
struct Card<'a> {
    graphql: String,
    token_endpoint: String,
    sdl: &'a Path,
    clients: &'a [DemoClient],
    ws: String,
    portal: String,
    partners: Vec<System<'a>>,
}

/// A partner's sandbox.
#[derive(Serialize)]
struct System<'a> {
    /// Its name: that of its files in the folder `partners`.
    name: &'a str,
    /// How it talks.
    wire: &'a str,
    /// Whose it is, as the directory names it.
    organization: &'a str,
    /// Where its web service is, if it is one.
    address: Option<&'a str>,
}

/// `demo.json`.
pub(super) fn card(
    base: &str,
    sdl: &Path,
    seeded: &Seeded,
    running: &[Running],
    connected: &[Arc<PartnerDesk>],
) -> Result<String, CommandFault> {
    let wire =
        |name: &str| connected.iter().find(|one| one.config.name == name).map_or("", |one| one.config.wire.name());
    let partners = running.iter().map(|one| System {
        name: one.partner.name,
        wire: wire(one.partner.name),
        organization: seeded.client(one.partner.organization).organization.as_str(),
        address: one.overrides.base_url.as_deref(),
    });
    let card = Card {
        graphql: format!("{base}/graphql"),
        token_endpoint: format!("{base}/oauth/token"),
        sdl,
        clients: &seeded.clients,
        ws: format!("{}/graphql/ws", base.replacen("http", "ws", 1)),
        portal: format!("{base}/home"),
        partners: partners.collect(),
    };
    serde_json::to_string_pretty(&card).map_err(CommandFault::said)
}

/// The page of addresses, and a command that shows a referral.
pub(super) fn welcome(
    base: &str,
    metrics: SocketAddr,
    folder: &Path,
    seeded: &Seeded,
    query: &str,
    took: Duration,
) -> Result<(), CommandFault> {
    let shown = seeded.shown();
    // One line for a shell; white space means nothing to GraphQL.
    let query = query.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = serde_json::to_string(&serde_json::json!({ "query": query })).map_err(CommandFault::said)?;
    let curl = format!(
        "curl -s {base}/graphql -H \"Authorization: Bearer $(curl -s {base}/oauth/token -u {}:{} -d grant_type=client_credentials | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\" -H 'Sangam-Purpose: SERVICE_REFERRAL' -H 'Content-Type: application/json' -d '{body}'",
        shown.client_id, shown.client_secret
    );
    for line in [
        String::new(),
        format!("Sangam is ready after {:.1} s. Everything in it is invented.", took.as_secs_f32()),
        String::new(),
        format!("  GraphQL    {base}/graphql"),
        format!("  portal     {base}/home (sign in as one of its invented people)"),
        format!("  GraphiQL   {base}/graphiql"),
        format!("  WebSocket  {}/graphql/ws", base.replacen("http", "ws", 1)),
        format!("  tokens     {base}/oauth/token"),
        format!("  health     {base}/health/ready"),
        format!("  metrics    http://{metrics}/metrics"),
        format!("  folder     {} (demo.json, schema.graphql)", folder.display()),
        String::new(),
        format!(
            "A referral as {} sees it: services and age band are released, identity is withheld:",
            shown.organization
        ),
        String::new(),
        curl,
        String::new(),
        "Ctrl-C ends it; a second start finds its data.".to_owned(),
    ] {
        crate::say(&line);
    }
    Ok(())
}
