//! Values that must agree between files that cannot include each other.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The rest of each line that begins with `start`.
fn values<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
    text.lines().filter_map(|line| line.trim_start().strip_prefix(start)).collect()
}

#[test]
fn images_and_releases_start_from_the_pinned_compiler() {
    let toolchain = read("rust-toolchain.toml");
    let [channel] = values(&toolchain, "channel = ")[..] else { panic!("{toolchain}") };
    let pinned = channel.trim_matches('"');
    assert_eq!(values(&read("containers/Containerfile"), "ARG RUST_VERSION="), [pinned]);

    // A bundle of a release must run in the image.
    let image = format!("rust:{pinned}-slim-bookworm");
    assert_eq!(values(&read(".github/workflows/release.yml"), "container: rust:"), [&image[5..], &image[5..]]);
    let stages = read("containers/Containerfile");
    assert_eq!(values(&stages, "FROM docker.io/library/"), ["rust:${RUST_VERSION}-slim-bookworm AS system"]);
}

#[test]
#[cfg(unix)]
fn binder_builds_the_same_image() {
    assert_eq!(read("binder/Dockerfile"), read("containers/Containerfile"));
}
