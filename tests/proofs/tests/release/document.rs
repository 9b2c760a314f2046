//! Documents: sealed in pieces, opened in their order under a permit, and in no other way.

use sangam_custody::{DocumentOpener, KeyFault, NotReleased, PIECE, PIECE_TAG, Permit, SealedDocumentKey};
use sangam_vocabulary::{Category, DocumentId, Instant, RecordId};
use uuid::Uuid;

use crate::book::Book;
use crate::shelter::{Shelter, Subject};

const PAPERS: Category = Category::Documents;
const IMAGE: Category = Category::Image;
const WORD: &[u8] = b"Asha of Khulna";

fn document(number: u128) -> DocumentId {
    DocumentId::from_uuid(Uuid::from_u128(0x7000 + number))
}

/// Two full pieces and a short one, each of which can be told from the others.
fn pages() -> Vec<Vec<u8>> {
    let full = |byte: u8| WORD.iter().copied().chain(std::iter::repeat_n(byte, PIECE - WORD.len())).collect();
    vec![full(1), full(2), WORD.to_vec()]
}

fn sealed(shelter: &Shelter, subject: &Subject, id: DocumentId) -> (SealedDocumentKey, Vec<Vec<u8>>) {
    let (key, mut sealer) = subject.key.new_document(&*shelter.chance, id, PAPERS).unwrap();
    let mut pages = pages();
    let last = pages.len() - 1;
    for (place, page) in pages.iter_mut().enumerate() {
        sealer.seal(page, place == last).unwrap();
    }
    (key, pages)
}

async fn permit(shelter: &Shelter, subject: &Subject, id: DocumentId, released: &[Category]) -> Permit {
    let line = shelter.line_of(subject, RecordId::from(id), released, Instant::NEVER);
    shelter.answer(vec![line]).receipt(&Book::default(), &*shelter.chance, &shelter.clock).await.unwrap()
}

async fn opener(shelter: &Shelter, id: DocumentId, key: &SealedDocumentKey) -> DocumentOpener {
    let permit = permit(shelter, &shelter.first, id, &[PAPERS]).await;
    match shelter.first.key.release_document((id, PAPERS), key, (&permit, 0), &shelter.clock) {
        Ok(opener) => opener,
        Err(why) => panic!("{why}"),
    }
}

fn refusal(opened: Result<DocumentOpener, NotReleased>) -> NotReleased {
    match opened {
        Ok(_) => panic!("opened"),
        Err(why) => why,
    }
}

/// Opens pieces in the order given, the last of them as the last.
fn read(mut opener: DocumentOpener, pieces: &[Vec<u8>]) -> Result<Vec<u8>, KeyFault> {
    let mut whole = Vec::new();
    for (place, piece) in pieces.iter().enumerate() {
        let mut piece = piece.clone();
        opener.open(&mut piece, place + 1 == pieces.len())?;
        whole.extend(piece);
    }
    Ok(whole)
}

#[tokio::test]
async fn what_was_sealed_opens_piece_by_piece_and_nothing_of_it_lies_open() {
    let (shelter, id) = (Shelter::new(), document(1));
    let (key, pieces) = sealed(&shelter, &shelter.first, id);
    for (piece, page) in pieces.iter().zip(pages()) {
        assert_eq!(piece.len(), page.len() + PIECE_TAG);
        assert!(!piece.windows(WORD.len()).any(|bytes| bytes == WORD));
    }
    assert!(!key.as_bytes().windows(WORD.len()).any(|bytes| bytes == WORD));
    assert_eq!(read(opener(&shelter, id, &key).await, &pieces).unwrap(), pages().concat());
}

