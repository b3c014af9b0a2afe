//! `class_counts` and `category_counts`: how often each category occurs.

use ndarray::ArrayView1;

use crate::data::column::{Column, Kind};
use crate::data::dataset::Dataset;
use crate::data::table::Table;
use crate::error::{Error, Result};

impl Dataset {
    /// How often each class of the target occurs, in the order of [`Dataset::classes`].
    ///
    /// # Errors
    /// [`Error::Data`] without one target, [`Error::Column`] where it holds numbers.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let counts = datasets::iris()?.class_counts()?;
    /// assert_eq!(counts.rows[0], ["setosa", "50", "33.3 %"]);
    /// # Ok::<(), gradus::Error>(())
    /// ```
    pub fn class_counts(&self) -> Result<Table> {
        let values = self.target()?;
        table(&self.target_columns[0], values)
    }

    /// How often each category of a column occurs, in sorted order.
    ///
    /// # Errors
    /// [`Error::NoColumn`] where no column has this name, [`Error::Column`] where it holds numbers.
    pub fn category_counts(&self, name: &str) -> Result<Table> {
        let values = self.column(name)?;
        let column = self.columns.iter().chain(&self.target_columns).find(|column| column.name == name);
        table(column.ok_or_else(|| self.no_column(name))?, values)
    }
}

fn table(column: &Column, values: ArrayView1<'_, f64>) -> Result<Table> {
    let Kind::Category(categories) = &column.kind else {
        let problem =
            "holds numbers, not categories; `categorized(\"…\")` reads its numbers as categories, `describe()` \
                       shows them"
                .into();
        return Err(Error::Column { column: column.name.clone(), problem });
    };
    let counts = count(column, values);
    let present: usize = counts.iter().map(|(_, count)| count).sum();
    let mut table = Table::new(column.label(), &[&column.name, "rows", "share"], &[false, true, true]);
    for (position, count) in counts {
        let share = 100.0 * count as f64 / present.max(1) as f64;
        table.push([categories[position].clone(), count.to_string(), format!("{share:.1} %")]);
    }
    let missing = values.len() - present;
    Ok(table.note(match missing {
        0 => format!("{present} rows"),
        _ => format!("{} rows, {missing} of them missing and not in the shares", values.len()),
    }))
}

/// Position and number of rows of every category; nothing for a column of numbers.
pub(super) fn count(column: &Column, values: ArrayView1<'_, f64>) -> Vec<(usize, usize)> {
    let mut counts = vec![0; column.categories().map_or(0, <[String]>::len)];
    for value in values.iter().filter(|value| !value.is_nan()) {
        if let Some(count) = counts.get_mut(*value as usize) {
            *count += 1;
        }
    }
    counts.into_iter().enumerate().collect()
}

#[cfg(test)]
mod tests {
    use crate::data::sources;

    #[test]
    fn ocean_proximity_has_the_known_counts() {
        let counts = sources::california_housing_raw().unwrap().category_counts("ocean_proximity").unwrap();
        let rows: Vec<(&str, &str)> = counts.rows.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
        assert_eq!(
            rows,
            [("<1H OCEAN", "9136"), ("INLAND", "6551"), ("ISLAND", "5"), ("NEAR BAY", "2290"), ("NEAR OCEAN", "2658")]
        );
    }

    #[test]
    fn numbers_have_no_classes() {
        let message = sources::diabetes().unwrap().class_counts().unwrap_err().to_string();
        assert!(message.contains("`progression`") && message.contains("categorized"), "{message}");
    }
}
