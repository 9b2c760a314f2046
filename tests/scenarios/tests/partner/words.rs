//! What is asked of the hub, in its own language.

pub(crate) const QUARANTINE: &str = "{ quarantine(first: 100) { nodes { id partner path kind length faults since } } partners(first: 100) { nodes { name quarantined waiting } } }";

pub(crate) const REPLAY: &str = "mutation Replay($input: ReplayRecordInput!) { replayRecord(input: $input) { __typename
  ... on RecordRead { id } ... on RecordGone { id message } ... on RecordStillQuarantined { record { id path kind length } } ... on NotFound { message } } }";

pub(crate) const SUBJECTS: &str = "{ subjects(first: 100) { nodes { id caseReference { number } demographics { sex } identity { names { text } } } } }";

pub(crate) const REFERRALS: &str = "query Referrals($direction: ReferralDirection) { referrals(first: 100, direction: $direction) { nodes {
  id state version services { services note } recipient { name } subject { id caseReference { number } identity { names { text } } } } } }";

pub(crate) const CONSENTS: &str = "query Consents($subject: ID!) { consents(first: 100, subject: $subject) { nodes { id effect categories recipients } } }";

pub(crate) const GIVE: &str = "mutation Give($input: GiveConsentInput!) { giveConsent(input: $input) { __typename
  ... on ConsentRecorded { consent { id } paperCode } ... on InvalidInput { path message } } }";

pub(crate) const NARROW: &str =
    "mutation Narrow($input: NarrowConsentInput!) { narrowConsent(input: $input) { __typename
  ... on ConsentNarrowed { consent { id version replaces } } ... on InvalidInput { path message } } }";

pub(crate) const EXTEND: &str =
    "mutation Extend($input: ExtendConsentInput!) { extendConsent(input: $input) { __typename
  ... on ConsentExtended { consent { id version replaces } } ... on InvalidInput { path message } } }";

pub(crate) const TAKE_BACK: &str =
    "mutation TakeBack($input: WithdrawConsentsInput!) { withdrawConsents(input: $input) { __typename } }";

pub(crate) const REPLACE_CODE: &str =
    "mutation Replace($input: ReplacePaperCodeInput!) { replacePaperCode(input: $input) { __typename
  ... on PaperCodeReplaced { paperCode } } }";

pub(crate) const ANSWER: &str = "mutation Answer($input: AnswerRecallInput!) { answerRecall(input: $input) { __typename
  ... on RecallAnswered { recall { state reason version } } ... on InvalidInput { path message } ... on IllegalStep { legal } } }";

pub(crate) const RECALLS: &str =
    "{ recalls(first: 100) { nodes { subject recipient categories since state reason version } } }";

pub(crate) const RECALLS_SENT: &str =
    "{ recallsSent(first: 100) { nodes { subject recipient categories state reason answeredAt } } }";

pub(crate) const CONSENTS_WHOLE: &str =
    "query Consents($subject: ID!) { consents(first: 100, subject: $subject) { nodes {
  id effect version source orderedBy orderAttestedBy endedHow endedBy } } }";

pub(crate) const WITHDRAW: &str =
    "mutation Withdraw($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { __typename } }";

pub(crate) const EXPLAIN: &str = "query Explain($subject: ID!, $recipient: ID!) {
  explain(subject: $subject, recipient: $recipient, purpose: SERVICE_REFERRAL) { category verdict clause } }";

pub(crate) const DISCLOSURES: &str = "query Disclosures($subject: ID!) { disclosures(first: 100, subject: $subject) { nodes { recipient { name } categories purpose noun seat } } }";

pub(crate) const SEND: &str = "mutation Send($input: SendReferralInput!) { sendReferral(input: $input) { __typename
  ... on ReferralSent { referral { id state } } } }";

pub(crate) const STEP: &str = "mutation Step($input: StepReferralInput!) { stepReferral(input: $input) { __typename
  ... on StepTaken { referral { state version } } } }";

pub(crate) const SHOWN: &str = "{ referrals(first: 100, direction: RECEIVED) { nodes { id state services { services }
  withheld { category reason } subject { id caseReference { number } demographics { sex } withheld { category reason } } } } }";
