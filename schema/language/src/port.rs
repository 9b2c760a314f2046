//! The port through which data come. It is called once a root field, never once a row.

use std::future::Future;
use std::pin::Pin;

use futures_util::stream::BoxStream;
use sangam_custody::{Disclosure, OutwardId, Receipt, Shown};
use sangam_vocabulary::{Category, CategorySet, Purpose};
use thiserror::Error;

use crate::caller::Caller;
use crate::change::Change;
use crate::code::ErrorCode;
use crate::table::Noun;

/// In which record a category is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SealedIn {
    /// In the subject's own record.
    Subject,
    /// In the case record of the row: a referral, later a request.
    Record,
}

/// What a selection needs of a noun's rows: made once a document, kept with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The columns, each once, prefixes included (`"sender.name"`). A row's cells come in this order.
    pub columns: Vec<String>,
    /// The sealed categories, each once, in this order.
    pub sealed: Vec<(SealedIn, Category)>,
    /// The categories whose mask bit is tested, sealed or not.
    pub wanted: CategorySet,
    /// Whether cursors are selected.
    pub cursors: bool,
    /// Whether any selected object is about a subject.
    pub of_subject: bool,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// Text, a code, or an id that needs no translation.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Boolean(bool),
    /// Milliseconds since the epoch.
    Instant(i64),
    /// An outward id.
    Outward(OutwardId),
    /// A list.
    List(Vec<Cell>),
}

/// One row, decided and released.
pub struct Row {
    /// The cells, in the order of the plan's columns.
    pub cells: Vec<Cell>,
    /// What was released, in the order of the plan's sealed categories; `None` where withheld or where
    /// nothing is sealed.
    pub disclosed: Vec<Option<Disclosure>>,
    /// What shows of the wanted categories and why the rest does not; `None` for nouns about nobody.
    pub shown: Option<Shown>,
    /// Everything the caller could see on this object for this purpose (`viewer { canSee }`).
    pub can_see: CategorySet,
    /// The steps the caller could take (`viewer { canDo }`), as event codes.
    pub can_do: Vec<&'static str>,
    /// The row's cursor, sealed for this caller and query; empty unless the plan wants cursors.
    pub cursor: String,
    /// The rows under this one, for nouns that have some: decided and released each by itself, under the same plan.
    pub rows: Vec<Row>,
}

/// A page of rows.
#[derive(Default)]
pub struct Page {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// Whether more follow.
    pub has_next: bool,
    /// Whether some came before.
    pub has_previous: bool,
    /// The receipt of what was disclosed.
    pub receipt: Option<Receipt>,
}

/// What a root field asks for.
pub struct PageAsk<'a> {
    /// The root field, by name.
    pub field: &'static str,
    /// The noun of the rows.
    pub noun: &'static Noun,
    /// What is needed of each row.
    pub plan: &'a Plan,
    /// Why the caller asks.
    pub purpose: Option<Purpose>,
    /// The field's arguments, validated against the schema and defaulted.
    pub arguments: &'a serde_json::Map<String, serde_json::Value>,
    /// How many rows at most: 1 to 100 of a page, and where the field's argument lists ids as many as it lists.
    pub first: u16,
    /// The cursor to start after.
    pub after: Option<&'a str>,
}

/// The port failed: the exceptional only; expected refusals are data.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", .code.code())]
pub struct PortFault {
    /// The code.
    pub code: ErrorCode,
    /// A reference into the log for the operator, where there is one.
    pub reference: Option<String>,
}

impl From<ErrorCode> for PortFault {
    fn from(code: ErrorCode) -> Self {
        Self { code, reference: None }
    }
}

/// What a port promises.
pub type Ported<'a, T> = Pin<Box<dyn Future<Output = Result<T, PortFault>> + Send + 'a>>;

/// What a port does with what it is told.
pub type Noted<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What a change came to: a member of its payload union and that member's row.
pub struct Outcome {
    /// The union member's GraphQL name.
    pub member: &'static str,
    /// Its row under the plan the asker made for that member.
    pub row: Row,
    /// The receipt of what the row discloses.
    pub receipt: Option<Receipt>,
}

/// What a subscription watches: each item is one change of one record, read and decided anew.
pub type Watch = BoxStream<'static, Result<Page, PortFault>>;

/// The port to the hub. A read returns rows the caller may see and nothing about the others.
pub trait Port: Send + Sync + 'static {
    /// Reads one root field: a page, or a page of at most one row for a field that takes an id.
    fn read<'a>(&'a self, caller: &'a Caller, ask: PageAsk<'a>) -> Ported<'a, Page>;

    /// Makes one change. `plans` gives the plan of each member of the payload union.
    fn change<'a>(
        &'a self,
        caller: &'a Caller,
        purpose: Option<Purpose>,
        change: Change,
        plans: &'a (dyn Fn(&str) -> Plan + Send + Sync),
    ) -> Ported<'a, Outcome>;

    /// Watches a subscription field, from when this is ready: whatever changes afterwards comes through the stream,
    /// however late that is first polled. The stream ends with the caller's token; every item is decided anew.
    fn watch<'a>(
        &'a self,
        caller: Caller,
        field: &'static str,
        plan: Plan,
        purpose: Option<Purpose>,
    ) -> Ported<'a, Watch>;

    /// Is told that a known caller asked for what its token does not carry, a purpose or a scope, so that the port
    /// was not asked. Once an operation, before the reply; it does not wait for a disk, and it bounds what one
    /// caller can make it write.
    fn refused<'a>(&'a self, caller: &'a Caller, purpose: Option<Purpose>, code: ErrorCode) -> Noted<'a>;
}
