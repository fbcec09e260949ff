//! Data sets written by hand, so that they may lie.

pub const EXPLICIT: &str = "1.2.840.10008.1.2.1";

/// Explicit little endian, 16-bit length, padded to an even one.
pub fn element(tag: (u16, u16), vr: [u8; 2], value: &[u8]) -> Vec<u8> {
    let mut value = value.to_vec();
    if value.len() % 2 == 1 {
        value.push(if &vr == b"UI" { 0 } else { b' ' });
    }
    let length = u16::try_from(value.len()).unwrap();
    [&tag.0.to_le_bytes()[..], &tag.1.to_le_bytes(), &vr, &length.to_le_bytes(), &value].concat()
}

/// Explicit little endian, 32-bit length.
pub fn long_element(tag: (u16, u16), vr: [u8; 2], value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).unwrap();
    [&tag.0.to_le_bytes()[..], &tag.1.to_le_bytes(), &vr, &[0, 0], &length.to_le_bytes(), value].concat()
}

/// The four UIDs that every instance has.
pub fn identifiers() -> Vec<u8> {
    [
        element((0x0008, 0x0016), *b"UI", b"1.2.840.10008.5.1.4.1.1.2"),
        element((0x0008, 0x0018), *b"UI", b"1.2.3.4"),
        element((0x0020, 0x000D), *b"UI", b"1.2.3"),
        element((0x0020, 0x000E), *b"UI", b"1.2.3.5"),
    ]
    .concat()
}

/// Sequences of undefined length within each other, closed.
pub fn nested(levels: usize) -> Vec<u8> {
    let open = [
        &[0x40, 0x00, 0x60, 0xA1, b'S', b'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF][..],
        &[0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF],
    ]
    .concat();
    let close = [0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0];
    [open.repeat(levels), close.repeat(levels)].concat()
}

/// A file around a data set.
pub fn file(transfer_syntax: &str, dataset: &[u8]) -> Vec<u8> {
    let meta = element((0x0002, 0x0010), *b"UI", transfer_syntax.as_bytes());
    let length = element((0x0002, 0x0000), *b"UL", &u32::try_from(meta.len()).unwrap().to_le_bytes());
    [&[0; 128][..], b"DICM", &length, &meta, dataset].concat()
}

/// An image's own attributes; 8 × 8 of 16 bits unless changed.
#[derive(Debug, Clone, Copy)]
pub struct Image {
    pub rows: u16,
    pub columns: u16,
    pub frames: &'static str,
    pub photometric: &'static str,
}

impl Default for Image {
    fn default() -> Self {
        Self { rows: 8, columns: 8, frames: "1", photometric: "MONOCHROME2" }
    }
}

impl Image {
    fn attributes(&self) -> Vec<u8> {
        let short = |number: u16, value: u16| element((0x0028, number), *b"US", &value.to_le_bytes());
        [
            identifiers(),
            short(0x0002, 1),
            element((0x0028, 0x0004), *b"CS", self.photometric.as_bytes()),
            element((0x0028, 0x0008), *b"IS", self.frames.as_bytes()),
            short(0x0010, self.rows),
            short(0x0011, self.columns),
            short(0x0100, 16),
            short(0x0101, 16),
            short(0x0103, 1),
        ]
        .concat()
    }

    pub fn native(&self, pixels: &[u8]) -> Vec<u8> {
        [self.attributes(), long_element((0x7FE0, 0x0010), *b"OW", pixels)].concat()
    }

    /// An empty offset table and one fragment.
    pub fn encapsulated(&self, stream: &[u8]) -> Vec<u8> {
        let length = u32::try_from(stream.len()).unwrap();
        [
            &self.attributes()[..],
            &[0xE0, 0x7F, 0x10, 0x00, b'O', b'B', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF],
            &[0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0],
            &[0xFE, 0xFF, 0x00, 0xE0],
            &length.to_le_bytes(),
            stream,
            &[0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0],
        ]
        .concat()
    }
}
