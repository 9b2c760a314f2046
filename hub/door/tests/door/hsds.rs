//! The open directory at the door: what is read out of a query and what is refused, what readers may keep, how fast they
//! may ask, and the shape of every answer.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant as Moment};

use futures_util::future::BoxFuture;
use sangam_door::{Directory, Limits, RequestLimits};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{
    Country, Instant, Listed, ListedAsk, ListedKind, ListedPage, OrganizationId, Role, listed_id, named_id,
};
use serde_json::{Value, json};

use crate::doorstep::{Doorstep, answer, code};
use crate::hub::{NOW, TestHub};

fn organization() -> OrganizationId {
    OrganizationId::from_uuid(named_id("invented", &[b"Alor Pothe"]))
}

/// One row of each list.
fn row(kind: ListedKind) -> Listed {
    let areas = vec!["BD-C".to_owned(), "BD-E".to_owned()];
    let (service, area, areas) = match kind {
        ListedKind::Organization => (None, None, areas),
        ListedKind::Service => (Some(ServiceCode::LegalAid), None, areas),
        ListedKind::ServiceAtLocation => (Some(ServiceCode::LegalAid), Some("BD-C".to_owned()), Vec::new()),
    };
    Listed {
        id: listed_id(organization(), service, area.as_deref()),
        organization: organization(),
        name: "Alor \"Pothe\"".to_owned(),
        country: Country::Bangladesh,
        role: Role::LegalAid,
        service,
        area,
        services: vec![ServiceCode::LegalAid],
        areas,
        changed_at: NOW,
        said_at: (kind == ListedKind::Service).then_some(NOW),
    }
}

impl Directory for TestHub {
    fn address(&self) -> &str {
        "https://hub.invalid"
    }

    fn listed<'a>(&'a self, ask: &'a ListedAsk) -> BoxFuture<'a, Option<ListedPage>> {
        self.asked.lock().unwrap().push(ask.clone());
        Box::pin(async move {
            match ask.words.first().map(|word| word.text.as_str()) {
                Some("down") => return None,
                Some("slow") => std::future::pending().await,
                _ => {}
            }
            let row = row(ask.kind);
            let there = ask.id.is_none_or(|id| id == row.id);
            let rows = if there { vec![row] } else { Vec::new() };
            Some(ListedPage { rows, items: 3, last: 7 })
        })
    }
}

impl Doorstep {
    async fn read(&self, path: &str) -> (u16, Value) {
        answer(self.client.get(self.url(path))).await
    }

    fn last_asked(&self) -> ListedAsk {
        self.hub.asked.lock().unwrap().last().cloned().unwrap()
    }
}

