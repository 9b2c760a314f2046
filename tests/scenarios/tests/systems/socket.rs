//! A real graphql-transport-ws client that waits for its end.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::house::{House, SANDBOX};
use crate::keys::Pair;
use crate::proof::Holder;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens a socket with these headers; the status when it is refused.
    pub(crate) async fn upgrade(house: &House, number: usize, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let address = format!("{}/graphql/ws", house.origin(number).replacen("http", "ws", 1));
        let mut request = address.into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// A socket with an open subscription, introduced with a bearer token.
    pub(crate) async fn watching(house: &House, number: usize, token: &str) -> Self {
        let mut socket = Self::upgrade(house, number, &[]).await.unwrap();
        let introduced = socket.introduce(json!({"authorization": format!("Bearer {token}")})).await;
        assert_eq!(introduced["type"], "connection_ack");
        socket.watch().await;
        socket
    }

    pub(crate) async fn introduce(&mut self, payload: Value) -> Value {
        self.say(json!({"type": "connection_init", "payload": payload})).await;
        self.hear().await
    }

    pub(crate) async fn watch(&mut self) {
        let payload = json!({
            "query": "subscription { referralChanged { id } }", "extensions": {"purpose": "SERVICE_REFERRAL"},
        });
        self.say(json!({"type": "subscribe", "id": "1", "payload": payload})).await;
    }

    async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message; the close code as a number when there is none.
    async fn hear(&mut self) -> Value {
        loop {
            match tokio::time::timeout(PATIENCE, self.0.next()).await.expect("a message in time") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Close(Some(frame)))) => return json!(u16::from(frame.code)),
                Some(Ok(_)) => {}
                ended => panic!("{ended:?}"),
            }
        }
    }

    /// Waits until the hub closes the socket because its caller is no longer admitted; how long it took.
    pub(crate) async fn forbidden(&mut self) -> Duration {
        let since = Instant::now();
        loop {
            let heard = self.hear().await;
            if heard.is_number() {
                assert_eq!(heard, 4403);
                return since.elapsed();
            }
        }
    }

    /// Whether it stays open for a while and still answers.
    pub(crate) async fn lives(&mut self) -> bool {
        if let Ok(ended) = tokio::time::timeout(Duration::from_secs(3), self.0.next()).await {
            return matches!(ended, Some(Ok(Message::Ping(_) | Message::Text(_))));
        }
        self.say(json!({"type": "ping"})).await;
        self.hear().await["type"] == "pong"
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bound_token_opens_a_socket_with_its_proof_at_the_upgrade() {
    let house = House::of(SANDBOX);
    let system = house.system("asha-nivas", Pair::ed());
    let holder = Holder::new(&house);
    let token = holder.token(&house, 0, &system).await.token().to_owned();
    let value = format!("DPoP {token}");
    let proof = holder.proof("GET", "/graphql/ws", Some(&token));
    let mut socket = Socket::upgrade(&house, 0, &[("authorization", &value), ("dpop", &proof)]).await.unwrap();
    assert_eq!(socket.introduce(json!({})).await["type"], "connection_ack");
    socket.watch().await;
    // It is looked at again every two seconds, and no new proof is asked for.
    assert!(socket.lives().await);
    let bearer = format!("Bearer {token}");
    for headers in [
        // The same proof again, a proof for another request, none, and the token as it is.
        &[("authorization", value.as_str()), ("dpop", proof.as_str())][..],
        &[("authorization", &value), ("dpop", &holder.proof("POST", "/graphql", Some(&token)))],
        &[("authorization", &value), ("dpop", &Holder::new(&house).proof("GET", "/graphql/ws", Some(&token)))],
        &[("authorization", &value)],
        &[("authorization", &bearer)],
    ] {
        assert_eq!(Socket::upgrade(&house, 0, headers).await.err(), Some(401));
    }
    let mut socket = Socket::upgrade(&house, 0, &[]).await.unwrap();
    assert_eq!(socket.introduce(json!({"authorization": bearer})).await, 4403);
}
