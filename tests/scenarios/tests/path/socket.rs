//! A real graphql-transport-ws client, as small as it can be.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long a scenario waits for an event.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open subscription.
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub(crate) async fn open(address: &str, token: &str, purpose: &str, subscription: &str) -> Self {
        let mut request = address.into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        let (stream, _) = connect_async(request).await.expect("a socket");
        let mut socket = Self(stream);
        socket.send(json!({"type": "connection_init", "payload": {"authorization": format!("Bearer {token}"), "purpose": purpose}})).await;
        assert_eq!(socket.receive().await["type"], "connection_ack");
        socket.send(json!({"type": "subscribe", "id": "1", "payload": {"query": subscription}})).await;
        // The subscription begins with the next change: give it the moment it needs to look where it is.
        tokio::time::sleep(Duration::from_millis(500)).await;
        socket
    }

    async fn send(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("sent");
    }

    async fn receive(&mut self) -> Value {
        loop {
            let message = timeout(PATIENCE, self.0.next())
                .await
                .expect("a message in time")
                .expect("an open socket")
                .expect("a message");
            match message {
                Message::Text(text) => {
                    let value: Value = serde_json::from_str(&text).unwrap();
                    if value["type"] == "ping" {
                        self.send(json!({"type": "pong"})).await;
                    } else {
                        return value;
                    }
                }
                Message::Close(close) => panic!("the socket closed: {close:?}"),
                _ => {}
            }
        }
    }

    /// The next event of one referral.
    pub(crate) async fn next_of(&mut self, id: &Value) -> Value {
        loop {
            let message = self.receive().await;
            assert_eq!(message["type"], "next", "{message}");
            let referral = message["payload"]["data"]["referralChanged"].clone();
            if &referral["id"] == id {
                return referral;
            }
        }
    }
}
