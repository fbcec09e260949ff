//! Text that flows down A4 pages.

use std::collections::BTreeSet;

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

use super::PdfError;
use super::font::{Font, FontRefs, Weight, deflated};

/// A4 in points (ISO 216: 210 × 297 mm).
const PAGE: (f32, f32) = (595.28, 841.89);
/// 20 mm.
const MARGIN: f32 = 56.7;
/// Below it stands the footer.
const FLOOR: f32 = 70.0;
const LEADING: f32 = 1.35;
/// Where values begin beside their labels, from the left margin.
const COLUMN: f32 = 150.0;
const SIZE: f32 = 9.5;
/// Of the footer, unless it would not fit.
const FOOT_SIZE: f32 = 7.5;
/// What follows a heading and stays with it, points: two lines.
const KEPT_TOGETHER: f32 = 2.0 * SIZE * LEADING;

/// Pages being written, from top to bottom.
pub struct Flow {
    regular: Font,
    bold: Font,
    done: Vec<Content>,
    page: Content,
    y: f32,
    used: BTreeSet<char>,
}

impl Flow {
    pub fn new() -> Result<Self, PdfError> {
        Ok(Self {
            regular: Font::of(Weight::Regular)?,
            bold: Font::of(Weight::Bold)?,
            done: Vec::new(),
            page: Content::new(),
            y: PAGE.1 - MARGIN,
            used: BTreeSet::new(),
        })
    }

    fn font(&self, weight: Weight) -> &Font {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    fn break_page(&mut self) {
        self.done.push(std::mem::replace(&mut self.page, Content::new()));
        self.y = PAGE.1 - MARGIN;
    }

    /// Goes down by a line of `size`, to the next page if there is no room.
    fn advance(&mut self, size: f32) {
        if self.y - size * LEADING < FLOOR {
            self.break_page();
        }
        self.y -= size * LEADING;
    }

    fn put(&mut self, text: &str, x: f32, size: f32, weight: Weight) {
        self.used.extend(text.chars());
        let (name, encoded) = {
            let font = self.font(weight);
            (font.resource, font.encode(text))
        };
        show(&mut self.page, name, &encoded, (x, self.y, size));
    }

    pub fn title(&mut self, text: &str) {
        self.lines(text, 0.0, 15.0, Weight::Bold);
    }

    pub fn heading(&mut self, text: &str) {
        const HEADING: f32 = 11.0;
        self.y -= 8.0;
        // A heading alone at the foot of a page says nothing.
        if self.y - HEADING * LEADING - KEPT_TOGETHER < FLOOR {
            self.break_page();
        }
        self.lines(text, 0.0, HEADING, Weight::Bold);
        self.y -= 2.0;
    }

    pub fn paragraph(&mut self, text: &str) {
        self.lines(text, 0.0, SIZE, Weight::Regular);
    }

    /// Who signed, a little apart from what they signed.
    pub fn signature(&mut self, text: &str) {
        self.y -= 4.0;
        self.lines(text, 0.0, SIZE, Weight::Regular);
    }

    pub fn strong(&mut self, text: &str) {
        self.lines(text, 0.0, SIZE + 1.0, Weight::Bold);
    }

    /// A label with its value beside it, and a remark below the value.
    pub fn row(&mut self, label: &str, value: &str, remark: &str) {
        self.advance(SIZE);
        self.put(label, MARGIN, SIZE, Weight::Regular);
        let mut first = true;
        for (text, size, weight) in [(value, SIZE, Weight::Bold), (remark, 8.0, Weight::Regular)] {
            for line in self.wrapped(text, COLUMN, size, weight) {
                if !first {
                    self.advance(size);
                }
                first = false;
                self.put(&line, MARGIN + COLUMN, size, weight);
            }
        }
    }

    pub fn rule(&mut self) {
        self.y -= 6.0;
        self.page.set_stroke_gray(0.6).set_line_width(0.6);
        self.page.move_to(MARGIN, self.y).line_to(PAGE.0 - MARGIN, self.y).stroke();
        self.y -= 2.0;
    }

    fn lines(&mut self, text: &str, indent: f32, size: f32, weight: Weight) {
        for line in self.wrapped(text, indent, size, weight) {
            self.advance(size);
            self.put(&line, MARGIN + indent, size, weight);
        }
    }

    /// Broken at spaces to the width that is left, and inside a word that alone is too long.
    fn wrapped(&self, text: &str, indent: f32, size: f32, weight: Weight) -> Vec<String> {
        let font = self.font(weight);
        let room = PAGE.0 - 2.0 * MARGIN - indent;
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split(' ') {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if font.width(&longer, size) <= room {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                for c in word.chars() {
                    if font.width(&format!("{line}{c}"), size) > room {
                        lines.push(std::mem::take(&mut line));
                    }
                    line.push(c);
                }
            }
            lines.push(line);
        }
        lines
    }

    /// A footer's line is never cut and never runs into the margin: it is set smaller.
    fn foot_size(&self, text: &str) -> f32 {
        let width = self.regular.width(text, FOOT_SIZE);
        // The page's number stands at the right.
        let room = PAGE.0 - 2.0 * MARGIN - 24.0;
        if width > room { FOOT_SIZE * room / width } else { FOOT_SIZE }
    }

    /// The document. The lines of `footer` stand on every page, with its number.
    pub fn finish(mut self, title: &str, footer: [&str; 2]) -> Vec<u8> {
        self.break_page();
        let done = std::mem::take(&mut self.done);
        let count = done.len();
        self.used.extend(footer.concat().chars().chain("0123456789/ ".chars()));
        let mut next = Ref::new(1);
        let (catalog, tree, info) = (next.bump(), next.bump(), next.bump());
        let (regular, bold) = (FontRefs::take(&mut next), FontRefs::take(&mut next));
        let pages: Vec<(Ref, Ref)> = (0..count).map(|_| (next.bump(), next.bump())).collect();
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(tree);
        pdf.document_info(info).title(pdf_writer::TextStr(title)).producer(pdf_writer::TextStr("Vigie"));
        pdf.pages(tree)
            .kids(pages.iter().map(|(page, _)| *page))
            .count(i32::try_from(count).unwrap_or(i32::MAX));
        let used: Vec<char> = self.used.iter().copied().collect();
        self.regular.embed(&mut pdf, regular, &used);
        self.bold.embed(&mut pdf, bold, &used);
        for (number, ((page, content), mut written)) in (1..).zip(pages.into_iter().zip(done)) {
            let lines = [FLOOR - 24.0, FLOOR - 34.0];
            for (text, y) in footer.into_iter().zip(lines) {
                let at = (MARGIN, y, self.foot_size(text));
                show(&mut written, self.regular.resource, &self.regular.encode(text), at);
            }
            let number = format!("{number}/{count}");
            let left = PAGE.0 - MARGIN - self.regular.width(&number, FOOT_SIZE);
            show(
                &mut written,
                self.regular.resource,
                &self.regular.encode(&number),
                (left, lines[0], FOOT_SIZE),
            );
            let packed = deflated(&written.finish());
            pdf.stream(content, &packed).filter(pdf_writer::Filter::FlateDecode);
            let mut writer = pdf.page(page);
            writer.parent(tree).media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).contents(content);
            writer
                .resources()
                .fonts()
                .pair(self.regular.resource, regular.font)
                .pair(self.bold.resource, bold.font);
            writer.finish();
        }
        pdf.finish()
    }
}

fn show(page: &mut Content, font: Name<'_>, encoded: &[u8], (x, y, size): (f32, f32, f32)) {
    page.begin_text().set_font(font, size).next_line(x, y).show(Str(encoded)).end_text();
}
