//! The header of an instance: what index, geometry, decoding and series assembly need, typed, from the top level
//! of the data set. Read by the gate's own scan, so nothing of the sender's reaches a recursive parser.

mod diffusion;
mod frame;
mod limits;
mod tags;
mod values;

pub use diffusion::{Diffusion, Direction};
pub use frame::FrameHeader;
pub(crate) use limits::check_dimensions;
pub(crate) use tags::{Wanted, is_group_value, wanted};

use dicom_dictionary_std::tags as dicom;
use serde::{Deserialize, Serialize};

use crate::domain::identity::{SeriesUid, Sex, SopClassUid, SopInstanceUid, StudyUid, TransferSyntaxUid};
use crate::imaging::gate::{self, Collected, Limits, Refusal};
use values::Values;

/// What the header says of one instance. An attribute that is absent, empty or unlawful is `None`: a wrong date
/// or an over-long accession number never costs the image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    pub study: StudyUid,
    pub series: SeriesUid,
    pub sop_class: SopClassUid,
    pub sop_instance: SopInstanceUid,
    pub patient: PatientHeader,
    pub study_level: StudyHeader,
    pub series_level: SeriesHeader,
    pub acquisition: Acquisition,
    /// Of an enhanced instance, of its first frame.
    pub geometry: PlaneGeometry,
    /// None where the instance has no Rows and Columns (a report, a waveform).
    pub image: Option<ImageHeader>,
}

/// The patient as the sender names them; not checked, not trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientHeader {
    /// (0010,0020), trimmed.
    pub id: Option<String>,
    pub issuer: Option<String>,
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<jiff::civil::Date>,
    pub sex: Option<Sex>,
}

/// Attributes of the study.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudyHeader {
    pub id: Option<String>,
    pub accession_number: Option<String>,
    pub date: Option<jiff::civil::Date>,
    pub time: Option<jiff::civil::Time>,
    pub description: Option<String>,
    pub referring_physician: Option<String>,
}

/// Attributes of the series.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesHeader {
    /// (0008,0060); empty where the sender left it out.
    pub modality: String,
    pub number: Option<i64>,
    pub description: Option<String>,
    pub protocol: Option<String>,
    pub body_part: Option<String>,
    pub manufacturer: Option<String>,
    pub institution: Option<String>,
    pub frame_of_reference: Option<String>,
}

/// How the image was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Acquisition {
    pub instance_number: Option<i64>,
    pub acquisition_number: Option<i64>,
    pub date: Option<jiff::civil::Date>,
    pub time: Option<jiff::civil::Time>,
    /// (0008,0008), e.g. ORIGINAL, PRIMARY, AXIAL.
    pub image_type: Vec<String>,
    /// (0018,0010); "NONE" and the like count as no contrast in series assembly, not here.
    pub contrast_agent: Option<String>,
    pub convolution_kernel: Option<String>,
    /// kV.
    pub kvp: Option<f64>,
    /// Degrees, (0018,1120).
    pub gantry_tilt: Option<f64>,
    /// Of an enhanced instance, of its most strongly weighted frame.
    pub diffusion: Diffusion,
}

/// Where the image lies, mm and unit vectors in the patient system (PS3.3 C.7.6.2).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlaneGeometry {
    pub position: Option<[f64; 3]>,
    /// Direction of a row, then of a column.
    pub orientation: Option<[f64; 6]>,
    /// Between rows, then between columns.
    pub pixel_spacing: Option<[f64; 2]>,
    pub slice_thickness: Option<f64>,
    pub spacing_between_slices: Option<f64>,
}

/// How the pixels are stored (PS3.3 C.7.6.3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageHeader {
    pub rows: u16,
    pub columns: u16,
    pub frames: u32,
    pub samples_per_pixel: u16,
    pub bits_allocated: u16,
    pub bits_stored: u16,
    pub signedness: Signedness,
    pub photometric: String,
    /// None unless both slope and intercept are there: without them there are no Hounsfield units. Of an enhanced
    /// instance, of its first frame.
    pub rescale: Option<Rescale>,
    pub window_centre: Option<f64>,
    pub window_width: Option<f64>,
    /// (0028,2110): "01" once lossily compressed.
    pub lossy: Option<String>,
}

/// Pixel Representation (0028,0103).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signedness {
    Unsigned,
    Signed,
}

/// Output units = stored × slope + intercept (PS3.3 C.11.1.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rescale {
    pub slope: f64,
    pub intercept: f64,
}

/// Reads the header of a data set (no file meta information) that is in memory, through the gate.
///
/// # Errors
/// What the gate refuses.
pub fn read_header(
    dataset: &[u8],
    transfer_syntax: &TransferSyntaxUid,
    limits: Limits,
) -> Result<Header, Refusal> {
    Header::from_collected(&gate::scan(dataset, transfer_syntax, limits)?)
}

