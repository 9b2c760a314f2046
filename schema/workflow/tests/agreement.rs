//! What people's words amount to, looked at for every set of them that a small world has; and what its date ends.

use sangam_vocabulary::{Code, Instant, OrganizationId, PersonId};
use sangam_workflow::agreement::{Asking, By, Need, Record, State, Word};
use uuid::Uuid;

const PARTIES: [OrganizationId; 2] = [organization(1), organization(2)];
const DRAFTER: PersonId = person(10);

const fn organization(number: u128) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(number))
}

const fn person(number: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(number))
}

const fn word(party: u128, who: u128, stands: bool) -> Word {
    Word { organization: organization(party), person: person(who), stands }
}

/// Three of each party, the drafter among the first; one said twice; one whose account does not stand; one of nobody's.
const EVERYBODY: [Word; 9] = [
    word(1, 10, true),
    word(1, 11, true),
    word(1, 12, true),
    word(1, 11, true),
    word(2, 20, true),
    word(2, 21, true),
    word(2, 22, false),
    word(3, 30, true),
    word(3, 31, true),
];

fn sets() -> impl Iterator<Item = Vec<Word>> {
    (0..1_u32 << EVERYBODY.len())
        .map(|bits| (0..).zip(EVERYBODY).filter(|(n, _)| bits & (1 << n) != 0).map(|(_, word)| word).collect())
}

fn record<'a>(approvals: &'a [Word], resumptions: &'a [Word], stopped_by: &'a [OrganizationId]) -> Record<'a> {
    Record {
        parties: &PARTIES,
        drafter: Some(organization(1)),
        drafted_by: Some(DRAFTER),
        approvals,
        resumptions,
        stopped_by,
        overtaken: false,
    }
}

/// How many people of a party whose word stands are in a set, said in another way than the code does.
fn people(set: &[Word], party: u128, without: &[PersonId]) -> usize {
    [10, 11, 12, 20, 21, 22, 30, 31]
        .into_iter()
        .map(person)
        .filter(|who| !without.contains(who))
        .filter(|who| set.iter().any(|w| w.person == *who && w.stands && w.organization == organization(party)))
        .count()
}

#[test]
fn it_takes_two_of_each_party_and_the_drafter_is_none_of_them() {
    let mut begins = 0;
    for set in sets() {
        let record = record(&set, &[], &[]);
        let (own, other) = (people(&set, 1, &[DRAFTER]), people(&set, 2, &[]));
        let missing = 2_usize.saturating_sub(own) + 2_usize.saturating_sub(other);
        assert_eq!(record.approvals_missing(), missing, "{set:?}");
        assert_eq!(record.met_for_the_hub().contains(&Need::TwoOfEachParty), missing == 0);
        begins += usize::from(missing == 0);
    }
    assert!(begins > 5, "the world is too small to say anything");
    let both = [word(1, 11, true), word(1, 12, true), word(2, 20, true), word(2, 21, true)];
    let overtaken = Record { overtaken: true, ..record(&both, &[], &[]) };
    assert!(!overtaken.met_for_the_hub().contains(&Need::NotOvertaken));
    assert!(record(&both, &[], &[]).met_for_the_hub().contains(&Need::NotOvertaken));
    let asking = Asking {
        organization: organization(1),
        person: person(12),
        officer: true,
        administrator: false,
        full_member: true,
        room: true,
    };
    assert!(!overtaken.met(&asking).contains(&Need::NotOvertaken), "nobody approves what has nothing to replace");
    assert!(record(&[], &[], &[]).met(&asking).contains(&Need::NotOvertaken));
}

#[test]
fn the_party_that_stopped_it_lets_it_go_on_with_two() {
    for set in sets() {
        let record = record(&[], &set, &PARTIES);
        // Whoever drafted it stops it and lets it go on like anybody else.
        assert_eq!(record.lets_go_on(organization(1)), people(&set, 1, &[]) >= 2, "{set:?}");
        assert_eq!(record.lets_go_on(organization(2)), people(&set, 2, &[]) >= 2, "{set:?}");
        assert!(!record.met_for_the_hub().contains(&Need::NobodyStopsIt));
    }
    assert!(record(&[], &[], &[]).met_for_the_hub().contains(&Need::NobodyStopsIt));
}

#[test]
fn what_is_there_is_what_is_there_for_whoever_asks() {
    let said = [word(1, 11, true)];
    let asks = |organization, person| Asking {
        organization,
        person,
        officer: true,
        administrator: false,
        full_member: true,
        room: true,
    };
    let stopped = [organization(2)];
    let own = record(&said, &[], &[]).met(&asks(organization(1), person(11)));
    assert!(
        !own.contains(&Need::NotSaidBefore) && own.contains(&Need::NotTheDrafter) && own.contains(&Need::NotStopped)
    );
    let drafter = record(&said, &[], &[]).met(&asks(organization(1), DRAFTER));
    assert!(drafter.contains(&Need::NotSaidBefore) && !drafter.contains(&Need::NotTheDrafter));
    // Whoever approved it has said nothing yet of its going on.
    let again = record(&said, &[], &stopped).met(&asks(organization(1), person(11)));
    assert!(
        again.contains(&Need::NotSaidBefore) && again.contains(&Need::NotStopped) && !again.contains(&Need::Stopped)
    );
    let theirs = record(&said, &[word(2, 20, true)], &stopped).met(&asks(organization(2), person(20)));
    assert!(
        !theirs.contains(&Need::NotSaidBefore)
            && theirs.contains(&Need::Stopped)
            && !theirs.contains(&Need::NotStopped)
    );
    let nobody = Asking { officer: false, full_member: false, room: false, ..asks(organization(1), person(12)) };
    let met = record(&[], &[], &[]).met(&nobody);
    for need in [Need::Officer, Need::OfficerOrAdministrator, Need::FullMember, Need::Room] {
        assert!(!met.contains(&need) && own.contains(&need), "{}", need.code());
    }
    let administrator = record(&[], &[], &[]).met(&Asking { administrator: true, ..nobody });
    assert!(administrator.contains(&Need::OfficerOrAdministrator) && !administrator.contains(&Need::Officer));
    assert_eq!(record(&[], &[], &[]).by(organization(1)), By::Drafter);
    assert_eq!(record(&[], &[], &[]).by(organization(2)), By::Party);
}

#[test]
fn what_has_an_end_date_ends_by_the_clock_alone() {
    let until = Instant::from_millis(1_000);
    for state in State::ALL {
        let ends = matches!(state, State::Draft | State::Proposed | State::InForce | State::Suspended);
        assert_eq!(state.at(until, until.plus_millis(-1)), *state);
        assert_eq!(state.at(until, until), if ends { State::Expired } else { *state });
    }
}
