//! The pages: plain documents, each with a heading, labels and one thing to do, in the style of all pages. No script, no
//! picture, no address of anybody else.

use http::{HeaderName, HeaderValue, StatusCode, header};
use poem::Response;
use sangam_vocabulary::Language;

use super::port::{ProviderShown, SessionShown, SignInFault};
use crate::refusal::Refusal;
use crate::respond;
use crate::shell::{document, escape};
use crate::style::STYLE_LINK;

/// A page with a title. Its forms lead to the hub, and on to the providers' pages.
pub(super) fn page(status: StatusCode, title: &str, main: &str, providers: &[ProviderShown]) -> Response {
    let body = format!("<main>\n<h1>{title}</h1>\n{main}</main>\n");
    let mut response = document(status, Language::English, &format!("{title} · Sangam"), STYLE_LINK, &body);
    with_forms(&mut response, providers);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        respond::retry_after(&mut response);
    }
    response
}

/// What a page with a session's forms says of itself.
pub(crate) fn with_forms(response: &mut Response, providers: &[ProviderShown]) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy(providers));
    // `no-referrer` would make browsers hide the origin of the page's own forms as well.
    headers.insert(HeaderName::from_static("referrer-policy"), HeaderValue::from_static("same-origin"));
}

/// Nothing is loaded but the style. A form's answer may send the browser on to a provider, which browsers count to the form.
fn policy(providers: &[ProviderShown]) -> HeaderValue {
    let mut forms = String::from("'self'");
    for origin in providers.iter().flat_map(|provider| &provider.origins) {
        if origin.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/.-[]".contains(&byte)) {
            forms.push(' ');
            forms.push_str(origin);
        }
    }
    let text =
        format!("default-src 'none'; form-action {forms}; style-src 'self'; base-uri 'none'; frame-ancestors 'none'");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

/// Where a person chooses with whom to sign in.
pub(super) fn choose(providers: &[ProviderShown]) -> Response {
    let links: String = providers
        .iter()
        .map(|provider| {
            format!("<li><a href=\"/signin/{}\">{}</a></li>\n", escape(&provider.name), escape(&provider.label))
        })
        .collect();
    let main = format!(
        "<p>Sign in with:</p>\n<ul>\n{links}</ul>\n<p>You were invited? <a href=\"/invitation\">Take the invitation</a>.</p>\n"
    );
    page(StatusCode::OK, "Sign in", &main, providers)
}

/// Who is signed in, and the way out.
pub(super) fn signed_in(session: &SessionShown, home: &str, providers: &[ProviderShown]) -> Response {
    let main = format!(
        "<p>You are signed in as {} of {}.</p>\n<ul>\n<li><a href=\"{}\">Go on</a></li>\n</ul>\n<form method=\"post\" action=\"/signout\">\n<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n<button>Sign out</button>\n</form>\n",
        escape(&session.pseudonym),
        escape(&session.organization.1),
        escape(home),
        escape(&session.csrf),
    );
    page(StatusCode::OK, "Signed in", &main, providers)
}

/// Where an invitation's code is typed.
pub(super) fn invitation(providers: &[ProviderShown]) -> Response {
    let choices: String = providers
        .iter()
        .enumerate()
        .map(|(number, provider)| {
            let checked = if number == 0 { " checked" } else { "" };
            format!(
                "<p><label><input type=\"radio\" name=\"provider\" value=\"{}\" required{checked}> {}</label></p>\n",
                escape(&provider.name),
                escape(&provider.label)
            )
        })
        .collect();
    let main = format!(
        "<form method=\"post\" action=\"/invitation\" autocomplete=\"off\">\n<p><label for=\"code\">The code you were given</label><br>\n<input id=\"code\" name=\"code\" required maxlength=\"80\" spellcheck=\"false\" autocapitalize=\"off\"></p>\n<fieldset>\n<legend>Sign in with</legend>\n{choices}</fieldset>\n<p><button class=\"first\">Go on</button></p>\n</form>\n"
    );
    page(StatusCode::OK, "Take an invitation", &main, providers)
}

/// That a form came after its session had ended.
pub(crate) fn ended() -> Response {
    told(
        StatusCode::UNAUTHORIZED,
        "Signed out",
        "Your session has ended, so what you sent was not done. Sign in and do it again.",
    )
}

/// A refusal of the door on a page that people read. What a program is told is told alike.
pub(crate) fn refused(refusal: &Refusal) -> Response {
    let (title, what) = match refusal.status {
        StatusCode::NOT_FOUND => ("Not found", "There is nothing at this address."),
        StatusCode::TOO_MANY_REQUESTS => {
            ("Too fast", "This came faster than it may. Nothing was done. Wait a moment and try again.")
        }
        StatusCode::FORBIDDEN => (
            "Not done",
            "This did not come from a page of the hub that is open in this browser. Nothing was done. Go back, load the page again, and try once more.",
        ),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => (
            "Not now",
            "The hub cannot do this now. Wait a minute, and look whether it was done before you send it again.",
        ),
        _ => return respond::refusal(refusal),
    };
    told(refusal.status, title, what)
}

/// A refusal of what a page of the portal sent, on a page; `None` for any other.
pub(crate) fn unread(refusal: &Refusal) -> Option<Response> {
    let (title, what) = match refusal.status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("Too long", "What you sent is too long. Nothing was done. Go back and make it shorter.")
        }
        StatusCode::REQUEST_TIMEOUT => {
            ("Too slow", "What you sent did not come to its end in time. Nothing was done. Go back and send it again.")
        }
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            "Not read",
            "What you sent could not be read. Nothing was done. Go back, load the page again, and try once more.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => ("Not done", "A page is not asked for like this. Nothing was done."),
        _ => return None,
    };
    let mut response = told(refusal.status, title, what);
    if let Some(allow) = refusal.allow {
        response.headers_mut().insert(http::header::ALLOW, http::HeaderValue::from_static(allow));
    }
    Some(response)
}

fn told(status: StatusCode, title: &str, what: &str) -> Response {
    let main = format!("<p class=\"told\" role=\"status\">{what}</p>\n<p><a href=\"/home\">Go on</a></p>\n");
    let mut response = page(status, title, &main, &[]);
    if status == StatusCode::TOO_MANY_REQUESTS {
        respond::retry_after(&mut response);
    }
    response
}

/// What went wrong, and what to do next.
pub(super) fn fault(fault: SignInFault) -> Response {
    let (status, title, what) = match fault {
        SignInFault::NoProvider => (StatusCode::NOT_FOUND, "Not found", "There is no such way to sign in here."),
        SignInFault::NotStarted => (
            StatusCode::BAD_REQUEST,
            "Start again",
            "This sign-in was not started in this browser, took longer than five minutes, or was finished before. Nothing was done.",
        ),
        SignInFault::Declined => (
            StatusCode::FORBIDDEN,
            "Not signed in",
            "The sign-in service did not sign you in. If you did not end it yourself, ask the people who run it.",
        ),
        SignInFault::Nobody => (
            StatusCode::FORBIDDEN,
            "No account",
            "No account here may act with this sign-in. If you were invited, take the invitation with its code; otherwise ask an administrator of your organization.",
        ),
        SignInFault::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Not now",
            "The sign-in service or the hub's store does not answer. Your account and your work are not touched. Try again in a minute.",
        ),
    };
    page(
        status,
        title,
        &format!("<p class=\"told\" role=\"status\">{what}</p>\n<p><a href=\"/signin\">Sign in</a></p>\n"),
        &[],
    )
}
