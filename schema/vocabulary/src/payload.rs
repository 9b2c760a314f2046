//! The shape of each category's sealed payload. One struct a category; what is not here cannot be sealed,
//! and an unknown field or code is an error (`deny_unknown_fields`), so that a partner's new question stops
//! at the border until somebody has decided what it is. Code lists marked HTCDS are those of HTCDS 2.0.

mod lists;

pub use lists::{PaperKind, ProtectionMeasure, Retrafficked, SupportType};
use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::{Category, Country, DateWritten, NameWritten};

codes! {
    "Age in bands that do not single anybody out."
    pub enum AgeBand {
        Under9 = "AGE_0_8": "Eight years or younger.",
        From9To11 = "AGE_9_11": "Nine to eleven years.",
        From12To14 = "AGE_12_14": "Twelve to fourteen years.",
        From15To17 = "AGE_15_17": "Fifteen to seventeen years.",
        From18To20 = "AGE_18_20": "Eighteen to twenty years.",
        From21To25 = "AGE_21_25": "Twenty-one to twenty-five years.",
        From26To40 = "AGE_26_40": "Twenty-six to forty years.",
        Over40 = "AGE_41_PLUS": "Forty-one years or older.",
        Unknown = "AGE_UNKNOWN": "The age is not known; the rules for minors and for adults both apply.",
    }
}

codes! {
    "Sex or gender (HTCDS prs_Gender)."
    pub enum Gender {
        Feminine = "FEMININE": "Feminine.",
        Masculine = "MASCULINE": "Masculine.",
        TransgenderFeminine = "TRANSGENDER_FEMININE": "Transgender feminine.",
        TransgenderMasculine = "TRANSGENDER_MASCULINE": "Transgender masculine.",
        NonConforming = "NON_CONFORMING": "Non-conforming.",
        NotSpecified = "NOT_SPECIFIED": "Not specified or unknown.",
    }
}

codes! {
    "Whether a case is worked on (HTCDS cas_Status)."
    pub enum CaseStatus {
        Active = "ACTIVE": "Active.",
        FollowUp = "FOLLOW_UP": "In follow-up.",
        Closed = "CLOSED": "Closed.",
        ClosedReferred = "CLOSED_REFERRED": "Closed because another organization took over.",
    }
}

codes! {
    "A service an organization offers or a referral asks for (after Primero's service types and HTCDS spl_Type)."
    pub enum ServiceCode {
        Shelter = "SHELTER": "A safe place to live.",
        Health = "HEALTH": "Medical care.",
        Psychosocial = "PSYCHOSOCIAL": "Psychosocial support.",
        LegalAid = "LEGAL_AID": "Legal advice or representation.",
        ExpertOpinion = "EXPERT_OPINION": "An expert's opinion for a court: age, injuries, what awaits the person at home.",
        Interpretation = "INTERPRETATION": "Somebody who interprets for the person, in court or elsewhere.",
        Police = "POLICE": "Contact with the police on the person's behalf.",
        Livelihood = "LIVELIHOOD": "Support to earn a living.",
        Education = "EDUCATION": "Schooling or training.",
        FamilyMediation = "FAMILY_MEDIATION": "Mediation with the family.",
        FamilyReunification = "FAMILY_REUNIFICATION": "Preparation of a return to the family.",
        HomeInvestigation = "HOME_INVESTIGATION": "An enquiry whether return is safe.",
        Registration = "REGISTRATION": "Birth registration or other civil papers.",
        Other = "OTHER": "Another service, which the sender named as other itself.",
    }
}

codes! {
    "Whether the person is thought to have been trafficked (HTCDS vic_TraffickingStatus)."
    pub enum TraffickingStatus {
        Possible = "POSSIBLE": "Possibly trafficked.",
        Actual = "ACTUAL": "Found to have been trafficked.",
        NotAVictim = "NOT_A_VICTIM": "Found not to have been trafficked.",
    }
}

