//! Who calls. Made in one place, the desk's verification of a token, and carried by every read.

use sangam_custody::Party;
use sangam_vocabulary::{ClientId, Instant, PersonId, PurposeSet};

/// What a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallerKind {
    /// A partner's system.
    System(ClientId),
    /// A person who signed in.
    Person(PersonId),
}

macro_rules! scopes {
    ($($scope:ident = $code:literal : $sentence:literal),+ $(,)?) => {
        /// What a token may be used for at all. Relation, law, consent and agreement decide the rest.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Scope { $(#[doc = $sentence] $scope),+ }

        impl Scope {
            /// Every scope.
            pub const ALL: &'static [Self] = &[$(Self::$scope),+];

            /// The scope as OAuth spells it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$scope => $code),+ }
            }

            /// What it allows.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$scope => $sentence),+ }
            }

            /// Reads the OAuth spelling.
            #[must_use]
            pub fn read(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|scope| scope.code() == code)
            }
        }
    };
}

scopes! {
    Directory = "directory": "To read the directory of organizations.",
    CasesRead = "cases:read": "To read subjects and referrals the organization has standing in.",
    CasesWrite = "cases:write": "To send referrals and answer them.",
    ReturnsWrite = "returns:write": "To begin requests to bring a person home and take steps in them.",
    ConsentWrite = "consent:write": "To record, narrow and withdraw consent of own subjects.",
    Oversight = "oversight": "To read who saw what about own subjects, and why.",
    Partners = "partners": "To see own partner systems and mend their quarantine.",
    People = "people": "To look after the own organization's people; for a signed-in administrator only, never for a system.",
    Teams = "teams": "To put people on the teams of cases; for a signed-in administrator or case worker only, never for a system.",
    Agreements = "agreements": "To draft, approve, stop and end agreements of the own organization; for a signed-in agreement officer or administrator only, never for a system.",
}

impl Scope {
    /// Whether a system may have it. A system that could make people would be everybody.
    #[must_use]
    pub const fn is_for_systems(self) -> bool {
        !matches!(self, Self::People | Self::Teams | Self::Agreements)
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScopeSet(u16);

impl ScopeSet {
    /// The set of the scopes given.
    #[must_use]
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |bits, scope| bits | 1 << *scope as u16))
    }

    /// Whether the scope is in the set.
    #[must_use]
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u16) != 0
    }

    /// Reads a space-separated OAuth scope string. Unknown scopes grant nothing and are dropped.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self(text.split(' ').filter_map(Scope::read).fold(0, |bits, scope| bits | 1 << scope as u16))
    }

    /// The scopes in the set.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.contains(*scope))
    }

    /// What of it a system may have.
    #[must_use]
    pub fn for_systems(self) -> Self {
        self.iter()
            .filter(|scope| scope.is_for_systems())
            .fold(Self::default(), |set, scope| Self(set.0 | 1 << scope as u16))
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The OAuth scope string.
    #[must_use]
    pub fn text(self) -> String {
        self.iter().map(Scope::code).collect::<Vec<_>>().join(" ")
    }
}

/// By which token a system was let in, so that whoever holds on to the caller can ask whether it still is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// The token's id.
    pub token: [u8; 16],
    /// The registration's generation when the token was given out.
    pub generation: i64,
}

/// A caller whose token was verified.
#[derive(Debug, Clone)]
pub struct Caller {
    kind: CallerKind,
    party: Party,
    scopes: ScopeSet,
    purposes: PurposeSet,
    until: Instant,
    admission: Option<Admission>,
}

impl Caller {
    /// A caller as the verification of its token or session found it. To be called there only. The party of a person is
    /// one that signed in, so that no ruling takes her for a system.
    #[must_use]
    pub fn verified(kind: CallerKind, party: Party, scopes: ScopeSet, purposes: PurposeSet, until: Instant) -> Self {
        let party = match kind {
            CallerKind::System(_) => party,
            CallerKind::Person(person) => party.signed_in(person),
        };
        Self { kind, party, scopes, purposes, until, admission: None }
    }

    /// The same caller with the token that let it in.
    #[must_use]
    pub fn admitted_by(mut self, admission: Admission) -> Self {
        self.admission = Some(admission);
        self
    }

    /// The token that let it in; none where the hub itself asks in an organization's name.
    #[must_use]
    pub const fn admission(&self) -> Option<Admission> {
        self.admission
    }

    /// System or person.
    #[must_use]
    pub const fn kind(&self) -> CallerKind {
        self.kind
    }

    /// The organization, its role and country, and who in it asks.
    #[must_use]
    pub const fn party(&self) -> &Party {
        &self.party
    }

    /// What the token may be used for.
    #[must_use]
    pub const fn scopes(&self) -> ScopeSet {
        self.scopes
    }

    /// For which purposes.
    #[must_use]
    pub const fn purposes(&self) -> PurposeSet {
        self.purposes
    }

    /// When the token ends; a socket ends with it.
    #[must_use]
    pub const fn until(&self) -> Instant {
        self.until
    }
}
