//! Whatever people do in whichever order: nobody gives to oneself, no administrator comes of one voice, one alone gives
//! nothing, two stay, and no sleeper is let in.

use std::collections::{BTreeMap, BTreeSet};

use sangam_kit::database::Database;
use sangam_store::{By, PersonAct, PersonRow, PersonState, Refused, SleepChange};
use sangam_vocabulary::{Chance, Instant, PersonId, PersonRole, PersonRoles, SeededChance};

use super::{ADMINISTRATOR, Staff, WORKER};
use crate::raw::migrated;

const SEEDS: u64 = 6;
const STEPS: usize = 150;

struct Dice(SeededChance);

impl Dice {
    fn below(&self, number: usize) -> usize {
        let mut byte = [0; 2];
        assert!(self.0.fill(&mut byte));
        usize::from(u16::from_be_bytes(byte)) % number
    }

    fn roles(&self) -> PersonRoles {
        let all = [ADMINISTRATOR, WORKER, PersonRole::Overseer];
        PersonRoles::of(&all.into_iter().filter(|_| self.below(2) == 0).collect::<Vec<_>>())
    }

    fn pick<'a, T>(&self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// What an onlooker knows of everybody, and who spoke for whom.
struct Seen {
    at: Instant,
    people: BTreeMap<PersonId, PersonRow>,
}

impl Seen {
    async fn look(staff: &Staff) -> Self {
        let people = staff.house.store.people(staff.organization).await.unwrap();
        Self { at: staff.house.now(), people: people.into_iter().map(|row| (row.id, row)).collect() }
    }

    fn administrators(&self) -> usize {
        self.people.values().filter(|row| row.administers(self.at)).count()
    }

    /// The people of whom something holds now.
    fn of(&self, holds: impl Fn(&PersonRow, Instant) -> bool) -> Vec<PersonId> {
        self.people.values().filter(|row| holds(row, self.at)).map(|row| row.id).collect()
    }

    fn is_administrator(&self, person: PersonId) -> bool {
        self.people.get(&person).is_some_and(|row| row.roles.contains(ADMINISTRATOR))
    }

