//! What is said of something that happened: that it is done, or why not and what to do.

use maud::{Markup, html};
use sangam_words::Staff;

use crate::reader::Reader;
use crate::view::Told;

/// What a change came to, for the top of its page.
pub(super) enum Outcome {
    /// The name of what was done.
    Done(String),
    /// It was not done.
    Refused(Told),
    /// A field could not be read.
    Unreadable,
}

impl Outcome {
    /// The HTTP status of the page that says it.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::Done(_) => 200,
            Self::Unreadable => 422,
            Self::Refused(told) => match told.member.as_str() {
                "NotPermitted" => 403,
                "Conflict" | "IllegalStep" | "TransferRefused" => 409,
                _ => 422,
            },
        }
    }

    /// The same as HTML.
    pub(super) fn say(&self, reader: &Reader<'_>) -> Markup {
        match self {
            Self::Done(what) => {
                html! { p class="told good" role="status" { b { (reader.say(Staff::Done)) } " " (what) } }
            }
            Self::Unreadable => html! { p class="told" role="alert" { (reader.say(Staff::Unreadable)) } },
            Self::Refused(told) => refused(reader, told),
        }
    }
}

fn refused(reader: &Reader<'_>, told: &Told) -> Markup {
    let (text, more) = match told.member.as_str() {
        "Conflict" => (Staff::Changed, None),
        "IllegalStep" if told.missing.is_empty() => (Staff::Illegal, None),
        "IllegalStep" => (Staff::Lacking, None),
        "NotPermitted" => (Staff::NotYours, told.message.as_deref()),
        "TransferRefused" => (Staff::NotTransferred, None),
        _ => (Staff::Invalid, told.message.as_deref()),
    };
    html! {
        div class="told" role="alert" {
            p { (reader.say(text)) }
            @if let Some(path) = &told.path {
                @let field = path.trim_start_matches('/');
                @if let Some(name) = reader.name("field", field) { p { (reader.say(Staff::Field)) " " b { (name) } } }
            }
            @if let Some(more) = more {
                // The API's own sentence: it is in English.
                p lang="en" dir="ltr" { (more) }
            }
            @if !told.missing.is_empty() {
                ul { @for need in &told.missing { li { (reader.named("need", need)) } } }
            }
        }
    }
}

/// A page that says one thing.
pub(super) fn page(title: &str, text: &str) -> Markup {
    html! {
        h1 { (title) }
        p class="told" role="status" { (text) }
    }
}
