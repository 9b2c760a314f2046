//! Cases in CSV: a row for each, and for the second item of a list another row, which repeats the case's key and of the case
//! itself either nothing or everything, as programs do that write a table out of several. Rows that tell something else of
//! the case are another one. The rows of a case may stand anywhere. A byte order mark is read, because spreadsheet
//! programs write one; nothing that is written starts a formula ([`crate::sheet`]).

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::case::{Draft, fault};
use super::column::{Column, columns};
use super::fields::{self, ATTRIBUTION as ATTRIBUTION_COLUMN, GROUPS, KEY, REFERRAL};
use super::report::{FieldFault, FieldFaultKind};
use super::value::{self, Kind};
use super::{ATTRIBUTION, Cases};
use crate::fault::{FileFault, WireFault};
use crate::sheet::{Cell, Row, Sheet, SheetFormat, letters};

/// Whether a cell of a column tells something of the case itself, which is said once. One of a column that is none does.
fn is_of_the_case(column: &Column<'_>) -> bool {
    let is_key = column.name == KEY || column.name == REFERRAL;
    column.kind != Some(Kind::Ignored) && !is_key && fields::group(column.name).is_none()
}

pub(super) fn read(bytes: &[u8]) -> Result<Cases, WireFault> {
    let sheet = Sheet::read(bytes, SheetFormat::Csv)?;
    let key = sheet.place(KEY).ok_or(WireFault::File(FileFault::Format))?;
    let referral = sheet.place(REFERRAL);
    let columns = columns(&sheet);
    let mut drafts: BTreeMap<usize, Draft> = BTreeMap::new();
    for (place, Place { owner, again }) in places(&sheet, &columns, key, referral).into_iter().enumerate() {
        let Some(row) = sheet.rows.get(place) else { continue };
        read_row(row, &columns, again, drafts.entry(owner).or_default());
    }
    let mut cases = Cases::default();
    for (owner, draft) in drafts {
        draft.close(sheet.rows.get(owner).map_or(0, |row| row.number), &mut cases);
    }
    Ok(cases)
}

/// Where a row belongs.
struct Place {
    /// The row of whose case it is: its own, the first that tells the same of the case, or the one that tells of the case
    /// where it holds items alone.
    owner: usize,
    /// Whether it tells of the case what the owner told already: then its items may be repeated too.
    again: bool,
}

/// For each row where it belongs.
fn places(sheet: &Sheet, columns: &[Column<'_>], key: usize, referral: Option<usize>) -> Vec<Place> {
    let id = |row: &'_ Row| (row.text(Some(key)).trim().to_owned(), row.text(referral).trim().to_owned());
    // What a row tells of the case itself, and whatever stands beyond the last column.
    let told = |row: &'_ Row| {
        let cells = row.cells.iter().enumerate();
        let of_case = |place: usize| columns.get(place).is_none_or(is_of_the_case);
        let told = cells.filter(|(place, cell)| **cell != Cell::Empty && of_case(*place));
        told.map(|(place, cell)| (place, cell.clone())).collect::<Vec<_>>()
    };
    let (mut same, mut telling, mut first) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (place, row) in sheet.rows.iter().enumerate() {
        let (id, told) = (id(row), told(row));
        first.entry(id.clone()).or_insert(place);
        if !told.is_empty() {
            telling.entry(id.clone()).or_insert(place);
            same.entry((id, told)).or_insert(place);
        }
    }
    let belongs = |(place, row): (usize, &Row)| {
        let (id, told) = (id(row), told(row));
        // Whose a row without a key is cannot be said.
        let owner = match (id.0.is_empty(), told.is_empty()) {
            (true, _) => place,
            (false, true) => telling.get(&id).or_else(|| first.get(&id)).copied().unwrap_or(place),
            (false, false) => same.get(&(id, told.clone())).copied().unwrap_or(place),
        };
        Place { owner, again: owner != place && !told.is_empty() }
    };
    sheet.rows.iter().enumerate().map(belongs).collect()
}

