//! A narrower consent takes the place of one without asking anybody; a wider one does not. So it must be narrower in
//! nothing but what it gives less of.

use sangam_custody::Consent;
use sangam_vocabulary::{Category, CategorySet, Country, Purpose, PurposeSet};

use crate::case::{PURPOSE, at, consent, organization};

fn whole() -> Consent {
    Consent {
        purposes: PurposeSet::of(&[PURPOSE, Purpose::LegalAid]),
        categories: CategorySet::of(&[Category::Services, Category::Legal]),
        recipients: vec![organization(2), organization(3)],
        countries: vec![Country::Bangladesh, Country::Nepal],
        until: at(1_000),
        ..consent(1)
    }
}

/// Makes a consent another one.
type Other = fn(&mut Consent);

/// Each way to give less, and the same way to give something that the whole does not.
const WAYS: [(&str, Other, Other); 5] = [
    (
        "purposes",
        |c| c.purposes = PurposeSet::of(&[PURPOSE]),
        |c| c.purposes = PurposeSet::of(&[PURPOSE, Purpose::Protection]),
    ),
    (
        "categories",
        |c| c.categories = CategorySet::of(&[Category::Legal]),
        |c| c.categories = CategorySet::of(&[Category::Legal, Category::Health]),
    ),
    ("recipients", |c| c.recipients = vec![organization(3)], |c| c.recipients = vec![organization(3), organization(4)]),
    ("countries", |c| c.countries = vec![Country::Nepal], |c| c.countries = vec![Country::Nepal, Country::India]),
    ("until", |c| c.until = at(999), |c| c.until = at(1_001)),
];

#[test]
fn less_of_any_one_thing_is_narrower_and_more_of_any_is_not() {
    let narrower = |change: fn(&mut Consent)| {
        let mut other = whole();
        change(&mut other);
        (other.is_narrower_than(&whole()), whole().is_narrower_than(&other))
    };
    assert_eq!(narrower(|_| {}), (false, false), "the same is not less");
    assert_eq!(narrower(|c| c.recipients.reverse()), (false, false), "in another order");
    for (what, less, other) in WAYS {
        assert_eq!(narrower(less), (true, false), "less {what}");
        let mut otherwise = whole();
        other(&mut otherwise);
        assert!(!otherwise.is_narrower_than(&whole()), "other {what}");
    }
}

#[test]
fn less_of_one_thing_does_not_pay_for_more_of_another() {
    for (less_of, less, _) in WAYS {
        for (more_of, _, more) in WAYS.iter().filter(|(what, ..)| *what != less_of) {
            let mut mixed = whole();
            less(&mut mixed);
            more(&mut mixed);
            assert!(!mixed.is_narrower_than(&whole()), "less {less_of} and other {more_of}");
        }
        for (also, second, _) in WAYS {
            let mut both = whole();
            less(&mut both);
            second(&mut both);
            assert!(both.is_narrower_than(&whole()), "less {less_of} and less {also}");
        }
    }
}
