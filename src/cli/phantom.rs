//! `vigie phantom`: a synthetic series with its ground truth.

mod anatomy;
mod angiography;
mod diffusion;
mod lesion;
mod noise;
mod picture;
mod plain;
mod truth;
mod write;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Failure;
use lesion::Lump;
use picture::{Grid, Slice};
use truth::{Fed, Truth, TruthSlice, runs, volume_ml};
use write::{SeriesTags, SliceTags, WriteError, uid};

/// Write a synthetic head series as DICOM, with its ground truth in truth.json.
///
/// The anatomy is drawn, not taken from a patient: skull, brain, ventricles, cisterns, falx; a haemorrhage of 40 to 85
/// HU; arteries and veins at some moment of a bolus, one artery blocked and filled from behind as far as collaterals
/// reach; diffusion pictures with and without a fresh infarct. The same seed writes the same bytes.
///
/// Example: vigie phantom --kind hemorrhage --seed 7 --out /tmp/phantom
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to draw.
    #[arg(long, value_enum)]
    kind: Kind,
    /// Another seed is another head.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of slices [default: 28; 320 for angiography].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=800))]
    slices: Option<u16>,
    /// Folder to write into; made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// The kinds of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    Normal,
    Hemorrhage,
    Cta,
    CtaOcclusion,
    Dwi,
    DwiInfarct,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Hemorrhage => "hemorrhage",
            Self::Cta => "cta",
            Self::CtaOcclusion => "cta-occlusion",
            Self::Dwi => "dwi",
            Self::DwiInfarct => "dwi-infarct",
        }
    }

    fn is_mr(self) -> bool {
        matches!(self, Self::Dwi | Self::DwiInfarct)
    }

    fn description(self) -> &'static str {
        match self {
            Self::Normal | Self::Hemorrhage => "Phantom head CT without contrast",
            Self::Cta | Self::CtaOcclusion => "Phantom CTA head",
            Self::Dwi | Self::DwiInfarct => "Phantom DWI trace",
        }
    }

    fn default_slices(self) -> u16 {
        match self {
            Self::Cta | Self::CtaOcclusion => 320,
            Self::Normal | Self::Hemorrhage | Self::Dwi | Self::DwiInfarct => 28,
        }
    }

    /// Lowest and highest slice, mm: the head; with the neck's arteries for an angiogram.
    fn cover(self) -> [f64; 2] {
        match self {
            Self::Cta | Self::CtaOcclusion => [-92.0, 108.0],
            Self::Normal | Self::Hemorrhage | Self::Dwi | Self::DwiInfarct => [-52.0, 88.0],
        }
    }

    /// s/mm²; one image a place and value. None for CT.
    fn b_values(self) -> &'static [Option<u16>] {
        if self.is_mr() { &[Some(0), Some(1000)] } else { &[None] }
    }
}

/// What is drawn.
#[derive(Debug, Clone)]
enum Scene {
    Plain(plain::Scene),
    Angiography(Box<angiography::Scene>),
    Diffusion(Box<diffusion::Scene>),
}

impl Scene {
    fn new(kind: Kind, seed: u64) -> Self {
        match kind {
            Kind::Normal => Self::Plain(plain::Scene::new(seed, None)),
            Kind::Hemorrhage => Self::Plain(plain::Scene::new(seed, Some(Lump::haemorrhage(seed)))),
            Kind::Cta => Self::Angiography(Box::new(angiography::Scene::open(seed))),
            Kind::CtaOcclusion => Self::Angiography(Box::new(angiography::Scene::blocked(seed))),
            Kind::Dwi => Self::Diffusion(Box::new(diffusion::Scene::healthy(seed))),
            Kind::DwiInfarct => Self::Diffusion(Box::new(diffusion::Scene::with_infarct(seed))),
        }
    }

    fn grid(&self) -> Grid {
        match self {
            Self::Plain(_) => plain::GRID,
            Self::Angiography(_) => angiography::GRID,
            Self::Diffusion(_) => diffusion::GRID,
        }
    }

    fn slice(&self, job: &SliceTags, thickness: f64) -> Slice {
        match self {
            Self::Plain(scene) => scene.slice(job.z, thickness),
            Self::Angiography(scene) => scene.slice(job.z, thickness),
            Self::Diffusion(scene) => scene.slice(job.z, thickness, job.b_value.unwrap_or(0)),
        }
    }

    fn blocked(&self) -> Option<angiography::Blocked> {
        match self {
            Self::Angiography(scene) => scene.truth(),
            Self::Plain(_) | Self::Diffusion(_) => None,
        }
    }

