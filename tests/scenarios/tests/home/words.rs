//! What is asked of the hub, in its own language.

/// A request as whoever sits in it looks at it.
pub(crate) const REQUEST: &str = "id version state board boardSince turn from to
  screening { state canDo missing } court { state orderedAt canDo missing }
  verification { state investigatedAt canDo missing } travelDocument { state validUntil canDo missing }
  exitClearance { state validUntil canDo missing } placement { state assessedAt canDo missing }
  onHold holds because wantsToReturn wishAskedAt herWords { account } crossing handoverFrom handoverUntil handoverAt escort
  memoOfSender memoOfReceiver memoOfSenderSignedBy memoOfSenderSignedAt memoOfReceiverSignedBy memoOfReceiverSignedAt receiving receivingLiaison sendingLiaison dueAt earlier missing canHold canRelease
  canSee canDo withheld { category reason }
  subject { id demographics { ageBand } identity { names { text } } tracing { names { text } father }
    currentLocation { place } holder { country role organization { name } } }";

/// All requests of the caller, latest first.
pub(crate) fn all() -> String {
    format!("{{ repatriations(first: 100) {{ nodes {{ {REQUEST} }} }} }}")
}

/// A change, with everything its payload can say.
pub(crate) fn mutation(field: &str) -> String {
    let name = format!("{}{}", field[..1].to_uppercase(), &field[1..]);
    let done = match field {
        "requestRepatriation" => "RepatriationRequested",
        "noteRepatriation" => "RepatriationNoted",
        "stepRepatriation" => "RepatriationStepped",
        _ => "RepatriationWithdrawn",
    };
    let illegal = if done == "RepatriationRequested" { "" } else { "... on IllegalStep { message legal missing }" };
    format!(
        "mutation($input: {name}Input!) {{ {field}(input: $input) {{ __typename
          ... on {done} {{ repatriation {{ {REQUEST} }} }} {illegal}
          ... on InvalidInput {{ message path }} ... on NotFound {{ message }} ... on NotPermitted {{ message }}
          ... on Conflict {{ message version }} }} }}"
    )
}
