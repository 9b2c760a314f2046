//! The fields of HTCDS 2.0, as facts: which there are and what each takes; and Sangam's own beside them, all of which begin
//! with `sangam_`. Facts taken from the Human Trafficking Case Data Standard (HTCDS) by IOM, licensed under CC BY 4.0; IOM
//! endorses nothing here.

use super::codes;
use super::value::Kind;

/// The organization's own key of a record.
pub(crate) const KEY: &str = "sangam_record";
/// Whether the hub may have the record.
pub(crate) const SHARE: &str = "sangam_share";
/// What could not be read, in a marked-up copy of a sheet.
pub(crate) const ERRORS: &str = "sangam_errors";
/// Whose the names and codes are, in a CSV file that the hub writes.
pub(crate) const ATTRIBUTION: &str = "sangam_attribution";
/// The hub's key of a referral to the organization.
pub(crate) const REFERRAL: &str = "sangam_referral";
/// In which the organization answers a referral.
pub(crate) const ANSWER: &str = "sangam_answer";
/// Why it declines.
pub(crate) const REASON: &str = "sangam_reason";
/// How a referral stands, as the hub says.
pub(crate) const STATE: &str = "sangam_state";
/// The field that HTCDS has for the day an incoming referral was accepted.
pub(crate) const ACCEPTED_ON: &str = "cas_IncomingReferralDate";

/// What a case has several of: the name of the list in JSON, and the fields of one item.
pub(crate) const GROUPS: [(&str, &[&str]); 4] = [
    (
        "outgoingReferrals",
        &[
            "cas_ReferredOrganisation",
            "cas_ReferredPrimaryCaseWorker",
            "cas_ReasonForOutgoingReferral",
            "cas_OutgoingReferralDate",
            "cas_OutgoingReferralDetails",
            "sangam_outgoing_referral",
            "sangam_services",
            "sangam_urgency",
        ],
    ),
    ("caseComments", &["cco_CaseComment"]),
    (
        "historicTraffickingEvents",
        &[
            "hte_Longitude",
            "hte_Latitude",
            "hte_City",
            "hte_Country",
            "hte_State",
            "hte_Street",
            "hte_PostalCode",
            "hte_Date",
            "hte_Type",
            "hte_Description",
        ],
    ),
    ("supportPlans", &["spl_Objectives", "spl_ActionPlan", "spl_PlannedEndDate", "spl_ActualEndDate", "spl_Type"]),
];

/// The kind of a field; `None` for a name that is none.
pub(crate) fn kind(name: &str) -> Option<Kind> {
    FIELDS.iter().chain(OWN).find(|(field, _)| *field == name).map(|(_, kind)| *kind)
}

/// The list that a field's item stands in; `None` where a case has the field once.
pub(crate) fn group(name: &str) -> Option<&'static str> {
    GROUPS.iter().find(|(_, fields)| fields.contains(&name)).map(|(group, _)| *group)
}

/// Every field in the standard's order, Sangam's own after them.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, Kind)> {
    FIELDS.iter().chain(OWN).copied()
}

/// The field that somebody most likely meant: the same but for capitals, or at most two letters away.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    /// How far away a misspelt name may be.
    const FAR: usize = 2;
    let name = name.to_ascii_lowercase();
    let in_use =
        all().filter(|(field, kind)| !matches!(kind, Kind::Deprecated(_)) && field.len().abs_diff(name.len()) <= FAR);
    let found = in_use.map(|(field, _)| (distance(&name, &field.to_ascii_lowercase()), field)).min()?;
    (found.0 <= FAR).then_some(found.1)
}

/// How many letters are to be put in, taken out or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.chars().enumerate() {
        let mut next = vec![place + 1];
        let corners = row.iter().zip(row.iter().skip(1));
        next.extend(other.iter().zip(corners).scan(place + 1, |left, (there, (corner, above))| {
            *left = (corner + usize::from(*there != letter)).min(above + 1).min(*left + 1);
            Some(*left)
        }));
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

