//! People of an organization: who makes whom, what nobody does alone or to oneself, who sleeps, who is on a team.
//! Signing in is another room's; here the tests put down that somebody came (`Staff::comes`).

mod alone;
mod sequences;
mod sleep;
mod team;
mod voices;

use sangam_kit::database::Database;
use sangam_store::{By, PersonAct, PersonChange, PersonRefusal, PersonRow, PersonState, Refused};
use sangam_vocabulary::{Country, OrganizationId, PersonId, PersonRole, PersonRoles};

use crate::house::House;
use crate::raw::{Raw, migrated};

pub(super) const ADMINISTRATOR: PersonRole = PersonRole::Administrator;
pub(super) const WORKER: PersonRole = PersonRole::CaseWorker;

/// An organization and its people.
pub(super) struct Staff {
    pub(super) house: House,
    pub(super) raw: Raw,
    pub(super) organization: OrganizationId,
}

impl Staff {
    pub(super) async fn open(database: &Database) -> Self {
        let (house, raw) = (House::open(database).await, Raw::open(database).await);
        let organization = house.organization(Country::Nepal).await;
        Self { house, raw, organization }
    }

    /// With two administrators who have come.
    pub(super) async fn with_two(database: &Database) -> (Self, PersonId, PersonId) {
        let staff = Self::open(database).await;
        let first = staff.came(By::Operator, "first", &[ADMINISTRATOR]).await;
        let second = staff.came(By::Operator, "second", &[ADMINISTRATOR]).await;
        (staff, first, second)
    }

    pub(super) async fn act(&self, by: By, act: PersonAct) -> Result<(), Refused> {
        let change = PersonChange { organization: self.organization, by, act };
        self.house.submit(change).await.map(drop)
    }

    pub(super) async fn invite(&self, by: By, pseudonym: &str, roles: &[PersonRole]) -> Result<PersonId, Refused> {
        let id = PersonId::from_uuid(self.house.id());
        let code = code_of(id);
        let (pseudonym, roles) = (pseudonym.to_owned(), PersonRoles::of(roles));
        self.act(by, PersonAct::Invite { id, pseudonym, roles, code }).await.map(|()| id)
    }

    /// Puts down that somebody took the invitation now, as sign-in does.
    pub(super) async fn comes(&self, person: PersonId) {
        let mut login = code_of(person);
        login[31] ^= 1;
        let sql = "UPDATE person SET state = 'ACTIVE', login = $2, used_at = $3 WHERE id = $1";
        self.raw.run(sql, vec![bytes(person), login.to_vec().into(), self.house.now().millis().into()]).await;
        self.raw.run("DELETE FROM invitation WHERE person = $1", vec![bytes(person)]).await;
    }

    pub(super) async fn used(&self, person: PersonId) {
        let sql = "UPDATE person SET used_at = $2 WHERE id = $1";
        self.raw.run(sql, vec![bytes(person), self.house.now().millis().into()]).await;
    }

    pub(super) async fn came(&self, by: By, pseudonym: &str, roles: &[PersonRole]) -> PersonId {
        let person = self.invite(by, pseudonym, roles).await.unwrap();
        self.comes(person).await;
        person
    }

    pub(super) async fn row(&self, person: PersonId) -> PersonRow {
        self.house.store.person(person).await.unwrap().unwrap()
    }

    pub(super) async fn state(&self, person: PersonId) -> PersonState {
        self.row(person).await.state(self.house.now())
    }

    pub(super) async fn assign(&self, by: By, person: PersonId, roles: &[PersonRole]) -> Result<(), Refused> {
        self.act(by, PersonAct::AssignRoles { person, roles: PersonRoles::of(roles), version: None }).await
    }

    pub(super) async fn has(&self, person: PersonId, role: PersonRole) -> bool {
        self.row(person).await.roles.contains(role)
    }

    pub(super) fn days(&self, days: i64) {
        self.house.clock.advance(days * 86_400_000);
    }
}

pub(super) fn bytes(person: PersonId) -> sea_orm::Value {
    person.uuid().as_bytes().to_vec().into()
}

/// A digest that follows from the person, so that no two are the same.
fn code_of(person: PersonId) -> [u8; 32] {
    let mut code = [0; 32];
    code[..16].copy_from_slice(person.uuid().as_bytes());
    code
}

