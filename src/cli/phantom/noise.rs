//! Deterministic noise in space: the same seed and place give the same value.

/// Smooth value noise, roughly −1 to 1, with features of the size of one unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noise {
    seed: u64,
}

impl Noise {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Trilinear interpolation, smoothed, of random values at whole coordinates.
    #[expect(clippy::cast_possible_truncation, reason = "coordinates of a head in units of some millimetres")]
    pub(super) fn at(&self, point: [f64; 3]) -> f64 {
        let cell = point.map(|p| p.floor() as i64);
        let inside: [f64; 3] = std::array::from_fn(|axis| {
            let t = point[axis] - point[axis].floor();
            t * t * (3.0 - 2.0 * t)
        });
        let mut sum = 0.0;
        for corner in 0..8_i64 {
            let bits = [corner & 1, (corner >> 1) & 1, (corner >> 2) & 1];
            let weight: f64 =
                (0..3).map(|axis| if bits[axis] == 1 { inside[axis] } else { 1.0 - inside[axis] }).product();
            sum += weight * self.corner(std::array::from_fn(|axis| cell[axis] + bits[axis]));
        }
        sum
    }

    /// −1 to 1.
    #[expect(clippy::cast_precision_loss, reason = "24 bits")]
    fn corner(&self, cell: [i64; 3]) -> f64 {
        let hash = cell.iter().fold(self.seed, |hash, &part| mix(hash ^ part.cast_unsigned()));
        (hash >> 40) as f64 / (1_u64 << 23) as f64 - 1.0
    }
}

/// SplitMix64's finaliser.
pub(super) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}
