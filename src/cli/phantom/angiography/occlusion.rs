//! A blocked artery, and what still fills behind it.

use serde::Serialize;

use super::artery::{Artery, Part, Side};
use crate::cli::phantom::lesion::pick;

/// Length of artery over which collaterals that fill nothing near the clot fade in, mm.
const FADE: f64 = 90.0;

/// The segments of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(in crate::cli::phantom) enum Segment {
    #[serde(rename = "ICA-T")]
    CarotidEnd,
    M1,
    M2,
}

/// Which artery is blocked, where, and how well collaterals fill it from behind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Occlusion {
    pub side: Side,
    pub segment: Segment,
    /// 0 nothing, 1 as on the other side.
    pub filling: f64,
    /// The stem that holds the clot.
    part: Part,
    /// From where to where the clot reaches, as a way from the carotid's end, mm.
    clot: [f64; 2],
}

impl Occlusion {
    pub(super) fn new(seed: u64, arteries: &[Artery]) -> Self {
        let side = Side::of(seed, 1);
        let stem = arteries.iter().find(|artery| artery.side == side && artery.part == Part::Stem);
        let m1 = stem.map_or(25.0, Artery::length);
        let length = 5.0 + 7.0 * pick(seed, 3);
        let share = pick(seed, 4);
        let (segment, part, from) = match pick(seed, 2) {
            ..0.33 => (Segment::CarotidEnd, Part::Carotid, -length + 1.0 + 2.0 * share),
            0.33..0.67 => (Segment::M1, Part::Stem, m1 * (0.12 + 0.5 * share)),
            _ => {
                let part = if pick(seed, 5) < 0.5 { Part::Upper } else { Part::Lower };
                (Segment::M2, part, m1 + 2.0 + 8.0 * share)
            }
        };
        let filling = (100.0 * pick(seed, 6)).round() / 100.0;
        Self { side, segment, filling, part, clot: [from, from + length] }
    }

    /// The clot's middle, head coordinates; the carotid's end for a clot that fills it.
    pub(super) fn place(&self, arteries: &[Artery]) -> Option<[f64; 3]> {
        let way =
            if self.segment == Segment::CarotidEnd { 0.0 } else { f64::midpoint(self.clot[0], self.clot[1]) };
        let artery = arteries.iter().find(|artery| artery.side == self.side && artery.part == self.part)?;
        artery.at(way).map(|station| station.at)
    }

    /// Share of the contrast of open arteries that this one carries, `way` mm behind the carotid's end.
    pub(super) fn contrast(&self, artery: &Artery, way: f64) -> f64 {
        if artery.side != self.side || !self.feeds(artery.part) {
            return 1.0;
        }
        if artery.part == Part::Anterior {
            // the other side fills it backwards, up to the clot
            return if way < 3.0 { 0.0 } else { 0.85 };
        }
        if way < self.clot[0] {
            // blood stands before the clot
            return if self.segment == Segment::CarotidEnd && way > self.clot[0] - 40.0 { 0.75 } else { 1.0 };
        }
        if way <= self.clot[1] {
            return 0.0;
        }
        let reached = ((way - self.clot[1]) / (FADE * (1.02 - self.filling))).min(1.0);
        self.filling * reached
    }

    /// Whether blood of this part passes the clot.
    fn feeds(&self, part: Part) -> bool {
        match self.part {
            Part::Carotid => part != Part::Other,
            Part::Stem => matches!(part, Part::Stem | Part::Upper | Part::Lower),
            blocked => part == blocked,
        }
    }
}
