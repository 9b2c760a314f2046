//! An intake that stops anywhere is taken up again and comes to the same end.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use sangam_kit::database::Database;
use serde_json::json;

use crate::house::{AGENCY, House, SHELTER, nodes};
use crate::words::CONSENTS;
use sangam_scenarios::look::migrated;

/// A future that is dropped after it was polled so often.
struct Polled<'a, T>(Pin<Box<dyn Future<Output = T> + Send + 'a>>, u32);

impl<T> Future for Polled<'_, T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        if self.1 == 0 {
            return Poll::Ready(None);
        }
        self.1 -= 1;
        self.0.as_mut().poll(context).map(Some)
    }
}

async fn counts(house: &House) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in ["subject", "consent", "referral", "delivery", "quarantine"] {
        counts.push(house.look.number(&format!("SELECT count(*) FROM {table}")).await);
    }
    counts
}

sangam_kit::both_databases! {
    template = migrated;

    /// Everything of the record was recorded but that it came to its end.
    async fn a_record_whose_end_was_not_recorded_is_taken_again(database: Database) {
        let house = House::open(&database).await;
        let (shelter, _agency) = (house.connect("shelter-in").await, house.connect("agency-bd").await);
        house.synchronise(&shelter).await;
        let before = counts(&house).await;
        assert_eq!(&before[..3], [2, 2, 2]);
        let zeros = if database.url().starts_with("sqlite") { "zeroblob(32)".to_owned() } else { format!("decode('{}', 'hex')", "00".repeat(32)) };
        house.look.run(&format!("UPDATE partner_record SET digest = {zeros} WHERE noun = 'SUBJECT'")).await;

        let report = house.synchronise(&shelter).await;
        assert_eq!((report.recorded, report.changed, report.referrals), (0, 2, 0), "{report:?}");
        assert_eq!(counts(&house).await, before);
        let minor = house.subject(SHELTER, "Shiuli Begum").await;
        assert_eq!(nodes(&house.ask(SHELTER, CONSENTS, json!({"subject": minor})).await, "consents").len(), 1);
        assert_eq!(house.referrals(AGENCY, "RECEIVED").await.len(), 1);
        // Now it has come to its end.
        assert_eq!(house.synchronise(&shelter).await.unchanged, 2);
    }

    /// Synchronisations that are dropped at one await after another, until one gets through.
    async fn a_synchronisation_dropped_at_any_await_loses_and_doubles_nothing(database: Database) {
        let house = House::open(&database).await;
        let shelter = house.connect("shelter-in").await;
        let mut dropped = 0;
        for polls in (1..).step_by(2) {
            let attempt = Polled(Box::pin(house.desk.synchronise(&shelter, &|_| {})), polls);
            match attempt.await {
                None => dropped += 1,
                Some(done) => {
                    done.unwrap();
                    break;
                }
            }
        }
        assert!(dropped > 5, "dropped {dropped} times only");
        assert_eq!(counts(&house).await, [2, 2, 2, 0, 0]);
        assert_eq!(house.subjects(SHELTER).await.len(), 2);
        assert_eq!(house.synchronise(&shelter).await.unchanged, 2);
    }
}
