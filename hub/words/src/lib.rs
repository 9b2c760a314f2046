//! What the hub says to people, in their languages: the files of `config/languages`, read once and complete. It
//! knows no person and no case. A text holds no placeable: what differs from one message to the next (a link, a code)
//! stands on a line of its own, so that nothing of a case can slip into a sentence. Read `hub/desk` (`notice`) next, and
//! `hub/door` (`shell`) for the pages.

use std::collections::{HashMap, HashSet};

use fluent_bundle::{FluentBundle, FluentResource};
use sangam_vocabulary::{Code, Direction, Language};
use thiserror::Error;
use unic_langid::LanguageIdentifier;

/// The files, embedded: a binary never starts without a language that it was built with.
const FILES: &[(Language, &str)] = &[
    (Language::English, include_str!("../../../config/languages/en.ftl")),
    (Language::Bangla, include_str!("../../../config/languages/bn.ftl")),
    (Language::Hindi, include_str!("../../../config/languages/hi.ftl")),
    (Language::Nepali, include_str!("../../../config/languages/ne.ftl")),
    (Language::Urdu, include_str!("../../../config/languages/ur.ftl")),
    (Language::Sinhala, include_str!("../../../config/languages/si.ftl")),
    (Language::Tamil, include_str!("../../../config/languages/ta.ftl")),
    (Language::Dhivehi, include_str!("../../../config/languages/dv.ftl")),
    (Language::Dzongkha, include_str!("../../../config/languages/dz.ftl")),
    (Language::Pashto, include_str!("../../../config/languages/ps.ftl")),
    (Language::Dari, include_str!("../../../config/languages/fa.ftl")),
];

/// How the first line of a file begins that a native speaker has signed off; her name and the day follow. Any other line
/// there, and the language is a machine's draft. English is what the others are drafted from.
const SIGNED_OFF: &str = "# Signed off by ";

