//! The answer link: how an organization without a system answers a referral. The link comes by mail, the code by short
//! message; both follow from the organization's key and are kept nowhere. Whoever has both sees what a system of that
//! organization would see of SERVICES and nothing else, and may take the recipient's steps once. Between the code and the
//! answer stands a seal in the page's form, bound to link, code and the version that was shown: no cookie and no script.
//! `contact.rs` is where an organization says where it is asked.

mod contact;
mod told;

use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use sangam_custody::{Behind, EntryKind, KeyFault};
use sangam_language::{Cell, ErrorCode, Plan, PortFault, Row, SealedIn};
use sangam_store::{AnswerCodeWrong, AnswerLinkRow, CallRequest, Command, Idempotency, Refused, Used};
use sangam_vocabulary::{Category, CategorySet, Code, Instant, Language, RecordId, hex, unhex};
use sangam_workflow::referral::{DeclineReason, Event};
use zeroize::Zeroizing;

pub use contact::{AnswerContact, ContactFault};
pub use told::{AnswerView, LinkAnswer, LinkTold};

use crate::change::{Asked, Stepping};
use crate::hub::{Desk, DeskFault};
use crate::journalled::Acting;
use crate::slow_code::CodeFault;
use crate::token::sha256;

/// What tries are counted as.
const USE: &str = "answer link";
/// How long a try takes at least: longer than a wrong code is put down, so that the time does not tell whether there is
/// such a link.
const AT_LEAST: Duration = Duration::from_secs(1);
/// How long what was shown can be answered, in milliseconds: long enough to ask a colleague, short enough for a telephone
/// that is left lying.
const SEAL_MILLIS: i64 = 15 * 60_000;
/// The most characters of a code that are compared: it has eight digits, and people put spaces between.
const CODE: usize = 24;

/// The address of a link on the hub. The language of whoever gets it is in it, and nothing else.
pub(crate) fn address(hub: &str, bits: &[u8; 16], language: Language) -> String {
    format!("{hub}/answer/{}?lang={}", hex(bits), language.code().to_lowercase())
}

/// What a link is found by.
pub(crate) fn place(bits: &[u8; 16]) -> [u8; 32] {
    sha256(&[b"sangam answer link ".as_slice(), bits].concat())
}

/// What is asked of a referral: the services, and when they show how soon.
fn plan(shows: bool) -> Plan {
    let sealed = if shows { vec![(SealedIn::Record, Category::Services)] } else { Vec::new() };
    let wanted = if shows { CategorySet::NONE.with(Category::Services) } else { CategorySet::NONE };
    let columns = ["urgency", "answerBy", "version"].map(str::to_owned).to_vec();
    Plan { columns, sealed, wanted, cursors: false, of_subject: true }
}

/// Where the digits of the readers' scripts begin (Unicode, general category Nd): ASCII, Arabic, its eastern form,
/// Devanagari, Bangla, Tamil, Sinhala, Tibetan.
const ZEROS: [char; 8] = ['0', '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{be6}', '\u{de6}', '\u{f20}'];

/// A digit as somebody typed it, in whichever of the scripts; nothing else counts.
fn digit(typed: char) -> Option<char> {
    let value =
        ZEROS.iter().find_map(|zero| u32::from(typed).checked_sub(u32::from(*zero)).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10))
}

/// Why a referral is not shown or answered.
enum Closed {
    NotNow,
    Over,
}

impl Desk {
    /// What a code opens. A wrong code, an unknown link and one that is no longer good are told alike and take as long.
    ///
    /// # Errors
    /// [`CodeFault`]; then nothing was shown.
    pub async fn open_answer_link(&self, link: &str, code: Zeroizing<String>) -> Result<LinkTold, CodeFault> {
        let (told, ()) = tokio::join!(self.judge_answer_code(link, code), tokio::time::sleep(AT_LEAST));
        told
    }

    async fn judge_answer_code(&self, link: &str, code: Zeroizing<String>) -> Result<LinkTold, CodeFault> {
        let Some(row) = self.found(link).await? else { return Ok(LinkTold::Nothing) };
        if !row.state.is_open() || row.until <= self.now() {
            return Ok(LinkTold::Nothing);
        }
        let right = match self.keys.answer_code(row.organization, row.link.uuid().as_bytes()) {
            Ok(right) => Zeroizing::new(right),
            Err(KeyFault::Dark) => return Ok(LinkTold::Nothing),
            Err(fault) => return Err(DeskFault::from(fault).into()),
        };
        let given = Zeroizing::new(code.chars().take(CODE).filter_map(digit).collect::<String>());
        if verify_slices_are_equal(given.as_bytes(), right.as_bytes()).is_err() {
            return match self.writer.submit(Command::from(AnswerCodeWrong { link: row.link })).await {
                Ok(_) | Err(Refused::NotFound | Refused::Used) => Ok(LinkTold::Nothing),
                Err(refused) => Err(DeskFault::from(refused).into()),
            };
        }
        self.view(&row).await.map_err(not_shown)
    }

