//! The coded words (PS3.16) that the two objects use.

use dicom_dictionary_std::tags;

use super::dataset::DataSet;
use crate::domain::evidence::{Segment, Side, Task, Territory};

/// A code, its scheme and its meaning in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    value: &'static str,
    scheme: &'static str,
    pub meaning: &'static str,
}

impl Code {
    pub(super) fn item(self) -> DataSet {
        DataSet::new()
            .text(tags::CODE_VALUE, self.value)
            .text(tags::CODING_SCHEME_DESIGNATOR, self.scheme)
            .text(tags::CODE_MEANING, self.meaning)
    }
}

const fn dcm(value: &'static str, meaning: &'static str) -> Code {
    Code { value, scheme: "DCM", meaning }
}

const fn sct(value: &'static str, meaning: &'static str) -> Code {
    Code { value, scheme: "SCT", meaning }
}

const fn ucum(value: &'static str, meaning: &'static str) -> Code {
    Code { value, scheme: "UCUM", meaning }
}

/// A word that no public scheme has.
const fn own(value: &'static str, meaning: &'static str) -> Code {
    Code { value, scheme: OWN_SCHEME, meaning }
}

/// Codes of one's own begin with 99 (PS3.16 section 8.2).
pub(super) const OWN_SCHEME: &str = "99VIGIE";

pub(super) const IMAGING_MEASUREMENT_REPORT: Code = dcm("126000", "Imaging Measurement Report");
pub(super) const LANGUAGE: Code = dcm("121049", "Language of Content Item and Descendants");
pub(super) const ENGLISH: Code = Code { value: "en", scheme: "RFC5646", meaning: "English" };
pub(super) const OBSERVER_TYPE: Code = dcm("121005", "Observer Type");
pub(super) const DEVICE: Code = dcm("121007", "Device");
pub(super) const DEVICE_UID: Code = dcm("121012", "Device Observer UID");
pub(super) const DEVICE_NAME: Code = dcm("121013", "Device Observer Name");
pub(super) const DEVICE_MANUFACTURER: Code = dcm("121014", "Device Observer Manufacturer");
pub(super) const DEVICE_MODEL: Code = dcm("121015", "Device Observer Model Name");
pub(super) const PROCEDURE_REPORTED: Code = dcm("121058", "Procedure reported");
pub(super) const IMAGING_MEASUREMENTS: Code = dcm("126010", "Imaging Measurements");
pub(super) const MEASUREMENT_GROUP: Code = dcm("125007", "Measurement Group");
pub(super) const TRACKING_IDENTIFIER: Code = dcm("112039", "Tracking Identifier");
pub(super) const TRACKING_UID: Code = dcm("112040", "Tracking Unique Identifier");
pub(super) const FINDING: Code = dcm("121071", "Finding");
pub(super) const FINDING_SITE: Code = sct("363698007", "Finding Site");
pub(super) const MEASUREMENT_METHOD: Code = sct("370129005", "Measurement Method");
pub(super) const ALGORITHM_NAME: Code = dcm("111001", "Algorithm Name");
pub(super) const ALGORITHM_VERSION: Code = dcm("111003", "Algorithm Version");
pub(super) const ALGORITHM_MANUFACTURER: Code = dcm("122405", "Algorithm Manufacturer");
pub(super) const ALGORITHM_PARAMETERS: Code = dcm("111002", "Algorithm Parameters");
pub(super) const ALGORITHM_FAMILY: Code = dcm("111000", "Algorithm Family");
pub(super) const ARTIFICIAL_INTELLIGENCE: Code = dcm("123110", "Artificial Intelligence");
pub(super) const REFERENCED_SEGMENT: Code = dcm("121191", "Referenced Segment");
pub(super) const SEGMENTED_SERIES: Code = dcm("121232", "Source series for segmentation");
pub(super) const SOURCE_OF_MEASUREMENT: Code = dcm("121112", "Source of Measurement");
pub(super) const CERTAINTY_OF_FINDING: Code = dcm("111012", "Certainty of Finding");
pub(super) const VOLUME: Code = sct("118565006", "Volume");
pub(super) const COMMENT: Code = dcm("121106", "Comment");
pub(super) const SEGMENTATION: Code = dcm("113076", "Segmentation");
pub(super) const PROCESSED_IMAGE: Code = dcm("121322", "Source image for image processing operation");
pub(super) const ABNORMAL_STRUCTURE: Code = sct("49755003", "Morphologically Abnormal Structure");
pub(super) const HEMORRHAGE: Code = sct("50960005", "Hemorrhage");
pub(super) const INFARCT: Code = sct("55641003", "Infarct");
pub(super) const BRAIN: Code = sct("12738006", "Brain");
pub(super) const LATERALITY: Code = sct("272741003", "Laterality");
pub(super) const TOPOGRAPHICAL_MODIFIER: Code = sct("106233006", "Topographical modifier");
pub(super) const PERCENT: Code = ucum("%", "percent");
pub(super) const MILLILITRE: Code = ucum("mL", "milliliter");
pub(super) const CT_HEAD: Code = sct("303653007", "CT of head");
pub(super) const MR_HEAD: Code = sct("816077007", "MRI of brain");
pub(super) const PLANIMETRY: Code = own("PIXELS", "Marked pixels times the distance of slices");
pub(super) const ABC_2: Code = own("ABC2", "Ellipsoid A x B x C / 2 (Kothari 1996)");
pub(super) const DECISION_SUPPORT_FLAG: Code = own("FLAG", "Decision support flag");
pub(super) const FLAGGED: Code = own("FLAGGED", "Flagged");
pub(super) const UNFLAGGED: Code = own("UNFLAGGED", "Not flagged; the finding is not excluded");
pub(super) const NOT_ANALYSED: Code = own("NOTANALYSED", "Not analysed; nothing is known");

pub(super) fn side(side: Side) -> Code {
    match side {
        Side::Left => sct("7771000", "Left"),
        Side::Right => sct("24028007", "Right"),
        Side::Both => sct("51440002", "Bilateral"),
    }
}

/// The artery that feeds a territory.
pub(super) fn artery(territory: Territory) -> Code {
    match territory {
        Territory::AnteriorCerebral => sct("60176003", "Anterior cerebral artery"),
        Territory::MiddleCerebral => sct("17232002", "Middle cerebral artery"),
        Territory::PosteriorCerebral => sct("70382005", "Posterior cerebral artery"),
        Territory::Vertebrobasilar => sct("59011009", "Basilar artery"),
    }
}

pub(super) fn segment(segment: Segment) -> Code {
    match segment {
        Segment::CarotidTerminus => sct("415646005", "Terminal internal carotid artery"),
        Segment::M1 => sct("414722000", "Middle cerebral artery M1 segment"),
        Segment::M2 => sct("414723005", "Middle cerebral artery M2 segment"),
    }
}

/// What is looked for.
pub(super) fn finding(task: Task) -> Code {
    match task {
        Task::Hemorrhage => sct("1386000", "Intracranial hemorrhage"),
        Task::Occlusion => sct("20059004", "Occlusion of cerebral artery"),
        Task::Infarct => sct("432504007", "Cerebral infarction"),
    }
}