macro_rules! messages {
    ($(#[doc = $of:literal])+ $Enum:ident: $($message:ident = $id:literal : $sentence:literal),+ $(,)?) => {
        $(#[doc = $of])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $Enum { $(#[doc = $sentence] $message),+ }

        impl $Enum {
            /// Every message.
            pub const ALL: &'static [Self] = &[$(Self::$message),+];

            /// Its name in the files.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$message => $id),+ }
            }
        }
    };
}

mod staff;

pub use staff::{Staff, StaffWords};

messages! {
    /// Something the hub says to anybody.
    Message:
    NoticeSubject = "notice-subject": "The subject of a notice.",
    NoticeSentence = "notice-sentence": "That something waits, before the hub's address.",
    NoticeFooter = "notice-footer": "That it says no more on purpose.",
    CodeSubject = "code-subject": "The subject of a message that brings a code.",
    CodeSentence = "code-sentence": "What the code is for, before the code.",
    CodeFooter = "code-footer": "What to do when somebody else asked for it.",
    AnswerSubject = "answer-subject": "The subject of a mail that brings an answer link.",
    AnswerSentence = "answer-sentence": "What the link is for, before the link.",
    AnswerFooter = "answer-footer": "That it says no more on purpose.",
    AnswerCodeSentence = "answer-code-sentence": "What the code opens, before the code.",
    PageLanguages = "page-languages": "Before the languages a page can be read in.",
    PageDrafted = "page-drafted": "That no native speaker has read the translation.",
    PageTooOften = "page-too-often": "Too many tries.",
    PageNotNow = "page-not-now": "It cannot be done now.",
    AnswerTitle = "answer-title": "The heading of the answer link's page.",
    AnswerAsk = "answer-ask": "What to do with the code.",
    AnswerCode = "answer-code": "The label of the code's field.",
    AnswerOpen = "answer-open": "The button that sends the code.",
    AnswerNothing = "answer-nothing": "That a code opened nothing.",
    AnswerAgain = "answer-again": "The way back to the code's field.",
    AnswerService = "answer-service": "Before the services that are asked for.",
    AnswerArea = "answer-area": "Before the areas in which the reader offers them.",
    AnswerUrgency = "answer-urgency": "Before how soon an answer is needed.",
    AnswerUntil = "answer-until": "Before until when.",
    AnswerAccept = "answer-accept": "The button that accepts.",
    AnswerAcceptMeans = "answer-accept-means": "What accepting means.",
    AnswerDecline = "answer-decline": "The button that declines.",
    AnswerReason = "answer-reason": "Above the reasons.",
    AnswerNoReason = "answer-no-reason": "That none was chosen.",
    AnswerCall = "answer-call": "The button that asks for a call.",
    AnswerCallMeans = "answer-call-means": "What asking for a call means.",
    AnswerAccepted = "answer-accepted": "That the promise is passed on.",
    AnswerDeclined = "answer-declined": "That the refusal is passed on.",
    AnswerCalled = "answer-called": "That the wish for a call is passed on.",
    AnswerOver = "answer-over": "That there is nothing to answer any more.",
    AnswerChanged = "answer-changed": "That it changed since it was shown.",
    AnswerNotNow = "answer-not-now": "That nothing may be shown now.",
    ServiceShelter = "service-shelter": "A safe place to live.",
    ServiceHealth = "service-health": "Medical care.",
    ServicePsychosocial = "service-psychosocial": "Psychosocial support.",
    ServiceLegalAid = "service-legal-aid": "Legal advice.",
    ServiceExpertOpinion = "service-expert-opinion": "An expert's opinion.",
    ServiceInterpretation = "service-interpretation": "Somebody who interprets.",
    ServicePolice = "service-police": "Contact with the police.",
    ServiceLivelihood = "service-livelihood": "Support to earn a living.",
    ServiceEducation = "service-education": "Schooling or training.",
    ServiceFamilyMediation = "service-family-mediation": "Mediation with the family.",
    ServiceFamilyReunification = "service-family-reunification": "Preparation of a return to the family.",
    ServiceHomeInvestigation = "service-home-investigation": "An enquiry whether return is safe.",
    ServiceRegistration = "service-registration": "Civil papers.",
    ServiceOther = "service-other": "Another service.",
    UrgencyRoutine = "urgency-routine": "Within a week.",
    UrgencyUrgent = "urgency-urgent": "Within a day.",
    UrgencyEmergency = "urgency-emergency": "At once.",
    ReasonNoCapacity = "reason-no-capacity": "No capacity now.",
    ReasonNotOurService = "reason-not-our-service": "Not a service the reader gives.",
    ReasonOutOfArea = "reason-out-of-area": "Not where the reader works.",
    ReasonNotEligible = "reason-not-eligible": "Outside whom the reader serves.",
    ReasonUnsafe = "reason-unsafe": "Helping would put somebody in danger.",
    ReasonNotSaid = "reason-not-said": "The reason is not said.",
    ReasonConflictOfInterest = "reason-conflict-of-interest": "A part in the matter.",
    ReasonAlreadyServed = "reason-already-served": "The service is given already.",
    ReasonNotReached = "reason-not-reached": "Nobody could be reached.",
    ReasonNotWanted = "reason-not-wanted": "It is not wanted.",
    ReasonTooLittleKnown = "reason-too-little-known": "Too little came to decide.",
    WithdrawTitle = "withdraw-title": "The heading of the page that withdraws.",
    WithdrawMeans = "withdraw-means": "What the paper code is for.",
    WithdrawCode = "withdraw-code": "The label of its field.",
    WithdrawButton = "withdraw-button": "The button that withdraws.",
    WithdrawDone = "withdraw-done": "What holds if the code is right.",
    WithdrawSame = "withdraw-same": "That a wrong code is told alike.",
    WithdrawAgain = "withdraw-again": "The way back to the field.",
    ColumnSangamRecord = "column-sangam-record": "Your number of the person.",
    ColumnSangamShare = "column-sangam-share": "Share through Sangam.",
    ColumnPrsFirstname = "column-prs-firstname": "First name.",
    ColumnPrsMiddlename = "column-prs-middlename": "Middle name.",
    ColumnPrsSecondname = "column-prs-secondname": "Second name.",
    ColumnPrsBirthdate = "column-prs-birthdate": "Date of birth.",
    ColumnPrsGender = "column-prs-gender": "Gender.",
    ColumnPrsCitizenship = "column-prs-citizenship": "Citizenship.",
    ColumnPrsMailingstate = "column-prs-mailingstate": "State or province of the family.",
    ColumnPrsMailingcity = "column-prs-mailingcity": "Town or village of the family.",
    ColumnVicTraffickingstatus = "column-vic-traffickingstatus": "Trafficked or not.",
    ColumnVicTypeofexploitation = "column-vic-typeofexploitation": "Kinds of exploitation.",
    ColumnCasStatus = "column-cas-status": "Status of the case.",
    ColumnConConsent = "column-con-consent": "Consent given.",
    ColumnCasReferredorganisation = "column-cas-referredorganisation": "Organization referred to.",
    ColumnCasOutgoingreferraldate = "column-cas-outgoingreferraldate": "Day of the referral.",
    ColumnCasOutgoingreferraldetails = "column-cas-outgoingreferraldetails": "About the referral.",
    ColumnSangamServices = "column-sangam-services": "Services asked for.",
    ColumnSangamUrgency = "column-sangam-urgency": "How soon.",
    TruthYes = "truth-yes": "Yes.",
    TruthNo = "truth-no": "No.",
    GenderFeminine = "gender-feminine": "Feminine.",
    GenderMasculine = "gender-masculine": "Masculine.",
    GenderTransgenderfeminine = "gender-transgenderfeminine": "Transgender feminine.",
    GenderTransgendermasculine = "gender-transgendermasculine": "Transgender masculine.",
    GenderNonconforming = "gender-nonconforming": "Non-conforming.",
    GenderNonspecifiedunknown = "gender-nonspecifiedunknown": "Not specified or unknown.",
    TraffickingPossiblevictimoftrafficking = "trafficking-possiblevictimoftrafficking": "Possible victim of trafficking.",
    TraffickingActualvictimoftrafficking = "trafficking-actualvictimoftrafficking": "Actual victim of trafficking.",
    TraffickingNotavictimoftrafficking = "trafficking-notavictimoftrafficking": "Not a victim of trafficking.",
    ExploitationForcedlabour = "exploitation-forcedlabour": "Forced labour.",
    ExploitationSexualexploitation = "exploitation-sexualexploitation": "Sexual exploitation.",
    ExploitationChildlabour = "exploitation-childlabour": "Child labour.",
    ExploitationForcedmarriage = "exploitation-forcedmarriage": "Forced marriage.",
    ExploitationServitude = "exploitation-servitude": "Servitude.",
    ExploitationForcedmilitarybynonstateactors = "exploitation-forcedmilitarybynonstateactors": "Forced military service for a group that is no state.",
    ExploitationOrganremoval = "exploitation-organremoval": "Removal of organs.",
    ExploitationForcedbegging = "exploitation-forcedbegging": "Forced begging.",
    ExploitationForcedadoption = "exploitation-forcedadoption": "Forced adoption.",
    ExploitationSurrogacy = "exploitation-surrogacy": "Surrogacy.",
    ExploitationOther = "exploitation-other": "Other.",
    StatusActive = "status-active": "Active.",
    StatusFollowup = "status-followup": "Follow-up.",
    StatusClosed = "status-closed": "Closed.",
    StatusClosedreferred = "status-closedreferred": "Closed, referred.",
    SheetSeveral = "sheet-several": "Several are possible: put a semicolon between them.",
}

impl Message {
    /// The message for a code of a list (`service`, `urgency`, `reason`; of a register's template `column`, `truth`,
    /// `gender`, `trafficking`, `exploitation`, `status`), where there is one.
    #[must_use]
    pub fn of(list: &str, code: &str) -> Option<Self> {
        let id = format!("{list}-{}", code.to_lowercase().replace('_', "-"));
        Self::ALL.iter().copied().find(|message| message.id() == id)
    }
}

/// Why the texts cannot be used: a fault of a file of this repository, found when they are read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WordsFault {
    /// A file is not Fluent.
    #[error("the texts in `{language}` are not Fluent")]
    Unreadable {
        /// The language.
        language: &'static str,
    },
    /// A message is not there, or is no plain text.
    #[error("the texts in `{language}` have no plain `{message}`")]
    Missing {
        /// The language.
        language: &'static str,
        /// The message.
        message: &'static str,
    },
}

