//! A disclosure comes out of a release and from nowhere else.
use sangam_custody::{Disclosure, Held, NotReleased, Permit, SubjectKey};
use sangam_vocabulary::Clock;

fn open(key: &SubjectKey, held: Held, permit: &Permit, clock: &dyn Clock) -> Result<Disclosure, NotReleased> {
    Ok(Disclosure { subject: key.subject(), record: held.record(), category: held.category(), json: Vec::new() })
}

fn main() {}
