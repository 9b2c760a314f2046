//! The code lists of HTCDS 2.0, each code spelled as the standard publishes it ("Unaquainted" too). Facts taken from the
//! Human Trafficking Case Data Standard (HTCDS) by IOM, licensed under CC BY 4.0; IOM endorses nothing here.

pub(super) const ORG_TYPE: &[&str] = &[
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
pub(super) const PRS_GENDER: &[&str] =
    &["Feminine", "Masculine", "TransgenderFeminine", "TransgenderMasculine", "NonConforming", "NonSpecifiedUnknown"];
pub(super) const PRS_MARITAL_STATUS: &[&str] =
    &["Single", "Married", "Widowed", "Divorced", "Separated", "RegisteredPartnership"];
pub(super) const PRS_HIGHEST_LEVEL_OF_EDUCATION: &[&str] = &[
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
pub(super) const VIC_TRAFFICKING_STATUS: &[&str] =
    &["PossibleVictimOfTrafficking", "ActualVictimOfTrafficking", "NotAVictimOfTrafficking"];
pub(super) const VIC_TRAFFICKING_STATUS_DECISION_MAKING_ORG: &[&str] =
    &["Police", "NGO", "CourtOrProsecution", "NonPoliceGovernmentalOrganization", "Other"];
pub(super) const VIC_RELATIONSHIP_TO_TRAFFICKER: &[&str] = &["Familial", "Acquainted", "Unaquainted"];
pub(super) const VIC_RECRUITMENT_WEBSITES_AND_APPS: &[&str] = &[
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
pub(super) const VIC_METHOD_OF_RECRUITMENT: &[&str] = &[
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
pub(super) const VIC_METHODS_OF_CONTROL: &[&str] = &[
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
pub(super) const VIC_TYPE_OF_EXPLOITATION: &[&str] = &[
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
pub(super) const VIC_FORCED_LABOUR_INDUSTRY: &[&str] = &[
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
pub(super) const VIC_TYPE_OF_SEX_EXPLOITATION: &[&str] =
    &["Prostitution", "Pornography", "RemoteInteractiveServices", "PrivateSexualServices"];
pub(super) const PER_ROLE_IN_PROCESS: &[&str] = &[
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
pub(super) const CAS_STATUS: &[&str] = &["Active", "FollowUp", "Closed", "ClosedReferred"];
pub(super) const CAS_REASON_FOR_INCOMING_REFERRAL: &[&str] =
    &["AdditionalServicesRequired", "MigrationOrChangeOfLocation", "Other"];
pub(super) const HTE_TYPE: &[&str] = &["Recruitment", "Transit", "Exploitation"];
pub(super) const SPL_TYPE: &[&str] = &[
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
