//! Words that stand in many names and tell nobody from anybody: titles and honorifics, which are said or left
//! out, and names of families, clans and castes or second parts that millions have. Printed in Latin and
//! compared by their sounds, so one row serves every script (domain.md 4.4; the lists are general knowledge).

use std::sync::LazyLock;

use super::align::distance;
use super::roman;
use super::sound::Sound;

/// What a word of a name is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A name that tells this person from others.
    Given,
    /// A name that many share: of a family, a clan, a caste, or an ordinary second part (Kumar, Bahadur).
    Common,
    /// Said before or after, and left out as often (Md., Mst., Khatun, Begum, Sheikh).
    Title,
    /// Politeness and station (Shri, -ji, Late, Haji, Dr.).
    Honorific,
    /// The first letter of a name, as Tamil puts the father's before its own.
    Initial,
}

/// How papers shorten a word.
#[rustfmt::skip]
const SHORT: &[(&str, &str)] = &[
    ("md", "mohammad"), ("mohd", "mohammad"), ("muhd", "mohammad"), ("mhd", "mohammad"), ("mohmd", "mohammad"),
    ("মো", "mohammad"), ("মোঃ", "mohammad"), ("মুহা", "mohammad"), ("মু", "mohammad"), ("मो", "mohammad"),
    ("मोहम्म", "mohammad"),
    ("mst", "mosammat"), ("mosa", "mosammat"), ("most", "mosammat"), ("mst", "mosammat"), ("mosamat", "mosammat"),
    ("মোছা", "mosammat"), ("মোছাঃ", "mosammat"), ("মোসা", "mosammat"), ("মোসাঃ", "mosammat"),
    ("sk", "sheikh"), ("sh", "sheikh"), ("সেখ", "sheikh"), ("bdr", "bahadur"), ("pd", "prasad"), ("kr", "kumar"),
    ("gh", "ghulam"), ("abd", "abdul"), ("smti", "shrimati"), ("smt", "shrimati"), ("km", "kumari"), ("कु", "kumari"),
    ("श्रीम", "shrimati"), ("সৈ", "sayed"),
];

/// Politeness and station.
const HONORIFICS: &str = "shri sri shree shrimati srimati sushri ji jee mr mrs ms miss dr prof late marhum marhuma \
    swargiya haji hajji alhaj hajee maulvi maulavi maulana moulana mulla mullah qari kari hafiz hafez ustad saheb \
    sahib sahiba janab thiru thirumathi tmt dasho lyonpo aum ashi mahatmaya mahatma babu bhai didi";

/// Honorifics that are also a name: only where a point follows.
const HONORIFICS_WITH_POINT: &str = "selvi selvan amma";

/// Said before or after a name.
const TITLES: &str = "mohammad mohammed muhammad mohamed mohamad mosammat musammat mosamat khatun khatoon begum \
    bibi bi akter akhter akhtar aktar khanam khanom khanum bano banu devi kumari nisa nessa nesa unnesa unnisa mia \
    miah miyan mian sheikh shaikh shekh sayed syed saiyad saiyed abdul abdur abdus abdel kaur";

/// Names many share.
const COMMON: &str = "kumar bahadur prasad lal nath chandra singh sinha das dasi roy ray rai gurung tamang thapa magar \
    shrestha sharma yadav mondal mandal sarkar sarker biswas bishwas chaudhary chaudhari chowdhury choudhury khan \
    ali hossain hussain hosen ahmed ahmad islam rahman uddin ullah molla mollah gazi kazi sardar sikdar talukdar \
    perera silva fernando mendis bandara lama sherpa limbu rana karki adhikari poudel paudel khadka basnet bhandari \
    magarni nepali bishwokarma pariyar paswan ram sah shah thakur jha mishra verma gupta patel khanna mahato mahto \
    munda oraon soren hembram murmu tudu halder haldar bibi paramanik pramanik patra sheikh malik qureshi baloch \
    ansari siddiqui hashimi ahmadi rahimi karimi noori stanikzai mohamed rasheed ibrahim hassan";

type Words = Vec<Vec<Sound>>;

fn sounds(list: &'static str) -> Words {
    list.split_whitespace().map(roman::read).collect()
}

static HONORIFIC_SOUNDS: LazyLock<Words> = LazyLock::new(|| sounds(HONORIFICS));
static POINTED_SOUNDS: LazyLock<Words> = LazyLock::new(|| sounds(HONORIFICS_WITH_POINT));
static TITLE_SOUNDS: LazyLock<Words> = LazyLock::new(|| sounds(TITLES));
static COMMON_SOUNDS: LazyLock<Words> = LazyLock::new(|| sounds(COMMON));

/// What a word that papers shorten stands for.
pub(super) fn in_full(word: &str) -> Option<&'static str> {
    SHORT.iter().find(|(short, _)| *short == word).map(|(_, full)| *full)
}

/// What a word is there for, by its sounds and whether a point follows it.
pub(super) fn role(word: &[Sound], pointed: bool) -> Role {
    let near = |known: &Vec<Sound>| known.len().abs_diff(word.len()) <= SPARE && distance(known, word) <= CERTAIN;
    let among = |words: &Words| begins_alike(words, word).any(near);
    if among(&HONORIFIC_SOUNDS) || pointed && among(&POINTED_SOUNDS) {
        Role::Honorific
    } else if among(&TITLE_SOUNDS) {
        Role::Title
    } else if among(&COMMON_SOUNDS) {
        Role::Common
    } else {
        Role::Given
    }
}

/// The words that may begin as one does: all others need no comparing.
fn begins_alike<'w>(words: &'w Words, word: &[Sound]) -> impl Iterator<Item = &'w Vec<Sound>> {
    let first = word.first().map_or(0, |sound| sound.set());
    words.iter().filter(move |known| known.first().is_some_and(|sound| sound.set() & first != 0))
}

/// How many sounds that may be missing a word has more in one script than in another: all short vowels.
const SPARE: usize = 6;

/// What may differ where a word is taken for one of a list: no more than a sound that may be missing.
const CERTAIN: u32 = 10;
