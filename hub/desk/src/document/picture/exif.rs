//! Exif (CIPA DC-008), of which one number is read: which way up the picture is. Without it half of what telephones take
//! lies on its side.

/// The tag of it, in the first directory.
const ORIENTATION: u16 = 0x0112;
/// A value of two bytes.
const SHORT: u16 = 3;
/// An entry of a directory, in bytes.
const ENTRY: usize = 12;

/// Where two bytes of a TIFF lie, in its order of bytes.
fn short(tiff: &[u8], at: usize, big: bool) -> Option<u16> {
    let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
}

/// How the picture is turned, 2 to 8; `None` where it is not, or nothing readable is said of it.
pub(super) fn turned(segment: &[u8]) -> Option<u8> {
    let tiff = segment.strip_prefix(b"Exif\0\0")?;
    let big = match tiff.get(..2)? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let place: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let place = if big { u32::from_be_bytes(place) } else { u32::from_le_bytes(place) };
    let directory = usize::try_from(place).ok()?;
    let count = usize::from(short(tiff, directory, big)?);
    for number in 0..count {
        let entry = directory.checked_add(2 + number * ENTRY)?;
        if short(tiff, entry, big)? == ORIENTATION && short(tiff, entry.checked_add(2)?, big)? == SHORT {
            let value = short(tiff, entry.checked_add(8)?, big)?;
            return u8::try_from(value).ok().filter(|value| (2..=8).contains(value));
        }
    }
    None
}

/// A whole segment of JPEG that says how the picture is turned, and nothing else.
pub(super) const fn alone(turned: u8) -> [u8; 36] {
    [
        0xff, 0xe1, 0, 34, b'E', b'x', b'i', b'f', 0, 0, // the marker, its length, the kind
        b'M', b'M', 0, 42, 0, 0, 0, 8, // a TIFF whose first directory is next
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0, // one entry: the tag, its type, one value
        0, 0, 0, 0, // no directory after it
    ]
}
