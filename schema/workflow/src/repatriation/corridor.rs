//! Corridors as data: what a pair of countries asks for, who acts for whom, which papers and which clocks. A file that
//! cannot be read, that is not there, or that names a step nobody knows refuses at start. A clock is a limit only where
//! the text was read (DESIGN §5); everything else is reported or a target, and never called a legal limit.

use std::collections::BTreeSet;

use sangam_custody::{Age, Verified};
use sangam_vocabulary::{Code, Country, Instant, Seat, codes};
use serde::Deserialize;
use thiserror::Error;

use crate::ladder::Firmness;
use crate::repatriation::papers::PaperKind;
use crate::repatriation::{Track, court, papers, placement, request, verification};

/// The longest clock, in days: ten years. What is longer is a slip of the keyboard.
pub const LONGEST_CLOCK_DAYS: u16 = 3_660;

/// The corridors every deployment has, by their ids: what is not a corridor of its own goes by GENERAL.
pub const CORRIDORS: [&str; 8] = ["IN-BD", "IN-NP", "IN-BT", "LK", "PK", "MV", "AF", "GENERAL"];

codes! {
    "When an order of the court or the committee is asked for."
    pub enum OrderRule {
        Always = "ALWAYS": "For everybody.",
        Child = "CHILD": "For a child, and where the age is not known.",
    }
}

codes! {
    "What a clock of a corridor runs in."
    pub enum ClockTrack as "CorridorClockTrack" {
        Request = "REQUEST": "The request.",
        Court = "COURT": "The court track.",
        Verification = "VERIFICATION": "The verification track.",
        TravelDocument = "TRAVEL_DOCUMENT": "The travel document.",
        ExitClearance = "EXIT_CLEARANCE": "The exit clearance.",
        Placement = "PLACEMENT": "The placement track.",
    }
}

impl ClockTrack {
    /// Whether a code is a state of it.
    #[must_use]
    pub fn knows(self, state: &str) -> bool {
        match self {
            Self::Request => request::State::read(state).is_ok(),
            Self::Court => court::State::read(state).is_ok(),
            Self::Verification => verification::State::read(state).is_ok(),
            Self::TravelDocument | Self::ExitClearance => papers::State::read(state).is_ok(),
            Self::Placement => placement::State::read(state).is_ok(),
        }
    }

    /// The tracks a hold of which holds it up: the request stands still where any of them does.
    #[must_use]
    pub const fn tracks(self) -> &'static [Track] {
        match self {
            Self::Request => Track::ALL,
            Self::Court => &[Track::Court],
            Self::Verification => &[Track::Verification],
            Self::TravelDocument | Self::ExitClearance => &[Track::Papers],
            Self::Placement => &[Track::Placement],
        }
    }
}

/// One paper of a corridor.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperRow {
    /// Which.
    pub kind: PaperKind,
    /// Whether the corridor asks for it.
    pub needed: bool,
    /// Who issues it, or why it is not asked for.
    pub issued_by: String,
    /// For how many days it is valid as far as anybody reports; the date on the paper itself decides.
    #[serde(default)]
    pub valid_days: Option<u16>,
    /// What says so.
    pub basis: String,
    /// Where it was read.
    pub source: String,
    /// How far it was checked.
    pub verified: Verified,
}

/// Who acts for a seat of a corridor.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActorRow {
    /// The seat.
    pub seat: Seat,
    /// Who sits in it, or whom it speaks to.
    pub who: String,
    /// What says so.
    pub basis: String,
    /// Where it was read.
    pub source: String,
    /// How far it was checked.
    pub verified: Verified,
}

