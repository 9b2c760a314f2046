//! The shell of every page that people without an account see: one column that a small telephone shows without moving it
//! sideways, in the reader's language and direction, without script, cookie, picture or anything of another address. It
//! knows words and no case; what stands inside is the pages' own. In a language that no native speaker has signed off, every
//! page says so. Read `code_page.rs` next.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use poem::{Request, Response};
use sangam_vocabulary::{Code as _, Direction, Language};
pub use sangam_words::WordsFault;
use sangam_words::{Message, Words};

use crate::form::Form;
use crate::respond;
use crate::style::STYLE_LINK;

/// Nothing but the page, its form and the hub's own style.
const POLICY: &str =
    "default-src 'none'; form-action 'self'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
/// How many wishes for a language are looked at: more than any browser sends.
const WISHES: usize = 16;

/// Texts and frame of the pages.
pub struct Shell(Arc<Words>);

impl Shell {
    /// Reads the texts.
    ///
    /// # Errors
    /// [`WordsFault`] when a language is not whole: then the hub does not start.
    pub fn read() -> std::result::Result<Arc<Self>, WordsFault> {
        Ok(Arc::new(Self(Arc::new(Words::read()?))))
    }

    /// The texts, for whoever else speaks to people.
    #[must_use]
    pub fn words(&self) -> Arc<Words> {
        Arc::clone(&self.0)
    }

    /// For whoever asks: the language of the address, or else the first of the browser's that is there, or English.
    pub(crate) fn reader(&self, request: &Request) -> Reader<'_> {
        let chosen = request.uri().query().and_then(Form::read).and_then(|mut query| query.take("lang"));
        let chosen = chosen.and_then(|code| language(&code)).or_else(|| wished(request.headers()));
        Reader { words: &self.0, language: chosen.unwrap_or(Language::English) }
    }

    /// For a page that is not translated.
    pub(crate) fn english(&self) -> Reader<'_> {
        Reader { words: &self.0, language: Language::English }
    }
}

/// The language that a browser wishes for.
pub(crate) fn wished(headers: &HeaderMap) -> Option<Language> {
    headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(accepted)
}

/// A language that is there, by its code or by a tag that begins with it. Dari has two names.
pub(crate) fn language(tag: &str) -> Option<Language> {
    let primary = tag.split('-').next().unwrap_or_default().trim();
    if primary.eq_ignore_ascii_case("prs") {
        return Some(Language::Dari);
    }
    Language::read(&primary.to_ascii_uppercase()).ok()
}

/// The language that a browser likes best of those that are there (RFC 9110, section 12.5.4).
fn accepted(header: &str) -> Option<Language> {
    let wish = |part: &str| {
        let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Some(1.0), |text| text.trim().parse::<f32>().ok())?;
        Some((language(tag)?, weight)).filter(|_| weight > 0.0)
    };
    let mut wishes: Vec<(Language, f32)> = header.split(',').take(WISHES).filter_map(wish).collect();
    // Stable: of two that are liked alike, the first.
    wishes.sort_by(|one, other| other.1.total_cmp(&one.1));
    wishes.first().map(|(language, _)| *language)
}

/// Somebody who reads, and in which language.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'s> {
    words: &'s Words,
    language: Language,
}

