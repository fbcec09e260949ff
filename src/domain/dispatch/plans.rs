//! The plans that a region allows for a patient at one of its hospitals, with the gate that stops each.

use serde::{Deserialize, Serialize};

use super::onset::THROMBOLYSIS_WINDOW;
use super::{Hinges, Light, OnsetAge, Plan};
use crate::domain::identity::SiteId;
use crate::domain::region::{Capability, Region, Site};
use crate::domain::time::Minutes;
use crate::domain::wording::Text;

mod air;
mod journey;

use air::Flight;
use journey::Journey;
pub use journey::{Leg, LegKind};

/// How the patient, or the team, travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Stay,
    Road,
    Air,
    Team,
}

/// Whether an aircraft may fly today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weather {
    Flyable,
    Grounded,
    /// Nobody has said: plans by air stand, to be checked before take-off.
    Unknown,
}

/// The gates before any sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    pub light: Light,
    pub weather: Weather,
}

/// Whether the patient may be given thrombolysis at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thrombolysis {
    /// Not excluded by what is known (window, anticoagulant, diagnosis).
    Possible,
    Excluded,
}

/// Whether the head has been imaged where the patient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workup {
    Imaged,
    NotImaged,
}

/// A plan with its way.
#[derive(Debug, Clone, PartialEq)]
pub struct TransportPlan {
    pub plan: Plan,
    pub from: SiteId,
    pub destination: SiteId,
    pub mode: Mode,
    /// The aircraft that the plan needs, by name.
    pub aircraft: Option<String>,
    /// In order, minutes from now.
    pub legs: Vec<Leg>,
}

/// The patient's hospital is not of this region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no site is called '{0}' in this region")]
pub struct UnknownPlace(pub SiteId);

/// Where the patient is and what is open to them.
#[derive(Debug, Clone, Copy)]
struct Scene<'a> {
    region: &'a Region,
    site: &'a Site,
    onset: OnsetAge,
    thrombolysis: Thrombolysis,
    workup: Workup,
    conditions: Conditions,
}

/// Every plan for a patient at `site`: stay; drip-and-ship by road and by air; straight to the thrombectomy
/// centre by road and by air; bring the team. One that a gate stops is kept, with the gate.
///
/// # Errors
/// [`UnknownPlace`] when the region has no such site.
pub fn generate(
    region: &Region,
    site: &SiteId,
    onset: OnsetAge,
    thrombolysis: Thrombolysis,
    workup: Workup,
    conditions: Conditions,
) -> Result<Vec<TransportPlan>, UnknownPlace> {
    let site = region.site(site).ok_or_else(|| UnknownPlace(site.clone()))?;
    let scene = Scene { region, site, onset, thrombolysis, workup, conditions };
    let mut plans = vec![scene.stay()];
    if site.can(Capability::Thrombectomy) {
        return Ok(plans);
    }
    let Some(centre) = scene.nearest(site, |s| s.can(Capability::Thrombectomy)) else { return Ok(plans) };
    plans.extend(scene.drip_and_ship(centre));
    plans.push(scene.direct_by_road(centre));
    plans.extend(scene.direct_by_air(centre));
    plans.extend(scene.team(centre));
    Ok(plans)
}

impl<'a> Scene<'a> {
    fn stay(&self) -> TransportPlan {
        let mut journey = Journey::start(self.region);
        let needle = self.drip(&mut journey, self.site);
        let groin = self.site.can(Capability::Thrombectomy).then(|| {
            let ready = self.groin_delay(self.site);
            journey.treat_by(Text::new("Thrombectomie", "Thrombectomy"), ready)
        });
        let label = Text::new(
            format!("Rester à {}", self.site.short_name),
            format!("Stay at {}", self.site.short_name),
        );
        self.plan(
            "stay",
            label,
            Mode::Stay,
            self.site,
            Given { needle, groin, hinges: Hinges::Nothing },
            journey,
        )
    }

