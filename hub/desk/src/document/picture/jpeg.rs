//! JPEG (ITU-T T.81, annex B): markers with their segments, and the scans between them.

use super::{NotBuiltSo, exif};

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const COM: u8 = 0xfe;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;
const APP15: u8 = 0xef;

/// A marker and the length of its segment.
const HEAD: usize = 4;
/// JFIF's segment without a thumbnail, marker and length included.
const JFIF: usize = 18;
/// Adobe's segment, marker and length included.
const ADOBE: usize = 16;

/// Where the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the second byte of the first marker, or before the first.
    Begin { seen: bool },
    /// Where a marker must begin.
    Between,
    /// Behind the `0xff` of a marker.
    Marker,
    /// In a segment.
    Segment,
    /// In a scan.
    Scan,
    /// Behind a `0xff` in a scan: a stuffed byte, a restart, or the scan's end.
    ScanMarker,
    /// Behind the picture. What follows is something else, and is dropped.
    End,
}

/// A JPEG as it comes.
pub(in crate::document) struct Jpeg {
    at: At,
    /// The segment that is being read, from its `0xff`.
    segment: Vec<u8>,
    turned: bool,
    framed: bool,
    scanned: bool,
}

impl Jpeg {
    pub(super) fn new() -> Self {
        Self { at: At::Begin { seen: false }, segment: Vec::new(), turned: false, framed: false, scanned: false }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.at == At::End && self.framed && self.scanned
    }

    pub(super) fn take(&mut self, mut bytes: &[u8], kept: &mut Vec<u8>) -> Result<(), NotBuiltSo> {
        while let Some((first, rest)) = bytes.split_first() {
            bytes = match self.at {
                At::Begin { seen: false } if *first == 0xff => {
                    self.at = At::Begin { seen: true };
                    rest
                }
                At::Begin { seen: true } if *first == SOI => {
                    kept.extend_from_slice(&[0xff, SOI]);
                    self.at = At::Between;
                    rest
                }
                At::Between if *first == 0xff => {
                    self.at = At::Marker;
                    rest
                }
                At::Begin { .. } | At::Between => return Err(NotBuiltSo),
                At::Marker | At::ScanMarker => {
                    self.marker(*first, kept)?;
                    rest
                }
                At::Segment => self.segment(bytes, kept)?,
                At::Scan => {
                    let end = bytes.iter().position(|byte| *byte == 0xff).unwrap_or(bytes.len());
                    let (scan, rest) = bytes.split_at(end);
                    kept.extend_from_slice(scan);
                    match rest.split_first() {
                        None => rest,
                        Some((_, rest)) => {
                            self.at = At::ScanMarker;
                            rest
                        }
                    }
                }
                At::End => return Ok(()),
            };
        }
        Ok(())
    }

    fn marker(&mut self, marker: u8, kept: &mut Vec<u8>) -> Result<(), NotBuiltSo> {
        match marker {
            // Any number of these may stand before a marker (B.1.1.2); none needs to.
            0xff => {}
            0x00 | 0xd0..=0xd7 if self.at == At::ScanMarker => {
                kept.extend_from_slice(&[0xff, marker]);
                self.at = At::Scan;
            }
            EOI => {
                kept.extend_from_slice(&[0xff, EOI]);
                self.at = At::End;
            }
            // Frames, tables, scans, and what applications add. JPEG's own extensions and reserved markers are no
            // picture that anybody here can look at.
            0xc0..=0xc7 | 0xc9..=0xcf | SOS..=0xdf | APP0..=APP15 | COM => {
                self.segment.clear();
                self.segment.extend_from_slice(&[0xff, marker]);
                self.at = At::Segment;
            }
            _ => return Err(NotBuiltSo),
        }
        Ok(())
    }

    /// Takes of the bytes what belongs to the segment, and gives the rest back.
    fn segment<'b>(&mut self, bytes: &'b [u8], kept: &mut Vec<u8>) -> Result<&'b [u8], NotBuiltSo> {
        let whole = self.length().unwrap_or(HEAD);
        let (own, rest) = bytes.split_at(bytes.len().min(whole.saturating_sub(self.segment.len())));
        self.segment.extend_from_slice(own);
        match self.length() {
            Some(length) if length < HEAD => return Err(NotBuiltSo),
            Some(length) if length == self.segment.len() => self.complete(kept),
            _ => {}
        }
        Ok(rest)
    }

    /// The length of the segment with its marker, once it has been read.
    fn length(&self) -> Option<usize> {
        match self.segment.get(2..HEAD) {
            Some([high, low]) => Some(2 + usize::from(u16::from_be_bytes([*high, *low]))),
            _ => None,
        }
    }

    fn complete(&mut self, kept: &mut Vec<u8>) {
        let marker = self.segment.get(1).copied().unwrap_or_default();
        let said = self.segment.get(HEAD..).unwrap_or_default();
        let keeps = match marker {
            // Without the thumbnail, which may show more than the picture does.
            APP0 => said.starts_with(b"JFIF\0") && self.segment.len() == JFIF,
            // How colours are meant.
            APP2 => said.starts_with(b"ICC_PROFILE\0"),
            APP14 => said.starts_with(b"Adobe") && self.segment.len() == ADOBE,
            APP0..=APP15 | COM => false,
            _ => true,
        };
        if keeps {
            kept.extend_from_slice(&self.segment);
        }
        // Which way up the picture is, is all that is told of what a camera wrote.
        if marker == APP1
            && !self.turned
            && let Some(turned) = exif::turned(said)
        {
            kept.extend_from_slice(&exif::alone(turned));
            self.turned = true;
        }
        self.framed |= matches!(marker, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf);
        self.scanned |= marker == SOS;
        self.at = if marker == SOS { At::Scan } else { At::Between };
        self.segment.clear();
    }
}
