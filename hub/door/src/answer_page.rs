//! The page of an answer link: a code, then what is asked, then one of three answers. For somebody with a telephone and
//! no account. Looking at it asks nobody and uses nothing up, whether or not there is such a link, so that a mail
//! scanner that follows links does no harm and learns nothing. Between code and answer the form itself carries a seal:
//! nothing of it stays in the browser, and no page of another origin has one.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::{Method, StatusCode};
use poem::{Endpoint, Request, Response, Result};
use sangam_language::ErrorCode;
use sangam_words::Message;
use zeroize::Zeroizing;

use crate::code_page::CodePage;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::shell::{Reader, Shell, escape};

/// What a code that opened nothing is counted as.
const WRONG: &str = "ANSWER_CODE";

/// An answer that was sent.
pub struct AnswerSent {
    /// What stands in the link's address.
    pub link: String,
    /// What came with the page.
    pub seal: String,
    /// `ACCEPT`, `DECLINE` or `CALL`.
    pub answer: String,
    /// The coded reason.
    pub reason: Option<String>,
}

/// What is shown to whoever has link and code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerShown {
    /// The services asked for, by code.
    pub services: Vec<String>,
    /// The areas in which the reader's organization offers them.
    pub areas: Vec<String>,
    /// How soon, by code.
    pub urgency: String,
    /// Until when.
    pub answer_by: String,
    /// The reasons that fit a refusal, by code.
    pub reasons: Vec<String>,
    /// What has to come with the answer.
    pub seal: String,
}

/// What came of a code or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerTold {
    /// What is asked.
    Shows(AnswerShown),
    /// It opens nothing; why is not told.
    Nothing,
    /// A refusal without one of the reasons.
    NoReason,
    /// Nothing may be shown or answered now.
    NotNow,
    /// There is nothing to answer any more.
    Over,
    /// It changed since it was shown.
    Changed,
    /// The promise is taken.
    Accepted,
    /// The refusal is taken.
    Declined,
    /// The wish for a call is taken.
    Called,
    /// Too many tries for this link.
    TooOften,
    /// It cannot be done now.
    Unavailable,
}

/// Who judges codes and takes answers.
pub trait Answering: Send + Sync + 'static {
    /// What a code opens.
    fn open(&self, link: String, code: Zeroizing<String>) -> BoxFuture<'_, AnswerTold>;

    /// What an answer comes to.
    fn answer(&self, sent: AnswerSent) -> BoxFuture<'_, AnswerTold>;
}

/// The endpoint of `/answer/LINK`.
pub struct AnswerPage {
    page: CodePage,
    answering: Box<dyn Answering>,
}

impl AnswerPage {
    /// A page whose codes and answers go to `answering`.
    #[must_use]
    pub fn new(door: &Arc<Door>, shell: &Arc<Shell>, answering: impl Answering) -> Self {
        Self { page: CodePage::new(door, shell), answering: Box::new(answering) }
    }

    async fn posted(&self, request: Request) -> std::result::Result<AnswerTold, Refusal> {
        let link = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let mut form = self.page.form(request).await?;
        let told = match form.take("answer") {
            None => {
                let code = Zeroizing::new(form.take("code").unwrap_or_default());
                self.page.judged(self.answering.open(link, code)).await?
            }
            Some(answer) => {
                let (seal, reason) = (form.take("seal").unwrap_or_default(), form.take("reason"));
                self.page.judged(self.answering.answer(AnswerSent { link, seal, answer, reason })).await?
            }
        };
        match told {
            AnswerTold::TooOften => Err(Refusal::of(DoorCode::RateLimited)),
            AnswerTold::Unavailable => Err(Refusal::language(ErrorCode::Unavailable)),
            told => Ok(told),
        }
    }
}

impl Endpoint for AnswerPage {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let reader = self.page.reader(&request);
        if request.method() == Method::GET {
            return Ok(reader.page_with_choice(&reader.say(Message::AnswerTitle), &ask(&reader)));
        }
        if request.method() != Method::POST {
            return Ok(self.page.refused(&reader, &Refusal::method("GET, POST")));
        }
        Ok(match self.posted(request).await {
            Ok(told) => self.told(&reader, &told),
            Err(refusal) => self.page.refused(&reader, &refusal),
        })
    }
}

