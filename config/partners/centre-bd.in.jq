# A case of Notun Alo, in HTCDS 2.0, becomes an intake.
def name: [.prs_FirstName, .prs_MiddleName, .prs_SecondName] | map(select(. | text)) | join(" ");

def born: if .prs_Birthdate then .prs_Birthdate | date_of("GREGORIAN"; "/prs_Birthdate") else null end;

# As they wrote it, or counted on the day of the latest referral; without either it is not known.
def band:
  ([.outgoingReferrals[]?.cas_OutgoingReferralDate | select(.)] | max) as $then
  | if .sangam_age_band then .sangam_age_band
    elif .prs_Birthdate and $then then .prs_Birthdate | years_until($then) | age_band
    else "AGE_UNKNOWN" end;

# The first citizenship that is of the region.
def country: [.prs_Citizenship[]? | select(. as $code | all_countries | any(. == $code))] | first;

def plans($field): [.supportPlans[]? | .[$field] | select(. | text)];

def refusal($categories): {
  effect: "WITHHOLD", givenBy: "OWN", noConflict: false, assent: "NOT_ASKED",
  answers: [false, false, false, false, false, false, false],
  purposes: all_purposes, categories: $categories, countries: all_countries,
  from: "2000-01-01T00:00:00Z", until: "2100-01-01T00:00:00Z"
};

if .sangam_record | text | not then null | refuse("MISSING"; "/sangam_record") else . end
| country as $country
| {
    externalId: .sangam_record,
    markedForHub: (.sangam_share == true),
    facts: {
      collectedIn: "BD",
      age: (if .prs_Birthdate
        then (.prs_Birthdate + "T00:00:00Z") as $at | born | age_on($at; "/prs_Birthdate")
        else {kind: "UNKNOWN"} end)
    },
    categories: ({
      CASE_REFERENCE: {number: .sangam_record, status: (.cas_Status // "Active" | from_htcds("cas_Status"; "/cas_Status"))},
      DEMOGRAPHICS: {
        ageBand: band, sex: (.prs_Gender // "NonSpecifiedUnknown" | from_htcds("prs_Gender"; "/prs_Gender"))
      },
      IDENTITY: (if name == "" then null else {names: [name | name_of("OFFICIAL")], birth: born} | present end),
      # Their form asks for the family's address.
      ORIGIN: ({country: $country, admin1: (.prs_MailingState | text), place: (.prs_MailingCity | text)} | present
        | if length > 0 then . else null end),
      NARRATIVE: ({
        status: (.vic_TraffickingStatus | if . == null then null
          else from_htcds("vic_TraffickingStatus"; "/vic_TraffickingStatus") end),
        exploitation: [.vic_TypeOfExploitation[]? | from_htcds("vic_TypeOfExploitation"; "/vic_TypeOfExploitation")],
        supportTypes: [plans("spl_Type")[] | from_htcds("spl_Type"; "/supportPlans/spl_Type")],
        objectives: (plans("spl_Objectives") | join("\n") | text),
        actionPlan: (plans("spl_ActionPlan") | join("\n") | text)
      } | present | if . == {exploitation: [], supportTypes: []} then null else . end),
      IMMIGRATION: (if $country
        then {nationality: $country, confirmation: (.sangam_nationality_confirmation // "NOT_ASKED")} else null end)
    } | present),
    # HTCDS has one tick for consent. Not given means that everything is withheld; given is not the hub's text and grants
    # nothing. What the person keeps back of it stands in a field of Sangam's own.
    consents: (if .con_Consent == false then [refusal(all_categories)]
      elif (.sangam_withheld // []) != [] then [refusal(.sangam_withheld)] else [] end),
    referrals: [.sangam_record as $record | .outgoingReferrals[]? | {
      externalId: (.sangam_outgoing_referral
        // "\($record)/\(.cas_ReferredOrganisation // "")/\(.cas_OutgoingReferralDate // "")"),
      to: .cas_ReferredOrganisation,
      services: (.sangam_services // ["OTHER"]), note: (.cas_OutgoingReferralDetails | text),
      urgency: (.sangam_urgency // "ROUTINE"),
      sentAt: (.cas_OutgoingReferralDate | instant("/outgoingReferrals/cas_OutgoingReferralDate"))
    } | present]
  }
| present
