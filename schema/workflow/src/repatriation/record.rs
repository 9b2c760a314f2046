//! What is put on record beside the steps: what she said, what somebody looked into, where and with whom she travels.

use sangam_vocabulary::{Seat, codes};

codes! {
    "What is put on record for a request to bring somebody home, beside its steps."
    pub enum Noted as "RepatriationNote" {
        WantsToReturn = "WANTS_TO_RETURN": "She was asked, and wants to return.",
        WantsToStay = "WANTS_TO_STAY": "She was asked, and does not want to return now.",
        RiskAssessed = "RISK_ASSESSED": "Somebody assessed what she may come to when she returns.",
        BestInterest = "BEST_INTEREST": "Somebody noted that returning is in the child's best interest.",
        ChildPlaced = "CHILD_PLACED": "The authority on the receiving side agreed to where the child will live.",
        VisitsDone = "VISITS_DONE": "The follow-up visits that were agreed are done.",
    }
}

impl Noted {
    /// Who puts it there: the sending side knows her, the receiving side the place.
    #[must_use]
    pub const fn is_for(self, seat: Seat) -> bool {
        match self {
            Self::WantsToReturn | Self::WantsToStay => matches!(seat, Seat::Holding | Seat::Lawyer),
            Self::RiskAssessed | Self::BestInterest => matches!(seat, Seat::Holding),
            Self::ChildPlaced | Self::VisitsDone => matches!(seat, Seat::Receiving),
        }
    }

    /// Whether it is what she said when she was asked.
    #[must_use]
    pub const fn is_wish(self) -> bool {
        matches!(self, Self::WantsToReturn | Self::WantsToStay)
    }
}

codes! {
    "Where somebody is handed over (domain.md 1.2 and 1.3)."
    pub enum Crossing {
        PetrapoleBenapole = "PETRAPOLE_BENAPOLE": "Petrapole in India, Benapole in Bangladesh.",
        AgartalaAkhaura = "AGARTALA_AKHAURA": "Agartala in India, Akhaura in Bangladesh.",
        Hili = "HILI": "Hili, on both sides.",
        DawkiTamabil = "DAWKI_TAMABIL": "Dawki in India, Tamabil in Bangladesh.",
        SutarkandiShewla = "SUTARKANDI_SHEWLA": "Sutarkandi in India, Shewla in Bangladesh.",
        Kakarbhitta = "KAKARBHITTA": "Kakarbhitta, into Nepal.",
        Sunauli = "SUNAULI": "Sunauli, into Nepal.",
        Airport = "AIRPORT": "An airport.",
        Other = "OTHER": "Another crossing, which the papers name.",
    }
}

codes! {
    "Who signed a memo of the handover, by what they are; never by name (domain.md 1.2: police, a border force and an authority sign beside the organizations)."
    pub enum Signatory as "MemoSignatory" {
        Organization = "ORGANIZATION": "Somebody of an organization.",
        Police = "POLICE": "Police.",
        BorderForce = "BORDER_FORCE": "A border force.",
        Department = "DEPARTMENT": "A department or an authority for children.",
        Mission = "MISSION": "An embassy or a consulate.",
    }
}

codes! {
    "Who goes with her to the crossing."
    pub enum Escort {
        Organization = "ORGANIZATION": "Somebody of the organization that holds her.",
        Police = "POLICE": "Police; never without somebody of the organization where she asks for it.",
        PoliceAndOrganization = "POLICE_AND_ORGANIZATION": "Police, and somebody of the organization that holds her.",
        Guardian = "GUARDIAN": "A guardian.",
        Nobody = "NOBODY": "Nobody: she is of age and wants to go by herself.",
    }
}
