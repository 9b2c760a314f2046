//! Codes that lock by telephone and on the page: one that locks, and one that locks and says that somebody was forced.
//! Both do the same and are answered alike. They are told once, when they are drawn, and kept as slow digests.

use std::num::NonZeroU32;

use aws_lc_rs::constant_time;
use sangam_custody::EntryKind;
use sangam_store::{CodesChange, Command, LockCodes, LockWay};
use sangam_vocabulary::{Chance, OrganizationId};
use sangam_workflow::lock::Unit;
use zeroize::Zeroizing;

use crate::hub::{Desk, DeskFault};
use crate::ids;
use crate::slow_code::{self, CodeFault, DIGEST, ROUNDS};

/// Digits of a code: it is said on the telephone, and ten thousand million tries take longer than anybody has.
const DIGITS: usize = 10;
const CODES: u64 = 10_u64.pow(10);
/// Bytes of a salt (NIST SP 800-132, section 5.1).
const SALT: usize = 16;

/// The codes of an organization, in clear. To be told once.
pub struct DrawnCodes {
    /// Locks.
    pub lock: Zeroizing<String>,
    /// Locks, and says that somebody was forced.
    pub duress: Zeroizing<String>,
}

/// What a code came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeAnswer {
    /// The subjects are locked. Whichever of the two codes it was.
    Locked,
    /// Nothing was locked: there is no such organization, it has no codes, or it is another code. All alike, and in the
    /// same time.
    Nothing,
}

/// Which of the two codes it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Lock,
    Duress,
}

fn draw(chance: &dyn Chance) -> Option<Zeroizing<String>> {
    let mut bytes = [0; 8];
    // Sixty-four bits over ten digits: no digit is likelier by more than one part in a thousand million.
    chance.fill(&mut bytes).then(|| Zeroizing::new(format!("{:0DIGITS$}", u64::from_be_bytes(bytes) % CODES)))
}

/// How a code is kept: rounds, salt, digest.
fn keep(rounds: NonZeroU32, salt: &[u8; SALT], code: &str) -> Vec<u8> {
    let digest = slow_code::derive(rounds, salt, code);
    [&rounds.get().to_be_bytes()[..], salt, &digest[..]].concat()
}

fn kept(bytes: &[u8]) -> Option<(NonZeroU32, [u8; SALT])> {
    let (rounds, rest) = bytes.split_first_chunk::<4>()?;
    let (salt, digest) = rest.split_first_chunk::<SALT>()?;
    (digest.len() == DIGEST).then_some((NonZeroU32::new(u32::from_be_bytes(*rounds))?, *salt))
}

/// Judges a code against both digests, which have one salt: one derivation, whichever it is and whether or not there is
/// anything to compare it with.
fn judge(codes: Option<&LockCodes>, code: &str) -> Option<Which> {
    let known = codes.and_then(|codes| Some((codes, kept(&codes.lock)?)));
    let (rounds, salt) = known.map_or((ROUNDS, [0; SALT]), |(_, kept)| kept);
    let derived = Zeroizing::new(keep(rounds, &salt, code));
    let decoy = [0; 4 + SALT + DIGEST];
    let (lock, duress) = known.map_or((&decoy[..], &decoy[..]), |(codes, _)| (&codes.lock[..], &codes.duress[..]));
    let lock = constant_time::verify_slices_are_equal(&derived, lock).is_ok();
    let duress = constant_time::verify_slices_are_equal(&derived, duress).is_ok();
    match (known, lock, duress) {
        (Some(_), true, _) => Some(Which::Lock),
        (Some(_), _, true) => Some(Which::Duress),
        _ => None,
    }
}

impl Desk {
    /// Draws new codes for an organization; those it had are void. What comes back is to be told and forgotten.
    ///
    /// # Errors
    /// [`DeskFault`].
    pub async fn draw_lock_codes(&self, organization: OrganizationId) -> Result<DrawnCodes, DeskFault> {
        let mut salt = [0; SALT];
        let lock = draw(self.chance()).ok_or(DeskFault::NoChance)?;
        let duress = draw(self.chance()).ok_or(DeskFault::NoChance)?;
        if !self.chance().fill(&mut salt) || *lock == *duress {
            return Err(DeskFault::NoChance);
        }
        let change =
            CodesChange { organization, lock: keep(ROUNDS, &salt, &lock), duress: keep(ROUNDS, &salt, &duress) };
        let entry = self.plain_entry(EntryKind::OrganizationChanged, organization);
        self.writer.submit(Command::from(change).recorded(entry)).await?;
        Ok(DrawnCodes { lock, duress })
    }

    /// Locks an organization by one of its codes. It is named by its id or by its name in the directory.
    ///
    /// # Errors
    /// [`CodeFault`]; then nothing was locked.
    pub async fn lock_by_code(&self, organization: &str, code: Zeroizing<String>) -> Result<CodeAnswer, CodeFault> {
        let named = organization.trim().to_lowercase();
        self.tries.one_more("lock", &named, self.now())?;
        let id = self.named(&named);
        let codes = match id {
            Some(id) => self.store.lock_codes(id).await.map_err(DeskFault::from)?,
            None => None,
        };
        let which = self
            .tries
            .judged(move || {
                let digits = Zeroizing::new(code.chars().filter(char::is_ascii_digit).collect::<String>());
                judge(codes.as_ref(), &digits)
            })
            .await?;
        let (Some(id), Some(which)) = (id, which) else { return Ok(CodeAnswer::Nothing) };
        self.lock(Unit::Organization(id), id, LockWay::Code, which == Which::Duress).await?;
        Ok(CodeAnswer::Locked)
    }

    /// The organization of an id or of a name, spelt in small letters; none where two have the name.
    fn named(&self, named: &str) -> Option<OrganizationId> {
        if let Ok(id) = ids::organization(named) {
            return Some(id).filter(|id| self.organization(*id).is_some());
        }
        let organizations = self.organizations.read().ok()?;
        let mut found = organizations.values().filter(|row| row.name.trim().to_lowercase() == named);
        let first = found.next()?;
        found.next().is_none().then_some(first.id)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use sangam_store::LockCodes;
    use sangam_vocabulary::SeededChance;

    use super::{CODES, DIGITS, Which, draw, judge, keep};

    const FEW: NonZeroU32 = NonZeroU32::MIN;

    #[test]
    fn each_code_is_known_for_what_it_is_and_no_other_is() {
        let salt = [7; 16];
        let codes = LockCodes { lock: keep(FEW, &salt, "0123456789"), duress: keep(FEW, &salt, "9876543210") };
        assert_eq!(judge(Some(&codes), "0123456789"), Some(Which::Lock));
        assert_eq!(judge(Some(&codes), "9876543210"), Some(Which::Duress));
        for wrong in ["", "0123456788", "123456789", "01234567890"] {
            assert_eq!(judge(Some(&codes), wrong), None, "{wrong}");
        }
        // What cannot be read locks nothing: neither no digest nor a short one is like another.
        for broken in [Vec::new(), vec![0; 52], codes.lock[..40].to_vec()] {
            let codes = LockCodes { lock: broken.clone(), duress: broken };
            assert_eq!(judge(Some(&codes), "0123456789"), None);
        }
    }

    #[test]
    fn codes_have_ten_digits_and_differ() {
        let chance = SeededChance::new(3);
        let drawn: Vec<String> = (0..200).map(|_| draw(&chance).unwrap().to_string()).collect();
        assert!(drawn.iter().all(|code| code.len() == DIGITS && code.parse::<u64>().unwrap() < CODES));
        let mut once = drawn.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), drawn.len());
    }
}
