//! The page of an answer link, by a real client: what it says in which language, and that nothing of it runs, is kept, or
//! tells whether there is such a link.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use sangam_door::{
    AnswerPage, AnswerSent, AnswerShown, AnswerTold, Answering, Door, Edge, Entrance, Limits, Metrics, Shell, serve,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::hub::TestHub;

const LINK: &str = "0123456789abcdef0123456789abcdef";
const RIGHT: &str = "12345670";

#[derive(Default)]
struct Asked {
    times: AtomicUsize,
    sent: Mutex<Vec<(String, String, Option<String>)>>,
}

struct Answers(Arc<Asked>);

impl Answering for Answers {
    fn open(&self, link: String, code: Zeroizing<String>) -> BoxFuture<'_, AnswerTold> {
        self.0.times.fetch_add(1, Ordering::SeqCst);
        let told = match (link.as_str(), code.as_str()) {
            (_, "busy") => AnswerTold::TooOften,
            (_, "down") => AnswerTold::Unavailable,
            (LINK, RIGHT) => AnswerTold::Shows(AnswerShown {
                services: vec!["SHELTER".to_owned(), "<b>NEW</b>".to_owned()],
                areas: vec!["NP-P3".to_owned()],
                urgency: "URGENT".to_owned(),
                answer_by: "2026-11-25 00:15 (UTC+05:45)".to_owned(),
                reasons: vec!["NO_CAPACITY".to_owned()],
                seal: "5ea1".to_owned(),
            }),
            _ => AnswerTold::Nothing,
        };
        Box::pin(std::future::ready(told))
    }

    fn answer(&self, sent: AnswerSent) -> BoxFuture<'_, AnswerTold> {
        self.0.sent.lock().unwrap().push((sent.answer.clone(), sent.seal, sent.reason));
        let told = match sent.answer.as_str() {
            "ACCEPT" => AnswerTold::Accepted,
            "CALL" => AnswerTold::Called,
            _ => AnswerTold::Over,
        };
        Box::pin(std::future::ready(told))
    }
}

