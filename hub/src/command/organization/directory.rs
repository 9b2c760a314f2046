//! What an organization's own directory says of its services, and how it is forgotten once the organization has none.

use clap::Args;
use sangam_desk::SaidService;
use sangam_vocabulary::Code as _;
use serde_json::json;

use crate::command::CommandFault;
use crate::command::opened::{HubArguments, Opened};

#[derive(Debug, Args)]
pub(crate) struct DirectoryArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The organization: its id, or its handle in `[organizations]`.
    organization: String,
    /// Forget what the directory said: what the organization was enrolled with stands again. For when it has no directory
    /// any more, and its partner's file is gone; a hub that still reads it has it again with its next round.
    #[arg(long)]
    forget: bool,
}

pub(super) async fn directory(arguments: DirectoryArguments) -> Result<(), CommandFault> {
    let DirectoryArguments { hub, organization, forget } = arguments;
    let opened = Opened::of(&hub).await?;
    let done = async {
        let id = opened.organization(&organization)?;
        let said = opened.desk().own_directory(id).await.map_err(CommandFault::said)?;
        let said =
            said.ok_or_else(|| CommandFault::NotFound("the organization has no directory of its own".to_owned()))?;
        if forget {
            opened.desk().forget_own_directory(id).await.map_err(CommandFault::said)?;
        }
        Ok(said)
    };
    let done = done.await;
    let said = opened.close(done).await?;
    let time = |at: Option<sangam_vocabulary::Instant>| at.map(|at| at.rfc3339());
    if hub.json {
        let services = said.services.iter().map(|SaidService { said, enrolled }| {
            json!({ "service": said.service.code(), "areas": said.areas, "enrolled": enrolled })
        });
        let services: Vec<_> = services.collect();
        let (at, held) = (time(said.said_at), time(said.held_at));
        crate::say(
            &json!({ "saidAt": at, "doubtedSince": held, "forgotten": forget, "services": services }).to_string(),
        );
        return Ok(());
    }
    match time(said.said_at) {
        Some(at) => crate::say(&format!("its own directory last said so on {at}:")),
        None => crate::say("its own directory was never believed; what it was enrolled with stands"),
    }
    for SaidService { said, enrolled } in &said.services {
        let areas = said.areas.as_ref().map_or_else(
            || "wherever it was enrolled".to_owned(),
            |areas| areas.iter().cloned().collect::<Vec<_>>().join(", "),
        );
        let beyond = if *enrolled { "" } else { "; it was not enrolled with that, so that nobody is told of it" };
        crate::say(&format!("  {}: {areas}{beyond}", said.service.code()));
    }
    if let Some(since) = time(said.held_at) {
        crate::say(&format!(
            "since {since} it says that most of these are gone; that is believed once it still says so an hour later"
        ));
    }
    if forget {
        crate::say("forgotten; what the organization was enrolled with stands again");
    }
    Ok(())
}
