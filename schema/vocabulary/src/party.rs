//! Who takes part, in which capacity, and through which seat in which record.

use crate::codes::{Code, codes};

codes! {
    "The capacity in which an organization takes part: its kind in the directory, and the recipient role that law rows name."
    pub enum Role {
        Ngo = "NGO": "A non-governmental organization that assists survivors.",
        Shelter = "SHELTER": "A home where survivors live; its location is always confidential.",
        LegalAid = "LEGAL_AID": "A provider of legal aid or representation.",
        HealthProvider = "HEALTH_PROVIDER": "A provider that treats the person.",
        ChildAuthority = "CHILD_AUTHORITY": "An authority for the protection of children, such as a child welfare committee.",
        Department = "DEPARTMENT": "A government department or liaison in a ministry.",
        Mission = "MISSION": "A diplomatic mission.",
    }
}

impl Role {
    /// Whether the role acts for a state: law rows that speak of public bodies mean these.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::ChildAuthority | Self::Department | Self::Mission)
    }
}

codes! {
    "What a person does in their organization. What a role may ask for is a table of the desk; nobody has more than its organization."
    pub enum PersonRole {
        Administrator = "ADMINISTRATOR": "Invites people, gives them roles and cases, suspends them, and reviews who may still do what.",
        CaseWorker = "CASE_WORKER": "Works on the cases whose team the person is on.",
        Liaison = "LIAISON": "Tracks requests for a government department or a mission.",
        AgreementOfficer = "AGREEMENT_OFFICER": "Reads and approves agreements.",
        PartnerOfficer = "PARTNER_OFFICER": "Looks after the organization's connected systems and their quarantine.",
        Overseer = "OVERSEER": "Reads who saw what about the organization's subjects, and why.",
    }
}

/// A set of the roles of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PersonRoles(u16);

impl PersonRoles {
    /// No role: such a person may sign in and see nothing.
    pub const NONE: Self = Self(0);

    /// The set of the roles given.
    #[must_use]
    pub fn of(roles: &[PersonRole]) -> Self {
        roles.iter().fold(Self::NONE, |set, role| set.with(*role))
    }

    /// This set and one role more.
    #[must_use]
    pub const fn with(self, role: PersonRole) -> Self {
        Self(self.0 | 1 << role as u16)
    }

    /// Whether the role is in the set.
    #[must_use]
    pub const fn contains(self, role: PersonRole) -> bool {
        self.0 & (1 << role as u16) != 0
    }

    /// The roles in the set, in declaration order.
    pub fn iter(self) -> impl Iterator<Item = PersonRole> {
        PersonRole::ALL.iter().copied().filter(move |role| self.contains(*role))
    }

    /// The bits, for storage: bit n is the n-th role in declaration order. The order is append-only.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Reads stored bits; bits of no role are dropped.
    #[must_use]
    pub fn from_bits(bits: u16) -> Self {
        Self(bits & PersonRole::ALL.iter().fold(0, |all, role| all | 1 << *role as u16))
    }
}

codes! {
    "The kind of record that joins an organization to a subject."
    pub enum Noun {
        Subject = "SUBJECT": "The subject's own record at its owner.",
        Referral = "REFERRAL": "A request for a service by another organization.",
        Repatriation = "REPATRIATION": "A request to bring the person home.",
        Search = "SEARCH": "A request to look for a missing person.",
        Arrival = "ARRIVAL": "A person who came without a request.",
        Hearing = "HEARING": "A date in court.",
        Contribution = "CONTRIBUTION": "An invitation of an organization to a case, and what became of it.",
        SupportPlan = "SUPPORT_PLAN": "A plan of support after return.",
        Risk = "RISK": "A danger to a witness, for her lawyer and the holder of the case alone.",
        Exception = "EXCEPTION": "An order, an override by authority or an emergency on record for a person.",
    }
}

codes! {
    "The seat an organization has in a record."
    pub enum Seat {
        Owner = "OWNER": "The controller of the subject's data.",
        Sender = "SENDER": "Sent the referral.",
        Recipient = "RECIPIENT": "The referral is addressed to it.",
        Holding = "HOLDING": "Holds the person until handover.",
        Receiving = "RECEIVING": "Receives the person after handover.",
        SendingLiaison = "SENDING_LIAISON": "The government liaison of the country the person leaves.",
        ReceivingLiaison = "RECEIVING_LIAISON": "The government liaison of the country of origin.",
        Source = "SOURCE": "Asks others to look for a missing person.",
        Finder = "FINDER": "Was asked to look.",
        Lawyer = "LAWYER": "Represents the person.",
        Contributor = "CONTRIBUTOR": "Was invited to the case for one purpose until one day.",
    }
}

/// The open relation that joins a caller to a subject: a seat in a record. Its instants are the record's
/// state, its record the standing's; what matters to a ruling is the pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Relation {
    /// The kind of record.
    pub noun: Noun,
    /// The seat in it.
    pub seat: Seat,
}

impl Relation {
    /// The owner's relation to its own subject.
    pub const OWNER: Self = Self { noun: Noun::Subject, seat: Seat::Owner };

    /// A seat in a record.
    #[must_use]
    pub const fn new(noun: Noun, seat: Seat) -> Self {
        Self { noun, seat }
    }
}
