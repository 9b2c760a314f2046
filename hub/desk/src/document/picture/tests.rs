//! Pictures of made bytes: what a camera wrote is gone, the picture is not touched, and wherever a file is cut or its
//! bytes come apart, the same comes of it.

use proptest::prelude::*;

use super::{Cleaning, NotBuiltSo};
use crate::document::media::Media;

/// What must not travel: a place, and whose device it was.
const PLACE: &[u8] = b"22.8456N 89.5403E of Asha";

/// What travels of a file that comes in pieces of a length.
fn cleaned(media: Media, bytes: &[u8], piece: usize) -> Result<Vec<u8>, NotBuiltSo> {
    let mut cleaning = Cleaning::of(media);
    let mut all = Vec::new();
    for piece in bytes.chunks(piece.max(1)) {
        all.extend_from_slice(&cleaning.cleaned(piece)?);
    }
    if cleaning.is_whole() { Ok(all) } else { Err(NotBuiltSo) }
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn segment(marker: u8, said: &[u8]) -> Vec<u8> {
    let length = u16::try_from(said.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker][..], &length, said].concat()
}

fn chunk(kind: &[u8; 4], said: &[u8]) -> Vec<u8> {
    let length = u32::try_from(said.len()).unwrap().to_be_bytes();
    [&length[..], kind, said, b"crc!"].concat()
}

/// Exif as cameras write it, in either order of bytes: which way up, and a place.
fn exif(big: bool, turned: u16) -> Vec<u8> {
    let two = |value: u16| if big { value.to_be_bytes() } else { value.to_le_bytes() };
    let four = |value: u32| if big { value.to_be_bytes() } else { value.to_le_bytes() };
    let mut said = b"Exif\0\0".to_vec();
    said.extend_from_slice(if big { b"MM" } else { b"II" });
    said.extend_from_slice(&[&two(42)[..], &four(8), &two(2)].concat());
    // Its maker first, so that the entry that is looked for is not the first.
    said.extend_from_slice(&[&two(0x010f)[..], &two(2), &four(25), &four(38)].concat());
    said.extend_from_slice(&[&two(0x0112)[..], &two(3), &four(1), &two(turned), &two(0)].concat());
    said.extend_from_slice(&four(0));
    said.extend_from_slice(PLACE);
    said
}

const SCAN: &[u8] = b"points \xff\x00 more \xff\xd0 and \xff\xd7 more";

fn jfif() -> Vec<u8> {
    segment(0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0")
}

/// The picture itself, in the order of its segments.
fn picture() -> Vec<Vec<u8>> {
    vec![
        segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        segment(0xee, b"Adobe\0\x64\0\0\0\0\x01"),
        segment(0xdb, &[7; 65]),
        segment(0xc0, &[8; 15]),
        segment(0xc4, &[9; 30]),
        [segment(0xda, &[1; 10]), SCAN.to_vec()].concat(),
        segment(0xc4, &[3; 20]),
        [segment(0xda, &[2; 10]), SCAN.to_vec()].concat(),
    ]
}

fn jpeg(parts: &[Vec<u8>]) -> Vec<u8> {
    [&[0xff, 0xd8][..], &parts.concat(), &[0xff, 0xd9]].concat()
}

fn png(parts: &[Vec<u8>]) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat(), chunk(b"IEND", b"")].concat()
}

fn points() -> Vec<Vec<u8>> {
    vec![
        chunk(b"IHDR", &[1; 13]),
        chunk(b"iCCP", b"colours"),
        chunk(b"PLTE", &[2; 9]),
        chunk(b"tRNS", &[3; 3]),
        chunk(b"pHYs", &[4; 9]),
        chunk(b"IDAT", b"points"),
        chunk(b"IDAT", b"more points"),
    ]
}

