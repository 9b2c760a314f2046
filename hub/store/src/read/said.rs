//! What is there about a person, by category: what lies sealed in any record about her, and what case records say of her
//! in codes and days. Whoever becomes her owner reads all of it, so that all of it is asked about before.

use sangam_vocabulary::{Category, CategorySet, Instant, SubjectId};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

use crate::connect::Store;
use crate::fault::StoreFault;
use crate::page::bytes;
use crate::repatriation::{Known, expression};

async fn rows<C: ConnectionTrait>(
    connection: &C,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, StoreFault> {
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    Ok(connection.query_all_raw(statement).await?)
}

/// The kinds of records that say something in clear columns, and of which category: by whether there is one.
const SAY: [(&str, Category); 6] = [
    ("SELECT 1 AS one FROM hearing WHERE subject = $1 LIMIT 1", Category::Legal),
    ("SELECT 1 AS one FROM risk WHERE subject = $1 LIMIT 1", Category::ContactSafety),
    ("SELECT 1 AS one FROM support_plan WHERE subject = $1 LIMIT 1", Category::Narrative),
    ("SELECT 1 AS one FROM arrival WHERE subject = $1 LIMIT 1", Category::Immigration),
    ("SELECT 1 AS one FROM arrival WHERE subject = $1 AND close_reason IS NOT NULL LIMIT 1", Category::Services),
    (
        "SELECT 1 AS one FROM repatriation WHERE subject = $1 AND (memo_sender IS NOT NULL OR memo_receiver IS NOT NULL) LIMIT 1",
        Category::Documents,
    ),
];

/// Every category in which anything about a subject is there, as a connection or a change sees it.
pub(crate) async fn said<C: ConnectionTrait>(
    connection: &C,
    subject: SubjectId,
    at: Instant,
) -> Result<CategorySet, StoreFault> {
    let her = || bytes(subject.uuid());
    let mut all = CategorySet::NONE;
    for row in rows(connection, "SELECT DISTINCT category FROM held WHERE subject = $1", vec![her()]).await? {
        let category: i64 = row.try_get("", "category")?;
        let bit = u32::try_from(category).ok().and_then(|category| 1_u32.checked_shl(category));
        all = all.or(CategorySet::from_bits(bit.ok_or(StoreFault::Unreadable { column: "category" })?));
    }
    for (sql, category) in SAY {
        if !rows(connection, sql, vec![her()]).await?.is_empty() {
            all = all.with(category);
        }
    }
    let sql = format!("SELECT {} AS known FROM repatriation t WHERE t.subject = $1", expression());
    for row in rows(connection, &sql, vec![her(), at.millis().into()]).await? {
        let known = Known::read(&row.try_get::<String>("", "known")?);
        all = all.or(known.ok_or(StoreFault::Unreadable { column: "known" })?.says());
    }
    Ok(all)
}

impl Store {
    /// Every category in which anything about a subject is there, sealed or said by a case record. For work of the hub
    /// itself.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn categories_said(&self, subject: SubjectId, at: Instant) -> Result<CategorySet, StoreFault> {
        said(&self.reading, subject, at).await
    }
}
