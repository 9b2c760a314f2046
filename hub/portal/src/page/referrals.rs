//! Referrals, in and out: what is asked of whom, where it stands, and an answer in two taps.

use maud::{Markup, html};
use sangam_language::Scope;
use sangam_language::asks::decline_reasons;
use sangam_words::Staff;
use serde_json::{Map, Value, json};

use super::board::encoded;
use super::told::Outcome;
use super::{Asked, Room};
use crate::operation::{ANSWER, Failed, REFERRALS, REFERRED, WRITE, variables};
use crate::piece::{clock, desk, person, reference, seat_name, withheld};
use crate::view::{Message, Referral, Referrals, Referred};
use crate::{Answer, Pairs};

/// Rows of a page.
const ROWS: i64 = 25;
/// The longest message that a form takes, in characters: two pages of writing.
const MESSAGE: usize = 2_000;
pub(super) async fn list(asked: &Asked<'_>) -> Result<Answer, Failed> {
    let query = asked.visit.query;
    let sent = query.get("side") == Some("sent");
    let direction = if sent { "SENT" } else { "RECEIVED" };
    let after = query.get("after");
    let asks = variables([
        ("direction", json!(direction)),
        ("state", Value::Null),
        ("first", json!(ROWS)),
        ("after", after.map_or(Value::Null, |after| json!(after))),
    ]);
    let told: Referrals = asked.run(&REFERRALS, asks).await?;
    let rows = told.referrals.ok_or(Failed::Later)?;
    let reader = &asked.reader;
    let side = |name: Staff, path: &str, here: bool| {
        html! { li { a href=(path) aria-current=[here.then_some("true")] { (reader.say(name)) } } }
    };
    let own = if sent { "?side=sent&" } else { "?" };
    let next = rows.page_info.end_cursor.as_deref().filter(|_| rows.page_info.has_next_page);
    let main = html! {
        h1 { (reader.say(Staff::Referrals)) }
        nav class="sides" aria-label=(reader.say(Staff::Sides)) {
            ul {
                (side(Staff::Received, "/referrals", !sent))
                (side(Staff::Sent, "/referrals?side=sent", sent))
            }
        }
        @if rows.nodes.is_empty() {
            p class="empty" { (reader.say(if sent { Staff::NoneSent } else { Staff::NoneReceived })) }
        } @else {
            ol class="board" { @for row in &rows.nodes { (one_row(asked, row, sent)) } }
        }
        @if after.is_some() || next.is_some() {
            nav class="pages" aria-label=(reader.say(Staff::Pages)) {
                ul {
                    @if after.is_some() { li { a href={ "/referrals" (own.trim_end_matches(['?', '&'])) } { (reader.say(Staff::FirstPage)) } } }
                    @if let Some(next) = next { li { a rel="next" href={ "/referrals" (own) "after=" (encoded(next)) } { (reader.say(Staff::NextPage)) } } }
                }
            }
        }
    };
    Ok(asked.page(200, Room::Referrals, reader.say(Staff::Referrals), &main))
}

fn services(asked: &Asked<'_>, row: &Referral) -> Markup {
    let reader = &asked.reader;
    html! {
        @match &row.services {
            Some(known) => { @for (place, service) in known.services.iter().enumerate() { @if place > 0 { ", " } (reader.named("service", service)) } },
            None => (reader.say(Staff::SomeService)),
        }
    }
}

fn weight(state: &str) -> &'static str {
    match state {
        "DECLINED" | "EXPIRED" | "WITHDRAWN" => "bad",
        "ACCEPTED" | "COMPLETED" => "good",
        _ => "open",
    }
}

fn one_row(asked: &Asked<'_>, row: &Referral, sent: bool) -> Markup {
    let reader = &asked.reader;
    let waits = matches!(row.state.as_str(), "SENT" | "RECEIVED");
    html! {
        li class=[(waits && !sent && asked.may(Scope::CasesWrite)).then_some("mine")] {
            div class="head" {
                h2 { a href={ "/referrals/" (row.id) } { (services(asked, row)) } }
                p class="meta" {
                    @if sent { bdi { (row.recipient.name) } } @else { (reader.country(row.sender.country)) }
                    " · " (reference(&row.subject, &row.id)) " · " (person(reader, &row.subject))
                }
            }
            div class="when" {
                p class={ "state " (weight(&row.state)) } { (reader.named("referral", &row.state)) }
                @if waits { (clock(reader, row.answer_by)) }
                @if sent { @if let Some(delivery) = &row.delivery { p class="meta" { (reader.named("delivery", delivery)) } } }
            }
        }
    }
}