/// One clock of a corridor: from when something enters a state until it is in another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockRow {
    /// A short name, unique in all corridors, for instance `IN-BD-TOTAL`.
    pub id: String,
    /// What it runs in.
    pub track: ClockTrack,
    /// The state with which it starts.
    pub from: String,
    /// The state with which it stops.
    pub to: String,
    /// How many days.
    pub days: u16,
    /// What it is worth.
    pub kind: Firmness,
    /// Whether it stands still while a hold is in force.
    pub stops_on_hold: bool,
    /// The sentence it rests on.
    pub basis: String,
    /// Where it was read.
    pub source: String,
    /// How far it was checked.
    pub verified: Verified,
}

/// What a pair of countries asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corridor {
    /// Its id, which is the name of its file in capitals.
    pub id: String,
    /// The country she leaves; with `to`, the corridor is of this pair.
    #[serde(default)]
    pub from: Option<Country>,
    /// The country of origin.
    #[serde(default)]
    pub to: Option<Country>,
    /// The corridor is for whatever has this country at one end, where the pair has none of its own.
    #[serde(default)]
    pub either: Option<Country>,
    /// Countries whose government liaison takes no part in this corridor.
    #[serde(default)]
    pub no_liaison_of: Vec<Country>,
    /// Whether the organizations do between themselves what elsewhere the liaisons do: ask for the verification, answer
    /// it, propose the handover.
    pub between_organizations: bool,
    /// When an order is asked for. The gate asks for one for a child in every corridor.
    pub order: OrderRule,
    /// What a lawyer or a liaison should know.
    #[serde(default)]
    pub note: String,
    /// Each of the two papers, asked for or not.
    pub papers: Vec<PaperRow>,
    /// Who acts.
    pub actors: Vec<ActorRow>,
    /// Its clocks.
    #[serde(default)]
    pub clocks: Vec<ClockRow>,
}

/// What is wrong with a corridor. No fault tells more than the file's own codes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CorridorFault {
    /// The text is not TOML, or has an unknown, missing or wrong key.
    #[error("corridor {file}: {what}")]
    Unreadable {
        /// Which file.
        file: String,
        /// What the reader said.
        what: String,
    },
    /// A corridor every deployment has is not there.
    #[error("corridor {id}: it is missing")]
    Missing {
        /// Which.
        id: String,
    },
    /// A corridor that is no corridor of this hub, or that stands in another's file.
    #[error("corridor {file}: it holds `{id}`, which belongs elsewhere or nowhere")]
    Unknown {
        /// Which file.
        file: String,
        /// What it says it is.
        id: String,
    },
    /// Its ends are not those of its id: a pair, one country, or none for the general one.
    #[error("corridor {id}: `from`, `to` and `either` do not say what its id says")]
    Ends {
        /// Which.
        id: String,
    },
    /// Something stands twice: the corridor, a paper, an actor's seat, a clock.
    #[error("corridor {id}: `{what}` stands twice")]
    Twice {
        /// Which.
        id: String,
        /// What.
        what: String,
    },
    /// A paper or an actor nobody says anything of.
    #[error("corridor {id}: it says nothing of {what}")]
    Silent {
        /// Which.
        id: String,
        /// What.
        what: &'static str,
    },
    /// A clock starts or stops with a state that its track does not have, or with one and the same.
    #[error("corridor {id}: clock `{clock}` names a step that its track does not know")]
    UnknownStep {
        /// Which.
        id: String,
        /// The clock.
        clock: String,
    },
    /// A clock runs for no time or for more than [`LONGEST_CLOCK_DAYS`].
    #[error("corridor {id}: clock `{clock}` needs 1 to 3660 days")]
    Days {
        /// Which.
        id: String,
        /// The clock.
        clock: String,
    },
    /// A clock is called a limit, and nobody read the text.
    #[error("corridor {id}: clock `{clock}` is a limit only where the text was read; call it REPORTED or TARGET")]
    NoLimit {
        /// Which.
        id: String,
        /// The clock.
        clock: String,
    },
}

/// The corridors of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorridorBook {
    corridors: Vec<Corridor>,
}

