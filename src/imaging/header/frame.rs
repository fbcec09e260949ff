//! What an instance says of one of its frames (PS3.3 C.7.6.16): its own group before the shared one before the top level.

use dicom_dictionary_std::tags as dicom;
use serde::{Deserialize, Serialize};

use super::diffusion::{self, Diffusion};
use super::values::Values;
use super::{PlaneGeometry, Rescale};
use crate::imaging::gate::{Collected, KeptValue};

/// One frame of an instance; a single-frame instance is its own only frame.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FrameHeader {
    pub geometry: PlaneGeometry,
    pub rescale: Option<Rescale>,
    pub diffusion: Diffusion,
    /// Frame Type (0008,9007), or Image Type (0008,0008): ORIGINAL, PRIMARY, DIFFUSION, …
    pub kind: Vec<String>,
}

/// One a frame of an enhanced multi-frame instance, in their order; else one for the whole instance.
pub(super) fn frames(collected: &Collected) -> Vec<FrameHeader> {
    let top = of_top_level(&Values::new(collected));
    let groups = collected.groups.frames();
    if groups.is_empty() {
        return vec![top];
    }
    let of_group = |kept: &[KeptValue]| of_values(&Values::of_group(kept, collected.encoding));
    let shared = or(of_group(collected.groups.shared()), &top);
    groups.iter().map(|kept| or(of_group(kept), &shared)).collect()
}

fn of_top_level(values: &Values<'_>) -> FrameHeader {
    FrameHeader {
        diffusion: diffusion::of_data_set(values),
        kind: values.texts(dicom::IMAGE_TYPE),
        ..of_values(values)
    }
}

fn of_values(values: &Values<'_>) -> FrameHeader {
    FrameHeader {
        geometry: PlaneGeometry {
            position: values.decimals(dicom::IMAGE_POSITION_PATIENT),
            orientation: values.decimals(dicom::IMAGE_ORIENTATION_PATIENT),
            pixel_spacing: values.decimals(dicom::PIXEL_SPACING),
            slice_thickness: values.decimal(dicom::SLICE_THICKNESS),
            spacing_between_slices: values.decimal(dicom::SPACING_BETWEEN_SLICES),
        },
        rescale: values
            .decimal(dicom::RESCALE_SLOPE)
            .zip(values.decimal(dicom::RESCALE_INTERCEPT))
            .map(|(slope, intercept)| Rescale { slope, intercept }),
        diffusion: diffusion::standard(values),
        kind: values.texts(dicom::FRAME_TYPE),
    }
}

/// What the first says, and where it says nothing, the second.
fn or(first: FrameHeader, second: &FrameHeader) -> FrameHeader {
    FrameHeader {
        geometry: PlaneGeometry {
            position: first.geometry.position.or(second.geometry.position),
            orientation: first.geometry.orientation.or(second.geometry.orientation),
            pixel_spacing: first.geometry.pixel_spacing.or(second.geometry.pixel_spacing),
            slice_thickness: first.geometry.slice_thickness.or(second.geometry.slice_thickness),
            spacing_between_slices: first
                .geometry
                .spacing_between_slices
                .or(second.geometry.spacing_between_slices),
        },
        rescale: first.rescale.or(second.rescale),
        diffusion: Diffusion {
            b_value: first.diffusion.b_value.or(second.diffusion.b_value),
            direction: first.diffusion.direction.or(second.diffusion.direction),
        },
        kind: if first.kind.is_empty() { second.kind.clone() } else { first.kind },
    }
}
