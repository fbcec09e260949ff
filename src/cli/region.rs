//! The region that a command runs for.

use std::collections::BTreeMap;
use std::path::Path;

use super::Failure;
use crate::domain::identity::{AeTitle, SiteId};
use crate::domain::region::Region;

/// The region of the demonstration, as TOML.
pub const DEMONSTRATION: &str = include_str!("../../demo/region.toml");

/// The region file, or the demonstration's.
///
/// # Errors
/// [`Failure`] when the file cannot be read or is refused.
pub fn load(file: Option<&Path>) -> Result<Region, Failure> {
    match file {
        Some(path) => Ok(Region::parse(&std::fs::read_to_string(path)?)?),
        None => Ok(Region::parse(DEMONSTRATION)?),
    }
}

/// Which site each calling AE title belongs to.
#[must_use]
pub fn titles(region: &Region) -> BTreeMap<AeTitle, SiteId> {
    let of_site = |site: &crate::domain::region::Site| {
        let id = site.id.clone();
        site.calling_ae_titles.iter().map(move |title| (title.clone(), id.clone())).collect::<Vec<_>>()
    };
    region.sites().iter().flat_map(of_site).collect()
}
