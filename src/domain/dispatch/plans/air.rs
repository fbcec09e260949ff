//! A flight with a patient or a team on board, and the gates before it.

use crate::domain::dispatch::{Conditions, Light, Weather};
use crate::domain::region::{Aircraft, Capability, Flies, Region, Site};
use crate::domain::time::Minutes;
use crate::domain::wording::Text;

/// One aircraft from its base to a hospital, on to another, and home.
#[derive(Debug, Clone)]
pub(super) struct Flight<'a> {
    pub(super) from: &'a Site,
    pub(super) to: &'a Site,
    /// By name.
    pub(super) aircraft: &'a str,
    /// Landed at the first hospital, minutes from now.
    pub(super) reaches_patient: Minutes,
    /// From there to landing at the second.
    pub(super) with_patient: Minutes,
    /// The whole round by the aircraft's hour.
    pub(super) euros: f64,
    pub(super) blocked_by: Option<Text>,
}

impl<'a> Flight<'a> {
    /// For a patient who is ready to leave the ward at `ready`: the aircraft that brings them there first, those that no
    /// gate stops before the others; `None` where the region has no aircraft.
    pub(super) fn between(
        region: &'a Region,
        from: &'a Site,
        to: &'a Site,
        conditions: Conditions,
        ready: Minutes,
    ) -> Option<Self> {
        region
            .aircraft()
            .iter()
            .filter_map(|aircraft| Self::by(region, aircraft, from, to, conditions, ready))
            .min_by(|a, b| {
                let arrival = |f: &Self| (f.reaches_patient + f.with_patient).0;
                a.blocked_by.is_some().cmp(&b.blocked_by.is_some()).then(arrival(a).total_cmp(&arrival(b)))
            })
    }

    fn by(
        region: &'a Region,
        aircraft: &'a Aircraft,
        from: &'a Site,
        to: &'a Site,
        conditions: Conditions,
        ready: Minutes,
    ) -> Option<Self> {
        let base = region.site(&aircraft.base)?;
        let leg = |a: &Site, b: &Site| {
            if a.id == b.id { Minutes::ZERO } else { aircraft.flight(a.position, b.position) }
        };
        let (out, with_patient, home) = (leg(base, from), leg(from, to), leg(to, base));
        let reaches_patient = aircraft.start_minutes + out;
        let leaves = reaches_patient.max(ready + from.delays.helipad);
        let stops = [
            (base, aircraft.start_minutes),
            (from, reaches_patient),
            (from, leaves),
            (to, leaves + with_patient),
        ];
        Some(Self {
            from,
            to,
            aircraft: &aircraft.name,
            reaches_patient,
            with_patient,
            euros: (out + with_patient + home).0 / 60.0 * aircraft.euros_per_hour,
            blocked_by: Gates { region, aircraft, conditions, stops }.first(),
        })
    }
}

/// What keeps the aircraft on the ground.
struct Gates<'a> {
    region: &'a Region,
    aircraft: &'a Aircraft,
    conditions: Conditions,
    /// Take-off at the base, landing at and leaving the first hospital, landing at the second; minutes from now.
    stops: [(&'a Site, Minutes); 4],
}

impl Gates<'_> {
    fn first(&self) -> Option<Text> {
        self.weather().or_else(|| self.night()).or_else(|| self.duty()).or_else(|| self.helipads())
    }

    fn weather(&self) -> Option<Text> {
        (self.conditions.weather == Weather::Grounded)
            .then(|| Text::new("vol impossible : météo", "no flight: weather"))
    }

    fn night(&self) -> Option<Text> {
        let dark = |(site, at): &(&Site, Minutes)| self.conditions.light(site.position, *at) == Light::Night;
        if self.aircraft.flies == Flies::DayAndNight || !self.stops.iter().any(dark) {
            return None;
        }
        let name = &self.aircraft.name;
        let falls = if dark(&self.stops[0]) {
            Text::new("", "")
        } else {
            Text::new(", et la nuit tombe avant la fin du vol", ", and night falls before the flight ends")
        };
        Some(Text::new(
            format!("{name} ne vole pas de nuit{}", falls.fr),
            format!("{name} does not fly at night{}", falls.en),
        ))
    }

    fn duty(&self) -> Option<Text> {
        let off = |(_, at): &(&Site, Minutes)| {
            let clocks = self.conditions.clocks(self.region, *at);
            clocks.is_some_and(|clocks| !self.aircraft.duty.covers(clocks))
        };
        if !self.stops.iter().any(off) {
            return None;
        }
        let (name, hours) = (&self.aircraft.name, self.aircraft.duty.in_words());
        Some(if off(&self.stops[0]) {
            Text::new(
                format!("{name} : pas d'équipage à cette heure ({})", hours.fr),
                format!("{name}: no crew at that hour (on duty {})", hours.en),
            )
        } else {
            Text::new(
                format!("{name} : l'équipage finit avant la fin du vol ({})", hours.fr),
                format!("{name}: the crew's duty ends before the flight (on duty {})", hours.en),
            )
        })
    }

    fn helipads(&self) -> Option<Text> {
        self.stops[1..].iter().find_map(|(site, at)| {
            if site.can(Capability::Helipad) {
                return self.conditions.closed(self.region, site, Capability::Helipad, *at);
            }
            Some(Text::new(
                format!("pas d'hélisurface à {}", site.short_name),
                format!("no helipad at {}", site.short_name),
            ))
        })
    }
}
