//! A document's number is checked and never kept. Every number here is invented.
#![cfg(test)]

use proptest::prelude::*;
use sangam_country::{DocumentFault, DocumentSeen, Furniture};
use sangam_vocabulary::payload::DocumentKind::{
    self, BirthRegistration, CitizenshipCertificate, NationalIdentityCard, Passport, SchoolCertificate,
};
use sangam_vocabulary::{Code, Country};

fn check(country: Country, kind: DocumentKind, number: &str) -> Result<DocumentSeen, DocumentFault> {
    Furniture::of(country).check_document(kind, number)
}

#[test]
fn numbers_of_the_right_form_are_seen() {
    for (country, kind, number) in [
        (Country::Bangladesh, NationalIdentityCard, "1234567890"),
        (Country::Bangladesh, NationalIdentityCard, "1234567890123"),
        (Country::Bangladesh, NationalIdentityCard, "12345678901234567"),
        (Country::Bangladesh, BirthRegistration, "২০০৯১২৩৪৫৬৭৮৯০১২৩"),
        (Country::Pakistan, NationalIdentityCard, "12345-1234567-1"),
        (Country::Pakistan, NationalIdentityCard, "۱۲۳۴۵۱۲۳۴۵۶۷۱"),
        (Country::Nepal, CitizenshipCertificate, "12-34-56-78901"),
        (Country::Nepal, CitizenshipCertificate, "१२/३४५/६७८"),
        (Country::Nepal, NationalIdentityCard, "123-456-789-0"),
        (Country::Bhutan, NationalIdentityCard, "12345678901"),
        (Country::Maldives, NationalIdentityCard, "A123456"),
        (Country::Maldives, NationalIdentityCard, "a123456"),
        (Country::Afghanistan, NationalIdentityCard, "1234-5678-90123"),
        (Country::Afghanistan, CitizenshipCertificate, "12/34/567"),
        (Country::SriLanka, NationalIdentityCard, "991234567V"),
        (Country::SriLanka, NationalIdentityCard, "996234567x"),
        (Country::SriLanka, NationalIdentityCard, "200012345678"),
        (Country::India, Passport, "A1234567"),
        (Country::India, SchoolCertificate, "Class 7, roll 12"),
    ] {
        let seen = check(country, kind, number);
        assert_eq!(seen, Ok(DocumentSeen { kind, issuing_country: country }), "{country} {kind}");
    }
}

#[test]
fn numbers_of_another_form_are_refused_with_their_length_and_nothing_else() {
    for (country, kind, number) in [
        (Country::Bangladesh, NationalIdentityCard, "123456789"),
        (Country::Bangladesh, NationalIdentityCard, "12345678901"),
        (Country::Bangladesh, BirthRegistration, "1234567890"),
        (Country::Pakistan, NationalIdentityCard, "12345--1234567-1"),
        (Country::Pakistan, NationalIdentityCard, "-1234512345671"),
        (Country::Pakistan, NationalIdentityCard, "1234512345671-"),
        (Country::Nepal, CitizenshipCertificate, "1234567890"),
        (Country::Nepal, CitizenshipCertificate, "12-34--56"),
        (Country::Bhutan, NationalIdentityCard, "1234567890a"),
        (Country::Maldives, NationalIdentityCard, "B123456"),
        (Country::Maldives, NationalIdentityCard, "A12345"),
        (Country::Maldives, NationalIdentityCard, "AA12345"),
        (Country::SriLanka, NationalIdentityCard, "993674567V"),
        (Country::SriLanka, NationalIdentityCard, "999004567V"),
        (Country::SriLanka, NationalIdentityCard, "990004567V"),
        (Country::SriLanka, NationalIdentityCard, "991234567Z"),
        (Country::SriLanka, NationalIdentityCard, "180012345678"),
        (Country::India, Passport, "ABCDEFG"),
        (Country::India, Passport, "A12 4567"),
        (Country::India, Passport, "A123456789"),
        (Country::India, SchoolCertificate, "   "),
        (Country::India, SchoolCertificate, "roll\u{0}12"),
        (Country::India, NationalIdentityCard, ""),
    ] {
        let length = number.chars().count();
        let fault = check(country, kind, number).unwrap_err();
        assert_eq!(fault, DocumentFault::Form { country, kind, length }, "{country} {kind} of {length}");
        assert!(number.trim().is_empty() || !format!("{fault} {fault:?}").contains(number));
    }
}

