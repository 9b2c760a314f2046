//! The people in the sandbox: invented, a few of them known by name to the demo, the rest drawn.

use sangam_vocabulary::Instant;
use serde_json::{Map, Value, json};

use crate::primero::{Kind, Primero};

const WOMEN: &[&str] = &["Asha", "Mina", "Parul", "Shiuli", "Bina", "Rekha", "Tara", "Kajol", "Lata", "Moyna"];
const MEN: &[&str] = &["Rafi", "Babul", "Dipu", "Hasan", "Kamal", "Sunil", "Anil", "Bikram"];
const DISTRICTS: &[&str] = &["Jashore", "Satkhira", "Khulna", "Kurigram", "Jhenaidah", "Cox's Bazar"];

fn day(at: Instant) -> String {
    at.rfc3339().chars().take(10).collect()
}

fn create(deployment: &mut Primero, fields: Value) -> String {
    let before = deployment.cases.len();
    drop(deployment.create_case(&json!({ "data": fields })));
    deployment.cases.get(before).map(|(id, _)| id.clone()).unwrap_or_default()
}

pub(crate) fn known(deployment: &mut Primero) -> Vec<String> {
    match deployment.kind {
        Kind::ShelterIn => shelter(deployment),
        Kind::AgencyBd => agency(deployment),
    }
}

fn shelter(deployment: &mut Primero) -> Vec<String> {
    let now = deployment.clock.now();
    // A birthday some months ago, so that it does not fall between registration and now.
    let years = |years: i64| day(now.plus_days(-120 - 365 * years - years / 4));
    let registered = day(now.plus_days(-20));
    let minor = create(
        deployment,
        json!({
            "name": "Shiuli Begum", "name_nickname": "Shiu", "sex": "female", "age": 15, "date_of_birth": years(15),
            "registration_date": registered, "status": "open", "nationality": ["bangladeshi"],
            "district_of_origin": "Satkhira", "address_current": "Asha Nivas, second house", "location_current": "IN-WB",
            "mother_name": "Parul Begum", "father_name": "Kamal Gazi",
            "medical_notes": "Recovering; next visit in two weeks.",
            "incident_account": "Promised work in a beauty parlour; brought across the border at night.",
            "exploitation": ["domestic", "other"], "fir_number": "FIR 77 of this year", "cwc_order": "Order 12",
            "religion": "Not asked", "refused_sharing": ["health"], "sangam_share": true,
            "consent_for_services": true, "disclosure_other_orgs": true,
            "services_section": [service("s-1", "safehouse_service", "3_days"), service("s-2", "family_reunification_service", "")],
            "fingerprint_reference": "FP-0001", "bank_account": "0001", "interview_recording": "tape 1",
        }),
    );
    refer(deployment, &minor, "agency-nirapod-ghar", "safehouse_service", "s-1", "She wishes to go home to Satkhira.");
    let adult = create(
        deployment,
        json!({
            "name": "Maya Tamang", "sex": "female", "age": 24, "date_of_birth": years(24), "registration_date": registered,
            "status": "open", "nationality": ["nepali"], "district_of_origin": "Sindhupalchok",
            "address_current": "Asha Nivas, first house", "location_current": "IN-WB", "sangam_share": true,
            "consent_for_services": true, "disclosure_other_orgs": true, "refused_sharing": ["story", "family"],
            "services_section": [service("s-1", "legal_assistance_service", "1_day")],
            "caste": "Not asked", "bank_account": "0002",
        }),
    );
    refer(deployment, &adult, "agency-sathi-samuha", "legal_assistance_service", "s-1", "");
    let unmarked = create(
        deployment,
        json!({
            "name": "Not For The Hub", "sex": "female", "age": 30, "registration_date": registered, "status": "open",
            "nationality": ["indian"], "sangam_share": false,
        }),
    );
    vec![minor, adult, unmarked]
}

fn agency(deployment: &mut Primero) -> Vec<String> {
    let now = deployment.clock.now();
    let opened = day(now.plus_days(-40));
    let adult = create(
        deployment,
        json!({
            "full_name_bn": "রেখা খাতুন", "daak_naam": "রেখা", "gender_identity": "nari", "boyosh": 27,
            "case_opened_on": opened, "case_stage": "follow_up", "zila": "Jashore", "bortoman_thikana": "Nirapod Ghar",
            "shastho_note": "None.", "sangam": "hyan", "nid_number": "000 000 0000", "mobile_banking": "0",
            "seba": [{"unique_id": "b-1", "seba_dhoron": "ain_sahayata", "joruri": "na"}],
        }),
    );
    refer(deployment, &adult, "asha-nivas-kolkata", "ain_sahayata", "b-1", "Witness in a hearing there.");
    let unknown = create(
        deployment,
        json!({
            "full_name_bn": "বাবুল", "gender_identity": "purush", "case_opened_on": opened, "case_stage": "cholche",
            "zila": "Khulna", "sangam": "hyan",
        }),
    );
    let unmarked = create(
        deployment,
        json!({
            "full_name_bn": "অন্য", "gender_identity": "nari", "boyosh": 19, "case_opened_on": opened,
            "case_stage": "shesh", "sangam": "na",
        }),
    );
    vec![adult, unknown, unmarked]
}

