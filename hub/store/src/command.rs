//! A command: one change, all of it or none.

use std::future::Future;
use std::pin::Pin;

use sangam_custody::Entry;
use sangam_vocabulary::{Code, Instant, Noun, OrganizationId, PersonId, RecordId, SubjectId};
use sangam_workflow::accession;
use sangam_workflow::exception::ExceptionRefusal;
use sangam_workflow::flow;
use sea_orm::{DatabaseTransaction, QueryResult, Value};
use thiserror::Error;
use uuid::Uuid;

use crate::fault::StoreFault;
use crate::read::Used;
use crate::write::{ConsentRefusal, LinkRefusal, PersonRefusal, ReferralRefusal};

/// Makes a repeated request the same request. A key is a caller's or the hub's own, and the two cannot meet: a
/// caller that guesses what the hub will do next cannot occupy its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    organization: OrganizationId,
    key: String,
    request: [u8; 32],
    person: Option<PersonId>,
}

/// What stands before a stored key: nobody chooses it.
const OF_A_CALLER: &str = "caller ";
const OF_THE_HUB: &str = "hub ";

impl Idempotency {
    pub(crate) const LOOK: &str =
        "SELECT request, record FROM idempotency WHERE organization = $1 AND idempotency_key = $2";

    /// A key that a caller chose. `request` is a digest of what is asked, so that a key is not used for two things.
    #[must_use]
    pub fn of_caller(organization: OrganizationId, key: &str, request: [u8; 32]) -> Self {
        Self { organization, key: format!("{OF_A_CALLER}{key}"), request, person: None }
    }

    /// The same key, with the person who asks: she is not told of what she did herself.
    #[must_use]
    pub const fn by(mut self, person: Option<PersonId>) -> Self {
        self.person = person;
        self
    }

    pub(crate) const fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// A key of the hub's own, for what it does by itself on behalf of an organization.
    #[must_use]
    pub fn of_hub(organization: OrganizationId, key: &str, request: [u8; 32]) -> Self {
        Self { organization, key: format!("{OF_THE_HUB}{key}"), request, person: None }
    }

    /// Where the key is found: the values of [`Idempotency::LOOK`].
    pub(crate) fn place(&self) -> Vec<Value> {
        vec![self.organization.uuid().as_bytes().to_vec().into(), self.key.clone().into()]
    }

    /// What the row at its place says.
    pub(crate) fn used(&self, row: &QueryResult) -> Result<Used, StoreFault> {
        let request: Vec<u8> = row.try_get("", "request")?;
        if request != self.request {
            return Ok(Used::Otherwise);
        }
        let record: Vec<u8> = row.try_get("", "record")?;
        // The nil id stands for a command of which no record came.
        Ok(Used::Same(Uuid::from_slice(&record).ok().filter(|record| !record.is_nil())))
    }

    pub(crate) const fn request(&self) -> &[u8; 32] {
        &self.request
    }
}

/// An event for those who have standing in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewEvent {
    /// The kind of record.
    pub noun: Noun,
    /// The record.
    pub record: RecordId,
    /// The subject.
    pub subject: SubjectId,
    /// What happened, a code.
    pub kind: &'static str,
}

/// What a change did.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// The record it made or changed.
    pub(crate) record: Option<Uuid>,
    /// The events.
    pub(crate) events: Vec<NewEvent>,
    /// Whether it wrote events of its own.
    pub(crate) told: bool,
    /// The journal entries about nobody that what it came to is worth.
    pub(crate) entries: Vec<Entry>,
    /// Whether consent, standing or rules changed: decisions made before no longer hold.
    pub(crate) fence: bool,
    /// Whether agreements changed.
    pub(crate) rules: bool,
}

/// The change committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The record it made or changed.
    pub record: Option<Uuid>,
    /// Whether it had been committed before under the same key.
    pub repeated: bool,
}

