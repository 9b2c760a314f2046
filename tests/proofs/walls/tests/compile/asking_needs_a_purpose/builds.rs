//! Nobody asks without a purpose.
use sangam_custody::{Act, Ask, Asker, Controller, Facts, RecordState};
use sangam_vocabulary::{Category, Instant, Purpose};

fn ask(caller: Asker, owner: Controller, facts: Facts, state: RecordState, purpose: Purpose, at: Instant) -> Ask<'static> {
    let _why = purpose;
    Ask {
        act: Act::Share,
        caller,
        relation: None,
        purpose,
        owner,
        past_owners: &[],
        facts,
        category: Category::Identity,
        orders: &[],
        overrides: &[],
        emergencies: &[],
        onward: None,
        state,
        at,
    }
}

fn main() {}
