//! How names are read: what each word is there for, whose father is named, which other names stand beside.

use sangam_country::name::{Name, Outcome, Reason, Role, best};
use sangam_vocabulary::{NameKind, NameWritten};

fn roles(text: &str) -> Vec<Role> {
    Name::read(text).unwrap().parts().iter().map(|part| part.role()).collect()
}

fn compare(one: &str, other: &str) -> (Outcome, Reason) {
    let compared = Name::read(one).unwrap().compare(&Name::read(other).unwrap());
    (compared.outcome, compared.reason)
}

#[test]
fn every_word_is_there_for_something() {
    use Role::{Common, Given, Honorific, Initial, Title};
    assert_eq!(roles("Late Md. Rafiq Hossain"), [Honorific, Title, Given, Common]);
    assert_eq!(roles("মোছাঃ রহিমা খাতুন"), [Title, Given, Title]);
    assert_eq!(roles("श्रीमती सीता तामाङ"), [Honorific, Given, Common]);
    assert_eq!(roles("فاطمہ بی بی"), [Given, Title]);
    assert_eq!(roles("R. Kumar"), [Initial, Common]);
    assert_eq!(roles("ரா. குமார்"), [Initial, Common]);
    assert_eq!(roles("Ram-ji"), [Common, Honorific]);
    // Nobody needs a surname.
    assert_eq!(roles("Sonam"), [Given]);
    assert_eq!(roles("བཀྲ་ཤིས་རྡོ་རྗེ"), [Given, Given]);
    assert_eq!(roles("ཀརྨ་ཚེ་རིང"), [Given, Given]);
}

#[test]
fn a_father_and_another_name_stand_apart() {
    for text in ["Kavita d/o Murugan", "Kavita D/O. Murugan", "Kavita daughter of Murugan", "Kavita binti Murugan"] {
        let name = Name::read(text).unwrap();
        assert_eq!((name.parts().len(), name.relative().len()), (1, 1), "{text}");
        assert_eq!(name.key(), "kabita", "{text}");
    }
    for text in ["Rahima alias Moyna", "Rahima (Moyna)", "Rahima urf Moyna", "রহিমা ওরফে ময়না", "Rahima @ Moyna"]
    {
        let name = Name::read(text).unwrap();
        assert_eq!((name.parts().len(), name.others().count()), (1, 1), "{text}");
        assert_eq!(compare(text, "Moyna"), (Outcome::Perhaps, Reason::OtherName), "{text}");
    }
    // A marker at the beginning is a name.
    assert_eq!(Name::read("Bin Yamin").unwrap().parts().len(), 2);
}

#[test]
fn one_name_has_one_key_in_every_script_that_writes_its_vowels() {
    let key = |text: &str| Name::read(text).unwrap().key();
    for (key_of_all, spellings) in [
        ("laksmi", &["Lakshmi", "Laxmi", "Lakshmee", "लक्ष्मी", "ලක්ෂ්මි"][..]),
        ("kabita", &["Kavita", "Kabita", "Kavitha", "कविता", "কবিতা", "කවිතා"]),
        ("samira", &["Samira", "Sameera", "समीरा", "সামিরা", "සමීරා", "ސަމީރާ"]),
        ("sunam", &["Sonam", "Sunam", "བསོད་ནམས", "सोनम"]),
    ] {
        for spelling in spellings {
            assert_eq!(key(spelling), key_of_all, "{spelling}");
        }
    }
    assert_eq!(key("Shrestha Sunita"), key("Sunita Shresta"));
    assert_ne!(key("Sita"), key("Gita"));
}

#[test]
fn why_is_said() {
    assert_eq!(compare("Sunita Tamang", "सुनिता तामाङ"), (Outcome::Same, Reason::EveryWord));
    assert_eq!(compare("Sunita Tamang", "Sunita"), (Outcome::Perhaps, Reason::MissingWord));
    assert_eq!(compare("Suresh Kumar", "S. Kumar"), (Outcome::Perhaps, Reason::Initial));
    assert_eq!(compare("R. Khatun", "Rahima Khatun"), (Outcome::Perhaps, Reason::Initial));
    assert_eq!(compare("R. Khatun", "Salma Khatun"), (Outcome::Different, Reason::OnlyCommonWords));
    assert_eq!(compare("Hari Thapa", "Thapa"), (Outcome::Different, Reason::OnlyCommonWords));
    assert_eq!(compare("Laxmi Rai", "Laxmi Tamang"), (Outcome::Different, Reason::OtherWord));
    assert_eq!(compare("Selvam s/o Kumar", "Selvam s/o Rajan"), (Outcome::Different, Reason::OtherRelative));
    assert_eq!(compare("حسن", "Hasan"), (Outcome::Perhaps, Reason::FewConsonants));
    assert_eq!(compare("حسن", "Hussain").0, Outcome::Different);
}

#[test]
fn a_name_of_the_home_or_of_a_trafficker_is_never_sure() {
    let written = |text: &str, kind| NameWritten { text: text.to_owned(), kind, script: None };
    let official = [written("রহিমা খাতুন", NameKind::Official), written("ময়না", NameKind::Daknam)];
    let compared = |text, kind| best(&official, &[written(text, kind)]).map(|c| (c.outcome, c.reason));
    assert_eq!(compared("Rahima", NameKind::AsOnDocument), Some((Outcome::Same, Reason::EveryWord)));
    assert_eq!(compared("Moyna", NameKind::Daknam), Some((Outcome::Perhaps, Reason::LooseKind)));
    assert_eq!(compared("Rahima", NameKind::GivenByTrafficker), Some((Outcome::Perhaps, Reason::LooseKind)));
    assert_eq!(compared("Sheuli", NameKind::Alias).map(|c| c.0), Some(Outcome::Different));
    assert_eq!(compared("\u{0}", NameKind::Alias), None);
}

#[test]
fn the_scripts_that_follow_devanagari_are_read_too() {
    for (one, other) in [
        ("ਸੁਨੀਤਾ", "Sunita"),
        ("સુનીતા", "Sunita"),
        ("ସୁନିତା", "Sunita"),
        ("సునీత", "Sunita"),
        ("ಸುನೀತಾ", "Sunita"),
        ("സുനിത", "Sunita"),
        ("ৰীতা", "Rita"),
    ] {
        assert_eq!(compare(one, other).0, Outcome::Same, "{other}");
        assert_eq!(compare(one, "Anita").0, Outcome::Different, "{other}");
    }
}