    /// Takes an answer of whoever was shown what it is about. Sent twice it is the same answer.
    ///
    /// # Errors
    /// [`CodeFault`]; then nothing was answered.
    pub async fn answer_by_link(&self, link: &str, seal: &str, answer: LinkAnswer) -> Result<LinkTold, CodeFault> {
        let (told, ()) = tokio::join!(self.judge_answer(link, seal, answer), tokio::time::sleep(AT_LEAST));
        told
    }

    async fn judge_answer(&self, link: &str, seal: &str, answer: LinkAnswer) -> Result<LinkTold, CodeFault> {
        let Some(row) = self.found(link).await? else { return Ok(LinkTold::Nothing) };
        let version = match self.sealed_version(&row, seal) {
            Ok(Some(version)) => version,
            Ok(None) | Err(KeyFault::Dark) => return Ok(LinkTold::Nothing),
            Err(fault) => return Err(DeskFault::from(fault).into()),
        };
        self.answered_by(&row, version, answer).await.map_err(not_shown)
    }

    /// The link of what stands in an address, and one try for it: also where there is none.
    async fn found(&self, link: &str) -> Result<Option<AnswerLinkRow>, CodeFault> {
        let bits = unhex(link).and_then(|bits| <[u8; 16]>::try_from(bits).ok());
        self.tries.one_more(USE, link, self.now())?;
        let Some(bits) = bits else { return Ok(None) };
        Ok(self.store.answer_link(&place(&bits)).await.map_err(DeskFault::from)?)
    }

    /// What the recipient's own system would see, with a seal by which it can be answered.
    async fn view(&self, link: &AnswerLinkRow) -> Result<LinkTold, PortFault> {
        let row = match self.looked(link, true).await? {
            Ok(row) => row,
            Err(Closed::NotNow) => return Ok(LinkTold::NotNow),
            Err(Closed::Over) => return Ok(LinkTold::Over),
        };
        let [Some(Cell::Text(urgency)), Some(Cell::Instant(answer_by)), Some(Cell::Int(version))] =
            [row.cells.first(), row.cells.get(1), row.cells.get(2)]
        else {
            return Err(ErrorCode::Internal.into());
        };
        let disclosed = row.disclosed.iter().flatten().find(|of| of.category() == Category::Services);
        let Some(services) = disclosed.and_then(|of| told::services(of.json())) else {
            return Err(ErrorCode::Internal.into());
        };
        let organization = self.organization(link.organization).ok_or(ErrorCode::Unavailable)?;
        let seal = self.seal(link, *version).map_err(DeskFault::from)?;
        Ok(LinkTold::Shows(AnswerView {
            services,
            areas: organization.coverage.clone(),
            urgency: urgency.clone(),
            answer_by: told::local(Instant::from_millis(*answer_by), organization.country),
            seal,
        }))
    }

    /// The referral as nobody of the recipient sees it now, where it waits for its answer and its services show.
    async fn looked(&self, link: &AnswerLinkRow, shows: bool) -> Result<Result<Row, Closed>, PortFault> {
        if !self.delivers_to(link.organization) {
            return Ok(Err(Closed::NotNow));
        }
        let row = self.as_nobody(link.organization, link.link.uuid(), link.referral, &plan(shows)).await?;
        // It was taken back or has ended: to a recipient it still exists, and there is nothing to answer.
        let Some(row) = row.filter(|row| row.can_do.contains(&Event::Accept.code())) else {
            return Ok(Err(Closed::Over));
        };
        Ok(if row.can_see.contains(Category::Services) { Ok(row) } else { Err(Closed::NotNow) })
    }

    async fn answered_by(&self, link: &AnswerLinkRow, version: i64, answer: LinkAnswer) -> Result<LinkTold, PortFault> {
        let said = format!("answer link {} {}", link.link.uuid().simple(), answer.code());
        let key = Idempotency::of_hub(link.organization, &said, sha256(said.as_bytes()));
        if matches!(self.store.used(&key).await.map_err(DeskFault::from)?, Used::Same(_)) {
            return Ok(LinkTold::Done(answer));
        }
        if !link.state.is_open() || link.until <= self.now() {
            return Ok(LinkTold::Over);
        }
        // Decided once more: what was shown a moment ago may be withheld now.
        match self.looked(link, false).await? {
            Ok(_) => {}
            Err(Closed::NotNow) => return Ok(LinkTold::NotNow),
            Err(Closed::Over) => return Ok(LinkTold::Over),
        }
        let command = match answer {
            LinkAnswer::Accept => self.step_by_link(link, version, Event::Accept, None).await?,
            LinkAnswer::Decline(reason) => self.step_by_link(link, version, Event::Decline, Some(reason)).await?,
            LinkAnswer::Call => self.call_by_link(link).await?,
        };
        let Some(command) = command else { return Ok(LinkTold::Over) };
        match self.writer.submit(command.once(key)).await {
            Ok(_) => Ok(LinkTold::Done(answer)),
            Err(Refused::Conflict { .. }) => Ok(match self.looked(link, false).await? {
                Ok(_) => LinkTold::Changed,
                Err(_) => LinkTold::Over,
            }),
            Err(Refused::Unavailable) => Err(ErrorCode::Unavailable.into()),
            Err(_) => Ok(LinkTold::Over),
        }
    }

