//! The DICOM JSON Model (PS3.18 Annex F) of an instance without its pixels: what an index and DICOMweb serve.
//!
//! Written here rather than by `dicom-json`, which inlines every binary, fails on one value that is no number,
//! and turns `serde_json`'s maps into ordered ones for the whole program.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dicom_core::header::Header as _;
use dicom_core::value::PrimitiveValue;
use dicom_core::{DicomValue, Tag, VR};
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;
use serde_json::{Map, Number, Value, json};

use super::dataset::{self, DatasetError};
use super::gate::Limits;
use crate::domain::identity::TransferSyntaxUid;

/// Binary values longer than this, in bytes, are named by a `BulkDataURI` and not inlined.
const MAX_INLINE: usize = 1024;
/// What stored `BulkDataURI`s start with, before the path of tags and item numbers; the server puts its own base.
pub const BULK_DATA_PREFIX: &str = "bulkdata/";
const SPECIFIC_CHARACTER_SET: Tag = Tag(0x0008, 0x0005);

/// The JSON of the part of a data set before its pixels, which passed the gate.
///
/// # Errors
/// What dicom-parser cannot follow.
pub fn metadata_json(
    before_pixels: &[u8],
    transfer_syntax: &TransferSyntaxUid,
    limits: Limits,
) -> Result<Map<String, Value>, DatasetError> {
    let object = dataset::read_before_pixels(before_pixels, transfer_syntax, limits)?;
    Ok(object_json(&object, ""))
}

/// A tag as the model writes it.
#[must_use]
pub fn tag_key(tag: Tag) -> String {
    format!("{:04X}{:04X}", tag.group(), tag.element())
}

fn object_json(object: &InMemDicomObject, path: &str) -> Map<String, Value> {
    let mut map = Map::new();
    for element in object {
        // Group lengths and delimiters are encoding, not content (PS3.18 F.2.2).
        if element.tag().element() != 0 || element.tag().group() % 2 == 1 {
            map.insert(tag_key(element.tag()), element_json(element, path));
        }
    }
    map
}

fn element_json(element: &InMemElement, path: &str) -> Value {
    let vr = element.vr();
    let here = format!("{path}{}", tag_key(element.tag()));
    let content = match element.value() {
        DicomValue::Primitive(_) if element.tag() == SPECIFIC_CHARACTER_SET => {
            // The model itself is UTF-8 (PS3.18 F.2).
            Some(("Value", json!(["ISO_IR 192"])))
        }
        DicomValue::Primitive(value) => primitive_json(value, vr, &here),
        DicomValue::Sequence(sequence) => {
            let items: Vec<Value> = sequence
                .items()
                .iter()
                .enumerate()
                .map(|(i, item)| Value::Object(object_json(item, &format!("{here}/{i}/"))))
                .collect();
            (!items.is_empty()).then_some(("Value", Value::Array(items)))
        }
        DicomValue::PixelSequence(_) => Some(("BulkDataURI", bulk_data(&here))),
    };
    let mut map = Map::new();
    map.insert("vr".to_owned(), Value::from(vr.to_string()));
    if let Some((key, value)) = content {
        map.insert(key.to_owned(), value);
    }
    Value::Object(map)
}

fn bulk_data(path: &str) -> Value {
    Value::from(format!("{BULK_DATA_PREFIX}{path}"))
}

fn primitive_json(value: &PrimitiveValue, vr: VR, here: &str) -> Option<(&'static str, Value)> {
    if value.calculate_byte_len() == 0 {
        return None;
    }
    let values: Vec<Value> = match vr {
        VR::OB | VR::OD | VR::OF | VR::OL | VR::OV | VR::OW | VR::UN | VR::SQ => {
            let bytes = value.to_bytes();
            return Some(if bytes.len() > MAX_INLINE {
                ("BulkDataURI", bulk_data(here))
            } else {
                ("InlineBinary", Value::from(STANDARD.encode(bytes)))
            });
        }
        VR::ST | VR::LT | VR::UT | VR::UR => vec![Value::from(text(&value.to_str()))],
        VR::PN => value.to_multi_str().iter().map(|name| person_json(text(name))).collect(),
        VR::AT => match value {
            PrimitiveValue::Tags(tags) => tags.iter().map(|tag| Value::from(tag_key(*tag))).collect(),
            _ => Vec::new(),
        },
        VR::IS | VR::SL | VR::SS | VR::SV | VR::UL | VR::US | VR::UV => numbers(value, |text| {
            text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from)).ok()
        }),
        VR::DS | VR::FD | VR::FL => numbers(value, |text| {
            let integer = text.parse::<i64>().ok().map(Number::from);
            integer.or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64))
        }),
        _ => value.to_multi_str().iter().map(|value| text_json(text(value))).collect(),
    };
    (!values.is_empty()).then_some(("Value", Value::Array(values)))
}

