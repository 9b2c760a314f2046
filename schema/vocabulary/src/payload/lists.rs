//! Closed lists of what happens after the first report: in court, and after return; and of the papers of a case.

use crate::category::{Category, CategorySet};
use crate::codes::codes;

codes! {
    "What protects a witness at a hearing."
    pub enum ProtectionMeasure {
        ClosedCourt = "CLOSED_COURT": "Nobody who has no part in the case is in the room.",
        Screen = "SCREEN": "A screen between her and the accused.",
        VideoLink = "VIDEO_LINK": "She speaks by video from another place.",
        SupportPerson = "SUPPORT_PERSON": "Somebody she trusts is beside her.",
        NameWithheld = "NAME_WITHHELD": "Her name is not said and not written in the record.",
        Escort = "ESCORT": "Somebody brings her there and back.",
        SeparateWaiting = "SEPARATE_WAITING": "She waits where the accused and his people do not come.",
        RecordedStatement = "RECORDED_STATEMENT": "What she said before is heard instead of her.",
    }
}

codes! {
    "A kind of support after return (HTCDS spl_Type)."
    pub enum SupportType {
        Education = "EDUCATION": "Education.",
        Financial = "FINANCIAL": "Financial.",
        Health = "HEALTH": "Health.",
        LabourExploitationRehabilitation = "LABOUR_EXPLOITATION_REHABILITATION": "Rehabilitation after labour exploitation.",
        Legal = "LEGAL": "Legal.",
        Livelihood = "LIVELIHOOD": "Livelihood.",
        RightsBasedTraining = "RIGHTS_BASED_TRAINING": "Rights-based training.",
        SexualExploitationRehabilitation = "SEXUAL_EXPLOITATION_REHABILITATION": "Rehabilitation after sexual exploitation.",
        SocialCare = "SOCIAL_CARE": "Social care.",
    }
}

codes! {
    "Whether the person was trafficked again."
    pub enum Retrafficked {
        Yes = "YES": "She was.",
        No = "NO": "She was not.",
        Unknown = "UNKNOWN": "It is not known.",
    }
}

codes! {
    "What kind of paper a stored document is."
    pub enum PaperKind {
        SocialInvestigationReport = "SOCIAL_INVESTIGATION_REPORT": "A social investigation report.",
        HomeInvestigationReport = "HOME_INVESTIGATION_REPORT": "A home investigation report.",
        Order = "ORDER": "An order of a court or a committee.",
        MedicalReport = "MEDICAL_REPORT": "A medical report.",
        TravelDocument = "TRAVEL_DOCUMENT": "A travel document.",
        ExitPermit = "EXIT_PERMIT": "An exit permit.",
        ConsentForm = "CONSENT_FORM": "A consent form.",
        HandoverMemo = "HANDOVER_MEMO": "A handover memo.",
        Photograph = "PHOTOGRAPH": "A photograph of the person.",
        Other = "OTHER": "Another paper.",
    }
}

impl PaperKind {
    /// The category it is sealed as.
    #[must_use]
    pub const fn category(self) -> Category {
        match self {
            Self::Photograph => Category::Image,
            _ => Category::Documents,
        }
    }

    /// The categories that must all show for it to be opened: its own, and what it is about by its very name. Whoever
    /// may not see a person's health is not handed her medical report as a paper of the case.
    #[must_use]
    pub const fn shows(self) -> CategorySet {
        let own = CategorySet::NONE.with(self.category());
        match self {
            Self::MedicalReport => own.with(Category::Health),
            Self::Order => own.with(Category::Legal),
            _ => own,
        }
    }
}
