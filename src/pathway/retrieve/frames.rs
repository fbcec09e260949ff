//! Where the frames of a stored file lie (PS3.5 section 8.2, Annex A.4).

use std::ops::Range;

use bytes::{Buf, Bytes};

use super::{Located, RetrieveError};
use crate::archive::FileStore;

/// The header of an element with a 32-bit length, and of an item.
const LONG_HEADER: u64 = 12;
const ITEM_HEADER: u64 = 8;
const ITEM: u32 = 0xFFFE_E000;
/// Read at once when walking fragments: most images are one fragment and end within it.
const WINDOW: u64 = 64 * 1024;
const UNDEFINED: u32 = u32::MAX;

/// The ranges of each frame in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FrameIndex {
    frames: Vec<Vec<Range<u64>>>,
}

impl FrameIndex {
    /// The ranges of a frame, counted from 1; most often one.
    pub(super) fn of_frame(&self, number: u32) -> Option<&[Range<u64>]> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        self.frames.get(index).map(Vec::as_slice)
    }

    pub(super) async fn read(vault: &FileStore, of: &Located) -> Result<Self, RetrieveError> {
        let at = of.pixel_data_offset.ok_or(RetrieveError::NoFrames)?;
        let head = vault.read_range(of.blob, at..at + LONG_HEADER).await?;
        let (value_at, length) =
            pixel_header(of.transfer_syntax.as_str(), at, head).ok_or(RetrieveError::NoFrames)?;
        if length != UNDEFINED {
            return native(value_at, u64::from(length), of.frames).ok_or(RetrieveError::NoFrames);
        }
        let fragments = walk(vault, of, value_at).await?;
        encapsulated(vault, of, &fragments).await?.ok_or(RetrieveError::NoFrames)
    }
}

/// Where the pixel data's value begins and its length.
fn pixel_header(transfer_syntax: &str, at: u64, mut head: Bytes) -> Option<(u64, u32)> {
    if head.len() < 12 {
        return None;
    }
    match transfer_syntax {
        // Implicit: tag, 32-bit length.
        "1.2.840.10008.1.2" | "1.2.840.113619.5.2" => {
            head.advance(4);
            Some((at + ITEM_HEADER, head.get_u32_le()))
        }
        "1.2.840.10008.1.2.2" => {
            head.advance(8);
            Some((at + LONG_HEADER, head.get_u32()))
        }
        _ => {
            head.advance(8);
            Some((at + LONG_HEADER, head.get_u32_le()))
        }
    }
}

/// Frames of one size, one behind the other; a padding byte may follow the last.
fn native(value_at: u64, length: u64, frames: u32) -> Option<FrameIndex> {
    let size = length / u64::from(frames);
    if size == 0 {
        return None;
    }
    let range = |i: u64| std::iter::once(value_at + i * size..value_at + (i + 1) * size).collect();
    Some(FrameIndex { frames: (0..u64::from(frames)).map(range).collect() })
}

/// The value ranges of all items from the basic offset table on.
async fn walk(vault: &FileStore, of: &Located, mut at: u64) -> Result<Vec<Range<u64>>, RetrieveError> {
    let mut items = Vec::new();
    let mut window = Bytes::new();
    let mut window_at = at;
    loop {
        let within = at.checked_sub(window_at).and_then(|skip| usize::try_from(skip).ok());
        let mut head = match within.filter(|skip| skip + 8 <= window.len()) {
            Some(skip) => window.slice(skip..),
            None => {
                window = vault.read_range(of.blob, at..(at + WINDOW).min(of.size)).await?;
                window_at = at;
                window.clone()
            }
        };
        if head.len() < 8 {
            return Err(RetrieveError::NoFrames);
        }
        let tag = u32::from(head.get_u16_le()) << 16 | u32::from(head.get_u16_le());
        let length = u64::from(head.get_u32_le());
        if tag != ITEM {
            return Ok(items);
        }
        items.push(at + ITEM_HEADER..at + ITEM_HEADER + length);
        at += ITEM_HEADER + length;
    }
}

