//! async-graphql and poem as they come: derived types, stock settings, the libraries' own readers of requests
//! and poem's own server. It does what `async-graphql-poem` does, which is a handler around these functions.

use async_graphql::http::{MultipartOptions, parse_query_string, receive_batch_body};
use async_graphql::{BatchRequest, EmptySubscription, Object, Schema, SimpleObject};
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{Body, Endpoint, Request, Response, Result, Server};

struct Query;
struct Mutation;

#[derive(SimpleObject)]
struct Organization {
    id: i32,
    name: String,
}

#[derive(SimpleObject)]
struct Connection {
    nodes: Vec<Organization>,
}

#[Object]
impl Query {
    async fn itself(&self) -> Self {
        Self
    }

    async fn organizations(&self, first: Option<i32>) -> Connection {
        let nodes = (0..first.unwrap_or(20)).map(|id| Organization { id, name: format!("Organization number {id}") });
        Connection { nodes: nodes.collect() }
    }
}

#[Object]
impl Mutation {
    async fn step(&self) -> i32 {
        1
    }
}

type Bare = Schema<Query, Mutation, EmptySubscription>;

struct Graphql(Bare);

impl Endpoint for Graphql {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let read: BatchRequest = if request.method() == poem::http::Method::GET {
            parse_query_string(request.uri().query().unwrap_or_default()).map_err(poem::error::BadRequest)?.into()
        } else {
            let kind = request.content_type().map(str::to_owned);
            let body = request.take_body().into_bytes().await?;
            receive_batch_body(kind, &*body, MultipartOptions::default()).await.map_err(poem::error::BadRequest)?
        };
        let answer = serde_json::to_vec(&self.0.execute_batch(read).await).map_err(poem::error::InternalServerError)?;
        Ok(Response::builder().content_type("application/json").body(Body::from(answer)))
    }
}

/// Serves on a free port of this machine and prints its address.
///
/// # Errors
/// When no port can be bound.
pub async fn serve() -> std::io::Result<()> {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await?;
    for address in acceptor.local_addr() {
        announce(&address.to_string());
    }
    let schema = Schema::build(Query, Mutation, EmptySubscription).finish();
    Server::new_with_acceptor(acceptor).run(Graphql(schema)).await
}

/// Tells the test where the server is.
#[expect(clippy::print_stdout, reason = "the line is how the test finds the server")]
pub(crate) fn announce(address: &str) {
    println!("listening on {}", address.trim_start_matches("socket://"));
}
