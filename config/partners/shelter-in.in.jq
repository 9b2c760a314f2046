# A case of Asha Nivas becomes an intake. Every code stands in a table; one that does not is refused.
def services: {
  safehouse_service: "SHELTER", health_medical_service: "HEALTH", psychosocial_service: "PSYCHOSOCIAL",
  police_other_service: "POLICE", legal_assistance_service: "LEGAL_AID", livelihoods_service: "LIVELIHOOD",
  education_service: "EDUCATION", family_mediation_service: "FAMILY_MEDIATION",
  family_reunification_service: "FAMILY_REUNIFICATION", registration_service: "REGISTRATION", other_service: "OTHER"
};
def urgencies: {"1_hour": "EMERGENCY", "3_hours": "EMERGENCY", "1_day": "URGENT", "3_days": "ROUTINE"};
def refusable: {health: ["HEALTH"], story: ["NARRATIVE", "PERPETRATOR"], family: ["FAMILY"], photograph: ["IMAGE"]};

# The age at registration; from the date of birth where there is one.
def age_then:
  if .date_of_birth and .registration_date
  then .registration_date as $then | .date_of_birth | day("/date_of_birth") | years_until($then)
  else .age end;

def age_fact:
  if .date_of_birth
  then {kind: "MINOR", until: (.date_of_birth | years_after(18; "/date_of_birth") + "T00:00:00Z")}
  elif .age and .age >= 18 then {kind: "ADULT"}
  elif .age and .registration_date
  # The birthday is not known, so majority is the latest day it can be.
  then (18 - .age) as $left
    | {kind: "MINOR", until: (.registration_date | years_after($left; "/registration_date") + "T00:00:00Z")}
  else {kind: "UNKNOWN"} end;

# The first of the nationalities that is one of the eight states' and known.
def nationality:
  [.nationality[]? | code({indian: "IN", bangladeshi: "BD", nepali: "NP", bhutanese: "BT", unknown: null}; "/nationality")]
  | map(select(. != null)) | first;

def names:
  [{text: (.name | text), kind: "OFFICIAL"}, {text: (.name_nickname | text), kind: "DAKNAM"}] | map(select(.text != null));

def birth:
  if .date_of_birth
  then {calendar: "GREGORIAN", text: .date_of_birth, precision: "DAY", gregorian: (.date_of_birth | day("/date_of_birth"))}
  elif .age then {calendar: "GREGORIAN", text: "age \(.age)", precision: "ESTIMATED"}
  else null end;

def refused:
  [.refused_sharing[]? | code(refusable; "/refused_sharing")] | add // [];

. as $case
| nationality as $nationality
| ($case.registration_date | if . then instant("/registration_date") else "2020-01-01T00:00:00Z" end) as $registered
| {
    externalId: .id,
    markedForHub: (.sangam_share == true),
    updatedAt: (.last_updated_at | if . then instant("/last_updated_at") else null end),
    facts: {collectedIn: "IN", age: age_fact},
    categories: ({
      CASE_REFERENCE: {
        number: .case_id_display,
        status: (.status // "open" | code({open: "ACTIVE", closed: "CLOSED", transferred: "CLOSED_REFERRED"}; "/status"))
      },
      DEMOGRAPHICS: {
        ageBand: (age_then | age_band),
        sex: (.sex // "unknown" | code({
          female: "FEMININE", male: "MASCULINE", transgender: "NON_CONFORMING", unknown: "NOT_SPECIFIED"
        }; "/sex"))
      },
      TRACING: ({
        names: names, father: (.father_name | text), mother: (.mother_name | text),
        placeOfOrigin: (.district_of_origin | text),
        yearOfBirth: (if .date_of_birth then (.date_of_birth | day("/date_of_birth") | .[0:4] | tonumber) else null end)
      } | present),
      IDENTITY: ({names: names, birth: birth} | present),
      FAMILY: ([
        {relationship: "mother", name: (.mother_name | text)}, {relationship: "father", name: (.father_name | text)}
      ] | map(select(.name != null)) | if length > 0 then {relatives: .} else null end),
      CURRENT_LOCATION: ({country: "IN", admin1: (.location_current | text), place: (.address_current | text)} | present),
      ORIGIN: ({country: $nationality, place: (.district_of_origin | text)} | present | if length > 0 then . else null end),
      HEALTH: (if .medical_notes | text then {notes: .medical_notes} else null end),
      NARRATIVE: ({
        exploitation: [.exploitation[]? | code({
          labour: "FORCED_LABOUR", sexual: "SEXUAL_EXPLOITATION", domestic: "SERVITUDE", marriage: "FORCED_MARRIAGE",
          begging: "FORCED_BEGGING", other: "OTHER"
        }; "/exploitation")],
        account: (.incident_account | text)
      } | present | if .account or .exploitation != [] then . else null end),
      LEGAL: ({reportNumber: (.fir_number | text), notes: (.cwc_order | text)} | present | if length > 0 then . else null end),
      IMMIGRATION: (if $nationality then {nationality: $nationality, confirmation: "NOT_ASKED"} else null end),
      SERVICES: ({services: ([.services_section[]? | .service_type | code(services; "/services_section/service_type")] | unique)}
        | if .services != [] then . else null end)
    } | present),
    consents: (refused as $refused | if $refused == [] then [] else [{
      effect: "WITHHOLD", givenBy: "OWN", noConflict: false, assent: "NOT_ASKED", answers: [true, true, true, true, true, true, true],
      purposes: all_purposes, categories: $refused, countries: all_countries,
      from: $registered, until: ($registered | years_after(50; "/registration_date") + "T00:00:00Z")
    }] end),
    # Referrals and transfers to organizations outside the deployment; taken-back ones are not sent, nor are transfers that
    # somebody decided on there. A transfer names no service: it is for all that the case needs.
    referrals: ([.referrals[]? | select(.remote == true and .status != "revoked") | . as $referral | {
      externalId: .id, to: .transitioned_to_agency,
      services: [.service // "other_service" | code(services; "/referrals/service")],
      note: (.notes | text),
      urgency: ([$case.services_section[]? | select(.unique_id == $referral.service_record_id) | .service_response_timeframe // ""
        | if . == "" then "ROUTINE" else code(urgencies; "/services_section/service_response_timeframe") end] | first // "ROUTINE"),
      sentAt: (.created_at | instant("/referrals/created_at"))
    } | present] + [.transfers[]? | select(.remote == true and .status == "in_progress") | {
      externalId: .id, to: .transitioned_to_agency, transfer: true,
      services: ([$case.services_section[]? | .service_type | code(services; "/services_section/service_type")] | unique
        | if . == [] then ["OTHER"] else . end),
      note: (.notes | text), urgency: "ROUTINE", sentAt: (.created_at | instant("/transfers/created_at"))
    } | present])
  }
| present
