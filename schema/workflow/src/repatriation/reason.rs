//! Why something happens in a repatriation: holds, refusals, ends. Each reason has its category; who may not see that
//! sees no reason, and for a hold the word ON_HOLD alone.

use sangam_vocabulary::{Category, Seat, codes};

use crate::repatriation::Track;

codes! {
    "Why a step of a repatriation was taken."
    pub enum Reason as "RepatriationReason" {
        Testimony = "TESTIMONY": "A court waits for her testimony.",
        CourtOrdered = "COURT_ORDERED": "A court ordered that she stays for the time being.",
        Medical = "MEDICAL": "Her health does not allow the journey now.",
        RiskFound = "RISK_FOUND": "What was found makes the return dangerous.",
        WitnessFear = "WITNESS_FEAR": "She fears somebody because of what she knows; told to her lawyer and to the holder only.",
        ConsentPaused = "CONSENT_PAUSED": "She wants to think.",
        AddressUntraceable = "ADDRESS_UNTRACEABLE": "The address cannot be found.",
        BorderClosed = "BORDER_CLOSED": "The crossing is closed.",
        DocumentExpired = "DOCUMENT_EXPIRED": "A paper has run out.",
        ProtectionClaim = "PROTECTION_CLAIM": "She asked for protection from the state, or it is not safe to ask her.",
        ClaimWithdrawn = "CLAIM_WITHDRAWN": "She took her claim for protection back, with a lawyer's advice.",
        ClaimDecided = "CLAIM_DECIDED": "Her claim for protection was finally decided against her.",
        PolicePresent = "POLICE_PRESENT": "The earlier screening was not apart from police.",
        ChargeSheetFiled = "CHARGE_SHEET_FILED": "The charge sheet is filed.",
        CourtNoObjection = "COURT_NO_OBJECTION": "The court has no objection to the return.",
        NoCriminalCase = "NO_CRIMINAL_CASE": "There is no criminal case.",
        StayOrdered = "STAY_ORDERED": "The court or the committee wants her to stay.",
        NotInBestInterest = "NOT_IN_BEST_INTEREST": "Returning is not in the child's best interest.",
        OrderSetAside = "ORDER_SET_ASIDE": "The order was set aside.",
        FamilyDenies = "FAMILY_DENIES": "The family says that it does not know her.",
        NoRecord = "NO_RECORD": "No record of her was found.",
        OtherNationality = "OTHER_NATIONALITY": "She is said to be a national of another state.",
        PapersIncomplete = "PAPERS_INCOMPLETE": "A paper was missing from the application.",
        IdentityDoubted = "IDENTITY_DOUBTED": "The issuer doubts who she is.",
        Revoked = "REVOKED": "The issuer took the paper back.",
        DateChanged = "DATE_CHANGED": "The day or the crossing does not suit.",
        TurnedBack = "TURNED_BACK": "The border did not let her through.",
        NobodyCame = "NOBODY_CAME": "Nobody came to receive her.",
        ProceedingsOpen = "PROCEEDINGS_OPEN": "Proceedings against her are open.",
        StateObjects = "STATE_OBJECTS": "The state does not agree to the return.",
        Duplicate = "DUPLICATE": "The same request stands already.",
        WrongPerson = "WRONG_PERSON": "It was opened for the wrong person.",
        EnteredInError = "ENTERED_IN_ERROR": "It was opened by mistake.",
        ReceiverWithdrew = "RECEIVER_WITHDREW": "The receiving organization can no longer take part.",
        PlaceUnsafe = "PLACE_UNSAFE": "The place turned out not to be safe.",
        PlaceEnded = "PLACE_ENDED": "The place can no longer be had.",
        HerChoice = "HER_CHOICE": "She chose so.",
        StaysHere = "STAYS_HERE": "She stays where she is.",
        ThirdCountry = "THIRD_COUNTRY": "She goes to a third country.",
        Statelessness = "STATELESSNESS": "She is recognised as stateless.",
        Settled = "SETTLED": "She lives on without further help.",
        MovedOn = "MOVED_ON": "She lives elsewhere, and said so.",
        DeclinedFollowUp = "DECLINED_FOLLOW_UP": "She wants no more visits.",
        LostContact = "LOST_CONTACT": "Nobody can reach her.",
        Retrafficked = "RETRAFFICKED": "She was trafficked again.",
        Died = "DIED": "She died.",
    }
}

impl Reason {
    /// The category the reason belongs to: who may not see it is not told why.
    #[must_use]
    pub const fn category(self) -> Category {
        match self {
            Self::Testimony
            | Self::CourtOrdered
            | Self::ChargeSheetFiled
            | Self::CourtNoObjection
            | Self::NoCriminalCase
            | Self::StayOrdered
            | Self::NotInBestInterest
            | Self::OrderSetAside
            | Self::ProceedingsOpen => Category::Legal,
            Self::Medical => Category::Health,
            Self::RiskFound | Self::WitnessFear | Self::PlaceUnsafe => Category::ContactSafety,
            Self::ProtectionClaim
            | Self::ClaimWithdrawn
            | Self::ClaimDecided
            | Self::PolicePresent
            | Self::NoRecord
            | Self::OtherNationality
            | Self::StateObjects
            | Self::StaysHere
            | Self::ThirdCountry
            | Self::Statelessness => Category::Immigration,
            Self::AddressUntraceable => Category::Origin,
            Self::FamilyDenies => Category::Family,
            Self::DocumentExpired | Self::PapersIncomplete | Self::IdentityDoubted | Self::Revoked => {
                Category::Documents
            }
            Self::Retrafficked | Self::Died => Category::Narrative,
            Self::BorderClosed
            | Self::DateChanged
            | Self::TurnedBack
            | Self::NobodyCame
            | Self::Duplicate
            | Self::WrongPerson
            | Self::EnteredInError
            | Self::ReceiverWithdrew => Category::CaseReference,
            Self::ConsentPaused
            | Self::PlaceEnded
            | Self::HerChoice
            | Self::Settled
            | Self::MovedOn
            | Self::DeclinedFollowUp
            | Self::LostContact => Category::Services,
        }
    }

    /// The tracks that stand still while a hold of this reason is in force, and with them their clocks; none for what
    /// is no hold's reason. What she asks for herself stops everything.
    #[must_use]
    pub const fn holds(self) -> &'static [Track] {
        match self {
            Self::Testimony | Self::CourtOrdered => &[Track::Court],
            Self::AddressUntraceable => &[Track::Verification],
            Self::BorderClosed => &[Track::Papers],
            Self::Medical => &[Track::Placement],
            Self::RiskFound => &[Track::Verification, Track::Papers, Track::Placement],
            Self::WitnessFear => &[Track::Court, Track::Placement],
            Self::ConsentPaused => &[Track::Court, Track::Verification, Track::Papers, Track::Placement],
            _ => &[],
        }
    }

    /// Whether a seat may be told the reason at all, before any category is asked: a witness's fear alerts her lawyer
    /// and the holder only, and of a claim for protection nobody but those two and the sending authority ever reads.
    #[must_use]
    pub const fn may_be_told(self, seat: Seat) -> bool {
        match self {
            Self::WitnessFear => matches!(seat, Seat::Owner | Seat::Holding | Seat::Lawyer),
            Self::ProtectionClaim | Self::ClaimWithdrawn | Self::ClaimDecided | Self::PolicePresent => {
                matches!(seat, Seat::Owner | Seat::Holding | Seat::Lawyer | Seat::SendingLiaison)
            }
            _ => true,
        }
    }
}
