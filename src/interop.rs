//! Outward formats: what other systems get of what Vigie found. Pure: headers and a word in, bytes out.

pub mod dicom;
pub mod fhir;
pub mod pdf;
pub mod rota_table;
pub mod worklist;
