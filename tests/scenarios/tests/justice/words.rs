//! What is asked of the hub, in its own language.

pub(crate) const CONTRIBUTIONS: &str =
    "{ contributions(first: 100) { nodes { id state seat purpose answerBy until version subject
  inviter { country role organization { name } } contributor { name } withheld { category reason } canSee canDo } } }";

pub(crate) const CONTRIBUTION: &str =
    "query One($id: ID!) { contribution(id: $id) { id state version subject canDo } }";

pub(crate) const INVITE: &str =
    "mutation Invite($input: InviteContributorInput!) { inviteContributor(input: $input) { __typename
  ... on ContributorInvited { contribution { id state version canDo } } ... on InvalidInput { path message } } }";

pub(crate) const ACCEPT: &str = "mutation Accept($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { __typename
  ... on ContributionChanged { contribution { id state version subject } } ... on IllegalStep { legal } ... on Conflict { version } } }";

pub(crate) const DECLINE: &str =
    "mutation Decline($input: DeclineInvitationInput!) { declineInvitation(input: $input) { __typename
  ... on ContributionChanged { contribution { id state version subject } } ... on IllegalStep { legal } } }";

pub(crate) const END: &str = "mutation End($input: EndContributionInput!) { endContribution(input: $input) { __typename
  ... on ContributionChanged { contribution { id state version subject } } ... on IllegalStep { legal } } }";

pub(crate) const SUBJECTS: &str = "{ subjects(first: 100) { nodes { id canSee demographics { sex } legal { reportNumber } contactSafety { safeToCall }
  narrative { account } withheld { category reason } } } }";

pub(crate) const SUBJECT: &str = "query One($id: ID!) { subject(id: $id) { id canSee demographics { sex } legal { reportNumber } contactSafety { safeToCall instructions }
  withheld { category reason } holder { country } } }";

pub(crate) const EXPLAIN: &str = "query Explain($subject: ID!) { explain(subject: $subject) { category verdict } }";

pub(crate) const RECORD: &str =
    "mutation Record($input: RecordHearingInput!) { recordHearing(input: $input) { __typename
  ... on HearingRecorded { hearing { id state version canDo } } ... on InvalidInput { path message } } }";

pub(crate) const STEP: &str = "mutation Step($input: StepHearingInput!) { stepHearing(input: $input) { __typename
  ... on HearingStepped { hearing { id state version holdsReturn canDo } } ... on IllegalStep { legal missing }
  ... on InvalidInput { path message } } }";

pub(crate) const HEARINGS: &str = "{ hearings(first: 100) { nodes { id state kind takesPlaceAt adjournReason holdsReturn legal { court notes } version
  subject { id } withheld { category reason } canSee canDo } } }";

pub(crate) const HEARING: &str =
    "query One($id: ID!) { hearing(id: $id) { id state kind takesPlaceAt adjournReason holdsReturn version canDo } }";

pub(crate) const PROTECTION: &str = "query Protection($id: ID!) { hearingProtection(id: $id) { id
  contactSafety { safeToCall instructions protectionMeasures } withheld { category reason } } }";

pub(crate) const REPORT: &str = "mutation Report($input: ReportRiskInput!) { reportRisk(input: $input) { __typename
  ... on RiskReported { risk { id kind } } ... on InvalidInput { path message } } }";

pub(crate) const RISKS: &str = "{ risks(first: 100) { nodes { id kind reportedAt contactSafety { instructions safeToCall } subject { id } withheld { category reason } } } }";

pub(crate) const SEND: &str = "mutation Send($input: SendReferralInput!) { sendReferral(input: $input) { __typename
  ... on ReferralSent { referral { id } } } }";

pub(crate) const REFERRALS: &str =
    "{ referrals(first: 100) { nodes { id state version canSee subject { id contactSafety { instructions } } } } }";

pub(crate) const OPEN_PLAN: &str =
    "mutation Open($input: OpenSupportPlanInput!) { openSupportPlan(input: $input) { __typename
  ... on SupportPlanOpened { plan { id state version canDo } } ... on InvalidInput { path message } } }";

pub(crate) const REVIEW_PLAN: &str =
    "mutation Review($input: ReviewSupportPlanInput!) { reviewSupportPlan(input: $input) { __typename
  ... on SupportPlanChanged { plan { id state version reviewDueAt canDo } } ... on IllegalStep { legal missing } } }";

pub(crate) const CLOSE_PLAN: &str =
    "mutation Close($input: CloseSupportPlanInput!) { closeSupportPlan(input: $input) { __typename
  ... on SupportPlanChanged { plan { id state version outcome canDo } } ... on IllegalStep { legal missing } } }";

pub(crate) const PLANS: &str = "{ supportPlans(first: 100) { nodes { id state beginsAt reviewDueAt reviews narrative { objectives supportTypes } canDo } } }";

pub(crate) const REVIEWS: &str =
    "{ supportReviews(first: 100) { nodes { id plan months finding reviewedAt narrative { retrafficked account } } } }";

pub(crate) const STEP_REFERRAL: &str =
    "mutation Step($input: StepReferralInput!) { stepReferral(input: $input) { __typename
  ... on StepTaken { referral { id state version } } ... on IllegalStep { legal } ... on TransferRefused { categories }
  ... on InvalidInput { path message } } }";

pub(crate) const REPATRIATIONS: &str =
    "{ repatriations(first: 100) { nodes { id state board turn version onHold canDo subject { id } } } }";

pub(crate) const REQUEST_RETURN: &str =
    "mutation Request($input: RequestRepatriationInput!) { requestRepatriation(input: $input) { __typename
  ... on RepatriationRequested { repatriation { id state version } } ... on InvalidInput { path message } } }";

pub(crate) const STEP_RETURN: &str =
    "mutation Step($input: StepRepatriationInput!) { stepRepatriation(input: $input) { __typename
  ... on RepatriationStepped { repatriation { id state version } } ... on IllegalStep { legal missing }
  ... on InvalidInput { path message } } }";

pub(crate) const OPEN_SEARCH: &str =
    "mutation Open($input: OpenSearchInput!) { openSearch(input: $input) { __typename
  ... on SearchOpened { search { id state version } } ... on IllegalStep { legal missing } ... on InvalidInput { path message } } }";

pub(crate) const SEARCHES: &str = "{ searches(first: 100) { nodes { id state version canDo subject { id } } } }";

pub(crate) const SEARCH_REQUESTS: &str =
    "{ searchRequests(first: 100) { nodes { id state version canDo subject { id } } } }";

pub(crate) const RECORD_ARRIVAL: &str =
    "mutation Record($input: RecordArrivalInput!) { recordArrival(input: $input) { __typename
  ... on ArrivalRecorded { arrival { id state version } } ... on InvalidInput { path message } } }";

pub(crate) const ARRIVALS: &str = "{ arrivals(first: 100) { nodes { id state version canDo subject { id } } } }";

pub(crate) const DRAW_CODE: &str = "mutation Draw($input: ReplacePaperCodeInput!) { replacePaperCode(input: $input) { __typename ... on PaperCodeReplaced { paperCode } } }";

pub(crate) const CONSENTS: &str =
    "query Consents($subject: ID!) { consents(subject: $subject, first: 100) { nodes { id until endedHow } } }";
