//! Command sets (PS3.7 section 6.3.1): always implicit little endian, flat, a few hundred bytes.
//!
//! Read by hand because the bytes come from the wire before any gate, and a general parser would follow
//! whatever nesting or length a hostile peer declares.

use bytes::{Buf, Bytes};

/// The longest command set taken, in bytes: PS3.7 Annex E's longest is far below.
pub const MAX_COMMAND_LENGTH: usize = 16 * 1024;

/// Data Set Type (0000,0800) of a message with one: any value but the next.
pub const DATA_SET: u16 = 0x0000;

/// Data Set Type (0000,0800) of a message without a data set.
pub const NO_DATA_SET: u16 = 0x0101;

/// Element numbers of group 0000 (PS3.7 Annex E.1).
pub mod tag {
    pub const GROUP_LENGTH: u16 = 0x0000;
    pub const AFFECTED_SOP_CLASS_UID: u16 = 0x0002;
    pub const REQUESTED_SOP_CLASS_UID: u16 = 0x0003;
    pub const COMMAND_FIELD: u16 = 0x0100;
    pub const MESSAGE_ID: u16 = 0x0110;
    pub const MESSAGE_ID_RESPONDED_TO: u16 = 0x0120;
    pub const PRIORITY: u16 = 0x0700;
    pub const DATA_SET_TYPE: u16 = 0x0800;
    pub const STATUS: u16 = 0x0900;
    pub const ERROR_COMMENT: u16 = 0x0902;
    pub const AFFECTED_SOP_INSTANCE_UID: u16 = 0x1000;
    pub const REQUESTED_SOP_INSTANCE_UID: u16 = 0x1001;
}

/// Command Field (0000,0100) values (PS3.7 Annex E.1).
pub mod field {
    pub const C_STORE_RQ: u16 = 0x0001;
    pub const C_FIND_RQ: u16 = 0x0020;
    pub const C_ECHO_RQ: u16 = 0x0030;
    pub const N_SET_RQ: u16 = 0x0120;
    pub const N_CREATE_RQ: u16 = 0x0140;
    pub const C_CANCEL_RQ: u16 = 0x0FFF;
    /// Set in the answer to a request.
    pub const RESPONSE: u16 = 0x8000;
}

/// Why a command set was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    #[error("an element does not fit the command set")]
    Truncated,
    #[error("an element of group {0:04x} stands in a command set")]
    ForeignGroup(u16),
    #[error("the command set has no {0}")]
    Missing(&'static str),
}

/// A command set, its elements in the order they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandSet {
    elements: Vec<(u16, Bytes)>,
}

impl CommandSet {
    /// Reads a whole command set.
    ///
    /// # Errors
    /// [`CommandError`] when an element leaves the buffer or is of another group.
    pub fn read(mut bytes: Bytes) -> Result<Self, CommandError> {
        let mut elements = Vec::new();
        while bytes.has_remaining() {
            if bytes.remaining() < 8 {
                return Err(CommandError::Truncated);
            }
            let group = bytes.get_u16_le();
            let element = bytes.get_u16_le();
            let length = bytes.get_u32_le() as usize;
            if group != 0 {
                return Err(CommandError::ForeignGroup(group));
            }
            if bytes.remaining() < length {
                return Err(CommandError::Truncated);
            }
            elements.push((element, bytes.split_to(length)));
        }
        Ok(Self { elements })
    }

    /// Adds an unsigned short.
    #[must_use]
    pub fn with_us(mut self, element: u16, value: u16) -> Self {
        self.elements.push((element, Bytes::copy_from_slice(&value.to_le_bytes())));
        self
    }

    /// Adds a unique identifier, padded with NUL to an even length.
    #[must_use]
    pub fn with_uid(self, element: u16, uid: &str) -> Self {
        self.with_padded(element, uid, 0)
    }

    /// Adds a line of text, padded with a space to an even length and cut to the 64 characters of VR LO.
    #[must_use]
    pub fn with_text(self, element: u16, text: &str) -> Self {
        let ascii: String = text.chars().filter(char::is_ascii).take(64).collect();
        self.with_padded(element, &ascii, b' ')
    }

