//! Reading and decoding on one side, inference on the other, one series a study's row.

use std::fs::File;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

use super::sources::{Place, Source, read_file};
use crate::domain::identity::{SeriesUid, SopInstanceUid, StudyUid};
use crate::imaging::decode::Instance;
use crate::imaging::gate::{Limits, Refusal, read_zip};
use crate::imaging::header::Header;
use crate::imaging::series::{SeriesKind, kind_of};
use crate::inference::analysis::SeriesAnalysis;
use crate::inference::models::Network;
use crate::inference::triage::{Prepared, SeriesTriage};

/// Decoded slices that may wait for the network.
const WAITING: usize = 8;

/// A series as it gathers.
#[derive(Debug)]
pub(in crate::cli) struct Series {
    study: StudyUid,
    series: SeriesUid,
    number: i64,
    modality: String,
    kind: SeriesKind,
    pub instances: Vec<(SopInstanceUid, Place)>,
    triage: SeriesTriage,
}

/// A series with its word.
#[derive(Debug)]
pub(in crate::cli) struct Outcome {
    pub study: StudyUid,
    pub series: SeriesUid,
    pub modality: String,
    pub kind: SeriesKind,
    pub instances: Vec<(SopInstanceUid, Place)>,
    /// One a network.
    pub analyses: Vec<SeriesAnalysis>,
}

/// Everything that was met.
#[derive(Debug, Default)]
pub(in crate::cli) struct Gathered {
    /// In the order of studies met, then series number.
    pub series: Vec<Series>,
    /// What must not be parsed, or could not be read, and why.
    pub refused: Vec<(String, String)>,
    /// Files that are not DICOM.
    pub ignored: usize,
}

/// What a decoding thread found.
enum Found {
    Instance { header: Box<Header>, place: Place, prepared: Prepared },
    Refused(String, String),
    NotDicom,
}

/// Reads and decodes on every core but one, infers on this thread.
pub(in crate::cli) fn analyse(sources: &[Source], networks: &[Network]) -> Gathered {
    let mut gathered = Gathered::default();
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        for _ in 0..cores.saturating_sub(1).max(1) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
                    read(source, networks, &sender);
                }
            });
        }
        drop(sender);
        for found in receiver {
            gathered.take(found, networks);
        }
    });
    gathered.sort();
    gathered
}

/// Reads one source. A receiver that is gone has no more use for what is found.
fn read(source: &Source, networks: &[Network], sender: &SyncSender<Found>) {
    let limits = Limits::default();
    match source {
        Source::File(path) => {
            let place = Place::File(path.clone());
            let found = match read_file(path, &limits) {
                Ok(bytes) => look(&bytes, place, networks, limits),
                Err(error) => Found::Refused(place.to_string(), error.to_string()),
            };
            sender.send(found).ok();
        }
        Source::Zip(path) => {
            let each = |index, bytes: Vec<u8>| {
                let place = Place::Entry { archive: path.clone(), index };
                sender.send(look(&bytes, place, networks, limits)).ok();
            };
            let refused = |reason| Found::Refused(path.display().to_string(), reason);
            let outcome = match File::open(path) {
                Ok(file) => read_zip(file, &limits, each).map_err(|error| refused(error.to_string())),
                Err(error) => Err(refused(error.to_string())),
            };
            if let Err(found) = outcome {
                sender.send(found).ok();
            }
        }
    }
}

fn look(bytes: &[u8], place: Place, networks: &[Network], limits: Limits) -> Found {
    match Instance::open_file(bytes, limits) {
        Ok(instance) => Found::Instance {
            header: Box::new(instance.header().clone()),
            prepared: Prepared::of(&instance, networks),
            place,
        },
        Err(Refusal::NotDicom { .. }) => Found::NotDicom,
        Err(refusal) => Found::Refused(place.to_string(), refusal.to_string()),
    }
}

impl Gathered {
    fn take(&mut self, found: Found, networks: &[Network]) {
        match found {
            Found::NotDicom => self.ignored += 1,
            Found::Refused(place, reason) => self.refused.push((place, reason)),
            Found::Instance { header, place, prepared } => {
                self.series_of(&header, networks).take(&header, place, prepared);
            }
        }
    }

    fn series_of(&mut self, header: &Header, networks: &[Network]) -> &mut Series {
        let known =
            self.series.iter().position(|known| known.series == header.series && known.study == header.study);
        let index = known.unwrap_or_else(|| {
            self.series.push(Series {
                study: header.study.clone(),
                series: header.series.clone(),
                number: header.series_level.number.unwrap_or(i64::MAX),
                modality: header.series_level.modality.clone(),
                kind: SeriesKind::Other,
                instances: Vec::new(),
                triage: SeriesTriage::new(networks),
            });
            self.series.len() - 1
        });
        &mut self.series[index]
    }

    fn sort(&mut self) {
        let mut studies: Vec<StudyUid> = Vec::new();
        for series in &self.series {
            if !studies.contains(&series.study) {
                studies.push(series.study.clone());
            }
        }
        let rank = |study: &StudyUid| studies.iter().position(|known| known == study);
        self.series.sort_by(|a, b| {
            (rank(&a.study), a.number, &a.series).cmp(&(rank(&b.study), b.number, &b.series))
        });
    }
}

impl Series {
    fn take(&mut self, header: &Header, place: Place, prepared: Prepared) {
        if self.instances.iter().any(|(known, _)| *known == header.sop_instance) {
            return;
        }
        if self.kind == SeriesKind::Other {
            self.kind = kind_of(header);
        }
        self.instances.push((header.sop_instance.clone(), place));
        self.triage.add(prepared);
        while self.triage.advance() {}
    }

    pub(in crate::cli) fn finish(mut self) -> Outcome {
        let analyses = self.triage.finish();
        Outcome {
            study: self.study,
            series: self.series,
            modality: self.modality,
            kind: self.kind,
            instances: self.instances,
            analyses,
        }
    }
}
