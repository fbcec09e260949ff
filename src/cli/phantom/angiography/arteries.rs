//! The arteries of a head: carotids with their siphons, the circle of Willis, the branches on the brain's surface.
//! Courses are drawn from textbook anatomy, varied by the seed; none is taken from a patient.

use super::artery::{Artery, Part, Side};
use super::surface::{Warp, lateral, scalp};
use super::tube::{Station, course, station};
use crate::cli::phantom::lesion::pick;

/// All arteries of one person.
pub(super) fn draw(seed: u64, warp: &Warp) -> Vec<Artery> {
    let mut arteries = Vec::new();
    let thin_a1 = (pick(seed, 50) < 0.3).then(|| Side::of(seed, 51));
    for side in Side::BOTH {
        let mut person =
            Person { seed: seed ^ if side == Side::Left { 0x1EF7 } else { 0 }, side, warp, out: Vec::new() };
        person.carotid();
        person.middle();
        person.anterior(match thin_a1 {
            Some(thin) if thin == side => 0.4,
            Some(_) => 1.15,
            None => 1.0,
        });
        person.posterior();
        person.scalp();
        arteries.append(&mut person.out);
    }
    arteries.push(basilar(warp));
    arteries
}

fn basilar(warp: &Warp) -> Artery {
    let through = [
        station(0.0, 0.5, -47.0, 1.5),
        station(0.7, -2.0, -38.0, 1.5),
        station(-0.5, -3.5, -26.0, 1.45),
        station(0.0, -3.0, -14.5, 1.4),
    ];
    Artery { side: Side::Right, part: Part::Other, start: 0.0, course: warp.bend(course(&through)) }
}

/// Draws the vessels of one side, as if it were the left, and mirrors them.
struct Person<'a> {
    seed: u64,
    side: Side,
    warp: &'a Warp,
    out: Vec<Artery>,
}

