# What the hub tells Asha Nivas: the state of a referral or transfer it sent, or a case that is referred or transferred to it.
def services: {
  SHELTER: "safehouse_service", HEALTH: "health_medical_service", PSYCHOSOCIAL: "psychosocial_service",
  POLICE: "police_other_service", LEGAL_AID: "legal_assistance_service", LIVELIHOOD: "livelihoods_service",
  EDUCATION: "education_service", FAMILY_MEDIATION: "family_mediation_service",
  FAMILY_REUNIFICATION: "family_reunification_service", REGISTRATION: "registration_service",
  HOME_INVESTIGATION: "other_service", EXPERT_OPINION: "other_service", INTERPRETATION: "other_service", OTHER: "other_service"
};

# Primero has no word for a transfer to the outside that was accepted: of one, only a no is told.
if .kind == "ANSWER" and .referral.transfer then
  .referral | ({status: (if .state == "DECLINED" then "rejected" else "in_progress" end), rejected_reason: .declineReason} | present)
elif .kind == "ANSWER" then
  .referral | ({
    status: (.state | code({
      SENT: "in_progress", RECEIVED: "in_progress", ACCEPTED: "accepted", IN_PROGRESS: "accepted", DECLINED: "rejected",
      COMPLETED: "done", ON_HOLD: "accepted"
    }; "/referral/state")),
    rejected_reason: .declineReason
  } | if .status == "done" then . + {success_status: "successful"} else . end | present)
else
  {
    case: ({
      name: (.categories.IDENTITY.names[0]?.text // .categories.TRACING.names[0]?.text // "Referred through Sangam"),
      sex: (.categories.DEMOGRAPHICS.sex | if . == null then null else code({
        FEMININE: "female", MASCULINE: "male", TRANSGENDER_FEMININE: "transgender", TRANSGENDER_MASCULINE: "transgender",
        NON_CONFORMING: "transgender", NOT_SPECIFIED: "unknown"
      }; "/categories/DEMOGRAPHICS/sex") end),
      status: "open", sangam_share: false,
      medical_notes: .categories.HEALTH.notes?,
      services_section: [.referral as $referral | $referral.services[] | {
        unique_id: "\($referral.id)-\(.)", service_type: code(services; "/referral/services")
      }]
    } | present)
  } + (
    {
      transitioned_to: "asha_case_worker", consent_overridden: true,
      notes: "Through Sangam, from \(.referral.counterpart)"
    } as $to
    | if .referral.transfer then {transfer: $to}
      else {referral: ($to + {service: (.referral.services[0] // "OTHER" | code(services; "/referral/services"))})} end
  )
end
