//! The networks that run here: which reads first, which again, and which is only being tried.

use std::sync::Arc;

use super::haemorrhage::Haemorrhage;
use super::infarct::Infarct;
use super::manifest::Manifest;
use super::occlusion::Occlusion;
use super::pack::{ModelRef, Pack, PackError};
use super::runtime::Runtime;
use crate::domain::evidence::Task;

/// A pack's loaded network, by its pipeline.
#[derive(Debug, Clone)]
pub enum Network {
    Haemorrhage(Arc<Haemorrhage>),
    Infarct(Arc<Infarct>),
    Occlusion(Arc<Occlusion>),
}

impl Network {
    /// Opens a pack's network in its task's pipeline, for `at_once` inferences at a time.
    ///
    /// # Errors
    /// The pack asks for what the pipeline does not do, or the network is not what the manifest says.
    pub fn open(runtime: &Runtime, pack: Pack, at_once: usize) -> Result<Self, PackError> {
        match pack.manifest.task {
            Task::Hemorrhage => Ok(Self::Haemorrhage(Arc::new(Haemorrhage::open(runtime, pack, at_once)?))),
            Task::Infarct => Ok(Self::Infarct(Arc::new(Infarct::open(runtime, pack, at_once)?))),
            Task::Occlusion => Ok(Self::Occlusion(Arc::new(Occlusion::open(runtime, pack, at_once)?))),
        }
    }

    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        match self {
            Self::Haemorrhage(network) => network.manifest(),
            Self::Infarct(network) => network.manifest(),
            Self::Occlusion(network) => network.manifest(),
        }
    }

    #[must_use]
    pub fn model(&self) -> &ModelRef {
        match self {
            Self::Haemorrhage(network) => network.model(),
            Self::Infarct(network) => network.model(),
            Self::Occlusion(network) => network.model(),
        }
    }
}

/// What a model's word is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// It may raise a case, as far as its evidence allows here.
    Active,
    /// It runs beside the active ones to be compared with them: it moves nothing and no reader sees it.
    Candidate,
}

/// When a model looks at a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reading {
    /// While the series arrives.
    First,
    /// After the first readers have answered, when nobody else wants the machine.
    Second,
}

/// A network and its place.
#[derive(Debug, Clone)]
pub struct Installed {
    pub network: Network,
    pub role: Role,
    pub reading: Reading,
}

/// Every network that runs here. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Models {
    installed: Arc<[Installed]>,
    at_once: usize,
}

impl Models {
    /// Opens active packs and candidates. The first active pack of a task reads first, `at_once` inferences at a
    /// time; the others, and the candidates, read again what it has read, one at a time.
    ///
    /// # Errors
    /// The first pack that is refused; a candidate that is an active pack too, whose word could not be kept apart.
    pub fn open(
        runtime: &Runtime,
        active: Vec<Pack>,
        candidates: Vec<Pack>,
        at_once: usize,
    ) -> Result<Self, PackError> {
        let mut installed: Vec<Installed> = Vec::with_capacity(active.len() + candidates.len());
        for pack in active {
            let task = pack.manifest.task;
            let taken = installed.iter().any(|other| other.network.manifest().task == task);
            let (reading, at_once) = if taken { (Reading::Second, 1) } else { (Reading::First, at_once) };
            installed.push(Installed {
                network: Network::open(runtime, pack, at_once)?,
                role: Role::Active,
                reading,
            });
        }
        for pack in candidates {
            if installed.iter().any(|other| *other.network.model() == pack.model_ref()) {
                let problem = "this very model is active here, so it cannot be a candidate".to_owned();
                return Err(PackError::Network { folder: pack.folder, problem });
            }
            installed.push(Installed {
                network: Network::open(runtime, pack, 1)?,
                role: Role::Candidate,
                reading: Reading::Second,
            });
        }
        Ok(Self { installed: installed.into(), at_once: at_once.max(1) })
    }

    /// How many inferences of one network may run at a time, at least one.
    #[must_use]
    pub fn at_once(&self) -> usize {
        self.at_once
    }

    #[must_use]
    pub fn installed(&self) -> &[Installed] {
        &self.installed
    }

    /// The networks of one reading, in the order in which they were installed.
    #[must_use]
    pub fn of(&self, reading: Reading) -> Vec<Network> {
        let those = self.installed.iter().filter(|installed| installed.reading == reading);
        those.map(|installed| installed.network.clone()).collect()
    }

    /// The networks whose word counts.
    #[must_use]
    pub fn active(&self) -> Vec<Network> {
        let those = self.installed.iter().filter(|installed| installed.role == Role::Active);
        those.map(|installed| installed.network.clone()).collect()
    }

    /// What the model of this name is here.
    #[must_use]
    pub fn role_of(&self, model: &ModelRef) -> Option<Role> {
        self.installed.iter().find(|installed| installed.network.model() == model).map(|found| found.role)
    }
}
