//! A browser as far as it matters here: cookies by origin, redirects, forms, and the headers that no page can set.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::house::encoded;

/// How many redirects are followed.
const REDIRECTS: usize = 12;

#[derive(Clone)]
pub(crate) struct Browser {
    http: reqwest::Client,
    /// Cookies by origin and name.
    cookies: BTreeMap<(String, String), String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) url: String,
    pub(crate) body: String,
    pub(crate) headers: reqwest::header::HeaderMap,
}

impl Page {
    /// Where it sends the browser.
    pub(crate) fn location(&self) -> Option<String> {
        let location = self.headers.get("location")?.to_str().unwrap();
        Some(if location.starts_with('/') { format!("{}{location}", origin(&self.url)) } else { location.to_owned() })
    }

    /// The value of an attribute that follows a piece of the page's text.
    pub(crate) fn after(&self, text: &str) -> Option<String> {
        let rest = &self.body[self.body.find(text)? + text.len()..];
        Some(rest[..rest.find('"')?].replace("&amp;", "&").replace("&#x2F;", "/"))
    }
}

pub(crate) fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    format!("{scheme}://{}", rest.split(['/', '?']).next().unwrap())
}

impl Browser {
    pub(crate) fn new() -> Self {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { http: http.build().unwrap(), cookies: BTreeMap::new() }
    }

    /// The cookies of an origin.
    pub(crate) fn cookies(&self, at: &str) -> BTreeMap<String, String> {
        let of = self.cookies.iter().filter(|((origin, _), _)| origin == at);
        of.map(|((_, name), value)| (name.clone(), value.clone())).collect()
    }

    pub(crate) fn put(&mut self, at: &str, name: &str, value: &str) {
        self.cookies.insert((at.to_owned(), name.to_owned()), value.to_owned());
    }

    /// One request with the cookies of its origin; nothing is followed and nothing kept. Whoever asks faster than a
    /// stranger may waits, as it is told to.
    pub(crate) async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<(&str, String)>,
    ) -> Page {
        loop {
            let mut request = self.http.request(method.parse().unwrap(), url);
            let cookies: Vec<String> =
                self.cookies(&origin(url)).iter().map(|(name, value)| format!("{name}={value}")).collect();
            if !cookies.is_empty() {
                request = request.header("cookie", cookies.join("; "));
            }
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            if let Some((kind, body)) = &body {
                request = request.header("content-type", *kind).body(body.clone());
            }
            let response = request.send().await.unwrap();
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let body = response.text().await.unwrap();
            if status == 429 {
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                continue;
            }
            return Page { status, url: url.to_owned(), body, headers };
        }
    }

    fn keep(&mut self, page: &Page) {
        for line in page.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            let key = (origin(&page.url), name.to_owned());
            let over = line.contains("Max-Age=0") || line.contains("expires=Thu, 01 Jan 1970");
            if over {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
    }

    /// Goes to an address and where it sends the browser, but not to one that begins with `short_of`.
    pub(crate) async fn go(&mut self, url: &str, short_of: &str) -> Page {
        let page = self.send("GET", url, &[("sec-fetch-site", "same-origin")], None).await;
        self.follow(page, short_of).await
    }

    pub(crate) async fn get(&mut self, url: &str) -> Page {
        self.go(url, "none").await
    }

    /// Posts a form of a page.
    pub(crate) async fn post(&mut self, from: &str, url: &str, form: &[(&str, &str)], short_of: &str) -> Page {
        let headers = [("origin", origin(from)), ("sec-fetch-site", "same-origin".to_owned())];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = Some(("application/x-www-form-urlencoded", encoded(form)));
        let page = self.send("POST", url, &headers, body).await;
        self.follow(page, short_of).await
    }

    async fn follow(&mut self, page: Page, short_of: &str) -> Page {
        let mut page = page;
        for _ in 0..REDIRECTS {
            self.keep(&page);
            let Some(next) = page.location() else { return page };
            if next.starts_with(short_of) {
                return page;
            }
            page = self.send("GET", &next, &[], None).await;
        }
        panic!("more than {REDIRECTS} redirects: {}", page.url);
    }

    /// Signs in at the provider's own pages as a person of it, up to where it sends the browser back to the hub.
    pub(crate) async fn at_the_provider(&mut self, from: Page, name: &str, short_of: &str) -> Page {
        let mut page = from;
        while let Some(action) = page.after("<form autocomplete=\"off\" action=\"").filter(|_| page.status == 200) {
            let login = [("prompt", "login"), ("login", name), ("password", "any")];
            let form: &[(&str, &str)] =
                if page.body.contains("name=\"login\"") { &login } else { &[("prompt", "consent")] };
            let url = if action.starts_with('/') { format!("{}{action}", origin(&page.url)) } else { action };
            page = self.post(&page.url.clone(), &url, form, short_of).await;
        }
        page
    }

    /// What `/session` says.
    pub(crate) async fn csrf(&mut self, at: &str) -> String {
        let page = self.get(&format!("{at}/session")).await;
        let told: Value = serde_json::from_str(&page.body).unwrap();
        told["csrf"].as_str().unwrap_or_else(|| panic!("{}", page.body)).to_owned()
    }
}
