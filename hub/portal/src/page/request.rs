//! A return: its four tracks side by side, whose turn it is, what is missing, and the steps that the reader can take, each a
//! form that asks for what that step needs and no more.

use maud::{Markup, html};
use sangam_language::Scope;
use sangam_language::asks;
use sangam_vocabulary::Seat;
use sangam_words::Staff;
use serde_json::{Value, json};

use super::told::Outcome;
use super::{Asked, Room};
use crate::operation::{Failed, HER, NOTE, ORGANIZATIONS, REQUEST, STEP, WITHDRAW, variables};
use crate::piece::{clock, desk, missing, person, reference, seat_name, turn, way, withheld};
use crate::steps::{self, Fields, asks as asked_by};
use crate::view::{At, Her, Organization, Organizations, Part, Person, Request, Whole};
use crate::{Answer, Pairs};

/// The parts that a step moves: the field of the step's input, and the list its steps are named in.
const PARTS: [(&str, &str); 7] = [
    ("request", "do-request"),
    ("screening", "do-screening"),
    ("court", "do-court"),
    ("verification", "do-verification"),
    ("travelDocument", "do-paper"),
    ("exitClearance", "do-paper"),
    ("placement", "do-placement"),
];

/// How a state looks: done, waiting on somebody, or bad.
pub(super) fn weight(list: &str, state: &str) -> &'static str {
    match (list, state) {
        (_, "REFUSED" | "EXPIRED" | "NOT_A_NATIONAL" | "CLAIM" | "NOT_SAFE_TO_ASK") => "bad",
        (_, "ORDERED" | "CONFIRMED" | "ISSUED" | "PLACE_AGREED" | "NO_CLAIM" | "NOT_NEEDED") => "good",
        _ => "open",
    }
}

pub(super) async fn answer(asked: &Asked<'_>, id: &str) -> Result<Answer, Failed> {
    let outcome = match asked.visit.form {
        None => done(asked),
        Some(form) => match change(asked, id, form).await? {
            Outcome::Done(what) => return Ok(Answer::Goes { path: format!("/returns/{id}"), done: Some(what) }),
            outcome => Some(outcome),
        },
    };
    let told: Request = asked.run(&REQUEST, variables([("id", json!(id))])).await?;
    let mut request = told.repatriation.ok_or(Failed::Absent)?;
    if !asked.may(Scope::ReturnsWrite) {
        request.offers_nothing();
    }
    let her = match asked.visit.query.get("her") {
        Some("1") => Some(
            asked.run::<Her>(&HER, variables([("id", json!(id))])).await?.repatriation.ok_or(Failed::Absent)?.subject,
        ),
        _ => None,
    };
    let organizations = organizations(asked).await?;
    let page = Shown {
        asked,
        seat: request.row.seat_of(asked.visit.organization.0),
        request: &request,
        her: her.as_ref(),
        organizations: &organizations,
    };
    let main = page.main(outcome.as_ref());
    let status = outcome.as_ref().map_or(200, Outcome::status);
    let title = asked.reader.named("board", &request.row.board);
    Ok(asked.page(status, Room::Returns, title, &main))
}

pub(super) async fn organizations(asked: &Asked<'_>) -> Result<Vec<Organization>, Failed> {
    if !asked.visit.caller.scopes().contains(Scope::Directory) {
        return Ok(Vec::new());
    }
    let told: Organizations = asked.run(&ORGANIZATIONS, variables([])).await?;
    Ok(told.organizations.map(|known| known.nodes).unwrap_or_default())
}

/// What was just done, as the visit says it: a list and a code of it, and nothing that has no name.
fn done(asked: &Asked<'_>) -> Option<Outcome> {
    let (list, code) = asked.visit.done?.split_once('.')?;
    asked.reader.name(list, code).map(|name| Outcome::Done(name.to_owned()))
}