/// A file of texts, read.
struct File {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    is_signed_off: bool,
}

impl File {
    fn read(language: Language, file: &str) -> Result<Self, WordsFault> {
        let first = file.lines().next().unwrap_or_default();
        let is_signed_off = first.strip_prefix(SIGNED_OFF).is_some_and(|who| who.contains(", "));
        let code = language.code();
        let unreadable = || WordsFault::Unreadable { language: code };
        let resource = FluentResource::try_new(file.to_owned()).map_err(|_| unreadable())?;
        let name: LanguageIdentifier = code.parse().map_err(|_| unreadable())?;
        let mut bundle = FluentBundle::new(vec![name]);
        bundle.add_resource(resource).map_err(|_| unreadable())?;
        Ok(Self { language, bundle, is_signed_off })
    }

    /// A message of the file, as plain text.
    fn text(&self, message: &'static str) -> Result<String, WordsFault> {
        let missing = || WordsFault::Missing { language: self.language.code(), message };
        let pattern = self.bundle.get_message(message).and_then(|found| found.value()).ok_or_else(missing)?;
        let mut faults = Vec::new();
        // Without arguments: a placeable is a fault here, and so never reaches anybody.
        let text = self.bundle.format_pattern(pattern, None, &mut faults).into_owned();
        if faults.is_empty() && !text.contains(['{', '}', '\n']) { Ok(text) } else { Err(missing()) }
    }
}

