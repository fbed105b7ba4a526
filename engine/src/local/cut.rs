//! A small instance whose rooms are what the held rest leaves.

use super::place::Places;
use super::{Local, amount};
use crate::edges::{self, Candidate, Edges};
use crate::model::{Ban, Document, FORMAT, Instance, Offer, Party, Pin, ReachSet};
use crate::rules::held::Held;

/// What to cut out of a plan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut<'a> {
    /// The whole.
    pub(crate) local: &'a Local<'a>,
    /// How much of each edge is taken.
    pub(crate) taken: &'a [i64],
    /// The bases; without them bases earn nothing.
    pub(crate) bases: Option<&'a [bool]>,
    /// Candidates that are freed, sorted.
    pub(crate) free: &'a [u32],
    /// Parties that are part of it beside the members of those.
    pub(crate) with: &'a [u32],
    /// Edges of the whole that are only kept as they are or dropped; none = all may change.
    pub(crate) still: &'a [bool],
}

/// A part of an instance and of its plan.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// The instance; its rooms are what the held rest leaves.
    pub(crate) instance: Instance,
    /// The freed edges and candidates.
    pub(crate) edges: Edges,
    /// What parties have from the held rest.
    pub(crate) held: Held,
    /// How much of each edge is taken now.
    pub(crate) taken: Vec<i64>,
    /// The edge of the whole for each edge, where it has one.
    pub(crate) sources: Vec<u32>,
    /// Gain of each service that stays, beside its value, µ.
    pub(crate) inertia: i64,
    /// Pairs of parties whose agreement costs no upkeep, places of the part, sorted.
    pub(crate) waived: Vec<[u32; 2]>,
    pub(crate) parties: Places,
    pub(crate) offers: Places,
    pub(crate) needs: Places,
    pub(crate) funds: Places,
}

impl Part {
    /// Offers and needs of the freed edges, with these edges.
    pub(crate) fn of_edges(cut: &Cut<'_>) -> Self {
        let rows = || cut.candidates().flat_map(|c| cut.edges_of(c));
        let offers = Places::new(rows().map(|(_, e)| e.offer).collect());
        let needs = Places::new(rows().map(|(_, e)| e.need).collect());
        let mut part = Self::rooms_of(cut, offers, needs);
        for candidate in cut.candidates() {
            part.take_over(cut, candidate);
        }
        part
    }

    /// All offers and needs of the parties, without edges: once it is changed, [`Part::find_edges`] finds them.
    pub(crate) fn of_parties(cut: &Cut<'_>) -> Self {
        let parties = cut.parties();
        let (mut offers, mut needs) = (Vec::new(), Vec::new());
        for p in parties.all() {
            offers.extend_from_slice(cut.local.offers_of(*p));
            needs.extend_from_slice(cut.local.needs_of(*p));
        }
        let mut part = Self::rooms_of(cut, Places::new(offers), Places::new(needs));
        part.promises(cut.local.context.instance);
        part
    }

    /// The rooms that the held rest leaves to these offers, needs, and to the parties and funds that go with them.
    fn rooms_of(cut: &Cut<'_>, offers: Places, needs: Places) -> Self {
        let whole = cut.local.context.instance;
        let paid = offers
            .all()
            .iter()
            .filter_map(|o| whole.offers.get(*o as usize)?.cost);
        let mut part = Self {
            instance: empty(whole, cut.bases.is_some()),
            edges: Edges {
                rows: Vec::new(),
                candidates: Vec::new(),
            },
            held: Held::default(),
            taken: Vec::new(),
            sources: Vec::new(),
            waived: Vec::new(),
            inertia: 0,
            funds: Places::new(paid.map(|(_, fund)| fund).collect()),
            parties: cut.parties(),
            offers,
            needs,
        };
        let funds = part.funds.all().iter();
        part.instance.funds = funds
            .filter_map(|f| whole.funds.get(*f as usize).copied())
            .collect();
        let parties = part
            .parties
            .all()
            .iter()
            .filter_map(|p| whole.parties.get(*p as usize));
        part.instance.parties = parties.map(|p| part.party(p)).collect();
        let offers = part
            .offers
            .all()
            .iter()
            .filter_map(|o| whole.offers.get(*o as usize));
        part.instance.offers = offers.map(|o| part.offer(o)).collect();
        let needs = part
            .needs
            .all()
            .iter()
            .filter_map(|n| whole.needs.get(*n as usize).cloned());
        part.instance.needs = needs.collect();
        for need in &mut part.instance.needs {
            need.party = part.parties.part(need.party).unwrap_or(u32::MAX);
        }
        part.hold(cut);
        part
    }

