//! A ring with bands across it: communities on the left half, units on the right.

use std::f64::consts::PI;
use std::fmt::Write as _;

use super::{Link, Node, TEXT, WIDTH, band, float, open, weights};

/// Middle of the picture.
const MIDDLE: f64 = WIDTH / 2.0;
/// Where bands end, the outer edge of the ring, and where numbers stand.
const RADII: [f64; 3] = [186.0, 198.0, 218.0];
/// Angle left free between nodes.
const GAP: f64 = 0.05;
/// Smallest share of a half that a node gets, so that its number can be read.
const LEAST: f64 = 0.13;

/// A node's arc: where it begins, how far it goes, and how much of it bands have used. Angles run clockwise from the
/// top.
struct Arc {
    begin: f64,
    sweep: f64,
    per_weight: f64,
    used: f64,
}

/// The picture.
pub(super) fn draw(finding: &str, nodes: &[Node], links: &[Link]) -> String {
    let sums = weights(nodes, links);
    let mut arcs = arcs(nodes, &sums);
    let mut svg = open(finding, WIDTH);
    for link in links {
        if arcs.len() <= link.left.max(link.right) {
            continue;
        }
        let (Some(from), Some(to)) = (
            take(&mut arcs, link.left, link.weight),
            take(&mut arcs, link.right, link.weight),
        ) else {
            continue;
        };
        let [(a, b), (c, d)] = [from, to].map(|(begin, end)| (point(RADII[0], begin), point(RADII[0], end)));
        let r = RADII[0];
        let path =
            format!("M{a}A{r} {r} 0 0 1 {b}Q{MIDDLE} {MIDDLE} {c}A{r} {r} 0 0 1 {d}Q{MIDDLE} {MIDDLE} {a}Z");
        band(&mut svg, link.area, &path, &link.title);
    }
    for (number, (arc, _)) in (1_usize..).zip(arcs.iter().zip(nodes)) {
        let (begin, end) = (arc.begin, arc.begin + arc.sweep);
        let [inner, outer, text] = RADII;
        let (a, b, c, d) = (
            point(outer, begin),
            point(outer, end),
            point(inner, end),
            point(inner, begin),
        );
        let (x, y) = place(text, begin + arc.sweep / 2.0);
        let _ = write!(
            svg,
            "<path class=\"gj-map-node\" d=\"M{a}A{outer} {outer} 0 0 1 {b}L{c}A{inner} {inner} 0 0 0 {d}Z\"/>\
             <text class=\"gj-map-name\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{number}</text>",
            y + TEXT * 0.35
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Communities from the top down the left half, units from the top down the right half.
fn arcs(nodes: &[Node], sums: &[u64]) -> Vec<Arc> {
    let mut next = [0.0, 2.0 * PI];
    let mut arcs = Vec::with_capacity(nodes.len());
    for (node, sum) in nodes.iter().zip(sums) {
        let half: Vec<u64> = nodes
            .iter()
            .zip(sums)
            .filter(|(other, _)| other.left == node.left)
            .map(|(_, sum)| *sum)
            .collect();
        let count = float(u64::try_from(half.len()).unwrap_or(1));
        let room = (PI - GAP * (count + 1.0)).max(0.1);
        let least = (LEAST).min(room / count);
        let rest = (room - least * count).max(0.0);
        let share = float(*sum) / float(half.iter().sum::<u64>().max(1));
        let sweep = least + rest * share;
        let [right, left] = &mut next;
        let begin = if node.left {
            *left -= GAP + sweep;
            *left
        } else {
            let begin = *right + GAP;
            *right = begin + sweep;
            begin
        };
        arcs.push(Arc {
            begin,
            sweep,
            per_weight: sweep / float((*sum).max(1)),
            used: 0.0,
        });
    }
    arcs
}

/// Begin and end of the next band at a node.
fn take(arcs: &mut [Arc], at: usize, weight: u64) -> Option<(f64, f64)> {
    let arc = arcs.get_mut(at)?;
    let begin = arc.begin + arc.used;
    arc.used += float(weight) * arc.per_weight;
    Some((begin, arc.begin + arc.used))
}

fn place(radius: f64, angle: f64) -> (f64, f64) {
    (MIDDLE + radius * angle.sin(), MIDDLE - radius * angle.cos())
}

fn point(radius: f64, angle: f64) -> String {
    let (x, y) = place(radius, angle);
    format!("{x:.1} {y:.1}")
}
