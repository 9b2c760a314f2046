//! People's screens at the door: who comes, in which language, and that a form comes from the hub's own page. What a page
//! shows is the portal's, behind a port; the door puts it into the frame of all pages and lets nothing of it be kept.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response, Result};
use sangam_language::ErrorCode;
use sangam_vocabulary::{Code as _, Language};

use crate::form::Form;
use crate::media::is_body;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;
use crate::shell::{document, escape, language, wished};
use crate::signin::cookie::Cookie;
use crate::signin::page::{self, with_forms};
use crate::signin::{SessionShown, origin, people, see_other, set_cookie, visitor};
use crate::style::PORTAL_STYLE_LINK;
use crate::{body, limits, respond};

/// The paths of the portal.
pub(crate) const PORTAL_PATHS: &[&str] = &["/home", "/returns", "/returns/:id", "/referrals", "/referrals/:id"];
/// Where somebody goes who asked for no page.
const FIRST: &str = "/home";
/// The cookie that remembers in which language somebody reads. It says nothing else, and opens nothing.
const LANGUAGE: &str = "sangam-language";
/// How long it does, in seconds: a year.
const LANGUAGE_KEPT: u32 = 31_536_000;
/// The cookie that tells a page once what was just done on it. The browser sends it to that page alone, and the page drops
/// it: an address says nothing as done.
const DONE: &str = "sangam-done";
/// How long it is kept where the page never comes, in seconds.
const DONE_KEPT: u32 = 60;

/// Somebody with a session asks for a page, or sends a form of one that came from the hub's own pages with the session's
/// token. It has no `Debug`, because of the session's.
pub struct PortalAsked {
    /// Who.
    pub session: SessionShown,
    /// In which language she reads.
    pub language: Language,
    /// The path.
    pub path: String,
    /// What stands behind it, by name.
    pub query: Vec<(String, String)>,
    /// What was just done on this page, as the portal said it when it sent the browser here.
    pub done: Option<String>,
    /// The form's fields, where one was sent.
    pub form: Option<Vec<(String, String)>>,
}

/// What the portal answers.
#[derive(Debug, PartialEq, Eq)]
pub enum PortalTold {
    /// A page: its status, language, title as text, and body as HTML.
    Page {
        /// The HTTP status.
        status: u16,
        /// The language it is in.
        language: Language,
        /// The title, as text.
        title: String,
        /// The body, as HTML.
        body: String,
    },
    /// The browser goes on by GET to a path of the hub.
    Goes {
        /// The path.
        path: String,
        /// What was done, for the page there to say once.
        done: Option<String>,
    },
}

/// People's screens, as the door sees them.
pub trait Portal: Send + Sync + 'static {
    /// The style of its pages, which goes on from what all pages share.
    fn style(&self) -> &'static str;

    /// Answers a visit. The door may drop the future at its deadline; a change that was handed over is made all the same.
    fn answer(&self, asked: PortalAsked) -> BoxFuture<'_, PortalTold>;
}

/// The endpoint of a page.
pub(crate) struct PortalRoom {
    door: Arc<Door>,
    portal: Arc<dyn Portal>,
}

/// The endpoint of the bare address, which messages to people name.
pub(crate) struct Root;

impl Endpoint for Root {
    type Output = Response;

    async fn call(&self, _request: Request) -> Result<Response> {
        Ok(see_other(FIRST))
    }
}

impl PortalRoom {
    pub(crate) fn new(door: &Arc<Door>, portal: &Arc<dyn Portal>) -> Self {
        Self { door: Arc::clone(door), portal: Arc::clone(portal) }
    }

