//! Receipt before permit, permit before release, and a permit for what it names only.

use std::future::Future;
use std::sync::atomic::Ordering::SeqCst;
use std::task::{Context, Poll, Waker};

use sangam_custody::{Durability, Entry, EntryKind, Held, KeyFault, NotReleased, Permit};
use sangam_proofs::NOON;
use sangam_vocabulary::{Category, Chance, Instant, RecordId};
use uuid::Uuid;

use crate::book::{Asked, Book};
use crate::shelter::{FENCE, Shelter, Subject};

const IDENTITY: Category = Category::Identity;
const REFERENCE: Category = Category::CaseReference;

async fn permit(shelter: &Shelter, subject: &Subject, released: &[Category]) -> Permit {
    let answer = shelter.answer(vec![shelter.line(subject, released, Instant::NEVER)]);
    answer.receipt(&Book::default(), &*shelter.chance, &shelter.clock).await.unwrap()
}

fn refusal<T>(released: Result<T, NotReleased>) -> NotReleased {
    match released {
        Ok(_) => panic!("released"),
        Err(why) => why,
    }
}

#[tokio::test]
async fn what_is_permitted_opens_and_names_itself() {
    let shelter = Shelter::new();
    let held = shelter.sealed(&shelter.first, IDENTITY, "Asha");
    assert!(!held.ciphertext().windows(4).any(|bytes| bytes == b"Asha"));
    let permit = permit(&shelter, &shelter.first, &[IDENTITY]).await;
    let disclosure = shelter.first.key.release(held, &permit, 0, &shelter.clock).unwrap();
    assert!(String::from_utf8(disclosure.json().to_vec()).unwrap().contains("Asha"));
    assert_eq!((disclosure.subject(), disclosure.category()), (shelter.first.id, IDENTITY));
    assert_eq!(disclosure.record(), RecordId::from(shelter.first.id));
}

#[tokio::test]
async fn a_book_that_takes_nothing_yields_no_permit() {
    let (shelter, book) = (Shelter::new(), Book::default());
    book.full.store(true, SeqCst);
    let answer = shelter.answer(vec![shelter.line(&shelter.first, &[IDENTITY], Instant::NEVER)]);
    let refused = answer.receipt(&book, &*shelter.chance, &shelter.clock).await;
    assert_eq!(refusal(refused), NotReleased::NotRecorded);
    assert_eq!(book.asked.lock().unwrap().as_slice(), [Asked::Append], "nothing is asked after the book refused");
}

