//! What is asked of the hub, in its own language.

const OF: &str = "id kind state counts version orderKind overrideBasis emergencyReason categories purposes recipients order from until
  recordedBy agreedBy reviewDueAt reviewOverdue finding reviewedBy legal { reportNumber court notes } subject { id } canDo
  withheld { category reason }";

/// A change and what it can come to.
fn change(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!(
        "mutation Change($input: {}{rest}Input!) {{ {name}(input: $input) {{ __typename
  ... on ExceptionRecorded {{ exception {{ {OF} }} }} ... on ExceptionChanged {{ exception {{ {OF} }} }}
  ... on ExceptionRefused {{ reason }} ... on IllegalStep {{ legal missing }} ... on InvalidInput {{ path message }}
  ... on Conflict {{ version }} ... on NotPermitted {{ message }} }} }}",
        first.to_uppercase()
    )
}

/// The same without the members that the change cannot come to.
pub(crate) fn words(name: &str) -> String {
    let without = |text: String, member: &str| {
        let begin = text.find(&format!("... on {member} ")).unwrap();
        let mut depth = 0;
        let end = text[begin..].char_indices().find_map(|(at, letter)| {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            (letter == '}' && depth == 0).then_some(begin + at + 1)
        });
        format!("{}{}", &text[..begin], &text[end.unwrap()..])
    };
    let puts = matches!(name, "recordOrder" | "requestOverride" | "declareEmergency");
    let text = change(name);
    match name {
        _ if puts => without(without(text, "ExceptionChanged"), "IllegalStep"),
        "approveOverride" => without(text, "ExceptionRecorded"),
        _ => without(without(text, "ExceptionRecorded"), "ExceptionRefused"),
    }
}

pub(crate) fn exceptions() -> String {
    format!("{{ exceptions(first: 100) {{ nodes {{ {OF} }} }} }}")
}

pub(crate) const SUBJECTS: &str = "query Some($id: ID!) { subject(id: $id) { id canSee identity { names { text } }
  demographics { sex } contactSafety { safeToCall } legal { reportNumber } withheld { category reason } } }";

pub(crate) const EXPLAIN: &str =
    "query Explain($subject: ID!, $recipient: ID) { explain(subject: $subject, recipient: $recipient) {
  category verdict clause until exceptions } }";

pub(crate) const DISCLOSURES: &str = "query Seen($subject: ID!) { disclosures(subject: $subject, first: 50) { nodes {
  id recipient { id } categories exceptions exceptionKinds } } }";

pub(crate) const SEND: &str = "mutation Send($input: SendReferralInput!) { sendReferral(input: $input) { __typename
  ... on ReferralSent { referral { id } } } }";

pub(crate) const WITHDRAW: &str =
    "mutation Out($input: WithdrawConsentsInput!) { withdrawConsents(input: $input) { __typename } }";
