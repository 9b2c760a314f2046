//! Somebody of the small organization who opens the sheet of referrals that the hub keeps for it, and answers in it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use calamine::{Data, Range, Reader, Xlsx};
use rust_xlsxwriter::{Workbook, XlsxError};

use crate::server::{Decision, NO_PLACE, Pile, Shift};

/// The sheet's name in the folder.
const SHEET: &str = "referrals.xlsx";
/// Its columns: the referral, what became of it in the hub, and the two that are the organization's own.
const REFERRAL: &str = "sangam_referral";
const STATE: &str = "sangam_state";
const ANSWER: &str = "sangam_answer";
const REASON: &str = "sangam_reason";

/// Whoever answers in a folder's sheet; stops when dropped.
pub struct Clerk {
    folder: PathBuf,
    shift: Shift,
}

impl Clerk {
    /// Somebody who does not work yet.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), shift: Shift::default() }
    }

    /// From now on the sheet is looked through every so often.
    pub fn employ(&self, every: Duration) {
        let folder = self.folder.clone();
        let work = tokio::spawn(async move {
            let mut pile = Pile::default();
            loop {
                tokio::time::sleep(every).await;
                let (place, before) = (folder.clone(), pile.clone());
                let looked = tokio::task::spawn_blocking(move || look(&place, before)).await;
                // A sheet that cannot be read, or that the hub wrote meanwhile, is looked at again.
                if let Ok(Ok(Some(looked))) = looked {
                    pile = looked;
                }
            }
        });
        self.shift.begin(work.abort_handle());
    }
}

/// Looks through the sheet once, and saves it where something was decided; `None` where the hub wrote it meanwhile.
fn look(folder: &Path, mut pile: Pile) -> io::Result<Option<Pile>> {
    let path = folder.join(SHEET);
    let written = || std::fs::metadata(&path).and_then(|file| file.modified());
    let Ok(before) = written() else { return Ok(Some(pile)) };
    let mut book: Xlsx<_> = Xlsx::new(io::Cursor::new(std::fs::read(&path)?)).map_err(io::Error::other)?;
    let sheet = book.worksheet_range_at(0).ok_or_else(|| io::Error::other("no sheet"))?.map_err(io::Error::other)?;
    let mut rows = texts(&sheet);
    let Some(header) = rows.first().cloned() else { return Ok(Some(pile)) };
    let place = |name: &str| header.iter().position(|known| known == name);
    let columns = place(REFERRAL).zip(place(STATE)).zip(place(ANSWER).zip(place(REASON)));
    let Some(((referral, state), (answer, reason))) = columns else { return Ok(Some(pile)) };
    let cell = |row: &[String], place: usize| row.get(place).cloned().unwrap_or_default();
    let waits = |row: &&Vec<String>| cell(row, answer).is_empty() && cell(row, state) != "WITHDRAWN";
    let waiting = rows.iter().skip(1).filter(waits).map(|row| cell(row, referral)).collect();
    let decided = pile.look(waiting);
    if decided.is_empty() {
        return Ok(Some(pile));
    }
    for (offer, decision) in decided {
        let Some(row) = rows.iter_mut().find(|row| cell(row, referral) == offer) else { continue };
        let (word, why) = match decision {
            Decision::Accept => ("ACCEPTED", ""),
            Decision::Decline => ("DECLINED", NO_PLACE),
        };
        for (column, text) in [(answer, word), (reason, why)] {
            if let Some(cell) = row.get_mut(column) {
                text.clone_into(cell);
            }
        }
    }
    let beside = folder.join(".referrals.xlsx.new");
    std::fs::write(&beside, saved(&rows).map_err(io::Error::other)?)?;
    if written()? != before {
        std::fs::remove_file(beside)?;
        return Ok(None);
    }
    std::fs::rename(beside, &path)?;
    Ok(Some(pile))
}

/// Every cell as a text, each row as wide as the widest.
fn texts(sheet: &Range<Data>) -> Vec<Vec<String>> {
    sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

fn saved(rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            page.write_string(row, column, text)?;
        }
    }
    book.save_to_buffer()
}
