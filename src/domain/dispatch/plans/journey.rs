//! A way under construction: legs one after another, the clock, the cost, the gate that stops it.

use serde::{Deserialize, Serialize};

use super::air::Flight;
use super::route::{Aboard, Route, Vehicle};
use crate::domain::dispatch::Conditions;
use crate::domain::region::{Capability, Region, Site};
use crate::domain::time::Minutes;
use crate::domain::wording::Text;

/// What passes during a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegKind {
    Wait,
    Travel,
    Treatment,
}

/// One stretch of a plan, minutes from now.
#[derive(Debug, Clone, PartialEq)]
pub struct Leg {
    pub label: Text,
    pub start: Minutes,
    pub end: Minutes,
    pub kind: LegKind,
}

#[derive(Debug, Clone)]
pub(super) struct Journey<'a> {
    region: &'a Region,
    conditions: Conditions,
    legs: Vec<Leg>,
    routes: Vec<Route>,
    now: Minutes,
    euros: f64,
    blocked_by: Option<Text>,
    aircraft: Option<String>,
    /// There is no way: no time on it means anything.
    is_nowhere: bool,
}

/// A finished way.
pub(super) struct Way {
    pub(super) legs: Vec<Leg>,
    pub(super) routes: Vec<Route>,
    pub(super) euros: f64,
    pub(super) blocked_by: Option<Text>,
    pub(super) aircraft: Option<String>,
    pub(super) is_nowhere: bool,
}

impl<'a> Journey<'a> {
    pub(super) fn start(region: &'a Region, conditions: Conditions) -> Self {
        Self {
            region,
            conditions,
            legs: Vec::new(),
            routes: Vec::new(),
            now: Minutes::ZERO,
            euros: 0.0,
            blocked_by: None,
            aircraft: None,
            is_nowhere: false,
        }
    }

    /// Minutes from now, so far.
    pub(super) fn now(&self) -> Minutes {
        self.now
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.blocked_by.is_some()
    }

    /// The way as it stands.
    pub(super) fn end(self) -> Way {
        let (legs, routes) =
            if self.is_nowhere { (Vec::new(), Vec::new()) } else { (self.legs, self.routes) };
        Way {
            legs,
            routes,
            euros: self.euros,
            blocked_by: self.blocked_by,
            aircraft: self.aircraft,
            is_nowhere: self.is_nowhere,
        }
    }

    /// By ambulance, called at the start; nothing where there is nowhere to go. The ambulance is paid both ways.
    pub(super) fn by_road(&mut self, from: &Site, to: &Site) {
        if from.id == to.id {
            return;
        }
        let leaves = self.now.max(from.delays.ambulance);
        let Some(minutes) = self.conditions.road(self.region, from, to, leaves) else {
            self.block(Text::new(
                format!("pas de route connue de {} à {}", from.short_name, to.short_name),
                format!("no known road from {} to {}", from.short_name, to.short_name),
            ));
            self.is_nowhere = true;
            return;
        };
        self.until(Text::new("Attente de l'ambulance", "Waiting for the ambulance"), leaves, LegKind::Wait);
        self.euros += 2.0 * minutes.0 / 60.0 * from.ambulance_euros_per_hour;
        let label = Text::new(format!("Route vers {}", to.short_name), format!("Road to {}", to.short_name));
        self.until(label, self.now + minutes, LegKind::Travel);
        self.went(from, to, Vehicle::Road, minutes);
    }

    /// By helicopter, called at the start: it is met at the helipad, or waits there.
    pub(super) fn by_air(&mut self, flight: &Flight<'_>) {
        if let Some(gate) = &flight.blocked_by {
            self.block(gate.clone());
        }
        let to_helipad = Text::new("Transfert à l'hélisurface", "Transfer to the helipad");
        self.until(to_helipad, self.now + flight.from.delays.helipad, LegKind::Wait);
        let waiting = Text::new("Attente de l'hélicoptère", "Waiting for the helicopter");
        self.until(waiting, flight.reaches_patient, LegKind::Wait);
        self.euros += flight.euros;
        self.aircraft = Some(flight.aircraft.to_owned());
        let to = flight.to;
        let label = Text::new(format!("Vol vers {}", to.short_name), format!("Flight to {}", to.short_name));
        self.until(label, self.now + flight.with_patient, LegKind::Travel);
        self.went(flight.from, to, Vehicle::Air, flight.with_patient);
        let from_helipad = Text::new("Transfert depuis l'hélisurface", "Transfer from the helipad");
        self.until(from_helipad, self.now + to.delays.helipad, LegKind::Travel);
    }

    /// A gate, where `site` does not do this at the hour reached.
    pub(super) fn needs(&mut self, site: &Site, capability: Capability) {
        if let Some(gate) = self.conditions.closed(self.region, site, capability, self.now) {
            self.block(gate);
        }
    }

    /// The patient and `other` wait for each other; the other's way is paid, and its gate stops both.
    pub(super) fn meet(&mut self, other: Self, waiting: Text) {
        self.until(waiting, other.now, LegKind::Wait);
        self.euros += other.euros;
        self.is_nowhere |= other.is_nowhere;
        self.routes.extend(other.routes.into_iter().map(|route| Route { aboard: Aboard::Team, ..route }));
        self.aircraft = self.aircraft.take().or(other.aircraft);
        if let Some(gate) = other.blocked_by {
            self.block(gate);
        }
    }

    /// Preparation, then groin puncture after `delay`.
    pub(super) fn thrombectomy(&mut self, delay: Minutes) -> Minutes {
        self.treat_by(Text::new("Thrombectomie", "Thrombectomy"), self.now + delay)
    }

    /// A treatment prepared from now and begun at `at` (at once when that is past).
    pub(super) fn treat_by(&mut self, label: Text, at: Minutes) -> Minutes {
        self.until(label, at, LegKind::Treatment);
        self.now
    }

    fn went(&mut self, from: &Site, to: &Site, by: Vehicle, minutes: Minutes) {
        let (from, to) = (from.id.clone(), to.id.clone());
        self.routes.push(Route { from, to, by, aboard: Aboard::Patient, minutes });
    }

    fn block(&mut self, gate: Text) {
        self.blocked_by.get_or_insert(gate);
    }

    fn until(&mut self, label: Text, end: Minutes, kind: LegKind) {
        if end > self.now {
            self.legs.push(Leg { label, start: self.now, end, kind });
            self.now = end;
        }
    }
}
