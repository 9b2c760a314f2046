//! The columns and code lists of HTCDS 2.0, as facts: which columns there are and which codes each takes. The
//! columns of Sangam's own stand at the end.

/// What a column takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Any text.
    Text,
    /// A day, `YYYY-MM-DD`, or a date cell.
    Date,
    /// Yes or no.
    Checkbox,
    /// A number.
    Number,
    /// A telephone number, which may begin with a plus sign.
    Phone,
    /// One code of the list.
    Code(&'static [&'static str]),
    /// Codes of the list, separated by semicolons.
    Codes(&'static [&'static str]),
    /// An ISO 3166-1 alpha-2 code.
    Country,
    /// ISO 3166-1 alpha-2 codes, separated by semicolons.
    Countries,
    /// An ISO 639 code of two or three letters.
    Language,
    /// No longer in use; this column took its place.
    Deprecated(&'static str),
    /// Written by the hub and not read.
    Ignored,
}

/// The column that holds the organization's own key of a row.
pub(super) const KEY: &str = "sangam_record";
/// The column that carries row errors in a marked-up copy.
pub(super) const ERRORS: &str = "sangam_errors";
/// The column that identifies a referral in the hub's sheet.
pub(super) const REFERRAL: &str = "sangam_referral";
/// The column in which the organization answers a referral.
pub(super) const ANSWER: &str = "sangam_answer";
/// The column in which the organization says why it declines.
pub(super) const REASON: &str = "sangam_reason";
/// The column in which the hub says how the referral stands.
pub(super) const STATE: &str = "sangam_state";
/// The column that HTCDS has for the day an incoming referral was accepted.
pub(super) const ACCEPTED_ON: &str = "cas_IncomingReferralDate";

/// The kind of a column; `None` for a name that is none.
pub(super) fn kind(name: &str) -> Option<Kind> {
    COLUMNS.iter().find(|(column, _)| *column == name).map(|(_, kind)| *kind)
}

const ORG_TYPE: &[&str] = &[
    "NGO",
    "LawEnforcement",
    "HealthServiceOrganisation",
    "CentralGovernmentOrganisation",
    "LocalGovernmentOrganisation",
    "ImmigrationService",
    "LegalService",
    "CorporateBusiness",
    "SchoolOrCollege",
];
const PRS_GENDER: &[&str] =
    &["Feminine", "Masculine", "TransgenderFeminine", "TransgenderMasculine", "NonConforming", "NonSpecifiedUnknown"];
const PRS_MARITAL_STATUS: &[&str] = &["Single", "Married", "Widowed", "Divorced", "Separated", "RegisteredPartnership"];
const PRS_HIGHEST_LEVEL_OF_EDUCATION: &[&str] = &[
    "EarlyChildhoodEducation",
    "PrimaryEducation",
    "LowerSecondaryEducation",
    "UpperSecondaryEducation",
    "PostSecondaryNonTertiaryEducation",
    "ShortCycleTertiaryEducation",
    "BachelorsOrEquivalentLevel",
    "MastersOrEquivalentLevel",
    "DoctoralOrEquivalentLevel",
];
const VIC_TRAFFICKING_STATUS: &[&str] =
    &["PossibleVictimOfTrafficking", "ActualVictimOfTrafficking", "NotAVictimOfTrafficking"];
const VIC_TRAFFICKING_STATUS_DECISION_MAKING_ORG: &[&str] =
    &["Police", "NGO", "CourtOrProsecution", "NonPoliceGovernmentalOrganization", "Other"];
