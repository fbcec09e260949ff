//! The segmentation (PS3.3 section A.51): one binary segment, one frame a source slice that has a marked pixel.

use dicom_dictionary_std::tags;

use super::code::{self, Code};
use super::dataset::DataSet;
use super::names::Product;
use super::source::{Plane, SourceFrame, SourceSeries};
use super::{Context, MANUFACTURER, SEGMENTATION_STORAGE, SourceError, equipment, fill, given_at};
use crate::domain::evidence::Task;
use crate::domain::identity::SopInstanceUid;
use crate::inference::analysis::SeriesAnalysis;

/// The marked pixels of a series, and what they are.
#[derive(Debug)]
pub(super) struct Mask<'a> {
    property: Property,
    /// Lowest slice first.
    frames: Vec<Frame<'a>>,
}

#[derive(Debug)]
struct Frame<'a> {
    source: SourceFrame<'a>,
    position: &'a str,
    orientation: &'a str,
    pixel_spacing: &'a str,
    pixels: Vec<bool>,
}

impl<'a> Mask<'a> {
    /// What a word outlines. None when that is no pixel at all, when its lines only mark a place, or when the slices
    /// do not share one grid.
    pub(super) fn of(
        source: &'a SourceSeries,
        analysis: &SeriesAnalysis,
    ) -> Result<Option<Self>, SourceError> {
        let Some(property) = property(analysis.task) else { return Ok(None) };
        let mut frames: Vec<Frame<'a>> = Vec::new();
        for slice in analysis.slices.iter().filter(|slice| !slice.contours.is_empty()) {
            let source = source.frame(&slice.sop_instance_uid, slice.frame)?;
            let pixels = fill(&slice.contours, source.rows().into(), source.columns().into());
            let Plane { position, orientation, pixel_spacing, .. } = source.plane;
            let (Some(position), Some(orientation), Some(pixel_spacing)) =
                (position, orientation, pixel_spacing)
            else {
                return Ok(None);
            };
            if frames.first().is_some_and(|first| !first.source.shares_grid_with(&source)) {
                return Ok(None);
            }
            if pixels.contains(&true) {
                frames.push(Frame { source, position, orientation, pixel_spacing, pixels });
            }
        }
        Ok((!frames.is_empty()).then_some(Self { property, frames }))
    }

    fn first(&self) -> &Frame<'a> {
        &self.frames[0]
    }
}

/// What a segment's pixels are.
#[derive(Debug, Clone, Copy)]
struct Property {
    code: Code,
    label: &'static str,
}

/// None of an occlusion: the rings around it say where to look, not which pixels are thrombus.
fn property(task: Task) -> Option<Property> {
    match task {
        Task::Hemorrhage => Some(Property { code: code::HEMORRHAGE, label: "HEMORRHAGE" }),
        Task::Infarct => Some(Property { code: code::INFARCT, label: "INFARCT" }),
        Task::Occlusion => None,
    }
}

