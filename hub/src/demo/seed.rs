//! Seeding: organizations, their people and systems, agreements, and the consents that let the demo show
//! something. Done once a folder; a second start finds what the first one made.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use aws_lc_rs::signature::Ed25519KeyPair;
use sangam_custody::{Age, Assent, Consent, Effect, GivenBy, Informed};
use sangam_desk::{Desk, NewAgreement, NewClient, NewCredential, NewOrganization, SigningKey};
use sangam_language::{Scope, ScopeSet};
use sangam_vocabulary::payload::ServiceCode;
use sangam_vocabulary::{
    Category, CategorySet, Code, ConsentId, Country, OrganizationId, PersonId, Purpose, PurposeSet, SubjectId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::folder::{ACTORS, DemoFolder};
use super::partners::{PARTNERS, People, REFERS};
use super::people::INVENTED;
use crate::command::CommandFault;

/// Where the seed lies in the folder: it holds the clients' secrets.
const FILE: &str = "seed.json";
/// How long the demo's agreements and consents last, in days.
const DAYS: i64 = 365;
/// Whose client the demo shows things with.
const SHOWN: &str = "nirapod-ghar";

/// A client with its secret, for `demo.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct DemoClient {
    pub(super) organization: String,
    pub(super) name: String,
    pub(super) country: Country,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    /// The file of the key with which it says who in the organization asks, Ed25519 as PKCS#8, and the key's name.
    pub(super) actor_key: PathBuf,
    pub(super) actor_kid: String,
    pub(super) scopes: Vec<String>,
    pub(super) purposes: Vec<Purpose>,
}

/// What seeding made.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    organizations: BTreeMap<String, Uuid>,
    clients: Vec<DemoClient>,
}

/// What seeding made, ready for use.
pub(super) struct Seeded {
    pub(super) organizations: BTreeMap<String, OrganizationId>,
    pub(super) clients: Vec<DemoClient>,
    fallback: DemoClient,
}

impl Seeded {
    /// The client the demo shows things with: the organization the referrals go to.
    pub(super) fn shown(&self) -> &DemoClient {
        self.client(SHOWN)
    }

    pub(super) fn client(&self, handle: &str) -> &DemoClient {
        let name = INVENTED.iter().find(|one| one.handle == handle).map(|one| one.name);
        self.clients.iter().find(|client| Some(client.organization.as_str()) == name).unwrap_or(&self.fallback)
    }

    pub(super) fn organization(&self, handle: &str) -> Result<OrganizationId, CommandFault> {
        self.organizations.get(handle).copied().ok_or_else(|| {
            CommandFault::said(format!(
                "the seed lacks `{handle}`: an older demo made it; remove the folder and start again"
            ))
        })
    }

    fn from(stored: Stored) -> Result<Self, CommandFault> {
        let fallback = stored.clients.first().cloned().ok_or_else(|| CommandFault::said("the seed has no client"))?;
        let organizations =
            stored.organizations.into_iter().map(|(handle, id)| (handle, OrganizationId::from_uuid(id))).collect();
        Ok(Self { organizations, clients: stored.clients, fallback })
    }
}

/// What of whom is listed for everybody, for a look under `/hsds`. Of the shelter no place is told, though it says it may.
const LISTED: [(&str, &[ServiceCode]); 3] = [
    ("nyaya-setu", &[ServiceCode::LegalAid]),
    ("nirapod-ghar", &[ServiceCode::Psychosocial, ServiceCode::Livelihood]),
    ("asha-nivas", &[ServiceCode::Psychosocial]),
];

/// The partners' organizations beside those that have agreements and consents of their own: each has what it needs to
/// refer people to the shelter and to be referred people by it.
fn others() -> Vec<&'static str> {
    const OWN: [&str; 3] = [REFERS, "nirapod-ghar", "sathi-samuha"];
    let with_people = PARTNERS.iter().filter(|partner| partner.people != People::Nobody);
    with_people.map(|partner| partner.organization).filter(|organization| !OWN.contains(organization)).collect()
}

