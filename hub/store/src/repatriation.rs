//! What is on record for a request to bring somebody home, as one value: read in one piece beside a row of a page and in
//! the savepoint of a step, so that what a caller is told it can do is judged on what the step is judged on.
//!
//! It knows no rule: what is met says `sangam_workflow::repatriation`, by whose tables a step is taken. Read
//! `write/repatriation.rs` next.

use sangam_custody::Age;
use sangam_vocabulary::{Code, Country, Instant, Seat, codes};
use sangam_workflow::hearing;
use sangam_workflow::repatriation::corridor::{ClockTrack, Way};
use sangam_workflow::repatriation::derived::{Board, Since, View, board, turn};
use sangam_workflow::repatriation::handover::{Gate, Plan, Wish};
use sangam_workflow::repatriation::hold::{self, Hold};
use sangam_workflow::repatriation::papers::{self, Paper};
use sangam_workflow::repatriation::{Facts, Letting, Reason, court, placement, request, screening, verification};

mod said;

codes! {
    "A part of a request to bring somebody home that stands by itself."
    pub enum Part as "RepatriationPart" {
        Screening = "SCREENING": "Whether she asks for protection from the state she would go to.",
        Court = "COURT": "The order of the court or the child welfare committee.",
        Verification = "VERIFICATION": "Her nationality and her home.",
        TravelDocument = "TRAVEL_DOCUMENT": "What she crosses the border with.",
        ExitClearance = "EXIT_CLEARANCE": "What lets her leave.",
        Placement = "PLACEMENT": "Who receives her, whether it is safe, and where she will live.",
    }
}

impl Part {
    /// What the part is called in an answer.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Screening => "screening",
            Self::Court => "court",
            Self::Verification => "verification",
            Self::TravelDocument => "travelDocument",
            Self::ExitClearance => "exitClearance",
            Self::Placement => "placement",
        }
    }
}

/// The columns of a request that the known text begins with, in the order in which they are read; the flags among them
/// are numbers.
const COLUMNS: [&str; 22] = [
    "state",
    "from_country",
    "to_country",
    "requested_at",
    "since",
    "risk_assessed",
    "best_interest",
    "wish",
    "wish_asked",
    "child_placed",
    "visits_done",
    "opens_at",
    "closes_at",
    "hour_at",
    "receiving_confirmed",
    "liaison_confirmed",
    "set_out",
    "memo_sender",
    "memo_receiver",
    "reason",
    "crossing",
    "escort",
];

/// The hearings that hold the return of a subject, as what follows FROM in a statement: one that has taken place may
/// hold her still, and one that was called off holds nobody, because it was let go with it.
pub(crate) fn hearings_that_hold(subject: &str) -> String {
    format!("hearing h WHERE h.subject = {subject} AND h.holds = 1")
}

/// The expression whose text [`Known::read`] reads, of the request that a statement calls `t`, at the instant that is
/// the statement's second value. Both databases read it alike.
pub(crate) fn expression() -> String {
    let optional = |alias: &str, column: &str| format!("coalesce(CAST({alias}.{column} AS TEXT), '')");
    let mut fields: Vec<String> = COLUMNS.iter().map(|column| optional("t", column)).collect();
    for seat in ["receiving_liaison", "sending_liaison"] {
        fields.push(format!("CASE WHEN t.{seat} IS NULL THEN '0' ELSE '1' END"));
    }
    // Consent to the repatriation stands while some recipient may have something for it: what a withdrawal ends.
    fields.push(
        "CASE WHEN EXISTS (SELECT 1 FROM consent_span q WHERE q.subject = t.subject AND q.purpose = 'REPATRIATION' AND q.from_at <= $2 AND q.until_at > $2 AND q.mask <> 0) THEN '1' ELSE '0' END".to_owned(),
    );
    let held = hearings_that_hold("t.subject");
    fields.push(format!("coalesce(CAST((SELECT min(h.recorded_at) FROM {held}) AS TEXT), '')"));
    let list = |columns: &[&str], table: &str| {
        let row: Vec<String> = columns.iter().map(|column| format!("coalesce(CAST({column} AS TEXT), '')")).collect();
        format!(
            "coalesce((SELECT string_agg({}, ',') FROM {table} k WHERE k.request = t.id), '')",
            row.join(" || ' ' || ")
        )
    };
    let track = ["k.track", "k.state", "k.since", "k.made_on", "k.valid_from", "k.valid_until"];
    fields.push(list(&track, "repatriation_track"));
    // A hold that is tied to a recorded hearing waits for that one, whenever it takes place in the end.
    let hold = [
        "k.reason",
        "k.state",
        "k.from_at",
        "k.until_at",
        "coalesce((SELECT h.takes_place_at FROM hearing h WHERE h.id = k.hearing), k.hearing_at)",
        "(SELECT h.state FROM hearing h WHERE h.id = k.hearing)",
    ];
    fields.push(list(&hold, "repatriation_hold"));
    fields.join(" || '|' || ")
}

/// A part as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stands<S> {
    state: S,
    since: Instant,
    /// When what it rests on was made: the order, the home investigation, the assessment.
    made_on: Option<Instant>,
    /// From when and until when its paper serves.
    valid: Option<(Instant, Instant)>,
}

