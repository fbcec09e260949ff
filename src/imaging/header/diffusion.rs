//! How strongly an image is diffusion-weighted, and along which direction: the standard's attributes (PS3.3
//! C.8.13.5.9), else each maker's own.

use dicom_dictionary_std::tags as dicom;
use serde::{Deserialize, Serialize};

use super::values::Values;

/// GE writes b-values from here on as this much more, to say that directions follow.
const GE_OFFSET: f64 = 1e9;
/// More tags than any CSA header has.
const MAX_CSA_TAGS: u32 = 1_024;

/// Diffusion weighting of one image or frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Diffusion {
    /// s/mm².
    pub b_value: Option<f64>,
    pub direction: Option<Direction>,
}

/// (0018,9075), or what the maker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Not diffusion-weighted.
    None,
    /// Along one direction.
    Directional,
    /// Averaged over directions: a trace image.
    Isotropic,
}

/// As the standard's attributes of a data set or a functional group say.
pub(super) fn standard(values: &Values<'_>) -> Diffusion {
    let direction = match values.text(dicom::DIFFUSION_DIRECTIONALITY).as_deref() {
        Some("NONE") => Some(Direction::None),
        Some("DIRECTIONAL" | "BMATRIX") => Some(Direction::Directional),
        Some("ISOTROPIC") => Some(Direction::Isotropic),
        _ => None,
    };
    Diffusion { b_value: values.double(dicom::DIFFUSION_B_VALUE).filter(|b| *b >= 0.0), direction }
}

/// As a data set says, by the standard's attributes or the maker's.
pub(super) fn of_data_set(values: &Values<'_>) -> Diffusion {
    let standard = standard(values);
    Diffusion {
        b_value: standard.b_value.or_else(|| makers_b_value(values)).filter(|b| b.is_finite() && *b >= 0.0),
        direction: standard.direction.or_else(|| philips_direction(values)),
    }
}

fn makers_b_value(values: &Values<'_>) -> Option<f64> {
    values
        .private(0x0019, 0x0C, "SIEMENS MR HEADER")
        .and_then(first_number)
        .or_else(|| values.private(0x0029, 0x10, "SIEMENS CSA HEADER").and_then(csa_b_value))
        .or_else(|| values.private(0x2001, 0x03, "Philips Imaging").and_then(|bytes| float(values, bytes)))
        .or_else(|| {
            values.private(0x0043, 0x39, "GEMS_PARM").and_then(first_number).map(|b| b.rem_euclid(GE_OFFSET))
        })
        .or_else(|| values.text(dicom::SEQUENCE_NAME).as_deref().and_then(named_b_value))
}

fn philips_direction(values: &Values<'_>) -> Option<Direction> {
    match values.private(0x2001, 0x04, "Philips Imaging")?.first()? {
        b'I' => Some(Direction::Isotropic),
        // along an axis of the patient, or oblique
        b'P' | b'M' | b'S' | b'O' => Some(Direction::Directional),
        _ => None,
    }
}

/// The first of backslash-separated numbers.
fn first_number(bytes: &[u8]) -> Option<f64> {
    let first = bytes.split(|&byte| byte == b'\\').next()?;
    std::str::from_utf8(first).ok()?.trim_matches(['\0', ' ']).parse().ok()
}

/// FL as Philips writes it, or text from those who rewrote it.
fn float(values: &Values<'_>, bytes: &[u8]) -> Option<f64> {
    let four = <[u8; 4]>::try_from(bytes).ok().filter(|_| first_number(bytes).is_none());
    four.map_or_else(|| first_number(bytes), |four| Some(f64::from(values.encoding().f32(four))))
}

