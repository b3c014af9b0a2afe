//! Whether the figures of a page are drawn and alive.

use std::time::Duration;

use gradus_browser::Page;
use serde_json::Value;

use crate::Result;

/// A point of each figure that should answer the mouse, in pixels from the figure's corner; null in space, where a figure
/// is one canvas.
const POINTS: &str = r#"
[...document.querySelectorAll(".js-plotly-plot")].map((figure, number) => {
  figure.dataset.number = number;
  const layout = figure._fullLayout;
  const drawn = figure.querySelector(".main-svg") !== null && figure.querySelectorAll(".main-svg path, canvas").length > 0;
  for (const points of figure.calcdata) {
    const trace = points[0].trace;
    if (!trace.visible || trace.hoverinfo === "skip" || !trace.xaxis) continue;
    const [x, y] = [layout["xaxis" + trace.xaxis.slice(1)], layout["yaxis" + trace.yaxis.slice(1)]];
    if (trace.type === "heatmap") return {drawn, at: [x._offset + x._length / 3, y._offset + y._length / 3]};
    const inside = points.filter(point => {
      const [h, v] = trace.type === "bar" ? bar(point, trace) : [point.x, point.y];
      point.place = [x.c2p(h), y.c2p(v)];
      return point.place[0] >= 0 && point.place[0] <= x._length && point.place[1] >= 0 && point.place[1] <= y._length;
    });
    if (inside.length === 0) continue;
    const [h, v] = inside[Math.floor(inside.length / 2)].place;
    return {drawn, at: [x._offset + h, y._offset + v]};
  }
  return {drawn, at: null};
  function bar(point, trace) {
    const middle = point.b + point.s / 2;
    return trace.orientation === "h" ? [middle, point.p] : [point.p, middle];
  }
})
"#;

/// Brings the mouse onto each picture that JupyterLab shows in place of a figure; there it draws the figure, which must
/// have the picture's size.
pub fn wake(page: &mut Page, expected: usize) -> Result {
    let shown = format!(
        "[...document.querySelectorAll('.jp-RenderedPlotly')]\
         .filter(each => each.querySelector('.plot-img[src], .main-svg') !== null).length >= {expected}"
    );
    page.wait_until(&shown, Duration::from_secs(60))?;
    let pictures = "[...document.querySelectorAll('.jp-RenderedPlotly .plot-img')]";
    let count = page.evaluate(&format!("{pictures}.length"))?.as_u64().unwrap_or_default();
    for number in 0..count {
        let picture = format!("{pictures}[{number}]");
        let drawn = format!("{picture}.parentElement.querySelector('.main-svg') !== null");
        if page.evaluate(&drawn)? == true {
            continue;
        }
        let place = page.evaluate(&format!(
            "{picture}.decode().then(() => {{ {picture}.scrollIntoView({{block: 'center'}}); \
             const box = {picture}.getBoundingClientRect(); return [box.left, box.top, box.width, box.height]; }})"
        ))?;
        let length = |index: usize| place[index].as_f64().ok_or("no place");
        page.move_mouse(length(0)? + length(2)? / 2.0, length(1)? + length(3)? / 2.0)?;
        page.wait_until(&drawn, Duration::from_secs(60))?;
        let width = format!("{picture}.parentElement.querySelector('.main-svg').getBoundingClientRect().width");
        assert_eq!(page.evaluate(&width)?.as_f64(), Some(length(2)?), "the page jumps where picture {number} was");
    }
    Ok(())
}

/// Fails unless there are `expected` figures, all drawn, and each answers the mouse with a label.
pub fn all_alive(page: &mut Page, expected: usize) -> Result {
    let drawn =
        "[...document.querySelectorAll('.js-plotly-plot')].filter(each => each.querySelector('.main-svg')).length";
    page.wait_until(&format!("{drawn} >= {expected}"), Duration::from_secs(60))?;
    let points = page.evaluate(POINTS)?;
    let points = points.as_array().ok_or("no list of figures")?;
    assert_eq!(points.len(), expected, "figures on the page");
    let mut hovered = 0;
    for (number, point) in points.iter().enumerate() {
        assert_eq!(point["drawn"], Value::Bool(true), "figure {number} is not drawn");
        if point["at"].is_null() {
            continue;
        }
        let figure = format!("document.querySelector('.js-plotly-plot[data-number=\"{number}\"]')");
        let at = page.evaluate(&format!(
            "(() => {{ const figure = {figure}; figure.scrollIntoView({{block: 'center'}}); \
             const box = figure.getBoundingClientRect(); \
             return [box.left + {}, box.top + {}]; }})()",
            point["at"][0], point["at"][1]
        ))?;
        let (x, y) = (at[0].as_f64().ok_or("no place")?, at[1].as_f64().ok_or("no place")?);
        let label = format!("{figure}.querySelector('.hoverlayer .hovertext') !== null");
        // The mouse arrives from beside the point, as a hand would bring it.
        page.move_mouse(x + 25.0, y + 3.0)?;
        page.move_mouse(x, y)?;
        page.wait_until(&label, Duration::from_secs(10))
            .map_err(|error| format!("figure {number} gives no label at {x}, {y}: {error}"))?;
        hovered += 1;
    }
    assert!(hovered > 0 || expected == 0, "no figure was tried with the mouse");
    Ok(())
}
