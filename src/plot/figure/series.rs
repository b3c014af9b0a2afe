//! Series by series: lines, points, bars, and lines across.

use serde_json::{Value, json};

use super::Figure;
use crate::plot::rounding::Coordinate;
use crate::plot::style;

impl Figure {
    /// Draws a series as a line. Missing values (NaN) leave a gap, and infinite ones, which the caption counts.
    #[must_use]
    pub fn line<X, Y>(mut self, name: impl Into<String>, xs: X, ys: Y) -> Self
    where
        X: IntoIterator<Item: Coordinate>,
        Y: IntoIterator<Item: Coordinate>,
    {
        let name = name.into();
        let (xs, ys) = self.pairs(&name, xs, ys);
        let index = self.take_color();
        self.add(json!({
            "type": "scatter", "mode": "lines", "name": name, "x": xs, "y": ys,
            "line": {"color": style::color(index), "dash": style::dash(index), "width": 2.5},
        }));
        self
    }

    /// Draws a series as a line with a marker at each of its values: learning curves, steps that can be counted.
    #[must_use]
    pub fn line_points<X, Y>(mut self, name: impl Into<String>, xs: X, ys: Y) -> Self
    where
        X: IntoIterator<Item: Coordinate>,
        Y: IntoIterator<Item: Coordinate>,
    {
        self = self.line(name, xs, ys);
        if let Some(trace) = self.traces.last_mut() {
            trace["mode"] = "lines+markers".into();
            trace["marker"] = json!({"size": 7});
        }
        self
    }

    /// Draws a series as points.
    #[must_use]
    pub fn points<X, Y>(mut self, name: impl Into<String>, xs: X, ys: Y) -> Self
    where
        X: IntoIterator<Item: Coordinate>,
        Y: IntoIterator<Item: Coordinate>,
    {
        let name = name.into();
        let (xs, ys) = self.pairs(&name, xs, ys);
        let index = self.take_color();
        let marker = style::marker(xs.len(), style::color(index));
        self.add(json!({"type": "scatter", "mode": "markers", "name": name, "x": xs, "y": ys, "marker": marker}));
        self
    }

    /// Draws one bar for each label.
    #[must_use]
    pub fn bars<L, V>(mut self, name: impl Into<String>, labels: L, values: V) -> Self
    where
        L: IntoIterator<Item: Into<String>>,
        V: IntoIterator<Item: Coordinate>,
    {
        let name = name.into();
        let labels: Vec<String> = labels.into_iter().map(|label| style::escape(&label.into())).collect();
        let values: Vec<f64> = values.into_iter().map(|value| value.coordinate()).collect();
        self.check_pairs(&name, labels.len(), values.len(), "labels");
        self.count_infinite(&name, &values);
        let color = style::color(self.take_color());
        self.set("/xaxis/type", "category");
        self.set("/xaxis/showgrid", false);
        self.add(json!({
            "type": "bar", "name": name, "x": labels, "y": values, "marker": {"color": color, "line": {"width": 0}},
            "texttemplate": "%{y}", "textposition": "auto",
        }));
        self
    }

    /// Draws a dashed line across the figure at `y`, with its name at its end.
    #[must_use]
    pub fn horizontal(mut self, name: impl Into<String>, y: f64) -> Self {
        let shape = json!({"xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y});
        self.rule(shape, &name.into(), json!({"textposition": "end", "xanchor": "right", "yanchor": "bottom"}));
        self
    }

    /// Draws a dashed line from bottom to top at `x`, with its name at its end.
    #[must_use]
    pub fn vertical(mut self, name: impl Into<String>, x: f64) -> Self {
        let shape = json!({"yref": "paper", "y0": 0, "y1": 1, "x0": x, "x1": x});
        self.rule(shape, &name.into(), json!({"textposition": "end", "xanchor": "left", "yanchor": "top"}));
        self
    }

    fn rule(&mut self, mut shape: Value, name: &str, mut label: Value) {
        shape["type"] = "line".into();
        shape["line"] = json!({"color": style::REFERENCE, "width": 1.5, "dash": "dash"});
        label["text"] = name.into();
        label["textangle"] = 0.into();
        label["font"] = json!({"size": 13, "color": style::INK});
        shape["label"] = label;
        self.push("shapes", shape);
    }

    /// Both coordinates of a series; a surplus on one side is not drawn, and said.
    fn pairs<X, Y>(&mut self, name: &str, xs: X, ys: Y) -> (Vec<f64>, Vec<f64>)
    where
        X: IntoIterator<Item: Coordinate>,
        Y: IntoIterator<Item: Coordinate>,
    {
        let mut xs: Vec<f64> = xs.into_iter().map(|x| x.coordinate()).collect();
        let mut ys: Vec<f64> = ys.into_iter().map(|y| y.coordinate()).collect();
        self.check_pairs(name, xs.len(), ys.len(), "x values");
        let length = xs.len().min(ys.len());
        xs.truncate(length);
        ys.truncate(length);
        self.count_infinite(name, xs.iter().chain(&ys));
        (xs, ys)
    }

    /// A figure that is built in one breath cannot return an error for each series: a mistake is shown in its caption.
    fn check_pairs(&mut self, name: &str, xs: usize, ys: usize, what: &str) {
        if xs != ys {
            self.remark(format!("⚠ {name}: {xs} {what} but {ys} values, the surplus is not drawn"));
        }
    }

    /// What lies at infinity is not drawn, which a gap alone would not say.
    fn count_infinite<'a>(&mut self, name: &str, values: impl IntoIterator<Item = &'a f64>) {
        let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
        match values.into_iter().filter(|value| value.is_infinite()).count() {
            0 => {}
            1 => self.remark(format!("⚠ {name}1 infinite value is not drawn")),
            count => self.remark(format!("⚠ {name}{count} infinite values are not drawn")),
        }
    }
}