/// A hold as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Where it stands.
    pub state: hold::State,
    /// Why, since when and until when.
    pub hold: Hold,
    /// When the hearing is that it waits for.
    pub hearing: Option<Instant>,
    /// Where the recorded hearing stands that it is tied to, if it is tied to one.
    pub tied: Option<hearing::State>,
}

impl Kept {
    /// The hold as something that somebody wants to let go.
    #[must_use]
    pub fn letting(&self, released_by_court: bool, at: Instant) -> Letting {
        // A date that has passed says nothing of a hearing that was put off: one on record says itself that it is over.
        let over = match self.tied {
            Some(state) => matches!(state, hearing::State::Held | hearing::State::Cancelled),
            None => self.hearing.is_some_and(|hearing| hearing <= at),
        };
        let hearing_over = released_by_court || over;
        Letting { from: self.hold.from, hearing_over }
    }
}

/// What somebody declares with a step, and the day on which it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    /// The day: now, the planned hour when she sets out, the memo's day when it is signed.
    pub day: Instant,
    /// That she was asked apart from police.
    pub apart_from_police: bool,
    /// The hold it would let go.
    pub letting: Option<Letting>,
}

impl Declared {
    /// Nothing, now.
    #[must_use]
    pub const fn nothing(at: Instant) -> Self {
        Self { day: at, apart_from_police: false, letting: None }
    }
}

/// Everything that is on record for a request and that a rule may look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Where the request stands.
    pub request: request::State,
    /// The country she leaves.
    pub from: Country,
    /// The country of origin.
    pub to: Country,
    /// Why the request came to where it stands.
    pub reason: Option<Reason>,
    /// The plan for the handover.
    pub plan: Option<Plan>,
    /// The crossing in the plan, a code.
    pub crossing: Option<String>,
    /// Who goes with her, a code.
    pub escort: Option<String>,
    /// When she set out.
    pub set_out: Option<Instant>,
    /// The day on the sending side's memo.
    pub memo_sender: Option<Instant>,
    /// The day on the receiving side's memo.
    pub memo_receiver: Option<Instant>,
    /// What she said last.
    pub wish: Option<Wish>,
    /// The holds, let go ones too.
    pub kept: Vec<Kept>,
    since: Instant,
    risk_assessed: Option<Instant>,
    best_interest: bool,
    child_placed: bool,
    visits_done: bool,
    liaison_seated: bool,
    authority_seated: bool,
    consent: bool,
    hearing_holds: Option<Instant>,
    screening: Stands<screening::State>,
    court: Stands<court::State>,
    verification: Stands<verification::State>,
    travel_document: Stands<papers::State>,
    exit_clearance: Stands<papers::State>,
    placement: Stands<placement::State>,
    holds: Vec<Hold>,
}

/// The fields of the known text, one after the other.
struct Fields<'t>(std::str::Split<'t, char>);

impl<'t> Fields<'t> {
    fn text(&mut self) -> Option<&'t str> {
        self.0.next()
    }

    fn code<C: Code>(&mut self) -> Option<C> {
        C::read(self.text()?).ok()
    }

    fn flag(&mut self) -> Option<bool> {
        match self.text()? {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        }
    }

    /// Nothing, or something that can be read: anything else is no field.
    fn maybe<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
        match self.text()? {
            "" => Some(None),
            text => read(text).map(Some),
        }
    }

    fn instant(&mut self) -> Option<Option<Instant>> {
        self.maybe(|text| text.parse().ok().map(Instant::from_millis))
    }
}

fn stands<S: Code>(rows: &str, part: Part) -> Option<Stands<S>> {
    let row = rows.split(',').find(|row| row.split(' ').next() == Some(part.code()))?;
    let mut fields = Fields(row.split(' '));
    fields.text()?;
    let (state, since) = (fields.code()?, fields.instant()??);
    let made_on = fields.instant()?;
    let valid = fields.instant()?.zip(fields.instant()?);
    Some(Stands { state, since, made_on, valid })
}

fn kept(rows: &str) -> Option<Vec<Kept>> {
    let row = |row: &str| {
        let mut fields = Fields(row.split(' '));
        let (reason, state) = (fields.code()?, fields.code()?);
        let hold = Hold { reason, from: fields.instant()??, until: fields.instant()?? };
        let hearing = fields.instant()?;
        Some(Kept { state, hold, hearing, tied: fields.maybe(|code| hearing::State::read(code).ok())? })
    };
    rows.split(',').filter(|text| !text.is_empty()).map(row).collect()
}