/// Assigns fragments to frames: one each, all to the only frame, or by the basic offset table.
async fn encapsulated(
    vault: &FileStore,
    of: &Located,
    items: &[Range<u64>],
) -> Result<Option<FrameIndex>, RetrieveError> {
    let Some((table, fragments)) = items.split_first() else { return Ok(None) };
    let frames = of.frames as usize;
    if frames == 1 {
        return Ok((!fragments.is_empty()).then(|| FrameIndex { frames: vec![fragments.to_vec()] }));
    }
    if fragments.len() == frames {
        return Ok(Some(FrameIndex { frames: fragments.iter().map(|range| vec![range.clone()]).collect() }));
    }
    let offsets = vault.read_range(of.blob, table.clone()).await?;
    Ok(by_offsets(&offsets, fragments, frames))
}

/// Offsets count from the first fragment's item tag (PS3.5 A.4).
fn by_offsets(table: &[u8], fragments: &[Range<u64>], frames: usize) -> Option<FrameIndex> {
    let base = fragments.first()?.start;
    let starts: Vec<u64> = table
        .chunks_exact(4)
        .map(|four| base + u64::from(u32::from_le_bytes([four[0], four[1], four[2], four[3]])))
        .collect();
    if starts.len() != frames {
        return None;
    }
    let mut of_frames = vec![Vec::new(); frames];
    for fragment in fragments {
        let frame = starts.partition_point(|start| *start <= fragment.start).checked_sub(1)?;
        of_frames.get_mut(frame)?.push(fragment.clone());
    }
    of_frames.iter().all(|ranges| !ranges.is_empty()).then_some(FrameIndex { frames: of_frames })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(ranges: &[Range<u64>]) -> Vec<(u64, u64)> {
        ranges.iter().map(|range| (range.start, range.end)).collect()
    }

    #[test]
    fn native_frames_lie_one_behind_the_other() {
        let index = native(100, 21, 2).unwrap();
        assert_eq!(index.of_frame(1).map(whole), Some(vec![(100, 110)]));
        assert_eq!(index.of_frame(2).map(whole), Some(vec![(110, 120)]));
        assert_eq!(index.of_frame(3), None);
        assert_eq!(index.of_frame(0), None);
    }

    #[test]
    fn fragments_are_assigned_by_the_offset_table() {
        let table: Vec<u8> = [0_u32, 30].iter().flat_map(|offset| offset.to_le_bytes()).collect();
        let fragments = [108..118, 126..130, 138..140];
        let index = by_offsets(&table, &fragments, 2).unwrap();
        assert_eq!(index.of_frame(1).map(whole), Some(vec![(108, 118), (126, 130)]));
        assert_eq!(index.of_frame(2).map(whole), Some(vec![(138, 140)]));
        assert_eq!(by_offsets(&table, &fragments, 3), None);
    }

    #[test]
    fn headers_are_read_in_each_encoding() {
        let implicit = Bytes::from_static(&[0xE0, 0x7F, 0x10, 0, 8, 0, 0, 0, 1, 2, 3, 4]);
        assert_eq!(pixel_header("1.2.840.10008.1.2", 10, implicit), Some((18, 8)));
        let explicit = Bytes::from_static(&[0xE0, 0x7F, 0x10, 0, b'O', b'W', 0, 0, 8, 0, 0, 0]);
        assert_eq!(pixel_header("1.2.840.10008.1.2.1", 10, explicit), Some((22, 8)));
        let big = Bytes::from_static(&[0x7F, 0xE0, 0, 0x10, b'O', b'W', 0, 0, 0, 0, 0, 8]);
        assert_eq!(pixel_header("1.2.840.10008.1.2.2", 10, big), Some((22, 8)));
    }
}
