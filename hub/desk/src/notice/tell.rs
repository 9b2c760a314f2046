//! One round: what happened becomes notices, what nobody looked at is passed on, codes are sent, and people are told.
//! Every step is a change of its own, so a round may be dropped anywhere; a message that was sent and not put down as
//! sent is sent once more, under the same id.

use sangam_custody::{Contact, KeyFault};
use sangam_store::{
    CodeDue, CodeSent, CodeTaken, Command, FollowEvents, FollowMatters, NoticeAddressRow, NoticeChoice, NoticeOutcome,
    NoticePassedOn, NoticeRow, NoticeTaken, NoticeTold, Refused,
};
use sangam_vocabulary::{Code, Instant, OrganizationId, PersonId};
use sangam_workflow::notice::{NoticeState, NoticeWayKind};

use super::{Letter, LetterId, NotSent};
use crate::hub::{Desk, DeskFault};

/// How many people one round looks at; the next goes on with those that are still due.
const PEOPLE: u16 = 50;
/// How many codes one round sends, and how much of what nobody looked at it passes on.
const CODES: u16 = 20;
const PASSED: u16 = 100;
/// How often a round derives notices before it tells anybody: twenty events each.
const FOLLOWED: u16 = 50;
/// After how many failures one after the other a round gives up: the way is down, and each costs its deadline.
const DOWN: u32 = 3;
/// The first wait after a failure, in milliseconds; it doubles with each one, up to six hours.
const FIRST_WAIT: i64 = 60_000;
const LONGEST_WAIT: i64 = 6 * 3_600_000;
/// When a person is looked at again to whom there is no way, in milliseconds: something else has to change first.
const HELD_WAIT: i64 = 6 * 3_600_000;
/// The same while her organization is locked: a lock ends by itself in nobody's calendar.
const LOCKED_WAIT: i64 = 10 * 60_000;

/// No confirmed address, or no way that takes it. The store tells at once by this code once there is one.
const NO_WAY: &str = "NO_WAY";
const LOCKED: &str = "LOCKED";
const NOT_ACTIVE: &str = "NOT_ACTIVE";
const NOTHING: &str = "NOTHING";

/// What a round came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoticeReport {
    /// People who were told.
    pub told: u32,
    /// Messages that no way took.
    pub failed: u32,
    /// People to whom there is no way now.
    pub held: u32,
    /// Codes that were sent.
    pub codes: u32,
    /// Notices that others were asked to look at.
    pub passed_on: u32,
    /// Messages of answer links that were sent.
    pub links: u32,
}

