//! The items of a report in words.

use super::{Number, Text};
use crate::domain::clinical::aspects::{Aspects, Change, Hemisphere, score};
use crate::domain::clinical::hematoma::Ventricles;
use crate::domain::evidence::{Location, Side};
use crate::domain::report::{BleedKind, BleedSite, Item, Observation, Presence, Vessel, VesselSite};

/// What the item is called.
#[must_use]
pub fn item_label(item: Item) -> Text {
    let (fr, en) = match item {
        Item::Haemorrhage => ("Hémorragie", "Haemorrhage"),
        Item::HaemorrhageSite => ("Siège du saignement", "Site of the bleeding"),
        Item::HaemorrhageVolume => ("Volume du saignement", "Volume of the bleeding"),
        Item::Ventricles => ("Sang dans les ventricules", "Blood in the ventricles"),
        Item::MidlineShift => ("Déviation de la ligne médiane", "Midline shift"),
        Item::Glasgow => ("Score de Glasgow", "Glasgow coma scale"),
        Item::Nihss => ("NIHSS", "NIHSS"),
        Item::IchScore => ("Score ICH", "ICH score"),
        Item::Aspects => ("ASPECTS", "ASPECTS"),
        Item::Occlusion => ("Occlusion artérielle", "Arterial occlusion"),
        Item::OcclusionSite => ("Siège de l'occlusion", "Site of the occlusion"),
        Item::Infarct => ("Infarctus constitué", "Established infarct"),
        Item::InfarctSite => ("Territoire de l'infarctus", "Territory of the infarct"),
        Item::InfarctVolume => ("Volume de l'infarctus", "Volume of the infarct"),
    };
    Text::new(fr, en)
}

/// What the observation says.
#[must_use]
pub fn observed(observation: &Observation) -> Text {
    match observation {
        Observation::Haemorrhage(presence)
        | Observation::Occlusion(presence)
        | Observation::Infarct(presence) => presence_words(*presence),
        Observation::HaemorrhageSite(site) => bleed(*site),
        Observation::HaemorrhageVolume(ml) | Observation::InfarctVolume(ml) => {
            Number::decimal((*ml).into(), 1).with_unit("mL")
        }
        Observation::Ventricles(Ventricles::Clear) => Text::new("non", "no"),
        Observation::Ventricles(Ventricles::Bloody) => Text::new("oui", "yes"),
        Observation::MidlineShift(mm) => Number::decimal((*mm).into(), 1).with_unit("mm"),
        Observation::Glasgow(total) => of_most(u8::from(*total), 15),
        Observation::Nihss(total) => of_most(u8::from(*total), 42),
        Observation::IchScore(total) => of_most(u8::from(*total), 6),
        Observation::Aspects(aspects) => aspects_words(aspects),
        Observation::OcclusionSite(site) => vessel(*site),
        Observation::InfarctSite(site) => {
            Location::Territory { territory: site.territory, side: site.side }.words()
        }
    }
}

fn of_most(value: u8, most: u8) -> Text {
    let text = format!("{value}/{most}");
    Text::new(text.clone(), text)
}

fn presence_words(presence: Presence) -> Text {
    match presence {
        Presence::Present => Text::new("oui", "yes"),
        Presence::Absent => Text::new("non", "no"),
        Presence::Uncertain => Text::new("incertain", "uncertain"),
    }
}

fn with_side(name: Text, side: Option<Side>) -> Text {
    let (fr, en) = match side {
        None => return name,
        Some(Side::Left) => ("à gauche", "left"),
        Some(Side::Right) => ("à droite", "right"),
        Some(Side::Both) => ("des deux côtés", "both sides"),
    };
    Text::join(&[name, Text::new(fr, en)], ", ")
}

fn bleed(site: BleedSite) -> Text {
    let (fr, en) = match site.kind {
        BleedKind::Deep => ("intraparenchymateux profond", "deep intracerebral"),
        BleedKind::Lobar => ("intraparenchymateux lobaire", "lobar intracerebral"),
        BleedKind::Cerebellar => ("cérébelleux", "cerebellar"),
        BleedKind::Brainstem => ("tronc cérébral", "brain stem"),
        BleedKind::Intraventricular => ("intraventriculaire", "intraventricular"),
        BleedKind::Subarachnoid => ("sous-arachnoïdien", "subarachnoid"),
        BleedKind::Subdural => ("sous-dural", "subdural"),
        BleedKind::Epidural => ("extradural", "epidural"),
    };
    with_side(Text::new(fr, en), site.side)
}

