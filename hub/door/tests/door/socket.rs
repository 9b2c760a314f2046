//! graphql-transport-ws, as a client speaks it and as one should not.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use sangam_door::Limits;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::doorstep::{Doorstep, ORIGIN, answer, code};
use crate::hub::UNTIL;

pub(crate) struct Socket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens a socket with these headers; the status when it is refused.
    pub(crate) async fn with(door: &Doorstep, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let mut request = format!("ws://{}/graphql/ws", door.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) async fn open(door: &Doorstep) -> Self {
        Self::with(door, &[("sec-websocket-protocol", "graphql-transport-ws")]).await.unwrap()
    }

    /// A socket whose client has introduced itself.
    pub(crate) async fn introduced(door: &Doorstep) -> Self {
        let mut socket = Self::open(door).await;
        socket.say(json!({"type": "connection_init", "payload": {"authorization": "Bearer good"}})).await;
        assert_eq!(socket.hear().await, json!({"type": "connection_ack"}));
        socket
    }

    pub(crate) async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    pub(crate) async fn start(&mut self, id: &str, query: &str) {
        self.say(json!({"id": id, "type": "subscribe", "payload": {"query": query}})).await;
    }

    /// The next message, pings aside.
    pub(crate) async fn hear(&mut self) -> Value {
        loop {
            match tokio::time::timeout(Duration::from_secs(10), self.0.next()).await.expect("a message") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The code the socket is closed with, whatever comes before.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            match tokio::time::timeout(Duration::from_secs(10), self.0.next()).await.expect("an end") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Close(None))) => return 1005,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return 1006,
            }
        }
    }

    /// Whether nothing comes for a while.
    pub(crate) async fn silent(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(150), self.0.next()).await.is_err()
    }
}

#[tokio::test]
async fn a_query_is_answered_once_and_completed() {
    let door = Doorstep::open().await;
    let mut socket = Socket::introduced(&door).await;
    let payload = json!({"query": "query A { echo }", "operationName": "A", "variables": {"v": 1}});
    socket.say(json!({"id": "q\"1", "type": "subscribe", "payload": payload})).await;
    let next = socket.hear().await;
    assert_eq!((&next["id"], &next["type"]), (&json!("q\"1"), &json!("next")));
    assert_eq!(next["payload"]["data"]["name"], "A");
    assert_eq!(next["payload"]["data"]["variables"], json!({"v": 1}));
    assert_eq!(socket.hear().await, json!({"id": "q\"1", "type": "complete"}));
    // The name is free again.
    socket.start("q\"1", "mutation { step }").await;
    assert_eq!(socket.hear().await["type"], "next");
    assert_eq!(socket.hear().await["type"], "complete");
}

