//! The two faces of the paper, embedded whole as CID fonts (ISO 32000-1 section 9.7): a character is written as its
//! glyph's number, and a map back to Unicode lets readers search and copy.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use ttf_parser::Face;

use super::PdfError;

static REGULAR: &[u8] = include_bytes!("fonts/DejaVuSansCondensed.ttf");
static BOLD: &[u8] = include_bytes!("fonts/DejaVuSansCondensed-Bold.ttf");

const IDENTITY: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

/// A face that measures and encodes text.
#[derive(Debug)]
pub struct Font {
    face: Face<'static>,
    data: &'static [u8],
    /// The name under which pages know it.
    pub resource: Name<'static>,
    base: Name<'static>,
}

/// The objects of an embedded font.
#[derive(Debug, Clone, Copy)]
pub struct FontRefs {
    pub font: Ref,
    pub descendant: Ref,
    pub descriptor: Ref,
    pub file: Ref,
    pub unicode: Ref,
}

impl FontRefs {
    /// The next free numbers.
    pub fn take(next: &mut Ref) -> Self {
        Self {
            font: next.bump(),
            descendant: next.bump(),
            descriptor: next.bump(),
            file: next.bump(),
            unicode: next.bump(),
        }
    }
}

impl Font {
    pub fn of(weight: Weight) -> Result<Self, PdfError> {
        let (data, resource, base): (&'static [u8], &'static [u8], &'static [u8]) = match weight {
            Weight::Regular => (REGULAR, b"R", b"VIGIER+DejaVuSansCondensed"),
            Weight::Bold => (BOLD, b"B", b"VIGIEB+DejaVuSansCondensed-Bold"),
        };
        let face = Face::parse(data, 0).map_err(|_| PdfError::Font)?;
        Ok(Self { face, data, resource: Name(resource), base: Name(base) })
    }

    /// A character without a glyph is drawn as the face's empty box: a name is never silently shortened.
    fn glyph(&self, c: char) -> u16 {
        self.face.glyph_index(c).map_or(0, |glyph| glyph.0)
    }

    /// Thousandths of the size, as PDF counts.
    fn thousandths(&self, units: f32) -> f32 {
        units * 1000.0 / f32::from(self.face.units_per_em())
    }

    fn advance(&self, glyph: u16) -> f32 {
        self.thousandths(f32::from(self.face.glyph_hor_advance(ttf_parser::GlyphId(glyph)).unwrap_or(0)))
    }

    /// Width in points of a line of text.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(self.glyph(c))).sum::<f32>() * size / 1000.0
    }

    /// The text as the page's content has it.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        text.chars().flat_map(|c| self.glyph(c).to_be_bytes()).collect()
    }

    /// Writes the font's objects. `used`: every character that stands on some page.
    pub fn embed(&self, pdf: &mut Pdf, refs: FontRefs, used: &[char]) {
        pdf.type0_font(refs.font)
            .base_font(self.base)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(refs.descendant)
            .to_unicode(refs.unicode);
        let mut cid = pdf.cid_font(refs.descendant);
        cid.subtype(CidFontType::Type2)
            .base_font(self.base)
            .system_info(IDENTITY)
            .font_descriptor(refs.descriptor)
            .default_width(0.0)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = cid.widths();
        for glyph in 0..self.face.number_of_glyphs() {
            widths.consecutive(glyph, [self.advance(glyph)]);
        }
        widths.finish();
        cid.finish();
        let bounds = self.face.global_bounding_box();
        let scaled = |units: i16| self.thousandths(f32::from(units));
        pdf.font_descriptor(refs.descriptor)
            .name(self.base)
            .flags(FontFlags::NON_SYMBOLIC)
            .bbox(Rect::new(
                scaled(bounds.x_min),
                scaled(bounds.y_min),
                scaled(bounds.x_max),
                scaled(bounds.y_max),
            ))
            .italic_angle(0.0)
            .ascent(scaled(self.face.ascender()))
            .descent(scaled(self.face.descender()))
            .cap_height(scaled(self.face.capital_height().unwrap_or(self.face.ascender())))
            .stem_v(80.0)
            .font_file2(refs.file);
        let mut map: UnicodeCmap = UnicodeCmap::new(Name(b"Vigie-UCS"), IDENTITY);
        for c in used {
            map.pair(self.glyph(*c), *c);
        }
        pdf.cmap(refs.unicode, map.finish().as_slice()).name(Name(b"Vigie-UCS")).system_info(IDENTITY);
        let packed = deflated(self.data);
        pdf.stream(refs.file, &packed)
            .filter(Filter::FlateDecode)
            .pair(Name(b"Length1"), i32::try_from(self.data.len()).unwrap_or(i32::MAX));
    }
}

/// Deflated, for a stream; writing to memory does not fail.
pub fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).and_then(|()| encoder.finish()).unwrap_or_default()
}