#[tokio::test]
async fn the_entry_is_in_the_book_before_anything_else_and_the_permit_waits_for_it() {
    let (shelter, book) = (Shelter::new(), Book::default());
    book.slow.store(true, SeqCst);
    let answer = shelter.answer(vec![shelter.line(&shelter.first, &[IDENTITY], Instant::NEVER)]);
    let mut receipt = Box::pin(answer.receipt(&book, &*shelter.chance, &shelter.clock));
    let mut waiting = Context::from_waker(Waker::noop());
    assert!(matches!(receipt.as_mut().poll(&mut waiting), Poll::Pending), "no permit before the entry is durable");
    assert_eq!(book.asked.lock().unwrap().as_slice(), [Asked::Append]);
    book.ready.notify_one();
    let permit = receipt.await.unwrap();
    assert_eq!(book.asked.lock().unwrap().as_slice(), [Asked::Append, Asked::Unchanged(FENCE)]);
    let entries = book.entries.lock().unwrap();
    assert_eq!(permit.receipt().unwrap().hash, entries[0].0.hash(), "the receipt is the entry's hash");
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_the_entry_and_gets_nothing() {
    let (shelter, book) = (Shelter::new(), Book::default());
    book.slow.store(true, SeqCst);
    let answer = shelter.answer(vec![shelter.line(&shelter.first, &[IDENTITY], Instant::NEVER)]);
    {
        let mut receipt = Box::pin(answer.receipt(&book, &*shelter.chance, &shelter.clock));
        let mut waiting = Context::from_waker(Waker::noop());
        assert!(receipt.as_mut().poll(&mut waiting).is_pending());
    }
    assert_eq!(book.len(), 1, "the journal says more than was seen, never less");
}

#[tokio::test]
async fn a_change_after_the_snapshot_makes_the_answer_stale_and_its_entry_is_taken_back() {
    let shelter = Shelter::new();
    for (changed, blind, expected) in [(true, false, NotReleased::Stale), (false, true, NotReleased::NotRecorded)] {
        let book = Book::default();
        book.changed.store(changed, SeqCst);
        book.blind.store(blind, SeqCst);
        let lines = vec![
            shelter.line(&shelter.first, &[IDENTITY], Instant::NEVER),
            shelter.line(&shelter.second, &[], Instant::NEVER),
        ];
        let refused = shelter.answer(lines).receipt(&book, &*shelter.chance, &shelter.clock).await;
        assert_eq!(refusal(refused), expected);
        let entries = book.entries.lock().unwrap();
        let kinds: Vec<EntryKind> = entries.iter().map(|(entry, _)| entry.kind).collect();
        assert_eq!(kinds, [EntryKind::Disclosed, EntryKind::NotReleased]);
        let (said, taken_back) = (&entries[0].0, &entries[1].0);
        assert_eq!((taken_back.at, taken_back.caller), (said.at, said.caller));
        let receipt: String = said.hash().iter().map(|byte| format!("{byte:02x}")).collect();
        for (place, subject) in [&shelter.first, &shelter.second].into_iter().enumerate() {
            let of = |entry: &Entry| subject.key.journal().read(&entry.parts[place]).unwrap();
            let (was, is) = (of(said), of(taken_back));
            assert_eq!((was.kind, was.annuls), (EntryKind::Disclosed, None));
            assert_eq!((is.kind, is.annuls.as_ref()), (EntryKind::NotReleased, Some(&receipt)));
            assert_eq!((is.record, is.categories, is.seat), (was.record, was.categories, was.seat));
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_known_to_be_stale_is_not_written() {
    let (shelter, book) = (Shelter::new(), Book::default());
    book.known.store(true, SeqCst);
    let answer = shelter.answer(vec![shelter.line(&shelter.first, &[IDENTITY], Instant::NEVER)]);
    assert_eq!(refusal(answer.receipt(&book, &*shelter.chance, &shelter.clock).await), NotReleased::Stale);
    let late = shelter.answer(vec![shelter.line(&shelter.first, &[IDENTITY], NOON)]);
    book.known.store(false, SeqCst);
    assert_eq!(refusal(late.receipt(&book, &*shelter.chance, &shelter.clock).await), NotReleased::Stale);
    assert_eq!(book.asked.lock().unwrap().as_slice(), [], "the book was not asked either");
}

#[tokio::test]
async fn an_answer_whose_instant_passes_while_it_is_written_down_is_taken_back() {
    let until = NOON.plus_millis(5);
    for (written, released) in [(until.plus_millis(-1), true), (until, false), (until.plus_millis(1), false)] {
        let (shelter, book) = (Shelter::new(), Book::default());
        book.slow.store(true, SeqCst);
        let answer = shelter.answer(vec![shelter.line(&shelter.first, &[IDENTITY], until)]);
        let mut receipt = Box::pin(answer.receipt(&book, &*shelter.chance, &shelter.clock));
        assert!(matches!(receipt.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
        shelter.clock.set(written);
        book.slow.store(false, SeqCst);
        book.ready.notify_one();
        let answered = receipt.await;
        assert_eq!(answered.is_ok(), released, "{written:?}");
        let kinds: Vec<_> = book.entries.lock().unwrap().iter().map(|(entry, _)| entry.kind).collect();
        let all = [EntryKind::Disclosed, EntryKind::NotReleased];
        assert_eq!(kinds, all[..if released { 1 } else { 2 }]);
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_opened_is_taken_back_with_its_permit() {
    let (shelter, book) = (Shelter::new(), Book::default());
    let answer = || shelter.answer(vec![shelter.line(&shelter.first, &[IDENTITY], Instant::NEVER)]);
    let permit = answer().receipt(&book, &*shelter.chance, &shelter.clock).await.unwrap();
    let receipt = permit.receipt().unwrap().text();
    shelter.clock.advance(3);
    answer().not_released(permit, &book, &*shelter.chance).await.unwrap();
    let entries = book.entries.lock().unwrap();
    assert_eq!((entries.len(), entries[1].0.kind, entries[1].0.at), (2, EntryKind::NotReleased, NOON));
    let detail = shelter.first.key.journal().read(&entries[1].0.parts[0]).unwrap();
    assert_eq!(detail.annuls, Some(receipt));
}

#[tokio::test]
async fn a_decision_past_its_instant_is_stale_at_the_receipt_and_at_the_release() {
    let (shelter, book) = (Shelter::new(), Book::default());
    let until = NOON.plus_millis(5);
    let line = || shelter.line(&shelter.first, &[IDENTITY], until);
    let permit = shelter.answer(vec![line()]).receipt(&book, &*shelter.chance, &shelter.clock).await.unwrap();
    shelter.clock.set(until.plus_millis(-1));
    let held = shelter.sealed(&shelter.first, IDENTITY, "Asha");
    assert!(shelter.first.key.release(held, &permit, 0, &shelter.clock).is_ok(), "its last millisecond");
    shelter.clock.set(until);
    let held = shelter.sealed(&shelter.first, IDENTITY, "Asha");
    assert_eq!(refusal(shelter.first.key.release(held, &permit, 0, &shelter.clock)), NotReleased::Stale);
    let late = shelter.answer(vec![line()]).receipt(&book, &*shelter.chance, &shelter.clock).await;
    assert_eq!(refusal(late), NotReleased::Stale);
}

#[tokio::test]
async fn the_shortest_line_ends_the_whole_permit() {
    let (shelter, book) = (Shelter::new(), Book::default());
    let lines = vec![
        shelter.line(&shelter.first, &[IDENTITY], Instant::NEVER),
        shelter.line(&shelter.second, &[IDENTITY], NOON.plus_millis(1)),
    ];
    let permit = shelter.answer(lines).receipt(&book, &*shelter.chance, &shelter.clock).await.unwrap();
    shelter.clock.advance(1);
    let held = shelter.sealed(&shelter.first, IDENTITY, "Asha");
    assert_eq!(refusal(shelter.first.key.release(held, &permit, 0, &shelter.clock)), NotReleased::Stale);
}

#[tokio::test]
async fn a_line_opens_its_own_subject_and_nothing_of_another_line() {
    let (shelter, book) = (Shelter::new(), Book::default());
    let lines = vec![
        shelter.line(&shelter.first, &[IDENTITY], Instant::NEVER),
        shelter.line(&shelter.second, &[REFERENCE], Instant::NEVER),
    ];
    let permit = shelter.answer(lines).receipt(&book, &*shelter.chance, &shelter.clock).await.unwrap();
    let (first, second) = (&shelter.first, &shelter.second);
    let sealed = |subject, category| shelter.sealed(subject, category, "Asha");
    let cases = [
        ("line B with A's", first.key.release(sealed(first, IDENTITY), &permit, 1, &shelter.clock)),
        ("line A with B's", second.key.release(sealed(second, REFERENCE), &permit, 0, &shelter.clock)),
        ("line B with A's category", second.key.release(sealed(second, IDENTITY), &permit, 1, &shelter.clock)),
        ("another category", first.key.release(sealed(first, REFERENCE), &permit, 0, &shelter.clock)),
        ("no such line", first.key.release(sealed(first, IDENTITY), &permit, 2, &shelter.clock)),
        ("another's key", second.key.release(sealed(first, IDENTITY), &permit, 0, &shelter.clock)),
    ];
    for (case, released) in cases {
        assert_eq!(refusal(released), NotReleased::NotPermitted, "{case}");
    }
    assert!(second.key.release(sealed(second, REFERENCE), &permit, 1, &shelter.clock).is_ok());
}

#[tokio::test]
async fn a_line_opens_the_subjects_own_record_and_the_one_it_came_through() {
    let shelter = Shelter::new();
    let permit = permit(&shelter, &shelter.first, &[IDENTITY]).await;
    let first = &shelter.first;
    let seal = |record| first.key.seal(&*shelter.chance, record, &crate::shelter::payload(IDENTITY, "Asha")).unwrap();
    for record in [RecordId::from(first.id), first.referral] {
        assert!(first.key.release(seal(record), &permit, 0, &shelter.clock).is_ok());
    }
    let elsewhere = RecordId::from_uuid(Uuid::from_u128(0x6666));
    let released = first.key.release(seal(elsewhere), &permit, 0, &shelter.clock);
    assert_eq!(refusal(released), NotReleased::NotPermitted, "another referral about the same person");
}

#[tokio::test]
async fn changed_or_moved_ciphertext_does_not_open() {
    let shelter = Shelter::new();
    let first = &shelter.first;
    let permit = permit(&shelter, first, &[IDENTITY, REFERENCE]).await;
    let own = RecordId::from(first.id);
    let whole = shelter.sealed(first, IDENTITY, "Asha").ciphertext().to_vec();
    let open = |record, category, bytes: Vec<u8>| {
        first.key.release(Held::stored(first.id, record, category, bytes), &permit, 0, &shelter.clock)
    };
    assert!(open(own, IDENTITY, whole.clone()).is_ok());
    let broken = NotReleased::Key(KeyFault::DoesNotOpen);
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        assert_eq!(refusal(open(own, IDENTITY, bytes)), broken, "byte {place}");
        assert_eq!(refusal(open(own, IDENTITY, whole[..place].to_vec())), broken, "cut at {place}");
    }
    let longer = [whole.as_slice(), &[0]].concat();
    assert_eq!(refusal(open(own, IDENTITY, longer)), broken);
    assert_eq!(refusal(open(first.referral, IDENTITY, whole.clone())), broken, "moved to another record");
    assert_eq!(refusal(open(own, REFERENCE, whole)), broken, "moved to another category");
    let others = shelter.sealed(&shelter.second, IDENTITY, "Asha").ciphertext().to_vec();
    assert_eq!(refusal(open(own, IDENTITY, others)), broken, "another person's, moved to this one");
}

#[tokio::test]
async fn what_is_heavy_is_durable_before_release_and_what_is_light_within_a_second() {
    let shelter = Shelter::new();
    let light = [REFERENCE, Category::Demographics, Category::Services];
    for category in sangam_vocabulary::CategorySet::all().iter() {
        let book = Book::default();
        let lines = vec![
            shelter.line(&shelter.first, &light, Instant::NEVER),
            shelter.line(&shelter.second, &[category], Instant::NEVER),
        ];
        let _permit = shelter.answer(lines).receipt(&book, &*shelter.chance, &shelter.clock).await.unwrap();
        let expected = if light.contains(&category) { Durability::WithinASecond } else { Durability::BeforeRelease };
        assert_eq!(book.entries.lock().unwrap()[0].1, expected, "{category}");
    }
}

#[tokio::test]
async fn an_answer_that_releases_nothing_leaves_an_entry_and_opens_nothing() {
    let (shelter, book) = (Shelter::new(), Book::default());
    let answer = shelter.answer(vec![shelter.line(&shelter.first, &[], Instant::NEVER)]);
    let permit = answer.receipt(&book, &*shelter.chance, &shelter.clock).await.unwrap();
    assert_eq!((permit.receipt().is_some(), book.len()), (true, 1), "that the record exists was told");
    let empty = shelter.answer(Vec::new()).receipt(&book, &*shelter.chance, &shelter.clock).await.unwrap();
    assert_eq!((empty.receipt(), book.len()), (None, 1));
    let held = shelter.sealed(&shelter.first, REFERENCE, "Asha");
    assert_eq!(refusal(shelter.first.key.release(held, &permit, 0, &shelter.clock)), NotReleased::NotPermitted);
}

/// A source of chance that failed.
struct NoChance;

impl Chance for NoChance {
    fn fill(&self, _: &mut [u8]) -> bool {
        false
    }
}

#[tokio::test]
async fn without_chance_nothing_is_written_and_nothing_released() {
    let (shelter, book) = (Shelter::new(), Book::default());
    let answer = shelter.answer(vec![shelter.line(&shelter.first, &[IDENTITY], Instant::NEVER)]);
    let refused = answer.receipt(&book, &NoChance, &shelter.clock).await;
    assert_eq!(refusal(refused), NotReleased::Key(KeyFault::NoChance));
    assert_eq!(book.len(), 0);
    let sealed = shelter.first.key.seal(&NoChance, shelter.first.referral, &crate::shelter::payload(IDENTITY, "Asha"));
    assert!(matches!(sealed, Err(KeyFault::NoChance)));
}