    async fn visited(&self, request: Request) -> std::result::Result<Response, Refusal> {
        let door = &*self.door;
        let providers = people(door)?.providers();
        let sends = match *request.method() {
            Method::GET => false,
            Method::POST => true,
            _ => return Err(Refusal::method("GET, POST")),
        };
        if !sends && !is_visit(request.headers()) {
            return Err(Refusal::of(DoorCode::CsrfRefused));
        }
        let mut session = match visitor::session(door, &request).await {
            Ok(session) => session,
            // Whoever has no session signs in; what was filled in is not done, and the page says so.
            Err(refusal) if refusal.status == StatusCode::UNAUTHORIZED => {
                return Ok(if sends { page::ended() } else { see_other("/signin") });
            }
            Err(refusal) => return Err(refusal),
        };
        if !door.pace.client(&session.caller) {
            return Err(Refusal::of(DoorCode::RateLimited));
        }
        let broken = || Refusal::bad_request("Send each name once.");
        let text = request.uri().query().unwrap_or_default();
        let query = Form::read(text).ok_or_else(broken)?.into_pairs();
        let chosen = query.iter().find(|(name, _)| name == "lang").and_then(|(_, code)| language(code));
        let spoken = chosen
            .or_else(|| kept(request.headers(), LANGUAGE).and_then(language))
            .or_else(|| wished(request.headers()));
        let path = request.uri().path().to_owned();
        let done = if sends { None } else { kept(request.headers(), DONE).map(str::to_owned) };
        let (here, shown) = (path.clone(), done.is_some());
        let form = if sends { Some(self.form(request, &mut session).await?) } else { None };
        let asked = PortalAsked { session, language: spoken.unwrap_or(Language::English), path, query, done, form };
        let secure = if people(door)?.origin().starts_with("https://") { "; Secure" } else { "" };
        let mut response = match self.told(asked).await? {
            PortalTold::Goes { path, done } => {
                let mut response = see_other(&path);
                if let Some(done) = done {
                    set_cookie(
                        &mut response,
                        &format!("{DONE}={done}; {}; Max-Age={DONE_KEPT}{secure}", manner(&path)),
                    );
                }
                response
            }
            PortalTold::Page { status, language, title, body } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let title = format!("{} · Sangam", escape(&title));
                let mut response = document(status, language, &title, PORTAL_STYLE_LINK, &body);
                with_forms(&mut response, &providers);
                if status == StatusCode::SERVICE_UNAVAILABLE {
                    respond::retry_after(&mut response);
                }
                response
            }
        };
        if shown {
            set_cookie(&mut response, &format!("{DONE}=; {}; Max-Age=0{secure}", manner(&here)));
        }
        if let Some(language) = chosen {
            let code = language.code().to_lowercase();
            let cookie = format!("{LANGUAGE}={code}; Path=/; HttpOnly; SameSite=Lax; Max-Age={LANGUAGE_KEPT}{secure}");
            set_cookie(&mut response, &cookie);
        }
        Ok(response)
    }

    /// The fields of a form that one of the hub's own pages sent with the session's token.
    async fn form(
        &self,
        request: Request,
        session: &mut SessionShown,
    ) -> std::result::Result<Vec<(String, String)>, Refusal> {
        let door = &*self.door;
        let people = people(door)?;
        if !is_body(request.headers(), "application/x-www-form-urlencoded") {
            return Err(Refusal::of(DoorCode::UnsupportedMediaType));
        }
        let csrf = || Refusal::of(DoorCode::CsrfRefused);
        if !origin::is_own_page(request.headers(), people.origin()) {
            return Err(csrf());
        }
        let (parts, body) = request.into_parts();
        let turn = door.admission.body().await?;
        let whole = body::read(&parts.headers, body, limits::PORTAL_FORM_BYTES, door.limits.request.body_time).await?;
        drop(turn);
        let form = std::str::from_utf8(&whole).ok().and_then(Form::read);
        let mut form = form.ok_or_else(|| Refusal::bad_request("Send a form with each field once."))?;
        let token = form.take("csrf").ok_or_else(csrf)?;
        let cookie = Cookie::Session.read(people.origin(), &parts.headers).flatten().ok_or_else(csrf)?;
        let proven = people.session(cookie, Some(&token));
        match tokio::time::timeout(door.limits.request.token_time, proven).await {
            Ok(Ok(again)) if again.proven => *session = again,
            Ok(Ok(_) | Err(crate::hub::AuthFault::Missing | crate::hub::AuthFault::Invalid)) => return Err(csrf()),
            Ok(Err(crate::hub::AuthFault::Unavailable)) | Err(_) => {
                return Err(Refusal::language(ErrorCode::Unavailable));
            }
        }
        Ok(form.into_pairs())
    }

    /// What the portal answers, in its turn and in time.
    async fn told(&self, asked: PortalAsked) -> std::result::Result<PortalTold, Refusal> {
        let _turn = self.door.admission.work().await?;
        let within = self.door.limits.request.operation_time;
        let told = tokio::time::timeout(within, self.portal.answer(asked)).await;
        told.map_err(|_| Refusal::language(ErrorCode::TimedOut))
    }
}

