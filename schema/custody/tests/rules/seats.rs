//! Which purpose is true through which seat (DESIGN §2), written down once more from the design: what is not here carries
//! nothing, whoever sits in it.

use sangam_custody::carries;
use sangam_vocabulary::{Code, Noun, Purpose, Relation, Role, Seat};

/// Who carries it: anybody, public bodies, or those who give legal aid.
#[derive(Clone, Copy)]
enum Who {
    Anybody,
    Public,
    LegalAid,
}

impl Who {
    fn is(self, role: Role) -> bool {
        match self {
            Self::Anybody => true,
            Self::Public => role.is_public(),
            Self::LegalAid => role == Role::LegalAid,
        }
    }
}

fn table() -> Vec<(Noun, Seat, Who, &'static [Purpose])> {
    use Noun as N;
    use Purpose as P;
    use Seat as S;
    use Who::{Anybody, LegalAid, Public};
    vec![
        (N::Subject, S::Owner, Anybody, Purpose::ALL),
        (N::Subject, S::Contributor, Anybody, &[P::Protection, P::LegalAid, P::Monitoring]),
        (N::Subject, S::Lawyer, LegalAid, &[P::LegalAid]),
        (N::Referral, S::Sender, Anybody, &[P::Protection, P::ServiceReferral, P::Reintegration]),
        (N::Referral, S::Recipient, Anybody, &[P::Protection, P::ServiceReferral, P::Reintegration]),
        (N::Referral, S::Recipient, LegalAid, &[P::LegalAid]),
        (N::Repatriation, S::Holding, Anybody, &[P::Protection, P::Repatriation]),
        (N::Repatriation, S::Receiving, Anybody, &[P::Protection, P::Repatriation, P::FamilyTracing, P::Reintegration]),
        (N::Repatriation, S::SendingLiaison, Public, &[P::Repatriation, P::Monitoring]),
        (N::Repatriation, S::ReceivingLiaison, Public, &[P::Repatriation, P::FamilyTracing, P::Monitoring]),
        (N::Repatriation, S::Lawyer, LegalAid, &[P::LegalAid]),
        (N::Search, S::Source, Anybody, &[P::FamilyTracing]),
        (N::Search, S::Finder, Anybody, &[P::FamilyTracing]),
        (N::Arrival, S::Receiving, Anybody, &[P::Protection, P::Reintegration]),
        (N::Hearing, S::Lawyer, LegalAid, &[P::LegalAid]),
        (N::Hearing, S::Contributor, Anybody, &[P::Prosecution]),
        (N::Risk, S::Lawyer, LegalAid, &[P::LegalAid]),
        (N::Exception, S::Recipient, Anybody, &[P::Protection]),
        (N::Contribution, S::Lawyer, LegalAid, &[P::LegalAid]),
        (N::Contribution, S::Contributor, Anybody, &[P::Protection, P::LegalAid, P::Monitoring, P::Prosecution]),
    ]
}

#[test]
fn a_purpose_is_true_through_the_seats_of_the_design_and_through_no_other() {
    let table = table();
    let mut carried = 0;
    for noun in Noun::ALL {
        for seat in Seat::ALL {
            for role in Role::ALL {
                for purpose in Purpose::ALL {
                    let said = carries(*purpose, Relation::new(*noun, *seat), *role);
                    let meant = table.iter().any(|(n, s, who, purposes)| {
                        (n, s) == (noun, seat) && who.is(*role) && purposes.contains(purpose)
                    });
                    assert_eq!(said, meant, "{} in {} {} as {}", purpose, noun, seat, role);
                    carried += usize::from(said);
                }
            }
        }
    }
    assert!(carried > 100, "{carried} cells");
}
