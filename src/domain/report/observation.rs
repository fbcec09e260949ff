//! What a structured stroke report states, item by item.

use serde::{Deserialize, Serialize};

use crate::domain::case::Nihss;
use crate::domain::clinical::aspects::Aspects;
use crate::domain::clinical::hematoma::{Origin, Ventricles};
use crate::domain::evidence::{Segment, Side, Territory};
use crate::domain::identity::Invalid;

/// Whether something is there, as the reader sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Present,
    Absent,
    Uncertain,
}

/// A measure to a tenth of its unit (mL, mm): what is confirmed on screen is exactly what is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Tenths(u16);

impl TryFrom<f64> for Tenths {
    type Error = Invalid;
    /// Rounded to the nearest tenth.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    fn try_from(value: f64) -> Result<Self, Invalid> {
        // No head holds two litres, and no midline moves that far.
        if (0.0..=2000.0).contains(&value) {
            Ok(Self((value * 10.0).round() as u16))
        } else {
            Err(Invalid { what: "measure", problem: "must be 0 to 2000" })
        }
    }
}

impl From<Tenths> for f64 {
    fn from(value: Tenths) -> f64 {
        f64::from(value.0) / 10.0
    }
}

/// Glasgow coma scale total, 3–15 (Teasdale 1974, doi:10.1016/S0140-6736(74)91639-0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Glasgow(u8);

impl TryFrom<u8> for Glasgow {
    type Error = Invalid;
    fn try_from(value: u8) -> Result<Self, Invalid> {
        if (3..=15).contains(&value) {
            Ok(Self(value))
        } else {
            Err(Invalid { what: "Glasgow coma scale", problem: "must be 3 to 15" })
        }
    }
}

impl From<Glasgow> for u8 {
    fn from(value: Glasgow) -> u8 {
        value.0
    }
}

/// ICH score total, 0–6 (Hemphill 2001, doi:10.1161/01.STR.32.4.891).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct IchTotal(u8);

impl TryFrom<u8> for IchTotal {
    type Error = Invalid;
    fn try_from(value: u8) -> Result<Self, Invalid> {
        if value <= 6 {
            Ok(Self(value))
        } else {
            Err(Invalid { what: "ICH score", problem: "must be 0 to 6" })
        }
    }
}

impl From<IchTotal> for u8 {
    fn from(value: IchTotal) -> u8 {
        value.0
    }
}

/// Where blood lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BleedKind {
    Deep,
    Lobar,
    Cerebellar,
    Brainstem,
    Intraventricular,
    Subarachnoid,
    Subdural,
    Epidural,
}

impl BleedKind {
    /// The origin as the ICH score has it; none for blood outside the brain's tissue.
    #[must_use]
    pub fn origin(self) -> Option<Origin> {
        match self {
            Self::Deep | Self::Lobar => Some(Origin::Supratentorial),
            Self::Cerebellar | Self::Brainstem => Some(Origin::Infratentorial),
            Self::Intraventricular | Self::Subarachnoid | Self::Subdural | Self::Epidural => None,
        }
    }
}

/// Blood's place; without a side on the midline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BleedSite {
    pub kind: BleedKind,
    pub side: Option<Side>,
}

/// An artery that may be occluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vessel {
    /// The internal carotid, in the neck or below its end.
    InternalCarotid,
    CarotidTerminus,
    M1,
    M2,
    AnteriorCerebral,
    PosteriorCerebral,
    Basilar,
    Vertebral,
}

impl From<Segment> for Vessel {
    fn from(segment: Segment) -> Self {
        match segment {
            Segment::CarotidTerminus => Self::CarotidTerminus,
            Segment::M1 => Self::M1,
            Segment::M2 => Self::M2,
        }
    }
}

/// An occlusion's place; the basilar artery has no side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VesselSite {
    pub vessel: Vessel,
    pub side: Option<Side>,
}

/// An infarct's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InfarctSite {
    pub territory: Territory,
    pub side: Side,
}

macro_rules! items {
    ($($(#[$doc:meta])* $name:ident($value:ty);)*) => {
        /// An item of the report. Each is stated once or not at all; what is not stated is not negative.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case", tag = "item", content = "value")]
        pub enum Observation {
            $($(#[$doc])* $name($value),)*
        }

        /// Which item.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Item {
            $($name,)*
        }

        impl Observation {
            #[must_use]
            pub fn item(&self) -> Item {
                match self {
                    $(Self::$name(_) => Item::$name,)*
                }
            }
        }

        impl Item {
            /// In the order of the report.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

items! {
    Haemorrhage(Presence);
    HaemorrhageSite(BleedSite);
    /// mL
    HaemorrhageVolume(Tenths);
    Ventricles(Ventricles);
    /// mm
    MidlineShift(Tenths);
    Glasgow(Glasgow);
    /// Total at the examination.
    Nihss(Nihss);
    /// Reckoned when the report is signed, where the items above and the age say each of its parts; otherwise the total
    /// of the scale as it was recorded, on the reader's word.
    IchScore(IchTotal);
    Aspects(Aspects);
    Occlusion(Presence);
    OcclusionSite(VesselSite);
    Infarct(Presence);
    InfarctSite(InfarctSite);
    /// mL
    InfarctVolume(Tenths);
}

impl Item {
    /// The item that must not be absent for this one to say anything.
    #[must_use]
    pub fn depends_on(self) -> Option<Self> {
        match self {
            Self::HaemorrhageSite | Self::HaemorrhageVolume | Self::Ventricles | Self::IchScore => {
                Some(Self::Haemorrhage)
            }
            Self::OcclusionSite => Some(Self::Occlusion),
            Self::InfarctSite | Self::InfarctVolume => Some(Self::Infarct),
            Self::Haemorrhage
            | Self::MidlineShift
            | Self::Glasgow
            | Self::Nihss
            | Self::Aspects
            | Self::Occlusion
            | Self::Infarct => None,
        }
    }
}

impl Observation {
    /// Whether it says that something may be there.
    #[must_use]
    pub fn allows_details(&self) -> bool {
        match self {
            Self::Haemorrhage(presence) | Self::Occlusion(presence) | Self::Infarct(presence) => {
                *presence != Presence::Absent
            }
            _ => true,
        }
    }
}
