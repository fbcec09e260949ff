//! Stored pixels of a greyscale frame, from every transfer syntax that a decoder here understands.
//!
//! A frame that cannot be decoded is an error with its reason: the series then says "not analysable", and the
//! instance stays stored as it came. Dimensions inside a compressed stream are held against the header before a
//! codec may allocate, and a codec that panics costs its frame only.

mod codec;
mod codestream;

use std::borrow::Cow;

use dicom_encoding::Endianness;
use ndarray::Array2;

use crate::domain::identity::TransferSyntaxUid;
use crate::imaging::gate::{self, Limits, PixelLayout, Refusal};
use crate::imaging::header::{FrameHeader, Header, ImageHeader, Rescale, Signedness};

/// Why a frame could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("the instance has no pixel data")]
    NoPixels,
    #[error("the pixels are {photometric} with {samples} samples, not greyscale")]
    NotGreyscale { photometric: String, samples: u16 },
    #[error("{bits} bits allocated to a pixel are not supported")]
    BitDepth { bits: u16 },
    #[error("frame {frame} is missing or incomplete")]
    FrameMissing { frame: u32 },
    #[error("no decoder for transfer syntax {0}")]
    NoDecoder(TransferSyntaxUid),
    #[error("the compressed stream holds {found} pixels, the header declares {declared}")]
    OtherDimensions { found: String, declared: String },
    #[error("the compressed stream is not of its transfer syntax")]
    NotThatStream,
    #[error("the decoder failed: {0}")]
    Codec(String),
    #[error("the decoder crashed on this stream")]
    Crashed,
}

/// One frame's stored values, row by row, before any rescale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFrame {
    pub rows: usize,
    pub columns: usize,
    pub samples: Vec<i32>,
}

impl StoredFrame {
    /// Output units (HU for CT) [rows, columns].
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "HU fit in f32 with 1e-3 to spare")]
    pub fn rescaled(&self, rescale: Rescale) -> Array2<f32> {
        let value = |(row, column): (usize, usize)| {
            (f64::from(self.samples[row * self.columns + column]) * rescale.slope + rescale.intercept) as f32
        };
        Array2::from_shape_fn((self.rows, self.columns), value)
    }
}

/// An instance in memory whose frames can be decoded.
#[derive(Debug)]
pub struct Instance<'a> {
    header: Header,
    frames: Vec<FrameHeader>,
    transfer_syntax: TransferSyntaxUid,
    dataset: Cow<'a, [u8]>,
    pixels: Option<PixelLayout>,
}

impl<'a> Instance<'a> {
    /// Scans a data set (no file meta information) through the gate.
    ///
    /// # Errors
    /// What the gate refuses.
    pub fn open(
        dataset: &'a [u8],
        transfer_syntax: &TransferSyntaxUid,
        limits: Limits,
    ) -> Result<Self, Refusal> {
        let collected = gate::scan(dataset, transfer_syntax, limits)?;
        let dataset = if gate::is_deflated(transfer_syntax) {
            Cow::Owned(gate::inflate_all(dataset, &limits)?)
        } else {
            Cow::Borrowed(dataset)
        };
        Ok(Self {
            header: Header::from_collected(&collected)?,
            frames: Header::frames(&collected),
            transfer_syntax: transfer_syntax.clone(),
            dataset,
            pixels: collected.pixels,
        })
    }

    /// Scans a whole DICOM file through the gate.
    ///
    /// # Errors
    /// What the gate refuses.
    pub fn open_file(file: &'a [u8], limits: Limits) -> Result<Self, Refusal> {
        let meta = gate::admit_file(file, limits)?.meta;
        Self::open(&file[meta.dataset_offset..], &meta.transfer_syntax, limits)
    }

    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// One a frame where functional groups describe them, else one for the whole instance.
    #[must_use]
    pub fn frames(&self) -> &[FrameHeader] {
        &self.frames
    }

