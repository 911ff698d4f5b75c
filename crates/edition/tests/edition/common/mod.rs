//! What the tests share.

pub(crate) mod samples;
pub(crate) mod strategies;
pub(crate) mod tree;

use std::sync::{LazyLock, Mutex, MutexGuard};

use edition::{Dictionaries, Error};

/// The shipped dictionaries, primed once for all tests: priming takes longest of all.
pub(crate) fn dictionaries() -> MutexGuard<'static, Dictionaries> {
    static SHIPPED: LazyLock<Mutex<Dictionaries>> =
        LazyLock::new(|| Mutex::new(Dictionaries::shipped()));
    SHIPPED
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The kind of an error: the name of its variant.
pub(crate) fn kind(error: &Error) -> String {
    let debug = format!("{error:?}");
    debug
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Asserts that a result is an error of the kind.
#[track_caller]
pub(crate) fn assert_refused<T: std::fmt::Debug>(result: Result<T, Error>, expected: &str) {
    match result {
        Err(error) => assert_eq!(kind(&error), expected, "{error}"),
        Ok(value) => panic!("{expected} was expected, and this was read: {value:?}"),
    }
}
