//! Records while they change: what the hub has after its synchronisations is what the partner shares.

use std::collections::{BTreeMap, HashMap, HashSet};

use sangam_vocabulary::{Chance, SeededChance};
use sangam_wire::{Cursor, Found, Listed};
use serde_json::Value;

use super::post::{House, Post, as_shipped};

/// How many records a first synchronisation meets: pages of any size break inside it.
const RECORDS: usize = 57;
/// How many lives of changing records are tried, each from its own seed.
const LIVES: u64 = 12;

/// A name that is found again in the raw record, whatever the system calls the field.
fn name(number: usize, version: usize) -> String {
    format!("Tara{number}x{version}")
}

fn name_in(record: &Value) -> String {
    let text = record.to_string();
    let begin = text.find("Tara").unwrap_or_else(|| panic!("no name in {text}"));
    text[begin..].chars().take_while(char::is_ascii_alphanumeric).collect()
}

pub(crate) async fn once_each<P: Post>() {
    let house = House::<P>::open("once", as_shipped).await;
    let mut marked = Vec::new();
    for number in 0..RECORDS {
        let key = house.post.put(&name(number, 0), number % 5 != 3);
        if number % 5 != 3 {
            marked.push(key);
        }
        if number % 3 == 0 {
            house.clock.advance(1_000);
        }
    }
    house.clock.advance(3_600_000);
    let (records, cursor) = house.all(None).await;
    let mut keys: Vec<String> = records.iter().map(|record| house.wire.key(record).unwrap()).collect();
    keys.sort();
    marked.sort();
    assert_eq!(keys, marked, "each marked record once, and no other");
    for record in &records {
        house.intake(record).await.unwrap_or_else(|odd| panic!("{odd} in {record}"));
    }
    // What changed while the first walk was under way may be given once more; after that, it is known.
    let (_, cursor) = house.all(Some(cursor)).await;
    house.clock.advance(3_600_000);
    let (again, _) = house.all(Some(cursor)).await;
    assert!(again.len() <= 3, "{} records given again though nothing changed", again.len());
}

/// What the hub has of a partner: the walk of `desk::sync` and `desk::reconcile`, in short.
struct Hub {
    has: BTreeMap<String, String>,
    cursor: Option<Cursor>,
    walk: Option<HashSet<String>>,
    repeated: usize,
}

impl Hub {
    fn take(&mut self, key: String, record: &Value) {
        let name = name_in(record);
        if self.has.get(&key) == Some(&name) {
            self.repeated += 1;
        }
        self.has.insert(key, name);
    }

    /// One page; whether there is more.
    async fn page<P: Post>(&mut self, house: &House<P>) -> bool {
        let page = house.wire.fetch(self.cursor.as_ref()).await.unwrap();
        let given: Vec<String> = page.records.iter().map(|record| house.wire.key(record).unwrap()).collect();
        for (key, record) in given.iter().zip(&page.records) {
            self.take(key.clone(), record);
        }
        if let Listed::Keys { first, keys } = &page.listed {
            if *first {
                self.walk = Some(HashSet::new());
            }
            if let Some(walk) = &mut self.walk {
                walk.extend(keys.iter().chain(&given).cloned());
            }
            if !page.more
                && let Some(walk) = self.walk.take()
            {
                // Records that the list does not have are asked for, and so are those it has and never gave.
                let unlisted: Vec<String> = self.has.keys().filter(|key| !walk.contains(*key)).cloned().collect();
                let never: Vec<String> = walk.into_iter().filter(|key| !self.has.contains_key(key)).collect();
                for key in unlisted.into_iter().chain(never) {
                    match house.wire.record(&key).await.unwrap() {
                        Found::Marked(record) => {
                            self.has.insert(key, name_in(&record));
                        }
                        _ => drop(self.has.remove(&key)),
                    }
                }
            }
        }
        self.cursor = Some(page.cursor);
        page.more
    }
}

/// Where what the hub has is not what is shared: the key, what it has, what is shared.
type Difference<'a> = (&'a String, Option<&'a String>, Option<&'a String>);

