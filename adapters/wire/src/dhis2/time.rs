//! DHIS2 writes instants without a zone: the wall clock of its server. What a record says of time is read in the zone
//! that the partner's file names; what is compared with the server's own times (changes since) stays on its wall clock,
//! to the millisecond, so that no zone can be wrong.

use sangam_vocabulary::Instant;
use serde_json::{Map, Value};

use crate::zone::Zone;

/// The members of tracked entities, enrollments and events that are instants.
const INSTANTS: [&str; 8] = [
    "createdAt",
    "createdAtClient",
    "updatedAt",
    "updatedAtClient",
    "enrolledAt",
    "occurredAt",
    "scheduledAt",
    "completedAt",
];

/// Puts the zone to the object's instants that have none.
pub(super) fn name(zone: &Zone, members: &mut Map<String, Value>) {
    for name in INSTANTS {
        if let Some(Value::String(text)) = members.get_mut(name)
            && let Some(named) = zone.named(text)
        {
            *text = named;
        }
    }
}

/// Milliseconds on the server's wall clock, of a time without a zone.
pub(super) fn wall(text: &str) -> Option<i64> {
    Instant::read(&format!("{text}Z")).map(Instant::millis)
}

/// The same as DHIS2 writes it.
pub(super) fn written(wall: i64) -> String {
    Instant::from_millis(wall).rfc3339().trim_end_matches('Z').to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Zone, name, wall, written};

    #[test]
    fn a_zone_is_named_where_there_is_none() {
        let zone = Zone::read("+05:45").unwrap();
        let mut event = json!({"occurredAt": "2024-10-12T00:00:00.000", "updatedAt": "2018-10-20T12:09:19.492+01:00",
            "createdAt": 7, "completedAt": "soon", "status": "ACTIVE"});
        name(&zone, event.as_object_mut().unwrap());
        assert_eq!(
            event,
            json!({"occurredAt": "2024-10-12T00:00:00.000+05:45", "updatedAt": "2018-10-20T12:09:19.492+01:00",
                "createdAt": 7, "completedAt": "soon", "status": "ACTIVE"})
        );
    }

    #[test]
    fn the_wall_clock_goes_there_and_back() {
        for text in ["2019-08-21T13:25:38.022", "1969-12-31T23:59:59.999"] {
            assert_eq!(written(wall(text).unwrap()), text);
        }
        assert_eq!(wall("2019-08-21T13:25:38.022Z"), None);
    }
}