/// Everything that is written beside a JPEG.
fn beside() -> Vec<Vec<u8>> {
    let said = |before: &[u8]| [before, PLACE].concat();
    let mut all = vec![
        segment(0xfe, PLACE),
        segment(0xe0, &said(b"JFXX\0\x10")),
        segment(0xe0, &said(b"JFIF\0\x01\x02\0\0\x01\0\x01\x03\x03")),
        segment(0xe1, &said(b"http://ns.adobe.com/xap/1.0/\0")),
        segment(0xe1, &exif(true, 1)),
        segment(0xe2, &said(b"MPF\0")),
        segment(0xee, &said(b"Adobe")),
    ];
    all.extend((0xe3..=0xef).filter(|marker| *marker != 0xee).map(|marker| segment(marker, PLACE)));
    all
}

/// Everything that is written beside a PNG.
fn notes() -> Vec<Vec<u8>> {
    let kinds = [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"sPLT", b"caBX", b"prVt"];
    kinds.into_iter().map(|kind| chunk(kind, PLACE)).collect()
}

#[test]
fn what_a_camera_writes_into_a_jpeg_is_gone_and_the_picture_is_not_touched() {
    let plain = jpeg(&[vec![jfif()], picture()].concat());
    assert_eq!(cleaned(Media::Jpeg, &plain, 7).unwrap(), plain, "the control: nothing else is in it");
    for one in beside() {
        for at in 0..=picture().len() {
            let mut parts = [vec![jfif()], picture()].concat();
            parts.insert(at + 1, one.clone());
            let file = [jpeg(&parts), PLACE.to_vec(), plain.clone()].concat();
            assert!(holds(&file, PLACE));
            assert_eq!(cleaned(Media::Jpeg, &file, 64).unwrap(), plain, "{at}: {:x?}", &one[..2]);
        }
    }
    // Fill bytes before a marker are none of it.
    let filled = jpeg(&[vec![vec![0xff, 0xff], jfif()], picture(), vec![vec![0xff]]].concat());
    assert_eq!(cleaned(Media::Jpeg, &filled, 3).unwrap(), plain);
}

#[test]
fn which_way_up_a_picture_is_stays_and_nothing_else_of_exif() {
    for big in [true, false] {
        for turned in [2, 3, 6, 8] {
            let file =
                jpeg(&[vec![segment(0xe1, &exif(big, turned)), segment(0xe1, &exif(big, 5))], picture()].concat());
            let kept = cleaned(Media::Jpeg, &file, 11).unwrap();
            assert!(!holds(&kept, PLACE));
            let turned = u8::try_from(turned).unwrap();
            assert_eq!(kept, jpeg(&[vec![super::exif::alone(turned).to_vec()], picture()].concat()));
            // What is kept says the same when it is read once more.
            assert_eq!(cleaned(Media::Jpeg, &kept, 5).unwrap(), kept);
        }
        for upright in [0, 1, 9, 300] {
            let file = jpeg(&[vec![segment(0xe1, &exif(big, upright))], picture()].concat());
            assert_eq!(cleaned(Media::Jpeg, &file, 11).unwrap(), jpeg(&picture()), "{upright}");
        }
    }
    let whole = exif(true, 6);
    for end in 0..whole.len() {
        // Cut off, it says either the same or nothing, and harms nobody.
        let said = super::exif::turned(whole.split_at(end).0);
        assert!(said.is_none_or(|turned| turned == 6), "{end}");
    }
}

#[test]
fn what_programs_write_into_a_png_is_gone_and_the_picture_is_not_touched() {
    let plain = png(&points());
    assert_eq!(cleaned(Media::Png, &plain, 7).unwrap(), plain, "the control: nothing else is in it");
    for one in notes() {
        for at in 1..=points().len() {
            let mut parts = points();
            parts.insert(at, one.clone());
            let file = [png(&parts), PLACE.to_vec(), plain.clone()].concat();
            assert!(holds(&file, PLACE));
            assert_eq!(cleaned(Media::Png, &file, 64).unwrap(), plain);
        }
    }
}

