//! Orders, overrides by authority and emergencies: put on record, agreed to by a second person, ended, reviewed. Each
//! moves the fence and says anew until when any of the person's may count, in the same savepoint. What they open is
//! custody's to say (`sangam_custody::decide`). What may be is judged in `rules.rs`; what ends with something else, in
//! `over.rs`.

use sangam_custody::{EMERGENCY_MILLIS, Held, OVERRIDE_DAYS, OrderKind, OverrideBasis};
use sangam_vocabulary::{
    CategorySet, Code, Instant, Noun, OrganizationId, PersonId, Purpose, PurposeSet, RecordId, Seat, SubjectId,
};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::exception::{
    EMERGENCY_REVIEW_DAYS, EmergencyReason, EmergencyReview, Event, Exception, ExceptionKind, ExceptionRefusal, State,
    as_of, met,
};
use sangam_workflow::flow::{By, take};
use sea_orm::DatabaseTransaction;

mod over;
mod rules;

pub(super) use over::go_over;

use over::end_those_on;
use rules::{has_room, may_declare, may_override, order_behind};

use super::clock::{ClockOf, start, stop};
use super::standing::{AFTERGLOW_DAYS, Standing, take_seat};
use super::subject::put_held;
use super::{bytes, execute, ids, one, unavailable, unreadable};
use crate::command::{Applied, NewEvent, Refused, Work, Working, commands};
use crate::read;

/// What is put on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exceptional {
    /// An order, by the owner.
    Order {
        /// Who gave it.
        kind: OrderKind,
        /// For which categories.
        categories: CategorySet,
        /// To which organizations.
        recipients: Vec<OrganizationId>,
        /// From when.
        from: Instant,
        /// Until when.
        until: Instant,
    },
    /// An override by authority, by the owner.
    Override {
        /// On what basis.
        basis: OverrideBasis,
        /// For which categories.
        categories: CategorySet,
        /// For which purposes.
        purposes: PurposeSet,
        /// To which organization.
        recipient: OrganizationId,
        /// The order of a court that it rests on; none for a child's protection.
        order: Option<RecordId>,
    },
    /// An emergency, by a recipient.
    Emergency {
        /// What for.
        reason: EmergencyReason,
        /// The record through whose seat it looks after her.
        through: (Noun, RecordId),
    },
}

/// Puts something exceptional on record.
pub struct NewException {
    /// The id.
    pub id: RecordId,
    /// Whose.
    pub subject: SubjectId,
    /// Which organization does: the owner; for an emergency another.
    pub organization: OrganizationId,
    /// Who in it.
    pub person: PersonId,
    /// What.
    pub what: Exceptional,
    /// Its number, who gave it and what was noted, sealed in this record.
    pub words: Option<Held>,
}

commands!(NewException, ExceptionStep);

/// A row to be written: what the three kinds have alike.
struct Row {
    kind: ExceptionKind,
    basis: &'static str,
    categories: CategorySet,
    purposes: PurposeSet,
    recipients: Vec<OrganizationId>,
    order: Option<RecordId>,
    state: State,
    from: Instant,
    until: Instant,
}

impl Exceptional {
    fn row(&self, by: OrganizationId, at: Instant) -> Row {
        let none = PurposeSet::of(&[]);
        match self {
            Self::Order { kind, categories, recipients, from, until } => Row {
                kind: ExceptionKind::Order,
                basis: kind.code(),
                categories: *categories,
                purposes: none,
                recipients: recipients.clone(),
                order: None,
                state: State::Proposed,
                from: *from,
                until: *until,
            },
            Self::Override { basis, categories, purposes, recipient, order } => Row {
                kind: ExceptionKind::Override,
                basis: basis.code(),
                categories: *categories,
                purposes: *purposes,
                recipients: vec![*recipient],
                order: *order,
                state: State::Proposed,
                from: at,
                until: at.plus_days(OVERRIDE_DAYS),
            },
            Self::Emergency { reason, .. } => Row {
                kind: ExceptionKind::Emergency,
                basis: reason.code(),
                categories: CategorySet::NONE,
                purposes: none,
                recipients: vec![by],
                order: None,
                state: State::Declared,
                from: at,
                until: at.plus_millis(EMERGENCY_MILLIS),
            },
        }
    }
}