impl Header {
    pub(crate) fn from_collected(collected: &Collected) -> Result<Self, Refusal> {
        let values = Values::new(collected);
        let frames = frame::frames(collected);
        let first = frames.first().cloned().unwrap_or_default();
        let uid = |tag, name| values.uid(tag).ok_or(Refusal::Missing { name });
        Ok(Self {
            study: StudyUid::try_from(uid(dicom::STUDY_INSTANCE_UID, "Study Instance UID")?)?,
            series: SeriesUid::try_from(uid(dicom::SERIES_INSTANCE_UID, "Series Instance UID")?)?,
            sop_class: SopClassUid::try_from(uid(dicom::SOP_CLASS_UID, "SOP Class UID")?)?,
            sop_instance: SopInstanceUid::try_from(uid(dicom::SOP_INSTANCE_UID, "SOP Instance UID")?)?,
            patient: patient(&values),
            study_level: study(&values),
            series_level: series(&values),
            acquisition: acquisition(&values, strongest(&frames)),
            geometry: first.geometry,
            image: image(&values, first.rescale),
        })
    }

    /// One a frame where functional groups describe them, else one for the whole instance.
    pub(crate) fn frames(collected: &Collected) -> Vec<FrameHeader> {
        frame::frames(collected)
    }
}

fn patient(values: &Values<'_>) -> PatientHeader {
    let (family_name, given_name) = values.person(dicom::PATIENT_NAME);
    PatientHeader {
        id: values.text(dicom::PATIENT_ID),
        issuer: values.text(dicom::ISSUER_OF_PATIENT_ID),
        family_name,
        given_name,
        birth_date: values.date(dicom::PATIENT_BIRTH_DATE),
        sex: match values.text(dicom::PATIENT_SEX).as_deref() {
            Some("M") => Some(Sex::Male),
            Some("F") => Some(Sex::Female),
            Some("O") => Some(Sex::Other),
            _ => None,
        },
    }
}

fn study(values: &Values<'_>) -> StudyHeader {
    StudyHeader {
        id: values.text(dicom::STUDY_ID),
        accession_number: values.text(dicom::ACCESSION_NUMBER),
        date: values.date(dicom::STUDY_DATE),
        time: values.time(dicom::STUDY_TIME),
        description: values.text(dicom::STUDY_DESCRIPTION),
        referring_physician: values.text(dicom::REFERRING_PHYSICIAN_NAME),
    }
}

fn series(values: &Values<'_>) -> SeriesHeader {
    SeriesHeader {
        modality: values.text(dicom::MODALITY).unwrap_or_default(),
        number: values.integer(dicom::SERIES_NUMBER),
        description: values.text(dicom::SERIES_DESCRIPTION),
        protocol: values.text(dicom::PROTOCOL_NAME),
        body_part: values.text(dicom::BODY_PART_EXAMINED),
        manufacturer: values.text(dicom::MANUFACTURER),
        institution: values.text(dicom::INSTITUTION_NAME),
        frame_of_reference: values.uid(dicom::FRAME_OF_REFERENCE_UID),
    }
}

fn strongest(frames: &[FrameHeader]) -> Diffusion {
    let weight = |diffusion: &Diffusion| diffusion.b_value.unwrap_or(-1.0);
    let all = frames.iter().map(|frame| frame.diffusion);
    all.max_by(|a, b| weight(a).total_cmp(&weight(b))).unwrap_or_default()
}

fn acquisition(values: &Values<'_>, diffusion: Diffusion) -> Acquisition {
    Acquisition {
        instance_number: values.integer(dicom::INSTANCE_NUMBER),
        acquisition_number: values.integer(dicom::ACQUISITION_NUMBER),
        date: values.date(dicom::ACQUISITION_DATE).or_else(|| values.date(dicom::CONTENT_DATE)),
        time: values.time(dicom::ACQUISITION_TIME).or_else(|| values.time(dicom::CONTENT_TIME)),
        image_type: values.texts(dicom::IMAGE_TYPE),
        contrast_agent: values.text(dicom::CONTRAST_BOLUS_AGENT),
        convolution_kernel: values.text(dicom::CONVOLUTION_KERNEL),
        kvp: values.decimal(dicom::KVP),
        gantry_tilt: values.decimal(dicom::GANTRY_DETECTOR_TILT),
        diffusion,
    }
}

fn image(values: &Values<'_>, rescale: Option<Rescale>) -> Option<ImageHeader> {
    let bits_allocated = values.short(dicom::BITS_ALLOCATED)?;
    Some(ImageHeader {
        rows: values.short(dicom::ROWS)?,
        columns: values.short(dicom::COLUMNS)?,
        frames: values
            .integer(dicom::NUMBER_OF_FRAMES)
            .and_then(|frames| u32::try_from(frames).ok())
            .filter(|&frames| frames > 0)
            .unwrap_or(1),
        samples_per_pixel: values.short(dicom::SAMPLES_PER_PIXEL).unwrap_or(1),
        bits_allocated,
        bits_stored: values.short(dicom::BITS_STORED).unwrap_or(bits_allocated),
        signedness: match values.short(dicom::PIXEL_REPRESENTATION) {
            Some(1) => Signedness::Signed,
            _ => Signedness::Unsigned,
        },
        photometric: values.text(dicom::PHOTOMETRIC_INTERPRETATION).unwrap_or_default(),
        rescale,
        window_centre: values.decimal(dicom::WINDOW_CENTER),
        window_width: values.decimal(dicom::WINDOW_WIDTH),
        lossy: values.text(dicom::LOSSY_IMAGE_COMPRESSION),
    })
}

#[cfg(test)]
mod tests;
