//! Teams: who puts whom on a case, and whose case it has to be.

use sangam_custody::Age;
use sangam_kit::database::Database;
use sangam_store::{By, PersonAct, PersonRefusal, Refused, TeamChange};
use sangam_vocabulary::{Country, PersonId, PersonRole, SubjectId};

use super::{ADMINISTRATOR, Staff, WORKER, refused};
use crate::raw::migrated;

impl Staff {
    async fn team(&self, by: PersonId, subject: SubjectId, person: PersonId, joins: bool) -> Result<(), Refused> {
        let change = TeamChange { organization: self.organization, by, subject, person, joins };
        self.house.submit(change).await.map(drop)
    }

    async fn members(&self) -> i64 {
        self.raw.number("SELECT count(*) FROM team").await
    }
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_administrator_puts_the_first_on_a_case_and_members_the_next(database: Database) {
        let (staff, first, second) = Staff::with_two(&database).await;
        let subject = staff.house.subject(staff.organization, Age::Adult).await;
        let one = staff.came(By::Person(first), "one", &[WORKER]).await;
        let other = staff.came(By::Person(first), "other", &[WORKER]).await;
        // Nobody is on it: who works here and is not on it puts nobody on it.
        assert_eq!(refused(staff.team(one, subject, other, true).await), PersonRefusal::NotOnTeam);
        let fence = staff.house.fence().await;
        staff.team(first, subject, one, true).await.unwrap();
        assert_ne!(staff.house.fence().await, fence);
        assert!(matches!(staff.team(second, subject, one, true).await, Err(Refused::Conflict { .. })), "already");
        staff.team(one, subject, other, true).await.unwrap();
        assert_eq!(staff.members().await, 2);
        // Off again: by a member, by oneself, by an administrator.
        staff.team(other, subject, one, false).await.unwrap();
        assert_eq!(staff.team(first, subject, one, false).await, Err(Refused::NotFound), "no longer on it");
        assert_eq!(refused(staff.team(one, subject, other, false).await), PersonRefusal::NotOnTeam);
        staff.team(other, subject, other, false).await.unwrap();
        staff.team(first, subject, one, true).await.unwrap();
        let fence = staff.house.fence().await;
        staff.team(second, subject, one, false).await.unwrap();
        assert_ne!(staff.house.fence().await, fence);
        assert_eq!(staff.members().await, 0);
    }

    async fn nobody_is_put_on_a_team_who_may_not_work_there_nor_by_oneself(database: Database) {
        let (staff, first, second) = Staff::with_two(&database).await;
        let subject = staff.house.subject(staff.organization, Age::Adult).await;
        let worker = staff.came(By::Person(first), "worker", &[WORKER]).await;
        let clerk = staff.came(By::Person(first), "clerk", &[PersonRole::PartnerOfficer]).await;
        let invited = staff.invite(By::Person(first), "invited", &[WORKER]).await.unwrap();
        let both = staff.came(By::Operator, "both", &[WORKER, ADMINISTRATOR]).await;
        assert_eq!(refused(staff.team(first, subject, clerk, true).await), PersonRefusal::NotCaseWorker);
        assert_eq!(refused(staff.team(first, subject, invited, true).await), PersonRefusal::NotActive);
        assert_eq!(refused(staff.team(both, subject, both, true).await), PersonRefusal::Oneself);
        staff.team(first, subject, both, true).await.unwrap();
        staff.team(first, subject, worker, true).await.unwrap();
        // A member who lost the role, or sleeps, or is suspended, has no say on the team.
        staff.assign(By::Person(first), worker, &[PersonRole::Liaison]).await.unwrap();
        assert_eq!(refused(staff.team(worker, subject, both, false).await), PersonRefusal::NotOnTeam);
        // And reads nothing of the case either, until somebody puts the liaison on it.
        assert!(!staff.house.store.on_team(subject, worker).await.unwrap());
        staff.team(first, subject, worker, true).await.unwrap();
        assert!(staff.house.store.on_team(subject, worker).await.unwrap());
        staff.assign(By::Person(first), worker, &[WORKER]).await.unwrap();
        staff.act(By::Person(first), PersonAct::Suspend { person: worker }).await.unwrap();
        assert_eq!(refused(staff.team(worker, subject, both, false).await), PersonRefusal::NotOnTeam);
        // One administrator alone gives no case, a case worker on it does.
        for person in [second, first] {
            staff.act(By::Operator, PersonAct::Suspend { person }).await.unwrap();
        }
        staff.act(By::Operator, PersonAct::Resume { person: worker }).await.unwrap();
        staff.team(both, subject, worker, false).await.unwrap();
        staff.team(both, subject, worker, true).await.unwrap();
        staff.team(worker, subject, both, false).await.unwrap();
        let another = staff.came(By::Operator, "another", &[WORKER]).await;
        assert_eq!(refused(staff.team(both, subject, another, true).await), PersonRefusal::OneAdministrator);
    }

    async fn a_team_is_of_a_case_that_exists_for_the_organization(database: Database) {
        let (staff, first, _) = Staff::with_two(&database).await;
        let worker = staff.came(By::Person(first), "worker", &[WORKER]).await;
        let far = staff.house.organization(Country::India).await;
        let subject = staff.house.subject(far, Age::Adult).await;
        assert_eq!(staff.team(first, subject, worker, true).await, Err(Refused::NotFound));
        let nobody = SubjectId::from_uuid(uuid::Uuid::from_bytes([3; 16]));
        assert_eq!(staff.team(first, nobody, worker, true).await, Err(Refused::NotFound));
        // Once it was referred here it does, and it is the same for both organizations.
        staff.house.referral(subject, far, staff.organization).await;
        staff.team(first, subject, worker, true).await.unwrap();
        let stranger = PersonId::from_uuid(uuid::Uuid::from_bytes([4; 16]));
        assert_eq!(staff.team(first, subject, stranger, true).await, Err(Refused::NotFound));
    }

    async fn a_team_has_a_number(database: Database) {
        let (staff, first, _) = Staff::with_two(&database).await;
        let subject = staff.house.subject(staff.organization, Age::Adult).await;
        for number in 0..50 {
            let person = staff.came(By::Person(first), &format!("worker-{number}"), &[WORKER]).await;
            staff.team(first, subject, person, true).await.unwrap();
        }
        let person = staff.came(By::Person(first), "one-more", &[WORKER]).await;
        assert_eq!(refused(staff.team(first, subject, person, true).await), PersonRefusal::TooManyMembers);
        let other = staff.house.subject(staff.organization, Age::Adult).await;
        staff.team(first, other, person, true).await.unwrap();
    }
}
