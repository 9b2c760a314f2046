//! One step of one table: what it returned is written, with what the step brings, and clocks follow.

use sangam_vocabulary::{Code, Instant, Noun, Seat};
use sangam_workflow::clock::ClockKind;
use sangam_workflow::flow::{By, Flow, Stepped, take};
use sangam_workflow::repatriation::court::{self, Court};
use sangam_workflow::repatriation::handover::{ARRIVAL_MILLIS, SECOND_SIGNATURE_MILLIS};
use sangam_workflow::repatriation::hold::{self, Holding};
use sangam_workflow::repatriation::papers::{self, ExitClearance, TravelDocument};
use sangam_workflow::repatriation::placement::{self, Placement};
use sangam_workflow::repatriation::request::{self, Request};
use sangam_workflow::repatriation::screening::Screening;
use sangam_workflow::repatriation::verification::{self, Verification};
use sangam_workflow::repatriation::{Need, Reason};
use sea_orm::{DatabaseTransaction, Value};

use super::{Evidence, Found, RepatriationStep, Stepping, seats};
use crate::command::Refused;
use crate::read;
use crate::repatriation::Part;
use crate::write::clock::{self, ClockOf};
use crate::write::{bytes, execute, one, unreadable};

/// What the clocks of the request itself are kept under.
const OF_THE_REQUEST: &str = "REQUEST";

fn instant(at: Option<Instant>) -> Value {
    at.map(Instant::millis).into()
}

fn code(reason: Option<Reason>) -> Value {
    reason.map(|reason| reason.code().to_owned()).into()
}

/// What a step of a part came to, as it is written. Made of what the table returned, and of nothing else.
#[derive(Debug, Clone, Copy)]
struct Written {
    to: &'static str,
    reason: Option<Reason>,
    clock: Option<ClockKind>,
}

impl Written {
    fn of<F: Flow<Reason = Reason>>(stepped: &Stepped<F>) -> Self {
        Self { to: stepped.to().code(), reason: stepped.reason(), clock: F::clock(stepped.to()) }
    }
}

