//! The corridors that ship in `config/corridors`, read as the hub reads them; what is refused; and which corridor a pair
//! of countries goes by.

#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use std::collections::BTreeSet;
use std::path::Path;

use sangam_custody::{Age, Verified};
use sangam_vocabulary::{Code, Country, Instant, Seat};
use sangam_workflow::ladder::Firmness;
use sangam_workflow::repatriation::corridor::{
    CORRIDORS, ClockTrack, Corridor, CorridorBook, CorridorFault, LONGEST_CLOCK_DAYS,
};
use sangam_workflow::repatriation::papers::PaperKind;
use sangam_workflow::repatriation::{court, papers, placement, verification};

const NOW: Instant = Instant::from_millis(1_795_507_200_000);

/// Every file of the folder, as it is.
fn texts() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/corridors");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

fn read(texts: &[(String, String)]) -> Result<CorridorBook, Vec<CorridorFault>> {
    CorridorBook::read(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))
}

fn book() -> CorridorBook {
    read(&texts()).unwrap()
}

fn corridor<'a>(book: &'a CorridorBook, id: &str) -> &'a Corridor {
    book.corridors().find(|corridor| corridor.id == id).unwrap()
}

/// The faults of the shipped corridors with one text changed, which the change must reach.
fn faults(file: &str, from: &str, to: &str) -> Vec<CorridorFault> {
    let mut texts = texts();
    let text = &mut texts.iter_mut().find(|(name, _)| name == file).unwrap().1;
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replacen(from, to, 1);
    read(&texts).err().unwrap_or_default()
}

#[test]
fn every_corridor_is_there_and_says_where_it_is_from() {
    let book = book();
    let ids: BTreeSet<_> = book.corridors().map(|corridor| corridor.id.as_str()).collect();
    assert_eq!(ids, BTreeSet::from(CORRIDORS));
    for corridor in book.corridors() {
        let rows = corridor
            .papers
            .iter()
            .map(|row| (&row.issued_by, &row.basis, &row.source, row.verified))
            .chain(corridor.actors.iter().map(|row| (&row.who, &row.basis, &row.source, row.verified)))
            .chain(corridor.clocks.iter().map(|row| (&row.id, &row.basis, &row.source, row.verified)));
        for (what, basis, source, verified) in rows {
            assert!(!what.trim().is_empty() && basis.trim().len() > 8, "{}: {what}", corridor.id);
            let address = source.starts_with("https://") || source.starts_with("http://");
            assert!(address || source.starts_with("domain.md"), "{}: {source} is no address", corridor.id);
            assert!(address || verified == Verified::Unverified, "{}: {what} was read nowhere", corridor.id);
        }
        assert!(corridor.note.len() > 20, "{}", corridor.id);
        for clock in &corridor.clocks {
            assert!(clock.id.starts_with(&format!("{}-", corridor.id)), "{}", clock.id);
            assert_eq!(clock.kind == Firmness::Limit, clock.verified == Verified::TextRead, "{}", clock.id);
            assert_eq!(clock.kind == Firmness::Reported, clock.verified == Verified::Secondary, "{}", clock.id);
            assert!(clock.kind == Firmness::Target || !clock.stops_on_hold, "{}: no hold lengthens it", clock.id);
        }
    }
    let limits = book.corridors().flat_map(|corridor| &corridor.clocks).filter(|row| row.kind == Firmness::Limit);
    assert_eq!(limits.count(), 0, "no text of a time limit was read: say so in the change log when one is");
}

