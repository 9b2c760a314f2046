//! Consent in the database is consent: at every instant, for every recipient and purpose, the stored spans
//! permit what the consents on record permit, reckoned here a second time from the rules in words.

use sangam_custody::{Age, Assent, Consent, Effect, GivenBy, Informed};
use sangam_kit::database::Database;
use sangam_store::{CaseWithdrawal, Refused, Rows, Scope, Taken};
use sangam_vocabulary::{
    Category, CategorySet, Code, Country, Instant, OrganizationId, Purpose, PurposeSet, RecordId, SubjectId,
};

use crate::house::{BEGIN, House};
use crate::raw::{Raw, migrated};

/// How many changes one life of a subject has.
const STEPS: usize = 14;

/// A recipient and where it is.
type Recipient = (OrganizationId, Country);

/// What consent permits, from the rules in words: what is withheld is not granted; an adult gives herself; for
/// a child a guardian without conflict or an authority gives, and the child does not refuse; an unknown age
/// needs both; only what is fully informed counts.
fn permitted(
    consents: &[Consent],
    age: Age,
    (recipient, country): Recipient,
    purpose: Purpose,
    at: Instant,
) -> CategorySet {
    let mut permitted = CategorySet::NONE;
    for category in Category::ALL {
        let covering: Vec<_> = consents
            .iter()
            .filter(|c| {
                c.from <= at && at < c.until && c.purposes.contains(purpose) && c.categories.contains(*category)
            })
            .filter(|c| c.recipients.contains(&recipient) && c.countries.contains(&country))
            .collect();
        let grants = |who: fn(&Consent) -> bool| {
            covering.iter().any(|c| c.effect == Effect::Grant && c.informed.is_full() && who(c))
        };
        let adult = grants(|c| c.given_by == GivenBy::Own);
        let child = grants(|c| {
            matches!(c.given_by, GivenBy::Guardian { no_conflict: true } | GivenBy::Authority)
                && matches!(c.assent, Assent::Given | Assent::NotAble)
        });
        let given = match age {
            Age::Unknown => adult && child,
            Age::Adult => adult,
            Age::MinorUntil(until) => {
                if at < until {
                    child
                } else {
                    adult
                }
            }
        };
        if given && !covering.iter().any(|c| c.effect == Effect::Withhold) {
            permitted = permitted.with(*category);
        }
    }
    permitted
}

struct Life<'a> {
    house: &'a House,
    raw: &'a Raw,
    owner: OrganizationId,
    recipients: Vec<Recipient>,
    subject: SubjectId,
    referral: RecordId,
    age: Age,
    consents: Vec<Consent>,
}

