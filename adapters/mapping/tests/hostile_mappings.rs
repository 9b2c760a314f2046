//! What a hostile or broken mapping, or a hostile record, does to the process that asked for it: nothing.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use sangam_mapping::{Limits, Mapping, Oddity, OddityKind, Pool};
use serde_json::json;

fn limits() -> Limits {
    Limits { deadline: Duration::from_secs(3), memory: 256 << 20, ..Limits::default() }
}

fn pool(limits: Limits, size: usize) -> Pool {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_mapping-worker"));
    Pool::new(program, vec!["mapping-worker".to_owned()], limits, size)
}

fn mapping(text: &str) -> Mapping {
    Mapping::new("test", text).expect("short")
}

async fn kind(pool: &Pool, text: &str, record: &[u8]) -> OddityKind {
    pool.map(&mapping(text), record).await.expect_err("the mapping must not succeed").kind
}

/// After whatever happened, the same pool in the same process maps the next record.
async fn still_well(pool: &Pool, process: u32) {
    assert_eq!(std::process::id(), process);
    let result = pool.map(&mapping("{name: .n}"), br#"{"n":"Asha"}"#).await;
    assert_eq!(result, Ok(json!({"name": "Asha"})));
}

#[tokio::test]
async fn each_bomb_is_an_oddity_in_bounded_time_and_the_next_record_maps() {
    let process = std::process::id();
    let pool = pool(limits(), 1);
    let bombs: [(&str, &[OddityKind]); 10] = [
        ("def f: f; f", &[OddityKind::TimedOut]),
        ("last(range(infinite))", &[OddityKind::TimedOut]),
        ("[range(infinite)]", &[OddityKind::OutOfMemory, OddityKind::TimedOut]),
        ("def f: [f]; f", &[OddityKind::TooDeep, OddityKind::TimedOut]),
        ("def f: . as $x | f + $x; f", &[OddityKind::TooDeep, OddityKind::OutOfMemory]),
        ("\"x\" | until(false; . + .)", &[OddityKind::OutOfMemory]),
        ("[range(1000000) | \"x\" * 10000]", &[OddityKind::OutOfMemory]),
        ("reduce range(300) as $i (null; [.])", &[OddityKind::TooDeep]),
        (
            "reduce range(1000000) as $i (null; [.])",
            &[OddityKind::TooDeep, OddityKind::OutOfMemory, OddityKind::TimedOut],
        ),
        ("(\"[\" * 2000000) | fromjson", &[OddityKind::TooDeep, OddityKind::OutOfMemory, OddityKind::MappingFailed]),
    ];
    for (bomb, expected) in bombs {
        let began = Instant::now();
        let kind = kind(&pool, bomb, b"{}").await;
        assert!(expected.contains(&kind), "`{bomb}` gave {kind:?}");
        assert!(began.elapsed() < Duration::from_secs(8), "`{bomb}` took {:?}", began.elapsed());
        still_well(&pool, process).await;
    }
}

#[tokio::test]
async fn an_endless_stream_of_results_is_seen_at_the_second() {
    let pool = pool(limits(), 1);
    let began = Instant::now();
    assert_eq!(kind(&pool, "range(infinite)", b"{}").await, OddityKind::ManyResults);
    assert_eq!(kind(&pool, "empty", b"{}").await, OddityKind::NoResult);
    assert!(began.elapsed() < limits().deadline);
}

#[tokio::test]
async fn ten_megabytes_of_nesting_are_refused_with_and_without_the_size_limit() {
    let process = std::process::id();
    let nested = [vec![b'['; 5 << 20], vec![b']'; 5 << 20]].concat();
    let objects = br#"{"a":"#.repeat(2 << 20);
    let small = pool(limits(), 1);
    for record in [&nested, &objects] {
        assert_eq!(
            small.map(&mapping("."), record).await,
            Err(Oddity { path: String::new(), kind: OddityKind::TooLong, length: record.len() })
        );
    }
    still_well(&small, process).await;
    let roomy = pool(Limits { max_input: 32 << 20, ..limits() }, 1);
    for record in [&nested, &objects] {
        assert_eq!(kind(&roomy, ".", record).await, OddityKind::TooDeep);
    }
    let within = [vec![b'['; 126], vec![b']'; 126]].concat();
    assert_eq!(roomy.map(&mapping("length"), &within).await, Ok(json!(1)));
    assert_eq!(kind(&roomy, ".", &[vec![b'['; 128], vec![b']'; 128]].concat()).await, OddityKind::TooDeep);
    still_well(&roomy, process).await;
}

#[tokio::test]
async fn what_is_not_json_is_said_to_be_so() {
    let pool = pool(limits(), 1);
    for record in [&b""[..], b"<html>", b"{\"a\":", b"{} {}", b"\xff\xfe", b"NaN", b"{\"a\":1}garbage"] {
        assert_eq!(kind(&pool, ".", record).await, OddityKind::NotJson, "{record:?}");
    }
}

#[tokio::test]
async fn nothing_outside_the_record_can_be_named() {
    let pool = pool(limits(), 1);
    let outside = [
        "env",
        "$ENV",
        "now",
        "localtime",
        "strflocaltime(\"%H\")",
        "debug",
        "stderr",
        "input",
        "inputs",
        "halt",
        "halt_error",
        "input_filename",
        "$__prog_args",
        "import \"a\" as a; .",
        "include \"a\"; .",
        "get_search_list",
        "import \"etc/passwd\" as $d; $d",
        "input_line_number",
        "debug_empty",
        "stderr_empty",
    ];
    for name in outside {
        let fault = pool.check(&mapping(name)).await.expect_err(name);
        assert_eq!(fault.kind, OddityKind::MappingInvalid, "{name}");
        assert_eq!(kind(&pool, name, b"{}").await, OddityKind::MappingInvalid, "{name}");
    }
}

#[tokio::test]
async fn a_mapping_that_is_no_program_is_told_with_its_line() {
    let pool = pool(limits(), 1);
    let line = async |text: &str| pool.check(&mapping(text)).await.expect_err(text).length;
    assert_eq!(line("{\n  a: .a,\n  b: nosuch(.b)\n}").await, 3);
    assert_eq!(line("{\n  a: .a,\n  b: )\n}").await, 3);
    assert_eq!(line("\n\n\"open").await, 3);
    assert_eq!(line("$x").await, 1);
    pool.check(&mapping("# nothing\n.")).await.unwrap();
}

#[tokio::test]
async fn a_result_that_is_no_json_or_too_long_is_refused_at_its_place() {
    let pool = pool(limits(), 1);
    let place = async |text: &str| {
        let oddity = pool.map(&mapping(text), b"{}").await.expect_err(text);
        (oddity.path, oddity.kind)
    };
    assert_eq!(place("{a: [1, nan]}").await, ("/a/1".to_owned(), OddityKind::WrongType));
    assert_eq!(place("{a: infinite}").await, ("/a".to_owned(), OddityKind::WrongType));
    assert_eq!(place("{(0|tostring): (\"x\"|tobytes)}").await, ("/0".to_owned(), OddityKind::WrongType));
    assert_eq!(place("[range(2000000)]").await.1, OddityKind::TooLong);
}

#[tokio::test]
async fn a_refusal_of_the_mapping_carries_path_kind_and_length_and_other_errors_nothing() {
    let pool = pool(limits(), 1);
    let record = br#"{"sex":"unbekannt","name":"Rahima Khatun"}"#;
    let refused = pool.map(&mapping(r#".sex | code({"female": "FEMININE"}; "/sex")"#), record).await;
    assert_eq!(refused, Err(Oddity { path: "/sex".to_owned(), kind: OddityKind::UnknownCode, length: 9 }));
    let forged = [
        "error(.name)",
        "error({sangamRefusal: .})",
        "error({sangamRefusal: {kind: .name, path: \"/a\", length: 1}})",
        ".name.first",
        ".name | tonumber",
    ];
    for text in forged {
        let oddity = pool.map(&mapping(text), record).await.expect_err(text);
        assert_eq!(oddity, Oddity { path: String::new(), kind: OddityKind::MappingFailed, length: 0 }, "{text}");
    }
    let smuggled = r#"error({sangamRefusal: {kind: "MISSING", path: ("/" + .name), length: 1}})"#;
    let oddity = pool.map(&mapping(smuggled), record).await.expect_err("refused");
    assert_eq!(oddity.path, "/*");
}

#[tokio::test]
async fn a_dropped_call_kills_its_worker_and_frees_its_place() {
    let pool = pool(Limits { deadline: Duration::from_secs(60), ..limits() }, 1);
    for _ in 0..3 {
        let endless = mapping("def f: f; f");
        let dropped = tokio::time::timeout(Duration::from_millis(200), pool.map(&endless, b"{}")).await;
        assert!(dropped.is_err());
    }
    still_well(&pool, std::process::id()).await;
    for _ in 0..3 {
        if looping_children() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("a worker in an endless loop outlived its caller");
}

/// The worker that runs an endless mapping, seen from outside: nothing of this process's environment, no core
/// file, few files, a limit on memory and on processor time.
#[tokio::test]
async fn a_worker_has_an_empty_environment_and_its_limits() {
    let pool = pool(Limits { memory: 333 << 20, ..limits() }, 1);
    let endless = mapping("def f: f; f");
    let look = async {
        let confined = |child: &PathBuf| limit(child, "Max address space") == Some(333 << 20);
        let mut found = None;
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            found = children().into_iter().find(confined);
            if found.is_some() {
                break;
            }
        }
        let child = found.expect("the worker set its limits");
        assert_eq!(std::fs::read(child.join("environ")).unwrap(), b"", "nothing of the environment");
        assert_eq!(limit(&child, "Max core file size"), Some(0));
        assert_eq!(limit(&child, "Max file size"), Some(0));
        assert_eq!(limit(&child, "Max open files"), Some(8));
        assert_eq!(limit(&child, "Max cpu time"), Some(120));
        assert_eq!(std::fs::read_link(child.join("cwd")).unwrap(), PathBuf::from("/"));
    };
    let (odd, ()) = tokio::join!(pool.map(&endless, b"{}"), look);
    assert_eq!(odd.unwrap_err().kind, OddityKind::TimedOut);
}

/// The worker processes of this process.
fn children() -> Vec<PathBuf> {
    let own = std::process::id().to_string();
    let processes = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let ours = |path: &PathBuf| {
        let stat = std::fs::read_to_string(path.join("stat")).unwrap_or_default();
        let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1).map(str::to_owned));
        stat.contains("(mapping-worker)") && parent.as_deref() == Some(&own)
    };
    processes.filter(ours).collect()
}

fn limit(process: &std::path::Path, name: &str) -> Option<u64> {
    let limits = std::fs::read_to_string(process.join("limits")).ok()?;
    let line = limits.lines().find(|line| line.starts_with(name))?;
    line.get(name.len()..)?.split_whitespace().next()?.parse().ok()
}

/// How many workers use the processor between every two of many looks: one in an endless loop does.
fn looping_children() -> usize {
    let ticks = |child: &PathBuf| -> u64 {
        let stat = std::fs::read_to_string(child.join("stat")).unwrap_or_default();
        let used = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(11)?.parse().ok());
        used.unwrap_or(0)
    };
    // Other tests of this file run workers in this process too, for a second or two each.
    let mut busy: Vec<(PathBuf, u64)> = children().into_iter().map(|child| (child.clone(), ticks(&child))).collect();
    for _ in 0..10 {
        std::thread::sleep(Duration::from_millis(400));
        let now = |(child, before): (PathBuf, u64)| {
            let used = ticks(&child);
            (used > before).then_some((child, used))
        };
        busy = busy.into_iter().filter_map(now).collect();
    }
    busy.len()
}