impl RepatriationStep {
    /// Takes the step and writes what it came to. Gives the state it came to, by code.
    pub(super) async fn take(
        &self,
        tx: &DatabaseTransaction,
        found: &Found,
        met: &[Need],
        at: Instant,
    ) -> Result<&'static str, Refused> {
        let known = &found.known;
        match self.step {
            Stepping::Request(event) => {
                let stepped = take::<Request>(known.request, event, found.by, met, self.reason)?;
                self.request(tx, found, &stepped, at).await?;
                Ok(stepped.to().code())
            }
            Stepping::Screening(event) => {
                let stepped = take::<Screening>(known.screening(), event, found.by, met, self.reason)?;
                self.part(tx, found, Part::Screening, Written::of(&stepped), at).await
            }
            Stepping::Court(event) => {
                self.moves(found)?;
                let stepped = take::<Court>(known.court(), event, found.by, met, self.reason)?;
                let to = self.part(tx, found, Part::Court, Written::of(&stepped), at).await?;
                match event {
                    court::Event::Order => self.made(tx, found, Part::Court, Some(at)).await?,
                    court::Event::SetAside | court::Event::Refuse => self.made(tx, found, Part::Court, None).await?,
                    _ => {}
                }
                Ok(to)
            }
            Stepping::Verification(event) => {
                self.moves(found)?;
                let stepped = take::<Verification>(known.verification(), event, found.by, met, self.reason)?;
                let to = self.part(tx, found, Part::Verification, Written::of(&stepped), at).await?;
                if event == verification::Event::Report {
                    self.made(tx, found, Part::Verification, Some(at)).await?;
                }
                Ok(to)
            }
            Stepping::TravelDocument(event) => {
                self.moves(found)?;
                let state = known.travel_document().state;
                let stepped = take::<TravelDocument>(state, event, found.by, met, self.reason)?;
                self.paper(tx, found, Part::TravelDocument, Written::of(&stepped), at).await
            }
            Stepping::ExitClearance(event) => {
                self.moves(found)?;
                let state = known.exit_clearance().state;
                let stepped = take::<ExitClearance>(state, event, found.by, met, self.reason)?;
                self.paper(tx, found, Part::ExitClearance, Written::of(&stepped), at).await
            }
            Stepping::Placement(event) => {
                self.moves(found)?;
                let stepped = take::<Placement>(known.placement(), event, found.by, met, self.reason)?;
                let to = self.part(tx, found, Part::Placement, Written::of(&stepped), at).await?;
                match event {
                    placement::Event::Assess => self.made(tx, found, Part::Placement, Some(at)).await?,
                    placement::Event::StepBack => self.made(tx, found, Part::Placement, None).await?,
                    _ => {}
                }
                Ok(to)
            }
            Stepping::Hold(event) => self.hold(tx, found, event, met, at).await,
        }
    }

    /// Tracks move while the request is open or a date is proposed; the clock's steps are never too early.
    fn moves(&self, found: &Found) -> Result<(), Refused> {
        if found.known.request.moves_tracks() || found.by == By::Clock {
            Ok(())
        } else {
            Err(Refused::Illegal { legal: Vec::new() })
        }
    }

    fn clock_of(found: &Found, track: &'static str) -> ClockOf<'static> {
        ClockOf { noun: Noun::Repatriation, record: found.id, subject: found.subject, track }
    }

    /// Writes the state of a part.
    async fn part(
        &self,
        tx: &DatabaseTransaction,
        found: &Found,
        part: Part,
        stepped: Written,
        at: Instant,
    ) -> Result<&'static str, Refused> {
        execute(
            tx,
            "UPDATE repatriation_track SET state = $3, reason = $4, since = CASE WHEN state = $3 THEN since ELSE $5 END, version = version + 1 WHERE request = $1 AND track = $2",
            vec![
                bytes(found.id.uuid()),
                part.code().into(),
                stepped.to.into(),
                code(stepped.reason),
                at.millis().into(),
            ],
        )
        .await?;
        Ok(stepped.to)
    }

    /// Writes when what a part rests on was made: as the step says, or now.
    async fn made(
        &self,
        tx: &DatabaseTransaction,
        found: &Found,
        part: Part,
        at: Option<Instant>,
    ) -> Result<(), Refused> {
        let made = at.map(|at| self.with.made_on.unwrap_or(at));
        let attested = self.with.attested.filter(|_| made.is_some() && part == Part::Court);
        let attested = attested.map(|person| person.uuid().as_bytes().to_vec());
        let sql = "UPDATE repatriation_track SET made_on = $3, attested_by = $4 WHERE request = $1 AND track = $2";
        let values = vec![bytes(found.id.uuid()), part.code().into(), instant(made), attested.into()];
        execute(tx, sql, values).await?;
        Ok(())
    }

    /// A paper: its validity comes with its issue, and its clock runs with it whatever holds the track up.
    async fn paper(
        &self,
        tx: &DatabaseTransaction,
        found: &Found,
        part: Part,
        stepped: Written,
        at: Instant,
    ) -> Result<&'static str, Refused> {
        let to = self.part(tx, found, part, stepped, at).await?;
        clock::stop(tx, Self::clock_of(found, part.code())).await?;
        let valid = if stepped.to == papers::State::Issued.code() { self.with.valid } else { None };
        let (from, until) = (valid.map(|(from, _)| from), valid.map(|(_, until)| until));
        let sql = "UPDATE repatriation_track SET valid_from = $3, valid_until = $4 WHERE request = $1 AND track = $2";
        execute(tx, sql, vec![bytes(found.id.uuid()), part.code().into(), instant(from), instant(until)]).await?;
        if let (Some(until), Some(kind)) = (until, stepped.clock) {
            clock::start(tx, Self::clock_of(found, part.code()), kind, at, until).await?;
        }
        Ok(to)
    }

    /// The recorded hearing that a hold is tied to: hers, and one that is still to come.
    async fn tied_to(&self, tx: &DatabaseTransaction, found: &Found) -> Result<Option<Vec<u8>>, Refused> {
        let Some(hearing) = self.with.recorded else { return Ok(None) };
        let sql = "SELECT 1 AS one FROM hearing WHERE id = $1 AND subject = $2 AND state IN ('SCHEDULED', 'ADJOURNED')";
        one(tx, sql, vec![bytes(hearing.uuid()), bytes(found.subject.uuid())]).await?.ok_or(Refused::NotFound)?;
        Ok(Some(hearing.uuid().as_bytes().to_vec()))
    }

    async fn hold(
        &self,
        tx: &DatabaseTransaction,
        found: &Found,
        event: hold::Event,
        met: &[Need],
        at: Instant,
    ) -> Result<&'static str, Refused> {
        if !found.known.request.is_before_handover() {
            return Err(Refused::Illegal { legal: Vec::new() });
        }
        let request = bytes(found.id.uuid());
        if event != hold::Event::Release {
            let stepped = take::<Holding>(hold::State::New, event, found.by, met, self.reason)?;
            let reason = stepped.reason().ok_or(Refused::Unavailable)?;
            if found.known.held_for(reason).is_some() {
                return Err(Refused::Illegal { legal: vec![hold::Event::Release.code()] });
            }
            execute(
                tx,
                "INSERT INTO repatriation_hold (request, reason, from_at, until_at, state, hearing_at, hearing) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                vec![
                    request,
                    reason.code().into(),
                    at.millis().into(),
                    Instant::NEVER.millis().into(),
                    stepped.to().code().into(),
                    instant(self.with.hearing),
                    self.tied_to(tx, found).await?.into(),
                ],
            )
            .await?;
            return Ok(stepped.to().code());
        }
        // Which one is let go is said by its reason; one that is not in force is let go by nobody.
        let Some(kept) = self.reason.and_then(|reason| found.known.held_for(reason)) else {
            return Err(Refused::Illegal { legal: Vec::new() });
        };
        let stepped = take::<Holding>(kept.state, event, found.by, met, None)?;
        execute(
            tx,
            "UPDATE repatriation_hold SET state = $4, until_at = $5 WHERE request = $1 AND reason = $2 AND from_at = $3",
            vec![
                request,
                kept.hold.reason.code().into(),
                kept.hold.from.millis().into(),
                stepped.to().code().into(),
                at.millis().into(),
            ],
        )
        .await?;
        Ok(stepped.to().code())
    }

    /// The request: its state, and what the event brings.
    async fn request(
        &self,
        tx: &DatabaseTransaction,
        found: &Found,
        stepped: &Stepped<Request>,
        at: Instant,
    ) -> Result<(), Refused> {
        use request::Event as E;
        let id = bytes(found.id.uuid());
        execute(
            tx,
            "UPDATE repatriation SET state = $2, reason = $3, since = CASE WHEN state = $2 THEN since ELSE $4 END WHERE id = $1",
            vec![id.clone(), stepped.to().code().into(), code(stepped.reason()), at.millis().into()],
        )
        .await?;
        let seat = match stepped.event() {
            E::InviteLawyer => Some(Seat::Lawyer),
            E::InviteAuthority => Some(Seat::SendingLiaison),
            E::InviteReceiver => Some(Seat::Receiving),
            E::InviteLiaison => Some(Seat::ReceivingLiaison),
            _ => None,
        };
        if let Some(seat) = seat {
            seats::give(tx, found, seat, self.with.organization.ok_or(Refused::NotFound)?, at).await?;
        }
        match stepped.event() {
            E::Propose => self.propose(tx, found).await?,
            E::Arrange => {
                let (hour, escort) = self.with.hour.ok_or(Refused::NotFound)?;
                let sql = "UPDATE repatriation SET hour_at = $2, escort = $3 WHERE id = $1";
                execute(tx, sql, vec![id, hour.millis().into(), escort.code().into()]).await?;
            }
            E::Confirm => {
                let column = match found.by {
                    By::Seat(Seat::ReceivingLiaison) => "liaison_confirmed",
                    _ => "receiving_confirmed",
                };
                execute(tx, &format!("UPDATE repatriation SET {column} = 1 WHERE id = $1"), vec![id]).await?;
            }
            E::Depart => {
                let sql = "UPDATE repatriation SET set_out = $2 WHERE id = $1";
                execute(tx, sql, vec![id, at.millis().into()]).await?;
            }
            E::Sign => {
                let column = match found.by {
                    By::Seat(Seat::Receiving | Seat::ReceivingLiaison) => "memo_receiver",
                    _ => "memo_sender",
                };
                let made = self.with.made_on.unwrap_or(at).millis();
                let (by, place) = self.with.signed;
                let (by, place) = (by.map(|by| by.code().to_owned()), place.map(|place| place.code().to_owned()));
                let sql = format!(
                    "UPDATE repatriation SET {column} = $2, {column}_by = $3, {column}_place = coalesce($4, crossing) WHERE id = $1"
                );
                execute(tx, &sql, vec![id, made.into(), by.into(), place.into()]).await?;
            }
            E::CallOff | E::TurnBack => {
                let sql = "UPDATE repatriation SET handover = NULL, crossing = NULL, opens_at = NULL, closes_at = NULL, hour_at = NULL, escort = NULL, set_out = NULL, receiving_confirmed = 0, liaison_confirmed = 0, memo_sender = NULL, memo_sender_by = NULL, memo_sender_place = NULL, memo_receiver = NULL, memo_receiver_by = NULL, memo_receiver_place = NULL WHERE id = $1";
                execute(tx, sql, vec![id]).await?;
            }
            _ => {}
        }
        self.request_clock(tx, found, stepped, at).await
    }

    /// The clocks of the handover: nobody arrived, and one signature alone.
    async fn request_clock(
        &self,
        tx: &DatabaseTransaction,
        found: &Found,
        stepped: &Stepped<Request>,
        at: Instant,
    ) -> Result<(), Refused> {
        if stepped.from() == stepped.to() {
            return Ok(());
        }
        if !stepped.to().is_before_handover() {
            // Nobody travels on them any more.
            for paper in [Part::TravelDocument, Part::ExitClearance] {
                clock::stop(tx, Self::clock_of(found, paper.code())).await?;
            }
        }
        let of = Self::clock_of(found, OF_THE_REQUEST);
        clock::stop(tx, of).await?;
        let Some(kind) = Request::clock(stepped.to()) else { return Ok(()) };
        let due = match kind {
            ClockKind::SecondSignature => at.plus_millis(SECOND_SIGNATURE_MILLIS),
            _ => found.known.plan.and_then(|plan| plan.hour).unwrap_or(at).plus_millis(ARRIVAL_MILLIS),
        };
        clock::start(tx, of, kind, at, due).await
    }

    /// A plan: a crossing and days of its own, or those of a request that it joins. Whatever was agreed to before is to
    /// be agreed to again.
    async fn propose(&self, tx: &DatabaseTransaction, found: &Found) -> Result<(), Refused> {
        let Evidence { plan, together, .. } = &self.with;
        let id = bytes(found.id.uuid());
        let cleared = "receiving_confirmed = 0, liaison_confirmed = 0, memo_sender = NULL, memo_sender_by = NULL, memo_sender_place = NULL, memo_receiver = NULL, memo_receiver_by = NULL, memo_receiver_place = NULL";
        match (plan, together) {
            (Some((crossing, opens, closes)), None) => {
                let sql = format!(
                    "UPDATE repatriation SET handover = $2, crossing = $3, opens_at = $4, closes_at = $5, hour_at = NULL, escort = NULL, {cleared} WHERE id = $1"
                );
                let values = vec![
                    id,
                    bytes(self.handover),
                    crossing.code().into(),
                    opens.millis().into(),
                    closes.millis().into(),
                ];
                execute(tx, &sql, values).await?;
            }
            (None, Some(together)) => {
                // Of the same holder, on the same way, and planned: whoever is seated there is nobody's business here.
                let sql = "SELECT o.handover FROM repatriation o JOIN repatriation t ON t.holder = o.holder AND t.from_country = o.from_country AND t.to_country = o.to_country WHERE o.id = $1 AND t.id = $2 AND o.id <> t.id AND o.state = 'SCHEDULED' AND o.handover IS NOT NULL";
                let row = one(tx, sql, vec![bytes(together.uuid()), id.clone()]).await?.ok_or(Refused::NotFound)?;
                let handover = read::id(&row, "handover").map_err(unreadable)?;
                let sql = format!(
                    "UPDATE repatriation SET handover = $2, crossing = (SELECT o.crossing FROM repatriation o WHERE o.id = $3), opens_at = (SELECT o.opens_at FROM repatriation o WHERE o.id = $3), closes_at = (SELECT o.closes_at FROM repatriation o WHERE o.id = $3), hour_at = (SELECT o.hour_at FROM repatriation o WHERE o.id = $3), escort = (SELECT o.escort FROM repatriation o WHERE o.id = $3), {cleared} WHERE id = $1"
                );
                execute(tx, &sql, vec![id, bytes(handover), bytes(together.uuid())]).await?;
            }
            _ => return Err(Refused::NotFound),
        }
        Ok(())
    }
}
