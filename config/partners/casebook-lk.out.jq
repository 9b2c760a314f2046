# What the hub tells Sahana Mithuro: the state of a referral it sent, step by step, or somebody who is referred to it.
def services: {
  SHELTER: "BED", HEALTH: "DOCTOR", PSYCHOSOCIAL: "COUNSEL", LEGAL_AID: "LAWYER", POLICE: "POLICE", LIVELIHOOD: "WORK",
  EDUCATION: "SCHOOL", FAMILY_MEDIATION: "FAMILY_TALKS", FAMILY_REUNIFICATION: "FAMILY_RETURN",
  HOME_INVESTIGATION: "HOME_VISIT", REGISTRATION: "REGISTRATION", EXPERT_OPINION: "OTHER", INTERPRETATION: "OTHER",
  OTHER: "OTHER"
};
# The states that have gone past one.
def past: {
  SEEN: ["SEEN", "ACCEPTED", "DECLINED", "UNDER_WAY", "FINISHED"], ACCEPTED: ["ACCEPTED", "UNDER_WAY", "FINISHED"],
  UNDER_WAY: ["UNDER_WAY", "FINISHED"], FINISHED: ["FINISHED"], DECLINED: ["DECLINED"]
};
# The steps that lead to one: a step that was left out would be refused there.
def way: {
  SENT: ["SEEN"], RECEIVED: ["SEEN"], ACCEPTED: ["ACCEPTED"], IN_PROGRESS: ["ACCEPTED", "UNDER_WAY"],
  ON_HOLD: ["ACCEPTED", "UNDER_WAY"], COMPLETED: ["ACCEPTED", "UNDER_WAY", "FINISHED"], DECLINED: ["DECLINED"]
};

if .kind == "ANSWER" then
  .referral as $referral
  | {steps: [$referral.state | code(way; "/referral/state") | .[] | . as $state | {
      input: ({state: $state, reason: (if $state == "DECLINED" then $referral.declineReason else null end)} | present),
      reached: past[$state]
    }]}
else
  .referral as $referral | .categories as $categories
  | {
      person: ({
        names: ($categories.IDENTITY.names // $categories.TRACING.names
          // [{text: "Referred through Sangam", kind: "OFFICIAL"}]
          | map({kind: (.kind | code({
              OFFICIAL: "OFFICIAL", AS_ON_DOCUMENT: "OFFICIAL", DAKNAM: "NICKNAME", ALIAS: "ALIAS",
              GIVEN_BY_TRAFFICKER: "ALIAS"
            }; "/categories/IDENTITY/names/kind")), text: .text})),
        gender: ($categories.DEMOGRAPHICS.sex? | if . == null then null else code({
          FEMININE: "FEMALE", MASCULINE: "MALE", TRANSGENDER_FEMININE: "TRANSGENDER_WOMAN",
          TRANSGENDER_MASCULINE: "TRANSGENDER_MAN", NON_CONFORMING: "OTHER", NOT_SPECIFIED: "UNKNOWN"
        }; "/categories/DEMOGRAPHICS/sex") end),
        birthDate: ($categories.IDENTITY.birth? | if . == null or .calendar != "GREGORIAN" or .precision != "DAY" then null
          else .gregorian end),
        home: ($categories.ORIGIN | if . == null then null else {country: .country, district: .place} | present end)
      } | present),
      healthNotes: $categories.HEALTH.notes?,
      services: [($referral.services | if . == [] then ["OTHER"] else . end)[] | code(services; "/referral/services")]
        | unique,
      urgency: (if $referral.urgency == "EMERGENCY" then "NOW" elif $referral.urgency == "URGENT" then "SOON"
        else "NORMAL" end),
      from: $referral.counterpart,
      note: $categories.SERVICES.note?
    } | present
end
