//! Where things are.

use std::path::{Path, PathBuf};

/// The root of the workspace.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(target) => workspace().join(target),
        None => workspace().join("target"),
    }
}

/// A program that cargo has built.
pub(crate) fn built(profile: &str, program: &str) -> PathBuf {
    target()
        .join(profile)
        .join(format!("{program}{}", std::env::consts::EXE_SUFFIX))
}

/// Files with this extension in the workspace that are the project's own, sorted.
pub(crate) fn files(extension: &str) -> std::io::Result<Vec<PathBuf>> {
    const NOT_OURS: [&str; 3] = ["target", "demo", "node_modules"];
    let mut found = Vec::new();
    let mut folders = vec![workspace().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let (path, name) = (
                entry.path(),
                entry.file_name().into_string().unwrap_or_default(),
            );
            if entry.file_type()?.is_dir() {
                if !name.starts_with('.') && !NOT_OURS.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A path as it is read best: from the root of the workspace.
pub(crate) fn short(path: &Path) -> std::path::Display<'_> {
    path.strip_prefix(workspace()).unwrap_or(path).display()
}
