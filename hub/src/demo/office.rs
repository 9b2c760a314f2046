//! The people of the demo and whom they sign in with: an identity provider of the sandbox, whose one page says that they are
//! invented. The hub knows it as it would know a ministry's; what a real hub lacks is the provider and not a door.

use std::net::SocketAddr;
use std::sync::Arc;

use sangam_desk::{IssuerSettings, KeysAt, OutsideAddress, Returned, SessionUse, SignatureAlgorithm, person_text};
use sangam_language::Caller;
use sangam_sandbox::Sandbox;
use sangam_sandbox::office::{CLIENT, Invented, Office};
use sangam_vocabulary::{Clock, PersonRole, PersonRoles, Purpose, SystemChance};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::folder::DemoFolder;
use super::hands::Hands;
use super::partners::REFERS;
use super::seed::Seeded;
use crate::command::CommandFault;
use crate::configuration::ProviderEntry;

/// The provider's name in addresses.
const NAME: &str = "demo";
/// The organization to which an agreement is proposed.
const ASKED: &str = "sathi-samuha";
/// Where the folder keeps the provider's address: accounts are bound to it, so that a second start needs the same.
const FILE: &str = "office.txt";

/// Somebody of the demo: her organization's handle and what she does there.
struct Member {
    subject: &'static str,
    organization: &'static str,
    role: PersonRole,
}

macro_rules! people {
    ($($subject:literal of $organization:literal $role:ident $($line:literal)?;)+) => {
        /// As the provider's page names them.
        const PEOPLE: &[Invented] = &[$(Invented { subject: $subject, line: on_the_page(&[$($line)?]) }),+];
        /// As the hub invites them.
        const MEMBERS: &[Member] =
            &[$(Member { subject: $subject, organization: $organization, role: PersonRole::$role }),+];
    };
}