/// Makes the change of a form. What it came to is named by list and code where it is done.
async fn change(asked: &Asked<'_>, id: &str, form: &Pairs) -> Result<Outcome, Failed> {
    let (part, event) = (form.get("part").unwrap_or_default(), form.get("event").unwrap_or_default());
    let Some(mut input) = steps::read(&asked.reader, form) else { return Ok(Outcome::Unreadable) };
    input.insert("idempotencyKey".to_owned(), json!(form.get("key").unwrap_or_default()));
    input.insert("repatriation".to_owned(), json!(id));
    let version = form.get("version").and_then(|version| version.parse::<i64>().ok());
    let (document, list) = match (part, event) {
        // Her no has a way of its own: it needs no version.
        ("request", "WITHDRAW") => (&WITHDRAW, "do-request"),
        ("note", _) => (&NOTE, "note"),
        ("hold", _) => (&STEP, "do-hold"),
        _ => match PARTS.iter().find(|(known, _)| *known == part) {
            Some((_, list)) => (&STEP, *list),
            None => return Ok(Outcome::Unreadable),
        },
    };
    if (part, event) != ("request", "WITHDRAW") {
        input.insert("version".to_owned(), json!(version));
        input.insert(part.to_owned(), json!(event));
    }
    let told = asked.change(document, Value::Object(input)).await?;
    Ok(match told.member.as_str() {
        "RepatriationStepped" | "RepatriationNoted" | "RepatriationWithdrawn" => {
            Outcome::Done(format!("{list}.{event}"))
        }
        "NotFound" => return Err(Failed::Absent),
        _ => Outcome::Refused(told),
    })
}

/// A request on its page.
struct Shown<'a> {
    asked: &'a Asked<'a>,
    request: &'a Whole,
    /// Her names, parents and origin, where they were asked for: each reading of them is an entry in the journal.
    her: Option<&'a Person>,
    seat: Seat,
    organizations: &'a [Organization],
}

