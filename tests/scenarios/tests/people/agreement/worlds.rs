//! What a preview counts is what then happens, on random worlds: subjects with consents for this and that, seats for one
//! purpose or several, stages that shut categories, recalls that wait, records that are suspended. Counted a second time
//! by asking for each subject and each purpose what the other party may see (`explain`, which decides relation by
//! relation and knows no masks), before the agreement is in force, while it is, and when it has ended.

use std::collections::BTreeMap;

use sangam_custody::{Assent, Consent, Effect, GivenBy, Informed, carries};
use sangam_kit::database::Database;
use sangam_vocabulary::{
    Category, CategorySet, Chance, Code, ConsentId, Country, Instant, Noun, Purpose, PurposeSet, Relation, Role, Seat,
    SeededChance, SubjectId, SystemChance,
};
use sangam_workflow::recall;
use serde_json::{Value, json};

use super::{Parties, public};
use sangam_scenarios::look::migrated;

const WORLDS: u64 = 5;
const SUBJECTS: usize = 4;
const SEED: u64 = 5;
const PREVIEW: &str = "query($id: ID!) { previewAgreement(id: $id) { category ownShownMore ownShownLess complete } }";
const EXPLAIN: &str = "query($id: ID!, $why: Purpose!, $to: ID!) { explain(subject: $id, purpose: $why, recipient: $to) { category verdict } }";

/// Chance from a seed.
struct Dice(SeededChance);

impl Dice {
    fn below(&self, most: usize) -> usize {
        let mut bytes = [0; 4];
        assert!(self.0.fill(&mut bytes));
        u32::from_le_bytes(bytes) as usize % most
    }

    fn percent(&self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn some<T: Copy>(&self, of: &[T], percent: usize) -> Vec<T> {
        of.iter().copied().filter(|_| self.percent(percent)).collect()
    }

    fn id(&self) -> Vec<u8> {
        let mut bytes = [0; 16];
        assert!(self.0.fill(&mut bytes));
        bytes.to_vec()
    }
}

/// The seats in others' records that carry something for an organization like the other party. An invitation and a
/// declared emergency carry nothing, and an answer to a search is no relation to a record.
fn seats() -> Vec<(Noun, Seat)> {
    let all = Noun::ALL.iter().flat_map(|noun| Seat::ALL.iter().map(move |seat| (*noun, *seat)));
    all.filter(|(noun, _)| !matches!(noun, Noun::Subject | Noun::Contribution | Noun::Exception))
        .filter(|place| *place != (Noun::Search, Seat::Source))
        .filter(|(noun, seat)| Purpose::ALL.iter().any(|why| carries(*why, Relation::new(*noun, *seat), Role::Ngo)))
        .collect()
}

/// What the other party could be shown of each subject, by whatever relation and for whatever purpose.
type Shown = BTreeMap<SubjectId, CategorySet>;

impl Parties {
    /// One more subject of the first party, and what is on record of her.
    async fn somebody(&self, dice: &Dice, seats: &[(Noun, Seat)]) -> SubjectId {
        let (house, now) = (&self.house, self.house.desk.now());
        let (subject, _) = house.subject(house.own).await;
        for _ in 0..=dice.below(2) {
            let consent = Consent {
                id: ConsentId::drawn(&SystemChance::new()).unwrap(),
                effect: if dice.percent(85) { Effect::Grant } else { Effect::Withhold },
                given_by: GivenBy::Own,
                assent: Assent::NotAsked,
                informed: Informed::FULLY,
                purposes: PurposeSet::of(&dice.some(Purpose::ALL, 60)),
                categories: CategorySet::of(&dice.some(Category::ALL, 60)),
                recipients: vec![house.other],
                countries: Country::ALL.to_vec(),
                from: now,
                until: now.plus_days(300),
            };
            house.desk.record_consent(house.own, subject, consent).await.unwrap();
        }
        let of = subject.uuid().as_bytes().to_vec();
        for _ in 0..=dice.below(2) {
            let (noun, seat) = seats[dice.below(seats.len())];
            let shut = CategorySet::of(&dice.some(Category::ALL, 30));
            let only = dice.percent(40).then(|| Purpose::ALL[dice.below(Purpose::ALL.len())].code().to_owned());
            let open_until = if dice.percent(85) { Instant::NEVER } else { now };
            let values = vec![
                house.other.uuid().as_bytes().to_vec().into(),
                noun.code().into(),
                dice.id().into(),
                seat.code().into(),
                of.clone().into(),
                open_until.millis().into(),
                Instant::NEVER.millis().into(),
                i64::from(shut.bits()).into(),
                only.into(),
            ];
            house.run("INSERT INTO standing (organization, noun, record, seat, subject, from_at, open_until, until_at, shut, purpose) VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9)", values).await;
        }
        if dice.percent(25) {
            let state = recall::State::ALL[0].code();
            let other = house.other.uuid().as_bytes().to_vec();
            let values = vec![dice.id().into(), of.clone().into(), other.into(), state.into()];
            house.run("INSERT INTO recall (id, subject, recipient, categories, since, state, is_open, version) VALUES ($1, $2, $3, 1, 0, $4, 1, 1) ON CONFLICT DO NOTHING", values).await;
        }
        if dice.percent(15) {
            house.run("UPDATE subject SET suspended = 'UNREAD' WHERE id = $1", vec![of.into()]).await;
        }
        subject
    }

