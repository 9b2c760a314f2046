//! What a step goes by where the state of the record does not show to whoever asks for it: the covering word, as `canDo`
//! says it. Decided as an answer decides it, from the same columns; nothing is opened, and nothing of it leaves but in a
//! refusal, which says no more than an answer would.

use sangam_language::{Caller, ErrorCode, PortFault};
use sangam_store::{Covered, PageQuery, Part, Rows, Scope, Value};
use sangam_vocabulary::{CategorySet, Code, Purpose, RecordId};
use sangam_workflow::repatriation::{Reason, hold};

use crate::hub::Desk;
use crate::read::store_fault;
use crate::returns::Seen;
use crate::steps::{is_covered, steps};

/// What is tried.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tried {
    /// A step of a record, or of a part of it, by code.
    Of(Option<Part>, &'static str),
    /// To let go of a hold of this reason.
    LettingGo(Reason),
}

impl Desk {
    /// The covering word's steps for a caller, where the state of a record, of a part of it, or a hold does not show to it;
    /// `None` where it shows, and where the record does not exist for the caller, which the step itself finds.
    pub(crate) async fn covered(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        (rows, record): (Rows, RecordId),
        tried: Tried,
    ) -> Result<Option<Covered>, PortFault> {
        let purpose = purpose.ok_or(ErrorCode::PurposeRequired)?;
        let names = rows.case().map_or(&[][..], |case| case.steps);
        let columns: Vec<String> = names.iter().map(|column| (*column).to_owned()).collect();
        let scope = Scope { record: Some(record.uuid()), ..self.scope(caller, Some(purpose), 1) };
        let query = PageQuery { rows, columns: &columns, sealed: &[], scope };
        let page = self.store.page(&query).await.map_err(store_fault)?;
        let Some(seen) = self.seen(caller, purpose, rows, page).await? else { return Ok(None) };
        let Some(of) = &seen.raw.subject else { return Ok(None) };
        let offered = match (rows, seen.raw.values.as_slice()) {
            (Rows::Repatriations, [_, Value::Text(known)]) => {
                let request = Seen::of(known, of, &self.corridors, seen.can_see, seen.may_act, self.now());
                request.and_then(|request| match tried {
                    Tried::Of(part, _) => request.under_cover(part),
                    // Of a hold that it is not told of nobody learns by letting it go.
                    Tried::LettingGo(reason) => request.hides_hold(reason).then(Vec::new),
                })
            }
            (_, known) if is_covered(rows, known, seen.can_see) => {
                let nothing = CategorySet::NONE;
                Some(if seen.may_act { steps(rows, known, of, seen.can_see, nothing) } else { Vec::new() })
            }
            _ => None,
        };
        let event = match tried {
            Tried::Of(_, event) => event,
            Tried::LettingGo(_) => hold::Event::Release.code(),
        };
        Ok(offered.map(|offered| Covered { event, offered }))
    }
}
