//! A flight with a patient or a team on board, and the gates before it.

use super::{Conditions, Weather};
use crate::domain::dispatch::Light;
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
    /// The aircraft that brings the patient there first, those that no gate stops before the others; `None`
    /// where the region has no aircraft.
    pub(super) fn between(
        region: &'a Region,
        from: &'a Site,
        to: &'a Site,
        conditions: Conditions,
    ) -> Option<Self> {
        region
            .aircraft()
            .iter()
            .filter_map(|aircraft| Self::by(region, aircraft, from, to, conditions))
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
    ) -> Option<Self> {
        let base = region.site(&aircraft.base)?;
        let leg = |a: &Site, b: &Site| {
            if a.id == b.id { Minutes::ZERO } else { aircraft.flight(a.position, b.position) }
        };
        let (out, with_patient, home) = (leg(base, from), leg(from, to), leg(to, base));
        Some(Self {
            from,
            to,
            aircraft: &aircraft.name,
            reaches_patient: aircraft.start_minutes + out,
            with_patient,
            euros: (out + with_patient + home).0 / 60.0 * aircraft.euros_per_hour,
            blocked_by: gate(aircraft, from, to, conditions),
        })
    }
}

/// What keeps the aircraft on the ground.
fn gate(aircraft: &Aircraft, from: &Site, to: &Site, conditions: Conditions) -> Option<Text> {
    if conditions.weather == Weather::Grounded {
        return Some(Text::new("vol impossible : météo", "no flight: weather"));
    }
    if conditions.light == Light::Night && aircraft.flies == Flies::DayOnly {
        return Some(Text::new(
            format!("{} ne vole pas de nuit", aircraft.name),
            format!("{} does not fly at night", aircraft.name),
        ));
    }
    [from, to].into_iter().find(|site| !site.can(Capability::Helipad)).map(|site| {
        Text::new(
            format!("pas d'hélisurface à {}", site.short_name),
            format!("no helipad at {}", site.short_name),
        )
    })
}
