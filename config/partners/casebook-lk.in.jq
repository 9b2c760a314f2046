# A case of Sahana Mithuro becomes an intake. Every code stands in a table; one that does not is refused.
def services: {
  BED: "SHELTER", DOCTOR: "HEALTH", COUNSEL: "PSYCHOSOCIAL", LAWYER: "LEGAL_AID", POLICE: "POLICE", WORK: "LIVELIHOOD",
  SCHOOL: "EDUCATION", FAMILY_TALKS: "FAMILY_MEDIATION", FAMILY_RETURN: "FAMILY_REUNIFICATION",
  HOME_VISIT: "HOME_INVESTIGATION", REGISTRATION: "REGISTRATION", OTHER: "OTHER"
};
def urgencies: {NORMAL: "ROUTINE", SOON: "URGENT", NOW: "EMERGENCY"};
def areas: {HEALTH: ["HEALTH"], ORIGIN: ["ORIGIN"], IDENTITY: ["IDENTITY", "TRACING", "NATIONAL_ID"]};
# Referrals that were sent, answered ones too.
def sent: {SENT: true, SEEN: true, ACCEPTED: true, DECLINED: true, UNDER_WAY: true, FINISHED: true};

def names:
  [.names[]? | {
    text: (.text | text),
    kind: (.kind | code({OFFICIAL: "OFFICIAL", NICKNAME: "DAKNAM", ALIAS: "ALIAS"}; "/person/names/kind"))
  } | select(.text != null)];

def birth:
  if .birthDate
  then {calendar: "GREGORIAN", text: .birthDate, precision: "DAY", gregorian: (.birthDate | day("/person/birthDate"))}
  else null end;

def age_fact($updated):
  if .birthDate then (.birthDate | years_after(18; "/person/birthDate")) as $of_age
    | if $of_age <= $updated[0:10] then {kind: "ADULT"} else {kind: "MINOR", until: ($of_age + "T00:00:00Z")} end
  else {kind: "UNKNOWN"} end;

# Where somebody comes from: one of the eight states, else only the place.
def origin:
  (.home // {}) | {
    country: (.country as $country | if $country and (all_countries | index($country)) then $country else null end),
    place: (.district | text)
  } | present | if . == {} then null else . end;

. as $case
| (.person // {}) as $person
| (.updatedAt | instant("/updatedAt")) as $updated
| ([.keptBack[]? | code(areas; "/keptBack")] | add // []) as $kept_back
| {
    externalId: .id,
    markedForHub: .sharedWithSangam,
    updatedAt: $updated,
    facts: {collectedIn: "LK", age: ($person | age_fact($updated))},
    categories: ({
      CASE_REFERENCE: {
        number: .number,
        status: (.status | code({OPEN: "ACTIVE", CLOSED: "CLOSED"}; "/status"))
      },
      DEMOGRAPHICS: {
        ageBand: ($person | (if .birthDate then .birthDate | day("/person/birthDate") | years_until($updated) else null end)
          | age_band),
        sex: ($person.gender // "UNKNOWN" | code({
          FEMALE: "FEMININE", MALE: "MASCULINE", TRANSGENDER_WOMAN: "TRANSGENDER_FEMININE",
          TRANSGENDER_MAN: "TRANSGENDER_MASCULINE", OTHER: "NON_CONFORMING", UNKNOWN: "NOT_SPECIFIED"
        }; "/person/gender"))
      },
      IDENTITY: ($person | {names: names, birth: birth} | present),
      TRACING: ($person | {
        # Where she is from is told in ORIGIN alone, which she may keep back.
        names: names,
        yearOfBirth: (if .birthDate then (.birthDate | day("/person/birthDate") | .[0:4] | tonumber) else null end)
      } | present),
      ORIGIN: ($person | origin),
      HEALTH: (if .healthNotes | text then {notes: .healthNotes} else null end)
    } | present),
    consents: (if $kept_back == [] then [] else [{
      effect: "WITHHOLD", givenBy: "OWN", noConflict: false, assent: "NOT_ASKED",
      answers: [true, true, true, true, true, true, true],
      purposes: all_purposes, categories: ($kept_back | unique), countries: all_countries,
      from: "2020-01-01T00:00:00Z", until: "2120-01-01T00:00:00Z"
    }] end),
    referrals: [.referrals[]? | select(.state | code(sent; "/referrals/state")) | {
      externalId: .id, to: .to,
      services: ([.services[]? | code(services; "/referrals/services")] | if . == [] then ["OTHER"] else . end),
      note: (.note | text),
      urgency: (.urgency | code(urgencies; "/referrals/urgency")),
      sentAt: (.sentAt | instant("/referrals/sentAt"))
    } | present]
  }
| present
