//! What is asked before an examination: kidneys, allergy, pregnancy, and implants for MR. Unknown is an answer that is
//! shown; in a stroke it does not hold the examination up (ESUR Guidelines on Contrast Agents 10.0, 2018; AHA/ASA 2019,
//! doi:10.1161/STR.0000000000000211, section 3.2: do not delay CT angiography for creatinine).

use serde::{Deserialize, Serialize};

use super::{Contrast, Modality};

/// Estimated glomerular filtration rate, mL/min/1.73 m², below which contrast speaks against itself: intravenous
/// iodinated medium, ESUR 10.0 chapter A.2; linear gadolinium, chapter C.1.
const EGFR_FLOOR: u16 = 30;

/// Unknown is an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Yes,
    No,
    Unknown,
}

/// What is known of the kidneys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Renal {
    /// Estimated glomerular filtration rate in mL/min/1.73 m².
    Known {
        egfr: u16,
    },
    Unknown,
}

/// The questions and their answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    pub renal: Renal,
    /// To a contrast medium of this kind.
    pub allergy: Answer,
    pub pregnancy: Answer,
    /// Pacemaker, ferromagnetic implant or foreign body: asked for MR.
    pub implant: Answer,
}

/// A point that speaks against the examination as prescribed, or is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concern {
    Renal,
    Allergy,
    Pregnancy,
    Implant,
}

/// What the answers amount to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concerns {
    /// These need a written reason.
    pub against: Vec<Concern>,
    /// These are shown to whoever injects.
    pub unknown: Vec<Concern>,
}

impl Questions {
    /// Kidneys and allergy matter when contrast is given; pregnancy when contrast is given or for X-rays; implants for
    /// MR.
    #[must_use]
    pub fn concerns(&self, modality: Modality, contrast: Contrast) -> Concerns {
        let injected = matches!(contrast, Contrast::Injected { .. });
        let renal = match self.renal {
            Renal::Known { egfr } if egfr < EGFR_FLOOR => Answer::Yes,
            Renal::Known { .. } => Answer::No,
            Renal::Unknown => Answer::Unknown,
        };
        let asked = [
            (Concern::Renal, renal, injected),
            (Concern::Allergy, self.allergy, injected),
            (Concern::Pregnancy, self.pregnancy, injected || modality == Modality::Ct),
            (Concern::Implant, self.implant, modality == Modality::Mr),
        ];
        let mut concerns = Concerns::default();
        for (concern, answer, matters) in asked {
            match answer {
                Answer::Yes if matters => concerns.against.push(concern),
                Answer::Unknown if matters => concerns.unknown.push(concern),
                Answer::Yes | Answer::No | Answer::Unknown => {}
            }
        }
        concerns
    }
}
