//! Answers made to do harm: each is refused with a typed fault, in time and in memory that the limits give.

use sangam_sandbox::Fault;
use serde_json::Value;

use super::post::{DEADLINE, House, Post};

/// The most memory that reading one hostile answer of at most 8 MiB may take. 87 MiB were measured: the values of
/// [`sangam_wire`]'s limit on them, in a list that doubles as it grows; as much again is left to the tests beside it.
const MOST_GROWTH_KIB: u64 = 200 << 10;

/// Held while a case is measured: what is measured is the whole process.
static MEASURED: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The peak of this process from now on is counted anew, where the kernel lets it; else it is the highest it ever was, and
/// what a case takes below that is not seen.
fn forget_peak() {
    drop(std::fs::write("/proc/self/clear_refs", "5"));
}

/// The most memory that this process had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}

fn payloads(good: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let text = String::from_utf8(good.to_vec()).unwrap();
    let twice = text.replacen('{', "{\"x\":1,\"x\":2,", 1);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("deep", [b"[".repeat(1 << 20), b"]".repeat(1 << 20)].concat()),
        ("deep objects", b"{\"a\":".repeat(1 << 18)),
        ("many values", [b"[".to_vec(), b"0,".repeat(3 << 20), b"0]".to_vec()].concat()),
        ("many empty objects", [b"[".to_vec(), b"{},".repeat(2 << 20), b"0]".to_vec()].concat()),
        ("one long text", [b"\"".to_vec(), vec![b'a'; 7 << 20], b"\"".to_vec()].concat()),
        ("a number without an end", vec![b'1'; 4 << 20]),
        ("a key twice", twice.into_bytes()),
        ("UTF-16", utf16),
        ("Latin-1", b"{\"data\":\"caf\xe9\"}".to_vec()),
        ("a byte order mark", [b"\xef\xbb\xbf".to_vec(), good.to_vec()].concat()),
        ("NUL bytes", vec![0; 1 << 20]),
        ("nothing but spaces", vec![b' '; 1 << 20]),
        ("a bare text", b"\"ok\"".to_vec()),
        ("a list of lists", b"[[[]]]".to_vec()),
        ("null", b"null".to_vec()),
        ("a number", b"1e400".to_vec()),
        ("half a surrogate", b"{\"data\":\"\\ud800\"}".to_vec()),
        ("two answers", [good, good].concat()),
        ("the beginning of gzip", [b"\x1f\x8b\x08\x00".to_vec(), vec![0; 1 << 16]].concat()),
    ]
}

pub(crate) async fn refused<P: Post>() {
    let _measured = MEASURED.lock().await;
    let house = House::<P>::open("hostile", |config| {
        config.guard.deadline = DEADLINE;
        config.guard.failures = 1_000;
        config.max_bytes = 8 << 20;
    })
    .await;
    house.post.put("Rupa Das", true);
    assert_eq!(house.refused().await, Ok(()));
    let good = Value::from(house.all(None).await.0).to_string();
    for (what, bytes) in payloads(good.as_bytes()) {
        house.post.fault(Fault::Bytes(bytes));
        forget_peak();
        let before = peak();
        let told = house.refused().await;
        let growth = peak().saturating_sub(before);
        assert!(told.is_err(), "{what} was taken");
        assert!(growth < MOST_GROWTH_KIB, "{what} took {growth} KiB");
        assert!(!format!("{told:?}").contains("Rupa"), "{what}: {told:?}");
    }
    house.post.fault(Fault::None);
    assert_eq!(house.refused().await, Ok(()), "well again");
}
