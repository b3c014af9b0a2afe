//! Figures as true pictures. Without a browser these tests pass over, except in CI, where one was promised.

use std::fs;
use std::path::Path;
use std::process::Command;

use gradus::prelude::*;
use tempfile::TempDir;

use super::{descent, flowers, houses, lecture};

/// A folder for pictures; none where nothing can make them.
fn folder() -> Option<TempDir> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    match simple().save(folder.path().join("first.svg")) {
        Err(error) if error.to_string().contains("no browser was found") && std::env::var_os("CI").is_none() => {
            eprintln!("skipped: {error}");
            None
        }
        saved => saved.map(|()| folder).map_err(|error| panic!("{error}")).ok(),
    }
}

fn simple() -> Figure {
    Figure::new("Cost & co").line("a < b", [0, 1, 2], [3.0, 2.0, 1.5]).x("step").y("cost")
}

fn saved(folder: &TempDir, name: &str, figure: &Figure) -> Vec<u8> {
    let path = folder.path().join(name);
    figure.save(&path).unwrap_or_else(|error| panic!("{error}"));
    fs::read(path).expect("the file that was saved")
}

fn text(folder: &TempDir, name: &str, figure: &Figure) -> String {
    String::from_utf8(saved(folder, name, figure)).expect("text")
}

/// Whether a PDF's objects hold an image; Chromium writes its objects' heads uncompressed.
fn has_image(pdf: &[u8]) -> bool {
    assert!(pdf.starts_with(b"%PDF-"));
    pdf.windows(15).any(|bytes| bytes == b"/Subtype /Image")
}

#[test]
fn what_is_flat_is_vectors_with_text() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let run = descent(0.02, 60)?;
    let shaded = serde_json::json!({
        "data": [{"type": "heatmap", "z": [[1, 2], [3, 4]], "zsmooth": "best", "colorscale": "Viridis"},
                 {"type": "scattergl", "mode": "markers", "x": [0, 1], "y": [0, 1], "name": "gl"},
                 {"type": "image", "z": [[[255, 0, 0], [0, 255, 0]]], "xaxis": "x2", "yaxis": "y2"}],
        "layout": {"xaxis": {"domain": [0, 0.45]}, "xaxis2": {"domain": [0.55, 1]}, "yaxis2": {"anchor": "x2"}},
    });
    let figures = [
        ("cost", run.history().cost_plot(), "½ mean squared error"),
        ("tangent", run.history().tangent_plot(&lecture()?)?, "Cost and its tangent"),
        ("contour", run.history().cost_contour(&lecture()?)?, "b (intercept)"),
        ("matrix", flowers()?.scatter_matrix(), "sepal length"),
        ("correlation", houses()?.correlation_plot(), "correlation r"),
        ("histograms", houses()?.histograms(), "income"),
        ("shaded", Figure::from_plotly(&shaded)?.title("Others' figures"), "Others' figures"),
    ];
    for (name, figure, words) in figures {
        let svg = text(&folder, &format!("{name}.svg"), &figure);
        assert!(svg.starts_with("<svg") && svg.contains(words), "{name} has lost its text");
        assert!(!svg.contains("<image") && !svg.contains("data:image"), "{name}.svg has pixels");
        // A tool bar, a slider or a button would show.
        for class in ["modebar", "slider-container", "updatemenu-container"] {
            assert!(!svg.contains(class), "{name}.svg has a {class}");
        }
        let pdf = saved(&folder, &format!("{name}.pdf"), &figure);
        assert!(!has_image(&pdf), "{name}.pdf has pixels");
        let file = String::from_utf8_lossy(&pdf);
        assert!(file.contains("/ToUnicode"), "{name}.pdf cannot be searched");
        assert_eq!(file.matches("/Type /Page\n").count(), 1, "{name}.pdf is one page");
    }
    Ok(())
}

