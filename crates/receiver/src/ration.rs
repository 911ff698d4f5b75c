//! Signature checks are rationed, so that forged heads and lists cost no more than the bytes they
//! come in.

/// Bytes of input that earn one signature check.
const BYTES_PER_CHECK: u64 = 4_096;
/// Checks that can be saved up.
const MOST: u64 = 4_096 * BYTES_PER_CHECK;

/// An allowance of signature checks, earned by input.
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

    /// Takes one check out of the allowance; `false` if there is none.
    pub(crate) fn spend(&mut self) -> bool {
        let enough = self.saved >= BYTES_PER_CHECK;
        if enough {
            self.saved -= BYTES_PER_CHECK;
        }
        enough
    }

    /// The check found a true signature: it is given back.
    pub(crate) fn refund(&mut self) {
        self.saved = MOST.min(self.saved + BYTES_PER_CHECK);
    }
}
