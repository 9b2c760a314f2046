//! Searches and arrivals through GraphQL, in the words of the work: a girl is looked for, and what whoever asks learns of
//! her is hers to say; a person came without a request, and what came of it. Then what somebody tries who wants to know
//! more than that, and that what is offered is what happens.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line, and none of this ships"
)]

mod arrival;
mod asked;
mod attacks;
mod cells;
mod found;
mod house;
mod left;
mod recall;
mod silence;
mod transfer;
mod watch;
mod words;
