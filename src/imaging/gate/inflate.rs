//! Inflation with a bound, for deflated data sets (PS3.5 A.5, RFC 1951).

use flate2::{Decompress, FlushDecompress, Status};

use super::{Limits, Refusal};

/// Beyond this size the ratio counts too.
const RATIO_FREE_BYTES: u64 = 64 << 20;
/// Deflate reaches 1,032; images stay below 200 unless empty.
const MAX_RATIO: u64 = 200;
/// Some writers leave gzip's eight-byte trailer behind the stream, and a byte to make the length even.
const MAX_TRAILING: u64 = 9;
const CHUNK: usize = 32 * 1024;

/// A raw deflate stream on its way to the scanner.
#[derive(Debug)]
pub(crate) struct Inflate {
    stream: Decompress,
    out: Vec<u8>,
    ended: bool,
    trailing: u64,
    limit: u64,
}

impl Inflate {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            stream: Decompress::new(false),
            out: vec![0; CHUNK],
            ended: false,
            trailing: 0,
            limit: limits.max_inflated_bytes,
        }
    }

    /// Inflates `bytes` and hands the plain bytes on, chunk by chunk.
    pub(crate) fn push(
        &mut self,
        mut bytes: &[u8],
        mut plain: impl FnMut(&[u8]) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        loop {
            if self.ended {
                self.trailing += bytes.len() as u64;
                return if self.trailing <= MAX_TRAILING { Ok(()) } else { Err(Refusal::DeflateCorrupt) };
            }
            let (read_before, written_before) = (self.stream.total_in(), self.stream.total_out());
            let status = self
                .stream
                .decompress(bytes, &mut self.out, FlushDecompress::None)
                .map_err(|_corrupt| Refusal::DeflateCorrupt)?;
            let read = usize::try_from(self.stream.total_in() - read_before).unwrap_or(bytes.len());
            let written = usize::try_from(self.stream.total_out() - written_before).unwrap_or(CHUNK);
            self.check_growth()?;
            plain(&self.out[..written])?;
            bytes = &bytes[read..];
            self.ended = status == Status::StreamEnd;
            if !self.ended && read == 0 && written == 0 {
                return Ok(());
            }
        }
    }

    fn check_growth(&self) -> Result<(), Refusal> {
        let out = self.stream.total_out();
        let too_steep = out > RATIO_FREE_BYTES && out / MAX_RATIO > self.stream.total_in();
        if out > self.limit || too_steep {
            return Err(Refusal::InflatesTooFar { limit: self.limit, ratio: MAX_RATIO });
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<(), Refusal> {
        if self.ended { Ok(()) } else { Err(Refusal::Truncated { at: self.stream.total_in() }) }
    }
}

/// Inflates a whole deflated data set into memory, within the limits.
///
/// # Errors
/// A corrupt, cut or too far growing stream.
pub fn inflate_all(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let mut inflate = Inflate::new(limits);
    let mut all = Vec::new();
    inflate.push(bytes, |plain| {
        all.extend_from_slice(plain);
        Ok(())
    })?;
    inflate.finish()?;
    Ok(all)
}
