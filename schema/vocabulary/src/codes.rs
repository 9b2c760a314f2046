//! One way to write a closed list of codes: the wire form, a sentence for each value, and strict reading.

use thiserror::Error;

/// A closed list of codes. Implemented by [`codes!`](crate::codes) only, so that the wire form, the sentence
/// shown in the schema and the order of the list come from one table.
pub trait Code: Copy + Eq + 'static {
    /// The name of the list as the GraphQL schema spells it.
    const NAME: &'static str;
    /// One sentence on what the list is.
    const SENTENCE: &'static str;
    /// Every value, in declaration order.
    const ALL: &'static [Self];
    /// The wire form: upper snake case, or the standard's own code.
    fn code(self) -> &'static str;
    /// One sentence on what the value means.
    fn sentence(self) -> &'static str;
    /// Reads the wire form strictly: no trimming, no folding, no fallback value.
    ///
    /// # Errors
    /// [`UnknownCode`] names the list and how long the text was, never the text.
    fn read(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL
            .iter()
            .copied()
            .find(|value| value.code() == text)
            .ok_or(UnknownCode { list: Self::NAME, length: text.chars().count() })
    }
}

/// A text that is not in the closed list it was read against. Holds the text's length and never the text,
/// because what a partner sends may be a name in the wrong column.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a code of `{list}` ({length} characters)")]
pub struct UnknownCode {
    /// The list's GraphQL name.
    pub list: &'static str,
    /// How many characters the text had.
    pub length: usize,
}

/// Declares a closed list: `codes! { "sentence" pub enum Name { Variant = "CODE": "sentence", … } }`. Where the
/// schema spells the list's name otherwise, `pub enum Name as "SchemaName" { … }`. The crate that declares one
/// depends on `serde`.
#[macro_export]
macro_rules! codes {
    ($(#[$meta:meta])* $list:literal pub enum $name:ident $rows:tt) => {
        $crate::codes! { @list stringify!($name); $(#[$meta])* $list $name $rows }
    };
    ($(#[$meta:meta])* $list:literal pub enum $name:ident as $schema:literal $rows:tt) => {
        $crate::codes! { @list $schema; $(#[$meta])* $list $name $rows }
    };
    (@list $schema:expr; $(#[$meta:meta])* $list:literal $name:ident
        { $($variant:ident = $code:literal : $sentence:literal),+ $(,)? }) => {
        #[doc = $list]
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = $sentence] #[serde(rename = $code)] $variant),+
        }
        impl $crate::Code for $name {
            const NAME: &'static str = $schema;
            const SENTENCE: &'static str = $list;
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
            fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str($crate::Code::code(*self))
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::UnknownCode;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                <Self as $crate::Code>::read(text)
            }
        }
    };
}
pub(crate) use codes;
