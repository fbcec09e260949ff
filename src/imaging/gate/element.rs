//! One element header in the three encodings of PS3.5 (7.1.2 explicit, 7.1.3 implicit).

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::StandardDataDictionary;

use crate::domain::identity::TransferSyntaxUid;

/// How element headers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    ImplicitLittle,
    ExplicitLittle,
    ExplicitBig,
}

impl Encoding {
    pub(crate) fn of(transfer_syntax: &TransferSyntaxUid) -> Self {
        match transfer_syntax.as_str() {
            "1.2.840.10008.1.2" => Self::ImplicitLittle,
            "1.2.840.10008.1.2.2" => Self::ExplicitBig,
            _ => Self::ExplicitLittle,
        }
    }

    pub(crate) fn is_little(self) -> bool {
        self != Self::ExplicitBig
    }

    pub(crate) fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::ExplicitBig => u16::from_be_bytes(bytes),
            Self::ImplicitLittle | Self::ExplicitLittle => u16::from_le_bytes(bytes),
        }
    }

    pub(crate) fn f64(self, bytes: [u8; 8]) -> f64 {
        match self {
            Self::ExplicitBig => f64::from_be_bytes(bytes),
            Self::ImplicitLittle | Self::ExplicitLittle => f64::from_le_bytes(bytes),
        }
    }

    pub(crate) fn f32(self, bytes: [u8; 4]) -> f32 {
        f32::from_bits(self.u32(bytes))
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::ExplicitBig => u32::from_be_bytes(bytes),
            Self::ImplicitLittle | Self::ExplicitLittle => u32::from_le_bytes(bytes),
        }
    }
}

/// A value length: known, or "until the delimiter".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Defined(u32),
    Undefined,
}

impl Length {
    fn of(raw: u32) -> Self {
        if raw == u32::MAX { Self::Undefined } else { Self::Defined(raw) }
    }
}

/// A decoded element header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ElementHeader {
    pub tag: Tag,
    pub vr: VR,
    pub length: Length,
}

/// Bytes that the header starting with these eight needs in all: 8 or 12.
pub(crate) fn header_size(first: &[u8; 8], encoding: Encoding) -> usize {
    let group = encoding.u16([first[0], first[1]]);
    if encoding == Encoding::ImplicitLittle || group == 0xFFFE || is_short(vr_of(first)) { 8 } else { 12 }
}

/// Decodes a complete header; `bytes` holds at least [`header_size`] of them.
pub(crate) fn decode(bytes: &[u8; 12], encoding: Encoding) -> ElementHeader {
    let tag = Tag(encoding.u16([bytes[0], bytes[1]]), encoding.u16([bytes[2], bytes[3]]));
    let at_4 = [bytes[4], bytes[5], bytes[6], bytes[7]];
    if tag.group() == 0xFFFE {
        return ElementHeader { tag, vr: VR::UN, length: Length::of(encoding.u32(at_4)) };
    }
    if encoding == Encoding::ImplicitLittle {
        return ElementHeader { tag, vr: implicit_vr(tag), length: Length::of(encoding.u32(at_4)) };
    }
    let first = [bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]];
    let vr = vr_of(&first);
    let length = if is_short(vr) {
        Length::Defined(u32::from(encoding.u16([bytes[6], bytes[7]])))
    } else {
        Length::of(encoding.u32([bytes[8], bytes[9], bytes[10], bytes[11]]))
    };
    ElementHeader { tag, vr, length }
}

/// An unknown pair of letters is read as UN with a 32-bit length, as dicom-encoding does.
fn vr_of(first: &[u8; 8]) -> VR {
    VR::from_binary([first[4], first[5]]).unwrap_or(VR::UN)
}

fn implicit_vr(tag: Tag) -> VR {
    if tag == Tag(0x7FE0, 0x0010) || (tag.group() >> 8 == 0x60 && tag.element() == 0x3000) {
        return VR::OW;
    }
    StandardDataDictionary.by_tag(tag).map_or(VR::UN, |entry| entry.vr().relaxed())
}

/// VRs with a 16-bit length in explicit encodings (PS3.5 table 7.1-2).
fn is_short(vr: VR) -> bool {
    matches!(
        vr,
        VR::AE
            | VR::AS
            | VR::AT
            | VR::CS
            | VR::DA
            | VR::DS
            | VR::DT
            | VR::FL
            | VR::FD
            | VR::IS
            | VR::LO
            | VR::LT
            | VR::PN
            | VR::SH
            | VR::SL
            | VR::SS
            | VR::ST
            | VR::TM
            | VR::UI
            | VR::UL
            | VR::US
    )
}

/// VRs whose backslash separates values, each of which a parser keeps as a string of its own.
pub(crate) fn is_multi_string(vr: VR) -> bool {
    matches!(
        vr,
        VR::AE
            | VR::AS
            | VR::CS
            | VR::DA
            | VR::DS
            | VR::DT
            | VR::IS
            | VR::LO
            | VR::PN
            | VR::SH
            | VR::TM
            | VR::UC
            | VR::UI
    )
}
