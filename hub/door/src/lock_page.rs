//! The page that locks: an organization, a code, one button. For whoever has a telephone and no account at hand. Nothing
//! is said about who or what is locked. It is for people of members, and in English.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::{Method, StatusCode};
use poem::{Endpoint, Request, Response, Result};
use sangam_language::ErrorCode;
use zeroize::Zeroizing;

use crate::code_page::CodePage;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::shell::Shell;

/// What a wrong code is counted as.
const WRONG: &str = "LOCK_CODE";

/// What was sent.
pub struct CodeSent {
    /// The organization, by its id or its name.
    pub organization: String,
    /// The code.
    pub code: Zeroizing<String>,
}

/// What it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeTold {
    /// The subjects are locked.
    Locked,
    /// Nothing was locked.
    Nothing,
    /// Too many tries for this organization.
    TooOften,
    /// It cannot be done now.
    Unavailable,
}

type Asked = dyn Fn(CodeSent) -> BoxFuture<'static, CodeTold> + Send + Sync;

/// The endpoint of `/lock`.
pub struct LockPage {
    page: CodePage,
    asked: Box<Asked>,
}

impl LockPage {
    /// A page whose codes are judged by `asked`.
    #[must_use]
    pub fn new(
        door: &Arc<Door>,
        shell: &Arc<Shell>,
        asked: impl Fn(CodeSent) -> BoxFuture<'static, CodeTold> + Send + Sync + 'static,
    ) -> Self {
        Self { page: CodePage::new(door, shell), asked: Box::new(asked) }
    }

    async fn posted(&self, request: Request) -> std::result::Result<CodeTold, Refusal> {
        let mut form = self.page.form(request).await?;
        let organization = form.take("organization").unwrap_or_default();
        let code = Zeroizing::new(form.take("code").unwrap_or_default());
        match self.page.judged((self.asked)(CodeSent { organization, code })).await? {
            CodeTold::TooOften => Err(Refusal::of(DoorCode::RateLimited)),
            CodeTold::Unavailable => Err(Refusal::language(ErrorCode::Unavailable)),
            told => Ok(told),
        }
    }
}

impl Endpoint for LockPage {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let reader = self.page.english();
        let page = |status, inside| reader.page(status, HEADING, inside);
        if request.method() == Method::GET {
            return Ok(page(StatusCode::OK, FORM));
        }
        if request.method() != Method::POST {
            return Ok(self.page.refused(&reader, &Refusal::method("GET, POST")));
        }
        Ok(match self.posted(request).await {
            Ok(CodeTold::Locked) => page(StatusCode::OK, LOCKED),
            Ok(_) => {
                self.page.in_vain(WRONG);
                page(StatusCode::FORBIDDEN, NOTHING)
            }
            Err(refusal) => self.page.refused(&reader, &refusal),
        })
    }
}

const HEADING: &str = "Lock an organization's records";
const FORM: &str = r#"<form method="post" action="/lock" autocomplete="off">
<p><label>Organization, by its name or id<br><input name="organization" required maxlength="200"></label></p>
<p><label>Code<br><input name="code" required inputmode="numeric" maxlength="40"></label></p>
<p><button class="first">Lock</button></p>
</form>
"#;
const LOCKED: &str = "<p class=\"told good\" role=\"status\">Locked. Nothing about these people leaves the hub until two people open it.</p>\n";
const NOTHING: &str = "<p class=\"told\" role=\"status\">Nothing was locked: organization and code do not belong together.</p>\n<p><a href=\"/lock\">Try again</a></p>\n";
