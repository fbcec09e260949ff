//! The size of an intracerebral haemorrhage and what it foretells.

use serde::{Deserialize, Serialize};

use crate::domain::identity::Invalid;

/// Volume in mL of an ellipsoid bleed from its diameters: A, the largest on the slice where it is largest; B,
/// across it on the same slice; C, the height (slices × thickness), all in millimetres: A·B·C/2 (Kothari 1996,
/// doi:10.1161/01.STR.27.8.1304).
///
/// # Errors
/// [`Invalid`] when a diameter is not a length.
pub fn abc2_ml(a_mm: f64, b_mm: f64, c_mm: f64) -> Result<f64, Invalid> {
    const CUBIC_MM_PER_ML: f64 = 1000.0;
    if [a_mm, b_mm, c_mm].iter().all(|d| d.is_finite() && *d >= 0.0) {
        Ok(a_mm * b_mm * c_mm / 2.0 / CUBIC_MM_PER_ML)
    } else {
        Err(Invalid { what: "diameter", problem: "must be 0 mm or more" })
    }
}

/// Where the bleed arises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Supratentorial,
    Infratentorial,
}

/// Whether blood has reached the ventricles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ventricles {
    Clear,
    Bloody,
}

/// ICH score, 0–6 (Hemphill 2001, doi:10.1161/01.STR.32.4.891): Glasgow 3–4 two points, 5–12 one; volume ≥ 30 mL,
/// blood in the ventricles, infratentorial origin, age ≥ 80 years one each.
///
/// # Errors
/// [`Invalid`] when the Glasgow scale is not 3 to 15 or the volume not a volume.
pub fn ich_score(
    glasgow: u8,
    volume_ml: f64,
    ventricles: Ventricles,
    origin: Origin,
    age_years: u8,
) -> Result<u8, Invalid> {
    let glasgow = match glasgow {
        3..=4 => 2,
        5..=12 => 1,
        13..=15 => 0,
        _ => return Err(Invalid { what: "Glasgow coma scale", problem: "must be 3 to 15" }),
    };
    if !(volume_ml.is_finite() && volume_ml >= 0.0) {
        return Err(Invalid { what: "volume", problem: "must be 0 mL or more" });
    }
    Ok(glasgow
        + u8::from(volume_ml >= 30.0)
        + u8::from(ventricles == Ventricles::Bloody)
        + u8::from(origin == Origin::Infratentorial)
        + u8::from(age_years >= 80))
}

/// What is known of the parts of an ICH score.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct IchParts {
    pub glasgow: Option<u8>,
    pub volume_ml: Option<f64>,
    pub ventricles: Option<Ventricles>,
    pub origin: Option<Origin>,
    pub age_years: Option<u8>,
}

impl IchParts {
    /// The least and the most that the score can be; the same where every part is known.
    ///
    /// # Errors
    /// As [`ich_score`].
    pub fn bounds(self) -> Result<[u8; 2], Invalid> {
        let score = |glasgow, volume, ventricles, origin, age| {
            ich_score(
                self.glasgow.unwrap_or(glasgow),
                self.volume_ml.unwrap_or(volume),
                self.ventricles.unwrap_or(ventricles),
                self.origin.unwrap_or(origin),
                self.age_years.unwrap_or(age),
            )
        };
        Ok([
            score(15, 0.0, Ventricles::Clear, Origin::Supratentorial, 0)?,
            score(3, 30.0, Ventricles::Bloody, Origin::Infratentorial, 80)?,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abc_over_2_by_hand() {
        assert!((abc2_ml(40.0, 30.0, 30.0).unwrap() - 18.0).abs() < 1e-12);
        assert!(abc2_ml(-1.0, 30.0, 30.0).is_err());
        assert!(abc2_ml(f64::NAN, 30.0, 30.0).is_err());
    }

    #[test]
    fn what_is_not_known_of_an_ich_score_leaves_it_open_by_its_points() {
        let known = IchParts {
            glasgow: Some(12),
            volume_ml: Some(31.0),
            ventricles: Some(Ventricles::Clear),
            origin: Some(Origin::Supratentorial),
            age_years: Some(70),
        };
        assert_eq!(known.bounds(), Ok([2, 2]));
        assert_eq!(IchParts::default().bounds(), Ok([0, 6]));
        assert_eq!(IchParts { glasgow: None, ..known }.bounds(), Ok([1, 3]));
        assert_eq!(IchParts { volume_ml: None, ..known }.bounds(), Ok([1, 2]));
        assert_eq!(IchParts { ventricles: None, ..known }.bounds(), Ok([2, 3]));
        assert_eq!(IchParts { origin: None, ..known }.bounds(), Ok([2, 3]));
        assert_eq!(IchParts { age_years: None, ..known }.bounds(), Ok([2, 3]));
        assert!(IchParts { glasgow: Some(2), ..known }.bounds().is_err());
    }

    #[test]
    fn each_part_of_the_ich_score_at_its_cut() {
        let none = |glasgow, ml, age| {
            ich_score(glasgow, ml, Ventricles::Clear, Origin::Supratentorial, age).unwrap()
        };
        assert_eq!([none(15, 29.9, 79), none(13, 0.0, 0), none(12, 0.0, 0), none(5, 0.0, 0)], [0, 0, 1, 1]);
        assert_eq!([none(4, 0.0, 0), none(3, 0.0, 0), none(15, 30.0, 0), none(15, 0.0, 80)], [2, 2, 1, 1]);
        assert_eq!(ich_score(3, 60.0, Ventricles::Bloody, Origin::Infratentorial, 90), Ok(6));
        for volume in [-1.0, f64::INFINITY, f64::NAN] {
            assert!(ich_score(15, volume, Ventricles::Clear, Origin::Supratentorial, 0).is_err(), "{volume}");
            assert!(abc2_ml(40.0, volume, 30.0).is_err(), "{volume}");
        }
        assert!(ich_score(2, 0.0, Ventricles::Clear, Origin::Supratentorial, 0).is_err());
        assert!(ich_score(16, 0.0, Ventricles::Clear, Origin::Supratentorial, 0).is_err());
    }
}