/// Every message in every language.
#[derive(Debug)]
pub struct Words {
    texts: HashMap<(Language, Message), String>,
    signed_off: HashSet<Language>,
}

impl Words {
    /// Reads the files.
    ///
    /// # Errors
    /// [`WordsFault`]: a language without one of the messages is a fault like a file that cannot be read, so that
    /// nobody is answered in half a language.
    pub fn read() -> Result<Self, WordsFault> {
        Self::of(FILES)
    }

    fn of(files: &[(Language, &str)]) -> Result<Self, WordsFault> {
        let (mut texts, mut signed_off) = (HashMap::new(), HashSet::from([Language::English]));
        for (language, file) in files {
            let read = File::read(*language, file)?;
            if read.is_signed_off {
                signed_off.insert(*language);
            }
            for message in Message::ALL {
                texts.insert((*language, *message), read.text(message.id())?);
            }
        }
        Ok(Self { texts, signed_off })
    }

    /// A message in a language, or in English.
    #[must_use]
    pub fn say(&self, language: Language, message: Message) -> &str {
        let english = || self.texts.get(&(Language::English, message));
        self.texts.get(&(language, message)).or_else(english).map_or("", String::as_str)
    }

    /// Whether no native speaker has signed a language off.
    #[must_use]
    pub fn is_drafted(&self, language: Language) -> bool {
        !self.signed_off.contains(&language)
    }

    /// A sentence as a line of plain text that begins on the right side.
    #[must_use]
    pub fn line(&self, language: Language, message: Message) -> String {
        marked(language, RIGHT_TO_LEFT, self.say(language, message))
    }
}

/// A line that is read from left to right in every language: an address, a code.
#[must_use]
pub fn latin_line(language: Language, text: &str) -> String {
    marked(language, LEFT_TO_RIGHT, text)
}

/// The marks that begin a line in a direction (Unicode Standard Annex 9, section 2.6).
const LEFT_TO_RIGHT: &str = "\u{200e}";
const RIGHT_TO_LEFT: &str = "\u{200f}";