    /// Thrombolysis where the patient is or on the way, then on to `centre`. None where nothing is dripped first.
    fn drip_and_ship(&self, centre: &'a Site) -> Vec<TransportPlan> {
        if self.thrombolysis == Thrombolysis::Excluded {
            return Vec::new();
        }
        let treats = |s: &Site| s.can(Capability::Thrombolysis) && !s.can(Capability::Thrombectomy);
        let first = if treats(self.site) { Some(self.site) } else { self.nearest(self.site, treats) };
        let Some(first) = first else { return Vec::new() };
        let mut dripped = Journey::start(self.region);
        dripped.by_road(self.site, first);
        let Some(needle) = self.drip(&mut dripped, first) else { return Vec::new() };
        let given = |groin, hinges| Given { needle: Some(needle), groin: Some(groin), hinges };

        let mut road = dripped.clone();
        road.by_road(first, centre);
        let groin = road.thrombectomy(centre.delays.groin_after_transfer);
        let label = Text::new(
            format!("Thrombolyse à {}, puis route vers {}", first.short_name, centre.short_name),
            format!("Thrombolysis at {}, then road to {}", first.short_name, centre.short_name),
        );
        let hinges = if first.id == self.site.id { Hinges::Groin } else { Hinges::Everything };
        let mut plans =
            vec![self.plan("drip-and-ship-road", label, Mode::Road, centre, given(groin, hinges), road)];

        if let Some(flight) = Flight::between(self.region, first, centre, self.conditions) {
            let mut air = dripped;
            air.by_air(&flight);
            let groin = air.thrombectomy(centre.delays.groin_after_transfer);
            let label = Text::new(
                format!("Thrombolyse à {}, puis hélicoptère vers {}", first.short_name, centre.short_name),
                format!("Thrombolysis at {}, then helicopter to {}", first.short_name, centre.short_name),
            );
            plans.push(self.plan(
                "drip-and-ship-air",
                label,
                Mode::Air,
                centre,
                given(groin, Hinges::Groin),
                air,
            ));
        }
        plans
    }

    fn direct_by_road(&self, centre: &'a Site) -> TransportPlan {
        let mut journey = Journey::start(self.region);
        journey.by_road(self.site, centre);
        let label = Text::new(
            format!("Directement à {} par la route", centre.short_name),
            format!("Straight to {} by road", centre.short_name),
        );
        self.direct("direct-road", label, Mode::Road, centre, journey)
    }

    fn direct_by_air(&self, centre: &'a Site) -> Option<TransportPlan> {
        let flight = Flight::between(self.region, self.site, centre, self.conditions)?;
        let mut journey = Journey::start(self.region);
        journey.by_air(&flight);
        let label = Text::new(
            format!("Directement à {} en hélicoptère", centre.short_name),
            format!("Straight to {} by helicopter", centre.short_name),
        );
        Some(self.direct("direct-air", label, Mode::Air, centre, journey))
    }

    fn direct(
        &self,
        id: &str,
        label: Text,
        mode: Mode,
        centre: &'a Site,
        mut journey: Journey<'a>,
    ) -> TransportPlan {
        let arrived = journey.now();
        let needle = self.drip(&mut journey, centre);
        let groin =
            journey.treat_by(Text::new("Thrombectomie", "Thrombectomy"), arrived + self.groin_delay(centre));
        let given = Given { needle, groin: Some(groin), hinges: Hinges::Everything };
        let mut direct = self.plan(id, label, mode, centre, given, journey);
        direct.plan.bypass = self.goes_past_a_nearer(centre);
        direct
    }

