//! California housing, in the lecture's form and in the raw one.

use ndarray::Array2;

use super::manifest;
use crate::data::csv::Csv;
use crate::data::dataset::Dataset;
use crate::error::Result;

/// California housing as the lecture and scikit-learn have it: eight features of 20 640 block groups of the census of
/// 1990, and their median house value in 100 000 $.
///
/// It is made from the StatLib file: `AveRooms` = rooms / households, `AveBedrms` = bedrooms / households, `AveOccup` =
/// population / households, `MedHouseVal` = median house value / 100 000. Nothing is missing. The value is capped at 5.00001.
///
/// The file (2.1 MB) is fetched on first use and kept in [`folder`](super::folder).
///
/// # Errors
/// [`Error::Fetch`](crate::Error::Fetch) without network, [`Error::Checksum`](crate::Error::Checksum) for a file that is
/// not the published one, [`Error::File`](crate::Error::File) for a folder that cannot be written.
///
/// ```no_run
/// use gradus::prelude::*;
/// let housing = datasets::california_housing()?;
/// println!("{}", housing.head(5));
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn california_housing() -> Result<Dataset> {
    let entry = manifest::entry("california_housing")?;
    let (path, bytes) = entry.remote().read()?;
    let names = ["longitude", "latitude", "age", "rooms", "bedrooms", "population", "households", "income", "value"];
    let census = Csv::new(path).names(names).parse(&bytes)?;
    let (households, population) = (census.column("households")?, census.column("population")?);
    let columns = [
        census.column("income")?.to_owned(),
        census.column("age")?.to_owned(),
        &census.column("rooms")? / &households,
        &census.column("bedrooms")? / &households,
        population.to_owned(),
        &population / &households,
        census.column("latitude")?.to_owned(),
        census.column("longitude")?.to_owned(),
        &census.column("value")? / 100_000.0,
    ];
    let mut table = Array2::zeros((census.rows(), columns.len()));
    for (mut to, from) in table.columns_mut().into_iter().zip(&columns) {
        to.assign(from);
    }
    let unlabelled = Dataset::new("", entry.number_columns(), table, Vec::new(), Array2::zeros((census.rows(), 0)))?;
    entry.describe(unlabelled)
}

/// California housing as `housing.csv`, the raw form in ten columns: 207 values of `total_bedrooms` are missing,
/// `ocean_proximity` holds categories, `median_house_value` (in $) is capped at 500 001, `housing_median_age` at 52 and
/// `median_income` at 15.0001 (49 rows).
///
/// The file (1.4 MB) is fetched on first use and kept in [`folder`](super::folder).
///
/// # Errors
/// As [`california_housing`].
///
/// ```no_run
/// use gradus::prelude::*;
/// let housing = datasets::california_housing_raw()?;
/// println!("{}", housing.missing());
/// # Ok::<(), gradus::Error>(())
/// ```
pub fn california_housing_raw() -> Result<Dataset> {
    let entry = manifest::entry("california_housing_raw")?;
    let (path, bytes) = entry.remote().read()?;
    entry.describe(Csv::new(path).parse(&bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_the_same_census() {
        let (table, raw) = (california_housing().unwrap(), california_housing_raw().unwrap());
        assert_eq!((table.features().dim(), raw.features().dim()), ((20640, 8), (20640, 9)));
        for (value, raw) in table.target().unwrap().iter().zip(raw.target().unwrap()) {
            assert_eq!(*value, raw / 1e5);
        }
        assert_eq!(table.target_columns()[0].label(), "MedHouseVal (100 000 $)");
        assert_eq!(raw.target().unwrap().iter().filter(|value| **value == 500_001.0).count(), 965);
        let incomes = raw.features().column(7);
        assert_eq!(incomes.iter().filter(|value| **value == 15.0001).count(), 49);
        assert!(incomes.iter().all(|value| *value <= 15.0001));
        assert_eq!(raw.feature_names().last().unwrap(), "ocean_proximity");
    }

    #[test]
    fn the_kaggle_slides_rows_come_out() {
        let raw = california_housing_raw().unwrap();
        let numbers: Vec<f64> = raw.features().row(7).iter().take(8).copied().collect();
        assert_eq!(numbers, [-122.25, 37.84, 52.0, 3104.0, 687.0, 1157.0, 647.0, 3.12]);
        assert_eq!(raw.target().unwrap()[7], 241_400.0);
        assert_eq!(raw.columns()[8].show(raw.features()[(7, 8)]), "NEAR BAY");
    }
}
