//! Every code that a page can meet has a name in every language: the lists of the texts, held against the enums of the
//! committed schema, both ways.

use sangam_words::{Message, StaffWords};

const SCHEMA: &str = include_str!("../../../schema/language/schema.graphql");

/// A list of names, and the enum or enums of the schema that it names.
const LISTS: &[(&str, &[&str])] = &[
    ("board", &["RepatriationBoardState"]),
    ("request", &["RepatriationState"]),
    ("screening", &["ScreeningOutcome"]),
    ("court", &["CourtState"]),
    ("verification", &["VerificationState"]),
    ("paper", &["PaperState"]),
    ("placement", &["PlacementState"]),
    ("do-request", &["RepatriationEvent"]),
    ("do-screening", &["ScreeningEvent"]),
    ("do-court", &["CourtEvent"]),
    ("do-verification", &["VerificationEvent"]),
    ("do-paper", &["PaperEvent"]),
    ("do-placement", &["PlacementEvent"]),
    ("do-hold", &["HoldEvent"]),
    ("note", &["RepatriationNote"]),
    ("why", &["RepatriationReason"]),
    ("need", &["RepatriationNeed"]),
    ("track", &["RepatriationTrack"]),
    ("seat", &["Seat"]),
    ("role", &["Role"]),
    ("country", &["Country"]),
    ("sex", &["Gender"]),
    ("ageband", &["AgeBand"]),
    ("crossing", &["Crossing"]),
    ("escort", &["Escort"]),
    ("signatory", &["MemoSignatory"]),
    ("notice", &["NoticeKind"]),
    ("category", &["Category"]),
    ("withheld", &["WithheldReason"]),
    ("referral", &["ReferralState"]),
    ("do-referral", &["ReferralEvent"]),
    ("delivery", &["ReferralDelivery"]),
    ("servicestate", &["ReferralServiceState"]),
    ("service", &["ServiceCode"]),
    ("urgency", &["Urgency"]),
    ("reason", &["DeclineReason"]),
];

/// The values of an enum of the schema.
fn values(name: &str) -> Vec<&'static str> {
    let from = SCHEMA.find(&format!("\nenum {name} {{")).unwrap_or_else(|| panic!("no enum {name}"));
    let body = SCHEMA[from..].split('}').next().unwrap();
    body.lines().skip(2).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('"')).collect()
}

#[test]
fn every_code_of_the_schema_has_a_name_in_every_language() {
    let words = StaffWords::read().unwrap();
    let mut named = 0;
    for (list, enums) in LISTS {
        for value in enums.iter().flat_map(|name| values(name)) {
            for language in words.languages() {
                let own = words.code(language, list, value).is_some();
                assert!(own || Message::of(list, value).is_some(), "{language} has no name for {value} of {list}");
                named += 1;
            }
        }
    }
    assert!(named > 300, "{named}");
}
