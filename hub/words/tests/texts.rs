//! The texts themselves, in every language: the same messages in each file, none that says what it is about or where,
//! and each line of a right-to-left language begun as one. Which words are forbidden is written down here, a list a
//! language; nobody who reads only the texts could change both by one slip.
#![expect(clippy::unwrap_used, reason = "what is not as a test says fails it by panicking at that line; none ships")]

use sangam_vocabulary::{Code as _, Direction, Language};
use sangam_words::{Message, Words};

/// What a file without a reader says of itself in its first line.
const UNREAD: &str = "# Not yet read by a native speaker: one must read it before anybody relies on it.";

fn file(language: Language) -> String {
    let name = language.code().to_lowercase();
    let path = format!("{}/../../config/languages/{name}.ftl", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap()
}

/// The names of the messages of a file, in their order.
fn names(file: &str) -> Vec<&str> {
    let lines = file.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(|line| line.split(" = ").next().unwrap()).collect()
}

/// What leaves the hub to an address, where anybody may read it.
fn is_sent(message: Message) -> bool {
    let id = message.id();
    ["notice-", "code-"].iter().any(|prefix| id.starts_with(prefix))
        || ["answer-subject", "answer-sentence", "answer-footer", "answer-code-sentence"].contains(&id)
}

/// What no text names: the eight countries.
fn countries(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &["afghan", "banglad", "bhutan", "india", "maldiv", "nepal", "pakistan", "sri lanka"],
        Language::Bangla => &["আফগানিস্তান", "বাংলাদেশ", "ভুটান", "ভারত", "মালদ্বীপ", "নেপাল", "পাকিস্তান", "শ্রীলঙ্কা"],
        Language::Hindi => {
            &["अफ़ग़ानिस्तान", "अफगानिस्तान", "बांग्लादेश", "भूटान", "भारत", "मालदीव", "नेपाल", "पाकिस्तान", "श्रीलंका"]
        }
        Language::Nepali => &["अफगानिस्तान", "बङ्गलादेश", "भुटान", "भारत", "माल्दिभ्स", "नेपाल", "पाकिस्तान", "श्रीलङ्का"],
        Language::Urdu => {
            &["افغانستان", "بنگلہ دیش", "بھوٹان", "بھارت", "ہندوستان", "مالدیپ", "نیپال", "پاکستان", "سری لنکا"]
        }
        Language::Sinhala => &["ඇෆ්ගනිස්", "බංග්ලාදේශ", "භූතාන", "ඉන්දියා", "මාලදිවයින", "නේපාල", "පාකිස්තාන", "ශ්‍රී ලංකා"],
        Language::Tamil => &["ஆப்கானிஸ்தான்", "வங்காளதேச", "வங்கதேச", "பூட்டான்", "இந்தியா", "மாலத்தீவு", "நேபாள", "பாகிஸ்தான்", "இலங்கை"],
        Language::Dhivehi => &["އަފްޣާނިސްތާން", "ބަންގްލަދޭޝް", "ބޫޓާން", "އިންޑިޔާ", "ދިވެހިރާއްޖެ", "ނޭޕާލް", "ޕާކިސްތާން", "ސްރީލަންކާ"],
        Language::Dzongkha => &["ཨཕ་ག་ནིསི་ཏཱན", "བངྒ་ལ་དེཤ", "འབྲུག", "རྒྱ་གར", "མཱལ་དིབས", "བལ་ཡུལ", "པ་ཀིསི་ཏཱན", "ཤྲི་ལང་ཀ"],
        Language::Pashto => &["افغانستان", "بنګله دېش", "بوتان", "هند", "مالدیپ", "نیپال", "پاکستان", "سریلانکا"],
        Language::Dari => &["افغانستان", "بنگلادش", "بوتان", "هند", "هندوستان", "مالدیو", "نیپال", "پاکستان", "سریلانکا"],
    }
}

