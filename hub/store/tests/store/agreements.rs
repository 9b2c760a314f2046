//! What a preview of an agreement looks at, and that it is bounded; and agreements of an earlier day.

use sangam_kit::database::Database;
use sangam_store::{PREVIEW_RELATIONS, PREVIEW_SUBJECTS, Store};
use sangam_vocabulary::{CategorySet, Instant, OrganizationId};
use sangam_workflow::agreement::State;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::house::BEGIN;
use crate::raw::{Raw, migrated, place, series};

const fn organization(id: &[u8; 16]) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_bytes(*id))
}

/// Has more subjects than a preview looks at.
const LARGE: OrganizationId = organization(b"o000000000000001");
/// Has ten.
const SMALL: OrganizationId = organization(b"o000000000000002");
/// Those to whom their subjects are referred.
const RECIPIENTS: [OrganizationId; 5] = [
    organization(b"o000000000000011"),
    organization(b"o000000000000012"),
    organization(b"o000000000000013"),
    organization(b"o000000000000014"),
    organization(b"o000000000000015"),
];

/// Subjects of an owner, each referred to all recipients, with consent for all of them.
async fn subjects(raw: &Raw, owner: &str, kind: char, count: i64) {
    let bytes = if raw.is_sqlite() { "x'01'" } else { "'\\x01'::bytea" };
    let (owner, subject, never, from) = (raw.id('o', owner), raw.id(kind, "i"), i64::MAX, series(count));
    let mut statements = vec![
        format!(
            "INSERT INTO subject (id, owner, past_owners, collected_in, age, data_key, journal_key, consent_version, version, created_at) {from} SELECT {subject}, {owner}, '', 'IN', 'ADULT', {bytes}, {bytes}, 0, 1, 0 FROM n"
        ),
        format!(
            "INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) {from} SELECT {owner}, 'SUBJECT', {subject}, 'OWNER', {subject}, 0, {never}, {never} FROM n"
        ),
    ];
    for number in 11..=15 {
        let recipient = raw.id('o', &number.to_string());
        statements.push(format!(
            "INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) {from} SELECT {recipient}, 'REFERRAL', {subject}, 'RECIPIENT', {subject}, 0, {never}, {never} FROM n"
        ));
        statements.push(format!(
            "INSERT INTO consent_span {from} SELECT {subject}, {recipient}, 'SERVICE_REFERRAL', 0, {never}, 1 FROM n"
        ));
    }
    for statement in statements {
        raw.0.execute_unprepared(&statement).await.unwrap();
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_preview_looks_at_so_many_subjects_and_relations_and_says_when_there_are_more(database: Database) {
        let raw = Raw::open(&database).await;
        let bytes = if raw.is_sqlite() { "x'01'" } else { "'\\x01'::bytea" };
        let organizations = format!(
            "INSERT INTO organization (id, name, country, role, services, coverage, seal_key, outward_key, created_at) {} SELECT {}, 'Invented', 'IN', 'NGO', '', '', {bytes}, {bytes}, 0 FROM n",
            series(15),
            raw.id('o', "i")
        );
        raw.0.execute_unprepared(&organizations).await.unwrap();
        subjects(&raw, "1", 's', PREVIEW_SUBJECTS + 1).await;
        subjects(&raw, "2", 't', 10).await;
        let store = Store::open(&place(database.url())).await.unwrap();
        let looked = async |owner, recipients: &[OrganizationId]| {
            let through = store.shown_through(owner, recipients, BEGIN).await.unwrap();
            (i64::try_from(through.sharings.len()).unwrap(), through.complete)
        };
        assert_eq!(looked(LARGE, &RECIPIENTS[..1]).await, (PREVIEW_SUBJECTS, false));
        assert_eq!(looked(LARGE, &RECIPIENTS).await, (PREVIEW_RELATIONS, false));
        // Exactly as many as it looks at is everything.
        let last = raw.id('s', "1");
        for table in ["consent_span", "standing"] {
            raw.0.execute_unprepared(&format!("DELETE FROM {table} WHERE subject = {last}")).await.unwrap();
        }
        assert_eq!(looked(LARGE, &RECIPIENTS[..1]).await, (PREVIEW_SUBJECTS, true));
        // Another owner's subjects are its own, whoever shares the recipients with it.
        assert_eq!(looked(SMALL, &RECIPIENTS).await, (50, true));
        let through = store.shown_through(SMALL, &RECIPIENTS[..2], BEGIN).await.unwrap();
        assert!(through.sharings.iter().all(|one| RECIPIENTS[..2].contains(&one.recipient)));
        assert!(through.sharings.iter().all(|one| one.consent == CategorySet::from_bits(1)), "{:?}", through.sharings[0]);
        assert_eq!(looked(SMALL, &[]).await, (0, true));
        // What has ended, of the relation or of the consent, is not looked at.
        raw.0.execute_unprepared("UPDATE standing SET open_until = 1 WHERE noun = 'REFERRAL'").await.unwrap();
        assert_eq!(looked(SMALL, &RECIPIENTS).await, (0, true));
    }

    async fn an_agreement_of_an_earlier_day_is_what_its_approvals_make_it(database: Database) {
        let raw = Raw::open(&database).await;
        let (never, party) = (i64::MAX, raw.id('o', "1"));
        let bytes = if raw.is_sqlite() { "x'01'" } else { "'\\x01'::bytea" };
        let organization = format!(
            "INSERT INTO organization (id, name, country, role, services, coverage, seal_key, outward_key, created_at) SELECT {party}, 'Invented', 'IN', 'NGO', '', '', {bytes}, {bytes}, 0"
        );
        raw.0.execute_unprepared(&organization).await.unwrap();
        let hexed = LARGE.uuid().simple().to_string();
        let approved = [1_u128, 2].map(|number| format!("{hexed}:{}", Uuid::from_u128(number).simple())).join(",");
        for (number, approvals) in [("1", approved.as_str()), ("2", "")] {
            // As a hub of that day writes it, which knows no states.
            let agreement = format!(
                "INSERT INTO agreement (id, version, legal_basis, disclosers, recipients, purposes, categories, countries, onward, from_at, until_at, suspended, approvals) SELECT {}, 1, 'a letter', '{hexed}', '{hexed}', 2, 1, 'IN', 0, 0, {never}, 0, '{approvals}'",
                raw.id('a', number)
            );
            raw.0.execute_unprepared(&agreement).await.unwrap();
            let exists = format!("INSERT INTO agreement_party SELECT {party}, {}", raw.id('a', number));
            raw.0.execute_unprepared(&exists).await.unwrap();
        }
        let store = Store::open(&place(database.url())).await.unwrap();
        let listed = store.agreements_of(LARGE, None, 10, BEGIN).await.unwrap();
        let states: Vec<_> = listed.iter().map(|row| (row.state(BEGIN), row.agreement.in_force(BEGIN))).collect();
        assert_eq!(states, [(State::Proposed, false), (State::InForce, true)]);
        let (_, rules, broken) = store.agreements().await.unwrap();
        assert_eq!((rules.iter().filter(|one| one.in_force(BEGIN)).count(), broken), (1, 0));
        // A state that is none of ours cannot be read, grants nothing, and is counted where it is asked for.
        raw.run("UPDATE agreement SET state = 'FOR_EVER'", vec![]).await;
        assert!(store.agreements_of(LARGE, None, 10, Instant::ALWAYS).await.is_err());
        assert!(store.agreements().await.unwrap().1.is_empty());
    }
}
