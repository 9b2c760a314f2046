# What the hub tells the return desk: the state of a referral it sent, or somebody who is referred to it. The wire makes
# the tracked entity, the enrollment and the event; here are their values, by UID.
def services: {
  SHELTER: "SHEL", HEALTH: "HLTH", PSYCHOSOCIAL: "PSYC", LEGAL_AID: "LEGL", LIVELIHOOD: "LIVE", EDUCATION: "EDUC",
  FAMILY_MEDIATION: "FMED", FAMILY_REUNIFICATION: "FREU", HOME_INVESTIGATION: "HINV", REGISTRATION: "REGN",
  POLICE: "POLC", EXPERT_OPINION: "OTHR", INTERPRETATION: "OTHR", OTHER: "OTHR"
};
# The desk's bands are the hub's; one that it does not have is left out.
def bands: {
  AGE_0_8: "A0", AGE_9_11: "A9", AGE_12_14: "A12", AGE_15_17: "A15", AGE_18_20: "A18", AGE_21_25: "A21",
  AGE_26_40: "A26", AGE_41_PLUS: "A41", AGE_UNKNOWN: "AU"
};

if .kind == "ANSWER" then
  {dataValues: {
    SgDeOutcome: (.referral.state | code({
      SENT: "WAIT", RECEIVED: "WAIT", ACCEPTED: "ACCEPTED", IN_PROGRESS: "ACCEPTED", ON_HOLD: "ACCEPTED",
      DECLINED: "DECLINED", COMPLETED: "DONE"
    }; "/referral/state")),
    SgDeBecause: .referral.declineReason
  }}
else
  {
    occurredAt: .referral.sentAt,
    attributes: ({
      SgNamFull01: (.categories.IDENTITY.names[0]?.text // .categories.TRACING.names[0]?.text),
      SgSexCode01: (.categories.DEMOGRAPHICS.sex | if . == null then null else code({
        FEMININE: "F", MASCULINE: "M", TRANSGENDER_FEMININE: "TF", TRANSGENDER_MASCULINE: "TM", NON_CONFORMING: "X",
        NOT_SPECIFIED: "U"
      }; "/categories/DEMOGRAPHICS/sex") end),
      SgAgeBand01: (.categories.DEMOGRAPHICS.ageBand as $band | if $band == null then null else bands[$band] end),
      SgBirthDt01: .categories.IDENTITY.birth.gregorian?,
      SgDistrict1: .categories.ORIGIN.place?,
      SgHealthNt1: .categories.HEALTH.notes?,
      SgCaseNumb1: .categories.CASE_REFERENCE.number?
    } | present),
    # An event of DHIS2 holds one code an element: the first service is asked for, the others stand in the note.
    dataValues: ({
      SgDeService: (.referral.services[0] // "OTHER" | code(services; "/referral/services")),
      SgDeUrgency: (.referral.urgency | code({ROUTINE: "ROUT", URGENT: "URGE", EMERGENCY: "EMER"}; "/referral/urgency")),
      SgDeFromDsk: .referral.counterpart,
      SgDeNotes01: ([.referral.services[1:][] | code(services; "/referral/services")] | if length > 0 then join(" ") else null end)
    } | present)
  }
end
