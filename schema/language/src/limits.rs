//! How much a caller may ask for. Every bound has a name here, a reason, and a test that meets it.

/// The limits of one executor. There is no default: whoever builds an executor says which limits it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a document. The largest operation our own pages send is under 4 kB; parsing costs time in
    /// proportion to the length.
    pub length: usize,
    /// Depth of brackets of any kind, literals included. The parser recurses once a bracket, and a literal
    /// nested two thousand deep overflows a thread's stack, which ends the process.
    pub brackets: usize,
    /// Tokens of a document. Bounds the parse and the tree it makes.
    pub tokens: usize,
    /// Directives of a document, wherever they stand. Only `@skip` and `@include` mean anything; unknown ones
    /// cost an error each.
    pub directives: usize,
    /// Aliases of a document. They are how one field is asked for many times.
    pub aliases: usize,
    /// Fragments a document defines.
    pub fragments: usize,
    /// Root fields of an operation once its fragments are expanded. Each is a call to the port.
    pub root_fields: usize,
    /// Depth of the selection once its fragments are expanded. The deepest useful selection is 8; the
    /// standard introspection query goes to 15.
    pub depth: usize,
    /// Selections of a document, its operations and its fragments, once spreads are expanded. Validation visits
    /// each of them.
    pub selections: u64,
    /// Cost of an operation: fields by their weight, those of a list times its length.
    pub cost: u64,
    /// Rows of a page.
    pub page: u16,
    /// Bytes of an answer's data.
    pub answer: usize,
    /// Bytes of names, numbers and strings in the variables.
    pub variables_length: usize,
    /// Depth of the variables.
    pub variables_depth: usize,
    /// Errors an answer lists; what happened beyond that is of the same kind.
    pub errors: usize,
    /// Bytes of documents that are remembered with their plans.
    pub remembered: u64,
}

impl Limits {
    /// The limits the hub runs with.
    #[must_use]
    pub const fn standard() -> Self {
        Self {
            length: 64 * 1024,
            brackets: 48,
            tokens: 4_000,
            directives: 100,
            aliases: 100,
            fragments: 50,
            root_fields: 20,
            depth: 20,
            selections: 3_000,
            cost: 25_000,
            page: 100,
            answer: 4 * 1024 * 1024,
            variables_length: 64 * 1024,
            variables_depth: 16,
            errors: 20,
            remembered: 32 * 1024 * 1024,
        }
    }
}