    fn with_padded(mut self, element: u16, text: &str, pad: u8) -> Self {
        let mut value = text.as_bytes().to_vec();
        if value.len() % 2 == 1 {
            value.push(pad);
        }
        self.elements.push((element, value.into()));
        self
    }

    /// The encoding, elements in ascending order behind their group length.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut elements: Vec<_> = self.elements.iter().filter(|(e, _)| *e != tag::GROUP_LENGTH).collect();
        elements.sort_by_key(|(element, _)| *element);
        let mut body = Vec::new();
        for (element, value) in elements {
            put(&mut body, *element, value);
        }
        let mut all = Vec::with_capacity(body.len() + 12);
        put(&mut all, tag::GROUP_LENGTH, &u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
        all.extend_from_slice(&body);
        all
    }

    fn value(&self, element: u16) -> Option<&Bytes> {
        self.elements.iter().find(|(e, _)| *e == element).map(|(_, value)| value)
    }

    /// The unsigned short of an element, if it has one.
    #[must_use]
    pub fn us(&self, element: u16) -> Option<u16> {
        self.value(element)?.first_chunk::<2>().map(|bytes| u16::from_le_bytes(*bytes))
    }

    /// The text of an element without its padding; `None` when absent, empty or not ASCII.
    #[must_use]
    pub fn text(&self, element: u16) -> Option<&str> {
        let text = std::str::from_utf8(self.value(element)?).ok()?;
        let text = text.trim_matches(['\0', ' ']);
        (text.is_ascii() && !text.is_empty()).then_some(text)
    }

    /// Whether a data set follows.
    #[must_use]
    pub fn has_data_set(&self) -> bool {
        self.us(tag::DATA_SET_TYPE).is_some_and(|kind| kind != NO_DATA_SET)
    }

    /// The request's command field and message id, without which it cannot be answered.
    ///
    /// # Errors
    /// [`CommandError::Missing`].
    pub fn request(&self) -> Result<Request, CommandError> {
        Ok(Request {
            field: self.us(tag::COMMAND_FIELD).ok_or(CommandError::Missing("command field (0000,0100)"))?,
            message_id: self.us(tag::MESSAGE_ID).ok_or(CommandError::Missing("message id (0000,0110)"))?,
        })
    }
}

/// What every request has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    pub field: u16,
    pub message_id: u16,
}

fn put(into: &mut Vec<u8>, element: u16, value: &[u8]) {
    into.extend_from_slice(&0_u16.to_le_bytes());
    into.extend_from_slice(&element.to_le_bytes());
    into.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes());
    into.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let set = CommandSet::default()
            .with_us(tag::COMMAND_FIELD, field::C_STORE_RQ)
            .with_us(tag::MESSAGE_ID, 7)
            .with_us(tag::DATA_SET_TYPE, 0)
            .with_uid(tag::AFFECTED_SOP_CLASS_UID, "1.2.3");
        let read = CommandSet::read(set.write().into()).unwrap();
        assert_eq!(read.request().unwrap(), Request { field: 1, message_id: 7 });
        assert_eq!(read.text(tag::AFFECTED_SOP_CLASS_UID), Some("1.2.3"));
        assert!(read.has_data_set());
        assert_eq!(read.elements[1].0, tag::AFFECTED_SOP_CLASS_UID, "ascending order");
    }

    #[test]
    fn false_lengths_and_foreign_groups_are_refused() {
        assert_eq!(CommandSet::read(Bytes::from_static(&[0; 7])), Err(CommandError::Truncated));
        let long = [0, 0, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x31];
        assert_eq!(CommandSet::read(Bytes::copy_from_slice(&long)), Err(CommandError::Truncated));
        let foreign = [0x10, 0, 0x10, 0, 0, 0, 0, 0];
        assert_eq!(CommandSet::read(Bytes::copy_from_slice(&foreign)), Err(CommandError::ForeignGroup(0x10)));
    }
}
