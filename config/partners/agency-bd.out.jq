# What the hub tells Nirapod Ghar: a case that is referred to it, or the state of a referral it sent.
def services: {
  SHELTER: "ashroy", HEALTH: "chikitsa", PSYCHOSOCIAL: "monoshamajik", LEGAL_AID: "ain_sahayata", LIVELIHOOD: "jibika",
  EDUCATION: "shikkha", FAMILY_MEDIATION: "poribar_moddhosthota", FAMILY_REUNIFICATION: "poribar_punormilon",
  HOME_INVESTIGATION: "bari_tadanta", REGISTRATION: "nibondhon", POLICE: "onnanno", EXPERT_OPINION: "onnanno", INTERPRETATION: "onnanno", OTHER: "onnanno"
};

if .kind == "ANSWER" then
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
      full_name_bn: (.categories.IDENTITY.names[0]?.text // .categories.TRACING.names[0]?.text // "Sangam"),
      gender_identity: (.categories.DEMOGRAPHICS.sex | if . == null then null else code({
        FEMININE: "nari", MASCULINE: "purush", TRANSGENDER_FEMININE: "hijra", TRANSGENDER_MASCULINE: "hijra",
        NON_CONFORMING: "hijra", NOT_SPECIFIED: "jana_nei"
      }; "/categories/DEMOGRAPHICS/sex") end),
      boyosh_group: .categories.DEMOGRAPHICS.ageBand?,
      case_stage: "cholche", sangam: "na",
      sangam_case_number: .categories.CASE_REFERENCE.number?,
      sangam_note: .categories.SERVICES.note?,
      shastho_note: .categories.HEALTH.notes?,
      zila: .categories.ORIGIN.place?,
      seba: [.referral as $referral | $referral.services[] | {
        unique_id: "\($referral.id)-\(.)", seba_dhoron: code(services; "/referral/services"),
        joruri: (if $referral.urgency == "ROUTINE" then "na" else "hyan" end)
      }]
    } | present),
    # The hub has released this to the agency with consent; the deployment's own tick would ask for it again.
    referral: {
      transitioned_to: "nirapod_intake", consent_overridden: true,
      service: (.referral.services[0] // "OTHER" | code(services; "/referral/services")),
      notes: "Through Sangam, from \(.referral.counterpart)"
    }
  }
end
