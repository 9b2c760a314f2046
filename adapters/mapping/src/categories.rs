//! Which shape a category's payload is read into. The list must name every category: a new one does not
//! compile until its shape is here.

use sangam_vocabulary::Category;
use sangam_vocabulary::payload::{self, Payload};
use serde_json::Value;

use crate::oddity::Oddity;
use crate::strict;
use crate::workshop::Shape;

macro_rules! shapes {
    ($($category:ident),+ $(,)?) => {
        /// Reads a payload of a category strictly.
        ///
        /// # Errors
        /// The first fault found, with its path.
        pub(crate) fn read(category: Category, value: &Value, at: &str) -> Result<Payload, Oddity> {
            match category {
                $(Category::$category => strict::read::<payload::$category>(value, at).map(Payload::$category)),+
            }
        }

        /// The shape that a category's payload is read into.
        pub(crate) fn shape(category: Category) -> Shape {
            match category {
                $(Category::$category => Shape::of::<payload::$category>()),+
            }
        }
    };
}

shapes! {
    CaseReference, Demographics, Tracing, Identity, Image, Family, CurrentLocation, Origin, NationalId, Health,
    Narrative, Legal, Immigration, SensitiveTraits, Perpetrator, Services, ContactSafety, Documents, Messages,
}
