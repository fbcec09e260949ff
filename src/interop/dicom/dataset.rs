//! A data set under construction, element by element, with the value representations of the dictionary.

use dicom_core::dictionary::{DataDictionary as _, DataDictionaryEntry as _, VirtualVr};
use dicom_core::value::{DataSetSequence, PrimitiveValue};
use dicom_core::{DataElement, Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::entries::EXPLICIT_VR_LITTLE_ENDIAN;

use super::code::Code;

/// A data set could not be turned into bytes.
#[derive(Debug, thiserror::Error)]
#[error("the data set cannot be encoded: {0}")]
pub struct EncodeError(#[from] Box<dicom_object::WriteError>);

/// A data set, or the item of a sequence.
#[derive(Debug, Clone)]
pub(super) struct DataSet(InMemDicomObject);

impl DataSet {
    pub(super) fn new() -> Self {
        Self(InMemDicomObject::new_empty())
    }

    /// A text, in as many values as backslashes part.
    pub(super) fn text(self, tag: Tag, value: impl Into<String>) -> Self {
        self.value(tag, PrimitiveValue::from(value.into()))
    }

    /// An element of no value (type 2).
    pub(super) fn empty(self, tag: Tag) -> Self {
        self.value(tag, PrimitiveValue::Empty)
    }

    pub(super) fn short(self, tag: Tag, value: u16) -> Self {
        self.value(tag, PrimitiveValue::from(value))
    }

    pub(super) fn longs(self, tag: Tag, values: &[u32]) -> Self {
        self.value(tag, PrimitiveValue::U32(values.into()))
    }

    pub(super) fn tag(self, tag: Tag, value: Tag) -> Self {
        self.value(tag, PrimitiveValue::from(value))
    }

    /// Pixels packed in bytes.
    pub(super) fn packed_pixels(mut self, bytes: Vec<u8>) -> Self {
        self.0.put(DataElement::new(tags::PIXEL_DATA, VR::OB, PrimitiveValue::from(bytes)));
        self
    }

    pub(super) fn items(mut self, tag: Tag, items: impl IntoIterator<Item = Self>) -> Self {
        let items: Vec<InMemDicomObject> = items.into_iter().map(|item| item.0).collect();
        self.0.put(DataElement::new(tag, VR::SQ, DataSetSequence::from(items)));
        self
    }

    pub(super) fn item(self, tag: Tag, item: Self) -> Self {
        self.items(tag, [item])
    }

    pub(super) fn code(self, tag: Tag, code: Code) -> Self {
        self.item(tag, code.item())
    }

    /// The source's value as it stands there, or none.
    pub(super) fn copied(self, tag: Tag, from: &InMemDicomObject) -> Self {
        match stated(from, tag) {
            Some(value) => self.text(tag, value),
            None => self.empty(tag),
        }
    }

    /// The source's value where it has one.
    pub(super) fn copied_if_stated(self, tag: Tag, from: &InMemDicomObject) -> Self {
        match stated(from, tag) {
            Some(value) => self.text(tag, value),
            None => self,
        }
    }

    /// The other's elements too.
    pub(super) fn merged(mut self, other: Self) -> Self {
        for element in other.0 {
            self.0.put(element);
        }
        self
    }

    /// What `with` adds.
    pub(super) fn and(self, with: impl FnOnce(Self) -> Self) -> Self {
        with(self)
    }

    /// As explicit VR little endian, in UTF-8.
    pub(super) fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        let mut bytes = Vec::new();
        self.0.write_dataset_with_ts(&mut bytes, &EXPLICIT_VR_LITTLE_ENDIAN.erased()).map_err(Box::new)?;
        Ok(bytes)
    }

    fn value(mut self, tag: Tag, value: PrimitiveValue) -> Self {
        let vr = StandardDataDictionary.by_tag(tag).map_or(VirtualVr::Exact(VR::UN), |entry| entry.vr());
        self.0.put(DataElement::new(tag, vr.relaxed(), value));
        self
    }
}

/// An element's text without padding; none where it is absent, empty or no text.
pub(super) fn stated(object: &InMemDicomObject, tag: Tag) -> Option<String> {
    let text = object.element_opt(tag).ok().flatten()?.to_str().ok()?;
    let text = text.trim_matches([' ', '\0']);
    (!text.is_empty()).then(|| text.to_owned())
}
