//! How the hub talks with any partner's system: pages of raw records in, deliveries out, answers to
//! deliveries back. What a record means is its mapping's business, who may see it the hub's; a wire knows
//! neither.

use futures_util::future::BoxFuture;
use sangam_vocabulary::Instant;
use serde_json::Value;
use uuid::Uuid;

use crate::fault::WireFault;

/// Where a synchronisation stands, as the wire itself wrote it. The hub keeps it and hands it back unread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// Takes back what [`Cursor::text`] gave; a text that is none of the wire's own starts from the beginning.
    #[must_use]
    pub fn from_text(text: String) -> Self {
        Self(text)
    }

    /// The text to keep.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Which records a page lists: what a whole list does not have was taken back or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// Nothing changed since the cursor: whatever was there is there.
    AsBefore,
    /// The keys of every readable marked record of the page, those that did not change included.
    Keys {
        /// Whether the page is the first of the list: only a walk from the first page to the last has seen all.
        first: bool,
        /// The keys.
        keys: Vec<String>,
    },
}

/// What a partner's system says of one record when it is asked for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// It is marked for the hub: its configured fields, as [`Wire::fetch`] gives them.
    Marked(Value),
    /// It is there and not marked for the hub.
    Unmarked,
    /// It is there, and the system does not show it to the hub.
    Closed,
    /// It is there in a form that this wire cannot read.
    Unreadable,
    /// It is not there: never was, deleted or disabled.
    Gone,
}

/// One page of a partner's records.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Records marked for the hub, with the configured fields only, as the partner's system spells them.
    pub records: Vec<Value>,
    /// Which records it lists.
    pub listed: Listed,
    /// How many of its records could not be read.
    pub rejected: usize,
    /// Entries of others than the organization whose system it is, which go no further: a directory may have some.
    pub others: usize,
    /// Where to go on: the next page, or after the last one, the next synchronisation.
    pub cursor: Cursor,
    /// Whether there is more now.
    pub more: bool,
}

/// Something to tell a partner's system. The body is what the deployment's outbound mapping made.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// A referral for the partner: it should have the case.
    Offer {
        /// The identifier the case gets in the partner's system: the subject's outward id for this partner, so
        /// that a repeated delivery is the same case.
        record: Uuid,
        /// The referral's outward id for this partner.
        referral: Uuid,
        /// The mapped content.
        body: Value,
    },
    /// The state of a referral that the partner sent.
    Answer {
        /// The partner's identifier of the case.
        record: String,
        /// The partner's identifier of the referral.
        referral: String,
        /// The mapped content.
        body: Value,
    },
    /// A referral that was offered has ended at the hub: its system is told that it is asked no longer. Whether it was
    /// withdrawn, expired, was redirected or declined there does not show any more to whom it was offered, and nothing else
    /// of it either: so this is all there is, and every end is the word that the system has for taking back.
    Withdrawal {
        /// What [`Delivered::record`] said.
        record: String,
        /// What [`Delivered::referral`] said.
        referral: String,
    },
}

/// What became of a delivery: the partner's identifiers, by which answers are asked for and later
/// deliveries made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The partner's identifier of the case.
    pub record: String,
    /// The partner's identifier of the referral, where its system has referrals.
    pub referral: Option<String>,
}

/// What the partner's people decided on a referral that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerState {
    /// Nobody decided yet.
    Waiting,
    /// Accepted.
    Accepted,
    /// Declined.
    Declined,
    /// The service was given.
    Done,
    /// Taken back.
    Withdrawn,
}

/// The partner's answer to an offered referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The delivery it answers.
    pub delivered: Delivered,
    /// The state.
    pub state: AnswerState,
    /// Why it was declined, in the partner's words: belongs into a category and nowhere else.
    pub reason: Option<String>,
}

/// A record that was fetched and could not be taken in.
#[derive(Debug, Clone, PartialEq)]
pub struct Returned {
    /// The record as it was fetched.
    pub record: Value,
    /// JSON pointer of the fault.
    pub path: String,
    /// The fault's code.
    pub kind: &'static str,
    /// Characters of the value.
    pub length: usize,
}

/// How one partner's system talks. Every call is made within the partner's own deadline, breaker,
/// concurrency and rate ([`crate::Guarded`]).
///
/// A future of any call may be dropped at any await: nothing stays locked, and a call that reached the
/// partner's system may have been carried out there. All calls may therefore be repeated: offers carry their
/// own identifiers, answers set a state.
pub trait Wire: Send + Sync {
    /// The key by which the partner's system knows a raw record of [`Wire::fetch`]; `None` where the record has
    /// none. The hub keeps it to know the record again, as it is only where it is random.
    fn key(&self, record: &Value) -> Option<String> {
        record.get("id").and_then(Value::as_str).map(str::to_owned)
    }

    /// Since when the system has not answered: when the first call was sent, of those since its last answer that were waited
    /// for and got none. `None` where it answered the last one, or was never asked. A call that its caller gave up tells
    /// nobody anything.
    fn missing_since(&self) -> Option<Instant> {
        None
    }

    /// The next page of records marked for the hub, changed since the cursor; from the beginning without one.
    ///
    /// # Errors
    /// Any [`WireFault`]; the cursor given is then still the one to go on from.
    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>>;

    /// One record, by the key that [`Wire::key`] gave.
    ///
    /// # Errors
    /// Any [`WireFault`]; what the system would say of the record is then not known.
    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>>;

    /// The key of the record of which a partner's system says, without being asked, that it changed. Nothing else of what it
    /// sends is used: the record is then asked for, as if nobody had said anything. `None` where the system does not send
    /// such words, or these are none.
    fn told(&self, body: &[u8]) -> Option<String> {
        let _ = body;
        None
    }

    /// Lets the system know that what it told was heard, where it waits for that; `taken` says whether the record could be
    /// read. `hook` is the address it told it to.
    ///
    /// # Errors
    /// Any [`WireFault`]; the system may then tell it again.
    fn acknowledge<'a>(&'a self, key: &'a str, hook: &'a str, taken: bool) -> BoxFuture<'a, Result<(), WireFault>> {
        let _ = (key, hook, taken);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Delivers; repeating a delivery changes nothing.
    ///
    /// # Errors
    /// Any [`WireFault`]; whether the partner's system has it is then not known.
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>>;

    /// What the system has of an offer whose [`Wire::deliver`] was not heard to its end, by the identifiers that the hub gave
    /// it: the same that repeating the delivery would give, and nothing is sent that the offer would say. `None` where it has
    /// nothing of it.
    ///
    /// # Errors
    /// [`WireFault::Unsupported`] where the system does not know its records by the hub's identifiers; else any, and what it
    /// has is then not known.
    fn offered(&self, record: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>>;

    /// What became of offers, in the order given; one that the partner's system no longer has is left out.
    ///
    /// # Errors
    /// Any [`WireFault`].
    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>>;

    /// Tells the partner which of its records could not be taken in, where its way of talking has a place for
    /// that: a file comes back as a copy with the errors beside. Other wires tell nothing; the quarantine does.
    ///
    /// # Errors
    /// Any [`WireFault`].
    fn give_back<'a>(&'a self, records: &'a [Returned]) -> BoxFuture<'a, Result<(), WireFault>> {
        let _ = records;
        Box::pin(std::future::ready(Ok(())))
    }
}
