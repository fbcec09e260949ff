//! The structure of a data set, walked without recursion and without keeping it.

use dicom_core::{Tag, VR};

use super::element::{self, ElementHeader, Encoding, Length};
use super::groups::{FunctionalGroups, Group};
use super::{Limits, Refusal};
use crate::imaging::header::{Wanted, is_group_value, wanted};

const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);
const PIXEL_DATA: Tag = Tag(0x7FE0, 0x0010);
/// Float, double float and integer pixel data; one of them at most (PS3.3 C.7.6.3, C.7.6.24, C.7.6.25).
const ANY_PIXEL_DATA: [Tag; 3] = [Tag(0x7FE0, 0x0008), Tag(0x7FE0, 0x0009), PIXEL_DATA];
/// A header value longer than this is no header value.
const MAX_WANTED_BYTES: u32 = 64 * 1024;
/// All hints of one object together.
const MAX_HINT_BYTES: usize = 256 * 1024;

/// What encloses the next header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sequence,
    Item,
    Fragments,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    kind: Kind,
    /// Of a sequence, its own.
    tag: Tag,
    /// Absolute end; none until its delimiter comes.
    end: Option<u64>,
    encoding: Encoding,
}

/// Where the pixels of the top level lie in the data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PixelLayout {
    Native {
        offset: u64,
        length: u64,
    },
    /// Offset and length of each fragment; the first is the basic offset table.
    Encapsulated(Vec<(u64, u64)>),
}

/// A header value that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptValue {
    pub tag: Tag,
    pub bytes: Vec<u8>,
}

/// What the scan leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Collected {
    pub values: Vec<KeptValue>,
    pub groups: FunctionalGroups,
    pub pixels: Option<PixelLayout>,
    /// Where the pixel data's own element header starts in the data set.
    pub pixel_data_at: Option<u64>,
    pub encoding: Encoding,
}

/// The value being passed over.
#[derive(Debug, Clone, Copy)]
struct Passing {
    remaining: u64,
    keeper: Option<Keeper>,
    counted: bool,
}

/// Who keeps the value being passed over.
#[derive(Debug, Clone, Copy)]
enum Keeper {
    Header,
    Groups(Group),
}

#[derive(Debug)]
pub(crate) struct Scanner {
    limits: Limits,
    stack: Vec<Frame>,
    sequences: usize,
    deepest: usize,
    position: u64,
    header_at: u64,
    elements: u64,
    string_values: u64,
    head: [u8; 12],
    have: usize,
    passing: Option<Passing>,
    hint_bytes: usize,
    collected: Collected,
}

impl Scanner {
    pub(crate) fn new(limits: Limits, encoding: Encoding) -> Self {
        Self {
            limits,
            stack: Vec::new(),
            sequences: 0,
            deepest: 0,
            position: 0,
            header_at: 0,
            elements: 0,
            string_values: 0,
            head: [0; 12],
            have: 0,
            passing: None,
            hint_bytes: 0,
            collected: Collected {
                values: Vec::new(),
                groups: FunctionalGroups::default(),
                pixels: None,
                pixel_data_at: None,
                encoding,
            },
        }
    }

    pub(crate) fn elements(&self) -> u64 {
        self.elements
    }

