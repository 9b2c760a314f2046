//! Drawing from chance: numbers, picks, identifiers.

use sangam_vocabulary::Chance;
use uuid::Uuid;

/// Draws from one source of chance. A source that fails gives zeros: the sandbox then has fewer different
/// people, and nothing else depends on it.
pub(crate) struct Draw<'c>(pub(crate) &'c dyn Chance);

impl Draw<'_> {
    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        if self.0.fill(&mut bytes) { bytes } else { [0; N] }
    }

    /// A number below a bound.
    pub(crate) fn below(&self, bound: usize) -> usize {
        let drawn = u64::from_be_bytes(self.bytes());
        usize::try_from(drawn % (bound.max(1) as u64)).unwrap_or(0)
    }

    /// One of a list; the default of an empty one.
    pub(crate) fn pick<T: Copy + Default>(&self, list: &[T]) -> T {
        list.get(self.below(list.len())).copied().unwrap_or_default()
    }

    /// A random identifier.
    pub(crate) fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// A secret of 128 bits as hexadecimal text.
    pub(crate) fn secret(&self) -> String {
        self.bytes::<16>().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
