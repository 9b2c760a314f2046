//! The schema, as migrations that are only ever appended. A migration expands; the one that contracts comes
//! in a later release (DESIGN §9).

use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait};

use crate::dialect::Dialect;

mod actors;
mod agreements;
mod answer_link;
mod consent;
mod documents;
mod exceptions;
mod justice;
mod keys;
mod listing;
mod matters;
mod members;
mod notices;
mod orders;
mod own_directory;
mod people;
mod referral;
mod repatriation;
mod returns;
mod search;
mod systems;
mod work;

/// Every migration, oldest first.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(ThePath),
            Box::new(systems::Systems),
            Box::new(people::People),
            Box::new(members::Members),
            Box::new(actors::Actors),
            Box::new(keys::Keys),
            Box::new(work::Work),
            Box::new(referral::Referral),
            Box::new(repatriation::Repatriation),
            Box::new(search::Search),
            Box::new(consent::Consent),
            Box::new(agreements::Agreements),
            Box::new(justice::Justice),
            Box::new(notices::Notices),
            Box::new(documents::Documents),
            Box::new(answer_link::AnswerLinks),
            Box::new(exceptions::Exceptions),
            Box::new(returns::Returns),
            Box::new(matters::Matters),
            Box::new(orders::Orders),
            Box::new(listing::Listing),
            Box::new(own_directory::OwnDirectories),
        ]
    }
}

/// The first schema: the whole path, thinly.
struct ThePath;

impl MigrationName for ThePath {
    fn name(&self) -> &'static str {
        "m0001_the_path"
    }
}

/// Ids are 16 bytes, instants milliseconds since the epoch, flags 0 or 1, sets bits, lists of ids or codes
/// comma-separated text.
const THE_PATH: &str = "
CREATE TABLE epoch (id {INT} PRIMARY KEY CHECK (id = 1), rules {INT} NOT NULL, fence {INT} NOT NULL){END};
INSERT INTO epoch (id, rules, fence) VALUES (1, 1, 1);

CREATE TABLE organization (
  id {BYTES} PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, role TEXT NOT NULL,
  services TEXT NOT NULL, coverage TEXT NOT NULL, seal_key {BYTES} NOT NULL, outward_key {BYTES} NOT NULL,
  created_at {INT} NOT NULL){ROWLESS};

CREATE TABLE person (
  id {BYTES} PRIMARY KEY, organization {BYTES} NOT NULL REFERENCES organization(id), pseudonym TEXT NOT NULL,
  created_at {INT} NOT NULL){ROWLESS};

CREATE TABLE client (
  id TEXT PRIMARY KEY, organization {BYTES} NOT NULL REFERENCES organization(id), name TEXT NOT NULL,
  secret_hash {BYTES} NOT NULL, scopes TEXT NOT NULL, purposes {INT} NOT NULL, generation {INT} NOT NULL,
  suspended {INT} NOT NULL, registered_at {INT} NOT NULL){ROWLESS};
CREATE INDEX client_by_organization ON client (organization, id);

CREATE TABLE subject (
  id {BYTES} PRIMARY KEY, owner {BYTES} NOT NULL REFERENCES organization(id), past_owners TEXT NOT NULL,
  collected_in TEXT NOT NULL, age TEXT NOT NULL, adult_from {INT}, data_key {BYTES} NOT NULL,
  journal_key {BYTES} NOT NULL, consent_version {INT} NOT NULL, version {INT} NOT NULL,
  created_at {INT} NOT NULL, suspended TEXT){ROWLESS};

CREATE TABLE held (
  record {BYTES} NOT NULL, category {INT} NOT NULL, subject {BYTES} NOT NULL REFERENCES subject(id),
  sealed {BYTES} NOT NULL, version {INT} NOT NULL, PRIMARY KEY (record, category)){ROWLESS};
CREATE INDEX held_by_subject ON held (subject);

CREATE TABLE standing (
  organization {BYTES} NOT NULL REFERENCES organization(id), noun TEXT NOT NULL, record {BYTES} NOT NULL,
  seat TEXT NOT NULL, subject {BYTES} NOT NULL REFERENCES subject(id), from_at {INT} NOT NULL,
  open_until {INT} NOT NULL, until_at {INT} NOT NULL, PRIMARY KEY (organization, noun, record, seat)){ROWLESS};
CREATE INDEX standing_by_subject ON standing (organization, subject, noun);
CREATE INDEX standing_of_record ON standing (record);

CREATE TABLE referral (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id),
  sender {BYTES} NOT NULL REFERENCES organization(id), recipient {BYTES} NOT NULL REFERENCES organization(id),
  state TEXT NOT NULL, urgency TEXT NOT NULL, decline_reason TEXT, sameness {BYTES} NOT NULL,
  is_open {INT} NOT NULL, sent_at {INT} NOT NULL, changed_at {INT} NOT NULL, version {INT} NOT NULL){ROWLESS};
CREATE UNIQUE INDEX referral_open_once ON referral (sameness) WHERE is_open = 1;
CREATE INDEX referral_by_subject ON referral (subject);

CREATE TABLE consent (
  id {BYTES} PRIMARY KEY, subject {BYTES} NOT NULL REFERENCES subject(id), effect TEXT NOT NULL,
  given_by TEXT NOT NULL, no_conflict {INT} NOT NULL, assent TEXT NOT NULL, informed {INT} NOT NULL,
  purposes {INT} NOT NULL, categories {INT} NOT NULL, recipients TEXT NOT NULL, countries TEXT NOT NULL,
  from_at {INT} NOT NULL, until_at {INT} NOT NULL, version {INT} NOT NULL, recorded_at {INT} NOT NULL){ROWLESS};
