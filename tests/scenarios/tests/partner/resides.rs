//! Where what a record says stays, when a partner's file says it more strictly than its country: what is stored goes at
//! once, what is to be nowhere is dropped at the border, and the rest is as it was.

use sangam_kit::database::Database;
use sangam_scenarios::look::migrated;
use sangam_vocabulary::Category;
use serde_json::{Value, json};

use crate::house::{House, SHELTER, nodes};
use crate::shown::entries;

const PLAIN: &str =
    "{ subjects(first: 100) { nodes { id caseReference { number } health { notes } narrative { account }
  identity { names { text } } withheld { category } } } }";
const LIVE: &str = "query Live($subjects: [ID!]!) { live(subjects: $subjects, withinMs: 8000) { status nodes {
  id caseReference { number } health { notes } narrative { account } withheld { category reason } } } }";

sangam_kit::both_databases! {
    template = migrated;

    async fn what_may_stay_here_no_more_goes_at_once(database: Database) {
        let house = House::open(&database).await;
        let shelter = house.connect("shelter-in").await;
        house.synchronise(&shelter).await;
        let stored = async |category: Category| {
            let sql = "SELECT count(*) FROM held h JOIN subject s ON s.id = h.record WHERE h.category";
            house.look.number(&format!("{sql} = {}", category as u32)).await
        };
        let minor = house.subject(SHELTER, "Shiuli Begum").await;
        let (health, story, names) = (Category::Health, Category::Narrative, Category::Identity);
        assert_eq!((stored(health).await, stored(story).await, stored(names).await), (1, 1, 2));
        // While everything stays here, nothing is asked for at home.
        let told = house.ask(SHELTER, LIVE, json!({"subjects": [minor]})).await;
        assert_eq!(told["live"][0]["status"], "NOT_ASKED", "{told}");
        let all = told["live"][0]["nodes"][0]["withheld"].as_array().unwrap();
        assert!(all.len() == 3 && all.iter().all(|withheld| withheld["reason"] == "NOT_AVAILABLE_NOW"), "{told}");
        let (before, fence) = (entries(&house, "SUBJECT_CHANGED").await, house.look.number("SELECT fence FROM epoch").await);

        house.edit_file("shelter-in.toml", |text| {
            format!("{text}\n[residence]\nhome = [\"HEALTH\"]\nnever = [\"NARRATIVE\"]\n")
        });
        let shelter = house.connect("shelter-in").await;
        // Nothing was synchronised: what was stored went when it was connected, with its entry, and the rest did not.
        assert_eq!((stored(health).await, stored(story).await, stored(names).await), (0, 0, 2));
        assert_eq!(entries(&house, "SUBJECT_CHANGED").await, before + 1);
        assert!(house.look.number("SELECT fence FROM epoch").await > fence, "what was being answered is answered anew");

        // What is taken in after that leaves it where it is.
        house.clock.advance(60_000);
        let story = json!({"incident_account": "zq-told-again-8001", "medical_notes": "zq-well-8002"});
        assert!(house.shelter.edit(&house.people[0], &story));
        let report = house.synchronise(&shelter).await;
        assert!(report.changed >= 1 && report.dropped == 1 && report.quarantined == 0, "{report:?}");
        assert_eq!((stored(health).await, stored(Category::Narrative).await, stored(names).await), (0, 0, 2));

        // The ordinary read gives nothing away: the record is as one that has no such category.
        let plain = nodes(&house.ask(SHELTER, PLAIN, json!({})).await, "subjects");
        let hers = plain.iter().find(|row| row["id"] == minor.as_str()).unwrap();
        assert!(hers["health"].is_null() && hers["narrative"].is_null() && hers["caseReference"].is_object(), "{hers}");
        assert_eq!((&hers["withheld"], &hers["identity"]["names"][0]["text"]), (&json!([]), &json!("Shiuli Begum")));

        // At home it is read as it is now; what is to be nowhere is not there either, nor what stays here.
        let told = house.ask(SHELTER, LIVE, json!({"subjects": [minor]})).await;
        let node = &told["live"][0]["nodes"][0];
        assert_eq!(told["live"][0]["status"], "ANSWERED", "{told}");
        assert_eq!(node["health"]["notes"], "zq-well-8002", "{told}");
        assert!(node["narrative"].is_null() && node["caseReference"].is_null(), "{told}");
        let withheld: Vec<&Value> = node["withheld"].as_array().unwrap().iter().map(|one| &one["category"]).collect();
        assert_eq!(withheld, ["CASE_REFERENCE", "NARRATIVE"], "{told}");
        assert!(!told.to_string().contains("zq-told-again-8001"));

        // Days later others' records have changed, and hers is not among those that the rounds are given.
        for age in 25..28 {
            house.clock.advance(86_400_000);
            assert!(house.shelter.edit(&house.people[1], &json!({"age": age})));
            house.synchronise(&shelter).await;
        }
        assert_eq!(house.synchronise(&shelter).await.unchanged, 1);

        // May it stay here again, it is taken again in the next round, though nobody changed it.
        house.edit_file("shelter-in.toml", |text| text.split("\n[residence]").next().unwrap().to_owned());
        let shelter = house.connect("shelter-in").await;
        let report = house.synchronise(&shelter).await;
        assert!(report.changed >= 1 && report.recorded == 0 && report.quarantined == 0, "{report:?}");
        assert_eq!((stored(health).await, stored(Category::Narrative).await, stored(names).await), (1, 1, 2));
        let plain = nodes(&house.ask(SHELTER, PLAIN, json!({})).await, "subjects");
        let hers = plain.iter().find(|row| row["id"] == minor.as_str()).unwrap();
        assert_eq!((&hers["health"]["notes"], &hers["narrative"]["account"]), (&json!("zq-well-8002"), &json!("zq-told-again-8001")));
        // Once: the round after it goes on from where that one stopped.
        assert_eq!(house.synchronise(&shelter).await.changed, 0);
    }
}
