# A tracked entity of the return desk becomes an intake. Attributes and data values stand under their UIDs; all are texts.
def services: {
  SHEL: "SHELTER", HLTH: "HEALTH", PSYC: "PSYCHOSOCIAL", LEGL: "LEGAL_AID", LIVE: "LIVELIHOOD", EDUC: "EDUCATION",
  FMED: "FAMILY_MEDIATION", FREU: "FAMILY_REUNIFICATION", HINV: "HOME_INVESTIGATION", REGN: "REGISTRATION",
  POLC: "POLICE", OTHR: "OTHER"
};
def bands: {
  A0: "AGE_0_8", A9: "AGE_9_11", A12: "AGE_12_14", A15: "AGE_15_17", A18: "AGE_18_20", A21: "AGE_21_25",
  A26: "AGE_26_40", A41: "AGE_41_PLUS", AU: "AGE_UNKNOWN"
};

def years: .SgAgeYears1 | text | if . == null then null
  elif test("^[0-9]{1,3}$") then tonumber else refuse("WRONG_TYPE"; "/attributes/SgAgeYears1") end;

def age_fact:
  if .SgBirthDt01 then {kind: "MINOR", until: (.SgBirthDt01 | years_after(18; "/attributes/SgBirthDt01") + "T00:00:00Z")}
  elif years != null and years >= 18 then {kind: "ADULT"}
  # Years alone do not say on which day somebody comes of age.
  else {kind: "UNKNOWN"} end;

def names:
  [{text: (.SgNamFull01 | text), kind: "OFFICIAL"}]
  | map(select(.text != null) | if .text | test("[\u0980-\u09ff]") then . + {script: "Beng"} else . end);

.attributes as $a
| {
    externalId: .trackedEntity,
    markedForHub: ($a.SgShareHub1 == "true"),
    updatedAt: (.updatedAt | instant("/updatedAt")),
    facts: {collectedIn: "BD", age: ($a | age_fact)},
    categories: ({
      CASE_REFERENCE: (if $a.SgCaseNumb1 | text then {
        number: $a.SgCaseNumb1,
        status: ([.enrollments[]?.status] | last // "ACTIVE"
          | code({ACTIVE: "ACTIVE", COMPLETED: "CLOSED", CANCELLED: "CLOSED"}; "/enrollments/status"))
      } else null end),
      DEMOGRAPHICS: {
        ageBand: (if $a.SgAgeBand01 then $a.SgAgeBand01 | code(bands; "/attributes/SgAgeBand01") else $a | years | age_band end),
        sex: ($a.SgSexCode01 // "U" | code({
          F: "FEMININE", M: "MASCULINE", TF: "TRANSGENDER_FEMININE", TM: "TRANSGENDER_MASCULINE", X: "NON_CONFORMING",
          U: "NOT_SPECIFIED"
        }; "/attributes/SgSexCode01"))
      },
      TRACING: ({names: ($a | names), placeOfOrigin: ($a.SgDistrict1 | text)} | present),
      IDENTITY: ({
        names: ($a | names),
        birth: (if $a.SgBirthDt01 then {
          calendar: "GREGORIAN", text: $a.SgBirthDt01, precision: "DAY",
          gregorian: ($a.SgBirthDt01 | day("/attributes/SgBirthDt01"))
        } else null end)
      } | present),
      ORIGIN: ({country: "BD", place: ($a.SgDistrict1 | text)} | present),
      HEALTH: (if $a.SgHealthNt1 | text then {notes: $a.SgHealthNt1} else null end)
    } | present),
    consents: [],
    referrals: [.referrals[]? | select(.status == "ACTIVE" or .status == "COMPLETED" or .status == "VISITED") | .dataValues as $v | {
      externalId: .event, to: $v.SgDeToOrgan,
      services: [$v.SgDeService // "OTHR" | code(services; "/referrals/dataValues/SgDeService")],
      note: ($v.SgDeNotes01 | text),
      urgency: ($v.SgDeUrgency // "ROUT"
        | code({ROUT: "ROUTINE", URGE: "URGENT", EMER: "EMERGENCY"}; "/referrals/dataValues/SgDeUrgency")),
      sentAt: (.occurredAt | instant("/referrals/occurredAt"))
    } | present]
  }
| present