/// What no message that is sent says: words of a case.
fn of_a_case(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            "case",
            "referral",
            "survivor",
            "victim",
            "traffick",
            "rescue",
            "shelter",
            "police",
            "court",
            "person",
            "girl",
            "woman",
            "women",
            "child",
            "missing",
            "return",
            "repatriat",
            "consent",
            "agreement",
            "locked",
            "hub",
        ],
        Language::Bangla => {
            &["মামলা", "কেস", "পাচার", "ভুক্তভোগী", "উদ্ধার", "আশ্রয়", "পুলিশ", "আদালত", "মেয়ে", "নারী", "শিশু", "নিখোঁজ", "সম্মতি"]
        }
        Language::Hindi => &[
            "मामला",
            "केस",
            "तस्करी",
            "पीड़ित",
            "बचाव",
            "आश्रय",
            "पुलिस",
            "अदालत",
            "लड़की",
            "महिला",
            "बच्च",
            "लापता",
            "सहमति",
        ],
        Language::Nepali => &[
            "मुद्दा",
            "केस",
            "बेचबिखन",
            "पीडित",
            "उद्धार",
            "आश्रय",
            "प्रहरी",
            "अदालत",
            "केटी",
            "महिला",
            "बालबालिका",
            "हराएको",
            "सहमति",
        ],
        Language::Urdu => &[
            "مقدمہ",
            "کیس",
            "اسمگلنگ",
            "متاثرہ",
            "پناہ",
            "پولیس",
            "عدالت",
            "لڑکی",
            "عورت",
            "خاتون",
            "بچہ",
            "بچی",
            "لاپتہ",
            "رضامندی",
        ],
        Language::Sinhala => {
            &["නඩුව", "වින්දිත", "ජාවාරම", "නවාතැන", "පොලිස්", "උසාවි", "ගැහැණු", "කාන්තා", "ළමයා", "අතුරුදහන්", "කැමැත්ත"]
        }
        Language::Tamil => {
            &["வழக்கு", "கடத்தல்", "பாதிக்கப்பட்ட", "தங்குமிட", "காவல்துறை", "போலீஸ்", "நீதிமன்ற", "சிறுமி", "பெண்", "குழந்தை", "சம்மத"]
        }
        Language::Dhivehi => &["ޤަޟިއްޔާ", "ޓްރެފިކިން", "ފުލުހު", "ޕޮލިސް", "ކޯޓު", "އަންހެން", "ކުޑަކުދި", "ގެއްލި", "ރުހުން"],
        Language::Dzongkha => &["མི་ཚོང", "ཁྲིམས", "བུ་མོ", "ཨམ་སྲུ", "ཨ་ལོ", "གནོད་འཚེ", "སྐྱབས", "བརླག"],
        Language::Pashto => {
            &["قضیه", "قاچاق", "قرباني", "پناه", "پولیس", "محکمه", "نجلۍ", "ښځه", "ماشوم", "ورکه", "رضایت"]
        }
        Language::Dari => {
            &["پرونده", "قاچاق", "قربانی", "پناه", "پولیس", "محکمه", "دختر", "زنان", "کودک", "گمشده", "رضایت"]
        }
    }
}

/// The forbidden word that a text says, if any: where a word begins, and anywhere in Dzongkha, which puts no space
/// between words.
fn says<'w>(language: Language, text: &str, words: &[&'w str]) -> Option<&'w str> {
    let text = format!(" {}", text.to_lowercase());
    let found = |word: &&&str| match language {
        Language::Dzongkha => text.contains(**word),
        _ => text.contains(&format!(" {word}")),
    };
    words.iter().find(found).copied()
}

#[test]
fn every_file_has_every_message_and_no_other() {
    let folder = format!("{}/../../config/languages", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().filter(|one| one.as_ref().unwrap().path().is_file());
    assert_eq!(files.count(), Language::ALL.len());
    let mut all: Vec<_> = Message::ALL.iter().map(|message| message.id()).collect();
    all.sort_unstable();
    let (words, english) = (Words::read().unwrap(), file(Language::English));
    for language in Language::ALL {
        let file = file(*language);
        assert_eq!(names(&file), names(&english), "{language}: another message, or another order");
        let mut names = names(&file);
        names.sort_unstable();
        assert_eq!(names, all, "{language}");
        // What differs from one message to the next stands on a line of its own: the placeables of all are none.
        let texts = file.lines().filter(|line| !line.starts_with('#'));
        assert!(!texts.collect::<String>().contains(['{', '}', '$']), "{language} has a placeable");
        let unread = file.lines().next() == Some(UNREAD);
        assert_eq!(unread, *language != Language::English, "{language} says who has read it");
        assert_eq!(words.is_drafted(*language), unread, "{language}");
    }
}

#[test]
fn no_text_names_a_country_and_none_that_is_sent_a_word_of_a_case() {
    let words = Words::read().unwrap();
    let mut sent = 0;
    for language in Language::ALL {
        let (countries, of_a_case) = (countries(*language), of_a_case(*language));
        for message in Message::ALL {
            let text = words.say(*language, *message);
            assert_eq!(says(*language, text, countries), None, "{language} {}", message.id());
            if is_sent(*message) {
                sent += 1;
                assert_eq!(says(*language, text, of_a_case), None, "{language} {}", message.id());
                // The control: each of the words would be found in this very text.
                for word in countries.iter().chain(of_a_case) {
                    let disturbed = format!("{text} {word}");
                    let either = says(*language, &disturbed, countries).or(says(*language, &disturbed, of_a_case));
                    assert!(either.is_some(), "{language} `{word}` is never found");
                }
            }
        }
        assert!(countries.len() >= 8 && of_a_case.len() >= 8, "{language}");
    }
    assert!(sent >= 6 * Language::ALL.len());
}

#[test]
fn every_line_of_a_right_to_left_language_is_marked_and_nothing_else_turns_it() {
    let words = Words::read().unwrap();
    let marks = ['\u{200e}', '\u{200f}', '\u{61c}'];
    let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    for language in Language::ALL {
        for message in Message::ALL {
            let (text, line) = (words.say(*language, *message), words.line(*language, *message));
            assert!(!text.contains(turns) && !text.contains(marks), "{language} {}", message.id());
            let marked = line.strip_prefix('\u{200f}');
            let expected = (language.direction() == Direction::RightToLeft).then_some(text);
            assert_eq!(marked, expected, "{language} {}", message.id());
        }
    }
}