    /// A step as the recipient's seat takes it, which uses the link up.
    async fn step_by_link(
        &self,
        link: &AnswerLinkRow,
        version: i64,
        event: Event,
        reason: Option<DeclineReason>,
    ) -> Result<Option<Command>, PortFault> {
        let asked = Asked {
            referral: link.referral,
            version: Some(version),
            event,
            reason,
            proposed: None,
            behind: Behind::Nobody,
            link: Some(link.link),
        };
        Ok(match self.step_command(link.organization.into(), asked).await? {
            Stepping::Take(command) => Some(command),
            Stepping::NotFound | Stepping::Withheld(_) | Stepping::OnProbation => None,
        })
    }

    async fn call_by_link(&self, link: &AnswerLinkRow) -> Result<Option<Command>, PortFault> {
        let change = CallRequest { link: link.link, referral: link.referral };
        let entry = self.of_referral(EntryKind::CallAsked, &link.organization.into(), link.referral).await?;
        Ok(entry.map(|entry| Command::from(change).recorded(entry)))
    }

    /// An entry about the person of a referral; `None` where there is no such referral.
    pub(crate) async fn of_referral(
        &self,
        kind: EntryKind,
        by: &Acting,
        referral: RecordId,
    ) -> Result<Option<sangam_custody::Entry>, DeskFault> {
        let Some((_, _, subject)) = self.store.referral_parties(referral).await? else { return Ok(None) };
        let Some(facts) = self.store.subject(subject).await? else { return Ok(None) };
        let key = self.subject_key(facts.owner.organization, subject, &facts.keys).await?;
        Ok(Some(self.entry(kind, by, &key, referral, CategorySet::NONE)?))
    }

    /// What the form carries from the code to the answer.
    fn seal(&self, link: &AnswerLinkRow, version: i64) -> Result<String, KeyFault> {
        let until = self.now().plus_millis(SEAL_MILLIS);
        let mac = self.mac(link, until, version)?;
        Ok(hex(&[&until.millis().to_be_bytes()[..], &version.to_be_bytes(), &mac].concat()))
    }

    fn mac(&self, link: &AnswerLinkRow, until: Instant, version: i64) -> Result<[u8; 32], KeyFault> {
        let id = link.link.uuid();
        // The code is in it: a seal is worth nothing for a link that was made anew.
        let code = Zeroizing::new(self.keys.answer_code(link.organization, id.as_bytes())?);
        let bytes =
            [id.as_bytes().as_slice(), code.as_bytes(), &until.millis().to_be_bytes(), &version.to_be_bytes()].concat();
        self.keys.blind(link.organization, "sangam answer seal 1", &bytes)
    }

    /// The version that was shown under a seal; `None` where it is none of this link, or its time is over.
    fn sealed_version(&self, link: &AnswerLinkRow, seal: &str) -> Result<Option<i64>, KeyFault> {
        let Some(bytes) = unhex(seal) else { return Ok(None) };
        let Some((until, rest)) = bytes.split_first_chunk::<8>() else { return Ok(None) };
        let Some((version, mac)) = rest.split_first_chunk::<8>() else { return Ok(None) };
        let (until, version) = (Instant::from_millis(i64::from_be_bytes(*until)), i64::from_be_bytes(*version));
        let right = self.mac(link, until, version)?;
        let holds = verify_slices_are_equal(mac, &right).is_ok() && until > self.now();
        Ok(holds.then_some(version))
    }
}

/// What could not be shown or taken now, without what lay behind it: that was logged where it happened.
fn not_shown(_: PortFault) -> CodeFault {
    CodeFault::Desk(Refused::Unavailable.into())
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::Language;

    use super::{address, digit, place};

    #[test]
    fn a_code_is_typed_in_the_readers_digits() {
        let read = |text: &str| text.chars().filter_map(digit).collect::<String>();
        for typed in ["12345670", "1234 5670", "۱۲۳۴۵۶۷۰", "١٢٣٤٥٦٧٠", "१२३४५६७०", "১২৩৪৫৬৭০", "௧௨௩௪௫௬௭௦", "༡༢༣༤༥༦༧༠"]
        {
            assert_eq!(read(typed), "12345670", "{typed}");
        }
        assert_eq!(read("1½l-२O"), "12");
    }

    #[test]
    fn an_address_says_a_language_and_nothing_else() {
        let link = address("https://hub.example.org", &[0xa5; 16], Language::Bangla);
        assert_eq!(link, format!("https://hub.example.org/answer/{}?lang=bn", "a5".repeat(16)));
        assert_ne!(place(&[1; 16]), place(&[2; 16]));
    }
}
