# A submission of the intake form or an entity of the list becomes an intake. An entity has a label; its properties are
# texts beside it, where the form has groups and numbers.
def choices: text | if . == null then [] else split(" ") | map(select(. != "")) end;

def services: {
  shelter: "SHELTER", health: "HEALTH", psychosocial: "PSYCHOSOCIAL", police: "POLICE", legal_aid: "LEGAL_AID",
  livelihood: "LIVELIHOOD", education: "EDUCATION", family_mediation: "FAMILY_MEDIATION",
  family_reunification: "FAMILY_REUNIFICATION", registration: "REGISTRATION", home_visit: "HOME_INVESTIGATION", other: "OTHER"
};
def urgencies: {at_once: "EMERGENCY", one_day: "URGENT", usual: "ROUTINE"};
def refusable: {health: ["HEALTH"], story: ["NARRATIVE", "PERPETRATOR"], family: ["FAMILY"], photograph: ["IMAGE"]};

def whole_number($path):
  if . == null then null elif type == "number" then . elif isstring and test("^[0-9]{1,3}$") then tonumber
  else refuse("WRONG_TYPE"; $path) end;

# One shape of both.
def asked: if .label then {
    person: {name: .name, sex: .sex, age: .age, birth_date: .birth_date},
    health: {notes: .health_notes}, story: {exploitation: .exploitation}, needs: {services: .services}
  } else {} end;

(. + asked) as $record
| $record
| (.person.age | text | whole_number("/person/age")) as $age
| (.person.birth_date | text) as $born
| (.today | text) as $today
| (if $born and $today then ($born | day("/person/birth_date") | years_until($today)) else $age end) as $then
| ([{text: (.person.name | text), kind: "OFFICIAL"}] | map(select(.text != null))) as $names
| (.person.nationality | text | if . == null then null else code({PK: "PK", AF: "AF", IN: "IN", BD: "BD", other: null}; "/person/nationality") end)
  as $nationality
# An entity does not say what she asked to keep back where it was made from a submission: what is told there in confidence
# stays closed.
| ([.consent.withheld | choices[] | code(refusable; "/consent/withheld")]
    + (if .label then [["HEALTH"], ["NARRATIVE", "PERPETRATOR"]] else [] end)) as $refused
| [.story.exploitation | choices[] | code({
    labour: "FORCED_LABOUR", sexual: "SEXUAL_EXPLOITATION", domestic: "SERVITUDE", marriage: "FORCED_MARRIAGE",
    begging: "FORCED_BEGGING", other: "OTHER"
  }; "/story/exploitation")] as $exploitation
| (.__system.submissionDate // .__system.createdAt) as $came
| .__id as $key
| {
    externalId: $key,
    markedForHub: (.share == "yes"),
    facts: {
      collectedIn: "PK",
      age: (
        if $born then {kind: "MINOR", until: ($born | years_after(18; "/person/birth_date") + "T00:00:00Z")}
        elif $age and $age >= 18 then {kind: "ADULT"}
        # The birthday is not known, so majority is the latest day it can be.
        elif $age and $today then {kind: "MINOR", until: ($today | years_after(18 - $age; "/today") + "T00:00:00Z")}
        else {kind: "UNKNOWN"} end
      )
    },
    categories: ({
      CASE_REFERENCE: (if .case_number | text then {
        number: .case_number,
        status: (.status | text // "open" | code({open: "ACTIVE", followup: "FOLLOW_UP", closed: "CLOSED"}; "/status"))
      } else null end),
      DEMOGRAPHICS: {
        ageBand: ($then | age_band),
        sex: (.person.sex | text // "unknown" | code({
          female: "FEMININE", male: "MASCULINE", other: "NON_CONFORMING", unknown: "NOT_SPECIFIED"
        }; "/person/sex"))
      },
      IDENTITY: (if $names == [] then null else {
        names: $names,
        birth: (if $born then {
          calendar: "GREGORIAN", text: $born, precision: "DAY", gregorian: ($born | day("/person/birth_date"))
        } else null end)
      } | present end),
      TRACING: (if $names == [] then null else {names: $names, placeOfOrigin: (.person.home | text)} | present end),
      FAMILY: ([.kin[]? | {relationship: (.relationship | text // "relative"), name: (.name | text)} | present]
        | if length > 0 then {relatives: .} else null end),
      CURRENT_LOCATION: ({country: "PK", place: (.care.room | text)} | if .place then . else null end),
      ORIGIN: ({country: $nationality, place: (.person.home | text)} | present | if length > 0 then . else null end),
      HEALTH: (if .health.notes | text then {notes: .health.notes} else null end),
      NARRATIVE: ({exploitation: $exploitation, account: (.story.account | text)} | present
        | if .account or .exploitation != [] then . else null end),
      IMMIGRATION: (if $nationality then {nationality: $nationality, confirmation: "NOT_ASKED"} else null end),
      SERVICES: ([.needs.services | choices[] | code(services; "/needs/services")] | unique
        | if . != [] then {services: .} else null end)
    } | present),
    consents: (if $refused == [] then [] else [{
      effect: "WITHHOLD", givenBy: "OWN", noConflict: false, assent: "NOT_ASKED",
      answers: [true, true, true, true, true, true, true],
      purposes: all_purposes, categories: ($refused | add | unique), countries: all_countries,
      from: ($came | instant("/__system/submissionDate")),
      until: ($came | years_after(50; "/__system/submissionDate") + "T00:00:00Z")
    }] end),
    # One submission refers to one organization; the form draws the referral's id on the tablet.
    referrals: (if .referral.to | text then [.referral | {
      externalId: "\($key)/\(.id | text // "1")", to: .to,
      services: ([.services | choices[] | code(services; "/referral/services")] | if . == [] then ["OTHER"] else . end),
      note: (.note | text),
      urgency: (.urgency | text // "usual" | code(urgencies; "/referral/urgency")),
      sentAt: (.sent | instant("/referral/sent"))
    } | present] else [] end)
  }
