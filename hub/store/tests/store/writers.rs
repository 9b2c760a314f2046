//! Two processes on one database: what one commits the other's decisions feel, and of two who saw the same
//! version one is refused.

use sangam_custody::{Age, ReceiptBook};
use sangam_kit::database::Database;
use sangam_store::Refused;
use sangam_vocabulary::{Category, CategorySet, Country};
use sangam_workflow::referral::Event;

use crate::house::{House, signer};
use crate::raw::migrated;

sangam_kit::both_databases! {
    template = migrated;

    async fn a_withdrawal_elsewhere_ends_decisions_here(database: Database) {
        let here = House::open(&database).await;
        let there = here.second().await;
        let (sender, recipient) = (here.organization(Country::India).await, here.organization(Country::Bangladesh).await);
        let subject = here.subject(sender, Age::Adult).await;
        let consent = here.give(sender, subject, here.consent(&[recipient], CategorySet::of(&[Category::Services]))).await;
        let (book, fence) = (here.writer.book(), here.fence().await);
        assert!(book.unchanged(fence).await.unwrap());
        there.submit(there.withdrawal(sender, consent)).await.unwrap();
        assert!(!book.unchanged(fence).await.unwrap());
        assert_eq!(here.fence().await, there.fence().await);
    }

    async fn rules_changed_elsewhere_are_a_new_epoch_here(database: Database) {
        let here = House::open(&database).await;
        let there = here.second().await;
        let before = here.store.agreements().await.unwrap().0;
        // A new organization changes whom rules bind.
        there.organization(Country::Maldives).await;
        assert!(here.store.agreements().await.unwrap().0.0 > before.0);
    }

    async fn of_two_steps_from_one_version_one_is_taken(database: Database) {
        let here = House::open(&database).await;
        let there = here.second().await;
        let (sender, recipient) = (here.organization(Country::India).await, here.organization(Country::Bangladesh).await);
        let subject = here.subject(sender, Age::Adult).await;
        for _ in 0..30 {
            let referral = here.referral(subject, sender, recipient).await;
            let received = here.step(referral, recipient, Some(1), Event::Receive);
            let withdrawn = there.step(referral, sender, Some(1), Event::Withdraw);
            let (one, other) = tokio::join!(here.submit(received), there.submit(withdrawn));
            let refused = match (one, other) {
                (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
                answers => panic!("not one of two: {answers:?}"),
            };
            assert_eq!(refused, Refused::Conflict { current: 2 });
        }
    }

    async fn both_chains_stand_and_verify(database: Database) {
        let here = House::open(&database).await;
        let there = here.second().await;
        let sender = here.organization(Country::India).await;
        let subject = here.subject(sender, Age::Adult).await;
        for _ in 0..4 {
            for house in [&here, &there] {
                let command = sangam_store::Command::from(house.facts(subject, sender, Age::Adult));
                house.submit(command.recorded(house.entry(sender, &[subject]))).await.unwrap();
            }
        }
        here.writer.stop().await;
        there.writer.stop().await;
        let outside = there.kept.all();
        assert!(outside[0].body.contains(&here.process.to_string()), "a checkpoint lists the heads of all chains");
        let findings = here.store.verify_journal(&[signer(7).public()], &outside).await.unwrap();
        assert_eq!((findings.chains, findings.entries, findings.faults), (2, 8, vec![]));
    }
}
