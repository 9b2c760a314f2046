//! A session and whose it is, of one snapshot.

use sangam_vocabulary::Instant;

use crate::connect::Store;
use crate::fault::StoreFault;
use crate::person::{self, PersonRow};

/// A person's session.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// SHA-256 of its random bits.
    pub id: [u8; 32],
    /// The account's generation when it began.
    pub generation: i64,
    /// When it was last used, to the minute.
    pub used_at: Instant,
    /// When it ends in any case.
    pub until: Instant,
    /// Whose it is.
    pub person: PersonRow,
}

impl Store {
    /// The session whose id begins with these 128 bits: there is one at most.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn session(&self, begins: [u8; 16]) -> Result<Option<SessionRow>, StoreFault> {
        let end = |byte: u8| {
            let mut end = begins.to_vec();
            end.resize(32, byte);
            end
        };
        let sql = format!(
            "SELECT s.id AS session, s.generation AS began_as, s.used_at AS touched_at, s.until_at AS ends_at, {} FROM session s JOIN person p ON p.id = s.person LEFT JOIN appointment a ON a.person = p.id WHERE s.id >= $1 AND s.id <= $2",
            person::COLUMNS
        );
        let row = self.one(&sql, vec![end(0).into(), end(u8::MAX).into()]).await?;
        row.map(|row| {
            let id: Vec<u8> = row.try_get("", "session")?;
            Ok(SessionRow {
                id: id.try_into().map_err(|_| StoreFault::Unreadable { column: "session" })?,
                generation: row.try_get("", "began_as")?,
                used_at: Instant::from_millis(row.try_get("", "touched_at")?),
                until: Instant::from_millis(row.try_get("", "ends_at")?),
                person: person::read(&row)?,
            })
        })
        .transpose()
    }
}
