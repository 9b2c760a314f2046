//! What the store promises, asked of SQLite and of PostgreSQL alike: what lies in clear, which statements and
//! plans its pages are, that a page is of one state, what its one writer keeps and refuses, what its journal
//! proves, whom its standings let in, what its consents compile to, and that a file of an earlier day still opens.
//! Each test can fail: where a rule is checked, a case that breaks it is there too. Read `house` first: the
//! invented house the tests live in.
#![cfg(test)]

mod accession;
mod agreements;
mod clear;
mod clients;
mod clocks;
mod consent;
mod days;
mod faults;
mod house;
mod journal;
mod keys;
mod listing;
mod lists;
mod locks;
mod matters;
mod order;
mod own_directory;
mod people;
mod races;
mod raw;
mod recall;
mod record;
mod referral;
mod sessions;
mod snapshot;
mod sql;
mod standing;
mod team;
mod writer;
mod writers;
