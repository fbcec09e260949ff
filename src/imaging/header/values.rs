//! Raw bytes of header elements to values, forgiving as PS3.5 table 6.2-1 is not: trimmed, decoded, or absent.

use dicom_core::Tag;
use dicom_dictionary_std::tags as dicom;
use dicom_encoding::text::{SpecificCharacterSet, TextCodec};
use jiff::civil::{Date, Time};

use crate::imaging::gate::element::Encoding;
use crate::imaging::gate::{Collected, KeptValue};

/// The kept elements of one data set or functional group, with its character set.
#[derive(Debug)]
pub(super) struct Values<'a> {
    kept: &'a [KeptValue],
    encoding: Encoding,
    charset: SpecificCharacterSet,
}

impl<'a> Values<'a> {
    pub(super) fn new(collected: &'a Collected) -> Self {
        let mut values = Self::of_group(&collected.values, collected.encoding);
        // with code extensions (ISO 2022) the first known repertoire decodes; the names' ASCII group stays right
        let named = values.texts(dicom::SPECIFIC_CHARACTER_SET);
        if let Some(charset) = named.iter().find_map(|code| SpecificCharacterSet::from_code(code)) {
            values.charset = charset;
        }
        values
    }

    /// Of one functional group; its values are codes and numbers in the default repertoire.
    pub(super) fn of_group(kept: &'a [KeptValue], encoding: Encoding) -> Self {
        Self { kept, encoding, charset: SpecificCharacterSet::default() }
    }

    fn bytes(&self, tag: Tag) -> Option<&'a [u8]> {
        let found = self.kept.iter().find(|value| value.tag == tag)?;
        (!found.bytes.is_empty()).then_some(found.bytes.as_slice())
    }

    /// The whole value as text: decoded, control characters dropped, trimmed; none when nothing is left.
    fn raw_text(&self, tag: Tag) -> Option<String> {
        let bytes = self.bytes(tag)?;
        let text = self.charset.decode(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned());
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The first value, as text.
    pub(super) fn text(&self, tag: Tag) -> Option<String> {
        self.texts(tag).into_iter().next()
    }

    /// All values that are not empty.
    pub(super) fn texts(&self, tag: Tag) -> Vec<String> {
        let text = self.raw_text(tag).unwrap_or_default();
        text.split('\\').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// A UID's characters, whatever they are: the caller's newtype judges them.
    pub(super) fn uid(&self, tag: Tag) -> Option<String> {
        let text = String::from_utf8_lossy(self.bytes(tag)?);
        let text = text.trim_end_matches(['\0', ' ']).trim_start_matches(' ');
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Family and given name of the first filled component group (PS3.5 6.2.1).
    pub(super) fn person(&self, tag: Tag) -> (String, String) {
        let text = self.text(tag).unwrap_or_default();
        let group = text.split('=').find(|group| !group.trim_matches(['^', ' ']).is_empty()).unwrap_or("");
        let mut parts = group.split('^').map(|part| part.trim().to_owned());
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    }

    pub(super) fn integer(&self, tag: Tag) -> Option<i64> {
        self.text(tag)?.parse().ok()
    }

    pub(super) fn decimal(&self, tag: Tag) -> Option<f64> {
        self.text(tag)?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// Exactly `N` decimals, all finite.
    pub(super) fn decimals<const N: usize>(&self, tag: Tag) -> Option<[f64; N]> {
        let texts = self.texts(tag);
        let numbers: Vec<f64> = texts.iter().filter_map(|text| text.parse().ok()).collect();
        let numbers = <[f64; N]>::try_from(numbers).ok()?;
        (texts.len() == N && numbers.iter().all(|number| number.is_finite())).then_some(numbers)
    }

    /// The first US or SS value.
    pub(super) fn short(&self, tag: Tag) -> Option<u16> {
        let bytes = self.bytes(tag)?.first_chunk::<2>()?;
        Some(self.encoding.u16(*bytes))
    }

    /// The first FD value.
    pub(super) fn double(&self, tag: Tag) -> Option<f64> {
        let bytes = *self.bytes(tag)?.first_chunk::<8>()?;
        let number = self.encoding.f64(bytes);
        number.is_finite().then_some(number)
    }

    /// The bytes of a private element, only where the creator of its block starts with this (PS3.5 7.8.1).
    pub(super) fn private(&self, group: u16, element: u16, creator: &str) -> Option<&'a [u8]> {
        let blocks = self.kept.iter().filter(|value| {
            value.tag.group() == group
                && (0x10..=0xFF).contains(&value.tag.element())
                && value.bytes.trim_ascii_start().starts_with(creator.as_bytes())
        });
        blocks.map(|block| Tag(group, block.tag.element() << 8 | element)).find_map(|tag| self.bytes(tag))
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// `YYYYMMDD`, or the `YYYY.MM.DD` of ACR-NEMA.
    pub(super) fn date(&self, tag: Tag) -> Option<Date> {
        let digits: String = self.text(tag)?.chars().filter(char::is_ascii_digit).take(8).collect();
        if digits.len() != 8 {
            return None;
        }
        let (year, month, day) = (digits[..4].parse(), digits[4..6].parse(), digits[6..].parse());
        Date::new(year.ok()?, month.ok()?, day.ok()?).ok()
    }

    /// `HHMMSS.FFFFFF`, cut short as the standard allows, with or without colons. A leap second is the 59th.
    pub(super) fn time(&self, tag: Tag) -> Option<Time> {
        let text = self.text(tag)?;
        let whole: String = text.split('.').next()?.chars().filter(char::is_ascii_digit).take(6).collect();
        let part = |from: usize| whole.get(from..from + 2).map_or(Some(0), |two| two.parse::<i8>().ok());
        if whole.len() < 2 {
            return None;
        }
        Time::new(part(0)?, part(2)?, part(4)?.min(59), 0).ok()
    }
}
