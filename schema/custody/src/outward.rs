//! Ids that leave. A subject or a case record has another id towards every recipient, random-looking and
//! undated: one AES block under the recipient's key, so that two recipients cannot compare notes.

use aws_lc_rs::cipher::{AES_256, DecryptingKey, DecryptionContext, EncryptingKey, UnboundCipherKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::hmac;
use sangam_vocabulary::{OrganizationId, RecordId};
use thiserror::Error;
use uuid::Uuid;

use crate::keys::{Cipher, KEY_LEN, KeyBytes, KeyFault, Keys};

/// What kind of record an outward id names; each kind has a key of its own, so that an id of one kind means
/// nothing as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutwardKind {
    /// A subject.
    Subject,
    /// A referral.
    Referral,
    /// A repatriation request.
    Repatriation,
    /// A search.
    Search,
    /// A request to look for somebody, as one that was asked has it.
    SearchRequest,
    /// An arrival.
    Arrival,
    /// A hearing.
    Hearing,
    /// An invitation to a case.
    Contribution,
    /// A danger to a witness.
    Risk,
    /// A support plan.
    SupportPlan,
    /// A review of one.
    SupportReview,
    /// An order, an override by authority or an emergency on record.
    Exception,
    /// A message.
    Message,
    /// A document.
    Document,
}

impl OutwardKind {
    const ALL: [Self; 14] = [
        Self::Subject,
        Self::Referral,
        Self::Repatriation,
        Self::Search,
        Self::SearchRequest,
        Self::Arrival,
        Self::Hearing,
        Self::Contribution,
        Self::Risk,
        Self::SupportPlan,
        Self::SupportReview,
        Self::Exception,
        Self::Message,
        Self::Document,
    ];

    /// What the id begins with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Subject => "sub_",
            Self::Referral => "ref_",
            Self::Repatriation => "rep_",
            Self::Search => "sea_",
            Self::SearchRequest => "srq_",
            Self::Arrival => "arr_",
            Self::Hearing => "hea_",
            Self::Contribution => "ctb_",
            Self::Risk => "rsk_",
            Self::SupportPlan => "spl_",
            Self::SupportReview => "spr_",
            Self::Exception => "exc_",
            Self::Message => "msg_",
            Self::Document => "doc_",
        }
    }
}

/// A text that is no outward id of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an id of that kind")]
pub struct OutwardFault;

/// An id as one recipient sees it: a prefix and 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OutwardId {
    kind: OutwardKind,
    block: [u8; 16],
}

impl OutwardId {
    /// Reads the text form.
    ///
    /// # Errors
    /// [`OutwardFault`] for anything but the prefix and 32 lower-case hexadecimal digits.
    pub fn read(kind: OutwardKind, text: &str) -> Result<Self, OutwardFault> {
        let digits = text.strip_prefix(kind.prefix()).ok_or(OutwardFault)?;
        let lower = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !lower {
            return Err(OutwardFault);
        }
        let block = u128::from_str_radix(digits, 16).map_err(|_| OutwardFault)?.to_be_bytes();
        Ok(Self { kind, block })
    }

    /// Appends the text form.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.kind.prefix().as_bytes());
        for byte in self.block {
            for nibble in [byte >> 4, byte & 15] {
                out.push(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
            }
        }
    }
}

impl std::fmt::Display for OutwardId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}{:032x}", self.kind.prefix(), u128::from_be_bytes(self.block))
    }
}

struct Pair {
    encrypt: EncryptingKey,
    decrypt: DecryptingKey,
}

/// One organization's outward keys: a pair a kind of id, a key for digests, a key for cursors.
pub(crate) struct OutwardKeys {
    pairs: Vec<(OutwardKind, Pair)>,
    blind: hmac::Key,
    cursor: Cipher,
}

fn derive(key: &KeyBytes, what: &str) -> Result<KeyBytes, KeyFault> {
    let mut derived = [0; KEY_LEN];
    Salt::new(HKDF_SHA256, b"sangam outward 1")
        .extract(key.bytes())
        .expand(&[what.as_bytes()], HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut derived))
        .map_err(|_| KeyFault::DoesNotOpen)?;
    Ok(KeyBytes::new(derived))
}

