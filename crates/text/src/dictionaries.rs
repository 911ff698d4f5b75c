//! The dictionaries that are shipped, packed.
