//! What somebody would see of a record that is in no store yet: for whoever writes a partner's mapping. The same `decide`,
//! the same reading of consents and facts as for records that are taken in; recipient, consent and agreement are assumed,
//! nothing is released, and nothing is read but what the caller gives.

use std::collections::BTreeMap;

use sangam_custody::{
    Agreement, Approval, Asker, Assent, Behind, Consent, Context, Controller, Effect, Epoch, GivenBy, Informed,
    LawBook, RecordState, Rules, Terms, Verdict, decide,
};
use sangam_mapping::Intake;
use sangam_vocabulary::{
    AgreementId, Category, CategorySet, ConsentId, Country, Instant, Noun, OrganizationId, PersonId, Purpose,
    PurposeSet, Relation, Residence, Residences, Role, Seat,
};
use uuid::Uuid;

use crate::explain::{clause_words, reason_word};
use crate::intake::{facts, imported};

/// What is assumed.
#[derive(Debug)]
pub struct Assumed {
    /// The law.
    pub law: LawBook,
    /// Where what the owner's records say stays.
    pub residences: Residences,
    /// The owner's country and capacity.
    pub owner: (Country, Role),
    /// The recipient's country and capacity.
    pub recipient: (Country, Role),
    /// The recipient's handle, where it is an organization that the partner's file names: consents of the record that name
    /// it then count.
    pub handle: Option<String>,
    /// Why it asks.
    pub purpose: Purpose,
    /// Whether the person consented to everything for this recipient and purpose, as the law of her age asks; nothing
    /// otherwise.
    pub consent: bool,
    /// Whether an agreement between the two covers everything; none otherwise.
    pub agreement: bool,
}

/// What is assumed, ready to ask.
pub struct Outlook {
    rules: Rules,
    residences: Residences,
    owner: Controller,
    recipient: Asker,
    purpose: Purpose,
    granted: Vec<Consent>,
    organizations: BTreeMap<String, OrganizationId>,
    at: Instant,
}

/// What becomes of one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// The category.
    pub category: Category,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a category on its way to a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It would be released.
    Released,
    /// It stays in the owner's system, and would be released where it is asked for there.
    ReleasedLive,
    /// It is dropped before anything else: it is to be nowhere.
    Dropped,
    /// It would be withheld.
    Withheld(Withheld),
}

/// Why something would be withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// What the recipient would be told.
    pub reason: &'static str,
    /// The clause that decides it, as the owner is told.
    pub clause: String,
    /// The same in a sentence.
    pub sentence: String,
}

/// A number of an organization that exists here alone.
const fn organization(number: u128) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(number))
}

const OWNER: OrganizationId = organization(1);
const RECIPIENT: OrganizationId = organization(2);
/// Where the organizations of a partner's file begin.
const FIRST: u128 = 16;

impl Outlook {
    /// What is assumed at an instant. `references` are the organizations of the partner's file: its own references and the
    /// handles of the same.
    #[must_use]
    pub fn new(assumed: Assumed, references: &BTreeMap<String, String>, at: Instant) -> Self {
        let mut handles: BTreeMap<&String, OrganizationId> = BTreeMap::new();
        for handle in references.values() {
            let next = organization(FIRST + handles.len() as u128);
            let own = assumed.handle.as_ref() == Some(handle);
            handles.entry(handle).or_insert(if own { RECIPIENT } else { next });
        }
        let organizations =
            references.iter().filter_map(|(reference, handle)| Some((reference.clone(), *handles.get(handle)?)));
        let (country, role) = assumed.recipient;
        let recipient = Asker { organization: RECIPIENT, role, country, behind: Behind::Staff };
        let agreements = if assumed.agreement { vec![agreement(assumed.purpose, country)] } else { Vec::new() };
        let granted = if assumed.consent { granted(assumed.purpose, country) } else { Vec::new() };
        let (owner_country, owner_role) = assumed.owner;
        Self {
            rules: Rules { epoch: Epoch::default(), law: assumed.law, terms: Terms::new(agreements) },
            residences: assumed.residences,
            owner: Controller { organization: OWNER, role: owner_role, country: owner_country },
            recipient,
            purpose: assumed.purpose,
            granted,
            organizations: organizations.collect(),
            at,
        }
    }

