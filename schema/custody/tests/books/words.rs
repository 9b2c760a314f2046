//! What the rows say to the people in a case, in the words of the domain.

use sangam_custody::{
    Act, Age, Agreement, Approval, Ask, Assent, Consent, Controller, Effect, Emergency, GivenBy, Informed, Order,
    OrderKind, Rules, Terms, decide,
};
use sangam_vocabulary::{
    AgreementId, Category, CategorySet, Code, ConsentId, Country, Noun, PersonId, Purpose, PurposeSet, RecordId,
    Relation, Role, Seat,
};
use uuid::Uuid;

use crate::question::{CALLER, HOLDER, MINOR, NOW, book, clause, cross, organization};

#[test]
fn a_row_taken_away_changes_an_answer() {
    let law = book();
    let question = cross(
        (Role::Shelter, Country::India),
        (Role::Ngo, Country::Bangladesh),
        MINOR,
        Purpose::ServiceReferral,
        Category::Identity,
    );
    assert_eq!(question.forbidden_by(&law).as_deref(), Some("IN-JJ-74"));
    assert_eq!(question.forbidden_by(&law.without("IN-JJ-74")), None);
}

#[test]
fn a_receiving_organization_gets_what_its_task_needs_from_every_country_to_every_country() {
    use Category as C;
    use Purpose as P;
    let law = book();
    let needs: [(Purpose, Role, &[Category]); 6] = [
        (P::ServiceReferral, Role::Ngo, &[C::CaseReference, C::Demographics, C::Services]),
        (P::FamilyTracing, Role::Ngo, &[C::Tracing]),
        (P::LegalAid, Role::LegalAid, &[C::Legal, C::Narrative, C::Perpetrator]),
        (P::Protection, Role::HealthProvider, &[C::Health]),
        (P::ServiceReferral, Role::HealthProvider, &[C::Health]),
        (P::Repatriation, Role::Ngo, &[C::Tracing, C::Origin, C::Family, C::Documents]),
    ];
    for from in Country::ALL {
        for to in Country::ALL {
            for age in [MINOR, Age::Adult, Age::Unknown] {
                for (purpose, role, category) in
                    needs.iter().flat_map(|(p, r, cs)| cs.iter().map(move |c| (*p, *r, *c)))
                {
                    let question = cross((Role::Shelter, *from), (role, *to), age, purpose, category);
                    assert!(question.seat().is_some());
                    assert_eq!(question.forbidden_by(&law), None, "{from} to {to}, {purpose}, {category}, {age:?}");
                }
            }
        }
    }
}

#[test]
fn a_childs_identity_is_in_no_service_referral_of_the_region() {
    let law = book();
    for from in Country::ALL {
        for to in Country::ALL {
            for age in [MINOR, Age::Unknown] {
                for role in [Role::Ngo, Role::Shelter, Role::HealthProvider, Role::Department] {
                    let question =
                        cross((Role::Ngo, *from), (role, *to), age, Purpose::ServiceReferral, Category::Identity);
                    assert!(question.forbidden_by(&law).is_some(), "{from} to {to}, {role}, {age:?}");
                }
            }
        }
    }
}

#[test]
fn what_never_leaves_the_holder_leaves_it_for_nobody() {
    let law = book();
    for from in Country::ALL {
        for to in Country::ALL {
            for purpose in Purpose::ALL {
                for role in Role::ALL {
                    let asked = |category| cross((Role::Shelter, *from), (*role, *to), Age::Adult, *purpose, category);
                    if asked(Category::SensitiveTraits).seat().is_none() {
                        continue;
                    }
                    let refused = |category| asked(category).forbidden_by(&law).is_some();
                    assert!(refused(Category::SensitiveTraits), "{from} to {to}, {role}, {purpose}");
                    assert!(refused(Category::Health) || *role == Role::HealthProvider);
                    assert!(refused(Category::Image) || *purpose == Purpose::FamilyTracing);
                    assert!(refused(Category::CurrentLocation) || !(role.is_public() || from != to));
                    assert!(refused(Category::Immigration) || *role != Role::Department || from != to);
                    assert!(
                        refused(Category::Perpetrator) || matches!(purpose, Purpose::Prosecution | Purpose::LegalAid)
                    );
                    if *purpose == Purpose::Monitoring {
                        assert!(CategorySet::all().minus(CategorySet::LIGHT).iter().all(refused));
                    }
                }
            }
        }
    }
}

