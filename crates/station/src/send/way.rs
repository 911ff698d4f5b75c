//! A further way for data to ride in television, as people write it: `teletext`, or `teletext=100k`.

use ts::Carriage;

/// The sound of the slate itself as a way for data.
const SLATE_SOUND: &str = "slate-sound";
/// Bits a second that no carriage has.
const TOO_FAST: f64 = 1e9;

/// Whether a way is the slate's own sound.
#[must_use]
pub fn is_slate_sound(way: &str) -> bool {
    way.split_once('=').map_or(way, |(name, _)| name) == SLATE_SOUND
}

/// The carriage, and its rate in bits a second if there is one.
///
/// # Errors
///
/// What is wrong with it, for people.
pub fn parse_way(text: &str) -> Result<(Carriage, Option<u64>), String> {
    let (name, rate) = match text.split_once('=') {
        Some((name, rate)) => (name, Some(rate)),
        None => (text, None),
    };
    let carriage: Carriage = name.parse().map_err(|e: ts::TsError| e.to_string())?;
    if carriage == Carriage::AsyncPes {
        return Err("this is how data rides in any case".to_owned());
    }
    let rate = rate
        .map(|rate| parse_rate(rate).ok_or_else(|| format!("«{rate}» is not a rate")))
        .transpose()?;
    Ok((carriage, rate))
}

fn parse_rate(text: &str) -> Option<u64> {
    let (digits, unit) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1_000.0),
        None => match text.strip_suffix('M') {
            Some(digits) => (digits, 1e6),
            None => (text, 1.0),
        },
    };
    let rate: f64 = digits.parse().ok()?;
    (rate > 0.0 && rate < TOO_FAST).then_some((rate * unit) as u64)
}
