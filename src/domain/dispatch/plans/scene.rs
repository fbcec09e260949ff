//! Where the patient is, and the ways from there.

use super::air::Flight;
use super::journey::Journey;
use super::{Circumstances, Leg, LegKind, Mode, Thrombolysis, TransportPlan, Workup};
use crate::domain::dispatch::onset::THROMBOLYSIS_WINDOW;
use crate::domain::dispatch::{Hinges, OnsetAge, Plan};
use crate::domain::region::{Capability, Region, Site};
use crate::domain::time::Minutes;
use crate::domain::wording::Text;

/// Where the patient is and what is open to them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) region: &'a Region,
    pub(super) site: &'a Site,
    pub(super) circumstances: Circumstances,
}

/// Treatments given, minutes from now.
#[derive(Debug, Clone, Copy)]
struct Given {
    needle: Option<Minutes>,
    groin: Option<Minutes>,
    hinges: Hinges,
}

impl<'a> Scene<'a> {
    pub(super) fn plans(&self) -> Vec<TransportPlan> {
        let stay = self.stay();
        if stay.plan.groin.is_some() {
            return vec![stay];
        }
        let mut plans = vec![stay];
        let Some(centre) = self.nearest(self.site, Capability::Thrombectomy, |_| true) else { return plans };
        plans.extend(self.drip_and_ship(centre));
        plans.push(self.direct_by_road(centre));
        plans.extend(self.direct_by_air(centre));
        plans.extend(self.team(centre));
        plans
    }

    fn stay(&self) -> TransportPlan {
        let mut journey = self.journey();
        let needle = self.drip(&mut journey, self.site);
        let ready = self.groin_delay(self.site);
        let groin = self
            .is_open(self.site, Capability::Thrombectomy, ready)
            .then(|| journey.treat_by(Text::new("Thrombectomie", "Thrombectomy"), ready));
        let label = Text::new(
            format!("Rester sur place ({})", self.site.short_name),
            format!("Stay at {}", self.site.short_name),
        );
        let given = Given { needle, groin, hinges: Hinges::Nothing };
        self.plan("stay", label, Mode::Stay, self.site, given, journey)
    }

    /// Thrombolysis where the patient is or on the way, then on to `centre`. None where nothing is dripped first.
    fn drip_and_ship(&self, centre: &'a Site) -> Vec<TransportPlan> {
        if self.circumstances.thrombolysis == Thrombolysis::Excluded {
            return Vec::new();
        }
        let treats = |s: &Site| !s.can(Capability::Thrombectomy);
        let here = self.is_open(self.site, Capability::Thrombolysis, self.site.delays.needle);
        let first = if here && treats(self.site) {
            Some(self.site)
        } else {
            self.nearest(self.site, Capability::Thrombolysis, treats)
        };
        let Some(first) = first else { return Vec::new() };
        let mut dripped = self.journey();
        dripped.by_road(self.site, first);
        dripped.needs(first, Capability::Thrombolysis);
        let needle = self.drip(&mut dripped, first);
        if needle.is_none() && !dripped.is_blocked() {
            return Vec::new();
        }
        let given = |groin, hinges| Given { needle, groin: Some(groin), hinges };

        let mut road = dripped.clone();
        road.by_road(first, centre);
        road.needs(centre, Capability::Thrombectomy);
        let groin = road.thrombectomy(centre.delays.groin_after_transfer);
        let label = Text::new(
            format!("Thrombolyse à {}, puis route vers {}", first.short_name, centre.short_name),
            format!("Thrombolysis at {}, then road to {}", first.short_name, centre.short_name),
        );
        let hinges = if first.id == self.site.id { Hinges::Groin } else { Hinges::Everything };
        let mut plans =
            vec![self.plan("drip-and-ship-road", label, Mode::Road, centre, given(groin, hinges), road)];

        if let Some(flight) = self.flight(first, centre, dripped.now()) {
            let mut air = dripped;
            air.by_air(&flight);
            air.needs(centre, Capability::Thrombectomy);
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
        let mut journey = self.journey();
        journey.by_road(self.site, centre);
        let label = Text::new(
            format!("Directement vers {} par la route", centre.short_name),
            format!("Straight to {} by road", centre.short_name),
        );
        self.direct("direct-road", label, Mode::Road, centre, journey)
    }

    fn direct_by_air(&self, centre: &'a Site) -> Option<TransportPlan> {
        let flight = self.flight(self.site, centre, Minutes::ZERO)?;
        let mut journey = self.journey();
        journey.by_air(&flight);
        let label = Text::new(
            format!("Directement vers {} en hélicoptère", centre.short_name),
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
        journey.needs(centre, Capability::Thrombectomy);
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
        let host = if hosts(self.site) {
            self.site
        } else {
            self.nearest(self.site, Capability::HostsTeam, |s| !s.can(Capability::Thrombectomy))?
        };
        let mut patient = self.journey();
        let needle_here = self.drip(&mut patient, self.site);
        patient.by_road(self.site, host);
        let needle = needle_here.or_else(|| self.drip(&mut patient, host));

        let mut road = self.journey();
        road.needs(centre, Capability::Thrombectomy);
        let mut air = road.clone();
        road.by_road(centre, host);
        let team = self
            .flight(centre, host, Minutes::ZERO)
            .map(|flight| {
                air.by_air(&flight);
                air
            })
            .filter(|air| !air.is_blocked() && (road.is_blocked() || air.now() < road.now()))
            .unwrap_or(road);
        patient.meet(team, Text::new("Équipe de thrombectomie en route", "Thrombectomy team on its way"));
        patient.needs(host, Capability::HostsTeam);
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
        let in_window = match self.circumstances.onset {
            OnsetAge::Known(age) => age + at <= THROMBOLYSIS_WINDOW,
            OnsetAge::WithinLast { .. } => false,
        };
        let excluded = self.circumstances.thrombolysis == Thrombolysis::Excluded;
        if !in_window || excluded || !self.is_open(place, Capability::Thrombolysis, journey.now()) {
            return None;
        }
        Some(journey.treat_by(Text::new("Thrombolyse", "Thrombolysis"), at))
    }

    fn journey(&self) -> Journey<'a> {
        Journey::start(self.region, self.circumstances.conditions)
    }

    fn flight(&self, from: &'a Site, to: &'a Site, ready: Minutes) -> Option<Flight<'a>> {
        Flight::between(self.region, from, to, self.circumstances.conditions, ready)
    }

