//! Signature checks are rationed, so that forged heads and lists cost no more than the bytes they
//! come in.

/// Bytes of input that earn one signature check: honest senders need one for about 130,000.
const BYTES_PER_CHECK: u64 = 8_192;
/// Checks that can be saved up.
const MOST: u64 = 4_096 * BYTES_PER_CHECK;
/// What is kept back for checks that promise more than others.
const RESERVE: u64 = MOST / 4;

/// An allowance of signature checks, earned by input. Heads and lists have one each, so that neither
/// goes short because the other is forged.
#[derive(Debug)]
pub(crate) struct Ration {
    saved: u64,
}

impl Ration {
    pub(crate) fn new() -> Self {
        Self { saved: MOST }
    }

    /// Input of `bytes` has come.
    pub(crate) fn earn(&mut self, bytes: usize) {
        self.saved = MOST.min(self.saved + bytes as u64);
    }

    /// Takes `checks` out of the allowance but for its reserve; `false` if there are none.
    pub(crate) fn spend_spare(&mut self, checks: u64) -> bool {
        self.saved >= RESERVE + checks * BYTES_PER_CHECK && self.spend(checks)
    }

    /// Whether there is a check left.
    pub(crate) fn can_spend(&self) -> bool {
        self.saved >= BYTES_PER_CHECK
    }

    /// Takes `checks` out of the allowance; `false` if there are none.
    pub(crate) fn spend(&mut self, checks: u64) -> bool {
        let bytes = checks * BYTES_PER_CHECK;
        let is_enough = self.saved >= bytes;
        if is_enough {
            self.saved -= bytes;
        }
        is_enough
    }
}
