//! What is wrong in a head: a bleed, an infarct, the vessels of an angiography with or without a blocked one.

use super::anatomy::{Anatomy, ellipsoid};
use super::noise::{Noise, mix};

/// A lump with an uneven surface.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lump {
    pub centre: [f64; 3],
    /// Half axes, mm.
    pub half: [f64; 3],
    surface: Noise,
}

impl Lump {
    /// A haemorrhage where they come from small vessels: putamen or thalamus, of 10 to 40 mL.
    pub(super) fn haemorrhage(seed: u64) -> Self {
        let side = if pick(seed, 1) < 0.5 { -1.0 } else { 1.0 };
        let deep = pick(seed, 2) < 0.65;
        let centre = if deep { [side * 30.0, -2.0, 10.0] } else { [side * 16.0, 8.0, 12.0] };
        let size = if deep { 15.0 + 5.0 * pick(seed, 3) } else { 12.5 + 3.0 * pick(seed, 3) };
        let half = [size * 0.8, size * 1.25, size];
        Self { centre: jittered(centre, seed, 3.0), half, surface: Noise::new(mix(seed ^ 0xB1EE)) }
    }

    /// An infarct in the territory of one middle cerebral artery.
    pub(super) fn infarct(seed: u64) -> Self {
        let side = if pick(seed, 1) < 0.5 { -1.0 } else { 1.0 };
        let size = 14.0 + 10.0 * pick(seed, 3);
        let centre = jittered([side * 42.0, 4.0, 16.0], seed, 5.0);
        Self { centre, half: [size * 0.7, size * 1.3, size], surface: Noise::new(mix(seed ^ 0x1FA3)) }
    }

    /// 0 at the centre, 1 on the surface.
    pub(super) fn at(&self, p: [f64; 3]) -> f64 {
        ellipsoid(p, self.centre, self.half).sqrt() + 0.22 * self.surface.at(p.map(|c| c / 9.0))
    }

    pub(super) fn holds(&self, p: [f64; 3], anatomy: &Anatomy) -> bool {
        self.at(p) < 1.0 && anatomy.is_brain(p)
    }
}

/// One piece of an artery.
#[derive(Debug, Clone, Copy)]
struct Segment {
    from: [f64; 3],
    to: [f64; 3],
    radius: f64,
}

/// The arteries of the base and their branches. One of the middle cerebral arteries may end where it is blocked.
#[derive(Debug, Clone)]
pub(super) struct Arteries {
    segments: Vec<Segment>,
    /// Where the flow stops.
    pub blocked_at: Option<[f64; 3]>,
}

impl Arteries {
    pub(super) fn open() -> Self {
        let mut segments = midline_arteries();
        for side in [-1.0, 1.0] {
            segments.extend(anterior_arteries(side));
            segments.extend(middle_cerebral(side));
        }
        Self { segments, blocked_at: None }
    }

    /// The M1 segment of one side is blocked a few mm from its origin; what it feeds is dark.
    pub(super) fn blocked(seed: u64) -> Self {
        let side = if pick(seed, 1) < 0.5 { -1.0 } else { 1.0 };
        let mut segments = midline_arteries();
        for other in [-1.0, 1.0] {
            segments.extend(anterior_arteries(other));
        }
        segments.extend(middle_cerebral(-side));
        let (from, at) = ([side * 8.0, -9.0, -12.0], [side * 14.0, -9.5, -11.5]);
        segments.push(Segment { from, to: at, radius: 1.4 });
        Self { segments, blocked_at: Some(at) }
    }

    pub(super) fn hold(&self, p: [f64; 3]) -> bool {
        self.segments.iter().any(|segment| segment.distance(p) < segment.radius)
    }
}

impl Segment {
    fn distance(&self, p: [f64; 3]) -> f64 {
        let along: [f64; 3] = std::array::from_fn(|axis| self.to[axis] - self.from[axis]);
        let to_p: [f64; 3] = std::array::from_fn(|axis| p[axis] - self.from[axis]);
        let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let t = (dot(to_p, along) / dot(along, along)).clamp(0.0, 1.0);
        let rest: [f64; 3] = std::array::from_fn(|axis| to_p[axis] - t * along[axis]);
        dot(rest, rest).sqrt()
    }
}

fn midline_arteries() -> Vec<Segment> {
    let mut segments = vec![Segment { from: [0.0, 0.0, -50.0], to: [0.0, -2.0, -17.0], radius: 1.8 }];
    for side in [-1.0, 1.0] {
        segments.push(Segment { from: [0.0, -2.0, -17.0], to: [side * 14.0, 12.0, -10.0], radius: 1.2 });
        segments.push(Segment {
            from: [side * 14.0, 12.0, -10.0],
            to: [side * 18.0, 50.0, 0.0],
            radius: 1.0,
        });
        segments.push(Segment {
            from: [side * 1.2, -28.0, -10.0],
            to: [side * 1.2, -45.0, 25.0],
            radius: 1.1,
        });
    }
    segments
}

fn anterior_arteries(side: f64) -> [Segment; 2] {
    let carotid = Segment { from: [side * 22.0, -2.0, -55.0], to: [side * 8.0, -9.0, -12.0], radius: 2.1 };
    let a1 = Segment { from: [side * 8.0, -9.0, -12.0], to: [side * 1.2, -28.0, -10.0], radius: 1.1 };
    [carotid, a1]
}

fn middle_cerebral(side: f64) -> [Segment; 6] {
    let piece = |from: [f64; 3], to: [f64; 3], radius| Segment {
        from: [side * from[0], from[1], from[2]],
        to: [side * to[0], to[1], to[2]],
        radius,
    };
    [
        piece([8.0, -9.0, -12.0], [34.0, -11.0, -8.0], 1.4),
        piece([34.0, -11.0, -8.0], [40.0, -4.0, 4.0], 1.2),
        piece([34.0, -11.0, -8.0], [42.0, 2.0, -2.0], 1.2),
        piece([40.0, -4.0, 4.0], [56.0, -8.0, 22.0], 0.9),
        piece([42.0, 2.0, -2.0], [57.0, 14.0, 14.0], 0.9),
        piece([57.0, 14.0, 14.0], [52.0, 36.0, 30.0], 0.8),
    ]
}

/// 0 to 1, from the seed and a number that names the choice.
#[expect(clippy::cast_precision_loss, reason = "53 bits")]
pub(super) fn pick(seed: u64, choice: u64) -> f64 {
    (mix(mix(seed) ^ choice) >> 11) as f64 / (1_u64 << 53) as f64
}

fn jittered(centre: [f64; 3], seed: u64, by: f64) -> [f64; 3] {
    [0, 1, 2].map(|axis: usize| centre[axis] + by * (2.0 * pick(seed, 10 + axis as u64) - 1.0))
}
