//! What is taken at given prices, and what it uses of all rows.

use super::units::Shape;
use crate::flat::{Flat, FlatCandidate, FlatEdge, Layout, NONE};
use crate::model::Instance;

fn at(list: &[f64], place: u32) -> f64 {
    list.get(place as usize).copied().unwrap_or(0.0)
}

pub(super) fn add(list: &mut [f64], place: usize, value: f64) {
    if let Some(cell) = list.get_mut(place) {
        *cell += value;
    }
}

/// What unit blocks gain at these prices, µ; what their best sets take is added to `used`.
pub(super) fn units(
    (instance, flat): (&Instance, &Flat),
    edges: &[FlatEdge],
    shapes: &mut [Shape<f64>],
    prices: &[f64],
    used: &mut [f64],
) -> f64 {
    let l = flat.layout;
    let price = |place: usize| prices.get(place).copied().unwrap_or(0.0);
    let mut sum = 0.0;
    for shape in shapes {
        let unit = shape.unit;
        for (item, e) in shape.block.items.iter_mut().zip(&shape.edges) {
            let Some(edge) = edges.get(*e as usize) else {
                continue;
            };
            let theirs = if edge.giver == unit { edge.need } else { edge.offer };
            item.unit = edge.value * factor(l, edge, prices);
            if edge.fund != NONE {
                item.unit -= edge.cost * at(prices, edge.fund);
            }
            item.once = once(l, edge, prices);
            if edge.halved {
                let shift = at(prices, edge.offer) - at(prices, edge.need);
                let shift = if edge.giver == unit { shift } else { -shift };
                (item.unit, item.once) = ((item.unit + shift) / 2.0, item.once / 2.0);
            } else {
                item.unit -= at(prices, theirs);
            }
        }
        for (partner, k) in shape.block.partners.iter_mut().zip(&shape.candidates) {
            let Some(candidate) = flat.candidates.get(*k as usize) else {
                continue;
            };
            let others = candidate.members().filter(|m| !instance.is_unit(*m));
            partner.own = candidate.own + others.map(|m| price(l.parties + m as usize)).sum::<f64>();
            if !candidate.is_pair() {
                partner.own = partner.own / 2.0 + partner.sign() * at(prices, candidate.circle);
            }
        }
        for (inner, row) in shape.block.inner.iter_mut().zip(&shape.rows) {
            *inner = at(prices, *row);
        }
        let Some(best) = shape.block.solve() else {
            sum = f64::INFINITY;
            continue;
        };
        sum += best;
        for place in &shape.block.best {
            let k = shape.candidates.get(*place).copied().unwrap_or(NONE);
            let Some(candidate) = flat.candidates.get(k as usize) else {
                continue;
            };
            let half = if candidate.is_pair() { 1.0 } else { 0.5 };
            for member in candidate.members() {
                let own = f64::from(u8::from(member == unit));
                let share = if instance.is_unit(member) { own } else { half };
                add(used, l.parties + member as usize, share);
            }
            if let Some(partner) = shape.block.partners.get(*place) {
                add(used, candidate.circle as usize, partner.sign());
            }
        }
        let own = &shape.edges;
        let edge = |item: usize| own.get(item).and_then(|e| edges.get(*e as usize));
        let row = |edge: &FlatEdge| if edge.giver == unit { edge.offer } else { edge.need };
        shape.block.amounts(|item, amount| {
            if let Some(edge) = edge(item) {
                let share = if edge.halved { 0.5 } else { 1.0 };
                use_rows(l, edge, amount, share, used);
                // The unit's own rows follow its wishes instead.
                for own in [edge.offer, edge.need] {
                    if edge.halved || own == row(edge) {
                        add(used, own as usize, -amount * share);
                    }
                }
                if edge.halved {
                    // These prices also say how the two units share what the service gains.
                    let more = if edge.giver == unit { amount } else { -amount };
                    add(used, edge.offer as usize, -more);
                    add(used, edge.need as usize, more);
                }
            }
        });
        shape.block.wishes(|item, amount| {
            if let Some(edge) = edge(item) {
                add(used, row(edge) as usize, amount);
            }
        });
    }
    sum
}

/// What a µ of value is worth with balance and fairness.
fn factor(l: Layout, edge: &FlatEdge, prices: &[f64]) -> f64 {
    let place = |from: usize, party: u32| prices.get(from + party as usize).copied().unwrap_or(0.0);
    1.0 + place(l.fairness, edge.receiver) + place(l.balance, edge.giver) - place(l.balance, edge.receiver)
}

