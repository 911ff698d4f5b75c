//! Debian's packages, installed where that is allowed and only if they are missing.

use crate::run::{Failure, Result, Run, is_installed};

/// Whether this is a Debian, or near enough.
pub(crate) fn is_here() -> bool {
    is_installed("apt-get") && is_installed("dpkg-query")
}

/// Whether a package is installed.
pub(crate) fn has(package: &str) -> bool {
    let asked = Run::new("dpkg-query")
        .args(["-W", "-f=${db:Status-Status}", package])
        .text();
    asked.is_ok_and(|status| status == "installed")
}

/// Installs packages, or says why it cannot.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let sudo = match Run::new("id").args(["-u"]).text() {
        Ok(id) if id.trim() == "0" => None,
        _ if Run::new("sudo").args(["-n", "true"]).text().is_ok() => Some("sudo"),
        _ => {
            return Err(Failure(
                "neither root nor sudo without a password".to_owned(),
            ));
        }
    };
    let apt = |args: &[&str]| {
        let quiet = [
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-qq",
            "-y",
        ];
        let sudo = sudo
            .into_iter()
            .chain(["-n"].into_iter().filter(|_| sudo.is_some()));
        let mut words = sudo.chain(quiet).chain(args.iter().copied());
        let program = words.next().expect("at least env");
        Run::new(program).args(words).text()
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())?;
    Ok(())
}
