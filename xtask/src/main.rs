//! Set-up, build, demo, test.

fn main() {}