/// Waits for whoever changes the same subject in another process, and says who owns it.
async fn hold(tx: &DatabaseTransaction, subject: SubjectId) -> Result<OrganizationId, Refused> {
    let id = bytes(subject.uuid());
    execute(tx, "UPDATE subject SET exceptions_until = exceptions_until WHERE id = $1", vec![id.clone()]).await?;
    let row = one(tx, "SELECT owner FROM subject WHERE id = $1", vec![id]).await?.ok_or(Refused::NotFound)?;
    read::id(&row, "owner").map(OrganizationId::from_uuid).map_err(unreadable)
}

/// Says anew until when anything of a subject may count: never too low.
async fn bound(tx: &DatabaseTransaction, subject: SubjectId) -> Result<(), Refused> {
    let counts = read::COUNTS;
    let sql = format!(
        "UPDATE subject SET exceptions_until = coalesce((SELECT max(t.until_at) FROM exception t WHERE t.subject = $1 AND {counts}), 0) WHERE id = $1"
    );
    execute(tx, &sql, vec![bytes(subject.uuid())]).await.map(drop)
}

impl From<ExceptionRefusal> for Refused {
    fn from(reason: ExceptionRefusal) -> Self {
        Self::Exception(reason)
    }
}

fn applied(record: RecordId, subject: SubjectId, state: State) -> Applied {
    let event = NewEvent { noun: Noun::Exception, record, subject, kind: state.code() };
    Applied { record: Some(record.uuid()), events: vec![event], fence: true, ..Applied::default() }
}

const fn clock(record: RecordId, subject: SubjectId) -> ClockOf<'static> {
    ClockOf { noun: Noun::Exception, record, subject, track: "" }
}

impl NewException {
    /// Seats the owner until it is over, or an emergency until it is looked at; and whoever declared it, in a seat that
    /// is never open.
    async fn seat(
        &self,
        tx: &DatabaseTransaction,
        owner: OrganizationId,
        row: &Row,
        at: Instant,
    ) -> Result<(), Refused> {
        let emergency = row.kind == ExceptionKind::Emergency;
        let owners = Standing {
            organization: owner,
            noun: Noun::Exception,
            record: self.id,
            seat: Seat::Owner,
            subject: self.subject,
            purpose: None,
            from: at,
            open_until: if emergency { Instant::NEVER } else { row.until },
            until: Instant::NEVER,
        };
        take_seat(tx, &owners).await?;
        if emergency {
            let declared = Standing {
                organization: self.organization,
                seat: Seat::Recipient,
                purpose: Some(Purpose::Protection),
                open_until: at,
                until: row.until.plus_days(AFTERGLOW_DAYS),
                ..owners
            };
            take_seat(tx, &declared).await?;
        }
        Ok(())
    }
}

impl Work for NewException {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let (record, subject) = (self.id, self.subject);
            let owner = hold(tx, subject).await?;
            let row = self.what.row(self.organization, at);
            let due = match &self.what {
                Exceptional::Emergency { through, .. } => {
                    if owner == self.organization {
                        return Err(Refused::NotFound);
                    }
                    may_declare(tx, self.organization, subject, *through, at).await?;
                    Some(at.plus_days(EMERGENCY_REVIEW_DAYS))
                }
                _ if owner != self.organization => return Err(Refused::NotFound),
                Exceptional::Override { basis, categories, purposes, recipient, order } => {
                    may_override(tx, subject, (*basis, *purposes), at).await?;
                    if *basis == OverrideBasis::CourtOrder {
                        order_behind(tx, subject, *order, (*categories, *recipient), at).await?;
                    }
                    None
                }
                Exceptional::Order { .. } => None,
            };
            has_room(tx, subject, row.kind, at).await?;
            execute(
                tx,
                "INSERT INTO exception (id, subject, organization, kind, basis, categories, purposes, recipients, state, from_at, until_at, recorded_by, recorded_at, review_due_at, changed_at, version, order_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $13, 1, $15)",
                vec![
                    bytes(record.uuid()),
                    bytes(subject.uuid()),
                    bytes(self.organization.uuid()),
                    row.kind.code().into(),
                    row.basis.into(),
                    i64::from(row.categories.bits()).into(),
                    i64::from(row.purposes.bits()).into(),
                    ids(&row.recipients).into(),
                    row.state.code().into(),
                    row.from.millis().into(),
                    row.until.millis().into(),
                    bytes(self.person.uuid()),
                    at.millis().into(),
                    due.map(Instant::millis).into(),
                    row.order.map(|order| order.uuid().as_bytes().to_vec()).into(),
                ],
            )
            .await?;
            self.seat(tx, owner, &row, at).await?;
            if let Some(due) = due {
                start(tx, clock(record, subject), ClockKind::EmergencyReview, at, due).await?;
            }
            put_held(tx, subject, self.words.as_slice()).await?;
            bound(tx, subject).await?;
            Ok(applied(record, subject, row.state))
        })
    }
}

