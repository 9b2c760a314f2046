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

#[tokio::test]
async fn a_date_is_read_in_its_calendar_and_kept_as_it_was_written() {
    let read = async |calendar: &str, text: &str| run(&format!("date_of(\"{calendar}\"; \"/d\")"), json!(text)).await;
    assert_eq!(
        read("BIKRAM_SAMBAT", "२०६६ जेठ १").await,
        Ok(json!({
            "calendar": "BIKRAM_SAMBAT", "text": "२०६६ जेठ १", "precision": "DAY", "gregorian": "2009-05-15"
        }))
    );
    assert_eq!(
        read("SOLAR_HIJRI", "1388 Sawr").await.map(|date| date["precision"].clone()),
        Ok(json!("MONTH")),
        "a month is not rounded to a day"
    );
    // West Bengal's calendar has no reading: it is kept as written.
    assert_eq!(
        read("BANGLA_WEST_BENGAL", "১ বৈশাখ ১৪১৬").await,
        Ok(json!({"calendar": "BANGLA_WEST_BENGAL", "text": "১ বৈশাখ ১৪১৬", "precision": "DAY"}))
    );
    for (calendar, text) in [("BIKRAM_SAMBAT", "2150-01-01"), ("GREGORIAN", "2009-02-30"), ("LUNAR", "2009-02-03")] {
        assert_eq!(read(calendar, text).await, Err(OddityKind::WrongType), "{calendar}");
    }
    assert_eq!(run("date_of(\"GREGORIAN\"; \"/d\")", json!(20090514)).await, Err(OddityKind::WrongType));
    let guessed = run("date_of(\"GREGORIAN\"; \"ESTIMATED\"; \"/d\")", json!("2009")).await.unwrap();
    assert_eq!(guessed["precision"], json!("ESTIMATED"));
}

#[tokio::test]
async fn the_age_for_law_comes_from_a_date_and_hides_the_birthday() {
    let on = |calendar: &str| format!("date_of(\"{calendar}\"; \"/d\") | age_on(\"2026-11-24T00:00:00Z\"; \"/d\")");
    assert_eq!(
        run(&on("BIKRAM_SAMBAT"), json!("2066-02-01")).await,
        Ok(json!({"kind": "MINOR", "until": "2027-07-01T00:00:00.000Z"}))
    );
    assert_eq!(run(&on("GREGORIAN"), json!("1999-05-14")).await, Ok(json!({"kind": "ADULT"})));
    assert_eq!(run(&on("GREGORIAN"), json!("2008")).await, Ok(json!({"kind": "UNKNOWN"})));
    assert_eq!(run(&on("BANGLA_WEST_BENGAL"), json!("1416")).await, Ok(json!({"kind": "UNKNOWN"})));
    assert_eq!(run("age_on(\"2026-11-24T00:00:00Z\"; \"/d\")", json!("1999")).await, Err(OddityKind::WrongType));
}

#[tokio::test]
async fn a_documents_number_is_checked_and_goes_nowhere() {
    let check = "document_of(\"PK\"; \"NATIONAL_IDENTITY_CARD\"; \"/n\")";
    let seen = run(check, json!("12345-1234567-1")).await.unwrap();
    assert_eq!(seen, json!({"kind": "NATIONAL_IDENTITY_CARD", "issuingCountry": "PK"}));
    assert_eq!(run(check, json!("12345")).await, Err(OddityKind::WrongType));
    assert_eq!(run("ascii_digits(\"/n\")", json!("বাড়ি ১২")).await, Ok(json!("বাড়ি 12")));
}

#[tokio::test]
async fn a_name_has_the_script_it_is_written_in() {
    for (text, script) in
        [("রহিমা", Some("Beng")), ("Rahima", Some("Latn")), ("فاطمه", Some("Arab")), ("Rahima রহিমা", None)]
    {
        let name = run("name_of(\"OFFICIAL\")", json!(text)).await.unwrap();
        assert_eq!(name["text"], json!(text));
        assert_eq!(name.get("script").and_then(Value::as_str), script, "{text}");
    }
    assert_eq!(run("name_of(\"DAKNAM\")", json!("")).await, Ok(json!(null)));
}

/// Each code of HTCDS that the words know is one of the field's, every one of them is known, and comes back as it was.
#[tokio::test]
async fn codes_of_htcds_go_in_and_out_without_one_left_over() {
    let known = run("htcds_codes", json!(null)).await.unwrap();
    let known = known.as_object().unwrap();
    assert_eq!(known.len(), 5);
    for (field, table) in known {
        let codes = sangam_wire::htcds::all_fields().find(|known| known.name == field).unwrap().codes;
        let named: Vec<&str> = table.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(named, codes, "{field}");
        let text = format!("[.[] | from_htcds(\"{field}\"; \"/f\") | to_htcds(\"{field}\"; \"/f\")]");
        assert_eq!(run(&text, json!(codes)).await, Ok(json!(codes)), "{field}");
    }
    assert_eq!(run("from_htcds(\"prs_Gender\"; \"/f\")", json!("Female")).await, Err(OddityKind::UnknownCode));
    assert_eq!(run("to_htcds(\"prs_Gender\"; \"/f\")", json!("FEMALE")).await, Err(OddityKind::UnknownCode));
    assert!(run("from_htcds(\"org_Type\"; \"/f\")", json!("NGO")).await.is_err());
    assert_eq!(run("to_htcds(\"prs_Gender\"; \"/f\")", json!(null)).await, Ok(json!(null)));
}