#[tokio::test]
async fn a_subscription_tells_every_event_until_the_client_completes_it() {
    let door = Doorstep::open().await;
    let mut socket = Socket::introduced(&door).await;
    socket.start("s", "subscription { events }").await;
    while door.hub.events.receiver_count() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for number in 1..=2 {
        door.hub.events.send(format!(r#"{{"data":{{"event":{number}}}}}"#)).unwrap();
        let wanted = json!({"id": "s", "type": "next", "payload": {"data": {"event": number}}});
        assert_eq!(socket.hear().await, wanted);
    }
    socket.say(json!({"id": "s", "type": "complete"})).await;
    while door.hub.dropped.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(door.hub.events.send("{}".to_owned()).is_err(), "nobody listens any more");
    assert!(socket.silent().await);
    socket.say(json!({"id": "unknown", "type": "complete"})).await;
    assert!(socket.silent().await, "completing what is over is no fault");
}

#[tokio::test]
async fn a_subscription_that_ends_is_completed() {
    let door = Doorstep::open().await;
    let mut socket = Socket::introduced(&door).await;
    socket.start("s", "subscription { three }").await;
    for _ in 0..3 {
        assert_eq!(socket.hear().await["type"], "next");
    }
    assert_eq!(socket.hear().await, json!({"id": "s", "type": "complete"}));
}

#[tokio::test]
async fn an_operation_that_does_not_begin_is_an_error_and_the_socket_goes_on() {
    let door = Doorstep::open().await;
    let mut socket = Socket::introduced(&door).await;
    for query in ["VALIDATION_FAILED", "subscription { PURPOSE_REQUIRED }"] {
        socket.start("e", query).await;
        let error = socket.hear().await;
        assert_eq!((&error["id"], &error["type"]), (&json!("e"), &json!("error")));
        assert!(query.contains(error["payload"][0]["extensions"]["code"].as_str().unwrap()));
    }
    socket.start("e", "{ __typename }").await;
    assert_eq!(socket.hear().await["type"], "next");
}

#[tokio::test]
async fn the_purpose_is_the_operations_or_else_the_sockets() {
    let door = Doorstep::open().await;
    let mut socket = Socket::open(&door).await;
    let payload = json!({"authorization": "Bearer good", "purpose": "PROTECTION"});
    socket.say(json!({"type": "connection_init", "payload": payload})).await;
    socket.hear().await;
    let own = json!({"query": "{ echo }", "extensions": {"purpose": "LEGAL_AID"}});
    for (payload, purpose) in [(json!({"query": "{ echo }"}), "PROTECTION"), (own, "LEGAL_AID")] {
        socket.say(json!({"id": "p", "type": "subscribe", "payload": payload})).await;
        assert_eq!(socket.hear().await["payload"]["data"]["purpose"], purpose);
        assert_eq!(socket.hear().await["type"], "complete");
    }
    let unknown = json!({"query": "{ echo }", "extensions": {"purpose": "CURIOSITY"}});
    socket.say(json!({"id": "p", "type": "subscribe", "payload": unknown})).await;
    let error = socket.hear().await;
    assert_eq!(error["payload"][0]["extensions"]["code"], "UNKNOWN_PURPOSE");
    assert!(!error.to_string().contains("CURIOSITY"));
}

#[tokio::test]
async fn the_headers_of_the_upgrade_introduce_as_well() {
    let door = Doorstep::open().await;
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    let headers = [protocol, ("authorization", "Bearer good"), ("sangam-purpose", "PROTECTION")];
    let mut socket = Socket::with(&door, &headers).await.unwrap();
    socket.say(json!({"type": "connection_init"})).await;
    assert_eq!(socket.hear().await, json!({"type": "connection_ack"}));
    socket.start("p", "{ echo }").await;
    assert_eq!(socket.hear().await["payload"]["data"]["purpose"], "PROTECTION");

    assert_eq!(Socket::with(&door, &[protocol, ("authorization", "Bearer forged")]).await.err(), Some(401));
    assert_eq!(Socket::with(&door, &[protocol, ("sangam-purpose", "CURIOSITY")]).await.err(), Some(400));
}

#[tokio::test]
async fn a_bound_token_is_proven_at_the_upgrade_and_nowhere_else() {
    let door = Doorstep::open().await;
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    let bound = ("authorization", "DPoP bound");
    let mut socket = Socket::with(&door, &[protocol, bound, ("dpop", "GET /graphql/ws")]).await.unwrap();
    socket.say(json!({"type": "connection_init"})).await;
    assert_eq!(socket.hear().await, json!({"type": "connection_ack"}));
    for headers in [&[protocol, bound][..], &[protocol, bound, ("dpop", "POST /graphql")]] {
        assert_eq!(Socket::with(&door, headers).await.err(), Some(401));
    }
    // A message is no request, so nothing in it proves anything.
    let mut socket = Socket::open(&door).await;
    let payload = json!({"authorization": "DPoP bound", "dpop": "GET /graphql/ws"});
    socket.say(json!({"type": "connection_init", "payload": payload})).await;
    assert_eq!(socket.closed().await, 4403);
}

#[tokio::test]
async fn only_the_protocol_and_known_origins_are_let_in() {
    let door = Doorstep::open().await;
    let protocol = ("sec-websocket-protocol", "graphql-ws, graphql-transport-ws");
    assert!(Socket::with(&door, &[protocol, ("origin", ORIGIN)]).await.is_ok());
    for origin in ["https://elsewhere.example", "null", "https://portal.example:444", "http://portal.example"] {
        assert_eq!(Socket::with(&door, &[protocol, ("origin", origin)]).await.err(), Some(403), "{origin}");
    }
    assert_eq!(Socket::with(&door, &[("sec-websocket-protocol", "graphql-ws")]).await.err(), Some(400));
    assert_eq!(Socket::with(&door, &[]).await.err(), Some(400));
    let plain = door.client.get(door.url("/graphql/ws"));
    let (status, body) = answer(plain.try_clone().unwrap()).await;
    assert_eq!((status, code(&body)), (400, "SUBPROTOCOL_REQUIRED"));
    let (status, body) = answer(plain.header("origin", "https://elsewhere.example")).await;
    assert_eq!((status, code(&body)), (403, "ORIGIN_REFUSED"));
    assert_eq!(door.client.post(door.url("/graphql/ws")).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn pings_are_answered_before_and_after_the_introduction() {
    let door = Doorstep::open().await;
    let mut socket = Socket::open(&door).await;
    socket.say(json!({"type": "ping"})).await;
    assert_eq!(socket.hear().await, json!({"type": "pong"}));
    socket.say(json!({"type": "connection_init", "payload": {"authorization": "Bearer good"}})).await;
    socket.hear().await;
    socket.say(json!({"type": "pong", "payload": {"any": 1}})).await;
    socket.say(json!({"type": "ping", "payload": {"any": 1}})).await;
    assert_eq!(socket.hear().await, json!({"type": "pong"}));
}

#[tokio::test]
async fn who_cannot_say_who_it_is_is_closed_with_4403() {
    let door = Doorstep::open().await;
    for payload in [
        json!(null),
        json!({}),
        json!({"authorization": "Bearer forged"}),
        json!({"authorization": "Bearer expired"}),
        json!({"authorization": "good"}),
        json!({"authorization": 1}),
    ] {
        let mut socket = Socket::open(&door).await;
        socket.say(json!({"type": "connection_init", "payload": payload})).await;
        assert_eq!(socket.closed().await, 4403, "{payload}");
    }
    let mut socket = Socket::open(&door).await;
    socket.say(json!({"type": "connection_init", "payload": {"authorization": "Bearer down"}})).await;
    assert_eq!(socket.closed().await, 1013, "not its fault, so it may try again");
}

#[tokio::test]
async fn what_is_not_of_the_protocol_closes_with_4400() {
    let door = Doorstep::open().await;
    for message in [
        "not json",
        "[]",
        r#"["ping"]"#,
        "{}",
        r#"{"type":"start","id":"1","payload":{"query":"{ a }"}}"#,
        r#"{"type":"subscribe","payload":{"query":"{ a }"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{ a }"}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":[]}}"#,
        r#"{"type":"subscribe","id":1,"payload":{"query":"{ a }"}}"#,
        r#"{"type":"next","id":"1","payload":{}}"#,
    ] {
        let mut socket = Socket::introduced(&door).await;
        socket.0.send(Message::text(message)).await.unwrap();
        assert_eq!(socket.closed().await, 4400, "{message}");
    }
    for (length, beyond) in [(128, false), (129, true)] {
        let mut socket = Socket::introduced(&door).await;
        socket.say(json!({"type": "subscribe", "id": "i".repeat(length), "payload": {"query": "{ a }"}})).await;
        let closed = if beyond { socket.closed().await } else { 0 };
        assert_eq!(closed, if beyond { 4400 } else { 0 }, "a name of {length} bytes: OPERATION_ID_BYTES are 128");
        if !beyond {
            assert_eq!(socket.hear().await["type"], "next");
        }
    }
    let mut socket = Socket::introduced(&door).await;
    socket.0.send(Message::binary(b"{}".to_vec())).await.unwrap();
    assert_eq!(socket.closed().await, 4400);
    let mut socket = Socket::open(&door).await;
    let purpose = json!({"authorization": "Bearer good", "purpose": "CURIOSITY"});
    socket.say(json!({"type": "connection_init", "payload": purpose})).await;
    assert_eq!(socket.closed().await, 4400);
}

#[tokio::test]
async fn order_is_kept_4401_4409_4429() {
    let door = Doorstep::open().await;
    let mut early = Socket::open(&door).await;
    early.start("1", "{ __typename }").await;
    assert_eq!(early.closed().await, 4401);
    assert_eq!(door.hub.executed.load(Ordering::SeqCst), 0);

    let mut twice = Socket::introduced(&door).await;
    twice.start("1", "subscription { events }").await;
    twice.start("1", "subscription { events }").await;
    assert_eq!(twice.closed().await, 4409);

    let mut again = Socket::introduced(&door).await;
    again.say(json!({"type": "connection_init", "payload": {"authorization": "Bearer good"}})).await;
    assert_eq!(again.closed().await, 4429);
}

#[tokio::test]
async fn a_socket_ends_with_its_token() {
    let door = Doorstep::open().await;
    let mut socket = Socket::introduced(&door).await;
    socket.start("s", "subscription { events }").await;
    while door.hub.events.receiver_count() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    door.hub.clock.set(UNTIL);
    // An event at the very instant is already too late.
    door.hub.events.send(r#"{"data":{"event":"late"}}"#.to_owned()).unwrap();
    assert_eq!(socket.closed().await, 4403);
}

#[tokio::test]
async fn a_silent_socket_ends_with_its_token_and_with_its_clients_suspension() {
    let door = Doorstep::open().await;
    let mut outlived = Socket::introduced(&door).await;
    let mut suspended = Socket::introduced(&door).await;
    door.hub.revoked.store(true, Ordering::SeqCst);
    let started = std::time::Instant::now();
    assert_eq!(suspended.closed().await, 4403);
    assert!(started.elapsed() < Duration::from_secs(5), "suspending acts within five seconds");
    door.hub.revoked.store(false, Ordering::SeqCst);
    door.hub.clock.set(UNTIL);
    assert_eq!(outlived.closed().await, 4403);
}

#[tokio::test]
async fn a_client_that_leaves_takes_its_operations_with_it() {
    let door = Doorstep::with(Limits::default()).await;
    let mut socket = Socket::introduced(&door).await;
    socket.start("s", "subscription { events }").await;
    socket.start("q", "{ slow }").await;
    while door.hub.executed.load(Ordering::SeqCst) == 0 || door.hub.events.receiver_count() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(socket);
    let started = std::time::Instant::now();
    while door.hub.dropped.load(Ordering::SeqCst) < 2 {
        assert!(started.elapsed() < Duration::from_secs(3));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
