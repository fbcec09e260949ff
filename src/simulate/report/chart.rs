//! A line chart as SVG: a logarithmic upright axis, lines told apart by colour, dash and a name at their end.

use std::fmt::Write as _;

/// The level axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis<'a> {
    pub(super) label: &'a str,
    pub(super) ticks: &'a [f64],
}

pub(super) struct Line<'a> {
    pub(super) label: &'a str,
    pub(super) points: Vec<(f64, f64)>,
}

pub(super) struct Chart<'a> {
    pub(super) title: &'a str,
    pub(super) axis: Axis<'a>,
    pub(super) lines: Vec<Line<'a>>,
}

/// The drawing's edges.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 560.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 340.0;
/// Okabe and Ito's colours, told apart by the colour-blind, and a dash each.
const STROKES: [(&str, &str); 6] = [
    ("#000000", "none"),
    ("#D55E00", "7 3"),
    ("#CC79A7", "2 3"),
    ("#0072B2", "none"),
    ("#56B4E9", "9 3 2 3"),
    ("#009E73", "4 4"),
];
/// Names at the lines' ends stand at least so far apart.
const APART: f64 = 14.0;

impl Chart<'_> {
    pub(super) fn svg(&self) -> String {
        let across = range(self.lines.iter().flat_map(|line| &line.points).map(|(x, _)| *x));
        let values = self.lines.iter().flat_map(|line| &line.points).map(|(_, y)| *y).filter(|y| *y > 0.0);
        let (low, high) = range(values);
        let (low, high) = (low.log10().floor(), high.log10().ceil().max(low.log10().floor() + 1.0));
        let x = |value: f64| LEFT + (value - across.0) / (across.1 - across.0) * (RIGHT - LEFT);
        let y = |value: f64| {
            let share = (value.max(10_f64.powf(low)).log10() - low) / (high - low);
            BOTTOM - share * (BOTTOM - TOP)
        };
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 700 390\" font-family=\"sans-serif\" \
             font-size=\"12\" role=\"img\">\n<rect width=\"700\" height=\"390\" fill=\"#fff\"/>\n\
             <text x=\"{LEFT}\" y=\"24\" font-size=\"15\">{}</text>\n",
            self.title
        );
        self.grid(&mut svg, (low, high), &x, &y);
        self.draw(&mut svg, &x, &y);
        svg.push_str("</svg>\n");
        svg
    }

    fn grid(
        &self,
        svg: &mut String,
        (low, high): (f64, f64),
        x: &dyn Fn(f64) -> f64,
        y: &dyn Fn(f64) -> f64,
    ) {
        let mut exponent = low;
        while exponent <= high {
            let value = 10_f64.powf(exponent);
            for value in [value, value * 3.0] {
                if value <= 10_f64.powf(high) * 1.001 {
                    let at = y(value);
                    let _ = writeln!(
                        svg,
                        "<path d=\"M{LEFT} {at:.1}H{RIGHT}\" stroke=\"#ddd\"/><text x=\"{:.1}\" y=\"{:.1}\" \
                         text-anchor=\"end\">{value}</text>",
                        LEFT - 6.0,
                        at + 4.0,
                        value = (value * 1e4).round() / 1e4,
                    );
                }
            }
            exponent += 1.0;
        }
        for tick in self.axis.ticks {
            let at = x(*tick);
            let _ = writeln!(
                svg,
                "<path d=\"M{at:.1} {BOTTOM}v5\" stroke=\"#000\"/><text x=\"{at:.1}\" y=\"{:.1}\" \
                 text-anchor=\"middle\">{tick}</text>",
                BOTTOM + 18.0
            );
        }
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {BOTTOM}H{RIGHT}\" stroke=\"#000\"/><text x=\"{:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\">{}</text>",
            f64::midpoint(LEFT, RIGHT),
            BOTTOM + 38.0,
            self.axis.label
        );
    }

    fn draw(&self, svg: &mut String, x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) {
        let mut names: Vec<(f64, usize)> = Vec::new();
        for (which, line) in self.lines.iter().enumerate() {
            let (colour, dash) = STROKES[which % STROKES.len()];
            let points: Vec<String> =
                line.points.iter().map(|(a, b)| format!("{:.1},{:.1}", x(*a), y(*b))).collect();
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" \
                 stroke-dasharray=\"{dash}\"/>",
                points.join(" ")
            );
            names.extend(line.points.last().map(|(_, last)| (y(*last), which)));
        }
        names.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut above = f64::NEG_INFINITY;
        for (at, which) in names {
            above = at.max(above + APART);
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{}\">{}</text>",
                RIGHT + 8.0,
                above + 4.0,
                STROKES[which % STROKES.len()].0,
                self.lines[which].label
            );
        }
    }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}