#[test]
fn nothing_goes_to_the_de_facto_authorities() {
    let law = book();
    for from in Country::ALL {
        for (role, category) in [Role::Department, Role::Mission, Role::ChildAuthority]
            .iter()
            .flat_map(|role| Category::ALL.iter().map(move |category| (*role, *category)))
        {
            let question =
                cross((Role::Ngo, *from), (role, Country::Afghanistan), Age::Adult, Purpose::Repatriation, category);
            assert!(question.forbidden_by(&law).is_some(), "{from}, {role}, {category}");
        }
    }
}

#[test]
fn a_public_body_of_sri_lanka_gives_nothing_abroad() {
    let law = book();
    for category in Category::ALL {
        let abroad = cross(
            (Role::Department, Country::SriLanka),
            (Role::Ngo, Country::India),
            Age::Adult,
            Purpose::Repatriation,
            *category,
        );
        assert_eq!(abroad.forbidden_by(&law).as_deref(), Some("LK-PDPA-26-PUBLIC"), "{category}");
    }
}

#[test]
fn the_address_shows_in_the_handover_window_only() {
    let law = book();
    let question = cross(
        (Role::Shelter, Country::India),
        (Role::Ngo, Country::Bangladesh),
        Age::Adult,
        Purpose::Repatriation,
        Category::CurrentLocation,
    );
    let mut ask = question.ask(Act::Share);
    ask.relation = Some(Relation::new(Noun::Repatriation, Seat::Receiving));
    assert_eq!(clause(&law, &ask).as_deref(), Some("HUB-LOCATION-ABROAD"));
    ask.state.window = Some((NOW.plus_days(-1), NOW.plus_days(1)));
    assert_eq!(clause(&law, &ask), None);
    ask.purpose = Purpose::FamilyTracing;
    assert_eq!(clause(&law, &ask).as_deref(), Some("HUB-LOCATION-PURPOSE"));
    ask.purpose = Purpose::Repatriation;
    ask.at = NOW.plus_days(1);
    assert_eq!(clause(&law, &ask).as_deref(), Some("HUB-LOCATION-ABROAD"));
}

#[test]
fn a_committees_order_lifts_the_juvenile_justice_row_and_no_other() {
    let law = book();
    let person = |number| PersonId::from_uuid(Uuid::from_u128(number));
    let order = |kind, attested| Order {
        id: RecordId::from_uuid(Uuid::from_u128(1)),
        kind,
        categories: CategorySet::of(&[Category::Identity, Category::Family]),
        recipients: vec![organization(CALLER)],
        from: NOW.plus_days(-1),
        until: NOW.plus_days(30),
        uploaded_by: person(8),
        attested_by: attested,
    };
    let asked = |category, kind, attested: Option<u128>| {
        let orders = [order(kind, attested.map(person))];
        let question = cross(
            (Role::Shelter, Country::India),
            (Role::Ngo, Country::Bangladesh),
            MINOR,
            Purpose::ServiceReferral,
            category,
        );
        clause(&law, &Ask { orders: &orders, ..question.ask(Act::Share) })
    };
    assert_eq!(asked(Category::Identity, OrderKind::Committee, Some(9)), None);
    assert_eq!(asked(Category::Identity, OrderKind::Committee, None).as_deref(), Some("IN-JJ-74"));
    assert_eq!(asked(Category::Identity, OrderKind::Committee, Some(8)).as_deref(), Some("IN-JJ-74"));
    assert_eq!(asked(Category::Identity, OrderKind::Court, Some(9)).as_deref(), Some("IN-JJ-74"));
    assert_eq!(asked(Category::Family, OrderKind::Committee, Some(9)).as_deref(), Some("IN-POCSO-23"));
}

