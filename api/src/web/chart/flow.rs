//! Two columns with bands between them, as wide as what passes.

use std::fmt::Write as _;

use super::{Link, Node, TEXT, WIDTH, band, escape, float, open, weights};

/// Height all bands would take together.
const TALL: f64 = 460.0;
/// Room between nodes.
const GAP: f64 = 6.0;
/// Width of a node's bar.
const BAR: f64 = 10.0;
/// Thinnest band.
const THIN: f64 = 1.5;

/// A node's place: top of its bar, height of its bar, and how much of it bands have used.
struct Place {
    top: f64,
    height: f64,
    used: f64,
}

/// The picture.
pub(super) fn draw(finding: &str, nodes: &[Node], links: &[Link]) -> String {
    let sums = weights(nodes, links);
    let total: u64 = nodes
        .iter()
        .zip(&sums)
        .filter(|(node, _)| node.left)
        .map(|(_, sum)| *sum)
        .sum();
    let scale = TALL / float(total.max(1));
    let (mut places, mut heights) = (Vec::with_capacity(nodes.len()), [GAP; 2]);
    for (node, sum) in nodes.iter().zip(&sums) {
        let [left, right] = &mut heights;
        let column = if node.left { left } else { right };
        let height = (float(*sum) * scale).max(THIN);
        let slot = height.max(TEXT + 4.0);
        places.push(Place {
            top: *column + (slot - height) / 2.0,
            height,
            used: 0.0,
        });
        *column += slot + GAP;
    }
    let height = heights[0].max(heights[1]);
    // The shorter column stands in the middle.
    for (node, place) in nodes.iter().zip(&mut places) {
        place.top += (height - if node.left { heights[0] } else { heights[1] }) / 2.0;
    }
    let mut svg = open(finding, height);
    for link in links {
        let wide = (float(link.weight) * scale).max(THIN);
        let (Some(from), Some(to)) = (
            take(&mut places, link.left, wide),
            take(&mut places, link.right, wide),
        ) else {
            continue;
        };
        let (x1, x2, middle) = (BAR, WIDTH - BAR, WIDTH / 2.0);
        let path = format!(
            "M{x1} {from:.1}C{middle} {from:.1} {middle} {to:.1} {x2} {to:.1}V{:.1}C{middle} {:.1} {middle} {:.1} {x1} {:.1}Z",
            to + wide,
            to + wide,
            from + wide,
            from + wide
        );
        band(&mut svg, link.area, &path, &link.title);
    }
    for (node, place) in nodes.iter().zip(&places) {
        let (x, text_x, anchor) = if node.left {
            (0.0, BAR + 6.0, "start")
        } else {
            (WIDTH - BAR, WIDTH - BAR - 6.0, "end")
        };
        let y = place.top + place.height / 2.0 + TEXT * 0.35;
        let _ = write!(
            svg,
            "<rect class=\"gj-map-node\" x=\"{x}\" y=\"{:.1}\" width=\"{BAR}\" height=\"{:.1}\"/>\
             <text class=\"gj-map-name\" x=\"{text_x}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
            place.top,
            place.height,
            escape(&node.name)
        );
    }
    svg.push_str("</svg>");
    svg
}

/// The top of the next band at a node.
fn take(places: &mut [Place], at: usize, wide: f64) -> Option<f64> {
    let place = places.get_mut(at)?;
    let top = place.top + place.used.min((place.height - wide).max(0.0));
    place.used += wide;
    Some(top)
}
