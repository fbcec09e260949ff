//! A stored instance in other words: as explicit little endian, or one value of it.

use bytes::Bytes;
use dicom_core::value::PrimitiveValue;
use dicom_core::{DataElement, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::entries::EXPLICIT_VR_LITTLE_ENDIAN;

use super::{Located, RetrieveError, Retriever};
use crate::domain::identity::TransferSyntaxUid;
use crate::imaging::dataset;
use crate::imaging::decode::Instance;
use crate::imaging::gate::Limits;
use crate::pathway::stream_instance::file_prefix;

const EXPLICIT: &str = "1.2.840.10008.1.2.1";

impl Retriever {
    /// The whole file with its data set in explicit little endian, pixels decoded.
    ///
    /// # Errors
    /// [`RetrieveError::Undecodable`] when no decoder reads the pixels.
    pub async fn explicit_file(&self, of: &Located) -> Result<Bytes, RetrieveError> {
        let data_set = self.vault.read_range(of.blob, of.data_set_offset..of.size).await?;
        let (limits, of) = (self.limits, of.clone());
        tokio::task::spawn_blocking(move || explicit_file(&data_set, &of, limits)).await?
    }

    /// One value in little endian, named by tags and item numbers (`00081140/0/00291001`); pixels uncompressed.
    /// `None` when there is no such value.
    ///
    /// # Errors
    /// [`RetrieveError`]
    pub async fn bulk_data(&self, of: &Located, path: &str) -> Result<Option<Bytes>, RetrieveError> {
        let Some(path) = parse_path(path) else { return Ok(None) };
        if path.items.is_empty() && path.tag == tags::PIXEL_DATA {
            let mut whole = Vec::new();
            for number in 1..=of.frames {
                whole.extend_from_slice(&self.native_frame(of, number).await?);
            }
            return Ok(Some(whole.into()));
        }
        let data_set = self.vault.read_range(of.blob, of.data_set_offset..of.size).await?;
        let (limits, transfer_syntax) = (self.limits, of.transfer_syntax.clone());
        tokio::task::spawn_blocking(move || {
            let object = dataset::read(&data_set, &transfer_syntax, limits)?;
            Ok(value_at(&object, &path).map(|value| Bytes::from(value.into_owned())))
        })
        .await?
    }
}

fn explicit_file(data_set: &[u8], of: &Located, limits: Limits) -> Result<Bytes, RetrieveError> {
    let mut object = dataset::read(data_set, &of.transfer_syntax, limits)?;
    let compressed = object.get(tags::PIXEL_DATA).is_some_and(|e| e.fragments().is_some());
    if compressed {
        let instance = Instance::open(data_set, &of.transfer_syntax, limits)?;
        let mut pixels = Vec::new();
        for frame in 0..of.frames {
            pixels.extend_from_slice(&instance.native_frame_bytes(frame)?);
        }
        if pixels.len() % 2 == 1 {
            pixels.push(0);
        }
        let wide = instance.header().image.as_ref().is_some_and(|image| image.bits_allocated > 8);
        let vr = if wide { VR::OW } else { VR::OB };
        object.put(DataElement::new(tags::PIXEL_DATA, vr, PrimitiveValue::from(pixels)));
    }
    let explicit: TransferSyntaxUid = EXPLICIT.parse().map_err(crate::imaging::gate::Refusal::from)?;
    let mut file = file_prefix(&of.sop_class, &of.sop_instance, &explicit)?;
    object
        .write_dataset_with_ts(&mut file, &EXPLICIT_VR_LITTLE_ENDIAN.erased())
        .map_err(|error| RetrieveError::Unwritable(Box::new(error)))?;
    Ok(file.into())
}

/// Where a value lies: through these items, then this element.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ValuePath {
    items: Vec<(Tag, usize)>,
    tag: Tag,
}

fn parse_path(path: &str) -> Option<ValuePath> {
    let mut pieces = path.split('/');
    let mut items = Vec::new();
    let mut tag = parse_tag(pieces.next()?)?;
    while let Some(item) = pieces.next() {
        items.push((tag, item.parse().ok()?));
        tag = parse_tag(pieces.next()?)?;
    }
    Some(ValuePath { items, tag })
}

fn parse_tag(text: &str) -> Option<Tag> {
    let number = u32::from_str_radix(text, 16).ok().filter(|_| text.len() == 8)?;
    let [a, b, c, d] = number.to_be_bytes();
    Some(Tag(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])))
}

fn value_at<'o>(object: &'o InMemDicomObject, path: &ValuePath) -> Option<std::borrow::Cow<'o, [u8]>> {
    let mut within = object;
    for (tag, item) in &path.items {
        within = within.get(*tag)?.items()?.get(*item)?;
    }
    Some(within.get(path.tag)?.value().primitive()?.to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_tags_and_items_in_turn() {
        let path = parse_path("00081140/2/00291001").unwrap();
        assert_eq!(path, ValuePath { items: vec![(Tag(0x0008, 0x1140), 2)], tag: Tag(0x0029, 0x1001) });
        for wrong in ["", "0008114", "00081140/", "00081140/a/00291001", "00081140/1", "../../etc"] {
            assert_eq!(parse_path(wrong), None, "{wrong}");
        }
    }
}