    fn party(&self, party: &Party) -> Party {
        Party {
            community: party.community.and_then(|c| self.parties.part(c)),
            ..party.clone()
        }
    }

    fn offer(&self, offer: &Offer) -> Offer {
        let reach = match &offer.reach {
            ReachSet::Communities(set) => {
                ReachSet::Communities(set.iter().filter_map(|c| self.parties.part(*c)).collect())
            }
            other => other.clone(),
        };
        let fund = |(fen, fund)| self.funds.part(fund).map(|fund| (fen, fund));
        Offer {
            party: self.parties.part(offer.party).unwrap_or(u32::MAX),
            cost: offer.cost.and_then(fund),
            reach,
            ..offer.clone()
        }
    }

    /// Takes over a freed candidate with those of its edges that the rooms still allow.
    fn take_over(&mut self, cut: &Cut<'_>, candidate: &Candidate) {
        let number = u32::try_from(self.edges.candidates.len()).unwrap_or(u32::MAX);
        let (first, mut gives) = (self.edges.rows.len(), Vec::new());
        for (e, edge) in cut.edges_of(candidate) {
            let places = self.offers.part(edge.offer).zip(self.needs.part(edge.need));
            let sides = self
                .parties
                .part(edge.giver)
                .zip(self.parties.part(edge.receiver));
            let (Some((offer, need)), Some((giver, receiver))) = (places, sides) else {
                continue;
            };
            let left = self.instance.offers.get(offer as usize).map_or(0, |o| o.room);
            let open = self.instance.needs.get(need as usize).map_or(0, |n| n.room);
            let (mut lot, mut cap) = (edge.lot, edge.cap.min(left).min(open));
            if cut.still.get(e as usize).copied().unwrap_or(false) {
                (lot, cap) = (amount(cut.taken, e as usize), amount(cut.taken, e as usize));
            }
            if cap < lot.max(1) {
                continue;
            }
            gives.push(giver);
            self.edges.rows.push(edges::Edge {
                offer,
                need,
                giver,
                receiver,
                lot,
                cap,
                candidate: number,
                ..*edge
            });
            self.taken.push(amount(cut.taken, e as usize));
            self.sources.push(e);
        }
        let members: Vec<u32> = candidate
            .members
            .iter()
            .filter_map(|m| self.parties.part(*m))
            .collect();
        let full = |m: &u32| self.instance.parties.get(*m as usize).is_none_or(|p| p.room < 1);
        if members.iter().any(|m| full(m) || !gives.contains(m)) {
            self.edges.rows.truncate(first);
            self.taken.truncate(first);
            self.sources.truncate(first);
            return;
        }
        self.edges.candidates.push(Candidate {
            members,
            first: u32::try_from(first).unwrap_or(u32::MAX),
            end: u32::try_from(self.edges.rows.len()).unwrap_or(u32::MAX),
            ..*candidate
        });
    }

    /// Pins, bans and the previous plan, as far as they lie in the part.
    fn promises(&mut self, whole: &Instance) {
        let members = |all: &Vec<u32>| {
            all.iter()
                .map(|m| self.parties.part(*m))
                .collect::<Option<Vec<u32>>>()
        };
        let service = |offer: u32, need: u32| self.offers.part(offer).zip(self.needs.part(need));
        let pins = whole.pins.iter().filter_map(|pin| match pin {
            Pin::Agreement(all) => members(all).map(Pin::Agreement),
            Pin::Service {
                offer,
                need,
                quantity,
            } => service(*offer, *need).map(|(offer, need)| Pin::Service {
                offer,
                need,
                quantity: *quantity,
            }),
        });
        let bans = whole.bans.iter().filter_map(|ban| match ban {
            Ban::Agreement(all) => members(all).map(Ban::Agreement),
            Ban::Service { offer, need } => {
                service(*offer, *need).map(|(offer, need)| Ban::Service { offer, need })
            }
        });
        let agreements = whole.previous_agreements.iter().filter_map(members);
        let services = whole
            .previous_services
            .iter()
            .filter_map(|(o, n)| service(*o, *n));
        let found = (
            pins.collect(),
            bans.collect(),
            agreements.collect(),
            services.collect(),
        );
        (
            self.instance.pins,
            self.instance.bans,
            self.instance.previous_agreements,
            self.instance.previous_services,
        ) = found;
    }