#[test]
fn heat_maps_and_scatter_matrices_keep_their_colors_and_points() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let map = serde_json::json!({"data": [{
        "type": "heatmap", "z": [[0, 1, null], [0.5, 0.25, 0]], "zmin": 0, "zmax": 1, "xgap": 2, "ygap": 2,
        "colorscale": [[0, "#000000"], [1, "#ff8000"]],
    }]});
    let svg = text(&folder, "map.svg", &Figure::from_plotly(&map)?.title("t"));
    // 0 twice, 1, ½ and ¼ of the way from black to orange; what is missing has no brick.
    for color in ["rgb(0, 0, 0)", "rgb(255, 128, 0)", "rgb(128, 64, 0)", "rgb(64, 32, 0)"] {
        assert!(svg.contains(&format!("fill: {color}")), "{color} is missing");
    }
    // Plotly's own layers draw no path of horizontal and vertical lines with this end.
    let bricks: usize = svg
        .split("<path d=\"")
        .filter(|path| path.contains("stroke: none"))
        .map(|path| path.split('"').next().unwrap_or_default().matches('z').count())
        .sum();
    assert!(bricks >= 5, "{bricks}");

    let data = flowers()?;
    let svg = text(&folder, "matrix.svg", &data.scatter_matrix());
    // Three columns of numbers below each other's diagonal, 150 flowers; and one point for each kind in the legend.
    let panels = data.features().ncols() * (data.features().ncols() - 1) / 2;
    assert_eq!(svg.matches("class=\"point\"").count(), panels * data.rows());
    assert_eq!(svg.matches("class=\"traces\"").count(), 3);
    Ok(())
}

#[test]
fn png_has_the_pixels_and_the_background_asked_for() {
    let Some(folder) = folder() else { return };
    let number = |png: &[u8], at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
    let figure = simple().size(420, 310);
    for (scale, width, height) in [(1.0, 420, 310), (3.0, 1260, 930), (0.5, 210, 155)] {
        let png = saved(&folder, "f.png", &figure.clone().scale(scale));
        assert_eq!((number(&png, 16), number(&png, 20)), (width, height), "scale {scale}");
        let density = png.windows(4).position(|bytes| bytes == b"pHYs").map(|at| number(&png, at + 4));
        assert_eq!(density, Some((scale * 100.0 / 0.0254).round() as u32));
    }
    let (screen, dark) = (text(&folder, "s.svg", &figure), text(&folder, "d.svg", &figure.clone().theme(Theme::Dark)));
    let print = text(&folder, "p.svg", &figure.theme(Theme::Print));
    assert!(screen.contains("rgb(255, 255, 255)") && screen.contains("rgb(120, 124, 130)"), "white, and the gray ink");
    assert!(dark.contains("rgb(20, 23, 27)") && !dark.contains("rgb(120, 124, 130)"), "near-black, and no gray ink");
    assert!(print.contains("stroke-width: 1.8px") && !print.contains("rgb(120, 124, 130)"), "thin lines, black ink");
}

#[test]
fn a_surface_is_an_image_inside_of_vectors() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let svg = text(&folder, "surface.svg", &cost_surface(&lecture()?, SquaredError::Mean)?);
    assert_eq!(svg.matches("<image").count(), 1);
    assert!(svg.contains("Cost surface") && svg.contains("mean squared error"), "title and color bar are text");
    Ok(())
}

#[test]
fn wrong_sizes_are_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let problem = |figure: Figure, name: &str| {
        figure.save(folder.path().join(name)).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(problem(simple().size(0, 100), "f.svg").starts_with("width = 0: "));
    assert!(problem(simple().size(100, 0), "f.html").starts_with("height = 0: "));
    for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(problem(simple().scale(scale), "f.png").starts_with(&format!("scale = {scale}: ")), "{scale}");
    }
    assert_eq!(fs::read_dir(folder.path()).map(Iterator::count).ok(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_browser_that_fails_leaves_nothing_and_says_what_to_do() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broken = folder.path().join("broken-browser");
    fs::write(&broken, "#!/bin/sh\necho 'cannot open display' >&2\nexit 1\n").expect("a script");
    fs::set_permissions(&broken, fs::Permissions::from_mode(0o755)).expect("a program");
    for (browser, words) in
        [("/no/such/browser", "there is no such program"), (&*broken.to_string_lossy(), "open display")]
    {
        // The variable is the whole process', so another one tries.
        let picture = folder.path().join("f.pdf");
        let output = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "pictures::saves_one_figure", "--ignored", "--nocapture"])
            .env("GRADUS_BROWSER", browser)
            .env("GRADUS_TEST_PICTURE", &picture)
            .output()
            .expect("a process");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(words) && said.contains("GRADUS_BROWSER") && said.contains("f.pdf: "), "{said}");
        assert_eq!(fs::read_dir(folder.path()).map(Iterator::count).ok(), Some(1), "only the script is there");
    }
}

/// No test of its own: the process that the one above starts.
#[test]
#[ignore = "run by another test"]
fn saves_one_figure() {
    let Some(path) = std::env::var_os("GRADUS_TEST_PICTURE") else { return };
    println!("{:?}", simple().save(Path::new(&path)));
}