    /// What the recipient of a referral would see of a record, category by category of those that it has. Consents of the
    /// record itself count beside what is assumed.
    #[must_use]
    pub fn of(&self, intake: &Intake) -> Vec<Foreseen> {
        let own = intake.consents.iter().enumerate().map(|(number, consent)| {
            let named = consent.recipients.iter().flatten().filter_map(|name| self.organizations.get(name).copied());
            imported(consent, ConsentId::from_uuid(Uuid::from_u128(FIRST + number as u128)), named.collect())
        });
        let own: Vec<Consent> = own.collect();
        let consents: Vec<Consent> = self.granted.iter().chain(&own).cloned().collect();
        let context = Context {
            caller: self.recipient,
            relation: Some(Relation::new(Noun::Referral, Seat::Recipient)),
            purpose: self.purpose,
            owner: self.owner,
            past_owners: Vec::new(),
            facts: facts(intake, self.at),
            onward: None,
            state: RecordState::open_from(Instant::ALWAYS),
        };
        let categories = CategorySet::all().iter().filter(|category| intake.payload(*category).is_some());
        let foreseen = categories.map(|category| {
            let fate = match self.residences.of(category) {
                Residence::Never => Fate::Dropped,
                Residence::Hub => self.withheld(&consents, &context, category).map_or(Fate::Released, Fate::Withheld),
                // What is asked for live has to be covered by what is stored and by the record itself.
                Residence::Home => [&consents, &own]
                    .into_iter()
                    .find_map(|consents| self.withheld(consents, &context, category))
                    .map_or(Fate::ReleasedLive, Fate::Withheld),
            };
            Foreseen { category, fate }
        });
        foreseen.collect()
    }

    /// Why a category would be withheld; `None` where it would be released.
    fn withheld(&self, consents: &[Consent], context: &Context, category: Category) -> Option<Withheld> {
        let ruling = decide(&self.rules, consents, &context.ask(category, self.at));
        match ruling.verdict {
            Verdict::Release(_) => None,
            Verdict::Refuse(refusal) => {
                let (clause, sentence) = clause_words(&self.rules, &refusal.clause);
                Some(Withheld { reason: refusal.reason().map_or("NOT_FOUND", reason_word), clause, sentence })
            }
        }
    }
}

/// Consent to everything: what an adult gives, and what is given for a child who does not refuse.
fn granted(purpose: Purpose, country: Country) -> Vec<Consent> {
    let given = [(GivenBy::Own, Assent::NotAsked), (GivenBy::Authority, Assent::Given)];
    let consent = |(number, (given_by, assent)): (u128, _)| Consent {
        id: ConsentId::from_uuid(Uuid::from_u128(number)),
        effect: Effect::Grant,
        given_by,
        assent,
        informed: Informed::FULLY,
        purposes: PurposeSet::of(&[purpose]),
        categories: CategorySet::all(),
        recipients: vec![RECIPIENT],
        countries: vec![country],
        from: Instant::ALWAYS,
        until: Instant::NEVER,
    };
    (1..).zip(given).map(consent).collect()
}

/// An agreement that covers everything.
fn agreement(purpose: Purpose, country: Country) -> Agreement {
    let person = |number| PersonId::from_uuid(Uuid::from_u128(number));
    let approvals = [(OWNER, 1), (OWNER, 2), (RECIPIENT, 3), (RECIPIENT, 4)];
    Agreement {
        id: AgreementId::from_uuid(Uuid::from_u128(1)),
        version: 1,
        disclosers: vec![OWNER],
        recipients: vec![RECIPIENT],
        purposes: PurposeSet::of(&[purpose]),
        categories: CategorySet::all(),
        countries: vec![country],
        onward: false,
        from: Instant::ALWAYS,
        until: Instant::NEVER,
        suspended: false,
        approvals: approvals.map(|(organization, number)| Approval { organization, person: person(number) }).to_vec(),
    }
}
