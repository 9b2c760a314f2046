//! The mapping workshop: what it writes of every kind is a program that takes nothing, what it shows is what becomes of a
//! record, and none of it holds a value.

use std::collections::BTreeSet;
use std::path::{Path as File, PathBuf};

use sangam_mapping::workshop::replay::{WayBack, differences, replay};
use sangam_mapping::workshop::{Beginning, Fields, Outcome, Path, Patience, Trial, our_codes, shapes, trace};
use sangam_mapping::{Limits, Mapping, Offering, Pool, Reading};
use sangam_vocabulary::payload::{Gender, ServiceCode};
use sangam_vocabulary::{Category, CategorySet, Code, Country, Residences};
use sangam_wire::config::{Of, kinds, of};
use serde_json::{Value, json};

fn pool() -> Pool {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_mapping-worker"));
    Pool::new(program, vec!["mapping-worker".to_owned()], Limits::default(), 1)
}

fn shipped(name: &str) -> Mapping {
    let folder = File::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners");
    Mapping::new(name, &std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

fn trial<'a>(pool: &'a Pool, mapping: &'a Mapping) -> Trial<'a> {
    let references = ["asha-nivas-kolkata".to_owned()];
    Trial::new(pool, mapping, Reading::default(), BTreeSet::from(references))
}

/// A case of the invented agency, whose forms are in Bangla words.
fn case(id: &str) -> Value {
    json!({
        "id": id, "case_id_display": "NG-7", "last_updated_at": "2026-11-20T08:00:00Z", "full_name_bn": "মায়া",
        "gender_identity": "nari", "boyosh": 20, "case_stage": "cholche", "zila": "Khulna", "sangam": "hyan",
        "seba": [{"unique_id": "s1", "seba_dhoron": "ashroy", "joruri": "na"}],
        "referrals": [{
            "id": "r1", "status": "in_progress", "remote": true, "transitioned_to_agency": "asha-nivas-kolkata",
            "service": "chikitsa", "service_record_id": "s1", "notes": "marker note", "created_at": "2026-11-20T08:00:00Z"
        }]
    })
}

#[test]
fn our_shapes_are_those_that_the_hub_reads() {
    let codes = our_codes();
    let of = |parts: &[&str]| codes.get(&Path::of(parts)).unwrap().len();
    assert_eq!(of(&["DEMOGRAPHICS", "sex"]), Gender::ALL.len());
    assert_eq!(of(&["referrals", "*", "services", "*"]), ServiceCode::ALL.len());
    assert_eq!(of(&["consents", "*", "categories", "*"]), Category::ALL.len());
    assert_eq!(of(&["facts", "collectedIn"]), Country::ALL.len());
    assert_eq!(of(&["facts", "age", "kind"]), 3);
    for parts in
        [&["IDENTITY", "names", "*", "kind"][..], &["IDENTITY", "birth", "calendar"], &["SERVICES", "services", "*"]]
    {
        assert!(codes.contains_key(&Path::of(parts)), "{parts:?}");
    }
    assert_eq!(shapes().len(), Category::ALL.len() + 3);
}

#[tokio::test]
async fn a_beginning_is_a_program_of_every_kind_that_takes_nothing_and_so_is_what_is_commented_out() {
    let pool = pool();
    let records = [json!({"id": "a", "a \"b\n": "marker", "name": "marker", "état": "open", "list": [{"x": true}]})];
    let fields = Fields::of(&records);
    assert_eq!(fields.unnamed, 1, "{fields:?}");
    for (word, about) in kinds() {
        let codes = [Path::of(&["état"])];
        let new = Beginning {
            name: "x",
            key: about.key,
            country: Country::Nepal,
            fields: &fields,
            records: 1,
            codes: &codes,
        };
        if of(word) == Of::Services {
            let text = new.of_directory();
            assert!(!text.contains("marker") && text.contains("\"open\"") && text.contains("NP-P3"), "{text}");
            let mapping = Mapping::new("in", &text).unwrap();
            pool.check(&mapping).await.unwrap();
            let trial = Trial::of_directory(&pool, &mapping, Country::Nepal);
            let outcome = trial.of(&json!({"id": "k", "name": "x"})).await;
            let nothing = Offering { services: vec![], areas: None };
            assert_eq!(outcome, Outcome::Offers { mapped: json!({"services": []}), offering: nothing });
            continue;
        }
        let (inbound, outbound) = (new.inbound(), new.outbound());
        assert!(!inbound.contains("marker") && inbound.contains("\"open\""), "{inbound}");
        let mapping = Mapping::new("in", &inbound).unwrap();
        pool.check(&mapping).await.unwrap();
        pool.check(&Mapping::new("out", &outbound).unwrap()).await.unwrap();
        let key = json!({"id": "k", "sangam_record": "k", "trackedEntity": "k", "__id": "k", "meta": {"rootUuid": "k"}, "name": "x"});
        let Outcome::Read { intake, .. } = trial(&pool, &mapping).of(&key).await else { panic!("{}", about.key) };
        assert!(!intake.marked_for_hub && intake.categories.is_empty() && intake.referrals.is_empty());
        // Somebody takes every # away, and what is there is jq.
        let begun: String = inbound
            .lines()
            .map(|line| match line.split_once("# + {").or_else(|| line.split_once("      #   ")) {
                Some(("", rest)) => format!("        {rest}\n"),
                Some((_, rest)) => format!("      + {{{rest}\n"),
                None => format!("{line}\n"),
            })
            .collect();
        assert_eq!(begun.matches("} | present)}").count(), Category::ALL.len(), "{begun}");
        pool.check(&Mapping::new("begun", &begun).unwrap()).await.unwrap_or_else(|fault| panic!("{fault}\n{begun}"));
    }
}

#[tokio::test]
async fn each_field_and_code_is_shown_as_what_it_becomes_without_reading_the_mapping() {
    let (pool, mapping) = (pool(), shipped("agency-bd.in.jq"));
    let trial = trial(&pool, &mapping);
    let mut odd = case("c2");
    odd["case_stage"] = json!("marker stage");
    odd["unused"] = json!("marker");
    let records = [case("c1"), odd];
    let mut outcomes = Vec::new();
    for record in &records {
        outcomes.push(trial.of(record).await);
    }
    assert!(matches!(outcomes[0], Outcome::Read { .. }), "{:?}", outcomes[0]);
    let traces = trace(&trial, &records, &outcomes, Patience::default()).await;
    let field = |parts: &[&str]| traces.fields.get(&Path::of(parts)).unwrap();
    let reaches = |parts: &[&str]| field(parts).reaches.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(reaches(&["case_id_display"]), ["CASE_REFERENCE/number"]);
    assert_eq!(reaches(&["zila"]), ["ORIGIN/place", "TRACING/placeOfOrigin"]);
    assert_eq!(reaches(&["sangam"]), ["markedForHub"]);
    assert!(!field(&["unused"]).read && field(&["boyosh"]).read);
    let sex = field(&["gender_identity"]).codes.as_ref().unwrap();
    let nari = sex.known.get("nari").unwrap();
    assert_eq!((nari.seen, nari.gives.iter().next().unwrap().1.as_str()), (2, "FEMININE"));
    assert_eq!(sex.known.get("hijra").unwrap().seen, 0, "known, and not in the sample");
    assert!(sex.unknown.is_empty() && !sex.known.contains_key("ashroy"), "{sex:?}");
    let stage = field(&["case_stage"]).codes.as_ref().unwrap();
    assert_eq!(stage.known.keys().collect::<Vec<_>>(), ["cholche", "follow_up", "hostantor", "shesh"]);
    assert_eq!((stage.unknown.len(), stage.unknown[0].length), (1, 12));
    assert_eq!(traces.culprits.get(&1).unwrap(), &[Path::of(&["case_stage"])]);
    let reached = traces.reached.get(&Path::of(&["DEMOGRAPHICS", "sex"])).unwrap();
    assert!(reached.contains("NON_CONFORMING") && !reached.contains("TRANSGENDER_FEMININE"), "{reached:?}");
    assert!(!traces.cut_short && traces.fields.values().all(|traced| traced.tried));

    // Where patience ends, each field still is one that passes the border, and none is called unread.
    let patience = Patience { runs: 12, ..Patience::default() };
    let short = trace(&trial, &records, &outcomes, patience).await;
    assert!(short.cut_short && short.fields.keys().eq(traces.fields.keys()));
    let tried = short.fields.values().filter(|traced| traced.tried).count();
    assert!(tried > 0 && tried < short.fields.len(), "{tried}");
}

#[tokio::test]
async fn a_replay_shows_what_would_be_sent_and_what_a_change_of_the_mapping_changed() {
    let (pool, mapping, out) = (pool(), shipped("agency-bd.in.jq"), shipped("agency-bd.out.jq"));
    let back = WayBack {
        pool: &pool,
        mapping: &out,
        states: &["SENT", "ACCEPTED", "EXPIRED"],
        residences: Residences::HUB,
        counterpart: "case desk",
    };
    let mut unmarked = case("c2");
    unmarked["sangam"] = json!("na");
    let records = [case("c1"), unmarked];
    let before = replay(&trial(&pool, &mapping), Some(&back), &records).await;
    let told: Vec<_> = before[0].sent.iter().map(|sent| (sent.when.as_str(), sent.odd.is_none())).collect();
    // The shipped mapping has no word for a referral that expired: such a delivery fails, and here that shows.
    assert_eq!(
        told,
        [("ANSWER 1 SENT", true), ("ANSWER 1 ACCEPTED", true), ("ANSWER 1 EXPIRED", false), ("OFFER", true)]
    );
    let offer = before[0].sent[3].body.as_ref().unwrap().to_string();
    assert!(
        offer.contains("ashroy") && !offer.contains("মায়া") && !offer.contains("Khulna"),
        "only the light ones: {offer}"
    );
    assert!(!before[1].taken && before[1].sent.is_empty());
    let services = CategorySet::of(&[Category::Services]);
    let elsewhere = WayBack { residences: Residences::new(services, CategorySet::NONE), ..back };
    let kept = replay(&trial(&pool, &mapping), Some(&elsewhere), &records).await;
    let offer = kept[0].sent[0].body.as_ref().unwrap().to_string();
    assert_eq!(kept[0].sent.len(), 1, "a referral is its services: what is not at the hub is not answered");
    assert!(!offer.contains("ashroy"), "{offer}");
    assert_eq!(differences(&before, &replay(&trial(&pool, &mapping), Some(&back), &records).await), []);
    let text =
        std::fs::read_to_string(File::new(env!("CARGO_MANIFEST_DIR")).join("../../config/partners/agency-bd.in.jq"));
    let changed = text.unwrap().replacen("collectedIn: \"BD\"", "collectedIn: \"NP\"", 1);
    let changed = Mapping::new("changed", &changed).unwrap();
    let after = replay(&trial(&pool, &changed), Some(&back), &records).await;
    let found: Vec<_> = differences(&before, &after).into_iter().map(|one| (one.record, one.at)).collect();
    assert_eq!(found, [(1, "read/facts/collectedIn".to_owned()), (2, "read/facts/collectedIn".to_owned())]);
}