#[tokio::test]
async fn workers_are_reused_and_replaced_after_their_runs() {
    let pool = pool(Limits { runs: 3, ..limits() }, 2);
    for number in 0..20 {
        let record = format!("{{\"n\":{number}}}");
        assert_eq!(pool.map(&mapping(".n + 1"), record.as_bytes()).await, Ok(json!(number + 1)));
    }
    let many = mapping("[range(2000)] | length");
    let all = futures_util::future::join_all((0..16).map(|_| pool.map(&many, b"null"))).await;
    assert!(all.iter().all(|result| *result == Ok(json!(2000))));
}

#[tokio::test]
async fn one_endless_mapping_does_not_hold_up_the_others() {
    let pool = pool(limits(), 2);
    let endless = mapping("def f: f; f");
    let quick = async {
        let began = Instant::now();
        for _ in 0..20 {
            pool.map(&mapping("."), b"{}").await.unwrap();
        }
        began.elapsed()
    };
    let (endless, quick) = tokio::join!(pool.map(&endless, b"{}"), quick);
    assert_eq!(endless.unwrap_err().kind, OddityKind::TimedOut);
    assert!(quick < limits().deadline, "{quick:?}");
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_an_oddity_too() {
    let cases = ["/nonexistent/program", "/bin/true", "/bin/cat"];
    for program in cases {
        let pool = Pool::new(PathBuf::from(program), vec!["mapping-worker".to_owned()], limits(), 1);
        let kind = kind(&pool, ".", b"{}").await;
        assert!(matches!(kind, OddityKind::Crashed | OddityKind::TimedOut), "{program}: {kind:?}");
    }
}
