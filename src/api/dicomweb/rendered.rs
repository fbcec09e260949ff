//! Retrieve Rendered and Thumbnail (PS3.18 section 10.4): a consumer picture of one frame.
//!
//! Of a study or a series the picture is that of its middle instance with pixels.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::DicomWeb;
use super::accept::MediaRange;
use super::asked::{Asking, Named};
use super::conditional::EntityTag;
use super::picture::{Format, Window, windowed};
use super::refusal::{Refused, cached, not_modified};
use crate::api::access::{Permit, ViewImages};
use crate::pathway::retrieve::RetrieveError;

const THUMBNAIL: (u32, u32) = (128, 128);
const DEFAULT_QUALITY: u8 = 90;
const MAX_SIDE: u32 = 8192;

/// How the picture shall be.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Style {
    window: Option<Window>,
    /// Columns and rows at most.
    size: Option<(u32, u32)>,
    quality: u8,
}

pub async fn rendered(
    permit: Permit<ViewImages>,
    State(web): State<DicomWeb>,
    asking: Asking<Named>,
) -> Result<Response, Refused> {
    let style = style(&asking.query)?;
    picture(&web, &permit, &asking, style).await
}

pub async fn thumbnail(
    permit: Permit<ViewImages>,
    State(web): State<DicomWeb>,
    asking: Asking<Named>,
) -> Result<Response, Refused> {
    let asked = style(&asking.query)?;
    let style = Style { size: asked.size.or(Some(THUMBNAIL)), ..asked };
    picture(&web, &permit, &asking, style).await
}

async fn picture(
    web: &DicomWeb,
    permit: &Permit<ViewImages>,
    asking: &Asking<Named>,
    style: Style,
) -> Result<Response, Refused> {
    let format =
        format(&asking.accepted()).ok_or(Refused::NotAcceptable("pictures are image/jpeg or image/png"))?;
    let located = web.retriever.locate(&web.sight(permit), &asking.path.scope()).await?;
    if located.is_empty() {
        return Err(Refused::NotFound);
    }
    let shown: Vec<_> = located.iter().filter(|instance| instance.pixel_data_offset.is_some()).collect();
    let instance = shown.get(shown.len() / 2).copied().or(located.first()).ok_or(Refused::NotFound)?;
    let number = match asking.path.frames.as_deref() {
        None => instance.frames.div_ceil(2),
        Some(number) => {
            number.parse().map_err(|_| Refused::Malformed("a frame is a number from 1".into()))?
        }
    };
    web.note_reading(permit, &asking.path.study).await?;
    let name = format!("{number} {format:?} {style:?}");
    let tag = EntityTag::of([instance.sha256.to_string().as_str(), &name]);
    if tag.is_known(&asking.headers) {
        return Ok(not_modified(&tag));
    }
    let shown = web.retriever.shown(instance, number).await?;
    let image = shown.header.image.ok_or(Refused::Retrieve(RetrieveError::NoFrames))?;
    let drawn = tokio::task::spawn_blocking(move || {
        let full = windowed(&shown.frame, &image, style.window);
        let sized = match style.size {
            Some((columns, rows)) => full.within(columns, rows),
            None => full,
        };
        sized.encode(format, style.quality)
    });
    let bytes = drawn
        .await
        .map_err(RetrieveError::from)?
        .map_err(|_| Refused::NotAcceptable("the picture cannot be encoded"))?;
    let mut answered = cached(&tag);
    let content_type = match format {
        Format::Jpeg => "image/jpeg",
        Format::Png => "image/png",
    };
    answered.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    Ok((StatusCode::OK, answered, bytes).into_response())
}

/// JPEG unless PNG is wanted (PS3.18 table 8.7.4-1).
fn format(accepted: &[MediaRange]) -> Option<Format> {
    if accepted.is_empty() {
        return Some(Format::Jpeg);
    }
    accepted.iter().find_map(|range| match range.essence.as_str() {
        "image/jpeg" | "image/*" | "*/*" => Some(Format::Jpeg),
        "image/png" => Some(Format::Png),
        _ => None,
    })
}

/// `window=centre,width,function`, `viewport=columns,rows`, `quality=1..100` (PS3.18 section 8.3.5).
fn style(query: &[(String, String)]) -> Result<Style, Refused> {
    let bad = |what: &str| Refused::Malformed(format!("{what} cannot be understood"));
    let mut style = Style { window: None, size: None, quality: DEFAULT_QUALITY };
    for (name, value) in query {
        let pieces: Vec<&str> = value.split(',').map(str::trim).collect();
        match (name.as_str(), pieces.as_slice()) {
            ("window", [centre, width, ..]) => {
                let centre = centre.parse().map_err(|_| bad("window"))?;
                let width = width.parse().map_err(|_| bad("window"))?;
                let known = matches!(pieces.get(2), None | Some(&"linear"));
                let lawful = f64::is_finite(centre) && (1.0..=1e9).contains(&width);
                if !known || !lawful {
                    return Err(bad("window"));
                }
                style.window = Some(Window { centre, width });
            }
            ("viewport", [columns, rows, ..]) => {
                let side = |text: &str| {
                    text.parse()
                        .ok()
                        .filter(|side| (1..=MAX_SIDE).contains(side))
                        .ok_or_else(|| bad("viewport"))
                };
                style.size = Some((side(columns)?, side(rows)?));
            }
            ("quality", [quality]) => {
                style.quality =
                    quality.parse().ok().filter(|q| (1..=100).contains(q)).ok_or_else(|| bad("quality"))?;
            }
            ("window" | "viewport" | "quality", _) => return Err(bad(name)),
            _ => {}
        }
    }
    Ok(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, value: &str) -> Result<Style, Refused> {
        style(&[(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn style_parameters_are_read_and_checked() {
        let windowed = of("window", "40,80,linear").unwrap();
        assert_eq!(windowed.window, Some(Window { centre: 40.0, width: 80.0 }));
        assert_eq!(of("viewport", "256,128").unwrap().size, Some((256, 128)));
        assert_eq!(of("quality", "50").unwrap().quality, 50);
        for (name, value) in
            [("window", "40"), ("window", "a,b"), ("window", "0,0"), ("viewport", "0,1"), ("quality", "101")]
        {
            assert!(of(name, value).is_err(), "{name}={value}");
        }
    }
}