pub(super) fn data_set(context: &Context<'_>, mask: &Mask<'_>, sop_instance: &SopInstanceUid) -> DataSet {
    let Context { source, edition, names, .. } = context;
    let (date, time) = given_at(context);
    let first = &mask.first().source;
    let lossy = source.stated(tags::LOSSY_IMAGE_COMPRESSION).filter(|lossy| lossy == "01");
    let mut data_set = source
        .patient_and_study(DataSet::new().text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192"))
        .text(tags::SOP_CLASS_UID, SEGMENTATION_STORAGE)
        .text(tags::SOP_INSTANCE_UID, sop_instance.as_str())
        .and(|data_set| equipment(data_set, context, Product::Segmentation))
        .text(tags::MODALITY, "SEG")
        .text(tags::INSTANCE_NUMBER, edition.revision.to_string())
        .text(tags::CONTENT_DATE, date)
        .text(tags::CONTENT_TIME, time)
        .text(tags::CONTENT_LABEL, mask.property.label)
        .text(tags::CONTENT_DESCRIPTION, "Pixels whose centre lies within the outlines shown to readers")
        .text(tags::CONTENT_CREATOR_NAME, "Vigie^software")
        .text(tags::FRAME_OF_REFERENCE_UID, frame_of_reference(context))
        .text(
            tags::POSITION_REFERENCE_INDICATOR,
            source.stated(tags::POSITION_REFERENCE_INDICATOR).unwrap_or_default(),
        )
        .text(tags::IMAGE_TYPE, "DERIVED\\PRIMARY")
        .short(tags::ROWS, first.rows())
        .short(tags::COLUMNS, first.columns())
        .short(tags::SAMPLES_PER_PIXEL, 1)
        .text(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2")
        .short(tags::PIXEL_REPRESENTATION, 0)
        .short(tags::BITS_ALLOCATED, 1)
        .short(tags::BITS_STORED, 1)
        .short(tags::HIGH_BIT, 0)
        .text(tags::LOSSY_IMAGE_COMPRESSION, lossy.as_deref().unwrap_or("00"))
        .text(tags::SEGMENTATION_TYPE, "BINARY")
        .item(tags::SEGMENT_SEQUENCE, segment(context, mask.property.code))
        .text(tags::NUMBER_OF_FRAMES, mask.frames.len().to_string())
        .item(tags::REFERENCED_SERIES_SEQUENCE, referenced_series(context))
        .item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, shared(mask))
        .items(
            tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
            (1_u32..).zip(&mask.frames).map(|(number, frame)| per_frame(number, frame)),
        );
    if lossy.is_some() {
        for tag in [tags::LOSSY_IMAGE_COMPRESSION_RATIO, tags::LOSSY_IMAGE_COMPRESSION_METHOD] {
            if let Some(value) = source.stated(tag) {
                data_set = data_set.text(tag, value);
            }
        }
    }
    let organization = names.dimensions();
    data_set
        .item(
            tags::DIMENSION_ORGANIZATION_SEQUENCE,
            DataSet::new().text(tags::DIMENSION_ORGANIZATION_UID, organization.as_str()),
        )
        .items(tags::DIMENSION_INDEX_SEQUENCE, dimensions(&organization))
        .packed_pixels(packed(mask))
}

/// The sender's, or one of the series' own.
fn frame_of_reference(context: &Context<'_>) -> String {
    let stated = context.source.stated(tags::FRAME_OF_REFERENCE_UID);
    stated.unwrap_or_else(|| context.names.frame_of_reference())
}

fn segment(context: &Context<'_>, property: Code) -> DataSet {
    let analysis = context.analysis;
    let algorithm = DataSet::new()
        .code(tags::ALGORITHM_FAMILY_CODE_SEQUENCE, code::ARTIFICIAL_INTELLIGENCE)
        .text(tags::ALGORITHM_NAME, analysis.model.name.as_str())
        .text(tags::ALGORITHM_VERSION, analysis.model.version.as_str())
        .text(tags::ALGORITHM_SOURCE, MANUFACTURER)
        .text(tags::ALGORITHM_PARAMETERS, super::parameters(analysis).join("; "));
    DataSet::new()
        .short(tags::SEGMENT_NUMBER, 1)
        .text(tags::SEGMENT_LABEL, property.meaning)
        .text(tags::SEGMENT_ALGORITHM_TYPE, "AUTOMATIC")
        .text(tags::SEGMENT_ALGORITHM_NAME, analysis.model.name.as_str())
        .item(tags::SEGMENTATION_ALGORITHM_IDENTIFICATION_SEQUENCE, algorithm)
        .code(tags::SEGMENTED_PROPERTY_CATEGORY_CODE_SEQUENCE, code::ABNORMAL_STRUCTURE)
        .code(tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE, property)
        .code(tags::ANATOMIC_REGION_SEQUENCE, code::BRAIN)
        .text(tags::TRACKING_ID, super::tracking_id(analysis))
        .text(tags::TRACKING_UID, context.names.tracking())
}

/// Every image that the word rests on.
fn referenced_series(context: &Context<'_>) -> DataSet {
    DataSet::new()
        .text(tags::SERIES_INSTANCE_UID, context.source.series().as_str())
        .items(tags::REFERENCED_INSTANCE_SEQUENCE, context.source.references(&context.analysis.images()))
}

/// What all frames share: the grid.
fn shared(mask: &Mask<'_>) -> DataSet {
    let first = mask.first();
    let measures = DataSet::new().text(tags::PIXEL_SPACING, first.pixel_spacing);
    let measures = match &first.source.plane.thickness {
        Some(thickness) => measures.text(tags::SLICE_THICKNESS, thickness.as_str()),
        None => measures,
    };
    DataSet::new()
        .item(
            tags::PLANE_ORIENTATION_SEQUENCE,
            DataSet::new().text(tags::IMAGE_ORIENTATION_PATIENT, first.orientation),
        )
        .item(tags::PIXEL_MEASURES_SEQUENCE, measures)
        .item(tags::SEGMENT_IDENTIFICATION_SEQUENCE, DataSet::new().short(tags::REFERENCED_SEGMENT_NUMBER, 1))
}

fn per_frame(number: u32, frame: &Frame<'_>) -> DataSet {
    let image = frame
        .source
        .reference()
        .text(tags::SPATIAL_LOCATIONS_PRESERVED, "YES")
        .code(tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, code::PROCESSED_IMAGE);
    DataSet::new()
        .item(
            tags::DERIVATION_IMAGE_SEQUENCE,
            DataSet::new()
                .code(tags::DERIVATION_CODE_SEQUENCE, code::SEGMENTATION)
                .item(tags::SOURCE_IMAGE_SEQUENCE, image),
        )
        .item(tags::FRAME_CONTENT_SEQUENCE, DataSet::new().longs(tags::DIMENSION_INDEX_VALUES, &[1, number]))
        .item(
            tags::PLANE_POSITION_SEQUENCE,
            DataSet::new().text(tags::IMAGE_POSITION_PATIENT, frame.position),
        )
}

/// By segment, then by position.
fn dimensions(organization: &str) -> [DataSet; 2] {
    let by = |label: &str, attribute, group| {
        DataSet::new()
            .text(tags::DIMENSION_ORGANIZATION_UID, organization)
            .tag(tags::DIMENSION_INDEX_POINTER, attribute)
            .tag(tags::FUNCTIONAL_GROUP_POINTER, group)
            .text(tags::DIMENSION_DESCRIPTION_LABEL, label)
    };
    [
        by("Segment", tags::REFERENCED_SEGMENT_NUMBER, tags::SEGMENT_IDENTIFICATION_SEQUENCE),
        by("Position", tags::IMAGE_POSITION_PATIENT, tags::PLANE_POSITION_SEQUENCE),
    ]
}

/// One bit a pixel, the first in the lowest bit, frame after frame without gaps (PS3.5 section 8.1.1).
fn packed(mask: &Mask<'_>) -> Vec<u8> {
    let pixels: Vec<bool> = mask.frames.iter().flat_map(|frame| frame.pixels.iter().copied()).collect();
    let mut bytes: Vec<u8> = pixels.chunks(8).map(byte).collect();
    if bytes.len() % 2 == 1 {
        bytes.push(0);
    }
    bytes
}

fn byte(bits: &[bool]) -> u8 {
    bits.iter().rev().fold(0, |byte, &bit| byte << 1 | u8::from(bit))
}
