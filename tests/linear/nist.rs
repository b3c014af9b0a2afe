//! NIST's Statistical Reference Datasets for linear least squares: how many of the certified digits each solver keeps.

use gradus::ndarray::Axis;
use gradus::prelude::*;
use std::path::PathBuf;

pub struct Certified {
    pub x: Array2<f64>,
    pub y: Array1<f64>,
    /// Estimate and standard deviation, the intercept first.
    pub parameters: Vec<(f64, f64)>,
    pub residual_std: f64,
    pub r_squared: f64,
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// Reads a file of NIST's: certified values, then `Data:` and rows of y, x1, x2, …; powers of x are made here. Nothing
/// comes where no folder of data was promised: NIST's files are not shipped.
pub fn read(name: &str, powers: usize) -> Option<Certified> {
    let Some(folder) = std::env::var_os("GRADUS_DATA_DIR").map(PathBuf::from) else {
        println!("not checked: put NIST's {name}.dat into nist_strd/ of a folder, and name that in GRADUS_DATA_DIR");
        return None;
    };
    let path = folder.join("nist_strd").join(format!("{name}.dat"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}. Put {name}.dat of NIST's Statistical Reference Datasets (linear regression) there, \
             and set GRADUS_DATA_DIR",
            path.display()
        )
    });
    let (head, data) = text.rsplit_once("Data:").expect("the file has data");
    let parameters = head
        .lines()
        .filter(|line| line.trim_start().starts_with('B'))
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words.len() == 3).then(|| (number(words[1]), number(words[2])))
        })
        .map(|(estimate, deviation)| (estimate.expect("an estimate"), deviation.expect("a deviation")))
        .collect();
    let after = |label: &str| {
        let lines = head.lines().filter(|line| line.trim_start().starts_with(label));
        lines.filter_map(|line| number(line.split_whitespace().last()?)).next().expect("a certified value")
    };
    let rows: Vec<Vec<f64>> = data
        .lines()
        .map(|line| line.split_whitespace().filter_map(number).collect::<Vec<f64>>())
        .filter(|row| row.len() > 1)
        .collect();
    let width = if powers > 1 { powers } else { rows[0].len() - 1 };
    let x = Array2::from_shape_fn((rows.len(), width), |(row, column)| match powers {
        0 | 1 => rows[row][column + 1],
        _ => rows[row][1].powi(column as i32 + 1),
    });
    Some(Certified {
        x,
        y: rows.iter().map(|row| row[0]).collect(),
        parameters,
        residual_std: after("Standard Deviation"),
        r_squared: after("R-Squared"),
    })
}

/// The log relative error: how many digits agree, at most 15.
pub fn digits(found: f64, certified: f64) -> f64 {
    let error = if certified == 0.0 { found.abs() } else { ((found - certified) / certified).abs() };
    if error == 0.0 { 15.0 } else { (-error.log10()).clamp(0.0, 15.0) }
}

fn fewest_digits(fit: &FittedClosedForm, certified: &Certified) -> f64 {
    let found = std::iter::once(fit.intercept()).chain(fit.weights().column(0).to_vec());
    found.zip(&certified.parameters).map(|(found, (value, _))| digits(found, *value)).fold(15.0, f64::min)
}

/// File, powers of x, digits that the default must keep.
const SETS: [(&str, usize, f64); 4] =
    [("Norris", 1, 13.0), ("Pontius", 2, 13.0), ("Longley", 1, 13.0), ("Wampler1", 5, 14.0)];

#[test]
fn the_default_keeps_the_certified_digits() {
    for (name, powers, least) in SETS {
        let Some(certified) = read(name, powers) else { return };
        let fit = LinearRegression::closed_form().fit(&(&certified.x, &certified.y)).expect("a fit");
        let kept = fewest_digits(&fit, &certified);
        println!(
            "{name}: {kept:.1} digits by {}, κ {:.1e}, {} refinements",
            fit.solver(),
            fit.condition_number(),
            fit.refinements()
        );
        assert!(kept >= least, "{name}: {kept:.1} digits, {least} wanted; {}", fit.note());
    }
}

#[test]
fn standard_errors_are_the_certified_ones() {
    for (name, powers, least) in [("Norris", 1, 13.0), ("Pontius", 2, 13.0), ("Longley", 1, 14.0)] {
        let Some(certified) = read(name, powers) else { return };
        let fit = LinearRegression::closed_form().fit(&(&certified.x, &certified.y)).expect("a fit");
        for (line, (_, deviation)) in fit.coefficients(0).expect("errors").iter().zip(&certified.parameters) {
            let kept = digits(line.standard_error, *deviation);
            assert!(
                kept >= least,
                "{name}, {}: {} against {deviation}, {kept:.1} digits",
                line.name,
                line.standard_error
            );
        }
        assert!(digits(fit.residual_std(0), certified.residual_std) >= least, "{name}: {}", fit.residual_std(0));
        assert!(digits(fit.training_score(), certified.r_squared) >= 13.0);
    }
}

#[test]
fn the_plain_solvers_keep_what_their_notes_promise() {
    for (name, powers, _) in SETS {
        let Some(certified) = read(name, powers) else { return };
        for solver in [Solver::NormalEquations, Solver::Qr, Solver::Svd] {
            match LinearRegression::closed_form().solver(solver).fit(&(&certified.x, &certified.y)) {
                Ok(fit) => {
                    // κ bounds the error of the weights as a whole, each in units of its column's spread.
                    let spread = certified.x.std_axis(Axis(0), 0.0);
                    let scaled = |values: &[f64]| Array1::from(values.to_vec()) * &spread;
                    let truth = scaled(&certified.parameters[1..].iter().map(|(value, _)| *value).collect::<Vec<_>>());
                    let found = scaled(&fit.weights().column(0).to_vec());
                    let length = |values: &Array1<f64>| values.dot(values).sqrt();
                    let kept = digits(length(&truth) + length(&(&found - &truth)), length(&truth));
                    println!("{name}: {kept:.1} digits by {}, κ {:.1e}", fit.solver(), fit.condition_number());
                    let power = if solver == Solver::NormalEquations { 2 } else { 1 };
                    let promised = -(fit.condition_number().powi(power) * f64::EPSILON).log10();
                    assert!(
                        kept >= promised.min(15.0) - 3.0,
                        "{name}, {solver:?}: {kept:.1} digits, {promised:.1} promised"
                    );
                }
                Err(error) => {
                    println!("{name}: {error}");
                    assert_eq!(solver, Solver::NormalEquations, "{name}: {error}");
                }
            }
        }
    }
}