impl AnswerPage {
    fn told(&self, reader: &Reader<'_>, told: &AnswerTold) -> Response {
        let (status, message) = match told {
            AnswerTold::Shows(shown) => {
                return reader.page(StatusCode::OK, &reader.say(Message::AnswerTitle), &what(reader, shown));
            }
            AnswerTold::Nothing => {
                self.page.in_vain(WRONG);
                (StatusCode::FORBIDDEN, Message::AnswerNothing)
            }
            AnswerTold::NoReason => (StatusCode::BAD_REQUEST, Message::AnswerNoReason),
            AnswerTold::NotNow => (StatusCode::FORBIDDEN, Message::AnswerNotNow),
            AnswerTold::Over => (StatusCode::GONE, Message::AnswerOver),
            AnswerTold::Changed => (StatusCode::CONFLICT, Message::AnswerChanged),
            AnswerTold::Accepted => (StatusCode::OK, Message::AnswerAccepted),
            AnswerTold::Declined => (StatusCode::OK, Message::AnswerDeclined),
            AnswerTold::Called => (StatusCode::OK, Message::AnswerCalled),
            AnswerTold::TooOften | AnswerTold::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, Message::PageNotNow),
        };
        let again = match told {
            AnswerTold::Nothing | AnswerTold::Changed => {
                // The same address, asked for anew.
                format!("<p><a href=\"\">{}</a></p>\n", reader.say(Message::AnswerAgain))
            }
            _ => String::new(),
        };
        let good =
            if matches!(told, AnswerTold::Accepted | AnswerTold::Declined | AnswerTold::Called) { " good" } else { "" };
        let inside = format!("<p class=\"told{good}\" role=\"status\">{}</p>\n{again}", reader.say(message));
        reader.page(status, &reader.say(Message::AnswerTitle), &inside)
    }
}

/// Where the code is typed. A form without an address goes where the page came from.
fn ask(reader: &Reader<'_>) -> String {
    format!(
        "<p>{}</p>\n<form method=\"post\" autocomplete=\"off\">\n<p><label for=\"code\">{}</label><br>\n<input id=\"code\" name=\"code\" required inputmode=\"numeric\" autocomplete=\"one-time-code\" maxlength=\"24\" dir=\"ltr\"></p>\n<p><button class=\"first\">{}</button></p>\n</form>\n",
        reader.say(Message::AnswerAsk),
        reader.say(Message::AnswerCode),
        reader.say(Message::AnswerOpen),
    )
}

/// What is asked, and the three answers.
fn what(reader: &Reader<'_>, shown: &AnswerShown) -> String {
    let item = |label: Message, values: &[String]| {
        let values: String = values.iter().map(|value| format!("<dd>{value}</dd>\n")).collect();
        format!("<dt>{}</dt>\n{values}", reader.say(label))
    };
    // A code or an instant reads from left to right in every language.
    let plain = |text: &String| format!("<bdi dir=\"ltr\">{}</bdi>", escape(text));
    let services: Vec<String> = shown.services.iter().map(|code| reader.named("service", code)).collect();
    let areas: Vec<String> = shown.areas.iter().map(plain).collect();
    let mut list = item(Message::AnswerService, &services);
    if !areas.is_empty() {
        list.push_str(&item(Message::AnswerArea, &areas));
    }
    list.push_str(&item(Message::AnswerUrgency, &[reader.named("urgency", &shown.urgency)]));
    list.push_str(&item(Message::AnswerUntil, &[plain(&shown.answer_by)]));
    let seal = format!("<input type=\"hidden\" name=\"seal\" value=\"{}\">\n", escape(&shown.seal));
    let reason = |code: &String| {
        let (value, name) = (escape(code), reader.named("reason", code));
        format!("<label><input type=\"radio\" name=\"reason\" value=\"{value}\" required> {name}</label>\n")
    };
    let reasons: String = shown.reasons.iter().map(reason).collect();
    let form = |inside: &str| format!("<form method=\"post\" autocomplete=\"off\">\n{seal}{inside}</form>\n");
    let button = |answer: &str, class: &str, label: Message| {
        format!("<p><button{class} name=\"answer\" value=\"{answer}\">{}</button></p>\n", reader.say(label))
    };
    let means = |message: Message| format!("<p>{}</p>\n", reader.say(message));
    let accept = means(Message::AnswerAcceptMeans) + &button("ACCEPT", " class=\"first\"", Message::AnswerAccept);
    // The reasons are whole lines that a thumb meets, and stay folded until somebody wants to decline.
    let decline = format!(
        "<details>\n<summary>{}</summary>\n<fieldset>\n<legend>{}</legend>\n{reasons}</fieldset>\n{}</details>\n",
        reader.say(Message::AnswerDecline),
        reader.say(Message::AnswerReason),
        button("DECLINE", "", Message::AnswerDecline),
    );
    let call = means(Message::AnswerCallMeans) + &button("CALL", "", Message::AnswerCall);
    [format!("<dl>\n{list}</dl>\n"), form(&accept), form(&decline), form(&call)].concat()
}
