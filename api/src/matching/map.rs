//! The match map: which community is served by which kinds of unit, and serves them. Drawn on the server, two columns
//! with bands; wider is more, in points. Works in black and white.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One band: left name, right name, points (whole), from left to right or back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Band {
    pub(super) left: String,
    pub(super) right: String,
    pub(super) points: i64,
}

const WIDTH: i64 = 720;
const ROW: i64 = 44;
const LEFT: i64 = 190;
const RIGHT: i64 = 530;
/// Widest band, pixels.
const WIDEST: i64 = 22;

/// The picture as SVG; `finding` is its name for screen readers.
pub(super) fn draw(finding: &str, bands: &[Band]) -> String {
    let lefts = places(bands.iter().map(|b| b.left.as_str()));
    let rights = places(bands.iter().map(|b| b.right.as_str()));
    let rows = i64::try_from(lefts.len().max(rights.len()).max(1)).unwrap_or(1);
    let height = rows * ROW + 16;
    let most = bands.iter().map(|b| b.points).max().unwrap_or(1).max(1);
    let mut svg = format!(
        "<svg class=\"gj-map\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\" \
         xmlns=\"http://www.w3.org/2000/svg\">",
        escape(finding)
    );
    for band in bands {
        let (Some(a), Some(b)) = (lefts.get(band.left.as_str()), rights.get(band.right.as_str())) else {
            continue;
        };
        let (y1, y2) = (a * ROW + ROW / 2, b * ROW + ROW / 2);
        let width = (band.points * WIDEST / most).max(1);
        let middle = i64::midpoint(LEFT, RIGHT);
        let _ = write!(
            svg,
            "<path class=\"gj-map-band\" d=\"M{LEFT} {y1}C{middle} {y1} {middle} {y2} {RIGHT} {y2}\" \
             stroke-width=\"{width}\"><title>{} – {}: {}</title></path>",
            escape(&band.left),
            escape(&band.right),
            band.points
        );
    }
    for (names, x, anchor) in [(&lefts, LEFT - 8, "end"), (&rights, RIGHT + 8, "start")] {
        for (name, place) in names {
            let y = place * ROW + ROW / 2 + 6;
            let _ = write!(
                svg,
                "<text class=\"gj-map-name\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>",
                escape(name)
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

fn places<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, i64> {
    let sorted: std::collections::BTreeSet<&str> = names.collect();
    sorted.into_iter().zip(0..).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_the_widest_band_is_the_greatest() {
        let band = |left: &str, points| Band {
            left: left.to_owned(),
            right: "学校".to_owned(),
            points,
        };
        let svg = draw("x", &[band("<b>", 10), band("c", 40)]);
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
        assert!(svg.contains("stroke-width=\"22\"") && svg.contains("stroke-width=\"5\""));
    }
}
