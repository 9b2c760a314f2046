//! The ninth schema: requests to bring a person home. It only adds: a standing of an earlier day carries everything that
//! consent, agreement and law let pass.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::run;

/// Requests, their tracks, and what is on record for them.
pub(super) struct Repatriation;

impl MigrationName for Repatriation {
    fn name(&self) -> &'static str {
        "m0009_repatriation"
    }
}

/// `standing.shut` has the categories that the record does not carry for the seat as it stands. `turn` is derived
/// from the states by the workflow in the change that moves them, so that a board is found by it. A track has its
/// last date (`made_on`: of the order, the home investigation, the assessment) and the validity of its paper; a hold is
/// never taken away, so that what held when can be asked later.
const REPATRIATION: &str = "
ALTER TABLE standing ADD COLUMN shut {INT} NOT NULL DEFAULT 0;

CREATE TABLE repatriation (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id),
  holder {BYTES} NOT NULL REFERENCES organization(id), receiving {BYTES} REFERENCES organization(id),
  receiving_liaison {BYTES} REFERENCES organization(id), sending_liaison {BYTES} REFERENCES organization(id),
  lawyer {BYTES} REFERENCES organization(id), from_country TEXT NOT NULL, to_country TEXT NOT NULL,
  state TEXT NOT NULL, since {INT} NOT NULL, reason TEXT, turn TEXT, earlier {BYTES}, risk_assessed {INT},
  best_interest {INT} NOT NULL, wish {INT}, wish_asked {INT}, child_placed {INT} NOT NULL, visits_done {INT} NOT NULL,
  handover {BYTES}, crossing TEXT, opens_at {INT}, closes_at {INT}, hour_at {INT}, escort TEXT,
  receiving_confirmed {INT} NOT NULL, liaison_confirmed {INT} NOT NULL, set_out {INT}, memo_sender {INT}, memo_receiver {INT},
  is_open {INT} NOT NULL, requested_at {INT} NOT NULL, changed_at {INT} NOT NULL, version {INT} NOT NULL){ROWLESS};
CREATE UNIQUE INDEX repatriation_open_once ON repatriation (subject) WHERE is_open = 1;
CREATE INDEX repatriation_of_handover ON repatriation (handover);

CREATE TABLE repatriation_track (
  request {BYTES} NOT NULL REFERENCES repatriation(id), track TEXT NOT NULL, state TEXT NOT NULL, reason TEXT,
  since {INT} NOT NULL, made_on {INT}, valid_from {INT}, valid_until {INT}, version {INT} NOT NULL,
  PRIMARY KEY (request, track)){ROWLESS};

CREATE TABLE repatriation_hold (
  request {BYTES} NOT NULL REFERENCES repatriation(id), reason TEXT NOT NULL, from_at {INT} NOT NULL,
  until_at {INT} NOT NULL, state TEXT NOT NULL, hearing_at {INT}, PRIMARY KEY (request, reason, from_at)){ROWLESS};
";

#[async_trait::async_trait]
impl MigrationTrait for Repatriation {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, REPATRIATION).await
    }
}
