//! A page a pair of countries: one table for each age and role, equal tables shown once, equal pages in one file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sangam_custody::{Act, Age};
use sangam_proofs::Cast;
use sangam_vocabulary::{Category, Code, Country, Purpose, Role};

use crate::cell::{Cell, Decider, MINOR};
use crate::index::Tally;

/// A column: its act, its purpose, what stands above it.
pub(crate) const COLUMNS: [(Act, Purpose, &str); 11] = [
    (Act::Share, Purpose::Protection, "Protection"),
    (Act::Share, Purpose::ServiceReferral, "Service referral"),
    (Act::Share, Purpose::Repatriation, "Repatriation"),
    (Act::Share, Purpose::FamilyTracing, "Family tracing"),
    (Act::Share, Purpose::LegalAid, "Legal aid"),
    (Act::Share, Purpose::Prosecution, "Prosecution"),
    (Act::Share, Purpose::Reintegration, "Reintegration"),
    (Act::Share, Purpose::Monitoring, "Monitoring"),
    (Act::Share, Purpose::Statistics, "Statistics"),
    (Act::Publish, Purpose::Protection, "PUBLISH"),
    (Act::Publish, Purpose::Statistics, "PUBLISH as statistics"),
];

/// The ages that have tables.
pub(crate) const AGES: [(Age, &str); 2] = [(MINOR, "minor"), (Age::Adult, "adult")];

type Table = Vec<Cell>;

/// For whom a table holds: ages, owner roles, recipient roles, all by place.
type Whom = BTreeSet<(usize, usize, usize)>;

/// What is equal for some pairs of countries.
pub(crate) struct Page {
    pub(crate) pairs: Vec<(Country, Country)>,
    tables: Vec<(Whom, Table)>,
}

/// Every page, in the order of its first pair.
pub(crate) fn pages(decider: &mut Decider, tally: &mut Tally) -> Vec<Page> {
    let mut out: Vec<Page> = Vec::new();
    for owner in Country::ALL {
        for recipient in Country::ALL {
            let tables = tables(decider, tally, *owner, *recipient);
            match out.iter_mut().find(|page| page.tables == tables) {
                Some(page) => page.pairs.push((*owner, *recipient)),
                None => out.push(Page { pairs: vec![(*owner, *recipient)], tables }),
            }
        }
    }
    out
}

fn tables(decider: &mut Decider, tally: &mut Tally, owner: Country, recipient: Country) -> Vec<(Whom, Table)> {
    let cast = Cast::default();
    let mut by_table: BTreeMap<Table, Whom> = BTreeMap::new();
    for (o, owner_role) in Role::ALL.iter().enumerate() {
        for (r, recipient_role) in Role::ALL.iter().enumerate() {
            let (from, to) = (cast.of(owner, *owner_role), cast.twin(cast.of(recipient, *recipient_role)));
            decider.parties(from, to);
            for (a, (age, age_word)) in AGES.iter().enumerate() {
                let mut table = Table::new();
                for category in Category::ALL {
                    for (act, purpose, column) in COLUMNS {
                        let cell = decider.cell(act, *age, *category, purpose);
                        tally.count(cell, || format!("{owner}→{recipient}, {age_word}, {owner_role} to {recipient_role}, {category}, {column}"));
                        table.push(cell);
                    }
                }
                by_table.entry(table).or_default().insert((a, o, r));
            }
        }
    }
    let mut out: Vec<(Whom, Table)> = by_table.into_iter().map(|(table, whom)| (whom, table)).collect();
    // Recipients in the order of the list, minors before adults.
    out.sort_by_key(|(whom, _)| whom.iter().map(|(a, o, r)| (*r, *a, *o)).min());
    out
}

fn roles(places: &BTreeSet<usize>) -> String {
    if places.len() == Role::ALL.len() {
        return "any".to_owned();
    }
    places.iter().map(|place| Role::ALL[*place].code()).collect::<Vec<_>>().join(", ")
}

