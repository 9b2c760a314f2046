//! The gate: everything that must be true of a document before the parser and before validation may see it.
//!
//! Both are quick for honest documents and not for others: the parser recurses, and validation walks a
//! fragment again at every spread. So the text is scanned once before it is parsed, and the tree is weighed
//! once, each fragment a single time, before it is validated. It knows no schema. Read [`crate::Executor`]
//! next, which calls it for every transport.

mod scan;
mod weigh;

use async_graphql::Pos;
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::parser::{self, parse_query};
use thiserror::Error;

use crate::code::ErrorCode;
use crate::limits::Limits;

/// Why a document was not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}", .code.code())]
pub struct Refused {
    /// The code.
    pub code: ErrorCode,
    /// Line and column, where there is one.
    pub place: Option<(usize, usize)>,
}

impl Refused {
    pub(crate) const fn of(code: ErrorCode) -> Self {
        Self { code, place: None }
    }

    const fn at(code: ErrorCode, place: Pos) -> Self {
        Self { code, place: Some((place.line, place.column)) }
    }
}

/// A document that passed the gate and may be validated.
#[derive(Debug)]
pub struct Admitted {
    pub(crate) document: ExecutableDocument,
}

/// Admits a document or says which limit it meets.
///
/// # Errors
/// [`Refused`] with the code of the first limit met, or [`ErrorCode::SyntaxError`] with its place. Takes time
/// in proportion to the text up to its limit, whatever the text is, and never echoes it.
pub fn admit(text: &str, limits: &Limits) -> Result<Admitted, Refused> {
    scan::scan(text, limits)?;
    let document = parse_query(text).map_err(|fault| syntax(&fault))?;
    weigh::weigh(&document, limits)?;
    Ok(Admitted { document })
}

fn syntax(fault: &parser::Error) -> Refused {
    // The parser has a bound of its own on nested selections, above ours: reached only by inline fragments.
    if matches!(fault, parser::Error::RecursionLimitExceeded) {
        return Refused::of(ErrorCode::LimitDepth);
    }
    match fault.positions().next() {
        Some(place) => Refused::at(ErrorCode::SyntaxError, place),
        None => Refused::of(ErrorCode::SyntaxError),
    }
}

#[cfg(test)]
mod tests;