CREATE INDEX consent_by_subject ON consent (subject, id);

CREATE TABLE consent_span (
  subject {BYTES} NOT NULL REFERENCES subject(id), recipient {BYTES} NOT NULL, purpose TEXT NOT NULL,
  from_at {INT} NOT NULL, until_at {INT} NOT NULL, mask {INT} NOT NULL,
  PRIMARY KEY (subject, recipient, purpose, from_at)){ROWLESS};

CREATE TABLE agreement (
  id {BYTES} PRIMARY KEY, version {INT} NOT NULL, legal_basis TEXT NOT NULL, disclosers TEXT NOT NULL,
  recipients TEXT NOT NULL, purposes {INT} NOT NULL, categories {INT} NOT NULL, countries TEXT NOT NULL,
  onward {INT} NOT NULL, from_at {INT} NOT NULL, until_at {INT} NOT NULL, suspended {INT} NOT NULL,
  approvals TEXT NOT NULL){ROWLESS};

CREATE TABLE agreement_party (
  organization {BYTES} NOT NULL, agreement {BYTES} NOT NULL REFERENCES agreement(id),
  PRIMARY KEY (organization, agreement)){ROWLESS};

CREATE TABLE partner (
  id {BYTES} PRIMARY KEY, organization {BYTES} NOT NULL REFERENCES organization(id), name TEXT NOT NULL UNIQUE,
  wire TEXT NOT NULL, mode TEXT NOT NULL, synchronised_at {INT}, position TEXT){ROWLESS};
CREATE INDEX partner_by_organization ON partner (organization, id);

CREATE TABLE partner_record (
  partner {BYTES} NOT NULL REFERENCES partner(id), external_key TEXT NOT NULL, record {BYTES} NOT NULL,
  noun TEXT NOT NULL, digest {BYTES} NOT NULL, sealed_key {BYTES}, PRIMARY KEY (partner, external_key)){ROWLESS};
CREATE INDEX partner_record_by_record ON partner_record (record);

CREATE TABLE quarantine (
  id {BYTES} PRIMARY KEY, partner {BYTES} NOT NULL REFERENCES partner(id),
  organization {BYTES} NOT NULL REFERENCES organization(id), external_key TEXT NOT NULL, path TEXT NOT NULL,
  kind TEXT NOT NULL, length {INT} NOT NULL, faults {INT} NOT NULL, since {INT} NOT NULL,
  sealed_key {BYTES}, UNIQUE (partner, external_key)){ROWLESS};
CREATE INDEX quarantine_by_organization ON quarantine (organization, id);

CREATE TABLE delivery (
  id {BYTES} PRIMARY KEY, partner {BYTES} NOT NULL REFERENCES partner(id), noun TEXT NOT NULL,
  record {BYTES} NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, attempts {INT} NOT NULL,
  due_at {INT} NOT NULL, fault TEXT){ROWLESS};
CREATE INDEX delivery_due ON delivery (partner, state, due_at);
CREATE INDEX delivery_by_partner ON delivery (partner, state);

CREATE TABLE event (
  seq {SERIAL}, at {INT} NOT NULL, noun TEXT NOT NULL, record {BYTES} NOT NULL, subject {BYTES} NOT NULL,
  kind TEXT NOT NULL){END};

CREATE TABLE idempotency (
  organization {BYTES} NOT NULL, idempotency_key TEXT NOT NULL, request {BYTES} NOT NULL,
  record {BYTES} NOT NULL, at {INT} NOT NULL, PRIMARY KEY (organization, idempotency_key)){ROWLESS};

CREATE TABLE journal_process (
  process {BYTES} PRIMARY KEY, started_at {INT} NOT NULL, signer {BYTES} NOT NULL, listed {INT} NOT NULL){ROWLESS};
CREATE TABLE journal_entry (
  process {BYTES} NOT NULL REFERENCES journal_process(process), seq {INT} NOT NULL, at {INT} NOT NULL,
  kind TEXT NOT NULL, caller {BYTES} NOT NULL, prev {BYTES} NOT NULL, entry {BYTES} NOT NULL,
  hash {BYTES} NOT NULL, parts {BYTES} NOT NULL, PRIMARY KEY (process, seq)){ROWLESS};
CREATE TABLE journal_list (
  process {BYTES} NOT NULL REFERENCES journal_process(process), upto {INT} NOT NULL, subject {BYTES} NOT NULL,
  places {BYTES} NOT NULL, PRIMARY KEY (process, upto, subject)){ROWLESS};
CREATE INDEX journal_list_by_subject ON journal_list (subject);
CREATE TABLE journal_checkpoint (
  process {BYTES} NOT NULL, seq {INT} NOT NULL, at {INT} NOT NULL, body TEXT NOT NULL, signature {BYTES} NOT NULL,
  PRIMARY KEY (process, seq)){ROWLESS};
";

#[async_trait::async_trait]
impl MigrationTrait for ThePath {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, THE_PATH).await
    }
}

/// Runs a schema's statements in the database's own words.
async fn run(manager: &SchemaManager<'_>, schema: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let dialect = Dialect::of(connection.get_database_backend())
        .ok_or_else(|| DbErr::Custom("neither SQLite nor PostgreSQL".to_owned()))?;
    for statement in dialect.define(schema).split(';').filter(|s| !s.trim().is_empty()) {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}