/// What taking the service earns besides its amount.
fn once(l: Layout, edge: &FlatEdge, prices: &[f64]) -> f64 {
    let mut taken = at(prices, edge.cover) + edge.kept;
    if edge.area != NONE {
        taken += at(prices, edge.area) + prices.get(l.depth + edge.giver as usize).copied().unwrap_or(0.0);
    }
    taken
}

/// What the unit that gives to the other unit of a circle would leave to that one, so that both would gain alike, µ.
pub(super) fn transfer(l: Layout, circle: &FlatCandidate, run: &[FlatEdge], prices: &[f64]) -> f64 {
    let mut sides = [(0.0, f64::NEG_INFINITY); 3];
    let mut between = None;
    for edge in run {
        let (_, gain) = gain(l, edge, prices);
        let side = &mut sides[usize::from(edge.side)];
        *side = (side.0 + gain.max(0.0), side.1.max(gain));
        if edge.halved {
            between = Some((edge.giver, edge.receiver, usize::from(edge.side)));
        }
    }
    let Some((giver, receiver, side)) = between else {
        return 0.0;
    };
    let gains = sides.map(|side| if side.0 > 0.0 { side.0 } else { side.1 });
    let load = |p: u32| prices.get(l.parties + p as usize).copied().unwrap_or(0.0);
    // The community gives to the first unit, the second unit to the community.
    let place = |p: u32| circle.members().position(|m| m == p).unwrap_or(side);
    let back = gains.get(place(receiver)).copied().unwrap_or(0.0);
    let out: f64 = gains.iter().sum::<f64>() - back - gains[side];
    ((back - load(receiver)) - (out - load(giver))) / 2.0
}

/// What an amount of a service uses of all rows, a `share` of it being counted.
fn use_rows(l: Layout, edge: &FlatEdge, amount: f64, share: f64, used: &mut [f64]) {
    let amount = amount * share;
    add(used, edge.offer as usize, amount);
    add(used, edge.need as usize, amount);
    let value = amount * edge.value;
    add(used, l.balance + edge.giver as usize, value);
    add(used, l.balance + edge.receiver as usize, -value);
    add(used, l.fairness + edge.receiver as usize, value);
    add(used, edge.cover as usize, share);
    if edge.area != NONE {
        add(used, edge.area as usize, share);
        add(used, l.depth + edge.giver as usize, share);
    }
    if edge.fund != NONE {
        add(used, edge.fund as usize, amount * edge.cost);
    }
}

/// Amount and gain of an edge at these prices, µ; −∞ if too little is left of it.
pub(crate) fn gain(l: Layout, edge: &FlatEdge, prices: &[f64]) -> (f64, f64) {
    if edge.cap < edge.lot {
        return (0.0, f64::NEG_INFINITY);
    }
    let mut unit = edge.value * factor(l, edge, prices) - at(prices, edge.offer) - at(prices, edge.need);
    if edge.fund != NONE {
        unit -= edge.cost * at(prices, edge.fund);
    }
    let amount = f64::from(if unit > 0.0 { edge.cap } else { edge.lot });
    (amount, unit * amount + once(l, edge, prices))
}

/// The best bundle of a candidate, µ, if it is taken; what it takes is added to `used`.
pub(super) fn take(
    l: Layout,
    candidate: &FlatCandidate,
    run: &[FlatEdge],
    prices: &[f64],
    used: &mut [f64],
) -> Option<f64> {
    let mut sides = [(0.0, f64::NEG_INFINITY, false); 3];
    for edge in run {
        let (_, gain) = gain(l, edge, prices);
        let side = &mut sides[usize::from(edge.side)];
        if gain > 0.0 || edge.pinned {
            side.0 += gain;
            side.2 = true;
        }
        side.1 = side.1.max(gain);
    }
    let looked_after: f64 = candidate
        .members()
        .map(|m| prices.get(l.parties + m as usize).copied().unwrap_or(0.0))
        .sum();
    let sum: f64 = sides
        .iter()
        .take(candidate.sides())
        .map(|side| if side.2 { side.0 } else { side.1 })
        .sum();
    let best = sum - candidate.own - looked_after;
    if best <= 0.0 && !candidate.pinned {
        return None;
    }
    for member in candidate.members() {
        add(used, l.parties + member as usize, 1.0);
    }
    let mut least = [false; 3];
    for edge in run {
        let (amount, gain) = gain(l, edge, prices);
        let s = usize::from(edge.side);
        let only = !sides[s].2 && !least[s] && gain >= sides[s].1;
        if !(gain > 0.0 || edge.pinned || only) {
            continue;
        }
        least[s] |= only;
        use_rows(l, edge, amount, 1.0, used);
    }
    Some(best)
}
