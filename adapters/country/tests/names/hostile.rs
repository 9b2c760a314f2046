//! What somebody may send instead of a name: it is refused or read, in bounded time, and noted.

use std::time::{Duration, Instant};

use sangam_country::name::{MARKS_MAX, NAME_MAX, Name, NameFault, Note, OTHERS_MAX, Outcome, WORDS_MAX, fuzz};

#[test]
fn what_no_name_has_is_refused_with_its_measure_and_without_its_text() {
    let refused = |text: &str| Name::read(text).unwrap_err();
    assert!(Name::read(&"a".repeat(NAME_MAX)).is_ok());
    assert_eq!(refused(&"a".repeat(NAME_MAX + 1)), NameFault::TooLong { length: NAME_MAX + 1 });
    assert_eq!(refused("Sita\u{0}Rai"), NameFault::Control);
    assert_eq!(refused("Sita\nRai"), NameFault::Control);
    assert_eq!(refused("12 - 34"), NameFault::NoLetter { length: 7 });
    assert_eq!(refused(""), NameFault::NoLetter { length: 0 });
    let marks = |count| format!("Si{}ta", "\u{301}".repeat(count));
    assert!(Name::read(&marks(MARKS_MAX)).is_ok());
    assert_eq!(refused(&marks(MARKS_MAX + 1)), NameFault::TooManyMarks);
    let words = |count| vec!["Sita"; count].join(" ");
    assert!(Name::read(&words(WORDS_MAX)).is_ok());
    assert_eq!(refused(&words(WORDS_MAX + 1)), NameFault::TooManyWords);
    let others = |count| format!("Sita{}", " alias Moyna".repeat(count));
    assert!(Name::read(&others(OTHERS_MAX)).is_ok());
    assert_eq!(refused(&others(OTHERS_MAX + 1)), NameFault::TooManyWords);
    for fault in [refused("Sita\u{0}"), refused(&words(WORDS_MAX + 1)), refused(&marks(MARKS_MAX + 1))] {
        assert!(!fault.to_string().contains("Si"), "{fault}");
    }
    assert!(!format!("{:?}", Name::read("Sita Rai").unwrap()).contains("sita"));
}

#[test]
fn what_cannot_be_seen_changes_nothing_and_is_noted() {
    let plain = Name::read("Sita Rai").unwrap();
    assert_eq!(plain.notes(), []);
    for unseen in ["\u{202e}Sita Rai\u{202c}", "Si\u{200b}ta Rai", "\u{feff}Sita Rai", "Si\u{ad}ta \u{2066}Rai\u{2069}"]
    {
        let name = Name::read(unseen).unwrap();
        assert_eq!(name.notes(), [Note::Unseen], "{}", unseen.escape_unicode());
        assert_eq!(name.compare(&plain).outcome, Outcome::Same);
    }
    // The joiners of Persian, Sinhala and Bengali are ordinary.
    assert_eq!(Name::read("عبد\u{200c}الله").unwrap().notes(), []);
}

#[test]
fn letters_chosen_to_look_alike_are_noted_and_never_make_a_name_the_same() {
    let initials = Name::read("R. S.").unwrap();
    assert_eq!(initials.compare(&initials).outcome, Outcome::Different, "initials alone tell nothing");
    let plain = Name::read("Rani Sarkar").unwrap();
    // A Cyrillic a.
    let looks_alike = Name::read("R\u{430}ni Sarkar").unwrap();
    assert!(looks_alike.notes().contains(&Note::MixedScripts) && looks_alike.notes().contains(&Note::Unread));
    assert_ne!(looks_alike.compare(&plain).outcome, Outcome::Same);
    assert!(Name::read("Raniরানী").unwrap().notes().contains(&Note::MixedScripts));
    // A name in two scripts, each word in its own, is ordinary.
    assert_eq!(Name::read("Rani রানী").unwrap().notes(), []);
    // A script nobody here reads is compared with nothing.
    let unread = Name::read("\u{4e2d}\u{6587}").unwrap();
    assert_eq!(unread.notes(), [Note::Unread]);
    assert_eq!(unread.compare(&plain).outcome, Outcome::Different);
}

/// The costliest names there are: as many words and other names as may be, each fitting each.
#[test]
fn the_costliest_names_are_compared_in_bounded_time() {
    let words = |word: &str| [word; WORDS_MAX].join(" ");
    let costly = |word: &str| {
        let mut text = words(word);
        for _ in 0..OTHERS_MAX {
            text = format!("{text} alias {}", words(word));
        }
        text
    };
    for (one, other) in [("an", "an"), ("an", "anan"), ("a", "aa"), ("ram", "ramram"), ("সা", "سا")] {
        let pair =
            [costly(one), costly(other)].map(|text| Name::read(&text.chars().take(NAME_MAX).collect::<String>()));
        let [Ok(one), Ok(other)] = pair else { panic!("read") };
        let begun = Instant::now();
        let _ = one.compare(&other);
        // Milliseconds in what ships; the bound leaves room for an unoptimised build on a busy machine.
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}

/// What the generators found once.
#[test]
fn what_was_found_stays_mended() {
    for found in ["tce aa", "DIFFERENTޙަސަން \u{eb4}ޢަލީdvHussain Ali"] {
        assert!(fuzz(found.as_bytes()), "{}", found.escape_unicode());
    }
}
