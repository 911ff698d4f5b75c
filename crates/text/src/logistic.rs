//! The two tables every probability passes through: `squash`, the logistic function, and its
//! inverse `stretch`. Both are made from one integer constant, so that every platform has the same.

/// Logits are in units of 1/256 and never beyond ±8.
pub(crate) const LOGIT_MAX: i32 = 2047;

/// ⌊e^(1/256) · 2^32⌋
const STEP: u128 = 4_311_777_322;

const SQUASH: [u16; 4096] = squash_table();
const STRETCH: [i16; 4096] = stretch_table();

const fn squash_table() -> [u16; 4096] {
    let mut table = [32768u16; 4096];
    let mut power: u128 = 1 << 32;
    let mut logit = 0;
    while logit < 2048 {
        let p = ((power << 16) / (power + (1 << 32))) as u16;
        table[2048 + logit] = p;
        table[2048 - logit] = (65536 - p as u32) as u16;
        power = (power * STEP) >> 32;
        logit += 1;
    }
    table[0] = table[1];
    table
}

const fn stretch_table() -> [i16; 4096] {
    let mut table = [0i16; 4096];
    let mut logit = -LOGIT_MAX;
    let mut i = 0;
    while i < 4096 {
        // The middle of the interval of 16 that this entry stands for.
        while logit < LOGIT_MAX && SQUASH[(logit + 2048) as usize] < (i * 16 + 8) as u16 {
            logit += 1;
        }
        table[i] = logit as i16;
        i += 1;
    }
    table
}

/// Logit (1/256 units) to probability of a one bit (1/65536 units).
#[inline]
pub(crate) fn squash(logit: i32) -> u32 {
    let logit = logit.clamp(-LOGIT_MAX, LOGIT_MAX);
    u32::from(SQUASH[(logit + 2048) as usize & 4095])
}

/// Probability of a one bit (1/65536 units) to logit (1/256 units).
#[inline]
pub(crate) fn stretch(p: u32) -> i32 {
    i32::from(STRETCH[(p >> 4) as usize & 4095])
}
