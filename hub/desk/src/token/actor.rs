//! Who in a client's organization asks: a statement that the client signs for one exchange. It is made like an
//! assertion, is of a type of its own, and names a member of staff by a pseudonym in place of the client.

use super::assertion::{self, Judged, Unused};

/// The type of an actor token (RFC 8725, section 3.11): neither an assertion nor an access token has it.
const TYPE: &str = "actor+jwt";
/// The longest pseudonym, in characters: a number or a code, also as a UUID or a hash. A full name with an address
/// would not fit, and the alphabet has no room for one.
const PSEUDONYM: usize = 64;

/// Who asks, once the statement is used up.
pub(super) struct Named {
    pub(super) pseudonym: String,
    pub(super) unused: Unused,
}

/// Judges an actor token: `None` for whatever is wrong with it.
pub(super) fn judge(text: &str, by: &Judged<'_>) -> Option<Named> {
    let typed = |typ: Option<&str>| typ.is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE));
    let claims = assertion::read(text, by, typed)?;
    let good = claims.iat.is_some() && is_pseudonym(&claims.sub);
    good.then(|| Named { unused: claims.unused("actor "), pseudonym: claims.sub })
}

/// Whether a text can be a pseudonym: letters, digits, and what stands between them. There is no space, no `@` and
/// nothing beyond ASCII, so that hardly a name gets in by mistake.
fn is_pseudonym(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (1..=PSEUDONYM).contains(&text.len()) && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::{PSEUDONYM, is_pseudonym};

    #[test]
    fn a_pseudonym_is_a_code_and_no_name() {
        for good in ["7", "staff-7", "CW.0031_b", &"x".repeat(PSEUDONYM)] {
            assert!(is_pseudonym(good), "{good}");
        }
        let long = "x".repeat(PSEUDONYM + 1);
        for bad in
            ["", " ", "Asha Devi", "asha@example.org", "a/b", "a:b", "a\nb", "\u{906}\u{936}\u{93e}", "a\0", &long]
        {
            assert!(!is_pseudonym(bad), "{bad:?}");
        }
    }
}