#[test]
fn a_clock_is_a_limit_only_where_the_text_was_read() {
    let no_limit = CorridorFault::NoLimit { id: "IN-BD".to_owned(), clock: "IN-BD-TOTAL".to_owned() };
    let text = &texts().into_iter().find(|(name, _)| name == "in-bd").unwrap().1;
    let total =
        &text[text.find("id = \"IN-BD-TOTAL\"").unwrap()..text.find("[[clocks]]\nid = \"IN-BD-CHARGE").unwrap()];
    for (verified, refused) in [("SECONDARY", true), ("UNVERIFIED", true), ("TEXT_READ", false)] {
        let limit = total.replace("REPORTED", "LIMIT").replace("SECONDARY", verified);
        let found = faults("in-bd", total, &limit);
        assert_eq!(found, if refused { vec![no_limit.clone()] } else { Vec::new() }, "{verified}");
    }
}

#[test]
fn a_clock_that_runs_is_found_by_its_id_and_one_that_was_taken_away_is_none() {
    let book = book();
    let clocks: Vec<_> = book.corridors().flat_map(|corridor| &corridor.clocks).collect();
    assert!(clocks.len() > 8, "{} clocks", clocks.len());
    for clock in clocks {
        assert_eq!(book.clock(&clock.id), Some(clock));
    }
    assert_eq!(book.clock("IN-BD-NO-SUCH-CLOCK"), None);
}

#[test]
fn a_corridor_that_is_missing_or_cannot_be_read_is_told() {
    for id in CORRIDORS {
        let left: Vec<_> = texts().into_iter().filter(|(name, _)| name.to_uppercase() != id).collect();
        assert_eq!(read(&left), Err(vec![CorridorFault::Missing { id: id.to_owned() }]));
    }
    let twice: Vec<_> = texts().into_iter().chain(texts().into_iter().filter(|(name, _)| name == "lk")).collect();
    let found = read(&twice).unwrap_err();
    assert!(found.contains(&CorridorFault::Twice { id: "LK".to_owned(), what: "id".to_owned() }), "{found:?}");
    let renamed: Vec<_> =
        texts().into_iter().map(|(name, text)| (if name == "lk" { "pk-2".into() } else { name }, text)).collect();
    let found = read(&renamed).unwrap_err();
    assert!(found.contains(&CorridorFault::Unknown { file: "pk-2".to_owned(), id: "LK".to_owned() }), "{found:?}");
    assert!(found.contains(&CorridorFault::Missing { id: "LK".to_owned() }), "{found:?}");
    let odd = [("xx".to_owned(), texts()[0].1.replacen("id = \"", "id = \"XX\" #", 1))];
    let found = read(&texts().into_iter().chain(odd).collect::<Vec<_>>()).unwrap_err();
    assert_eq!(found, [CorridorFault::Unknown { file: "xx".to_owned(), id: "XX".to_owned() }]);
}

#[test]
fn an_unknown_word_a_missing_word_and_a_step_that_nobody_knows_are_told_and_the_file_once() {
    for (from, to) in [
        ("order = \"ALWAYS\"", "order = \"SOMETIMES\""),
        ("order = \"ALWAYS\"", "orders = \"ALWAYS\""),
        ("between_organizations = false\n", ""),
        ("to = \"BD\"", "to = \"XX\""),
        ("kind = \"TRAVEL_DOCUMENT\"", "kind = \"PASSPORT\""),
        ("needed = true", "needed = \"yes\""),
        ("seat = \"HOLDING\"", "seat = \"POLICE\""),
        ("valid_days = 90", "valid_days = -1"),
        ("kind = \"REPORTED\"", "kind = \"LEGAL\""),
        ("verified = \"SECONDARY\"", "verified = \"YES\""),
        ("stops_on_hold = false\n", ""),
        ("days = 147", "days = 147\npauses = true"),
        ("[[papers]]", "[[paper]]"),
    ] {
        let found = faults("in-bd", from, to);
        let told = matches!(found.as_slice(), [CorridorFault::Unreadable { file, .. }] if file == "in-bd");
        assert!(told, "{to}: {found:?}");
    }
    let clock = || "IN-BD-TOTAL".to_owned();
    let id = || "IN-BD".to_owned();
    let unknown = [CorridorFault::UnknownStep { id: id(), clock: clock() }];
    for (from, to) in [
        ("from = \"OPEN\"", "from = \"SUBMITTED\""),
        ("to = \"HANDED_OVER\"", "to = \"GONE\""),
        ("to = \"HANDED_OVER\"", "to = \"OPEN\""),
    ] {
        assert_eq!(faults("in-bd", from, to), unknown, "{to}");
    }
    let odd = [CorridorFault::Days { id: id(), clock: clock() }];
    for days in ["0", "3661", "65535"] {
        assert_eq!(faults("in-bd", "days = 147", &format!("days = {days}")), odd, "{days}");
    }
    for days in ["1", "3660"] {
        assert_eq!(faults("in-bd", "days = 147", &format!("days = {days}")), [], "{days}");
    }
    assert_eq!(LONGEST_CLOCK_DAYS, 3_660);
}

