//! Lists the page's modules, and takes in the WebAssembly that `cargo xtask page` has built.
//!
//! Without it the packer says so; nothing else needs it.

#![allow(
    clippy::disallowed_methods,
    reason = "a build script reads and writes files; the crate itself does not"
)]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        return Ok(());
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let home = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    list(&home.join("web"), "js", "MODULES", &out.join("modules.rs"))?;
    list(
        &home.join("strings"),
        "json",
        "STRINGS",
        &out.join("strings.rs"),
    )?;
    list(&home.join("fonts"), "woff2", "FONTS", &out.join("fonts.rs"))?;
    // target/PROFILE/build/PACKAGE/out
    let wasm = out
        .ancestors()
        .nth(4)
        .expect("cargo's own layout")
        .join("page/page.wasm");
    println!("cargo::rerun-if-changed={}", wasm.display());
    let bytes = fs::read(&wasm).unwrap_or_default();
    fs::write(out.join("page.wasm"), bytes)
}

/// Writes a table of the files with an extension: names without it, and bytes.
fn list(folder: &Path, extension: &str, table: &str, to: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<_>>()?,
        Err(_) => Vec::new(),
    };
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    let mut rows = String::new();
    for path in files {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        rows += &format!("    ({name:?}, include_bytes!({path:?})),\n");
    }
    fs::write(
        to,
        format!("const {table}: &[(&str, &[u8])] = &[\n{rows}];\n"),
    )
}
