//! What would change with an agreement: of one's own subjects counted, of the other side only named.

use sangam_kit::database::Database;
use sangam_language::Caller;
use serde_json::{Value, json};

use super::Parties;
use sangam_scenarios::look::migrated;

const PREVIEW: &str = "query($id: ID!) { previewAgreement(id: $id) { category supposing ownShownMore ownShownLess theirsPermittedMore theirsPermittedLess complete } }";

impl Parties {
    async fn preview(&self, caller: &Caller, agreement: &Value) -> Vec<Value> {
        let answer = self.house.answer(caller, PREVIEW, json!({ "id": agreement["id"] })).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"]["previewAgreement"].as_array().unwrap().clone()
    }
}

/// The entries that say that something would change, without `complete`.
fn changes(preview: &[Value]) -> Vec<Value> {
    let numbers = ["ownShownMore", "ownShownLess"];
    let flags = ["theirsPermittedMore", "theirsPermittedLess"];
    let changes = |row: &&Value| numbers.iter().any(|one| row[one] != 0) || flags.iter().any(|one| row[one] != false);
    preview
        .iter()
        .filter(changes)
        .map(|row| {
            assert_eq!(row["complete"], true);
            json!([
                row["category"],
                row["supposing"],
                row["ownShownMore"],
                row["ownShownLess"],
                row["theirsPermittedMore"],
                row["theirsPermittedLess"]
            ])
        })
        .collect()
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_preview_counts_what_then_happens(database: Database) {
        let parties = Parties::open(&database).await;
        for _ in 0..3 {
            parties.case().await;
        }
        // One more without a case there, and without consent: it would not be shown.
        parties.house.subject(parties.house.own).await;
        let (own, theirs) = (parties.of_own(parties.own[1]), parties.of_other(parties.other[0]));
        let draft = parties.draft(parties.terms(&["DEMOGRAPHICS", "HEALTH"])).await;
        // With consent as it is: health would be permitted, and nobody has consented to it.
        assert_eq!(changes(&parties.preview(&own, &draft).await), [json!(["DEMOGRAPHICS", "IN_FORCE", 3, 0, false, false])]);
        assert_eq!(parties.preview(&theirs, &draft).await, Vec::<Value>::new(), "a draft does not exist for them");
        assert_eq!(parties.shows().await, (false, false), "supposing shows nothing to anybody");
        let proposed = parties.step(&own, "proposeAgreement", &draft).await;
        // The other side is told categories, and no number.
        let told = [json!(["DEMOGRAPHICS", "IN_FORCE", 0, 0, true, false]), json!(["HEALTH", "IN_FORCE", 0, 0, true, false])];
        assert_eq!(changes(&parties.preview(&theirs, &proposed).await), told);

        let agreement = parties.approved(&proposed).await;
        assert_eq!(parties.shows().await, (true, false));
        let ends = [json!(["DEMOGRAPHICS", "ENDED", 0, 3, false, false])];
        assert_eq!(changes(&parties.preview(&own, &agreement).await), ends);
        // A second agreement on the same adds nothing, and with it the end of the first takes nothing away.
        let second = parties.draft(parties.terms(&["DEMOGRAPHICS"])).await;
        assert!(changes(&parties.preview(&own, &second).await).is_empty());
        let second = parties.step(&own, "proposeAgreement", &second).await;
        let second = parties.approved(&second).await;
        assert!(changes(&parties.preview(&own, &agreement).await).is_empty());
        parties.step(&own, "endAgreement", &second).await;

        // A newer version: what comes and what goes.
        let input = json!({ "agreement": agreement["id"], "version": agreement["version"], "terms": parties.terms(&["SERVICES"]) });
        let newer = parties.change(&parties.of_own(parties.own[0]), "supersedeAgreement", input).await["agreement"].clone();
        let told = [json!(["DEMOGRAPHICS", "IN_FORCE", 0, 3, false, false]), json!(["SERVICES", "IN_FORCE", 3, 0, false, false])];
        assert_eq!(changes(&parties.preview(&own, &newer).await), told);
        let stopped = parties.step(&theirs, "suspendAgreement", &agreement).await;
        assert_eq!(changes(&parties.preview(&own, &stopped).await), [json!(["DEMOGRAPHICS", "IN_FORCE", 3, 0, false, false])]);
        // What is over would change nothing.
        let ended = parties.step(&own, "endAgreement", &stopped).await;
        assert_eq!(parties.preview(&own, &ended).await, Vec::<Value>::new());
        // Consent that is withdrawn counts no more.
        parties.house.run("DELETE FROM consent_span", Vec::new()).await;
        assert!(changes(&parties.preview(&own, &newer).await).is_empty());
        // No system looks, and nothing was written down as shown by looking.
        assert_eq!(parties.preview(&parties.house.system(), &newer).await, Vec::<Value>::new());
    }
}
