//! Locks, at the operator's desk: for whoever calls and has a code, and as the third who agrees where somebody was
//! forced.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use sangam_desk::{CodeAnswer, DeskFault, OpenLock};
use sangam_vocabulary::LockId;
use serde_json::{Value, json};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::command::CommandFault;
use crate::command::opened::{HubArguments, Opened};

/// The longest file that is read for a code, in bytes.
const CODE_BYTES: u64 = 256;

#[derive(Debug, Args)]
pub(crate) struct LockArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The organization: its id, its name in the directory, or its handle in `[organizations]`.
    organization: String,
    /// The file that holds the code; `-` reads it from standard input.
    #[arg(long, value_name = "FILE")]
    code_file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct LocksArguments {
    #[command(flatten)]
    hub: HubArguments,
}

#[derive(Debug, Args)]
pub(crate) struct UnlockArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The lock's id, as `sangam organization locks` shows it.
    lock: String,
}

#[derive(Debug, Args)]
pub(crate) struct CodesArguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The organization: its id, or its handle in `[organizations]`.
    organization: String,
}

fn code(arguments: &LockArguments) -> Result<Zeroizing<String>, CommandFault> {
    let mut text = Zeroizing::new(String::new());
    let read = if arguments.code_file.as_os_str() == "-" {
        std::io::stdin().take(CODE_BYTES).read_to_string(&mut text)
    } else {
        std::fs::File::open(&arguments.code_file).and_then(|file| file.take(CODE_BYTES).read_to_string(&mut text))
    };
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err(CommandFault::said(format!("the file of `--code-file` cannot be read: {}", error.kind()))),
    }
}

/// Says the same for either code.
pub(super) async fn lock(arguments: LockArguments) -> Result<(), CommandFault> {
    let code = code(&arguments)?;
    let opened = Opened::of(&arguments.hub).await?;
    // A name of the directory is neither an id nor a handle, and the desk knows it.
    let id = opened.organization(&arguments.organization).ok();
    let named = id.map_or(arguments.organization, |id| format!("org_{}", id.uuid().simple()));
    let told = opened.desk().lock_by_code(&named, code).await.map_err(CommandFault::said);
    match opened.close(told).await? {
        CodeAnswer::Locked if arguments.hub.json => crate::say(&json!({ "locked": true }).to_string()),
        CodeAnswer::Locked => crate::say("locked; within five seconds nothing about its subjects leaves the hub"),
        CodeAnswer::Nothing => {
            let why = "nothing was locked: organization and code do not belong together; ask for both again";
            return Err(CommandFault::NotFound(why.to_owned()));
        }
    }
    Ok(())
}

pub(super) async fn locks(arguments: LocksArguments) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let rows = opened.desk().open_locks().await.map_err(CommandFault::said);
    let rows = opened.close(rows).await?;
    if arguments.hub.json {
        crate::say(&Value::from(rows.iter().map(told).collect::<Vec<_>>()).to_string());
        return Ok(());
    }
    for row in &rows {
        let forced = if row.duress { "  FORCED: unlock needs you" } else { "" };
        let agreed = row.agreed.len();
        crate::say(&format!("{}  {}  since {}  {agreed} agreed{forced}", id(row.id), row.of, row.since.rfc3339()));
    }
    if rows.is_empty() {
        crate::say("nothing is locked");
    }
    Ok(())
}

fn id(lock: LockId) -> String {
    format!("lck_{}", lock.uuid().simple())
}

fn told(row: &OpenLock) -> Value {
    json!({
        "lock": id(row.id),
        "of": row.of,
        "by": row.by,
        "way": row.way,
        "duress": row.duress,
        "since": row.since.rfc3339(),
        "operator_agreed": row.operator,
        "agreed": row.agreed,
    })
}

pub(super) async fn unlock(arguments: UnlockArguments) -> Result<(), CommandFault> {
    let digits = arguments.lock.strip_prefix("lck_").and_then(|digits| Uuid::try_parse(digits).ok());
    let no_such = || CommandFault::NotFound("there is no such lock; `sangam organization locks` shows them".to_owned());
    let lock = LockId::from_uuid(digits.ok_or_else(no_such)?);
    let opened = Opened::of(&arguments.hub).await?;
    let done = opened.desk().operator_releases(lock).await.map_err(|fault| match fault {
        DeskFault::Unknown { .. } => no_such(),
        fault => CommandFault::said(fault),
    });
    let still = match done {
        Ok(()) => opened.desk().open_locks().await.map_err(CommandFault::said),
        Err(fault) => Err(fault),
    };
    let still = opened.close(still).await?.iter().any(|row| row.id == lock);
    if arguments.hub.json {
        crate::say(&json!({ "lock": arguments.lock, "open": !still }).to_string());
    } else if still {
        crate::say("on record; it ends once one of those whom it binds and one of another full member have agreed");
    } else {
        crate::say("it has ended; its subjects are there again within seconds");
    }
    Ok(())
}

pub(super) async fn codes(arguments: CodesArguments) -> Result<(), CommandFault> {
    let opened = Opened::of(&arguments.hub).await?;
    let organization = opened.organization(&arguments.organization)?;
    let drawn = opened.desk().draw_lock_codes(organization).await.map_err(CommandFault::said);
    let drawn = opened.close(drawn).await?;
    if arguments.hub.json {
        crate::say(&json!({ "lock": *drawn.lock, "duress": *drawn.duress }).to_string());
        return Ok(());
    }
    crate::say(&format!("locks                                   {}", *drawn.lock));
    crate::say(&format!("locks, and says that you are forced to  {}", *drawn.duress));
    crate::say("Both are told this once, and those before are void. Both are answered alike, here and on `/lock`.");
    Ok(())
}