pub(super) async fn one(asked: &Asked<'_>, id: &str) -> Result<Answer, Failed> {
    let outcome = match asked.visit.form {
        None => done(asked),
        Some(form) => match change(asked, id, form).await? {
            Outcome::Done(what) => return Ok(Answer::Goes { path: format!("/referrals/{id}"), done: Some(what) }),
            outcome => Some(outcome),
        },
    };
    let told: Referred = asked.run(&REFERRED, variables([("id", json!(id))])).await?;
    let mut referral = told.referral.ok_or(Failed::Absent)?;
    if !asked.may(Scope::CasesWrite) {
        referral.can_do.clear();
    }
    let messages = told.messages.map(|known| known.nodes).unwrap_or_default();
    let main = main(asked, &referral, &messages, outcome.as_ref());
    let status = outcome.as_ref().map_or(200, Outcome::status);
    Ok(asked.page(status, Room::Referrals, asked.reader.say(Staff::Referral), &main))
}

fn done(asked: &Asked<'_>) -> Option<Outcome> {
    let code = asked.visit.done?;
    let name = asked.reader.name("do-referral", code)?;
    Some(Outcome::Done(name.to_owned()))
}

async fn change(asked: &Asked<'_>, id: &str, form: &Pairs) -> Result<Outcome, Failed> {
    let mut input = Map::from_iter([
        ("idempotencyKey".to_owned(), json!(form.get("key").unwrap_or_default())),
        ("referral".to_owned(), json!(id)),
    ]);
    let event = form.get("event").unwrap_or_default();
    let document = if event == "WRITE" {
        input.insert("text".to_owned(), json!(form.get("text").unwrap_or_default()));
        &WRITE
    } else {
        input.insert("event".to_owned(), json!(event));
        input.insert("version".to_owned(), json!(form.get("version").and_then(|version| version.parse::<i64>().ok())));
        for name in ["reason", "proposed"] {
            if let Some(value) = form.get(name) {
                input.insert(name.to_owned(), json!(value));
            }
        }
        &ANSWER
    };
    let told = asked.change(document, Value::Object(input)).await?;
    Ok(match told.member.as_str() {
        "StepTaken" | "MessageSent" => Outcome::Done(event.to_owned()),
        "NotFound" => return Err(Failed::Absent),
        _ => Outcome::Refused(told),
    })
}

