//! Where the two databases differ in what we ask of them.

use std::borrow::Cow;

use sea_orm::DbBackend;

/// An expression of a row, and whether it is bytes.
pub(crate) struct Cell {
    pub(crate) expression: Cow<'static, str>,
    pub(crate) bytes: bool,
}

/// Where a page's rows come from: tables, filters, the column they are ordered by, newest first, and the number of
/// the place for how many.
pub(crate) struct Source {
    pub(crate) from: String,
    pub(crate) filters: String,
    pub(crate) order: &'static str,
    pub(crate) limit: usize,
}

/// Which SQL is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    pub(crate) const fn of(backend: DbBackend) -> Option<Self> {
        match backend {
            DbBackend::Sqlite => Some(Self::Sqlite),
            DbBackend::Postgres => Some(Self::Postgres),
            _ => None,
        }
    }

    pub(crate) const fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }

    /// The statement of a page, with the rules and the fence of the state it is read in. SQLite's gives rows, and the
    /// two, read once, stand in front of each: a row of their own would take a compound, which copies every row once
    /// more, and the epoch as a table of the join would mislead the planner. PostgreSQL's gives one row with all rows as one JSON value, bytes as hexadecimal text, in whichever
    /// order they come.
    pub(crate) fn page(self, cells: &[Cell], source: &Source) -> String {
        let mut list = String::new();
        for cell in cells {
            if !list.is_empty() {
                list.push(',');
            }
            match self {
                Self::Postgres if cell.bytes => {
                    list.push_str("encode(");
                    list.push_str(&cell.expression);
                    list.push_str(",'hex')");
                }
                _ => list.push_str(&cell.expression),
            }
        }
        let Source { from, filters, order, limit } = source;
        match self {
            Self::Sqlite => format!(
                "SELECT (SELECT rules FROM epoch WHERE id = 1),(SELECT fence FROM epoch WHERE id = 1),{list} FROM {from} WHERE {filters} ORDER BY {order} DESC LIMIT ${limit}"
            ),
            Self::Postgres => format!(
                "SELECT e.rules AS rules, e.fence AS fence, (SELECT coalesce(json_agg(x.cells)::text, '[]') FROM (SELECT json_build_array({list}) AS cells FROM {from} WHERE {filters} ORDER BY {order} DESC LIMIT ${limit}) x) AS rows FROM epoch e WHERE e.id = 1"
            ),
        }
    }

    /// A join whose left side is read first. SQLite reads them so whatever its statistics say, so that a scoped
    /// query begins at standing; PostgreSQL, which knows no such join, chooses by cost.
    pub(crate) const fn join_after(self) -> &'static str {
        match self {
            Self::Sqlite => "CROSS JOIN",
            Self::Postgres => "JOIN",
        }
    }

    /// Ends a query whose rows nobody else may change until the transaction ends; rows that refer to them may still
    /// be added. On SQLite a transaction that writes has the database for itself.
    pub(crate) const fn hold_rows(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR NO KEY UPDATE",
        }
    }

    /// Whether bytes occur in bytes.
    pub(crate) fn contains(self, whole: &str, part: &str) -> String {
        match self {
            Self::Sqlite => format!("instr({whole}, {part}) > 0"),
            Self::Postgres => format!("position({part} IN {whole}) > 0"),
        }
    }

    /// Replaces the type names of our data definitions.
    pub(crate) fn define(self, sql: &str) -> String {
        match self {
            Self::Sqlite => sql
                .replace("{BYTES}", "BLOB")
                .replace("{INT}", "INTEGER")
                .replace("{SERIAL}", "INTEGER PRIMARY KEY AUTOINCREMENT")
                .replace("{END}", " STRICT")
                .replace("{ROWLESS}", " STRICT, WITHOUT ROWID"),
            Self::Postgres => sql
                .replace("{BYTES}", "BYTEA")
                .replace("{INT}", "BIGINT")
                .replace("{SERIAL}", "BIGSERIAL PRIMARY KEY")
                .replace("{END}", "")
                .replace("{ROWLESS}", ""),
        }
    }
}
