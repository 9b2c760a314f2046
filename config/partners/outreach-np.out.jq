# What the hub tells the outreach teams: a case that is referred to them, as a submission of their form, or the state of a
# referral they sent, as an answer in their own submission.
def services: {
  SHELTER: "shelter", HEALTH: "health", PSYCHOSOCIAL: "psychosocial", POLICE: "police", LEGAL_AID: "legal_aid",
  LIVELIHOOD: "livelihood", EDUCATION: "education", FAMILY_MEDIATION: "family_mediation",
  FAMILY_REUNIFICATION: "family_reunification", REGISTRATION: "registration", HOME_INVESTIGATION: "home_visit",
  EXPERT_OPINION: "other", INTERPRETATION: "other", OTHER: "other"
};

def chosen($table; $path): map(code($table; $path)) | reduce .[] as $one ([]; if any(.[]; . == $one) then . else . + [$one] end) | if . == [] then null else join(" ") end;

if .kind == "ANSWER" then
  .referral | {answers: ({
    "referral/state": (.state | code({
      SENT: "sent", RECEIVED: "received", ACCEPTED: "accepted", IN_PROGRESS: "started", DECLINED: "declined",
      COMPLETED: "finished", ON_HOLD: "waiting", WITHDRAWN: "taken_back"
    }; "/referral/state")),
    "referral/declined_why": .declineReason
  } | present)}
else
  {
    submission: {
      case: ({
        number: .categories.CASE_REFERENCE.number?, status: "open",
        # What the hub put there does not come back in.
        share: "no"
      } | present),
      person: ({
        name: .categories.IDENTITY.names[0]?.text,
        birth_date: (.categories.IDENTITY.birth.gregorian? // null),
        sex: (.categories.DEMOGRAPHICS.sex | if . == null then null else code({
          FEMININE: "female", MASCULINE: "male", TRANSGENDER_FEMININE: "other", TRANSGENDER_MASCULINE: "other",
          NON_CONFORMING: "other", NOT_SPECIFIED: "unknown"
        }; "/categories/DEMOGRAPHICS/sex") end)
      } | present),
      health: ({notes: .categories.HEALTH.notes?} | present),
      story: ({
        exploitation: (.categories.NARRATIVE.exploitation? // [] | chosen({
          FORCED_LABOUR: "labour", SEXUAL_EXPLOITATION: "sexual", SERVITUDE: "domestic", FORCED_MARRIAGE: "marriage",
          FORCED_BEGGING: "begging", CHILD_LABOUR: "labour", OTHER: "other", FORCED_MILITARY_BY_NON_STATE_ACTORS: "other",
          ORGAN_REMOVAL: "other", FORCED_ADOPTION: "other", SURROGACY: "other"
        }; "/categories/NARRATIVE/exploitation"))
      } | present),
      needs: ({services: (.referral.services | chosen(services; "/referral/services"))} | present),
      hub: ({
        referral: .referral.id, subject: .subject.id, from: .referral.counterpart, sent: .referral.sentAt,
        urgency: (.referral.urgency | code({EMERGENCY: "at_once", URGENT: "one_day", ROUTINE: "usual"}; "/referral/urgency")),
        note: .categories.SERVICES.note?
      } | present)
    }
  }
end