fn read_row(row: &Row, columns: &[Column<'_>], again: bool, draft: &mut Draft) {
    let mut items: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (place, cell) in row.cells.iter().enumerate() {
        let column = columns.get(place);
        if *cell == Cell::Empty || column.is_some_and(|column| column.kind == Some(Kind::Ignored)) {
            continue;
        }
        let value = match column {
            Some(Column { name, kind: Some(kind), twice: false, .. }) => read_cell(row.number, name, *kind, cell),
            Some(Column { name, kind: Some(_), .. }) => {
                Err(fault(row.number, (*name).to_owned(), FieldFaultKind::DuplicateField, length(cell), None))
            }
            other => {
                let hint = other.and_then(|column| column.meant).map(str::to_owned);
                Err(fault(row.number, letters(place), FieldFaultKind::UnknownField, length(cell), hint))
            }
        };
        let name = column.map(|column| column.name).unwrap_or_default();
        match (value, fields::group(name)) {
            (Err(fault), _) => draft.faults.push(fault),
            (Ok(value), Some(group)) => drop(items.entry(group).or_default().insert(name.to_owned(), value)),
            (Ok(value), None) => draft.put(name, value),
        }
    }
    for (group, _) in GROUPS {
        if let Some(item) = items.remove(group).filter(|item| !(again && draft.has(group, item))) {
            draft.add(row.number, group, item);
        }
    }
}

fn read_cell(row: usize, name: &str, kind: Kind, cell: &Cell) -> Result<Value, FieldFault> {
    match cell {
        Cell::Text(text) => {
            value::of_cell(kind, text).map_err(|wrong| FieldFault::of(row, name.to_owned(), wrong, length(cell)))
        }
        _ => Err(fault(row, name.to_owned(), FieldFaultKind::Formula, length(cell), None)),
    }
}

fn length(cell: &Cell) -> usize {
    cell.written().chars().count()
}

/// The bytes of cases that are exact: the columns that they have, in the standard's order.
pub(super) fn write(exact: &[Map<String, Value>]) -> Result<Vec<u8>, WireFault> {
    let has = |name: &str| {
        let in_items = |case: &Map<String, Value>| {
            let items = fields::group(name).and_then(|group| case.get(group)).and_then(Value::as_array);
            items.is_some_and(|items| items.iter().any(|item| item.get(name).is_some()))
        };
        name == KEY || name == ATTRIBUTION_COLUMN || exact.iter().any(|case| case.contains_key(name) || in_items(case))
    };
    let header: Vec<String> = fields::all().map(|(name, _)| name).filter(|name| has(name)).map(str::to_owned).collect();
    let mut sheet = Sheet { header, rows: Vec::new() };
    for case in exact {
        let items = GROUPS.map(|(group, _)| case.get(group).and_then(Value::as_array));
        let height = items.iter().flatten().map(|items| items.len()).max().unwrap_or(0).max(1);
        for number in 0..height {
            let cells = sheet.header.iter().map(|name| match fields::group(name) {
                _ if name == KEY || name == REFERRAL || (number == 0 && fields::group(name).is_none()) => {
                    case.get(name)
                }
                Some(group) => case.get(group).and_then(|items| items.get(number)).and_then(|item| item.get(name)),
                None => None,
            });
            let cells = cells.map(|value| value.map_or(Cell::Empty, |value| Cell::of(written(value)))).collect();
            sheet.rows.push(Row { number: 0, cells });
        }
    }
    let attribution = sheet.place(ATTRIBUTION_COLUMN);
    if let (Some(place), Some(row)) = (attribution, sheet.rows.first_mut()) {
        row.set(place, Cell::of(ATTRIBUTION.to_owned()));
    }
    crate::sheet::within(sheet.rows.len(), crate::sheet::MAX_ROWS, "rows")?;
    sheet.write(SheetFormat::Csv)
}

fn written(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => value::written(other),
    }
}
