//! The hour, the light and the weather in which plans are made: the gates before any sum.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::daylight::{Light, light_at};
use crate::domain::region::{Capability, Position, Region, Site};
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::wording::Text;

/// Whether an aircraft may fly today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weather {
    Flyable,
    Grounded,
    /// Nobody has said: plans by air stand, to be checked before take-off.
    Unknown,
}

/// The moment that the plans start from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum When {
    /// Light, traffic, opening and duty hours are judged by it.
    At(Timestamp),
    /// No moment is stated: roads take their usual time, everything is open, the light is as said.
    Unstated(Light),
}

/// The gates before any sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions {
    pub when: When,
    pub weather: Weather,
}

impl Conditions {
    /// What the region's clocks will show.
    pub(super) fn clocks(&self, region: &Region, after: Minutes) -> Option<DateTime> {
        match self.when {
            When::At(now) => Some(region.clocks(now + after)),
            When::Unstated(_) => None,
        }
    }

    /// The light there will be.
    pub(super) fn light(&self, place: Position, after: Minutes) -> Light {
        match self.when {
            When::At(now) => light_at(place, now + after),
            When::Unstated(light) => light,
        }
    }

    /// The gate of a hospital that does this, but not at that hour.
    pub(super) fn closed(
        &self,
        region: &Region,
        site: &Site,
        capability: Capability,
        after: Minutes,
    ) -> Option<Text> {
        let hours = site.closed(capability, self.clocks(region, after)?)?.in_words();
        let (fr, en) = match capability {
            Capability::Thrombolysis => ("pas de thrombolyse", "no thrombolysis"),
            Capability::Thrombectomy => ("pas de thrombectomie", "no thrombectomy"),
            Capability::HostsTeam => ("pas de salle pour l'équipe mobile", "no room for the visiting team"),
            Capability::Helipad => ("hélisurface fermée", "helipad closed"),
        };
        Some(Text::new(
            format!("{fr} à {} à cette heure ({})", site.short_name, hours.fr),
            format!("{en} at {} at that hour ({})", site.short_name, hours.en),
        ))
    }

    /// Time by road for who leaves after so long.
    pub(super) fn road(&self, region: &Region, from: &Site, to: &Site, after: Minutes) -> Option<Minutes> {
        match self.clocks(region, after) {
            Some(departure) => region.road_at(&from.id, &to.id, departure),
            None => region.road(&from.id, &to.id),
        }
    }
}