impl Life<'_> {
    fn draw<T: Copy>(&self, from: &[T]) -> T {
        from[usize::try_from(self.house.id().as_u128() % from.len() as u128).unwrap()]
    }

    fn drawn_consent(&self, effect: Effect) -> Consent {
        let one = self.recipients[0].0;
        let all: Vec<_> = self.recipients.iter().map(|(id, _)| *id).collect();
        let now = self.house.now();
        Consent {
            effect,
            given_by: self.draw(&[
                GivenBy::Own,
                GivenBy::Own,
                GivenBy::Guardian { no_conflict: true },
                GivenBy::Guardian { no_conflict: false },
                GivenBy::Authority,
            ]),
            assent: self.draw(&[Assent::Given, Assent::Refused, Assent::NotAble, Assent::NotAsked]),
            informed: self.draw(&[Informed::FULLY, Informed::FULLY, Informed::FULLY, Informed::from_bits(63)]),
            purposes: self.draw(&[
                PurposeSet::all(),
                PurposeSet::of(&[Purpose::ServiceReferral]),
                PurposeSet::of(&[Purpose::Protection]),
            ]),
            categories: CategorySet::from_bits(u32::try_from(self.house.id().as_u128() & 0x7_ffff).unwrap()),
            recipients: if self.draw(&[true, false]) { all } else { vec![one] },
            countries: self
                .draw(&[[Country::Bangladesh, Country::Nepal], [Country::Bangladesh, Country::India]])
                .to_vec(),
            from: now.plus_days(self.draw(&[-3, 0, 0, 4])),
            until: now.plus_days(self.draw(&[1, 9, 200, 4])),
            ..self.house.consent(&[], CategorySet::NONE)
        }
    }

    /// One change, made in the store and in the model.
    async fn change(&mut self) {
        self.house.clock.advance(self.draw(&[1, 3_600_000, 86_400_000, 300_000_000]));
        let now = self.house.now();
        match self.draw(&[0, 0, 0, 1, 1, 2, 3]) {
            1 if !self.consents.is_empty() => {
                let number = self.draw(&(0..self.consents.len()).collect::<Vec<_>>());
                let consent = self.consents[number].id;
                self.house.submit(self.house.withdrawal(self.owner, consent)).await.unwrap();
                let withdrawn = &mut self.consents[number];
                if withdrawn.until > now {
                    (withdrawn.until, withdrawn.from) = (now, withdrawn.from.min(now));
                }
            }
            3 => {
                self.age = self.draw(&[
                    Age::Unknown,
                    Age::Adult,
                    Age::MinorUntil(now.plus_days(2)),
                    Age::MinorUntil(now.plus_days(-1)),
                ]);
                self.house.submit(self.house.facts(self.subject, self.owner, self.age)).await.unwrap();
            }
            what => {
                let consent = self.drawn_consent(if what == 2 { Effect::Withhold } else { Effect::Grant });
                self.house.give(self.owner, self.subject, consent.clone()).await;
                self.consents.push(consent);
            }
        }
    }

    /// The instants at which anything could differ, and their neighbours.
    fn instants(&self) -> Vec<Instant> {
        let turn = if let Age::MinorUntil(until) = self.age { Some(until) } else { None };
        let edges = self.consents.iter().flat_map(|c| [c.from, c.until]).chain(turn).chain([BEGIN, self.house.now()]);
        edges.flat_map(|at| [at.plus_millis(-1), at, at.plus_millis(1)]).collect()
    }

    /// Compares every stored span with the rules; how often consent permitted something.
    async fn compare(&self) -> usize {
        let mut something = 0;
        for recipient in &self.recipients {
            for purpose in Purpose::ALL {
                let rows = self
                    .raw
                    .rows(
                        "SELECT from_at, until_at, mask FROM consent_span WHERE subject = $1 AND recipient = $2 AND purpose = $3",
                        vec![
                            self.subject.uuid().as_bytes().to_vec().into(),
                            recipient.0.uuid().as_bytes().to_vec().into(),
                            purpose.code().into(),
                        ],
                    )
                    .await;
                let spans: Vec<(i64, i64, i64)> = rows
                    .iter()
                    .map(|row| {
                        (
                            row.try_get("", "from_at").unwrap(),
                            row.try_get("", "until_at").unwrap(),
                            row.try_get("", "mask").unwrap(),
                        )
                    })
                    .collect();
                // What is past is not compiled any more: nobody reads a page as of yesterday.
                let now = self.house.now();
                for at in self.instants().into_iter().filter(|at| *at >= now) {
                    let holding: Vec<_> =
                        spans.iter().filter(|(from, until, _)| *from <= at.millis() && at.millis() < *until).collect();
                    assert!(holding.len() <= 1, "spans overlap at {at:?}: {spans:?}");
                    let stored = holding.first().map_or(0, |(_, _, mask)| *mask);
                    let expected = permitted(&self.consents, self.age, *recipient, *purpose, at);
                    assert_eq!(
                        stored,
                        i64::from(expected.bits()),
                        "{purpose:?} at {at:?}, age {:?}, {:?}",
                        self.age,
                        self.consents
                    );
                    something += usize::from(stored != 0);
                }
            }
        }
        assert_eq!(self.house.store.consents(self.subject).await.unwrap().len(), self.consents.len());
        self.compare_page().await;
        something
    }

    /// The page carries the mask of its instant, and an instant until which it holds.
    async fn compare_page(&self) {
        let recipient = self.recipients[0];
        let (now, purpose) = (self.house.now(), Purpose::ServiceReferral);
        let scope = Scope { record: Some(self.referral.uuid()), ..self.house.scope(recipient.0) };
        let page = self.house.page(Rows::Referrals, scope).await;
        let row = page.rows[0].subject.as_ref().unwrap();
        assert_eq!(row.consent, permitted(&self.consents, self.age, recipient, purpose, now));
        if !row.consent.is_empty() {
            assert!(row.consent_until > now);
            let last = row.consent_until.plus_millis(-1);
            assert_eq!(
                permitted(&self.consents, self.age, recipient, purpose, last),
                row.consent,
                "it holds until then"
            );
        }
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn the_stored_spans_are_the_consents(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let owner = house.organization(Country::India).await;
        let recipients = vec![
            (house.organization(Country::Bangladesh).await, Country::Bangladesh),
            (house.organization(Country::Nepal).await, Country::Nepal),
        ];
        let mut something = 0;
        for life in 0..8 {
            let age = [Age::Adult, Age::Adult, Age::Unknown, Age::MinorUntil(BEGIN.plus_days(6))][life % 4];
            let subject = house.subject(owner, age).await;
            let referral = house.referral(subject, owner, recipients[0].0).await;
            let mut life = Life { house: &house, raw: &raw, owner, recipients: recipients.clone(), subject, referral, age, consents: vec![] };
            for _ in 0..STEPS {
                life.change().await;
                something += life.compare().await;
            }
        }
        assert!(something > 200, "consent permitted something only {something} times: the comparison is empty");
    }

    async fn an_age_that_changes_compiles_consent_anew(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (owner, recipient) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let subject = house.subject(owner, Age::Adult).await;
        house.give(owner, subject, house.consent(&[recipient], CategorySet::of(&[Category::Services]))).await;
        let spans = "SELECT count(*) FROM consent_span";
        assert_eq!(raw.number(spans).await, 1);
        // What she gave herself covers nothing for a minor, and covers again from the day she is of age.
        let adult_from = BEGIN.plus_days(30);
        house.submit(house.facts(subject, owner, Age::MinorUntil(adult_from))).await.unwrap();
        assert_eq!(raw.number(spans).await, 1);
        assert_eq!(raw.number("SELECT from_at FROM consent_span").await, adult_from.millis());
        house.submit(house.facts(subject, owner, Age::Unknown)).await.unwrap();
        assert_eq!(raw.number(spans).await, 0);
        house.submit(house.facts(subject, owner, Age::Adult)).await.unwrap();
        assert_eq!(raw.number(spans).await, 1);
    }

    async fn consent_is_changed_by_the_owner_alone(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (owner, recipient) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let subject = house.subject(owner, Age::Adult).await;
        house.referral(subject, owner, recipient).await;
        let consent = house.give(owner, subject, house.consent(&[recipient], CategorySet::all())).await;
        let before = raw.counts().await;
        assert_eq!(house.submit(house.withdrawal(recipient, consent)).await, Err(Refused::NotFound));
        let own = house.consent(&[recipient], CategorySet::all());
        let given = house.submit(house.recorded(recipient, subject, own)).await;
        assert_eq!(given, Err(Refused::NotFound));
        assert_eq!(house.submit(house.facts(subject, recipient, Age::Unknown)).await, Err(Refused::NotFound));
        assert_eq!(raw.counts().await, before);
        assert_eq!(raw.number("SELECT version FROM subject").await, 1);
    }

    /// Consents are compiled by the one writer, so there is an end to them: no partner can hold everybody up.
    async fn there_is_an_end_to_the_consents_of_one_subject(database: Database) {
        let house = House::open(&database).await;
        let (owner, recipient) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let subject = house.subject(owner, Age::Adult).await;
        let give = |effect| {
            let consent = Consent { effect, ..house.consent(&[recipient], CategorySet::of(&[Category::Services])) };
            house.submit(house.recorded(owner, subject, consent))
        };
        let first = house.give(owner, subject, house.consent(&[recipient], CategorySet::all())).await;
        for _ in 1..64 {
            give(Effect::Grant).await.unwrap();
        }
        assert_eq!(give(Effect::Grant).await, Err(Refused::Full { most: 64 }));
        // Saying no still works, and taking back makes room; so does time.
        for _ in 0..256 {
            give(Effect::Withhold).await.unwrap();
        }
        assert_eq!(give(Effect::Withhold).await, Err(Refused::Full { most: 256 }));
        house.submit(house.withdrawal(owner, first)).await.unwrap();
        give(Effect::Grant).await.unwrap();
        assert_eq!(give(Effect::Grant).await, Err(Refused::Full { most: 64 }));
        house.clock.advance(366 * 86_400_000);
        give(Effect::Grant).await.unwrap();
    }

    /// A search and an invitation put nobody in her case: whoever has no other standing takes nothing back for her.
    async fn who_was_asked_to_look_for_her_takes_back_nothing_for_her(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (owner, other) = (house.organization(Country::India).await, house.organization(Country::Bangladesh).await);
        let subject = house.subject(owner, Age::Adult).await;
        house.give(owner, subject, house.consent(&[other], CategorySet::all())).await;
        let take_back = || {
            let recalls = RecordId::from_uuid(house.id());
            house.submit(CaseWithdrawal { by: other, subject, taken: Taken::All, recalls })
        };
        for (noun, seat) in [("SEARCH", "FINDER"), ("SEARCH", "SOURCE"), ("CONTRIBUTION", "CONTRIBUTOR")] {
            let bytes = |id: uuid::Uuid| sea_orm::Value::from(id.as_bytes().to_vec());
            let values = vec![bytes(other.uuid()), noun.into(), bytes(house.id()), seat.into(), bytes(subject.uuid()), Instant::NEVER.millis().into()];
            raw.run("INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at) VALUES ($1, $2, $3, $4, $5, 0, $6, $6)", values).await;
            assert_eq!(take_back().await, Err(Refused::NotFound), "{noun} {seat}");
        }
        // The control: whom she was referred to.
        house.referral(subject, owner, other).await;
        take_back().await.unwrap();
    }
}
