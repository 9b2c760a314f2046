//! Verhoeff's check digit, which ends an Aadhaar number (domain.md 4.5): it finds every single wrong digit and
//! every swap of neighbours.

/// Multiplication in the dihedral group of order ten: row times column.
const PRODUCT: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

/// The permutation of a digit by its place, counted from the right; it repeats after eight places.
const PERMUTED: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// Whether the ASCII digits end in the right check digit; `false` for anything that is not a digit.
pub(crate) fn holds(digits: &str) -> bool {
    let sum = digits.bytes().rev().enumerate().try_fold(0_u8, |sum, (place, digit)| {
        let digit = digit.checked_sub(b'0')?;
        let permuted = PERMUTED.get(place % 8)?.get(usize::from(digit))?;
        PRODUCT.get(usize::from(sum))?.get(usize::from(*permuted)).copied()
    });
    sum == Some(0) && !digits.is_empty()
}
