//! Home: what waits for the person, the most urgent first.

use maud::{Markup, html};
use sangam_language::Scope;
use sangam_vocabulary::{Code as _, Role, Seat};
use sangam_words::Staff;
use serde_json::{Value, json};

use super::told::Outcome;
use super::{Asked, Room};
use crate::Answer;
use crate::operation::{Failed, REFERRALS, SEE_NOTICES, TURNS, WAITING, variables};
use crate::piece::{clock, person, reference, way};
use crate::view::{At, Notice, Referral, Referrals, Requests, Row, Waiting};

/// How many referrals in a state are looked at: more than anybody answers in a day.
const ASKED: i64 = 50;

/// Something to do: until when, and how it is shown.
struct Item {
    due: Option<At>,
    shown: Markup,
}

pub(super) async fn answer(asked: &Asked<'_>) -> Result<Answer, Failed> {
    let outcome = match asked.visit.form {
        None => None,
        Some(form) => {
            let until = form.get("until").unwrap_or_default();
            let told = asked.change(&SEE_NOTICES, json!({ "idempotencyKey": form.get("key"), "until": until })).await?;
            match told.member.as_str() {
                "NoticesSeen" => return Ok(Answer::Goes { path: Room::Home.path().to_owned(), done: None }),
                _ => Some(Outcome::Refused(told)),
            }
        }
    };
    let waiting: Waiting = asked.run(&WAITING, variables([])).await?;
    let notices = waiting.notices.unwrap_or_default();
    let (mut items, mut more) = (Vec::new(), false);
    if asked.reads_cases() {
        for seat in seats(asked.visit.caller.party().role) {
            let told: Requests = asked.run(&TURNS, variables([("seat", json!(seat.code()))])).await?;
            let Some(rows) = told.repatriations else { continue };
            more |= rows.page_info.has_next_page;
            let own = asked.visit.organization.0;
            items.extend(rows.nodes.iter().filter(|row| row.seat_of(own) == *seat).map(|row| of_return(asked, row)));
        }
        // Whoever may not answer has nothing to do there: she finds them in the list.
        let answers: &[&str] = if asked.may(Scope::CasesWrite) { &["SENT", "RECEIVED"] } else { &[] };
        for state in answers {
            let asks = variables([
                ("direction", json!("RECEIVED")),
                ("state", json!(state)),
                ("first", json!(ASKED)),
                ("after", Value::Null),
            ]);
            let told: Referrals = asked.run(&REFERRALS, asks).await?;
            let Some(rows) = told.referrals else { continue };
            more |= rows.page_info.has_next_page;
            items.extend(rows.nodes.iter().map(|row| of_referral(asked, row)));
        }
    }
    // What has no clock comes after what has one.
    items.sort_by_key(|item| item.due.map_or(i64::MAX, |due| due.0.millis()));
    let main = shown(asked, outcome.as_ref(), &notices, &items, more);
    let status = outcome.as_ref().map_or(200, Outcome::status);
    Ok(asked.page(status, Room::Home, asked.reader.say(Staff::HomeTitle), &main))
}

/// The seats an organization of this kind can have the turn in.
const fn seats(role: Role) -> &'static [Seat] {
    match role {
        Role::Department | Role::Mission | Role::ChildAuthority => &[Seat::SendingLiaison, Seat::ReceivingLiaison],
        Role::Ngo | Role::Shelter | Role::LegalAid | Role::HealthProvider => &[Seat::Holding, Seat::Receiving],
    }
}

fn of_return(asked: &Asked<'_>, row: &Row) -> Item {
    let reader = &asked.reader;
    let shown = html! {
        li {
            a class="what" href={ "/returns/" (row.id) } { (reader.named("board", &row.board)) }
            p class="meta" { (way(reader, row)) " · " (reference(&row.subject, &row.id)) " · " (person(reader, &row.subject)) " · " (reader.say(Staff::Since)) " " (reader.day(row.board_since)) }
            (clock(reader, row.due_at))
        }
    };
    Item { due: row.due_at, shown }
}

fn of_referral(asked: &Asked<'_>, row: &Referral) -> Item {
    let reader = &asked.reader;
    let services = row.services.as_ref().map(|known| known.services.as_slice()).unwrap_or_default();
    let shown = html! {
        li {
            a class="what" href={ "/referrals/" (row.id) } {
                (reader.say(Staff::ReferralAsks)) " "
                @for (place, service) in services.iter().enumerate() { @if place > 0 { ", " } (reader.named("service", service)) }
                @if services.is_empty() { (reader.say(Staff::SomeService)) }
            }
            p class="meta" { (reader.country(row.sender.country)) " · " (reference(&row.subject, &row.id)) " · " (reader.named("urgency", &row.urgency)) }
            (clock(reader, row.answer_by))
        }
    };
    Item { due: row.answer_by, shown }
}

fn shown(asked: &Asked<'_>, outcome: Option<&Outcome>, notices: &[Notice], items: &[Item], more: bool) -> Markup {
    let reader = &asked.reader;
    html! {
        h1 { (reader.say(Staff::HomeTitle)) }
        @if let Some(outcome) = outcome { (outcome.say(reader)) }
        @if !asked.reads_cases() { p class="told" { (reader.say(Staff::NoCases)) } }
        @if asked.reads_cases() {
            section aria-labelledby="todo" {
                h2 id="todo" { (reader.say(Staff::ToDo)) }
                @if items.is_empty() {
                    p class="empty" { (reader.say(Staff::NothingWaits)) }
                } @else {
                    ol class="items" { @for item in items { (item.shown) } }
                }
                @if more { p { (reader.say(Staff::MoreWaits)) " " a href="/returns" { (reader.say(Staff::Returns)) } } }
            }
        }
        section aria-labelledby="news" {
            h2 id="news" { (reader.say(Staff::News)) }
            @if notices.is_empty() {
                p class="empty" { (reader.say(Staff::NoNews)) }
            } @else {
                ul class="news" {
                    @for notice in notices {
                        li { (reader.named("notice", &notice.kind)) " " small { (reader.hour(notice.latest)) } }
                    }
                }
                @if let Some(latest) = notices.iter().map(|notice| notice.latest).max() {
                    form method="post" action="/home" {
                        input type="hidden" name="csrf" value=(asked.visit.csrf);
                        input type="hidden" name="key" value=(asked.key());
                        input type="hidden" name="until" value=(latest.0.rfc3339());
                        button { (reader.say(Staff::Seen)) }
                    }
                }
            }
        }
    }
}