#[test]
fn a_file_that_is_not_built_so_is_none() {
    let odd = [
        // A segment without a length, one shorter than its length, reserved markers, no marker, no frame, no scan.
        jpeg(&[vec![vec![0xff, 0xdb, 0, 1]], picture()].concat()),
        jpeg(&[vec![vec![0xff, 0x02, 0, 2]], picture()].concat()),
        jpeg(&[vec![vec![0xff, 0xf7, 0, 2]], picture()].concat()),
        jpeg(&[vec![vec![0xff, 0x00]], picture()].concat()),
        jpeg(&[vec![b"text".to_vec()], picture()].concat()),
        jpeg(&[vec![vec![0xff, 0xd8]], picture()].concat()),
        jpeg(&picture()[..3]),
        jpeg(&[]),
        b"\xff\xd8\xff\xe0 not a picture".to_vec(),
        Vec::new(),
    ];
    for file in odd {
        assert_eq!(cleaned(Media::Jpeg, &file, 5), Err(NotBuiltSo), "{file:x?}");
    }
    let head = || points()[0].clone();
    let odd = [
        png(&[]),
        png(&[head()]),
        png(&[vec![head(), head()], points()].concat()),
        png(&[vec![chunk(b"tEXt", PLACE)], points()].concat()),
        png(&[vec![head(), chunk(b"CgBI", PLACE)], points()[1..].to_vec()].concat()),
        png(&[vec![head(), chunk(b"t\0xt", PLACE)], points()[1..].to_vec()].concat()),
        png(&[vec![head(), [&[0xff; 4][..], b"tEXt"].concat()], points()[1..].to_vec()].concat()),
        [b"\x89PNG\r\n\x1a\n".to_vec(), points().concat(), chunk(b"IEND", b"more")].concat(),
        [b"\x89PNG\n\x1a\n..".to_vec(), points().concat(), chunk(b"IEND", b"")].concat(),
        Vec::new(),
    ];
    for file in odd {
        assert_eq!(cleaned(Media::Png, &file, 5), Err(NotBuiltSo), "{file:x?}");
    }
    // A paper is what its writer made it.
    assert_eq!(cleaned(Media::Pdf, PLACE, 5).unwrap(), PLACE);
}

#[test]
fn a_picture_that_is_cut_anywhere_is_none() {
    for (media, file) in [
        (Media::Jpeg, jpeg(&[vec![jfif()], beside(), picture()].concat())),
        (Media::Png, png(&[points(), notes()].concat())),
    ] {
        for end in 0..file.len() {
            assert_eq!(cleaned(media, &file[..end], 16), Err(NotBuiltSo), "{end}");
        }
        assert!(!holds(&cleaned(media, &file, 16).unwrap(), PLACE));
    }
}

proptest! {
    /// However a file comes apart on its way, the same comes of it, and that is no longer than it was.
    #[test]
    fn pieces_make_no_difference(piece in 1..200_usize, order in proptest::collection::vec(0..64_usize, 0..12)) {
        let mut parts = picture();
        let beside = beside();
        for one in &order {
            parts.insert(one % (parts.len() + 1), beside[one % beside.len()].clone());
        }
        let file = jpeg(&parts);
        let whole = cleaned(Media::Jpeg, &file, file.len()).unwrap();
        prop_assert_eq!(&cleaned(Media::Jpeg, &file, piece).unwrap(), &whole);
        prop_assert_eq!(whole, jpeg(&picture()));
    }

    /// Any bytes at all come to an end, and never to more than came, a turned picture's segment apart.
    #[test]
    fn any_bytes_are_taken_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600), piece in 1..64_usize) {
        for (media, start) in [(Media::Jpeg, &[0xff, 0xd8, 0xff][..]), (Media::Png, b"\x89PNG\r\n\x1a\n")] {
            let mut cleaning = Cleaning::of(media);
            let file = [start, &bytes].concat();
            let mut kept = 0;
            for piece in file.chunks(piece) {
                match cleaning.cleaned(piece) {
                    Ok(more) => kept += more.len(),
                    Err(NotBuiltSo) => break,
                }
            }
            prop_assert!(kept <= file.len() + 36);
        }
    }
}
