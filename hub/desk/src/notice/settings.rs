//! What people say about notices, and what waits for each. For people only, each about herself; an administrator may
//! give an address for another, who has to confirm it. An address is sealed before it is handed to the store, and shown
//! masked.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use sangam_custody::{EntryKind, KeyFault};
use sangam_language::{
    Caller, CallerKind, Cell, ChooseNotices, ConfirmNoticeAddress, ErrorCode, NameDeputy, NoticeChange, Outcome, Page,
    PageAsk, PortFault, SeeNotices, SetNoticeAddress,
};
use sangam_store::{Command, Committed, NoticeAct, NoticeChoice, NoticeSaid, Refused};
use sangam_vocabulary::{Code, Instant, PersonId, hex};
use sangam_workflow::notice::{NoticeWayKind, Quiet};

use crate::change::{Plans, idempotency, invalid, refusal, say};
use crate::explain::bare;
use crate::hub::{Desk, DeskFault};
use crate::notice::address::is_address;
use crate::person::{person_id, person_text};
use crate::read::store_fault;

/// The most characters of a code that are compared: it has eight, and a person may have put a space between.
const CODE: usize = 16;

/// Which of the reasons it was is not told: whoever guesses learns nothing.
const NO_CODE: &str = "Not the code that was sent, or it no longer counts: give the address again for another.";

/// Who says something.
#[derive(Clone, Copy)]
struct Asks<'a> {
    caller: &'a Caller,
    by: PersonId,
    plans: Plans<'a>,
}

impl<'a> Asks<'a> {
    const fn saying<'s>(self, key: &'s str, request: String) -> Saying<'s>
    where
        'a: 's,
    {
        Saying { caller: self.caller, by: self.by, key, request, plans: self.plans }
    }
}

/// What a person says, and under which key.
struct Saying<'a> {
    caller: &'a Caller,
    by: PersonId,
    key: &'a str,
    request: String,
    plans: Plans<'a>,
}

impl Desk {
    /// What waits for whoever asks.
    pub(crate) async fn notices_of(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let CallerKind::Person(person) = caller.kind() else { return Ok(Page::default()) };
        let rows = self.store.notices(person).await.map_err(store_fault)?;
        let cell = |row: &sangam_store::NoticeRow, column: &str| match column {
            "kind" => Cell::Text(row.kind.code().to_owned()),
            "since" => Cell::Instant(row.since.millis()),
            "latest" => Cell::Instant(row.latest.millis()),
            "state" => Cell::Text(row.state.code().to_owned()),
            _ => Cell::Null,
        };
        let row = |row| bare(ask.plan.columns.iter().map(|column| cell(row, column)).collect());
        Ok(Page { rows: rows.iter().map(row).collect(), ..Page::default() })
    }

    /// How whoever asks is told.
    pub(crate) async fn notice_settings(&self, caller: &Caller, ask: &PageAsk<'_>) -> Result<Page, PortFault> {
        let CallerKind::Person(person) = caller.kind() else { return Ok(Page::default()) };
        let cells = self.settings(caller, person, &ask.plan.columns, "").await?;
        Ok(Page { rows: vec![bare(cells)], ..Page::default() })
    }

    async fn settings(
        &self,
        caller: &Caller,
        person: PersonId,
        columns: &[String],
        prefix: &str,
    ) -> Result<Vec<Cell>, PortFault> {
        let choice = self.store.notice_choice(person).await.map_err(store_fault)?;
        let addresses = self.store.notice_addresses(person).await.map_err(store_fault)?;
        let organization = caller.party().organization;
        let masked = |way: NoticeWayKind| -> Result<Cell, PortFault> {
            let Some(row) = addresses.iter().find(|row| row.way == way) else { return Ok(Cell::Null) };
            match self.keys.open_contact(organization, person, way.code(), &row.sealed) {
                Ok(contact) => Ok(Cell::Text(contact.masked())),
                // A locked organization's people see the rest.
                Err(KeyFault::Dark) => Ok(Cell::Null),
                Err(fault) => Err(DeskFault::from(fault).into()),
            }
        };
        let confirmed = |way| Cell::Boolean(addresses.iter().any(|row| row.way == way && row.confirmed));
        let NoticeChoice { language, quiet, version, .. } = choice;
        let deputy = choice.deputy.filter(|(_, until)| *until > self.now());
        let cell = |column: &String| -> Result<Cell, PortFault> {
            Ok(match column.strip_prefix(prefix).unwrap_or(column) {
                "language" => Cell::Text(language.code().to_owned()),
                "quietFrom" => Cell::Int(quiet.from()),
                "quietUntil" => Cell::Int(quiet.until()),
                "deputy" => deputy.map_or(Cell::Null, |(deputy, _)| Cell::Text(person_text(deputy))),
                "deputyUntil" => deputy.map_or(Cell::Null, |(_, until)| Cell::Instant(until.millis())),
                "mail" => masked(NoticeWayKind::Mail)?,
                "mailConfirmed" => confirmed(NoticeWayKind::Mail),
                "sms" => masked(NoticeWayKind::Sms)?,
                "smsConfirmed" => confirmed(NoticeWayKind::Sms),
                "version" => Cell::Int(version),
                _ => Cell::Null,
            })
        };
        columns.iter().map(cell).collect()
    }

