//! The forms of the two deployments. The same system, other questions: nothing but the mapping files may
//! know both.

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A text.
    Text,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A whole number.
    Number,
    /// Yes or no.
    Tick,
    /// One of these.
    One(&'static [&'static str]),
    /// Some of these.
    Some(&'static [&'static str]),
    /// Rows of a nested form, merged by `unique_id`.
    Rows,
}

/// A deployment's form and people.
#[derive(Debug)]
pub(crate) struct Form {
    /// The hub's user.
    pub(crate) hub_user: &'static str,
    /// The fields of a case beyond the system's own.
    pub(crate) fields: &'static [(&'static str, Takes)],
    /// The fields a list may be filtered by.
    pub(crate) filters: &'static [&'static str],
    /// Who can be referred to inside: user name, full name, position, agency.
    pub(crate) users: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// Agencies: unique id, code, name.
    pub(crate) agencies: &'static [(&'static str, &'static str, &'static str)],
}

/// The services of a stock Primero.
const SERVICES_IN: &[&str] = &[
    "safehouse_service",
    "health_medical_service",
    "psychosocial_service",
    "police_other_service",
    "legal_assistance_service",
    "livelihoods_service",
    "education_service",
    "family_mediation_service",
    "family_reunification_service",
    "registration_service",
    "other_service",
];
/// The services as the Bangladeshi deployment names them.
const SERVICES_BD: &[&str] = &[
    "ashroy",
    "chikitsa",
    "monoshamajik",
    "ain_sahayata",
    "jibika",
    "shikkha",
    "poribar_moddhosthota",
    "poribar_punormilon",
    "bari_tadanta",
    "nibondhon",
    "onnanno",
];

/// A shelter in India, on Primero's own form with a few additions.
pub(crate) const SHELTER_IN: Form = Form {
    hub_user: "sangam_hub",
    fields: &[
        ("name", Takes::Text),
        ("name_nickname", Takes::Text),
        ("sex", Takes::One(&["female", "male", "transgender", "unknown"])),
        ("age", Takes::Number),
        ("date_of_birth", Takes::Date),
        ("registration_date", Takes::Date),
        ("status", Takes::One(&["open", "closed", "transferred"])),
        ("nationality", Takes::Some(&["indian", "bangladeshi", "nepali", "bhutanese", "unknown"])),
        ("location_last", Takes::Text),
        ("district_of_origin", Takes::Text),
        ("address_current", Takes::Text),
        ("location_current", Takes::Text),
        ("mother_name", Takes::Text),
        ("father_name", Takes::Text),
        ("medical_notes", Takes::Text),
        ("incident_account", Takes::Text),
        ("exploitation", Takes::Some(&["labour", "sexual", "domestic", "marriage", "begging", "other"])),
        ("fir_number", Takes::Text),
        ("cwc_order", Takes::Text),
        ("religion", Takes::Text),
        ("caste", Takes::Text),
        ("refused_sharing", Takes::Some(&["health", "story", "family", "photograph"])),
        ("sangam_share", Takes::Tick),
        ("consent_for_services", Takes::Tick),
        ("disclosure_other_orgs", Takes::Tick),
        ("services_section", Takes::Rows),
        // Never the hub's business: these must stop at the border.
        ("fingerprint_reference", Takes::Text),
        ("bank_account", Takes::Text),
        ("interview_recording", Takes::Text),
    ],
    filters: &["sex", "age", "status", "sangam_share", "registration_date"],
    users: &[
        ("asha_case_worker", "Case worker, first shift", "Case worker", "agency-asha-nivas"),
        ("asha_counsellor", "Counsellor", "Counsellor", "agency-asha-nivas"),
    ],
    agencies: &[
        ("agency-asha-nivas", "ASHA", "Asha Nivas"),
        ("agency-nirapod-ghar", "NIRAPOD", "Nirapod Ghar"),
        ("agency-sathi-samuha", "SATHI", "Sathi Samuha"),
    ],
};

/// An agency in Bangladesh, on a form of its own.
pub(crate) const AGENCY_BD: Form = Form {
    hub_user: "hub_sangam",
    fields: &[
        ("full_name_bn", Takes::Text),
        ("daak_naam", Takes::Text),
        ("gender_identity", Takes::One(&["nari", "purush", "hijra", "jana_nei"])),
        ("boyosh", Takes::Number),
        ("boyosh_group", Takes::Text),
        ("jonmo_tarikh", Takes::Date),
        ("case_opened_on", Takes::Date),
        ("case_stage", Takes::One(&["cholche", "follow_up", "shesh", "hostantor"])),
        ("zila", Takes::Text),
        ("bortoman_thikana", Takes::Text),
        ("maa", Takes::Text),
        ("baba", Takes::Text),
        ("shastho_note", Takes::Text),
        ("sangam", Takes::One(&["hyan", "na"])),
        ("sangam_case_number", Takes::Text),
        ("sangam_note", Takes::Text),
        ("seba", Takes::Rows),
        // Never the hub's business.
        ("nid_number", Takes::Text),
        ("mobile_banking", Takes::Text),
    ],
    filters: &["gender_identity", "boyosh", "case_stage", "sangam"],
    users: &[
        ("nirapod_intake", "Intake desk", "Intake", "agency-nirapod-ghar"),
        ("nirapod_lawyer", "Legal desk", "Lawyer", "agency-nirapod-ghar"),
    ],
    agencies: &[("agency-nirapod-ghar", "NIRAPOD", "Nirapod Ghar"), ("asha-nivas-kolkata", "ASHA", "Asha Nivas")],
};

impl Form {
    /// The services a referral may ask for.
    pub(crate) fn services(&self) -> &'static [&'static str] {
        if self.fields.iter().any(|(name, _)| *name == "services_section") { SERVICES_IN } else { SERVICES_BD }
    }

    pub(crate) fn takes(&self, name: &str) -> Option<Takes> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, takes)| *takes)
    }
}
