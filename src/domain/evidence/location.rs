//! Where in the head a finding lies, in the words of vascular neurology.

use serde::{Deserialize, Serialize};

use crate::domain::wording::Text;

/// The patient's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Left,
    Right,
    Both,
}

/// A supply territory of the brain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Territory {
    AnteriorCerebral,
    MiddleCerebral,
    PosteriorCerebral,
    /// Brain stem and cerebellum.
    Vertebrobasilar,
}

/// A segment of the anterior circulation, from the carotid's end outwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// The internal carotid's end, with or without the origin of M1 and A1.
    CarotidTerminus,
    M1,
    M2,
}

/// Where a finding lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Location {
    Territory { territory: Territory, side: Side },
    Segment { segment: Segment, side: Side },
}

impl Location {
    /// For people: "territoire de l'artère cérébrale moyenne droite", "occlusion M1 gauche".
    #[must_use]
    pub fn words(self) -> Text {
        match self {
            Self::Territory { territory, side } => territory_words(territory, side),
            Self::Segment { segment, side } => {
                let (fr, en) = match segment {
                    Segment::CarotidTerminus => ("terminaison carotidienne", "carotid terminus"),
                    Segment::M1 => ("segment M1", "M1 segment"),
                    Segment::M2 => ("segment M2", "M2 segment"),
                };
                let (side_fr, side_en) = match (side, segment) {
                    (Side::Left, _) => (" gauche", "left "),
                    (Side::Right, Segment::CarotidTerminus) => (" droite", "right "),
                    (Side::Right, _) => (" droit", "right "),
                    (Side::Both, _) => (", des deux côtés", "bilateral "),
                };
                Text::new(format!("{fr}{side_fr}"), format!("{side_en}{en}"))
            }
        }
    }
}

fn territory_words(territory: Territory, side: Side) -> Text {
    let (fr, en) = match territory {
        Territory::AnteriorCerebral => {
            ("territoire de l'artère cérébrale antérieure", "anterior cerebral artery territory")
        }
        Territory::MiddleCerebral => {
            ("territoire de l'artère cérébrale moyenne", "middle cerebral artery territory")
        }
        Territory::PosteriorCerebral => {
            ("territoire de l'artère cérébrale postérieure", "posterior cerebral artery territory")
        }
        Territory::Vertebrobasilar => ("territoire vertébro-basilaire", "vertebrobasilar territory"),
    };
    let (side_fr, side_en) = match side {
        Side::Left => (", côté gauche", "left "),
        Side::Right => (", côté droit", "right "),
        Side::Both => (", des deux côtés", "bilateral "),
    };
    Text::new(format!("{fr}{side_fr}"), format!("{side_en}{en}"))
}
