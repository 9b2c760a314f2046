//! GraphiQL, for the demo: a page with a fresh token in its headers, and the files it is made of. The files
//! are in the binary; the page reaches no other machine.

use futures_util::future::BoxFuture;
use http::{HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response, Result};

use crate::refusal::{DoorCode, Refusal};
use crate::respond;

/// Gives a fresh token each time the page is opened; `None` when there is none to give.
type TokenSource = dyn Fn() -> BoxFuture<'static, Option<String>> + Send + Sync;

/// GraphiQL and what it starts with: the endpoint of `/graphiql`.
pub struct Explorer {
    token: Box<TokenSource>,
    purpose: &'static str,
    query: String,
}

impl Explorer {
    /// A page whose headers hold a token of this source and this purpose's code, and whose editor holds this
    /// query.
    #[must_use]
    pub fn new(
        token: impl Fn() -> BoxFuture<'static, Option<String>> + Send + Sync + 'static,
        purpose: &'static str,
        query: String,
    ) -> Self {
        Self { token: Box::new(token), purpose, query }
    }

    async fn html(&self) -> Option<String> {
        let token = (self.token)().await?;
        let headers = serde_json::json!({ "Authorization": format!("Bearer {token}"), "Sangam-Purpose": self.purpose });
        let start = serde_json::json!({ "headers": headers, "query": self.query }).to_string();
        Some(PAGE.replace("{start}", &escape(&start)))
    }
}

/// Whether the page was asked for by a loopback name. It carries a token: a page of another name that resolves
/// here (DNS rebinding) must not read it.
fn is_loopback(headers: &http::HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

impl Endpoint for Explorer {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if request.method() != Method::GET {
            return Ok(respond::refusal(&Refusal::method("GET")));
        }
        if !is_loopback(request.headers()) {
            return Ok(respond::refusal(&Refusal::of(DoorCode::NotFound)));
        }
        let Some(html) = self.html().await else {
            return Ok(respond::refusal(&Refusal::language(sangam_language::ErrorCode::Unavailable)));
        };
        let mut response = respond::plain(StatusCode::OK, "text/html; charset=utf-8", html.into_bytes());
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        Ok(response)
    }
}

/// The files of the page: the endpoint of `/graphiql/:file`.
pub(crate) struct Files;

impl Endpoint for Files {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let wanted = request.path_params::<String>().unwrap_or_default();
        let file = FILES.iter().find(|(name, _, _)| *name == wanted);
        Ok(match file {
            Some((_, kind, content)) if request.method() == Method::GET => {
                Response::builder().content_type(*kind).body(*content)
            }
            Some(_) => respond::refusal(&Refusal::method("GET")),
            None => respond::refusal(&Refusal::of(DoorCode::NotFound)),
        })
    }
}

const JS: &str = "text/javascript; charset=utf-8";

/// Name, media type and content of the page's files.
const FILES: &[(&str, &str, &[u8])] = &[
    ("start.js", JS, include_bytes!("../assets/graphiql/start.js")),
    ("graphiql.min.js", JS, include_bytes!("../assets/graphiql/graphiql.min.js")),
    ("graphiql.min.css", "text/css; charset=utf-8", include_bytes!("../assets/graphiql/graphiql.min.css")),
    ("react.production.min.js", JS, include_bytes!("../assets/graphiql/react.production.min.js")),
    ("react-dom.production.min.js", JS, include_bytes!("../assets/graphiql/react-dom.production.min.js")),
];

/// Own files only, no foreign address; the editor sets styles of its own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>GraphiQL · Sangam demo</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/graphiql/graphiql.min.css">
</head>
<body style="margin:0">
<div id="graphiql" style="height:100vh" data-start="{start}"></div>
<script src="/graphiql/react.production.min.js"></script>
<script src="/graphiql/react-dom.production.min.js"></script>
<script src="/graphiql/graphiql.min.js"></script>
<script src="/graphiql/start.js"></script>
</body>
</html>
"#;

/// Text inside a quoted attribute.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
