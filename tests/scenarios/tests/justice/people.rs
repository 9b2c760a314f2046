//! Who in an organization: the team of the case at its holder; at the invited whoever may act for it, until it has a
//! case to have a team in.

use sangam_kit::database::Database;
use sangam_vocabulary::{CategorySet, Purpose};
use serde_json::{Value, json};

use crate::house::{FRIEND, HOLDER, House, keyed};
use crate::words::{ACCEPT, CONTRIBUTIONS, END, INVITE, RECORD, REPORT, RISKS, SUBJECTS};
use sangam_scenarios::look::migrated;

const WHY: Purpose = Purpose::Protection;

sangam_kit::both_databases! {
    template = migrated;

    async fn a_person_who_is_not_on_the_team_changes_nothing_and_hears_of_no_danger(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        house.consent(subject, FRIEND, &[WHY], CategorySet::all()).await;
        let person = house.desk.enrol_person(house.id(HOLDER), "worker-4").await.unwrap();
        let she = house.person(HOLDER, person);
        let id = house.outward(HOLDER, subject);
        house.change(HOLDER, WHY, REPORT, json!({"subject": id, "kind": "THREATENED"})).await;
        house.invite(subject, (FRIEND, "CONTRIBUTOR", WHY), 9).await;
        let part = house.part(HOLDER, WHY).await;
        let until = house.desk.now().plus_days(9).rfc3339();
        let told = async |mutation: &str, input: Value| {
            let answer = house.asked_by(&she, WHY, mutation, json!({"input": keyed(input)})).await;
            answer["data"].as_object().unwrap().values().next().unwrap()["__typename"].clone()
        };
        let invite = || json!({"subject": id, "organization": house.public_id(FRIEND), "seat": "CONTRIBUTOR", "purpose": "MONITORING", "until": until});
        let end = || json!({"contribution": part["id"], "version": part["version"]});
        let date = || json!({"subject": id, "kind": "ORDER", "takesPlaceAt": "2026-12-01T04:00:00Z"});
        let fear = || json!({"subject": id, "kind": "FEAR"});
        for (mutation, input) in [(INVITE, invite()), (END, end()), (RECORD, date()), (REPORT, fear())] {
            assert_eq!(told(mutation, input).await, "NotPermitted", "{mutation}");
        }
        let parts = house.asked_by(&she, WHY, CONTRIBUTIONS, json!({})).await;
        assert_eq!(parts["data"]["contributions"]["nodes"][0]["canDo"], json!([]), "{parts}");
        let risks = house.asked_by(&she, WHY, RISKS, json!({})).await;
        assert_eq!(risks["data"]["risks"]["nodes"], json!([]), "{risks}");
        // The control: on the team she does it.
        let team = "INSERT INTO team (subject, person, since) SELECT su.id, p.id, 0 FROM subject su, person p WHERE p.pseudonym = 'worker-4'";
        house.look.run(team).await;
        let risks = house.asked_by(&she, WHY, RISKS, json!({})).await;
        assert_eq!(risks["data"]["risks"]["nodes"].as_array().unwrap().len(), 1, "{risks}");
        assert_eq!(told(RECORD, date()).await, "HearingRecorded");
        assert_eq!(told(END, end()).await, "ContributionChanged");
    }

    /// Whoever may act for the invited accepts; what is in the case is then for whoever is put on its team there.
    async fn a_person_accepts_for_her_organization(database: Database) {
        let house = House::open(&database).await;
        let subject = house.subject().await;
        house.consent(subject, FRIEND, &[WHY], CategorySet::all()).await;
        house.invite(subject, (FRIEND, "CONTRIBUTOR", WHY), 9).await;
        let person = house.desk.enrol_person(house.id(FRIEND), "worker-9").await.unwrap();
        let she = house.person(FRIEND, person);
        let parts = house.asked_by(&she, WHY, CONTRIBUTIONS, json!({})).await;
        let part = parts["data"]["contributions"]["nodes"][0].clone();
        assert_eq!(part["canDo"], json!(["ACCEPT", "DECLINE"]), "{part}");
        let input = keyed(json!({"contribution": part["id"], "version": part["version"]}));
        let told = house.asked_by(&she, WHY, ACCEPT, json!({"input": input})).await;
        assert_eq!(told["data"]["acceptInvitation"]["contribution"]["state"], "ACTIVE", "{told}");
        let subjects = house.asked_by(&she, WHY, SUBJECTS, json!({})).await;
        let seen = &subjects["data"]["subjects"]["nodes"][0];
        assert_eq!((&seen["demographics"], &seen["canSee"]), (&Value::Null, &json!([])), "{seen}");
        // The control: its system sees what was consented to.
        let seen = house.nodes(FRIEND, WHY, SUBJECTS).await.remove(0);
        assert_eq!(seen["demographics"]["sex"], "FEMININE");
    }
}