codes! {
    "The kind of exploitation (HTCDS vic_TypeOfExploitation)."
    pub enum Exploitation {
        ForcedLabour = "FORCED_LABOUR": "Forced labour.",
        SexualExploitation = "SEXUAL_EXPLOITATION": "Sexual exploitation.",
        ChildLabour = "CHILD_LABOUR": "Child labour.",
        ForcedMarriage = "FORCED_MARRIAGE": "Forced marriage.",
        Servitude = "SERVITUDE": "Servitude.",
        ForcedMilitary = "FORCED_MILITARY_BY_NON_STATE_ACTORS": "Forced military service by non-state actors.",
        OrganRemoval = "ORGAN_REMOVAL": "Removal of organs.",
        ForcedBegging = "FORCED_BEGGING": "Forced begging.",
        ForcedAdoption = "FORCED_ADOPTION": "Forced adoption.",
        Surrogacy = "SURROGACY": "Surrogacy.",
        Other = "OTHER": "Another kind, which the sender named as other itself.",
    }
}

codes! {
    "Whether a nationality was confirmed by that state."
    pub enum NationalityConfirmation {
        NotAsked = "NOT_ASKED": "Nobody asked that state.",
        Pending = "PENDING": "Asked and not answered.",
        Confirmed = "CONFIRMED": "Confirmed.",
        NotANational = "NOT_A_NATIONAL": "That state says the person is not its national.",
    }
}

codes! {
    "What kind of document proves who somebody is; its number is never kept."
    pub enum DocumentKind {
        BirthRegistration = "BIRTH_REGISTRATION": "A birth registration.",
        NationalIdentityCard = "NATIONAL_IDENTITY_CARD": "A national identity card.",
        Passport = "PASSPORT": "A passport.",
        SchoolCertificate = "SCHOOL_CERTIFICATE": "A school's certificate or identity card.",
        CitizenshipCertificate = "CITIZENSHIP_CERTIFICATE": "A citizenship certificate.",
        Other = "OTHER": "Another document, which the sender named as other itself.",
    }
}

