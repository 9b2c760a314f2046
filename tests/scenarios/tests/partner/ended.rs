//! An offer that lies in the recipient's own system ends here: that system is told by the keys that it has and by nothing
//! else, whatever broke off between.

use sangam_kit::database::Database;
use sangam_sandbox::Fault;
use sangam_scenarios::look::migrated;
use sangam_wire::Delivery;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::house::{AGENCY, NGO, SHELTER};
use crate::referral::Case;

/// A day and an hour: the answer to an urgent referral is late.
const LATE: i64 = 25 * 3_600_000;

/// How long after the last one a round of deliveries comes: longer than the waits after the first failures, and within the
/// hour for which the hub stays signed in there.
const ROUND: i64 = 10 * 60_000;

/// The shelter's case of the minor, the agency's system connected, and consent that it is told of services and case.
struct Offers {
    case: Case,
}

impl Offers {
    async fn open(database: &Database) -> Self {
        let case = Case::open(database).await;
        case.house.connect("agency-bd").await;
        let light = ["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"];
        let agency = [case.house.public_id(AGENCY)];
        case.house.consent_for_child(SHELTER, &case.minor, &agency, &light, "agency").await;
        let offers = Self { case };
        // The hub is signed in there from here on, and the case is not the first of hers.
        offers.send_for("HEALTH", "before", true).await;
        offers
    }

    /// A referral for schooling to the agency, delivered where `delivered`.
    async fn send(&self, key: &str, delivered: bool) -> Value {
        self.send_for("EDUCATION", key, delivered).await
    }

    async fn send_for(&self, service: &str, key: &str, delivered: bool) -> Value {
        let services =
            json!({"recipient": self.case.house.public_id(AGENCY), "services": [service], "urgency": "URGENT"});
        let sent = self.case.send(key, services).await;
        if delivered {
            self.round().await;
            assert_eq!(self.sent(&sent).await["delivery"], "DELIVERED");
        }
        sent
    }

    /// A round of deliveries, some time after the last one.
    async fn round(&self) -> sangam_desk::DeliveryReport {
        self.case.house.clock.advance(ROUND);
        self.case.house.desk.deliver().await.unwrap()
    }

    async fn withdraw(&self, sent: &Value) {
        // Deliveries are tried in the order of their instants.
        self.case.house.clock.advance(1);
        let now = self.sent(sent).await;
        self.case.stepped(SHELTER, &now, "WITHDRAW", json!({})).await;
    }

    async fn sent(&self, sent: &Value) -> Value {
        self.case.one(SHELTER, &sent["id"]).await
    }

    /// What the sender is told of the way of the referral, and of its end.
    async fn told(&self, sent: &Value) -> (String, String) {
        let now = self.sent(sent).await;
        let text = |name: &str| now[name].as_str().unwrap_or("null").to_owned();
        (text("delivery"), text("endDelivery"))
    }

    /// The referrals for schooling in the agency's system: hers, and their states.
    fn there(&self) -> Vec<Map<String, Value>> {
        let agency = &self.case.house.agency;
        let cases = agency.cases();
        let ids = cases.iter().filter_map(|case| case["id"].as_str().map(str::to_owned));
        let all = ids.flat_map(|id| agency.referrals(&id)).collect::<Vec<_>>();
        all.into_iter().filter(|one| one.get("service").is_some_and(|service| service == "shikkha")).collect()
    }

    fn states(&self) -> Vec<String> {
        self.there().iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect()
    }

    /// Does something to the database past the hub.
    async fn run(&self, statement: &str) {
        self.case.house.look.run(statement).await;
    }

    /// The case and everything in it as the agency's people see it, but for its referrals and when it changed.
    fn cases(&self) -> Vec<Map<String, Value>> {
        let mut cases = self.case.house.agency.cases();
        cases.iter_mut().for_each(|case| drop(case.remove("last_updated_at")));
        cases
    }
}

fn told(delivery: &str, end: &str) -> (String, String) {
    (delivery.to_owned(), end.to_owned())
}