/// A text that runs from left to right needs no mark, and one could be copied with an address.
fn marked(language: Language, mark: &str, text: &str) -> String {
    match language.direction() {
        Direction::LeftToRight => text.to_owned(),
        Direction::RightToLeft => format!("{mark}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sangam_vocabulary::{Code as _, Direction, Language};

    use super::{FILES, Message, Words, WordsFault, latin_line};

    /// The letters a language is written in: ranges of Unicode.
    fn letters(language: Language) -> std::ops::RangeInclusive<char> {
        match language {
            Language::English => 'A'..='z',
            Language::Bangla => '\u{980}'..='\u{9ff}',
            Language::Hindi | Language::Nepali => '\u{900}'..='\u{97f}',
            Language::Urdu | Language::Pashto | Language::Dari => '\u{600}'..='\u{6ff}',
            Language::Sinhala => '\u{d80}'..='\u{dff}',
            Language::Tamil => '\u{b80}'..='\u{bff}',
            Language::Dhivehi => '\u{780}'..='\u{7bf}',
            Language::Dzongkha => '\u{f00}'..='\u{fff}',
        }
    }

    /// The list that a message of the empty register belongs to: its headings, or the codes of one column. A register lies in
    /// its organization's own folder, and its headings name what it is about.
    fn list_of_register(message: Message) -> Option<&'static str> {
        let lists = ["column-", "truth-", "gender-", "trafficking-", "exploitation-", "status-", "sheet-"];
        lists.into_iter().find(|list| message.id().starts_with(list))
    }

    #[test]
    fn every_language_has_every_message_in_its_own_letters() {
        let words = Words::read().unwrap();
        assert_eq!(FILES.iter().map(|(language, _)| *language).collect::<Vec<_>>(), Language::ALL);
        for language in Language::ALL {
            let mut said = HashSet::new();
            for message in Message::ALL {
                let text = words.say(*language, *message);
                let own = text.chars().filter(|letter| letters(*language).contains(letter)).count();
                assert!(
                    own * 10 >= text.chars().filter(|letter| letter.is_alphabetic()).count() * 9,
                    "{language} {}",
                    message.id()
                );
                let list = list_of_register(*message);
                let least = if list.is_some() { 0 } else { 4 };
                let whole = own > least && !text.contains(['{', '}', '\u{2068}', '\u{2069}']);
                assert!(whole, "{language} {}", message.id());
                assert!(said.insert((list, text)), "{language} says the same twice: {}", message.id());
            }
        }
    }

    #[test]
    fn no_message_names_a_country_or_a_word_of_a_case() {
        let words = Words::read().unwrap();
        for message in Message::ALL.iter().filter(|message| list_of_register(**message).is_none()) {
            let text = words.say(Language::English, *message).to_lowercase();
            for word in [
                "case", "referral", "survivor", "traffick", "person", "woman", "child", "india", "nepal", "bangla",
                "hub",
            ] {
                assert!(!text.contains(word), "`{}` says `{word}`", message.id());
            }
        }
    }

    #[test]
    fn a_file_with_a_placeable_or_without_a_message_is_refused() {
        let whole: String = Message::ALL.iter().map(|message| format!("{} = text\n", message.id())).collect();
        let of = |file: &str| Words::of(&[(Language::English, file)]).map(drop);
        assert_eq!(of(&whole), Ok(()), "the control");
        let missing = |message: &'static str| Err(WordsFault::Missing { language: "EN", message });
        assert_eq!(of(&whole.replace("code-footer = text", "")), missing("code-footer"));
        assert_eq!(of(&whole.replace("code-footer = text", "code-footer = of { $name }")), missing("code-footer"));
        assert_eq!(of("= = ="), Err(WordsFault::Unreadable { language: "EN" }));
    }

    #[test]
    fn a_language_is_a_draft_until_a_name_and_a_day_say_otherwise() {
        let whole: String = Message::ALL.iter().map(|message| format!("{} = text\n", message.id())).collect();
        for (first, drafted) in [
            ("# Signed off by Asha Invented, a native speaker, on 2026-11-26.", false),
            ("# Signed off by ", true),
            ("# Signed off", true),
            ("", true),
            ("# Not yet read by a native speaker: one must read it before anybody relies on it.", true),
        ] {
            let words = Words::of(&[(Language::Urdu, &format!("{first}\n{whole}"))]).unwrap();
            assert_eq!(words.is_drafted(Language::Urdu), drafted, "{first}");
            assert!(!words.is_drafted(Language::English) && words.is_drafted(Language::Tamil));
        }
    }

    #[test]
    fn lines_begin_on_the_right_side() {
        let words = Words::read().unwrap();
        for language in Language::ALL {
            let line = words.line(*language, Message::NoticeSentence);
            let address = latin_line(*language, "https://hub.example.org");
            match language.direction() {
                Direction::RightToLeft => assert!(line.starts_with('\u{200f}') && address.starts_with('\u{200e}')),
                Direction::LeftToRight => {
                    assert!(line.starts_with(char::is_alphabetic) && address.starts_with("https"))
                }
            }
        }
    }
}