    /// The centre's team comes to the patient's hospital, or to the nearest that can host it.
    fn team(&self, centre: &'a Site) -> Option<TransportPlan> {
        let hosts = |s: &Site| s.can(Capability::HostsTeam) && !s.can(Capability::Thrombectomy);
        let host = if hosts(self.site) { self.site } else { self.nearest(self.site, hosts)? };
        let mut patient = Journey::start(self.region);
        let needle_here = self.drip(&mut patient, self.site);
        patient.by_road(self.site, host);
        let needle = needle_here.or_else(|| self.drip(&mut patient, host));

        let mut road = Journey::start(self.region);
        road.by_road(centre, host);
        let team = Flight::between(self.region, centre, host, self.conditions)
            .map(|flight| {
                let mut air = Journey::start(self.region);
                air.by_air(&flight);
                air
            })
            .filter(|air| !air.is_blocked() && (road.is_blocked() || air.now() < road.now()))
            .unwrap_or(road);
        patient.meet(team, Text::new("Équipe de thrombectomie en route", "Thrombectomy team on its way"));
        let groin = patient.thrombectomy(host.delays.team);
        let label = Text::new(
            format!("Équipe de {} vers {}", centre.short_name, host.short_name),
            format!("Team of {} to {}", centre.short_name, host.short_name),
        );
        let given = Given { needle, groin: Some(groin), hinges: Hinges::Groin };
        Some(self.plan("team", label, Mode::Team, host, given, patient))
    }

    /// Thrombolysis at `place`, if it can be given there and in time; minutes from now.
    fn drip(&self, journey: &mut Journey<'a>, place: &Site) -> Option<Minutes> {
        let at = journey.now() + place.delays.needle;
        let in_window = match self.onset {
            OnsetAge::Known(age) => age + at <= THROMBOLYSIS_WINDOW,
            OnsetAge::WithinLast { .. } => false,
        };
        if !in_window || self.thrombolysis == Thrombolysis::Excluded || !place.can(Capability::Thrombolysis) {
            return None;
        }
        Some(journey.treat_by(Text::new("Thrombolyse", "Thrombolysis"), at))
    }

    fn groin_delay(&self, place: &Site) -> Minutes {
        match self.workup {
            Workup::Imaged => place.delays.groin_after_transfer,
            Workup::NotImaged => place.delays.groin_direct,
        }
    }

    /// The nearest other site by road that passes `fits`.
    fn nearest(&self, from: &Site, fits: impl Fn(&Site) -> bool) -> Option<&'a Site> {
        let by_road = |s: &&Site| self.region.road(&from.id, &s.id).map_or(f64::INFINITY, |m| m.0);
        self.region
            .sites()
            .iter()
            .filter(|s| s.id != from.id && fits(s))
            .min_by(|a, b| by_road(a).total_cmp(&by_road(b)))
    }

    /// Whether a hospital that treats strokes, the patient's own included, lies nearer than `destination`.
    fn goes_past_a_nearer(&self, destination: &Site) -> bool {
        let distance = |s: &Site| self.region.road(&self.site.id, &s.id).map_or(f64::INFINITY, |m| m.0);
        let treats = |s: &&Site| s.can(Capability::Thrombolysis);
        self.region.sites().iter().filter(treats).any(|s| distance(s) < distance(destination))
    }

    fn plan(
        &self,
        id: &str,
        label: Text,
        mode: Mode,
        destination: &Site,
        given: Given,
        journey: Journey<'_>,
    ) -> TransportPlan {
        let way = journey.end();
        let reached = |at: Option<Minutes>| at.filter(|_| !way.is_nowhere);
        TransportPlan {
            plan: Plan {
                name: id.to_owned(),
                label,
                mode: Some(mode),
                hinges: given.hinges,
                needle: reached(given.needle),
                groin: reached(given.groin),
                cost_euros: way.euros,
                bypass: false,
                futile: if mode == Mode::Stay { 0.0 } else { destination.futile },
                hemorrhage_loss_per_hour: self.site.hemorrhage_loss_per_hour,
                blocked_by: way.blocked_by,
            },
            from: self.site.id.clone(),
            destination: destination.id.clone(),
            mode,
            aircraft: way.aircraft,
            legs: way.legs,
        }
    }
}

/// Treatments given, minutes from now.
#[derive(Debug, Clone, Copy)]
struct Given {
    needle: Option<Minutes>,
    groin: Option<Minutes>,
    hinges: Hinges,
}
