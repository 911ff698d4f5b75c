//! No source file is longer than one can keep in mind.

use super::verdict;
use crate::paths;
use crate::run::Result;

/// docs/STYLE: "few over 800, generated tables apart".
const MOST_LINES: usize = 800;

/// In the first lines of a file that a program wrote.
const GENERATED: &str = "@generated";

pub(crate) fn check() -> Result<String> {
    let mut complaints = Vec::new();
    let files = paths::files("rs")?;
    for file in &files {
        let text = std::fs::read_to_string(file)?;
        let lines = text.lines().count();
        let generated = text.lines().take(5).any(|line| line.contains(GENERATED));
        if lines > MOST_LINES && !generated {
            complaints.push(format!(
                "{}: {lines} lines, at most {MOST_LINES}",
                paths::short(file)
            ));
        }
    }
    verdict(complaints, format!("{} files", files.len()))
}
