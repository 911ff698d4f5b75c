//! Licences of everything that is built in, against the list in `deny.toml`. What cargo-deny does
//! better where it is installed; this does the most important part where it is not.

use super::verdict;
use crate::paths;
use crate::run::{Result, Run};

pub(crate) fn check() -> Result<String> {
    let rules = std::fs::read_to_string(paths::workspace().join("deny.toml"))?;
    let allowed = allowed(&rules);
    let tree = [
        "tree",
        "--workspace",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
    ];
    let tree = Run::cargo()
        .args(tree)
        .args(["--format", "{p}\t{l}"])
        .text()?;
    let mut packages: Vec<&str> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| !line.is_empty())
        .collect();
    packages.sort_unstable();
    packages.dedup();
    let mut complaints = Vec::new();
    for package in &packages {
        let (name, licence) = package.split_once('\t').unwrap_or((package, ""));
        if !is_allowed(licence, &allowed) {
            complaints.push(format!(
                "{name}: licence {licence:?} is not on the list in deny.toml"
            ));
        }
    }
    verdict(complaints, format!("{} packages", packages.len()))
}

/// The strings of `allow = [ … ]` under `[licenses]`.
fn allowed(rules: &str) -> Vec<&str> {
    let lines = rules.lines().skip_while(|line| line.trim() != "[licenses]");
    let list = lines
        .skip_while(|line| !line.starts_with("allow"))
        .take_while(|line| line.trim() != "]");
    list.filter_map(|line| line.split('"').nth(1)).collect()
}

/// Whether an SPDX expression allows us a choice from the list: OR of ANDs, as crates write them;
/// brackets around an OR within an AND are asked about one word after the other, which errs on the
/// strict side. The slash is what crates wrote before SPDX.
fn is_allowed(licence: &str, allowed: &[&str]) -> bool {
    let plain = licence.replace(['(', ')'], "").replace('/', " OR ");
    let known = |name: &str| allowed.contains(&name.trim());
    let strict = !licence.contains(") AND") && !licence.contains("AND (");
    if strict {
        return plain
            .split(" OR ")
            .any(|choice| choice.split(" AND ").all(known));
    }
    let mut parts = licence.split(" AND ");
    parts.all(|part| part.trim_matches(['(', ')']).split(" OR ").any(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_rules() {
        let rules =
            "[licenses]\n# why\nallow = [\n  \"MIT\", # x\n  \"ISC\",\n]\nother = [\n \"no\"\n]";
        assert_eq!(allowed(rules), ["MIT", "ISC"]);
    }

    #[test]
    fn weighs_expressions() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"];
        for good in [
            "MIT",
            "MIT OR GPL-3.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "MIT/Apache-2.0",
        ] {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR GPL-3.0) AND GPL-3.0",
        ] {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }
}