/// What the owner does with something exceptional.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExceptionAct {
    /// A second person agrees to it.
    Agree,
    /// It ends at once.
    End,
    /// Somebody says whether an emergency was one.
    Review(EmergencyReview),
}

/// Takes a step of something exceptional.
pub struct ExceptionStep {
    /// Which.
    pub exception: RecordId,
    /// What it must be.
    pub kind: ExceptionKind,
    /// Who takes the step: must own the subject.
    pub organization: OrganizationId,
    /// Who in it; none: a system.
    pub person: Option<PersonId>,
    /// The version the caller saw.
    pub version: i64,
    /// What is done.
    pub act: ExceptionAct,
}

/// What a step is judged on.
struct Known {
    state: State,
    kind: ExceptionKind,
    from: Instant,
    until: Instant,
    recorded_by: PersonId,
    basis: String,
    categories: CategorySet,
    purposes: PurposeSet,
    recipients: Vec<OrganizationId>,
    order: Option<RecordId>,
    version: i64,
}

impl Known {
    /// Judges an override that is to be approved, and says until when it then counts: for its days, and a court's no longer
    /// than its order.
    async fn overrides_until(
        &self,
        tx: &DatabaseTransaction,
        subject: SubjectId,
        at: Instant,
    ) -> Result<Instant, Refused> {
        let basis = OverrideBasis::read(&self.basis).map_err(|_| Refused::Unavailable)?;
        may_override(tx, subject, (basis, self.purposes), at).await?;
        let until = at.plus_days(OVERRIDE_DAYS);
        match basis {
            OverrideBasis::ChildProtection => Ok(until),
            OverrideBasis::CourtOrder => {
                let recipient = self.recipients.first().copied().ok_or(Refused::Unavailable)?;
                let order = order_behind(tx, subject, self.order, (self.categories, recipient), at).await?;
                Ok(until.min(order))
            }
        }
    }
}

impl ExceptionStep {
    async fn subject(&self, tx: &DatabaseTransaction) -> Result<SubjectId, Refused> {
        let sql = "SELECT subject FROM exception WHERE id = $1 AND kind = $2";
        let row = one(tx, sql, vec![bytes(self.exception.uuid()), self.kind.code().into()]).await?;
        let subject = read::id(&row.ok_or(Refused::NotFound)?, "subject").map_err(unreadable)?;
        let subject = SubjectId::from_uuid(subject);
        if hold(tx, subject).await? == self.organization { Ok(subject) } else { Err(Refused::NotFound) }
    }

