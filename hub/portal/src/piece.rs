//! Pieces that several pages are made of.

use maud::{Markup, html};
use sangam_vocabulary::{Code as _, Seat};
use sangam_words::Staff;

use crate::reader::{Left, Reader};
use crate::view::{At, CaseDesk, Person, Row, Withheld};

/// How many letters of an id name a record to whoever has no number for it.
const SHORT: usize = 6;

/// How much time a clock has left, and the day on which it runs out.
pub(crate) fn clock(reader: &Reader<'_>, due: Option<At>) -> Markup {
    let Some(due) = due else { return html! {} };
    let (class, days, text) = match reader.left(due) {
        Left::Overdue(0) => ("clock over", None, Staff::OverdueToday),
        Left::Overdue(1) => ("clock over", Some(1), Staff::DayOverdue),
        Left::Overdue(days) => ("clock over", Some(days), Staff::DaysOverdue),
        Left::Soon(0) => ("clock soon", None, Staff::DueToday),
        Left::Soon(1) => ("clock soon", Some(1), Staff::DayLeft),
        Left::Soon(days) => ("clock soon", Some(days), Staff::DaysLeft),
        Left::Later(days) => ("clock", Some(days), Staff::DaysLeft),
    };
    html! {
        span class=(class) {
            @if let Some(days) = days { b { (days) } " " }
            (reader.say(text)) " " small { (reader.day(due)) }
        }
    }
}

/// What a record is called: the case's number where the reader is told it, or the end of its id.
pub(crate) fn reference(person: &Person, id: &str) -> Markup {
    match &person.case_reference {
        Some(known) => html! { bdi class="ref" { (known.number) } },
        None => {
            let from = id.len().saturating_sub(SHORT);
            html! { bdi class="ref" dir="ltr" { "…" (id.get(from..).unwrap_or(id)) } }
        }
    }
}

/// The way home.
pub(crate) fn way(reader: &Reader<'_>, row: &Row) -> Markup {
    html! { span class="way" { (reader.country(row.from)) " " span class="to" { "→" } " " (reader.country(row.to)) } }
}

/// Age band and sex, where they show.
pub(crate) fn person(reader: &Reader<'_>, person: &Person) -> Markup {
    let Some(known) = &person.demographics else { return html! {} };
    html! {
        span class="person" {
            (reader.named("sex", &known.sex)) ", " (reader.named("ageband", &known.age_band))
        }
    }
}

/// Whose turn it is, and whether that is the reader's.
pub(crate) fn turn(reader: &Reader<'_>, turn: Option<Seat>, own: Seat) -> Markup {
    match turn {
        Some(seat) if seat == own => html! { span class="turn mine" { (reader.say(Staff::YourTurn)) } },
        Some(seat) => {
            html! { span class="turn" { span class="label" { (reader.say(Staff::Turn)) } " " (seat_name(reader, seat)) } }
        }
        None => html! { span class="turn none" { (reader.say(Staff::NobodysTurn)) } },
    }
}

pub(crate) fn seat_name<'a>(reader: &Reader<'a>, seat: Seat) -> &'a str {
    reader.name("seat", seat.code()).unwrap_or(seat.code())
}

/// Who holds a case: by name where that shows, else as its case desk.
pub(crate) fn desk(reader: &Reader<'_>, desk: &CaseDesk) -> Markup {
    html! {
        @if let Some(organization) = &desk.organization {
            bdi { (organization.name) } ", "
        } @else {
            (reader.say(Staff::CaseDesk)) ", "
        }
        (reader.name("role", desk.role.code()).unwrap_or(desk.role.code())) ", " (reader.country(desk.country))
    }
}

/// What is withheld, each category with its reason and what to do. A category that several objects withhold stands once.
pub(crate) fn withheld<'w>(reader: &Reader<'_>, lists: impl IntoIterator<Item = &'w [Withheld]>) -> Markup {
    let mut all: Vec<&Withheld> = Vec::new();
    for one in lists.into_iter().flatten() {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    html! {
        @if !all.is_empty() {
            details class="withheld" {
                summary { (reader.say(Staff::Withheld)) " (" (all.len()) ")" }
                p { (reader.say(Staff::WithheldMeans)) }
                ul {
                    @for one in all {
                        li { (reader.named("category", &one.category)) ": " (reader.named("withheld", &one.reason)) }
                    }
                }
            }
        }
    }
}

/// What is missing, in words.
pub(crate) fn missing(reader: &Reader<'_>, needs: &[&str]) -> Markup {
    html! {
        @if !needs.is_empty() {
            div class="missing" {
                p class="label" { (reader.say(Staff::Missing)) }
                ul { @for need in needs { li { (reader.named("need", need)) } } }
            }
        }
    }
}
