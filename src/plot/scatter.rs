//! Two columns of a data set against each other.

use serde_json::json;

use super::figure::Figure;
use super::{downsample, style};
use crate::data::{Column, Dataset};
use crate::error::Result;

const MOST_POINTS: usize = 2000;

impl Dataset {
    /// One column against another, feature or target; classes, where the target holds some, differ in color.
    ///
    /// ```
    /// # use gradus::prelude::*;
    /// let data = Dataset::from_arrays(array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0])?;
    /// let figure = data.scatter("x1", "y")?;
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NoColumn`](crate::Error::NoColumn) where no column has one of the names.
    pub fn scatter(&self, x: &str, y: &str) -> Result<Figure> {
        let (xs, ys) = (self.column(x)?, self.column(y)?);
        let title = format!("{} against {}", style::escape(y), style::escape(x));
        let mut figure = Figure::new(title).x(self.axis_label(x)).y(self.axis_label(y));
        let rows = downsample::sample(self.rows(), MOST_POINTS);
        for (name, rows) in self.by_class(&rows) {
            figure = figure.points(name, rows.iter().map(|row| xs[*row]), rows.iter().map(|row| ys[*row]));
        }
        for (axis, name) in [("xaxis", x), ("yaxis", y)] {
            if let Some(names) = self.column_named(name).and_then(|column| column.categories()) {
                let names: Vec<String> = names.iter().map(|name| style::escape(name)).collect();
                let places: Vec<usize> = (0..names.len()).collect();
                figure.set(&format!("/{axis}/tickvals"), json!(places));
                figure.set(&format!("/{axis}/ticktext"), json!(names));
            }
        }
        if rows.len() < self.rows() {
            figure.remark(format!("{} of {} rows drawn", rows.len(), self.rows()));
        }
        Ok(figure)
    }

    /// These rows by their class, each with its name; all under one name where there are no classes.
    pub(super) fn by_class(&self, rows: &[usize]) -> Vec<(String, Vec<usize>)> {
        let Some(classes) = self.classes() else { return vec![("examples".into(), rows.to_vec())] };
        let labels = self.targets().column(0);
        let mut groups: Vec<(String, Vec<usize>)> = classes.iter().map(|name| (style::escape(name), vec![])).collect();
        for row in rows {
            let label = labels[*row];
            if label.is_finite()
                && let Some((_, group)) = groups.get_mut(label as usize)
            {
                group.push(*row);
            }
        }
        groups.retain(|(_, rows)| !rows.is_empty());
        groups
    }

    fn column_named(&self, name: &str) -> Option<&Column> {
        self.columns().iter().chain(self.target_columns()).find(|column| column.name == name)
    }

    fn axis_label(&self, name: &str) -> String {
        style::escape(&self.column_named(name).map_or_else(|| name.to_string(), Column::label))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn classes_become_series() -> Result<()> {
        let data = Dataset::new(
            "flowers",
            vec![Column::number("width").unit("cm")],
            array![[1.0], [2.0], [3.0]],
            vec![Column::category("kind", vec!["a".into(), "b".into()])],
            array![[0.0], [1.0], [0.0]],
        )?;
        let value = data.scatter("width", "kind")?.to_value();
        assert_eq!((&value["data"][0]["name"], &value["data"][0]["x"]), (&json!("a"), &json!([1, 3])));
        assert_eq!(value["layout"]["yaxis"]["ticktext"], json!(["a", "b"]));
        assert_eq!(value["layout"]["xaxis"]["title"]["text"], "width (cm)");
        assert!(data.scatter("width", "no").is_err());
        Ok(())
    }
}
