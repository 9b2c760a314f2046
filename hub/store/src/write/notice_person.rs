//! What a person says about notices: in which language, when not, who looks instead, where she is reached, and that she
//! has looked. An address counts once the code that was sent there has come back.

use sangam_vocabulary::{Code, Instant, Language, OrganizationId, PersonId};
use sangam_workflow::notice::{NoticeWayKind, Quiet};
use sea_orm::DatabaseTransaction;

use super::notice::choice_of;
use super::person::{PersonRefusal, account, accounts};
use super::{bytes, execute, one, unavailable};
use crate::command::{Applied, Refused, Work, Working, commands};
use crate::person::PersonState;

/// How long the code of an address can be given, in milliseconds: long enough for a slow mail, short enough that a code
/// in an old mail opens nothing.
const CODE_MILLIS: i64 = 30 * 60_000;
/// How often a code can be tried: with eight digits nobody guesses one.
const CODE_TRIES: i64 = 5;
/// How often its message is tried.
const CODE_SENDS: i64 = 5;
/// How long a process may take to send one, and how long after a failure it is tried again, in milliseconds.
const CODE_AGAIN_MILLIS: i64 = 60_000;
/// How often a day a person's address may be given anew, so that nobody has the hub write to strangers.
const GIVEN: i64 = 5;
const DAY_MILLIS: i64 = 86_400_000;
/// How long somebody can be a deputy, in days: a long leave. Whoever stays away longer names one again.
pub const DEPUTY_DAYS: i64 = 92;

/// What a person says.
#[derive(Debug, Clone)]
pub enum NoticeAct {
    /// In which language and in which hours she is not told.
    Choose {
        /// The version of the choices that she saw.
        version: i64,
        /// The language.
        language: Language,
        /// The hours.
        quiet: Quiet,
    },
    /// Who looks instead until an instant; nobody from now on.
    Deputy {
        /// The version of the choices that she saw.
        version: i64,
        /// Who, and until when.
        deputy: Option<(PersonId, Instant)>,
    },
    /// Where she is reached; nowhere from now on. An administrator may say it for her, and she confirms it.
    Address {
        /// How.
        way: NoticeWayKind,
        /// The address, sealed.
        sealed: Option<Vec<u8>>,
        /// What its code is reckoned from.
        drawn: [u8; 16],
    },
    /// A code came back. It was compared with what was drawn for this address; whether it still counts is judged here.
    Confirm {
        /// How she is reached there.
        way: NoticeWayKind,
        /// What the code was reckoned from.
        drawn: Vec<u8>,
        /// Whether it was the code.
        right: bool,
    },
    /// She has looked at everything that happened until an instant.
    Seen {
        /// Until when.
        until: Instant,
    },
}

/// Something that is said about the notices of a person.
pub struct NoticeSaid {
    /// Her organization.
    pub organization: OrganizationId,
    /// Who says it.
    pub by: PersonId,
    /// About whom.
    pub person: PersonId,
    /// What.
    pub act: NoticeAct,
}

commands!(NoticeSaid, CodeTaken, CodeSent);

