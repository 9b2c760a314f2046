//! The audit of GraphQL over HTTP (the suite `graphql-http`), each item under its name there. Items of the
//! grade MAY are held as well.

use serde_json::{Value, json};

use crate::doorstep::{Doorstep, NEWER, OLDER, answer};

const QUERY: &str = "{ __typename }";

async fn media_type(door: &Doorstep, accept: Option<&str>) -> (u16, String) {
    let mut request = door.post().json(&json!({ "query": QUERY }));
    if let Some(accept) = accept {
        request = request.header("accept", accept);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.headers()["content-type"].to_str().unwrap().to_owned())
}

#[tokio::test]
async fn should_accept_graphql_response_json_and_match_the_content_type_22eb() {
    let door = Doorstep::open().await;
    assert_eq!(media_type(&door, Some(NEWER)).await, (200, format!("{NEWER}; charset=utf-8")));
}

#[tokio::test]
async fn must_accept_application_json_and_match_the_content_type_4655() {
    let door = Doorstep::open().await;
    assert_eq!(media_type(&door, Some(OLDER)).await, (200, format!("{OLDER}; charset=utf-8")));
}

#[tokio::test]
async fn should_accept_anything_and_use_application_json_for_the_content_type_47de() {
    let door = Doorstep::open().await;
    assert_eq!(media_type(&door, Some("*/*")).await, (200, format!("{OLDER}; charset=utf-8")));
}

#[tokio::test]
async fn should_assume_application_json_content_type_when_accept_is_missing_80d8() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let door = Doorstep::open().await;
    // reqwest always accepts something, so this request is written by hand.
    let mut socket = tokio::net::TcpStream::connect(door.address).await.unwrap();
    let body = json!({ "query": QUERY }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer good\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200 ") && text.contains("content-type: application/json; charset=utf-8"));
}

#[tokio::test]
async fn must_use_utf_8_encoding_when_responding_82a3() {
    let door = Doorstep::open().await;
    let (status, body) = door.ask(OLDER, "{ echo(name: \"নীলা\") }").await;
    assert_eq!((status, body["data"]["query"].as_str().unwrap()), (200, "{ echo(name: \"নীলা\") }"));
}

#[tokio::test]
async fn must_accept_utf_8_encoded_request_bf61() {
    let door = Doorstep::open().await;
    let body = json!({ "query": QUERY }).to_string();
    let request = door.post().header("content-type", "application/json; charset=utf-8").body(body);
    assert_eq!(answer(request).await.0, 200);
}

#[tokio::test]
async fn must_assume_utf_8_in_request_if_encoding_is_unspecified_78d5() {
    let door = Doorstep::open().await;
    let body = json!({ "query": "{ echo(name: \"नेपाल\") }" }).to_string();
    let (status, read) = answer(door.post().header("content-type", "application/json").body(body)).await;
    assert_eq!((status, read["data"]["query"].as_str().unwrap()), (200, "{ echo(name: \"नेपाल\") }"));
}

#[tokio::test]
async fn must_accept_post_requests_2c94_and_json_03d4() {
    let door = Doorstep::open().await;
    assert_eq!(door.ask(OLDER, QUERY).await, (200, json!({ "data": { "__typename": "Query" } })));
}

#[tokio::test]
async fn may_accept_urlencoded_get_requests_5a70() {
    let door = Doorstep::open().await;
    assert_eq!(answer(door.get(&[("query", QUERY)])).await.0, 200);
}

