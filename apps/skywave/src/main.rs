//! Skywave, the program.

fn main() {}
