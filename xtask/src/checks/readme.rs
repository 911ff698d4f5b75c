//! Every command of the program is in the README.

use super::verdict;
use crate::paths;
use crate::run::{Failure, Result, Run};

pub(crate) fn check() -> Result<String> {
    let help = Run::cargo()
        .args(["run", "--quiet", "-p", "skywave", "--", "--help"])
        .text()?;
    let commands = commands(&help);
    if commands.is_empty() {
        return Err(Failure("`skywave --help` lists no commands".to_owned()));
    }
    let readme = std::fs::read_to_string(paths::workspace().join("README.md"))
        .map_err(|error| Failure(format!("README.md: {error}")))?;
    let missing = commands
        .iter()
        .filter(|name| !readme.contains(&format!("skywave {name}")));
    let complaints = missing.map(|name| format!("README.md does not mention `skywave {name}`"));
    verdict(complaints.collect(), format!("{} commands", commands.len()))
}

/// First words of the indented lines under "Commands:".
fn commands(help: &str) -> Vec<&str> {
    let list = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1);
    let list = list.take_while(|line| line.starts_with("  "));
    let named = list.filter(|line| !line.starts_with("   "));
    named
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn reads_the_list() {
        let help = "Skywave\n\nUsage: skywave\n\nCommands:\n  init     makes\n           more\n  send     on air\n  help     this\n\nOptions:\n  -h";
        assert_eq!(commands(help), ["init", "send"]);
    }
}
