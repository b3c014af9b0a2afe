//! The files of a report, as their readers open them: without network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use gradus_browser::Area;
use serde_json::Value;

use crate::{Result, artifacts, figures, given, notebook, page, plots};

/// The largest page that is still sent by mail.
const LARGEST_PAGE: u64 = 8_000_000;
/// The largest notebook that goes under version control.
const LARGEST_NOTEBOOK: u64 = 2_500_000;

/// The files of the report with this ending, in the order of their names.
fn reports(ending: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(given("GRADUS_TEST_REPORTS")?)?.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == ending)).collect();
    files.sort();
    if files.is_empty() { Err(format!("the report has no .{ending}").into()) } else { Ok(files) }
}

fn address(file: &Path) -> Result<String> {
    Ok(format!("file://{}", file.canonicalize()?.display()))
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
#[ignore = "looks at the reports that `cargo xtask test` writes"]
fn pages_are_alive_without_network() -> Result {
    for file in reports("html")? {
        let size = file.metadata()?.len();
        assert!(size <= LARGEST_PAGE, "{} has {size} bytes", file.display());
        let expected = figures(&notebook(&file.with_extension("ipynb"))?).len();
        let (_browser, mut page) = page()?;
        page.offline(true)?;
        page.open(&address(&file)?)?;
        plots::all_alive(&mut page, expected).map_err(|error| format!("{}: {error}", file.display()))?;
        fs::write(artifacts()?.join(format!("{}.page.png", name(&file))), page.screenshot(Area::Window)?)?;
        // Not even a font: nothing was asked for, so nothing can be missing.
        let asked = page.evaluate(
            "performance.getEntriesByType('resource').map(entry => entry.name)\
                                   .filter(name => !name.startsWith('data:') && !name.startsWith('blob:'))",
        )?;
        assert_eq!(asked, Value::Array(Vec::new()), "{}", file.display());
        assert_eq!(page.errors(), Vec::<String>::new(), "{}", file.display());
    }
    Ok(())
}

/// What viewers without scripts show (GitHub), and those with a renderer for figures (JupyterLab, VS Code), is all there.
#[test]
#[ignore = "looks at the reports that `cargo xtask test` writes"]
fn notebooks_carry_each_figure_for_every_viewer() -> Result {
    for file in reports("ipynb")? {
        let size = file.metadata()?.len();
        assert!(size <= LARGEST_NOTEBOOK, "{} has {size} bytes", file.display());
        for data in figures(&notebook(&file)?) {
            let png = data["image/png"].as_str().ok_or_else(|| format!("{}: no PNG", file.display()))?;
            assert!(png.starts_with("iVBORw0KGgo"), "{}: {}…", file.display(), &png[..20]);
            assert!(data["application/vnd.plotly.v1+json"]["data"].is_array());
            assert!(!data["text/plain"].is_null());
            // GitHub would take it before the picture, and strip it to nothing.
            assert!(data.get("text/html").is_none());
        }
    }
    Ok(())
}

#[test]
#[ignore = "looks at the reports that `cargo xtask test` writes"]
fn nbconverts_own_page_shows_the_figures() -> Result {
    let python = given("GRADUS_TEST_PYTHON")?;
    let folder = artifacts()?;
    for file in reports("ipynb")? {
        let mut convert = Command::new(&python);
        convert.args(["-m", "nbconvert", "--to", "html", "--output-dir"]).arg(&folder);
        convert.arg("--output").arg(format!("{}.stock", name(&file))).arg(&file);
        let output = convert.output()?;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let stock = folder.join(format!("{}.stock.html", name(&file)));
        let (_browser, mut page) = page()?;
        page.offline(true)?;
        page.open(&address(&stock)?)?;
        let pictures = "[...document.querySelectorAll('.jp-OutputArea img')]";
        page.wait_until(&format!("{pictures}.every(image => image.complete)"), Duration::from_secs(30))?;
        let wide = page.evaluate(&format!("{pictures}.filter(image => image.naturalWidth >= 400).length"))?;
        assert_eq!(wide, figures(&notebook(&file)?).len(), "{}", file.display());
        fs::remove_file(stock)?;
    }
    Ok(())
}

#[test]
#[ignore = "looks at the reports that `cargo xtask test` writes"]
fn markdown_names_files_that_are_there() -> Result {
    for file in reports("md")? {
        let text = fs::read_to_string(&file)?;
        let links: Vec<&str> =
            text.split("](<").skip(1).filter_map(|rest| rest.split_once(">)").map(|(link, _)| link)).collect();
        assert_eq!(links.len(), figures(&notebook(&file.with_extension("ipynb"))?).len(), "{}", file.display());
        for link in links {
            let picture = fs::read_to_string(file.with_file_name(link)).map_err(|error| format!("{link}: {error}"))?;
            assert!(picture.contains("<svg") && picture.contains("</svg>"), "{link}");
        }
        // A fence that is opened is closed.
        assert_eq!(text.lines().filter(|line| line.starts_with("```")).count() % 2, 0, "{}", file.display());
    }
    Ok(())
}

/// Whether the sheets hold vectors and no rasters: a picture is an object of its own in a PDF, named in plain text.
#[test]
#[ignore = "looks at the reports that `cargo xtask test` writes"]
fn sheets_hold_vectors() -> Result {
    for file in reports("pdf")? {
        let content = fs::read(&file)?;
        let text = String::from_utf8_lossy(&content);
        assert!(text.starts_with("%PDF-") && text.trim_end().ends_with("%%EOF"), "{}", file.display());
        let compact: String = text.split_whitespace().collect();
        let pictures = compact.matches("/Subtype/Image").count();
        let rasters = figures(&notebook(&file.with_extension("ipynb"))?).iter().filter(|data| in_space(data)).count();
        // A figure in space is drawn by WebGL; its transparency is a second raster.
        assert!(pictures <= 2 * rasters, "{}: {pictures} rasters for {rasters} figures in space", file.display());
        // A4 in points.
        assert!(compact.contains("/MediaBox[00594") || compact.contains("/MediaBox[00595"), "{}", file.display());
    }
    Ok(())
}

fn in_space(figure: &Value) -> bool {
    let traces = figure["application/vnd.plotly.v1+json"]["data"].as_array();
    traces
        .into_iter()
        .flatten()
        .any(|trace| trace["type"].as_str().is_some_and(|kind| kind.ends_with("3d") || kind == "surface"))
}
