//! Prices are no formulas: on a page with MathJax, such as JupyterLab's or nbconvert's, what stands between two dollar signs
//! stays what it is. Without a browser this passes over, except in CI, where one was promised.

use std::time::Duration;

use gradus::plotly::Plot;
use gradus::prelude::*;
use gradus_browser::{Browser, Page};

const PRICES: &str = "$100-$200";
const LIMIT: Duration = Duration::from_secs(60);

/// MathJax as pages of notebooks configure it.
const CONFIGURATION: &str = r"<script>window.MathJax = {tex: {inlineMath: [['$', '$'], ['\\(', '\\)']]}};</script>";

/// The texts on the page that hold the prices, besides tables'.
const TEXTS: &str = "[...document.querySelectorAll('svg text')].map(text => text.textContent)";

fn browser() -> Option<(Browser, Page)> {
    match gradus_browser::find() {
        Err(error) if std::env::var_os("CI").is_none() => {
            eprintln!("skipped: {error}");
            return None;
        }
        _ => {}
    }
    let browser = Browser::start(LIMIT).unwrap();
    let mut page = browser.page().unwrap();
    page.set_size(1400, 1600, 1.0).unwrap();
    Some((browser, page))
}

/// A page with plotly.js, MathJax, a formula, and this; loaded, and read by MathJax.
fn open(page: &mut Page, body: &str) {
    let head = format!("{CONFIGURATION}{}", Plot::offline_js_sources());
    page.html(&format!("<!DOCTYPE html><meta charset='utf-8'>{head}<p id='formula'>$x^2$</p>{body}")).unwrap();
    page.wait_until("document.querySelector('#formula mjx-container') !== null", LIMIT).unwrap();
    page.evaluate("MathJax.typesetPromise().then(() => true)").unwrap();
}

fn priced() -> Dataset {
    let columns = vec![Column::number(PRICES), Column::number("size")];
    let classes = vec![PRICES.to_string(), "$200-$300".into()];
    let features = Array2::from_shape_fn((40, 2), |(row, column)| ((row * (column + 3)) as f64 * 0.7).sin());
    let labels = Array2::from_shape_fn((40, 1), |(row, _)| f64::from(features[[row, 0]] > 0.0));
    Dataset::new(PRICES, columns, features, vec![Column::category("price", classes)], labels).unwrap()
}

/// Figures with prices in each place that a text can be, and in how many texts of each they stand.
fn figures() -> Vec<(&'static str, Figure, usize)> {
    let data = priced();
    let everywhere = Figure::new(format!("title {PRICES}"))
        .caption(format!("caption {PRICES}"))
        .line(format!("first {PRICES}"), [1, 2, 3], [1, 2, 3])
        .points(format!("second {PRICES}"), [1, 2, 3], [3, 2, 1])
        .horizontal(format!("rule {PRICES}"), 2.5)
        .x(format!("x {PRICES}"))
        .y(format!("y {PRICES}"));
    let panel = || Figure::new(format!("panel {PRICES}")).caption(format!("note {PRICES}")).line("a", [1, 2], [1, 2]);
    let boundary = decision_boundary(&data, |x: &Array2<f64>| x.column(0).mapv(|x| f64::from(x > 0.0))).unwrap();
    vec![
        ("everywhere", everywhere, 7),
        ("bars", Figure::new("t").bars("b", [PRICES, "$200-$300"], [1, 2]), 1),
        ("panels", Figure::row([panel(), panel()]), 2),
        ("boundary", boundary, 2),
        ("correlation", data.correlation_plot(), 3),
        ("histogram", data.histogram("price").unwrap(), 1),
        ("scatter", data.scatter(PRICES, "price").unwrap(), 4),
    ]
}

#[test]
fn prices_stay_in_figures_beside_mathjax() {
    let Some((_browser, mut page)) = browser() else { return };
    for (name, figure, texts) in figures() {
        let html = figure.in_cell().get("text/html").unwrap().to_string();
        open(&mut page, &html);
        page.wait_until("document.querySelector('.main-svg') !== null", LIMIT).unwrap();
        let shown = page.evaluate(TEXTS).unwrap();
        let priced = shown.as_array().into_iter().flatten().filter(|text| text.as_str().unwrap().contains(PRICES));
        assert_eq!(priced.count(), texts, "{name}: {shown}");
        assert_eq!(page.evaluate("document.querySelectorAll('mjx-container').length").unwrap(), 1, "{name}");
        assert_eq!(page.errors(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn prices_stay_in_the_labels_under_the_mouse() {
    let Some((_browser, mut page)) = browser() else { return };
    let figure = Figure::new("t").points(format!("a {PRICES}"), [1, 2, 3], [1, 2, 3]).points("b", [1, 3], [3, 1]);
    open(&mut page, figure.in_cell().get("text/html").unwrap());
    page.wait_until("document.querySelector('.points path') !== null", LIMIT).unwrap();
    let at = page
        .evaluate(
            "(() => { const box = document.querySelectorAll('.points path')[1].getBoundingClientRect();
                      return [box.left + box.width / 2, box.top + box.height / 2]; })()",
        )
        .unwrap();
    let (x, y) = (at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
    page.move_mouse(x + 20.0, y + 2.0).unwrap();
    page.move_mouse(x, y).unwrap();
    let label = "(document.querySelector('.hoverlayer .hovertext') || {}).textContent";
    page.wait_until(&format!("({label} || '').includes({PRICES:?})"), LIMIT).unwrap();
}

/// Without the words of `style.rs`, the same page takes the prices: the tests above look at something.
#[test]
fn mathjax_would_take_them() {
    let Some((_browser, mut page)) = browser() else { return };
    let figure = figures().swap_remove(0).1.to_json().replace("\"typesetMath\":false", "\"typesetMath\":true");
    open(&mut page, "<div id='figure'></div>");
    page.evaluate(&format!("Plotly.newPlot('figure', {figure}), true")).unwrap();
    page.wait_until("document.querySelectorAll('#figure [class*=math-group]').length > 0", LIMIT).unwrap();
}

#[test]
fn prices_stay_in_tables_and_errors() {
    let Some((_browser, mut page)) = browser() else { return };
    let data = priced();
    let missing = data.column("$1 and $2").map(|column| column.len());
    let shown = [data.in_cell(), data.head(3).in_cell(), missing.in_cell()];
    let html: String = shown.iter().filter_map(|bundle| bundle.get("text/html")).collect();
    open(&mut page, &html);
    let text = page.evaluate("document.body.innerText").unwrap();
    assert!(text.as_str().unwrap().contains(PRICES) && text.as_str().unwrap().contains("$1 and $2"), "{text}");
    assert_eq!(page.evaluate("document.querySelectorAll('mjx-container').length").unwrap(), 1);
}

#[test]
fn prices_stay_in_pictures() {
    let Some(_) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (name, figure, texts) in figures() {
        let path = folder.path().join(format!("{name}.svg"));
        figure.save(&path).unwrap();
        let svg = std::fs::read_to_string(path).unwrap();
        assert!(svg.matches(PRICES).count() >= texts, "{name}");
    }
}
