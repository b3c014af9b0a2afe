//! Examples as a network takes them: checked, in `f32`, with targets in the form that the loss needs.

use std::borrow::Cow;

use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::metric::true_classes;
use super::network::{Columns, Network};
use crate::data::{
    Column, Dataset, Examples, Inputs, Labels, indicator, require_fitted_columns, require_numbers, require_target_order,
};
use crate::error::{Error, Result};
use crate::loss::{AnyLoss, Loss};

/// Checked examples, row-major.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Prepared {
    pub rows: usize,
    pub inputs: usize,
    pub targets: usize,
    pub x: Vec<f32>,
    pub y: Vec<f64>,
    /// How much each example counts, where not all count the same; none counts 0.
    pub weights: Option<Vec<f64>>,
}

impl Prepared {
    /// The inputs of these rows.
    pub fn x(&self, row: usize) -> &[f32] {
        &self.x[row * self.inputs..][..self.inputs]
    }

    /// The targets of this row.
    pub fn y(&self, row: usize) -> &[f64] {
        &self.y[row * self.targets..][..self.targets]
    }

    /// These rows only.
    pub fn range(&self, rows: std::ops::Range<usize>) -> Self {
        Prepared {
            rows: rows.len(),
            x: self.x[rows.start * self.inputs..rows.end * self.inputs].to_vec(),
            y: self.y[rows.start * self.targets..rows.end * self.targets].to_vec(),
            weights: self.weights.as_ref().map(|weights| weights[rows].to_vec()),
            ..*self
        }
    }

    /// The targets as a matrix.
    pub fn truth(&self) -> Array2<f64> {
        Array2::from_shape_fn((self.rows, self.targets), |(row, column)| self.y(row)[column])
    }
}

impl Network {
    /// The inputs, checked and in `f32`.
    pub(super) fn prepare_inputs(&self, inputs: &dyn Inputs) -> Result<Vec<f32>> {
        let (x, columns) = (inputs.inputs(), inputs.input_columns());
        let width = self.plan.input.width;
        if x.ncols() != width {
            return Err(Error::Shape {
                what: "features of the network".into(),
                expected: format!("{width} columns, as its input {:?}", self.description.input),
                found: format!("{:?}", x.shape()),
            });
        }
        if x.nrows() == 0 {
            return Err(Error::Data("there are no examples: the features have no rows".into()));
        }
        let fitted = self.columns.as_ref().and_then(|known| known.inputs.as_deref());
        require_fitted_columns(fitted.unwrap_or_default(), columns, "network")?;
        require_numbers(x, columns, "x")?;
        let narrow: Vec<f32> = x.iter().map(|value| *value as f32).collect();
        require_size(inputs, &narrow, f32::MAX, 32)?;
        Ok(narrow)
    }

    /// The examples, checked, with targets as the loss needs them.
    pub(super) fn prepare(&self, examples: &dyn Examples) -> Result<Prepared> {
        let (x, y) = (examples.inputs(), examples.outputs());
        if x.nrows() != y.nrows() {
            let expected = format!("{} rows, as the features {:?} have", x.nrows(), x.shape());
            return Err(Error::Shape { what: "targets".into(), expected, found: format!("{:?}", y.shape()) });
        }
        let read = self.read_labels(examples)?;
        let narrow = self.prepare_inputs(examples)?;
        let (loss, outputs) = (self.loss, self.plan.output.width);
        let targets = match &read {
            Some((target, labels)) => targets_for(loss, outputs, labels.view(), Some(std::slice::from_ref(target))),
            None => targets_for(loss, outputs, y, examples.output_columns()),
        }?;
        Ok(Prepared {
            rows: x.nrows(),
            inputs: x.ncols(),
            targets: targets.ncols(),
            x: narrow,
            y: targets.iter().copied().collect(),
            weights: None,
        })
    }

    /// The class that each example shows, as [`predict`](Network::predict) gives it.
    pub(crate) fn true_labels(&self, examples: &dyn Examples) -> Result<Array1<f64>> {
        let (targets, classes) = (examples.outputs(), self.classes().len());
        if targets.ncols() != 1 && targets.ncols() != classes {
            let (expected, found) = (format!("one column of classes, or {classes}"), format!("{:?}", targets.shape()));
            return Err(Error::Shape { what: "targets".into(), expected, found });
        }
        let read = self.read_labels(examples)?;
        Ok(true_classes(&read.map_or_else(|| targets.to_owned(), |(_, labels)| labels)))
    }

    /// The target's column that the network was fitted on, where it is one of classes.
    pub(crate) fn target(&self) -> Option<Column> {
        let targets = self.columns.as_ref().and_then(|columns| columns.targets.as_deref())?;
        targets.first().filter(|_| targets.len() == 1 && self.is_classifier()).cloned()
    }

