//! What is unknown grants nothing: bits that name nothing, codes that are none, rows that are half a row; and nothing
//! is published even where there is no law.

use proptest::prelude::*;
use sangam_custody::{Act, Ask, Clause, Informed, LawBook, LawFault, Rules, Verdict, decide};
use sangam_vocabulary::{CategorySet, PurposeSet};

use crate::config;
use crate::world::world;

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn bits_that_name_nothing_are_no_bits(categories: u32, purposes: u16, answers: u8) {
        prop_assert_eq!(CategorySet::from_bits(categories).bits(), categories & ((1 << 19) - 1));
        prop_assert_eq!(PurposeSet::from_bits(purposes).bits(), purposes & ((1 << 9) - 1));
        prop_assert_eq!(Informed::from_bits(answers).is_full(), answers & 0x7f == 0x7f);
    }

    #[test]
    fn bits_beside_the_known_ones_change_no_verdict(world in world(), more: u32) {
        let mut other = world.clone();
        for consent in &mut other.consents {
            consent.categories = CategorySet::from_bits(consent.categories.bits() | more << 19);
            consent.purposes = PurposeSet::from_bits(consent.purposes.bits() | (more as u16) << 9);
            consent.informed = Informed::from_bits(consent.informed.bits() | (more as u8) << 7);
        }
        for agreement in &mut other.agreements {
            agreement.categories = CategorySet::from_bits(agreement.categories.bits() | more << 19);
        }
        prop_assert_eq!(world.releases(), other.releases());
    }

    #[test]
    fn publication_is_refused_with_law_and_without(world in world()) {
        let ask = Ask { act: Act::Publish, ..world.ask() };
        prop_assert!(!decide(&world.rules(0), &world.consents, &ask).releases());
        match decide(&Rules::default(), &world.consents, &ask).verdict {
            Verdict::Refuse(refusal) => prop_assert_eq!(refusal.clause, Clause::Publication),
            Verdict::Release(ground) => prop_assert!(false, "{:?}", ground),
        }
    }
}

/// A row with everything a row must have, and one thing more or other.
fn row(more: &str) -> String {
    format!(
        "[[law]]\nid = \"A\"\nact = \"SHARE\"\npersons = \"ANY\"\nbasis = \"b\"\nsource = \"s\"\nverified = \"SECONDARY\"\n{more}\n"
    )
}

#[test]
fn a_faulty_row_is_a_fault_and_makes_its_book_forbid() {
    assert!(LawBook::read([("IN", row("").as_str())]).is_ok());
    let faulty = [
        row("colour = \"red\""),
        row("categories = [\"SHOE_SIZE\"]"),
        row("categories = \"IDENTITY\""),
        row("recipients = [\"IMMIGRATION_POLICE\"]"),
        row("persons = \"SOME\""),
        row("lifted_by = \"A_LETTER\""),
        row("lifted_by = \"COURT_ORDER\""),
        row("").replace("SECONDARY", "READ"),
        row("").replace("act = \"SHARE\"", "act = \"KEEP\""),
        row("").replace("persons = \"ANY\"\n", ""),
        row("") + &row(""),
        "law = 7".to_owned(),
        "\u{feff}[[law]".to_owned(),
    ];
    for text in faulty {
        let (book, faults) = LawBook::read_denying([("IN", text.as_str())]);
        assert_eq!(faults.len(), 1, "{text}");
        let rules = Rules { law: book, ..Rules::default() };
        let cast = sangam_proofs::Cast::default();
        let (owner, caller) = (
            cast.of(sangam_vocabulary::Country::India, sangam_vocabulary::Role::Shelter),
            cast.of(sangam_vocabulary::Country::Nepal, sangam_vocabulary::Role::Ngo),
        );
        let context = sangam_custody::Context {
            caller: sangam_custody::Asker {
                organization: caller.organization,
                role: caller.role,
                country: caller.country,
                behind: sangam_custody::Behind::Staff,
            },
            relation: Some(sangam_vocabulary::Relation::new(
                sangam_vocabulary::Noun::Referral,
                sangam_vocabulary::Seat::Recipient,
            )),
            purpose: sangam_vocabulary::Purpose::Protection,
            owner,
            past_owners: vec![],
            facts: sangam_custody::Facts { collected_in: owner.country, age: sangam_custody::Age::Adult },
            onward: None,
            state: sangam_custody::RecordState::open_from(sangam_proofs::NOON),
        };
        let ask = context.ask(sangam_vocabulary::Category::Services, sangam_proofs::NOON);
        match decide(&rules, &[], &ask).verdict {
            Verdict::Refuse(refusal) => assert_eq!(refusal.clause, Clause::LawUnreadable, "{text}"),
            Verdict::Release(ground) => panic!("{ground:?} under {text}"),
        }
    }
}

#[test]
fn a_book_of_no_country_forbids_everywhere() {
    let (_, faults) = LawBook::read_denying([("XX", "")]);
    assert!(matches!(faults.as_slice(), [LawFault::Unreadable { .. }]));
    assert!(LawBook::read([("IN", row("").as_str()), ("BD", row("").as_str())]).is_err(), "one name, two rows");
}

#[test]
fn an_order_lifts_no_row_on_publication_and_none_that_was_not_read() {
    for (act, verified) in [("PUBLISH", "TEXT_READ"), ("SHARE", "SECONDARY"), ("SHARE", "UNVERIFIED")] {
        let text = row("lifted_by = \"COURT_ORDER\"")
            .replace("\"SHARE\"", &format!("\"{act}\""))
            .replace("SECONDARY", verified);
        let (_, faults) = LawBook::read_denying([("IN", text.as_str())]);
        assert!(matches!(faults.as_slice(), [LawFault::MayOnlyForbid { .. }]), "{act} {verified}");
    }
}
