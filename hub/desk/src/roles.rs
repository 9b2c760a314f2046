//! What a person's roles may ask for: one table. It opens doors of the API and nothing more; relation, law, consent and
//! agreement decide what is behind them.

use sangam_language::{Scope, ScopeSet};
use sangam_vocabulary::{PersonRole, PersonRoles};

/// The scopes of a role.
const fn of(role: PersonRole) -> &'static [Scope] {
    match role {
        PersonRole::Administrator => {
            &[Scope::Directory, Scope::Oversight, Scope::People, Scope::Teams, Scope::Agreements]
        }
        PersonRole::Overseer => &[Scope::Directory, Scope::Oversight],
        PersonRole::CaseWorker => &[
            Scope::Directory,
            Scope::CasesRead,
            Scope::CasesWrite,
            Scope::ReturnsWrite,
            Scope::ConsentWrite,
            Scope::Teams,
        ],
        PersonRole::Liaison => &[Scope::Directory, Scope::CasesRead, Scope::ReturnsWrite],
        PersonRole::AgreementOfficer => &[Scope::Directory, Scope::Agreements],
        PersonRole::PartnerOfficer => &[Scope::Directory, Scope::Partners],
    }
}

/// The scopes of all of a person's roles together; without a role there is none.
pub(crate) fn scopes(roles: PersonRoles) -> ScopeSet {
    let all: Vec<Scope> = roles.iter().flat_map(|role| of(role).iter().copied()).collect();
    ScopeSet::of(&all)
}

#[cfg(test)]
mod tests {
    use sangam_language::{Scope, ScopeSet};
    use sangam_vocabulary::{Code as _, PersonRole, PersonRoles};

    use super::scopes;

    #[test]
    fn nobody_without_a_role_may_ask_and_nobody_but_a_case_worker_may_write() {
        assert_eq!(scopes(PersonRoles::NONE), ScopeSet::default());
        for role in PersonRole::ALL {
            let may = scopes(PersonRoles::of(&[*role]));
            let writes = may.contains(Scope::CasesWrite) || may.contains(Scope::ConsentWrite);
            assert_eq!(writes, *role == PersonRole::CaseWorker, "{}", role.code());
            let returns = matches!(role, PersonRole::CaseWorker | PersonRole::Liaison);
            assert_eq!(may.contains(Scope::ReturnsWrite), returns, "a liaison takes its own steps: {}", role.code());
        }
        let both = scopes(PersonRoles::of(&[PersonRole::Liaison, PersonRole::PartnerOfficer]));
        assert_eq!(both, ScopeSet::of(&[Scope::Directory, Scope::CasesRead, Scope::ReturnsWrite, Scope::Partners]));
    }
}