    /// Finds the edges of a part of parties, once it is changed. Agreements of the whole that are not freed stay held;
    /// those that only the change makes possible are free.
    pub(crate) fn find_edges(&mut self, cut: &Cut<'_>) {
        let found = edges::build(&self.instance);
        let now: Vec<((u32, u32), u32)> = {
            let pairs = cut.candidates().filter(|c| c.is_pair());
            let rows = pairs.flat_map(|c| cut.edges_of(c));
            let mut now: Vec<_> = rows.map(|(e, edge)| ((edge.offer, edge.need), e)).collect();
            now.sort_unstable();
            now
        };
        for candidate in &found.candidates {
            let whole: Vec<u32> = candidate.members.iter().map(|m| self.parties.whole(*m)).collect();
            let known = cut.local.candidate(&whole);
            if known.is_some_and(|k| cut.free.binary_search(&k).is_err()) {
                continue;
            }
            let number = u32::try_from(self.edges.candidates.len()).unwrap_or(u32::MAX);
            let first = u32::try_from(self.edges.rows.len()).unwrap_or(u32::MAX);
            for edge in found.rows.get(candidate.range()).unwrap_or_default() {
                let place = (self.offers.whole(edge.offer), self.needs.whole(edge.need));
                let source = now.binary_search_by_key(&place, |(place, _)| *place).ok();
                let source = source.and_then(|i| now.get(i)).map_or(u32::MAX, |(_, e)| *e);
                self.edges.rows.push(edges::Edge {
                    candidate: number,
                    ..*edge
                });
                self.taken.push(amount(cut.taken, source as usize));
                self.sources.push(source);
            }
            let end = u32::try_from(self.edges.rows.len()).unwrap_or(u32::MAX);
            self.edges.candidates.push(Candidate {
                first,
                end,
                ..candidate.clone()
            });
        }
        // Circles depend on whom pairs serve in the whole: those there are stay, new ones are not looked for.
        for circle in cut.candidates().filter(|c| !c.is_pair()) {
            self.take_over(cut, circle);
        }
    }
}

impl<'a> Cut<'a> {
    fn candidates(&self) -> impl Iterator<Item = &'a Candidate> {
        let all = &self.local.context.edges.candidates;
        self.free.iter().filter_map(|k| all.get(*k as usize))
    }

    fn edges_of(&self, candidate: &Candidate) -> impl Iterator<Item = (u32, &'a edges::Edge)> {
        let rows = self
            .local
            .context
            .edges
            .rows
            .get(candidate.range())
            .unwrap_or_default();
        (candidate.first..).zip(rows)
    }

    /// Members of the freed candidates and those beside.
    fn parties(&self) -> Places {
        let members = self.candidates().flat_map(|c| c.members.iter().copied());
        Places::new(members.chain(self.with.iter().copied()).collect())
    }
}

/// An instance with the rules and types of the whole, and nobody in it.
fn empty(whole: &Instance, bases: bool) -> Instance {
    let mut policy = whole.policy().clone();
    policy.circles = false;
    if !bases {
        policy.base_bonus_micro = 0;
    }
    Instance {
        document: Document {
            format: FORMAT.to_owned(),
            types: Vec::new(),
            parties: Vec::new(),
            offers: Vec::new(),
            needs: Vec::new(),
            funds: Vec::new(),
            policy,
            commitments: Vec::new(),
            pins: Vec::new(),
            bans: Vec::new(),
            previous: None,
        },
        sha256: [0; 32],
        types: whole.types.clone(),
        parties: Vec::new(),
        offers: Vec::new(),
        needs: Vec::new(),
        funds: Vec::new(),
        pins: Vec::new(),
        bans: Vec::new(),
        streets: whole.streets.clone(),
        previous_agreements: Vec::new(),
        previous_services: Vec::new(),
    }
}
