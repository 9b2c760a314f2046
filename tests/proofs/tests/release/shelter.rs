//! An invented shelter with its keys, and two of its subjects with something sealed about each.

use std::sync::Arc;

use sangam_custody::{
    Actor, Age, Answer, Asker, Behind, Context, ContextMask, Controller, Decision, Epoch, Facts, Fence, Held, KeyBytes,
    Keys, Line, LocalKeyRing, OrganizationSecret, Party, RecordState, Rules, SubjectKey, SubjectKeys,
};
use sangam_proofs::{Cast, NOON};
use sangam_vocabulary::payload::Payload;
use sangam_vocabulary::{
    Category, CategorySet, Chance, Country, Instant, ManualClock, Noun, OrganizationId, Purpose, RecordId, ReferralId,
    Relation, Role, Seat, SeededChance, SubjectId,
};
use serde_json::json;
use uuid::Uuid;

/// The fence of every answer here.
pub(crate) const FENCE: Fence = Fence(41);

/// A subject with its keys and a referral about it.
pub(crate) struct Subject {
    pub(crate) id: SubjectId,
    pub(crate) referral: RecordId,
    pub(crate) stored: SubjectKeys,
    pub(crate) key: SubjectKey,
}

/// The shelter.
pub(crate) struct Shelter {
    pub(crate) chance: Arc<SeededChance>,
    pub(crate) clock: ManualClock,
    pub(crate) keys: Keys,
    pub(crate) owner: OrganizationId,
    pub(crate) secret: OrganizationSecret,
    pub(crate) recipient: Party,
    pub(crate) first: Subject,
    pub(crate) second: Subject,
}

/// A payload of a category of which the tests can tell that it was opened.
pub(crate) fn payload(category: Category, word: &str) -> Payload {
    let value = match category {
        Category::CaseReference => json!({ "number": word, "status": "ACTIVE" }),
        Category::Identity => json!({ "names": [{ "text": word, "kind": "OFFICIAL" }] }),
        _ => json!({ "country": "IN", "place": word }),
    };
    Payload::read(category, value).unwrap()
}

/// Keys under a ring of their own root.
pub(crate) fn keys(chance: &Arc<SeededChance>, root: u8) -> Keys {
    let chance: Arc<dyn Chance> = chance.clone();
    let ring = LocalKeyRing::new(&KeyBytes::new([root; 32]), Arc::clone(&chance)).unwrap();
    Keys::new(Arc::new(ring), chance)
}

fn subject(keys: &Keys, owner: OrganizationId, number: u128) -> Subject {
    let id = SubjectId::from_uuid(Uuid::from_u128(0x5000 + number));
    let referral = RecordId::from(ReferralId::from_uuid(Uuid::from_u128(0x6000 + number)));
    let stored = keys.mint_subject(owner, id).unwrap();
    let key = keys.subject(owner, id, &stored).unwrap();
    Subject { id, referral, stored, key }
}

impl Shelter {
    pub(crate) fn new() -> Self {
        let (cast, chance) = (Cast::default(), Arc::new(SeededChance::new(11)));
        let keys = keys(&chance, 7);
        let owner = cast.of(Country::India, Role::Shelter).organization;
        let secret = keys.mint_organization(owner).unwrap();
        keys.admit(owner, &secret).unwrap();
        let to = cast.of(Country::Bangladesh, Role::Ngo);
        let recipient = Party {
            organization: to.organization,
            role: to.role,
            country: to.country,
            actor: Some(Actor::staff("staff-7f")),
        };
        let (first, second) = (subject(&keys, owner, 1), subject(&keys, owner, 2));
        Self { chance, clock: ManualClock::new(NOON), keys, owner, secret, recipient, first, second }
    }

    /// Something sealed in the subject's own record.
    pub(crate) fn sealed(&self, subject: &Subject, category: Category, word: &str) -> Held {
        subject.key.seal(&*self.chance, RecordId::from(subject.id), &payload(category, word)).unwrap()
    }

    /// A line that releases some categories of a subject through its referral.
    pub(crate) fn line<'k>(&self, subject: &'k Subject, released: &[Category], until: Instant) -> Line<'k> {
        self.line_of(subject, subject.referral, released, until)
    }

    /// A line that releases some categories of a record about a subject.
    pub(crate) fn line_of<'k>(
        &self,
        subject: &'k Subject,
        record: RecordId,
        released: &[Category],
        until: Instant,
    ) -> Line<'k> {
        let relation = Relation::new(Noun::Referral, Seat::Recipient);
        Line::new(&subject.key, record, relation, &decision(released, until))
    }

    /// An answer of some lines.
    pub(crate) fn answer<'k>(&self, lines: Vec<Line<'k>>) -> Answer<'k> {
        Answer {
            caller: self.recipient.clone(),
            purpose: Purpose::ServiceReferral,
            epoch: Epoch(3),
            fence: FENCE,
            lines,
        }
    }
}

/// A decision that releases some categories: an owner's, about its own subject, so that nothing but what was
/// wanted decides.
fn decision(released: &[Category], until: Instant) -> Decision {
    let organization = OrganizationId::from_uuid(Uuid::from_u128(0xdec1de));
    let owner = Controller { organization, role: Role::Shelter, country: Country::India };
    let context = Context {
        caller: Asker { organization, role: Role::Shelter, country: Country::India, behind: Behind::Staff },
        relation: Some(Relation::OWNER),
        purpose: Purpose::ServiceReferral,
        owner,
        past_owners: Vec::new(),
        facts: Facts { collected_in: Country::India, age: Age::Adult },
        onward: None,
        state: RecordState::open_from(Instant::ALWAYS),
    };
    ContextMask::compile(&Rules::default(), &context, NOON).decision(
        CategorySet::NONE,
        CategorySet::of(released),
        until,
    )
}
