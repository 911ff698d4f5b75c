//! What to leave out so that an edition fits into a slot.

use std::collections::HashSet;

use edition::{ObjectEntry, ObjectHash, ObjectKind, Tier};

use crate::archived::Archived;
use crate::error::Error;
use crate::plan::air::Air;
use crate::plan::tracks::Tracks;
use crate::plan::wait::MOST;
use crate::send::Cargo;

/// Dropped objects that are tried to be kept after all.
const SECOND_LOOKS: usize = 16;

/// An object that is to be left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Drop {
    /// Its name.
    pub hash: ObjectHash,
    /// Its tier.
    pub tier: Tier,
    /// What it is.
    pub kind: ObjectKind,
    /// Its media type, if the index has it.
    pub media_type: Option<String>,
    /// Its bytes.
    pub bytes: u64,
    /// For how many editions it has been on air.
    pub age: u32,
    /// Its group hashes, which go with it.
    pub groups: Option<ObjectHash>,
}

/// Whether 95 of 100 newcomers have everything within a slot.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The share that is lost.
    pub loss: f64,
    /// Whether they have with nothing left out.
    pub is_whole: bool,
    /// Without these they have: biggest and oldest media first, then pictures.
    pub without: Vec<Drop>,
    /// Whether that is enough; front and text are never left out.
    pub is_enough: bool,
}

/// For each loss what has to go.
pub(crate) fn fits(
    edition: &Archived,
    cargo: &Cargo,
    air: &Air,
    seconds: f64,
    losses: &[f64],
) -> Result<Vec<Fit>, Error> {
    let candidates = candidates(edition, cargo);
    let fit = |loss: &f64| fit(&candidates, cargo, air, seconds, *loss);
    losses.iter().map(fit).collect()
}

fn fit(
    candidates: &[Drop],
    cargo: &Cargo,
    air: &Air,
    seconds: f64,
    loss: f64,
) -> Result<Fit, Error> {
    let fits = |without: &[&Drop]| -> Result<bool, Error> {
        let rest = left(cargo, without);
        let tracks = Tracks::of(&rest, air)?;
        Ok(tracks.by(seconds, loss, |_| true) >= MOST)
    };
    let first = |count: usize| -> Vec<&Drop> { candidates.iter().take(count).collect() };
    let is_whole = fits(&[])?;
    // Of how many of them, in their order, it is enough to drop: bisection.
    let (mut few, mut enough) = (0, candidates.len());
    let is_enough = is_whole || fits(&first(enough))?;
    if is_whole || !is_enough {
        enough = if is_whole { 0 } else { enough };
        few = enough;
    }
    while few + 1 < enough {
        let middle = (few + enough) / 2;
        match fits(&first(middle))? {
            true => enough = middle,
            false => few = middle,
        }
    }
    let mut without = first(enough);
    // Perhaps the last one alone made room enough for one of the others.
    if is_enough {
        for place in (0..without.len().saturating_sub(1))
            .rev()
            .take(SECOND_LOOKS)
        {
            let mut fewer = without.clone();
            fewer.remove(place);
            if fits(&fewer)? {
                without = fewer;
            }
        }
    }
    Ok(Fit {
        loss,
        is_whole,
        without: without.into_iter().cloned().collect(),
        is_enough,
    })
}

/// What can be dropped, in the order in which it is: by tier, the biggest and oldest first.
fn candidates(edition: &Archived, cargo: &Cargo) -> Vec<Drop> {
    let on_air: HashSet<ObjectHash> = cargo.items.iter().map(|item| item.hash).collect();
    let mut all = Vec::new();
    for index in edition.indexes.iter().filter(|i| i.tier > Tier::Text) {
        let is_own = |object: &&ObjectEntry| {
            object.kind != ObjectKind::Groups && on_air.contains(&object.hash)
        };
        all.extend(index.objects.iter().filter(is_own).map(|object| Drop {
            hash: object.hash,
            tier: index.tier,
            kind: object.kind,
            media_type: object.media_type.clone(),
            bytes: object.transport.size,
            age: edition.ages.of(object.hash),
            groups: object.groups,
        }));
    }
    let weight = |drop: &Drop| drop.bytes.saturating_mul(u64::from(drop.age) + 1);
    all.sort_by_key(|drop| std::cmp::Reverse((drop.tier, weight(drop), drop.hash)));
    all.dedup_by_key(|drop| drop.hash);
    all
}

/// The cargo without these.
fn left(cargo: &Cargo, without: &[&Drop]) -> Cargo {
    let own = without.iter().flat_map(|drop| drop.groups);
    let gone: HashSet<ObjectHash> = without.iter().map(|drop| drop.hash).chain(own).collect();
    let items = cargo.items.iter();
    Cargo {
        items: items
            .filter(|item| !gone.contains(&item.hash))
            .cloned()
            .collect(),
    }
}
