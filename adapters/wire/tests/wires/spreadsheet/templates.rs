//! The empty register in every language: whatever its headings and labels say, it is the same sheet to the hub.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use calamine::{Reader, Xlsx};
use rust_xlsxwriter::Workbook;
use sangam_vocabulary::{Code, Direction, Language};
use sangam_wire::config::{Overrides, PartnerConfig};
use sangam_wire::spreadsheet::template::{COLUMNS, Words, codes, write};
use sangam_wire::spreadsheet::{RowErrorKind, SheetFormat, read_sheet};
use serde_json::{Map, Value, json};

/// What a language's file says, by the ids of its messages.
fn texts(language: Language) -> HashMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/languages");
    let file = std::fs::read_to_string(folder.join(format!("{}.ftl", language.code().to_lowercase()))).unwrap();
    let lines = file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    lines.map(|(id, text)| (id.to_owned(), text.to_owned())).collect()
}

fn template(language: Language, format: SheetFormat) -> Vec<u8> {
    let texts = texts(language);
    let say = |list: &str, code: &str| {
        let id = format!("{list}-{}", code.to_lowercase().replace('_', "-"));
        Some(texts[&id].clone())
    };
    let right_to_left = language.direction() == Direction::RightToLeft;
    write(format, &Words { say: &say, right_to_left, notice: Some(&texts["page-drafted"]) }).unwrap()
}

/// The sheets of a workbook by name, cells as texts.
fn sheets(bytes: &[u8]) -> HashMap<String, Vec<Vec<String>>> {
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes.to_vec())).unwrap();
    // A range begins at its first cell that is filled in; what is compared here begins at the first there is.
    let cells = |range: calamine::Range<calamine::Data>| {
        let (last_row, last_column) = range.end().unwrap();
        let text = |row, column| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
        (0..=last_row).map(|row| (0..=last_column).map(|column| text(row, column)).collect()).collect::<Vec<Vec<_>>>()
    };
    book.worksheets().into_iter().map(|(name, range)| (name, cells(range))).collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes.to_vec())).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// What somebody chooses or types, as an English register has it.
const TYPED: [(&str, &str); 19] = [
    ("sangam_record", "SS-001"),
    ("sangam_share", "yes"),
    ("prs_FirstName", "Sita [Maili]"),
    ("prs_MiddleName", "Devi"),
    ("prs_SecondName", "Lama"),
    ("prs_Birthdate", "1998-02-11"),
    ("prs_Gender", "Feminine"),
    ("prs_Citizenship", "NP;IN"),
    ("prs_MailingState", "NP-P3"),
    ("prs_MailingCity", "Hetauda"),
    ("vic_TraffickingStatus", "ActualVictimOfTrafficking"),
    ("vic_TypeOfExploitation", "ForcedLabour;Servitude"),
    ("cas_Status", "FollowUp"),
    ("con_Consent", "no"),
    ("cas_ReferredOrganisation", "Asha Nivas"),
    ("cas_OutgoingReferralDate", "2026-10-05"),
    ("cas_OutgoingReferralDetails", "Hearing."),
    ("sangam_services", "LEGAL_AID;PSYCHOSOCIAL"),
    ("sangam_urgency", "URGENT"),
];

/// A template with one row filled in: codes as its own lists show them, several of them with a semicolon between.
fn filled(bytes: &[u8], format: SheetFormat) -> Vec<u8> {
    let (headings, lists): (Vec<String>, Vec<Vec<String>>) = match format {
        SheetFormat::Xlsx => {
            let mut sheets = sheets(bytes);
            (sheets.remove("register").unwrap().remove(0), sheets.remove("lists").unwrap())
        }
        SheetFormat::Csv => {
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
            let row = reader.records().next().unwrap().unwrap();
            (row.iter().map(str::to_owned).collect(), Vec::new())
        }
    };
    let shown = |place: usize, code: &str| {
        // CSV has no lists: codes are typed with or without words before them.
        let mut column = lists.iter().map(|row| row[place].clone());
        let found = column.find(|shown| shown.ends_with(&format!(" [{code}]")));
        if lists.is_empty() { code.to_owned() } else { found.unwrap() }
    };
    let cells = TYPED.iter().enumerate().map(|(place, (column, text))| {
        if codes(column).is_empty() {
            return (*text).to_owned();
        }
        text.split(';').map(|code| shown(place, code)).collect::<Vec<_>>().join("; ")
    });
    let rows = [headings, cells.collect()];
    match format {
        SheetFormat::Csv => {
            let mut writer = ::csv::Writer::from_writer(Vec::new());
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            writer.into_inner().unwrap()
        }
        SheetFormat::Xlsx => {
            let mut book = Workbook::new();
            let page = book.add_worksheet();
            for (row, cells) in (0_u32..).zip(&rows) {
                for (column, cell) in (0_u16..).zip(cells) {
                    page.write_string(row, column, cell).unwrap();
                }
            }
            book.save_to_buffer().unwrap()
        }
    }
}

