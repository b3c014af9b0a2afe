//! The READMEs of the published packages: crates.io shows them, and reads a relative link as one into the repository, from
//! the package's own folder on.

use std::fs;
use std::path::Path;

const REPOSITORY: &str = "https://github.com/gradus-rs/gradus";
const PACKAGES: [&str; 5] = ["", "browser", "kernel/index", "kernel", "lab"];

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The targets of all links and pictures.
fn links(markdown: &str) -> Vec<&str> {
    let parts = markdown.split("](").skip(1);
    parts.map(|part| part.split([')', ' ']).next().unwrap()).collect()
}

/// The anchors that GitHub gives to the headings of a page.
fn anchors(markdown: &str) -> Vec<String> {
    let headings = markdown.lines().filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#'));
    let kept = |letter: &char| letter.is_alphanumeric() || [' ', '-', '_'].contains(letter);
    let anchor = |heading: &str| heading.trim().to_lowercase().chars().filter(kept).collect::<String>();
    headings.map(|heading| anchor(heading).replace(' ', "-")).collect()
}

/// What is wrong with a link of a README in this folder, if anything is.
fn problem(link: &str, folder: &str, readme: &str) -> Option<String> {
    let (page, anchor) = link.split_once('#').unwrap_or((link, ""));
    let home = text("README.md");
    let known = match page {
        "" => anchors(readme),
        page if page == REPOSITORY => [anchors(&home), vec!["readme".into()]].concat(),
        page if page.contains("://") => return (!page.starts_with("https://")).then(|| format!("{link} is no https")),
        page => {
            let there = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(page).exists();
            return (!there || page.starts_with('/')).then(|| format!("there is no {folder}/{page}"));
        }
    };
    (!anchor.is_empty() && !known.iter().any(|known| known == anchor)).then(|| format!("{link}: no such heading"))
}

#[test]
fn links_of_readmes_lead_somewhere() {
    for folder in PACKAGES {
        let readme = text(Path::new(folder).join("README.md"));
        let links = links(&readme);
        assert!(!links.is_empty(), "{folder}");
        let problems: Vec<String> = links.iter().filter_map(|link| problem(link, folder, &readme)).collect();
        assert!(problems.is_empty(), "{folder}/README.md: {problems:?}");
    }
}

#[test]
fn a_broken_link_is_seen() {
    let readme = "# A page\n## Its *second* part\n[a](#its-second-part) ![b](b.png \"title\")";
    assert_eq!(links(readme), ["#its-second-part", "b.png"]);
    for link in ["#its-second-part", "Cargo.toml", "src", "https://docs.rs/gradus", REPOSITORY] {
        assert_eq!(problem(link, "browser", readme), None, "{link}");
    }
    for link in ["#third", "b.png", "/src", "http://docs.rs", "https://github.com/gradus-rs/gradus#no-such-heading"] {
        assert!(problem(link, "browser", readme).is_some(), "{link}");
    }
}

#[test]
fn all_packages_have_the_repository_that_crates_io_reads_links_by() {
    assert!(text("Cargo.toml").contains(&format!("repository = \"{REPOSITORY}\"")));
    for folder in PACKAGES {
        let manifest = text(Path::new(folder).join("Cargo.toml"));
        assert!(manifest.contains("repository.workspace = true") && !manifest.contains("publish = false"), "{folder}");
    }
}