impl OutwardKeys {
    pub(crate) fn new(key: &KeyBytes) -> Result<Self, KeyFault> {
        let pairs = OutwardKind::ALL.into_iter().map(|kind| Ok((kind, Self::pair(key, kind)?)));
        Ok(Self {
            pairs: pairs.collect::<Result<_, KeyFault>>()?,
            blind: hmac::Key::new(hmac::HMAC_SHA256, derive(key, "blind")?.bytes()),
            cursor: Cipher::new(&derive(key, "cursor")?)?,
        })
    }

    fn pair(key: &KeyBytes, kind: OutwardKind) -> Result<Pair, KeyFault> {
        let fault = |_| KeyFault::DoesNotOpen;
        let derived = derive(key, kind.prefix())?;
        let unbound = || UnboundCipherKey::new(&AES_256, derived.bytes()).map_err(fault);
        Ok(Pair {
            encrypt: EncryptingKey::ecb(unbound()?).map_err(fault)?,
            decrypt: DecryptingKey::ecb(unbound()?).map_err(fault)?,
        })
    }

    fn of(&self, kind: OutwardKind) -> Result<&Pair, KeyFault> {
        self.pairs.iter().find(|(known, _)| *known == kind).map(|(_, pair)| pair).ok_or(KeyFault::DoesNotOpen)
    }
}

impl Keys {
    /// The id of a record as the recipient sees it.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the recipient's key is not open.
    pub fn outward_id(
        &self,
        recipient: OrganizationId,
        kind: OutwardKind,
        record: RecordId,
    ) -> Result<OutwardId, KeyFault> {
        self.outward(recipient, |keys| {
            let mut block = *record.uuid().as_bytes();
            keys.of(kind)?.encrypt.encrypt(&mut block).map_err(|_| KeyFault::DoesNotOpen)?;
            Ok(OutwardId { kind, block })
        })
    }

    /// The record an outward id names for the recipient. An id of another recipient comes out as a record
    /// that does not exist.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the recipient's key is not open.
    pub fn inward_id(&self, recipient: OrganizationId, id: &OutwardId) -> Result<RecordId, KeyFault> {
        self.outward(recipient, |keys| {
            let mut block = id.block;
            keys.of(id.kind)?
                .decrypt
                .decrypt(&mut block, DecryptionContext::None)
                .map_err(|_| KeyFault::DoesNotOpen)?;
            Ok(RecordId::from_uuid(Uuid::from_bytes(block)))
        })
    }

    /// A keyed digest of bytes for one organization: equal bytes are found again, and nobody without the key
    /// can try values. `what` keeps uses apart.
    ///
    /// # Errors
    /// [`KeyFault::Dark`] when the organization's key is not open.
    pub fn blind(&self, organization: OrganizationId, what: &str, bytes: &[u8]) -> Result<[u8; 32], KeyFault> {
        self.outward(organization, |keys| {
            let mut context = hmac::Context::with_key(&keys.blind);
            context.update(what.as_bytes());
            context.update(&[0]);
            context.update(bytes);
            let mut out = [0; 32];
            out.copy_from_slice(context.sign().as_ref());
            Ok(out)
        })
    }

    /// Seals a place in a page for one caller and one query; only the same caller can use it, and only there.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub fn seal_cursor(&self, organization: OrganizationId, query: &[u8], place: &[u8]) -> Result<Vec<u8>, KeyFault> {
        self.outward(organization, |keys| keys.cursor.seal(self.chance(), query, place))
    }

    /// Opens a place that [`Keys::seal_cursor`] sealed for the same caller and query.
    ///
    /// # Errors
    /// [`KeyFault::DoesNotOpen`] for anything else.
    pub fn open_cursor(&self, organization: OrganizationId, query: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyFault> {
        self.outward(organization, |keys| keys.cursor.open(query, sealed))
    }
}
