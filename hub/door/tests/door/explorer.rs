//! GraphiQL: a page that works with what the hub itself serves, and with nothing else.

use crate::doorstep::Doorstep;

#[tokio::test]
async fn the_page_carries_a_token_and_every_file_it_names_is_there() {
    let door = Doorstep::open().await;
    let response = door.client.get(door.url("/graphiql")).send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"));
    let page = response.text().await.unwrap();
    assert!(page.contains("<title>GraphiQL"));
    assert!(page.contains("Bearer good") && page.contains("SERVICE_REFERRAL"));
    assert!(page.contains(r"{ a(b: \&quot;&lt;c&gt;\&quot;) }"), "escaped: {page}");
    assert!(!page.contains("http://") && !page.contains("https://"), "no other machine");

    let named: Vec<&str> = page.split('"').filter(|part| part.starts_with("/graphiql/")).collect();
    assert_eq!(named.len(), 5);
    for file in named {
        let response = door.client.get(door.url(file)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{file}");
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(
            kind.starts_with(if file.ends_with(".css") { "text/css" } else { "text/javascript" }),
            "{file}: {kind}"
        );
        assert!(response.bytes().await.unwrap().len() > 500);
    }
    assert_eq!(door.client.get(door.url("/graphiql/LICENSE")).send().await.unwrap().status(), 404);
    assert_eq!(door.client.post(door.url("/graphiql")).send().await.unwrap().status(), 405);
}