impl Reader<'_> {
    /// A message, to stand in a page.
    pub(crate) fn say(&self, message: Message) -> String {
        escape(self.words.say(self.language, message))
    }

    /// What a code of a list is called; the code itself where it has no name.
    pub(crate) fn named(&self, list: &str, code: &str) -> String {
        Message::of(list, code).map_or_else(|| escape(code), |message| self.say(message))
    }

    /// A page with a heading and what is inside.
    pub(crate) fn page(&self, status: StatusCode, heading: &str, inside: &str) -> Response {
        self.whole(status, heading, inside, "")
    }

    /// The same, with a choice of languages: for a page that can be asked for again.
    pub(crate) fn page_with_choice(&self, heading: &str, inside: &str) -> Response {
        let one = |language: &Language| {
            let (code, own) = (lower(*language), language.own_name());
            let current = if *language == self.language { " aria-current=\"true\"" } else { "" };
            let direction = direction(*language);
            format!(
                "<li><a href=\"?lang={code}\" lang=\"{code}\" dir=\"{direction}\" hreflang=\"{code}\"{current}>{own}</a></li>\n"
            )
        };
        let links: String = Language::ALL.iter().map(one).collect();
        let label = self.say(Message::PageLanguages);
        let choice = format!(
            "<nav aria-labelledby=\"languages\">\n<p id=\"languages\">{label}</p>\n<ul>\n{links}</ul>\n</nav>\n"
        );
        self.whole(StatusCode::OK, heading, inside, &choice)
    }

    /// What stands before everything that somebody reads and decides in a draft: that it is one, also in English.
    fn drafted(&self) -> String {
        if !self.words.is_drafted(self.language) {
            return String::new();
        }
        let (own, english) = (self.say(Message::PageDrafted), self.words.say(Language::English, Message::PageDrafted));
        let english = escape(english);
        format!("<div class=\"draft\">\n<p>{own}</p>\n<p lang=\"en\" dir=\"ltr\">{english}</p>\n</div>\n")
    }

    fn whole(&self, status: StatusCode, heading: &str, inside: &str, after: &str) -> Response {
        let drafted = self.drafted();
        let body = format!("<main>\n<h1>{heading}</h1>\n{drafted}{inside}</main>\n{after}");
        let mut response = document(status, self.language, heading, STYLE_LINK, &body);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            respond::retry_after(&mut response);
        }
        response
    }
}

/// The frame of every page: `title` and `body` are HTML. Whoever calls says what the page may load.
pub(crate) fn document(status: StatusCode, language: Language, title: &str, style: &str, body: &str) -> Response {
    let (code, direction) = (lower(language), direction(language));
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n<link rel=\"stylesheet\" href=\"{style}\">\n</head>\n<body>\n{body}</body>\n</html>\n"
    );
    respond::plain(status, "text/html; charset=utf-8", html.into_bytes())
}

fn lower(language: Language) -> String {
    language.code().to_lowercase()
}

const fn direction(language: Language) -> &'static str {
    match language.direction() {
        Direction::LeftToRight => "ltr",
        Direction::RightToLeft => "rtl",
    }
}

/// Text in an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::{Code as _, Language};
    use sangam_words::Message;

    use super::{accepted, escape, language};

    #[test]
    fn the_readers_language_is_the_one_she_likes_best_of_those_that_are_there() {
        for (header, told) in [
            ("bn-BD,bn;q=0.9,en;q=0.8", Some(Language::Bangla)),
            ("fr,en;q=0.5,ne;q=0.7", Some(Language::Nepali)),
            ("fr-CH, ur;q=0.4", Some(Language::Urdu)),
            ("prs-AF", Some(Language::Dari)),
            ("hi;q=0, en", Some(Language::English)),
            ("fr, de", None),
            ("*", None),
            ("bn;q=x", None),
            ("", None),
        ] {
            assert_eq!(accepted(header), told, "{header}");
        }
        assert_eq!(language("\"><script>"), None);
        let many = format!("{}bn", "fr,".repeat(100));
        assert_eq!(accepted(&many), None, "what comes after so many is not looked at");
    }

    #[test]
    fn every_code_has_one_message_and_markup_is_text() {
        assert_eq!(Message::of("service", "LEGAL_AID"), Some(Message::ServiceLegalAid));
        assert_eq!(Message::of("service", "NOTHING"), None);
        for service in sangam_vocabulary::payload::ServiceCode::ALL {
            assert!(Message::of("service", service.code()).is_some(), "{service}");
        }
        assert_eq!(escape("<b a=\"c\">&"), "&lt;b a=&quot;c&quot;&gt;&amp;");
    }
}
