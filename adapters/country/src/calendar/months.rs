//! Month names: each calendar's own, in its script and in Latin letters. Of the Afghan months those of Dari
//! (domain.md 4.2) and of Pashto (general knowledge), and not the Iranian ones; the Saka names are not among them.

use sangam_vocabulary::Calendar;

/// A month's names; the first is the usual one.
type Names = &'static [&'static str];

const GREGORIAN: [Names; 12] = [
    &["january", "jan"],
    &["february", "feb"],
    &["march", "mar"],
    &["april", "apr"],
    &["may"],
    &["june", "jun"],
    &["july", "jul"],
    &["august", "aug"],
    &["september", "sep", "sept"],
    &["october", "oct"],
    &["november", "nov"],
    &["december", "dec"],
];

const BIKRAM_SAMBAT: [Names; 12] = [
    &["baisakh", "baishakh", "बैशाख", "वैशाख"],
    &["jestha", "jeth", "जेठ", "जेष्ठ"],
    &["ashadh", "asar", "असार", "आषाढ"],
    &["shrawan", "saun", "साउन", "श्रावण"],
    &["bhadra", "bhadau", "भदौ", "भाद्र"],
    &["ashwin", "asoj", "असोज", "आश्विन"],
    &["kartik", "कार्तिक", "कात्तिक"],
    &["mangsir", "मंसिर", "मङ्सिर"],
    &["poush", "push", "पुष", "पुस", "पौष"],
    &["magh", "माघ"],
    &["falgun", "phalgun", "फागुन", "फाल्गुन"],
    &["chaitra", "chait", "चैत", "चैत्र"],
];

const BANGLA: [Names; 12] = [
    &["boishakh", "baishakh", "বৈশাখ"],
    &["joishtho", "jyoishtho", "জ্যৈষ্ঠ"],
    &["asharh", "ashar", "আষা\u{9dd}", "আষা\u{9a2}\u{9bc}"],
    &["srabon", "shrabon", "শ্রাবণ"],
    &["bhadro", "bhadra", "ভাদ্র"],
    &["ashwin", "আশ্বিন"],
    &["kartik", "কার্তিক"],
    &["ogrohayon", "agrahayan", "অগ্রহা\u{9df}ণ", "অগ্রহা\u{9af}\u{9bc}ণ"],
    &["poush", "পৌষ"],
    &["magh", "মাঘ"],
    &["falgun", "phalgun", "ফাল্গুন"],
    &["choitro", "chaitra", "চৈত্র"],
];

const SOLAR_HIJRI: [Names; 12] = [
    &["hamal", "حمل", "wray", "وری"],
    &["sawr", "saur", "ثور", "ghwayay", "غویی"],
    &["jawza", "jauza", "جوزا", "ghbargolay", "غبرګولی"],
    &["saratan", "سرطان", "chungash", "چنګاښ"],
    &["asad", "اسد", "zmaray", "زمری"],
    &["sonbola", "sunbula", "سنبله", "wazhay", "وږی"],
    &["mizan", "میزان", "tala", "تله"],
    &["aqrab", "عقرب", "laram", "لړم"],
    &["qaws", "qaus", "قوس", "lindai", "لیندۍ"],
    &["jadi", "جدی", "marghumay", "مرغومی"],
    &["dalw", "dalwa", "دلو", "salwagha", "سلواغه"],
    &["hut", "hoot", "حوت", "kab", "کب"],
];

/// The ye and the kaf of an Arabic keyboard, and the Persian ones that mean the same.
const KEYBOARDS: [(char, char); 2] = [('\u{64a}', '\u{6cc}'), ('\u{643}', '\u{6a9}')];

/// The number of the month that a calendar calls by the name, whatever the case of Latin letters and the keyboard.
pub(super) fn named(calendar: Calendar, name: &str) -> Option<u8> {
    let months = match calendar {
        Calendar::Gregorian => &GREGORIAN,
        Calendar::BikramSambat => &BIKRAM_SAMBAT,
        Calendar::BanglaBangladesh | Calendar::BanglaWestBengal => &BANGLA,
        Calendar::SolarHijri => &SOLAR_HIJRI,
    };
    let persian = |c: char| KEYBOARDS.iter().find(|(arabic, _)| *arabic == c).map_or(c, |(_, persian)| *persian);
    let name: String = name.chars().map(persian).collect();
    (1..)
        .zip(months)
        .find(|(_, names)| names.iter().any(|known| known.eq_ignore_ascii_case(&name)))
        .map(|(number, _)| number)
}
