//! The page that withdraws: a code from a slip of paper, one button. For a survivor with a telephone that is perhaps not her
//! own. What came of it is told in the same words whether or not there is such a code: who holds the slip learns nothing.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::{Method, StatusCode};
use poem::{Endpoint, Request, Response, Result};
use sangam_language::ErrorCode;
use zeroize::Zeroizing;

use crate::code_page::{self, CodePage};
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;

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
        asked: impl Fn(Zeroizing<String>) -> BoxFuture<'static, WithdrawTold> + Send + Sync + 'static,
    ) -> Self {
        Self { page: CodePage::new(door), asked: Box::new(asked) }
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
        if request.method() == Method::GET {
            return Ok(page(FORM));
        }
        if request.method() != Method::POST {
            return Ok(self.page.refused(&Refusal::method("GET, POST")));
        }
        Ok(match self.posted(request).await {
            Ok(()) => page(JUDGED),
            Err(refusal) => self.page.refused(&refusal),
        })
    }
}

const FORM: &str = r#"<p>With the code on your paper you can take back what you agreed to. You need to ask nobody.</p>
<form method="post" action="/withdraw" autocomplete="off">
<p><label>Code<br><input name="code" required autocapitalize="characters" maxlength="40"></label></p>
<p><button>Take it back</button></p>
</form>
"#;
const JUDGED: &str = r#"<p>If this code is right, nothing more about you is shared by what you agreed to, from now on, and everyone who was shown something is asked to let go of it.</p>
<p>For safety this page says the same when a code is wrong. <a href="/withdraw">Type it again</a> if you are not sure.</p>
"#;

fn page(inside: &str) -> Response {
    code_page::page(StatusCode::OK, "Code", "Take back what you agreed to", inside)
}
