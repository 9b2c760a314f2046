//! What every case record has alike: when it changed, its version, and what whoever asks can see of it and do with it.

use std::marker::PhantomData;

use super::disclosure::WITHHELD;
use super::{CATEGORIES, DATE_TIME, INT};
use crate::table::{CodeList, Field, Read, Type};
use sangam_vocabulary::Code;

pub(super) const CHANGED_AT: Field =
    Field::plain("changedAt", DATE_TIME, "When it last changed.", Read::Column("changedAt"));
pub(super) const VERSION: Field =
    Field::plain("version", INT, "The version to quote in a change.", Read::Column("version"));
const WITHHELDS: Type = Type::NonNull(&Type::List(&Type::NonNull(&Type::Object(&WITHHELD))));
pub(super) const NOT_SHOWN: Field = Field::plain(
    "withheld",
    WITHHELDS,
    "The selected categories that are withheld, each with its reason.",
    Read::Withheld,
);
pub(super) const CAN_SEE: Field = Field::plain(
    "canSee",
    CATEGORIES,
    "Every category this caller can see through this record for this purpose, selected or not.",
    Read::CanSee,
);

/// The steps of a workflow that who asks can take.
pub(super) struct Steps<E>(PhantomData<E>);

impl<E: Code + 'static> Steps<E> {
    const CODE: Type = Type::Code(CodeList::of::<E>());
    const STEP: Type = Type::NonNull(&Self::CODE);
    const STEPS: Type = Type::NonNull(&Type::List(&Self::STEP));
    pub(super) const CAN_DO: Field =
        Field::plain("canDo", Self::STEPS, "The steps this caller can take now.", Read::CanDo);
}
