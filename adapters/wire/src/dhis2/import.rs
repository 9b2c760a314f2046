//! Writing to DHIS2: `POST /tracker`, first as a dry run and then for good, each waited for and each read to its last
//! error. All objects of one delivery come in together or not at all.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

use super::answer::reasons;
use super::uid::is_uid;
use crate::fault::{UnexpectedKind, WireFault};
use crate::http::{Carried, Reply, Request};
use crate::session::Session;

/// How often the report of a job is asked for that was made although none was wanted, and how long between: the
/// partner's deadline ends it before that.
const MOST_POLLS: usize = 120;
const FIRST_POLL: Duration = Duration::from_millis(100);
const LONGEST_POLL: Duration = Duration::from_secs(2);

/// Imports what a dry run takes.
///
/// # Errors
/// [`WireFault::Refused`] with the report's codes; nothing was written then.
pub(super) async fn import(session: &Session, objects: &Value) -> Result<(), WireFault> {
    send(session, objects, "VALIDATE").await?;
    send(session, objects, "COMMIT").await
}

async fn send(session: &Session, objects: &Value, mode: &str) -> Result<(), WireFault> {
    let query = [
        ("async", "false"),
        ("importMode", mode),
        ("importStrategy", "CREATE_AND_UPDATE"),
        ("atomicMode", "ALL"),
        ("reportMode", "FULL"),
    ];
    let query = query.map(|(name, value)| (name, value.to_owned()));
    let reply = session.call(Request { query: &query, ..Request::post(&["api", "tracker"], objects) }).await?;
    // Some servers are set to import by jobs alone, and the answer says so with 200.
    let reply = match job(&reply) {
        Some(job) if is_uid(job) => report(session, job).await?,
        Some(_) => return Err(WireFault::unexpected("/response/id", UnexpectedKind::WrongType)),
        None => reply,
    };
    judge(&reply)
}

/// The job that an answer names instead of giving a report. Where it says the report is, is not looked at: the
/// credentials are for one server.
fn job(reply: &Reply) -> Option<&str> {
    let body =
        reply.body.as_ref().filter(|body| reply.status.is_success() && body.get("validationReport").is_none())?;
    body.pointer("/response/id").and_then(Value::as_str)
}

/// The report of a job, once it is there: not found until then.
async fn report(session: &Session, job: &str) -> Result<Reply, WireFault> {
    let query = [("reportMode", "FULL".to_owned())];
    let mut wait = FIRST_POLL;
    for _ in 0..MOST_POLLS {
        tokio::time::sleep(wait).await;
        let reply = session.call(Request::get(&["api", "tracker", "jobs", job, "report"], &query)).await?;
        if reply.status != StatusCode::NOT_FOUND {
            return Ok(reply);
        }
        wait = (wait * 2).min(LONGEST_POLL);
    }
    Err(WireFault::TimedOut)
}

/// What a report says, whatever the status around it: 200 and 409 both carry one.
fn judge(reply: &Reply) -> Result<(), WireFault> {
    let body = reply.body.as_ref();
    let reasons = reasons(body);
    let refused = |reasons| {
        let status = if reply.status.is_success() { StatusCode::CONFLICT } else { reply.status };
        Err(WireFault::Refused { status: status.as_u16(), reasons })
    };
    if !reply.status.is_success() || !reasons.is_empty() {
        return refused(reasons);
    }
    let body = body.ok_or_else(|| WireFault::unexpected("", UnexpectedKind::Missing))?;
    match body.get("status").and_then(Value::as_str) {
        Some("OK" | "WARNING") => {}
        Some("ERROR") => return refused(reasons),
        Some(_) => return Err(WireFault::unexpected("/status", UnexpectedKind::UnknownCode)),
        None => return Err(WireFault::unexpected("/status", UnexpectedKind::Missing)),
    }
    match body.pointer("/stats/ignored").and_then(Value::as_u64) {
        Some(0) => Ok(()),
        // All is well, it says, and something was left out.
        Some(_) => Err(WireFault::Ignored),
        None => Err(WireFault::unexpected("/stats/ignored", UnexpectedKind::Missing)),
    }
}

/// Reads bytes as the answer to an import: for the tests that feed it whatever there is.
pub(super) fn read(body: Value) {
    let reply = Reply { status: StatusCode::OK, headers: reqwest::header::HeaderMap::new(), body: Some(body) };
    let _ = (job(&reply).is_some(), judge(&reply).is_ok());
}

/// A request for one object: nothing where it is not there.
pub(super) async fn one(
    session: &Session,
    path: &[&str],
    query: &[(&'static str, String)],
) -> Result<Option<serde_json::Map<String, Value>>, WireFault> {
    let reply = session.call(Request { carried: Carried::Nothing, ..Request::get(path, query) }).await?;
    match reply.status {
        StatusCode::NOT_FOUND => Ok(None),
        _ => super::answer::object(reply).map(Some),
    }
}
