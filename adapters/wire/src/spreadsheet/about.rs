//! What an integrator is told of a folder of sheets.

use serde_json::{Map, Value};

use crate::config::about::{About, Need, Source, Spelling, as_it_is, marked_by_path, setting};
use crate::narrow::Narrow;

pub(crate) const ABOUT: About = About {
    sentence: "Sheets with HTCDS 2.0 columns, XLSX or CSV, exchanged in a folder that only the two sides can enter.",
    key: ".sangam_record",
    source: Source::Sheet,
    sample: "A sheet, XLSX or CSV, with HTCDS column names in its first row and `sangam_record` as the row's own key.",
    spelling: Spelling::Members,
    settings: &[
        setting("folder", "\"/var/lib/sangam/exchange/NAME\"", Need::Must, "The folder."),
        setting("incoming", "\"register.xlsx\"", Need::Must, "The sheet that the organization writes."),
        setting("outgoing", "\"referrals.xlsx\"", Need::Must, "The sheet that the hub writes."),
        setting("format", "\"xlsx\"", Need::Must, "The format of both: xlsx or csv."),
    ],
    shape: as_it_is,
    narrow: narrowed,
    marked: marked_by_path,
};

fn narrowed(row: Map<String, Value>, narrow: &Narrow) -> Value {
    super::narrowed(row, narrow)
}
