//! The clauses of a refusal, each by the one thing that is otherwise, and what is said of it outside.

use std::sync::Arc;

use sangam_custody::{Act, Actor, Behind, Clause, Ground, LawBook, Masks, Party, Reason, RecordState, Suspension};
use sangam_vocabulary::{Category, CategorySet, Country, Instant, Purpose, Relation, Role};

use crate::case::{CATEGORY, Case, at, consent, granted, organization, outside, owner, person, rows};

fn own(case: &mut Case) {
    case.ask.caller.organization = owner().organization;
    case.ask.relation = Some(Relation::OWNER);
    (case.consents, case.agreements) = (Vec::new(), Vec::new());
}

#[test]
fn without_a_relation_that_stands_and_carries_the_purpose_nothing_exists() {
    let nothing = || Err(Clause::NoRelation);
    rows(&[
        ("everything is there", |_| {}, granted()),
        ("no relation", |c| c.ask.relation = None, nothing()),
        ("it begins in a moment", |c| c.ask.state.from = at(1), nothing()),
        ("it begins now", |c| c.ask.state.from = at(0), granted()),
        ("it ends now", |c| c.ask.state.until = at(0), nothing()),
        ("it ended long ago", |c| c.ask.state.until = at(-1_000), nothing()),
        ("its last moment", |c| c.ask.state.until = at(1), granted()),
        ("a purpose that its seat does not carry", |c| c.ask.purpose = Purpose::Prosecution, nothing()),
        ("the owner's seat, taken by another", |c| c.ask.relation = Some(Relation::OWNER), nothing()),
    ]);
}

#[test]
fn what_stands_in_the_way_is_named_before_consent_is_looked_at() {
    rows(&[
        ("a lock", |c| c.ask.state.locked = true, Err(Clause::Locked)),
        ("a person who is not on the team", |c| c.ask.caller.behind = Behind::Person, Err(Clause::NotOnTeam)),
        (
            "a person who is",
            |c| {
                c.ask.caller.behind = Behind::Person;
                c.ask.state.on_team = true;
            },
            granted(),
        ),
        ("a system, for what is light", |c| c.ask.caller.behind = Behind::Nobody, granted()),
        (
            "a system, for what is not",
            |c| {
                c.ask.caller.behind = Behind::Nobody;
                c.ask.category = Category::Health;
            },
            Err(Clause::NoActor),
        ),
        ("what is not light, for somebody", |c| c.ask.category = Category::Health, granted()),
        ("what the record does not carry now", |c| c.ask.state.shut = CategorySet::of(&[CATEGORY]), Err(Clause::Shut)),
        ("it does not carry something else", |c| c.ask.state.shut = CategorySet::of(&[Category::Legal]), granted()),
        (
            "taken back",
            |c| c.ask.state.suspended = Some(Suspension::TakenBack),
            Err(Clause::Suspended(Suspension::TakenBack)),
        ),
        ("unread", |c| c.ask.state.suspended = Some(Suspension::Unread), Err(Clause::Suspended(Suspension::Unread))),
        ("a recall that is not answered", |c| c.ask.state.recalled = true, Err(Clause::Recalled)),
        ("publication", |c| c.ask.act = Act::Publish, Err(Clause::Publication)),
        ("no consent", |c| c.consents.clear(), Err(Clause::ConsentMissing)),
        ("no agreement", |c| c.agreements.clear(), Err(Clause::NoAgreement)),
    ]);
}

#[test]
fn an_owner_reads_its_own_whatever_others_may_not_and_not_past_a_lock_a_team_or_a_stage() {
    let owns = || Ok(Ground::Owner);
    rows(&[
        ("with nothing there", own, owns()),
        (
            "what its system took back and a recall is about",
            |c| {
                own(c);
                c.ask.state.suspended = Some(Suspension::TakenBack);
                c.ask.state.recalled = true;
            },
            owns(),
        ),
        (
            "a lock",
            |c| {
                own(c);
                c.ask.state.locked = true;
            },
            Err(Clause::Locked),
        ),
        (
            "a person of it who is not on the team",
            |c| {
                own(c);
                c.ask.caller.behind = Behind::Person;
            },
            Err(Clause::NotOnTeam),
        ),
        (
            "what is shut",
            |c| {
                own(c);
                c.ask.state.shut = CategorySet::all();
            },
            Err(Clause::Shut),
        ),
        (
            "an owner that comes through another seat is no owner there",
            |c| c.ask.caller.organization = owner().organization,
            Err(Clause::ConsentMissing),
        ),
    ]);
}

