//! Numbers come in the digits of every script of the region.
#![cfg(test)]

use proptest::prelude::*;
use sangam_country::digits::{Digits, ascii};

#[test]
fn the_digits_of_every_script_are_read() {
    for text in [
        "০১২৩৪৫৬৭৮৯",
        "०१२३४५६७८९",
        "۰۱۲۳۴۵۶۷۸۹",
        "٠١٢٣٤٥٦٧٨٩",
        "੦੧੨੩੪੫੬੭੮੯",
        "૦૧૨૩૪૫૬૭૮૯",
        "୦୧୨୩୪୫୬୭୮୯",
        "௦௧௨௩௪௫௬௭௮௯",
        "౦౧౨౩౪౫౬౭౮౯",
        "೦೧೨೩೪೫೬೭೮೯",
        "൦൧൨൩൪൫൬൭൮൯",
        "༠༡༢༣༤༥༦༧༨༩",
        "\u{10d30}\u{10d31}\u{10d32}\u{10d33}\u{10d34}\u{10d35}\u{10d36}\u{10d37}\u{10d38}\u{10d39}",
        "0123456789",
    ] {
        assert_eq!(ascii(text), "0123456789", "{text}");
    }
}

#[test]
fn what_is_no_digit_stays() {
    assert_eq!(ascii("বাড়ি ১২/ক"), "বাড়ি 12/ক");
    assert_eq!(ascii("२0७5"), "2075", "two keyboards in one number");
    assert_eq!(ascii("½ ② Ⅷ"), "½ ② Ⅷ", "a number that is no digit is not one of ours");
}

proptest! {
    #[test]
    fn a_number_written_in_a_script_reads_back(number in "[0-9+ /-]{0,30}", place in 0..Digits::ALL.len()) {
        let digits = Digits::ALL[place];
        let written = digits.write(&number);
        prop_assert!(!written.bytes().any(|b| b.is_ascii_digit()));
        prop_assert_eq!(ascii(&written), number);
    }

    #[test]
    fn any_text_keeps_its_length(text in ".{0,40}") {
        prop_assert_eq!(ascii(&text).chars().count(), text.chars().count());
    }
}
