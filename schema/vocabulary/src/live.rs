//! How a partner's system took part in an answer that was read from it there and then.

use crate::codes::codes;

codes! {
    "How a system took part in a live answer."
    pub enum LiveStatus {
        Answered = "ANSWERED": "It answered for each record it was asked for.",
        Partial = "PARTIAL": "It answered for some of the records it was asked for; the others are withheld as not available now.",
        NotAsked = "NOT_ASKED": "It was not asked: nothing of what is selected stays there and may be shown to this caller.",
        Slow = "SLOW": "It did not answer in time.",
        Busy = "BUSY": "It was not asked in time: others were before.",
        Unreachable = "UNREACHABLE": "It cannot be reached.",
        Paused = "PAUSED": "It failed too often and is left alone for a while; nothing was sent.",
        Refused = "REFUSED": "It refused the hub.",
        Unreadable = "UNREADABLE": "It answered with something that cannot be read.",
        NotAvailable = "NOT_AVAILABLE": "It cannot be asked for the record, which has no key of its own there, or the hub can open nothing of it now.",
        NotInStep = "NOT_IN_STEP": "What it answered differs in what law needs from what the hub goes by; the hub takes that in first.",
    }
}
