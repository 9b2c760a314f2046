//! The operations of the scenarios.

pub(crate) const RECEIVED: &str = "{ referrals(first: 100, direction: RECEIVED) { nodes { id state urgency canSee canDo sender { country role organization { name } } services { services note } withheld { category reason } subject { id caseReference { number status } demographics { ageBand sex } identity { names { text } } currentLocation { country } withheld { category reason remedy } } } } }";
pub(crate) const SENT: &str = "{ referrals(first: 100, direction: SENT) { nodes { id services { services } recipient { name } sender { organization { name } } subject { id demographics { ageBand } identity { names { text kind } } currentLocation { country place } } } } }";
pub(crate) const ONE: &str = "query($id: ID!) { referral(id: $id) { id state version services { services } subject { demographics { ageBand } withheld { category reason } } } }";
pub(crate) const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";
pub(crate) const EXPLAIN: &str = "query($subject: ID!, $recipient: ID) { explain(subject: $subject, recipient: $recipient) { category verdict clause sentence until } }";
pub(crate) const CONSENTS: &str =
    "query($subject: ID!) { consents(subject: $subject) { nodes { id effect purposes categories until } } }";
pub(crate) const WITHDRAW: &str = "mutation($key: String!, $consent: ID!) { withdrawConsent(input: {idempotencyKey: $key, consent: $consent}) { __typename ... on ConsentWithdrawn { consent { id until } } ... on NotFound { message } } }";
pub(crate) const DISCLOSURES: &str = "query($subject: ID!) { disclosures(subject: $subject, first: 100) { nodes { id at recipient { name country } purpose noun seat categories } } }";
pub(crate) const CHANGED: &str = "subscription { referralChanged { id state services { services } subject { demographics { ageBand } withheld { category reason } } withheld { category reason } } }";
pub(crate) const SUBJECTS: &str = "{ subjects(first: 100) { nodes { id demographics { ageBand } } } }";
pub(crate) const PAGED: &str = "query($first: Int, $after: String) { subjects(first: $first, after: $after) { edges { cursor node { id } } pageInfo { endCursor hasNextPage } } }";
pub(crate) const SEND: &str = "mutation($input: SendReferralInput!) { sendReferral(input: $input) { __typename ... on ReferralSent { referral { id state version } } ... on Conflict { message version } ... on InvalidInput { message path } ... on NotFound { message } } }";
pub(crate) const STEP: &str = "mutation($input: StepReferralInput!) { stepReferral(input: $input) { __typename ... on StepTaken { referral { id state version } } ... on IllegalStep { message legal } ... on Conflict { message version } ... on InvalidInput { message path } ... on NotFound { message } } }";
