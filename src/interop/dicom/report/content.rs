//! The content tree (PS3.3 section C.17.3).

use dicom_dictionary_std::tags;

use crate::interop::dicom::code::Code;
use crate::interop::dicom::dataset::DataSet;

/// How an item stands to the one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Contains,
    HasObservationContext,
    HasConceptModifier,
    InferredFrom,
}

impl Relation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Contains => "CONTAINS",
            Self::HasObservationContext => "HAS OBS CONTEXT",
            Self::HasConceptModifier => "HAS CONCEPT MOD",
            Self::InferredFrom => "INFERRED FROM",
        }
    }
}

/// A named value and what stands below it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    value: DataSet,
    name: Code,
    children: Vec<(Relation, Item)>,
}

impl Item {
    pub(super) fn container(name: Code) -> Self {
        Self::new("CONTAINER", name, |value| value.text(tags::CONTINUITY_OF_CONTENT, "SEPARATE"))
    }

    /// A container that follows a template of PS3.16.
    pub(super) fn of_template(name: Code, template: &str) -> Self {
        let mut item = Self::container(name);
        let follows =
            DataSet::new().text(tags::MAPPING_RESOURCE, "DCMR").text(tags::TEMPLATE_IDENTIFIER, template);
        item.value = item.value.item(tags::CONTENT_TEMPLATE_SEQUENCE, follows);
        item
    }

    pub(super) fn text(name: Code, text: impl Into<String>) -> Self {
        Self::new("TEXT", name, |value| value.text(tags::TEXT_VALUE, text))
    }

    pub(super) fn code(name: Code, code: Code) -> Self {
        Self::new("CODE", name, |value| value.code(tags::CONCEPT_CODE_SEQUENCE, code))
    }

    pub(super) fn uid(name: Code, uid: impl Into<String>) -> Self {
        Self::new("UIDREF", name, |value| value.text(tags::UID, uid))
    }

    /// A number with two decimals.
    pub(super) fn number(name: Code, number: f64, unit: Code) -> Self {
        let measured = DataSet::new()
            .code(tags::MEASUREMENT_UNITS_CODE_SEQUENCE, unit)
            .text(tags::NUMERIC_VALUE, format!("{number:.2}"));
        Self::new("NUM", name, |value| value.item(tags::MEASURED_VALUE_SEQUENCE, measured))
    }

    /// An image, or a segment of one, by the item that refers to it.
    pub(super) fn image(name: Code, reference: DataSet) -> Self {
        Self::new("IMAGE", name, |value| value.item(tags::REFERENCED_SOP_SEQUENCE, reference))
    }

    fn new(kind: &str, name: Code, value: impl FnOnce(DataSet) -> DataSet) -> Self {
        Self { value: value(DataSet::new().text(tags::VALUE_TYPE, kind)), name, children: Vec::new() }
    }

    pub(super) fn with(mut self, relation: Relation, child: Self) -> Self {
        self.children.push((relation, child));
        self
    }

    pub(super) fn with_all(mut self, relation: Relation, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children.into_iter().map(|child| (relation, child)));
        self
    }

    /// The tree as the elements of a data set, whose root it is.
    pub(super) fn write_into(self, data_set: DataSet) -> DataSet {
        let Self { value, name, children } = self;
        let data_set = data_set.merged(value).code(tags::CONCEPT_NAME_CODE_SEQUENCE, name);
        if children.is_empty() {
            return data_set;
        }
        let below = children.into_iter().map(|(relation, child)| {
            child.write_into(DataSet::new().text(tags::RELATIONSHIP_TYPE, relation.as_str()))
        });
        data_set.items(tags::CONTENT_SEQUENCE, below)
    }
}