impl Work for NoticeSaid {
    /// Refused as [`Refused::NotFound`] when there is no such account, as [`Refused::Person`] by a rule, as
    /// [`Refused::Conflict`] when the choices changed since, as [`Refused::Used`] when a code is none or no longer
    /// counts.
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let Self { organization, by, person, act } = *self;
            let people = accounts(tx, organization).await?;
            let asks = account(&people, by)?;
            if asks.state(at) != PersonState::Active {
                return Err(Refused::NotFound);
            }
            let is_address = matches!(act, NoticeAct::Address { .. });
            if by != person && !(is_address && asks.administers(at)) {
                return Err(PersonRefusal::NotAdministrator.into());
            }
            account(&people, person)?;
            if let NoticeAct::Deputy { deputy: Some((deputy, until)), .. } = &act {
                let acts = account(&people, *deputy).is_ok_and(|row| row.state(at) == PersonState::Active);
                if !acts || *deputy == person || *until <= at || *until > at.plus_days(DEPUTY_DAYS) {
                    return Err(PersonRefusal::NoDeputy.into());
                }
            }
            let saying = Saying { at, tx, person };
            match act {
                NoticeAct::Choose { version, language, quiet } => {
                    saying.settle(version).await?;
                    let sql =
                        "UPDATE notice_choice SET language = $2, quiet_from = $3, quiet_until = $4 WHERE person = $1";
                    let values =
                        vec![bytes(person.uuid()), language.code().into(), quiet.from().into(), quiet.until().into()];
                    execute(tx, sql, values).await?;
                }
                NoticeAct::Deputy { version, deputy } => {
                    saying.settle(version).await?;
                    let (deputy, until) = deputy.unzip();
                    let sql = "UPDATE notice_choice SET deputy = $2, deputy_until = $3 WHERE person = $1";
                    let deputy = deputy.map(|deputy: PersonId| deputy.uuid().as_bytes().to_vec());
                    let values = vec![bytes(person.uuid()), deputy.into(), until.map(Instant::millis).into()];
                    execute(tx, sql, values).await?;
                }
                NoticeAct::Address { way, sealed: Some(sealed), drawn } => saying.address(way, sealed, drawn).await?,
                NoticeAct::Address { way, sealed: None, .. } => {
                    // The row stays: it counts how often an address was given.
                    let sql = "UPDATE notice_address SET sealed = $3, confirmed_at = NULL, code_due = NULL, code_until = 0 WHERE person = $1 AND way = $2";
                    execute(tx, sql, vec![bytes(person.uuid()), way.code().into(), Vec::<u8>::new().into()]).await?;
                }
                NoticeAct::Confirm { way, drawn, right } => return saying.confirm(way, drawn, right).await,
                NoticeAct::Seen { until } => {
                    let sql = "DELETE FROM notice WHERE person = $1 AND latest_at <= $2";
                    execute(tx, sql, vec![bytes(person.uuid()), until.millis().into()]).await?;
                }
            }
            Ok(Applied { record: Some(person.uuid()), ..Applied::default() })
        })
    }
}

struct Saying<'a> {
    at: Instant,
    tx: &'a DatabaseTransaction,
    person: PersonId,
}

