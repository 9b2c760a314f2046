//! What stands around every page of the portal: where one is, who one is, the way out, and the languages.

use maud::{Markup, html};
use sangam_vocabulary::{Code as _, Direction, Language};
use sangam_words::Staff;

use super::board::encoded;
use super::{Asked, Room};

pub(super) fn body(asked: &Asked<'_>, here: Room, main: &Markup) -> Markup {
    let (reader, visit) = (&asked.reader, asked.visit);
    html! {
        a class="skip" href="#main" { (reader.say(Staff::Skip)) }
        header class="top" {
            p class="mark" { a href="/home" { "Sangam" } }
            nav aria-label=(reader.say(Staff::Rooms)) {
                ul {
                    @for room in Room::ALL.iter().filter(|room| asked.may_enter(**room)) {
                        li { a href=(room.path()) aria-current=[(*room == here).then_some("page")] { (reader.say(room.name())) } }
                    }
                }
            }
            div class="who" {
                p { bdi { (visit.pseudonym) } " · " bdi { (visit.organization.1) } }
                form method="post" action="/signout" {
                    input type="hidden" name="csrf" value=(visit.csrf);
                    button class="plain" { (reader.say(Staff::SignOut)) }
                }
            }
        }
        main id="main" tabindex="-1" {
            @if reader.is_drafted() {
                p class="draft" { (reader.say(Staff::Drafted)) }
            }
            (main)
        }
        footer { (languages(asked)) }
    }
}

fn languages(asked: &Asked<'_>) -> Markup {
    let reader = &asked.reader;
    let link = |language: Language| {
        let code = language.code().to_lowercase();
        let direction = if language.direction() == Direction::RightToLeft { "rtl" } else { "ltr" };
        let current = (language == reader.language).then_some("true");
        let href = address(asked, &code);
        html! { li { a href=(href) lang=(code) hreflang=(code) dir=(direction) aria-current=[current] { (language.own_name()) } } }
    };
    html! {
        nav aria-label=(reader.say(Staff::Languages)) {
            ul { @for language in reader.languages() { (link(language)) } }
        }
    }
}

/// The same page in a language: what stands in the address stays.
fn address(asked: &Asked<'_>, language: &str) -> String {
    let mut address = format!("?lang={language}");
    for (name, value) in asked.visit.query.0.iter().filter(|(name, _)| name != "lang") {
        address.push_str(&format!("&{}={}", encoded(name), encoded(value)));
    }
    address
}
