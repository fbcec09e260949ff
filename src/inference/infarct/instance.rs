//! What one instance is to a diffusion series: classic, or enhanced with its frames.

use std::time::{Duration, Instant};

use ndarray::Array2;

use super::Infarct;
use super::gather::{Gathered, Role, Shown};
use super::steps::Steps;
use crate::domain::identity::SopInstanceUid;
use crate::imaging::decode::{Instance, StoredFrame};
use crate::imaging::geometry::{SlicePlane, Turn};
use crate::imaging::header::{Direction, FrameHeader, Header, Rescale};
use crate::imaging::quality::Unfit;
use crate::imaging::series::{SeriesKind, is_adc_map, is_diffusion_map, is_localizer, kind_of};

/// MR Image, Enhanced MR Image, Legacy Converted Enhanced MR Image.
const MR_CLASSES: [&str; 3] =
    ["1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.4.4"];
/// Words of Image Type for a trace image.
const ISOTROPIC: [&str; 3] = ["TRACEW", "TRACE", "ISOTROPIC"];
/// Parts of the body (PS3.16 annex L) of which diffusion is imaged and that are no head. What is not said, or said in a
/// site's own words, is judged by the pictures.
const NO_HEAD: [&str; 26] = [
    "ABDOMEN",
    "PELVIS",
    "PROSTATE",
    "LIVER",
    "KIDNEY",
    "BREAST",
    "KNEE",
    "HIP",
    "SHOULDER",
    "ANKLE",
    "FOOT",
    "HAND",
    "WRIST",
    "ELBOW",
    "CSPINE",
    "TSPINE",
    "LSPINE",
    "SPINE",
    "HEART",
    "CHEST",
    "EXTREMITY",
    "LEG",
    "UTERUS",
    "RECTUM",
    "BLADDER",
    "WHOLEBODY",
];

/// What one instance is to the series' analysis.
#[derive(Debug, Clone)]
pub enum Prepared {
    /// Images that may belong to a diffusion series.
    Images(Box<Images>),
    /// The series must not be judged, because of this instance.
    Unfit(Unfit),
    /// No image that a diffusion series is made of (a localizer, another modality, raw data).
    NotApplicable,
}

/// The images of one instance, decoded and summed.
#[derive(Debug, Clone)]
pub struct Images {
    pub(super) sop_instance: SopInstanceUid,
    pub(super) gathered: Gathered,
    pub(super) decode_time: Duration,
    pub(super) preprocess_time: Duration,
}

impl Prepared {
    /// Looks at an instance and decodes what is of use. Pure work: run it on any thread.
    #[must_use]
    pub fn of(instance: &Instance<'_>, model: &Infarct) -> Self {
        let header = instance.header();
        let applicable = header.series_level.modality == model.manifest().input.modality
            && MR_CLASSES.contains(&header.sop_class.as_str())
            && !is_localizer(header);
        if !applicable {
            return Self::NotApplicable;
        }
        match Images::of(instance, model.steps()) {
            Ok(images) => Self::Images(Box::new(images)),
            Err(unfit) => Self::Unfit(unfit),
        }
    }
}

impl Images {
    fn of(instance: &Instance<'_>, steps: &Steps) -> Result<Self, Unfit> {
        let header = instance.header();
        let mut images = Self {
            sop_instance: header.sop_instance.clone(),
            gathered: Gathered::default(),
            decode_time: Duration::ZERO,
            preprocess_time: Duration::ZERO,
        };
        for (number, frame) in (0..).zip(instance.frames()) {
            images.take(instance, frame, number, steps)?;
        }
        if images.gathered.is_diffusion() {
            check_body_part(header)?;
        }
        Ok(images)
    }

