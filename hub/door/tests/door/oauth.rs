//! The token endpoint, as the clients of partner systems use it.

use serde_json::json;

use crate::doorstep::{Doorstep, answer, code};

const FORM: &str = "application/x-www-form-urlencoded";
const GRANT: &str = "grant_type=client_credentials";
/// `shelter one` and `s:e+c&r`, each form-encoded.
const ID: &str = "shelter%20one";
const SECRET: &str = "s%3Ae%2Bc%26r";

fn form(door: &Doorstep, body: String) -> reqwest::RequestBuilder {
    door.client.post(door.url("/oauth/token")).header("content-type", FORM).body(body)
}

#[tokio::test]
async fn a_client_gets_a_token_by_basic_or_by_body_and_asks_with_it() {
    let door = Doorstep::open().await;
    let by_body = form(&door, format!("{GRANT}&client_id={ID}&client_secret={SECRET}&scope=directory%20partners"));
    let by_basic = form(&door, GRANT.to_owned()).basic_auth(ID, Some(SECRET));
    for (request, scope) in [(by_body, "directory partners"), (by_basic, "directory")] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["pragma"], "no-cache");
        let body: serde_json::Value = response.json().await.unwrap();
        assert_eq!(body, json!({"access_token":"good","token_type":"Bearer","expires_in":600,"scope":scope}));
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_client_is_said_in_oauths_words_only() {
    let door = Doorstep::open().await;
    let known = format!("client_id={ID}&client_secret={SECRET}");
    for (body, status, error) in [
        (format!("{GRANT}&client_id=who&client_secret=what"), 401, "invalid_client"),
        (format!("{GRANT}&client_id={ID}&client_secret=guess"), 401, "invalid_client"),
        (format!("{GRANT}&client_id={ID}"), 401, "invalid_client"),
        (GRANT.to_owned(), 401, "invalid_client"),
        (format!("grant_type=password&{known}"), 400, "unsupported_grant_type"),
        (known.clone(), 400, "invalid_request"),
        (format!("{GRANT}&{GRANT}&{known}"), 400, "invalid_request"),
        (format!("{GRANT}&{known}&client_id=two"), 400, "invalid_request"),
        (format!("{GRANT}&{known}&scope=everything"), 400, "invalid_scope"),
        (format!("{GRANT}&client_id=no%20grant&client_secret=x"), 400, "unauthorized_client"),
        ("%%%".to_owned(), 400, "invalid_request"),
    ] {
        let response = form(&door, body.clone()).send().await.unwrap();
        assert_eq!(response.status(), status, "{body}");
        assert_eq!(response.headers().contains_key("www-authenticate"), status == 401);
        let text = response.text().await.unwrap();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["error"], error, "{body}");
        assert!(!text.contains("guess") && !text.contains("shelter"));
    }
}

