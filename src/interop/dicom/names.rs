//! UIDs that follow from what they name: whoever writes the same word again writes the same instances.

use sha2::{Digest as _, Sha256};

use crate::domain::evidence::Task;
use crate::domain::identity::{Invalid, SeriesUid, SopInstanceUid};
use crate::inference::analysis::SeriesAnalysis;
use crate::inference::contour::Contour;

/// Which of the two objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    Segmentation,
    Report,
}

impl Product {
    fn as_str(self) -> &'static str {
        match self {
            Self::Segmentation => "segmentation",
            Self::Report => "report",
        }
    }
}

/// The UIDs of what is written of one word on one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    source: String,
    task: Task,
    model: String,
    word: String,
}

impl Names {
    /// # Errors
    /// [`Invalid`] when the word cannot be written down.
    pub fn of(source: &SeriesUid, analysis: &SeriesAnalysis) -> Result<Self, Invalid> {
        Ok(Self {
            source: source.to_string(),
            task: analysis.task,
            model: analysis.model.name.clone(),
            word: digest_of(analysis)?,
        })
    }

    /// The series that holds every edition of this product.
    ///
    /// # Errors
    /// Never in practice: the UID is lawful by construction.
    pub fn series(&self, product: Product) -> Result<SeriesUid, Invalid> {
        self.series_text(product).try_into()
    }

    pub(super) fn series_text(&self, product: Product) -> String {
        derived(&["series", &self.source, self.task.as_str(), &self.model, product.as_str()])
    }

    /// The instance that holds this word as the `revision`-th, from 1.
    ///
    /// # Errors
    /// Never in practice: the UID is lawful by construction.
    pub fn instance(&self, product: Product, revision: u32) -> Result<SopInstanceUid, Invalid> {
        let revision = revision.to_string();
        let series = [&self.source, self.task.as_str(), &self.model, product.as_str()];
        derived(&[&["instance"], &series[..], &[&self.word, &revision]].concat()).try_into()
    }

    /// What this model sees in this series, through all editions.
    pub(super) fn tracking(&self) -> String {
        derived(&["tracking", &self.source, self.task.as_str(), &self.model])
    }

    /// The order of the segmentation's frames.
    pub(super) fn dimensions(&self) -> String {
        derived(&["dimensions", &self.source, self.task.as_str(), &self.model])
    }

    /// For slices whose sender names no frame of reference: they share one all the same.
    pub(super) fn frame_of_reference(&self) -> String {
        derived(&["frame of reference", &self.source])
    }
}

/// The device that speaks: this program in this version.
pub(super) fn device() -> String {
    derived(&["device", env!("CARGO_PKG_VERSION")])
}

/// A UID of the form 2.25 (PS3.5 section B.2) from the parts that name it.
fn derived(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    format!("2.25.{}", uuid::Builder::from_custom_bytes(bytes).into_uuid().as_u128())
}

/// What makes a word another one: the network, its outcome, what it outlines; not how long it took. The program's
/// version is in it because another version may write the same word in other bytes.
fn digest_of(analysis: &SeriesAnalysis) -> Result<String, Invalid> {
    let unwritable = |_| Invalid { what: "analysis", problem: "cannot be written down" };
    let contours: Vec<&[Contour]> = analysis.slices.iter().map(|slice| &slice.contours[..]).collect();
    // the line's numbers are rounded, so that a last digit lost on the way through a database makes no other word
    let said =
        serde_json::to_vec(&(env!("CARGO_PKG_VERSION"), analysis.line(), contours)).map_err(unwritable)?;
    Ok(hex::encode(Sha256::digest(said)))
}
