//! Documents: files about a subject, sealed piece by piece, so that nobody holds a whole one in memory. Each document
//! has a key of its own; that key is sealed under the subject's and opens under a permit, as a category does. A piece
//! is bound to its place: it opens as the n-th piece of that document, as the last or not, and as nothing else, so that a
//! document cannot be cut short, reordered or mixed with another.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sangam_vocabulary::{Category, Chance, Clock, Code, DocumentId, RecordId, SubjectId};

use crate::keys::{KeyBytes, KeyFault};
use crate::receipt::{NotReleased, Permit};
use crate::seal::SubjectKey;

/// How many bytes of a document are sealed as one piece: 64 KiB, what a connection hands over at a time.
pub const PIECE: usize = 64 * 1024;
/// How much longer a sealed piece is than what it holds: the tag.
pub const PIECE_TAG: usize = 16;

/// A document's key as it is stored: sealed under its subject's key. Cannot be printed or cloned; opens only through
/// [`SubjectKey::release_document`].
#[must_use = "without its key a sealed document is lost"]
pub struct SealedDocumentKey(Vec<u8>);

impl SealedDocumentKey {
    /// Takes stored bytes.
    pub const fn stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, for storage.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The cipher of one document, at its next piece.
struct Pieces {
    key: LessSafeKey,
    next: u64,
    ended: bool,
}

impl Pieces {
    fn new(key: &KeyBytes) -> Result<Self, KeyFault> {
        let unbound = UnboundKey::new(&AES_256_GCM, key.bytes()).map_err(|_| KeyFault::DoesNotOpen)?;
        Ok(Self { key: LessSafeKey::new(unbound), next: 0, ended: false })
    }

    /// The nonce of the next piece: eight bytes of its number and one that says whether it is the last. The key is this
    /// document's alone, and a number comes once.
    fn nonce(&mut self, last: bool) -> Result<Nonce, KeyFault> {
        if self.ended {
            return Err(KeyFault::DoesNotOpen);
        }
        let mut nonce = [0; NONCE_LEN];
        for (to, from) in nonce.iter_mut().zip(self.next.to_be_bytes()) {
            *to = from;
        }
        if let Some(end) = nonce.last_mut() {
            *end = u8::from(last);
        }
        self.next = self.next.checked_add(1).ok_or(KeyFault::DoesNotOpen)?;
        self.ended = last;
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

/// Seals the pieces of one document, in order.
pub struct DocumentSealer(Pieces);

impl DocumentSealer {
    /// Seals the next piece in place; the tag is appended. Every piece but the last has [`PIECE`] bytes.
    ///
    /// # Errors
    /// [`KeyFault::DoesNotOpen`] after the last piece, or for one of a wrong size.
    pub fn seal(&mut self, piece: &mut Vec<u8>, last: bool) -> Result<(), KeyFault> {
        if piece.len() > PIECE || (!last && piece.len() != PIECE) {
            return Err(KeyFault::DoesNotOpen);
        }
        let nonce = self.0.nonce(last)?;
        self.0.key.seal_in_place_append_tag(nonce, Aad::empty(), piece).map_err(|_| KeyFault::DoesNotOpen)
    }
}

/// Opens the pieces of one document, in order. Made only by [`SubjectKey::release_document`].
pub struct DocumentOpener(Pieces);

impl DocumentOpener {
    /// Opens the next piece in place.
    ///
    /// # Errors
    /// [`KeyFault::DoesNotOpen`] for anything but the next piece of this document, and after the last.
    pub fn open(&mut self, piece: &mut Vec<u8>, last: bool) -> Result<(), KeyFault> {
        let nonce = self.0.nonce(last)?;
        let length = self.0.key.open_in_place(nonce, Aad::empty(), piece).map_err(|_| KeyFault::DoesNotOpen)?.len();
        piece.truncate(length);
        Ok(())
    }
}

fn place(subject: SubjectId, document: DocumentId, category: Category) -> Vec<u8> {
    let of = [subject.uuid().as_bytes().as_slice(), document.uuid().as_bytes(), category.code().as_bytes()].concat();
    [b"sangam document key ".as_slice(), of.as_slice()].concat()
}

impl SubjectKey {
    /// Makes the key of a new document of a category, and what seals its pieces.
    ///
    /// # Errors
    /// [`KeyFault::NoChance`] when the random source failed.
    pub fn new_document(
        &self,
        chance: &dyn Chance,
        document: DocumentId,
        category: Category,
    ) -> Result<(SealedDocumentKey, DocumentSealer), KeyFault> {
        let key = KeyBytes::draw(chance)?;
        let sealed = self.data().seal(chance, &place(self.subject, document, category), key.bytes())?;
        Ok((SealedDocumentKey(sealed), DocumentSealer(Pieces::new(&key)?)))
    }

    /// Opens a document of a category under a line of a permit, as [`SubjectKey::release`] opens a category. What comes
    /// back opens pieces for as long as its holder keeps it: the holder asks anew whether the decision still holds
    /// before it hands out the next.
    ///
    /// # Errors
    /// [`NotReleased::NotPermitted`] when the permit's line is not for this subject, document and category;
    /// [`NotReleased::Stale`] when its instant has passed; [`NotReleased::Key`] when the key does not open.
    pub fn release_document(
        &self,
        (document, category): (DocumentId, Category),
        key: &SealedDocumentKey,
        (permit, line): (&Permit, usize),
        clock: &dyn Clock,
    ) -> Result<DocumentOpener, NotReleased> {
        permit.covers(line, self.subject, RecordId::from(document), category, clock.now())?;
        let key = self.data().open_key(&place(self.subject, document, category), &key.0)?;
        Ok(DocumentOpener(Pieces::new(&key)?))
    }
}