fn differ<'a>(has: &'a BTreeMap<String, String>, shares: &'a BTreeMap<String, String>) -> Vec<Difference<'a>> {
    let keys: std::collections::BTreeSet<_> = has.keys().chain(shares.keys()).collect();
    keys.into_iter().map(|key| (key, has.get(key), shares.get(key))).filter(|(_, one, other)| one != other).collect()
}

pub(crate) async fn while_records_change<P: Post>() {
    let mut met = HashMap::<&str, usize>::new();
    for seed in 0..LIVES {
        let house = House::<P>::open(&format!("changes-{seed}"), as_shipped).await;
        let chance = SeededChance::new(seed);
        let below = |bound: usize| {
            let mut bytes = [0; 8];
            assert!(chance.fill(&mut bytes));
            usize::try_from(u64::from_be_bytes(bytes) % bound as u64).unwrap()
        };
        // What the partner shares, by key; and every key there is, shared or not.
        let mut shares = BTreeMap::new();
        let mut all: Vec<(String, String)> = Vec::new();
        let mut drawn = 0;
        let mut put = |shares: &mut BTreeMap<String, String>, all: &mut Vec<(String, String)>, marked: bool| {
            let name = name(drawn, 0);
            drawn += 1;
            let key = house.post.put(&name, marked);
            if marked {
                shares.insert(key.clone(), name.clone());
            }
            all.push((key, name));
        };
        for _ in 0..below(120) {
            put(&mut shares, &mut all, below(4) != 0);
            house.clock.advance(i64::try_from(below(3)).unwrap() * 700);
        }
        let mut hub = Hub { has: BTreeMap::new(), cursor: None, walk: None, repeated: 0 };
        let mut version = 0;
        for _ in 0..14 {
            let more = hub.page(&house).await;
            *met.entry(if more { "pages in the middle" } else { "ends" }).or_default() += 1;
            for _ in 0..below(4) {
                // Several changes in one instant, and some far apart.
                if below(3) > 0 {
                    house.clock.advance(i64::try_from(below(5_000)).unwrap());
                }
                let what = below(6);
                if all.is_empty() || what == 0 {
                    put(&mut shares, &mut all, below(4) != 0);
                    *met.entry("put").or_default() += 1;
                    continue;
                }
                let place = below(all.len());
                let (key, old) = all[place].clone();
                version += 1;
                match what {
                    1 => {
                        house.post.remove(&key);
                        shares.remove(&key);
                        all.remove(place);
                        *met.entry("removed").or_default() += 1;
                    }
                    2 => {
                        let marked = !shares.contains_key(&key);
                        house.post.mark(&key, marked);
                        if marked {
                            shares.insert(key, old);
                        } else {
                            shares.remove(&key);
                        }
                        *met.entry("marked otherwise").or_default() += 1;
                    }
                    _ => {
                        let new = format!("{}x{version}", old.split('x').next().unwrap());
                        house.post.rename(&key, &new);
                        if let Some(shown) = shares.get_mut(&key) {
                            shown.clone_from(&new);
                        }
                        all[place].1 = new;
                        *met.entry("renamed").or_default() += 1;
                    }
                }
            }
        }
        // Nothing changes any more: the round under way ends, and one more whole one.
        for _ in 0..2 {
            house.clock.advance(3_600_000);
            while hub.page(&house).await {}
        }
        assert!(hub.has == shares, "life {seed}: {:?}", differ(&hub.has, &shares));
        hub.repeated = 0;
        while hub.page(&house).await {}
        assert!(hub.repeated <= 4 || P::OVERLAP > 0, "life {seed}: {} records repeated", hub.repeated);
        assert!(hub.has == shares, "life {seed}, in a quiet round: {:?}", differ(&hub.has, &shares));
    }
    let pages = P::PAGED.then_some("pages in the middle");
    for what in pages.into_iter().chain(["ends", "put", "removed", "renamed", "marked otherwise"]) {
        assert!(met.get(what).is_some_and(|times| *times >= 10), "{what}: {met:?}");
    }
}
