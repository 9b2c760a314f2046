//! Who sleeps: judged when it is read, put down by the rounds.

use sangam_kit::database::Database;
use sangam_store::{By, PersonAct, PersonRefusal, PersonState, Refused, SleepChange};

use super::{ADMINISTRATOR, Staff, WORKER, bytes, refused};
use crate::raw::migrated;

const DAY: i64 = 86_400_000;

sangam_kit::both_databases! {
    template = migrated;

    async fn an_account_that_nobody_uses_sleeps_whether_or_not_it_was_put_down(database: Database) {
        let (staff, first, second) = Staff::with_two(&database).await;
        let person = staff.came(By::Person(first), "worker", &[WORKER]).await;
        staff.days(30);
        staff.used(first).await;
        staff.used(second).await;
        staff.house.clock.advance(30 * DAY - 1);
        assert_eq!(staff.state(person).await, PersonState::Active);
        assert!(staff.house.store.with_sleepers(staff.house.now()).await.unwrap().is_empty());
        staff.house.clock.advance(1);
        // Nothing has run, and the database still says that it is active.
        assert_eq!(staff.state(person).await, PersonState::Asleep);
        assert_eq!(staff.raw.number("SELECT count(*) FROM person WHERE state = 'ACTIVE'").await, 3);
        assert_eq!(staff.state(first).await, PersonState::Active, "who was here is awake");
        let found = staff.house.store.with_sleepers(staff.house.now()).await.unwrap();
        assert_eq!(found, [staff.organization]);
        let (organization, generation) = (staff.organization, staff.row(person).await.generation);
        staff.house.submit(SleepChange { organization }).await.unwrap();
        assert_eq!(staff.house.submit(SleepChange { organization }).await, Err(Refused::NotFound), "once");
        assert_eq!(staff.raw.number("SELECT count(*) FROM person WHERE state = 'ASLEEP'").await, 1);
        assert_eq!(staff.row(person).await.generation, generation + 1, "its sessions are void");
        // A use that comes too late wakes nobody.
        staff.used(person).await;
        assert_eq!(staff.state(person).await, PersonState::Asleep);
        staff.act(By::Person(first), PersonAct::Resume { person }).await.unwrap();
        assert_eq!(staff.state(person).await, PersonState::Active);
        staff.days(59);
        assert_eq!(staff.state(person).await, PersonState::Active, "from when it was woken");
    }

    async fn a_sleeping_administrator_is_none(database: Database) {
        let (staff, first, second) = Staff::with_two(&database).await;
        staff.days(40);
        staff.used(first).await;
        staff.days(20);
        // The second is asleep by now, and nobody has put it down.
        let by = By::Person(second);
        assert_eq!(refused(staff.act(by, PersonAct::Suspend { person: first }).await), PersonRefusal::NotAdministrator);
        assert_eq!(refused(staff.invite(By::Person(first), "puppet", &[]).await), PersonRefusal::OneAdministrator);
        assert_eq!(refused(staff.act(By::Person(first), PersonAct::Resume { person: second }).await), PersonRefusal::OneAdministrator);
        staff.act(By::Operator, PersonAct::Resume { person: second }).await.unwrap();
        staff.invite(By::Person(first), "puppet", &[]).await.unwrap();
    }

    async fn a_review_lasts_a_quarter_and_thirty_days_later_the_account_sleeps(database: Database) {
        let (staff, first, second) = Staff::with_two(&database).await;
        let person = staff.came(By::Person(first), "worker", &[WORKER]).await;
        let everybody = [first, second, person];
        let use_all = async |days: i64| {
            staff.days(days);
            for one in everybody {
                staff.used(one).await;
            }
        };
        let invited_at = staff.house.now();
        assert_eq!(staff.row(person).await.review_due(), invited_at.plus_days(92));
        use_all(50).await;
        use_all(50).await;
        staff.act(By::Person(first), PersonAct::Review { people: vec![second] }).await.unwrap();
        staff.act(By::Person(second), PersonAct::Review { people: vec![first] }).await.unwrap();
        staff.days(21);
        assert_eq!(staff.state(person).await, PersonState::Active, "overdue, and not for thirty days");
        staff.days(1);
        assert_eq!(staff.state(person).await, PersonState::Asleep);
        assert_eq!(staff.state(first).await, PersonState::Active, "the control: reviewed in time");
        // A review wakes nobody: that is giving, with rules of its own.
        let review = PersonAct::Review { people: vec![second, person] };
        assert_eq!(refused(staff.act(By::Person(first), review.clone()).await), PersonRefusal::Asleep);
        assert_eq!(refused(staff.act(By::Operator, review).await), PersonRefusal::Asleep);
        staff.act(By::Person(first), PersonAct::Resume { person }).await.unwrap();
        assert_eq!(staff.row(person).await.review_due(), staff.house.now().plus_days(92));
    }

    async fn what_is_not_active_does_not_sleep(database: Database) {
        let (staff, first, _) = Staff::with_two(&database).await;
        let suspended = staff.came(By::Person(first), "suspended", &[WORKER]).await;
        staff.act(By::Person(first), PersonAct::Suspend { person: suspended }).await.unwrap();
        let invited = staff.invite(By::Person(first), "invited", &[ADMINISTRATOR]).await.unwrap();
        staff.raw.run("UPDATE person SET used_at = created_at WHERE id = $1", vec![bytes(suspended)]).await;
        staff.days(200);
        assert_eq!(staff.state(suspended).await, PersonState::Suspended);
        assert_eq!(staff.state(invited).await, PersonState::Invited);
        staff.house.submit(SleepChange { organization: staff.organization }).await.unwrap();
        assert_eq!(staff.raw.number("SELECT count(*) FROM person WHERE state = 'ASLEEP'").await, 2, "the administrators");
    }
}
