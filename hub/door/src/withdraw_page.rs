//! The page that withdraws: a code from a slip of paper, one button. For a survivor with a telephone that is perhaps not her
//! own, in her language. What came of it is told in the same words whether or not there is such a code: who holds the slip
//! learns nothing.

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
use crate::shell::{Reader, Shell};

/// What became of a code that was sent. Whether it was one is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawTold {
    /// It was judged, and what it says is done.
    Judged,
    /// Too many tries for what it begins with.
    TooOften,
    /// It cannot be done now.
    Unavailable,
}

type Asked = dyn Fn(Zeroizing<String>) -> BoxFuture<'static, WithdrawTold> + Send + Sync;

/// The endpoint of `/withdraw`.
pub struct WithdrawPage {
    page: CodePage,
    asked: Box<Asked>,
}

impl WithdrawPage {
    /// A page whose codes are judged by `asked`.
    #[must_use]
    pub fn new(
        door: &Arc<Door>,
        shell: &Arc<Shell>,
        asked: impl Fn(Zeroizing<String>) -> BoxFuture<'static, WithdrawTold> + Send + Sync + 'static,
    ) -> Self {
        Self { page: CodePage::new(door, shell), asked: Box::new(asked) }
    }

    async fn posted(&self, request: Request) -> std::result::Result<(), Refusal> {
        let mut form = self.page.form(request).await?;
        let code = Zeroizing::new(form.take("code").unwrap_or_default());
        match self.page.judged((self.asked)(code)).await? {
            WithdrawTold::Judged => Ok(()),
            WithdrawTold::TooOften => Err(Refusal::of(DoorCode::RateLimited)),
            WithdrawTold::Unavailable => Err(Refusal::language(ErrorCode::Unavailable)),
        }
    }
}

impl Endpoint for WithdrawPage {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let reader = self.page.reader(&request);
        let title = reader.say(Message::WithdrawTitle);
        if request.method() == Method::GET {
            return Ok(reader.page_with_choice(&title, &form(&reader)));
        }
        if request.method() != Method::POST {
            return Ok(self.page.refused(&reader, &Refusal::method("GET, POST")));
        }
        Ok(match self.posted(request).await {
            Ok(()) => reader.page(StatusCode::OK, &title, &judged(&reader)),
            Err(refusal) => self.page.refused(&reader, &refusal),
        })
    }
}

fn form(reader: &Reader<'_>) -> String {
    format!(
        "<p>{}</p>\n<form method=\"post\" autocomplete=\"off\">\n<p><label for=\"code\">{}</label><br>\n<input id=\"code\" name=\"code\" required autocapitalize=\"characters\" maxlength=\"40\" dir=\"ltr\"></p>\n<p><button class=\"first\">{}</button></p>\n</form>\n",
        reader.say(Message::WithdrawMeans),
        reader.say(Message::WithdrawCode),
        reader.say(Message::WithdrawButton),
    )
}

fn judged(reader: &Reader<'_>) -> String {
    format!(
        "<p class=\"told good\" role=\"status\">{}</p>\n<p>{}</p>\n<p><a href=\"\">{}</a></p>\n",
        reader.say(Message::WithdrawDone),
        reader.say(Message::WithdrawSame),
        reader.say(Message::WithdrawAgain),
    )
}
