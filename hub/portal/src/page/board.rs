//! The board of returns: where each stands, whose turn it is, since when, what is missing and which clock runs out. The
//! filters stand in the address, so that a view can be kept and sent to a colleague, who sees what she may.

use maud::{Markup, html};
use sangam_language::asks::request_states;
use sangam_vocabulary::{Code as _, Country, Seat};
use sangam_words::Staff;
use serde_json::{Value, json};

use super::{Asked, Room};
use crate::Answer;
use crate::operation::{BOARD, Failed, variables};
use crate::piece::{clock, person, reference, seat_name, turn, way};
use crate::view::{PageInfo, Part, Requests, Row};

/// Rows of a page: two screens of a telephone's thumb, and under 100 KB.
const ROWS: i64 = 25;
/// How many needs a row names; the request's page names all.
const NEEDS: usize = 3;

/// What the address narrows the board to, by parameter; each value is a code of the schema's.
const NARROWS: [&str; 4] = ["from", "to", "turn", "state"];

/// The seats that can have the turn.
const TURNS: [Seat; 4] = [Seat::Holding, Seat::SendingLiaison, Seat::ReceivingLiaison, Seat::Receiving];
pub(super) async fn answer(asked: &Asked<'_>) -> Result<Answer, Failed> {
    let query = asked.visit.query;
    let given = |name: &str| query.get(name).map_or(Value::Null, |value| json!(value));
    let asks = variables([
        ("first", json!(ROWS)),
        ("after", given("after")),
        ("from", given("from")),
        ("to", given("to")),
        ("turn", given("turn")),
        ("state", given("state")),
    ]);
    let told: Requests = asked.run(&BOARD, asks).await?;
    let rows = told.repatriations.ok_or(Failed::Later)?;
    let reader = &asked.reader;
    let narrowed = NARROWS.iter().any(|name| query.get(name).is_some());
    let main = html! {
        h1 { (reader.say(Staff::Returns)) }
        (filters(asked, narrowed))
        @if rows.nodes.is_empty() {
            p class="empty" {
                (reader.say(if narrowed { Staff::BoardEmptyNarrowed } else { Staff::BoardEmpty }))
            }
        } @else {
            ol class="board" { @for row in &rows.nodes { (one(asked, row)) } }
        }
        (pages(asked, &rows.page_info))
    };
    Ok(asked.page(200, Room::Returns, reader.say(Staff::Returns), &main))
}

fn filters(asked: &Asked<'_>, narrowed: bool) -> Markup {
    let reader = &asked.reader;
    let chosen = |name: &str, value: &str| asked.visit.query.get(name) == Some(value);
    let select = |name: &str, label: Staff, options: Vec<(&str, &str)>| {
        html! {
            p {
                label for=(name) { (reader.say(label)) }
                select id=(name) name=(name) {
                    option value="" { (reader.say(Staff::All)) }
                    @for (code, text) in options { option value=(code) selected[chosen(name, code)] { (text) } }
                }
            }
        }
    };
    let countries = || Country::ALL.iter().map(|country| (country.code(), reader.country(*country))).collect();
    let turns = TURNS.iter().map(|seat| (seat.code(), seat_name(reader, *seat))).collect();
    let states =
        request_states().into_iter().map(|state| (state, reader.name("request", state).unwrap_or(state))).collect();
    html! {
        details class="filters" open[narrowed] {
            summary { (reader.say(Staff::Filters)) }
            form method="get" action="/returns" {
                (select("from", Staff::FromCountry, countries()))
                (select("to", Staff::ToCountry, countries()))
                (select("turn", Staff::WhoseTurn, turns))
                (select("state", Staff::State, states))
                p class="do" {
                    button class="first" { (reader.say(Staff::Show)) }
                    @if narrowed { a href="/returns" { (reader.say(Staff::ShowAll)) } }
                }
            }
        }
    }
}

fn one(asked: &Asked<'_>, row: &Row) -> Markup {
    let reader = &asked.reader;
    let own = row.seat_of(asked.visit.organization.0);
    let lacking = row.lacking();
    html! {
        li class=[(row.turn == Some(own)).then_some("mine")] {
            div class="head" {
                h2 { a href={ "/returns/" (row.id) } { (reader.named("board", &row.board)) } }
                p class="meta" { (way(reader, row)) " · " (reference(&row.subject, &row.id)) " · " (person(reader, &row.subject)) }
            }
            div class="when" {
                (turn(reader, row.turn, own))
                p class="meta" { (reader.say(Staff::Since)) " " (reader.day(row.board_since)) }
                (clock(reader, row.due_at))
            }
            ul class="strip" aria-label=(reader.say(Staff::Tracks)) {
                (chip(asked, row, "COURT", "court", &row.court))
                (chip(asked, row, "VERIFICATION", "verification", &row.verification))
                (chip(asked, row, "PAPERS", "paper", &row.travel_document))
                (chip(asked, row, "PLACEMENT", "placement", &row.placement))
            }
            @if !lacking.is_empty() {
                p class="lacks" {
                    span class="label" { (reader.say(Staff::Missing)) } " "
                    @for (place, need) in lacking.iter().take(NEEDS).enumerate() { @if place > 0 { "; " } (reader.named("need", need)) }
                    @if lacking.len() > NEEDS { " +" (lacking.len() - NEEDS) }
                }
            }
        }
    }
}

/// A track in a row: its name and where it stands.
fn chip(asked: &Asked<'_>, row: &Row, track: &str, list: &str, part: &Part) -> Markup {
    let reader = &asked.reader;
    let held = row.on_hold.iter().any(|held| held == track);
    let class = if held { "held" } else { super::request::weight(list, &part.state) };
    html! {
        li class=(class) {
            span class="label" { (reader.name("track", track).unwrap_or_default()) } " "
            @if held { (reader.say(Staff::Held)) } @else { (reader.named(list, &part.state)) }
        }
    }
}

/// The way to what comes after, and back.
fn pages(asked: &Asked<'_>, info: &PageInfo) -> Markup {
    let (reader, query) = (&asked.reader, asked.visit.query);
    let kept = |more: Option<&str>| {
        let mut address = String::from("/returns?");
        let kept = NARROWS.iter().filter_map(|name| Some((*name, query.get(name)?)));
        for (name, value) in kept.chain(more.map(|cursor| ("after", cursor))) {
            address.push_str(&format!("{name}={}&", encoded(value)));
        }
        address.pop();
        address
    };
    let next = info.end_cursor.as_deref().filter(|_| info.has_next_page);
    let later = query.get("after").is_some();
    html! {
        @if later || next.is_some() {
            nav class="pages" aria-label=(reader.say(Staff::Pages)) {
                ul {
                    @if later { li { a href=(kept(None)) { (reader.say(Staff::FirstPage)) } } }
                    @if next.is_some() { li { a rel="next" href=(kept(next)) { (reader.say(Staff::NextPage)) } } }
                }
            }
        }
    }
}

/// A value in an address.
pub(super) fn encoded(value: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    value.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
