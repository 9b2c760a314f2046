//! What becomes of each kind of case record when responsibility for a case goes over to another organization: of the
//! seat through which it was held, of everybody else's, of its clocks, and who is told. One row a kind of record, and a
//! kind without a row does not compile. Whether the case may go over at all is not said here: consent, agreement and law
//! decide that, before anything moves.

use std::fmt::Write;

use sangam_vocabulary::{Code, Noun, Purpose, Relation, Seat, codes};

codes! {
    "What becomes of the seat through which a case was held."
    pub enum Goes as "SeatGoes" {
        Over = "OVER": "To the new owner, as it is; the former owner's ends at once.",
        Ends = "ENDS": "The record ends by a step of its own table; the new owner sees that it was there, for as long as whoever sat in an ended record does.",
        Stays = "STAYS": "The former owner keeps it, and what it carries.",
    }
}

codes! {
    "What becomes of everybody else's seats."
    pub enum Others as "OthersSeats" {
        Stay = "STAY": "As they are.",
        OwnEnds = "OWN_ENDS": "As they are; that of the new owner itself ends, because nobody takes part in its own case.",
        End = "END": "They end with the record.",
    }
}

codes! {
    "What becomes of the clocks of a record."
    pub enum Clocks as "TransferClocks" {
        None = "NONE": "There are none.",
        RunOn = "RUN_ON": "They run on, and tell whoever sits there when they run out.",
        Stop = "STOP": "They stop with the record.",
    }
}

/// What becomes of a kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The seat through which it was held.
    pub seat: Seat,
    /// What becomes of it.
    pub goes: Goes,
    /// What becomes of everybody else's.
    pub others: Others,
    /// What becomes of the clocks.
    pub clocks: Clocks,
    /// What those who sit there are told; nothing where the case's own event says it to whoever it concerns.
    pub told: Option<&'static str>,
    /// What else holds.
    pub note: &'static str,
}

/// The ways in which whoever holds a case has what there is of a person, each through a seat of the kind that it takes:
/// to help and protect her, to bring her home, before a court. What goes over must be released to the new owner in one of
/// them at least. A court matter is for no service, and goes over where law and consent let the new owner have it as a
/// court matter.
pub const WAYS: [(Relation, Purpose); 5] = [
    (Relation::new(Noun::Referral, Seat::Recipient), Purpose::ServiceReferral),
    (Relation::new(Noun::Referral, Seat::Recipient), Purpose::Protection),
    (Relation::new(Noun::Referral, Seat::Recipient), Purpose::Reintegration),
    (Relation::new(Noun::Repatriation, Seat::Holding), Purpose::Repatriation),
    (Relation::new(Noun::Hearing, Seat::Contributor), Purpose::Prosecution),
];

/// What those who sit in a record are told when another organization holds it from now on.
pub const HOLDER_CHANGED: &str = "HOLDER_CHANGED";