impl Desk {
    /// One round of telling people.
    ///
    /// # Errors
    /// [`DeskFault`] when the store does not answer; a way that does not is no error of the round.
    pub async fn tell_people(&self) -> Result<NoticeReport, DeskFault> {
        let mut report = NoticeReport::default();
        for _ in 0..FOLLOWED {
            if !self.store.has_unfollowed_events().await? {
                break;
            }
            self.writer.submit(Command::from(FollowEvents)).await?;
        }
        if self.store.looks_at_matters(self.now()).await? {
            match self.writer.submit(Command::from(FollowMatters)).await {
                // Another process looked meanwhile.
                Ok(_) | Err(Refused::NotFound) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
        for (person, kind) in self.store.notices_to_pass_on(self.now(), PASSED).await? {
            match self.writer.submit(Command::from(NoticePassedOn { person, kind })).await {
                Ok(_) => report.passed_on += 1,
                // Seen, or passed on by another process.
                Err(Refused::NotFound) => {}
                Err(refused) => return Err(refused.into()),
            }
        }
        for due in self.store.codes_due(self.now(), CODES).await? {
            self.send_code(due, &mut report).await?;
        }
        self.send_answer_links(&mut report).await?;
        let mut down = 0;
        for person in self.store.people_to_tell(self.now(), PEOPLE).await? {
            match self.writer.submit(Command::from(NoticeTaken { person })).await {
                Ok(_) => {}
                Err(Refused::NotFound) => continue,
                Err(refused) => return Err(refused.into()),
            }
            let outcome = self.tell(person).await?;
            match outcome {
                NoticeOutcome::Told { .. } => report.told += 1,
                NoticeOutcome::Failed { .. } => report.failed += 1,
                NoticeOutcome::Held { .. } => report.held += 1,
            }
            self.writer.submit(Command::from(NoticeTold { person, outcome })).await?;
            down = if matches!(outcome, NoticeOutcome::Failed { .. }) { down + 1 } else { 0 };
            if down >= DOWN {
                break;
            }
        }
        Ok(report)
    }

    /// Tells one person whom this process has taken.
    async fn tell(&self, person: PersonId) -> Result<NoticeOutcome, DeskFault> {
        let at = self.now();
        let held = |fault, wait| Ok(NoticeOutcome::Held { fault, again: at.plus_millis(wait) });
        let Some(organization) = self.store.acts_for(person, at).await? else { return held(NOT_ACTIVE, HELD_WAIT) };
        let waiting = self.store.notices(person).await?;
        let due: Vec<_> = waiting.iter().filter(|row| row.state == NoticeState::Waiting && row.due <= at).collect();
        if due.is_empty() {
            return held(NOTHING, HELD_WAIT);
        }
        let urgent = due.iter().any(|row| row.kind.is_urgent());
        let attempts = due.iter().map(|row| row.attempts).max().unwrap_or(0);
        let choice = self.store.notice_choice(person).await?;
        let id = match self.telling_id(organization, person, &choice, &due) {
            Ok(id) => id,
            Err(KeyFault::Dark) => return held(LOCKED, LOCKED_WAIT),
            Err(unreadable) => return Err(unreadable.into()),
        };
        let letter = Letter::notice(&self.notices.words, choice.language, &self.tokens.settings().address, id);
        let addresses = self.store.notice_addresses(person).await?;
        let mut confirmed: Vec<_> =
            addresses.iter().filter(|row| row.confirmed && self.way(row.way).is_some()).collect();
        confirmed.sort_by_key(|row| row.way != NoticeWayKind::Mail);
        // What is urgent goes every way there is; the rest by mail, or by short message where there is no mail.
        confirmed.truncate(if urgent { confirmed.len() } else { 1 });
        let mut fault = None;
        let mut taken = false;
        for address in confirmed {
            let contact = match self.contact(organization, person, address) {
                Ok(contact) => contact,
                Err(KeyFault::Dark) => return held(LOCKED, LOCKED_WAIT),
                Err(unreadable) => return Err(unreadable.into()),
            };
            match self.send(address.way, &contact, &letter).await {
                Ok(()) => taken = true,
                Err(NotSent(code)) => fault = Some(code),
            }
        }
        Ok(match (taken, fault) {
            (true, _) => NoticeOutcome::Told { upto: at },
            (false, Some(fault)) => NoticeOutcome::Failed { fault, again: next_try(at, attempts) },
            (false, None) => NoticeOutcome::Held { fault: NO_WAY, again: at.plus_millis(HELD_WAIT) },
        })
    }

    /// What a telling is known by. It follows from when the person was told before and since when something has waited
    /// for her: the same until it is put down that she was told, also on another process, and never that of something
    /// that came after she had looked.
    fn telling_id(
        &self,
        organization: OrganizationId,
        person: PersonId,
        choice: &NoticeChoice,
        due: &[&NoticeRow],
    ) -> Result<LetterId, KeyFault> {
        let instants = [choice.told_at, due.iter().map(|row| row.since).min()];
        let mut bytes = person.uuid().as_bytes().to_vec();
        for at in instants {
            bytes.extend(at.map_or(i64::MIN, Instant::millis).to_be_bytes());
        }
        self.keys.blind(organization, "sangam notice 1", &bytes).map(|digest| LetterId::of(&digest))
    }

    fn contact(
        &self,
        organization: OrganizationId,
        person: PersonId,
        address: &NoticeAddressRow,
    ) -> Result<Contact, KeyFault> {
        self.keys.open_contact(organization, person, address.way.code(), &address.sealed)
    }

    pub(super) async fn send(&self, way: NoticeWayKind, to: &Contact, letter: &Letter) -> Result<(), NotSent> {
        let out = self.way(way).ok_or(NotSent(NO_WAY))?;
        let sent = out.send(to, letter).await;
        if let Err(NotSent(code)) = &sent {
            tracing::warn!(way = way.code(), code, "a message was not taken");
        }
        sent
    }

    async fn send_code(&self, due: CodeDue, report: &mut NoticeReport) -> Result<(), DeskFault> {
        let CodeDue { person, way } = due;
        match self.writer.submit(Command::from(CodeTaken { person, way })).await {
            Ok(_) => {}
            Err(Refused::NotFound) => return Ok(()),
            Err(refused) => return Err(refused.into()),
        }
        let Some(organization) = self.store.acts_for(person, self.now()).await? else { return Ok(()) };
        let addresses = self.store.notice_addresses(person).await?;
        let Some(address) = addresses.iter().find(|row| row.way == way) else { return Ok(()) };
        let opened = self.contact(organization, person, address).and_then(|contact| {
            let code = self.keys.contact_code(organization, person, &address.drawn)?;
            let id = self.keys.blind(organization, "sangam notice code 1", &address.drawn)?;
            Ok((contact, code, LetterId::of(&id)))
        });
        let (contact, code, id) = match opened {
            Ok(opened) => opened,
            Err(KeyFault::Dark) => return Ok(()),
            Err(unreadable) => return Err(unreadable.into()),
        };
        let language = self.store.notice_choice(person).await?.language;
        let letter = Letter::code(&self.notices.words, language, &code, id);
        if self.send(way, &contact, &letter).await.is_ok() {
            report.codes += 1;
            let drawn = address.drawn.clone();
            self.writer.submit(Command::from(CodeSent { person, way, drawn })).await?;
        } else {
            report.failed += 1;
        }
        Ok(())
    }
}

/// When a message is tried again that failed so often before.
fn next_try(at: Instant, attempts: i64) -> Instant {
    let doubled = u32::try_from(attempts).ok().and_then(|n| FIRST_WAIT.checked_shl(n)).unwrap_or(LONGEST_WAIT);
    at.plus_millis(doubled.clamp(FIRST_WAIT, LONGEST_WAIT))
}
