//! bytes → Table → Dataset: import, profile, view, target.

#[path = "table/speed.rs"]
mod speed;

/// The folder with real data sets; `None`, and a line that says so, where it is absent.
fn shared_data() -> Option<std::path::PathBuf> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var_os("HEARTH_DATA").map_or_else(|| root.join("../shared/data"), Into::into);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("passed over: the real data sets are not in {}", folder.display());
    None
}