/// Each value as a number; what is none stays the sender's text, as the model allows.
fn numbers(value: &PrimitiveValue, parse: impl Fn(&str) -> Option<Number>) -> Vec<Value> {
    let as_json = |value: &String| {
        let text = value.trim_matches([' ', '\0']);
        let unsigned = text.strip_prefix('+').unwrap_or(text);
        parse(unsigned).map_or_else(|| text_json(text), Value::Number)
    };
    value.to_multi_str().iter().map(as_json).collect()
}

fn text(value: &str) -> &str {
    value.trim_end_matches([' ', '\0'])
}

/// An empty value among others is null (PS3.18 F.2.5).
fn text_json(value: &str) -> Value {
    if value.is_empty() { Value::Null } else { Value::from(value) }
}

/// The three component groups of a name (PS3.5 6.2.1.2).
fn person_json(name: &str) -> Value {
    let mut groups = Map::new();
    for (group, text) in ["Alphabetic", "Ideographic", "Phonetic"].into_iter().zip(name.split('=')) {
        if !text.is_empty() {
            groups.insert(group.to_owned(), Value::from(text));
        }
    }
    if groups.is_empty() { Value::Null } else { Value::Object(groups) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPLICIT: &str = "1.2.840.10008.1.2.1";

    fn element(group: u16, element: u16, vr: &[u8; 2], value: &[u8]) -> Vec<u8> {
        let mut bytes = [group.to_le_bytes(), element.to_le_bytes()].concat();
        bytes.extend_from_slice(vr);
        match vr {
            b"OB" | b"OW" | b"SQ" | b"UN" => {
                bytes.extend_from_slice(&[0, 0]);
                bytes.extend_from_slice(&u32::try_from(value.len()).unwrap().to_le_bytes());
            }
            _ => bytes.extend_from_slice(&u16::try_from(value.len()).unwrap().to_le_bytes()),
        }
        bytes.extend_from_slice(value);
        bytes
    }

    fn json_of(parts: &[Vec<u8>]) -> Value {
        let syntax: TransferSyntaxUid = EXPLICIT.parse().unwrap();
        Value::Object(metadata_json(&parts.concat(), &syntax, Limits::default()).unwrap())
    }

    #[test]
    fn each_kind_of_value_has_its_form() {
        let item = [vec![0xFE, 0xFF, 0x00, 0xE0, 12, 0, 0, 0], element(8, 0x0100, b"SH", b"T-A0")].concat();
        let json = json_of(&[
            element(0x0008, 0x0000, b"UL", &[4, 0, 0, 0]),
            element(0x0008, 0x0005, b"CS", b"ISO_IR 100"),
            element(0x0008, 0x0060, b"CS", b"CT"),
            element(0x0008, 0x1140, b"SQ", &item),
            element(0x0010, 0x0010, b"PN", b"LEF\xC8VRE^Zo\xE9 "),
            element(0x0018, 0x0050, b"DS", b"0.5 "),
            element(0x0020, 0x0013, b"IS", b"7 "),
            element(0x0020, 0x0037, b"DS", b"1\\ 0\\x\\\\-1.25e1 "),
            element(0x0020, 0x4000, b"LT", b"a\\b "),
            element(0x0028, 0x0010, b"US", &[0, 2]),
            element(0x0028, 0x0030, b"DS", b""),
            element(0x0029, 0x1000, b"OB", &[1, 2]),
            element(0x0029, 0x1001, b"OB", &[0; 2000]),
        ]);
        assert_eq!(
            json,
            json!({
                "00080005": {"vr": "CS", "Value": ["ISO_IR 192"]},
                "00080060": {"vr": "CS", "Value": ["CT"]},
                "00081140": {"vr": "SQ", "Value": [{"00080100": {"vr": "SH", "Value": ["T-A0"]}}]},
                "00100010": {"vr": "PN", "Value": [{"Alphabetic": "LEFÈVRE^Zoé"}]},
                "00180050": {"vr": "DS", "Value": [0.5]},
                "00200013": {"vr": "IS", "Value": [7]},
                "00200037": {"vr": "DS", "Value": [1, 0, "x", null, -12.5]},
                "00204000": {"vr": "LT", "Value": ["a\\b"]},
                "00280010": {"vr": "US", "Value": [512]},
                "00280030": {"vr": "DS"},
                "00291000": {"vr": "OB", "InlineBinary": "AQI="},
                "00291001": {"vr": "OB", "BulkDataURI": "bulkdata/00291001"},
            })
        );
    }

    #[test]
    fn bulk_data_within_items_is_named_by_its_path() {
        let value = element(0x0029, 0x1001, b"OB", &[0; 2000]);
        let mut item = vec![0xFE, 0xFF, 0x00, 0xE0];
        item.extend_from_slice(&u32::try_from(value.len()).unwrap().to_le_bytes());
        item.extend_from_slice(&value);
        let json = json_of(&[element(0x0008, 0x1140, b"SQ", &item)]);
        assert_eq!(json["00081140"]["Value"][0]["00291001"]["BulkDataURI"], "bulkdata/00081140/0/00291001");
    }
}
