# A referral that another Sangam's members sent to the seat becomes an intake: its subject, and the referral itself. The codes
# of both hubs are the same; strict reading refuses any that is not.
def light: [.services, .subject.caseReference, .subject.demographics] | map(select(. != null));

# Of age where the band says so. A band under eighteen says no birthday, and the rules for minors then hold with the others.
def age_fact:
  if . == null then {kind: "UNKNOWN"}
  else .ageBand | if . == "AGE_18_20" or . == "AGE_21_25" or . == "AGE_26_40" or . == "AGE_41_PLUS"
    then {kind: "ADULT"} else {kind: "UNKNOWN"} end end;

. as $referral
| {
    externalId: .id,
    # Nothing is shown any more of one that was taken back, whose consent is withdrawn, or that is over; and a whole case is
    # not taken over by a system.
    markedForHub: (light != [] and .transfer != true),
    facts: {collectedIn: .subject.holder.country, age: (.subject.demographics | age_fact)},
    categories: ({
      CASE_REFERENCE: .subject.caseReference,
      DEMOGRAPHICS: .subject.demographics,
      SERVICES: (.services | if . == null then null else {services: .services, note: (.note | text)} | present end)
    } | present),
    consents: [],
    referrals: [{
      # The record has the referral's own id; by that it is answered.
      externalId: ("referral/" + .id), to: .recipient.id,
      services: (.services.services // [] | if . == [] then ["OTHER"] else . end),
      note: (.services.note? | text),
      urgency: .urgency,
      sentAt: .sentAt
    } | present]
  }