/// Codes of the hub's own lists; that they are whole is tested against `sangam-vocabulary`.
const ANSWERS: &[&str] = &["ACCEPTED", "DECLINED", "DONE"];
const SERVICES: &[&str] = &[
    "SHELTER",
    "HEALTH",
    "PSYCHOSOCIAL",
    "LEGAL_AID",
    "EXPERT_OPINION",
    "INTERPRETATION",
    "POLICE",
    "LIVELIHOOD",
    "EDUCATION",
    "FAMILY_MEDIATION",
    "FAMILY_REUNIFICATION",
    "HOME_INVESTIGATION",
    "REGISTRATION",
    "OTHER",
];
const URGENCIES: &[&str] = &["ROUTINE", "URGENT", "EMERGENCY"];
const AGE_BANDS: &[&str] = &[
    "AGE_0_8",
    "AGE_9_11",
    "AGE_12_14",
    "AGE_15_17",
    "AGE_18_20",
    "AGE_21_25",
    "AGE_26_40",
    "AGE_41_PLUS",
    "AGE_UNKNOWN",
];
const CONFIRMATIONS: &[&str] = &["NOT_ASKED", "PENDING", "CONFIRMED", "NOT_A_NATIONAL"];
const CATEGORIES: &[&str] = &[
    "CASE_REFERENCE",
    "DEMOGRAPHICS",
    "TRACING",
    "IDENTITY",
    "IMAGE",
    "FAMILY",
    "CURRENT_LOCATION",
    "ORIGIN",
    "NATIONAL_ID",
    "HEALTH",
    "NARRATIVE",
    "LEGAL",
    "IMMIGRATION",
    "SENSITIVE_TRAITS",
    "PERPETRATOR",
    "SERVICES",
    "CONTACT_SAFETY",
    "DOCUMENTS",
    "MESSAGES",
];

