//! Any bytes as a DICOM file through every reader: header, data set tree, pixels.
//!
//! `cargo +nightly fuzz run instance`

#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie::imaging::dataset;
use vigie::imaging::decode::Instance;
use vigie::imaging::gate::{Limits, admit_file};

fuzz_target!(|file: &[u8]| {
    let limits = Limits { max_inflated_bytes: 16 << 20, max_frame_bytes: 16 << 20, ..Limits::default() };
    let Ok(admitted) = admit_file(file, limits) else { return };
    let bytes = &file[admitted.meta.dataset_offset..];
    drop(dataset::read(bytes, &admitted.meta.transfer_syntax, limits));
    if let Ok(instance) = Instance::open(bytes, &admitted.meta.transfer_syntax, limits) {
        drop(instance.decode_frame(0));
    }
});