/// Declares the payload structs and the table that says which struct a category's payload is.
macro_rules! payloads {
    ($($(#[$meta:meta])* $category:ident { $($(#[$fmeta:meta])* $field:ident : $type:ty),+ $(,)? })+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields, rename_all = "camelCase")]
            pub struct $category { $($(#[$fmeta])* pub $field: $type),+ }
        )+

        /// The payload of one category, read strictly.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Payload { $(#[doc = concat!("The payload of `", stringify!($category), "`.")] $category($category)),+ }

        impl Payload {
            /// The category the payload belongs to.
            #[must_use]
            pub const fn category(&self) -> Category {
                match self { $(Self::$category(_) => Category::$category),+ }
            }

            /// Reads a payload of a category strictly.
            ///
            /// # Errors
            /// What `serde` found wrong. The text of such an error may quote a value: map it with the
            /// path and length before it goes anywhere.
            pub fn read(category: Category, value: serde_json::Value) -> Result<Self, serde_json::Error> {
                match category { $(Category::$category => serde_json::from_value(value).map(Self::$category)),+ }
            }

            /// The payload as the JSON text that is sealed: member order is declaration order.
            ///
            /// # Errors
            /// Never for these shapes; the signature is `serde_json`'s.
            pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
                match self { $(Self::$category(payload) => serde_json::to_vec(payload)),+ }
            }
        }
    };
}

payloads! {
    /// The case at its holder.
    CaseReference {
        /// The case number as the holder's system displays it.
        number: String,
        /// Whether the case is worked on.
        status: CaseStatus,
    }
    /// Age band and sex.
    Demographics {
        /// The age band.
        age_band: AgeBand,
        /// Sex or gender.
        sex: Gender,
    }
    /// What a search needs and nothing else.
    Tracing {
        /// Names and nicknames.
        names: Vec<NameWritten>,
        /// The father's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        father: Option<String>,
        /// The mother's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mother: Option<String>,
        /// The place of origin as the person tells it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place_of_origin: Option<String>,
        /// Gregorian year of birth.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        year_of_birth: Option<i32>,
    }
    /// Names and birth as on papers.
    Identity {
        /// Names, each with its kind.
        names: Vec<NameWritten>,
        /// The date of birth as written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        birth: Option<DateWritten>,
    }
    /// A photograph's place in the document store.
    Image {
        /// The opaque reference of the stored image.
        reference: String,
    }
    /// Relatives.
    Family {
        /// Each relative.
        relatives: Vec<Relative>,
    }
    /// Where the person is.
    CurrentLocation {
        /// The country.
        country: Country,
        /// ISO 3166-2 code of the first-level division.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        admin1: Option<String>,
        /// The place in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<String>,
    }
    /// Where the person comes from.
    Origin {
        /// The country, where it is one of the eight.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        country: Option<Country>,
        /// ISO 3166-2 code of the first-level division.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        admin1: Option<String>,
        /// The place in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<String>,
    }
    /// Which document was seen; neither number nor hash.
    NationalId {
        /// What kind of document.
        kind: DocumentKind,
        /// Who issued it.
        issuing_country: Country,
        /// Who verified it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verified_by: Option<String>,
        /// The day it was verified, ISO 8601.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verified_on: Option<String>,
    }
    /// Health in words.
    Health {
        /// What the holder noted.
        notes: String,
    }
    /// What happened.
    Narrative {
        /// Whether the person is thought to have been trafficked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<TraffickingStatus>,
        /// The kinds of exploitation.
        #[serde(default)]
        exploitation: Vec<Exploitation>,
        /// The account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<String>,
        /// Of a support plan: which kinds of support (HTCDS spl_Type).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        support_types: Vec<SupportType>,
        /// Of a support plan: what it is to reach (HTCDS spl_Objectives).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        objectives: Option<String>,
        /// Of a support plan: what is to be done (HTCDS spl_ActionPlan).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        action_plan: Option<String>,
        /// Of a review of a support plan: whether she was trafficked again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retrafficked: Option<Retrafficked>,
    }
    /// The legal side.
    Legal {
        /// The number of the police report or case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report_number: Option<String>,
        /// The court or committee.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        court: Option<String>,
        /// What the holder noted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notes: Option<String>,
    }
    /// Nationality.
    Immigration {
        /// The nationality claimed; absent for stateless or undetermined.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nationality: Option<Country>,
        /// Whether that state confirmed it.
        confirmation: NationalityConfirmation,
    }
    /// Traits that bring danger or scorn.
    SensitiveTraits {
        /// Religion.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        religion: Option<String>,
        /// Ethnicity, caste or clan.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ethnicity: Option<String>,
    }
    /// Who is said to have done it.
    Perpetrator {
        /// What the holder noted.
        notes: String,
    }
    /// Services asked for or given.
    Services {
        /// The services.
        services: Vec<ServiceCode>,
        /// What the sender adds for the one who will help.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    }
    /// Safe contact.
    ContactSafety {
        /// Whether calling is safe.
        safe_to_call: bool,
        /// When and by whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instructions: Option<String>,
        /// What protects her at a hearing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        protection_measures: Vec<ProtectionMeasure>,
    }
    /// Papers of the case.
    Documents {
        /// The kinds of paper the holder has.
        papers: Vec<String>,
    }
    /// Messages about the person.
    Messages {
        /// The texts, oldest first.
        texts: Vec<String>,
    }
}

/// A relative and what she or he is to the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Relative {
    /// What the relative is to the person, in the holder's words.
    pub relationship: String,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Narrative {
    /// Nothing told.
    pub const NOTHING: Self = Self {
        status: None,
        exploitation: Vec::new(),
        account: None,
        support_types: Vec::new(),
        objectives: None,
        action_plan: None,
        retrafficked: None,
    };
}