    async fn known(&self, tx: &DatabaseTransaction) -> Result<Known, Refused> {
        let row = one(
            tx,
            "SELECT t.state, t.kind, t.from_at, t.until_at, t.recorded_by, t.basis, t.categories, t.purposes, t.recipients, t.order_id, t.version FROM standing s JOIN exception t ON t.id = s.record WHERE s.organization = $1 AND s.noun = 'EXCEPTION' AND s.record = $2 AND s.seat = 'OWNER'",
            vec![bytes(self.organization.uuid()), bytes(self.exception.uuid())],
        )
        .await?
        .ok_or(Refused::NotFound)?;
        let order: Option<Vec<u8>> = row.try_get("", "order_id").map_err(unavailable)?;
        Ok(Known {
            state: read::code(&row, "state").map_err(unreadable)?,
            kind: read::code(&row, "kind").map_err(unreadable)?,
            from: read::instant(&row, "from_at").map_err(unreadable)?,
            until: read::instant(&row, "until_at").map_err(unreadable)?,
            recorded_by: read::id(&row, "recorded_by").map(PersonId::from_uuid).map_err(unreadable)?,
            basis: row.try_get("", "basis").map_err(unavailable)?,
            categories: read::categories(&row, "categories").map_err(unreadable)?,
            purposes: read::purposes(&row).map_err(unreadable)?,
            recipients: read::list(&row, "recipients", read::organization_id).map_err(unreadable)?,
            order: order
                .map(|_| read::id(&row, "order_id").map(RecordId::from_uuid))
                .transpose()
                .map_err(unreadable)?,
            version: row.try_get("", "version").map_err(unavailable)?,
        })
    }
}

impl Work for ExceptionStep {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let subject = self.subject(tx).await?;
            let known = self.known(tx).await?;
            if self.version != known.version {
                return Err(Refused::Conflict { current: known.version });
            }
            let (event, finding) = match self.act {
                ExceptionAct::Agree => (Event::Agree, None),
                ExceptionAct::End => (Event::End, None),
                ExceptionAct::Review(finding) => (Event::Review, Some(finding)),
            };
            let state = as_of(known.state, known.until, at);
            let met = met(self.person.map(|person| person == known.recorded_by));
            let stepped = take::<Exception>(state, event, By::Seat(Seat::Owner), met, finding)?;
            let (mut from, mut until, mut open_until) = (known.from, known.until, at);
            match self.act {
                ExceptionAct::Agree if known.kind == ExceptionKind::Override => {
                    (from, until) = (at, known.overrides_until(tx, subject, at).await?);
                    open_until = until;
                }
                ExceptionAct::Agree => open_until = until,
                ExceptionAct::End | ExceptionAct::Review(EmergencyReview::NotJustified) => {
                    (from, until) = (from.min(at), until.min(at));
                }
                ExceptionAct::Review(EmergencyReview::Justified) => {}
            }
            let person = || self.person.map(|person| person.uuid().as_bytes().to_vec());
            let agrees = matches!(self.act, ExceptionAct::Agree);
            let reviews = stepped.reason().is_some();
            execute(
                tx,
                "UPDATE exception SET state = $2, from_at = $3, until_at = $4, agreed_by = coalesce($5, agreed_by), agreed_at = coalesce($6, agreed_at), finding = coalesce($7, finding), reviewed_by = coalesce($8, reviewed_by), review_due_at = CASE WHEN $9 = 1 THEN NULL ELSE review_due_at END, changed_at = $10, version = version + 1 WHERE id = $1",
                vec![
                    bytes(self.exception.uuid()),
                    stepped.to().code().into(),
                    from.millis().into(),
                    until.millis().into(),
                    person().filter(|_| agrees).into(),
                    agrees.then_some(at.millis()).into(),
                    stepped.reason().map(|finding| finding.code().to_owned()).into(),
                    person().filter(|_| reviews).into(),
                    i64::from(reviews).into(),
                    at.millis().into(),
                ],
            )
            .await?;
            execute(
                tx,
                "UPDATE standing SET open_until = $2 WHERE record = $1 AND noun = 'EXCEPTION' AND seat = 'OWNER'",
                vec![bytes(self.exception.uuid()), open_until.millis().into()],
            )
            .await?;
            if reviews {
                stop(tx, clock(self.exception, subject)).await?;
            }
            let ended = match (known.kind, self.act) {
                (ExceptionKind::Order, ExceptionAct::End) => end_those_on(tx, subject, self.exception, at).await?,
                _ => Vec::new(),
            };
            bound(tx, subject).await?;
            let mut applied = applied(self.exception, subject, stepped.to());
            applied.events.extend(ended);
            Ok(applied)
        })
    }
}