#[test]
fn a_clock_names_steps_of_its_own_track() {
    for (track, state) in [
        (ClockTrack::Request, "HANDED_OVER"),
        (ClockTrack::Court, "CLEARED"),
        (ClockTrack::Verification, "INVESTIGATED"),
        (ClockTrack::TravelDocument, "ISSUED"),
        (ClockTrack::ExitClearance, "ISSUED"),
        (ClockTrack::Placement, "PLACE_AGREED"),
    ] {
        for other in ClockTrack::ALL {
            let paper = |track| matches!(track, ClockTrack::TravelDocument | ClockTrack::ExitClearance);
            assert_eq!(other.knows(state), *other == track || (paper(*other) && paper(track)), "{other} {state}");
        }
    }
}

#[test]
fn what_stands_twice_or_not_at_all_is_told() {
    let id = || "IN-BD".to_owned();
    let twice = |what: &str| CorridorFault::Twice { id: id(), what: what.to_owned() };
    let paper = faults("in-bd", "kind = \"EXIT_CLEARANCE\"", "kind = \"TRAVEL_DOCUMENT\"");
    let silent = CorridorFault::Silent { id: id(), what: "EXIT_CLEARANCE" };
    assert_eq!(paper, [twice("TRAVEL_DOCUMENT"), silent]);
    let actor = faults("in-bd", "seat = \"HOLDING\"", "seat = \"RECEIVING\"");
    assert_eq!(actor, [CorridorFault::Silent { id: id(), what: "HOLDING" }, twice("RECEIVING")]);
    assert_eq!(faults("in-bd", "IN-BD-CHARGE-SHEET", "IN-BD-TOTAL"), [twice("IN-BD-TOTAL")]);
    let other = faults("in-np", "IN-NP-TOTAL", "IN-BD-TOTAL");
    assert!(matches!(other.as_slice(), [CorridorFault::Twice { .. }]), "one name in all corridors: {other:?}");
    for (file, from, to) in [
        ("in-bd", "from = \"IN\"", "from = \"NP\""),
        ("in-bd", "to = \"BD\"", ""),
        ("in-bd", "to = \"BD\"", "to = \"BD\"\neither = \"BD\""),
        ("lk", "either = \"LK\"", "either = \"PK\""),
        ("lk", "either = \"LK\"", ""),
        ("general", "between_organizations", "either = \"NP\"\nbetween_organizations"),
    ] {
        let found = faults(file, from, to);
        assert!(matches!(found.as_slice(), [CorridorFault::Ends { .. }]), "{file} {to}: {found:?}");
    }
}