impl Person<'_> {
    /// Places a vessel; answers its index.
    fn add(&mut self, part: Part, start: f64, through: &[Station]) -> usize {
        let mirrored: Vec<Station> = through
            .iter()
            .map(|station| Station {
                at: [self.side.sign() * station.at[0], station.at[1], station.at[2]],
                ..*station
            })
            .collect();
        let course = self.warp.bend(course(&mirrored));
        self.out.push(Artery { side: self.side, part, start, course });
        self.out.len() - 1
    }

    /// −1 to 1.
    fn vary(&self, choice: u64) -> f64 {
        2.0 * pick(self.seed, choice) - 1.0
    }

    fn end_of_carotid(&self) -> Station {
        station(11.5 + self.vary(60), -18.0 + self.vary(61), -14.0 + self.vary(62), 1.75)
    }

    fn carotid(&mut self) {
        let loops = self.vary(63);
        let through = [
            station(25.0, 8.0, -104.0, 2.6),
            station(24.0, 6.0 + 2.0 * loops, -84.0, 2.5),
            station(24.0, 2.0, -62.0, 2.4),
            station(23.5, 1.0, -50.0, 2.3),
            // petrous: forward and to the middle
            station(16.0, -6.0, -43.5, 2.2),
            station(11.5, -9.0, -38.0, 2.2),
            // siphon: up, forward, and back over itself
            station(10.0, -10.0 + loops, -31.0, 2.1),
            station(11.0, -19.0 - loops, -29.5, 2.05),
            station(10.5, -25.5 - loops, -25.0, 2.0),
            station(10.0, -22.0, -20.0, 1.9),
            self.end_of_carotid(),
        ];
        let index = self.add(Part::Carotid, 0.0, &through);
        self.out[index].start = -self.out[index].length();
    }

    fn middle(&mut self) {
        let end = self.end_of_carotid();
        let reach = 34.0 + 3.0 * self.vary(64);
        let sag = 1.8 * self.vary(65);
        let size = 1.0 + 0.1 * self.vary(66);
        let fork = station(reach, -16.0 + 2.0 * self.vary(67), -11.0 + 1.5 * self.vary(68), 1.3 * size);
        let stem = self.add(
            Part::Stem,
            0.0,
            &[
                Station { radius: 1.6 * size, ..end },
                station(17.5, -19.5, -12.8 + sag, 1.5 * size),
                station(0.5 * reach + 8.0, -19.0, -13.2 + sag, 1.45 * size),
                fork,
            ],
        );
        let length = self.out[stem].length();
        let early = station(0.5 * reach + 8.0, -19.0, -13.2 + sag, 0.85);
        self.add(
            Part::Stem,
            0.65 * length,
            &[
                early,
                station(33.0, -27.0, -17.0, 0.8),
                lateral(-33.0, -20.0, 20.0, 0.65),
                lateral(-20.0, -24.0, 17.0, 0.5),
            ],
        );
        self.upper(fork, length);
        self.lower(fork, length);
    }

    fn upper(&mut self, fork: Station, start: f64) {
        let x = fork.at[0];
        let rise = [
            Station { radius: 1.15, ..fork },
            station(x + 3.0, -17.5, -5.0, 1.1),
            station(x + 4.5, -16.5, 3.0, 1.05),
            station(x + 5.5, -13.0, 10.0, 1.0),
            station(x + 5.5, -8.0, 15.0, 0.95),
        ];
        self.add(Part::Upper, start, &rise);
        self.branch(Part::Upper, start + 14.0, rise[2], &[[-31.0, 2.0], [-46.0, 16.0], [-52.0, 32.0]], 1);
        self.branch(Part::Upper, start + 22.0, rise[3], &[[-18.0, 9.0], [-25.0, 32.0], [-27.0, 52.0]], 2);
        self.branch(Part::Upper, start + 30.0, rise[4], &[[-5.0, 14.0], [-6.0, 36.0], [-4.0, 58.0]], 3);
        self.branch(Part::Upper, start + 30.0, rise[4], &[[6.0, 18.0], [13.0, 38.0], [20.0, 54.0]], 4);
    }

    fn lower(&mut self, fork: Station, start: f64) {
        let x = fork.at[0];
        let back = [
            Station { radius: 1.2, ..fork },
            station(x + 4.0, -11.0, -8.0, 1.15),
            station(x + 5.5, -3.0, -3.0, 1.1),
            station(x + 6.5, 6.0, 3.0, 1.05),
            station(x + 6.5, 15.0, 8.5, 0.95),
        ];
        self.add(Part::Lower, start, &back);
        self.branch(Part::Lower, start + 17.0, back[2], &[[4.0, -6.0], [16.0, -14.0], [30.0, -16.0]], 5);
        self.branch(Part::Lower, start + 28.0, back[3], &[[20.0, 2.0], [36.0, -3.0], [50.0, -2.0]], 6);
        self.branch(Part::Lower, start + 39.0, back[4], &[[27.0, 13.0], [46.0, 22.0], [57.0, 28.0]], 7);
        self.branch(Part::Lower, start + 39.0, back[4], &[[23.0, 18.0], [33.0, 36.0], [38.0, 50.0]], 8);
    }

    /// From the insula over the operculum to the surface, with two twigs; `path` in y and z, mm.
    fn branch(&mut self, part: Part, start: f64, from: Station, path: &[[f64; 2]; 3], choice: u64) {
        let shift = [5.0 * self.vary(70 + choice), 4.0 * self.vary(80 + choice)];
        let [rim, middle, end] = [(0, 19.0, 0.75), (1, 16.2, 0.65), (2, 16.0, 0.45)].map(
            |(index, depth, radius): (usize, _, _)| {
                #[expect(clippy::cast_precision_loss, reason = "0 to 2")]
                let far = index as f64 / 2.0;
                lateral(path[index][0] + far * shift[0], path[index][1] + far * shift[1], depth, radius)
            },
        );
        let trunk = self.add(part, start, &[Station { radius: 0.85, ..from }, rim, middle, end]);
        let half = start + 0.55 * self.out[trunk].length();
        for (aside, up) in [(9.0, 6.0), (-9.0, 8.0)] {
            let across = if (end.at[1] - rim.at[1]).abs() > (end.at[2] - rim.at[2]).abs() {
                [up, aside]
            } else {
                [aside, up]
            };
            let twig = [0.5, 1.0].map(|far| {
                lateral(middle.at[1] + far * across[0], middle.at[2] + far * across[1], 16.0, 0.5 - 0.1 * far)
            });
            self.add(part, half, &[Station { radius: 0.55, ..middle }, twig[0], twig[1]]);
        }
    }

    fn anterior(&mut self, size: f64) {
        let end = self.end_of_carotid();
        let joint = station(1.6, -31.0, -11.5, 1.15 * size.max(0.7));
        self.add(
            Part::Anterior,
            0.0,
            &[Station { radius: 1.2 * size, ..end }, station(6.5, -24.5, -13.5, 1.15 * size), joint],
        );
        if self.side == Side::Left {
            self.add(Part::Other, 0.0, &[Station { radius: 0.7, ..joint }, station(-1.6, -31.0, -11.5, 0.7)]);
        }
        let up = [
            Station { radius: 1.15, ..joint },
            station(1.8, -39.0, -5.0, 1.1),
            station(1.9, -43.5, 6.0, 1.05),
            station(1.9, -39.0, 20.0, 0.95),
            station(1.9, -22.0, 33.0, 0.85),
            station(1.9, 2.0, 37.0, 0.75),
            station(2.2, 24.0, 32.0, 0.6),
            station(2.2, 38.0, 36.0, 0.45),
        ];
        self.add(Part::Other, 0.0, &up);
        let marginal = [
            Station { radius: 0.85, ..up[3] },
            station(2.4, -38.0, 36.0, 0.8),
            station(2.6, -22.0, 46.0, 0.7),
            station(3.0, 0.0, 54.0, 0.6),
            station(3.2, 12.0, 66.0, 0.45),
        ];
        self.add(Part::Other, 0.0, &marginal);
        self.add(
            Part::Other,
            0.0,
            &[
                Station { radius: 0.7, ..up[2] },
                station(2.8, -56.0, 14.0, 0.6),
                station(3.4, -60.0, 32.0, 0.45),
            ],
        );
        self.add(
            Part::Other,
            0.0,
            &[
                Station { radius: 0.65, ..marginal[2] },
                station(4.0, -30.0, 62.0, 0.55),
                station(6.0, -28.0, 70.0, 0.45),
            ],
        );
    }

    fn posterior(&mut self) {
        let fetal = pick(self.seed, 90) < 0.12;
        let communicating = if fetal { 1.0 } else { 0.55 };
        let joint = station(8.5, -4.5, -12.8, 1.1);
        if fetal || pick(self.seed, 91) < 0.55 {
            let from = station(10.2, -20.0, -17.5, communicating);
            self.add(
                Part::Other,
                0.0,
                &[
                    from,
                    station(9.0, -12.0, -16.0, communicating),
                    Station { radius: communicating, ..joint },
                ],
            );
        }
        self.add(
            Part::Other,
            0.0,
            &[
                station(0.0, -3.0, -14.5, if fetal { 0.6 } else { 1.15 }),
                station(4.0, -5.0, -13.5, if fetal { 0.55 } else { 1.1 }),
                joint,
            ],
        );
        let far = [
            joint,
            station(15.5, 3.0, -10.5, 1.1),
            station(18.0, 14.0, -7.0, 1.05),
            station(15.0, 28.0, -1.0, 0.95),
            station(11.0, 44.0, 3.0, 0.8),
            station(8.0, 60.0, 8.0, 0.6),
            station(7.0, 70.0, 12.0, 0.45),
        ];
        self.add(Part::Other, 0.0, &far);
        self.add(
            Part::Other,
            0.0,
            &[
                Station { radius: 0.75, ..far[2] },
                station(27.0, 24.0, -10.0, 0.65),
                station(36.0, 40.0, -9.0, 0.5),
            ],
        );
        self.add(
            Part::Other,
            0.0,
            &[
                Station { radius: 0.7, ..far[4] },
                station(9.0, 52.0, 18.0, 0.6),
                station(6.0, 58.0, 30.0, 0.45),
            ],
        );
        // superior, anterior inferior and posterior inferior cerebellar arteries
        self.add(
            Part::Other,
            0.0,
            &[
                station(0.0, -3.0, -17.0, 0.75),
                station(11.0, 4.0, -15.0, 0.7),
                station(19.0, 18.0, -11.0, 0.6),
                station(16.0, 36.0, -9.0, 0.45),
            ],
        );
        self.add(
            Part::Other,
            0.0,
            &[
                station(0.5, -2.0, -36.0, 0.55),
                station(13.0, 4.0, -37.0, 0.5),
                station(27.0, 14.0, -35.0, 0.45),
            ],
        );
        let vertebral = (1.0 + 0.45 * self.vary(92)).max(0.6);
        let up = [
            station(15.0, 20.0, -104.0, 1.7 * vertebral),
            station(15.0, 19.0, -78.0, 1.7 * vertebral),
            station(20.0, 26.0, -68.0, 1.65 * vertebral),
            station(10.0, 25.0, -60.0, 1.6 * vertebral),
            station(5.0, 8.0, -53.0, 1.5 * vertebral),
            station(0.0, 0.5, -47.0, 1.4 * vertebral),
        ];
        self.add(Part::Other, 0.0, &up);
        self.add(
            Part::Other,
            0.0,
            &[
                Station { radius: 0.65, ..up[4] },
                station(11.0, 20.0, -52.0, 0.55),
                station(9.0, 32.0, -44.0, 0.45),
            ],
        );
    }

    /// External carotid and superficial temporal artery.
    fn scalp(&mut self) {
        let fork = scalp(-6.0, 14.0, 2.6, 0.95);
        self.add(
            Part::Other,
            0.0,
            &[
                station(29.0, -2.0, -104.0, 2.0),
                station(40.0, -4.0, -72.0, 1.6),
                scalp(0.0, -40.0, 6.0, 1.3),
                scalp(-2.0, -12.0, 3.0, 1.1),
                fork,
            ],
        );
        self.add(
            Part::Other,
            0.0,
            &[Station { radius: 0.85, ..fork }, scalp(-26.0, 30.0, 2.5, 0.75), scalp(-40.0, 46.0, 2.5, 0.5)],
        );
        self.add(
            Part::Other,
            0.0,
            &[Station { radius: 0.85, ..fork }, scalp(6.0, 38.0, 2.5, 0.75), scalp(16.0, 58.0, 2.5, 0.5)],
        );
        self.add(
            Part::Other,
            0.0,
            &[
                station(38.0, -6.0, -70.0, 1.2),
                station(34.0, -30.0, -58.0, 1.0),
                station(24.0, -40.0, -52.0, 0.7),
            ],
        );
    }
}