/// Seeds a folder's store, or reads what an earlier start made.
pub(super) async fn seed(folder: &DemoFolder, desk: &Arc<Desk>) -> Result<Seeded, CommandFault> {
    if let Some(text) = folder.read(FILE) {
        let stored = serde_json::from_str(&text)
            .map_err(|_| CommandFault::said("`seed.json` is not readable; remove the folder and start again"))?;
        return Seeded::from(stored);
    }
    let mut stored = Stored { organizations: BTreeMap::new(), clients: Vec::new() };
    let mut people: BTreeMap<&str, Vec<(OrganizationId, PersonId)>> = BTreeMap::new();
    for one in INVENTED {
        let new = NewOrganization {
            name: one.name.to_owned(),
            country: one.country,
            role: one.role,
            services: one.services.to_vec(),
            coverage: one.coverage.iter().map(|&place| place.to_owned()).collect(),
        };
        let id = desk.enrol_organization(new).await.map_err(CommandFault::said)?;
        for number in 1..=2 {
            let person =
                desk.enrol_person(id, &format!("{}-{number}", one.handle)).await.map_err(CommandFault::said)?;
            people.entry(one.handle).or_default().push((id, person));
        }
        let actor = actor_key(folder, one.handle)?;
        stored.clients.push(client(desk, id, one.name, one.country, actor).await?);
        stored.organizations.insert(one.handle.to_owned(), id.uuid());
    }
    let seeded = Seeded::from(Stored { organizations: stored.organizations.clone(), clients: stored.clients.clone() })?;
    agreement(
        desk,
        &seeded,
        &people,
        &["asha-nivas"],
        &["nirapod-ghar", "alor-pothe", "sathi-samuha"],
        "Letter of cooperation on returns from Kolkata (invented)",
    )
    .await?;
    agreement(
        desk,
        &seeded,
        &people,
        &["sathi-samuha"],
        &["asha-nivas", "nirapod-ghar"],
        "Letter of cooperation across the open border (invented)",
    )
    .await?;
    agreement(
        desk,
        &seeded,
        &people,
        &["nirapod-ghar"],
        &["asha-nivas"],
        "Letter of cooperation on witnesses (invented)",
    )
    .await?;
    let home = Letter {
        purposes: PurposeSet::of(&[Purpose::Repatriation]),
        categories: CategorySet::all(),
        legal_basis: "Letter of cooperation on bringing people home (invented)",
    };
    agreement_on(desk, &seeded, &people, &[REFERS], &super::returns::PARTIES, home).await?;
    let others = others();
    for (disclosers, recipients) in [(&[REFERS][..], &others[..]), (&others[..], &[REFERS][..])] {
        let letter = "Letter of cooperation with partners of the shelter (invented)";
        agreement(desk, &seeded, &people, disclosers, recipients, letter).await?;
    }
    for (handle, services) in LISTED {
        desk.set_listing(seeded.organization(handle)?, Some((services.to_vec(), true)))
            .await
            .map_err(CommandFault::said)?;
    }
    let text = serde_json::to_string_pretty(&stored).map_err(CommandFault::said)?;
    // Written last: a start that was interrupted before finds no seed and says so by making it anew.
    folder.write(FILE, &text)?;
    Ok(seeded)
}

/// Draws the key with which an organization's client says who asks, and lays it into the folder: as PKCS#8 of the first
/// version, which `openssl` reads.
fn actor_key(folder: &DemoFolder, handle: &str) -> Result<(PathBuf, SigningKey), CommandFault> {
    let drawn = Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1());
    let drawn = drawn.map_err(|_| CommandFault::said("no randomness"))?;
    let key =
        SigningKey::from_pkcs8(drawn.as_ref()).ok_or_else(|| CommandFault::said("a key was drawn that is none"))?;
    let name = format!("{handle}.pk8");
    let file = folder.actors()?.join(&name);
    folder.write(&format!("{ACTORS}/{name}"), drawn.as_ref())?;
    Ok((file, key))
}

async fn client(
    desk: &Desk,
    organization: OrganizationId,
    name: &str,
    country: Country,
    (actor_key, actor): (PathBuf, SigningKey),
) -> Result<DemoClient, CommandFault> {
    let (scopes, purposes) = (ScopeSet::of(Scope::ALL).for_systems(), PurposeSet::all());
    let credential = NewCredential::Secret;
    let (name_there, actor_keys) = ("case system".to_owned(), Some(actor.key_set()));
    let new = NewClient { organization, name: name_there, scopes, purposes, credential, actor_keys };
    let enrolled = desk.enrol_client(new).await.map_err(CommandFault::said)?;
    let secret = enrolled.secret.ok_or_else(|| CommandFault::said("a client was registered without its secret"))?;
    Ok(DemoClient {
        organization: name.to_owned(),
        name: "case system".to_owned(),
        country,
        client_id: enrolled.client_id,
        client_secret: secret,
        actor_key,
        actor_kid: actor.kid().to_owned(),
        scopes: scopes.iter().map(|scope| scope.code().to_owned()).collect(),
        purposes: purposes.iter().collect(),
    })
}

