//! ROC curve and reliability as SVG, without a library: two axes from 0 to 1 and what is drawn on them.

use std::fmt::Write;

use crate::domain::statistics::Calibration;
use crate::inference::evaluation::Figures;

/// Side of the square in which is drawn, and the margin for words, in the picture's units.
const SIDE: f64 = 400.0;
const MARGIN: f64 = 70.0;
const INK: &str = "#1f2933";
const ACCENT: &str = "#0b6fa4";

/// The ROC curve, with the point at which the pack works and its area.
pub(super) fn roc(figures: &Figures, title: &str) -> String {
    let curve: Vec<String> = figures
        .roc
        .iter()
        .map(|point| format!("{:.2},{:.2}", x(point.false_positive_rate), y(point.sensitivity)))
        .collect();
    let mut drawn = format!(
        r#"<polyline points="{}" fill="none" stroke="{ACCENT}" stroke-width="2.5"/>"#,
        curve.join(" ")
    );
    if let (Some(se), Some(sp)) = (figures.sensitivity.estimate, figures.specificity.estimate) {
        let (cx, cy) = (x(1.0 - sp.value), y(se.value));
        let bars = [(x(1.0 - sp.high), cy, x(1.0 - sp.low), cy), (cx, y(se.high), cx, y(se.low))];
        for (x1, y1, x2, y2) in bars {
            write!(drawn, r#"<line x1="{x1:.2}" y1="{y1:.2}" x2="{x2:.2}" y2="{y2:.2}" stroke="{INK}"/>"#)
                .ok();
        }
        write!(drawn, r#"<circle cx="{cx:.2}" cy="{cy:.2}" r="5" fill="{INK}"/>"#).ok();
    }
    let area = figures
        .auc
        .map_or_else(String::new, |auc| format!("AUC {:.3} ({:.3}–{:.3})", auc.value, auc.low, auc.high));
    page(title, "1 − spécificité / 1 − specificity", "Sensibilité / Sensitivity", &drawn, &area)
}

/// Observed share against probability, bin by bin, each with its interval; a larger dot is more studies.
pub(super) fn reliability(calibration: &Calibration, title: &str) -> String {
    let mut drawn = String::new();
    for bin in &calibration.bins {
        let (cx, observed) = (x(bin.mean_probability), bin.observed);
        let radius = (3.0 + f64::from(bin.studies).sqrt()).min(14.0);
        write!(
            drawn,
            r#"<line x1="{cx:.2}" y1="{:.2}" x2="{cx:.2}" y2="{:.2}" stroke="{INK}"/><circle cx="{cx:.2}" cy="{:.2}" r="{radius:.1}" fill="{ACCENT}"><title>{}</title></circle>"#,
            y(observed.high),
            y(observed.low),
            y(observed.value),
            bin.studies
        )
        .ok();
    }
    let error = format!("ECE {:.3}, Brier {:.3}", calibration.expected_calibration_error, calibration.brier);
    page(title, "Probabilité / Probability", "Part observée / Observed share", &drawn, &error)
}

fn x(share: f64) -> f64 {
    MARGIN + share * SIDE
}

fn y(share: f64) -> f64 {
    MARGIN + (1.0 - share) * SIDE
}

fn page(title: &str, across: &str, up: &str, drawn: &str, note: &str) -> String {
    let (whole, middle) = (SIDE + 2.0 * MARGIN, MARGIN + SIDE / 2.0);
    let mut ticks = String::new();
    for tenth in (0..=10).step_by(2) {
        let share = f64::from(tenth) / 10.0;
        write!(
            ticks,
            r#"<text x="{:.0}" y="{:.0}" text-anchor="middle">{share}</text><text x="{:.0}" y="{:.0}" text-anchor="end">{share}</text>"#,
            x(share),
            MARGIN + SIDE + 18.0,
            MARGIN - 8.0,
            y(share) + 4.0
        )
        .ok();
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" role="img" font-family="sans-serif" font-size="13" fill="{INK}">
<title>{title}</title>
<rect width="{whole}" height="{whole}" fill="#fff"/>
<text x="{middle}" y="{title_at}" text-anchor="middle" font-size="15">{title}</text>
<rect x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{INK}"/>
<line x1="{left}" y1="{bottom}" x2="{right}" y2="{MARGIN}" stroke="#9aa5b1" stroke-dasharray="5 5"/>
{ticks}
<text x="{middle}" y="{across_at}" text-anchor="middle">{across}</text>
<text transform="translate(18 {middle}) rotate(-90)" text-anchor="middle">{up}</text>
{drawn}
<text x="{note_at}" y="{note_up}" text-anchor="end">{note}</text>
</svg>
"##,
        title = escaped(title),
        left = x(0.0),
        right = x(1.0),
        bottom = y(0.0),
        title_at = MARGIN / 2.0,
        across_at = MARGIN + SIDE + 45.0,
        note_at = MARGIN + SIDE - 12.0,
        note_up = MARGIN + SIDE - 14.0,
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