    #[must_use]
    pub fn transfer_syntax(&self) -> &TransferSyntaxUid {
        &self.transfer_syntax
    }

    /// The stored values of a frame, counted from 0.
    ///
    /// # Errors
    /// Pixels that are absent, not greyscale, incomplete, or in a form that no decoder here reads.
    pub fn decode_frame(&self, frame: u32) -> Result<StoredFrame, DecodeError> {
        let image = self.header.image.as_ref().ok_or(DecodeError::NoPixels)?;
        check_greyscale(image)?;
        let bytes = match self.pixels.as_ref().ok_or(DecodeError::NoPixels)? {
            PixelLayout::Native { offset, length } => {
                Cow::Borrowed(self.native_frame(image, frame, *offset, *length)?)
            }
            PixelLayout::Encapsulated(fragments) => {
                let stream = self.encapsulated_frame(image, frame, fragments)?;
                Cow::Owned(codec::decode(&self.transfer_syntax, image, &stream)?)
            }
        };
        let samples = samples(image, &bytes, self.endianness());
        let (rows, columns) = (usize::from(image.rows), usize::from(image.columns));
        if samples.len() < rows * columns {
            return Err(DecodeError::FrameMissing { frame });
        }
        Ok(StoredFrame { rows, columns, samples })
    }

    /// A frame's bytes uncompressed in little endian, as many bits a sample as are allocated; counted from 0.
    ///
    /// # Errors
    /// As [`Self::decode_frame`]; uncompressed pixels may have any colours.
    pub fn native_frame_bytes(&self, frame: u32) -> Result<Vec<u8>, DecodeError> {
        let image = self.header.image.as_ref().ok_or(DecodeError::NoPixels)?;
        match self.pixels.as_ref().ok_or(DecodeError::NoPixels)? {
            PixelLayout::Native { offset, length } => {
                let missing = || DecodeError::FrameMissing { frame };
                let size = length / u64::from(image.frames.max(1));
                let start = offset + u64::from(frame) * size;
                if frame >= image.frames || size == 0 {
                    return Err(missing());
                }
                let mut bytes = self.slice(start, size).ok_or_else(missing)?.to_vec();
                if matches!(self.endianness(), Endianness::Big) {
                    let width = usize::from(image.bits_allocated / 8).max(1);
                    bytes.chunks_exact_mut(width).for_each(<[u8]>::reverse);
                }
                Ok(bytes)
            }
            PixelLayout::Encapsulated(fragments) => {
                check_greyscale(image)?;
                codec::decode(
                    &self.transfer_syntax,
                    image,
                    &self.encapsulated_frame(image, frame, fragments)?,
                )
            }
        }
    }

    fn endianness(&self) -> Endianness {
        match self.transfer_syntax.as_str() {
            "1.2.840.10008.1.2.2" => Endianness::Big,
            _ => Endianness::Little,
        }
    }

    fn native_frame(
        &self,
        image: &ImageHeader,
        frame: u32,
        offset: u64,
        length: u64,
    ) -> Result<&[u8], DecodeError> {
        let missing = || DecodeError::FrameMissing { frame };
        let size = frame_bytes(image) as u64;
        let start = u64::from(frame).checked_mul(size).ok_or_else(missing)?;
        if frame >= image.frames || start.checked_add(size).is_none_or(|end| end > length) {
            return Err(missing());
        }
        self.slice(offset + start, size).ok_or_else(missing)
    }

