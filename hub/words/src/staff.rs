//! What the pages of people who sign in say, in the languages that staff work in. They speak of cases and countries, which
//! no other text of the hub does, and they are seven languages and not eleven: so they are files of their own and a type of
//! their own, and neither can be taken for the other. Codes (states, steps, reasons) are named by list and code; which there
//! must be, a test of `hub/portal` reads from the schema.

use std::collections::HashMap;

use sangam_vocabulary::Language;

use crate::{File, WordsFault};

/// The files, English first. A language that is here is whole: each file has the English names, all of them and no other.
const FILES: &[(Language, &str)] = &[
    (Language::English, include_str!("../../../config/languages/staff/en.ftl")),
    (Language::Bangla, include_str!("../../../config/languages/staff/bn.ftl")),
    (Language::Hindi, include_str!("../../../config/languages/staff/hi.ftl")),
    (Language::Nepali, include_str!("../../../config/languages/staff/ne.ftl")),
    (Language::Urdu, include_str!("../../../config/languages/staff/ur.ftl")),
    (Language::Sinhala, include_str!("../../../config/languages/staff/si.ftl")),
    (Language::Tamil, include_str!("../../../config/languages/staff/ta.ftl")),
];

messages! {
    /// Something that a page of the portal says.
    Staff:
    All = "text-all": "All.",
    ApartFromPolice = "text-apart-from-police": "She was asked with no police and no official of either state there.",
    AsPlanned = "text-as-planned": "As planned.",
    AskedOn = "text-asked-on": "Asked on.",
    AttestedBy = "text-attested-by": "Who of your people has seen the order, by id (for a child: somebody other than you).",
    Because = "text-because": "Why:",
    BoardEmpty = "text-board-empty": "No return is there for you yet. One appears when your organization begins it, or is invited to it and you are put on its team.",
    BoardEmptyNarrowed = "text-board-empty-narrowed": "No return fits this choice.",
    CaseDesk = "text-case-desk": "The case desk.",
    Changed = "text-changed": "Somebody changed this since you saw it. Nothing of yours was done. This is how it stands now: look, and try again if it is still right.",
    ChangedAt = "text-changed-at": "Last change.",
    Choose = "text-choose": "Choose one.",
    Crossing = "text-crossing": "Crossing.",
    DayLeft = "text-day-left": "day left.",
    DayOverdue = "text-day-overdue": "day overdue.",
    Days = "text-days": "Days.",
    DaysLeft = "text-days-left": "days left.",
    DaysOverdue = "text-days-overdue": "days overdue.",
    Delivery = "text-delivery": "Delivery to their system.",
    Done = "text-done": "Done:",
    Drafted = "text-drafted": "Translated by a machine and not yet read by a native speaker.",
    DueToday = "text-due-today": "due today.",
    Escort = "text-escort": "Who goes with her.",
    ExitClearance = "text-exit-clearance": "Exit clearance.",
    Father = "text-father": "Father.",
    Field = "text-field": "It is about:",
    Filters = "text-filters": "Choose what to see.",
    FirstPage = "text-first-page": "Back to the newest.",
    From = "text-from": "From.",
    FromCountry = "text-from-country": "From the country.",
    Handover = "text-handover": "Handover.",
    HandoverAt = "text-handover-at": "Hour, on your clocks.",
    HandoverFrom = "text-handover-from": "First possible day.",
    HandoverUntil = "text-handover-until": "Last possible day.",
    HearingAt = "text-hearing-at": "Day of the hearing.",
    Held = "text-held": "On hold.",
    HoldNotTold = "text-hold-not-told": "Why is not told to your seat.",
    Holds = "text-holds": "Holds.",
    Home = "text-home": "Home.",
    HomeTitle = "text-home-title": "What waits for you.",
    Illegal = "text-illegal": "This step cannot be taken now. Nothing was done. The steps below can.",
    Invalid = "text-invalid": "Something that was filled in does not fit. Nothing was done.",
    KnownHere = "text-known-here": "What is known of her here.",
    Lacking = "text-lacking": "This step cannot be taken yet. Nothing was done. First this must be there:",
    Languages = "text-languages": "Languages.",
    MadeOn = "text-made-on": "Made on.",
    MadeOnShown = "text-made-on-shown": "Made on.",
    MemoDay = "text-memo-day": "Day in the memo.",
    MemoOfReceiver = "text-memo-of-receiver": "Memo of the receiving side.",
    MemoOfSender = "text-memo-of-sender": "Memo of the sending side.",
    MessageWithheld = "text-message-withheld": "What was written is not shown to you.",
    Messages = "text-messages": "Messages.",
    Missing = "text-missing": "Missing:",
    MoreWaits = "text-more-waits": "More waits than is listed here. The board shows all:",
    Mother = "text-mother": "Mother.",
    Names = "text-names": "Names.",
    News = "text-news": "News.",
    Next = "text-next": "What you can do now.",
    NextPage = "text-next-page": "Older.",
    NoCases = "text-no-cases": "Your role reads no cases, so none are listed here. If you need to, ask an administrator of your organization.",
    NoHolds = "text-no-holds": "Nothing holds it up.",
    NoMessages = "text-no-messages": "Nobody has written yet.",
    NoNews = "text-no-news": "Nothing new.",
    NobodyYet = "text-nobody-yet": "nobody yet.",
    NobodysTurn = "text-nobodys-turn": "Over.",
    NoneReceived = "text-none-received": "Nobody has asked your organization for anything that you work on.",
    NoneSent = "text-none-sent": "Your organization has sent no referral that you work on.",
    NotForYou = "text-not-for-you": "Your role does not open this page. Nothing was done. If you need it, ask an administrator of your organization.",
    NotForYouTitle = "text-not-for-you-title": "Not for your role.",
    NotNow = "text-not-now": "The hub cannot do this now. Nothing was done. Try again in a minute.",
    NotNowTitle = "text-not-now-title": "Not now.",
    NotThere = "text-not-there": "There is nothing here for you. Either it never was, or it is not yours to see.",
    NotThereTitle = "text-not-there-title": "Nothing here.",
    NotTransferred = "text-not-transferred": "The case cannot go over: something of it may not be shown to your organization, and whoever holds a case reads all of it. Nothing was done.",
    NotYours = "text-not-yours": "This is for somebody else to do. Nothing was done.",
    Note = "text-note": "Note.",
    NothingToDo = "text-nothing-to-do": "Nothing is for you to do now.",
    NothingWaits = "text-nothing-waits": "Nothing waits for you.",
    Organization = "text-organization": "Organization.",
    OverdueToday = "text-overdue-today": "overdue since today.",
    Pages = "text-pages": "Pages.",
    Place = "text-place": "Place she comes from.",
    Reason = "text-reason": "Reason.",
    Received = "text-received": "Received.",
    Referral = "text-referral": "Referral.",
    ReferralAsks = "text-referral-asks": "Somebody asks for:",
    Referrals = "text-referrals": "Referrals.",
    ReleasedByCourt = "text-released-by-court": "The court released her before the hearing.",
    RequestedAt = "text-requested-at": "Begun.",
    Returns = "text-returns": "Returns.",
    Rooms = "text-rooms": "Pages of the hub.",
    Screening = "text-screening": "Protection.",
    Seen = "text-seen": "I have seen these.",
    SendMessage = "text-send-message": "Send.",
    Sent = "text-sent": "Sent.",
    SentAt = "text-sent-at": "Sent on.",
    Show = "text-show": "Show.",
    ShowAll = "text-show-all": "Show all.",
    ShowHer = "text-show-her": "Show what is known of her.",
    Sides = "text-sides": "Received or sent.",
    SignOut = "text-sign-out": "Sign out.",
    SignedAt = "text-signed-at": "Where it was signed.",
    SignedBy = "text-signed-by": "Who signed.",
    Since = "text-since": "since.",
    Skip = "text-skip": "Skip to the content.",
    SomeOrganization = "text-some-organization": "an organization.",
    SomeService = "text-some-service": "a service.",
    State = "text-state": "State.",
    TakesPart = "text-takes-part": "Who takes part.",
    ToCountry = "text-to-country": "To the country.",
    ToDo = "text-to-do": "To do.",
    ToWhom = "text-to-whom": "To.",
    Tracks = "text-tracks": "Tracks.",
    TransferMeans = "text-transfer-means": "Accepting makes your organization the holder of the case.",
    TravelDocument = "text-travel-document": "Travel document.",
    Turn = "text-turn": "Turn:",
    Unreadable = "text-unreadable": "A day that was filled in cannot be read. Nothing was done.",
    ValidFrom = "text-valid-from": "Valid from.",
    ValidUntil = "text-valid-until": "Valid until.",
    ValidUntilShown = "text-valid-until-shown": "Valid:",
    WantsToReturn = "text-wants-to-return": "She wants to return.",
    WantsToStay = "text-wants-to-stay": "She does not want to return now.",
    WhatIsAsked = "text-what-is-asked": "What is asked.",
    WhoseTurn = "text-whose-turn": "Whose turn.",
    Wish = "text-wish": "What she wants.",
    WishUnknown = "text-wish-unknown": "She was not asked yet, or her answer is not shown to you.",
    Withheld = "text-withheld": "Not shown to you.",
    WithheldMeans = "text-withheld-means": "If you need something of it, ask the case desk.",
    Words = "text-words": "What she said, in her words.",
    WriteMessage = "text-write-message": "Write to the other side.",
    Year = "text-year": "Year of birth.",
    YourTurn = "text-your-turn": "Your turn.",
}