fn term(code: &str, all: &Value) -> String {
    let found = all["contents"].as_array().unwrap().iter().find(|term| term["code"] == code);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_endpoint_answers_a_stranger_in_the_specifications_shape() {
    let door = Doorstep::open().await;
    let (status, about) = door.read("/hsds/").await;
    assert_eq!(status, 200);
    assert_eq!(about["version"], "3.0");
    assert_eq!(about["openapi_url"], "https://hub.invalid/hsds/openapi.json");
    assert_eq!(door.read("/hsds").await.1, about);
    let openapi = door.read("/hsds/openapi.json").await.1;
    assert_eq!(openapi["openapi"], "3.1.0");
    for (list, kind) in [
        ("services", ListedKind::Service),
        ("organizations", ListedKind::Organization),
        ("service_at_locations", ListedKind::ServiceAtLocation),
    ] {
        assert!(openapi["paths"][format!("/{list}")]["get"].is_object());
        let page = door.read(&format!("/hsds/{list}?per_page=2&page=3")).await.1;
        let counts = json!({
            "total_items": 3, "total_pages": 4, "page_number": 3, "size": 1, "first_page": false, "last_page": false,
            "empty": false,
        });
        for (name, value) in counts.as_object().unwrap() {
            assert_eq!(&page[name], value, "{list} {name}");
        }
        assert_eq!(door.last_asked(), ListedAsk { page: 3, ..ListedAsk::of(kind, 2) });
        let id = page["contents"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(id, row(kind).id.hyphenated().to_string());
        let whole = door.read(&format!("/hsds/{list}/{id}")).await.1;
        assert_eq!(whole["id"], id);
        assert_eq!(door.last_asked().id, Some(row(kind).id));
        // A list's items have no children, and with `full` are the whole.
        let children = |value: &Value| value.as_object().unwrap().values().any(Value::is_array);
        assert!(!children(&page["contents"][0]), "{page}");
        let full = door.read(&format!("/hsds/{list}?full=true")).await.1;
        assert_eq!(full["contents"][0], whole);
        let other = "00000000-0000-4000-8000-000000000000";
        assert_eq!(door.read(&format!("/hsds/{list}/{other}")).await.0, 404);
    }
    let service = door.read(&format!("/hsds/services/{}", row(ListedKind::Service).id.hyphenated())).await.1;
    assert_eq!(service["name"], "Legal advice or representation");
    assert_eq!(service["status"], "active");
    assert_eq!(service["last_modified"], NOW.rfc3339());
    assert_eq!(service["assured_date"], NOW.rfc3339()[..10], "the day on which its own directory said so");
    assert_eq!(service["organization"]["name"], "Alor \"Pothe\"");
    assert_eq!(service["service_at_locations"][0]["location"]["external_identifier"], "BD-C");
    assert_eq!(service["service_areas"][1]["name"], "BD-E");
    assert_eq!(service["attributes"][0]["taxonomy_term"]["code"], "LEGAL_AID");
}

#[tokio::test]
async fn codes_are_taxonomies() {
    let door = Doorstep::open().await;
    let taxonomies = door.read("/hsds/taxonomies").await.1;
    assert_eq!((&taxonomies["total_items"], &taxonomies["last_page"]), (&json!(3), &json!(true)));
    let mut codes = 0;
    for taxonomy in taxonomies["contents"].as_array().unwrap() {
        let id = taxonomy["id"].as_str().unwrap();
        assert_eq!(&door.read(&format!("/hsds/taxonomies/{id}")).await.1, taxonomy);
        let terms = door.read(&format!("/hsds/taxonomy_terms?taxonomy_id={id}&per_page=100")).await.1;
        codes += terms["contents"].as_array().unwrap().len();
        for term in terms["contents"].as_array().unwrap() {
            assert_eq!(term["taxonomy_detail"], *taxonomy);
            let id = term["id"].as_str().unwrap();
            assert_eq!(&door.read(&format!("/hsds/taxonomy_terms/{id}")).await.1, term);
        }
    }
    let all = door.read("/hsds/taxonomy_terms?per_page=100").await.1;
    assert_eq!(all["contents"].as_array().unwrap().len(), codes);
    let pages = door.read("/hsds/taxonomy_terms?per_page=10&page=3").await.1;
    assert_eq!(pages["size"], codes - 20);
    assert_eq!(pages["last_page"], true);
    let past = door.read("/hsds/taxonomy_terms?per_page=10&page=4294967295").await.1;
    assert_eq!((&past["empty"], &past["last_page"]), (&json!(true), &json!(true)));
    let found = door.read("/hsds/taxonomy_terms?search=LEGAL+aid").await.1;
    assert_eq!(found["total_items"], 2, "a kind of organization by its sentence, a service by its code");
    assert_eq!(door.read("/hsds/taxonomy_terms/00000000-0000-4000-8000-000000000000").await.0, 404);
}

#[tokio::test]
async fn conditions_reach_the_directory_together_or_nothing_is_asked() {
    let door = Doorstep::open().await;
    let terms = door.read("/hsds/taxonomy_terms?per_page=100").await.1;
    let (police, nepal, shelter) = (term("POLICE", &terms), term("NP", &terms), term("NGO", &terms));
    let own = organization().uuid().hyphenated();
    let query = format!(
        "taxonomy_term_id={police}&organization_id={own}&modified_after=2026-11-01T00:00:00%2B05:45&search=Legal%20Pothe&format=json&full=false"
    );
    assert_eq!(door.read(&format!("/hsds/services?{query}")).await.0, 200);
    let asked = door.last_asked();
    assert_eq!((asked.service, asked.organization), (Some(ServiceCode::Police), Some(organization())));
    assert_eq!(asked.modified_after, Instant::read("2026-10-31T18:15:00Z"));
    let words: Vec<&str> = asked.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(words, ["legal", "pothe"]);
    assert_eq!(asked.words[0].services, [ServiceCode::LegalAid]);
    door.read(&format!("/hsds/services?taxonomy_term_id={nepal}")).await;
    assert_eq!(door.last_asked().country, Some(Country::Nepal));
    door.read(&format!("/hsds/organizations?taxonomy_term_id={shelter}")).await;
    assert_eq!(door.last_asked().role, Some(Role::Ngo));
    // What nothing can meet is an empty page, and the directory is not asked for something wider.
    let before = door.hub.asked.lock().unwrap().len();
    let taxonomies = door.read("/hsds/taxonomies").await.1;
    let services = taxonomies["contents"][0]["id"].as_str().unwrap();
    for query in [
        format!("services?taxonomy_term_id={shelter}"),
        format!("services?taxonomy_term_id={nepal}&taxonomy_id={services}"),
        format!("organizations?taxonomy_term_id={police}"),
        format!("organizations?taxonomy_id={services}"),
        "services?taxonomy_id=00000000-0000-4000-8000-000000000000".to_owned(),
        "services?taxonomy_term_id=00000000-0000-4000-8000-000000000000".to_owned(),
    ] {
        let page = door.read(&format!("/hsds/{query}")).await.1;
        let said = (&page["total_items"], &page["empty"], &page["last_page"]);
        assert_eq!(said, (&json!(0), &json!(true), &json!(true)), "{query}");
    }
    assert_eq!(door.hub.asked.lock().unwrap().len(), before);
}

#[tokio::test]
async fn what_is_not_understood_is_refused_in_words_and_asks_nobody() {
    let door = Doorstep::open().await;
    let long = format!("services?search={}", "x".repeat(1_024));
    for (query, word) in [
        ("services?page=0", "page"),
        ("services?page=-1", "page"),
        ("services?page=%2B1", "page"),
        ("services?page=1.0", "page"),
        ("services?page=4294967296", "page"),
        ("services?page=99999999999999999999999", "page"),
        ("services?per_page=0", "per_page"),
        ("services?per_page=101", "per_page"),
        ("services?per_page=%E0%A5%AB", "per_page"),
        ("services?page=1&page=1", "each once"),
        ("services?page=%", "each once"),
        ("services?page=%ff", "each once"),
        ("services?format=ndjson", "format"),
        ("services?full=yes", "full"),
        ("services?minimal=true", "takes"),
        ("services?postcode=1", "takes"),
        ("services?nothing", "takes"),
        ("services?modified_after=yesterday", "modified_after"),
        ("services?modified_after=2026-11-01", "modified_after"),
        ("services?organization_id=1", "UUID"),
        ("services?taxonomy_id=%27+OR+1%3D1", "UUID"),
        ("services?taxonomy_term_id={00000000-0000-4000-8000-000000000000}", "UUID"),
        ("services?search=a+b+c+d+e+f+g+h+i", "words"),
        ("organizations?modified_after=2026-11-01T00:00:00Z", "takes"),
        ("taxonomies?full=true", "takes"),
        ("services/1", "UUID"),
        ("services/00000000-0000-4000-8000-000000000000?full=true", "format"),
        ("?page=1", "format"),
        ("services/00000000000040008000000000000000", "UUID"),
        (long.as_str(), "longer"),
    ] {
        let (status, body) = door.read(&format!("/hsds/{query}")).await;
        assert_eq!((status, code(&body)), (400, "BAD_REQUEST"), "{query}");
        let message = body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(word), "{query}: {message}");
    }
    assert_eq!(*door.hub.asked.lock().unwrap(), []);
    for (nothing, method) in [("/hsds/people", "GET"), ("/hsds/services/1/2", "GET"), ("/hsds//services", "GET")] {
        let request = door.client.request(method.parse().unwrap(), door.url(nothing));
        assert_eq!(answer(request).await.0, 404, "{nothing}");
    }
    for method in ["POST", "PUT", "DELETE"] {
        let request = door.client.request(method.parse().unwrap(), door.url("/hsds/services"));
        assert_eq!(request.send().await.unwrap().status(), 405);
    }
}

/// `DIRECTORY_PAGE`, `DIRECTORY_QUERY_BYTES` and `DIRECTORY_WORDS` at their limits.
#[tokio::test]
async fn what_is_just_within_its_limit_is_answered() {
    let door = Doorstep::open().await;
    // DIRECTORY_QUERY_BYTES: 1,024 with the parameter's own name.
    let long = "x".repeat(1_024 - "search=".len());
    for within in [
        "services?per_page=100".to_owned(),           // DIRECTORY_PAGE
        "services?search=a+b+c+d+e+f+g+h".to_owned(), // DIRECTORY_WORDS
        format!("services?search={long}"),
    ] {
        assert_eq!(door.read(&format!("/hsds/{within}")).await.0, 200, "{within}");
    }
    assert_eq!(door.read(&format!("/hsds/services?search={long}x")).await.0, 400);
}

#[tokio::test]
async fn what_a_reader_has_already_is_not_sent_again() {
    let door = Doorstep::open().await;
    let url = door.url("/hsds/services");
    let first = door.client.get(&url).send().await.unwrap();
    assert_eq!(first.headers()["cache-control"], "public, no-cache");
    assert_eq!(first.headers()["content-type"], "application/json");
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    for given in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let again = door.client.get(&url).header("if-none-match", given).send().await.unwrap();
        assert_eq!(again.status(), 304);
        assert_eq!(again.headers()["etag"].to_str().unwrap(), tag);
        assert!(again.bytes().await.unwrap().is_empty());
    }
    let other = door.client.get(&url).header("if-none-match", "\"other\"").send().await.unwrap();
    assert_eq!(other.status(), 200);
    let organizations = door.client.get(door.url("/hsds/organizations")).send().await.unwrap();
    assert_ne!(organizations.headers()["etag"].to_str().unwrap(), tag);
    let head = door.client.head(&url).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["etag"].to_str().unwrap()), (200, tag.as_str()));
}

