//! People of an organization through GraphQL: a day of two administrators, what is refused and in which words, and that
//! a system has no part in it. The rules themselves are tried in `hub/store/tests/store/people`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod day;
mod house;
mod refusals;
