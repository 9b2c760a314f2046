//! The independent oracle: Cedar policies written by hand from domain.md and DESIGN, evaluated by `cedar-policy`,
//! against `decide`, over a million generated asks. Zero differences, in the answer and in the ground or clause.
#![cfg(test)]

mod case;
mod cedar;
mod compare;
mod disturb;
mod generate;
mod noticed;
mod translate;

use std::collections::BTreeSet;

use case::Case;
use compare::{Oracle, Tally};

/// How many asks are compared in every run; more with `ORACLE_ASKS`.
const ASKS: u64 = 1_000_000;
/// How many asks one thread takes at once.
const CHUNK: u64 = 2_000;
/// How often, at least, each ground and clause must have decided.
const OFTEN: u64 = 500;

fn asks() -> u64 {
    std::env::var("ORACLE_ASKS").ok().and_then(|text| text.parse().ok()).unwrap_or(ASKS)
}

/// Runs chunks of generated asks on every core.
fn run(asks: u64, each: impl Fn(&Oracle, &Case, &mut Tally) + Sync) -> Tally {
    let next = std::sync::atomic::AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut total = Tally::default();
    std::thread::scope(|scope| {
        let work = || {
            let (oracle, mut tally) = (Oracle::new(), Tally::default());
            loop {
                let chunk = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                if chunk * CHUNK >= asks {
                    return tally;
                }
                let mut generator = generate::Generator::new(chunk);
                for _ in 0..CHUNK {
                    each(&oracle, &generator.case(), &mut tally);
                }
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            total.add(worker.join().unwrap());
        }
    });
    total
}

#[test]
fn every_policy_is_valid_and_every_row_has_one() {
    let oracle = Oracle::new();
    oracle.validate();
    let rows: BTreeSet<String> = oracle.rows().map(str::to_owned).collect();
    let policies: BTreeSet<String> = oracle.policies().filter(|id| !cedar::OWN.contains(&id.as_str())).collect();
    assert_eq!(rows, policies, "a row without a policy, or a policy without a row");
}

#[test]
fn a_million_asks_and_no_difference() {
    let started = std::time::Instant::now();
    let tally = run(asks(), |oracle, case, tally| {
        let (ours, theirs) = (oracle.decide(case), oracle.evaluate(case));
        tally.count(case, &ours);
        if let Err(difference) = oracle.agree(&ours, &theirs) {
            tally.differ(format!("{difference}\n{ours:?}\n{theirs:?}\n{case:#?}"));
        }
    });
    println!("{tally}in {:.0} s", started.elapsed().as_secs_f64());
    assert!(tally.differences.is_empty(), "{} differences; the first:\n{}", tally.differing, tally.differences[0]);
    assert!(tally.asks >= asks());
    assert!(tally.released * 10 >= tally.asks, "too few asks are released to prove anything: {}", tally.released);
    for (name, count) in tally.grounds.iter().chain(&tally.clauses) {
        assert!(*count >= OFTEN, "{name} decided only {count} times");
    }
    // All but `Publication`: the hub's own book forbids every publication before it comes to that.
    assert_eq!((tally.grounds.len(), tally.clauses.len()), (4, 12), "a ground or a clause never decided");
    let oracle = Oracle::new();
    let silent: Vec<_> = oracle.rows().filter(|id| !tally.rows.contains_key(*id)).collect();
    assert!(silent.is_empty(), "rows that never decided: {silent:?}");
}
