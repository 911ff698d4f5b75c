//! Checks of the reader page: its types, and the page itself in real browsers.

use std::path::PathBuf;

use crate::paths;
use crate::run::{Failure, Result, Run};
use crate::test::{Done, is_closing};

/// The npm project of the tests. The page itself needs no package.
fn project() -> PathBuf {
    paths::workspace().join("apps/page/tests")
}

/// Brings the packages of the tests, as its lock file names them, unless they are here.
fn packages() -> Result<()> {
    let lock = std::fs::read(project().join("package-lock.json"))?;
    let brought = project().join("node_modules/.brought");
    if std::fs::read(&brought).ok().as_deref() == Some(&lock) {
        return Ok(());
    }
    let ci = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    Run::new("npm").within(&project()).args(ci).text()?;
    std::fs::write(brought, lock)?;
    Ok(())
}

/// Types of all modules, as their comments declare them.
pub(crate) fn types() -> Result<String> {
    packages()?;
    Run::new("npm")
        .within(&project())
        .args(["run", "--silent", "types"])
        .text()
        .map(|_| "as declared".to_owned())
}

/// The modules by themselves, and the page in Chromium, in an old one and in Firefox.
pub(crate) fn browsers(variables: &[(String, String)]) -> Result<Done> {
    packages()?;
    let folder = paths::target().join("page-tests/given");
    let skywave = paths::built("debug", "skywave");
    let build = Run::cargo().args(["build", "--package", "skywave"]);
    let shown = build.shown();
    build.watched("  ")?.check(&shown)?;
    Run::new("node")
        .within(&project())
        .args(["prepare.mjs".as_ref(), folder.as_os_str()])
        .env("SKYWAVE_BIN", &skywave)
        .text()?;
    let hostile = folder.join("hostile");
    let example = [
        "run",
        "--package",
        "skywave-page",
        "--example",
        "hostile",
        "--",
    ];
    let example = Run::cargo().args(example).args([&hostile]);
    let shown = example.shown();
    example.watched("  ")?.check(&shown)?;
    let test = Run::new("npm")
        .within(&project())
        .args(["test"])
        .envs(variables)
        .env("SKYWAVE_BIN", &skywave)
        .env("SKYWAVE_PAGE", folder.join("page.html"))
        .env("SKYWAVE_PAGE_FONTS", folder.join("page-fonts.html"))
        .env("SKYWAVE_RECORDING", folder.join("recording.ts"))
        .env("SKYWAVE_HOSTILE", hostile)
        .env("CARGO_TARGET_DIR", paths::target());
    let shown = test.shown();
    let said = test.watched("  ")?;
    let closing: Vec<String> = said
        .lines
        .iter()
        .filter(|line| is_closing(line))
        .cloned()
        .collect();
    match said.check(&shown) {
        Ok(()) => Ok(Done::Saying(closing)),
        Err(Failure(why)) => Err(Failure([closing, vec![why]].concat().join("\n    "))),
    }
}
