//! The register of a small organization in Nepal, with HTCDS column names, as XLSX and as CSV.

mod clerk;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rust_xlsxwriter::{Format, Workbook, XlsxError};

pub use clerk::Clerk;

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

/// A register that its organization goes on writing, as CSV, saved as spreadsheet programs save: a new file in the old
/// one's place.
pub struct Register {
    folder: PathBuf,
    rows: Mutex<Vec<[String; HEADER.len()]>>,
}

impl Register {
    /// An empty register, `register.csv` in a folder.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        let register = Self { folder: folder.to_owned(), rows: Mutex::default() };
        register.save()?;
        Ok(register)
    }

    /// Writes a cell of the row of a key, which is added where there is none. A column that the register does not have
    /// changes nothing.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, key: &str, cells: &[(&str, &str)]) -> std::io::Result<()> {
        {
            let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
            let place = rows.iter().position(|row| row.first().is_some_and(|first| first == key));
            if place.is_none() {
                let mut row: [String; HEADER.len()] = Default::default();
                if let Some(first) = row.first_mut() {
                    key.clone_into(first);
                }
                rows.push(row);
            }
            let place = place.unwrap_or(rows.len() - 1);
            for (name, text) in cells {
                let column = HEADER.iter().position(|known| known == name);
                let cell = rows.get_mut(place).zip(column).and_then(|(row, column)| row.get_mut(column));
                if let Some(cell) = cell {
                    (*text).clone_into(cell);
                }
            }
        }
        self.save()
    }

    /// Takes the row of a key out.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn remove(&self, key: &str) -> std::io::Result<()> {
        let is = |row: &[String; HEADER.len()]| row.first().is_some_and(|first| first == key);
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).retain(|row| !is(row));
        self.save()
    }

    fn save(&self) -> std::io::Result<()> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let body: String = rows.iter().map(|row| line(row)).collect();
        let beside = self.folder.join(".register.csv.new");
        std::fs::write(&beside, format!("\u{feff}{}{body}", line(&HEADER)))?;
        std::fs::rename(beside, self.folder.join("register.csv"))
    }
}

/// A line of CSV with every cell in quotes.
fn line(cells: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.as_ref().replace('"', "\"\""))).collect();
    format!("{}\r\n", quoted.join(","))
}