/// What becomes of a kind of record when the case it belongs to goes over.
#[must_use]
pub const fn row(noun: Noun) -> Row {
    match noun {
        Noun::Subject => Row {
            seat: Seat::Owner,
            goes: Goes::Over,
            others: Others::OwnEnds,
            clocks: Clocks::RunOn,
            told: Some("TRANSFERRED"),
            note: "Consents, recalls and the paper code are hers and stay: the new owner keeps them, and a code is judged under the key of whoever drew it.",
        },
        Noun::Referral => Row {
            seat: Seat::Sender,
            goes: Goes::Stays,
            others: Others::Stay,
            clocks: Clocks::RunOn,
            told: None,
            note: "Another one that its sender has under way refuses the whole: nobody would answer for it.",
        },
        Noun::Repatriation => Row {
            seat: Seat::Holding,
            goes: Goes::Over,
            others: Others::Stay,
            clocks: Clocks::RunOn,
            told: Some(HOLDER_CHANGED),
            note: "Before the handover the new owner must be in the country she leaves and have no other seat in the request, or the whole is refused; after it, whoever received her and owns her goes on by that seat.",
        },
        Noun::Search => Row {
            seat: Seat::Source,
            goes: Goes::Ends,
            others: Others::End,
            clocks: Clocks::Stop,
            told: Some("CLOSED"),
            note: "Whoever agreed to be found agreed that this organization be told, and no other. What the former owner had told others of her as found is taken back: she is not with it any more.",
        },
        Noun::Arrival => Row {
            seat: Seat::Receiving,
            goes: Goes::Over,
            others: Others::Stay,
            clocks: Clocks::None,
            told: None,
            note: "The referrals that it names stay its former owner's.",
        },
        Noun::Hearing => Row {
            seat: Seat::Owner,
            goes: Goes::Over,
            others: Others::OwnEnds,
            clocks: Clocks::None,
            told: None,
            note: "Who recorded it stays on record.",
        },
        Noun::Contribution => Row {
            seat: Seat::Owner,
            goes: Goes::Over,
            others: Others::OwnEnds,
            clocks: Clocks::None,
            told: Some(HOLDER_CHANGED),
            note: "An invitation waits on, and is the new owner's to take back.",
        },
        Noun::SupportPlan => Row {
            seat: Seat::Owner,
            goes: Goes::Over,
            others: Others::Stay,
            clocks: Clocks::RunOn,
            told: None,
            note: "With every review.",
        },
        Noun::Risk => Row {
            seat: Seat::Owner,
            goes: Goes::Over,
            others: Others::OwnEnds,
            clocks: Clocks::None,
            told: None,
            note: "Her lawyers go on seeing it.",
        },
        Noun::Exception => Row {
            seat: Seat::Owner,
            goes: Goes::Over,
            others: Others::OwnEnds,
            clocks: Clocks::RunOn,
            told: None,
            note: "An order in force goes on counting for whom it names, and is the new owner's to end. What waits for a second person ends, and so does every override: the new owner says itself, with two of its people, that an authority speaks in her place. An emergency opens nothing any more and is the new owner's to look at; one that the new owner declared itself and that nobody has looked at refuses the whole.",
        },
    }
}

/// The rows as Markdown. Two tables are the same if their pages are.
#[must_use]
pub fn page() -> String {
    let mut out = String::from(
        "# Transfer of a case\n\nWhat becomes of each kind of record when another organization becomes the owner, in the change in which it accepts. The decision itself is not here: consent, agreement and law must let the new owner see everything that is there, each category for one of these purposes: ",
    );
    let purposes: Vec<_> = WAYS.iter().map(|(_, purpose)| purpose.code()).collect();
    let _ = write!(out, "{}.\n\n", purposes.join(", "));
    out.push_str("| record | held through | goes | everybody else's seats | clocks | told | and |\n|-|-|-|-|-|-|-|\n");
    for noun in Noun::ALL {
        let row = row(*noun);
        let cells = [
            noun.code(),
            row.seat.code(),
            row.goes.code(),
            row.others.code(),
            row.clocks.code(),
            row.told.unwrap_or(""),
        ];
        let _ = writeln!(out, "| {} | {} |", cells.join(" | "), row.note);
    }
    let mut meanings = |title: &str, rows: Vec<(&'static str, &'static str)>| {
        let _ = write!(out, "\n| {title} | meaning |\n|-|-|\n");
        for (code, sentence) in rows {
            let _ = writeln!(out, "| {code} | {sentence} |");
        }
    };
    meanings("goes", Goes::ALL.iter().map(|goes| (goes.code(), goes.sentence())).collect());
    meanings("everybody else's seats", Others::ALL.iter().map(|others| (others.code(), others.sentence())).collect());
    meanings("clocks", Clocks::ALL.iter().map(|clocks| (clocks.code(), clocks.sentence())).collect());
    out
}