const VIC_RELATIONSHIP_TO_TRAFFICKER: &[&str] = &["Familial", "Acquainted", "Unaquainted"];
const VIC_RECRUITMENT_WEBSITES_AND_APPS: &[&str] = &[
    "Facebook",
    "Instagram",
    "WhatsApp",
    "Telegram",
    "FacebookMessenger",
    "Viber",
    "SnapChat",
    "Line",
    "4Sale",
    "WeChat",
    "QQ",
    "QZone",
    "TikTok",
    "Twitter",
    "Other",
];
const VIC_METHOD_OF_RECRUITMENT: &[&str] = &[
    "AtAPlaceOfBusiness",
    "AtAnEducationalInstitution",
    "AtWork",
    "ThroughOnlineSocialNetworks",
    "ThroughAnOnlineAdvertisement",
    "ThroughATelevisionAdvert",
    "ThroughANewspaperAdvert",
    "ThroughFamilyOrFamilyEvents",
    "ThroughFriendsOrSocialEvents",
    "Other",
];
const VIC_METHODS_OF_CONTROL: &[&str] = &[
    "PhysicalThreats",
    "ThreatsLawEnforcement",
    "ThreatensChildrenFamily",
    "DebtBondage",
    "FalsePromises",
    "PhysicalAbuse",
    "SexualAbuse",
    "TakesEarnings",
    "RestrictsFinancialAccess",
    "RestrictsMedicalCare",
    "WithholdsNecessities",
    "PsychologicalAbuse",
    "PsychoactiveSubstance",
    "ExcessiveWorkingHours",
    "WithholdsDocuments",
    "Other",
];
const VIC_TYPE_OF_EXPLOITATION: &[&str] = &[
    "ForcedLabour",
    "SexualExploitation",
    "ChildLabour",
    "ForcedMarriage",
    "Servitude",
    "ForcedMilitaryByNonStateActors",
    "OrganRemoval",
    "ForcedBegging",
    "ForcedAdoption",
    "Surrogacy",
    "Other",
];
const VIC_FORCED_LABOUR_INDUSTRY: &[&str] = &[
    "A_AgricultureForestryAndFishing",
    "B_MiningAndQuarrying",
    "C_Manufacturing",
    "D_ElectricityGasSteamAndAirConditioningSupply",
    "E_WaterSupplySewerageWasteManagement",
    "F_Construction",
    "G_WholesaleAndRetailTradeRepairOfMotorVehicles",
    "H_TransportationAndStorage",
    "I_AccommodationAndFoodServiceActivities",
    "J_InformationAndCommunication",
    "K_FinancialAndInsuranceActivities",
    "L_RealEstateActivities",
    "M_ProfessionalScientificAndTechnicalActivities",
    "N_AdministrativeAndSupportServiceActivities",
    "O_PublicAdministrationAndDefence",
    "P_Education",
    "Q_HumanHealthAndSocialWorkActivities",
    "R_ArtsEntertainmentAndRecreation",
    "S_OtherServiceActivities",
    "T_ActivitiesOfHouseholdsAsEmployers",
    "U_ActivitiesOfExtraterritorialOrganizations",
];
const VIC_TYPE_OF_SEX_EXPLOITATION: &[&str] =
    &["Prostitution", "Pornography", "RemoteInteractiveServices", "PrivateSexualServices"];
const PER_ROLE_IN_PROCESS: &[&str] = &[
    "TravellingPartner",
    "Transporter",
    "RecruiterOrIntermediary",
    "BrokerTravelAgent",
    "TransferredIndividual",
    "HarbouredIndividual",
    "SoldIndividual",
    "BoughtIndividual",
    "ReceivedIndividual",
    "ControlledIndividual",
    "Smuggler",
    "Abuser",
    "Kidnapper",
    "Exploiter",
    "Other",
];
const CAS_STATUS: &[&str] = &["Active", "FollowUp", "Closed", "ClosedReferred"];
const CAS_REASON_FOR_INCOMING_REFERRAL: &[&str] =
    &["AdditionalServicesRequired", "MigrationOrChangeOfLocation", "Other"];
