//! The readable form of each category: the members of `sangam_vocabulary::payload`, one noun a struct. A test
//! holds the two lists equal.

use super::{BOOLEAN, COUNTRY, TEXT, TEXTS};
use crate::table::{CodeList, Field, Noun, Read, Type};
use sangam_vocabulary::payload::{
    AgeBand, CaseStatus, DocumentKind, Exploitation, Gender, NationalityConfirmation, ProtectionMeasure, Retrafficked,
    ServiceCode, SupportType, TraffickingStatus,
};
use sangam_vocabulary::{Calendar, Code, Country, NameKind, Precision};

const fn code<C: Code>() -> Type {
    Type::Code(CodeList::of::<C>())
}

macro_rules! nouns {
    ($($(#[$meta:meta])* $noun:ident $name:literal $sentence:literal { $($field:literal : $ty:expr, $about:literal);+ $(;)? })+) => {$(
        $(#[$meta])*
        #[doc = $sentence]
        pub(crate) static $noun: Noun = Noun {
            name: $name,
            sentence: $sentence,
            of_subject: true,
            is_node: false,
            fields: &[$(Field::plain($field, $ty, $about, Read::Member($field))),+],
        };
    )+};
}

nouns! {
    NAME "NameWritten" "A name as it was written. Nobody is required to have a surname." {
        "text": TEXT, "The name, in the script it was written in.";
        "kind": Type::NonNull(&code::<NameKind>()), "What kind of name it is.";
        "script": Type::Text, "ISO 15924 code of the script.";
    }
    DATE "DateWritten" "A date as it was written, with its Gregorian reading where there is one." {
        "calendar": Type::NonNull(&code::<Calendar>()), "The calendar it was written in.";
        "text": TEXT, "The text as written.";
        "precision": Type::NonNull(&code::<Precision>()), "How exactly it is known.";
        "gregorian": Type::Text, "The Gregorian reading, ISO 8601, as exact as the precision.";
    }
    RELATIVE "Relative" "A relative and what she or he is to the person." {
        "relationship": TEXT, "What the relative is to the person, in the holder's words.";
        "name": Type::Text, "The name.";
    }
    CASE_REFERENCE "CaseReference" "The case at its holder." {
        "number": TEXT, "The case number as the holder's system displays it.";
        "status": Type::NonNull(&code::<CaseStatus>()), "Whether the case is worked on.";
    }
    DEMOGRAPHICS "Demographics" "Age band and sex." {
        "ageBand": Type::NonNull(&code::<AgeBand>()), "The age band.";
        "sex": Type::NonNull(&code::<Gender>()), "Sex or gender.";
    }
    TRACING "Tracing" "What a search needs and nothing else." {
        "names": Type::NonNull(&Type::List(&Type::NonNull(&Type::Object(&NAME)))), "Names and nicknames.";
        "father": Type::Text, "The father's name.";
        "mother": Type::Text, "The mother's name.";
        "placeOfOrigin": Type::Text, "The place of origin as the person tells it.";
        "yearOfBirth": Type::Int, "Gregorian year of birth.";
    }
    IDENTITY "Identity" "Names and birth as on papers." {
        "names": Type::NonNull(&Type::List(&Type::NonNull(&Type::Object(&NAME)))), "Names, each with its kind.";
        "birth": Type::Object(&DATE), "The date of birth as written.";
    }
    IMAGE "Image" "A photograph's place in the document store." {
        "reference": TEXT, "The opaque reference of the stored image.";
    }
    FAMILY "Family" "Relatives." {
        "relatives": Type::NonNull(&Type::List(&Type::NonNull(&Type::Object(&RELATIVE)))), "Each relative.";
    }
    CURRENT_LOCATION "CurrentLocation" "Where the person is." {
        "country": COUNTRY, "The country.";
        "admin1": Type::Text, "ISO 3166-2 code of the first-level division.";
        "place": Type::Text, "The place in words.";
    }
    ORIGIN "Origin" "Where the person comes from." {
        "country": code::<Country>(), "The country, where it is one of the eight.";
        "admin1": Type::Text, "ISO 3166-2 code of the first-level division.";
        "place": Type::Text, "The place in words.";
    }
    NATIONAL_ID "NationalId" "Which document was seen; neither number nor hash." {
        "kind": Type::NonNull(&code::<DocumentKind>()), "What kind of document.";
        "issuingCountry": COUNTRY, "Who issued it.";
        "verifiedBy": Type::Text, "Who verified it.";
        "verifiedOn": Type::Text, "The day it was verified, ISO 8601.";
    }
    HEALTH "Health" "Health in the holder's words." {
        "notes": TEXT, "What the holder noted.";
    }
    NARRATIVE "Narrative" "What happened." {
        "status": code::<TraffickingStatus>(), "Whether the person is thought to have been trafficked.";
        "exploitation": Type::NonNull(&Type::List(&Type::NonNull(&code::<Exploitation>()))), "The kinds of exploitation.";
        "account": Type::Text, "The account.";
        "supportTypes": Type::List(&Type::NonNull(&code::<SupportType>())), "Of a support plan: which kinds of support; null elsewhere.";
        "objectives": Type::Text, "Of a support plan: what it is to reach.";
        "actionPlan": Type::Text, "Of a support plan: what is to be done.";
        "retrafficked": code::<Retrafficked>(), "Of a review of a support plan: whether she was trafficked again.";
    }
    LEGAL "Legal" "The legal side." {
        "reportNumber": Type::Text, "The number of the police report or case.";
        "court": Type::Text, "The court or committee.";
        "notes": Type::Text, "What the holder noted.";
    }
    IMMIGRATION "Immigration" "Nationality and its confirmation." {
        "nationality": code::<Country>(), "The nationality claimed; null for stateless or undetermined.";
        "confirmation": Type::NonNull(&code::<NationalityConfirmation>()), "Whether that state confirmed it.";
    }
    SENSITIVE_TRAITS "SensitiveTraits" "Traits that bring danger or scorn." {
        "religion": Type::Text, "Religion.";
        "ethnicity": Type::Text, "Ethnicity, caste or clan.";
    }
    PERPETRATOR "Perpetrator" "Who is said to have done it." {
        "notes": TEXT, "What the holder noted.";
    }
    SERVICES "Services" "Services asked for or given." {
        "services": Type::NonNull(&Type::List(&Type::NonNull(&code::<ServiceCode>()))), "The services.";
        "note": Type::Text, "What the sender adds for the one who will help.";
    }
    CONTACT_SAFETY "ContactSafety" "How to contact the person without danger." {
        "safeToCall": BOOLEAN, "Whether calling is safe.";
        "instructions": Type::Text, "When and by whom.";
        "protectionMeasures": Type::List(&Type::NonNull(&code::<ProtectionMeasure>())), "What protects her at a hearing; null where nothing is arranged.";
    }
    DOCUMENTS "Documents" "Papers of the case." {
        "papers": TEXTS, "The kinds of paper the holder has.";
    }
    MESSAGES "Messages" "Messages about the person." {
        "texts": TEXTS, "The texts, oldest first.";
    }
}
