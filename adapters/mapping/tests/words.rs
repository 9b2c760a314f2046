//! The words that mappings may use, on dates and codes as partner systems write them.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::path::PathBuf;

use sangam_mapping::{Limits, Mapping, OddityKind, Pool};
use serde_json::{Value, json};

async fn run(text: &str, record: Value) -> Result<Value, OddityKind> {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_mapping-worker"));
    let pool = Pool::new(program, vec!["mapping-worker".to_owned()], Limits::default(), 1);
    let mapping = Mapping::new("words", text).unwrap();
    pool.map(&mapping, record.to_string().as_bytes()).await.map_err(|oddity| oddity.kind)
}

#[tokio::test]
async fn dates_dashed_and_slashed_become_rfc_3339() {
    let cases = [
        ("2019-05-10", Some("2019-05-10T00:00:00Z")),
        ("2005/06/13", Some("2005-06-13T00:00:00Z")),
        ("2019-05-10T05:34:59.514Z", Some("2019-05-10T05:34:59.514Z")),
        ("2019-05-10T05:34:59+05:30", Some("2019-05-10T05:34:59+05:30")),
        ("2013/06/13 10:11:12 +0000", Some("2013-06-13T10:11:12+00:00")),
        ("2013/06/13 10:11:12 +0530", Some("2013-06-13T10:11:12+05:30")),
        ("13-Jun-2013", None),
        ("2019-05-10T05:34:59", None),
        ("", None),
    ];
    for (written, expected) in cases {
        let read = run("instant(\"/d\")", json!(written)).await;
        assert_eq!(read, expected.map(|text| json!(text)).ok_or(OddityKind::WrongType), "{written}");
    }
    assert_eq!(run("instant(\"/d\")", json!(20190510)).await, Err(OddityKind::WrongType));
}

#[tokio::test]
async fn majority_is_counted_in_years_and_a_leap_day_protects() {
    let cases = [("2009-05-14", "2027-05-14"), ("2008-02-29", "2026-03-01"), ("2010/02/28", "2028-02-28")];
    for (born, of_age) in cases {
        assert_eq!(run("years_after(18; \"/d\")", json!(born)).await, Ok(json!(of_age)));
    }
    for (born, on, years) in [("2009-05-14", "2026-05-13", 16), ("2009-05-14", "2026-05-14", 17)] {
        assert_eq!(run(&format!("years_until(\"{on}\")"), json!(born)).await, Ok(json!(years)));
    }
}

#[tokio::test]
async fn age_bands_have_no_gap() {
    for (age, band) in [
        (json!(null), "AGE_UNKNOWN"),
        (json!(0), "AGE_0_8"),
        (json!(8), "AGE_0_8"),
        (json!(9), "AGE_9_11"),
        (json!(14), "AGE_12_14"),
        (json!(15), "AGE_15_17"),
        (json!(17), "AGE_15_17"),
        (json!(18), "AGE_18_20"),
        (json!(25), "AGE_21_25"),
        (json!(40), "AGE_26_40"),
        (json!(41), "AGE_41_PLUS"),
    ] {
        assert_eq!(run("age_band", age).await, Ok(json!(band)));
    }
}

#[tokio::test]
async fn the_hubs_own_lists_are_there() {
    let lists = run("[all_categories, all_purposes, all_countries]", json!(null)).await.expect("lists");
    assert_eq!(lists[0].as_array().unwrap().len(), 19);
    assert_eq!(lists[2], json!(["AF", "BD", "BT", "IN", "LK", "MV", "NP", "PK"]));
}
