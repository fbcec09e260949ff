//! Protocol data units on a TCP stream (PS3.8 section 9.3).
//!
//! Presentation data is cut out of the read buffer without a copy; every other unit is read by `dicom-ul` in
//! its strict mode. Nothing longer than the length that was announced to the peer is ever buffered.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use dicom_ul::pdu::{PDU_HEADER_SIZE, PDV_HEADER_SIZE, Pdu, ReadError, WriteError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const P_DATA_TF: u8 = 0x04;
/// Enough for a request or a command; it grows to the announced length when images come.
const INITIAL_BUFFER: usize = 8 * 1024;

/// What a fragment carries (PS3.8 Annex E.2, bit 0 of the message control header).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FragmentKind {
    Command,
    DataSet,
}

/// Whether more fragments of the same command or data set follow (PS3.8 Annex E.2, bit 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    Inner,
    Last,
}

/// One presentation data value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    pub context_id: u8,
    pub kind: FragmentKind,
    pub position: Position,
    pub data: Bytes,
}

/// The next thing the peer sent.
#[derive(Debug)]
pub enum Incoming {
    Fragment(Fragment),
    Pdu(Pdu),
    /// The peer closed the connection between two units.
    Closed,
}

/// Why a stream cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    #[error("the peer was silent for {} s", .0.as_secs())]
    Silent(Duration),
    #[error("a PDU declares {length} bytes where {max} were announced as the most (PS3.8 D.1)")]
    TooLong { length: u32, max: u32 },
    #[error("a presentation data value does not fit its PDU (PS3.8 9.3.5.1)")]
    MalformedData,
    #[error("a PDU cannot be read (PS3.8 9.3)")]
    Malformed(#[source] Box<ReadError>),
    #[error("a PDU cannot be written")]
    Unwritable(#[source] Box<WriteError>),
    #[error("the connection ended within a PDU")]
    Cut,
    #[error("the connection failed")]
    Io(#[from] std::io::Error),
}

/// One peer's connection, read and written a PDU at a time.
#[derive(Debug)]
pub struct PduStream {
    socket: TcpStream,
    buffer: BytesMut,
    out: Vec<u8>,
    fragments: VecDeque<Fragment>,
    max_length: u32,
    silence: Duration,
}

impl PduStream {
    /// Takes the connection over. `max_length` is the longest PDU body accepted, in bytes; `silence` the
    /// longest wait for any byte, and for any byte of ours to leave.
    ///
    /// # Errors
    /// When the socket refuses its options.
    pub fn new(socket: TcpStream, max_length: u32, silence: Duration) -> std::io::Result<Self> {
        // Our answers are small and awaited: neither Nagle's wait here nor a delayed acknowledgement that
        // the peer's own Nagle waits for (about 50 ms an instance).
        socket.set_nodelay(true)?;
        acknowledge_at_once(&socket)?;
        Ok(Self {
            socket,
            buffer: BytesMut::with_capacity(INITIAL_BUFFER),
            out: Vec::new(),
            fragments: VecDeque::new(),
            max_length,
            silence,
        })
    }

    /// Goes from negotiation to the open association: its longest PDU, as announced, and its longest wait.
    pub fn open(&mut self, max_length: u32, silence: Duration) {
        self.max_length = max_length;
        self.silence = silence;
    }

    /// The next fragment or unit.
    ///
    /// # Errors
    /// [`TransportError`]; the stream is then at no known boundary and is only good for an abort.
    pub async fn next(&mut self) -> Result<Incoming, TransportError> {
        loop {
            if let Some(fragment) = self.fragments.pop_front() {
                return Ok(Incoming::Fragment(fragment));
            }
            if let Some(pdu) = self.take_pdu()? {
                return Ok(Incoming::Pdu(pdu));
            }
            if !self.fragments.is_empty() {
                continue;
            }
            let read = timeout(self.silence, self.socket.read_buf(&mut self.buffer))
                .await
                .map_err(|_| TransportError::Silent(self.silence))??;
            acknowledge_at_once(&self.socket)?;
            if read == 0 {
                return if self.buffer.is_empty() { Ok(Incoming::Closed) } else { Err(TransportError::Cut) };
            }
        }
    }

    /// Cuts one whole unit out of the buffer: fragments go to the queue, anything else is returned.
    fn take_pdu(&mut self) -> Result<Option<Pdu>, TransportError> {
        let header = PDU_HEADER_SIZE as usize;
        let Some(&[kind, _, a, b, c, d]) = self.buffer.first_chunk::<6>() else { return Ok(None) };
        let length = u32::from_be_bytes([a, b, c, d]);
        if length > self.max_length {
            return Err(TransportError::TooLong { length, max: self.max_length });
        }
        let whole = header + length as usize;
        if self.buffer.len() < whole {
            self.buffer.reserve(whole - self.buffer.len());
            return Ok(None);
        }
        let mut unit = self.buffer.split_to(whole).freeze();
        if kind == P_DATA_TF {
            unit.advance(header);
            cut_fragments(unit, &mut self.fragments)?;
            return Ok(None);
        }
        dicom_ul::read_pdu(unit, self.max_length, true).map_err(|e| TransportError::Malformed(Box::new(e)))
    }

    /// Sends one unit.
    ///
    /// # Errors
    /// [`TransportError`] when the peer takes nothing for too long or the connection fails.
    pub async fn send(&mut self, pdu: &Pdu) -> Result<(), TransportError> {
        self.out.clear();
        dicom_ul::write_pdu(&mut self.out, pdu).map_err(|e| TransportError::Unwritable(Box::new(e)))?;
        timeout(self.silence, self.socket.write_all(&self.out))
            .await
            .map_err(|_| TransportError::Silent(self.silence))??;
        // Having answered, the kernel would go back to delayed acknowledgements.
        acknowledge_at_once(&self.socket)?;
        Ok(())
    }

    /// Tells the peer that nothing more comes, and waits a little for it to have read what was said.
    pub async fn close(mut self) {
        if self.socket.shutdown().await.is_err() {
            return;
        }
        let mut scratch = [0_u8; 4096];
        let drained = async { while matches!(self.socket.read(&mut scratch).await, Ok(n) if n > 0) {} };
        let _lingering_peer = timeout(LINGER, drained).await;
    }
}

/// How long a closing side waits for the peer to close too: a reset would destroy an unread answer.
const LINGER: Duration = Duration::from_secs(2);

fn acknowledge_at_once(socket: &TcpStream) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    socket.set_quickack(true)?;
    #[cfg(not(target_os = "linux"))]
    let _ = socket;
    Ok(())
}

/// Splits a P-DATA-TF body into its presentation data values (PS3.8 section 9.3.5.1).
fn cut_fragments(mut body: Bytes, into: &mut VecDeque<Fragment>) -> Result<(), TransportError> {
    const CONTROL: u32 = PDV_HEADER_SIZE - 4;
    while body.has_remaining() {
        let length = body.try_get_u32().map_err(|_| TransportError::MalformedData)?;
        if length < CONTROL || body.remaining() < length as usize {
            return Err(TransportError::MalformedData);
        }
        let context_id = body.get_u8();
        let control = body.get_u8();
        into.push_back(Fragment {
            context_id,
            kind: if control & 1 == 0 { FragmentKind::DataSet } else { FragmentKind::Command },
            position: if control & 2 == 0 { Position::Inner } else { Position::Last },
            data: body.split_to((length - CONTROL) as usize),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(body: &[u8]) -> Result<Vec<Fragment>, TransportError> {
        let mut fragments = VecDeque::new();
        cut_fragments(Bytes::copy_from_slice(body), &mut fragments).map(|()| fragments.into())
    }

    #[test]
    fn several_values_in_one_unit_are_told_apart() {
        let body = [0, 0, 0, 4, 3, 0x03, 0xAA, 0xBB, 0, 0, 0, 2, 3, 0x00];
        let fragments = cut(&body).unwrap();
        assert_eq!(fragments.len(), 2);
        assert_eq!(fragments[0].kind, FragmentKind::Command);
        assert_eq!(fragments[0].position, Position::Last);
        assert_eq!(&fragments[0].data[..], [0xAA, 0xBB]);
        assert_eq!(fragments[1].kind, FragmentKind::DataSet);
        assert_eq!(fragments[1].position, Position::Inner);
        assert!(fragments[1].data.is_empty());
    }

    #[test]
    fn lengths_that_lie_are_refused() {
        for body in [&[0, 0, 0, 1, 3][..], &[0, 0, 0, 9, 3, 0, 1], &[0xFF; 6], &[0, 0]] {
            assert!(matches!(cut(body), Err(TransportError::MalformedData)), "{body:?}");
        }
    }
}
