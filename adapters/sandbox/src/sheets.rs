//! The register of a small organization in Nepal, with HTCDS column names, as XLSX and as CSV.

use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// The header.
const HEADER: [&str; 17] = [
    "sangam_record",
    "sangam_share",
    "prs_FirstName",
    "prs_SecondName",
    "prs_Birthdate",
    "prs_Gender",
    "prs_Citizenship",
    "prs_MobilePhone",
    "prs_MailingState",
    "vic_TraffickingStatus",
    "vic_TypeOfExploitation",
    "cas_Status",
    "con_Consent",
    "cas_ReferredOrganisation",
    "cas_OutgoingReferralDate",
    "sangam_services",
    "cas_OutgoingReferralDetails",
];

/// How many rows stand below the header.
pub const SAMPLE_ROWS: usize = 4;

/// Invented people: a woman with a referral to the Indian shelter, a minor without a second name, one whose
/// consent is refused, and one who is not for the hub.
const ROWS: [[&str; 17]; SAMPLE_ROWS] = [
    [
        "SS-001",
        "yes",
        "Sita",
        "Lama",
        "1998-02-11",
        "Feminine",
        "NP",
        "+977 1 0000001",
        "NP-P3",
        "ActualVictimOfTrafficking",
        "ForcedLabour;Servitude",
        "Active",
        "yes",
        "Asha Nivas",
        "2026-10-05",
        "LEGAL_AID;PSYCHOSOCIAL",
        "Hearing in Kolkata.",
    ],
    [
        "SS-002",
        "yes",
        "Gopal",
        "",
        "2011-07-30",
        "Masculine",
        "NP",
        "",
        "NP-P1",
        "PossibleVictimOfTrafficking",
        "ChildLabour",
        "FollowUp",
        "yes",
        "",
        "",
        "",
        "",
    ],
    [
        "SS-003",
        "yes",
        "Maili",
        "Rai",
        "",
        "NonSpecifiedUnknown",
        "NP;IN",
        "",
        "",
        "",
        "",
        "Closed",
        "no",
        "",
        "",
        "",
        "",
    ],
    ["SS-004", "no", "Not", "Shared", "1990-01-01", "Feminine", "NP", "", "", "", "", "Active", "", "", "", "", ""],
];

/// The sample as CSV, with a byte order mark as spreadsheet programs write it.
#[must_use]
pub fn sample_csv() -> Vec<u8> {
    let line = |cells: &[&str]| {
        let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        format!("{}\r\n", quoted.join(","))
    };
    let rows: String = ROWS.iter().map(|row| line(row)).collect();
    format!("\u{feff}{}{rows}", line(&HEADER)).into_bytes()
}

/// The sample as XLSX: dates as date cells, yes and no as truth values, the rest as text, with a bold header
/// and an empty row, as people leave them.
///
/// # Errors
/// What the writer of workbooks gives; it does not for these cells.
pub fn sample_xlsx() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let (bold, date) = (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
    let page = book.add_worksheet();
    for (column, name) in (0_u16..).zip(HEADER) {
        page.write_string_with_format(0, column, name, &bold)?;
    }
    for (row, cells) in (2_u32..).zip(ROWS) {
        for (column, (name, text)) in (0_u16..).zip(HEADER.iter().zip(cells)) {
            match (*name, text) {
                (_, "") => {}
                ("sangam_share" | "con_Consent", _) => {
                    page.write_boolean(row, column, text == "yes")?;
                }
                ("prs_Birthdate" | "cas_OutgoingReferralDate", _) => {
                    let day = rust_xlsxwriter::ExcelDateTime::parse_from_str(text)?;
                    page.write_datetime_with_format(row, column, &day, &date)?;
                }
                _ => {
                    page.write_string(row, column, text)?;
                }
            }
        }
    }
    book.save_to_buffer()
}

/// Writes `register.xlsx` and `register.csv` into a folder.
///
/// # Errors
/// The files cannot be written.
pub fn write_samples(folder: &Path) -> std::io::Result<()> {
    let workbook = sample_xlsx().map_err(std::io::Error::other)?;
    std::fs::write(folder.join("register.xlsx"), workbook)?;
    std::fs::write(folder.join("register.csv"), sample_csv())
}
