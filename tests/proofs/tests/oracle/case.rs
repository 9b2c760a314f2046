//! One generated ask with everything it is decided on.

use sangam_custody::{
    Act, Agreement, Ask, Asker, Behind, Consent, Controller, Emergency, Facts, Order, Override, RecordState,
};
use sangam_vocabulary::{Category, Instant, Purpose, Relation};

/// Which books of law are broken in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Books {
    /// None.
    Whole,
    /// India's.
    IndiaBroken,
    /// The hub's own.
    HubBroken,
}

/// An ask and what is on record.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) act: Act,
    pub(crate) caller: Controller,
    pub(crate) behind: Behind,
    pub(crate) relation: Option<Relation>,
    pub(crate) purpose: Purpose,
    pub(crate) owner: Controller,
    pub(crate) past_owners: Vec<Controller>,
    pub(crate) facts: Facts,
    pub(crate) category: Category,
    pub(crate) orders: Vec<Order>,
    pub(crate) overriding: Option<Override>,
    pub(crate) emergency: Option<Emergency>,
    pub(crate) onward: Option<Controller>,
    pub(crate) state: RecordState,
    pub(crate) at: Instant,
    pub(crate) consents: Vec<Consent>,
    pub(crate) agreements: Vec<Agreement>,
    pub(crate) books: Books,
}

impl Case {
    /// The ask as custody takes it.
    pub(crate) fn ask(&self) -> Ask<'_> {
        Ask {
            act: self.act,
            caller: Asker {
                organization: self.caller.organization,
                role: self.caller.role,
                country: self.caller.country,
                behind: self.behind,
            },
            relation: self.relation,
            purpose: self.purpose,
            owner: self.owner,
            past_owners: &self.past_owners,
            facts: self.facts,
            category: self.category,
            orders: &self.orders,
            overrides: self.overriding.as_slice(),
            emergencies: self.emergency.as_slice(),
            onward: self.onward,
            state: self.state,
            at: self.at,
        }
    }
}