#[tokio::test]
async fn a_token_is_exchanged_by_its_own_grant_whole_or_not_at_all() {
    const KIND: &str = "urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3A";
    let door = Doorstep::open().await;
    let known = format!("client_id={ID}&client_secret={SECRET}");
    let exchange = format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&{known}");
    let subject = format!("subject_token=good&subject_token_type={KIND}access_token");
    let actor = format!("actor_token=staff&actor_token_type={KIND}jwt");
    let whole = format!("{exchange}&{subject}&{actor}");
    for good in [whole.clone(), format!("{whole}&requested_token_type={KIND}access_token")] {
        let response = form(&door, good).send().await.unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.headers()["cache-control"]),
            (200, &"no-store".parse().unwrap())
        );
        let body: serde_json::Value = response.json().await.unwrap();
        assert_eq!(body["access_token"], "acting");
        assert_eq!(body["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    }
    for bad in [
        exchange.clone(),
        format!("{exchange}&{subject}"),
        format!("{exchange}&{actor}"),
        format!("{exchange}&{subject}&actor_token=staff"),
        format!("{exchange}&subject_token=good&{actor}"),
        format!("{whole}&requested_token_type={KIND}refresh_token"),
        whole.replace(
            "subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token",
            &format!("subject_token_type={KIND}jwt"),
        ),
        whole.replace(
            "actor_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt",
            &format!("actor_token_type={KIND}access_token"),
        ),
        whole.replace("actor_token=staff", "actor_token=Asha+Devi"),
    ] {
        let response = form(&door, bad.clone()).send().await.unwrap();
        assert_eq!(response.status(), 400, "{bad}");
        let text = response.text().await.unwrap();
        assert!(text.contains("invalid_request") && !text.contains("Asha"), "{text}");
    }
}

#[tokio::test]
async fn a_client_authenticates_in_one_way_only() {
    let door = Doorstep::open().await;
    let both = form(&door, format!("{GRANT}&client_secret={SECRET}")).basic_auth(ID, Some(SECRET));
    assert_eq!(answer(both).await.0, 400);
    let another = form(&door, format!("{GRANT}&client_id=other")).basic_auth(ID, Some(SECRET));
    assert_eq!(answer(another).await.0, 400);
    let same = form(&door, format!("{GRANT}&client_id={ID}")).basic_auth(ID, Some(SECRET));
    assert_eq!(answer(same).await.0, 200);
    let broken = form(&door, GRANT.to_owned()).header("authorization", "Basic !!!");
    assert_eq!(answer(broken).await.0, 401);
}

#[tokio::test]
async fn an_assertion_is_a_way_of_its_own() {
    let door = Doorstep::open().await;
    let kind = "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    let signed = format!("{GRANT}&{kind}&client_assertion=signed");
    assert_eq!(answer(form(&door, signed.clone())).await.0, 200);
    for (body, error) in [
        (format!("{GRANT}&{kind}&client_assertion=forged"), "invalid_client"),
        (format!("{GRANT}&client_assertion_type=urn%3Aother&client_assertion=signed"), "invalid_client"),
        (format!("{GRANT}&client_assertion=signed"), "invalid_request"),
        (format!("{GRANT}&{kind}"), "invalid_request"),
        (format!("{signed}&client_id={ID}&client_secret={SECRET}"), "invalid_request"),
    ] {
        assert_eq!(answer(form(&door, body.clone())).await.1["error"], error, "{body}");
    }
    let both = form(&door, signed).basic_auth(ID, Some(SECRET));
    assert_eq!(answer(both).await.1["error"], "invalid_request");
}

#[tokio::test]
async fn a_proof_of_possession_is_handed_on_and_the_token_says_so() {
    let door = Doorstep::open().await;
    let known = format!("{GRANT}&client_id={ID}&client_secret={SECRET}");
    let bound = answer(form(&door, known.clone()).header("dpop", "proof")).await;
    assert_eq!((bound.0, &bound.1["token_type"], &bound.1["access_token"]), (200, &json!("DPoP"), &json!("bound")));
    for request in [
        form(&door, known.clone()).header("dpop", "forged"),
        form(&door, known).header("dpop", "proof").header("dpop", "proof"),
    ] {
        assert_eq!(answer(request).await.1["error"], "invalid_dpop_proof");
    }
    let ask = |proof: &str, scheme: &str| {
        let authorization = format!("{scheme} bound");
        let request = door.client.post(door.url("/graphql?x=1")).header("dpop", proof);
        request.header("authorization", authorization).json(&json!({ "query": "{ __typename }" })).send()
    };
    assert_eq!(ask("POST /graphql", "DPoP").await.unwrap().status(), 200);
    let refused = ask("GET /graphql", "DPoP").await.unwrap();
    assert_eq!(refused.status(), 401);
    let challenge = r#"DPoP realm="sangam", error="invalid_token", algs="EdDSA ES256""#;
    assert_eq!(refused.headers()["www-authenticate"], challenge);
    assert_eq!(ask("POST /graphql", "Bearer").await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_client_gives_its_token_back() {
    let door = Doorstep::open().await;
    let revoke =
        |body: String| door.client.post(door.url("/oauth/revoke")).header("content-type", FORM).body(body).send();
    let known = format!("client_id={ID}&client_secret={SECRET}");
    assert_eq!(revoke(format!("{known}&token=good")).await.unwrap().status(), 200);
    assert_eq!(answer(door.post().json(&json!({ "query": "{ __typename }" }))).await.0, 401);
    assert_eq!(revoke(format!("{known}&token=nonsense&token_type_hint=access_token")).await.unwrap().status(), 200);
    assert_eq!(revoke(known).await.unwrap().status(), 400);
    assert_eq!(revoke(format!("client_id={ID}&client_secret=guess&token=good")).await.unwrap().status(), 401);
    assert_eq!(door.client.get(door.url("/oauth/revoke")).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn what_is_told_about_tokens_is_where_the_standards_look_for_it() {
    let door = Doorstep::open().await;
    for (path, document, kind) in [
        ("/.well-known/oauth-authorization-server", "AuthorizationServer", "application/json; charset=utf-8"),
        ("/.well-known/oauth-protected-resource", "ProtectedResource", "application/json; charset=utf-8"),
        ("/oauth/jwks", "Keys", "application/jwk-set+json"),
    ] {
        let response = door.client.get(door.url(path)).send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers()["content-type"].to_str().unwrap()), (200, kind));
        assert_eq!(response.headers()["cache-control"], "public, max-age=300");
        assert_eq!(response.json::<serde_json::Value>().await.unwrap()["document"], document);
        assert_eq!(door.client.post(door.url(path)).send().await.unwrap().status(), 405);
    }
}

#[tokio::test]
async fn only_short_forms_by_post_are_read() {
    let door = Doorstep::open().await;
    let url = door.url("/oauth/token");
    let response = door.client.get(&url).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["allow"].to_str().unwrap()), (405, "POST"));
    let as_json = door.client.post(&url).json(&json!({ "grant_type": "client_credentials" }));
    assert_eq!(answer(as_json).await.0, 415);
    // FORM_BYTES are 8 KiB.
    let padded = |bytes: usize| format!("{GRANT}&pad={}", "x".repeat(bytes - GRANT.len() - "&pad=".len()));
    assert_eq!(answer(form(&door, padded(8 * 1024))).await.0, 401, "as long as a form may be");
    let (status, body) = answer(form(&door, padded(8 * 1024 + 1))).await;
    assert_eq!((status, code(&body)), (413, "LIMIT_BODY"));
    assert_eq!(answer(form(&door, (0..40).map(|n| format!("p{n}=x&")).collect())).await.0, 400);
}

#[tokio::test]
async fn when_the_store_does_not_answer_it_is_503() {
    let door = Doorstep::open().await;
    let response = form(&door, format!("{GRANT}&client_id=down&client_secret=x")).send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after"));
}