impl Saying<'_> {
    /// Makes sure that there is a row of choices, of the version that was seen, and makes it the next.
    async fn settle(&self, version: i64) -> Result<(), Refused> {
        let current = choice_of(self.tx, self.person).await?.version;
        if current != version {
            return Err(Refused::Conflict { current });
        }
        let sql = "INSERT INTO notice_choice (person, version) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET version = excluded.version";
        execute(self.tx, sql, vec![bytes(self.person.uuid()), (version + 1).into()]).await.map(drop)
    }

    async fn address(&self, way: NoticeWayKind, sealed: Vec<u8>, drawn: [u8; 16]) -> Result<(), Refused> {
        let (at, person) = (self.at, self.person);
        let sql = "SELECT given_at, given_times FROM notice_address WHERE person = $1 AND way = $2";
        let before = one(self.tx, sql, vec![bytes(person.uuid()), way.code().into()]).await?;
        let (mut first, mut times) = (at.millis(), 1);
        if let Some(row) = before {
            let given: i64 = row.try_get("", "given_at").map_err(unavailable)?;
            if at.millis().saturating_sub(given) < DAY_MILLIS {
                first = given;
                times = row.try_get::<i64>("", "given_times").map_err(unavailable)? + 1;
            }
        }
        if times > GIVEN {
            return Err(PersonRefusal::TooManyAddresses.into());
        }
        let sql = "INSERT INTO notice_address (person, way, sealed, drawn, given_at, given_times, confirmed_at, code_until, code_due, code_sends, code_tries) VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8, 0, 0) ON CONFLICT (person, way) DO UPDATE SET sealed = excluded.sealed, drawn = excluded.drawn, given_at = excluded.given_at, given_times = excluded.given_times, confirmed_at = NULL, code_until = excluded.code_until, code_due = excluded.code_due, code_sends = 0, code_tries = 0";
        let values = vec![
            bytes(person.uuid()),
            way.code().into(),
            sealed.into(),
            drawn.to_vec().into(),
            first.into(),
            times.into(),
            at.plus_millis(CODE_MILLIS).millis().into(),
            at.millis().into(),
        ];
        execute(self.tx, sql, values).await.map(drop)
    }

    /// Counts a try. A wrong code is no refusal: the try has to be kept.
    async fn confirm(&self, way: NoticeWayKind, drawn: Vec<u8>, right: bool) -> Result<Applied, Refused> {
        let (at, person) = (self.at, self.person);
        let of = |mut values: Vec<sea_orm::Value>| {
            values.splice(0..0, [bytes(person.uuid()), way.code().into(), drawn.clone().into()]);
            values
        };
        let sql = "UPDATE notice_address SET code_tries = code_tries + 1 WHERE person = $1 AND way = $2 AND drawn = $3 AND confirmed_at IS NULL AND code_until > $4 AND code_tries < $5";
        if execute(self.tx, sql, of(vec![at.millis().into(), CODE_TRIES.into()])).await? == 0 {
            return Err(Refused::Used);
        }
        if !right {
            return Ok(Applied::default());
        }
        let sql = "UPDATE notice_address SET confirmed_at = $4, code_due = NULL WHERE person = $1 AND way = $2 AND drawn = $3";
        execute(self.tx, sql, of(vec![at.millis().into()])).await?;
        // What waited for a way has one.
        let sql = "UPDATE notice SET due_at = $2 WHERE person = $1 AND state = 'WAITING' AND fault = 'NO_WAY' AND due_at > $2";
        execute(self.tx, sql, vec![bytes(person.uuid()), at.millis().into()]).await?;
        Ok(Applied { record: Some(person.uuid()), ..Applied::default() })
    }
}

/// A process is about to send a code. Refused as [`Refused::NotFound`] when another did, or it no longer counts.
pub struct CodeTaken {
    /// To whom.
    pub person: PersonId,
    /// How.
    pub way: NoticeWayKind,
}

impl Work for CodeTaken {
    fn run<'a>(self: Box<Self>, at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            // It is due again until it is said to have been sent, so that a process that dies loses none.
            let sql = "UPDATE notice_address SET code_sends = code_sends + 1, code_due = CASE WHEN code_sends + 1 >= $4 THEN NULL ELSE $5 END WHERE person = $1 AND way = $2 AND code_due <= $3 AND confirmed_at IS NULL AND code_until > $3";
            let again = at.plus_millis(CODE_AGAIN_MILLIS).millis();
            let values = vec![
                bytes(self.person.uuid()),
                self.way.code().into(),
                at.millis().into(),
                CODE_SENDS.into(),
                again.into(),
            ];
            if execute(tx, sql, values).await? == 0 { Err(Refused::NotFound) } else { Ok(Applied::default()) }
        })
    }
}

/// A code was sent.
pub struct CodeSent {
    /// To whom.
    pub person: PersonId,
    /// How.
    pub way: NoticeWayKind,
    /// What it was reckoned from.
    pub drawn: Vec<u8>,
}

impl Work for CodeSent {
    fn run<'a>(self: Box<Self>, _at: Instant, tx: &'a DatabaseTransaction) -> Working<'a> {
        Box::pin(async move {
            let sql = "UPDATE notice_address SET code_due = NULL WHERE person = $1 AND way = $2 AND drawn = $3";
            execute(tx, sql, vec![bytes(self.person.uuid()), self.way.code().into(), self.drawn.into()]).await?;
            Ok(Applied::default())
        })
    }
}
