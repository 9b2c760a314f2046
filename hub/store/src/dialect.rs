//! Where the two databases differ in what we ask of them.

use sea_orm::DbBackend;

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

    /// Bytes as hexadecimal text, in whichever case the database writes it.
    pub(crate) fn hex(self, expression: &str) -> String {
        match self {
            Self::Sqlite => format!("hex({expression})"),
            Self::Postgres => format!("encode({expression},'hex')"),
        }
    }

    /// Nullable bytes as hexadecimal text or null.
    pub(crate) fn hex_or_null(self, expression: &str) -> String {
        match self {
            Self::Sqlite => format!("CASE WHEN {expression} IS NULL THEN NULL ELSE hex({expression}) END"),
            Self::Postgres => format!("encode({expression},'hex')"),
        }
    }

    /// A JSON array of expressions.
    pub(crate) fn array(self, expressions: &[String]) -> String {
        let list = expressions.join(",");
        match self {
            Self::Sqlite => format!("json_array({list})"),
            Self::Postgres => format!("json_build_array({list})"),
        }
    }

    /// All values of a column of JSON arrays as one JSON array text, in whichever order they come: SQLite puts
    /// what it orders inside an aggregate into a tree of its own, which costs more than reading the rows.
    pub(crate) fn gather(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("'[' || coalesce(group_concat({column}, ','), '') || ']'"),
            Self::Postgres => format!("coalesce(json_agg({column})::text, '[]')"),
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
