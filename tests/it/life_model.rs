//! The state machine against a model told once more, by long sequences of acts, many of them not allowed.

use std::collections::BTreeMap;

use gongjian_api::agreements::domain::document::VersionKind;
use gongjian_api::agreements::domain::state::{Act, Ending, Signed, Standing};
use gongjian_api::kernel::date::CivilDate;
use gongjian_api::log::hash::Hash32;
use gongjian_tests::fuzz::chance::Chance;
use gongjian_tests::model::{Day, Do, Hand, Model};
use uuid::Uuid;

const SEQUENCES: u64 = 20_000;
const ACTS: usize = 40;
const PARTIES: [&str; 4] = ["p1", "p2", "p3", "p9"];
/// 2026-04-15.
const START: Day = 20_558;

fn day(day: Day) -> CivilDate {
    CivilDate::from_epoch_days(day)
}

/// A signature that fits more often than not.
fn hand(chance: &mut Chance, model: &Model, today: Day, is_new: bool) -> Hand {
    let right = if is_new {
        model.versions + 1
    } else {
        model.table.as_ref().map_or(model.versions, |table| table.version)
    };
    let version = match chance.below(8) {
        0 => right.saturating_sub(1),
        1 if !is_new => right + 1,
        _ => right,
    };
    let seen = match chance.below(6) {
        0 => model.signatures.saturating_sub(1),
        1 if chance.one_in(3) => model.signatures + 1,
        _ => model.signatures,
    };
    let parties = if chance.one_in(20) { 4 } else { 3 };
    Hand {
        party: PARTIES[chance.below(parties)].to_owned(),
        version,
        seen,
        today,
    }
}

fn any_act(chance: &mut Chance, model: &Model, today: Day) -> Do {
    match chance.below(24) {
        0..=8 => Do::Accept(hand(chance, model, today, false)),
        9..=10 => Do::Counter(hand(chance, model, today, true)),
        11 => Do::Decline(hand(chance, model, today, false)),
        12..=14 => Do::Amend(hand(chance, model, today, true)),
        15..=16 => Do::Terminate {
            hand: hand(chance, model, today, true),
            day: today + i64::try_from(chance.below(60)).unwrap(),
            leaving: chance.one_in(2).then(|| PARTIES[chance.below(3)].to_owned()),
            alone: chance.one_in(2),
        },
        17 => Do::Begin,
        18 => Do::Leave(PARTIES[chance.below(3)].to_owned()),
        19 if chance.one_in(4) => Do::End(chance.one_in(2)),
        20 if chance.one_in(3) => Do::Terminated,
        21 if chance.one_in(3) => Do::Lapse,
        22 if chance.one_in(6) => Do::Withdraw,
        _ => Do::File,
    }
}

/// The same for the product; each signature has a digest of its own.
fn as_act(act: &Do, n: usize) -> Act {
    let signed = |hand: &Hand| Signed {
        party: hand.party.clone(),
        version: hand.version,
        prior_n: hand.seen,
        digest: Hash32::of(&n.to_be_bytes()),
        on: day(hand.today),
    };
    match act {
        Do::Accept(hand) => Act::Accept(signed(hand)),
        Do::Counter(hand) => Act::Counter(signed(hand), day(START)),
        Do::Decline(hand) => Act::Decline(signed(hand)),
        Do::Amend(hand) => Act::Amend(signed(hand), VersionKind::Amendment),
        Do::Terminate {
            hand,
            day: on,
            leaving,
            alone,
        } => Act::Terminate {
            signed: signed(hand),
            ending: Ending {
                effective_on: day(*on),
                leaving: leaving.clone(),
            },
            alone: *alone,
        },
        Do::Withdraw => Act::Withdraw,
        Do::Lapse => Act::Lapse,
        Do::Begin => Act::Begin,
        Do::Leave(party) => Act::Leave(party.clone()),
        Do::End(settled) => Act::End { settled: *settled },
        Do::Terminated => Act::Terminated,
        Do::File => Act::File,
    }
}

fn same(standing: &Standing, model: &Model) {
    assert_eq!(standing.state.code(), model.state);
    assert_eq!(standing.last, model.versions);
    assert_eq!(standing.head_seq, model.signatures);
    assert_eq!(standing.in_force_on.map(|_| standing.current), model.force);
    assert_eq!(standing.filed, model.filed);
    assert_eq!(standing.ends.as_ref().map(|n| n.on), model.ends.map(day));
    let leaving: BTreeMap<String, CivilDate> = standing
        .leaving
        .iter()
        .map(|(party, notice)| (party.clone(), notice.on))
        .collect();
    let going: BTreeMap<String, CivilDate> = model
        .going
        .iter()
        .map(|(party, on)| (party.clone(), day(*on)))
        .collect();
    assert_eq!(leaving, going);
    assert!(standing.bound.keys().eq(model.parties.iter()));
    if let Some(table) = &model.table {
        assert_eq!(standing.on_table(), table.version);
        assert!(standing.bound_now().iter().eq(table.by.iter()));
        assert_eq!(
            standing
                .pending
                .as_ref()
                .map_or(standing.opened_seq, |p| p.opened_seq),
            table.from
        );
    } else {
        assert!(standing.pending.is_none());
    }
}

#[test]
fn the_state_machine_does_what_a_plain_model_does() {
    let mut done: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut taken, mut refused) = (0, 0);
    for seed in 0..SEQUENCES {
        let mut chance = Chance::new(seed);
        let refs: Vec<String> = PARTIES[..3].iter().map(|p| (*p).to_owned()).collect();
        let mut standing = Standing::opened(Uuid::from_u128(seed.into()), &refs, day(START));
        let mut model = Model::sent(&PARTIES[..3], START);
        let mut today = START - i64::try_from(chance.below(20)).unwrap();
        for n in 0..ACTS {
            today += i64::from(chance.one_in(4));
            let act = any_act(&mut chance, &model, today);
            let outcome = standing.apply(&as_act(&act, n));
            let is_done = model.act(&act);
            assert_eq!(
                outcome.is_ok(),
                is_done,
                "seed {seed}, act {n}: {act:?} gives {outcome:?}"
            );
            match outcome {
                Ok(next) => {
                    standing = next;
                    taken += 1;
                }
                Err(_) => refused += 1,
            }
            same(&standing, &model);
        }
        *done.entry(model.state).or_default() += 1;
    }
    assert!(
        taken > 100_000 && refused > 100_000,
        "{taken} taken, {refused} refused"
    );
    for state in [
        "open",
        "in_force",
        "declined",
        "withdrawn",
        "lapsed",
        "completed",
        "expired",
        "terminated",
    ] {
        assert!(done.get(state).is_some_and(|n| *n > 20), "{state}: {done:?}");
    }
}
