# A row of the sheet of referrals for Sathi Samuha, in HTCDS columns.
{
  row: ({
    sangam_record: (if .kind == "ANSWER" then .subject.externalId else .subject.id end),
    sangam_state: .referral.state,
    sangam_services: .referral.services, sangam_urgency: .referral.urgency,
    cas_ReferringOrganisation: (if .kind == "ANSWER" then null else .referral.counterpart end),
    cas_ReferredOrganisation: (if .kind == "ANSWER" then .referral.counterpart else null end),
    cas_ReasonForIncomingReferral: (if .kind == "ANSWER" then null else "AdditionalServicesRequired" end),
    cas_IncomingReferralDetails: .categories.SERVICES.note?,
    cas_Status: (.categories.CASE_REFERENCE.status? | to_htcds("cas_Status"; "/categories/CASE_REFERENCE/status")),
    prs_FirstName: .categories.IDENTITY.names[0]?.text,
    prs_Gender: (.categories.DEMOGRAPHICS.sex? | to_htcds("prs_Gender"; "/categories/DEMOGRAPHICS/sex"))
  } | present)
}