    /// The data with its target as the network learned it, where it is another one.
    pub(crate) fn in_own_labels<'a>(&self, data: &'a Dataset) -> Result<Cow<'a, Dataset>> {
        match self.read_labels(data)? {
            Some((target, labels)) if self.is_classifier() && data.target_columns()[0].kind != target.kind => {
                Ok(Cow::Owned(data.with_labels(&target, labels.column(0).to_owned())?))
            }
            _ => Ok(Cow::Borrowed(data)),
        }
    }

    /// One column of classes as the network learned them, read by the meaning of its labels; `None` if the targets are taken
    /// as they come: before the first fit, as arrays, and as numbers.
    fn read_labels(&self, examples: &dyn Examples) -> Result<Option<(Column, Array2<f64>)>> {
        let (Some(learned), Some(given)) = (&self.columns, examples.output_columns()) else { return Ok(None) };
        let own = learned.targets.as_deref().unwrap_or_default();
        let each =
            |column: &Column| column.categories().map(|all| all.iter().map(|one| indicator(column, one)).collect());
        let in_order: Option<Vec<Column>> = own.first().filter(|_| own.len() == 1 && given.len() > 1).and_then(each);
        require_target_order(in_order.as_deref().unwrap_or(own), Some(given), "network")?;
        let [given] = given else { return Ok(None) };
        let own = match own {
            [own] => own.clone(),
            [] => Column::number(given.name.clone()),
            several => {
                let lead = format!("{}=", given.name);
                let categories = several.iter().map(|column| column.name.strip_prefix(&lead).map(String::from));
                let Some(categories) = categories.collect() else { return Ok(None) };
                Column::category(given.name.clone(), categories)
            }
        };
        if own.categories().is_none() && given.categories().is_none() {
            return Ok(None);
        }
        let known: Vec<f64> = (0..self.output_count().max(2)).map(|class| class as f64).collect();
        let (has, lacks) = ("the network was fitted on", "the network does not know");
        let labels = Labels { own: &own, known: &known, has, lacks }
            .read(Some(given), examples.outputs().column(0))?
            .insert_axis(Axis(1));
        Ok(Some((if own.categories().is_some() { own } else { given.clone() }, labels)))
    }

    /// Records the columns that the network is fitted on, as soon as examples have them.
    pub(super) fn learn_columns(&mut self, examples: &dyn Examples) {
        let known = self.columns.get_or_insert(Columns { inputs: None, targets: None });
        let names = |columns: Option<&[Column]>| columns.map(<[Column]>::to_vec);
        known.inputs = known.inputs.take().or_else(|| names(examples.input_columns()));
        known.targets = known.targets.take().or_else(|| names(examples.output_columns()));
    }
}

/// The targets as the loss wants them: one column of categories becomes one column a class where it must.
fn targets_for(
    loss: AnyLoss,
    outputs: usize,
    y: ArrayView2<'_, f64>,
    columns: Option<&[Column]>,
) -> Result<Array2<f64>> {
    if y.ncols() == 0 {
        return Err(Error::Data("there is no target to learn; name one with `with_target(\"column\")`".into()));
    }
    let mut targets = y.to_owned();
    if let Some([column]) = columns
        && let Some(classes) = column.categories()
    {
        if let Some(row) = y.column(0).iter().position(|value| value.is_nan()) {
            let problem = format!("row {row} has no class; drop such rows with `drop_missing`");
            return Err(Error::Column { column: column.name.clone(), problem });
        }
        let needed = if outputs == 1 { 2 } else { outputs };
        if classes.len() != needed {
            return Err(Error::Shape {
                what: "outputs of the network".into(),
                expected: format!("{}, one for each class of `{}`", classes.len(), column.name),
                found: outputs.to_string(),
            });
        }
        if outputs > 1 && !loss.takes_class_numbers() {
            targets = Array2::from_shape_fn((y.nrows(), classes.len()), |(row, class)| {
                f64::from(u8::from(y[[row, 0]] == class as f64))
            });
        }
    } else {
        require_numbers(y, columns, "y")?;
    }
    // Any outputs do, so long as they are probabilities.
    let anything = Array1::from_elem(outputs, 1.0 / outputs as f64);
    if let Some(anything) = anything.broadcast((targets.nrows(), outputs)) {
        loss.check(targets.view(), anything)?;
    }
    Ok(targets)
}

/// Refuses features, given also in `f32`, above `most`, the greatest number of `bits` bits.
pub(super) fn require_size(inputs: &dyn Inputs, narrow: &[f32], most: f32, bits: u32) -> Result<()> {
    let Some(at) = narrow.iter().position(|value| value.abs() > most) else { return Ok(()) };
    let (x, columns) = (inputs.inputs(), inputs.input_columns());
    let (row, column) = (at / x.ncols(), at % x.ncols());
    Err(Error::NotFinite {
        column: columns.map_or(format!("x{}", column + 1), |columns| columns[column].name.clone()),
        row,
        value: format!("{}, too large for {bits} bits", x[[row, column]]),
        hint: "scale the features, as with a `StandardScaler`".into(),
    })
}
