//! What holds for any two names: comparing has no sides, order and case say nothing, a key is its own key.

use proptest::prelude::*;
use sangam_country::name::{Name, Outcome, fuzz};

/// Words of names in every script, none that says what follows it.
const WORDS: &[&str] = &[
    "Rahima",
    "Khatun",
    "Md.",
    "Rafiqul",
    "Islam",
    "Jamal",
    "Uddin",
    "Laxmi",
    "Shrestha",
    "R.",
    "Kumar",
    "Tshering",
    "Wangmo",
    "Gyanendra",
    "Chowdhury",
    "Ayesha",
    "Yusuf",
    "Zeenat",
    "রহিমা",
    "খাতুন",
    "মোঃ",
    "আনোয়ার",
    "চৌধুরী",
    "लक्ष्मी",
    "श्रेष्ठ",
    "तामाङ",
    "ज्ञानेन्द्र",
    "سلیم",
    "خان",
    "عبدالرحمن",
    "فاطمه",
    "නිමල්",
    "පෙරේරා",
    "லட்சுமி",
    "குமார்",
    "މުޙައްމަދު",
    "ރަޝީދު",
    "བཀྲ་ཤིས",
    "རྡོ་རྗེ",
];

fn name() -> impl Strategy<Value = Vec<&'static str>> {
    let words = proptest::collection::vec(proptest::sample::select(WORDS), 1..5);
    // Initials alone tell nothing, not even of themselves.
    words.prop_filter("a word", |words| words.iter().any(|word| *word != "R."))
}

fn read(words: &[&str]) -> Name {
    Name::read(&words.join(" ")).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn comparing_has_no_sides(one in name(), other in name()) {
        let (one, other) = (read(&one), read(&other));
        prop_assert_eq!(one.compare(&other), other.compare(&one));
    }

    #[test]
    fn the_order_of_words_says_nothing(words in name(), other in name(), by in 0_usize..4) {
        let mut turned = words.clone();
        turned.rotate_left(by % words.len());
        let (one, turned, other) = (read(&words), read(&turned), read(&other));
        prop_assert_eq!(one.key(), turned.key());
        prop_assert_ne!(one.compare(&turned).outcome, Outcome::Different);
        prop_assert_eq!(one.compare(&other).outcome, turned.compare(&other).outcome);
    }

    #[test]
    fn capitals_say_nothing(words in name(), other in name()) {
        let capitals = Name::read(&words.join(" ").to_uppercase()).unwrap();
        let (one, other) = (read(&words), read(&other));
        prop_assert_eq!(one.key(), capitals.key());
        prop_assert_eq!(one.compare(&other), capitals.compare(&other));
    }

    #[test]
    fn the_key_of_a_key_is_that_key(words in name()) {
        let key = read(&words).key();
        prop_assert_eq!(Name::read(&key).unwrap().key(), key);
    }

    #[test]
    fn any_text_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(fuzz(&bytes));
    }

    #[test]
    fn any_latin_key_is_its_own(word in "[a-z]{1,14}( [a-z]{1,14}){0,2}") {
        prop_assert!(fuzz(word.as_bytes()));
    }
}

#[test]
fn a_name_is_itself_in_every_script() {
    for word in WORDS.iter().filter(|word| !word.ends_with('.')) {
        let name = Name::read(word).unwrap();
        assert_ne!(name.compare(&name).outcome, Outcome::Different, "{word}");
        assert!(!name.key().is_empty() && name.key().bytes().all(|b| b.is_ascii_lowercase() || b == b' '), "{word}");
    }
}
