//! The processes of a run: one that makes the data, and the two servers, each in a process of its own so that its
//! CPU is its own. Each server says on its standard output
//! where it is, as one line of JSON, and ends when its standard input does.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use poem::Endpoint;
use prometheus_client::registry::Registry;
use sangam_door::{ConnectionLimits, Door, Edge, Limits, Metrics};
use sangam_vocabulary::SystemClock;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::floor::Floor;
use crate::house::House;
use crate::seed::Seeded;

/// What a server says of itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) port: u16,
    /// The hub's tokens: the owner's and the recipient's.
    pub(crate) tokens: Vec<String>,
}

/// Fills the folder's store and leaves it in one file.
pub(crate) fn seed(folder: &Path) {
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async {
        crate::seed::seed(folder).await;
        let options = SqliteConnectOptions::new().filename(folder.join("hub.sqlite"));
        let mut connection = options.connect().await.expect("the run's store");
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await.expect("a checkpoint");
        connection.close().await.expect("a closed store");
    });
}

/// Serves the hub on the folder's store.
pub(crate) fn hub(folder: &Path) {
    // What the hub would log as an error is why a run ends.
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::ERROR)
        .with_writer(std::io::stderr)
        .init();
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let seeded = Seeded::read(folder);
        let house = Arc::new(House::open(folder).await);
        let tokens = vec![
            house.token(&seeded.owner.id, &seeded.owner.secret).await,
            house.token(&seeded.recipient.id, &seeded.recipient.secret).await,
        ];
        // One client asks for everything here, so its pace is the only limit that is not the hub's own.
        let mut limits = Limits::default();
        (limits.request.client_rate, limits.request.client_burst) = (u32::MAX, u32::MAX);
        let mut registry = Registry::default();
        let metrics = Arc::new(Metrics::register(&mut registry));
        let door = Door::new(Arc::clone(&house) as _, Arc::new(SystemClock), limits, Arc::clone(&metrics), Vec::new());
        serve(Arc::new(Edge::of(&door)), metrics, tokens).await;
        house.close().await;
    });
}

/// Serves the floor on the folder's copy of the data.
pub(crate) fn floor(folder: &Path) {
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let floor = Arc::new(Floor::open(folder).await);
        let metrics = Arc::new(Metrics::register(&mut Registry::default()));
        serve(floor, metrics, Vec::new()).await;
    });
}

async fn serve<E: Endpoint + 'static>(endpoint: Arc<E>, metrics: Arc<Metrics>, tokens: Vec<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("a port").port();
    println!("{}", serde_json::to_string(&Address { port, tokens }).expect("JSON"));
    let stop = CancellationToken::new();
    let ended = stop.clone();
    std::thread::spawn(move || {
        // The end of the input, or its failure: either way whoever started this process has gone.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        ended.cancel();
    });
    let entrances = vec![sangam_door::Entrance { listener, tls: None }];
    sangam_door::serve(entrances, endpoint, ConnectionLimits::default(), metrics, stop).await.expect("served");
}