const HTE_TYPE: &[&str] = &["Recruitment", "Transit", "Exploitation"];
const SPL_TYPE: &[&str] = &[
    "Education",
    "Financial",
    "Health",
    "LabourExploitationRehabilitation",
    "Legal",
    "Livelihood",
    "RightsBasedTraining",
    "SexualExploitationRehabilitation",
    "SocialCare",
];
const ANSWERS: &[&str] = &["ACCEPTED", "DECLINED", "DONE"];
const SERVICES: &[&str] = &[
    "SHELTER",
    "HEALTH",
    "PSYCHOSOCIAL",
    "LEGAL_AID",
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

const COLUMNS: &[(&str, Kind)] = &[
    ("org_Name", Kind::Text),
    ("org_ShippingCity", Kind::Text),
    ("org_ShippingCountry", Kind::Country),
    ("org_ShippingState", Kind::Text),
    ("org_ShippingStreet", Kind::Text),
    ("org_ShippingPostalCode", Kind::Text),
    ("org_ShippingLongitude", Kind::Number),
    ("org_ShippingLatitude", Kind::Number),
    ("org_Phone", Kind::Phone),
    ("org_Type", Kind::Code(ORG_TYPE)),
    ("prs_Salutation", Kind::Text),
    ("prs_FirstName", Kind::Text),
    ("prs_MiddleName", Kind::Text),
    ("prs_SecondName", Kind::Text),
    ("prs_Birthdate", Kind::Date),
    ("prs_Gender", Kind::Code(PRS_GENDER)),
    ("prs_Deceased", Kind::Checkbox),
    ("prs_MaritalStatus", Kind::Code(PRS_MARITAL_STATUS)),
    ("prs_NumberOfChildren", Kind::Number),
    ("prs_PrimaryLanguage", Kind::Language),
    ("prs_SecondaryLanguage", Kind::Language),
    ("prs_HighestLevelOfEducation", Kind::Code(PRS_HIGHEST_LEVEL_OF_EDUCATION)),
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
    ("vic_TraffickingStatus", Kind::Code(VIC_TRAFFICKING_STATUS)),
    ("vic_TraffickingStatusDecisionMakingOrg", Kind::Code(VIC_TRAFFICKING_STATUS_DECISION_MAKING_ORG)),
    ("vic_RelationshipToTrafficker", Kind::Code(VIC_RELATIONSHIP_TO_TRAFFICKER)),
    ("vic_AgeWhenTrafficked", Kind::Number),
    ("vic_RecruitmentWebsitesAndApps", Kind::Codes(VIC_RECRUITMENT_WEBSITES_AND_APPS)),
    ("vic_MethodOfRecruitment", Kind::Codes(VIC_METHOD_OF_RECRUITMENT)),
    ("vic_LocationOfRecruitment", Kind::Text),
    ("vic_MethodsOfControl", Kind::Codes(VIC_METHODS_OF_CONTROL)),
    ("vic_TypeOfExploitation", Kind::Codes(VIC_TYPE_OF_EXPLOITATION)),
    ("vic_ForcedLabourIndustry", Kind::Code(VIC_FORCED_LABOUR_INDUSTRY)),
    ("vic_TypeOfSexExploitation", Kind::Codes(VIC_TYPE_OF_SEX_EXPLOITATION)),
    ("vic_LocationOfExploitation", Kind::Text),
    ("vic_ExploitationWebsitesAndApps", Kind::Codes(VIC_RECRUITMENT_WEBSITES_AND_APPS)),
    ("vic_Vulnerabilities", Kind::Deprecated("spl_Objectives")),
    ("vic_DetailsOfVulnerabilities", Kind::Deprecated("spl_Objectives")),
    ("per_RoleInProcess", Kind::Codes(PER_ROLE_IN_PROCESS)),
    ("per_RoleDetails", Kind::Text),
    ("cas_Status", Kind::Code(CAS_STATUS)),
    ("cas_ReasonForCaseClosure", Kind::Text),
    ("cas_CaseOwner", Kind::Text),
    ("cas_ReferringOrganisation", Kind::Text),
    ("cas_IncomingReferralDate", Kind::Date),
    ("cas_ReferringPrimaryCaseWorker", Kind::Text),
    ("cas_ReasonForIncomingReferral", Kind::Code(CAS_REASON_FOR_INCOMING_REFERRAL)),
    ("cas_IncomingReferralDetails", Kind::Text),
    ("cas_ReferredOrganisation", Kind::Text),
    ("cas_ReferredPrimaryCaseWorker", Kind::Text),
    ("cas_ReasonForOutgoingReferral", Kind::Code(CAS_REASON_FOR_INCOMING_REFERRAL)),
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
    ("hte_Type", Kind::Code(HTE_TYPE)),
    ("hte_Description", Kind::Text),
    ("spl_Objectives", Kind::Text),
    ("spl_ActionPlan", Kind::Text),
    ("spl_PlannedEndDate", Kind::Date),
    ("spl_ActualEndDate", Kind::Date),
    ("spl_Type", Kind::Code(SPL_TYPE)),
    ("con_Consent", Kind::Checkbox),
    (KEY, Kind::Text),
    ("sangam_share", Kind::Checkbox),
    ("sangam_services", Kind::Codes(SERVICES)),
    ("sangam_urgency", Kind::Code(URGENCIES)),
    (REFERRAL, Kind::Text),
    (STATE, Kind::Text),
    (ANSWER, Kind::Code(ANSWERS)),
    (REASON, Kind::Text),
    (ERRORS, Kind::Ignored),
];
