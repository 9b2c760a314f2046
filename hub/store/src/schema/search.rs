//! The tenth schema: searches and arrivals. It only adds.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Searches and arrivals.
pub(super) struct Search;

impl MigrationName for Search {
    fn name(&self) -> &'static str {
        "m0010_search"
    }
}

/// A search is a row of the one who asks, a request a row of each that was asked, and an answer a row about whoever was
/// found: three tables, so that nothing that one of them does moves a row that another sees. `tells` has the
/// categories, as bits, that must show for an answer to be there. `consent_span` is looked through by recipient too:
/// whether anybody of the one who was asked has agreed that the one who asks be told.
const SEARCH: &str = "
CREATE TABLE search (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id),
  source {BYTES} NOT NULL REFERENCES organization(id), about TEXT NOT NULL, recipients TEXT NOT NULL,
  arrival {BYTES}, state TEXT NOT NULL, is_open {INT} NOT NULL, opened_at {INT} NOT NULL, review_at {INT} NOT NULL,
  changed_at {INT} NOT NULL, version {INT} NOT NULL){ROWLESS};
CREATE UNIQUE INDEX search_open_once ON search (subject) WHERE is_open = 1;
CREATE INDEX search_by_arrival ON search (arrival);

CREATE TABLE search_request (
  id {BYTES} PRIMARY KEY, search {BYTES} NOT NULL REFERENCES search(id),
  subject {BYTES} NOT NULL REFERENCES subject(id), source {BYTES} NOT NULL REFERENCES organization(id),
  finder {BYTES} NOT NULL REFERENCES organization(id), about TEXT NOT NULL, asked {INT} NOT NULL,
  state TEXT NOT NULL, asked_at {INT} NOT NULL, changed_at {INT} NOT NULL, version {INT} NOT NULL){ROWLESS};
CREATE INDEX search_request_of_search ON search_request (search);

CREATE TABLE search_answer (
  id {BYTES} PRIMARY KEY, search {BYTES} NOT NULL REFERENCES search(id),
  request {BYTES} NOT NULL REFERENCES search_request(id), missing {BYTES} NOT NULL REFERENCES subject(id),
  found {BYTES} NOT NULL REFERENCES subject(id), finder {BYTES} NOT NULL REFERENCES organization(id),
  state TEXT NOT NULL, tells {INT} NOT NULL, told_at {INT} NOT NULL){ROWLESS};
CREATE INDEX search_answer_of_search ON search_answer (search);
CREATE INDEX search_answer_of_request ON search_answer (request);
CREATE INDEX consent_span_by_recipient ON consent_span (recipient, purpose);

CREATE TABLE arrival (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id),
  organization {BYTES} NOT NULL REFERENCES organization(id), kind TEXT NOT NULL, came_from TEXT,
  state TEXT NOT NULL, close_reason TEXT, is_open {INT} NOT NULL, referrals TEXT NOT NULL,
  recorded_at {INT} NOT NULL, changed_at {INT} NOT NULL, version {INT} NOT NULL){ROWLESS};
CREATE UNIQUE INDEX arrival_open_once ON arrival (subject) WHERE is_open = 1;
";

#[async_trait::async_trait]
impl MigrationTrait for Search {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SEARCH).await
    }
}