/// The change was refused; nothing of it was done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// The record changed since the caller saw it.
    #[error("the record has version {current} now")]
    Conflict {
        /// The version it has.
        current: i64,
    },
    /// No such record for this caller.
    #[error("nothing with that id")]
    NotFound,
    /// The subject has as many consents of that effect in force as one may have.
    #[error("a subject has at most {most} of these in force")]
    Full {
        /// How many it may have.
        most: i64,
    },
    /// An organization cannot take that step on its way in or out.
    #[error(transparent)]
    Membership(accession::Illegal),
    /// The step is not legal here.
    #[error("no such step here")]
    Illegal {
        /// The legal ones, by code.
        legal: Vec<&'static str>,
    },
    /// Something must be there before the step.
    #[error("something must be there first")]
    Missing {
        /// What is not there, by code.
        needs: Vec<&'static str>,
    },
    /// A reason is missing, or is not one for the step.
    #[error("the step needs a reason")]
    ReasonMissing {
        /// Those that fit, by code.
        one_of: Vec<&'static str>,
    },
    /// A newer version of an agreement has other parties than the one it is to take the place of.
    #[error("a newer version has the parties of the older one")]
    OtherParties,
    /// The key was used for something else.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The same thing is open already.
    #[error("the same is open already")]
    Duplicate {
        /// The open one.
        record: Uuid,
    },
    /// What may be used once was used.
    #[error("it was used before")]
    Used,
    /// What is remembered of one caller has reached its limit.
    #[error("too much is remembered of this caller")]
    Crowded,
    /// Something about a referral forbids it, beside its table.
    #[error(transparent)]
    Referral(#[from] ReferralRefusal),
    /// Something about an answer link forbids it.
    #[error(transparent)]
    Link(#[from] LinkRefusal),
    /// A rule about people forbids it.
    #[error(transparent)]
    Person(#[from] PersonRefusal),
    /// A consent is not changed that way.
    #[error(transparent)]
    Consent(#[from] ConsentRefusal),
    /// Nothing exceptional may be put on record here.
    #[error("nothing exceptional may be put on record here")]
    Exception(ExceptionRefusal),
    /// The store does not answer; nothing was done.
    #[error("the store does not answer")]
    Unavailable,
}

impl<F: flow::Flow> From<flow::Illegal<F>> for Refused {
    fn from(illegal: flow::Illegal<F>) -> Self {
        match illegal {
            flow::Illegal::NoSuchStep { legal } => Self::Illegal { legal: legal.into_iter().map(Code::code).collect() },
            flow::Illegal::NeedsMissing { needs } => {
                Self::Missing { needs: needs.into_iter().map(Code::code).collect() }
            }
            flow::Illegal::ReasonMissing { one_of } => {
                Self::ReasonMissing { one_of: one_of.iter().map(|reason| reason.code()).collect() }
            }
        }
    }
}

/// What a running change promises.
pub(crate) type Working<'a> = Pin<Box<dyn Future<Output = Result<Applied, Refused>> + Send + 'a>>;

/// One change, to be run inside a savepoint of the writer's transaction.
pub(crate) trait Work: Send + 'static {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a>;
}

/// A change with its key and its journal entries.
pub struct Command {
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) work: Box<dyn Work>,
    pub(crate) entries: Vec<Entry>,
}

impl Command {
    pub(crate) fn new(work: impl Work) -> Self {
        Self { idempotency: None, work: Box::new(work), entries: Vec::new() }
    }

    /// The same command under an idempotency key.
    #[must_use]
    pub fn once(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = Some(idempotency);
        self
    }

    /// The same command with a journal entry that stands or falls with it.
    #[must_use]
    pub fn recorded(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }
}

/// Each of these works is a command by itself, without an idempotency key and without entries.
macro_rules! commands {
    ($($work:ident),+) => {$(
        impl From<$work> for $crate::command::Command {
            fn from(work: $work) -> Self {
                Self::new(work)
            }
        }
    )+};
}

pub(crate) use commands;