impl CorridorBook {
    /// Reads the corridors of a deployment, each a pair of file name without ending and TOML text. All of [`CORRIDORS`]
    /// must be there and nothing else.
    ///
    /// # Errors
    /// Every fault of every file at once.
    pub fn read<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Vec<CorridorFault>> {
        let (mut corridors, mut faults): (Vec<Corridor>, Vec<CorridorFault>) = (Vec::new(), Vec::new());
        let mut clocks = BTreeSet::new();
        for (file, text) in files {
            match toml::from_str::<Corridor>(text) {
                Err(error) => faults.push(CorridorFault::Unreadable { file: file.to_owned(), what: error.to_string() }),
                Ok(corridor) if corridor.id != file.to_uppercase() || !CORRIDORS.contains(&corridor.id.as_str()) => {
                    faults.push(CorridorFault::Unknown { file: file.to_owned(), id: corridor.id });
                }
                Ok(corridor) => {
                    faults.extend(corridor.faults(&mut clocks));
                    if corridors.iter().any(|known| known.id == corridor.id) {
                        let what = "id".to_owned();
                        faults.push(CorridorFault::Twice { id: corridor.id.clone(), what });
                    }
                    corridors.push(corridor);
                }
            }
        }
        for id in CORRIDORS {
            // A file that is there and cannot be read is told once.
            let unread = faults.iter().any(|fault| {
                matches!(fault, CorridorFault::Unreadable { file, .. } | CorridorFault::Unknown { file, .. } if file.to_uppercase() == id)
            });
            if !unread && !corridors.iter().any(|corridor| corridor.id == id) {
                faults.push(CorridorFault::Missing { id: id.to_owned() });
            }
        }
        if faults.is_empty() { Ok(Self { corridors }) } else { Err(faults) }
    }

    /// Every corridor.
    pub fn corridors(&self) -> impl Iterator<Item = &Corridor> {
        self.corridors.iter()
    }

    /// A clock by its id; `None` for one that no corridor has any more.
    #[must_use]
    pub fn clock(&self, id: &str) -> Option<&ClockRow> {
        self.corridors().flat_map(|corridor| &corridor.clocks).find(|clock| clock.id == id)
    }

    /// The way from one country to another: the corridor of the pair; else one that keeps a government out, which binds
    /// at either end; else the one of the country of origin; else the one of the country she leaves; else the general
    /// one. `None` within one country: that is no repatriation.
    #[must_use]
    pub fn between(&self, from: Country, to: Country) -> Option<Way<'_>> {
        if from == to {
            return None;
        }
        let fits: [&dyn Fn(&Corridor) -> bool; 5] = [
            &|corridor| corridor.from == Some(from) && corridor.to == Some(to),
            &|corridor| !corridor.no_liaison_of.is_empty() && [Some(from), Some(to)].contains(&corridor.either),
            &|corridor| corridor.either == Some(to),
            &|corridor| corridor.either == Some(from),
            &|corridor| corridor.from.is_none() && corridor.either.is_none(),
        ];
        let corridor = fits.iter().find_map(|fits| self.corridors.iter().find(|corridor| fits(corridor)))?;
        Some(Way { corridor, from, to })
    }
}

