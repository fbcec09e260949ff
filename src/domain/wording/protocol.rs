//! A prescribed examination in words.

use super::Text;
use crate::domain::protocol::{Concern, Phase};

/// A part of the examination.
#[must_use]
pub fn phase_name(phase: Phase) -> Text {
    let (fr, en) = match phase {
        Phase::NonContrastHead => ("Crâne sans injection", "Head without contrast"),
        Phase::AngiographyArchToVertex => {
            ("Angioscanner, crosse aortique au vertex", "CT angiography, arch to vertex")
        }
        Phase::MultiphaseAngiography => ("Phases tardives d'angioscanner", "Later angiography phases"),
        Phase::CtPerfusion | Phase::MrPerfusion => ("Perfusion", "Perfusion"),
        Phase::DelayedHead => ("Crâne après injection", "Head after contrast"),
        Phase::Diffusion => ("Diffusion", "Diffusion"),
        Phase::Flair => ("FLAIR", "FLAIR"),
        Phase::Susceptibility => ("T2* ou SWI", "T2* or SWI"),
        Phase::TimeOfFlight => ("Temps de vol intracrânien", "Intracranial time of flight"),
        Phase::ContrastAngiography => {
            ("Angio-IRM injectée, cou et crâne", "Contrast angiography, neck and head")
        }
    };
    Text::new(fr, en)
}

/// A question's name.
#[must_use]
pub fn concern_name(concern: Concern) -> Text {
    let (fr, en) = match concern {
        Concern::Renal => ("fonction rénale", "renal function"),
        Concern::Allergy => ("allergie au produit de contraste", "allergy to the contrast medium"),
        Concern::Pregnancy => ("grossesse", "pregnancy"),
        Concern::Implant => ("pacemaker ou implant métallique", "pacemaker or metal implant"),
    };
    Text::new(fr, en)
}
