//! What of an organization is listed for everybody: its administrators say so, and read what was said.

use sangam_vocabulary::payload::ServiceCode;

use super::form::{BOOLEAN, INT, KEY, change, codes, payload};
use super::{Argument, Input, InputType, Root, Shape};
use crate::caller::Scope;
use crate::nouns::{LISTING, LISTING_SET};

codes!(SERVICE, SERVICES, ServiceCode);

static SET: Input = Input {
    name: "SetListingInput",
    sentence: "What of the caller's organization is listed for everybody, from now on.",
    fields: &[
        KEY,
        Argument::new("version", INT, "The version the caller saw; 0 before the first."),
        Argument::new("listed", BOOLEAN, "Whether it is listed at all; if not, the rest counts for nothing."),
        Argument::new("services", SERVICES, "Which of the services that it offers are listed."),
        Argument::new(
            "areas",
            BOOLEAN,
            "Whether the first-level divisions in which it offers them are told; of whoever offers shelter they never are.",
        ),
    ],
};

payload!(SET_PAYLOAD, "SetListingPayload", "What saying so came to.", LISTING_SET);

change!(
    SET_LISTING = "setListing",
    SET,
    SET_PAYLOAD,
    People,
    false,
    "Says what of the own organization is listed for everybody. What was listed and is no longer is shown to nobody from then on."
);

/// What the caller's organization has listed.
pub(super) const LISTING_NOW: Root = Root {
    name: "listing",
    shape: Shape::One(&LISTING),
    sentence: "What the caller's organization agreed to have listed for everybody.",
    arguments: &[],
    scope: Some(Scope::People),
    cost: 2,
    of_subject: false,
};
