//! The series that was analysed, as far as what is written of it must repeat it.

use std::collections::HashSet;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::dataset::{DataSet, stated};
use crate::domain::identity::{SeriesUid, SopInstanceUid};

/// The series cannot be written about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    #[error("the series has no image")]
    Empty,
    #[error("an image of the series does not name its {0}")]
    Missing(&'static str),
    #[error("the analysis speaks of an image that the series does not have")]
    UnknownImage,
}

/// An analysed series: what its images share, and each image.
#[derive(Debug, Clone)]
pub struct SourceSeries {
    series: SeriesUid,
    shared: InMemDicomObject,
    images: Vec<SourceImage>,
}

/// One image of it, or several frames in one instance.
#[derive(Debug, Clone, PartialEq)]
struct SourceImage {
    sop_class: String,
    sop_instance: String,
    rows: u16,
    columns: u16,
    /// One a frame.
    planes: Vec<Plane>,
}

/// Where a frame lies. Numbers stay the sender's text, so that they are repeated to the digit.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plane {
    pub position: Option<String>,
    pub orientation: Option<String>,
    pub pixel_spacing: Option<String>,
    pub thickness: Option<String>,
}

/// A frame of the series that a word speaks of.
#[derive(Debug, Clone, Copy)]
pub(super) struct SourceFrame<'a> {
    image: &'a SourceImage,
    /// From 1; none of a single-frame instance.
    number: Option<u32>,
    pub plane: &'a Plane,
}

/// Who the patient is (PS3.3 section C.7.1.1): type 2 first, then what only some senders state.
const PATIENT: [Tag; 4] = [tags::PATIENT_NAME, tags::PATIENT_ID, tags::PATIENT_BIRTH_DATE, tags::PATIENT_SEX];
const PATIENT_IF_STATED: [Tag; 2] = [tags::ISSUER_OF_PATIENT_ID, tags::PATIENT_AGE];
/// Which study it is (PS3.3 section C.7.2.1).
const STUDY: [Tag; 6] = [
    tags::STUDY_INSTANCE_UID,
    tags::STUDY_DATE,
    tags::STUDY_TIME,
    tags::REFERRING_PHYSICIAN_NAME,
    tags::STUDY_ID,
    tags::ACCESSION_NUMBER,
];
const STUDY_IF_STATED: [Tag; 2] = [tags::STUDY_DESCRIPTION, tags::TIMEZONE_OFFSET_FROM_UTC];

impl SourceSeries {
    /// From the head (everything before the pixels) of each image of one series.
    ///
    /// # Errors
    /// [`SourceError`] when there is none, or one lacks what every image has.
    pub fn of(heads: impl IntoIterator<Item = InMemDicomObject>) -> Result<Self, SourceError> {
        let (mut shared, mut images) = (None, Vec::new());
        for head in heads {
            images.push(SourceImage::of(&head)?);
            shared.get_or_insert(head);
        }
        let shared = shared.ok_or(SourceError::Empty)?;
        let series = stated(&shared, tags::SERIES_INSTANCE_UID).and_then(|uid| uid.parse().ok());
        let series = series.ok_or(SourceError::Missing("Series Instance UID"))?;
        Ok(Self { series, shared, images })
    }

    #[must_use]
    pub fn series(&self) -> &SeriesUid {
        &self.series
    }

    /// What all of the series' images state alike.
    pub(super) fn stated(&self, tag: Tag) -> Option<String> {
        stated(&self.shared, tag)
    }

    /// A frame, from 1, or the only one.
    pub(super) fn frame(
        &self,
        sop_instance: &SopInstanceUid,
        number: Option<u32>,
    ) -> Result<SourceFrame<'_>, SourceError> {
        let image = self.images.iter().find(|image| image.sop_instance == sop_instance.as_str());
        let index = usize::try_from(number.unwrap_or(1)).ok().and_then(|number| number.checked_sub(1));
        image
            .zip(index)
            .and_then(|(image, index)| Some(SourceFrame { image, number, plane: image.planes.get(index)? }))
            .ok_or(SourceError::UnknownImage)
    }

    /// The items of a sequence that refers to these instances, each once.
    pub(super) fn references(&self, instances: &HashSet<&SopInstanceUid>) -> Vec<DataSet> {
        let named: HashSet<&str> = instances.iter().map(|uid| uid.as_str()).collect();
        let those = self.images.iter().filter(|image| named.contains(image.sop_instance.as_str()));
        those.map(|image| reference(&image.sop_class, &image.sop_instance)).collect()
    }

    /// The patient and the study, as the images state them.
    pub(super) fn patient_and_study(&self, mut data_set: DataSet) -> DataSet {
        for tag in PATIENT.into_iter().chain(STUDY) {
            data_set = data_set.copied(tag, &self.shared);
        }
        for tag in PATIENT_IF_STATED.into_iter().chain(STUDY_IF_STATED) {
            data_set = data_set.copied_if_stated(tag, &self.shared);
        }
        data_set
    }
}