async fn open() -> (String, Arc<Asked>, CancellationToken) {
    let (hub, limits) = (TestHub::new(), Limits::default());
    let metrics = Arc::new(Metrics::register(&mut prometheus_client::registry::Registry::default()));
    let door = Door::new(hub.clone(), Arc::clone(&hub.clock) as _, limits.clone(), Arc::clone(&metrics), Vec::new());
    let asked = Arc::new(Asked::default());
    let page = AnswerPage::new(&door, &Shell::read().unwrap(), Answers(Arc::clone(&asked)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let edge = Arc::new(Edge::of(&door).with("/answer/:link", page));
    tokio::spawn(serve(vec![Entrance { listener, tls: None }], edge, limits.connection, metrics, stop.clone()));
    (address, asked, stop)
}

async fn post(address: &str, body: &str) -> (u16, String) {
    let request = reqwest::Client::new().post(address).header("content-type", "application/x-www-form-urlencoded");
    let response = request.body(body.to_owned()).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn looking_asks_nobody_and_says_the_same_of_every_link() {
    let (address, asked, _stop) = open().await;
    let client = reqwest::Client::new();
    let get =
        async |link: &str| client.get(format!("{address}/answer/{link}")).send().await.unwrap().text().await.unwrap();
    let page = get(LINK).await;
    for other in ["00000000000000000000000000000000", "1", "%3Cscript%3E"] {
        assert_eq!(get(other).await, page, "{other}");
    }
    for _ in 0..100 {
        assert_eq!(get(LINK).await, page);
    }
    assert!(page.contains("<html lang=\"en\" dir=\"ltr\">") && page.contains("<label for=\"code\">Code, eight digits"));
    assert!(!page.contains("<script") && !page.contains("http") && !page.contains(" on") && !page.contains("style="));
    let head = client.get(format!("{address}/answer/{LINK}")).send().await.unwrap();
    let header = |name: &str| head.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((header("cache-control").as_str(), header("referrer-policy").as_str()), ("no-store", "no-referrer"));
    let policy = header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("frame-ancestors 'none'")
            && !policy.contains("script"),
        "{policy}"
    );
    assert!(!head.headers().contains_key("set-cookie"));
    assert_eq!(client.delete(format!("{address}/answer/{LINK}")).send().await.unwrap().status(), 405);
    assert_eq!(asked.times.load(Ordering::SeqCst), 0, "looking asked somebody");
    let style = client.get(format!("{address}/page.css")).send().await.unwrap();
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
    assert!(!style.text().await.unwrap().contains("url("));
}

#[tokio::test]
async fn a_code_shows_what_is_asked_and_an_answer_is_handed_on_with_its_seal() {
    let (address, asked, _stop) = open().await;
    let unknown = format!("{address}/answer/{}", "0".repeat(32));
    let address = format!("{address}/answer/{LINK}");
    let wrong = post(&address, "code=00000000").await;
    assert_eq!(wrong.0, 403);
    assert_eq!(post(&unknown, &format!("code={RIGHT}")).await, wrong, "an unknown link is told alike");
    let (status, shown) = post(&address, &format!("code={RIGHT}")).await;
    assert_eq!(status, 200);
    for text in [
        "A safe place to live",
        "&lt;b&gt;NEW&lt;/b&gt;",
        "NP-P3",
        "Within a day",
        "2026-11-25 00:15",
        "No capacity now",
        "value=\"5ea1\"",
    ] {
        assert!(shown.contains(text), "`{text}` in {shown}");
    }
    assert!(!shown.contains(RIGHT) && !shown.contains("<script"), "what was typed is not repeated");
    let told = post(&address, "seal=5ea1&answer=ACCEPT").await;
    assert!(told.0 == 200 && told.1.contains("Your promise is passed on"), "{told:?}");
    let told = post(&address, "seal=5ea1&answer=DECLINE&reason=NO_CAPACITY").await;
    assert!(told.0 == 410 && told.1.contains("nothing to answer any more"), "{told:?}");
    let sent = asked.sent.lock().unwrap().clone();
    assert_eq!(sent[0], ("ACCEPT".to_owned(), "5ea1".to_owned(), None));
    assert_eq!(sent[1].2.as_deref(), Some("NO_CAPACITY"));
    assert_eq!(post(&address, "code=busy").await.0, 429);
    let down = post(&address, "code=down").await;
    assert!(down.0 == 503 && down.1.contains("<h1>"), "a person is told in a page: {down:?}");
}

#[tokio::test]
async fn the_page_speaks_the_readers_language_in_its_direction() {
    let (address, _, _stop) = open().await;
    let client = reqwest::Client::new();
    let get = async |query: &str, accept: &str| {
        let request = client.get(format!("{address}/answer/{LINK}{query}")).header("accept-language", accept);
        request.send().await.unwrap().text().await.unwrap()
    };
    for (query, accept, lang, direction, heading) in [
        ("?lang=ur", "en", "ur", "rtl", "آپ کا جواب"),
        ("", "fr,bn-BD;q=0.9,en;q=0.5", "bn", "ltr", "আপনার উত্তর"),
        ("?lang=ne", "", "ne", "ltr", "तपाईंको उत्तर"),
        ("?lang=xx", "dv", "dv", "rtl", "ތިޔަ ފަރާތުގެ ޖަވާބު"),
        ("", "fr", "en", "ltr", "Your answer"),
    ] {
        let page = get(query, accept).await;
        assert!(page.contains(&format!("<html lang=\"{lang}\" dir=\"{direction}\">")), "{page}");
        assert!(page.contains(&format!("<h1>{heading}</h1>")), "{page}");
        // Each language is there to be chosen, under its own name.
        assert!(
            page.matches("<a href=\"?lang=").count() == 11 && page.contains("lang=\"ur\" dir=\"rtl\" hreflang=\"ur\"")
        );
    }
    let (_, shown) = post(&format!("{address}/answer/{LINK}?lang=ur"), &format!("code={RIGHT}")).await;
    for text in ["رہنے کی محفوظ جگہ", "ایک دن کے اندر", "<bdi dir=\"ltr\">NP-P3</bdi>"] {
        assert!(shown.contains(text), "`{text}` in {shown}");
    }
}
