//! Clocks: what runs while something is waited for, and what happens when it has run out.

use sangam_vocabulary::codes;

codes! {
    "What is waited for."
    pub enum ClockKind {
        AnswerBy = "ANSWER_BY": "The answer to a referral; when it has run out, the referral has expired.",
    }
}
