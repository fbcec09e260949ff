//! Reading `multipart/related` as it arrives (RFC 2046 section 5.1): bytes in, events out.
//!
//! Written here because the crate at hand gathers a body as fast as it comes; this one holds back no more than a
//! delimiter's length.

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem;

/// The longest header block of a part, in bytes.
const MAX_HEADERS: usize = 16 * 1024;
/// RFC 2046 allows 70 characters.
const MAX_BOUNDARY: usize = 200;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A part begins; its Content-Type as sent, if it has one.
    PartBegins {
        content_type: Option<String>,
    },
    Data(Bytes),
    PartEnds,
    /// The closing delimiter: what follows is ignored.
    End,
}

/// Why a body is no multipart body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MultipartError {
    #[error("the boundary is missing, empty or too long")]
    Boundary,
    #[error("a delimiter is not followed by a line end")]
    Delimiter,
    #[error("a part's headers are longer than {MAX_HEADERS} bytes or no text")]
    Headers,
    #[error("the body ends before its closing delimiter")]
    Truncated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Preamble,
    AfterDelimiter,
    Headers,
    Body,
    Ended,
}

/// The parser: push bytes, then take events until there are none.
#[derive(Debug)]
pub struct Parser {
    /// CRLF, two hyphens, the boundary.
    delimiter: Vec<u8>,
    buffer: BytesMut,
    state: State,
    end_told: bool,
}

impl Parser {
    /// A parser for this boundary.
    ///
    /// # Errors
    /// [`MultipartError::Boundary`]
    pub fn new(boundary: &str) -> Result<Self, MultipartError> {
        if boundary.is_empty() || boundary.len() > MAX_BOUNDARY {
            return Err(MultipartError::Boundary);
        }
        // A body may start with its first delimiter, which then has no line end before it.
        let buffer = BytesMut::from(&b"\r\n"[..]);
        let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
        Ok(Self { delimiter, buffer, state: State::Preamble, end_told: false })
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next event; `None` until more bytes come.
    ///
    /// # Errors
    /// [`MultipartError`]
    pub fn next(&mut self) -> Result<Option<Event>, MultipartError> {
        loop {
            match self.state {
                State::Preamble => match memmem::find(&self.buffer, &self.delimiter) {
                    Some(at) => {
                        self.buffer.advance(at + self.delimiter.len());
                        self.state = State::AfterDelimiter;
                    }
                    None => {
                        self.buffer.advance(self.certainly_no_delimiter());
                        return Ok(None);
                    }
                },
                State::AfterDelimiter => match self.after_delimiter()? {
                    Some(state) => self.state = state,
                    None => return Ok(None),
                },
                State::Headers => return self.headers(),
                State::Body => return Ok(self.body()),
                State::Ended => {
                    // An epilogue is not kept, however long it is.
                    self.buffer.clear();
                    let told = std::mem::replace(&mut self.end_told, true);
                    return Ok((!told).then_some(Event::End));
                }
            }
        }
    }

    /// The body has ended.
    ///
    /// # Errors
    /// [`MultipartError::Truncated`] when its closing delimiter has not come.
    pub fn finish(&self) -> Result<(), MultipartError> {
        if self.state == State::Ended { Ok(()) } else { Err(MultipartError::Truncated) }
    }

    /// Bytes at the front that cannot be part of a delimiter which is not whole yet.
    fn certainly_no_delimiter(&self) -> usize {
        self.buffer.len().saturating_sub(self.delimiter.len() - 1)
    }

    fn after_delimiter(&mut self) -> Result<Option<State>, MultipartError> {
        if self.buffer.starts_with(b"--") {
            return Ok(Some(State::Ended));
        }
        let padding = self.buffer.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match self.buffer.get(padding..) {
            Some([b'\r', b'\n', ..]) => {
                // The line end stays: with no headers at all it is half of the empty line.
                self.buffer.advance(padding);
                Ok(Some(State::Headers))
            }
            Some([] | [b'\r' | b'-']) if padding <= MAX_BOUNDARY => Ok(None),
            _ => Err(MultipartError::Delimiter),
        }
    }

    fn headers(&mut self) -> Result<Option<Event>, MultipartError> {
        let Some(at) = memmem::find(&self.buffer, b"\r\n\r\n") else {
            return if self.buffer.len() > MAX_HEADERS { Err(MultipartError::Headers) } else { Ok(None) };
        };
        let block = self.buffer.split_to(at + 4);
        let text = std::str::from_utf8(&block[..at]).map_err(|_| MultipartError::Headers)?;
        let content_type = text
            .split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-type"))
            .map(|(_, value)| value.trim().to_owned());
        self.state = State::Body;
        Ok(Some(Event::PartBegins { content_type }))
    }

    fn body(&mut self) -> Option<Event> {
        match memmem::find(&self.buffer, &self.delimiter) {
            Some(0) => {
                self.buffer.advance(self.delimiter.len());
                self.state = State::AfterDelimiter;
                Some(Event::PartEnds)
            }
            Some(at) => Some(Event::Data(self.buffer.split_to(at).freeze())),
            None => {
                let ready = self.certainly_no_delimiter();
                (ready > 0).then(|| Event::Data(self.buffer.split_to(ready).freeze()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] =
        b"--b\r\nContent-Type: application/dicom\r\n\r\none\r\n-\r\n--b \r\n\r\ntwo\r\n--b--\r\nepilogue";

    /// Content type and bytes.
    type Part = (Option<String>, Vec<u8>);

    /// The parts of a body pushed in pieces of this size.
    fn parts(body: &[u8], piece: usize) -> Result<Vec<Part>, MultipartError> {
        let mut parser = Parser::new("b")?;
        let mut parts: Vec<Part> = Vec::new();
        for piece in body.chunks(piece) {
            parser.push(piece);
            while let Some(event) = parser.next()? {
                match event {
                    Event::PartBegins { content_type } => parts.push((content_type, Vec::new())),
                    Event::Data(bytes) => parts.last_mut().unwrap().1.extend_from_slice(&bytes),
                    Event::PartEnds | Event::End => {}
                }
            }
        }
        parser.finish()?;
        Ok(parts)
    }

    #[test]
    fn parts_are_the_same_however_the_bytes_come() {
        let expected =
            vec![(Some("application/dicom".to_owned()), b"one\r\n-".to_vec()), (None, b"two".to_vec())];
        for piece in 1..=BODY.len() {
            assert_eq!(parts(BODY, piece).as_ref(), Ok(&expected), "pieces of {piece}");
        }
    }

    #[test]
    fn an_epilogue_is_not_kept() {
        let mut parser = Parser::new("b").unwrap();
        parser.push(BODY);
        while parser.next().unwrap().is_some() {}
        parser.push(&[0; 1000]);
        assert_eq!(parser.next(), Ok(None));
        assert!(parser.buffer.is_empty());
    }

    #[test]
    fn a_preamble_is_passed_over() {
        let body = [b"preamble\r\n".as_slice(), BODY].concat();
        assert_eq!(parts(&body, 3).unwrap().len(), 2);
    }

    #[test]
    fn what_is_cut_short_or_no_multipart_is_refused() {
        for cut in 0..BODY.len() - 10 {
            assert!(parts(&BODY[..cut], 7).is_err(), "cut at {cut}");
        }
        assert_eq!(parts(b"--bx\r\n\r\n\r\n--b--", 64), Err(MultipartError::Delimiter));
        assert!(Parser::new("").is_err());
    }
}
