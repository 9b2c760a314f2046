//! Every cell of the tables of a repatriation through the API: each state, each event, each seat, in situations that meet
//! what steps ask for and in such that do not. What `canDo` offers is what happens; what it does not offer is refused and
//! changes nothing. Where a state does not show to a seat both go by its covering word. States are put into the database
//! by hand: no way leads to all of them in one request, and the tables have a row for each.

use std::collections::BTreeSet;

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_vocabulary::{Code, Instant, Purpose, Seat};
use sangam_workflow::flow::{By, Flow};
use sangam_workflow::repatriation::court::Court;
use sangam_workflow::repatriation::hold::{self, Holding};
use sangam_workflow::repatriation::papers::{ExitClearance, TravelDocument};
use sangam_workflow::repatriation::placement::Placement;
use sangam_workflow::repatriation::request::Request;
use sangam_workflow::repatriation::screening::Screening;
use sangam_workflow::repatriation::verification::Verification;
use sangam_workflow::repatriation::{Need, Reason};
use serde_json::{Value, json};

use crate::going::{opened, step};
use crate::house::{DHAKA, HOME, House, KATHMANDU, LAWYER, NIRAPOD, SATHI, SENDING};
use crate::words;
use sangam_scenarios::look::migrated;

/// Between which countries, and who sits in the request.
struct Way {
    to: &'static str,
    crossing: &'static str,
    seats: &'static [(&'static str, Seat)],
    receiver: &'static str,
    liaison: &'static str,
}

const TO_BANGLADESH: Way = Way {
    to: "BD",
    crossing: "PETRAPOLE_BENAPOLE",
    seats: &[
        (HOME, Seat::Holding),
        (SENDING, Seat::SendingLiaison),
        (NIRAPOD, Seat::Receiving),
        (DHAKA, Seat::ReceivingLiaison),
        (LAWYER, Seat::Lawyer),
    ],
    receiver: NIRAPOD,
    liaison: DHAKA,
};

/// Where the organizations bring her home between themselves.
const TO_NEPAL: Way = Way {
    to: "NP",
    crossing: "KAKARBHITTA",
    seats: &[(HOME, Seat::Holding), (SATHI, Seat::Receiving), (LAWYER, Seat::Lawyer)],
    receiver: SATHI,
    liaison: KATHMANDU,
};

/// Nothing that a step may ask for is there.
const NOTHING: &str = "UPDATE repatriation SET risk_assessed = NULL, best_interest = 0, child_placed = 0, visits_done = 0, wish = NULL, wish_asked = NULL, crossing = NULL, opens_at = NULL, closes_at = NULL, hour_at = NULL, escort = NULL, receiving_confirmed = 0, liaison_confirmed = 0;
  UPDATE repatriation_track SET made_on = NULL, valid_from = NULL, valid_until = NULL, state = CASE track WHEN 'SCREENING' THEN 'NOT_DONE' WHEN 'COURT' THEN 'IN_PROGRESS' WHEN 'VERIFICATION' THEN 'NOT_ASKED' WHEN 'PLACEMENT' THEN 'WANTED' ELSE 'WANTED' END;";
const NOT_A_NATIONAL: &str = "UPDATE repatriation_track SET state = 'NOT_A_NATIONAL' WHERE track = 'VERIFICATION';";
const NO_LIAISON: &str = "UPDATE repatriation SET receiving_liaison = NULL;";
const RECEIVED: &str = "UPDATE repatriation SET state = 'RECEIVED';";
const CLAIMED: &str = "UPDATE repatriation_track SET state = 'CLAIM' WHERE track = 'SCREENING';";

/// What a step may write, children before what they hang on.
const TABLES: [&str; 6] =
    ["repatriation_turn", "repatriation_track", "repatriation_hold", "clock", "standing", "repatriation"];

