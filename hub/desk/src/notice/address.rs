//! What an address looks like to which messages go.

use sangam_workflow::notice::NoticeWayKind;

/// The longest address, in characters (RFC 5321, section 4.5.3.1.3).
const ADDRESS: usize = 254;
/// The digits of a telephone number with its country's code (ITU-T E.164).
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// What of an address may be wrong is only told, never quoted.
pub(crate) fn is_address(way: NoticeWayKind, text: &str) -> bool {
    match way {
        NoticeWayKind::Mail => {
            let plain = |part: &str| {
                !part.is_empty()
                    && part.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"(),:;<>[\\]@".contains(&byte))
            };
            text.len() <= ADDRESS
                && text.split_once('@').is_some_and(|(local, host)| {
                    plain(local) && plain(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
                })
        }
        NoticeWayKind::Sms => text.strip_prefix('+').is_some_and(|digits| {
            DIGITS.contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && !digits.starts_with('0')
        }),
    }
}

#[cfg(test)]
mod tests {
    use sangam_workflow::notice::NoticeWayKind;

    use super::is_address;

    #[test]
    fn an_address_is_plain_and_one() {
        for (text, is) in [
            ("staff-7@example.org", true),
            ("a@b.example", true),
            ("two@example.org, three@example.org", false),
            ("two@example.org\r\nBcc: x@example.org", false),
            ("<a@example.org>", false),
            ("a@b@example.org", false),
            ("a@example", false),
            ("a@.example", false),
            ("@example.org", false),
            ("", false),
        ] {
            assert_eq!(is_address(NoticeWayKind::Mail, text), is, "{text}");
        }
        assert!(!is_address(NoticeWayKind::Mail, &format!("{}@example.org", "a".repeat(254))));
        for (text, is) in [
            ("+97798000000", true),
            ("97798000000", false),
            ("+0977980000", false),
            ("+977 98000000", false),
            ("+1", false),
        ] {
            assert_eq!(is_address(NoticeWayKind::Sms, text), is, "{text}");
        }
    }
}
