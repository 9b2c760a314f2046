//! What a page reads of consent: the spans that all consents of a subject compile to, for every recipient and purpose
//! they name.

use sangam_custody::{ConsentSpan, ConsentStanding};
use sangam_vocabulary::{Code, Country, Instant, Purpose, SubjectId};
use sea_orm::{DatabaseTransaction, Value};

use crate::command::Refused;
use crate::read;
use crate::write::{all, bytes, execute, one, unavailable, unreadable};

/// How far clocks of two processes may be apart, in milliseconds: spans are compiled from that long ago on, so that a
/// reader whose clock is behind finds the one it is in.
const CLOCKS: i64 = 300_000;

/// How many spans one statement takes.
const SPANS: usize = 200;

/// Compiles a subject's consents anew for every recipient and purpose they name, from now on.
pub(in crate::write) async fn recompile(
    tx: &DatabaseTransaction,
    subject: SubjectId,
    at: Instant,
) -> Result<(), Refused> {
    let id = bytes(subject.uuid());
    let from = at.plus_millis(-CLOCKS);
    let row = one(tx, "SELECT age, adult_from FROM subject WHERE id = $1", vec![id.clone()]).await?;
    let age = read::age(&row.ok_or(Refused::NotFound)?).map_err(unreadable)?;
    let sql = "SELECT * FROM consent WHERE subject = $1 AND until_at > $2 ORDER BY id";
    let rows = all(tx, sql, vec![id.clone(), from.millis().into()]).await?;
    let consents = rows.iter().map(read::consent).collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    execute(tx, "DELETE FROM consent_span WHERE subject = $1", vec![id.clone()]).await?;
    let mut recipients: Vec<_> = consents.iter().flat_map(|c| c.recipients.iter().copied()).collect();
    recipients.sort_unstable();
    recipients.dedup();
    let mut spans = Vec::new();
    for recipient in recipients {
        let row = one(
            tx,
            "SELECT country FROM organization WHERE id = $1 AND membership NOT IN ('LEFT', 'REFUSED')",
            vec![bytes(recipient.uuid())],
        )
        .await?;
        // Whoever has left is given nothing, whatever names it.
        let Some(row) = row else { continue };
        let country: String = row.try_get("", "country").map_err(unavailable)?;
        let Ok(country) = Country::read(&country) else { continue };
        for purpose in Purpose::ALL {
            let whom = ConsentStanding { recipient, country, purpose: *purpose };
            let compiled = ConsentSpan::compile(&consents, age, &whom, from);
            spans.extend(compiled.into_iter().map(|span| (recipient, *purpose, span)));
        }
    }
    for spans in spans.chunks(SPANS) {
        let mut sql =
            String::from("INSERT INTO consent_span (subject, recipient, purpose, from_at, until_at, mask) VALUES ");
        let mut values: Vec<Value> = vec![id.clone()];
        for (number, (recipient, purpose, span)) in spans.iter().enumerate() {
            let (comma, n) = (if number == 0 { "" } else { "," }, values.len());
            sql.push_str(&format!("{comma}($1, ${}, ${}, ${}, ${}, ${})", n + 1, n + 2, n + 3, n + 4, n + 5));
            values.extend([
                bytes(recipient.uuid()),
                purpose.to_string().into(),
                span.from.millis().into(),
                span.until.millis().into(),
                i64::from(span.mask.bits()).into(),
            ]);
        }
        execute(tx, &sql, values).await?;
    }
    Ok(())
}