/// For whom a table holds, in lines: recipients that share ages and owners stand in one.
fn whom(whom: &Whom) -> Vec<String> {
    let mut by_recipient: BTreeMap<usize, BTreeMap<usize, BTreeSet<usize>>> = BTreeMap::new();
    for (age, owner, recipient) in whom {
        by_recipient.entry(*recipient).or_default().entry(*age).or_default().insert(*owner);
    }
    let mut merged: BTreeMap<(BTreeSet<usize>, BTreeSet<usize>), BTreeSet<usize>> = BTreeMap::new();
    for (recipient, ages) in by_recipient {
        let mut by_owners: BTreeMap<BTreeSet<usize>, BTreeSet<usize>> = BTreeMap::new();
        for (age, owners) in ages {
            by_owners.entry(owners).or_default().insert(age);
        }
        for (owners, ages) in by_owners {
            merged.entry((ages, owners)).or_default().insert(recipient);
        }
    }
    let ages = |places: &BTreeSet<usize>| places.iter().map(|a| AGES[*a].1).collect::<Vec<_>>().join(" or ");
    merged
        .iter()
        .map(|((a, owners), recipients)| {
            format!("recipient {}; {}; owner {}", roles(recipients), ages(a), roles(owners))
        })
        .collect()
}

impl Page {
    /// The file: named by its first pair.
    pub(crate) fn file(&self) -> String {
        let (owner, recipient) = self.pairs[0];
        format!("{owner}-{recipient}.md")
    }

    /// The pairs in words.
    pub(crate) fn title(&self) -> String {
        self.pairs.iter().map(|(owner, recipient)| format!("{owner} → {recipient}")).collect::<Vec<_>>().join(", ")
    }

    /// The page as Markdown.
    pub(crate) fn text(&self, decider: &Decider) -> String {
        let mut notes: Vec<usize> = Vec::new();
        let mut body = String::new();
        for (number, (for_whom, table)) in self.tables.iter().enumerate() {
            writeln!(body, "\n## Table {}\n", number + 1).unwrap();
            for line in whom(for_whom) {
                writeln!(body, "- {line}").unwrap();
            }
            let head: Vec<_> = COLUMNS.iter().map(|(_, _, name)| *name).collect();
            writeln!(body, "\n| Category | {} |\n|---|{}", head.join(" | "), "---|".repeat(COLUMNS.len())).unwrap();
            for (category, cells) in Category::ALL.iter().zip(table.chunks(COLUMNS.len())) {
                let cells: Vec<_> = cells.iter().map(|cell| written(*cell, &mut notes)).collect();
                writeln!(body, "| {} | {} |", category.code(), cells.join(" | ")).unwrap();
            }
        }
        let mut out = format!(
            "# {}\n\nOwner → recipient. Generated from `decide`; not edited by hand. What the letters mean is in \
             [README.md](README.md); the number is the deciding row of law:\n\n",
            self.title()
        );
        for (number, place) in notes.iter().enumerate() {
            let (country, row) = &decider.rows()[*place];
            let binds = country.map_or("everywhere", |c| c.code());
            writeln!(out, "{}. `{}` ({binds}): {}", number + 1, row.id, row.basis).unwrap();
        }
        out + &body
    }
}

fn written(cell: Cell, notes: &mut Vec<usize>) -> String {
    let mut note = |row: usize| match notes.iter().position(|known| *known == row) {
        Some(place) => place + 1,
        None => {
            notes.push(row);
            notes.len()
        }
    };
    match cell {
        Cell::Permitted => "P".to_owned(),
        Cell::Unrelated => "R".to_owned(),
        Cell::Forbidden(row) => format!("F {}", note(row)),
        Cell::Liftable(row) => format!("L {}", note(row)),
        Cell::Window(row) => format!("W {}", note(row)),
    }
}