#[tokio::test]
async fn may_not_allow_executing_mutations_on_get_requests_9c48() {
    let door = Doorstep::open().await;
    let response = door.get(&[("query", "mutation { step }")]).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["allow"].to_str().unwrap()), (405, "POST"));
    assert_eq!(door.hub.executed.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn may_respond_with_4xx_if_content_type_is_not_supplied_on_post_9abe() {
    let door = Doorstep::open().await;
    assert_eq!(answer(door.post().body(json!({ "query": QUERY }).to_string())).await.0, 415);
}

#[tokio::test]
async fn may_use_400_when_request_body_is_missing_on_post_a5bf() {
    let door = Doorstep::open().await;
    assert_eq!(answer(door.post().header("content-type", "application/json")).await.0, 400);
}

#[tokio::test]
async fn may_use_400_on_missing_query_parameter_423l() {
    let door = Doorstep::open().await;
    assert_eq!(answer(door.post().json(&json!({ "notquery": QUERY }))).await.0, 400);
    assert_eq!(answer(door.get(&[])).await.0, 400);
    assert_eq!(answer(door.get(&[("query", "")])).await.0, 400);
}

#[tokio::test]
async fn may_use_400_on_query_of_another_type_lkj0_to_lkj3() {
    let door = Doorstep::open().await;
    for query in [json!({ "obj": "ect" }), json!(0), json!(false), json!(["array"])] {
        assert_eq!(answer(door.post().json(&json!({ "query": query }))).await.0, 400, "{query}");
    }
}

#[tokio::test]
async fn should_and_must_allow_string_query_34a2_13ee() {
    let door = Doorstep::open().await;
    for accept in [NEWER, OLDER] {
        assert_eq!(door.ask(accept, QUERY).await.0, 200);
    }
}

#[tokio::test]
async fn may_use_400_on_operation_name_of_another_type_6c00_to_6c03() {
    let door = Doorstep::open().await;
    for name in [json!({ "obj": "ect" }), json!(0), json!(false), json!(["array"])] {
        let request = door.post().json(&json!({ "query": QUERY, "operationName": name }));
        assert_eq!(answer(request).await.0, 400, "{name}");
    }
}

#[tokio::test]
async fn should_and_must_allow_string_operation_name_8161_b8b3() {
    let door = Doorstep::open().await;
    for accept in [NEWER, OLDER] {
        let asked = json!({ "query": "query Name { echo }", "operationName": "Name" });
        let (status, body) = answer(door.post().header("accept", accept).json(&asked)).await;
        assert_eq!((status, &body["data"]["name"]), (200, &json!("Name")));
    }
}

#[tokio::test]
async fn should_and_must_allow_null_variables_operation_name_and_extensions_94b0_to_0222() {
    let door = Doorstep::open().await;
    for accept in [NEWER, OLDER] {
        for parameter in ["variables", "operationName", "extensions"] {
            let mut asked = json!({ "query": QUERY });
            asked[parameter] = Value::Null;
            assert_eq!(answer(door.post().header("accept", accept).json(&asked)).await.0, 200, "{parameter}");
        }
    }
}

#[tokio::test]
async fn may_use_400_on_variables_of_another_type_4760_to_4763() {
    let door = Doorstep::open().await;
    for variables in [json!("string"), json!(0), json!(false), json!(["array"])] {
        let request = door.post().json(&json!({ "query": QUERY, "variables": variables }));
        assert_eq!(answer(request).await.0, 400, "{variables}");
    }
}

#[tokio::test]
async fn should_and_must_allow_map_variables_2ea1_28b9() {
    let door = Doorstep::open().await;
    for accept in [NEWER, OLDER] {
        let asked = json!({ "query": "query T($name: String!) { echo }", "variables": { "name": "sometype" } });
        let (status, body) = answer(door.post().header("accept", accept).json(&asked)).await;
        assert_eq!((status, &body["data"]["variables"]), (200, &json!({ "name": "sometype" })));
    }
}

#[tokio::test]
async fn may_allow_urlencoded_json_string_variables_in_gets_d6d5_6a70() {
    let door = Doorstep::open().await;
    for accept in [NEWER, OLDER] {
        let parameters = [
            ("query", "query T($name: String!) { echo }"),
            ("variables", r#"{"name": "some & type"}"#),
            ("operationName", "T"),
        ];
        let (status, body) = answer(door.get(&parameters).header("accept", accept)).await;
        let data = &body["data"];
        assert_eq!((status, &data["variables"], &data["name"]), (200, &json!({"name": "some & type"}), &json!("T")));
    }
}

#[tokio::test]
async fn may_use_400_on_extensions_of_another_type_58b0_to_58b3() {
    let door = Doorstep::open().await;
    for extensions in [json!("string"), json!(0), json!(false), json!(["array"])] {
        let request = door.post().json(&json!({ "query": QUERY, "extensions": extensions }));
        assert_eq!(answer(request).await.0, 400, "{extensions}");
    }
}

#[tokio::test]
async fn should_and_must_allow_map_extensions_428f_1b7a_39aa() {
    let door = Doorstep::open().await;
    for accept in [NEWER, OLDER] {
        let asked = json!({ "query": QUERY, "extensions": { "some": "value" } });
        assert_eq!(answer(door.post().header("accept", accept).json(&asked)).await.0, 200);
    }
}

#[tokio::test]
async fn may_use_400_on_json_parsing_failure_b6dc_bcf8_without_repeating_it() {
    let door = Doorstep::open().await;
    for accept in [NEWER, OLDER] {
        let request = door.post().header("content-type", OLDER).header("accept", accept);
        let (status, body) = answer(request.body("{ \"not a JSON")).await;
        assert_eq!(status, 400);
        assert!(!body.to_string().contains("not a JSON") && body.get("data").is_none());
    }
}

#[tokio::test]
async fn may_use_400_if_parameters_are_invalid_8764_3e3a() {
    let door = Doorstep::open().await;
    for body in ["{\"qeury\": \"{ __typename }\"}", "\"{ __typename }\"", "0", "null", "[]"] {
        let request = door.post().header("content-type", OLDER).body(body);
        assert_eq!(answer(request).await.0, 400, "{body}");
    }
}

#[tokio::test]
async fn should_use_200_on_parse_validation_and_variable_failure_when_accepting_json_572b_fde2_7b9b() {
    let door = Doorstep::open().await;
    for failure in ["SYNTAX_ERROR", "VALIDATION_FAILED", "BAD_VARIABLES"] {
        let (status, body) = door.ask(OLDER, failure).await;
        assert_eq!(status, 200, "{failure}");
        assert!(body.get("data").is_none());
    }
}

#[tokio::test]
async fn should_use_400_on_parse_validation_and_variable_failure_when_accepting_graphql_response_865d_556a_d586() {
    let door = Doorstep::open().await;
    for failure in ["SYNTAX_ERROR", "VALIDATION_FAILED", "BAD_VARIABLES"] {
        let (status, body) = door.ask(NEWER, failure).await;
        assert_eq!(status, 400, "{failure}");
        assert!(body.get("data").is_none() && body["errors"].is_array(), "no data entry (51fe, 74ff, 5e5b, 86ee)");
    }
}