    /// The compressed bytes of one frame: its fragment, or its fragments put together.
    fn encapsulated_frame(
        &self,
        image: &ImageHeader,
        frame: u32,
        fragments: &[(u64, u64)],
    ) -> Result<Cow<'_, [u8]>, DecodeError> {
        let missing = || DecodeError::FrameMissing { frame };
        let (table, fragments) = fragments.split_first().ok_or_else(missing)?;
        let (index, frames) = (frame as usize, image.frames as usize);
        if index >= frames {
            return Err(missing());
        }
        let of_frame = if fragments.len() == frames {
            &fragments[index..=index]
        } else if frames == 1 {
            fragments
        } else {
            self.by_offset_table(*table, fragments, index).ok_or_else(missing)?
        };
        if let [(offset, length)] = *of_frame {
            return self.slice(offset, length).map(Cow::Borrowed).ok_or_else(missing);
        }
        let mut joined = Vec::new();
        for &(offset, length) in of_frame {
            joined.extend_from_slice(self.slice(offset, length).ok_or_else(missing)?);
        }
        Ok(Cow::Owned(joined))
    }

    /// The fragments of a frame by the basic offset table (PS3.5 A.4), whose offsets count from the first fragment's
    /// item tag.
    fn by_offset_table<'f>(
        &self,
        table: (u64, u64),
        fragments: &'f [(u64, u64)],
        index: usize,
    ) -> Option<&'f [(u64, u64)]> {
        let offsets: Vec<u64> = self
            .slice(table.0, table.1)?
            .chunks_exact(4)
            .map(|four| u64::from(u32::from_le_bytes([four[0], four[1], four[2], four[3]])))
            .collect();
        let base = fragments.first()?.0;
        let starts_at = |offset: u64| fragments.iter().position(|&(at, _)| at == base + offset);
        let start = starts_at(*offsets.get(index)?)?;
        let end = match offsets.get(index + 1) {
            Some(&offset) => starts_at(offset)?,
            None => fragments.len(),
        };
        fragments.get(start..end).filter(|found| !found.is_empty())
    }

    fn slice(&self, offset: u64, length: u64) -> Option<&[u8]> {
        let start = usize::try_from(offset).ok()?;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        self.dataset.get(start..end)
    }
}

fn check_greyscale(image: &ImageHeader) -> Result<(), DecodeError> {
    let grey = matches!(image.photometric.as_str(), "MONOCHROME1" | "MONOCHROME2");
    if !grey || image.samples_per_pixel != 1 {
        let photometric = image.photometric.clone();
        return Err(DecodeError::NotGreyscale { photometric, samples: image.samples_per_pixel });
    }
    let stored_fits = (1..=image.bits_allocated).contains(&image.bits_stored);
    if !matches!(image.bits_allocated, 8 | 16 | 32) || !stored_fits {
        return Err(DecodeError::BitDepth { bits: image.bits_allocated });
    }
    Ok(())
}

/// Bytes of one uncompressed greyscale frame.
fn frame_bytes(image: &ImageHeader) -> usize {
    usize::from(image.rows) * usize::from(image.columns) * usize::from(image.bits_allocated / 8)
}

/// Stored values: only the low `bits_stored` bits count (older images keep overlays above them), sign-extended
/// where signed.
fn samples(image: &ImageHeader, bytes: &[u8], endianness: Endianness) -> Vec<i32> {
    let shift = 32 - u32::from(image.bits_stored).min(32);
    let trim = |raw: u32| match image.signedness {
        Signedness::Signed => (raw << shift).cast_signed() >> shift,
        Signedness::Unsigned => ((raw << shift) >> shift).cast_signed(),
    };
    let wide = |two: &[u8]| match (two, endianness) {
        (&[a, b], Endianness::Big) => u32::from(u16::from_be_bytes([a, b])),
        (&[a, b], Endianness::Little) => u32::from(u16::from_le_bytes([a, b])),
        (&[a, b, c, d], Endianness::Big) => u32::from_be_bytes([a, b, c, d]),
        (&[a, b, c, d], Endianness::Little) => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    };
    match image.bits_allocated {
        8 => bytes.iter().map(|&byte| trim(u32::from(byte))).collect(),
        16 => bytes.chunks_exact(2).map(|two| trim(wide(two))).collect(),
        _ => bytes.chunks_exact(4).map(|four| trim(wide(four))).collect(),
    }
}
