//! The columns of contributions, hearings, dangers to witnesses and support plans.

use std::borrow::Cow;

use super::{Kind, organization};

/// Past its day a contribution has expired, whatever was last written; `$2` is the instant of the question.
const STATE: &str = "CASE WHEN t.is_open = 1 AND t.lapses_at <= $2 THEN 'EXPIRED' ELSE t.state END";
/// Until when an invitation that waits does so.
const ANSWER_BY: &str = "CASE WHEN t.state = 'INVITED' AND t.lapses_at > $2 THEN t.lapses_at END";
/// Whose case it is: for its holder, and for whoever takes part in it now.
const SUBJECT: &str =
    "CASE WHEN su.owner = s.organization OR (t.state = 'ACTIVE' AND t.lapses_at > $2) THEN t.subject END";

pub(super) fn contribution(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    if let Some(holder) = name.strip_prefix("inviter.") {
        return organization("o", holder);
    }
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "its.subject.id" => (SUBJECT.into(), Kind::Record),
        "state" => (STATE.into(), Kind::Text),
        "seat" | "purpose" => (format!("t.{name}").into(), Kind::Text),
        "invitedAt" => ("t.invited_at".into(), Kind::Instant),
        "answerBy" => (ANSWER_BY.into(), Kind::Instant),
        "until" => ("t.until_at".into(), Kind::Instant),
        "changedAt" => ("t.changed_at".into(), Kind::Instant),
        "version" => ("t.version".into(), Kind::Int),
        _ => return None,
    })
}

pub(super) fn hearing(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "state" | "kind" => (format!("t.{name}").into(), Kind::Text),
        "takesPlaceAt" => ("t.takes_place_at".into(), Kind::Instant),
        "adjournReason" => ("t.reason".into(), Kind::Text),
        "holdsReturn" => ("t.holds".into(), Kind::Boolean),
        "changedAt" => ("t.changed_at".into(), Kind::Instant),
        "version" => ("t.version".into(), Kind::Int),
        _ => return None,
    })
}

pub(super) fn risk(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "kind" => ("t.kind".into(), Kind::Text),
        "reportedAt" => ("t.reported_at".into(), Kind::Instant),
        _ => return None,
    })
}

pub(super) fn support_plan(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "state" | "outcome" => (format!("t.{name}").into(), Kind::Text),
        "beginsAt" => ("t.begins_at".into(), Kind::Instant),
        "plannedEndAt" => ("t.planned_end_at".into(), Kind::Instant),
        "endedAt" => ("t.ended_at".into(), Kind::Instant),
        "reviews" | "version" => (format!("t.{name}").into(), Kind::Int),
        "reviewDueAt" => ("t.review_due_at".into(), Kind::Instant),
        "isReviewLeft" => ("CASE WHEN t.review_due_at IS NULL THEN 0 ELSE 1 END".into(), Kind::Boolean),
        _ => return None,
    })
}

pub(super) fn support_review(name: &str) -> Option<(Cow<'static, str>, Kind)> {
    Some(match name {
        "id" => ("t.id".into(), Kind::Record),
        "plan" => ("t.plan".into(), Kind::Record),
        "months" => ("t.months".into(), Kind::Int),
        "finding" => ("t.finding".into(), Kind::Text),
        "reviewedAt" => ("t.reviewed_at".into(), Kind::Instant),
        _ => return None,
    })
}
