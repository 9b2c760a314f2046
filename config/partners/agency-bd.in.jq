# A case of Nirapod Ghar becomes an intake.
def services: {
  ashroy: "SHELTER", chikitsa: "HEALTH", monoshamajik: "PSYCHOSOCIAL", ain_sahayata: "LEGAL_AID", jibika: "LIVELIHOOD",
  shikkha: "EDUCATION", poribar_moddhosthota: "FAMILY_MEDIATION", poribar_punormilon: "FAMILY_REUNIFICATION",
  bari_tadanta: "HOME_INVESTIGATION", nibondhon: "REGISTRATION", onnanno: "OTHER"
};

def age_fact:
  if .jonmo_tarikh then {kind: "MINOR", until: (.jonmo_tarikh | years_after(18; "/jonmo_tarikh") + "T00:00:00Z")}
  elif .boyosh and .boyosh >= 18 then {kind: "ADULT"}
  elif .boyosh and .case_opened_on
  then (18 - .boyosh) as $left
    | {kind: "MINOR", until: (.case_opened_on | years_after($left; "/case_opened_on") + "T00:00:00Z")}
  else {kind: "UNKNOWN"} end;

def names:
  [(.full_name_bn | name_of("OFFICIAL")), (.daak_naam | name_of("DAKNAM"))] | map(select(. != null));

. as $case
| {
    externalId: .id,
    markedForHub: (.sangam == "hyan"),
    updatedAt: (.last_updated_at | if . then instant("/last_updated_at") else null end),
    facts: {collectedIn: "BD", age: age_fact},
    categories: ({
      CASE_REFERENCE: {
        number: .case_id_display,
        status: (.case_stage | code({
          cholche: "ACTIVE", follow_up: "FOLLOW_UP", shesh: "CLOSED", hostantor: "CLOSED_REFERRED"
        }; "/case_stage"))
      },
      DEMOGRAPHICS: {
        ageBand: (.boyosh | age_band),
        sex: (.gender_identity // "jana_nei" | code({
          nari: "FEMININE", purush: "MASCULINE", hijra: "NON_CONFORMING", jana_nei: "NOT_SPECIFIED"
        }; "/gender_identity"))
      },
      TRACING: ({
        names: names, father: (.baba | text), mother: (.maa | text), placeOfOrigin: (.zila | text)
      } | present),
      IDENTITY: ({
        names: names,
        birth: (if .jonmo_tarikh then .jonmo_tarikh | date_of("GREGORIAN"; "/jonmo_tarikh") else null end)
      } | present),
      CURRENT_LOCATION: ({country: "BD", place: (.bortoman_thikana | text)} | present),
      ORIGIN: ({country: "BD", place: (.zila | text)} | present),
      HEALTH: (if .shastho_note | text then {notes: .shastho_note} else null end),
      SERVICES: ({services: ([.seba[]? | .seba_dhoron | code(services; "/seba/seba_dhoron")] | unique)}
        | if .services != [] then . else null end)
    } | present),
    consents: [],
    referrals: [.referrals[]? | select(.remote == true and .status != "revoked") | . as $referral | {
      externalId: .id, to: .transitioned_to_agency,
      services: [.service // "onnanno" | code(services; "/referrals/service")],
      note: (.notes | text),
      urgency: ([$case.seba[]? | select(.unique_id == $referral.service_record_id) | .joruri // "na"
        | code({hyan: "URGENT", na: "ROUTINE"}; "/seba/joruri")] | first // "ROUTINE"),
      sentAt: (.created_at | instant("/referrals/created_at"))
    } | present]
  }
| present
