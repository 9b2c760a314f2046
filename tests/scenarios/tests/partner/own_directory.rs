//! A member's own directory as a partner: what its people write there is what the hub's directory says of it, and nobody
//! else's word is. The organization was enrolled with legal advice, interpreters and psychosocial help in Dhaka and Khulna,
//! and agreed to have the first two listed.

use std::sync::Arc;

use sangam_desk::{DeskFault, NewOrganization, PartnerDesk, SyncFault, SyncReport};
use sangam_kit::database::Database;
use sangam_sandbox::hsds::{Entry, Hsds, OTHER};
use sangam_sandbox::{Fault, Sandbox};
use sangam_scenarios::look::{files_hold, holds, migrated};
use sangam_vocabulary::payload::ServiceCode::{Interpretation, LegalAid, Psychosocial};
use sangam_vocabulary::{Clock as _, Country, Instant, ListedAsk, ListedKind, Role, SeededChance};
use sangam_workflow::listing::SAID_AGAIN;
use serde_json::{Value, json};

use crate::house::{AGENCY, House, nodes};
use crate::quarantine::replay;
use crate::words::QUARANTINE;

const LAWYERS: &str = "nyaya-setu";
const DIRECTORY: &str = "{ organizations(first: 100) { nodes { name services coverage servicesSaidAt } } }";
/// Words that stand in the directory and must stand nowhere else, long and odd enough to be found wherever they went.
const NAME: &str = "zq-advice-of-a-neighbour-4412";
const ODD: &str = "zq-astrology-9931";

struct Own {
    house: House,
    directory: Sandbox<Hsds>,
    partner: Arc<PartnerDesk>,
}

impl Own {
    async fn open(database: &Database) -> Self {
        let mut house = House::open(database).await;
        let new = NewOrganization {
            name: "Nyaya Setu".to_owned(),
            country: Country::Bangladesh,
            role: Role::LegalAid,
            services: vec![Psychosocial, LegalAid, Interpretation],
            coverage: vec!["BD-C".to_owned(), "BD-D".to_owned()],
        };
        house.join_as(LAWYERS, new).await;
        let id = house.id(LAWYERS);
        house.desk.set_listing(id, Some((vec![LegalAid, Interpretation], true))).await.unwrap();
        let chance = Arc::new(SeededChance::new(11));
        let listen = "127.0.0.1:0".parse().unwrap();
        let directory = Sandbox::directory(listen, Arc::clone(&house.clock) as _, chance).await.unwrap();
        let partner = Self::connect(&house, &directory).await;
        Self { house, directory, partner }
    }

    async fn connect(house: &House, directory: &Sandbox<Hsds>) -> Arc<PartnerDesk> {
        house.connect_at("directory-bd", Some(directory.base_url()), house.secrets()).await
    }

    /// Its people write a service; a moment passes, as it does.
    fn put(&self, entry: Entry) -> String {
        self.house.clock.advance(1_000);
        self.directory.system().put(entry)
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Entry)) {
        self.house.clock.advance(60_000);
        self.directory.system().change(id, change);
    }

    async fn round(&self) -> SyncReport {
        self.house.synchronise(&self.partner).await
    }

    async fn stopped(&self) -> SyncFault {
        self.house.desk.synchronise(&self.partner, &|_| {}).await.unwrap_err()
    }

    /// What another member is shown of it.
    async fn shown(&self) -> Value {
        let all = self.house.ask(AGENCY, DIRECTORY, json!({})).await;
        let own = nodes(&all, "organizations").into_iter().find(|one| one["name"] == "Nyaya Setu");
        own.unwrap()
    }

    /// What everybody is told of it under `/hsds`: services with their divisions, and when it last said so.
    async fn told(&self) -> Vec<(&'static str, Vec<String>, Option<Instant>)> {
        use sangam_vocabulary::Code as _;
        let ask = ListedAsk::of(ListedKind::Service, 100);
        let rows = self.house.desk.listed(&ask).await.unwrap().rows;
        rows.into_iter().map(|row| (row.service.unwrap().code(), row.areas, row.said_at)).collect()
    }

    async fn services(&self) -> Vec<&'static str> {
        self.told().await.into_iter().map(|(service, _, _)| service).collect()
    }
}

fn all_three(own: &Own) -> [String; 3] {
    [
        own.put(Entry::own(NAME, &["legal-advice"]).within(&["Dhaka Division"])),
        own.put(Entry::own("Interpreters for court", &["interpreter"])),
        own.put(Entry::own("Somebody beside you", &["court-companion"])),
    ]
}

