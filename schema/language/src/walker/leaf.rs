//! Writes single values.

use sangam_vocabulary::Instant;

/// The first and the last instant that RFC 3339 can write: years 0000 to 9999.
const WRITABLE: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

const DAY_MILLIS: i64 = 86_400_000;

/// Writes text as a JSON string.
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    // Most texts need no escape, and that is quickly seen.
    if text.bytes().fold(true, |plain, byte| plain & (byte >= 0x20) & (byte != b'"') & (byte != b'\\')) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Writing into memory does not fail.
        let _infallible = serde_json::to_writer(out, text);
    }
}

/// Writes a whole number.
pub(crate) fn int(out: &mut Vec<u8>, number: i64) {
    let _infallible = serde_json::to_writer(out, &number);
}

/// Writes a code, which needs no escape.
pub(crate) fn code(out: &mut Vec<u8>, code: &str) {
    out.push(b'"');
    out.extend_from_slice(code.as_bytes());
    out.push(b'"');
}

/// One decimal digit of a number.
fn digit(number: i64, place: i64) -> u8 {
    b'0' + (number / place % 10) as u8
}

/// Writes an instant in RFC 3339, UTC, with milliseconds. An instant outside what that can write is the end of
/// time on its side: "for ever" must not read as a fault.
pub(crate) fn instant(out: &mut Vec<u8>, at: Instant) {
    let millis = at.millis().clamp(*WRITABLE.start(), *WRITABLE.end());
    let (days, of_day) = (millis.div_euclid(DAY_MILLIS), millis.rem_euclid(DAY_MILLIS));
    let (y, m, d) = civil(days);
    let (h, min, s) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60);
    #[rustfmt::skip]
    let text = [
        b'"', digit(y, 1000), digit(y, 100), digit(y, 10), digit(y, 1),
        b'-', digit(m, 10), digit(m, 1), b'-', digit(d, 10), digit(d, 1),
        b'T', digit(h, 10), digit(h, 1), b':', digit(min, 10), digit(min, 1), b':', digit(s, 10), digit(s, 1),
        b'.', digit(of_day, 100), digit(of_day, 10), digit(of_day, 1), b'Z', b'"',
    ];
    out.extend_from_slice(&text);
}

/// Year, month and day of a count of days since 1970-01-01, in the proleptic Gregorian calendar: eras of 400
/// years, years that begin in March (Howard Hinnant's `civil_from_days`).
const fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(at: Instant) -> String {
        let mut out = Vec::new();
        instant(&mut out, at);
        serde_json::from_slice(&out).unwrap()
    }

    proptest! {
        #[test]
        fn an_instant_is_written_as_chrono_writes_it(millis in WRITABLE) {
            let at = Instant::from_millis(millis);
            prop_assert_eq!(written(at), at.rfc3339());
        }
    }

    proptest! {
        #[test]
        fn text_is_written_as_serde_json_writes_it(said in "\\PC{0,20}|[\u{0}-\u{ff}\u{2028}\"\\\\]{0,20}") {
            let mut out = Vec::new();
            text(&mut out, &said);
            prop_assert_eq!(out, serde_json::to_vec(&said).unwrap());
        }
    }

    #[test]
    fn the_ends_of_time_are_instants_too() {
        assert_eq!(written(Instant::NEVER), "9999-12-31T23:59:59.999Z");
        assert_eq!(written(Instant::ALWAYS), "0000-01-01T00:00:00.000Z");
        for end in WRITABLE.start().to_owned()..WRITABLE.start() + 2 {
            assert_eq!(written(Instant::from_millis(end)), Instant::from_millis(end).rfc3339());
        }
    }
}
