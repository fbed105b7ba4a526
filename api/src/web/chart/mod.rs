//! Pictures made on the server: data in, SVG out, no script. Every picture has a finding in one sentence and a table
//! beside it; the six areas are told apart by pattern as well as by colour.

mod flow;
mod ring;

use std::fmt::Write as _;

/// Parties up to which a match map is a ring; beyond, the caller groups them and the map is a flow.
pub const RING_PARTIES: usize = 24;
/// Areas (六共).
pub const AREAS: usize = 6;
/// Width of every picture in its own units; text of [`TEXT`] units is then still readable on a phone.
const WIDTH: f64 = 480.0;
/// Height of text in the picture's units.
const TEXT: f64 = 27.0;

/// Somebody in a match map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The name.
    pub name: String,
    /// Community side, drawn at the left; units at the right.
    pub left: bool,
}

/// What passes between two of them, both directions together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Place of the left one among the nodes.
    pub left: usize,
    /// Place of the right one.
    pub right: usize,
    /// Area, 0–5.
    pub area: usize,
    /// How much; any measure, the same for all links.
    pub weight: u64,
    /// In words, for whoever points at it.
    pub title: String,
}

/// A match map (对接图): who serves whom. A ring names its nodes by number, from 1 in the order given; a flow by name.
#[must_use]
pub fn match_map(finding: &str, nodes: &[Node], links: &[Link], ring: bool) -> String {
    if ring {
        ring::draw(finding, nodes, links)
    } else {
        flow::draw(finding, nodes, links)
    }
}

/// The sample of an area's pattern for a legend; needs a map on the same page.
#[must_use]
pub fn swatch(area: usize) -> String {
    format!(
        "<svg class=\"gj-swatch\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" aria-hidden=\"true\">\
         <rect width=\"24\" height=\"24\" fill=\"url(#gj-area-{area})\"/></svg>"
    )
}

/// Marks in white over the area's colour: none, strokes up, dots, strokes across, strokes down, a lattice.
const MARKS: [&str; AREAS] = [
    "",
    "M-2 14L14 -2M-2 2L2 -2M10 14L14 10",
    "M3 3h3v3h-3zM9 9h3v3h-3z",
    "M0 6H12",
    "M6 0V12",
    "M0 6H12M6 0V12",
];

/// The opening tag with the patterns of the six areas.
fn open(finding: &str, height: f64) -> String {
    let mut svg = format!(
        "<svg class=\"gj-map\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" role=\"img\" aria-label=\"{}\"><defs>",
        escape(finding)
    );
    for (area, marks) in MARKS.iter().enumerate() {
        let _ = write!(
            svg,
            "<pattern id=\"gj-area-{area}\" width=\"12\" height=\"12\" patternUnits=\"userSpaceOnUse\">\
             <rect class=\"gj-area-{area}\" width=\"12\" height=\"12\"/>\
             <path class=\"gj-map-mark\" d=\"{marks}\"/></pattern>"
        );
    }
    svg.push_str("</defs>");
    svg
}

/// A band with its words.
fn band(svg: &mut String, area: usize, path: &str, title: &str) {
    let area = area.min(AREAS - 1);
    let _ = write!(
        svg,
        "<path class=\"gj-map-band\" fill=\"url(#gj-area-{area})\" d=\"{path}\"><title>{}</title></path>",
        escape(title)
    );
}

/// The weight of each node; links that name no node count nowhere.
fn weights(nodes: &[Node], links: &[Link]) -> Vec<u64> {
    let mut sums = vec![0_u64; nodes.len()];
    for link in links {
        for end in [link.left, link.right] {
            if let Some(sum) = sums.get_mut(end) {
                *sum = sum.saturating_add(link.weight);
            }
        }
    }
    sums
}

/// A weight as a length or an angle; pictures need no more than a float holds.
#[expect(clippy::cast_precision_loss, reason = "a picture shows proportions")]
fn float(weight: u64) -> f64 {
    weight as f64
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

    fn street() -> (Vec<Node>, Vec<Link>) {
        let node = |name: &str, left| Node {
            name: name.to_owned(),
            left,
        };
        let link = |left, right, area, weight| Link {
            left,
            right,
            area,
            weight,
            title: format!("{left}–{right}"),
        };
        let nodes = vec![
            node("<靖和>", true),
            node("龙源", true),
            node("学校", false),
            node("医院", false),
        ];
        (
            nodes,
            vec![link(0, 2, 0, 30), link(0, 3, 2, 10), link(1, 3, 5, 20)],
        )
    }

    #[test]
    fn both_maps_draw_every_band_and_escape_names() {
        let (nodes, links) = street();
        for ring in [true, false] {
            let svg = match_map("三项 & 服务", &nodes, &links, ring);
            assert_eq!(svg.matches("class=\"gj-map-band\"").count(), 3, "{svg}");
            assert!(
                svg.contains("三项 &amp; 服务") && !svg.contains("<靖和>"),
                "{svg}"
            );
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            assert!(svg.ends_with("</svg>"));
        }
    }

    #[test]
    fn an_empty_map_is_a_picture_too() {
        for ring in [true, false] {
            let svg = match_map("", &[], &[], ring);
            assert!(!svg.contains("NaN"), "{svg}");
            let lost = Link {
                left: 7,
                right: 9,
                area: 99,
                weight: 1,
                title: String::new(),
            };
            assert!(!match_map("", &[], &[lost], ring).contains("gj-map-band\""));
        }
    }
}
