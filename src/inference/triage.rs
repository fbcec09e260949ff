//! One series under analysis by several networks at once, each in its task's pipeline.

use super::analysis::{Provisional, SeriesAnalysis};
use super::haemorrhage::series as haemorrhage;
use super::infarct::instance as infarct_instance;
use super::infarct::series as infarct;
use super::models::Network;
use super::occlusion::instance as occlusion_instance;
use super::occlusion::series as occlusion;
use crate::imaging::decode::Instance;
use crate::imaging::quality::Unfit;

/// What one instance is to each of the networks, in their order.
#[derive(Debug, Clone)]
pub struct Prepared(Vec<PreparedFor>);

#[derive(Debug, Clone)]
enum PreparedFor {
    Haemorrhage(haemorrhage::Prepared),
    Infarct(infarct_instance::Prepared),
    Occlusion(occlusion_instance::Prepared),
}

impl Prepared {
    /// Looks at an instance for each network. Pure work: run it on any thread.
    #[must_use]
    pub fn of(instance: &Instance<'_>, networks: &[Network]) -> Self {
        let prepare = |network: &Network| match network {
            Network::Haemorrhage(network) => {
                PreparedFor::Haemorrhage(haemorrhage::Prepared::of(instance, network))
            }
            Network::Infarct(network) => {
                PreparedFor::Infarct(infarct_instance::Prepared::of(instance, network))
            }
            Network::Occlusion(network) => {
                PreparedFor::Occlusion(occlusion_instance::Prepared::of(instance, network))
            }
        };
        Self(networks.iter().map(prepare).collect())
    }

    /// An instance that no network can look at.
    #[must_use]
    pub fn unfit(unfit: &Unfit, networks: &[Network]) -> Self {
        let prepare = |network: &Network| match network {
            Network::Haemorrhage(_) => PreparedFor::Haemorrhage(haemorrhage::Prepared::Unfit(unfit.clone())),
            Network::Infarct(_) => PreparedFor::Infarct(infarct_instance::Prepared::Unfit(unfit.clone())),
            Network::Occlusion(_) => {
                PreparedFor::Occlusion(occlusion_instance::Prepared::Unfit(unfit.clone()))
            }
        };
        Self(networks.iter().map(prepare).collect())
    }
}

#[derive(Debug)]
enum Pipeline {
    Haemorrhage(haemorrhage::SeriesTriage),
    Infarct(infarct::SeriesTriage),
    Occlusion(occlusion::SeriesTriage),
}

/// The analysis of one series by several networks.
#[derive(Debug)]
pub struct SeriesTriage {
    pipelines: Vec<Pipeline>,
}

impl SeriesTriage {
    #[must_use]
    pub fn new(networks: &[Network]) -> Self {
        let begin = |network: &Network| match network {
            Network::Haemorrhage(network) => {
                Pipeline::Haemorrhage(haemorrhage::SeriesTriage::new(network.clone()))
            }
            Network::Infarct(network) => Pipeline::Infarct(infarct::SeriesTriage::new(network.clone())),
            Network::Occlusion(network) => Pipeline::Occlusion(occlusion::SeriesTriage::new(network.clone())),
        };
        Self { pipelines: networks.iter().map(begin).collect() }
    }

    /// Takes an instance prepared for the same networks, in any order; the same instance again changes nothing.
    /// Infers nothing yet.
    pub fn add(&mut self, prepared: Prepared) {
        for (pipeline, prepared) in self.pipelines.iter_mut().zip(prepared.0) {
            match (pipeline, prepared) {
                (Pipeline::Haemorrhage(series), PreparedFor::Haemorrhage(prepared)) => series.add(prepared),
                (Pipeline::Infarct(series), PreparedFor::Infarct(prepared)) => series.add(prepared),
                (Pipeline::Occlusion(series), PreparedFor::Occlusion(prepared)) => series.add(prepared),
                // prepared for other networks
                _ => {}
            }
        }
    }

    /// Infers at most one slice a network. Returns whether there was any: call again. What breaks is kept and becomes
    /// that network's final word.
    pub fn advance(&mut self) -> bool {
        let step = |pipeline: &mut Pipeline| match pipeline {
            Pipeline::Haemorrhage(series) => series.advance().unwrap_or(false),
            Pipeline::Infarct(_) | Pipeline::Occlusion(_) => false,
        };
        self.pipelines.iter_mut().map(step).filter(|&advanced| advanced).count() > 0
    }

    /// Evidence that is strong before the series is whole.
    #[must_use]
    pub fn provisional(&self) -> Vec<Provisional> {
        let early = |pipeline: &Pipeline| match pipeline {
            Pipeline::Haemorrhage(series) => series.provisional(),
            Pipeline::Infarct(_) | Pipeline::Occlusion(_) => None,
        };
        self.pipelines.iter().filter_map(early).collect()
    }

    /// Each network's final word on what has come, in their order. Instances that come later may be added, and
    /// `finish` called again.
    pub fn finish(&mut self) -> Vec<SeriesAnalysis> {
        let word = |pipeline: &mut Pipeline| match pipeline {
            Pipeline::Haemorrhage(series) => series.finish(),
            Pipeline::Infarct(series) => series.finish(),
            Pipeline::Occlusion(series) => series.finish(),
        };
        self.pipelines.iter_mut().map(word).collect()
    }
}
