//! Diffusion images as they come, summed by place and weighting, and put together once the series is whole.
//!
//! What is kept of an image is its share of a sum: a series of many directions costs no more memory than its trace.

use ndarray::Array2;

use super::steps::Weighting;
use crate::domain::identity::SopInstanceUid;
use crate::imaging::geometry::{SlicePlane, Turn};
use crate::imaging::quality::Unfit;

/// Images closer than this lie at one place, mm.
const SAME_PLACE: f64 = 0.1;
/// b-values closer than this are summed together, s/mm²; shells are a hundred apart.
const SAME_WEIGHTING: f64 = 10.0;
/// Sums kept of weighted images and of maps, pixels: 80 slices of 512 × 512, or 160 MB.
const MAX_PIXELS: usize = 20 << 20;
/// Of unweighted images: some scanners write a b-value of 0 on images that have nothing to do with diffusion.
const MAX_UNWEIGHTED_PIXELS: usize = 8 << 20;

/// What an image is to the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// Along one direction, s/mm².
    Directional { b_value: f64 },
    /// Averaged over directions by the scanner, s/mm².
    Isotropic { b_value: f64 },
    /// s/mm²
    Unweighted { b_value: f64 },
    /// Apparent diffusion coefficient, in whatever unit.
    Adc,
}

impl Role {
    fn b_value(self) -> f64 {
        match self {
            Self::Directional { b_value } | Self::Isotropic { b_value } | Self::Unweighted { b_value } => {
                b_value
            }
            Self::Adc => 0.0,
        }
    }

    fn sums_with(self, other: Self) -> bool {
        let near = (self.b_value() - other.b_value()).abs() < SAME_WEIGHTING;
        match (self, other) {
            (Self::Directional { .. }, Self::Directional { .. })
            | (Self::Isotropic { .. }, Self::Isotropic { .. }) => near,
            (Self::Unweighted { .. }, Self::Unweighted { .. }) | (Self::Adc, Self::Adc) => true,
            _ => false,
        }
    }

    fn is_weighted(self) -> bool {
        matches!(self, Self::Directional { .. } | Self::Isotropic { .. })
    }
}

/// The image that stands for a place when it is shown, and how it was turned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub instance_number: Option<i64>,
    pub sop_instance: SopInstanceUid,
    /// From 1; none of a single-frame instance.
    pub frame: Option<u32>,
    pub turn: Turn,
}

impl Shown {
    fn precedes(&self, other: &Self) -> bool {
        let key = |shown: &Self| (shown.instance_number, shown.sop_instance.clone(), shown.frame);
        key(self) < key(other)
    }
}

/// Images of one place and weighting.
#[derive(Debug, Clone)]
struct Sum {
    role: Role,
    plane: SlicePlane,
    shown: Shown,
    images: usize,
    b_values: f64,
    /// Of the values' logarithms where weighted (minus infinity where one has no signal), else of the values.
    pixels: Array2<f64>,
}

impl Sum {
    fn takes(&self, other: &Self) -> bool {
        self.role.sums_with(other.role)
            && (self.plane.along_normal - other.plane.along_normal).abs() <= SAME_PLACE
            && same_size(&self.plane, &other.plane)
    }

