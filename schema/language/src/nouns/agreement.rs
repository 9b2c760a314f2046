//! Sharing agreements, as their parties see them, and what would change with one.

use sangam_workflow::agreement::{Event, LegalBasis, RejectionReason, State};

use super::{BOOLEAN, CATEGORIES, CATEGORY, COUNTRIES, DATE_TIME, ID, IDS, INT, PURPOSES, TEXT};
use crate::table::{CodeList, Field, Noun, Read, Type};

const STATE: Type = Type::NonNull(&Type::Code(CodeList::of::<State>()));
const EVENT: Type = Type::NonNull(&Type::Code(CodeList::of::<Event>()));
const EVENTS: Type = Type::NonNull(&Type::List(&EVENT));
const BASIS: Type = Type::NonNull(&Type::Code(CodeList::of::<LegalBasis>()));
const BASES: Type = Type::NonNull(&Type::List(&BASIS));

/// A sharing agreement.
pub static AGREEMENT: Noun = Noun {
    name: "Agreement",
    sentence: "A sharing agreement: who may give what to whom, why, where and until when. For its parties; a draft for its drafter's organization alone.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain("id", ID, "The agreement's id.", Read::Column("id")),
        Field::plain("version", INT, "Grows with everything that is done to it.", Read::Column("version")),
        Field::plain("state", STATE, "Where it stands.", Read::Column("state")),
        Field::plain("legalBasis", TEXT, "On what legal basis, in words.", Read::Column("legalBasis")),
        Field::plain(
            "legalBases",
            BASES,
            "On what legal bases, as codes; none where the operator recorded it in words only.",
            Read::Column("legalBases"),
        ),
        Field::plain("disclosers", IDS, "The parties that may disclose.", Read::Column("disclosers")),
        Field::plain("recipients", IDS, "The parties that may receive.", Read::Column("recipients")),
        Field::plain("purposes", PURPOSES, "For which purposes.", Read::Column("purposes")),
        Field::plain("categories", CATEGORIES, "Which categories.", Read::Column("categories")),
        Field::plain("countries", COUNTRIES, "Where a recipient may be.", Read::Column("countries")),
        Field::plain(
            "onward",
            BOOLEAN,
            "Whether a recipient may be the source for another recipient.",
            Read::Column("onward"),
        ),
        Field::plain(
            "retentionDays",
            Type::Int,
            "How many days a recipient keeps what it received; null where the operator recorded none. The parties promise it: the hub deletes nothing by it.",
            Read::Column("retentionDays"),
        ),
        Field::plain("from", DATE_TIME, "From when.", Read::Column("from")),
        Field::plain("until", DATE_TIME, "Until when.", Read::Column("until")),
        Field::plain(
            "inForce",
            BOOLEAN,
            "Whether it binds now: approved by two people of each party, in time, not suspended and not over.",
            Read::Column("inForce"),
        ),
        Field::plain(
            "reviewDue",
            Type::DateTime,
            "When to look at whether it should go on, thirty days before its end; null where it is not in force or suspended.",
            Read::Column("reviewDue"),
        ),
        Field::plain(
            "drafter",
            Type::Id,
            "The organization that drafted it; null where the operator recorded it.",
            Read::Column("drafter"),
        ),
        Field::plain(
            "approvedBy",
            IDS,
            "The parties, once for each of their people whose approval counts.",
            Read::Column("approvedBy"),
        ),
        Field::plain(
            "approvalsMissing",
            INT,
            "How many more people have to approve it before it comes into force.",
            Read::Column("approvalsMissing"),
        ),
        Field::plain("suspendedBy", IDS, "The parties that have stopped it.", Read::Column("suspendedBy")),
        Field::plain(
            "rejection",
            Type::Code(CodeList::of::<RejectionReason>()),
            "Why a party said no to it, where one did.",
            Read::Column("rejection"),
        ),
        Field::plain(
            "supersedes",
            Type::Id,
            "The agreement whose place it takes, where there is one.",
            Read::Column("supersedes"),
        ),
        Field::plain(
            "supersededBy",
            Type::Id,
            "The agreement that has taken its place, where one has.",
            Read::Column("supersededBy"),
        ),
        Field::plain(
            "changedAt",
            Type::DateTime,
            "When something was last done to it; null for one of an earlier day.",
            Read::Column("changedAt"),
        ),
        Field::plain(
            "canDo",
            EVENTS,
            "The steps that the person who asks can take now; none for a system.",
            Read::Column("canDo"),
        ),
    ],
};

/// What would be shown more or less of one category.
pub static AGREEMENT_PREVIEW: Noun = Noun {
    name: "AgreementPreview",
    sentence: "What would change for one category if an agreement came into force, or ended where it is in force. Own subjects are counted; of the other parties' nothing is said but the category.",
    of_subject: false,
    is_node: false,
    fields: &[
        Field::plain("category", CATEGORY, "The category.", Read::Column("category")),
        Field::plain(
            "supposing",
            STATE,
            "What is supposed: `IN_FORCE`, or `ENDED` for one that is in force.",
            Read::Column("supposing"),
        ),
        Field::plain(
            "ownShownMore",
            INT,
            "Of how many own subjects another party would be shown it that is not shown it now, with consent and law as they are.",
            Read::Column("ownShownMore"),
        ),
        Field::plain(
            "ownShownLess",
            INT,
            "Of how many own subjects another party is shown it now that would not be.",
            Read::Column("ownShownLess"),
        ),
        Field::plain(
            "theirsPermittedMore",
            BOOLEAN,
            "Whether another party could show it to the caller's organization that cannot now, where law and consent allow.",
            Read::Column("theirsPermittedMore"),
        ),
        Field::plain(
            "theirsPermittedLess",
            BOOLEAN,
            "Whether another party can show it to the caller's organization now that could not then.",
            Read::Column("theirsPermittedLess"),
        ),
        Field::plain(
            "complete",
            BOOLEAN,
            "Whether everything was counted: the 5,000 newest own subjects and 20,000 relations with consent are.",
            Read::Column("complete"),
        ),
    ],
};
