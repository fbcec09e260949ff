//! Diffusion series that must not be judged say why, and are never negative.

use std::path::Path;

use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use vigie::domain::evidence::Analysis;
use vigie::imaging::decode::Instance;
use vigie::imaging::gate::Limits;
use vigie::imaging::series::{SeriesKind, kind_of};

use super::{contents, network, probability, word};
use crate::imaging_support::{Change, changed, files, phantom};

const SLICES: u32 = 24;
/// Without its creator nobody knows whose the private b-value is.
const NO_CREATOR: Change<'_> = (Tag(0x0019, 0x0010), VR::LO, None);
const NO_STANDARD: Change<'_> = (tags::DIFFUSION_B_VALUE, VR::FD, None);

fn only_dicom(folder: &Path) -> Vec<Vec<u8>> {
    files(folder).iter().map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn each_reason_has_its_word() {
    let Some(network) = network() else { return };
    let head = phantom("dwi", 7, SLICES);
    let no_b = [NO_STANDARD, NO_CREATOR, (tags::SEQUENCE_NAME, VR::SH, None)];
    let weak = [NO_STANDARD, NO_CREATOR, (tags::SEQUENCE_NAME, VR::SH, Some("ep_b200"))];
    let cases: [(&str, &[Change<'_>]); 9] = [
        ("no_diffusion_weighting", &no_b),
        ("no_high_b_value", &weak),
        ("other_body_part", &[(tags::BODY_PART_EXAMINED, VR::CS, Some("KNEE"))]),
        ("mosaic", &[(tags::IMAGE_TYPE, VR::CS, Some("ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC"))]),
        ("geometry_missing", &[(tags::IMAGE_POSITION_PATIENT, VR::DS, None)]),
        ("not_axial", &[(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, Some("1\\0\\0\\0\\0\\-1"))]),
        ("pixel_spacing", &[(tags::PIXEL_SPACING, VR::DS, Some("5.0\\5.0"))]),
        ("no_head_seen", &[(tags::PIXEL_SPACING, VR::DS, Some("0.41\\0.41"))]),
        ("undecodable", &[(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, Some("RGB"))]),
    ];
    for (code, changes) in cases {
        let analysis = word(&only_dicom(changed(&head, changes).path()), &network);
        let unfit = analysis.unfit.as_ref();
        assert_eq!(unfit.map(vigie::imaging::quality::Unfit::code), Some(code), "{:?}", analysis.outcome);
        assert_eq!(analysis.line().flag, None);
        let reason = analysis.reason().unwrap();
        assert!(!reason.fr.is_empty() && reason.fr != reason.en);
    }
    // the drawn unweighted images come first
    let unweighted = only_dicom(&head).into_iter().take(SLICES as usize).collect::<Vec<_>>();
    assert_eq!(word(&unweighted, &network).unfit.unwrap().code(), "no_high_b_value");
    let few: Vec<_> = only_dicom(&phantom("dwi", 7, 5));
    assert_eq!(word(&few, &network).unfit.unwrap().code(), "too_few_slices");
}

#[test]
fn maps_alone_and_other_scans_are_not_applicable() {
    let Some(network) = network() else { return };
    let head = phantom("dwi", 7, SLICES);
    let map = [
        NO_STANDARD,
        NO_CREATOR,
        (tags::SEQUENCE_NAME, VR::SH, None),
        (tags::IMAGE_TYPE, VR::CS, Some("DERIVED\\PRIMARY\\DIFFUSION\\ADC")),
    ];
    let plain = [
        NO_STANDARD,
        NO_CREATOR,
        (tags::SEQUENCE_NAME, VR::SH, Some("*tfl3d1")),
        (tags::IMAGE_TYPE, VR::CS, Some("ORIGINAL\\PRIMARY\\M\\ND")),
        (tags::SERIES_DESCRIPTION, VR::LO, Some("t1_mprage_sag")),
    ];
    for changes in [&map[..], &plain[..]] {
        let files = only_dicom(changed(&head, changes).path());
        assert_eq!(word(&files, &network).outcome, Analysis::NotApplicable);
        let instance = Instance::open_file(&files[0], Limits::default()).unwrap();
        assert_eq!(kind_of(instance.header()), SeriesKind::Other);
    }
    assert_eq!(word(&only_dicom(&phantom("normal", 7, 28)), &network).outcome, Analysis::NotApplicable);
}

#[test]
fn a_drawn_infarct_is_analysed_in_any_order_and_twice_the_same_instance_changes_nothing() {
    let Some(network) = network() else { return };
    let mut files = contents(&phantom("dwi-infarct", 7, SLICES));
    let (expected, _) = probability(&word(&files, &network));
    files.reverse();
    files.extend(files.clone());
    let (again, _) = probability(&word(&files, &network));
    assert!((again - expected).abs() < 1e-6, "{again} {expected}");
}