    fn add(&mut self, other: &Self) {
        self.pixels += &other.pixels;
        self.images += other.images;
        self.b_values += other.b_values;
        self.plane.along_normal = self.plane.along_normal.min(other.plane.along_normal);
        if other.shown.precedes(&self.shown) {
            self.shown = other.shown.clone();
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of images")]
    fn b_value(&self) -> f64 {
        self.b_values / self.images as f64
    }
}

/// Dimensions and spacing, to the bit: one scan writes one number.
fn same_size(a: &SlicePlane, b: &SlicePlane) -> bool {
    let key = |plane: &SlicePlane| {
        (plane.rows, plane.columns, plane.row_spacing.to_bits(), plane.column_spacing.to_bits())
    };
    key(a) == key(b)
}

/// What has come of a series.
#[derive(Debug, Clone, Default)]
pub(super) struct Gathered {
    sums: Vec<Sum>,
    /// Images that the header calls diffusion, whatever b-value they say.
    pub named: usize,
    /// Highest b-value of any image, s/mm².
    pub highest: Option<f64>,
    pub overflow: Overflow,
}

/// Whether there was more than is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Overflow {
    #[default]
    None,
    /// Of unweighted images only: the series has none then.
    Unweighted,
    Weighted,
}

impl Gathered {
    /// Takes an image that is turned already.
    pub fn take(&mut self, role: Role, plane: SlicePlane, shown: Shown, mut pixels: Array2<f64>) {
        if role.is_weighted() {
            pixels.mapv_inplace(|value| if value > 0.0 { value.ln() } else { f64::NEG_INFINITY });
        }
        self.add(Sum { role, plane, shown, images: 1, b_values: role.b_value(), pixels });
    }

    pub fn met(&mut self, b_value: f64) {
        self.highest = Some(self.highest.map_or(b_value, |highest| highest.max(b_value)));
    }

    /// Takes what another has gathered.
    pub fn merge(&mut self, other: Self) {
        self.named += other.named;
        if let Some(highest) = other.highest {
            self.met(highest);
        }
        match (self.overflow, other.overflow) {
            (_, Overflow::Weighted) => self.overflow = Overflow::Weighted,
            (Overflow::None, Overflow::Unweighted) => self.drop_unweighted(),
            _ => {}
        }
        other.sums.into_iter().for_each(|sum| self.add(sum));
    }

    fn add(&mut self, sum: Sum) {
        if let Some(known) = self.sums.iter_mut().find(|known| known.takes(&sum)) {
            known.add(&sum);
            return;
        }
        let unweighted = matches!(sum.role, Role::Unweighted { .. });
        let alike = |other: &&Sum| matches!(other.role, Role::Unweighted { .. }) == unweighted;
        let pixels: usize = self.sums.iter().filter(alike).map(|sum| sum.pixels.len()).sum();
        let most = if unweighted { MAX_UNWEIGHTED_PIXELS } else { MAX_PIXELS };
        match (unweighted, pixels + sum.pixels.len() > most) {
            (true, _) if self.overflow != Overflow::None => {}
            (true, true) => self.drop_unweighted(),
            (false, true) => self.overflow = Overflow::Weighted,
            (_, false) => self.sums.push(sum),
        }
    }

    fn drop_unweighted(&mut self) {
        self.sums.retain(|sum| !matches!(sum.role, Role::Unweighted { .. }));
        self.overflow = Overflow::Unweighted;
    }

    /// Whether anything came that is weighted, or might be.
    pub fn is_diffusion(&self) -> bool {
        self.named > 0 || self.highest.is_some_and(|b| b > 0.0)
    }

    /// The series' places, lowest first, with the images of the shell nearest to the wanted weighting.
    ///
    /// # Errors
    /// No image is weighted as wanted, or they are of several sizes.
    pub fn places(&self, weighting: &Weighting) -> Result<Places<'_>, Unfit> {
        if self.overflow == Overflow::Weighted {
            return Err(Unfit::TooManyPixels);
        }
        let shell = self.shell(weighting)?;
        let Some(first) = shell.first() else { return Err(Unfit::NoDiffusionWeighting) };
        if shell.iter().any(|sum| !same_size(&sum.plane, &first.plane)) {
            return Err(Unfit::MixedSizes);
        }
        let mut places: Vec<Place<'_>> = Vec::new();
        for sum in &shell {
            match places
                .last_mut()
                .filter(|place| sum.plane.along_normal - place.plane.along_normal <= SAME_PLACE)
            {
                Some(place) => place.weighted.push(sum),
                None => places.push(Place {
                    plane: sum.plane,
                    shown: &sum.shown,
                    weighted: vec![sum],
                    unweighted: self.at(&sum.plane, |role| matches!(role, Role::Unweighted { .. })),
                    adc: self.at(&sum.plane, |role| role == Role::Adc),
                }),
            }
        }
        let unweighted = self.sums.iter().filter(|sum| matches!(sum.role, Role::Unweighted { .. }));
        Ok(Places { places, b_high: mean_b_value(shell.into_iter()), b_low: mean_b_value(unweighted) })
    }

