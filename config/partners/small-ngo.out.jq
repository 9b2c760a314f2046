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
    cas_Status: (.categories.CASE_REFERENCE.status? | if . == null then null else code({
      ACTIVE: "Active", FOLLOW_UP: "FollowUp", CLOSED: "Closed", CLOSED_REFERRED: "ClosedReferred"
    }; "/categories/CASE_REFERENCE/status") end),
    prs_FirstName: .categories.IDENTITY.names[0]?.text,
    prs_Gender: (.categories.DEMOGRAPHICS.sex? | if . == null then null else code({
      FEMININE: "Feminine", MASCULINE: "Masculine", TRANSGENDER_FEMININE: "TransgenderFeminine",
      TRANSGENDER_MASCULINE: "TransgenderMasculine", NON_CONFORMING: "NonConforming", NOT_SPECIFIED: "NonSpecifiedUnknown"
    }; "/categories/DEMOGRAPHICS/sex") end)
  } | present)
}