#[test]
fn every_pair_has_one_corridor_and_no_country_has_one_with_itself() {
    let book = book();
    for from in Country::ALL {
        for to in Country::ALL {
            let way = book.between(*from, *to);
            let Some(way) = way else {
                assert_eq!(from, to);
                continue;
            };
            assert_eq!((way.from(), way.to()), (*from, *to));
            let ends = [from.code(), to.code()];
            let expected = match ends {
                ["IN", "BD"] => "IN-BD",
                ["IN", "NP"] => "IN-NP",
                ["IN", "BT"] => "IN-BT",
                _ if ends.contains(&"AF") => "AF",
                [_, to @ ("LK" | "PK" | "MV")] => to,
                [from @ ("LK" | "PK" | "MV"), _] => from,
                _ => "GENERAL",
            };
            assert_eq!(way.corridor().id, expected, "{from}-{to}");
            let afghan = |country: &Country| *country == Country::Afghanistan;
            assert_eq!(way.has_receiving_liaison(), !afghan(to), "{from}-{to}");
            assert_eq!(way.has_sending_liaison(), !afghan(from), "{from}-{to}");
            assert_eq!(way.is_between_organizations(), ["AF", "IN-NP", "IN-BT"].contains(&expected), "{from}-{to}");
        }
    }
}

#[test]
fn where_the_tracks_begin_is_the_corridors_and_a_child_is_never_without_an_order() {
    let book = book();
    let child = Age::MinorUntil(NOW.plus_days(400));
    for corridor in book.corridors() {
        let (from, to) = match (corridor.from, corridor.to, corridor.either) {
            (Some(from), Some(to), _) => (from, to),
            (_, _, Some(either)) => (Country::India, either),
            _ => (Country::Nepal, Country::Bangladesh),
        };
        let way = book.between(from, to).unwrap();
        assert_eq!(way.corridor().id, corridor.id);
        for age in [child, Age::Unknown, Age::Adult] {
            let starts = way.starts(age, NOW);
            let free = age == Age::Adult && ["IN-NP", "IN-BT", "LK", "PK", "MV"].contains(&corridor.id.as_str());
            assert_eq!(starts.court, if free { court::State::NotNeeded } else { court::State::InProgress });
            let open = ["IN-NP", "IN-BT"].contains(&corridor.id.as_str());
            let paper = if open { papers::State::NotNeeded } else { papers::State::Wanted };
            assert_eq!((starts.travel_document, starts.exit_clearance), (paper, paper), "{}", corridor.id);
            assert_eq!(starts.verification, verification::State::NotAsked);
            assert_eq!(starts.placement, placement::State::Wanted);
        }
        let grown = way.starts(child, NOW.plus_days(401));
        assert_eq!(grown, way.starts(Age::Adult, NOW), "who has come of age is an adult");
    }
}

#[test]
fn a_corridor_tells_its_papers_its_actors_and_the_clocks_that_start() {
    let book = book();
    let way = book.between(Country::India, Country::Bangladesh).unwrap();
    let started = |track, state| way.clocks(track, state).map(|row| (row.id.as_str(), row.days)).collect::<Vec<_>>();
    assert_eq!(started(ClockTrack::Request, "OPEN"), [("IN-BD-TOTAL", 147)]);
    assert_eq!(started(ClockTrack::Request, "DRAFT"), [("IN-BD-SHELTER-STAY", 1_095)]);
    assert_eq!(started(ClockTrack::Court, "IN_PROGRESS"), [("IN-BD-CHARGE-SHEET", 90)]);
    assert_eq!(started(ClockTrack::Verification, "IN_PROGRESS"), [("IN-BD-VERIFICATION", 90)]);
    assert_eq!(started(ClockTrack::Request, "HANDED_OVER"), []);
    assert_eq!(started(ClockTrack::Placement, "IN_PROGRESS"), []);
    let permit = corridor(&book, "IN-BD").paper(PaperKind::TravelDocument).unwrap();
    assert_eq!((permit.needed, permit.valid_days), (true, Some(90)));
    assert!(!corridor(&book, "IN-NP").paper(PaperKind::ExitClearance).unwrap().needed);
    let seats: BTreeSet<_> = corridor(&book, "AF").actors.iter().map(|row| row.seat.code()).collect();
    let all = [Seat::Holding, Seat::Receiving, Seat::SendingLiaison, Seat::ReceivingLiaison];
    assert_eq!(seats, all.iter().map(|seat| seat.code()).collect());
}
