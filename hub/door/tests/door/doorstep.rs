//! A door that is open, and what one needs to knock at it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::registry::Registry;
use sangam_door::{Door, DoorFault, Drained, Edge, Entrance, Explorer, Limits, Metrics, Tls, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::hub::TestHub;

pub(crate) const ORIGIN: &str = "https://portal.example";
pub(crate) const NEWER: &str = "application/graphql-response+json";
pub(crate) const OLDER: &str = "application/json";

pub(crate) struct Doorstep {
    pub(crate) hub: Arc<TestHub>,
    pub(crate) address: SocketAddr,
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) stop: CancellationToken,
    pub(crate) served: JoinHandle<Result<Drained, DoorFault>>,
    pub(crate) client: reqwest::Client,
}

impl Doorstep {
    pub(crate) async fn open() -> Self {
        Self::with(Limits::default()).await
    }

    pub(crate) async fn with(limits: Limits) -> Self {
        Self::over(limits, None).await
    }

    pub(crate) async fn over(limits: Limits, tls: Option<Arc<Tls>>) -> Self {
        Self::at(limits, vec![tls]).await
    }

    /// With several listeners. The door's address is the first one's.
    pub(crate) async fn at(limits: Limits, listeners: Vec<Option<Arc<Tls>>>) -> Self {
        let hub = TestHub::new();
        let mut registry = Registry::default();
        let metrics = Arc::new(Metrics::register(&mut registry));
        let connection = limits.connection.clone();
        let clock = Arc::clone(&hub.clock);
        let door = Door::new(hub.clone(), clock, limits, Arc::clone(&metrics), vec![ORIGIN.to_owned()]);
        let token = || -> futures_util::future::BoxFuture<'static, Option<String>> {
            Box::pin(async { Some("good".to_owned()) })
        };
        let explorer = Explorer::new(token, "SERVICE_REFERRAL", "{ a(b: \"<c>\") }".to_owned());
        let edge = Arc::new(Edge::of(&door).with_explorer(explorer));
        let mut entrances = Vec::new();
        for tls in listeners {
            entrances.push(Entrance { listener: TcpListener::bind("127.0.0.1:0").await.unwrap(), tls });
        }
        let addresses: Vec<_> = entrances.iter().map(|entrance| entrance.listener.local_addr().unwrap()).collect();
        let stop = CancellationToken::new();
        let served = tokio::spawn(serve(entrances, edge, connection, Arc::clone(&metrics), stop.clone()));
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let (address, registry) = (addresses[0], Arc::new(registry));
        Self { hub, address, addresses, registry, metrics, stop, served, client }
    }

    /// What a counter shows; `None` when it has never been used.
    pub(crate) fn counted(&self, name: &str) -> Option<u64> {
        let mut page = String::new();
        prometheus_client::encoding::text::encode(&mut page, &self.registry).unwrap();
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
        Some(line.parse().unwrap())
    }

    /// Waits until a counter shows a number.
    pub(crate) async fn until(&self, name: &str, wanted: u64) {
        let waited = tokio::time::timeout(Duration::from_secs(5), async {
            while self.counted(name) != Some(wanted) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        assert!(waited.await.is_ok(), "{name} is {:?}", self.counted(name));
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A GraphQL request by a known caller.
    pub(crate) fn post(&self) -> reqwest::RequestBuilder {
        self.client.post(self.url("/graphql")).bearer_auth("good")
    }

    pub(crate) fn get(&self, parameters: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let url = reqwest::Url::parse_with_params(&self.url("/graphql"), parameters).unwrap();
        self.client.get(url).bearer_auth("good")
    }

    /// Asks a document and gives status and answer.
    pub(crate) async fn ask(&self, accept: &str, query: &str) -> (u16, Value) {
        answer(self.post().header("accept", accept).json(&json!({ "query": query }))).await
    }
}

/// Sends and reads.
pub(crate) async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
}

/// The code of the only error.
pub(crate) fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}
