//! What a picture is made of, and what of it travels. A camera writes place, hour, device and its owner's name beside
//! the picture; programs write notes, thumbnails of what was cut off, and whole other files behind its end. Only what the
//! picture itself needs is kept, by a list; everything else is taken out as the bytes come, and a file that is not built
//! as its type says is none. In memory is one segment at most, 64 KiB.

mod exif;
mod jpeg;
mod png;

use std::borrow::Cow;

use super::media::Media;
use jpeg::Jpeg;
use png::Png;

/// A file is not built as its type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotBuiltSo;

/// Takes out of a document what is not to travel.
pub(super) enum Cleaning {
    /// Nothing is: a paper is what its writer made it.
    Nothing,
    Jpeg(Jpeg),
    Png(Png),
}

impl Cleaning {
    /// Of a document of a type.
    pub(super) fn of(media: Media) -> Self {
        match media {
            Media::Pdf => Self::Nothing,
            Media::Jpeg => Self::Jpeg(Jpeg::new()),
            Media::Png => Self::Png(Png::new()),
        }
    }

    /// What travels of the next bytes and of those that waited for them.
    pub(super) fn cleaned<'b>(&mut self, bytes: &'b [u8]) -> Result<Cow<'b, [u8]>, NotBuiltSo> {
        let mut kept = Vec::with_capacity(bytes.len());
        match self {
            Self::Nothing => return Ok(Cow::Borrowed(bytes)),
            Self::Jpeg(jpeg) => jpeg.take(bytes, &mut kept)?,
            Self::Png(png) => png.take(bytes, &mut kept)?,
        }
        Ok(Cow::Owned(kept))
    }

    /// Whether what came is whole.
    pub(super) fn is_whole(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Jpeg(jpeg) => jpeg.is_whole(),
            Self::Png(png) => png.is_whole(),
        }
    }
}

#[cfg(test)]
mod tests;
