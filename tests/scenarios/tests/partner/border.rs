//! Minimal intake: what the configuration does not name stops at the border, and who is not marked for the hub
//! is not in it.

use std::collections::BTreeSet;

use sangam_kit::database::Database;
use serde_json::{Value, json};

use crate::house::{AGENCY, House, SHELTER};
use sangam_scenarios::look::{files_hold, holds, migrated};

/// Fields that the forms have and the configuration does not name, each with a value to be searched for.
const SHELTER_ONLY: [(&str, &str); 5] = [
    ("fingerprint_reference", "zq-fingerprint-1001"),
    ("bank_account", "zq-bank-1002"),
    ("interview_recording", "zq-tape-1003"),
    ("religion", "zq-religion-1004"),
    ("caste", "zq-caste-1005"),
];
const AGENCY_ONLY: [(&str, &str); 2] = [("nid_number", "zq-nid-2001"), ("mobile_banking", "zq-wallet-2002")];

sangam_kit::both_databases! {
    template = migrated;

    async fn what_the_configuration_does_not_name_stops_at_the_border(database: Database) {
        let house = House::open(&database).await;
        for (field, value) in SHELTER_ONLY {
            for case in &house.people {
                assert!(house.shelter.edit(case, &json!({ field: value })));
            }
        }
        for case in house.agency.cases() {
            for (field, value) in AGENCY_ONLY {
                assert!(house.agency.edit(case["id"].as_str().unwrap(), &json!({ field: value })));
            }
        }
        let (shelter, agency) = (house.connect("shelter-in").await, house.connect("agency-bd").await);

        // Before any mapping: the wire hands over marked records with the configured fields, and no others.
        for partner in [&shelter, &agency] {
            let page = partner.wire.fetch(None).await.unwrap();
            assert_eq!(page.records.len(), 2);
            let narrow = &partner.config.narrow;
            let may: BTreeSet<&str> = narrow.fields.iter().map(String::as_str).chain(["referrals", "transfers"]).collect();
            for record in &page.records {
                let has: BTreeSet<&str> = record.as_object().unwrap().keys().map(String::as_str).collect();
                assert!(has.is_subset(&may), "{:?}", has.difference(&may));
                let lists = ["referrals", "transfers"].into_iter().filter_map(|name| record[name].as_array());
                for referral in lists.flatten() {
                    assert!(referral.as_object().unwrap().keys().all(|name| narrow.referral_fields.contains(name)));
                }
            }
        }

        house.synchronise(&shelter).await;
        house.synchronise(&agency).await;
        let everything = house.look.everything().await;
        let answers = Value::from([house.subjects(SHELTER).await, house.subjects(AGENCY).await].concat()).to_string();
        assert!(answers.contains("Shiuli Begum") && answers.contains("রেখা খাতুন"), "{answers}");
        for (_, value) in SHELTER_ONLY.iter().chain(&AGENCY_ONLY) {
            assert!(!holds(&everything, value) && !files_hold(&database, value), "{value} is in the store");
        }
        // What is taken lies sealed: no name and no story in clear.
        for value in ["Shiuli", "Maya Tamang", "beauty parlour", "Satkhira", "রেখা"] {
            assert!(!holds(&everything, value) && !files_hold(&database, value), "{value} is in clear");
        }

        // Nobody who is not marked, by case id or by name.
        assert_eq!(house.look.number("SELECT count(*) FROM subject").await, 4);
        assert!(holds(&everything, &house.people[0]), "the search finds a case id");
        assert!(!holds(&everything, &house.people[2]) && !answers.contains("Not For The Hub"));
        let unmarked = house.agency.cases().into_iter().find(|case| case["sangam"] == "na").unwrap();
        assert!(!holds(&everything, unmarked["id"].as_str().unwrap()) && !answers.contains("অন্য"));
    }
}