impl SourceImage {
    fn of(head: &InMemDicomObject) -> Result<Self, SourceError> {
        let number = |tag| head.element_opt(tag).ok().flatten()?.to_int::<u16>().ok();
        let named = |tag, name| stated(head, tag).ok_or(SourceError::Missing(name));
        Ok(Self {
            sop_class: named(tags::SOP_CLASS_UID, "SOP Class UID")?,
            sop_instance: named(tags::SOP_INSTANCE_UID, "SOP Instance UID")?,
            rows: number(tags::ROWS).unwrap_or(0),
            columns: number(tags::COLUMNS).unwrap_or(0),
            planes: planes(head),
        })
    }
}

impl SourceFrame<'_> {
    pub(super) fn rows(&self) -> u16 {
        self.image.rows
    }

    pub(super) fn columns(&self) -> u16 {
        self.image.columns
    }

    /// The item of a sequence that refers to this frame.
    pub(super) fn reference(&self) -> DataSet {
        let whole = reference(&self.image.sop_class, &self.image.sop_instance);
        match self.number {
            Some(number) => whole.text(tags::REFERENCED_FRAME_NUMBER, number.to_string()),
            None => whole,
        }
    }

    /// Whether both lie in one grid of pixels, slices apart.
    pub(super) fn shares_grid_with(&self, other: &Self) -> bool {
        let near = |a: &Option<String>, b: &Option<String>, tolerance: f64| match (a, b) {
            (Some(a), Some(b)) => alike(a, b, tolerance),
            _ => false,
        };
        (self.rows(), self.columns()) == (other.rows(), other.columns())
            && near(&self.plane.orientation, &other.plane.orientation, 1e-3)
            && near(&self.plane.pixel_spacing, &other.plane.pixel_spacing, 1e-4)
    }
}

/// One a frame of an enhanced instance (PS3.3 section C.7.6.16), what its frames share included; else the only one.
fn planes(head: &InMemDicomObject) -> Vec<Plane> {
    let items = |tag| {
        let element = head.element_opt(tag).ok().flatten();
        element.and_then(|element| element.items()).unwrap_or(&[])
    };
    let shared = items(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    let shared = shared.first().map(|group| of_group(group, &Plane::default())).unwrap_or_default();
    let frames = items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
    if frames.is_empty() {
        return vec![Plane {
            position: stated(head, tags::IMAGE_POSITION_PATIENT),
            orientation: stated(head, tags::IMAGE_ORIENTATION_PATIENT),
            pixel_spacing: stated(head, tags::PIXEL_SPACING),
            thickness: stated(head, tags::SLICE_THICKNESS),
        }];
    }
    frames.iter().map(|group| of_group(group, &shared)).collect()
}

/// What a functional group says, else what all frames share.
fn of_group(group: &InMemDicomObject, shared: &Plane) -> Plane {
    let within = |sequence, tag| {
        let element = group.element_opt(sequence).ok().flatten()?;
        stated(element.items()?.first()?, tag)
    };
    let or = |stated: Option<String>, shared: &Option<String>| stated.or_else(|| shared.clone());
    let measures = tags::PIXEL_MEASURES_SEQUENCE;
    Plane {
        position: or(within(tags::PLANE_POSITION_SEQUENCE, tags::IMAGE_POSITION_PATIENT), &shared.position),
        orientation: or(
            within(tags::PLANE_ORIENTATION_SEQUENCE, tags::IMAGE_ORIENTATION_PATIENT),
            &shared.orientation,
        ),
        pixel_spacing: or(within(measures, tags::PIXEL_SPACING), &shared.pixel_spacing),
        thickness: or(within(measures, tags::SLICE_THICKNESS), &shared.thickness),
    }
}

/// The item of a sequence that refers to an instance.
pub(super) fn reference(sop_class: &str, sop_instance: &str) -> DataSet {
    DataSet::new()
        .text(tags::REFERENCED_SOP_CLASS_UID, sop_class)
        .text(tags::REFERENCED_SOP_INSTANCE_UID, sop_instance)
}

/// Whether two lists of decimal strings hold the same numbers.
fn alike(a: &str, b: &str, tolerance: f64) -> bool {
    let numbers =
        |text: &str| -> Option<Vec<f64>> { text.split('\\').map(|part| part.trim().parse().ok()).collect() };
    match (numbers(a), numbers(b)) {
        (Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| (a - b).abs() <= tolerance),
        _ => false,
    }
}
