//! Closed lists of what happens after the first report: in court, and after return.

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