    /// Takes what a person says about notices.
    pub(crate) async fn change_notices(
        &self,
        caller: &Caller,
        change: NoticeChange,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let CallerKind::Person(by) = caller.kind() else {
            self.refused(caller, None).await;
            return Ok(say(plans, "NotPermitted", "Notices are for people; a system has none.", &[]));
        };
        let asks = Asks { caller, by, plans };
        match change {
            NoticeChange::Choose(input) => {
                let request = format!("chooseNotices {input:?}");
                self.choose(asks.saying(&input.idempotency_key, request), &input).await
            }
            NoticeChange::NameDeputy(input) => {
                let request = format!("nameDeputy {input:?}");
                self.name_deputy(asks.saying(&input.idempotency_key, request), &input).await
            }
            NoticeChange::SetAddress(input) => {
                // A digest of what is asked stands beside the key; with the organization's key in it nobody who reads the
                // database can try addresses.
                let address = input.address.as_deref().unwrap_or_default();
                let blind = self.keys.blind(caller.party().organization, "notice address", address.as_bytes());
                let blind = hex(&blind.map_err(DeskFault::from)?);
                let request = format!("setNoticeAddress {} {} {blind}", input.person, input.way);
                self.set_address(asks.saying(&input.idempotency_key, request), &input).await
            }
            NoticeChange::ConfirmAddress(input) => {
                let request = format!("confirmNoticeAddress {}", input.way);
                self.confirm_address(asks.saying(&input.idempotency_key, request), &input).await
            }
            NoticeChange::See(input) => {
                let request = format!("seeNotices {input:?}");
                self.see(asks.saying(&input.idempotency_key, request), &input).await
            }
        }
    }

    /// Makes the change. `Err` within is the refusal as it is told.
    async fn say_notice(
        &self,
        saying: &Saying<'_>,
        person: PersonId,
        act: NoticeAct,
        recorded: bool,
    ) -> Result<Result<Committed, Outcome>, PortFault> {
        // The key is the organization's; two people with one key do not make one change.
        let request = format!("{} {}", saying.by.uuid(), saying.request);
        let Some(key) = idempotency(saying.caller, saying.key, &request) else {
            return Ok(Err(invalid(saying.plans, "/idempotencyKey", "An idempotency key has 1 to 128 characters.")));
        };
        let organization = saying.caller.party().organization;
        let mut command = Command::from(NoticeSaid { organization, by: saying.by, person, act }).once(key);
        if recorded {
            command = command.recorded(self.plain_entry(EntryKind::PersonChanged, organization));
        }
        match self.writer.submit(command).await {
            Ok(committed) => Ok(Ok(committed)),
            Err(Refused::Used) => Ok(Err(invalid(saying.plans, "/code", NO_CODE))),
            Err(refused) => {
                if matches!(refused, Refused::NotFound | Refused::Person(_)) {
                    self.refused(saying.caller, None).await;
                }
                refusal(saying.plans, refused).map(Err)
            }
        }
    }

    /// Answers with the settings of whoever asks.
    async fn set(
        &self,
        saying: Saying<'_>,
        person: PersonId,
        act: NoticeAct,
        recorded: bool,
    ) -> Result<Outcome, PortFault> {
        match self.say_notice(&saying, person, act, recorded).await? {
            Ok(_) => self.settings_told(&saying).await,
            Err(outcome) => Ok(outcome),
        }
    }

    async fn settings_told(&self, saying: &Saying<'_>) -> Result<Outcome, PortFault> {
        let member = "NoticesSet";
        let columns = (saying.plans)(member).columns;
        let cells = self.settings(saying.caller, saying.by, &columns, "settings.").await?;
        Ok(Outcome { member, row: bare(cells), receipt: None })
    }

