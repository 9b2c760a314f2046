//! Clocks: what runs while something is waited for, and what happens when it has run out.

use sangam_vocabulary::codes;

codes! {
    "What is waited for."
    pub enum ClockKind {
        AnswerBy = "ANSWER_BY": "The answer to a referral; when it has run out, the referral has expired.",
        Arrival = "ARRIVAL": "Somebody on the way to a handover; when it has run out, nobody has arrived, and both sides are told.",
        SecondSignature = "SECOND_SIGNATURE": "The other side's signature under a handover; when it has run out, both sides are told.",
        PaperValidity = "PAPER_VALIDITY": "The end of a paper's validity; when it has run out, the paper has expired.",
        Corridor = "CORRIDOR": "A step of a repatriation for which a corridor has a clock; when it has run out, whoever's turn it is is told.",
        Review = "REVIEW": "A look at a support plan after return; when it has run out, the look is overdue and the plan goes on.",
        SearchReview = "SEARCH_REVIEW": "The word of the one who asks that a search goes on; a fortnight later what is released for it closes.",
        EmergencyReview = "EMERGENCY_REVIEW": "The owner's look at an emergency that somebody declared; when it has run out, the look is overdue.",
        Recall = "RECALL": "The answer to a recall; when it has run out, the recall is overdue, and nothing more is disclosed still.",
    }
}