/// The line of somebody who has one.
const fn on_the_page(line: &[&'static str]) -> Option<&'static str> {
    match line {
        [line, ..] => Some(line),
        [] => None,
    }
}

people! {
    "dhaka-liaison" of "bd-return-desk" Liaison "A liaison in Dhaka (Return Desk, Dhaka)";
    "kolkata-worker" of "asha-nivas" CaseWorker "A shelter worker in Kolkata (Asha Nivas)";
    "kathmandu-officer" of "sathi-samuha" AgreementOfficer "An agreement officer in Kathmandu (Sathi Samuha)";
    "dhaka-worker" of "nirapod-ghar" CaseWorker "A case worker in Dhaka (Nirapod Ghar)";
    "kolkata-liaison" of "in-return-desk" Liaison "A liaison in Kolkata (Return Desk, Kolkata)";
    "kolkata-officer" of "asha-nivas" AgreementOfficer;
    "kolkata-administrator" of "asha-nivas" Administrator;
    "kolkata-second" of "asha-nivas" Administrator;
    "desk-administrator" of "bd-return-desk" Administrator;
    "desk-second" of "bd-return-desk" Administrator;
    "nirapod-administrator" of "nirapod-ghar" Administrator;
    "nirapod-second" of "nirapod-ghar" Administrator;
    "sending-administrator" of "in-return-desk" Administrator;
    "sending-second" of "in-return-desk" Administrator;
}

/// The provider as it runs.
pub(super) struct Running(Sandbox<Office>);

impl Running {
    /// Starts it, where it was at the first start.
    pub(super) async fn start(folder: &DemoFolder, hub: &str, clock: Arc<dyn Clock>) -> Result<Self, CommandFault> {
        let known = folder.read(FILE).and_then(|text| text.trim().parse::<SocketAddr>().ok());
        let listen = known.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        let office = Office::start(listen, hub, PEOPLE, clock, Arc::new(SystemChance::new())).await;
        let office = office.map_err(|error| {
            CommandFault::said(format!(
                "the demo's people sign in at {listen}, where nothing can listen now ({}); stop what is there, or give another folder with --dir",
                error.kind()
            ))
        })?;
        let at = office.system().issuer().replace("http://", "");
        folder.write(FILE, format!("{at}\n"))?;
        Ok(Self(office))
    }

    /// The provider as the hub's configuration would name it.
    pub(super) fn entry(&self) -> Result<ProviderEntry, CommandFault> {
        let office = self.0.system();
        let issuer = OutsideAddress::read(office.issuer()).map_err(CommandFault::said)?;
        let settings = IssuerSettings {
            name: NAME.to_owned(),
            issuer,
            keys: KeysAt::Discovery,
            algorithms: vec![SignatureAlgorithm::EdDsa],
        };
        let client_secret = SecretString::from(office.secret().to_owned());
        let label = "Invented people of this demo".to_owned();
        Ok(ProviderEntry { settings, label, client_id: CLIENT.to_owned(), client_secret })
    }

    pub(super) async fn stop(self) {
        self.0.stop().await;
    }

    /// Signs somebody in as a browser does; with a code, she takes her invitation by it.
    async fn sign_in(&self, hands: &Hands<'_>, subject: &str, code: Option<&str>) -> Result<Caller, CommandFault> {
        let desk = hands.desk();
        let started = desk.start_sign_in(NAME, code).await.map_err(CommandFault::said)?;
        let pressed = self.0.system().press(&started.address, subject);
        let (state, code) =
            pressed.ok_or_else(|| CommandFault::said("the demo's provider knows nobody of that name"))?;
        let issuer = Some(self.0.system().issuer().to_owned());
        let returned = Returned { started: started.cookie, state, code: Some(code), issuer, session: None };
        let signed_in = desk.finish_sign_in(returned).await.map_err(CommandFault::said)?;
        let session = desk.session(&SessionUse { cookie: &signed_in.cookie, csrf: None }).await;
        Ok(session.map_err(CommandFault::said)?.caller)
    }

    /// Invites everybody, has each take the invitation, and puts those who work on cases on the teams of all.
    pub(super) async fn people(&self, hands: &mut Hands<'_>, seeded: &Seeded) -> Result<(), CommandFault> {
        let mut administrators = Vec::new();
        let mut workers = Vec::new();
        for member in MEMBERS {
            let organization = seeded.organization(member.organization)?;
            let roles = PersonRoles::of(&[member.role]);
            let invited = hands.desk().operator().invite(organization, member.subject, roles).await;
            let invited = invited.map_err(CommandFault::said)?;
            let caller = self.sign_in(hands, member.subject, Some(&invited.code)).await?;
            match member.role {
                // Who has a turn gives rights to others; there are two, because one may give none.
                PersonRole::Administrator if !administrators.iter().any(|(at, _)| *at == member.organization) => {
                    administrators.push((member.organization, caller));
                }
                PersonRole::AgreementOfficer if member.organization == REFERS => {
                    proposes(hands, seeded, &caller).await?;
                }
                PersonRole::CaseWorker | PersonRole::Liaison => workers.push((member.organization, invited.person)),
                _ => {}
            }
        }
        for (organization, administrator) in &administrators {
            let system = hands.system(seeded, organization).await?;
            let cases = cases(hands, &system).await?;
            for (_, person) in workers.iter().filter(|(at, _)| at == organization) {
                for case in &cases {
                    let input = Map::from_iter([
                        ("subject".to_owned(), json!(case)),
                        ("person".to_owned(), json!(person_text(*person))),
                    ]);
                    hands.change(administrator, None, ("joinTeam", "TeamJoined", "{ __typename }"), input).await?;
                }
            }
        }
        Ok(())
    }
}

/// An officer of the shelter proposes an agreement to the organization in Nepal, so that one waits for the officer there.
async fn proposes(hands: &Hands<'_>, seeded: &Seeded, officer: &Caller) -> Result<(), CommandFault> {
    let public = |handle| Ok::<_, CommandFault>(format!("org_{}", seeded.organization(handle)?.uuid().simple()));
    let terms = json!({
        "disclosers": [public(REFERS)?], "recipients": [public(ASKED)?], "purposes": ["REINTEGRATION"],
        "categories": ["CASE_REFERENCE", "DEMOGRAPHICS", "SERVICES"], "countries": ["NP"],
        "legalBases": ["CONSENT"], "retentionDays": 365, "until": hands.desk().now().plus_days(300).rfc3339(),
    });
    let input = Map::from_iter([("terms".to_owned(), terms)]);
    let drafted = ("draftAgreement", "AgreementDrafted", "{ agreement { id version } }");
    let told = hands.change(officer, None, drafted, input).await?;
    let of = |field: &str| told.pointer(&format!("/agreement/{field}")).cloned().unwrap_or_default();
    let input = Map::from_iter([("agreement".to_owned(), of("id")), ("version".to_owned(), of("version"))]);
    let proposed = ("proposeAgreement", "AgreementStepped", "{ __typename }");
    hands.change(officer, None, proposed, input).await.map(drop)
}

/// Whoever an organization works for in a return or a referral, by the ids it knows them by.
async fn cases(hands: &Hands<'_>, system: &Caller) -> Result<Vec<String>, CommandFault> {
    let mut cases = Vec::new();
    for (purpose, field) in [(Purpose::Repatriation, "repatriations"), (Purpose::ServiceReferral, "referrals")] {
        let query = format!("{{ told: {field}(first: 100) {{ nodes {{ subject {{ id }} }} }} }}");
        let told = hands.ask(system, Some(purpose), &query, json!({})).await?;
        let nodes = told.pointer("/told/nodes").and_then(Value::as_array).cloned().unwrap_or_default();
        for id in nodes.iter().filter_map(|node| node.pointer("/subject/id").and_then(Value::as_str)) {
            if !cases.iter().any(|known| known == id) {
                cases.push(id.to_owned());
            }
        }
    }
    Ok(cases)
}