pub(super) fn refused<T: std::fmt::Debug>(came: Result<T, Refused>) -> PersonRefusal {
    match came {
        Err(Refused::Person(reason)) => reason,
        other => panic!("no rule refused it: {other:?}"),
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_invitation_makes_an_account_that_waits_for_its_code(database: Database) {
        let (staff, first, _) = Staff::with_two(&database).await;
        let by = By::Person(first);
        let fence = staff.house.fence().await;
        let person = staff.invite(by, "night.shift_2-b", &[WORKER]).await.unwrap();
        assert_eq!(staff.house.fence().await, fence, "somebody who is not here changes no decision");
        let row = staff.row(person).await;
        assert_eq!((row.state(staff.house.now()), row.known, row.generation), (PersonState::Invited, false, 1));
        assert!(row.roles == PersonRoles::of(&[WORKER]) && !row.proposed(staff.house.now()));
        assert_eq!(staff.raw.bytes("SELECT code FROM invitation").await, code_of(person));
        let until = staff.raw.number("SELECT until_at FROM invitation").await;
        assert_eq!(until, staff.house.now().plus_days(7).millis());

        // Another code; the first is void.
        staff.act(by, PersonAct::Reinvite { person, code: [7; 32] }).await.unwrap();
        assert_eq!(staff.raw.bytes("SELECT code FROM invitation").await, [7; 32]);
        // Who has come is not handed to somebody else.
        staff.comes(person).await;
        let again = PersonAct::Reinvite { person, code: [8; 32] };
        assert_eq!(staff.act(By::Operator, again).await, Err(Refused::Conflict { current: 2 }));
        assert_eq!(staff.raw.number("SELECT count(*) FROM invitation").await, 0);
        let found = staff.house.store.person_named(staff.organization, "night.shift_2-b").await.unwrap();
        assert_eq!(found.map(|row| row.id), Some(person));
        assert!(staff.house.store.person_named(staff.organization, "night").await.unwrap().is_none());
    }

    async fn a_pseudonym_is_one_and_names_one_account(database: Database) {
        let (staff, first, _) = Staff::with_two(&database).await;
        let by = By::Person(first);
        let longest = "a".repeat(64);
        for pseudonym in ["a", "staff-7", longest.as_str()] {
            staff.invite(by, pseudonym, &[]).await.unwrap();
            assert_eq!(refused(staff.invite(by, pseudonym, &[]).await), PersonRefusal::Taken);
        }
        let longer = "a".repeat(65);
        for pseudonym in ["", " ", "two words", "a@example.org", "आशा", "a\n", "a/b", longer.as_str()] {
            assert_eq!(refused(staff.invite(by, pseudonym, &[]).await), PersonRefusal::Pseudonym, "{pseudonym:?}");
        }
        // Another organization has its own.
        let other = staff.house.organization(Country::India).await;
        let act = PersonAct::Invite { id: PersonId::from_uuid(staff.house.id()), pseudonym: "a".to_owned(), roles: PersonRoles::NONE, code: [9; 32] };
        staff.house.submit(PersonChange { organization: other, by: By::Operator, act }).await.unwrap();
    }

    async fn accounts_of_one_organization_have_a_number(database: Database) {
        let (staff, first, _) = Staff::with_two(&database).await;
        let series = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 997)";
        let (id, pseudonym) = if staff.raw.is_sqlite() {
            ("CAST(printf('p%015d', i) AS BLOB)", "printf('many-%d', i)")
        } else {
            ("convert_to('p' || lpad(i::text, 15, '0'), 'UTF8')", "'many-' || i::text")
        };
        let sql = format!("INSERT INTO person (id, organization, pseudonym, state, created_at) {series} SELECT {id}, $1, {pseudonym}, 'INVITED', 0 FROM n");
        let organization = staff.organization.uuid().as_bytes().to_vec();
        assert_eq!(staff.raw.run(&sql, vec![organization.into()]).await, 997);
        staff.invite(By::Person(first), "the-thousandth", &[]).await.unwrap();
        assert_eq!(refused(staff.invite(By::Person(first), "one-more", &[]).await), PersonRefusal::TooManyAccounts);
        assert_eq!(refused(staff.invite(By::Operator, "one-more", &[]).await), PersonRefusal::TooManyAccounts);
        // A page of them begins anywhere and ends with the last.
        let all = staff.house.store.people(staff.organization).await.unwrap();
        let after = Some(all[995].id);
        let rest = staff.house.store.people_after(staff.organization, after, 10).await.unwrap();
        assert_eq!(rest.iter().map(|row| row.id).collect::<Vec<_>>(), all[996..].iter().map(|row| row.id).collect::<Vec<_>>());
        assert_eq!(staff.house.store.people_after(staff.organization, None, 3).await.unwrap()[2].id, all[2].id);
    }

    async fn other_roles_and_a_suspension_void_what_was_before(database: Database) {
        let (staff, first, _) = Staff::with_two(&database).await;
        let by = By::Person(first);
        let person = staff.came(by, "worker", &[WORKER]).await;
        let fence = staff.house.fence().await;
        staff.assign(by, person, &[PersonRole::Overseer]).await.unwrap();
        let row = staff.row(person).await;
        assert!(row.roles == PersonRoles::of(&[PersonRole::Overseer]) && row.generation == 2);
        assert_ne!(staff.house.fence().await, fence);
        // Who saw an older account decides about something else.
        let stale = PersonAct::AssignRoles { person, roles: PersonRoles::of(&[WORKER]), version: Some(1) };
        assert_eq!(staff.act(by, stale).await, Err(Refused::Conflict { current: 2 }));
        // The same roles void nothing.
        staff.assign(by, person, &[PersonRole::Overseer]).await.unwrap();
        assert_eq!(staff.row(person).await.generation, 2);

        staff.act(by, PersonAct::Suspend { person }).await.unwrap();
        assert_eq!((staff.state(person).await, staff.row(person).await.generation), (PersonState::Suspended, 3));
        assert_eq!(staff.act(by, PersonAct::Suspend { person }).await, Err(Refused::Conflict { current: 3 }));
        staff.act(by, PersonAct::Resume { person }).await.unwrap();
        assert_eq!((staff.state(person).await, staff.row(person).await.generation), (PersonState::Active, 4));
        assert_eq!(staff.act(by, PersonAct::Resume { person }).await, Err(Refused::Conflict { current: 4 }));

        // An invitation ends with a suspension, and a resumption does not bring it back.
        let invited = staff.invite(by, "late", &[WORKER]).await.unwrap();
        staff.act(by, PersonAct::Suspend { person: invited }).await.unwrap();
        assert_eq!(staff.raw.number("SELECT count(*) FROM invitation").await, 0);
        staff.act(by, PersonAct::Resume { person: invited }).await.unwrap();
        assert_eq!(staff.state(invited).await, PersonState::Invited);
        assert_eq!(staff.raw.number("SELECT count(*) FROM invitation").await, 0);
    }

    async fn people_of_another_organization_do_not_exist(database: Database) {
        let (staff, first, _) = Staff::with_two(&database).await;
        let other = staff.house.organization(Country::India).await;
        let there = PersonChange {
            organization: other,
            by: By::Operator,
            act: PersonAct::Invite { id: PersonId::from_uuid(uuid::Uuid::from_bytes([5; 16])), pseudonym: "far".to_owned(), roles: PersonRoles::of(&[ADMINISTRATOR]), code: [5; 32] },
        };
        staff.house.submit(there).await.unwrap();
        let person = PersonId::from_uuid(uuid::Uuid::from_bytes([5; 16]));
        for act in [
            PersonAct::Reinvite { person, code: [6; 32] },
            PersonAct::AssignRoles { person, roles: PersonRoles::NONE, version: None },
            PersonAct::Suspend { person },
            PersonAct::Resume { person },
            PersonAct::Review { people: vec![person] },
        ] {
            assert_eq!(staff.act(By::Person(first), act.clone()).await, Err(Refused::NotFound), "{act:?}");
        }
        // And an administrator there is nobody here.
        let change = PersonChange { organization: other, by: By::Person(first), act: PersonAct::Suspend { person } };
        assert_eq!(refused(staff.house.submit(change).await), PersonRefusal::NotAdministrator);
    }
}
