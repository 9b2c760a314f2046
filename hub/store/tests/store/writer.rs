//! One writer: what it refuses leaves nothing behind, what it answered is there, and who went away did not
//! undo anything.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant as Moment};

use futures_util::future::join_all;
use sangam_custody::{Age, Agreement, Durability, EntryKind, NotRecorded, ReceiptBook};
use sangam_kit::database::Database;
use sangam_store::{AgreementChange, ClientChange, ClientCredential, Command, Committed, Idempotency, Refused};
use sangam_vocabulary::{AgreementId, Category, CategorySet, Country, Instant, OrganizationId, Purpose, PurposeSet};
use sangam_workflow::referral::Event;
use tokio::time::sleep;

use crate::house::House;
use crate::raw::{Raw, migrated};

fn key(organization: OrganizationId, key: &str, request: u8) -> Idempotency {
    Idempotency::of_caller(organization, key, [request; 32])
}

/// Two organizations and a subject of the first.
async fn parties(house: &House) -> (OrganizationId, OrganizationId, sangam_vocabulary::SubjectId) {
    let sender = house.organization(Country::India).await;
    let recipient = house.organization(Country::Bangladesh).await;
    (sender, recipient, house.subject(sender, Age::Adult).await)
}

sangam_kit::both_databases! {
    template = migrated;

    async fn an_old_version_is_refused_and_changes_nothing(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (sender, recipient, subject) = parties(&house).await;
        let referral = house.referral(subject, sender, recipient).await;
        house.submit(house.step(referral, recipient, Some(1), Event::Receive)).await.unwrap();
        let before = raw.counts().await;
        let entry = house.entry(recipient, &[subject]);
        let stale = Command::from(house.step(referral, recipient, Some(1), Event::Accept)).recorded(entry).once(key(recipient, "k", 1));
        assert_eq!(house.submit(stale).await, Err(Refused::Conflict { current: 2 }));
        assert_eq!(raw.counts().await, before);
        assert_eq!(raw.number("SELECT count(*) FROM referral WHERE state = 'RECEIVED' AND version = 2").await, 1);
        // The refused key is free: the same request with the right version goes through under it.
        let right = Command::from(house.step(referral, recipient, Some(2), Event::Accept)).once(key(recipient, "k", 1));
        assert!(!house.submit(right).await.unwrap().repeated);
    }

    async fn the_same_key_is_the_same_request(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (sender, recipient, subject) = parties(&house).await;
        let referral = |request| {
            let entry = house.entry(sender, &[subject]);
            Command::from(house.new_referral(subject, sender, recipient)).recorded(entry).once(key(sender, "k", request))
        };
        let first = house.submit(referral(1)).await.unwrap();
        assert!(!first.repeated);
        let before = raw.counts().await;
        let again = house.submit(referral(1)).await.unwrap();
        assert!(again.repeated);
        assert_eq!(again.record, first.record);
        assert_eq!(house.submit(referral(2)).await, Err(Refused::KeyReused));
        assert_eq!(raw.counts().await, before);
        // Another organization's key of the same name is another key.
        let other = Command::from(house.step(first.record.map(sangam_vocabulary::RecordId::from_uuid).unwrap(), recipient, None, Event::Receive));
        assert!(!house.submit(other.once(key(recipient, "k", 9))).await.unwrap().repeated);
    }

    async fn a_command_of_which_no_record_comes_is_done_once_too(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let organization = house.organization(Country::Nepal).await;
        let id = "cli_00000000000000000000000000000001".to_owned();
        let (name, scopes) = ("invented system".to_owned(), "read".to_owned());
        let purposes = PurposeSet::of(&[Purpose::Protection]);
        let register = ClientChange::Register { id: id.clone(), organization, name, credential: ClientCredential::Secret([1; 32]), actor_keys: None, scopes, purposes };
        house.submit(register).await.unwrap();
        let suspend = || Command::from(ClientChange::Suspend { id: id.clone(), suspended: true }).once(key(organization, "k", 1));
        assert_eq!(house.submit(suspend()).await, Ok(Committed { record: None, repeated: false }));
        assert_eq!(house.submit(suspend()).await, Ok(Committed { record: None, repeated: true }));
        assert_eq!(raw.number("SELECT generation FROM client").await, 2, "suspended once");
    }

    async fn a_refused_command_leaves_the_others_of_its_batch(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (sender, recipient, subject) = parties(&house).await;
        let good = |_| {
            let entry = house.entry(sender, &[subject]);
            Command::from(house.new_referral(subject, sender, recipient)).recorded(entry)
        };
        // Refused after it wrote: the consent's id is taken, so that the second one breaks a key in the database.
        let consent = house.consent(&[recipient], CategorySet::of(&[Category::Services]));
        let twice = || house.recorded(sender, subject, consent.clone());
        let bad = Command::from(twice()).recorded(house.entry(sender, &[subject]));
        house.submit(twice()).await.unwrap();
        let mut commands: Vec<Command> = (0..10).map(good).collect();
        commands.insert(5, bad);
        commands.insert(2, house.step(sangam_vocabulary::RecordId::from_uuid(house.id()), sender, None, Event::Withdraw).into());
        let answers = join_all(commands.into_iter().map(|command| house.writer.submit(command))).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 10);
        assert_eq!(answers[2], Err(Refused::NotFound));
        assert_eq!(answers[6], Err(Refused::Unavailable));
        assert_eq!(raw.number("SELECT count(*) FROM referral").await, 10);
        assert_eq!(raw.number("SELECT count(*) FROM journal_entry").await, 10);
        assert_eq!(raw.number("SELECT consent_version FROM subject").await, 1);
        let findings = house.store.verify_journal(&[crate::house::signer(7).public()], &[]).await.unwrap();
        assert_eq!((findings.entries, findings.faults), (10, vec![]));
    }

    async fn a_caller_who_leaves_undoes_nothing(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (sender, recipient, subject) = parties(&house).await;
        for _ in 0..5 {
            let mut submitted = Box::pin(house.writer.submit(house.new_referral(subject, sender, recipient).into()));
            // Polled once: the command is handed over and its answer is waited for. Then the caller is gone.
            poll_fn(|context| {
                assert!(submitted.as_mut().poll(context).is_pending());
                Poll::Ready(())
            })
            .await;
        }
        house.writer.stop().await;
        assert_eq!(raw.number("SELECT count(*) FROM referral").await, 5);
    }

    async fn two_hundred_at_once_are_all_answered(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (sender, recipient, subject) = parties(&house).await;
        let commands = (0..200).map(|_| {
            let entry = house.entry(sender, &[subject]);
            house.writer.submit(Command::from(house.new_referral(subject, sender, recipient)).recorded(entry))
        });
        let answers = join_all(commands.collect::<Vec<_>>()).await;
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(raw.number("SELECT count(*) FROM referral").await, 200);
        assert_eq!(raw.number("SELECT count(*) FROM journal_entry").await, 200);
        // Receipts are committed in groups: PostgreSQL tells which transaction wrote a row.
        let book = house.writer.book();
        let receipts = (0..200).map(|_| book.append(house.entry(recipient, &[]), Durability::BeforeRelease));
        assert!(join_all(receipts.collect::<Vec<_>>()).await.iter().all(Result::is_ok));
        assert_eq!(raw.number("SELECT count(*) FROM journal_entry").await, 400);
        if !raw.is_sqlite() {
            let groups = raw.number("SELECT count(DISTINCT xmin::text) FROM journal_entry WHERE seq > 200").await;
            assert!(groups <= 20, "200 receipts took {groups} transactions");
        }
    }

    async fn a_receipt_that_must_be_durable_is_there(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (sender, _, subject) = parties(&house).await;
        let entry = house.entry(sender, &[subject, subject]);
        let hash = entry.hash();
        house.writer.book().append(entry, Durability::BeforeRelease).await.unwrap();
        let found = raw.rows("SELECT entry FROM journal_entry", vec![]).await;
        assert_eq!(found[0].try_get::<Vec<u8>>("", "entry").unwrap(), hash);
        assert_eq!(house.store.journal_parts(subject, EntryKind::Disclosed, None, Instant::ALWAYS, 10).await.unwrap().len(), 2);
    }

    async fn a_light_receipt_is_there_within_a_second(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let sender = house.organization(Country::Nepal).await;
        let began = Moment::now();
        for _ in 0..3 {
            house.writer.book().append(house.entry(sender, &[]), Durability::WithinASecond).await.unwrap();
        }
        while raw.number("SELECT count(*) FROM journal_entry").await < 3 {
            assert!(began.elapsed() < Duration::from_secs(1), "a light receipt was late");
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn a_light_receipt_does_not_wait_behind_a_stream_of_work(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let sender = house.organization(Country::Nepal).await;
        let book = house.writer.book();
        book.append(house.entry(sender, &[]), Durability::WithinASecond).await.unwrap();
        book.append(house.entry(sender, &[]), Durability::BeforeRelease).await.unwrap();
        assert_eq!(raw.number("SELECT count(*) FROM journal_entry").await, 2, "the light one went with the next batch");
    }

    async fn the_fence_moves_with_what_ends_decisions(database: Database) {
        let house = House::open(&database).await;
        let (sender, recipient, subject) = parties(&house).await;
        let book = house.writer.book();
        let start = house.fence().await;
        assert!(book.unchanged(start).await.unwrap());
        // Neither a receipt nor a step that keeps the standing moves it.
        book.append(house.entry(sender, &[subject]), Durability::BeforeRelease).await.unwrap();
        assert_eq!(house.fence().await, start);
        let referral = house.referral(subject, sender, recipient).await;
        let sent = house.fence().await;
        assert!(sent.0 > start.0, "a new standing");
        house.submit(house.step(referral, recipient, None, Event::Receive)).await.unwrap();
        assert_eq!(house.fence().await, sent);
        let consent = house.give(sender, subject, house.consent(&[recipient], CategorySet::all())).await;
        let given = house.fence().await;
        assert!(given.0 > sent.0, "a consent");
        house.submit(house.withdrawal(sender, consent)).await.unwrap();
        let withdrawn = house.fence().await;
        assert!(withdrawn.0 > given.0, "a withdrawal");
        house.submit(agreement(&house, sender, recipient)).await.unwrap();
        let agreed = house.fence().await;
        assert!(agreed.0 > withdrawn.0, "an agreement");
        house.submit(house.step(referral, sender, None, Event::Withdraw)).await.unwrap();
        let over = house.fence().await;
        assert!(over.0 > agreed.0, "the end of a referral");
        // A subject read again without a change of fact moves nothing; its age does.
        house.submit(house.facts(subject, sender, Age::Adult)).await.unwrap();
        assert_eq!(house.fence().await, over);
        house.submit(house.facts(subject, sender, Age::Unknown)).await.unwrap();
        assert!(house.fence().await.0 > over.0, "the age");
        // A refused change moves nothing.
        let now = house.fence().await;
        assert_eq!(house.submit(house.withdrawal(recipient, consent)).await, Err(Refused::NotFound));
        assert_eq!(house.fence().await, now);
        assert!(!book.unchanged(start).await.unwrap());
        assert!(book.unchanged(now).await.unwrap());
    }

    async fn an_ended_writer_records_nothing(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (sender, recipient, subject) = parties(&house).await;
        let book = house.writer.book();
        let referral = house.new_referral(subject, sender, recipient);
        let (heavy, light) = (house.entry(sender, &[subject]), house.entry(sender, &[]));
        let (writer, task) = (house.writer.clone(), house.task.0);
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        let before = raw.counts().await;
        assert_eq!(writer.submit(referral.into()).await, Err(Refused::Unavailable));
        assert_eq!(book.append(heavy, Durability::BeforeRelease).await, Err(NotRecorded));
        assert_eq!(book.append(light, Durability::WithinASecond).await, Err(NotRecorded));
        writer.stop().await;
        assert_eq!(raw.counts().await, before);
    }

    async fn stopping_finishes_and_signs(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let (sender, recipient, subject) = parties(&house).await;
        let book = house.writer.book();
        book.append(house.entry(sender, &[subject]), Durability::WithinASecond).await.unwrap();
        let submits = join_all((0..300).map(|_| house.writer.submit(house.new_referral(subject, sender, recipient).into())));
        let (answers, ()) = tokio::join!(submits, house.writer.stop());
        let done = answers.iter().filter(|answer| answer.is_ok()).count();
        // Whoever was answered is in; whoever came after the stop was told so and is not in.
        assert_eq!(raw.number("SELECT count(*) FROM referral").await, i64::try_from(done).unwrap());
        assert!(answers.iter().all(|answer| answer.is_ok() || *answer == Err(Refused::Unavailable)));
        assert_eq!(house.task.0.await.unwrap().unwrap_or(()), ());
        let kept = house.kept.all();
        assert_eq!(kept.len(), 1);
        assert!(kept[0].body.contains("\"seq\":1,"), "{}", kept[0].body);
        assert_eq!(raw.number("SELECT count(*) FROM journal_checkpoint").await, 1);
    }

    async fn a_receipt_answered_during_the_stop_is_in_the_journal(database: Database) {
        let (house, raw) = (House::open(&database).await, Raw::open(&database).await);
        let sender = house.organization(Country::Nepal).await;
        let (book, entries) = (house.writer.book(), (0..2000).map(|_| house.entry(sender, &[])).collect::<Vec<_>>());
        let mut stop = pin!(house.writer.stop());
        // The stop is handed over first; what is accepted after it was promised all the same.
        poll_fn(|context| { let _ = stop.as_mut().poll(context); Poll::Ready(()) }).await;
        let mut promised = 0;
        for entry in entries {
            promised += i64::from(book.append(entry, Durability::WithinASecond).await.is_ok());
        }
        stop.await;
        let _ = house.task.0.await;
        assert_eq!(raw.number("SELECT count(*) FROM journal_entry").await, promised);
    }
}

fn agreement(house: &House, discloser: OrganizationId, recipient: OrganizationId) -> AgreementChange {
    let agreement = Agreement {
        id: AgreementId::from_uuid(house.id()),
        version: 1,
        disclosers: vec![discloser],
        recipients: vec![recipient],
        purposes: PurposeSet::of(&[Purpose::ServiceReferral]),
        categories: CategorySet::all(),
        countries: vec![Country::Bangladesh],
        onward: false,
        from: house.now(),
        until: house.now().plus_days(10),
        suspended: false,
        approvals: vec![],
    };
    AgreementChange { agreement, legal_basis: "an invented basis".to_owned() }
}

#[test]
fn every_kind_of_entry_is_read_back() {
    for kind in EntryKind::ALL {
        assert_eq!(EntryKind::read(kind.code()), Some(*kind));
    }
}
