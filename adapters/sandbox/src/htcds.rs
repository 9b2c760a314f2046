//! The case system of a training centre in Bangladesh that writes and reads HTCDS 2.0 files, as JSON or as CSV: its list of
//! cases, its answers to referrals, and what its people do with both. It writes each file anew beside the old one and then
//! over it, and reads what the hub wrote by its own means.

mod desk;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

pub use desk::CaseDesk;

/// The lists of a case, and how the names of their fields begin.
const LISTS: [(&str, &[&str]); 4] = [
    (
        "outgoingReferrals",
        &[
            "cas_Referred",
            "cas_ReasonForOutgoing",
            "cas_Outgoing",
            "sangam_outgoing_",
            "sangam_services",
            "sangam_urgency",
        ],
    ),
    ("caseComments", &["cco_"]),
    ("historicTraffickingEvents", &["hte_"]),
    ("supportPlans", &["spl_"]),
];

/// How the system writes its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseFormat {
    /// `cases.json`, `answers.json`, `referrals.json`.
    Json,
    /// `cases.csv`, `answers.csv`, `referrals.csv`.
    Csv,
}

type Case = Map<String, Value>;

/// The system.
pub struct CaseSystem {
    folder: PathBuf,
    format: CaseFormat,
    cases: Mutex<Vec<Case>>,
    answers: Mutex<Vec<Case>>,
}

impl CaseSystem {
    /// A system without cases, whose files stand in a folder.
    ///
    /// # Errors
    /// The file of cases cannot be written.
    pub fn open(folder: &Path, format: CaseFormat) -> std::io::Result<Self> {
        let system = Self { folder: folder.to_owned(), format, cases: Mutex::default(), answers: Mutex::default() };
        system.save("cases", &[])?;
        Ok(system)
    }

    /// The invented people it has from the start: a woman with a referral to the Indian shelter and two plans, and a boy
    /// whose consent is refused.
    ///
    /// # Errors
    /// The file of cases cannot be written.
    pub fn seed(&self) -> std::io::Result<()> {
        self.write(
            "AP-001",
            json!({
                "sangam_share": true, "prs_FirstName": "Rokeya", "prs_SecondName": "Sarkar", "prs_Birthdate": "1999-03-08",
                "prs_Gender": "Feminine", "prs_Citizenship": ["BD"], "prs_MailingState": "BD-D", "prs_MailingCity": "Jashore",
                "vic_TraffickingStatus": "ActualVictimOfTrafficking",
                "vic_TypeOfExploitation": ["ForcedLabour", "Servitude"], "cas_Status": "Active", "con_Consent": true,
                "sangam_withheld": ["HEALTH"],
                "outgoingReferrals": [{
                    "cas_ReferredOrganisation": "Asha Nivas", "cas_OutgoingReferralDate": "2026-10-12",
                    "cas_OutgoingReferralDetails": "She left papers there.", "sangam_services": ["LEGAL_AID"],
                    "sangam_outgoing_referral": "AP-001-1"
                }],
                "supportPlans": [
                    {"spl_Type": "Livelihood", "spl_Objectives": "A shop of her own.", "spl_ActionPlan": "Bookkeeping."},
                    {"spl_Type": "Education"}
                ],
                "historicTraffickingEvents": [
                    {"hte_Type": "Recruitment", "hte_Country": "BD", "hte_Date": "2024-01-05"},
                    {"hte_Type": "Transit", "hte_Country": "IN"}
                ]
            }),
        )?;
        self.write(
            "AP-002",
            json!({
                "sangam_share": true, "prs_FirstName": "Tuhin", "prs_Birthdate": "2012-06-30", "prs_Gender": "Masculine",
                "prs_Citizenship": ["BD"], "cas_Status": "FollowUp", "con_Consent": false
            }),
        )
    }

    /// Writes fields of the case of a key, which is opened where there is none.
    ///
    /// # Errors
    /// The file of cases cannot be written.
    pub fn write(&self, key: &str, fields: Value) -> std::io::Result<()> {
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        let mut cases = self.cases.lock().unwrap_or_else(PoisonError::into_inner);
        match cases.iter_mut().find(|case| is(case, "sangam_record", key)) {
            Some(case) => case.extend(fields),
            None => {
                let mut case = Map::from_iter([("sangam_record".to_owned(), Value::from(key))]);
                case.extend(fields);
                cases.push(case);
            }
        }
        self.save("cases", &cases)
    }

    /// Takes the case of a key out.
    ///
    /// # Errors
    /// The file of cases cannot be written.
    pub fn remove(&self, key: &str) -> std::io::Result<()> {
        let mut cases = self.cases.lock().unwrap_or_else(PoisonError::into_inner);
        cases.retain(|case| !is(case, "sangam_record", key));
        self.save("cases", &cases)
    }

    /// The referrals that the hub wrote for it, withdrawn ones too.
    #[must_use]
    pub fn offers(&self) -> Vec<Case> {
        let bytes = std::fs::read(self.file("referrals")).unwrap_or_default();
        match self.format {
            CaseFormat::Json => {
                let document: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                let cases = document.get("cases").and_then(Value::as_array).cloned().unwrap_or_default();
                cases.into_iter().filter_map(|case| case.as_object().cloned()).collect()
            }
            CaseFormat::Csv => of_rows(&bytes),
        }
    }

    /// Its people open a case of their own for one that was referred to them, marked for the hub.
    ///
    /// # Errors
    /// The file of cases cannot be written.
    pub fn take(&self, key: &str) -> std::io::Result<()> {
        let Some(mut case) = self.offers().into_iter().find(|case| is(case, "sangam_record", key)) else {
            return Ok(());
        };
        case.retain(|name, _| {
            !name.starts_with("sangam_incoming") && name != "sangam_referral" && name != "sangam_state"
        });
        case.insert("sangam_share".to_owned(), Value::Bool(true));
        self.write(key, Value::Object(case))
    }

