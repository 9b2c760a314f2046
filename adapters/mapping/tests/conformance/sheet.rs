//! The spreadsheet: the small organization's folder, as CSV.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sangam_sandbox::{Fault, Register};
use sangam_vocabulary::{Category, ManualClock};
use sangam_wire::config::{Overrides, PartnerConfig, WireConfig};
use sangam_wire::spreadsheet::{SheetFormat, read_sheet};
use sangam_wire::{AnswerState, Delivered};
use serde_json::Value;

use super::post::Post;

/// How many folders there were, so that each has its own.
static OPENED: AtomicUsize = AtomicUsize::new(0);

pub(crate) struct Sheet {
    folder: PathBuf,
    register: Register,
    written: AtomicUsize,
}

impl Sheet {
    /// What the hub wrote for the organization.
    fn outgoing(&self) -> Vec<serde_json::Map<String, Value>> {
        let bytes = std::fs::read(self.folder.join("referrals.xlsx")).unwrap_or_default();
        if bytes.is_empty() { Vec::new() } else { read_sheet(&bytes, SheetFormat::Csv).unwrap().records }
    }

    /// Somebody writes an answer beside a referral.
    fn answer(&self, delivered: &Delivered, answer: &str) {
        let path = self.folder.join("referrals.xlsx");
        let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let column = header.iter().position(|name| name.trim_matches('"') == "sangam_answer").unwrap();
        let referral = delivered.referral.as_ref().unwrap();
        let written = lines.map(|line| {
            let mut cells: Vec<&str> = line.split(',').collect();
            if line.contains(referral.as_str()) {
                cells[column] = answer;
            }
            cells.join(",")
        });
        let written: Vec<String> = written.collect();
        std::fs::write(&path, format!("{}\r\n{}\r\n", header.join(","), written.join("\r\n"))).unwrap();
    }
}

impl Post for Sheet {
    const PARTNER: &'static str = "small-ngo";
    const PAGED: bool = false;
    const KEEPS: &'static [Category] = &[Category::Identity, Category::Demographics];

    async fn open(_: Arc<ManualClock>, _: u64) -> Self {
        let number = OPENED.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("sangam-sheet-{number}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let register = Register::open(&folder).unwrap();
        Self { folder, register, written: AtomicUsize::new(0) }
    }

    fn overrides(&self, _: &Path) -> Overrides {
        Overrides { folder: Some(self.folder.clone()), ..Overrides::default() }
    }

    fn shape(config: &mut PartnerConfig) {
        let WireConfig::Spreadsheet(sheet) = &mut config.wire else { panic!("a sheet") };
        (sheet.format, sheet.incoming) = (SheetFormat::Csv, "register.csv".to_owned());
    }

    fn put(&self, name: &str, marked: bool) -> String {
        let key = format!("SS-{:04}", self.written.fetch_add(1, Ordering::SeqCst));
        let share = if marked { "yes" } else { "no" };
        let cells = [("sangam_share", share), ("prs_FirstName", name), ("prs_Gender", "Feminine")];
        self.register.write(&key, &cells).unwrap();
        key
    }

    fn rename(&self, key: &str, name: &str) {
        self.register.write(key, &[("prs_FirstName", name)]).unwrap();
    }

    /// A row that the hub wrote is first copied into the register, as the organization's people do.
    fn mark(&self, key: &str, marked: bool) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let given = self.outgoing().into_iter().find(|row| row.get("sangam_record").is_some_and(|of| of == key));
        for (name, value) in given.iter().flatten().filter(|(name, _)| name.starts_with("prs_")) {
            self.register.write(key, &[(name, &text(value))]).unwrap();
        }
        self.register.write(key, &[("sangam_share", if marked { "yes" } else { "no" })]).unwrap();
    }

    fn remove(&self, key: &str) {
        self.register.remove(key).unwrap();
    }

    fn miscode(&self, key: &str, odd: bool) {
        self.register.write(key, &[("prs_Gender", if odd { "Otherwise" } else { "Feminine" })]).unwrap();
    }

    fn fault(&self, fault: Fault) {
        panic!("a folder has no {fault:?}");
    }

    fn offered(&self) -> usize {
        self.outgoing().len()
    }

    fn decide(&self, delivered: &Delivered, state: AnswerState) {
        self.answer(
            delivered,
            match state {
                AnswerState::Accepted => "ACCEPTED",
                AnswerState::Declined => "DECLINED",
                AnswerState::Done => "DONE",
                other => panic!("{other:?} is not the partner's to say"),
            },
        );
    }

    /// Nothing is left of it but its keys.
    fn is_over(&self, delivered: &Delivered) -> bool {
        let rows = self.outgoing();
        let of = |row: &&serde_json::Map<String, Value>| {
            row.get("sangam_referral").and_then(Value::as_str) == delivered.referral.as_deref()
        };
        let row = rows.iter().find(of).expect("it is there");
        let is_said = row["sangam_state"] == "WITHDRAWN";
        let tells = row
            .iter()
            .any(|(name, value)| name.starts_with("prs_") && value.as_str().is_some_and(|text| !text.is_empty()));
        assert_eq!(is_said, !tells, "{row:?}");
        is_said
    }

    fn decide_oddly(&self, delivered: &Delivered) {
        self.answer(delivered, "PERHAPS");
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}