#[test]
fn what_a_country_does_not_issue_and_what_is_too_long_is_said_so() {
    assert_eq!(
        check(Country::Maldives, CitizenshipCertificate, "1"),
        Err(DocumentFault::NoSuchDocument { country: Country::Maldives, kind: CitizenshipCertificate })
    );
    let long = "9".repeat(1_000_000);
    assert_eq!(check(Country::India, NationalIdentityCard, &long), Err(DocumentFault::TooLong { length: 1_000_000 }));
    assert!(Furniture::of(Country::India).document_kinds(&long).is_empty());
}

/// The twelve digits that eleven digits and the right check digit make.
fn aadhaar(eleven: &str) -> Vec<String> {
    (0..10)
        .map(|check_digit| format!("{eleven}{check_digit}"))
        .filter(|number| check(Country::India, NationalIdentityCard, number).is_ok())
        .collect()
}

#[test]
fn an_aadhaar_number_has_its_check_digit() {
    // The published example of the algorithm: the check digit of 236 is 3, and leading zeros do not change it;
    // so a first digit that cannot be zero is checked by hand below instead.
    assert!(aadhaar("00000000236").is_empty(), "no number begins with 0");
    assert!(aadhaar("10000000236").is_empty(), "no number begins with 1");
    let whole = aadhaar("23456789012");
    assert_eq!(whole, ["234567890124"]);
    assert!(check(Country::India, NationalIdentityCard, "2345 6789 0124").is_ok());
    assert!(check(Country::India, NationalIdentityCard, "२३४५ ६७८९ ०१२४").is_ok());
}

proptest! {
    #[test]
    fn one_wrong_digit_or_one_swap_in_an_aadhaar_number_is_found(
        eleven in "[2-9][0-9]{10}", place in 1..12_usize, other in 1..10_u8, swap in 1..11_usize,
    ) {
        let numbers = aadhaar(&eleven);
        prop_assert_eq!(numbers.len(), 1);
        let mut wrong = numbers[0].clone().into_bytes();
        wrong[place] = b'0' + (wrong[place] - b'0' + other) % 10;
        let wrong = String::from_utf8(wrong).unwrap();
        prop_assert!(check(Country::India, NationalIdentityCard, &wrong).is_err());
        let mut swapped = numbers[0].clone().into_bytes();
        swapped.swap(swap, swap + 1);
        let swapped = String::from_utf8(swapped).unwrap();
        prop_assert_eq!(check(Country::India, NationalIdentityCard, &swapped).is_ok(), swapped == numbers[0]);
    }

    #[test]
    fn no_text_at_all_makes_a_check_fail_otherwise_than_by_saying_no(text in ".{0,60}", country in 0..8_usize) {
        let furniture = Furniture::of(Country::ALL[country]);
        for kind in DocumentKind::ALL {
            if let Err(fault) = furniture.check_document(*kind, &text) {
                let said = format!("{fault} {fault:?}");
                prop_assert!(text.chars().count() < 12 || !said.contains(&text));
            }
        }
    }
}

#[test]
fn a_number_without_a_kind_is_guessed_from_its_form() {
    let kinds = |country, number| Furniture::of(country).document_kinds(number);
    assert_eq!(kinds(Country::Bangladesh, "12345678901234567"), [BirthRegistration, NationalIdentityCard]);
    assert_eq!(kinds(Country::Bangladesh, "1234567890"), [NationalIdentityCard]);
    assert_eq!(kinds(Country::SriLanka, "991234567V"), [NationalIdentityCard]);
    assert!(kinds(Country::Bangladesh, "a friend's card").is_empty());
}