    fn groin_delay(&self, place: &Site) -> Minutes {
        match self.circumstances.workup {
            Workup::Imaged => place.delays.groin_after_transfer,
            Workup::NotImaged => place.delays.groin_direct,
        }
    }

    fn is_open(&self, site: &Site, capability: Capability, after: Minutes) -> bool {
        site.can(capability)
            && self.circumstances.conditions.closed(self.region, site, capability, after).is_none()
    }

    fn road_from(&self, from: &Site, to: &Site) -> Minutes {
        let road = self.circumstances.conditions.road(self.region, from, to, Minutes::ZERO);
        road.unwrap_or(Minutes(f64::INFINITY))
    }

    /// The nearest other site by road that can do this and passes `fits`; one that is open on arrival before the others.
    fn nearest(&self, from: &Site, capability: Capability, fits: impl Fn(&Site) -> bool) -> Option<&'a Site> {
        let rank = |s: &&Site| {
            let road = self.road_from(from, s);
            let arrival = if road.0.is_finite() { road } else { Minutes::ZERO };
            (!self.is_open(s, capability, arrival), road.0)
        };
        self.region.sites().iter().filter(|s| s.id != from.id && s.can(capability) && fits(s)).min_by(
            |a, b| {
                let ((a_closed, a_road), (b_closed, b_road)) = (rank(a), rank(b));
                a_closed.cmp(&b_closed).then(a_road.total_cmp(&b_road))
            },
        )
    }

    /// Whether a hospital that treats strokes now, the patient's own included, lies nearer than `destination`.
    fn goes_past_a_nearer(&self, destination: &Site) -> bool {
        let distance = |s: &Site| self.road_from(self.site, s);
        self.region.sites().iter().any(|s| {
            let road = distance(s);
            road < distance(destination) && self.is_open(s, Capability::Thrombolysis, road)
        })
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
                aircraft: way.aircraft,
                hinges: given.hinges,
                needle: reached(given.needle),
                groin: reached(given.groin),
                on_the_way: Some(on_the_way(&way.legs)),
                cost_euros: way.euros,
                bypass: false,
                futile: if mode == Mode::Stay { 0.0 } else { destination.futile },
                hemorrhage_loss_per_hour: self.site.hemorrhage_loss_per_hour,
                blocked_by: way.blocked_by,
            },
            from: self.site.id.clone(),
            destination: destination.id.clone(),
            mode,
            legs: way.legs,
            routes: way.routes,
        }
    }
}

fn on_the_way(legs: &[Leg]) -> Minutes {
    let moving = legs.iter().filter(|leg| leg.kind != LegKind::Treatment);
    moving.fold(Minutes::ZERO, |sum, leg| sum + (leg.end - leg.start))
}