    /// By rising position.
    fn shell(&self, weighting: &Weighting) -> Result<Vec<&Sum>, Unfit> {
        let weighted = || self.sums.iter().filter(|sum| sum.role.is_weighted());
        let away = |sum: &&Sum| (sum.b_value() - weighting.preferred).abs();
        let nearest = weighted()
            .min_by(|a, b| away(a).total_cmp(&away(b)).then(b.b_value().total_cmp(&a.b_value())))
            .map(Sum::b_value);
        let Some(nearest) = nearest else {
            return Err(match self.highest {
                Some(found) => Unfit::NoHighBValue { found, low: weighting.minimum, high: weighting.maximum },
                None => Unfit::NoDiffusionWeighting,
            });
        };
        let of_shell = |sum: &&Sum| (sum.b_value() - nearest).abs() <= weighting.shell;
        let isotropic = |sum: &&Sum| matches!(sum.role, Role::Isotropic { .. });
        let any_isotropic = weighted().filter(of_shell).any(|sum| isotropic(&sum));
        let mut shell: Vec<&Sum> =
            weighted().filter(of_shell).filter(|sum| !any_isotropic || isotropic(sum)).collect();
        shell.sort_by(|a, b| a.plane.along_normal.total_cmp(&b.plane.along_normal));
        Ok(shell)
    }

    fn at(&self, plane: &SlicePlane, role: impl Fn(Role) -> bool) -> Option<&Sum> {
        self.sums.iter().filter(|sum| role(sum.role)).find(|sum| {
            (sum.plane.along_normal - plane.along_normal).abs() <= SAME_PLACE && same_size(&sum.plane, plane)
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of images")]
fn mean_b_value<'a>(sums: impl Iterator<Item = &'a Sum>) -> f64 {
    let (b_values, images) = sums.fold((0.0, 0), |(b, n), sum| (b + sum.b_values, n + sum.images));
    b_values / images.max(1) as f64
}

/// The series' places, lowest first.
#[derive(Debug)]
pub(super) struct Places<'a> {
    pub places: Vec<Place<'a>>,
    /// Mean b-value of the weighted images, s/mm².
    pub b_high: f64,
    /// Mean b-value of the unweighted images, s/mm².
    pub b_low: f64,
}

/// One place of a series.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub plane: SlicePlane,
    pub shown: &'a Shown,
    weighted: Vec<&'a Sum>,
    unweighted: Option<&'a Sum>,
    adc: Option<&'a Sum>,
}

impl Place<'_> {
    /// Geometric mean over directions; 0 where any has no signal.
    #[expect(clippy::cast_precision_loss, reason = "a count of images")]
    pub fn trace(&self) -> impl Fn(usize) -> f64 + '_ {
        let images: usize = self.weighted.iter().map(|sum| sum.images).sum();
        let columns = usize::from(self.plane.columns);
        move |index| {
            let at = (index / columns, index % columns);
            let sum: f64 = self.weighted.iter().map(|sum| sum.pixels[at]).sum();
            (sum / images as f64).exp()
        }
    }

    pub fn unweighted(&self) -> Option<impl Fn(usize) -> f64 + '_> {
        self.unweighted.map(mean)
    }

    pub fn adc(&self) -> Option<impl Fn(usize) -> f64 + '_> {
        self.adc.map(mean)
    }
}

/// Arithmetic mean; what is below 0 counts as 0.
#[expect(clippy::cast_precision_loss, reason = "a count of images")]
fn mean(sum: &Sum) -> impl Fn(usize) -> f64 + '_ {
    let columns = usize::from(sum.plane.columns);
    move |index| (sum.pixels[(index / columns, index % columns)] / sum.images as f64).max(0.0)
}
