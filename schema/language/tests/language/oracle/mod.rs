//! The walker against graphql-js, which executes the committed SDL over the same truth.

mod generate;
mod node;
mod truth;
mod write;

use std::sync::Arc;

use sangam_language::{Executor, Limits, Reply, Stage};
use serde_json::{Value, json};

use crate::fixture::{self, Dice, World};
use crate::sdl::committed;
pub use generate::input;
use generate::{Kind, Query, Schema};
use node::Oracle;

/// Generated operations in a normal run, and a few for worlds in which something is missing.
const WHOLE_WORLDS: u64 = 12;
const BROKEN_WORLDS: u64 = 24;
const QUERIES_A_WORLD: usize = 300;
const QUERIES_A_BROKEN_WORLD: usize = 80;

async fn executed(executor: &Executor<World>, query: &Query) -> Reply {
    let mut operation = fixture::operation(&query.text());
    operation.variables = query.variables();
    match query.kind {
        Kind::Subscription => {
            use futures_util::StreamExt;
            let mut replies = match executor.subscribe(fixture::caller(), operation).await {
                Ok(replies) => replies,
                Err(reply) => return reply,
            };
            replies.next().await.expect("an event")
        }
        Kind::Query | Kind::Mutation => executor.execute(&fixture::caller(), operation).await,
    }
}

/// What was compared.
#[derive(Debug, Default)]
struct Compared {
    same: usize,
    /// Operations that met a limit of the executor, and so were not compared.
    refused: usize,
    bytes: usize,
    with_withheld: usize,
    with_errors: usize,
    with_null_data: usize,
}

impl Compared {
    async fn one(
        &mut self,
        executor: &Executor<World>,
        world: &World,
        oracle: &mut Oracle,
        query: &Query,
        schema: &Schema,
    ) {
        let reply = executed(executor, query).await;
        if let Stage::Refused(code) = reply.stage {
            assert!(code.code().starts_with("LIMIT_"), "{}\n{}", query.text(), String::from_utf8_lossy(&reply.body));
            self.refused += 1;
            return;
        }
        let ours = fixture::json(&reply.body);
        let root = truth::root(world, query, schema);
        let theirs = oracle.ask(&json!({ "query": query.text(), "variables": query.variables(), "root": root }));
        assert!(theirs.get("data").is_some(), "the oracle refuses {}\n{}", query.text(), theirs["errors"]);
        let (our_data, their_data) = (ours["data"].to_string(), theirs["data"].to_string());
        let context = || format!("{}\n{:?}\n{}\n{}", query.text(), query.variables(), ours["errors"], theirs["errors"]);
        assert!(our_data == their_data, "ours   {our_data}\ntheirs {their_data}\n{}", context());
        let errors = |said: &Value| said["errors"].as_array().map_or(0, Vec::len);
        assert_eq!(errors(&ours), errors(&theirs), "{}", context());
        self.same += 1;
        self.bytes += our_data.len();
        self.with_withheld += usize::from(our_data.contains("NOT_SHARED") || our_data.contains("Ask the case desk."));
        self.with_errors += usize::from(errors(&ours) > 0);
        self.with_null_data += usize::from(our_data.contains("null"));
    }
}

async fn run(worlds: impl Iterator<Item = World>, queries: usize) -> Option<Compared> {
    let schema = Schema::read(&committed());
    let mut oracle = Oracle::start(&committed())?;
    let mut compared = Compared::default();
    for world in worlds {
        let mut dice = Dice::new(world.dice_seed.wrapping_mul(977));
        let world = Arc::new(world);
        let executor = Executor::new(Arc::clone(&world), Limits::standard(), false);
        for _ in 0..queries {
            let query = Query::throw(&mut dice, &schema, &world);
            compared.one(&executor, &world, &mut oracle, &query, &schema).await;
        }
    }
    eprintln!("{compared:?}");
    Some(compared)
}

#[tokio::test]
async fn the_walker_must_answer_as_graphql_js_does() {
    let Some(compared) = run((1..=WHOLE_WORLDS).map(World::new), QUERIES_A_WORLD).await else { return };
    assert!(compared.same >= 2_000, "{compared:?}");
    assert!(compared.refused * 10 < compared.same, "too many generated operations meet a limit: {compared:?}");
    // The comparison means something: long answers, withheld categories, nulls.
    assert!(compared.bytes > 500 * compared.same, "{compared:?}");
    assert!(compared.with_withheld > 100 && compared.with_null_data > 500, "{compared:?}");
    assert_eq!(compared.with_errors, 0, "{compared:?}");
}

#[tokio::test]
async fn missing_values_must_null_what_graphql_js_nulls() {
    let worlds = (1..=BROKEN_WORLDS).map(|seed| {
        let mut world = World::new(seed);
        let mut dice = Dice::new(seed);
        (0..6).for_each(|_| truth::pierce(&mut world, &mut dice));
        world
    });
    let Some(compared) = run(worlds, QUERIES_A_BROKEN_WORLD).await else { return };
    assert!(compared.same >= 800 && compared.with_errors > 50, "{compared:?}");
}

#[tokio::test]
async fn the_oracle_must_notice_a_wrong_answer() {
    let Some(mut oracle) = Oracle::start(&committed()) else { return };
    let world = Arc::new(World::new(3));
    let executor = Executor::new(Arc::clone(&world), Limits::standard(), false);
    let text =
        "{ referrals(first: 2) { nodes { id state subject { demographics { sex ageBand } } services { note } } } }";
    let reply = executor.execute(&fixture::caller(), fixture::operation(text)).await;
    let ours = fixture::json(&reply.body)["data"].to_string();
    let mut root = truth::of_field(&world, "referrals", &json!({ "first": 2 }));
    let mut said = |root: &Value, text: &str| {
        oracle.ask(&json!({ "query": text, "root": { "referrals": root } }))["data"].to_string()
    };
    assert_eq!(ours, said(&root, text));
    // A key earlier or later is another answer.
    assert_ne!(ours, said(&root, &text.replace("id state", "state id")));
    // So is one value.
    root["nodes"][1]["id"] = json!("ref_0");
    assert_ne!(ours, said(&root, text));
}