    async fn choose(&self, saying: Saying<'_>, input: &ChooseNotices) -> Result<Outcome, PortFault> {
        let Some(quiet) = Quiet::of(input.quiet_from, input.quiet_until) else {
            return Ok(invalid(saying.plans, "/quietFrom", "An hour of the day is a whole number from 0 to 23."));
        };
        let act = NoticeAct::Choose { version: input.version, language: input.language, quiet };
        let by = saying.by;
        self.set(saying, by, act, false).await
    }

    async fn name_deputy(&self, saying: Saying<'_>, input: &NameDeputy) -> Result<Outcome, PortFault> {
        let deputy = match (&input.deputy, &input.until) {
            (None, _) => None,
            (Some(deputy), Some(until)) => {
                let Some(deputy) = person_id(deputy) else {
                    return Ok(invalid(saying.plans, "/deputy", "Not the id of a person."));
                };
                let until = Instant::read(until).ok_or(ErrorCode::BadVariables)?;
                Some((deputy, until))
            }
            (Some(_), None) => return Ok(invalid(saying.plans, "/until", "A deputy is named until an instant.")),
        };
        let act = NoticeAct::Deputy { version: input.version, deputy };
        let by = saying.by;
        self.set(saying, by, act, true).await
    }

    async fn set_address(&self, saying: Saying<'_>, input: &SetNoticeAddress) -> Result<Outcome, PortFault> {
        let Some(person) = person_id(&input.person) else {
            return Ok(invalid(saying.plans, "/person", "Not the id of a person."));
        };
        let way = NoticeWayKind::read(&input.way).map_err(|_| ErrorCode::BadVariables)?;
        let organization = saying.caller.party().organization;
        let sealed = match &input.address {
            None => None,
            Some(address) if is_address(way, address) => {
                let sealed = self.keys.seal_contact(organization, person, way.code(), address);
                Some(sealed.map_err(DeskFault::from)?)
            }
            Some(_) => {
                let what = "Not an address of that kind: a mail address, or a number with `+` and the country's code.";
                return Ok(invalid(saying.plans, "/address", what));
            }
        };
        let mut drawn = [0; 16];
        if !self.chance().fill(&mut drawn) {
            return Err(ErrorCode::Unavailable.into());
        }
        self.set(saying, person, NoticeAct::Address { way, sealed, drawn }, true).await
    }

    async fn confirm_address(&self, saying: Saying<'_>, input: &ConfirmNoticeAddress) -> Result<Outcome, PortFault> {
        let way = NoticeWayKind::read(&input.way).map_err(|_| ErrorCode::BadVariables)?;
        let (by, plans, organization) = (saying.by, saying.plans, saying.caller.party().organization);
        let addresses = self.store.notice_addresses(by).await.map_err(store_fault)?;
        let Some(address) = addresses.into_iter().find(|row| row.way == way) else {
            return Ok(invalid(plans, "/code", NO_CODE));
        };
        let code = self.keys.contact_code(organization, by, &address.drawn).map_err(DeskFault::from)?;
        let given: String = input.code.chars().take(CODE).filter(|letter| !letter.is_whitespace()).collect();
        let right = verify_slices_are_equal(given.as_bytes(), code.as_bytes()).is_ok();
        let act = NoticeAct::Confirm { way, drawn: address.drawn, right };
        let request = format!("{} {right}", saying.request);
        let saying = Saying { request, ..saying };
        match self.say_notice(&saying, by, act, true).await {
            Ok(Ok(committed)) if committed.record.is_some() => self.settings_told(&saying).await,
            Ok(Ok(_)) => Ok(invalid(plans, "/code", NO_CODE)),
            Ok(Err(outcome)) => Ok(outcome),
            Err(fault) => Err(fault),
        }
    }

    async fn see(&self, saying: Saying<'_>, input: &SeeNotices) -> Result<Outcome, PortFault> {
        let until = Instant::read(&input.until).ok_or(ErrorCode::BadVariables)?;
        match self.say_notice(&saying, saying.by, NoticeAct::Seen { until }, false).await? {
            Ok(_) => {
                let waiting = self.store.notices(saying.by).await.map_err(store_fault)?.len();
                let waiting = i64::try_from(waiting).unwrap_or(i64::MAX);
                Ok(say(saying.plans, "NoticesSeen", "", &[("waiting", Cell::Int(waiting))]))
            }
            Err(outcome) => Ok(outcome),
        }
    }
}
