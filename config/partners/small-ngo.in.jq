# A row of Sathi Samuha's register becomes an intake. The columns and their codes are HTCDS 2.0, checked
# before this runs.
def majority: if .prs_Birthdate then (.prs_Birthdate | years_after(18; "/prs_Birthdate") + "T00:00:00Z") else null end;

def name: [.prs_FirstName, .prs_MiddleName, .prs_SecondName] | map(select(. | text)) | join(" ");

# The only day the register knows besides the birth is the referral's; without it the band is not known.
def band:
  if .prs_Birthdate and .cas_OutgoingReferralDate
  then .cas_OutgoingReferralDate as $then | .prs_Birthdate | years_until($then) | age_band
  else "AGE_UNKNOWN" end;

def country: [.prs_Citizenship[]? | select(. as $code | all_countries | any(. == $code))] | first;

if .sangam_record | text | not then null | refuse("MISSING"; "/sangam_record") else . end
| country as $country
| {
    externalId: .sangam_record,
    markedForHub: (.sangam_share == true),
    facts: {collectedIn: "NP", age: (if majority then {kind: "MINOR", until: majority} else {kind: "UNKNOWN"} end)},
    categories: ({
      CASE_REFERENCE: {
        number: .sangam_record,
        status: (.cas_Status // "Active" | from_htcds("cas_Status"; "/cas_Status"))
      },
      DEMOGRAPHICS: {
        ageBand: band,
        sex: (.prs_Gender // "NonSpecifiedUnknown" | from_htcds("prs_Gender"; "/prs_Gender"))
      },
      IDENTITY: (if name == "" then null else {
        names: [{text: name, kind: "OFFICIAL"}],
        birth: (if .prs_Birthdate then {
          calendar: "GREGORIAN", text: .prs_Birthdate, precision: "DAY", gregorian: .prs_Birthdate
        } else null end)
      } | present end),
      ORIGIN: ({country: $country, admin1: (.prs_MailingState | text), place: (.prs_MailingCity | text)} | present
        | if length > 0 then . else null end),
      NARRATIVE: ({
        status: (.vic_TraffickingStatus | if . == null then null
          else from_htcds("vic_TraffickingStatus"; "/vic_TraffickingStatus") end),
        exploitation: [.vic_TypeOfExploitation[]? | from_htcds("vic_TypeOfExploitation"; "/vic_TypeOfExploitation")]
      } | present | if .status or .exploitation != [] then . else null end),
      IMMIGRATION: (if $country then {nationality: $country, confirmation: "NOT_ASKED"} else null end),
      SERVICES: (if .sangam_services then {services: .sangam_services} else null end)
    } | present),
    # HTCDS has one tick for consent. Not given means withheld; given is not the hub's text and grants nothing.
    consents: (if .con_Consent == false then [{
      effect: "WITHHOLD", givenBy: "OWN", noConflict: false, assent: "NOT_ASKED",
      answers: [false, false, false, false, false, false, false],
      purposes: all_purposes, categories: all_categories, countries: all_countries,
      from: "2000-01-01T00:00:00Z", until: "2100-01-01T00:00:00Z"
    }] else [] end),
    referrals: (if .cas_ReferredOrganisation | text then [{
      externalId: "\(.sangam_record)/\(.cas_OutgoingReferralDate // "")", to: .cas_ReferredOrganisation,
      services: (.sangam_services // ["OTHER"]), note: (.cas_OutgoingReferralDetails | text),
      urgency: (.sangam_urgency // "ROUTINE"),
      sentAt: (.cas_OutgoingReferralDate | instant("/cas_OutgoingReferralDate"))
    } | present] else [] end)
  }
| present
