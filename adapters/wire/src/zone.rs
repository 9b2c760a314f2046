//! Times without a zone, as some systems write them: read in the zone that the partner's file names, never guessed.

use sangam_vocabulary::Instant;

/// A zone as a distance from UTC, for instance `+05:45`. None of the eight states changes its clocks with the seasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(String);

impl Zone {
    /// Reads `+HH:MM`, `-HH:MM` or `Z`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Instant::read(&format!("2000-01-01T00:00:00{text}")).map(|_| Self(text.to_owned()))
    }

    /// The instant that a time without a zone is here.
    pub(crate) fn instant(&self, text: &str) -> Option<Instant> {
        Instant::read(&format!("{text}{}", self.0))
    }
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::Instant;

    use super::Zone;

    #[test]
    fn a_time_without_a_zone_is_read_where_the_file_says() {
        let kathmandu = Zone::read("+05:45").unwrap();
        let read = kathmandu.instant("2026-11-24T08:00:00");
        assert_eq!(read, Instant::read("2026-11-24T02:15:00Z"));
        assert_eq!(Zone::read("Z").unwrap().instant("2026-11-24T08:00:00.250").unwrap().millis() % 1_000, 250);
        assert_eq!(kathmandu.instant("2026-11-24T08:00:00Z"), None, "it has a zone already");
        for wrong in ["", "+5", "Asia/Kathmandu", "+05:45 ", "+25:00", "Z+01:00"] {
            assert_eq!(Zone::read(wrong), None, "{wrong}");
        }
    }
}