sangam_kit::both_databases! {
    template = migrated;

    /// By whomever, and in whatever way: to the system it is one word, and nothing else comes with it.
    async fn every_end_reaches_the_recipients_system(database: Database) {
        let offers = Offers::open(&database).await;
        for end in ["WITHDRAWN", "EXPIRED", "REDIRECTED", "DECLINED"] {
            let before = offers.there().len();
            let sent = offers.send(end, true).await;
            assert_eq!(offers.told(&sent).await, told("DELIVERED", "null"), "{end}: it has not ended");
            let (there, cases) = (offers.there(), offers.cases());
            assert_eq!((there.len(), &there[before]["status"]), (before + 1, &json!("in_progress")), "{end}");
            let received = offers.case.latest(AGENCY, "RECEIVED").await;
            match end {
                "WITHDRAWN" => offers.withdraw(&sent).await,
                "EXPIRED" => {
                    offers.case.house.clock.advance(LATE);
                    offers.case.house.desk.run_clocks().await.unwrap();
                }
                "REDIRECTED" => {
                    let instead = json!({ "proposed": offers.case.house.public_id(NGO) });
                    drop(offers.case.stepped(AGENCY, &received, "REDIRECT", instead).await);
                }
                _ => drop(offers.case.stepped(AGENCY, &received, "DECLINE", json!({"reason": "NO_CAPACITY"})).await),
            }
            assert_eq!(offers.sent(&sent).await["state"], end);
            assert_eq!(offers.told(&sent).await, told("DELIVERED", "WAITING"), "{end}");
            offers.round().await;
            assert_eq!(offers.told(&sent).await, told("DELIVERED", "DELIVERED"), "{end}");
            let mut after = there.clone();
            after[before]["status"] = json!("revoked");
            assert_eq!(offers.there(), after, "{end}: its state, and nothing besides");
            assert_eq!(offers.cases(), cases, "{end}: nothing of the person");
            // The recipient is not told how its own system does.
            assert_eq!(offers.case.latest(AGENCY, "RECEIVED").await["endDelivery"], Value::Null);
            // It is told once: nothing more is asked than what became of the other one.
            let asked = offers.case.house.agency.requests();
            assert_eq!(offers.round().await.delivered, 0, "{end}");
            assert!(offers.case.house.agency.requests() <= asked + 1, "{end}");
            assert_eq!(offers.there(), after, "{end}");
        }
    }

    async fn what_ended_before_it_was_delivered_never_is(database: Database) {
        let offers = Offers::open(&database).await;
        let sent = offers.send("never", false).await;
        offers.withdraw(&sent).await;
        assert_eq!(offers.told(&sent).await, told("WAITING", "WAITING"));
        let cases = offers.cases();
        let report = offers.round().await;
        assert_eq!((report.delivered, report.failed, offers.there().len()), (0, 0, 0), "{report:?}");
        assert_eq!(offers.told(&sent).await, told("NOT_NEEDED", "NONE"));
        assert_eq!(offers.cases(), cases);
        // While its system is down it is the same, however long that is.
        offers.case.house.agency.fault(Fault::Down);
        let later = offers.send("later", false).await;
        offers.round().await;
        offers.withdraw(&later).await;
        offers.round().await;
        assert_eq!(offers.told(&later).await, told("WAITING", "WAITING"), "nobody knows what is there");
        offers.case.house.agency.fault(Fault::None);
        for _ in 0..2 {
            offers.round().await;
        }
        assert_eq!((offers.told(&later).await, offers.there().len()), (told("NOT_NEEDED", "NONE"), 0));
    }

    /// The agency's system took the offer and nobody heard of it; then it ended.
    async fn an_offer_whose_answer_was_lost_is_found_and_taken_back(database: Database) {
        let offers = Offers::open(&database).await;
        let sent = offers.send("lost", false).await;
        offers.case.house.agency.fault(Fault::CutAfter);
        assert_eq!(offers.round().await.failed, 1);
        offers.case.house.agency.fault(Fault::None);
        assert_eq!(offers.states(), ["in_progress"], "the control: it is there");
        assert_eq!(offers.told(&sent).await, told("WAITING", "null"));
        offers.withdraw(&sent).await;
        // Its people see it at once, before the offer's own turn comes again.
        offers.case.house.desk.deliver().await.unwrap();
        assert_eq!(offers.states(), ["revoked"]);
        offers.round().await;
        assert_eq!(offers.told(&sent).await, told("DELIVERED", "DELIVERED"));
        assert_eq!(offers.states(), ["revoked"], "once");
    }

    /// The offer was given up at the hub's deadline and is on its way still: it arrives when it has ended.
    async fn an_offer_that_arrives_late_is_taken_back_too(database: Database) {
        let offers = Offers::open(&database).await;
        let sent = offers.send("late", false).await;
        offers.case.house.agency.fault(Fault::Down);
        assert_eq!(offers.round().await.failed, 1);
        offers.case.house.agency.fault(Fault::None);
        let outward = offers.case.latest(AGENCY, "RECEIVED").await["id"].as_str().unwrap().to_owned();
        offers.withdraw(&sent).await;
        assert_eq!(offers.case.house.desk.deliver().await.unwrap().failed, 1, "nothing is there, yet");
        assert_eq!(offers.told(&sent).await, told("WAITING", "WAITING"));
        let agency = offers.case.house.desk.connected().into_iter().find(|one| one.config.name == "agency-bd").unwrap();
        let hers = offers.case.house.agency.cases().pop().unwrap()["id"].as_str().unwrap().to_owned();
        let (record, referral) = (Uuid::try_parse(&hers).unwrap(), Uuid::try_parse(outward.split_once('_').unwrap().1).unwrap());
        let fields = json!({"transitioned_to": "nirapod_intake", "consent_overridden": true, "service": "shikkha"});
        let late = Delivery::Offer { record, referral, body: json!({"case": {"sangam": "na"}, "referral": fields}) };
        agency.wire.deliver(&late).await.unwrap();
        assert_eq!(offers.states(), ["in_progress"], "the control");
        offers.round().await;
        assert_eq!((offers.told(&sent).await, offers.states()), (told("DELIVERED", "DELIVERED"), vec!["revoked".to_owned()]));
    }

    /// Its system is down when it ends.
    async fn what_could_not_be_told_is_told_when_the_system_is_there_again(database: Database) {
        let offers = Offers::open(&database).await;
        let sent = offers.send("down", true).await;
        offers.case.house.agency.fault(Fault::Down);
        offers.withdraw(&sent).await;
        assert_eq!(offers.round().await.failed, 1);
        assert_eq!((offers.told(&sent).await, offers.states()), (told("DELIVERED", "WAITING"), vec!["in_progress".to_owned()]));
        offers.case.house.agency.fault(Fault::None);
        offers.round().await;
        assert_eq!((offers.told(&sent).await, offers.states()), (told("DELIVERED", "DELIVERED"), vec!["revoked".to_owned()]));
    }

    /// The hub was killed: before it noted that the offer was taken, and before it noted that the end was told.
    async fn a_hub_that_was_killed_tells_after_its_restart(database: Database) {
        let mut offers = Offers::open(&database).await;
        let sent = offers.send("killed", true).await;
        // As it is on disk when the process died between the answer and its note.
        let latest = "(SELECT record FROM delivery WHERE kind = 'REFERRAL' ORDER BY record DESC LIMIT 1)";
        offers.run(&format!("DELETE FROM partner_record WHERE noun = 'REFERRAL' AND record = {latest} AND partner IN (SELECT id FROM partner WHERE name = 'agency-bd')")).await;
        offers.run(&format!("UPDATE delivery SET state = 'WAITING', attempts = 0 WHERE record = {latest}")).await;
        offers.withdraw(&sent).await;
        (offers.case.house.desk, offers.case.house.executor) = offers.case.house.second(&database).await;
        offers.case.house.connect("agency-bd").await;
        offers.round().await;
        assert_eq!((offers.told(&sent).await, offers.states()), (told("DELIVERED", "DELIVERED"), vec!["revoked".to_owned()]));
        // And once more, when it was told and that was not noted.
        offers.run("UPDATE delivery SET state = 'WAITING', attempts = 0 WHERE kind = 'REFERRAL_END'").await;
        let there = offers.there();
        offers.round().await;
        assert_eq!((offers.told(&sent).await, offers.there()), (told("DELIVERED", "DELIVERED"), there));
    }

    /// The agency's people closed it in their own system: what they said there is not written over.
    async fn what_its_people_closed_stays_as_they_closed_it(database: Database) {
        let offers = Offers::open(&database).await;
        let sent = offers.send("closed", true).await;
        let there = offers.there().remove(0);
        let text = |name: &str| there[name].as_str().unwrap().to_owned();
        offers.withdraw(&sent).await;
        assert!(offers.case.house.agency.decide(&text("record_id"), &text("id"), "rejected", Some("full")));
        offers.round().await;
        assert_eq!((offers.told(&sent).await, offers.states()), (told("DELIVERED", "DELIVERED"), vec!["rejected".to_owned()]));
    }

    /// The agency's system took the case and refused the referral in it: it has something, and there is no word for that.
    async fn where_there_is_no_way_to_tell_it_is_said_so(database: Database) {
        let offers = Offers { case: Case::open(&database).await };
        // Whom the mapping names works there no longer.
        offers.case.house.edit_file("agency-bd.out.jq", |text| text.replace("nirapod_intake", "nobody_now"));
        offers.case.house.connect("agency-bd").await;
        let agency = [offers.case.house.public_id(AGENCY)];
        offers.case.house.consent_for_child(SHELTER, &offers.case.minor, &agency, &["SERVICES"], "agency").await;
        let before = offers.case.house.agency.cases().len();
        let sent = offers.send("half", false).await;
        assert_eq!(offers.round().await.failed, 1);
        assert_eq!((offers.case.house.agency.cases().len(), offers.there().len()), (before + 1, 0), "the control: half of it");
        offers.withdraw(&sent).await;
        let report = offers.round().await;
        assert_eq!((report.delivered, report.untold), (0, 2), "{report:?}");
        assert_eq!(offers.told(&sent).await, told("NOT_TOLD", "NOT_TOLD"));
        assert_eq!(offers.round().await.untold, 0, "it is not tried again");
    }
}
