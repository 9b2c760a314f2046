//! Reading a root field that is a page of the store's rows.

use sangam_custody::OutwardKind;
use sangam_language::{Caller, ErrorCode, Page, PageAsk, Plan, PortFault, Row, SealedIn};
use sangam_store::{PageQuery, RawPage, Rows, Scope, StoreFault};
use sangam_vocabulary::{
    Category, CategorySet, Code, Country, OrganizationId, Purpose, RecordId, Seat, SubjectId, hex, unhex,
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::answer::Unanswered;
use crate::hub::{Desk, DeskFault};
use crate::ids::{self, Prefix};
use crate::rules::carrying;

/// How often a page is read again when something changed while it was decided. Changes come in bursts of one
/// or two; a page that meets a third says that the hub is busy.
pub(crate) const ATTEMPTS: u8 = 3;

/// The most relations of one organization to one subject that a read by id looks at.
pub(crate) const RELATIONS: u16 = 64;

pub(crate) fn text<'a>(arguments: &'a Map<String, Json>, name: &str) -> Option<&'a str> {
    arguments.get(name).and_then(Json::as_str)
}

impl From<Unanswered> for PortFault {
    fn from(reason: Unanswered) -> Self {
        match reason {
            Unanswered::Stale => ErrorCode::TooBusy.into(),
            Unanswered::Fault(fault) => fault,
        }
    }
}

pub(crate) fn store_fault(fault: StoreFault) -> PortFault {
    DeskFault::from(fault).into()
}

impl Desk {
    /// What a caller may read for a purpose, now: every row of its own, so many at most. What a page is narrowed to is
    /// for whoever asks.
    pub(crate) fn scope(&self, caller: &Caller, purpose: Option<Purpose>, limit: u16) -> Scope {
        let party = caller.party();
        Scope {
            organization: party.organization,
            person: party.person(),
            at: self.now(),
            purpose,
            carrying: carrying(purpose, party.role),
            record: None,
            subject: None,
            within: None,
            seat: None,
            state: None,
            from: None,
            to: None,
            after: None,
            limit,
        }
    }

    /// Reads a page of rows for a root field.
    pub(crate) async fn page(&self, caller: &Caller, ask: &PageAsk<'_>, rows: Rows) -> Result<Page, PortFault> {
        let organization = caller.party().organization;
        let query = cursor_query(ask);
        let after = match ask.after {
            None => None,
            Some(text) => Some(self.open_place(organization, &query, text)?),
        };
        let state = text(ask.arguments, "state").map(str::to_owned);
        let mut scope = Scope { state, after, ..self.scope(caller, ask.purpose, ask.first) };
        let id = text(ask.arguments, "id").or(text(ask.arguments, "search"));
        scope.record = id.map(|id| self.row_id(organization, rows, id)).transpose()?;
        scope.seat = match text(ask.arguments, "direction") {
            Some("SENT") => Some(Seat::Sender),
            Some("RECEIVED") => Some(Seat::Recipient),
            _ => text(ask.arguments, "turn").map(Seat::read).transpose().map_err(|_| ErrorCode::BadVariables)?,
        };
        if rows == Rows::Repatriations {
            let country = |name| text(ask.arguments, name).map(Country::read).transpose();
            let way = (country("from"), country("to"));
            (scope.from, scope.to) = match way {
                (Ok(from), Ok(to)) => (from, to),
                _ => return Err(ErrorCode::BadVariables.into()),
            };
        }
        if rows == Rows::Consents {
            let subject = text(ask.arguments, "subject").ok_or(ErrorCode::BadId)?;
            scope.subject =
                Some(SubjectId::from_uuid(self.inward(organization, OutwardKind::Subject, subject)?.uuid()));
        }
        if rows == Rows::Messages {
            let referral = text(ask.arguments, "referral").ok_or(ErrorCode::BadId)?;
            scope.within = Some(self.inward(organization, OutwardKind::Referral, referral)?);
        }
        if rows == Rows::Documents
            && let Some(of) = text(ask.arguments, "of")
        {
            scope.within = Some(self.hung_on(organization, of)?);
        }
        if rows.case().is_some()
            && let Some(subject) = text(ask.arguments, "subject")
        {
            scope.subject =
                Some(SubjectId::from_uuid(self.inward(organization, OutwardKind::Subject, subject)?.uuid()));
        }
        if rows == Rows::Subjects && scope.record.is_some() {
            // A subject may be reached through several relations; which one shows the most is seen once all are
            // decided.
            scope.limit = RELATIONS;
        }
        let mut page = self.rows(caller, ask.plan, rows, scope).await?;
        page.has_previous = ask.after.is_some();
        if ask.plan.cursors {
            for (place, row) in &mut page.places {
                row.cursor = self.seal_place(organization, &query, *place)?;
            }
        }
        Ok(Page {
            rows: page.places.into_iter().map(|(_, row)| row).collect(),
            has_next: page.has_next,
            has_previous: page.has_previous,
            receipt: page.receipt,
        })
    }

