# A patient of Meghna Par Hospital becomes an intake. `withheld` is what her consents there keep back, as the wire read
# them; it can only narrow.
def services: {
  "safe-stay": "SHELTER", medical: "HEALTH", counselling: "PSYCHOSOCIAL", legal: "LEGAL_AID", police: "POLICE",
  livelihood: "LIVELIHOOD", schooling: "EDUCATION", "family-mediation": "FAMILY_MEDIATION",
  "family-return": "FAMILY_REUNIFICATION", "home-visit": "HOME_INVESTIGATION", registration: "REGISTRATION", other: "OTHER"
};
# Whether a task with this status was sent to its owner: answered ones too; drafts and taken-back ones were not.
def sent: {
  requested: true, received: true, accepted: true, rejected: true, ready: true, "in-progress": true, "on-hold": true,
  failed: true, completed: true, draft: false, cancelled: false, "entered-in-error": false
};
def urgencies: {routine: "ROUTINE", urgent: "URGENT", asap: "EMERGENCY", stat: "EMERGENCY"};
# What each class of a consent there is in the hub, by its system: a kind of FHIR's, or one of the hospital's own records.
# One that is not here could be anything.
def classes:
  ({
    "Patient": ["DEMOGRAPHICS", "IDENTITY", "TRACING", "FAMILY", "ORIGIN", "CURRENT_LOCATION", "NATIONAL_ID", "CONTACT_SAFETY"],
    "ServiceRequest": ["SERVICES"], "Task": ["SERVICES"]
  } | with_entries(.key |= "http://hl7.org/fhir/resource-types|\(.)"))
  + ({
    "identity": ["IDENTITY", "TRACING", "NATIONAL_ID"], "contact": ["CURRENT_LOCATION", "CONTACT_SAFETY"],
    "origin": ["ORIGIN"], "health": ["HEALTH"], "services": ["SERVICES"]
  } | with_entries(.key |= "https://meghna-par.example/records|\(.)"));
def organizations: [
  "Organization/asha-nivas", "HealthcareService/asha-nivas-stay", "HealthcareService/nyaya-setu-legal",
  "Location/nirapod-ghar-dhaka", "OrganizationAffiliation/nirapod-ghar-returns"
];

def known_classes: all(.[]; . as $class | classes | has($class));
def categories_of: map(classes[.]) | add | unique;

# The categories that one entry keeps back: all, where a class is not known.
def kept_back:
  if .classes then (if .classes | known_classes then .classes | categories_of else all_categories end)
  elif .allBut then (if .allBut | known_classes then all_categories - (.allBut | categories_of) else all_categories end)
  else all_categories end;

def consents:
  [.withheld[] | kept_back as $categories | select($categories != []) | {
    effect: "WITHHOLD", givenBy: "OWN", noConflict: false, assent: "NOT_ASKED",
    answers: [true, true, true, true, true, true, true],
    purposes: all_purposes, categories: $categories, countries: all_countries,
    # From somebody who is not known is from everybody.
    recipients: (if .actors and (.actors - organizations == []) then .actors | unique else null end),
    from: .from, until: .until
  } | present];

# The first day that a date of FHIR may mean after a number of years, as late as it can be.
def majority:
  if test("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") then years_after(18; "/Patient/birthDate")
  elif test("^[0-9]{4}-(0[1-9]|1[0-1])$") then "\((.[0:4] | tonumber) + 18)-\(.[5:7] | tonumber + 1 | if . < 10 then "0\(.)" else "\(.)" end)-01"
  elif test("^[0-9]{4}(-12)?$") then "\((.[0:4] | tonumber) + 19)-01-01"
  else refuse("WRONG_TYPE"; "/Patient/birthDate") end;

def precision: {"4": "YEAR", "7": "MONTH", "10": "DAY"}[length | tostring];

def names:
  [.name[]? | {
    text: (.text | text),
    kind: (.use // "official" | code({
      usual: "DAKNAM", nickname: "DAKNAM", official: "OFFICIAL", temp: "ALIAS", anonymous: "ALIAS", old: "ALIAS",
      maiden: "ALIAS"
    }; "/Patient/name/use"))
  } | select(.text != null) | if .text | test("[\u0980-\u09ff]") then . + {script: "Beng"} else . end];

def birth:
  if .birthDate then {calendar: "GREGORIAN", text: .birthDate, precision: (.birthDate | precision), gregorian: .birthDate}
  else null end;

# Whole years at a day, where the day of birth is known.
def years_at($day): if .birthDate and (.birthDate | length) == 10 then .birthDate | years_until($day) else null end;

def home: [.address[]? | select(.use == "home")] | first;

# Where she comes from: one of the eight states, else only the place.
def origin:
  (home // {}) | {
    country: (.country as $country | if $country and (all_countries | index($country)) then $country else null end),
    place: (.district | text)
  } | present | if . == {} then null else . end;

def urgency($referral):
  $referral.ServiceRequest.priority // "routine" | code(urgencies; "/ServiceRequest/priority");

def asked($referral):
  [$referral.ServiceRequest.code.coding[]? | select(.system == "https://meghna-par.example/services")
    | .code | code(services; "/ServiceRequest/code/coding")] | unique;

. as $record
| .Patient as $patient
| ($patient.meta.lastUpdated | instant("/Patient/meta/lastUpdated")) as $updated
| {
    externalId: .id,
    markedForHub: true,
    updatedAt: $updated,
    facts: {
      collectedIn: "BD",
      age: (if $patient.birthDate then ($patient.birthDate | majority) as $of_age
        | if $of_age <= $updated[0:10] then {kind: "ADULT"} else {kind: "MINOR", until: ($of_age + "T00:00:00Z")} end
        else {kind: "UNKNOWN"} end)
    },
    categories: ({
      CASE_REFERENCE: {number: .id, status: "ACTIVE"},
      DEMOGRAPHICS: {
        ageBand: ($patient | years_at($updated) | age_band),
        sex: ($patient.gender // "unknown" | code({
          female: "FEMININE", male: "MASCULINE", other: "NON_CONFORMING", unknown: "NOT_SPECIFIED"
        }; "/Patient/gender"))
      },
      IDENTITY: ($patient | {names: names, birth: birth} | present),
      TRACING: ($patient | {
        # Where she is from is told in ORIGIN alone: a consent that denies origin must find it nowhere else.
        names: names,
        yearOfBirth: (if .birthDate then .birthDate[0:4] | tonumber else null end)
      } | present),
      ORIGIN: ($patient | origin)
    } | present),
    consents: consents,
    referrals: [.referrals[] | select(.Task.status | code(sent; "/Task/status")) | . as $referral | {
        externalId: .id, to: .Task.owner.reference,
        services: (asked($referral) | if . == [] then ["OTHER"] else . end),
        note: ([.ServiceRequest.note[]?.text | text | select(. != null)] | if . == [] then null else join("\n") end),
        urgency: urgency($referral),
        sentAt: (.Task.authoredOn | instant("/Task/authoredOn"))
      } | present]
  }
| present