#[tokio::test]
async fn a_document_that_was_cut_reordered_repeated_or_mixed_does_not_open() {
    let (shelter, id) = (Shelter::new(), document(1));
    let (key, pieces) = sealed(&shelter, &shelter.first, id);
    let (_, others) = sealed(&shelter, &shelter.first, document(2));
    let take = |places: &[usize]| places.iter().map(|place| pieces[*place].clone()).collect::<Vec<_>>();
    let mut mixed = pieces.clone();
    mixed[1] = others[1].clone();
    let mut bent = pieces.clone();
    bent[2][0] ^= 1;
    let mut short = pieces.clone();
    short[2].truncate(PIECE_TAG - 1);
    let wrong = [
        take(&[0]),
        take(&[0, 1]),
        take(&[1, 0, 2]),
        take(&[0, 0, 1, 2]),
        take(&[0, 2]),
        take(&[0, 1, 2, 2]),
        mixed,
        bent,
        short,
    ];
    for pieces in wrong {
        assert_eq!(read(opener(&shelter, id, &key).await, &pieces), Err(KeyFault::DoesNotOpen), "{}", pieces.len());
    }
    assert!(read(opener(&shelter, id, &key).await, &pieces).is_ok());
    // And after its end nothing more.
    let mut at_the_end = opener(&shelter, id, &key).await;
    for (place, piece) in pieces.iter().enumerate() {
        at_the_end.open(&mut piece.clone(), place == 2).unwrap();
    }
    assert_eq!(at_the_end.open(&mut pieces[2].clone(), true), Err(KeyFault::DoesNotOpen));
}

#[test]
fn only_full_pieces_are_sealed_before_the_last_and_none_after_it() {
    let shelter = Shelter::new();
    let sealer = || shelter.first.key.new_document(&*shelter.chance, document(1), PAPERS).unwrap().1;
    assert_eq!(sealer().seal(&mut vec![0; PIECE - 1], false), Err(KeyFault::DoesNotOpen));
    assert_eq!(sealer().seal(&mut vec![0; PIECE + 1], true), Err(KeyFault::DoesNotOpen));
    let mut ended = sealer();
    ended.seal(&mut vec![0; PIECE], true).unwrap();
    assert_eq!(ended.seal(&mut vec![0; PIECE], true), Err(KeyFault::DoesNotOpen));
}

#[tokio::test]
async fn a_key_opens_as_what_it_was_made_for_and_under_a_permit_for_that() {
    let (shelter, id) = (Shelter::new(), document(1));
    let (key, _) = sealed(&shelter, &shelter.first, id);
    let of = |subject: &Subject| (subject.id, RecordId::from(id));
    assert_eq!(of(&shelter.first).1, of(&shelter.second).1);

    // Another document, another subject, another category: the permit says no.
    let permit_for = permit(&shelter, &shelter.first, id, &[PAPERS]).await;
    let first = &shelter.first.key;
    for (asked, by) in [((document(2), PAPERS), first), ((id, IMAGE), first), ((id, PAPERS), &shelter.second.key)] {
        let opened = by.release_document(asked, &key, (&permit_for, 0), &shelter.clock);
        assert_eq!(refusal(opened), NotReleased::NotPermitted);
    }
    assert_eq!(
        refusal(first.release_document((id, PAPERS), &key, (&permit_for, 1), &shelter.clock)),
        NotReleased::NotPermitted
    );
    assert!(first.release_document((id, PAPERS), &key, (&permit_for, 0), &shelter.clock).is_ok());

    // Where the permit would say yes, the key itself does not open as anything else.
    let does_not_open = NotReleased::Key(KeyFault::DoesNotOpen);
    let as_image = permit(&shelter, &shelter.first, id, &[IMAGE]).await;
    assert_eq!(
        refusal(first.release_document((id, IMAGE), &key, (&as_image, 0), &shelter.clock)),
        does_not_open,
        "a paper is no photograph"
    );
    let of_another = permit(&shelter, &shelter.first, document(2), &[PAPERS]).await;
    assert_eq!(
        refusal(first.release_document((document(2), PAPERS), &key, (&of_another, 0), &shelter.clock)),
        does_not_open
    );
    let of_second = permit(&shelter, &shelter.second, id, &[PAPERS]).await;
    assert_eq!(
        refusal(shelter.second.key.release_document((id, PAPERS), &key, (&of_second, 0), &shelter.clock)),
        does_not_open
    );

    // And a permit that was kept is none.
    shelter.clock.advance(5_000);
    assert_eq!(
        refusal(first.release_document((id, PAPERS), &key, (&permit_for, 0), &shelter.clock)),
        NotReleased::Stale
    );
}
