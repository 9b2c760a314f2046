//! People of an organization through GraphQL: a day of two administrators, what is refused and in which words, and that
//! a system has no part in it. The rules themselves are tried in `hub/store/tests/store/people`.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is not as a test says fails it by panicking at that line, and none of this ships"
)]

mod agreement;
mod day;
mod house;
mod link;
mod listing;
mod notices;
mod refusals;