/// What an agreement is on.
struct Letter<'a> {
    purposes: PurposeSet,
    categories: CategorySet,
    legal_basis: &'a str,
}

async fn agreement(
    desk: &Desk,
    seeded: &Seeded,
    people: &BTreeMap<&str, Vec<(OrganizationId, PersonId)>>,
    disclosers: &[&str],
    recipients: &[&str],
    legal_basis: &str,
) -> Result<(), CommandFault> {
    let purposes = PurposeSet::of(&[Purpose::ServiceReferral, Purpose::Protection]);
    let letter = Letter { purposes, categories: CategorySet::LIGHT.with(Category::Messages), legal_basis };
    agreement_on(desk, seeded, people, disclosers, recipients, letter).await
}

async fn agreement_on(
    desk: &Desk,
    seeded: &Seeded,
    people: &BTreeMap<&str, Vec<(OrganizationId, PersonId)>>,
    disclosers: &[&str],
    recipients: &[&str],
    letter: Letter<'_>,
) -> Result<(), CommandFault> {
    let now = desk.now();
    let ids =
        |handles: &[&str]| handles.iter().map(|handle| seeded.organization(handle)).collect::<Result<Vec<_>, _>>();
    let new = NewAgreement {
        disclosers: ids(disclosers)?,
        recipients: ids(recipients)?,
        purposes: letter.purposes,
        categories: letter.categories,
        countries: vec![Country::Bangladesh, Country::India, Country::Nepal, Country::Pakistan, Country::SriLanka],
        from: now,
        until: now.plus_days(DAYS),
        legal_basis: letter.legal_basis.to_owned(),
        approvals: disclosers
            .iter()
            .chain(recipients)
            .filter_map(|handle| people.get(handle))
            .flatten()
            .copied()
            .collect(),
    };
    desk.record_agreement(new).await.map_err(CommandFault::said)?;
    Ok(())
}

/// Records, for every subject that has no consent yet, one that lets the organizations of its referrals see
/// what they need; and identity too, so that the demo shows law withholding what consent would give.
pub(super) async fn consents(desk: &Desk, seeded: &Seeded) -> Result<(), CommandFault> {
    let others = others();
    let shelter: Vec<&str> = ["nirapod-ghar", "alor-pothe", "sathi-samuha"].into_iter().chain(others.clone()).collect();
    let pairs =
        [(REFERS, shelter), ("sathi-samuha", vec!["asha-nivas", "nirapod-ghar"]), ("nirapod-ghar", vec!["asha-nivas"])];
    for (owner, recipients) in pairs.into_iter().chain(others.into_iter().map(|other| (other, vec![REFERS]))) {
        let owner = seeded.organization(owner)?;
        let recipients = recipients.iter().map(|handle| seeded.organization(handle)).collect::<Result<Vec<_>, _>>()?;
        for (subject, age) in desk.without_grant(owner).await.map_err(CommandFault::said)? {
            consent(desk, owner, subject, age, &recipients).await?;
        }
    }
    Ok(())
}

async fn consent(
    desk: &Desk,
    owner: OrganizationId,
    subject: SubjectId,
    age: Age,
    recipients: &[OrganizationId],
) -> Result<(), CommandFault> {
    let now = desk.now();
    let own = (GivenBy::Own, Assent::NotAsked);
    let child = (GivenBy::Authority, Assent::Given);
    // Where both rules apply, because the age is not known, both consents are needed.
    let given = [(age.adult_rules(now), own), (age.minor_rules(now), child)];
    for (given_by, assent) in given.into_iter().filter_map(|(applies, by)| applies.then_some(by)) {
        let consent = Consent {
            id: ConsentId::drawn(&sangam_vocabulary::SystemChance::new())
                .ok_or_else(|| CommandFault::said("no randomness"))?,
            effect: Effect::Grant,
            given_by,
            assent,
            informed: Informed::FULLY,
            purposes: PurposeSet::of(&[Purpose::ServiceReferral, Purpose::Protection]),
            categories: CategorySet::LIGHT.with(Category::Messages).with(Category::Identity),
            recipients: recipients.to_vec(),
            countries: Country::ALL.to_vec(),
            from: now,
            until: now.plus_days(DAYS),
        };
        desk.record_consent(owner, subject, consent).await.map_err(CommandFault::said)?;
    }
    Ok(())
}