sangam_kit::both_databases! {
    template = migrated;

    async fn what_its_people_write_is_what_the_hubs_directory_says(database: Database) {
        let own = Own::open(&database).await;
        assert_eq!(own.services().await, ["LEGAL_AID", "INTERPRETATION"], "as it was enrolled and agreed");
        let [legal, interpreters, companion] = all_three(&own);
        // Of others, in the same directory: one that is no member, and one that does not say whose it is.
        own.put(Entry { of: Some(OTHER.to_owned()), ..Entry::own("Another's", &["legal-advice"]) });
        own.put(Entry { of: None, ..Entry::own("Nobody's", &["legal-advice"]) });
        own.change(&interpreters, |entry| "temporarily closed".clone_into(&mut entry.status));
        let report = own.round().await;
        assert_eq!((report.recorded, report.others, report.quarantined), (2, 2, 0), "{report:?}");
        let now = own.house.clock.now();
        assert_eq!(own.told().await, [("LEGAL_AID", vec!["BD-C".to_owned()], Some(now))]);
        let shown = own.shown().await;
        let wanted = json!({
            "name": "Nyaya Setu", "services": ["PSYCHOSOCIAL", "LEGAL_AID"], "coverage": ["BD-C", "BD-D"],
            "servicesSaidAt": shown["servicesSaidAt"],
        });
        assert_eq!(shown, wanted);
        assert!(shown["servicesSaidAt"].as_str().is_some_and(|at| Instant::read(at) == Some(now)), "{shown}");

        // One is opened again, one goes for good, one moves: each is so from the next round on.
        own.change(&interpreters, |entry| "active".clone_into(&mut entry.status));
        own.change(&legal, |entry| entry.areas = Some(vec!["Khulna Division".to_owned()]));
        own.directory.system().remove(&companion);
        let report = own.round().await;
        assert_eq!((report.recorded, report.changed, report.taken_back), (1, 1, 1), "{report:?}");
        let both = vec!["BD-C".to_owned(), "BD-D".to_owned()];
        let now = Some(own.house.clock.now());
        assert_eq!(own.told().await, [("LEGAL_AID", vec!["BD-D".to_owned()], now), ("INTERPRETATION", both, now)]);
        assert_eq!(own.shown().await["services"], json!(["LEGAL_AID", "INTERPRETATION"]));

        // What it was not enrolled with is not told by its writing it down.
        own.put(Entry::own("A report for court", &["expert-report"]));
        assert_eq!(own.round().await.recorded, 1);
        assert_eq!(own.services().await, ["LEGAL_AID", "INTERPRETATION"]);

        // Names, telephones, people and places of the directory are nowhere in the hub.
        let everything = own.house.look.everything().await;
        assert!(holds(&everything, "Nyaya Setu"), "the search finds what is there");
        for word in [NAME, "Somebody Invented", "Lake Road", "977 1 000000", "Invented help"] {
            assert!(!holds(&everything, word) && !files_hold(&database, word), "{word}");
        }
    }

    async fn a_kind_that_nobody_knows_waits_and_is_never_guessed(database: Database) {
        let own = Own::open(&database).await;
        let [legal, ..] = all_three(&own);
        own.round().await;
        assert_eq!(own.services().await, ["LEGAL_AID", "INTERPRETATION"]);
        own.change(&legal, |entry| entry.kinds.push(ODD.to_owned()));
        let report = own.round().await;
        assert_eq!(report.quarantined, 1, "{report:?}");
        // Its latest version says something that nobody could read: it is not offered, whatever it was.
        assert_eq!(own.services().await, ["INTERPRETATION"]);
        let waiting = nodes(&own.house.ask(LAWYERS, QUARANTINE, json!({})).await, "quarantine");
        assert_eq!(waiting.len(), 1);
        assert_eq!((&waiting[0]["path"], &waiting[0]["kind"]), (&json!("/attributes"), &json!("UNKNOWN_CODE")));
        assert!(!holds(&own.house.look.everything().await, ODD) && !files_hold(&database, ODD));
        let record = waiting[0]["id"].as_str().unwrap();
        assert_eq!(replay(&own.house, LAWYERS, record, "early").await["__typename"], "RecordStillQuarantined");
        own.change(&legal, |entry| entry.kinds.truncate(1));
        assert_eq!(replay(&own.house, LAWYERS, record, "mended").await["__typename"], "RecordRead");
        assert_eq!(replay(&own.house, LAWYERS, record, "mended").await["__typename"], "RecordRead", "the same key");
        assert!(nodes(&own.house.ask(LAWYERS, QUARANTINE, json!({})).await, "quarantine").is_empty());
        own.round().await;
        assert_eq!(own.services().await, ["LEGAL_AID", "INTERPRETATION"]);
        // A place in the stead of a division waits as well, and one that waits and goes leaves the quarantine.
        own.change(&legal, |entry| entry.areas = Some(vec!["12 Lake Road".to_owned()]));
        assert_eq!(own.round().await.quarantined, 1);
        assert_eq!(own.services().await, ["INTERPRETATION"]);
        own.directory.system().remove(&legal);
        own.round().await;
        assert!(nodes(&own.house.ask(LAWYERS, QUARANTINE, json!({})).await, "quarantine").is_empty());
    }

    async fn a_directory_that_does_not_answer_leaves_what_it_said_with_its_age(database: Database) {
        let own = Own::open(&database).await;
        all_three(&own);
        own.round().await;
        let (before, shown) = (own.told().await, own.shown().await);
        for fault in [Fault::Down, Fault::Html, Fault::HalfJson, Fault::BadGateway, Fault::OtherShape, Fault::Endless, Fault::OneRecord] {
            own.house.clock.advance(3_600_000);
            own.directory.fault(fault.clone());
            // What changed there meanwhile cannot be asked for.
            own.directory.system().put(Entry::own("Something new", &["court-companion"]));
            let stopped = own.stopped().await;
            assert!(matches!(stopped, SyncFault::Wire(_)), "{fault:?}: {stopped:?}");
            assert_eq!((own.told().await, own.shown().await), (before.clone(), shown.clone()), "{fault:?}");
        }
        own.directory.fault(Fault::None);
        own.house.clock.advance(3_600_000);
        own.round().await;
        let now = Some(own.house.clock.now());
        assert!(own.told().await.iter().all(|(_, _, at)| *at == now), "it answers, and is as fresh as that");
    }

    async fn a_list_that_is_suddenly_empty_holds_until_it_is_said_again(database: Database) {
        let own = Own::open(&database).await;
        let all = all_three(&own);
        own.round().await;
        let before = own.told().await;
        all.iter().for_each(|id| own.directory.system().remove(id));
        for _ in 0..2 {
            own.house.clock.advance(60_000);
            let stopped = own.stopped().await;
            assert!(matches!(stopped, SyncFault::Desk(DeskFault::Doubted)), "{stopped:?}");
            assert_eq!(own.told().await, before);
        }
        // A hub that starts anew knows nothing of what it read before, and doubts as it did.
        let anew = Own::connect(&own.house, &own.directory).await;
        assert!(own.house.desk.synchronise(&anew, &|_| {}).await.is_err());
        assert_eq!(own.told().await, before);
        own.house.clock.advance(SAID_AGAIN);
        own.house.synchronise(&anew).await;
        assert_eq!(own.told().await, []);
        assert_eq!(own.shown().await["services"], json!([]));
    }

    async fn a_start_reads_everything_anew_and_says_nothing_before_it_has(database: Database) {
        let own = Own::open(&database).await;
        let [legal, ..] = all_three(&own);
        own.round().await;
        let before = own.told().await;
        let anew = Own::connect(&own.house, &own.directory).await;
        assert_eq!(own.told().await, before, "a start says nothing");
        own.directory.system().remove(&legal);
        // Page by page, and after the first service of it the directory is gone.
        own.house.edit_file("directory-bd.toml", |text| text.replace("per_page = 50", "per_page = 1"));
        let paged = Own::connect(&own.house, &own.directory).await;
        let stops = |report: &SyncReport| {
            assert_eq!(report.recorded, 1, "one page was read");
            own.directory.fault(Fault::Down);
        };
        assert!(own.house.desk.synchronise(&paged, &stops).await.is_err());
        assert_eq!(own.told().await, before, "half a list is none");
        own.directory.fault(Fault::None);
        assert_eq!(own.house.synchronise(&paged).await.recorded, 1, "it goes on where it was");
        assert_eq!(own.services().await, ["INTERPRETATION"]);
        drop(anew);
        assert_eq!(own.services().await, ["INTERPRETATION"]);
    }

    async fn while_its_organization_is_locked_or_may_not_act_nothing_is_taken(database: Database) {
        let own = Own::open(&database).await;
        all_three(&own);
        own.house.look.run("UPDATE organization SET membership = 'SUSPENDED' WHERE name = 'Nyaya Setu'").await;
        own.house.desk.look_at_members().await.unwrap();
        assert_eq!(own.round().await, SyncReport::default());
        own.house.look.run("UPDATE organization SET membership = 'MEMBER' WHERE name = 'Nyaya Setu'").await;
        own.house.desk.look_at_members().await.unwrap();
        assert_eq!(own.round().await.recorded, 3);
    }
}