#[test]
fn outside_there_are_three_reasons_and_nothing_where_nothing_exists() {
    let (shared, now) = (Some(Reason::NotShared), Some(Reason::NotAvailableNow));
    for (clause, reason) in [
        (Clause::NoRelation, None),
        (Clause::Locked, now),
        (Clause::Suspended(Suspension::TakenBack), now),
        (Clause::Suspended(Suspension::Unread), now),
        (Clause::NotOnTeam, shared),
        (Clause::NoActor, shared),
        (Clause::Shut, shared),
        (Clause::Recalled, shared),
        (Clause::Publication, shared),
        (Clause::Law(Arc::from("HUB-1")), shared),
        (Clause::LawUnreadable, shared),
        (Clause::ConsentMissing, shared),
        (Clause::ConsentWithheld(consent(1).id), shared),
        (Clause::NoAgreement, Some(Reason::NoAgreement)),
    ] {
        assert_eq!(outside(clause.clone()), reason, "{clause:?}");
    }
}

#[test]
fn a_suspension_is_read_back_as_what_was_written_and_nothing_else_is_one() {
    for suspension in [Suspension::TakenBack, Suspension::Unread] {
        assert_eq!(Suspension::read(suspension.code()), Some(suspension));
    }
    for text in ["", "xyzzy", "taken_back", "UNREAD "] {
        assert_eq!(Suspension::read(text), None, "`{text}`");
    }
    let state = RecordState::open_from(at(0));
    assert_eq!((state.window, state.suspended, state.until), (None, None, Instant::NEVER));
}

#[test]
fn who_asks_is_a_system_its_staff_or_a_person_who_signed_in() {
    let party = Party { organization: organization(2), role: Role::Ngo, country: Country::Nepal, actor: None };
    assert_eq!((party.asker().behind, party.person()), (Behind::Nobody, None));
    let staff = Party { actor: Some(Actor::staff("staff-7")), ..party.clone() };
    assert_eq!((staff.asker().behind, staff.person()), (Behind::Staff, None));
    let named = |party: &Party| party.actor.as_ref().map(|actor| actor.pseudonym().to_owned());
    assert_eq!(named(&staff).as_deref(), Some("staff-7"));
    for (before, pseudonym) in [(staff, "staff-7".to_owned()), (party, person(9).uuid().simple().to_string())] {
        let signed_in = before.signed_in(person(9));
        assert_eq!((signed_in.asker().behind, signed_in.person()), (Behind::Person, Some(person(9))));
        assert_eq!(named(&signed_in), Some(pseudonym), "a pseudonym and no name");
    }
    let given = Actor::person(person(9), "staff-8");
    assert_eq!(given.pseudonym(), "staff-8");
}

#[test]
fn a_mask_has_what_may_be_had_what_is_lawful_and_what_is_agreed_apart() {
    fn parts(change: impl FnOnce(&mut Case)) -> (CategorySet, CategorySet) {
        let mask = Case::with(change).mask();
        (mask.asker(), mask.terms())
    }
    let agreed = CategorySet::of(&[CATEGORY, Category::Health]);
    assert_eq!(parts(|_| {}), (CategorySet::all(), agreed));
    assert_eq!(parts(|c| c.agreements.clear()), (CategorySet::all(), CategorySet::NONE));
    assert_eq!(parts(|c| c.ask.caller.behind = Behind::Nobody), (CategorySet::LIGHT, agreed));
    assert_eq!(parts(|c| c.ask.caller.behind = Behind::Person), (CategorySet::NONE, agreed));
    assert_eq!(parts(|c| c.ask.state.shut = agreed), (CategorySet::all().minus(agreed), agreed));
    const HEALTH: &str = "[[law]]\nid = 'IN-1'\nact = 'SHARE'\npersons = 'ANY'\ncategories = ['HEALTH']\nbasis = 'b'\n\
                          source = 's'\nverified = 'TEXT_READ'\n";
    assert_eq!(Case::new().mask().law(), CategorySet::all());
    let lawful = Case::with(|c| c.law = LawBook::read([("IN", HEALTH)]).unwrap()).mask().law();
    assert_eq!(lawful, CategorySet::all().without(Category::Health));
}

#[test]
fn a_remembered_mask_serves_from_its_instant_until_its_end_and_under_its_rules() {
    let context = Case::with(|c| c.ask.state.until = at(10)).context();
    let (masks, rules) = (Masks::default(), sangam_custody::Rules::default());
    let first = masks.of(&rules, &context, at(0));
    assert_eq!((first.from(), first.until(), first.epoch()), (at(0), at(10), rules.epoch));
    assert!(
        Arc::ptr_eq(&first, &masks.of(&rules, &context, at(0)))
            && Arc::ptr_eq(&first, &masks.of(&rules, &context, at(9)))
    );
    assert!(!masks.of(&rules, &context, at(10)).related(), "past its end it is compiled anew");
    let again = masks.of(&rules, &context, at(5));
    assert_eq!((again.from(), again.related()), (at(5), true), "and it says nothing of what was before it");
    let newer = sangam_custody::Rules { epoch: sangam_custody::Epoch(1), ..rules };
    assert_eq!(masks.of(&newer, &context, at(6)).epoch(), newer.epoch);
}
