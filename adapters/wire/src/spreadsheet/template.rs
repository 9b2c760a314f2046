//! The empty register that a small organization begins with, in its own language: each heading says what it is and, in
//! square brackets, the HTCDS name of its column; each code of a list stands the same way behind its label. What is read
//! again is what stands in the brackets, so that a template of any language, also one whose words were mended since, is
//! the same sheet to the hub.

use rust_xlsxwriter::{DataValidation, Format, Formula, Workbook, Worksheet, XlsxError};

use super::SheetFormat;
use crate::fault::{FileFault, WireFault};
use crate::htcds::ATTRIBUTION;
use crate::htcds::fields;
use crate::htcds::value::Kind;
use crate::sheet::{MAX_ROWS, Sheet};

/// The columns, and the list of words that the codes of each are told with. Any other HTCDS column may be added by its
/// name.
pub const COLUMNS: [(&str, &str); 19] = [
    ("sangam_record", ""),
    ("sangam_share", "truth"),
    ("prs_FirstName", ""),
    ("prs_MiddleName", ""),
    ("prs_SecondName", ""),
    ("prs_Birthdate", ""),
    ("prs_Gender", "gender"),
    ("prs_Citizenship", ""),
    ("prs_MailingState", ""),
    ("prs_MailingCity", ""),
    ("vic_TraffickingStatus", "trafficking"),
    ("vic_TypeOfExploitation", "exploitation"),
    ("cas_Status", "status"),
    ("con_Consent", "truth"),
    ("cas_ReferredOrganisation", ""),
    ("cas_OutgoingReferralDate", ""),
    ("cas_OutgoingReferralDetails", ""),
    ("sangam_services", "service"),
    ("sangam_urgency", "urgency"),
];

/// The name of the sheet of lists, which is hidden; the register's is `register`, that of what is said of it `about`.
const LISTS: &str = "lists";

/// The words of a language.
pub struct Words<'w> {
    /// The words for a code of a list: `column` for headings, the lists of [`COLUMNS`] for codes, `sheet` for the sentence
    /// on cells that take several codes (`several`). Where there are none, the code stands alone.
    pub say: &'w dyn Fn(&str, &str) -> Option<String>,
    /// Whether the language is written from right to left.
    pub right_to_left: bool,
    /// What is said of the sheet besides: for instance that nobody has read the translation.
    pub notice: Option<&'w str>,
}

impl Words<'_> {
    fn with_code(&self, list: &str, code: &str) -> String {
        (self.say)(list, code).map_or_else(|| code.to_owned(), |words| format!("{words} [{code}]"))
    }
}

/// The codes of a column that takes codes.
#[must_use]
pub fn codes(column: &str) -> &'static [&'static str] {
    match fields::kind(column) {
        Some(Kind::Code(codes) | Kind::Codes(codes)) => codes,
        Some(Kind::Checkbox) => &["yes", "no"],
        _ => &[],
    }
}

/// An empty register in a language. CSV has headings alone; XLSX has a list to choose from in each cell that takes codes.
///
/// # Errors
/// The bytes cannot be made.
pub fn write(format: SheetFormat, words: &Words<'_>) -> Result<Vec<u8>, WireFault> {
    let headings = COLUMNS.map(|(column, _)| words.with_code("column", column));
    match format {
        SheetFormat::Csv => Sheet { header: headings.to_vec(), rows: Vec::new() }.write(SheetFormat::Csv),
        SheetFormat::Xlsx => workbook(&headings, words).map_err(|_| WireFault::File(FileFault::Write)),
    }
}

fn workbook(headings: &[String], words: &Words<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The register first: it is the sheet that is read.
    let mut register = Worksheet::new();
    let (mut lists, mut about) = (Worksheet::new(), Worksheet::new());
    register.set_name("register")?.set_right_to_left(words.right_to_left).set_freeze_panes(1, 0)?;
    lists.set_name(LISTS)?.set_hidden(true);
    about.set_name("about")?.set_right_to_left(words.right_to_left).set_column_width(0, 100)?;
    let (bold, day) = (Format::new().set_bold().set_text_wrap(), Format::new().set_num_format("yyyy-mm-dd"));
    let text = Format::new().set_num_format("@");
    for (place, ((column, list), heading)) in (0_u16..).zip(COLUMNS.iter().zip(headings)) {
        register.set_column_width(place, 24)?;
        let is_day = fields::kind(column) == Some(Kind::Date);
        register.set_column_format(place, if is_day { &day } else { &text })?;
        register.write_string_with_format(0, place, heading, &bold)?;
        let codes = codes(column);
        for (row, code) in (0_u32..).zip(codes) {
            lists.write_string(row, place, words.with_code(list, code))?;
        }
        if let Some(choice) = choice(column, place, codes.len(), words)? {
            register.add_data_validation(1, place, u32::try_from(MAX_ROWS).unwrap_or(u32::MAX), place, &choice)?;
        }
    }
    let several = (words.say)("sheet", "several");
    let said = [several.as_deref(), words.notice, Some(ATTRIBUTION)];
    for (row, sentence) in (0_u32..).zip(said.into_iter().flatten()) {
        about.write_string_with_format(row, 0, sentence, &Format::new().set_text_wrap())?;
    }
    for page in [register, about, lists] {
        book.push_worksheet(page);
    }
    book.save_to_buffer()
}

/// The list that a cell of a column offers. One that takes several codes offers one, and takes whatever is typed.
fn choice(column: &str, place: u16, codes: usize, words: &Words<'_>) -> Result<Option<DataValidation>, XlsxError> {
    if codes == 0 {
        return Ok(None);
    }
    let letters = crate::sheet::letters(usize::from(place));
    let list = Formula::new(format!("={LISTS}!${letters}$1:${letters}${codes}"));
    let choice = DataValidation::new().allow_list_formula(list);
    if !matches!(fields::kind(column), Some(Kind::Codes(_))) {
        return Ok(Some(choice));
    }
    let choice = choice.show_error_message(false);
    match (words.say)("sheet", "several") {
        Some(several) => choice.set_input_message(several).map(Some),
        None => Ok(Some(choice)),
    }
}