    /// Reads rows within a scope and decides those about subjects; again where something changed meanwhile.
    pub(crate) async fn rows(&self, caller: &Caller, plan: &Plan, rows: Rows, scope: Scope) -> Result<Read, PortFault> {
        let mut columns = plan.columns.clone();
        columns.extend(rows.case().map_or(&[][..], |case| case.steps).iter().map(|column| (*column).to_owned()));
        let sealed: Vec<(bool, Category)> =
            plan.sealed.iter().map(|(place, c)| (*place == SealedIn::Subject, *c)).collect();
        let mut query = PageQuery { rows, columns: &columns, sealed: &sealed, scope };
        for attempt in 1..=ATTEMPTS {
            query.scope.at = self.now();
            let page = self.store.page(&query).await.map_err(store_fault)?;
            let has_next = page.has_next;
            if !rows.of_subject() {
                return self.plain(caller, plan, rows, page).map(|places| Read {
                    places,
                    has_next,
                    has_previous: false,
                    receipt: None,
                });
            }
            let purpose = query.scope.purpose.ok_or(ErrorCode::PurposeRequired)?;
            match self.answer(caller, purpose, rows, plan, page).await {
                Ok(answered) => {
                    let places = answered.rows.into_iter().map(|(record, row)| (record.uuid(), row)).collect();
                    return Ok(Read { places, has_next, has_previous: false, receipt: answered.receipt });
                }
                Err(Unanswered::Stale) if attempt < ATTEMPTS => {
                    // What changed may be who asks: the account, the membership, a lock.
                    if caller.admission().is_some() && !self.still_admitted(caller).await {
                        return Err(ErrorCode::Unavailable.into());
                    }
                }
                Err(reason) => return Err(reason.into()),
            }
        }
        Err(ErrorCode::TooBusy.into())
    }

    fn plain(&self, caller: &Caller, plan: &Plan, rows: Rows, page: RawPage) -> Result<Vec<(Uuid, Row)>, PortFault> {
        let organization = caller.party().organization;
        page.rows
            .into_iter()
            .map(|raw| {
                let mut cells = Vec::with_capacity(raw.values.len());
                for (column, value) in plan.columns.iter().zip(raw.values) {
                    cells.push(self.cell(organization, rows, column, value)?);
                }
                let row = Row {
                    cells,
                    disclosed: Vec::new(),
                    shown: None,
                    can_see: CategorySet::NONE,
                    can_do: Vec::new(),
                    cursor: String::new(),
                    rows: Vec::new(),
                };
                Ok((raw.record.uuid(), row))
            })
            .collect()
    }

    /// The record that documents hang on: a subject's own, or a referral.
    fn hung_on(&self, organization: OrganizationId, of: &str) -> Result<RecordId, PortFault> {
        let kinds = [OutwardKind::Subject, OutwardKind::Referral];
        let kind = kinds.into_iter().find(|kind| of.starts_with(kind.prefix())).ok_or(ErrorCode::BadId)?;
        self.inward(organization, kind, of)
    }

    fn row_id(&self, organization: sangam_vocabulary::OrganizationId, rows: Rows, id: &str) -> Result<Uuid, PortFault> {
        match (rows, rows.case()) {
            (_, Some(case)) => self.inward(organization, case.outward, id).map(|record| record.uuid()),
            (Rows::Subjects, None) => self.inward(organization, OutwardKind::Subject, id).map(|record| record.uuid()),
            (_, None) => Prefix::Organization.read(id),
        }
    }

    fn seal_place(
        &self,
        organization: sangam_vocabulary::OrganizationId,
        query: &[u8],
        place: Uuid,
    ) -> Result<String, PortFault> {
        let sealed = self.keys.seal_cursor(organization, query, place.as_bytes()).map_err(DeskFault::from)?;
        Ok(hex(&sealed))
    }

    fn open_place(
        &self,
        organization: sangam_vocabulary::OrganizationId,
        query: &[u8],
        text: &str,
    ) -> Result<Uuid, PortFault> {
        let sealed = unhex(text).ok_or(ErrorCode::BadCursor)?;
        let place = self.keys.open_cursor(organization, query, &sealed).map_err(|_| ErrorCode::BadCursor)?;
        Uuid::from_slice(&place).map_err(|_| ErrorCode::BadCursor.into())
    }
}

/// Rows with their places in the page's order.
pub(crate) struct Read {
    pub(crate) places: Vec<(Uuid, Row)>,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
    pub(crate) receipt: Option<sangam_custody::Receipt>,
}

/// What a cursor is bound to besides the caller: the field, the purpose and every argument but the place.
pub(crate) fn cursor_query(ask: &PageAsk<'_>) -> Vec<u8> {
    let mut out = format!("{} {}", ask.field, ask.purpose.map_or("", Code::code));
    for (name, value) in ask.arguments.iter().filter(|(name, _)| !matches!(name.as_str(), "first" | "after")) {
        out.push_str(&format!(" {name}={value}"));
    }
    out.into_bytes()
}

/// The id of an organization argument, if it is there.
pub(crate) fn organization_argument(
    arguments: &Map<String, Json>,
    name: &str,
) -> Result<Option<sangam_vocabulary::OrganizationId>, PortFault> {
    text(arguments, name).map(ids::organization).transpose()
}
