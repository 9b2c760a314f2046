# What the hub tells Notun Alo, as a case in HTCDS 2.0: one that is referred to it, or how a referral it sent stands.
def day: if . and .calendar == "GREGORIAN" and .precision == "DAY" then .gregorian else null end;

# A plan for each kind of support; what all of them are to reach stands in the first.
def plans:
  [.categories.NARRATIVE.supportTypes[]?
    | {spl_Type: to_htcds("spl_Type"; "/categories/NARRATIVE/supportTypes")}] as $plans
  | ({spl_Objectives: .categories.NARRATIVE.objectives?, spl_ActionPlan: .categories.NARRATIVE.actionPlan?} | present)
    as $said
  | [($plans[0] // {}) + $said] + $plans[1:] | map(select(. != {}));

{
  case: ({
    sangam_state: .referral.state,
    cas_Status: (.categories.CASE_REFERENCE.status? | to_htcds("cas_Status"; "/categories/CASE_REFERENCE/status")),
    prs_FirstName: .categories.IDENTITY.names[0]?.text,
    prs_Birthdate: (.categories.IDENTITY.birth? | day),
    prs_Gender: (.categories.DEMOGRAPHICS.sex? | to_htcds("prs_Gender"; "/categories/DEMOGRAPHICS/sex")),
    sangam_age_band: .categories.DEMOGRAPHICS.ageBand?,
    prs_Citizenship: [.categories.IMMIGRATION.nationality? | select(.)],
    sangam_nationality_confirmation: .categories.IMMIGRATION.confirmation?,
    prs_MailingState: .categories.ORIGIN.admin1?,
    prs_MailingCity: .categories.ORIGIN.place?,
    vic_TraffickingStatus: (.categories.NARRATIVE.status?
      | to_htcds("vic_TraffickingStatus"; "/categories/NARRATIVE/status")),
    vic_TypeOfExploitation: [.categories.NARRATIVE.exploitation[]?
      | to_htcds("vic_TypeOfExploitation"; "/categories/NARRATIVE/exploitation")],
    supportPlans: plans
  } + if .kind == "ANSWER" then {
    outgoingReferrals: [{
      sangam_outgoing_referral: .referral.externalId, cas_ReferredOrganisation: .referral.counterpart,
      sangam_services: .referral.services, sangam_urgency: .referral.urgency
    } | present]
  } else {
    cas_ReferringOrganisation: .referral.counterpart,
    cas_ReasonForIncomingReferral: "AdditionalServicesRequired",
    cas_IncomingReferralDetails: .categories.SERVICES.note?,
    sangam_incoming_services: .referral.services, sangam_incoming_urgency: .referral.urgency
  } end | present)
}
