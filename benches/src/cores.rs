//! Work that is shared between two cores.

use std::ops::Range;

use crate::Result;

/// What comes of each seed, in their order.
///
/// # Errors
///
/// The first one's that fails.
pub fn on_two_cores<T: Send>(
    seeds: Range<u64>,
    one: impl Fn(u64) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    // An error that goes from thread to thread has to be words.
    let every_other = |from: u64| {
        let seeds = (seeds.start + from..seeds.end).step_by(2);
        let done = seeds.map(|seed| one(seed).map_err(|error| error.to_string()));
        done.collect::<std::result::Result<Vec<T>, String>>()
    };
    let (even, odd) = std::thread::scope(|scope| {
        let odd = scope.spawn(|| every_other(1));
        (every_other(0), odd.join())
    });
    let mut odd = odd.map_err(|_| "a thread panicked")??.into_iter();
    let mut all = Vec::new();
    for even in even? {
        all.push(even);
        all.extend(odd.next());
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_stay_in_order_and_errors_come_back() {
        for end in 3..8 {
            let all = on_two_cores(3..end, |seed| Ok(seed * 10)).unwrap();
            assert_eq!(all, (3..end).map(|seed| seed * 10).collect::<Vec<_>>());
        }
        let failed = on_two_cores(0..4, |seed| match seed {
            3 => Err("three".into()),
            _ => Ok(()),
        });
        assert_eq!(failed.unwrap_err().to_string(), "three");
    }
}