    fn infarct(&self) -> Option<Fed> {
        match self {
            Self::Diffusion(scene) => scene.territory().map(|(territory, side)| Fed { territory, side }),
            Self::Plain(_) | Self::Angiography(_) => None,
        }
    }
}

/// Draws the series and writes it.
///
/// # Errors
/// [`Failure::Work`] when the folder cannot be written.
pub fn run(args: &Args) -> Result<(), Failure> {
    std::fs::create_dir_all(&args.out)?;
    let truth = write_series(args)?;
    std::fs::write(args.out.join("truth.json"), serde_json::to_vec_pretty(&truth)?)?;
    super::say(&format!("{} images, study {}", truth.slices.len(), truth.study_instance_uid));
    Ok(())
}

fn write_series(args: &Args) -> Result<Truth, WriteError> {
    let (kind, seed) = (args.kind, args.seed);
    let count = args.slices.unwrap_or_else(|| kind.default_slices());
    let (heights, spacing) = heights(count, kind.cover());
    let scene = Scene::new(kind, seed);
    let name = [kind.as_str(), &seed.to_string(), &count.to_string()].join("/");
    let study = uid(&["vigie phantom", &name, "study"]);
    let series = uid(&["vigie phantom", &name, "series"]);
    let grid = scene.grid();
    let tags = SeriesTags { kind, seed, study, series, spacing, grid };
    let jobs: Vec<SliceTags> = kind
        .b_values()
        .iter()
        .flat_map(|&b_value| heights.iter().map(move |&z| (b_value, z)))
        .enumerate()
        .map(|(index, (b_value, z))| SliceTags {
            sop_instance: uid(&[&tags.series, &index.to_string()]),
            number: index + 1,
            z,
            b_value,
        })
        .collect();
    let slices = draw_all(&scene, &tags, &jobs, &args.out)?;
    let pixels: usize = slices.iter().map(|slice| slice.lesion_pixels).sum();
    Ok(Truth {
        schema: "vigie.phantom/1",
        kind: kind.as_str(),
        seed,
        synthetic: true,
        study_instance_uid: tags.study,
        series_instance_uid: tags.series,
        finding: match kind {
            Kind::Hemorrhage => Some("hemorrhage"),
            Kind::CtaOcclusion => Some("occlusion"),
            Kind::DwiInfarct => Some("infarct"),
            Kind::Normal | Kind::Cta | Kind::Dwi => None,
        },
        lesion_volume_ml: volume_ml(pixels / kind.b_values().len(), grid, spacing),
        occlusion: scene.blocked(),
        infarct: scene.infarct(),
        side: grid.side,
        pixel_mm: grid.pixel,
        slices,
    })
}

/// Draws on every core, writes as it goes.
fn draw_all(
    scene: &Scene,
    tags: &SeriesTags,
    jobs: &[SliceTags],
    out: &std::path::Path,
) -> Result<Vec<TruthSlice>, WriteError> {
    let next = AtomicUsize::new(0);
    let worker = || -> Result<Vec<(usize, TruthSlice)>, WriteError> {
        let mut done = Vec::new();
        while let Some((index, job)) = take(&next, jobs) {
            let slice = scene.slice(job, tags.spacing);
            tags.write(job, &slice.values, &out.join(format!("{:04}.dcm", job.number)))?;
            let truth = TruthSlice {
                sop_instance_uid: job.sop_instance.clone(),
                z_mm: job.z,
                b_value: job.b_value,
                lesion_pixels: slice.lesion.len(),
                lesion_runs: runs(&slice.lesion, tags.grid),
            };
            done.push((index, truth));
        }
        Ok(done)
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let parts = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect::<Result<Vec<_>, _>>()
    })?;
    let mut all: Vec<_> = parts.into_iter().flatten().collect();
    all.sort_by_key(|&(index, _)| index);
    Ok(all.into_iter().map(|(_, slice)| slice).collect())
}

fn take<'a>(next: &AtomicUsize, jobs: &'a [SliceTags]) -> Option<(usize, &'a SliceTags)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    jobs.get(index).map(|job| (index, job))
}

/// Heights of the slices, mm, and their distance: 5 mm apart around the cover's middle, closer where more are asked
/// for than the cover is high.
fn heights(count: u16, [bottom, top]: [f64; 2]) -> (Vec<f64>, f64) {
    let spacing = 5.0_f64.min((top - bottom) / f64::from(count));
    let span = spacing * f64::from(count - 1);
    let middle = f64::midpoint(top, bottom);
    ((0..count).map(|index| middle - span / 2.0 + spacing * f64::from(index)).collect(), spacing)
}
