# What the hub tells Meghna Par Hospital: the state of a referral it sent, as its task's status, or somebody who is referred
# to it, as a patient, a request and a task.
def services: {
  SHELTER: "safe-stay", HEALTH: "medical", PSYCHOSOCIAL: "counselling", LEGAL_AID: "legal", POLICE: "police",
  LIVELIHOOD: "livelihood", EDUCATION: "schooling", FAMILY_MEDIATION: "family-mediation",
  FAMILY_REUNIFICATION: "family-return", HOME_INVESTIGATION: "home-visit", REGISTRATION: "registration",
  EXPERT_OPINION: "other", INTERPRETATION: "other", OTHER: "other"
};
def reasons: "https://sangam.example/fhir/decline-reason";

if .kind == "ANSWER" then
  .referral | {
    status: (.state | code({
      SENT: "received", RECEIVED: "received", ACCEPTED: "accepted", IN_PROGRESS: "in-progress", DECLINED: "rejected",
      COMPLETED: "completed", ON_HOLD: "on-hold"
    }; "/referral/state")),
    businessStatus: {text: "Through Sangam: \(.state)"},
    statusReason: (if .declineReason then {coding: [{system: reasons, code: .declineReason}]} else null end)
  } | present
else
  .referral as $referral | .categories as $categories
  | (if $referral.urgency == "EMERGENCY" then "stat" elif $referral.urgency == "URGENT" then "urgent" else "routine" end)
    as $priority
  | {
      Patient: ({
        name: ($categories.IDENTITY.names // $categories.TRACING.names // [{text: "Referred through Sangam", kind: "OFFICIAL"}]
          | map({use: (.kind | code({
              OFFICIAL: "official", AS_ON_DOCUMENT: "official", DAKNAM: "nickname", ALIAS: "anonymous",
              GIVEN_BY_TRAFFICKER: "old"
            }; "/categories/IDENTITY/names/kind")), text: .text})),
        gender: ($categories.DEMOGRAPHICS.sex? | if . == null then null else code({
          FEMININE: "female", MASCULINE: "male", TRANSGENDER_FEMININE: "other", TRANSGENDER_MASCULINE: "other",
          NON_CONFORMING: "other", NOT_SPECIFIED: "unknown"
        }; "/categories/DEMOGRAPHICS/sex") end),
        birthDate: ($categories.IDENTITY.birth? | if . == null or .calendar != "GREGORIAN" then null else .gregorian end),
        address: ($categories.ORIGIN | if . == null then null
          else [{use: "home", district: .place, country: .country} | present] end)
      } | present),
      ServiceRequest: ({
        priority: $priority,
        code: {
          coding: [($referral.services | if . == [] then ["OTHER"] else . end)[]
            | {system: "https://meghna-par.example/services", code: code(services; "/referral/services")}] | unique
        },
        authoredOn: $referral.sentAt,
        requester: {display: $referral.counterpart},
        note: (if $categories.SERVICES.note? then [{text: $categories.SERVICES.note}] else null end)
      } | present),
      Task: {
        priority: $priority, authoredOn: $referral.sentAt, lastModified: $referral.sentAt,
        requester: {display: $referral.counterpart}, owner: {reference: "Organization/meghna-par"}
      }
    }
end
