//! What documents are: three media types, told by their first bytes. A list of three needs no crate.

use sangam_vocabulary::Category;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    Pdf,
    Jpeg,
    Png,
}

/// As many first bytes as tell each of them apart.
pub(super) const TELLS: usize = 8;

impl Media {
    const ALL: [Self; 3] = [Self::Pdf, Self::Jpeg, Self::Png];

    /// The media type as `Content-Type` spells it.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The first bytes: PDF (ISO 32000-1, 7.5.2), JPEG (ITU-T T.81, B.1.1.3), PNG (ISO/IEC 15948, 5.2).
    const fn begins(self) -> &'static [u8] {
        match self {
            Self::Pdf => b"%PDF-",
            Self::Jpeg => &[0xff, 0xd8, 0xff],
            Self::Png => &[0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'],
        }
    }

    /// What a `Content-Type` announces: one of the three, alone.
    pub(super) fn announced(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|media| media.text().eq_ignore_ascii_case(text.trim()))
    }

    /// Whether bytes begin so.
    pub(super) fn is(self, bytes: &[u8]) -> bool {
        bytes.starts_with(self.begins())
    }

    /// Whether a document of a category can be of this type: a photograph is an image.
    pub(super) const fn fits(self, category: Category) -> bool {
        match category {
            Category::Image => matches!(self, Self::Jpeg | Self::Png),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use sangam_vocabulary::Category;

    use super::{Media, TELLS};

    #[test]
    fn a_type_is_told_by_its_first_bytes_and_by_nothing_else() {
        let begins: [(&[u8], Option<Media>); 7] = [
            (b"%PDF-1.7\n", Some(Media::Pdf)),
            (b"\xff\xd8\xff\xe0\0\x10JF", Some(Media::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(Media::Png)),
            (b"\x89PNG\n\x1a\n..", None),
            (b"<html>%PDF-1.7", None),
            (b"PK\x03\x04....", None),
            (b" %PDF-1.7", None),
        ];
        for (bytes, told) in begins {
            assert_eq!(Media::ALL.into_iter().find(|media| media.is(bytes)), told, "{bytes:?}");
        }
        assert!(Media::ALL.into_iter().all(|media| media.begins().len() <= TELLS));
    }

    #[test]
    fn what_is_announced_is_one_of_three_alone() {
        assert_eq!(Media::announced("application/pdf"), Some(Media::Pdf));
        assert_eq!(Media::announced("IMAGE/JPEG "), Some(Media::Jpeg));
        for other in ["", "application/pdf; x=1", "image/*", "image/svg+xml", "text/html", "application/pdf, text/html"]
        {
            assert_eq!(Media::announced(other), None, "{other}");
        }
    }

    #[test]
    fn a_photograph_is_an_image() {
        assert!(!Media::Pdf.fits(Category::Image) && Media::Pdf.fits(Category::Documents));
        assert!(Media::Jpeg.fits(Category::Image) && Media::Png.fits(Category::Image));
    }
}