/// A request with everybody in it and everything there, as it is put back after each step that was taken.
struct Scene {
    house: House,
    way: &'static Way,
    ids: Vec<String>,
    cells: usize,
    /// The rows that were taken: the table, the state, the event, the seat.
    taken: BTreeSet<(&'static str, &'static str, &'static str, &'static str)>,
    /// How many cells went by a covering word.
    covered: usize,
    /// Where that was so: the table, the state, the seat.
    hidden: BTreeSet<(&'static str, &'static str, &'static str)>,
}

/// Runs statements one after the other.
async fn run(house: &House, statements: &str) {
    for one in statements.split(';').filter(|one| !one.trim().is_empty()) {
        house.look.run(one).await;
    }
}

fn why(seat: Seat) -> Purpose {
    if seat == Seat::Lawyer { Purpose::LegalAid } else { Purpose::Repatriation }
}

fn codes(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

impl Scene {
    async fn set(database: &Database, way: &'static Way) -> Self {
        let house = House::open(database).await;
        let girl = house.survivor("Maya (invented)", Age::MinorUntil(house.desk.now().plus_days(900))).await;
        opened(&house, HOME, way.receiver, &girl, way.to).await;
        let seated = |name| way.seats.iter().any(|(seated, _)| *seated == name);
        for (event, name) in [("INVITE_LAWYER", LAWYER), ("INVITE_AUTHORITY", SENDING), ("INVITE_LIAISON", way.liaison)]
        {
            if seated(name) {
                step(&house, HOME, json!({ "request": event, "organization": house.public_id(name) })).await;
            }
        }
        let now = house.desk.now().millis();
        let day = 86_400_000;
        let made = |track: &str, state: &str, days: i64| {
            format!(
                "UPDATE repatriation_track SET state = '{state}', made_on = {} WHERE track = '{track}';",
                now - days * day
            )
        };
        let paper = |track: &str| {
            format!(
                "UPDATE repatriation_track SET state = 'ISSUED', valid_from = {}, valid_until = {} WHERE track = '{track}';",
                now - day,
                now + 90 * day
            )
        };
        let all = [
            format!(
                "UPDATE repatriation SET risk_assessed = {now}, best_interest = 1, child_placed = 1, visits_done = 1, wish = 1, wish_asked = {now}, crossing = '{}', opens_at = {now}, closes_at = {}, hour_at = {}, escort = 'POLICE', receiving_confirmed = 1, liaison_confirmed = 1;",
                way.crossing,
                now + 3 * day,
                now + day
            ),
            made("VERIFICATION", "CONFIRMED", 3),
            made("COURT", "ORDERED", 2),
            made("PLACEMENT", "PLACE_AGREED", 2),
            paper("TRAVEL_DOCUMENT"),
            paper("EXIT_CLEARANCE"),
        ];
        run(&house, &all.concat()).await;
        for table in TABLES {
            house.look.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
        }
        let mut scene =
            Self { house, way, ids: Vec::new(), cells: 0, taken: BTreeSet::new(), covered: 0, hidden: BTreeSet::new() };
        for (name, seat) in way.seats {
            let seen = scene.house.ask_for(why(*seat), name, &words::all(), json!({})).await;
            scene.ids.push(seen["repatriations"]["nodes"][0]["id"].as_str().unwrap().to_owned());
        }
        scene
    }

    /// Puts everything back, and then the situation and the state.
    async fn put(&self, situation: &str, state: &str) {
        let gone = TABLES.map(|table| format!("DELETE FROM {table};")).concat();
        let back: String =
            TABLES.iter().rev().map(|table| format!("INSERT INTO {table} SELECT * FROM kept_{table};")).collect();
        run(&self.house, &format!("{gone}{back}{situation}{state}")).await;
    }

    async fn look(&self, (place, name, seat): (usize, &str, Seat)) -> Value {
        let query = format!("query($id: ID!) {{ repatriation(id: $id) {{ {} }} }}", words::REQUEST);
        self.house.ask_for(why(seat), name, &query, json!({ "id": self.ids[place] })).await["repatriation"].clone()
    }

    /// Asks for a step with whatever any step may need.
    async fn attempt(&self, (place, name, seat): (usize, &str, Seat), seen: &Value, more: Value) -> Value {
        let house = &self.house;
        let mut input = json!({
            "repatriation": self.ids[place], "version": seen["version"], "apartFromPolice": true,
            "validFrom": house.at(0), "validUntil": house.at(24), "crossing": self.way.crossing, "handoverFrom": house.at(1),
            "handoverUntil": house.at(48), "handoverAt": house.at(2), "escort": "POLICE", "hearingAt": house.at(24),
        });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        house.change_for(why(seat), name, "stepRepatriation", input).await
    }

    /// Everything that a refused step must leave as it was.
    async fn everything(&self) -> Vec<String> {
        let mut out = self
            .house
            .look
            .texts("SELECT state || version || coalesce(turn, '') || changed_at FROM repatriation")
            .await;
        for sql in [
            "SELECT track || state || version || since FROM repatriation_track ORDER BY track",
            "SELECT reason || state || from_at || until_at FROM repatriation_hold ORDER BY reason, from_at",
            "SELECT seat || from_at || open_until || until_at || shut FROM standing ORDER BY noun, record, seat",
            "SELECT kind || due_at FROM clock ORDER BY kind, due_at",
            "SELECT CAST(count(*) AS TEXT) FROM event",
            "SELECT CAST(count(*) AS TEXT) FROM journal_entry WHERE kind = 'REPATRIATION_STEPPED'",
        ] {
            out.extend(self.house.look.texts(sql).await);
        }
        out
    }

    /// Whom an invitation invites.
    fn invited(&self, event: &str) -> String {
        self.house.public_id(match event {
            "INVITE_LAWYER" => LAWYER,
            "INVITE_AUTHORITY" => SENDING,
            "INVITE_LIAISON" => self.way.liaison,
            _ => self.way.receiver,
        })
    }

    /// Tries every event of a table in every state from every seat. `part` is what it is called in an answer and in the
    /// database.
    async fn tried<F>(&mut self, part: Option<(&str, &str)>, situation: &str)
    where
        F: Flow<By = By, Need = Need, Reason = Reason>,
    {
        for state in F::State::ALL {
            let word = state.code();
            let put = match part {
                None => format!("UPDATE repatriation SET state = '{word}';"),
                Some((_, track)) => format!("UPDATE repatriation_track SET state = '{word}' WHERE track = '{track}';"),
            };
            self.put(situation, &put).await;
            for (place, (name, seat)) in self.way.seats.iter().enumerate() {
                let by = (place, *name, *seat);
                let seen = self.look(by).await;
                let row = part.map_or(&seen, |(field, _)| &seen[field]);
                let (offered, is_covered) = (codes(&row["canDo"]), row["state"] != word);
                if is_covered && situation.is_empty() {
                    self.hidden.insert((F::NAME, word, seat.code()));
                }
                let mut before = self.everything().await;
                for event in F::Event::ALL {
                    let fits =
                        |step: &&sangam_workflow::flow::Step<F>| step.event == *event && step.by == By::Seat(*seat);
                    let here = F::STEPS.iter().filter(fits).find(|step| step.from == *state);
                    let reasons = here.or_else(|| F::STEPS.iter().find(fits)).map_or(&[][..], |step| step.reasons);
                    let mut more = json!({ part.map_or("request", |(field, _)| field): event.code(), "organization": self.invited(event.code()) });
                    if let Some(reason) = reasons.first() {
                        more["reason"] = json!(reason.code());
                    }
                    if part.is_some_and(|(field, _)| field == "court") && event.code() == "ORDER" {
                        more["attestedBy"] = json!(self.house.second(by.1).await);
                    }
                    let told = self.attempt(by, &seen, more).await;
                    let cell =
                        format!("{} {word} {} {seat}: offered {offered:?}, came to {told}", F::NAME, event.code());
                    let is_offered = offered.iter().any(|code| code == event.code());
                    self.cells += 1;
                    match told["__typename"].as_str() {
                        Some("RepatriationStepped") => {
                            assert!(is_offered, "{cell}");
                            self.taken.insert((F::NAME, word, event.code(), seat.code()));
                            self.put(situation, &put).await;
                            before = self.everything().await;
                        }
                        Some("IllegalStep") if is_covered => {
                            assert_eq!(
                                (codes(&told["legal"]), &told["missing"]),
                                (offered.clone(), &json!([])),
                                "{cell}"
                            );
                            self.covered += 1;
                        }
                        Some("IllegalStep") => {
                            assert!(!is_offered, "{cell}");
                            if told["missing"] == json!([]) {
                                assert_eq!(codes(&told["legal"]), offered, "{cell}");
                            }
                        }
                        _ => panic!("{cell}"),
                    }
                }
                assert_eq!(
                    self.everything().await,
                    before,
                    "{} {word} {seat}: what is refused changes nothing",
                    F::NAME
                );
            }
        }
    }

    /// The parts, in one situation.
    async fn parts(&mut self, situation: &str) {
        self.tried::<Screening>(Some(("screening", "SCREENING")), situation).await;
        self.tried::<Court>(Some(("court", "COURT")), situation).await;
        self.tried::<Verification>(Some(("verification", "VERIFICATION")), situation).await;
        self.tried::<TravelDocument>(Some(("travelDocument", "TRAVEL_DOCUMENT")), situation).await;
        self.tried::<ExitClearance>(Some(("exitClearance", "EXIT_CLEARANCE")), situation).await;
        self.tried::<Placement>(Some(("placement", "PLACEMENT")), situation).await;
    }

    /// Begins and lets go of a hold for each reason that is in force or not, from every seat.
    async fn holds(&mut self, situation: &str) {
        let now = self.house.desk.now();
        let before = now.plus_millis(-3_600_000).millis();
        for reason in Reason::ALL {
            let begins = hold::event(*reason);
            let row = Holding::STEPS.iter().find(|step| Some(step.event) == begins);
            for kept in [None, row.map(|row| row.to)] {
                let put = kept.map_or(String::new(), |state| {
                    format!("INSERT INTO repatriation_hold (request, reason, from_at, until_at, state, hearing_at) SELECT id, '{reason}', {before}, {}, '{state}', {before} FROM repatriation;", Instant::NEVER.millis())
                });
                self.put(situation, &put).await;
                for (place, (name, seat)) in self.way.seats.iter().enumerate() {
                    let by = (place, *name, *seat);
                    let seen = self.look(by).await;
                    let (can_hold, can_release) = (codes(&seen["canHold"]), codes(&seen["canRelease"]));
                    for event in hold::Event::ALL {
                        let more = json!({ "hold": event.code(), "reason": reason.code() });
                        let told = self.attempt(by, &seen, more).await;
                        let of = if *event == hold::Event::Release { &can_release } else { &can_hold };
                        let fits = *event == hold::Event::Release || Some(*event) == begins;
                        let is_offered = fits && of.iter().any(|code| code == reason.code());
                        let cell =
                            format!("{reason} {kept:?} {event} {seat}: {can_hold:?} {can_release:?}, came to {told}");
                        self.cells += 1;
                        match told["__typename"].as_str() {
                            Some("RepatriationStepped") => {
                                assert!(is_offered, "{cell}");
                                let from = kept.filter(|_| *event == hold::Event::Release).unwrap_or(hold::State::New);
                                self.taken.insert((Holding::NAME, from.code(), event.code(), seat.code()));
                                self.put(situation, &put).await;
                            }
                            Some("IllegalStep") => assert!(!is_offered, "{cell}"),
                            // Holds of this kind begin for other reasons.
                            Some("InvalidInput") => {
                                assert_eq!((&told["path"], is_offered), (&json!("/reason"), false), "{cell}")
                            }
                            _ => panic!("{cell}"),
                        }
                    }
                }
            }
        }
    }

    /// The rows of a table that a seat takes and that were not taken, but where the state does not show to the seat and
    /// its covering word does not offer them; of those for organizations that bring her home between themselves only how
    /// many.
    fn left<F: Flow<By = By, Need = Need>>(&self) -> (Vec<String>, usize) {
        let left = F::STEPS.iter().filter(|step| match step.by {
            By::Clock => false,
            By::Seat(seat) => {
                !self.taken.contains(&(F::NAME, step.from.code(), step.event.code(), seat.code()))
                    && !self.hidden.contains(&(F::NAME, step.from.code(), seat.code()))
            }
        });
        let (between, all): (Vec<_>, Vec<_>) = left.partition(|step| step.needs.contains(&Need::BetweenOrganizations));
        (all.iter().map(|step| format!("{step:?}")).collect(), between.len())
    }

    fn counted(&self, what: &str) {
        let Self { cells, covered, taken, .. } = self;
        eprintln!("{what}: {cells} cells, {covered} of them under a covering word; {} rows taken", taken.len());
    }
}

/// How many rows of a table are for organizations that bring her home between themselves.
fn between<F: Flow<Need = Need>>() -> usize {
    F::STEPS.iter().filter(|step| step.needs.contains(&Need::BetweenOrganizations)).count()
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_can_be_done_with_a_request_is_what_happens(database: Database) {
        let mut scene = Scene::set(&database, &TO_BANGLADESH).await;
        for situation in ["", NOTHING, NOT_A_NATIONAL] {
            scene.tried::<Request>(None, situation).await;
        }
        assert_eq!(scene.left::<Request>(), (Vec::new(), between::<Request>()));
        scene.counted("request");
    }

    async fn what_can_be_done_with_its_parts_is_what_happens(database: Database) {
        let mut scene = Scene::set(&database, &TO_BANGLADESH).await;
        for situation in ["", NOTHING, CLAIMED, RECEIVED] {
            scene.parts(situation).await;
        }
        scene.tried::<Verification>(Some(("verification", "VERIFICATION")), NO_LIAISON).await;
        assert_eq!(scene.left::<Screening>(), (Vec::new(), between::<Screening>()));
        assert_eq!(scene.left::<Court>(), (Vec::new(), between::<Court>()));
        assert_eq!(scene.left::<Verification>(), (Vec::new(), between::<Verification>()));
        assert_eq!(scene.left::<TravelDocument>(), (Vec::new(), between::<TravelDocument>()));
        assert_eq!(scene.left::<ExitClearance>(), (Vec::new(), between::<ExitClearance>()));
        assert_eq!(scene.left::<Placement>(), (Vec::new(), between::<Placement>()));
        scene.counted("parts");
    }

    async fn what_can_be_done_with_its_holds_is_what_happens(database: Database) {
        let mut scene = Scene::set(&database, &TO_BANGLADESH).await;
        for situation in ["", NOTHING, RECEIVED] {
            scene.holds(situation).await;
        }
        assert_eq!(scene.left::<Holding>(), (Vec::new(), 0));
        scene.counted("holds");
    }

    /// Where the organizations bring her home between themselves: the rows that are for them alone are taken here.
    async fn what_can_be_done_between_organizations_is_what_happens(database: Database) {
        let mut scene = Scene::set(&database, &TO_NEPAL).await;
        scene.tried::<Request>(None, "").await;
        scene.tried::<Verification>(Some(("verification", "VERIFICATION")), "").await;
        assert_eq!((scene.left::<Request>().1, scene.left::<Verification>().1), (0, 0));
        scene.counted("between organizations");
    }
}