    fn take(
        &mut self,
        instance: &Instance<'_>,
        frame: &FrameHeader,
        number: u32,
        steps: &Steps,
    ) -> Result<(), Unfit> {
        let header = instance.header();
        let map = is_diffusion_map(&frame.kind);
        if !map {
            self.gathered.named += usize::from(kind_of(header) == SeriesKind::Dwi);
            frame.diffusion.b_value.into_iter().for_each(|b_value| self.gathered.met(b_value));
        }
        let Some(role) = role(frame, steps) else { return Ok(()) };
        let start = Instant::now();
        let decoded = decode(instance, frame, number, steps);
        self.decode_time += start.elapsed();
        let (plane, turn, stored) = match decoded {
            Ok(decoded) => decoded,
            // without it the series is judged all the same, perhaps by its trace alone
            Err(_) if matches!(role, Role::Unweighted { .. } | Role::Adc) => return Ok(()),
            Err(unfit) => return Err(unfit),
        };
        let start = Instant::now();
        let shown = Shown {
            instance_number: header.acquisition.instance_number,
            sop_instance: header.sop_instance.clone(),
            frame: header.image.as_ref().is_some_and(|image| image.frames > 1).then_some(number + 1),
            turn,
        };
        self.gathered.take(role, plane, shown, turned(&stored, frame.rescale, turn));
        self.preprocess_time += start.elapsed();
        Ok(())
    }
}

fn decode(
    instance: &Instance<'_>,
    frame: &FrameHeader,
    number: u32,
    steps: &Steps,
) -> Result<(SlicePlane, Turn, StoredFrame), Unfit> {
    if frame.kind.iter().any(|part| part == "MOSAIC") {
        return Err(Unfit::Mosaic);
    }
    let image = instance.header().image.as_ref().ok_or(Unfit::GeometryMissing)?;
    let plane = SlicePlane::of_frame(image, &frame.geometry)?;
    let turn = Turn::of(frame.geometry.orientation.ok_or(Unfit::GeometryMissing)?)?;
    if plane.normal[2] < steps.least_normal_z {
        return Err(Unfit::NotAxial);
    }
    match instance.decode_frame(number) {
        Ok(stored) => Ok((plane, turn, stored)),
        Err(error) => Err(Unfit::Undecodable { reason: error.to_string() }),
    }
}

/// What a frame is good for; none where it is neither weighted as wanted, nor unweighted, nor a map of use.
fn role(frame: &FrameHeader, steps: &Steps) -> Option<Role> {
    if is_adc_map(&frame.kind) {
        return Some(Role::Adc);
    }
    if is_diffusion_map(&frame.kind) {
        return None;
    }
    let b_value = frame.diffusion.b_value?;
    let weighting = &steps.weighting;
    if b_value < weighting.unweighted_below {
        return Some(Role::Unweighted { b_value });
    }
    let isotropic = frame.diffusion.direction == Some(Direction::Isotropic)
        || frame.kind.iter().any(|part| ISOTROPIC.contains(&part.as_str()));
    (weighting.minimum..=weighting.maximum).contains(&b_value).then_some(if isotropic {
        Role::Isotropic { b_value }
    } else {
        Role::Directional { b_value }
    })
}

fn turned(frame: &StoredFrame, rescale: Option<Rescale>, turn: Turn) -> Array2<f64> {
    let rescale = rescale.unwrap_or(Rescale { slope: 1.0, intercept: 0.0 });
    Array2::from_shape_fn((frame.rows, frame.columns), |(row, column)| {
        let row = turn.rows.index(row, frame.rows);
        let column = turn.columns.index(column, frame.columns);
        f64::from(frame.samples[row * frame.columns + column]) * rescale.slope + rescale.intercept
    })
}

fn check_body_part(header: &Header) -> Result<(), Unfit> {
    let part = header.series_level.body_part.as_deref().unwrap_or("").to_uppercase();
    let other = NO_HEAD.contains(&part.replace([' ', '_', '-'], "").as_str());
    if other { Err(Unfit::OtherBodyPart { part }) } else { Ok(()) }
}
