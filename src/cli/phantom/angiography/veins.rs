//! Sinuses and veins: later and fainter than the arteries, and close to them in places.

use super::artery::Side;
use super::surface::{Warp, lateral, midline};
use super::tube::{Station, course, station};
use crate::cli::phantom::lesion::pick;

/// All veins of one person.
pub(super) fn draw(seed: u64, warp: &Warp) -> Vec<Vec<Station>> {
    let mut veins = vec![course(&sagittal()), course(&straight())];
    let wider = Side::of(seed, 100);
    for side in Side::BOTH {
        let size = if side == wider { 1.1 } else { 0.55 + 0.35 * pick(seed, 101) };
        let mirror = |through: &[Station]| {
            let mirrored: Vec<Station> = through
                .iter()
                .map(|station| Station {
                    at: [side.sign() * station.at[0], station.at[1], station.at[2]],
                    ..*station
                })
                .collect();
            course(&mirrored)
        };
        veins.push(mirror(&transverse(size)));
        for vein in small(seed ^ if side == Side::Left { 0x7E1 } else { 0 }) {
            veins.push(warp.bend(mirror(&vein)));
        }
    }
    veins
}

fn sagittal() -> [Station; 7] {
    [
        midline(-78.0, 10.0, 14.5, 1.2),
        midline(-66.0, 46.0, 14.0, 1.8),
        midline(-30.0, 76.0, 14.0, 2.2),
        midline(4.0, 82.0, 14.0, 2.6),
        midline(40.0, 70.0, 14.0, 3.0),
        midline(70.0, 36.0, 14.0, 3.3),
        station(0.0, 78.0, -6.0, 3.6),
    ]
}

fn straight() -> [Station; 3] {
    [station(0.0, 27.0, 11.0, 1.6), station(0.0, 48.0, 8.0, 1.8), station(0.0, 78.0, -6.0, 2.2)]
}

fn transverse(size: f64) -> [Station; 7] {
    [
        station(0.0, 78.0, -6.0, 3.3 * size),
        lateral(66.0, -9.0, 14.5, 3.4 * size),
        lateral(42.0, -13.0, 15.0, 3.5 * size),
        lateral(26.0, -18.0, 17.0, 3.6 * size),
        station(42.0, 20.0, -32.0, 3.6 * size),
        station(30.0, 12.0, -47.0, 3.8 * size),
        station(29.0, 14.0, -104.0, 4.6 * size.max(0.7)),
    ]
}

/// The left side's: cortical, Sylvian and deep veins.
fn small(seed: u64) -> Vec<Vec<Station>> {
    let vary = |choice| 5.0 * (2.0 * pick(seed, choice) - 1.0);
    let bridging = [(-40.0, 110), (-16.0, 111), (8.0, 112), (30.0, 113)].map(|(y, choice)| {
        let y = y + vary(choice);
        let top = midline(y * 1.1, 78.0, 14.5, 1.1);
        vec![
            lateral(y, 30.0 + vary(choice + 20), 15.5, 0.5),
            lateral(y - 3.0, 54.0, 15.2, 0.8),
            Station { at: [6.0, top.at[1], top.at[2] - 1.0], radius: 1.0 },
            top,
        ]
    });
    let sylvian = vec![
        lateral(16.0, 14.0 + vary(120), 15.5, 0.6),
        lateral(-8.0, 5.0, 15.5, 0.9),
        lateral(-27.0, -6.0, 16.5, 1.1),
        station(33.0, -36.0, -20.0, 1.2),
        station(13.0, -24.0, -26.0, 1.2),
    ];
    let labbe = vec![
        lateral(10.0, 2.0, 15.5, 0.6),
        lateral(28.0 + vary(121), -6.0, 15.2, 0.9),
        lateral(44.0, -12.0, 15.0, 1.2),
    ];
    let basal = vec![
        station(15.0, -12.0, -11.5, 0.6),
        station(17.5, 4.0, -7.0, 0.8),
        station(12.0, 19.0, 3.0, 0.9),
        station(0.0, 27.0, 11.0, 1.1),
    ];
    let internal = vec![
        station(2.5, -12.0, 13.0, 0.6),
        station(2.0, 6.0, 16.0, 0.9),
        station(1.2, 20.0, 14.5, 1.1),
        station(0.0, 27.0, 11.0, 1.4),
    ];
    let cavernous = vec![station(13.0, -24.0, -26.0, 2.0), station(13.5, -10.0, -31.0, 2.0)];
    bridging.into_iter().chain([sylvian, labbe, basal, internal, cavernous]).collect()
}
