//! The manifest's steps, in the only order in which they make sense.

use crate::domain::evidence::{Location, Segment, Side};
use crate::inference::manifest::Step;
use crate::inference::preprocess::Grid;

/// Largest block, voxels: what a manifest may ask for.
const MAX_VOXELS: usize = 16 << 20;

/// Parameters of the seven steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steps {
    /// Lowest and highest HU kept.
    pub clamp: [f64; 2],
    pub grid: Grid,
    /// Height of a bin, mm.
    pub bin: f64,
    pub head: Head,
    pub bone: Bone,
    pub contrast: Contrast,
    pub slabs: Slabs,
}

/// Where the head is in a volume, and which block of it is looked at. Areas in pixels of the grid (mm² at 1 mm).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head {
    /// The head is what is denser than this, HU.
    pub above: i16,
    /// Its top is where so many bins in a row have at least this area.
    pub vertex_area: usize,
    pub vertex_bins: usize,
    /// A first bin larger than this cuts the top off.
    pub missing_top_area: usize,
    /// Lowest and highest mean area of a head.
    pub area: [f64; 2],
    /// Bins below the vertex over which area and centre are taken.
    pub centre_from: usize,
    pub centre_bins: usize,
    /// First bin of the block, below the vertex.
    pub from: usize,
    /// Bins, rows, columns.
    pub size: [usize; 3],
    /// Row and column of the head's centre in the block.
    pub centre: [i64; 2],
    /// HU beyond the picture.
    pub outside: i16,
}

/// What is bone, and what takes its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bone {
    /// HU.
    pub above: i16,
    /// Smaller pieces stay: dense vessels, calcifications.
    pub voxels: usize,
    pub dilations: usize,
    /// HU.
    pub value: i16,
}

/// How much of the block's middle is as bright as arteries with contrast medium.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// HU.
    pub above: i16,
    pub rows: [usize; 2],
    pub columns: [usize; 2],
    /// Voxels.
    pub least: usize,
}

/// Overlapping maxima of neighbouring bins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slabs {
    pub thickness: usize,
    pub stride: usize,
    /// Lowest and highest HU kept.
    pub clamp: [i16; 2],
}

impl Steps {
    /// The manifest's steps, when they are the ones that this program carries out.
    #[must_use]
    pub fn of(steps: &[Step]) -> Option<Self> {
        let &[
            Step::Hounsfield { minimum, maximum },
            Step::AreaResample { spacing_mm, outside },
            Step::DepthBins { size_mm },
            Step::HeadBlock {
                above_hu,
                vertex_mm2,
                vertex_bins,
                missing_top_mm2,
                head_mm2,
                centre_from,
                centre_bins,
                from,
                size,
                centre,
                outside: beyond,
            },
            Step::SuppressBone { above_hu: bone, min_voxels, dilate, value },
            Step::Contrast { above_hu: vessels, rows, cols, min_voxels: least },
            Step::SlabMaximum { thickness, stride, minimum: floor, maximum: ceiling },
        ] = steps
        else {
            return None;
        };
        let steps = Self {
            clamp: [minimum, maximum],
            grid: Grid { spacing: spacing_mm, outside },
            bin: size_mm,
            head: Head {
                above: hu(above_hu)?,
                vertex_area: vertex_mm2,
                vertex_bins,
                missing_top_area: missing_top_mm2,
                area: head_mm2,
                centre_from,
                centre_bins,
                from,
                size,
                centre,
                outside: hu(beyond)?,
            },
            bone: Bone { above: hu(bone)?, voxels: min_voxels, dilations: dilate, value: hu(value)? },
            contrast: Contrast { above: hu(vessels)?, rows, columns: cols, least },
            slabs: Slabs { thickness, stride, clamp: [hu(floor)?, hu(ceiling)?] },
        };
        steps.lawful().then_some(steps)
    }

    /// Slabs, rows and columns of the network's input.
    #[must_use]
    pub fn input(&self) -> [usize; 3] {
        let [bins, rows, columns] = self.head.size;
        [(bins - self.slabs.thickness) / self.slabs.stride + 1, rows, columns]
    }

    /// Bins from the vertex to the block's lower end.
    #[must_use]
    pub fn reach(&self) -> usize {
        self.head.from + self.head.size[0]
    }

    fn lawful(&self) -> bool {
        let [bins, rows, columns] = self.head.size;
        let within = |[from, end]: [usize; 2], length: usize| from <= end && end <= length;
        let voxels = bins.checked_mul(rows).and_then(|area| area.checked_mul(columns));
        hu(self.clamp[0]).is_some()
            && hu(self.clamp[1]).is_some()
            && self.clamp[0] < self.clamp[1]
            && self.slabs.clamp[0] < self.slabs.clamp[1]
            && self.grid.spacing > 0.0
            // areas are given in mm² and depths in mm, and counted in pixels and bins
            && [self.grid.spacing, self.bin].iter().all(|mm| (mm - 1.0).abs() < 1e-9)
            && voxels.is_some_and(|voxels| (1..=MAX_VOXELS).contains(&voxels))
            && (1..=bins).contains(&self.slabs.thickness)
            && self.slabs.stride > 0
            && self.head.vertex_bins > 0
            && self.head.centre_bins > 0
            // the head's centre is taken from bins of the block
            && self.head.centre_from == self.head.from
            && self.head.centre_bins <= bins
            && self.head.from < 1_000
            && self.head.vertex_bins <= self.head.from
            && within(self.contrast.rows, rows)
            && within(self.contrast.columns, columns)
            && self.bone.dilations <= 8
    }
}

/// A whole number of HU.
#[expect(clippy::cast_possible_truncation, reason = "checked")]
fn hu(value: f64) -> Option<i16> {
    let fits = value.fract().abs() < 1e-9 && (-32_768.0..=32_767.0).contains(&value);
    fits.then_some(value as i16)
}

/// What a segment's name in the manifest stands for; sides are the patient's.
#[must_use]
pub fn location(name: &str) -> Option<Location> {
    let (side, segment) = name.split_once(' ')?;
    let side = match side {
        "right" => Side::Right,
        "left" => Side::Left,
        _ => return None,
    };
    let segment = match segment {
        "ICA-T" => Segment::CarotidTerminus,
        "M1" => Segment::M1,
        "M2" => Segment::M2,
        _ => return None,
    };
    Some(Location::Segment { segment, side })
}
