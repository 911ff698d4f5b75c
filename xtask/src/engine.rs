//! The reader page's engine: the receiver as WebAssembly, for browsers from 2022 on.
//!
//! The standard library for it comes with the toolchain, or is built from Debian's sources with
//! Debian's compiler; nothing is ever downloaded by rustup.

use std::path::{Path, PathBuf};

use crate::debian;
use crate::paths;
use crate::run::{Failure, Result, Run, is_installed};

const TARGET: &str = "wasm32-unknown-unknown";
/// What Chromium 103 and Firefox 102 know of WebAssembly; the target's defaults are newer.
const FLAGS: &str = "-Ctarget-cpu=mvp -Ctarget-feature=+mutable-globals,+sign-ext,+nontrapping-fptoint,+bulk-memory";
/// Debian's compiler for the web, the sources of its standard library, and a linker.
const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
const DEBIANS_RUSTC: &str = "/usr/bin/rustc";
const DEBIANS_CARGO: &str = "/usr/bin/cargo";
const DEBIANS_LINKER: &str = "/usr/bin/wasm-ld-19";

/// Builds the engine and puts it where the packer takes it from. Says how; only what is new is built.
pub(crate) fn build() -> Result<String> {
    let (how, folder) = match toolchain()? {
        Toolchain::Own => ("with the toolchain's own standard library", own()?),
        Toolchain::Debian => ("with Debian's compiler and standard library", debians()?),
    };
    let built = folder.join(TARGET).join("page/page.wasm");
    let bytes = std::fs::read(&built)
        .map_err(|error| Failure(format!("{}: {error}", paths::short(&built))))?;
    let place = paths::target().join("page");
    let taken = place.join("page.wasm");
    // Left alone if it is the same: what is built with it stays built.
    if std::fs::read(&taken).ok().as_deref() != Some(&bytes) {
        std::fs::create_dir_all(&place)?;
        std::fs::write(&taken, &bytes)?;
    }
    Ok(format!("{} kB, {how}", bytes.len() / 1000))
}

enum Toolchain {
    Own,
    Debian,
}

fn toolchain() -> Result<Toolchain> {
    let library = ["--print", "target-libdir", "--target", TARGET];
    let library = Run::new("rustc").args(library).text();
    if library.is_ok_and(|library| Path::new(library.trim()).is_dir()) {
        return Ok(Toolchain::Own);
    }
    let is_complete =
        || PACKAGES.iter().all(|package| debian::has(package)) && is_installed(DEBIANS_LINKER);
    let why = match debian::is_here() {
        true if is_complete() => return Ok(Toolchain::Debian),
        true => match debian::install(&PACKAGES) {
            Ok(()) if is_complete() => return Ok(Toolchain::Debian),
            Ok(()) => "its packages are installed, and not all there".to_owned(),
            Err(Failure(why)) => why,
        },
        false => "this is no Debian".to_owned(),
    };
    Err(Failure(format!(
        "the reader page needs Rust's standard library for {TARGET}: run `rustup target add {TARGET}`, or on Debian `apt-get install {}` ({why})",
        PACKAGES.join(" ")
    )))
}

/// Arguments that both ways have in common.
const BUILD: [&str; 7] = [
    "build",
    "--profile=page",
    "--target",
    TARGET,
    "--package",
    "skywave-page",
    "--lib",
];

fn own() -> Result<PathBuf> {
    let folder = paths::target().join("engine");
    let build = Run::cargo()
        .args(BUILD)
        .env("CARGO_TARGET_DIR", &folder)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", FLAGS);
    watch(build)?;
    Ok(folder)
}

fn debians() -> Result<PathBuf> {
    // A folder of its own: the other compiler's would be thrown away every time.
    let folder = paths::target().join("engine-debian");
    let build = Run::new(DEBIANS_CARGO)
        .args(BUILD)
        .args([
            "-Zbuild-std=std,panic_abort",
            "-Zbuild-std-features=optimize_for_size",
        ])
        .env("RUSTC", DEBIANS_RUSTC)
        // Debian's is a stable compiler; building its standard library is not stable yet.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", &folder)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIANS_LINKER)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", FLAGS);
    watch(build)?;
    Ok(folder)
}

fn watch(build: Run) -> Result<()> {
    let shown = build.shown();
    build.watched("  ")?.check(&shown)
}