    async fn shown_to_the_other(&self, subjects: &[SubjectId]) -> Shown {
        let house = &self.house;
        let mut out = Shown::new();
        for subject in subjects {
            let mut seen = CategorySet::NONE;
            for why in Purpose::ALL {
                let variables =
                    json!({ "id": house.outward(house.own, *subject), "why": why.code(), "to": public(house.other) });
                let explained = self.ask(&house.system(), EXPLAIN, variables).await["explain"].clone();
                for row in explained.as_array().unwrap().iter().filter(|row| row["verdict"] == "RELEASED") {
                    seen = seen.with(Category::read(row["category"].as_str().unwrap()).unwrap());
                }
            }
            out.insert(*subject, seen);
        }
        out
    }

    /// What a preview counts of each category: how many more, how many less.
    async fn foreseen(&self, agreement: &Value) -> BTreeMap<String, (u64, u64)> {
        let answer = self.house.answer(&self.of_own(self.own[1]), PREVIEW, json!({ "id": agreement["id"] })).await;
        let number = |row: &Value, field: &str| row[field].as_u64().unwrap();
        let rows = answer["data"]["previewAgreement"].as_array().cloned().unwrap_or_default();
        assert!(rows.iter().all(|row| row["complete"] == true) && rows.len() == Category::ALL.len(), "{answer}");
        rows.iter()
            .map(|row| {
                let numbers = (number(row, "ownShownMore"), number(row, "ownShownLess"));
                (row["category"].as_str().unwrap().to_owned(), numbers)
            })
            .collect()
    }
}

/// How many subjects are shown more of each category afterwards, and how many less.
fn counted(before: &Shown, after: &Shown) -> BTreeMap<String, (u64, u64)> {
    let number = |category: Category, from: &Shown, to: &Shown| {
        from.iter().filter(|(subject, was)| !was.contains(category) && to[subject].contains(category)).count() as u64
    };
    let numbers = |category: &Category| (number(*category, before, after), number(*category, after, before));
    Category::ALL.iter().map(|category| (category.code().to_owned(), numbers(category))).collect()
}

sangam_kit::both_databases! {
    template = migrated;

    async fn a_preview_counts_what_then_happens_in_any_world(database: Database) {
        let parties = Parties::open(&database).await;
        let (dice, seats) = (Dice(SeededChance::new(SEED)), seats());
        let (mut subjects, mut more, mut none) = (Vec::new(), 0, 0);
        for world in 0..WORLDS {
            for _ in 0..SUBJECTS {
                subjects.push(parties.somebody(&dice, &seats).await);
            }
            let categories = dice.some(Category::ALL, 70);
            let mut terms = parties.terms(&categories.iter().map(|category| category.code()).collect::<Vec<_>>());
            let purposes = dice.some(Purpose::ALL, 60);
            terms["purposes"] = purposes.iter().map(|purpose| json!(purpose.code())).collect();
            let before = parties.shown_to_the_other(&subjects).await;
            let draft = parties.draft(terms).await;
            let foreseen = parties.foreseen(&draft).await;
            let proposed = parties.step(&parties.of_own(parties.own[1]), "proposeAgreement", &draft).await;
            let agreement = parties.approved(&proposed).await;
            let with = parties.shown_to_the_other(&subjects).await;
            assert_eq!(foreseen, counted(&before, &with), "world {world} of seed {SEED}");
            let foreseen = parties.foreseen(&agreement).await;
            parties.step(&parties.of_own(parties.own[1]), "endAgreement", &agreement).await;
            let without = parties.shown_to_the_other(&subjects).await;
            assert_eq!(foreseen, counted(&with, &without), "the end of world {world} of seed {SEED}");
            more += with.values().filter(|seen| !seen.is_empty()).count();
            none += with.values().filter(|seen| seen.is_empty()).count();
        }
        assert!(more > 5 && none > 5, "worlds in which something shows and does not: {more}, {none}");
    }
}