impl Known {
    /// Reads what `expression` wrote. `None` where anything in it is not what it should be: nobody can do anything then.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut fields = Fields(text.split('|'));
        let (request, from, to) = (fields.code()?, fields.code()?, fields.code()?);
        let (_requested, since) = (fields.instant()??, fields.instant()??);
        let (risk_assessed, best_interest) = (fields.instant()?, fields.flag()?);
        let (wants, asked) = (fields.maybe(|text| Some(text == "1"))?, fields.instant()?);
        let (child_placed, visits_done) = (fields.flag()?, fields.flag()?);
        let (opens, closes, hour) = (fields.instant()?, fields.instant()?, fields.instant()?);
        let (receiving, liaison) = (fields.flag()?, fields.flag()?);
        let set_out = fields.instant()?;
        let (memo_sender, memo_receiver) = (fields.instant()?, fields.instant()?);
        let reason = fields.maybe(|code| Reason::read(code).ok())?;
        let (crossing, escort) =
            (fields.maybe(|code| Some(code.to_owned()))?, fields.maybe(|code| Some(code.to_owned()))?);
        let (liaison_seated, authority_seated, consent) = (fields.flag()?, fields.flag()?, fields.flag()?);
        let hearing_holds = fields.instant()?;
        let (tracks, kept) = (fields.text()?, kept(fields.text()?)?);
        let receiving_liaison = liaison_seated.then_some(liaison);
        let plan = opens.zip(closes).map(|(opens, closes)| Plan { opens, closes, hour, receiving, receiving_liaison });
        Some(Self {
            request,
            from,
            to,
            reason,
            plan,
            crossing,
            escort,
            set_out,
            memo_sender,
            memo_receiver,
            wish: asked.zip(wants).map(|(asked, wants)| Wish { asked, wants }),
            since,
            risk_assessed,
            best_interest,
            child_placed,
            visits_done,
            liaison_seated,
            authority_seated,
            consent,
            hearing_holds,
            screening: stands(tracks, Part::Screening)?,
            court: stands(tracks, Part::Court)?,
            verification: stands(tracks, Part::Verification)?,
            travel_document: stands(tracks, Part::TravelDocument)?,
            exit_clearance: stands(tracks, Part::ExitClearance)?,
            placement: stands(tracks, Part::Placement)?,
            holds: kept.iter().map(|kept| kept.hold).collect(),
            kept,
        })
    }

    /// Where the screening stands.
    #[must_use]
    pub const fn screening(&self) -> screening::State {
        self.screening.state
    }

    /// Where the court track stands.
    #[must_use]
    pub const fn court(&self) -> court::State {
        self.court.state
    }

    /// Where the verification track stands.
    #[must_use]
    pub const fn verification(&self) -> verification::State {
        self.verification.state
    }

    /// Where the placement track stands.
    #[must_use]
    pub const fn placement(&self) -> placement::State {
        self.placement.state
    }

    /// The travel document.
    #[must_use]
    pub const fn travel_document(&self) -> Paper {
        Paper { state: self.travel_document.state, valid: self.travel_document.valid }
    }

    /// The exit clearance.
    #[must_use]
    pub const fn exit_clearance(&self) -> Paper {
        Paper { state: self.exit_clearance.state, valid: self.exit_clearance.valid }
    }

    /// The hold of a reason that is in force.
    #[must_use]
    pub fn held_for(&self, reason: Reason) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.hold.reason == reason && kept.state.is_in_force())
    }

    /// The gate as it is asked about a day.
    #[must_use]
    pub fn gate(&self, age: Age, day: Instant) -> Gate<'_> {
        Gate {
            day,
            age,
            screening: self.screening.state,
            consent: self.consent,
            court: self.court.state,
            ordered: self.court.made_on,
            verification: self.verification.state,
            investigated: self.verification.made_on,
            travel_document: self.travel_document(),
            exit_clearance: self.exit_clearance(),
            placement: self.placement.state,
            assessed: self.placement.made_on,
            wish: self.wish,
            holds: &self.holds,
            hearing_holds: self.hearing_holds,
        }
    }

    /// What rules look at.
    #[must_use]
    pub fn facts<'a>(&'a self, way: Way<'a>, age: Age, declared: &Declared) -> Facts<'a> {
        Facts {
            gate: self.gate(age, declared.day),
            way,
            request: self.request,
            apart_from_police: declared.apart_from_police,
            risk_assessed: self.risk_assessed,
            best_interest: self.best_interest,
            liaison_seated: self.liaison_seated,
            plan: self.plan,
            child_placed: self.child_placed,
            visits_done: self.visits_done,
            letting: declared.letting,
        }
    }

    /// What the board shows at an instant.
    #[must_use]
    pub fn board(&self, way: Way<'_>, age: Age, at: Instant) -> Board {
        board(&self.view(way, age, at), at)
    }

    /// Whose turn it is in what a clock runs in, at an instant.
    #[must_use]
    pub fn turn(&self, way: Way<'_>, age: Age, track: ClockTrack, at: Instant) -> Option<Seat> {
        turn(&self.view(way, age, at), track, at)
    }

    fn view<'a>(&'a self, way: Way<'a>, age: Age, at: Instant) -> View<'a> {
        let since = Since {
            request: self.since,
            screening: self.screening.since,
            court: self.court.since,
            verification: self.verification.since,
            travel_document: self.travel_document.since,
            exit_clearance: self.exit_clearance.since,
            placement: self.placement.since,
        };
        let facts = self.facts(way, age, &Declared::nothing(at));
        View { facts, since, authority_seated: self.authority_seated }
    }
}