    /// Worked out from the columns, not by the row's own judgement.
    fn let_in_and_unused(&self) -> Vec<PersonId> {
        let unused = |row: &&PersonRow| {
            let last = [row.used_at, row.woken_at].into_iter().flatten().fold(row.created_at, Instant::max);
            self.at.millis() - last.millis() >= 61 * 86_400_000
        };
        self.people
            .values()
            .filter(|row| row.state(self.at) == PersonState::Active)
            .filter(unused)
            .map(|row| row.id)
            .collect()
    }
}

fn target(act: &PersonAct) -> Vec<PersonId> {
    match act {
        PersonAct::Invite { .. } => Vec::new(),
        PersonAct::Reinvite { person, .. }
        | PersonAct::AssignRoles { person, .. }
        | PersonAct::Suspend { person }
        | PersonAct::Resume { person } => vec![*person],
        PersonAct::Review { people } => people.clone(),
    }
}

/// Whether an account may do more after it, as somebody who looks at both sees it.
fn gave(before: &Seen, after: &Seen) -> bool {
    after.people.values().any(|row| match before.people.get(&row.id) {
        None => true,
        Some(was) => {
            let more = row.roles.iter().any(|role| !was.roles.contains(role));
            let wakes = matches!(was.state(before.at), PersonState::Suspended | PersonState::Asleep)
                && !matches!(row.state(after.at), PersonState::Suspended | PersonState::Asleep);
            more || wakes
        }
    })
}

fn drawn(dice: &Dice, known: &[PersonId], id: PersonId, number: usize) -> PersonAct {
    let person = *dice.pick(known);
    let mut code = [0; 32];
    code[..16].copy_from_slice(id.uuid().as_bytes());
    match dice.below(12) {
        0 | 1 => PersonAct::Invite { id, pseudonym: format!("staff-{number}"), roles: dice.roles(), code },
        2 => PersonAct::Reinvite { person, code },
        3..=6 => PersonAct::AssignRoles { person, roles: dice.roles(), version: None },
        7 => PersonAct::Suspend { person },
        8 | 9 => PersonAct::Resume { person },
        _ => PersonAct::Review { people: vec![person, *dice.pick(known)] },
    }
}

async fn run(staff: &Staff, seed: u64, met: &mut BTreeSet<&'static str>) {
    let dice = Dice(SeededChance::new(seed));
    let mut known =
        staff.house.store.people(staff.organization).await.unwrap().iter().map(|row| row.id).collect::<Vec<_>>();
    // Who proposed whom, as far as the onlooker has seen.
    let mut voices: BTreeMap<PersonId, PersonId> = BTreeMap::new();
    for step in 0..STEPS {
        let before = Seen::look(staff).await;
        assert_eq!(before.let_in_and_unused(), [], "seed {seed}, step {step}");
        match dice.below(10) {
            0 => staff.days(i64::try_from(dice.below(12)).unwrap()),
            1 | 2 => {
                let person = *dice.pick(&known);
                // As sign-in does: who is invited comes, who is awake is here.
                match before.people[&person].state(before.at) {
                    PersonState::Invited => staff.comes(person).await,
                    PersonState::Active => staff.used(person).await,
                    _ => {}
                }
            }
            3 if dice.below(4) == 0 => {
                let slept = staff.house.submit(SleepChange { organization: staff.organization }).await;
                assert!(matches!(slept, Ok(_) | Err(Refused::NotFound)));
            }
            _ => {
                let id = PersonId::from_uuid(staff.house.id());
                // Administrators ask more often than others, and look at what waits for them.
                let (those, waiting) = (before.of(PersonRow::administers), before.of(PersonRow::proposed));
                let some = if those.is_empty() || dice.below(3) == 0 { &known } else { &those };
                let by = if dice.below(12) == 0 { By::Operator } else { By::Person(*dice.pick(some)) };
                let act = if !waiting.is_empty() && dice.below(3) == 0 {
                    let roles = PersonRoles::of(&[ADMINISTRATOR, WORKER]);
                    PersonAct::AssignRoles { person: *dice.pick(&waiting), roles, version: None }
                } else {
                    drawn(&dice, &known, id, known.len() + 1000 * usize::try_from(seed).unwrap())
                };
                let done = staff.act(by, act.clone()).await;
                let after = Seen::look(staff).await;
                let told = format!("seed {seed}, step {step}: {by:?} {act:?} came to {done:?}");
                let Ok(()) = done else {
                    met.insert("refused");
                    let roles = |seen: &Seen| {
                        seen.people.values().map(|row| (row.id, row.roles, row.generation)).collect::<Vec<_>>()
                    };
                    assert_eq!(roles(&before), roles(&after), "{told}");
                    continue;
                };
                if matches!(act, PersonAct::Invite { .. }) {
                    known.push(id);
                }
                let By::Person(person) = by else { continue };
                assert!(before.people[&person].administers(before.at), "{told}");
                assert!(!target(&act).contains(&person), "{told}");
                assert_eq!(before.people[&person].roles, after.people[&person].roles, "{told}");
                if gave(&before, &after) {
                    met.insert("gave");
                    assert!(before.administrators() >= 2, "{told}");
                }
                for row in after.people.values().filter(|row| row.roles.contains(ADMINISTRATOR)) {
                    if !before.is_administrator(row.id) {
                        met.insert("confirmed");
                        assert!(voices.get(&row.id).is_some_and(|first| *first != person), "{told}");
                    }
                }
                for row in after.people.values() {
                    if row.proposed(after.at) && target(&act).contains(&row.id)
                        || row.id == id && row.proposed(after.at)
                    {
                        voices.insert(row.id, person);
                    }
                }
                if matches!(act, PersonAct::AssignRoles { .. }) && after.administrators() < before.administrators() {
                    met.insert("dismissed");
                    assert!(after.administrators() >= 2, "{told}");
                }
            }
        }
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn no_sequence_of_acts_gives_to_oneself_makes_by_one_voice_or_lets_a_sleeper_in(database: Database) {
        let mut met = BTreeSet::new();
        let (mut staff, ..) = Staff::with_two(&database).await;
        for seed in 1..=SEEDS {
            if seed > 1 {
                staff.organization = staff.house.organization(sangam_vocabulary::Country::India).await;
                for pseudonym in ["first", "second"] {
                    staff.came(By::Operator, pseudonym, &[ADMINISTRATOR]).await;
                }
            }
            staff.came(By::Operator, "third", &[ADMINISTRATOR, WORKER]).await;
            run(&staff, seed, &mut met).await;
        }
        assert_eq!(met, BTreeSet::from(["confirmed", "dismissed", "gave", "refused"]), "each has happened");
    }
}
