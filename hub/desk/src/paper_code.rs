//! The paper code: a survivor's own way to say no, without an account and without asking anybody (DESIGN §5). Twelve
//! characters, told once when they are drawn, kept as a slow digest under a key of whoever drew them. The first five find
//! it and are worth nothing alone. What a try came to is told to nobody: the words and the time are the same.

use std::time::Duration;

use aws_lc_rs::constant_time;
use sangam_custody::EntryKind;
use sangam_store::{Command, PaperCode, PaperWithdrawal, Refused};
use sangam_vocabulary::{CategorySet, Chance, OrganizationId, RecordId};
use zeroize::Zeroizing;

use crate::hub::{Desk, DeskFault};
use crate::journalled::Acting;
use crate::slow_code::{CodeFault, ROUNDS, derive};
use crate::token::sha256;

/// Characters of a code: sixty bits, short enough for a slip of paper. All of it but the place is thirty-five bits, and
/// [six hundred tries a minute](crate::slow_code) at one place take a lifetime.
const LENGTH: usize = 12;
/// How many of them find the code.
const PLACE: usize = 5;
/// How many stand together when it is written.
const GROUP: usize = 4;
/// Crockford's digits: none is taken for another when it is read out or copied by hand.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// What keeps the digest apart from other uses of the key.
const USE: &str = "paper code";
/// How often a place that somebody has already is drawn again.
const DRAWS: usize = 4;
/// How long a try takes at least: longer than a withdrawal takes, so that the time does not tell it.
const AT_LEAST: Duration = Duration::from_secs(1);

/// A code in clear, to be told once, and as it is kept.
pub(crate) struct DrawnCode {
    pub(crate) text: Zeroizing<String>,
    pub(crate) kept: PaperCode,
}

fn draw(chance: &dyn Chance) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    if !chance.fill(&mut *bytes) {
        return None;
    }
    // Five bits of each: no digit is likelier than another.
    Some(Zeroizing::new(
        bytes.iter().filter_map(|byte| DIGITS.get(usize::from(byte & 31))).map(|d| char::from(*d)).collect(),
    ))
}

/// A code as somebody typed it: small letters, strokes, spaces, and the letters that are taken for digits are forgiven.
fn read(typed: &str) -> Zeroizing<String> {
    let digit = |c: char| match c.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        c if c.is_ascii() && DIGITS.contains(&(c as u8)) => Some(c),
        _ => None,
    };
    Zeroizing::new(typed.chars().filter_map(digit).take(LENGTH + 1).collect())
}

fn written(code: &str) -> Zeroizing<String> {
    let groups: Vec<String> = code.as_bytes().chunks(GROUP).map(|g| String::from_utf8_lossy(g).into_owned()).collect();
    Zeroizing::new(groups.join("-"))
}

fn place(code: &str) -> &str {
    code.get(..PLACE).unwrap_or(code)
}

/// The salt of a place: no two codes have one, and it needs no column.
fn salt(place: &str) -> [u8; 32] {
    sha256(format!("sangam {USE} {place}").as_bytes())
}

impl Desk {
    /// Draws a code for a subject of an organization.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub(crate) async fn draw_paper_code(&self, owner: OrganizationId) -> Result<DrawnCode, DeskFault> {
        for _ in 0..DRAWS {
            let code = draw(self.chance()).ok_or(DeskFault::NoChance)?;
            let place = place(&code).to_owned();
            if self.store.paper_code(&place).await?.is_some() {
                continue;
            }
            let (text, salt) = (written(&code), salt(&place));
            let slow = tokio::task::spawn_blocking(move || derive(ROUNDS, &salt, &code));
            let slow = slow.await.map_err(|_| DeskFault::from(Refused::Unavailable))?;
            let digest = self.keys.blind(owner, USE, &*slow)?;
            return Ok(DrawnCode { text, kept: PaperCode { place, digest } });
        }
        Err(DeskFault::NoChance)
    }

    /// Withdraws everything that the person with this code consented to. Whether there is such a code is not told.
    ///
    /// # Errors
    /// [`CodeFault::TooOften`], by what was typed and not by what there is; [`CodeFault::Desk`] when the hub cannot do
    /// it now.
    pub async fn withdraw_by_code(&self, typed: Zeroizing<String>) -> Result<(), CodeFault> {
        let (done, ()) = tokio::join!(self.judge_paper_code(typed), tokio::time::sleep(AT_LEAST));
        done
    }

    async fn judge_paper_code(&self, typed: Zeroizing<String>) -> Result<(), CodeFault> {
        let code = read(&typed);
        let place = place(&code).to_owned();
        self.tries.one_more(USE, &place, self.now())?;
        let known = self.store.paper_code(&place).await.map_err(DeskFault::from)?;
        let salt = salt(&place);
        let slow = self.tries.judged(move || derive(ROUNDS, &salt, &code)).await?;
        let Some(known) = known else { return Ok(()) };
        let digest = self.keys.blind(known.organization, USE, &*slow).map_err(DeskFault::from)?;
        if constant_time::verify_slices_are_equal(&digest, &known.digest).is_err() {
            return Ok(());
        }
        let facts = self.store.subject(known.subject).await.map_err(DeskFault::from)?;
        let facts = facts.ok_or(DeskFault::Unknown { what: "subject" })?;
        let owner = facts.owner.organization;
        let key = self.subject_key(owner, facts.subject, &facts.keys).await?;
        let entry = self
            .entry(EntryKind::WithdrawnByCode, &Acting::from(owner), &key, facts.subject.into(), CategorySet::NONE)
            .map_err(DeskFault::from)?;
        let recalls = RecordId::new(self.now(), self.chance()).ok_or(DeskFault::NoChance)?;
        let change = PaperWithdrawal { subject: facts.subject, digest, recalls };
        match self.writer.submit(Command::from(change).recorded(entry)).await {
            // It was replaced while it was judged: it is no code any more.
            Ok(_) | Err(Refused::NotFound) => Ok(()),
            Err(refused) => Err(DeskFault::from(refused).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::SeededChance;

    use super::{DIGITS, LENGTH, PLACE, draw, place, read, written};

    #[test]
    fn a_code_is_read_as_people_write_it() {
        let chance = SeededChance::new(11);
        for _ in 0..200 {
            let code = draw(&chance).unwrap();
            assert!(code.len() == LENGTH && code.bytes().all(|byte| DIGITS.contains(&byte)), "{}", *code);
            let paper = written(&code);
            assert_eq!(paper.len(), LENGTH + 2);
            assert_eq!(*read(&paper), *code);
            assert_eq!(*read(&paper.to_lowercase().replace('-', " ")), *code);
        }
        assert_eq!(*read("oOiIlL-ab"), "001111AB");
        assert_eq!((place("7KQ2M9XA4TRE"), place("7K")), ("7KQ2M", "7K"));
        assert_eq!(PLACE, 5);
    }

    #[test]
    fn what_is_longer_is_another_code() {
        assert_ne!(*read("7KQ2-M9XA-4TRE-7"), *read("7KQ2-M9XA-4TRE"));
    }
}