#[test]
fn an_emergency_opens_no_row_of_law() {
    let law = book();
    let emergency = Emergency {
        id: RecordId::from_uuid(Uuid::from_u128(2)),
        recipient: organization(CALLER),
        declared_by: PersonId::from_uuid(Uuid::from_u128(8)),
        declared_at: NOW,
    };
    let question = cross(
        (Role::Shelter, Country::India),
        (Role::Ngo, Country::Nepal),
        MINOR,
        Purpose::Protection,
        Category::CurrentLocation,
    );
    let ask = Ask { emergencies: std::slice::from_ref(&emergency), ..question.ask(Act::Share) };
    assert_eq!(clause(&law, &ask).as_deref(), Some("HUB-LOCATION-ABROAD"));
}

#[test]
fn the_law_of_a_past_owner_goes_with_the_person() {
    let law = book();
    let past = [Controller { organization: organization(3), role: Role::Shelter, country: Country::India }];
    let question = cross(
        (Role::Ngo, Country::Bangladesh),
        (Role::Shelter, Country::Bangladesh),
        MINOR,
        Purpose::ServiceReferral,
        Category::Family,
    );
    assert_eq!(clause(&law, &question.ask(Act::Share)).as_deref(), Some("HUB-FAMILY"));
    let ask = Ask { past_owners: &past, ..question.ask(Act::Share) };
    assert_eq!(clause(&law, &ask).as_deref(), Some("IN-POCSO-23"));
}

/// The issue's own case: a Bangladeshi minor in an Indian shelter is referred to an organization in Bangladesh,
/// with the consent of the committee and an agreement over every category.
#[test]
fn with_consent_and_agreement_the_referral_shows_three_categories_and_not_the_child() {
    let everything = CategorySet::all();
    let consent = Consent {
        id: ConsentId::from_uuid(Uuid::from_u128(5)),
        effect: Effect::Grant,
        given_by: GivenBy::Authority,
        assent: Assent::Given,
        informed: Informed::FULLY,
        purposes: PurposeSet::all(),
        categories: everything,
        recipients: vec![organization(CALLER)],
        countries: Country::ALL.to_vec(),
        from: NOW.plus_days(-1),
        until: NOW.plus_days(100),
    };
    let approvals = [HOLDER, CALLER]
        .iter()
        .flat_map(|party| {
            [10_u128, 20].map(|person| Approval {
                organization: organization(*party),
                person: PersonId::from_uuid(Uuid::from_u128(party * 100 + person)),
            })
        })
        .collect();
    let agreement = Agreement {
        id: AgreementId::from_uuid(Uuid::from_u128(6)),
        version: 1,
        disclosers: vec![organization(HOLDER)],
        recipients: vec![organization(CALLER)],
        purposes: PurposeSet::all(),
        categories: everything,
        countries: Country::ALL.to_vec(),
        onward: false,
        from: NOW.plus_days(-1),
        until: NOW.plus_days(100),
        suspended: false,
        approvals,
    };
    let rules = Rules { law: book(), terms: Terms::new(vec![agreement]), ..Rules::default() };
    let shown: Vec<&str> = Category::ALL
        .iter()
        .filter(|category| {
            let question = cross(
                (Role::Shelter, Country::India),
                (Role::Ngo, Country::Bangladesh),
                MINOR,
                Purpose::ServiceReferral,
                **category,
            );
            decide(&rules, std::slice::from_ref(&consent), &question.ask(Act::Share)).releases()
        })
        .map(|category| category.code())
        .collect();
    assert_eq!(shown, ["CASE_REFERENCE", "DEMOGRAPHICS", "NARRATIVE", "SERVICES", "CONTACT_SAFETY", "MESSAGES"]);
}
