//! The invented organizations of the demo: one or more in each of the eight countries.

use sangam_vocabulary::payload::ServiceCode as S;
use sangam_vocabulary::{Country, Role};

/// An invented organization.
pub(super) struct Invented {
    /// What partners' files call it.
    pub(super) handle: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// Where it is.
    pub(super) country: Country,
    /// Its capacity.
    pub(super) role: Role,
    /// What it offers.
    pub(super) services: &'static [S],
    /// Where: ISO 3166-2.
    pub(super) coverage: &'static [&'static str],
}

macro_rules! invented {
    ($($handle:literal $name:literal $country:ident $role:ident [$($service:ident)*] [$($place:literal)*]);+ $(;)?) => {
        &[$(Invented {
            handle: $handle,
            name: $name,
            country: Country::$country,
            role: Role::$role,
            services: &[$(S::$service),*],
            coverage: &[$($place),*],
        }),+]
    };
}

/// All of them. The shelter in Kolkata holds the cases, the agency in Bangladesh is asked to help; the second
/// Bangladeshi organization has the same agreement and no case, the legal-aid provider has neither.
pub(super) const INVENTED: &[Invented] = invented! {
    "asha-nivas" "Asha Nivas" India Shelter [Shelter Psychosocial] ["IN-WB"];
    "nirapod-ghar" "Nirapod Ghar" Bangladesh Ngo [FamilyReunification HomeInvestigation Psychosocial Livelihood] ["BD-D" "BD-C"];
    "alor-pothe" "Alor Pothe" Bangladesh Ngo [Education Livelihood] ["BD-D"];
    "notun-alo" "Notun Alo" Bangladesh Ngo [Education Livelihood] ["BD-D"];
    "nyaya-setu" "Nyaya Setu" Bangladesh LegalAid [LegalAid Interpretation] ["BD-C"];
    "bd-return-desk" "Return Desk, Dhaka" Bangladesh Department [HomeInvestigation] ["BD-C"];
    "meghna-par" "Meghna Par Hospital" Bangladesh HealthProvider [Health Psychosocial] ["BD-C"];
    "in-return-desk" "Return Desk, Kolkata" India Department [Registration] ["IN-WB"];
    "sathi-samuha" "Sathi Samuha" Nepal Ngo [Shelter FamilyMediation] ["NP-P3"];
    "sima-saathi" "Sima Saathi" Nepal Ngo [Shelter Registration] ["NP-P2"];
    "khana-e-nur" "Khana-e-Nur" Afghanistan Ngo [Psychosocial] ["AF-KAB"];
    "lam-ngoen" "Lam Ngoen" Bhutan Ngo [Psychosocial Livelihood] ["BT-15"];
    "sahana-mithuro" "Sahana Mithuro" SriLanka Ngo [Health Psychosocial] ["LK-1"];
    "dhooni-desk" "Dhooni Desk" Maldives Ngo [Registration] ["MV-MLE"];
    "panah-gah" "Panah Gah" Pakistan Shelter [Shelter LegalAid] ["PK-PB"];
};
