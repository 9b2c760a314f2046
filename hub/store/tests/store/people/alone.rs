//! What nobody does alone, and what nobody does to oneself.

use sangam_kit::database::Database;
use sangam_store::{By, PersonAct, PersonRefusal, PersonState, Refused};
use sangam_vocabulary::PersonRole;

use super::{ADMINISTRATOR, Staff, WORKER, refused};
use crate::raw::migrated;

sangam_kit::both_databases! {
    template = migrated;

    async fn one_administrator_gives_nothing_and_two_do(database: Database) {
        let staff = Staff::open(&database).await;
        let first = staff.came(By::Operator, "first", &[ADMINISTRATOR]).await;
        let second = staff.invite(By::Operator, "second", &[ADMINISTRATOR]).await.unwrap();
        let worker = staff.came(By::Operator, "worker", &[WORKER]).await;
        let by = By::Person(first);
        let alone = PersonRefusal::OneAdministrator;
        assert_eq!(refused(staff.invite(by, "third", &[]).await), alone, "the second has not come yet");
        assert_eq!(refused(staff.act(by, PersonAct::Reinvite { person: second, code: [1; 32] }).await), alone);
        assert_eq!(refused(staff.assign(by, worker, &[WORKER, PersonRole::Liaison]).await), alone);
        // Taking away and saying that something is right are not giving.
        staff.act(by, PersonAct::Review { people: vec![worker, second] }).await.unwrap();
        staff.assign(by, worker, &[]).await.unwrap();
        staff.act(by, PersonAct::Suspend { person: worker }).await.unwrap();
        assert_eq!(refused(staff.act(by, PersonAct::Resume { person: worker }).await), alone);
        staff.comes(second).await;
        staff.act(by, PersonAct::Resume { person: worker }).await.unwrap();
        staff.assign(by, worker, &[WORKER]).await.unwrap();
        staff.invite(by, "third", &[WORKER]).await.unwrap();
    }

    async fn whoever_is_no_administrator_who_may_act_changes_nobody(database: Database) {
        let (staff, first, second) = Staff::with_two(&database).await;
        let worker = staff.came(By::Person(first), "worker", &[WORKER, PersonRole::Overseer]).await;
        let third = staff.came(By::Operator, "third", &[ADMINISTRATOR]).await;
        staff.act(By::Person(first), PersonAct::Suspend { person: third }).await.unwrap();
        for nobody in [worker, third, sangam_vocabulary::PersonId::from_uuid(uuid::Uuid::from_bytes([9; 16]))] {
            let by = By::Person(nobody);
            let no = PersonRefusal::NotAdministrator;
            assert_eq!(refused(staff.invite(by, "puppet", &[]).await), no);
            for act in [
                PersonAct::Suspend { person: second },
                PersonAct::Resume { person: third },
                PersonAct::Review { people: vec![second] },
                PersonAct::Reinvite { person: second, code: [1; 32] },
            ] {
                assert_eq!(refused(staff.act(by, act.clone()).await), no, "{act:?}");
            }
            assert_eq!(refused(staff.assign(by, worker, &[WORKER, ADMINISTRATOR]).await), no);
        }
    }

    async fn nobody_changes_the_own_account(database: Database) {
        let (staff, first, second) = Staff::with_two(&database).await;
        staff.came(By::Operator, "third", &[ADMINISTRATOR]).await;
        let (own, other) = (By::Person(first), By::Person(second));
        let roles = [ADMINISTRATOR, PersonRole::Overseer];
        for act in [
            PersonAct::Suspend { person: first },
            PersonAct::Resume { person: first },
            PersonAct::Reinvite { person: first, code: [1; 32] },
            PersonAct::Review { people: vec![second, first] },
        ] {
            assert_eq!(refused(staff.act(own, act.clone()).await), PersonRefusal::Oneself, "{act:?}");
        }
        for roles in [&roles[..], &[ADMINISTRATOR], &[]] {
            assert_eq!(refused(staff.assign(own, first, roles).await), PersonRefusal::Oneself);
        }
        // None of a review is done when one of it is not: the control is the same review by another.
        let due = staff.row(second).await.review_due();
        staff.days(1);
        assert_eq!(refused(staff.act(own, PersonAct::Review { people: vec![second, first] }).await), PersonRefusal::Oneself);
        assert_eq!(staff.row(second).await.review_due(), due);
        staff.act(own, PersonAct::Review { people: vec![second] }).await.unwrap();
        assert!(staff.row(second).await.review_due() > due);
        staff.assign(other, first, &roles).await.unwrap();
        staff.act(other, PersonAct::Suspend { person: first }).await.unwrap();
    }

    async fn an_administrator_is_made_by_two(database: Database) {
        let (staff, first, second) = Staff::with_two(&database).await;
        let (one, other) = (By::Person(first), By::Person(second));
        let wanted = [WORKER, ADMINISTRATOR];
        let person = staff.came(one, "worker", &[WORKER]).await;
        // Proposed; whoever proposed says it again, and it is still a proposal.
        for _ in 0..2 {
            staff.assign(one, person, &wanted).await.unwrap();
            assert!(!staff.has(person, ADMINISTRATOR).await && staff.row(person).await.proposed(staff.house.now()));
        }
        // Who is proposed does not confirm it.
        assert_eq!(refused(staff.assign(By::Person(person), person, &wanted).await), PersonRefusal::NotAdministrator);
        staff.assign(other, person, &wanted).await.unwrap();
        assert!(staff.has(person, ADMINISTRATOR).await && !staff.row(person).await.proposed(staff.house.now()));

        // A proposal ends after a week, with the account that made it, and with other roles.
        let late = staff.came(one, "late", &[WORKER]).await;
        staff.assign(one, late, &wanted).await.unwrap();
        staff.days(7);
        assert!(!staff.row(late).await.proposed(staff.house.now()));
        staff.assign(other, late, &wanted).await.unwrap();
        assert!(!staff.has(late, ADMINISTRATOR).await, "this is the first voice again");
        staff.assign(one, late, &[WORKER]).await.unwrap();
        staff.assign(one, late, &wanted).await.unwrap();
        assert!(!staff.has(late, ADMINISTRATOR).await, "what was taken back is not there to be confirmed");
        staff.act(other, PersonAct::Suspend { person: first }).await.unwrap();
        staff.assign(other, late, &wanted).await.unwrap();
        assert!(!staff.has(late, ADMINISTRATOR).await, "a suspended administrator has no voice");
        staff.assign(By::Person(person), late, &wanted).await.unwrap();
        assert!(staff.has(late, ADMINISTRATOR).await);
    }

    async fn an_invited_a_reinvited_and_a_resumed_administrator_waits_for_the_second_voice(database: Database) {
        let (staff, first, second) = Staff::with_two(&database).await;
        let (one, other) = (By::Person(first), By::Person(second));
        let invited = staff.invite(one, "invited", &[ADMINISTRATOR, WORKER]).await.unwrap();
        assert!(!staff.has(invited, ADMINISTRATOR).await && staff.has(invited, WORKER).await);
        staff.comes(invited).await;
        assert_eq!(refused(staff.invite(By::Person(invited), "puppet", &[]).await), PersonRefusal::NotAdministrator);
        staff.assign(other, invited, &[ADMINISTRATOR]).await.unwrap();
        assert!(staff.has(invited, ADMINISTRATOR).await);

        // The operator's invitation carries the role; a code that one administrator made anew does not.
        let of_operator = staff.invite(By::Operator, "third", &[ADMINISTRATOR]).await.unwrap();
        assert!(staff.has(of_operator, ADMINISTRATOR).await);
        staff.act(one, PersonAct::Reinvite { person: of_operator, code: [3; 32] }).await.unwrap();
        assert!(!staff.has(of_operator, ADMINISTRATOR).await && staff.row(of_operator).await.proposed(staff.house.now()));

        staff.act(one, PersonAct::Suspend { person: invited }).await.unwrap();
        staff.act(one, PersonAct::Resume { person: invited }).await.unwrap();
        assert!(staff.state(invited).await == PersonState::Active && !staff.has(invited, ADMINISTRATOR).await);
        staff.assign(one, invited, &[ADMINISTRATOR]).await.unwrap();
        assert!(!staff.has(invited, ADMINISTRATOR).await, "the same voice twice is one voice");
        staff.assign(other, invited, &[ADMINISTRATOR]).await.unwrap();
        assert!(staff.has(invited, ADMINISTRATOR).await);
    }

    async fn two_administrators_stay_but_a_stolen_account_stops_at_once(database: Database) {
        let (staff, first, second) = Staff::with_two(&database).await;
        let third = staff.came(By::Operator, "third", &[ADMINISTRATOR, WORKER]).await;
        staff.assign(By::Person(first), third, &[WORKER]).await.unwrap();
        for by in [By::Person(first), By::Operator] {
            assert_eq!(refused(staff.assign(by, second, &[]).await), PersonRefusal::LastAdministrators);
        }
        // For cause: down to one, and the one gives nothing until there are two.
        staff.act(By::Person(first), PersonAct::Suspend { person: second }).await.unwrap();
        let act = PersonAct::Suspend { person: first };
        assert_eq!(refused(staff.act(By::Person(second), act.clone()).await), PersonRefusal::NotAdministrator);
        assert_eq!(refused(staff.invite(By::Person(first), "puppet", &[]).await), PersonRefusal::OneAdministrator);
        assert_eq!(refused(staff.assign(By::Person(first), third, &[WORKER, ADMINISTRATOR]).await), PersonRefusal::OneAdministrator);
        assert_eq!(refused(staff.assign(By::Operator, first, &[]).await), PersonRefusal::LastAdministrators);
        staff.assign(By::Operator, third, &[ADMINISTRATOR]).await.unwrap();
        staff.invite(By::Person(first), "puppet", &[]).await.unwrap();
        // The operator stops even the last.
        for person in [third, first] {
            staff.act(By::Operator, PersonAct::Suspend { person }).await.unwrap();
        }
        staff.act(By::Operator, PersonAct::Resume { person: second }).await.unwrap();
        assert!(staff.row(second).await.administers(staff.house.now()), "with the roles it had");
    }

    async fn two_who_suspend_each_other_at_once_do_not_both(database: Database) {
        let (staff, first, second) = Staff::with_two(&database).await;
        let (organization, there) = (staff.organization, staff.house.second().await);
        let change = |by, person| sangam_store::PersonChange { organization, by: By::Person(by), act: PersonAct::Suspend { person } };
        let (one, other) = tokio::join!(staff.house.submit(change(first, second)), there.submit(change(second, first)));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let late = if one.is_ok() { other } else { one };
        assert_eq!(late, Err(Refused::Person(PersonRefusal::NotAdministrator)));
    }
}
