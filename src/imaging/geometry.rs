//! Where a slice lies in the patient, mm.

use serde::{Deserialize, Serialize};

use super::header::{Header, ImageHeader, PlaneGeometry};
use super::quality::Unfit;

/// Rows within this of each other's direction count as parallel (cosine).
const PARALLEL: f64 = 0.999;
/// Steepest slices still read as axial: beyond 40° a head CT is coronal or sagittal (cosine).
const AXIAL: f64 = 0.766;

/// The plane of one slice (PS3.3 C.7.6.2.1.1), its normal turned to the patient's head.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SlicePlane {
    pub rows: u16,
    pub columns: u16,
    /// mm between rows.
    pub row_spacing: f64,
    /// mm between columns.
    pub column_spacing: f64,
    /// Unit normal, pointing up (+z of the patient system) where the slice is not vertical.
    pub normal: [f64; 3],
    /// Signed distance of the first pixel along the normal, mm.
    pub along_normal: f64,
}

impl SlicePlane {
    /// # Errors
    /// Position, orientation, pixel spacing or dimensions are missing or degenerate.
    pub fn of(header: &Header) -> Result<Self, Unfit> {
        let image = header.image.as_ref().ok_or(Unfit::GeometryMissing)?;
        Self::of_frame(image, &header.geometry)
    }

    /// # Errors
    /// As [`Self::of`].
    pub fn of_frame(image: &ImageHeader, geometry: &PlaneGeometry) -> Result<Self, Unfit> {
        let position = geometry.position.ok_or(Unfit::GeometryMissing)?;
        let orientation = geometry.orientation.ok_or(Unfit::GeometryMissing)?;
        let [row_spacing, column_spacing] = geometry.pixel_spacing.ok_or(Unfit::GeometryMissing)?;
        let normal = upward_normal(orientation).ok_or(Unfit::GeometryMissing)?;
        if !(row_spacing > 0.0 && column_spacing > 0.0) || image.rows == 0 || image.columns == 0 {
            return Err(Unfit::GeometryMissing);
        }
        let along_normal = dot(position, normal);
        Ok(Self {
            rows: image.rows,
            columns: image.columns,
            row_spacing,
            column_spacing,
            normal,
            along_normal,
        })
    }

    /// Whether the slice is closer to axial than to coronal or sagittal.
    #[must_use]
    pub fn is_axial(&self) -> bool {
        self.normal[2] >= AXIAL
    }

    #[must_use]
    pub fn is_parallel_to(&self, other: &Self) -> bool {
        dot(self.normal, other.normal) >= PARALLEL
    }
}

/// How a picture is mirrored so that its columns run to the patient's left and its rows to posterior.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Turn {
    /// Rows are given from posterior to anterior.
    pub rows: Mirror,
    /// Columns are given from the patient's left to the right.
    pub columns: Mirror,
}

/// Whether an axis is turned round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mirror {
    Kept,
    Mirrored,
}

impl Mirror {
    /// Index or pixel coordinate on the other side of the turn, of an axis of `length`. Its own inverse.
    #[must_use]
    pub fn index(self, index: usize, length: usize) -> usize {
        match self {
            Self::Kept => index,
            Self::Mirrored => length.saturating_sub(1).saturating_sub(index),
        }
    }

    /// As [`Self::index`], for a point between pixels: the first pixel's centre is 0.
    #[must_use]
    pub fn point(self, at: f64, length: u16) -> f64 {
        match self {
            Self::Kept => at,
            Self::Mirrored => f64::from(length) - 1.0 - at,
        }
    }

    fn of(cosine: f64) -> Self {
        if cosine < 0.0 { Self::Mirrored } else { Self::Kept }
    }
}

impl Turn {
    /// # Errors
    /// Rows that do not run mostly across, or columns not mostly from front to back: not an axial picture.
    pub fn of([rx, ry, rz, cx, cy, cz]: [f64; 6]) -> Result<Self, Unfit> {
        let across = rx.abs() > ry.abs().max(rz.abs());
        let down = cy.abs() > cx.abs().max(cz.abs());
        if across && down {
            Ok(Self { rows: Mirror::of(cy), columns: Mirror::of(rx) })
        } else {
            Err(Unfit::NotAxial)
        }
    }
}

fn upward_normal([rx, ry, rz, cx, cy, cz]: [f64; 6]) -> Option<[f64; 3]> {
    let cross = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
    let length = dot(cross, cross).sqrt();
    // row and column of an image are perpendicular unit vectors; far from it there is no plane
    if !(0.9..1.1).contains(&length) {
        return None;
    }
    let sign = if cross[2] < 0.0 { -length } else { length };
    Some(cross.map(|part| part / sign))
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_turned_to_the_patient_s_left_and_back() {
        let (kept, mirrored) = (Mirror::Kept, Mirror::Mirrored);
        assert_eq!(Turn::of([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]), Ok(Turn { rows: kept, columns: kept }));
        assert_eq!(
            Turn::of([-1.0, 0.0, 0.0, 0.0, -0.9, 0.4]),
            Ok(Turn { rows: mirrored, columns: mirrored })
        );
        assert_eq!(Turn::of([0.0, 1.0, 0.0, 1.0, 0.0, 0.0]), Err(Unfit::NotAxial));
        assert_eq!((mirrored.index(0, 160), mirrored.index(159, 160)), (159, 0));
        assert!((mirrored.point(mirrored.point(12.5, 160), 160) - 12.5).abs() < 1e-12);
    }

    #[test]
    fn the_normal_points_up_whichever_way_the_rows_run() {
        let up = Some([0.0, 0.0, 1.0]);
        assert_eq!(upward_normal([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]), up);
        assert_eq!(upward_normal([-1.0, 0.0, 0.0, 0.0, 1.0, 0.0]).map(|n| n[2]), Some(1.0));
        assert_eq!(upward_normal([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]), None);
        let (sin, cos) = 20_f64.to_radians().sin_cos();
        let tilted = upward_normal([1.0, 0.0, 0.0, 0.0, cos, sin]).unwrap();
        assert!((tilted[2] - cos).abs() < 1e-12 && (tilted[1] + sin).abs() < 1e-12);
    }
}
