//! Ids that leave: another for every recipient, back to the record for that recipient only, undated, strictly read.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sangam_custody::{Keys, OutwardFault, OutwardId, OutwardKind};
use sangam_proofs::{Cast, NOON};
use sangam_vocabulary::{OrganizationId, RecordId, SeededChance};
use uuid::Uuid;

use crate::shelter::keys;

const KINDS: [OutwardKind; 2] = [OutwardKind::Subject, OutwardKind::Referral];

fn admitted() -> (Keys, Vec<OrganizationId>) {
    let keys = keys(&std::sync::Arc::new(SeededChance::new(5)), 7);
    let recipients: Vec<_> = Cast::default().organizations.iter().take(24).map(|o| o.organization).collect();
    for recipient in &recipients {
        keys.admit(*recipient, &keys.mint_organization(*recipient).unwrap()).unwrap();
    }
    (keys, recipients)
}

#[test]
fn every_recipient_has_another_id_and_only_its_own_leads_back() {
    let (keys, recipients) = admitted();
    let records: Vec<_> =
        (0..40).map(|n| RecordId::new(NOON.plus_millis(n), &SeededChance::new(n as u64)).unwrap()).collect();
    let mut seen = BTreeSet::new();
    for record in &records {
        for recipient in &recipients {
            for kind in KINDS {
                let id = keys.outward_id(*recipient, kind, *record).unwrap();
                assert!(seen.insert(id.to_string()), "two of {} are equal", seen.len());
                assert_eq!(keys.inward_id(*recipient, &id).unwrap(), *record);
                for other in recipients.iter().filter(|other| *other != recipient) {
                    let theirs = keys.inward_id(*other, &id).unwrap();
                    assert!(!records.contains(&theirs), "another's id resolves");
                }
            }
        }
    }
}

#[test]
fn an_id_of_one_kind_means_nothing_as_another() {
    use OutwardKind as K;
    let (keys, recipients) = admitted();
    let record = RecordId::from_uuid(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
    let kinds = [
        K::Subject,
        K::Referral,
        K::Repatriation,
        K::Search,
        K::Arrival,
        K::Hearing,
        K::Contribution,
        K::Risk,
        K::SupportPlan,
        K::SupportReview,
        K::Message,
        K::Document,
    ];
    let of = |kind| keys.outward_id(recipients[0], kind, record).unwrap().to_string();
    for kind in kinds {
        for other in kinds.into_iter().filter(|other| *other != kind) {
            let moved = format!("{}{}", other.prefix(), &of(kind)[kind.prefix().len()..]);
            let moved = OutwardId::read(other, &moved).unwrap();
            assert_ne!(keys.inward_id(recipients[0], &moved).unwrap(), record, "{kind:?} as {other:?}");
        }
    }
}

#[test]
fn the_same_record_has_the_same_id_again_and_its_date_is_nowhere_in_it() {
    let (keys, recipients) = admitted();
    let of = |recipient, number: u128| {
        // The same millisecond, one bit apart: as created one after the other.
        let record = RecordId::from_uuid(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | number));
        keys.outward_id(recipient, OutwardKind::Subject, record).unwrap().to_string()
    };
    assert_eq!(of(recipients[0], 1), of(recipients[0], 1));
    let digits: Vec<String> = (0..256).map(|number| of(recipients[0], number)[4..].to_owned()).collect();
    for place in 0..32 {
        let different: BTreeSet<_> = digits.iter().map(|id| id.as_bytes()[place]).collect();
        assert!(different.len() > 8, "digit {place} hardly changes");
    }
    let mut sorted = digits.clone();
    sorted.sort();
    assert_ne!(sorted, digits, "sorting by id does not sort by creation");
}

#[test]
fn an_id_is_read_strictly() {
    let (keys, recipients) = admitted();
    let record = RecordId::from_uuid(Uuid::from_u128(9));
    let id = keys.outward_id(recipients[0], OutwardKind::Subject, record).unwrap();
    let text = id.to_string();
    let mut written = Vec::new();
    id.write(&mut written);
    assert_eq!(written, text.as_bytes());
    assert_eq!(OutwardId::read(OutwardKind::Subject, &text), Ok(id));
    let wrong = [
        String::new(),
        "sub_".to_owned(),
        text.to_uppercase(),
        text.replace("sub_", "ref_"),
        text[4..].to_owned(),
        format!("{text}0"),
        text[..35].to_owned(),
        format!(" {text}"),
        format!("{text}\n"),
        format!("sub_+{}", &text[5..]),
        format!("sub_{}g", &text[4..35]),
        format!("sub_{}", "é".repeat(16)),
        record.uuid().to_string(),
    ];
    for text in wrong {
        assert_eq!(OutwardId::read(OutwardKind::Subject, &text), Err(OutwardFault), "{text:?}");
    }
}

#[test]
fn a_place_in_a_page_is_for_one_caller_and_one_query() {
    let (keys, recipients) = admitted();
    let sealed = keys.seal_cursor(recipients[0], b"referrals SERVICE_REFERRAL", b"place").unwrap();
    assert!(!sealed.windows(5).any(|bytes| bytes == b"place"));
    assert_eq!(keys.open_cursor(recipients[0], b"referrals SERVICE_REFERRAL", &sealed).unwrap(), b"place");
    assert!(keys.open_cursor(recipients[1], b"referrals SERVICE_REFERRAL", &sealed).is_err(), "another caller");
    assert!(keys.open_cursor(recipients[0], b"referrals REPATRIATION", &sealed).is_err(), "another query");
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert!(keys.open_cursor(recipients[0], b"referrals SERVICE_REFERRAL", &changed).is_err(), "byte {place}");
    }
}

#[test]
fn a_digest_is_found_again_by_its_organization_and_use_only() {
    let (keys, recipients) = admitted();
    let digest = |organization, what, bytes: &[u8]| keys.blind(organization, what, bytes).unwrap();
    let one = digest(recipients[0], "case", b"17");
    assert_eq!(one, digest(recipients[0], "case", b"17"));
    assert_ne!(one, digest(recipients[1], "case", b"17"));
    assert_ne!(one, digest(recipients[0], "person", b"17"));
    assert_ne!(one, digest(recipients[0], "case", b"18"));
    assert_ne!(digest(recipients[0], "a", b"b"), digest(recipients[0], "ab", b""));
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: proptest::test_runner::RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_is_an_id_of_32_lower_hexadecimal_digits_or_none(text in "(sub_|ref_)?[0-9a-fA-F+_ ]{28,36}|\\PC{0,40}") {
        if let Ok(id) = OutwardId::read(OutwardKind::Subject, &text) {
            prop_assert_eq!(id.to_string(), text);
        }
    }
}