    /// Its people answer a referral: `ACCEPTED`, `DECLINED` or `DONE`.
    ///
    /// # Errors
    /// The file of answers cannot be written.
    pub fn decide(&self, referral: &str, answer: &str, reason: Option<&str>) -> std::io::Result<()> {
        let offer = self.offers().into_iter().find(|case| is(case, "sangam_referral", referral)).unwrap_or_default();
        let record = offer.get("sangam_record").cloned().unwrap_or_default();
        let mut told = json!({"sangam_record": record, "sangam_referral": referral, "sangam_answer": answer});
        if let (Some(told), Some(reason)) = (told.as_object_mut(), reason) {
            told.insert("sangam_reason".to_owned(), Value::from(reason));
        }
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|case| !is(case, "sangam_referral", referral));
        answers.extend(told.as_object().cloned());
        self.save("answers", &answers)
    }

    /// The referrals to it that have no answer yet and were not taken back.
    #[must_use]
    pub fn waiting(&self) -> Vec<String> {
        let offers = self.offers();
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let open = offers.iter().filter(|offer| {
            // What has no referring organization is how a referral of their own stands.
            offer.contains_key("cas_ReferringOrganisation")
                && offer.get("sangam_state").and_then(Value::as_str) != Some("WITHDRAWN")
        });
        let referrals = open.filter_map(|offer| offer.get("sangam_referral")?.as_str().map(str::to_owned));
        referrals.filter(|referral| !answers.iter().any(|case| is(case, "sangam_referral", referral))).collect()
    }

    /// A morning at the centre: whatever was referred to them and has no answer yet is accepted. How many were.
    ///
    /// # Errors
    /// The file of answers cannot be written.
    pub fn work(&self) -> std::io::Result<usize> {
        let waiting = self.waiting();
        for referral in &waiting {
            self.decide(referral, "ACCEPTED", None)?;
        }
        Ok(waiting.len())
    }

    /// The path of one of its files.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(match self.format {
            CaseFormat::Json => format!("{name}.json"),
            CaseFormat::Csv => format!("{name}.csv"),
        })
    }

    fn save(&self, name: &str, cases: &[Case]) -> std::io::Result<()> {
        let bytes = match self.format {
            CaseFormat::Json => {
                let document = json!({"standard": "HTCDS", "version": "2.0", "cases": cases});
                serde_json::to_vec_pretty(&document).map_err(std::io::Error::other)?
            }
            CaseFormat::Csv => to_rows(cases)?,
        };
        let beside = self.folder.join(format!(".{name}.theirs"));
        std::fs::write(&beside, bytes)?;
        std::fs::rename(beside, self.file(name))
    }
}

fn is(case: &Case, name: &str, text: &str) -> bool {
    case.get(name).and_then(Value::as_str) == Some(text)
}

/// The list that a field belongs to.
fn list_of(name: &str) -> Option<&'static str> {
    LISTS.iter().find(|(_, begin)| begin.iter().any(|begin| name.starts_with(begin))).map(|(list, _)| *list)
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

/// A table: each case in a row, its second and later items in rows below.
fn to_rows(cases: &[Case]) -> std::io::Result<Vec<u8>> {
    let mut rows: Vec<Vec<(String, String)>> = Vec::new();
    for case in cases {
        let lists = LISTS.map(|(list, _)| case.get(list).and_then(Value::as_array).cloned().unwrap_or_default());
        let height = lists.iter().map(Vec::len).max().unwrap_or(0).max(1);
        for number in 0..height {
            let own = case.iter().filter(|(name, value)| {
                (number == 0 || *name == "sangam_record")
                    && LISTS.iter().all(|(list, _)| list != name)
                    && !value.is_null()
            });
            let items = lists.iter().filter_map(|items| items.get(number)).filter_map(Value::as_object).flatten();
            rows.push(own.chain(items).map(|(name, value)| (name.clone(), cell(value))).collect());
        }
    }
    let mut header = vec!["sangam_record".to_owned()];
    for (name, _) in rows.iter().flatten() {
        if !header.contains(name) {
            header.push(name.clone());
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).map_err(std::io::Error::other)?;
    for row in &rows {
        let text =
            |name: &String| row.iter().find(|(of, _)| of == name).map(|(_, text)| text.as_str()).unwrap_or_default();
        writer.write_record(header.iter().map(text)).map_err(std::io::Error::other)?;
    }
    writer.into_inner().map_err(std::io::Error::other)
}

/// The hub's table back: rows of one referral are one case.
fn of_rows(bytes: &[u8]) -> Vec<Case> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().cloned().unwrap_or_default();
    let mut cases: Vec<Case> = Vec::new();
    for row in reader.records().flatten() {
        let (mut own, mut items) = (Map::new(), Map::new());
        for (name, text) in
            header.iter().zip(&row).filter(|(name, text)| !text.is_empty() && *name != "sangam_attribution")
        {
            match list_of(name) {
                Some(list) => {
                    let item = items.entry(list).or_insert_with(|| json!({}));
                    if let Some(item) = item.as_object_mut() {
                        item.insert(name.to_owned(), Value::from(text));
                    }
                }
                None => drop(own.insert(name.to_owned(), Value::from(text))),
            }
        }
        let referral = own.get("sangam_referral").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !cases.last().is_some_and(|case| is(case, "sangam_referral", &referral)) {
            cases.push(own);
        }
        for (list, item) in items {
            let there = cases.last_mut().map(|case| case.entry(list).or_insert_with(|| json!([])));
            if let Some(Value::Array(there)) = there {
                there.push(item);
            }
        }
    }
    cases
}