#[tokio::test]
async fn an_address_that_reads_too_fast_waits_and_its_tokens_do_not() {
    let request = RequestLimits { reader_rate: 1, reader_burst: 3, ..RequestLimits::default() };
    let door = Doorstep::with(Limits { request, ..Limits::default() }).await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(door.read("/hsds/taxonomies").await.0);
    }
    assert_eq!(seen, [200, 200, 200, 429, 429]);
    let (_, body) = door.read("/hsds/services").await;
    assert_eq!(code(&body), "RATE_LIMITED");
    assert_eq!(door.ask("application/json", "{ __typename }").await.0, 200);
    let token = door.client.post(door.url("/oauth/token")).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(answer(token.body("grant_type=client_credentials")).await.0, 401);
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_said_in_time() {
    let request = RequestLimits { operation_time: Duration::from_millis(80), ..RequestLimits::default() };
    let door = Doorstep::with(Limits { request, ..Limits::default() }).await;
    let began = Moment::now();
    let (status, body) = door.read("/hsds/services?search=slow").await;
    assert_eq!((status, code(&body)), (503, "TIMED_OUT"));
    assert!(began.elapsed() < Duration::from_secs(5));
    let (status, body) = door.read("/hsds/services?search=down").await;
    assert_eq!((status, code(&body)), (503, "UNAVAILABLE"));
    door.hub.no_directory.store(true, Ordering::SeqCst);
    assert_eq!(door.read("/hsds/services").await.0, 404);
}
