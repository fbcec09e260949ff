//! Functional groups of enhanced multi-frame objects (PS3.3 C.7.6.16), kept within bounds as they are scanned.

use dicom_core::Tag;
use dicom_dictionary_std::tags as dicom;

use super::scanner::KeptValue;

/// A macro's value longer than this is none of those kept.
const MAX_VALUE_BYTES: u32 = 256;
/// Of one object; 10,000 frames with position, orientation, type and b-value stay below.
const MAX_VALUES: usize = 100_000;
const MAX_BYTES: usize = 8 << 20;
const MAX_FRAMES: usize = 20_000;

/// Which of the two sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Shared,
    PerFrame,
}

impl Group {
    pub(super) fn of(tag: Tag) -> Option<Self> {
        match tag {
            dicom::SHARED_FUNCTIONAL_GROUPS_SEQUENCE => Some(Self::Shared),
            dicom::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE => Some(Self::PerFrame),
            _ => None,
        }
    }
}

/// What is kept of the groups. More than the bounds, or the same thing twice, and nothing of it counts: the object is
/// stored all the same, but says nothing of its frames.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FunctionalGroups {
    shared: Vec<Vec<KeptValue>>,
    frames: Vec<Vec<KeptValue>>,
    values: usize,
    bytes: usize,
    unclear: bool,
}

impl FunctionalGroups {
    /// What all frames share; empty where there is none.
    pub(crate) fn shared(&self) -> &[KeptValue] {
        if self.unclear { &[] } else { self.shared.first().map_or(&[], Vec::as_slice) }
    }

    /// One a frame, in their order; empty where the object has no such groups.
    pub(crate) fn frames(&self) -> &[Vec<KeptValue>] {
        if self.unclear { &[] } else { &self.frames }
    }

    fn items(&mut self, group: Group) -> &mut Vec<Vec<KeptValue>> {
        match group {
            Group::Shared => &mut self.shared,
            Group::PerFrame => &mut self.frames,
        }
    }

    /// The sequence begins; one that was there already makes both unclear.
    pub(super) fn open_sequence(&mut self, group: Group) {
        self.unclear |= !self.items(group).is_empty();
    }

    pub(super) fn open_item(&mut self, group: Group) {
        let most = match group {
            Group::Shared => 1,
            Group::PerFrame => MAX_FRAMES,
        };
        if self.items(group).len() < most {
            self.items(group).push(Vec::new());
        } else {
            self.unclear = true;
        }
    }

    /// Starts keeping a value of the newest item; false where it is not to be kept.
    pub(super) fn open_value(&mut self, group: Group, tag: Tag, length: u32) -> bool {
        self.values += 1;
        self.bytes = self.bytes.saturating_add(length as usize);
        let item = self.items(group).last_mut();
        let twice = item.as_ref().is_none_or(|values| values.iter().any(|value| value.tag == tag));
        let fits = length <= MAX_VALUE_BYTES && self.values <= MAX_VALUES && self.bytes <= MAX_BYTES;
        self.unclear |= twice || !fits;
        if self.unclear {
            self.shared = Vec::new();
            self.frames = Vec::new();
            return false;
        }
        if let Some(values) = self.items(group).last_mut() {
            values.push(KeptValue { tag, bytes: Vec::with_capacity(length as usize) });
        }
        true
    }

    /// The next bytes of the value begun last.
    pub(super) fn extend(&mut self, group: Group, part: &[u8]) {
        if let Some(value) = self.items(group).last_mut().and_then(|values| values.last_mut()) {
            value.bytes.extend_from_slice(part);
        }
    }
}
