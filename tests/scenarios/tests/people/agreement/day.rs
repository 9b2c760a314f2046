//! An agreement's life, from a draft that nobody else sees to a narrower one that takes its place.

use sangam_kit::database::Database;
use serde_json::{Value, json};

use super::{OF_OFFICERS, Parties, public};
use sangam_scenarios::look::migrated;

sangam_kit::both_databases! {
    template = migrated;

    async fn from_a_draft_to_a_narrower_version(database: Database) {
        let parties = Parties::open(&database).await;
        let case = parties.case().await;
        assert_eq!(parties.shows().await, (false, false), "without an agreement nothing shows: {}", case.referral);
        assert_eq!(case.referral["subject"]["withheld"], json!([{ "category": "DEMOGRAPHICS", "reason": "NO_AGREEMENT" }]));
        let (drafter, second, third) = (parties.of_own(parties.own[0]), parties.of_own(parties.own[1]), parties.of_own(parties.own[2]));
        let (theirs, also_theirs) = (parties.of_other(parties.other[0]), parties.of_other(parties.other[1]));

        // A draft is its organization's alone.
        let draft = parties.draft(parties.terms(&["DEMOGRAPHICS", "SERVICES"])).await;
        assert_eq!((&draft["state"], &draft["inForce"], &draft["version"]), (&json!("DRAFT"), &json!(false), &json!(1)));
        assert_eq!(draft["legalBasis"], "The person's own consent. To protect somebody's life or safety.");
        assert_eq!((&draft["drafter"], &draft["retentionDays"]), (&json!(public(parties.house.own)), &json!(365)));
        assert_eq!(draft["canDo"], json!(["PROPOSE", "WITHDRAW"]));
        assert_eq!(parties.listed(&second).await.len(), 1);
        for nobody in [&theirs, &parties.outsider()] {
            assert_eq!((parties.listed(nobody).await.len(), parties.seen(nobody, &draft["id"]).await), (0, Value::Null));
        }

        // Proposed, it is shown to its parties and to nobody else.
        let mut seen = parties.step(&second, "proposeAgreement", &draft).await;
        assert_eq!((&seen["state"], &seen["approvalsMissing"]), (&json!("PROPOSED"), &json!(4)));
        assert_eq!(parties.seen(&theirs, &draft["id"]).await["canDo"], json!(["APPROVE", "REJECT"]));
        assert_eq!(parties.seen(&drafter, &draft["id"]).await["canDo"], json!(["WITHDRAW"]), "who drafted it does not approve it");
        assert_eq!(parties.seen(&parties.outsider(), &draft["id"]).await, Value::Null);

        // Two people of each party, and not before the last of them.
        for (person, missing) in [(&second, 3), (&third, 2), (&theirs, 1)] {
            assert_eq!(parties.shows().await, (false, false));
            seen = parties.step(person, "approveAgreement", &seen).await;
            assert_eq!((&seen["state"], &seen["approvalsMissing"]), (&json!("PROPOSED"), &json!(missing)), "{seen}");
        }
        let own = public(parties.house.own);
        assert_eq!(seen["approvedBy"], json!([own, own, public(parties.house.other)]), "parties, and never people");
        seen = parties.step(&also_theirs, "approveAgreement", &seen).await;
        assert_eq!((&seen["state"], &seen["inForce"], &seen["approvalsMissing"]), (&json!("IN_FORCE"), &json!(true), &json!(0)));
        assert_eq!(parties.shows().await, (true, true));

        // One person of either party stops it, at once; the party that stopped it lets it go on, with two.
        let administrator = parties.house.person(parties.house.other, parties.administrators[1], OF_OFFICERS);
        seen = parties.step(&administrator, "suspendAgreement", &seen).await;
        assert_eq!((&seen["state"], &seen["inForce"]), (&json!("SUSPENDED"), &json!(false)));
        assert_eq!(seen["suspendedBy"], json!([public(parties.house.other)]));
        assert_eq!(parties.shows().await, (false, false), "gone with the commit");
        let told = parties.act(&second, "resumeAgreement", &seen).await;
        assert_eq!((&told["__typename"], &told["missing"]), (&json!("IllegalStep"), &json!(["STOPPED_BY_OWN_PARTY"])), "{told}");
        seen = parties.step(&theirs, "resumeAgreement", &seen).await;
        assert_eq!((&seen["state"], parties.shows().await), (&json!("SUSPENDED"), (false, false)), "one is not two");
        let told = parties.act(&theirs, "resumeAgreement", &seen).await;
        assert_eq!(told["missing"], json!(["NOT_SAID_BEFORE"]), "{told}");
        // Both parties stop it: both have to let it go on.
        seen = parties.step(&second, "suspendAgreement", &seen).await;
        seen = parties.step(&also_theirs, "resumeAgreement", &seen).await;
        assert_eq!((&seen["state"], &seen["suspendedBy"]), (&json!("SUSPENDED"), &json!([own])));
        seen = parties.step(&drafter, "resumeAgreement", &seen).await;
        seen = parties.step(&third, "resumeAgreement", &seen).await;
        assert_eq!((&seen["state"], &seen["suspendedBy"], parties.shows().await), (&json!("IN_FORCE"), &json!([]), (true, true)));

        // A narrower version, drafted by the other party, takes its place in one commit.
        let terms = parties.terms(&["SERVICES"]);
        let input = json!({ "agreement": seen["id"], "version": seen["version"], "terms": terms });
        let told = parties.change(&theirs, "supersedeAgreement", input).await;
        assert_eq!(told["__typename"], "AgreementDrafted", "{told}");
        let newer = told["agreement"].clone();
        assert_eq!((&newer["state"], &newer["supersedes"]), (&json!("DRAFT"), &seen["id"]));
        let older = parties.seen(&second, &seen["id"]).await;
        assert_eq!((&older["version"], &older["supersededBy"]), (&seen["version"], &Value::Null), "nobody else is told that somebody drafts");
        let mut newer = parties.step(&theirs, "proposeAgreement", &newer).await;
        for person in [&second, &third, &also_theirs] {
            newer = parties.step(person, "approveAgreement", &newer).await;
            assert_eq!(parties.shows().await, (true, true));
        }
        let last = parties.of_other(parties.other[2]);
        newer = parties.step(&last, "approveAgreement", &newer).await;
        assert_eq!((&newer["state"], parties.shows().await), (&json!("IN_FORCE"), (false, true)));
        let older = parties.seen(&drafter, &seen["id"]).await;
        assert_eq!((&older["state"], &older["inForce"], &older["supersededBy"], &older["canDo"]), (&json!("SUPERSEDED"), &json!(false), &newer["id"], &json!([])));

        // What has an end date ends by it, and says in time that it will.
        let until = newer["until"].clone();
        assert!(newer["reviewDue"].as_str() < until.as_str(), "{newer}");
        parties.house.clock.advance(299 * 86_400_000);
        assert_eq!(parties.seen(&drafter, &newer["id"]).await["state"], "IN_FORCE");
        parties.house.clock.advance(86_400_000);
        let over = parties.seen(&drafter, &newer["id"]).await;
        assert_eq!((&over["state"], &over["inForce"], &over["reviewDue"], &over["canDo"]), (&json!("EXPIRED"), &json!(false), &Value::Null, &json!([])));
        assert_eq!(parties.shows().await, (false, false));
        let told = parties.act(&drafter, "endAgreement", &over).await;
        assert_eq!((&told["__typename"], &told["legal"]), (&json!("IllegalStep"), &json!([])));
    }

    async fn every_act_leaves_its_own_kind_of_entry(database: Database) {
        let parties = Parties::open(&database).await;
        let (own, other) = (parties.of_own(parties.own[1]), parties.of_other(parties.other[0]));
        let rejected = parties.proposed(parties.terms(&["SERVICES"])).await;
        let rejected = parties.step(&other, "rejectAgreement", &rejected).await;
        assert_eq!((&rejected["state"], &rejected["rejection"]), (&json!("REJECTED"), &json!("TOO_WIDE")));
        let draft = parties.draft(parties.terms(&["SERVICES"])).await;
        let withdrawn = parties.step(&own, "withdrawAgreement", &draft).await;
        assert_eq!(withdrawn["state"], "WITHDRAWN");
        let mut entries = parties.entries().await;
        assert_eq!(entries, ["AGREEMENT_DRAFTED", "AGREEMENT_PROPOSED", "AGREEMENT_REJECTED", "AGREEMENT_DRAFTED", "AGREEMENT_WITHDRAWN"]);

        let since = entries.len();
        let mut seen = parties.in_force(parties.terms(&["SERVICES"])).await;
        seen = parties.step(&other, "suspendAgreement", &seen).await;
        seen = parties.step(&other, "resumeAgreement", &seen).await;
        seen = parties.step(&parties.of_other(parties.other[1]), "resumeAgreement", &seen).await;
        let input = json!({ "agreement": seen["id"], "version": seen["version"], "terms": parties.terms(&["SERVICES"]) });
        let newer = parties.change(&parties.of_own(parties.own[0]), "supersedeAgreement", input).await["agreement"].clone();
        let newer = parties.step(&own, "proposeAgreement", &newer).await;
        let newer = parties.approved(&newer).await;
        let ended = parties.step(&own, "endAgreement", &newer).await;
        assert_eq!((&ended["state"], &ended["inForce"]), (&json!("ENDED"), &json!(false)));
        entries = parties.entries().await.split_off(since);
        let approved = ["AGREEMENT_APPROVED"; 4];
        let begins = [&["AGREEMENT_DRAFTED", "AGREEMENT_PROPOSED"], approved.as_slice(), &["AGREEMENT_IN_FORCE"]].concat();
        let stops = ["AGREEMENT_SUSPENDED", "AGREEMENT_RESUMED", "AGREEMENT_RESUMED", "AGREEMENT_IN_FORCE"];
        let gives_way = ["AGREEMENT_SUPERSEDED", "AGREEMENT_ENDED"];
        assert_eq!(entries, [begins.as_slice(), &stops, &begins, &gives_way].concat());
    }
}
