//! What is asked of the hub, in its own language.

pub(crate) const OPEN: &str = "mutation($input: OpenSearchInput!) { openSearch(input: $input) { __typename
  ... on SearchOpened { search { id state version recipients about arrival canDo } } ... on IllegalStep { legal missing }
  ... on InvalidInput { path message } ... on NotFound { message } ... on NotPermitted { message } ... on Conflict { version } } }";

pub(crate) const STEP: &str = "mutation($input: StepSearchInput!) { stepSearch(input: $input) { __typename
  ... on SearchStepped { search { id state version canDo reviewAt } } ... on IllegalStep { legal missing }
  ... on InvalidInput { path message } ... on NotFound { message } ... on NotPermitted { message } ... on Conflict { version } } }";

pub(crate) const ANSWER: &str = "mutation($input: AnswerSearchInput!) { answerSearch(input: $input) { __typename
  ... on SearchAnswered { id state version canDo } ... on IllegalStep { legal missing }
  ... on InvalidInput { path message } ... on NotFound { message } ... on NotPermitted { message } ... on Conflict { version } } }";

pub(crate) const SEARCH: &str = "query($id: ID!) { search(id: $id) { id state about recipients arrival openedAt reviewAt changedAt version canDo canSee
  withheld { category reason } subject { id tracing { names { text } } } } }";

pub(crate) const SEARCHES: &str =
    "{ searches(first: 100) { nodes { id state version canDo } pageInfo { hasNextPage } } }";

pub(crate) const REQUESTS: &str = "{ searchRequests(first: 100) { nodes { id state about version canDo canSee source { name }
  withheld { category reason }
  subject { id tracing { names { text } placeOfOrigin } identity { names { text } } currentLocation { place } demographics { ageBand } withheld { category reason } } } } }";

pub(crate) const REQUEST: &str = "query($id: ID!) { searchRequest(id: $id) { id state version canDo subject { tracing { names { text } } withheld { category reason } } } }";

pub(crate) const ANSWERS: &str = "query($search: ID!) { searchAnswers(search: $search) { state toldAt finder { name } canSee withheld { category reason } } }";

pub(crate) const THAT_THERE_ARE: &str = "query($search: ID!) { searchAnswers(search: $search) { __typename } }";

pub(crate) const GIVE: &str = "mutation($input: GiveConsentInput!) { giveConsent(input: $input) { __typename ... on ConsentRecorded { consent { id } } } }";

pub(crate) const WITHDRAW: &str =
    "mutation($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { __typename } }";

pub(crate) const DISCLOSURES: &str = "query($subject: ID!) { disclosures(first: 100, subject: $subject) { nodes { at recipient { name } purpose noun seat categories } pageInfo { hasNextPage } } }";

pub(crate) const SUBJECTS: &str = "{ subjects(first: 100) { nodes { id } } }";

pub(crate) const RECORD: &str = "mutation($input: RecordArrivalInput!) { recordArrival(input: $input) { __typename
  ... on ArrivalRecorded { arrival { id state kind cameFrom version canDo } } ... on InvalidInput { path message } ... on NotFound { message }
  ... on NotPermitted { message } ... on Conflict { version } } }";

pub(crate) const MOVE: &str = "mutation($input: StepArrivalInput!) { stepArrival(input: $input) { __typename
  ... on ArrivalStepped { arrival { id state closeReason version canDo } } ... on IllegalStep { legal missing }
  ... on InvalidInput { path message } ... on NotFound { message } ... on NotPermitted { message } ... on Conflict { version } } }";

pub(crate) const LINK: &str = "mutation($input: LinkArrivalInput!) { linkArrival(input: $input) { __typename
  ... on ArrivalLinked { arrival { id referrals version } } ... on InvalidInput { path message } ... on NotFound { message } ... on Conflict { version } } }";

pub(crate) const ARRIVALS: &str =
    "{ arrivals(first: 100) { nodes { id state kind cameFrom referrals version canDo subject { id } } } }";

pub(crate) const ARRIVAL: &str = "query($id: ID!) { arrival(id: $id) { id state version canDo } }";

pub(crate) const SEND: &str = "mutation($input: SendReferralInput!) { sendReferral(input: $input) { __typename ... on ReferralSent { referral { id } } } }";

pub(crate) const RECALLS: &str = "{ recalls(first: 100) { nodes { subject categories } } }";

pub(crate) const SUBJECT: &str = "query($id: ID!) { subject(id: $id) { id } }";

pub(crate) const EXPLAIN: &str =
    "query($id: ID!) { explain(subject: $id, purpose: FAMILY_TRACING) { category verdict } }";

pub(crate) const TAKE_BACK: &str =
    "mutation($input: WithdrawConsentsInput!) { withdrawConsents(input: $input) { __typename } }";
