//! Events come to a watcher in the order of their commits, whichever process writes them: what commits late is not
//! passed over.

use std::time::Duration;

use sangam_custody::Age;
use sangam_kit::database::{Kind, run};
use sangam_store::Command;
use sangam_vocabulary::{Country, RecordId};
use tokio::time::{sleep, timeout};

use crate::house::House;
use crate::raw::{Raw, migrated};

/// How long a change has to be committed that nothing holds up.
const AT_ONCE: Duration = Duration::from_millis(700);
const EVENTS: u16 = 100;

#[test]
fn an_event_that_commits_late_is_not_passed_over() {
    run(Kind::Postgres, &migrated(), |database| async move {
        let here = House::open(&database).await;
        let there = here.second().await;
        let (holder, eye) = (Raw::open(&database).await, Raw::open(&database).await);
        let (sender, recipient) =
            (here.organization(Country::India).await, here.organization(Country::Bangladesh).await);
        let subject = here.subject(sender, Age::Adult).await;
        let begin = here.store.last_event().await.unwrap();
        let late = here.new_referral(subject, sender, recipient);
        let quick = there.new_referral(subject, sender, recipient);
        let both = [RecordId::from(late.id), RecordId::from(quick.id)];
        let looks = async |after| {
            here.store
                .record_events(sangam_vocabulary::Noun::Referral, recipient, after, here.now(), EVENTS)
                .await
                .unwrap()
        };

        // The first process has written its event and is held up before its commit.
        holder.run("BEGIN", vec![]).await;
        holder.run("LOCK TABLE journal_entry IN SHARE MODE", vec![]).await;
        let held_up = here.submit(Command::from(late).recorded(here.entry(sender, &[subject])));
        let meanwhile = async {
            let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO journal_entry%'";
            while eye.number(waiting).await == 0 {
                sleep(Duration::from_millis(20)).await;
            }
            // The second process has nothing to do with that, and a watcher looks when it is done, or could be.
            let mut other = Box::pin(there.submit(quick));
            let done = timeout(AT_ONCE, &mut other).await;
            let (seen, place) = looks(begin).await;
            holder.run("ROLLBACK", vec![]).await;
            match done {
                Ok(committed) => drop(committed.unwrap()),
                Err(_) => drop(other.await.unwrap()),
            }
            (seen, place)
        };
        let (first, (mut seen, place)) = tokio::join!(held_up, meanwhile);
        first.unwrap();
        seen.extend(looks(place).await.0);
        let records: Vec<RecordId> = seen.iter().map(|event| event.record).collect();
        assert_eq!(records, both, "an event was passed over");
    });
}
