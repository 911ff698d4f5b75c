//! Checks of the sources that no other tool makes.

pub(crate) mod lengths;
pub(crate) mod licences;
pub(crate) mod links;
pub(crate) mod readme;

use crate::run::{Failure, Result};

/// All complaints as one failure, or what was found good.
fn verdict(complaints: Vec<String>, good: String) -> Result<String> {
    if complaints.is_empty() {
        return Ok(good);
    }
    Err(Failure(complaints.join("\n    ")))
}
