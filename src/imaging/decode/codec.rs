//! One compressed frame through the codec of its transfer syntax.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dicom_encoding::adapters::{PixelDataObject, RawPixelData};
use dicom_encoding::transfer_syntax::TransferSyntaxIndex;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

use super::codestream::{self, Stream};
use super::{DecodeError, frame_bytes};
use crate::domain::identity::TransferSyntaxUid;
use crate::imaging::header::ImageHeader;

/// The frame's bytes in little endian, `bits_allocated` a pixel.
pub(super) fn decode(
    transfer_syntax: &TransferSyntaxUid,
    image: &ImageHeader,
    stream: &[u8],
) -> Result<Vec<u8>, DecodeError> {
    let uid = transfer_syntax.as_str();
    let reader = TransferSyntaxRegistry
        .get(uid)
        .and_then(|syntax| syntax.pixel_data_reader())
        .ok_or_else(|| DecodeError::NoDecoder(transfer_syntax.clone()))?;
    let precision = check_stream(uid, image, stream)?;
    let object = OneFrame { uid, image, stream };
    let mut pixels = Vec::new();
    // the codecs index into what they were sent; a bad stream may panic in them
    catch_unwind(AssertUnwindSafe(|| reader.decode_frame(&object, 0, &mut pixels)))
        .map_err(|_panic| DecodeError::Crashed)?
        .map_err(|error| DecodeError::Codec(causes(&error)))?;
    // a stream of up to 8 bits a sample comes back as bytes, whatever is allocated
    if precision.is_some_and(|bits| bits <= 8) && image.bits_allocated == 16 {
        let pixel_count = usize::from(image.rows) * usize::from(image.columns);
        pixels = pixels.iter().take(pixel_count).flat_map(|&byte| [byte, 0]).collect();
    }
    if pixels.len() < frame_bytes(image) {
        return Err(DecodeError::FrameMissing { frame: 0 });
    }
    pixels.truncate(frame_bytes(image));
    Ok(pixels)
}

/// Holds the stream's own dimensions against the header's, before the codec allocates by them. Returns the sample
/// precision of JPEG and JPEG-LS streams.
fn check_stream(uid: &str, image: &ImageHeader, stream: &[u8]) -> Result<Option<u8>, DecodeError> {
    let family = codestream::Family::of(uid);
    let found = match family {
        codestream::Family::Jpeg => codestream::jpeg(stream),
        codestream::Family::Jpeg2000 => codestream::jpeg_2000(stream),
        codestream::Family::Other => return Ok(None),
    };
    let Stream { columns, rows, components, precision } = found.ok_or(DecodeError::NotThatStream)?;
    let same = columns == u32::from(image.columns) && rows == u32::from(image.rows) && components == 1;
    if !same {
        return Err(DecodeError::OtherDimensions {
            found: format!("{columns} × {rows} × {components}"),
            declared: format!("{} × {} × 1", image.columns, image.rows),
        });
    }
    Ok((family == codestream::Family::Jpeg).then_some(precision))
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// One frame as the codecs want to see it: a single-frame object with one fragment.
#[derive(Debug)]
struct OneFrame<'a> {
    uid: &'a str,
    image: &'a ImageHeader,
    stream: &'a [u8],
}

impl PixelDataObject for OneFrame<'_> {
    fn transfer_syntax_uid(&self) -> &str {
        self.uid
    }

    fn rows(&self) -> Option<u16> {
        Some(self.image.rows)
    }

    fn cols(&self) -> Option<u16> {
        Some(self.image.columns)
    }

    fn samples_per_pixel(&self) -> Option<u16> {
        Some(self.image.samples_per_pixel)
    }

    fn bits_allocated(&self) -> Option<u16> {
        Some(self.image.bits_allocated)
    }

    fn bits_stored(&self) -> Option<u16> {
        Some(self.image.bits_stored)
    }

    fn photometric_interpretation(&self) -> Option<&str> {
        Some(&self.image.photometric)
    }

    fn number_of_frames(&self) -> Option<u32> {
        Some(1)
    }

    fn number_of_fragments(&self) -> Option<u32> {
        Some(1)
    }

    fn fragment(&self, fragment: usize) -> Option<Cow<'_, [u8]>> {
        (fragment == 0).then_some(Cow::Borrowed(self.stream))
    }

    fn offset_table(&self) -> Option<Cow<'_, [u32]>> {
        Some(Cow::Borrowed(&[]))
    }

    fn raw_pixel_data(&self) -> Option<RawPixelData> {
        let fragments = std::iter::once(self.stream.to_vec()).collect();
        Some(RawPixelData { fragments, offset_table: std::iter::empty().collect() })
    }
}
