//! DICOMweb over real HTTP: our own checks at the level of headers and bytes, and `dicomweb-client`.

mod peer;
mod retrieve;
mod search;
mod store;
mod support;