    pub(crate) fn deepest(&self) -> usize {
        self.deepest
    }

    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    pub(crate) fn pixel_data_at(&self) -> Option<u64> {
        self.collected.pixel_data_at
    }

    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> Result<(), Refusal> {
        while !bytes.is_empty() {
            let used = match self.passing {
                Some(passing) => self.pass(passing, bytes),
                None => self.collect_header(bytes)?,
            };
            bytes = &bytes[used..];
            if self.string_values > self.limits.max_string_values {
                return Err(Refusal::TooManyValues { limit: self.limits.max_string_values });
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<Collected, Refusal> {
        if self.passing.is_some() || self.have > 0 || !self.stack.is_empty() {
            return Err(Refusal::Truncated { at: self.position });
        }
        Ok(self.collected)
    }

    /// Passes over part of a value; returns the bytes used.
    fn pass(&mut self, mut passing: Passing, bytes: &[u8]) -> usize {
        let used = usize::try_from(passing.remaining).map_or(bytes.len(), |left| left.min(bytes.len()));
        let part = &bytes[..used];
        match passing.keeper {
            Some(Keeper::Header) => {
                if let Some(value) = self.collected.values.last_mut() {
                    value.bytes.extend_from_slice(part);
                }
            }
            Some(Keeper::Groups(group)) => self.collected.groups.extend(group, part),
            None => {}
        }
        if passing.counted {
            self.string_values += part.iter().filter(|&&b| b == b'\\').count() as u64;
        }
        self.position += used as u64;
        passing.remaining -= used as u64;
        self.passing = (passing.remaining > 0).then_some(passing);
        self.close_ended();
        used
    }

    /// Gathers header bytes and opens the element once they are complete; returns the bytes used.
    fn collect_header(&mut self, bytes: &[u8]) -> Result<usize, Refusal> {
        let mut used = 0;
        let mut need = 8;
        loop {
            let take = (need - self.have.min(need)).min(bytes.len() - used);
            self.head[self.have..self.have + take].copy_from_slice(&bytes[used..used + take]);
            self.have += take;
            used += take;
            if self.have < need {
                break;
            }
            let [a, b, c, d, e, f, g, h, ..] = self.head;
            let size = element::header_size(&[a, b, c, d, e, f, g, h], self.encoding());
            if size == need {
                let header = element::decode(&self.head, self.encoding());
                self.header_at = self.position;
                self.position += size as u64;
                self.have = 0;
                self.open(header)?;
                break;
            }
            need = size;
        }
        Ok(used)
    }

    fn encoding(&self) -> Encoding {
        self.stack.last().map_or(self.collected.encoding, |frame| frame.encoding)
    }

    fn open(&mut self, header: ElementHeader) -> Result<(), Refusal> {
        self.elements += 1;
        if self.elements > self.limits.max_elements {
            return Err(Refusal::TooManyElements { limit: self.limits.max_elements });
        }
        match self.stack.last().map(|frame| frame.kind) {
            None | Some(Kind::Item) => self.open_element(header)?,
            Some(Kind::Sequence) => self.open_item(header)?,
            Some(Kind::Fragments) => self.open_fragment(header)?,
        }
        if self.passing.is_none() {
            self.close_ended();
        }
        Ok(())
    }

    fn open_element(&mut self, header: ElementHeader) -> Result<(), Refusal> {
        if header.tag.group() == 0xFFFE {
            return self.close_item(header);
        }
        if self.stack.is_empty() && ANY_PIXEL_DATA.contains(&header.tag) {
            self.collected.pixel_data_at.get_or_insert(self.header_at);
        }
        match header.length {
            Length::Undefined if header.tag == PIXEL_DATA => {
                if self.stack.is_empty() {
                    self.collected.pixels = Some(PixelLayout::Encapsulated(Vec::new()));
                }
                let encoding = self.encoding();
                self.stack.push(Frame { kind: Kind::Fragments, tag: header.tag, end: None, encoding });
                Ok(())
            }
            Length::Undefined => {
                // PS3.5 6.2.2: an unknown VR of undefined length is a sequence in implicit little endian
                let encoding = if header.vr == VR::UN { Encoding::ImplicitLittle } else { self.encoding() };
                self.enter_sequence(header.tag, None, encoding)
            }
            Length::Defined(length) if header.vr == VR::SQ => {
                let end = self.end_of(header.tag, length)?;
                self.enter_sequence(header.tag, Some(end), self.encoding())
            }
            Length::Defined(length) => self.open_value(header, length),
        }
    }

    fn open_value(&mut self, header: ElementHeader, length: u32) -> Result<(), Refusal> {
        self.end_of(header.tag, length)?;
        let top = self.stack.is_empty();
        let keeper =
            if top { self.keep(header.tag, length)? } else { self.keep_of_groups(header.tag, length) };
        if top && header.tag == PIXEL_DATA {
            let layout = PixelLayout::Native { offset: self.position, length: u64::from(length) };
            self.collected.pixels = Some(layout);
        }
        let counted = element::is_multi_string(header.vr);
        self.pass_over(Passing { remaining: u64::from(length), keeper, counted });
        Ok(())
    }

    /// Starts keeping a header value. Twice the same element would let two readers see two identities.
    fn keep(&mut self, tag: Tag, length: u32) -> Result<Option<Keeper>, Refusal> {
        let wanted = wanted(tag);
        if wanted == Wanted::No {
            return Ok(None);
        }
        let (long, twice) =
            (length > MAX_WANTED_BYTES, self.collected.values.iter().any(|value| value.tag == tag));
        if wanted == Wanted::Hint {
            let bytes = self.hint_bytes.saturating_add(length as usize);
            if long || twice || bytes > MAX_HINT_BYTES {
                return Ok(None);
            }
            self.hint_bytes = bytes;
        }
        if long {
            return Err(Refusal::ValueTooLong { tag, length: u64::from(length) });
        }
        if twice {
            return Err(self.malformed("an element of the header is there twice"));
        }
        self.collected.values.push(KeptValue { tag, bytes: Vec::new() });
        Ok(Some(Keeper::Header))
    }

    /// Starts keeping a value of a functional group's macro.
    fn keep_of_groups(&mut self, tag: Tag, length: u32) -> Option<Keeper> {
        let &[groups, _, of_macro, within] = self.stack.as_slice() else { return None };
        let group = Group::of(groups.tag)?;
        // values are read in the object's own byte order
        let readable = within.encoding.is_little() == self.collected.encoding.is_little();
        let kept = readable
            && is_group_value(of_macro.tag, tag)
            && self.collected.groups.open_value(group, tag, length);
        kept.then_some(Keeper::Groups(group))
    }

    fn open_item(&mut self, header: ElementHeader) -> Result<(), Refusal> {
        let enclosing = self.stack.last().and_then(|frame| frame.end);
        match (header.tag, header.length) {
            (ITEM, length) => {
                let end = match length {
                    Length::Defined(length) => Some(self.end_of(header.tag, length)?),
                    Length::Undefined => None,
                };
                if let [groups] = self.stack.as_slice()
                    && let Some(group) = Group::of(groups.tag)
                {
                    self.collected.groups.open_item(group);
                }
                self.stack.push(Frame { kind: Kind::Item, tag: ITEM, end, encoding: self.encoding() });
                Ok(())
            }
            (SEQUENCE_END, Length::Defined(0)) if enclosing.is_none() => {
                self.leave();
                Ok(())
            }
            _ => Err(self.malformed("an item was expected")),
        }
    }

    fn open_fragment(&mut self, header: ElementHeader) -> Result<(), Refusal> {
        match (header.tag, header.length) {
            (ITEM, Length::Defined(length)) => {
                self.end_of(header.tag, length)?;
                if self.stack.len() == 1
                    && let Some(PixelLayout::Encapsulated(fragments)) = &mut self.collected.pixels
                {
                    fragments.push((self.position, u64::from(length)));
                }
                self.pass_over(Passing { remaining: u64::from(length), keeper: None, counted: false });
                Ok(())
            }
            (SEQUENCE_END, Length::Defined(0)) => {
                self.leave();
                Ok(())
            }
            _ => Err(self.malformed("a pixel fragment was expected")),
        }
    }

    /// A delimiter where an element was expected.
    fn close_item(&mut self, header: ElementHeader) -> Result<(), Refusal> {
        let empty = header.length == Length::Defined(0);
        match self.stack.last() {
            Some(Frame { kind: Kind::Item, end: None, .. }) if header.tag == ITEM_END && empty => {
                self.leave();
                Ok(())
            }
            // stray delimiters after the last sequence are a known quirk, and harmless
            None if empty && header.tag != ITEM => Ok(()),
            _ => Err(self.malformed("an item or delimiter out of place")),
        }
    }

    fn enter_sequence(&mut self, tag: Tag, end: Option<u64>, encoding: Encoding) -> Result<(), Refusal> {
        self.sequences += 1;
        if self.sequences > self.limits.max_depth {
            return Err(Refusal::TooDeep { limit: self.limits.max_depth });
        }
        self.deepest = self.deepest.max(self.sequences);
        if self.stack.is_empty()
            && let Some(group) = Group::of(tag)
        {
            self.collected.groups.open_sequence(group);
        }
        self.stack.push(Frame { kind: Kind::Sequence, tag, end, encoding });
        Ok(())
    }

    fn leave(&mut self) {
        if let Some(frame) = self.stack.pop()
            && frame.kind == Kind::Sequence
        {
            self.sequences -= 1;
        }
    }

    /// Leaves everything whose declared end has come.
    fn close_ended(&mut self) {
        if self.passing.is_some() {
            return;
        }
        while self.stack.last().is_some_and(|frame| frame.end == Some(self.position)) {
            self.leave();
        }
    }

    fn pass_over(&mut self, passing: Passing) {
        self.passing = (passing.remaining > 0).then_some(passing);
    }

    /// The absolute end of what starts here, checked against what encloses it.
    fn end_of(&self, tag: Tag, length: u32) -> Result<u64, Refusal> {
        let end = self.position + u64::from(length);
        if end > self.limits.max_dataset_bytes {
            return Err(Refusal::TooLarge { limit: self.limits.max_dataset_bytes });
        }
        match self.stack.iter().rev().find_map(|frame| frame.end) {
            Some(enclosing) if end > enclosing => Err(Refusal::BeyondEnclosing { tag, at: self.position }),
            _ => Ok(end),
        }
    }

    fn malformed(&self, problem: &'static str) -> Refusal {
        Refusal::Malformed { at: self.position, problem }
    }
}
