//! The empty register that a small organization begins with, in its language: the words are the hub's, the sheet the wire's.

use sangam_vocabulary::{Direction, Language};
use sangam_wire::WireFault;
use sangam_wire::spreadsheet::SheetFormat;
use sangam_wire::spreadsheet::template;
use sangam_words::{Message, Words, WordsFault};
use thiserror::Error;

/// Why there is no template.
#[derive(Debug, Error)]
pub enum RegisterFault {
    /// The texts of the languages cannot be read.
    #[error(transparent)]
    Words(#[from] WordsFault),
    /// The sheet cannot be made.
    #[error("the sheet cannot be made: {0}")]
    Sheet(#[from] WireFault),
}

/// The bytes of an empty register in a language. That nobody has read the translation stands in it.
///
/// # Errors
/// [`RegisterFault`]: the texts of this binary are not whole, or the sheet cannot be made.
pub fn register_template(language: Language, format: SheetFormat) -> Result<Vec<u8>, RegisterFault> {
    let words = Words::read()?;
    let say = |list: &str, code: &str| Message::of(list, code).map(|message| words.say(language, message).to_owned());
    let drafted = words.is_drafted(language).then(|| words.say(language, Message::PageDrafted));
    let right_to_left = language.direction() == Direction::RightToLeft;
    Ok(template::write(format, &template::Words { say: &say, right_to_left, notice: drafted })?)
}