impl Shown<'_> {
    fn main(&self, outcome: Option<&Outcome>) -> Markup {
        let (reader, request, row) = (&self.asked.reader, self.request, &self.request.row);
        html! {
            p class="back" { a href="/returns" { (reader.say(Staff::Returns)) } }
            div class="title" {
                div {
                    h1 { (reader.named("board", &row.board)) }
                    p class="meta" { (way(reader, row)) " · " (reference(&row.subject, &row.id)) " · " (person(reader, &row.subject)) }
                }
                div class="when" {
                    (turn(reader, row.turn, self.seat))
                    p class="meta" { (reader.say(Staff::Since)) " " (reader.day(row.board_since)) }
                    (clock(reader, row.due_at))
                }
            }
            @if let Some(outcome) = outcome { (outcome.say(reader)) }
            @if let Some(reason) = &request.because { p { span class="label" { (reader.say(Staff::Because)) } " " (reader.named("why", reason)) } }
            (self.screening())
            section aria-labelledby="tracks" {
                h2 id="tracks" { (reader.say(Staff::Tracks)) }
                div class="tracks" {
                    (self.track("COURT", &[("court", "court", None, &row.court)]))
                    (self.track("VERIFICATION", &[("verification", "verification", None, &row.verification)]))
                    (self.track("PAPERS", &[
                        ("travelDocument", "paper", Some(Staff::TravelDocument), &row.travel_document),
                        ("exitClearance", "paper", Some(Staff::ExitClearance), &row.exit_clearance),
                    ]))
                    (self.track("PLACEMENT", &[("placement", "placement", None, &row.placement)]))
                }
            }
            (self.next())
            (self.holds())
            (self.wish())
            (self.handover())
            (self.about())
        }
    }

    /// The screening comes before all else, for whoever holds her.
    fn screening(&self) -> Markup {
        let (reader, part) = (&self.asked.reader, &self.request.row.screening);
        html! {
            section class="before" aria-labelledby="screening" {
                h2 id="screening" { (reader.say(Staff::Screening)) }
                p class={ "state " (weight("screening", &part.state)) } { (reader.named("screening", &part.state)) }
                div class="steps" { (self.forms("screening", "do-screening", part)) }
            }
        }
    }

    fn track(&self, track: &str, parts: &[(&str, &str, Option<Staff>, &Part)]) -> Markup {
        let reader = &self.asked.reader;
        let held = self.request.row.on_hold.iter().any(|held| held == track);
        let id = track.to_lowercase();
        html! {
            section class=(if held { "track held" } else { "track" }) aria-labelledby=(id) {
                h3 id=(id) { (reader.name("track", track).unwrap_or_default()) }
                @if held { p class="hold" { (reader.say(Staff::Held)) } }
                @for (part, list, name, known) in parts { (self.part(part, list, *name, known)) }
            }
        }
    }

    fn part(&self, part: &str, list: &str, name: Option<Staff>, known: &Part) -> Markup {
        let reader = &self.asked.reader;
        let steps = PARTS.iter().find(|(field, _)| *field == part).map_or("", |(_, steps)| *steps);
        let made = |at: At| html! { p class="meta" { (reader.say(Staff::MadeOnShown)) " " (reader.day(at)) } };
        let needs: Vec<&str> = known.missing.iter().map(String::as_str).collect();
        html! {
            div class="part" {
                @if let Some(name) = name { h4 { (reader.say(name)) } }
                p class={ "state " (weight(list, &known.state)) } { (reader.named(list, &known.state)) }
                @if known.state != "NOT_NEEDED" { p class="meta" { (reader.say(Staff::Since)) " " (reader.day(known.since)) } }
                @if let Some(at) = known.made_on { (made(at)) }
                @if let Some(until) = known.valid_until {
                    p class="meta" { (reader.say(Staff::ValidUntilShown)) " " (clock(reader, Some(until))) }
                }
                (missing(reader, &needs))
                (self.forms(part, steps, known))
            }
        }
    }

    fn forms(&self, part: &str, list: &str, known: &Part) -> Markup {
        html! {
            @for event in &known.can_do {
                (self.form(part, list, event, &asks::reasons(part, &known.state, event, self.seat)))
            }
        }
    }

    /// What moves the request itself.
    fn next(&self) -> Markup {
        let (reader, request) = (&self.asked.reader, self.request);
        let needs: Vec<&str> = request.row.missing.iter().map(String::as_str).collect();
        html! {
            section class="doing" aria-labelledby="next" {
                h2 id="next" { (reader.say(Staff::Next)) }
                @if request.can_do.is_empty() && needs.is_empty() { p class="empty" { (reader.say(Staff::NothingToDo)) } }
                div class="steps" {
                    @for event in &request.can_do {
                        (self.form("request", "do-request", event, &asks::reasons("request", &request.row.state, event, self.seat)))
                    }
                }
                (missing(reader, &needs))
            }
        }
    }

    fn holds(&self) -> Markup {
        let (reader, request) = (&self.asked.reader, self.request);
        let empty = request.holds.is_empty() && request.can_hold.is_empty() && request.row.on_hold.is_empty();
        html! {
            @if !empty {
                section aria-labelledby="holds" {
                    h2 id="holds" { (reader.say(Staff::Holds)) }
                    @if request.row.on_hold.is_empty() { p class="empty" { (reader.say(Staff::NoHolds)) } }
                    @else if request.holds.is_empty() { p { (reader.say(Staff::HoldNotTold)) } }
                    ul class="list" { @for reason in &request.holds { li { (reader.named("why", reason)) } } }
                    div class="steps" {
                        @for reason in &request.can_release { (self.release(reason)) }
                        @for (event, reasons) in self.can_hold() { (self.form("hold", "do-hold", event, &reasons)) }
                    }
                }
            }
        }
    }

    /// The ways to hold it up, each with the reasons for it.
    fn can_hold(&self) -> Vec<(&'static str, Vec<&str>)> {
        let mut ways: Vec<(&'static str, Vec<&str>)> = Vec::new();
        for reason in &self.request.can_hold {
            let Some(event) = asks::hold_for(reason, self.seat) else { continue };
            match ways.iter_mut().find(|(known, _)| *known == event) {
                Some((_, reasons)) => reasons.push(reason),
                None => ways.push((event, vec![reason])),
            }
        }
        ways
    }

    /// Lets one hold go.
    fn release(&self, reason: &str) -> Markup {
        let reader = &self.asked.reader;
        let (id, name) = (format!("release-{reason}"), reader.named("do-hold", "RELEASE"));
        let fields = self.fields(&id);
        // Only a court's hold waits for a court.
        let of_court = matches!(reason, "TESTIMONY" | "COURT_ORDERED");
        html! {
            details class="step" {
                summary { (name) ": " (reader.named("why", reason)) }
                form method="post" {
                    (self.hidden("hold", "RELEASE"))
                    input type="hidden" name="reason" value=(reason);
                    @if of_court { @for ask in asked_by("hold", "RELEASE") { (fields.of(*ask)) } }
                    button class="first" { (name) }
                }
            }
        }
    }

    fn wish(&self) -> Markup {
        let (reader, request) = (&self.asked.reader, self.request);
        let words = request.her_words.as_ref().and_then(|told| told.account.as_deref());
        let notes = if request.row.turn.is_some() && self.writes() { asks::notes(self.seat) } else { Vec::new() };
        html! {
            section aria-labelledby="wish" {
                h2 id="wish" { (reader.say(Staff::Wish)) }
                @match request.wants_to_return {
                    Some(true) => p class="state good" { (reader.say(Staff::WantsToReturn)) },
                    Some(false) => p class="state bad" { (reader.say(Staff::WantsToStay)) },
                    None => p class="empty" { (reader.say(Staff::WishUnknown)) },
                }
                @if let Some(at) = request.wish_asked_at { p class="meta" { (reader.say(Staff::AskedOn)) " " (reader.day(at)) } }
                @if let Some(words) = words { blockquote dir="auto" { (words) } }
                div class="steps" { @for note in notes { (self.form("note", "note", note, &[])) } }
            }
        }
    }

    fn writes(&self) -> bool {
        self.asked.may(Scope::ReturnsWrite)
    }

    fn handover(&self) -> Markup {
        let (reader, request) = (&self.asked.reader, self.request);
        let memo = |label: Staff, day: Option<At>, by: &Option<String>, place: &Option<String>| {
            html! {
                @if let Some(day) = day {
                    dt { (reader.say(label)) }
                    dd {
                        (reader.day(day))
                        @if let Some(by) = by { ", " (reader.named("signatory", by)) }
                        @if let Some(place) = place { ", " (reader.named("crossing", place)) }
                    }
                }
            }
        };
        let told = request.crossing.is_some() || request.memo_of_sender.is_some() || request.memo_of_receiver.is_some();
        html! {
            @if told || request.handover_from.is_some() {
                section aria-labelledby="handover" {
                    h2 id="handover" { (reader.say(Staff::Handover)) }
                    dl {
                        @if let Some(crossing) = &request.crossing { dt { (reader.say(Staff::Crossing)) } dd { (reader.named("crossing", crossing)) } }
                        @if let (Some(from), Some(until)) = (request.handover_from, request.handover_until) {
                            dt { (reader.say(Staff::Days)) } dd { (reader.day(from)) " – " (reader.day(until)) }
                        }
                        @if let Some(at) = request.handover_at { dt { (reader.say(Staff::HandoverAt)) } dd { (reader.hour(at)) } }
                        @if let Some(escort) = &request.escort { dt { (reader.say(Staff::Escort)) } dd { (reader.named("escort", escort)) } }
                        (memo(Staff::MemoOfSender, request.memo_of_sender, &request.memo_of_sender_signed_by, &request.memo_of_sender_signed_at))
                        (memo(Staff::MemoOfReceiver, request.memo_of_receiver, &request.memo_of_receiver_signed_by, &request.memo_of_receiver_signed_at))
                    }
                }
            }
        }
    }

    /// Who takes part, what is known of her here, and what is withheld.
    fn about(&self) -> Markup {
        let (reader, request, row) = (&self.asked.reader, self.request, &self.request.row);
        let named = |id: &Option<String>| {
            let found = self.organizations.iter().find(|one| Some(&one.id) == id.as_ref());
            html! { @match found { Some(one) => bdi { (one.name) }, None => (reader.say(if id.is_some() { Staff::SomeOrganization } else { Staff::NobodyYet })) } }
        };
        let seats = [
            (Seat::SendingLiaison, &row.sending_liaison),
            (Seat::ReceivingLiaison, &row.receiving_liaison),
            (Seat::Receiving, &row.receiving),
        ];
        let tracing = self.her.and_then(|her| her.tracing.as_ref());
        let identity = self.her.and_then(|her| her.identity.as_ref());
        let names = identity.map(|known| &known.names).or(tracing.map(|known| &known.names));
        let her = self.her.map(|her| her.withheld.as_slice()).unwrap_or_default();
        html! {
            section aria-labelledby="who" {
                h2 id="who" { (reader.say(Staff::TakesPart)) }
                dl {
                    @if let Some(holder) = &row.subject.holder { dt { (seat_name(reader, Seat::Holding)) } dd { (desk(reader, holder)) } }
                    @for (seat, id) in seats { dt { (seat_name(reader, seat)) } dd { (named(id)) } }
                    dt { (reader.say(Staff::RequestedAt)) } dd { (reader.day(request.requested_at)) }
                    dt { (reader.say(Staff::ChangedAt)) } dd { (reader.hour(request.changed_at)) }
                }
            }
            section aria-labelledby="her" {
                h2 id="her" { (reader.say(Staff::KnownHere)) }
                dl {
                    @if let Some(names) = names { dt { (reader.say(Staff::Names)) } dd dir="auto" { @for (place, name) in names.iter().enumerate() { @if place > 0 { ", " } (name.text) } } }
                    @if let Some(known) = tracing {
                        @if let Some(father) = &known.father { dt { (reader.say(Staff::Father)) } dd dir="auto" { (father) } }
                        @if let Some(mother) = &known.mother { dt { (reader.say(Staff::Mother)) } dd dir="auto" { (mother) } }
                        @if let Some(place) = &known.place_of_origin { dt { (reader.say(Staff::Place)) } dd dir="auto" { (place) } }
                        @if let Some(year) = known.year_of_birth { dt { (reader.say(Staff::Year)) } dd { (year) } }
                    }
                }
                @if self.her.is_none() { p class="sides" { a href="?her=1#her" { (reader.say(Staff::ShowHer)) } } }
                (withheld(reader, [her, request.withheld.as_slice()]))
            }
        }
    }

    fn hidden(&self, part: &str, event: &str) -> Markup {
        html! {
            input type="hidden" name="csrf" value=(self.asked.visit.csrf);
            input type="hidden" name="key" value=(self.asked.key());
            input type="hidden" name="version" value=(self.request.version);
            input type="hidden" name="part" value=(part);
            input type="hidden" name="event" value=(event);
        }
    }

    fn fields<'f>(&'f self, id: &'f str) -> Fields<'f> {
        let way = (self.request.row.from, self.request.row.to);
        Fields { reader: &self.asked.reader, id, way, organizations: self.organizations }
    }

    /// A step's form: a button where it asks for nothing, else the step unfolds to what it asks for.
    fn form(&self, part: &str, list: &str, event: &str, reasons: &[&str]) -> Markup {
        let reader = &self.asked.reader;
        let (id, name, needs) = (format!("{part}-{event}"), reader.named(list, event), asked_by(part, event));
        let fields = self.fields(&id);
        html! {
            @if needs.is_empty() && reasons.is_empty() {
                form class="step" method="post" {
                    (self.hidden(part, event))
                    button { (name) }
                }
            } @else {
                details class="step" {
                    summary { (name) }
                    form method="post" {
                        (self.hidden(part, event))
                        (fields.reasons(reasons))
                        @for ask in needs { (fields.of(*ask)) }
                        button class="first" { (name) }
                    }
                }
            }
        }
    }
}
