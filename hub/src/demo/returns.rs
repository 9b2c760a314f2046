//! Returns of the demo, made through the API as its referrals are: adults of the shelter in Kolkata whose requests stand at
//! different places, so that each of the demo's people has something to do.

use sangam_vocabulary::{Category, Code as _, Country, Purpose};
use serde_json::{Map, Value, json};

use super::hands::Hands;
use super::partners::REFERS;
use super::seed::Seeded;
use crate::command::CommandFault;

const RETURN: Option<Purpose> = Some(Purpose::Repatriation);
/// How long the consents last, in days.
const DAYS: i64 = 365;
/// Who takes part beside the shelter.
pub(super) const PARTIES: [&str; 4] = ["in-return-desk", "bd-return-desk", "nirapod-ghar", "sathi-samuha"];

/// One thing that somebody does: who, by which change, with what.
struct Act(&'static str, What);

enum What {
    /// A step, as the field of its input and the code.
    Step(&'static str, &'static str),
    /// The same for a reason.
    Because(&'static str, &'static str, &'static str),
    /// The same with so many days from now in a field.
    Within(&'static str, &'static str, &'static [(&'static str, i64)]),
    /// A seat for an organization.
    Invite(&'static str, &'static str),
    /// A note.
    Note(&'static str),
    /// A screening apart from police that finds no claim.
    Screened,
    /// A crossing and days.
    Plan,
}

use What::{Because, Invite, Note, Plan, Screened, Step, Within};

const SHELTER: &str = REFERS;
const SENDING: &str = "in-return-desk";
const DHAKA: &str = "bd-return-desk";
const NIRAPOD: &str = "nirapod-ghar";
const SATHI: &str = "sathi-samuha";

/// From nothing to an open request with everybody in it, of which the state of origin is asked.
const ASKED: &[Act] = &[
    Act(SHELTER, Screened),
    Act(SHELTER, Note("RISK_ASSESSED")),
    Act(SHELTER, Step("request", "SUBMIT")),
    Act(SHELTER, Invite("INVITE_RECEIVER", NIRAPOD)),
    Act(NIRAPOD, Step("placement", "AGREE")),
    Act(SHELTER, Invite("INVITE_AUTHORITY", SENDING)),
    Act(SENDING, Invite("INVITE_LIAISON", DHAKA)),
    Act(SENDING, Because("court", "CLEAR", "CHARGE_SHEET_FILED")),
    Act(SENDING, Step("court", "ORDER")),
    Act(SENDING, Step("verification", "ASK")),
];
/// Her home was found.
const REPORTED: &[Act] = &[Act(NIRAPOD, Step("verification", "BEGIN")), Act(NIRAPOD, Step("verification", "REPORT"))];
/// She is a national, and a permit is applied for.
const APPLIED: &[Act] = &[Act(DHAKA, Step("verification", "CONFIRM")), Act(SENDING, Step("travelDocument", "APPLY"))];
/// Both papers are there, and where she will live is agreed.
const READY: &[Act] = &[
    Act(DHAKA, Within("travelDocument", "ISSUE", &[("validFrom", 0), ("validUntil", 21)])),
    Act(SENDING, Step("exitClearance", "APPLY")),
    Act(SENDING, Within("exitClearance", "ISSUE", &[("validFrom", 0), ("validUntil", 60)])),
    Act(NIRAPOD, Step("placement", "ASSESS")),
    Act(NIRAPOD, Step("placement", "SIGN")),
    Act(SHELTER, Step("placement", "SIGN")),
    Act(NIRAPOD, Step("placement", "AGREE_PLACE")),
    Act(SHELTER, Note("WANTS_TO_RETURN")),
];
/// A day is proposed.
const PLANNED: &[Act] = &[Act(SENDING, Plan)];
/// A court waits for her.
const HELD: &[Act] = &[Act(SHELTER, Within("hold", "HOLD_FOR_COURT", &[("hearingAt", 30)]))];
/// Nobody but the shelter knows of it.
const DRAFTED: &[Act] = &[Act(SHELTER, Screened)];
/// Between two organizations, over an open border.
const NEPAL: &[Act] = &[
    Act(SHELTER, Screened),
    Act(SHELTER, Note("RISK_ASSESSED")),
    Act(SHELTER, Step("request", "SUBMIT")),
    Act(SHELTER, Invite("INVITE_RECEIVER", SATHI)),
    Act(SATHI, Step("placement", "AGREE")),
    Act(SHELTER, Step("verification", "ASK")),
];

/// The returns, each with the country of origin, the first ones first.
const RETURNS: &[(Country, &[&[Act]])] = &[
    (Country::Bangladesh, &[ASKED, REPORTED, APPLIED, READY, PLANNED]),
    (Country::Bangladesh, &[ASKED, REPORTED, HELD]),
    (Country::Bangladesh, &[ASKED, REPORTED, APPLIED]),
    (Country::Nepal, &[NEPAL]),
    (Country::Bangladesh, &[ASKED, REPORTED]),
    (Country::Bangladesh, &[ASKED]),
    (Country::Bangladesh, &[DRAFTED]),
];

/// Makes them, for as many adults as the shelter has.
pub(super) async fn seed(hands: &mut Hands<'_>, seeded: &Seeded) -> Result<usize, CommandFault> {
    let shelter = hands.system(seeded, SHELTER).await?;
    const PEOPLE: &str = "{ subjects(first: 100) { nodes { id demographics { ageBand } } } }";
    let told = hands.ask(&shelter, Some(Purpose::Protection), PEOPLE, json!({})).await?;
    let nodes = told.pointer("/subjects/nodes").and_then(Value::as_array).cloned().unwrap_or_default();
    let grown = |node: &&Value| {
        let band = node.pointer("/demographics/ageBand").and_then(Value::as_str).unwrap_or_default();
        ["AGE_18_20", "AGE_21_25", "AGE_26_40", "AGE_41_PLUS"].contains(&band)
    };
    let adults: Vec<String> = nodes
        .iter()
        .filter(grown)
        .filter_map(|node| node.get("id").and_then(Value::as_str).map(str::to_owned))
        .take(RETURNS.len())
        .collect();
    // The last ones are the ones of whom there may be too few adults.
    for (subject, (to, acts)) in adults.iter().zip(RETURNS) {
        consents(hands, seeded, subject).await?;
        let begun = fields([("subject", json!(subject)), ("to", json!(to.code()))]);
        let request = ("requestRepatriation", "RepatriationRequested", "{ repatriation { id } }");
        hands.change(&shelter, RETURN, request, begun).await?;
        for Act(who, what) in acts.iter().copied().flatten() {
            act(hands, seeded, who, what).await?;
        }
    }
    Ok(adults.len())
}

fn fields<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// She says that whoever brings her home may know what that takes.
async fn consents(hands: &mut Hands<'_>, seeded: &Seeded, subject: &str) -> Result<(), CommandFault> {
    let shelter = hands.system(seeded, SHELTER).await?;
    let recipients = PARTIES.iter().map(|handle| seeded.organization(handle)).collect::<Result<Vec<_>, _>>()?;
    let recipients: Vec<String> = recipients.iter().map(|id| format!("org_{}", id.uuid().simple())).collect();
    let categories: Vec<&str> = Category::ALL.iter().map(|category| category.code()).collect();
    let input = fields([
        ("subject", json!(subject)),
        ("effect", json!("GRANT")),
        ("givenBy", json!("OWN")),
        ("assent", json!("NOT_ASKED")),
        ("answers", json!(vec![true; 7])),
        ("purposes", json!(["REPATRIATION"])),
        ("categories", json!(categories)),
        ("recipients", json!(recipients)),
        ("countries", json!(["IN", "BD", "NP"])),
        ("until", json!(hands.desk().now().plus_days(DAYS).rfc3339())),
    ]);
    hands.change(&shelter, RETURN, ("giveConsent", "ConsentRecorded", "{ __typename }"), input).await.map(drop)
}

/// Somebody does something in the request that was begun last: of those in which she sits, the first of her list.
async fn act(hands: &mut Hands<'_>, seeded: &Seeded, who: &str, what: &What) -> Result<(), CommandFault> {
    let caller = hands.system(seeded, who).await?;
    const LAST: &str = "{ repatriations(first: 1) { nodes { id version } } }";
    let last = hands.ask(&caller, RETURN, LAST, json!({})).await?;
    let of = |field: &str| last.pointer(&format!("/repatriations/nodes/0/{field}")).cloned().unwrap_or_default();
    let mut input = fields([("repatriation", of("id")), ("version", of("version"))]);
    let now = hands.desk().now();
    let day = |days: i64| json!(now.plus_days(days).rfc3339());
    match what {
        Step(part, event) => input.extend(fields([(part, json!(event))])),
        Because(part, event, reason) => input.extend(fields([(part, json!(event)), ("reason", json!(reason))])),
        Within(part, event, days) => {
            input.extend(fields([(part, json!(event))]));
            input.extend(days.iter().map(|(field, days)| ((*field).to_owned(), day(*days))));
            if *part == "hold" {
                input.extend(fields([("reason", json!("TESTIMONY"))]));
            }
        }
        Invite(event, whom) => {
            let organization = format!("org_{}", seeded.organization(whom)?.uuid().simple());
            input.extend(fields([("request", json!(event)), ("organization", json!(organization))]));
        }
        Screened => input.extend(fields([("screening", json!("FIND_NONE")), ("apartFromPolice", json!(true))])),
        Plan => input.extend(fields([
            ("request", json!("PROPOSE")),
            ("crossing", json!("PETRAPOLE_BENAPOLE")),
            ("handoverFrom", day(5)),
            ("handoverUntil", day(7)),
        ])),
        Note(note) => {
            input.extend(fields([("note", json!(note))]));
            let change = ("noteRepatriation", "RepatriationNoted", "{ __typename }");
            return hands.change(&caller, RETURN, change, input).await.map(drop);
        }
    }
    let change = ("stepRepatriation", "RepatriationStepped", "{ __typename }");
    hands.change(&caller, RETURN, change, input).await.map(drop)
}