/// The standard's own.
const FIELDS: &[(&str, Kind)] = &[
    ("org_Name", Kind::Text),
    ("org_ShippingCity", Kind::Text),
    ("org_ShippingCountry", Kind::Country),
    ("org_ShippingState", Kind::Text),
    ("org_ShippingStreet", Kind::Text),
    ("org_ShippingPostalCode", Kind::Text),
    ("org_ShippingLongitude", Kind::Number),
    ("org_ShippingLatitude", Kind::Number),
    ("org_Phone", Kind::Phone),
    ("org_Type", Kind::Code(codes::ORG_TYPE)),
    ("prs_Salutation", Kind::Text),
    ("prs_FirstName", Kind::Text),
    ("prs_MiddleName", Kind::Text),
    ("prs_SecondName", Kind::Text),
    ("prs_Birthdate", Kind::Date),
    ("prs_Gender", Kind::Code(codes::PRS_GENDER)),
    ("prs_Deceased", Kind::Checkbox),
    ("prs_MaritalStatus", Kind::Code(codes::PRS_MARITAL_STATUS)),
    ("prs_NumberOfChildren", Kind::Number),
    ("prs_PrimaryLanguage", Kind::Language),
    ("prs_SecondaryLanguage", Kind::Language),
    ("prs_HighestLevelOfEducation", Kind::Code(codes::PRS_HIGHEST_LEVEL_OF_EDUCATION)),
    ("prs_Citizenship", Kind::Countries),
    ("prs_IdentityNumber", Kind::Text),
    ("prs_Title", Kind::Text),
    ("prs_Email", Kind::Text),
    ("prs_HomePhone", Kind::Phone),
    ("prs_MobilePhone", Kind::Phone),
    ("prs_MailingCity", Kind::Text),
    ("prs_MailingCountry", Kind::Country),
    ("prs_MailingState", Kind::Text),
    ("prs_MailingStreet", Kind::Text),
    ("prs_MailingPostalCode", Kind::Text),
    ("prs_MailingLongitude", Kind::Number),
    ("prs_MailingLatitude", Kind::Number),
    ("vic_AgreementToManagePersonalData", Kind::Deprecated("con_Consent")),
    ("vic_TraffickingStatus", Kind::Code(codes::VIC_TRAFFICKING_STATUS)),
    ("vic_TraffickingStatusDecisionMakingOrg", Kind::Code(codes::VIC_TRAFFICKING_STATUS_DECISION_MAKING_ORG)),
    ("vic_RelationshipToTrafficker", Kind::Code(codes::VIC_RELATIONSHIP_TO_TRAFFICKER)),
    ("vic_AgeWhenTrafficked", Kind::Number),
    ("vic_RecruitmentWebsitesAndApps", Kind::Codes(codes::VIC_RECRUITMENT_WEBSITES_AND_APPS)),
    ("vic_MethodOfRecruitment", Kind::Codes(codes::VIC_METHOD_OF_RECRUITMENT)),
    ("vic_LocationOfRecruitment", Kind::Text),
    ("vic_MethodsOfControl", Kind::Codes(codes::VIC_METHODS_OF_CONTROL)),
    ("vic_TypeOfExploitation", Kind::Codes(codes::VIC_TYPE_OF_EXPLOITATION)),
    ("vic_ForcedLabourIndustry", Kind::Code(codes::VIC_FORCED_LABOUR_INDUSTRY)),
    ("vic_TypeOfSexExploitation", Kind::Codes(codes::VIC_TYPE_OF_SEX_EXPLOITATION)),
    ("vic_LocationOfExploitation", Kind::Text),
    ("vic_ExploitationWebsitesAndApps", Kind::Codes(codes::VIC_RECRUITMENT_WEBSITES_AND_APPS)),
    ("vic_Vulnerabilities", Kind::Deprecated("spl_Objectives")),
    ("vic_DetailsOfVulnerabilities", Kind::Deprecated("spl_Objectives")),
    ("per_RoleInProcess", Kind::Codes(codes::PER_ROLE_IN_PROCESS)),
    ("per_RoleDetails", Kind::Text),
    ("cas_Status", Kind::Code(codes::CAS_STATUS)),
    ("cas_ReasonForCaseClosure", Kind::Text),
    ("cas_CaseOwner", Kind::Text),
    ("cas_ReferringOrganisation", Kind::Text),
    ("cas_IncomingReferralDate", Kind::Date),
    ("cas_ReferringPrimaryCaseWorker", Kind::Text),
    ("cas_ReasonForIncomingReferral", Kind::Code(codes::CAS_REASON_FOR_INCOMING_REFERRAL)),
    ("cas_IncomingReferralDetails", Kind::Text),
    ("cas_ReferredOrganisation", Kind::Text),
    ("cas_ReferredPrimaryCaseWorker", Kind::Text),
    ("cas_ReasonForOutgoingReferral", Kind::Code(codes::CAS_REASON_FOR_INCOMING_REFERRAL)),
    ("cas_OutgoingReferralDate", Kind::Date),
    ("cas_OutgoingReferralDetails", Kind::Text),
    ("cco_CaseComment", Kind::Text),
    ("hte_Longitude", Kind::Number),
    ("hte_Latitude", Kind::Number),
    ("hte_City", Kind::Text),
    ("hte_Country", Kind::Country),
    ("hte_State", Kind::Text),
    ("hte_Street", Kind::Text),
    ("hte_PostalCode", Kind::Text),
    ("hte_Date", Kind::Date),
    ("hte_Type", Kind::Code(codes::HTE_TYPE)),
    ("hte_Description", Kind::Text),
    ("spl_Objectives", Kind::Text),
    ("spl_ActionPlan", Kind::Text),
    ("spl_PlannedEndDate", Kind::Date),
    ("spl_ActualEndDate", Kind::Date),
    ("spl_Type", Kind::Code(codes::SPL_TYPE)),
    ("con_Consent", Kind::Checkbox),
];

/// What HTCDS has no field for.
const OWN: &[(&str, Kind)] = &[
    (KEY, Kind::Text),
    (SHARE, Kind::Checkbox),
    ("sangam_age_band", Kind::Code(AGE_BANDS)),
    ("sangam_nationality_confirmation", Kind::Code(CONFIRMATIONS)),
    ("sangam_withheld", Kind::Codes(CATEGORIES)),
    ("sangam_outgoing_referral", Kind::Text),
    ("sangam_services", Kind::Codes(SERVICES)),
    ("sangam_urgency", Kind::Code(URGENCIES)),
    (REFERRAL, Kind::Text),
    (STATE, Kind::Text),
    ("sangam_incoming_services", Kind::Codes(SERVICES)),
    ("sangam_incoming_urgency", Kind::Code(URGENCIES)),
    (ANSWER, Kind::Code(ANSWERS)),
    (REASON, Kind::Text),
    (ERRORS, Kind::Ignored),
    (ATTRIBUTION, Kind::Ignored),
];
