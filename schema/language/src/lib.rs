//! The language of the hub: what can be asked, in GraphQL.
//!
//! A noun is one table ([`Noun`]); the registry entry, the plan, the columns a store must read, the mask and
//! the answer come from it. The room knows neither database nor HTTP: data come through [`Port`], operations
//! through [`Executor`]. Read `hub/desk` next, which implements the port.

mod caller;
mod change;
mod code;
pub mod nouns;
mod operation;
mod port;
mod table;

pub use caller::{Caller, CallerKind, Scope, ScopeSet};
pub use change::{Change, GiveConsent, ReplayRecord, SendReferral, StepReferral, WithdrawConsent};
pub use code::ErrorCode;
pub use operation::{Operation, Reply, Stage};
pub use port::{Cell, Outcome, Page, PageAsk, Plan, Port, PortFault, Ported, Row, SealedIn, Watch};
pub use table::{CodeList, Field, Noun, Read, Type};
