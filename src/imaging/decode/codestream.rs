//! The dimensions that a compressed stream itself declares.

/// Which marker syntax a transfer syntax's streams follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// ISO 10918-1 and 14495-1 (JPEG-LS): the same segments.
    Jpeg,
    /// ISO 15444-1 and -15 (HTJ2K).
    Jpeg2000,
    Other,
}

impl Family {
    pub(super) fn of(transfer_syntax: &str) -> Self {
        let Some(suffix) = transfer_syntax.strip_prefix("1.2.840.10008.1.2.4.") else { return Self::Other };
        match suffix {
            "50" | "51" | "57" | "70" | "80" | "81" => Self::Jpeg,
            "90" | "91" | "92" | "93" | "201" | "202" | "203" => Self::Jpeg2000,
            _ => Self::Other,
        }
    }
}

/// What a stream declares of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stream {
    pub columns: u32,
    pub rows: u32,
    pub components: u16,
    pub precision: u8,
}

/// The frame header (SOF) before the first scan; none where there is none, or where two disagree.
pub(super) fn jpeg(stream: &[u8]) -> Option<Stream> {
    let mut rest = stream.strip_prefix(&[0xFF, 0xD8])?;
    let mut found = None;
    loop {
        let start = rest.iter().position(|&byte| byte != 0xFF)?;
        let marker = rest[start];
        let segment = rest.get(start + 1..)?;
        if start == 0 || marker == 0xD9 {
            return None;
        }
        if marker == 0xDA {
            return found;
        }
        let length = usize::from(u16::from_be_bytes(*segment.first_chunk::<2>()?));
        if matches!(marker, 0xC0..=0xCF | 0xF7) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) {
            let &[_, _, precision, rows_high, rows_low, columns_high, columns_low, components] =
                segment.first_chunk::<8>()?;
            let this = Stream {
                columns: u32::from(u16::from_be_bytes([columns_high, columns_low])),
                rows: u32::from(u16::from_be_bytes([rows_high, rows_low])),
                components: u16::from(components),
                precision,
            };
            if found.replace(this).is_some_and(|before| before != this) {
                return None;
            }
        }
        rest = segment.get(length.max(2)..)?;
    }
}

/// The SIZ segment, which opens a codestream, bare or in its JP2 boxes.
pub(super) fn jpeg_2000(stream: &[u8]) -> Option<Stream> {
    const SOC_SIZ: [u8; 4] = [0xFF, 0x4F, 0xFF, 0x51];
    let start = stream.windows(4).take(4096).position(|four| four == SOC_SIZ)?;
    let siz = stream.get(start + 4..)?;
    let at = |offset: usize| siz.get(offset..)?.first_chunk::<4>().map(|four| u32::from_be_bytes(*four));
    let (width, height, left, top) = (at(4)?, at(8)?, at(12)?, at(16)?);
    let components = u16::from_be_bytes(*siz.get(36..)?.first_chunk::<2>()?);
    let precision = (siz.get(38)? & 0x7F) + 1;
    Some(Stream { columns: width.checked_sub(left)?, rows: height.checked_sub(top)?, components, precision })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jpeg_frame_header_is_found_behind_other_segments() {
        let mut stream = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, 0xC3, 0, 11, 16, 2, 0, 1, 0, 1];
        stream.extend_from_slice(&[0, 0x11, 0, 0xFF, 0xDA, 0, 0]);
        let expected = Stream { columns: 256, rows: 512, components: 1, precision: 16 };
        assert_eq!(jpeg(&stream), Some(expected));
        for end in 0..stream.len() - 2 {
            assert_eq!(jpeg(&stream[..end]), None, "cut at {end}");
        }
    }

    #[test]
    fn a_second_frame_header_that_disagrees_is_no_stream() {
        let stream = [
            &[0xFF, 0xD8][..],
            &[0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 0, 0x11, 0],
            &[0xFF, 0xC0, 0, 11, 8, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0x11, 0],
            &[0xFF, 0xDA, 0, 0],
        ]
        .concat();
        assert_eq!(jpeg(&stream), None);
    }

    #[test]
    fn a_jpeg_2000_size_subtracts_its_offset() {
        let mut stream = vec![0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0];
        for number in [520_u32, 530, 8, 18, 512, 512, 0, 0] {
            stream.extend_from_slice(&number.to_be_bytes());
        }
        stream.extend_from_slice(&[0, 1, 0x8B, 1, 1]);
        assert_eq!(
            jpeg_2000(&stream),
            Some(Stream { columns: 512, rows: 512, components: 1, precision: 12 })
        );
    }
}