impl Endpoint for PortalRoom {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        Ok(self.visited(request).await.unwrap_or_else(|refusal| {
            self.door.metrics.refused(refusal.code);
            page::unread(&refusal).unwrap_or_else(|| page::refused(&refusal))
        }))
    }
}

/// Whether a GET is somebody who goes to a page. What a page of somebody else loads as a part of itself is none: it would
/// leave entries of readings that nobody saw. Browsers that do not say how they ask are believed, since the session's
/// cookie does not go with such a part.
fn is_visit(headers: &HeaderMap) -> bool {
    let says = |name: &'static str, allowed: &[&[u8]]| {
        headers.get_all(HeaderName::from_static(name)).iter().all(|value| allowed.contains(&value.as_bytes()))
    };
    says("sec-fetch-dest", &[b"document"]) && says("sec-fetch-mode", &[b"navigate"])
}

/// How the browser keeps what was done: for one page, out of reach of scripts and of other sites.
fn manner(path: &str) -> String {
    format!("Path={path}; HttpOnly; SameSite=Strict")
}

/// What a cookie remembers.
fn kept<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line: &HeaderValue| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use sangam_vocabulary::Language;

    use super::{DONE, LANGUAGE, is_visit, kept, manner};
    use crate::form::Form;
    use crate::shell::language;
    use crate::{body, limits};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_whoever_goes_to_a_page_is_a_visit() {
        assert!(is_visit(&headers(&[])), "a browser that does not say");
        assert!(is_visit(&headers(&[("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate")])));
        for part in [("sec-fetch-dest", "image"), ("sec-fetch-dest", "iframe"), ("sec-fetch-mode", "no-cors")] {
            assert!(!is_visit(&headers(&[part])), "{part:?}");
        }
    }

    #[tokio::test]
    async fn two_thousand_letters_of_bengali_fit_into_a_form() {
        let read = |form: String| async move {
            let (bytes, time) = (limits::PORTAL_FORM_BYTES, limits::BODY_TIME);
            body::read(&HeaderMap::new(), poem::Body::from(form), bytes, time).await
        };
        let form = format!("csrf=x&text={}", "%E0%A6%95".repeat(2_000));
        let whole = read(form).await.unwrap();
        let mut form = Form::read(std::str::from_utf8(&whole).unwrap()).unwrap();
        assert_eq!(form.take("text").unwrap(), "\u{995}".repeat(2_000));
        // PORTAL_FORM_BYTES are 48 KiB.
        assert!(read("x".repeat(48 * 1024)).await.is_ok());
        let refusal = read("x".repeat(48 * 1024 + 1)).await.unwrap_err();
        assert_eq!(refusal.status, http::StatusCode::PAYLOAD_TOO_LARGE);
        let page = crate::signin::page::unread(&refusal).unwrap();
        assert!(page.content_type().unwrap().starts_with("text/html"));
    }

    #[test]
    fn what_was_done_is_of_one_page_and_of_no_script() {
        assert_eq!(manner("/returns/rep_1"), "Path=/returns/rep_1; HttpOnly; SameSite=Strict");
        let of = |cookie: &'static str| kept(&headers(&[("cookie", cookie)]), DONE).map(str::to_owned);
        assert_eq!(of("sangam-done=do-request.PROPOSE"), Some("do-request.PROPOSE".to_owned()));
        assert_eq!(of("done=do-request.PROPOSE"), None);
    }

    #[test]
    fn the_language_is_remembered_by_its_code_and_nothing_else_is_read() {
        let of = |cookie: &'static str| kept(&headers(&[("cookie", cookie)]), LANGUAGE).and_then(language);
        assert_eq!(of("a=b; sangam-language=ne"), Some(Language::Nepali));
        assert_eq!(of("sangam-language=<b>"), None);
        assert_eq!(of("x-sangam-language=ne"), None);
    }
}