fn expected() -> Map<String, Value> {
    let mut record = Map::new();
    for (column, text) in TYPED {
        let value = match column {
            "sangam_share" => json!(true),
            "con_Consent" => json!(false),
            "prs_Citizenship" | "vic_TypeOfExploitation" | "sangam_services" => {
                text.split(';').map(Value::from).collect()
            }
            _ => json!(text),
        };
        record.insert(column.to_owned(), value);
    }
    record.insert("sangam_row".to_owned(), json!(2));
    record
}

/// Each language's template is read as English is, empty and filled in.
#[test]
fn a_row_of_any_language_is_the_row_in_english() {
    for language in Language::ALL {
        for format in [SheetFormat::Csv, SheetFormat::Xlsx] {
            let empty = template(*language, format);
            let reading = read_sheet(&empty, format).unwrap();
            assert_eq!((reading.records.len(), reading.errors.len()), (0, 0), "{language} {format:?}");
            let reading = read_sheet(&filled(&empty, format), format).unwrap();
            assert_eq!(reading.errors, [], "{language} {format:?}");
            assert_eq!(reading.records, [expected()], "{language} {format:?}");
        }
    }
}

#[test]
fn a_workbook_offers_each_code_in_the_reader_s_words_and_turns_for_right_to_left() {
    for language in Language::ALL {
        let (bytes, texts) = (template(*language, SheetFormat::Xlsx), texts(*language));
        let sheets = sheets(&bytes);
        let headings = &sheets["register"][0];
        assert_eq!(headings.len(), COLUMNS.len());
        assert_eq!(headings[2], format!("{} [prs_FirstName]", texts["column-prs-firstname"]));
        for (place, (column, _)) in COLUMNS.iter().enumerate() {
            let shown: Vec<&str> =
                sheets["lists"].iter().filter_map(|row| row.get(place)).map(String::as_str).collect();
            let shown: Vec<&str> = shown.into_iter().filter(|text| !text.is_empty()).collect();
            assert_eq!(shown.len(), codes(column).len(), "{language} {column}");
            for (shown, code) in shown.iter().zip(codes(column)) {
                assert!(shown.len() > code.len() + 3 && shown.ends_with(&format!(" [{code}]")), "{language} {shown}");
            }
        }
        let register = part(&bytes, "xl/worksheets/sheet1.xml");
        assert_eq!(register.matches("<dataValidation ").count(), 8, "{language}");
        assert!(register.contains("<formula1>lists!$G$1:$G$6</formula1>"), "genders");
        assert_eq!(
            register.contains("rightToLeft=\"1\""),
            language.direction() == Direction::RightToLeft,
            "{language}"
        );
        assert!(part(&bytes, "xl/workbook.xml").contains("name=\"lists\" sheetId=\"3\" state=\"hidden\""));
        let about: Vec<&str> = sheets["about"].iter().map(|row| row[0].as_str()).collect();
        assert_eq!(about, [&texts["sheet-several"], &texts["page-drafted"], sangam_wire::htcds::ATTRIBUTION]);
    }
}

/// The columns are those that the partner which is shipped takes, and no other.
#[test]
fn the_template_is_the_register_that_the_example_takes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners");
    let partner = PartnerConfig::read(&folder, "small-ngo", &Overrides::default()).unwrap();
    let mut taken = partner.narrow.fields;
    let mut offered: Vec<String> = COLUMNS.iter().map(|(column, _)| (*column).to_owned()).collect();
    taken.sort();
    offered.sort();
    assert_eq!(offered, taken);
}

/// What is misspelt is told by its letters, with the column that was most likely meant; a column of the standard's own name
/// may stand beside headings in any language.
#[test]
fn a_heading_that_is_misspelt_is_told() {
    let reading = |headings: &str| {
        let text = format!("{headings}\nSS-1,Sita,Feminine\n");
        read_sheet(text.as_bytes(), SheetFormat::Csv).unwrap()
    };
    let right = reading("नम्बर [sangam_record],prs_FirstName,लिङ्ग [ prs_Gender ]");
    assert_eq!((right.records.len(), right.errors.len()), (1, 0));
    for (headings, column, hint) in [
        ("नम्बर [sangam_record],नाम [prs_FirstNam],[prs_Gender]", "B", Some("prs_FirstName")),
        ("नम्बर [sangam_record],prs_FirstName,लिङ्ग [Prs_gendre]", "C", Some("prs_Gender")),
        ("नम्बर [sangam_record],पहिलो नाम,[prs_Gender]", "B", None),
        ("नम्बर [sangam_record],[prs_Gender],[prs_Gender]", "C", None),
    ] {
        let reading = reading(headings);
        let told: Vec<_> = reading.errors.iter().map(|error| (error.column.as_str(), error.hint.as_deref())).collect();
        let meant = told.iter().filter(|told| told.0 == column).collect::<Vec<_>>();
        assert_eq!(meant, [&(column, hint)], "{headings}");
        assert!(reading.records.is_empty());
    }
    let label =
        read_sheet("sangam_record,prs_Gender\n1,महिला\n2,महिला [Femenine]\n".as_bytes(), SheetFormat::Csv).unwrap();
    let kinds: Vec<_> = label.errors.iter().map(|error| error.kind).collect();
    assert_eq!(kinds, [RowErrorKind::UnknownCode; 2], "a label alone, or another code behind it, is never guessed");
}