fn main(asked: &Asked<'_>, referral: &Referral, messages: &[Message], outcome: Option<&Outcome>) -> Markup {
    let reader = &asked.reader;
    let waits = matches!(referral.state.as_str(), "SENT" | "RECEIVED");
    let note = referral.services.as_ref().and_then(|known| known.note.as_deref());
    html! {
        p class="back" { a href="/referrals" { (reader.say(Staff::Referrals)) } }
        div class="title" {
            div {
                h1 { (services(asked, referral)) }
                p class="meta" { (reference(&referral.subject, &referral.id)) " · " (person(reader, &referral.subject)) " · " (reader.named("urgency", &referral.urgency)) }
            }
            div class="when" {
                p class={ "state " (weight(&referral.state)) } { (reader.named("referral", &referral.state)) }
                @if waits { (clock(reader, referral.answer_by)) }
            }
        }
        @if let Some(outcome) = outcome { (outcome.say(reader)) }
        @if !referral.can_do.is_empty() {
            section class="doing" aria-labelledby="next" {
                h2 id="next" { (reader.say(Staff::Next)) }
                @if referral.transfer == Some(true) && referral.can_do.iter().any(|event| event == "ACCEPT") { p { (reader.say(Staff::TransferMeans)) } }
                div class="steps" { @for event in &referral.can_do { (step(asked, referral, event)) } }
            }
        }
        section aria-labelledby="what" {
            h2 id="what" { (reader.say(Staff::WhatIsAsked)) }
            dl {
                dt { (reader.say(Staff::From)) } dd { (desk(reader, &referral.sender)) }
                dt { (reader.say(Staff::ToWhom)) } dd { bdi { (referral.recipient.name) } ", " (reader.country(referral.recipient.country)) }
                dt { (reader.say(Staff::SentAt)) } dd { (reader.hour(referral.sent_at)) }
                dt { (reader.say(Staff::ChangedAt)) } dd { (reader.hour(referral.changed_at)) }
                @if let Some(note) = note { dt { (reader.say(Staff::Note)) } dd dir="auto" { (note) } }
                @if let Some(reason) = &referral.decline_reason { dt { (reader.say(Staff::Reason)) } dd { (reader.named("reason", reason)) } }
                @if let Some(delivery) = &referral.delivery { dt { (reader.say(Staff::Delivery)) } dd { (reader.named("delivery", delivery)) } }
                @if let (Some(known), Some(states)) = (&referral.services, &referral.service_states) {
                    @for (service, state) in known.services.iter().zip(states) {
                        dt { (reader.named("service", service)) } dd { (reader.named("servicestate", state)) }
                    }
                }
            }
            (withheld(reader, [referral.subject.withheld.as_slice(), referral.withheld.as_slice()]))
        }
        (talk(asked, referral, messages))
    }
}

fn hidden(asked: &Asked<'_>, referral: &Referral, event: &str) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(asked.visit.csrf);
        input type="hidden" name="key" value=(asked.key());
        input type="hidden" name="version" value=(referral.version);
        input type="hidden" name="event" value=(event);
    }
}

/// Accepting is a button; declining unfolds to the reasons.
fn step(asked: &Asked<'_>, referral: &Referral, event: &str) -> Markup {
    let reader = &asked.reader;
    let name = reader.named("do-referral", event);
    html! {
        @match event {
            "DECLINE" => details class="step" {
                summary { (name) }
                form method="post" {
                    (hidden(asked, referral, event))
                    fieldset {
                        legend { (reader.say(Staff::Reason)) }
                        @for reason in decline_reasons() {
                            label class="tick" { input type="radio" name="reason" value=(reason) required; " " (reader.name("reason", reason).unwrap_or(reason)) }
                        }
                    }
                    button class="first" { (name) }
                }
            },
            // Whom to name instead is a choice from the directory, which has a page of its own later.
            "REDIRECT" => {},
            _ => form class="step" method="post" {
                (hidden(asked, referral, event))
                button class=[(event == "ACCEPT").then_some("first")] { (name) }
            },
        }
    }
}

/// What the two sides wrote to each other, the latest first.
fn talk(asked: &Asked<'_>, referral: &Referral, messages: &[Message]) -> Markup {
    let reader = &asked.reader;
    let open = matches!(referral.state.as_str(), "SENT" | "RECEIVED" | "ACCEPTED" | "IN_PROGRESS" | "REDIRECTED");
    html! {
        section aria-labelledby="messages" {
            h2 id="messages" { (reader.say(Staff::Messages)) }
            @if messages.is_empty() { p class="empty" { (reader.say(Staff::NoMessages)) } }
            ol class="talk" {
                @for message in messages {
                    li {
                        p class="meta" { (seat_name(reader, message.seat)) " · " (reader.hour(message.sent_at)) }
                        @match &message.content {
                            Some(content) => { @for text in &content.texts { p dir="auto" { (text) } } },
                            None => p class="empty" { (reader.say(Staff::MessageWithheld)) },
                        }
                    }
                }
            }
            @if open && asked.may(Scope::CasesWrite) {
                form method="post" {
                    (hidden(asked, referral, "WRITE"))
                    p {
                        label for="text" { (reader.say(Staff::WriteMessage)) }
                        textarea id="text" name="text" rows="3" maxlength=(MESSAGE) required dir="auto" {}
                    }
                    button { (reader.say(Staff::SendMessage)) }
                }
            }
        }
    }
}
