# What the hub tells Panah Gah: a case that is referred to it, as an entity of its list, or the state of a referral it
# sent, as a comment on the submission. Properties of an entity are texts.
def services: {
  SHELTER: "shelter", HEALTH: "health", PSYCHOSOCIAL: "psychosocial", POLICE: "police", LEGAL_AID: "legal_aid",
  LIVELIHOOD: "livelihood", EDUCATION: "education", FAMILY_MEDIATION: "family_mediation",
  FAMILY_REUNIFICATION: "family_reunification", REGISTRATION: "registration", HOME_INVESTIGATION: "home_visit",
  EXPERT_OPINION: "other", INTERPRETATION: "other", OTHER: "other"
};

def chosen($table; $path):
  map(code($table; $path)) | reduce .[] as $one ([]; if any(.[]; . == $one) then . else . + [$one] end)
  | if . == [] then null else join(" ") end;

if .kind == "ANSWER" then
  .referral | {comment: ("Sangam, referral \(.externalId): " + (.state | code({
    SENT: "sent", RECEIVED: "received", ACCEPTED: "accepted", IN_PROGRESS: "help has begun", DECLINED: "declined",
    COMPLETED: "finished", ON_HOLD: "waiting", WITHDRAWN: "taken back"
  }; "/referral/state")) + (if .declineReason then " (\(.declineReason))" else "" end))}
else
  {
    entity: {
      # The list's people see the label on their tablets: no name in it that was not released.
      label: (.categories.IDENTITY.names[0]?.text // .categories.CASE_REFERENCE.number? // "Referred through Sangam"),
      data: ({
        # What the hub put there does not come back in.
        share: "no",
        name: .categories.IDENTITY.names[0]?.text,
        birth_date: (.categories.IDENTITY.birth.gregorian? // null),
        sex: (.categories.DEMOGRAPHICS.sex | if . == null then null else code({
          FEMININE: "female", MASCULINE: "male", TRANSGENDER_FEMININE: "other", TRANSGENDER_MASCULINE: "other",
          NON_CONFORMING: "other", NOT_SPECIFIED: "unknown"
        }; "/categories/DEMOGRAPHICS/sex") end),
        case_number: .categories.CASE_REFERENCE.number?,
        health_notes: .categories.HEALTH.notes?,
        exploitation: (.categories.NARRATIVE.exploitation? // [] | chosen({
          FORCED_LABOUR: "labour", SEXUAL_EXPLOITATION: "sexual", SERVITUDE: "domestic", FORCED_MARRIAGE: "marriage",
          FORCED_BEGGING: "begging", CHILD_LABOUR: "labour", OTHER: "other", FORCED_MILITARY_BY_NON_STATE_ACTORS: "other",
          ORGAN_REMOVAL: "other", FORCED_ADOPTION: "other", SURROGACY: "other"
        }; "/categories/NARRATIVE/exploitation")),
        services: (.referral.services | chosen(services; "/referral/services")),
        hub_referral: .referral.id, hub_subject: .subject.id, hub_from: .referral.counterpart,
        hub_urgency: (.referral.urgency | code({EMERGENCY: "at_once", URGENT: "one_day", ROUTINE: "usual"}; "/referral/urgency")),
        hub_note: .categories.SERVICES.note?
      } | present)
    }
  }
end
