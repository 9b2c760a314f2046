//! The same documents by every other way in: all of them pass the same gate.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::server::{AT_ONCE, Harm, Server, must_harm, send};

/// Documents that kill or stall the bare server, with the limit they meet.
fn documents() -> Vec<(String, Harm, &'static str)> {
    let levels = 2_500;
    let literal = format!("{{ organizations(first: {}1{}) {{ __typename }} }}", "[".repeat(levels), "]".repeat(levels));
    let bomb: String =
        (0..24).map(|level| format!(" fragment f{level} on Query {{ ...f{0} ...f{0} }}", level + 1)).collect();
    let bomb = format!("{{ ...f0 }}{bomb} fragment f24 on Query {{ __typename }}");
    vec![(literal, Harm::Dies, "LIMIT_BRACKETS"), (bomb, Harm::Stalls, "LIMIT_DEPTH")]
}

#[tokio::test]
async fn a_query_string_passes_the_gate() {
    let guarded = Server::guarded();
    for (query, harm, code) in documents() {
        must_harm(&|server: &Server| server.ask(&query), &harm).await;
        let url = reqwest::Url::parse_with_params(&guarded.url(), [("query", &query)]).unwrap();
        let answer = send(guarded.request(reqwest::Method::GET, url.as_str())).await.unwrap();
        assert_eq!((answer.status, answer.code().as_str()), (400, code));
        assert_eq!(send(guarded.ask("{ __typename }")).await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn a_socket_passes_the_gate_for_every_kind_of_operation() {
    let guarded = Server::guarded();
    let url = format!("ws://{}/graphql/ws", guarded.address);
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let init = json!({ "type": "connection_init", "payload": { "authorization": "Bearer good" } });
    socket.send(Message::text(init.to_string())).await.unwrap();
    socket.next().await.unwrap().unwrap();
    for (query, harm, code) in documents() {
        must_harm(&|server: &Server| server.ask(&query), &harm).await;
        for kind in ["", "mutation ", "subscription "] {
            let payload = json!({ "query": format!("{kind}{query}") });
            let message = json!({ "type": "subscribe", "id": "1", "payload": payload });
            let started = std::time::Instant::now();
            socket.send(Message::text(message.to_string())).await.unwrap();
            let answer = socket.next().await.unwrap().unwrap();
            let answer: Value = serde_json::from_str(answer.to_text().unwrap()).unwrap();
            assert_eq!((&answer["type"], &answer["payload"][0]["extensions"]["code"]), (&json!("error"), &json!(code)));
            assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
        }
    }
}