fn vessel(site: VesselSite) -> Text {
    let (fr, en) = match site.vessel {
        Vessel::InternalCarotid => ("carotide interne", "internal carotid"),
        Vessel::CarotidTerminus => ("terminaison carotidienne", "carotid terminus"),
        Vessel::M1 => ("segment M1", "M1 segment"),
        Vessel::M2 => ("segment M2", "M2 segment"),
        Vessel::AnteriorCerebral => ("artère cérébrale antérieure", "anterior cerebral artery"),
        Vessel::PosteriorCerebral => ("artère cérébrale postérieure", "posterior cerebral artery"),
        Vessel::Basilar => ("tronc basilaire", "basilar artery"),
        Vessel::Vertebral => ("artère vertébrale", "vertebral artery"),
    };
    with_side(Text::new(fr, en), site.side)
}

fn aspects_words(aspects: &Aspects) -> Text {
    let [left, right] = [&aspects.left, &aspects.right].map(hemisphere);
    Text::new(
        format!("gauche {}\u{a0}; droite {}", left.fr, right.fr),
        format!("left {}; right {}", left.en, right.en),
    )
}

/// "7/10 (I, M1, M2)"; a range where regions could not be judged.
fn hemisphere(side: &Hemisphere) -> Text {
    let total = score(side);
    let number = if total.low == total.high {
        total.high.to_string()
    } else {
        format!("{}–{}", total.low, total.high)
    };
    let named = |of: Change| -> String {
        let letters = side.iter().filter(|(_, change)| **change == of).map(|(region, _)| region.letters());
        letters.collect::<Vec<_>>().join(", ")
    };
    let (affected, unreadable) = (named(Change::Affected), named(Change::Unreadable));
    let unread =
        |words: &str| if unreadable.is_empty() { String::new() } else { format!("{words} {unreadable}") };
    let bracketed = |words: &str, between: &str| {
        let parts = [affected.clone(), unread(words)];
        let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if said.is_empty() { String::new() } else { format!(" ({})", said.join(between)) }
    };
    Text::new(
        format!("{number}/10{}", bracketed("non évaluable", "\u{a0}; ")),
        format!("{number}/10{}", bracketed("not assessable", "; ")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clinical::aspects::Region;

    #[test]
    fn aspects_names_its_regions_and_its_doubt() {
        let right = Hemisphere::from([
            (Region::Insula, Change::Affected),
            (Region::M1, Change::Affected),
            (Region::M6, Change::Unreadable),
        ]);
        let text = observed(&Observation::Aspects(Aspects { left: Hemisphere::new(), right }));
        assert_eq!(text.fr, "gauche 10/10\u{a0}; droite 7–8/10 (I, M1\u{a0}; non évaluable M6)");
        assert_eq!(text.en, "left 10/10; right 7–8/10 (I, M1; not assessable M6)");
    }

    #[test]
    fn each_hemisphere_is_said_as_far_as_it_goes() {
        let said = |changes: &[(Region, Change)]| hemisphere(&changes.iter().copied().collect()).en;
        assert_eq!(said(&[]), "10/10");
        assert_eq!(
            said(&[(Region::Caudate, Change::Affected), (Region::M2, Change::Affected)]),
            "8/10 (C, M2)"
        );
        assert_eq!(said(&[(Region::InternalCapsule, Change::Unreadable)]), "9–10/10 (not assessable IC)");
        let letters: Vec<&str> = Region::ALL.into_iter().map(Region::letters).collect();
        assert_eq!(letters, ["C", "L", "IC", "I", "M1", "M2", "M3", "M4", "M5", "M6"]);
    }

    #[test]
    fn places_have_their_side_and_the_midline_none() {
        let deep = Observation::HaemorrhageSite(BleedSite { kind: BleedKind::Deep, side: Some(Side::Left) });
        assert_eq!(observed(&deep).fr, "intraparenchymateux profond, à gauche");
        let basilar = Observation::OcclusionSite(VesselSite { vessel: Vessel::Basilar, side: None });
        assert_eq!(observed(&basilar), Text::new("tronc basilaire", "basilar artery"));
    }
}
