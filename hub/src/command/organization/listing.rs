//! What of an organization is listed for everybody, recorded at the operator's desk on its word.

use clap::Args;
use clap::builder::PossibleValuesParser;
use sangam_desk::ListingFault;
use sangam_vocabulary::Code;
use sangam_vocabulary::payload::ServiceCode;
use serde_json::json;

use crate::command::CommandFault;
use crate::command::opened::{HubArguments, Opened};

#[derive(Debug, Args)]
pub(crate) struct ListingArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The organization: its id, or its handle in `[organizations]`.
    organization: String,
    /// A service that it offers and that is listed; may be given again. What is not named is not listed.
    #[arg(long = "service", value_name = "SERVICE", value_parser = services(), required_unless_present = "none")]
    services: Vec<String>,
    /// The first-level divisions in which it offers them are told, too. Of whoever offers shelter they never are.
    #[arg(long)]
    areas: bool,
    /// Nothing is listed of it from now on.
    #[arg(long, conflicts_with_all = ["services", "areas"])]
    none: bool,
}

fn services() -> PossibleValuesParser {
    PossibleValuesParser::new(ServiceCode::ALL.iter().map(|code| code.code()))
}

pub(super) async fn listing(arguments: ListingArguments) -> Result<(), CommandFault> {
    let ListingArguments { hub, organization, services, areas, none } = arguments;
    let read: Result<Vec<_>, _> = services.iter().map(|code| ServiceCode::read(code)).collect();
    let agreed = if none { None } else { Some((read.map_err(CommandFault::said)?, areas)) };
    let opened = Opened::of(&hub).await?;
    let done = match opened.organization(&organization) {
        Ok(id) => opened.desk().set_listing(id, agreed).await.map_err(|fault| match fault {
            ListingFault::NoOrganization => CommandFault::NotFound(fault.to_string()),
            fault => CommandFault::said(fault),
        }),
        Err(fault) => Err(fault),
    };
    opened.close(done).await?;
    if hub.json {
        crate::say(&json!({ "listed": !none, "services": services, "areas": areas }).to_string());
    } else if none {
        crate::say("nothing of it is listed from now on");
    } else {
        crate::say("it is listed for everybody under `/hsds`, while it is a member and not locked");
    }
    Ok(())
}
