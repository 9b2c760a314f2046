//! What an answer link shows, takes and comes to.

use sangam_vocabulary::payload::Services;
use sangam_vocabulary::{Code, Country, Instant};
use sangam_workflow::notice::offset_minutes;
use sangam_workflow::referral::DeclineReason;

/// What is shown of a referral: codes of services, and what lies in clear. The sender's note is not: it is written for
/// people who sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerView {
    /// The services asked for, by code.
    pub services: Vec<&'static str>,
    /// Where the recipient said that it offers them: ISO 3166-2 codes. Where the person is, is another category.
    pub areas: Vec<String>,
    /// How soon an answer is needed, by code.
    pub urgency: String,
    /// Until when, in the recipient's own time.
    pub answer_by: String,
    /// By which it can be answered.
    pub seal: String,
}

/// What whoever opened a link says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkAnswer {
    /// It will help.
    Accept,
    /// It will not, for a reason.
    Decline(DeclineReason),
    /// It would like to be called.
    Call,
}

impl LinkAnswer {
    /// In a word.
    pub(super) fn code(self) -> String {
        match self {
            Self::Accept => "ACCEPT".to_owned(),
            Self::Decline(reason) => format!("DECLINE {}", reason.code()),
            Self::Call => "CALL".to_owned(),
        }
    }
}

/// What came of a code or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTold {
    /// It is shown.
    Shows(AnswerView),
    /// The code opens nothing: wrong, or there is no such link any more. All alike.
    Nothing,
    /// Nothing may be shown or answered now.
    NotNow,
    /// It was answered, taken back, or its time is over.
    Over,
    /// It changed since it was shown, and still waits.
    Changed,
    /// The answer is taken.
    Done(LinkAnswer),
}

/// The services of a released category, by code.
pub(super) fn services(json: &[u8]) -> Option<Vec<&'static str>> {
    let read: Services = serde_json::from_slice(json).ok()?;
    Some(read.services.iter().map(|service| service.code()).collect())
}

/// An instant as clocks in a country show it, with how far they are from UTC.
pub(super) fn local(at: Instant, country: Country) -> String {
    let offset = offset_minutes(country);
    let text = at.plus_millis(offset * 60_000).rfc3339();
    let (day, time) = (text.get(..10).unwrap_or_default(), text.get(11..16).unwrap_or_default());
    format!("{day} {time} (UTC+{:02}:{:02})", offset / 60, offset % 60)
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::{Country, Instant};

    use super::{local, services};

    #[test]
    fn the_note_is_not_read() {
        let json = br#"{"services":["SHELTER","LEGAL_AID"],"note":"ask for Rupa"}"#;
        assert_eq!(services(json).unwrap(), ["SHELTER", "LEGAL_AID"]);
        assert_eq!(services(b"{}"), None);
    }

    #[test]
    fn an_instant_is_told_in_the_recipients_time() {
        let at = Instant::read("2026-11-24T18:30:00Z").unwrap();
        assert_eq!(local(at, Country::Nepal), "2026-11-25 00:15 (UTC+05:45)");
    }
}