/// The names in a file, in their order.
fn names(file: &'static str) -> impl Iterator<Item = &'static str> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = ").map(|(name, _)| name))
}

/// One language of the portal's pages.
#[derive(Debug)]
struct Spoken {
    language: Language,
    texts: HashMap<&'static str, String>,
    is_drafted: bool,
}

/// The texts of the portal's pages, in every language that they are there in.
#[derive(Debug)]
pub struct StaffWords(Vec<Spoken>);

impl StaffWords {
    /// Reads the files.
    ///
    /// # Errors
    /// [`WordsFault`] when a file is not Fluent, or lacks a text that the portal or the English file has.
    pub fn read() -> Result<Self, WordsFault> {
        Self::of(FILES)
    }

    fn of(files: &[(Language, &'static str)]) -> Result<Self, WordsFault> {
        let english = files.first().map_or("", |(_, file)| *file);
        let spoken = files.iter().map(|(language, file)| {
            let read = File::read(*language, file)?;
            let wanted = Staff::ALL.iter().map(|text| text.id()).chain(names(english));
            let texts = wanted.map(|name| Ok((name, read.text(name)?))).collect::<Result<_, WordsFault>>()?;
            let is_drafted = *language != Language::English && !read.is_signed_off;
            Ok(Spoken { language: *language, texts, is_drafted })
        });
        Ok(Self(spoken.collect::<Result<_, WordsFault>>()?))
    }

    fn spoken(&self, language: Language) -> Option<&Spoken> {
        self.0.iter().find(|spoken| spoken.language == language)
    }

    /// Whether the portal speaks a language.
    #[must_use]
    pub fn speaks(&self, language: Language) -> bool {
        self.spoken(language).is_some()
    }

    /// The languages it speaks.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        self.0.iter().map(|spoken| spoken.language)
    }

    /// Whether no native speaker has signed a language off.
    #[must_use]
    pub fn is_drafted(&self, language: Language) -> bool {
        self.spoken(language).is_some_and(|spoken| spoken.is_drafted)
    }

    /// A text in a language, or in English.
    #[must_use]
    pub fn say(&self, language: Language, text: Staff) -> &str {
        self.find(language, text.id()).unwrap_or_default()
    }

    /// What a code of a list is called, where there is a name.
    #[must_use]
    pub fn code(&self, language: Language, list: &str, code: &str) -> Option<&str> {
        let name = format!("{list}-{}", code.to_lowercase().replace('_', "-"));
        self.find(language, &name)
    }

    fn find(&self, language: Language, name: &str) -> Option<&str> {
        let own = self.spoken(language).or_else(|| self.spoken(Language::English))?;
        own.texts.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sangam_vocabulary::{Code as _, Language};

    use super::{FILES, Staff, StaffWords, names};
    use crate::WordsFault;

    #[test]
    fn every_language_has_the_english_names_in_their_order_and_no_other() {
        let (english, words) = (names(FILES[0].1).collect::<Vec<_>>(), StaffWords::read().unwrap());
        assert_eq!(FILES[0].0, Language::English);
        assert_eq!(english.iter().collect::<HashSet<_>>().len(), english.len(), "a name stands twice");
        for (language, file) in FILES {
            assert_eq!(names(file).collect::<Vec<_>>(), english, "{language}");
            let texts = file.lines().filter(|line| !line.starts_with('#'));
            assert!(!texts.collect::<String>().contains(['{', '}', '$']), "{language} has a placeable");
            assert_eq!(words.is_drafted(*language), *language != Language::English, "{language}");
        }
        let texts: HashSet<_> = Staff::ALL.iter().map(|text| text.id()).collect();
        let unused: Vec<_> =
            english.iter().filter(|name| name.starts_with("text-") && !texts.contains(**name)).collect();
        assert!(unused.is_empty(), "no page says {unused:?}");
    }

    #[test]
    fn a_file_without_a_text_is_refused_and_a_code_without_a_name_is_told() {
        let whole: String = Staff::ALL.iter().map(|text| format!("{} = text\n", text.id())).collect();
        let leaked = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
        let lacking = leaked(whole.replace("text-home = text\n", ""));
        let whole = leaked(whole);
        assert!(StaffWords::of(&[(Language::English, whole)]).is_ok(), "the control");
        let missing = WordsFault::Missing { language: "NE", message: "text-home" };
        assert_eq!(StaffWords::of(&[(Language::English, whole), (Language::Nepali, lacking)]).unwrap_err(), missing);
        let words = StaffWords::read().unwrap();
        assert_eq!(words.code(Language::English, "board", "READY"), Some("Ready for a handover"));
        assert_eq!(words.code(Language::Dzongkha, "board", "READY"), Some("Ready for a handover"));
        assert_eq!(words.code(Language::English, "board", "<b>"), None);
        assert_eq!(Language::read("NE").ok(), Some(Language::Nepali));
    }
}