fn service(id: &str, kind: &str, timeframe: &str) -> Value {
    let mut row = json!({"unique_id": id, "service_type": kind});
    if let (false, Some(members)) = (timeframe.is_empty(), row.as_object_mut()) {
        members.insert("service_response_timeframe".to_owned(), Value::from(timeframe));
    }
    row
}

/// Refers a case to an agency outside the deployment.
fn refer(deployment: &mut Primero, case: &str, agency: &str, service: &str, row: &str, notes: &str) {
    let mut data: Map<String, Value> = Map::new();
    data.insert("remote".to_owned(), Value::Bool(true));
    data.insert("transitioned_to_agency".to_owned(), Value::from(agency));
    data.insert("service".to_owned(), Value::from(service));
    data.insert("service_record_id".to_owned(), Value::from(row));
    data.insert("consent_overridden".to_owned(), Value::Bool(true));
    if !notes.is_empty() {
        data.insert("notes".to_owned(), Value::from(notes));
    }
    drop(deployment.create_referral(case, &json!({ "data": data })));
}

pub(crate) fn drawn(deployment: &mut Primero, count: usize) {
    for _ in 0..count {
        let marked = deployment.draw().below(10) != 0;
        let referred = marked && deployment.draw().below(2) == 0;
        let fields = match deployment.kind {
            Kind::ShelterIn => drawn_in(deployment, marked),
            Kind::AgencyBd => drawn_bd(deployment, marked),
        };
        let case = create(deployment, fields);
        match deployment.kind {
            Kind::ShelterIn if referred => {
                let to = deployment.draw().pick(&["agency-nirapod-ghar", "agency-sathi-samuha"]);
                refer(deployment, &case, to, "psychosocial_service", "s-1", "");
            }
            Kind::AgencyBd if referred => {
                refer(deployment, &case, "asha-nivas-kolkata", "monoshamajik", "b-1", "");
            }
            _ => {}
        }
    }
}

/// How old those are at least who are referred to other countries' organizations for the demo: adults by every law.
const ADULT: i64 = 22;

pub(crate) fn referred(deployment: &mut Primero, agencies: &[String]) {
    for agency in agencies {
        for wanted in ["psychosocial_service", "legal_assistance_service"] {
            let person = person(deployment);
            let (age, years) = (ADULT + person.age, ADULT * 365 + ADULT / 4);
            let born = Instant::read(&format!("{}T00:00:00Z", person.born)).map(|born| day(born.plus_days(-years)));
            let fields = json!({
                "name": person.name, "sex": if person.female { "female" } else { "male" }, "age": age, "date_of_birth": born,
                "registration_date": person.registered, "status": "open", "nationality": ["unknown"],
                "address_current": "Asha Nivas", "location_current": "IN-WB", "sangam_share": true,
                "services_section": [service("s-1", wanted, "")],
            });
            let case = create(deployment, fields);
            refer(deployment, &case, agency, wanted, "s-1", "");
        }
    }
}

struct Person {
    female: bool,
    name: &'static str,
    age: i64,
    born: String,
    registered: String,
    district: &'static str,
}

fn person(deployment: &Primero) -> Person {
    let draw = deployment.draw();
    let now = deployment.clock.now();
    let female = draw.below(4) != 0;
    let age = 9 + i64::try_from(draw.below(30)).unwrap_or(0);
    let days = i64::try_from(draw.below(300)).unwrap_or(0);
    Person {
        female,
        name: draw.pick(if female { WOMEN } else { MEN }),
        age,
        born: day(now.plus_days(-(age * 365 + age / 4 + days))),
        registered: day(now.plus_days(-i64::try_from(draw.below(200)).unwrap_or(0))),
        district: draw.pick(DISTRICTS),
    }
}

fn drawn_in(deployment: &Primero, marked: bool) -> Value {
    let person = person(deployment);
    let draw = deployment.draw();
    json!({
        "name": person.name, "sex": if person.female { "female" } else { "male" }, "age": person.age,
        "date_of_birth": person.born, "registration_date": person.registered, "status": draw.pick(&["open", "open", "closed"]),
        "nationality": [draw.pick(&["bangladeshi", "bangladeshi", "nepali", "indian", "unknown"])],
        "district_of_origin": person.district, "address_current": "Asha Nivas", "location_current": "IN-WB",
        "medical_notes": "None.", "exploitation": [draw.pick(&["labour", "sexual", "domestic", "begging"])],
        "sangam_share": marked, "services_section": [service("s-1", "psychosocial_service", draw.pick(&["", "1_day", "3_days"]))],
        "bank_account": "0",
    })
}

fn drawn_bd(deployment: &Primero, marked: bool) -> Value {
    let person = person(deployment);
    let draw = deployment.draw();
    json!({
        "full_name_bn": person.name, "gender_identity": if person.female { "nari" } else { "purush" }, "boyosh": person.age,
        "jonmo_tarikh": person.born, "case_opened_on": person.registered,
        "case_stage": draw.pick(&["cholche", "cholche", "follow_up", "shesh"]), "zila": person.district,
        "bortoman_thikana": "Nirapod Ghar", "sangam": if marked { "hyan" } else { "na" },
        "seba": [{"unique_id": "b-1", "seba_dhoron": "monoshamajik", "joruri": draw.pick(&["hyan", "na"])}],
        "mobile_banking": "0",
    })
}