/// `*ep_b1000t` → 1000.
fn named_b_value(name: &str) -> Option<f64> {
    name.match_indices('b').find_map(|(at, _)| {
        let digits: String = name[at + 1..].chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
}

/// `B_value` of a Siemens CSA2 header: tags of 84 bytes, each followed by its items of 16 bytes and a value padded to
/// four.
fn csa_b_value(header: &[u8]) -> Option<f64> {
    let word = |at: usize| {
        let four = header.get(at..at.checked_add(4)?)?;
        Some(u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
    };
    if header.get(..4)? != b"SV10" {
        return None;
    }
    let mut at = 16;
    for _ in 0..word(8)?.min(MAX_CSA_TAGS) {
        let name = header.get(at..at + 64)?;
        let wanted = name.starts_with(b"B_value\0");
        let items = word(at + 76)?;
        at += 84;
        for _ in 0..items {
            let length = usize::try_from(word(at)?).ok()?;
            let value = header.get(at + 16..(at + 16).checked_add(length)?)?;
            if wanted && let Some(b_value) = first_number(value) {
                return Some(b_value);
            }
            at += 16 + length.next_multiple_of(4);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use dicom_core::Tag;

    use super::*;
    use crate::imaging::gate::KeptValue;
    use crate::imaging::gate::element::Encoding;

    fn diffusion(values: &[(u16, u16, &[u8])]) -> Diffusion {
        let keep = |&(group, element, bytes): &(u16, u16, &[u8])| KeptValue {
            tag: Tag(group, element),
            bytes: bytes.to_vec(),
        };
        let kept: Vec<_> = values.iter().map(keep).collect();
        of_data_set(&Values::of_group(&kept, Encoding::ExplicitLittle))
    }

    fn b_value(values: &[(u16, u16, &[u8])]) -> Option<f64> {
        diffusion(values).b_value
    }

    #[test]
    fn each_maker_s_b_value_is_read_under_its_own_creator_only() {
        let siemens: (u16, u16, &[u8]) = (0x0019, 0x0010, b"SIEMENS MR HEADER ");
        assert_eq!(b_value(&[siemens, (0x0019, 0x100C, b"1000")]), Some(1000.0));
        assert_eq!(b_value(&[siemens, (0x0019, 0x110C, b"1000")]), None);
        assert_eq!(b_value(&[(0x0019, 0x0010, b"e2d300ee5d53"), (0x0019, 0x100C, b"1000")]), None);
        let ge: (u16, u16, &[u8]) = (0x0043, 0x0010, b"GEMS_PARM_01");
        assert_eq!(b_value(&[ge, (0x0043, 0x1039, b"1000000800\\8\\0\\0 ")]), Some(800.0));
        assert_eq!(b_value(&[ge, (0x0043, 0x1039, b"1000\\8\\0\\0")]), Some(1000.0));
        let philips: (u16, u16, &[u8]) = (0x2001, 0x0010, b"Philips Imaging DD 001");
        let b = 1000_f32.to_le_bytes();
        let found = diffusion(&[philips, (0x2001, 0x1003, &b), (0x2001, 0x1004, b"I ")]);
        assert_eq!(found, Diffusion { b_value: Some(1000.0), direction: Some(Direction::Isotropic) });
        assert_eq!(b_value(&[philips, (0x2001, 0x1003, &[0; 4])]), Some(0.0));
        assert_eq!(b_value(&[(0x0018, 0x0024, b"*ep_b1000t")]), Some(1000.0));
        assert_eq!(b_value(&[(0x0018, 0x0024, b"*tfl3d1")]), None);
    }

    #[test]
    fn the_standard_s_attribute_comes_first_and_a_number_that_is_none_is_left_out() {
        let named: (u16, u16, &[u8]) = (0x0018, 0x0024, b"ep_b1000");
        assert_eq!(b_value(&[(0x0018, 0x9087, &800_f64.to_le_bytes()), named]), Some(800.0));
        assert_eq!(b_value(&[(0x0018, 0x9087, &f64::NAN.to_le_bytes()), named]), Some(1000.0));
        assert_eq!(diffusion(&[(0x0018, 0x9075, b"NONE")]).direction, Some(Direction::None));
    }

    fn csa_tag(name: &str, values: &[&str]) -> Vec<u8> {
        let mut out = name.as_bytes().to_vec();
        out.resize(76, 0);
        out.extend_from_slice(&u32::try_from(values.len()).unwrap().to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        for value in values {
            out.extend_from_slice(&u32::try_from(value.len()).unwrap().to_le_bytes());
            out.extend_from_slice(&[0; 12]);
            out.extend_from_slice(value.as_bytes());
            out.resize(out.len().next_multiple_of(4), 0);
        }
        out
    }

    #[test]
    fn a_csa_header_gives_its_b_value_and_none_of_its_cuts_panics() {
        let mut header = [b"SV10".as_slice(), &[4, 3, 2, 1, 2, 0, 0, 0, 0x4D, 0, 0, 0]].concat();
        header.extend(csa_tag("EchoLinePosition", &["64", "", "7"]));
        header.extend(csa_tag("B_value", &["1000", "", ""]));
        let creator: (u16, u16, &[u8]) = (0x0029, 0x0010, b"SIEMENS CSA HEADER");
        assert_eq!(b_value(&[creator, (0x0029, 0x1010, &header)]), Some(1000.0));
        for cut in 0..header.len() {
            b_value(&[creator, (0x0029, 0x1010, &header[..cut])]);
        }
    }
}