impl Corridor {
    fn faults(&self, seen: &mut BTreeSet<String>) -> Vec<CorridorFault> {
        let id = || self.id.clone();
        let mut out = Vec::new();
        let ends = match (self.from, self.to, self.either) {
            (Some(from), Some(to), None) => format!("{from}-{to}"),
            (None, None, Some(either)) => either.code().to_owned(),
            (None, None, None) => "GENERAL".to_owned(),
            _ => String::new(),
        };
        if ends != self.id {
            out.push(CorridorFault::Ends { id: id() });
        }
        for kind in PaperKind::ALL {
            match self.papers.iter().filter(|paper| paper.kind == *kind).count() {
                0 => out.push(CorridorFault::Silent { id: id(), what: kind.code() }),
                1 => {}
                _ => out.push(CorridorFault::Twice { id: id(), what: kind.code().to_owned() }),
            }
        }
        for seat in [Seat::Holding, Seat::Receiving, Seat::SendingLiaison, Seat::ReceivingLiaison] {
            match self.actors.iter().filter(|actor| actor.seat == seat).count() {
                0 => out.push(CorridorFault::Silent { id: id(), what: seat.code() }),
                1 => {}
                _ => out.push(CorridorFault::Twice { id: id(), what: seat.code().to_owned() }),
            }
        }
        for row in &self.clocks {
            let clock = || row.id.clone();
            if !seen.insert(row.id.clone()) {
                out.push(CorridorFault::Twice { id: id(), what: clock() });
            }
            if row.from == row.to || !row.track.knows(&row.from) || !row.track.knows(&row.to) {
                out.push(CorridorFault::UnknownStep { id: id(), clock: clock() });
            }
            if row.days == 0 || row.days > LONGEST_CLOCK_DAYS {
                out.push(CorridorFault::Days { id: id(), clock: clock() });
            }
            if row.kind == Firmness::Limit && row.verified != Verified::TextRead {
                out.push(CorridorFault::NoLimit { id: id(), clock: clock() });
            }
        }
        out
    }

    /// What the corridor says of a paper.
    pub fn paper(&self, kind: PaperKind) -> Option<&PaperRow> {
        self.papers.iter().find(|paper| paper.kind == kind)
    }
}

/// Where the tracks of a new request begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starts {
    /// The court track.
    pub court: court::State,
    /// The verification track.
    pub verification: verification::State,
    /// The travel document.
    pub travel_document: papers::State,
    /// The exit clearance.
    pub exit_clearance: papers::State,
    /// The placement track.
    pub placement: placement::State,
}

/// A corridor as one request goes along it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way<'a> {
    corridor: &'a Corridor,
    from: Country,
    to: Country,
}

impl<'a> Way<'a> {
    /// The corridor.
    #[must_use]
    pub const fn corridor(&self) -> &'a Corridor {
        self.corridor
    }

    /// The country she leaves.
    #[must_use]
    pub const fn from(&self) -> Country {
        self.from
    }

    /// The country of origin.
    #[must_use]
    pub const fn to(&self) -> Country {
        self.to
    }

    /// Whether the corridor knows a government liaison in the country of origin.
    #[must_use]
    pub fn has_receiving_liaison(&self) -> bool {
        !self.corridor.no_liaison_of.contains(&self.to)
    }

    /// Whether the corridor knows a government liaison in the country she leaves.
    #[must_use]
    pub fn has_sending_liaison(&self) -> bool {
        !self.corridor.no_liaison_of.contains(&self.from)
    }

    /// Whether the organizations do between themselves what elsewhere the liaisons do.
    #[must_use]
    pub const fn is_between_organizations(&self) -> bool {
        self.corridor.between_organizations
    }

    /// Where the tracks begin for somebody of this age. What the corridor says nothing of is asked for.
    #[must_use]
    pub fn starts(&self, age: Age, at: Instant) -> Starts {
        let ordered = self.corridor.order == OrderRule::Always || age.minor_rules(at);
        let paper = |kind| {
            let needed = self.corridor.paper(kind).is_none_or(|paper| paper.needed);
            if needed { papers::State::Wanted } else { papers::State::NotNeeded }
        };
        Starts {
            court: if ordered { court::State::InProgress } else { court::State::NotNeeded },
            verification: verification::State::NotAsked,
            travel_document: paper(PaperKind::TravelDocument),
            exit_clearance: paper(PaperKind::ExitClearance),
            placement: placement::State::Wanted,
        }
    }

    /// The clocks that start when something enters a state, by code; a clock that stops with the same code is found
    /// through [`ClockRow::to`].
    pub fn clocks(&self, track: ClockTrack, entered: &str) -> impl Iterator<Item = &'a ClockRow> {
        self.corridor.clocks.iter().filter(move |clock| clock.track == track && clock.from == entered)
    }
}
