//! What nobody answered, at the operator's desk: whom to telephone, and about which kind of thing. Which person it is
//! about is not told: the organization finds it by what waits for its people.

use clap::Args;
use sangam_store::OverdueRow;
use serde_json::{Value, json};

use crate::command::CommandFault;
use crate::command::opened::{HubArguments, Opened};

#[derive(Debug, Args)]
pub(crate) struct OverdueArguments {
    #[command(flatten)]
    hub: HubArguments,
}

pub(super) async fn list(arguments: OverdueArguments) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let rows = opened.desk().overdue().await.map_err(CommandFault::said);
    let rows = opened.close(rows).await?;
    if arguments.hub.json {
        crate::say(&Value::from(rows.iter().map(told).collect::<Vec<_>>()).to_string());
        return Ok(());
    }
    for row in &rows {
        let part = if row.track.is_empty() { String::new() } else { format!(" {}", row.track) };
        crate::say(&format!("{}{part}  {}  waited since {}", row.kind, row.name, row.started_at.rfc3339()));
    }
    if rows.is_empty() {
        crate::say("nothing is overdue that nobody answered");
    }
    Ok(())
}

fn told(row: &OverdueRow) -> Value {
    json!({
        "kind": row.kind,
        "part": row.track,
        "organization": format!("org_{}", row.asks.uuid().simple()),
        "name": row.name,
        "waited_since": row.started_at.rfc3339(),
        "listed_since": row.since.rfc3339(),
    })
}
