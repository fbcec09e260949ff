//! What every drawn picture shares: its grid, the scanner's blur and grain, and where a head lies in it.

use super::lesion::pick;

/// Square pictures around the patient's origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    /// Pixels a side.
    pub side: u16,
    /// mm a pixel.
    pub pixel: f64,
}

impl Grid {
    /// Pixels of a picture.
    pub(super) fn len(self) -> usize {
        usize::from(self.side) * usize::from(self.side)
    }

    /// Patient coordinate of a column's or row's centre, mm; halves lie between two.
    pub(super) fn centre(self, index: f64) -> f64 {
        (index + 0.5 - f64::from(self.side) / 2.0) * self.pixel
    }

    /// Column or row, with its fraction, at a patient coordinate.
    pub(super) fn index(self, mm: f64) -> f64 {
        mm / self.pixel + f64::from(self.side) / 2.0 - 0.5
    }
}

/// One slice's stored values (HU, or signal) and which pixels belong to the lesion.
#[derive(Debug, Clone)]
pub(super) struct Slice {
    pub values: Vec<i16>,
    /// In raster order, as indices into the values.
    pub lesion: Vec<u32>,
}

/// How a head lies in the scanner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pose {
    /// Columns are the head's axes in patient coordinates.
    rotation: [[f64; 3]; 3],
    scale: f64,
    /// mm.
    shift: [f64; 3],
}

impl Pose {
    /// Turned, nodding and leaning by up to these angles either way, degrees.
    pub(super) fn new(seed: u64, [turn, nod, lean]: [f64; 3]) -> Self {
        let angle = |limit: f64, choice| ((2.0 * pick(seed, choice) - 1.0) * limit).to_radians().sin_cos();
        let ((sz, cz), (sx, cx), (sy, cy)) = (angle(turn, 30), angle(nod, 31), angle(lean, 32));
        let about_z = [[cz, -sz, 0.0], [sz, cz, 0.0], [0.0, 0.0, 1.0]];
        let about_x = [[1.0, 0.0, 0.0], [0.0, cx, -sx], [0.0, sx, cx]];
        let about_y = [[cy, 0.0, sy], [0.0, 1.0, 0.0], [-sy, 0.0, cy]];
        Self {
            rotation: product(about_z, product(about_x, about_y)),
            scale: 0.95 + 0.1 * pick(seed, 33),
            shift: [10.0 * (pick(seed, 34) - 0.5), 10.0 * (pick(seed, 35) - 0.5), 0.0],
        }
    }

    pub(super) fn scale(&self) -> f64 {
        self.scale
    }

    /// From the head's coordinates to the patient's.
    pub(super) fn patient(&self, p: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|axis| self.scale * dot(self.rotation[axis], p) + self.shift[axis])
    }

    /// From the patient's coordinates to the head's.
    pub(super) fn head(&self, p: [f64; 3]) -> [f64; 3] {
        let from_shift: [f64; 3] = std::array::from_fn(|axis| p[axis] - self.shift[axis]);
        let column = |axis: usize| self.rotation.map(|row| row[axis]);
        std::array::from_fn(|axis| dot(column(axis), from_shift) / self.scale)
    }
}

fn product(a: [[f64; 3]; 3], b: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
    a.map(|row| std::array::from_fn(|axis| dot(row, b.map(|line| line[axis]))))
}

pub(super) fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Random numbers of the detector, near enough to normal ones of deviation 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grain {
    state: u64,
}

impl Grain {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The sum of four uniform numbers is near enough to a normal one.
    pub(super) fn next(&mut self) -> f64 {
        let mut sum = 0.0;
        for _ in 0..4 {
            self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            sum += pick(self.state, 0) - 0.5;
        }
        1.732 * sum
    }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped")]
pub(super) fn to_i16(value: f32) -> i16 {
    value.round().clamp(-1024.0, 3071.0) as i16
}

/// The scanner's point spread: five taps either way, about 1.1 mm wide on a CT's pixels.
pub(super) fn blur(pixels: &[f32], side: usize) -> Vec<f32> {
    const TAPS: [f32; 5] = [0.08, 0.24, 0.36, 0.24, 0.08];
    let pass = |from: &[f32], step: usize, position: fn(usize, usize) -> usize| -> Vec<f32> {
        (0..from.len())
            .map(|at| {
                let along = position(at, side);
                if along < 2 || along + 2 >= side {
                    return from[at];
                }
                TAPS.iter().enumerate().map(|(tap, weight)| weight * from[at + tap * step - 2 * step]).sum()
            })
            .collect()
    };
    let across = pass(pixels, 1, |at, side| at % side);
    pass(&across, side, |at, side| at / side)
}
