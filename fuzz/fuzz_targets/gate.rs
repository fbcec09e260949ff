//! Any bytes, in pieces, through the gate: no panic, and the same answer as in one piece.
//!
//! `cargo +nightly fuzz run gate`

#![no_main]

use libfuzzer_sys::fuzz_target;
use vigie::domain::identity::TransferSyntaxUid;
use vigie::imaging::gate::{Gate, Limits};

const SYNTAXES: [&str; 4] =
    ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"];

fuzz_target!(|data: &[u8]| {
    let Some((&[choice, piece], bytes)) = data.split_first_chunk::<2>() else { return };
    let Ok(syntax) = SYNTAXES[usize::from(choice) % SYNTAXES.len()].parse::<TransferSyntaxUid>() else { return };
    let limits = Limits { max_inflated_bytes: 16 << 20, ..Limits::default() };
    let mut whole = Gate::new(limits, &syntax);
    let expected = whole.push(bytes).and_then(|()| whole.finish());
    let mut gate = Gate::new(limits, &syntax);
    let pieces = bytes.chunks(usize::from(piece).max(1)).try_for_each(|piece| gate.push(piece));
    assert_eq!(pieces.and_then(|()| gate.finish()), expected);
});
