//! Against values known in closed form, and NumPy 2.4's.

use ndarray::{Array1, Array2, ArrayRef, Dimension, array, s};
use num_complex::Complex64;

use super::*;
use crate::error::{Error, Result};

/// The largest difference.
fn gap<D: Dimension>(one: &ArrayRef<f64, D>, other: &ArrayRef<f64, D>) -> f64 {
    assert_eq!(one.shape(), other.shape());
    one.iter().zip(other.iter()).fold(0.0, |most, (one, other)| most.max((one - other).abs()))
}

fn hilbert(size: usize) -> Array2<f64> {
    Array2::from_shape_fn((size, size), |(row, column)| 1.0 / (row + column + 1) as f64)
}

fn binomial(n: usize, k: usize) -> f64 {
    (0..k).map(|at| (n - at) as f64 / (at + 1) as f64).product::<f64>().round()
}

/// Its inverse consists of whole numbers: D. E. Knuth, The Art of Computer Programming 1, 1.2.3, exercise 45.
fn inverse_of_hilbert(n: usize) -> Array2<f64> {
    Array2::from_shape_fn((n, n), |(row, column)| {
        let (i, j) = (row + 1, column + 1);
        let sign = if (i + j) % 2 == 0 { 1.0 } else { -1.0 };
        let square = binomial(i + j - 2, i - 1).powi(2);
        sign * (i + j - 1) as f64 * binomial(n + i - 1, n - j) * binomial(n + j - 1, n - i) * square
    })
}

fn some() -> Array2<f64> {
    array![[4.0, -2.0, 1.0], [3.0, 6.0, -4.0], [2.0, 1.0, 8.0]]
}

#[test]
fn hilbert_matrices_have_whole_inverses() -> Result<()> {
    for size in 1..=8 {
        let (exact, found) = (inverse_of_hilbert(size), inverse(&hilbert(size))?);
        let largest = exact.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        // κ is about e^(3.5 n).
        let digits = f64::EPSILON * (3.5 * size as f64).exp();
        assert!(gap(&found, &exact) / largest < 4.0 * digits, "{size}: {found}");
    }
    // Past 12 no digit is left.
    let refused = inverse(&hilbert(14)).unwrap_err();
    assert!(matches!(&refused, Error::Singular { condition, .. } if *condition > 1e13), "{refused}");
    Ok(())
}

#[test]
fn inverses_and_solutions_are_numpys() -> Result<()> {
    let exact = array![[52.0, 17.0, 2.0], [-32.0, 30.0, 19.0], [-9.0, -8.0, 30.0]] / 263.0;
    assert!(gap(&inverse(&some())?, &exact) < 1e-15);
    assert!((determinant(&some())? - 263.0).abs() < 1e-12);
    let right = array![12.0, -25.0, 32.0];
    assert!(gap(&solve(&some(), &right)?, &array![1.0, -2.0, 4.0]) < 1e-14);
    // Views, other orders in memory, and several right sides at once.
    let (transposed, both) = (some().reversed_axes(), array![[12.0, 24.0], [-25.0, -50.0], [32.0, 64.0]]);
    assert!(gap(&inverse(&transposed.t())?, &exact) < 1e-15);
    assert!(gap(&inverse(&transposed)?, &exact.t()) < 1e-15);
    assert!(gap(&solve(&transposed.t(), &both)?, &array![[1.0, 2.0], [-2.0, -4.0], [4.0, 8.0]]) < 1e-13);
    let wide = ndarray::concatenate![ndarray::Axis(1), some(), some()];
    assert!(gap(&inverse(&wide.slice(s![.., 3..]))?, &exact) < 1e-15);
    assert!(gap(&solve(&wide.slice(s![.., ..3]), &both.column(0))?, &array![1.0, -2.0, 4.0]) < 1e-14);
    Ok(())
}

#[test]
fn units_do_not_make_a_matrix_singular() -> Result<()> {
    let mixed = array![[1e-20, 0.0], [0.0, 1e10]];
    assert!(gap(&(inverse(&mixed)? * array![[1e-20, 1.0], [1.0, 1e10]]), &array![[1.0, 0.0], [0.0, 1.0]]) < 1e-15);
    let skewed = array![[2e-150, 1e150], [1e-150, 3e150]];
    let x = solve(&skewed, &array![4e-150 + 1e150, 2e-150 + 3e150])?;
    assert!((x[1] - 1.0).abs() < 1e-14, "{x}");
    assert!(inverse(&array![[0.0, 1e-300], [1e-300, 0.0]])?.iter().all(|value| *value == 0.0 || *value > 0.99e300));
    Ok(())
}

#[test]
fn determinants_have_closed_forms() -> Result<()> {
    // Vandermonde's: the product of all differences.
    let nodes = [1.0, -2.0, 0.5, 3.0, 4.0];
    let vandermonde = Array2::from_shape_fn((5, 5), |(row, power)| f64::powi(nodes[row], power as i32));
    let pairs = (0..5).flat_map(|j| (0..j).map(move |i| (i, j)));
    let product: f64 = pairs.map(|(i, j)| nodes[j] - nodes[i]).product();
    assert!((determinant(&vandermonde)? / product - 1.0).abs() < 1e-13);
    assert!((determinant(&vandermonde.t())? / product - 1.0).abs() < 1e-13);
    // An exchange of rows turns its sign; a matrix without an inverse has none.
    assert_eq!(determinant(&array![[0.0, 1.0], [1.0, 0.0]])?, -1.0);
    assert_eq!(determinant(&array![[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])?, 1.0);
    assert_eq!(determinant(&array![[1.0, 2.0], [2.0, 4.0]])?, 0.0);
    // The product of the pivots overflows on its way.
    let stretched = Array2::from_diag(&array![1e200, -1e200, 1e-200, 1e-200]);
    assert!((determinant(&stretched)? + 1.0).abs() < 1e-12);
    Ok(())
}

#[test]
fn symmetric_matrices_have_real_eigenvalues() -> Result<()> {
    // Of the second difference: 2 − 2 cos(kπ/(n + 1)).
    let size = 9;
    let difference = Array2::from_shape_fn((size, size), |(row, column)| match row.abs_diff(column) {
        0 => 2.0,
        1 => -1.0,
        _ => 0.0,
    });
    let angle = |k: usize| std::f64::consts::PI * (k + 1) as f64 / (size + 1) as f64;
    let exact = Array1::from_shape_fn(size, |k| 2.0 - 2.0 * angle(k).cos());
    assert!(gap(&eigenvalues(&difference)?, &exact) < 1e-14);
    let Eigen { values, vectors } = eigen(&difference)?;
    assert!(gap(&values, &exact) < 1e-14);
    assert!(gap(&vectors.t().dot(&vectors), &Array2::eye(size)) < 1e-14);
    assert!(gap(&difference.dot(&vectors), &(&vectors * &values)) < 1e-14);
    // sin(kπj/(n + 1)), of which the first has no change of sign and is positive.
    let first = Array1::from_shape_fn(size, |at| (angle(0) * (at + 1) as f64).sin());
    let length = first.dot(&first).sqrt();
    assert!(gap(&vectors.column(0), &(first / length)) < 1e-14);
    // Rounding in a product is no asymmetry.
    let mut rounded = difference.clone();
    rounded[[0, 1]] += 1e-15;
    assert!(gap(&eigenvalues(&rounded)?, &exact) < 1e-14);
    let message = eigenvalues(&array![[1.0, 2.0], [3.0, 4.0]]).unwrap_err().to_string();
    assert!(message.contains("row 0, column 1 holds 2") && message.contains("complex_eigenvalues"), "{message}");
    Ok(())
}

#[test]
fn rotations_have_complex_eigenvalues() -> Result<()> {
    for angle in [0.3, 1.0, 2.5] {
        let rotation = array![[f64::cos(angle), -f64::sin(angle)], [f64::sin(angle), f64::cos(angle)]];
        let mut found = complex_eigenvalues(&rotation)?.to_vec();
        found.sort_by(|one, other| one.im.total_cmp(&other.im));
        assert!((found[1] - Complex64::from_polar(1.0, angle)).norm() < 1e-14, "{found:?}");
        assert!((found[0] - found[1].conj()).norm() < 1e-15);
    }
    // NumPy's of a matrix that is not symmetric; the vectors stretch by them.
    let a = array![[1.0, 2.0, 0.0], [-3.0, 1.0, 4.0], [0.0, 1.0, 2.0]];
    let ComplexEigen { values, vectors } = complex_eigen(&a)?;
    let mut sorted = values.to_vec();
    sorted.sort_by(|one, other| one.re.total_cmp(&other.re).then(one.im.total_cmp(&other.im)));
    let numpys =
        [(0.6119772824857308, -1.7965885235495656), (0.6119772824857308, 1.7965885235495656), (2.776045435028539, 0.0)];
    for (found, (re, im)) in sorted.iter().zip(numpys) {
        assert!((found - Complex64::new(re, im)).norm() < 1e-13, "{found}");
    }
    let images = a.mapv(Complex64::from).dot(&vectors);
    let stretched = &vectors * &values;
    assert!(images.iter().zip(&stretched).all(|(image, stretched)| (image - stretched).norm() < 1e-13));
    assert!(
        vectors.columns().into_iter().all(|v| (v.iter().map(Complex64::norm_sqr).sum::<f64>() - 1.0).abs() < 1e-13)
    );
    // A triangle's stand on its diagonal, all real.
    let real = complex_eigenvalues(&array![[2.0, 5.0], [0.0, -3.0]])?;
    assert!(real.iter().all(|value| value.im == 0.0) && (real.sum().re + 1.0).abs() < 1e-14);
    Ok(())
}

#[test]
fn singular_values_are_numpys() -> Result<()> {
    let tall = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    for a in [tall.clone(), tall.t().to_owned()] {
        let Svd { u, singular_values, vt } = svd(&a)?;
        assert!(gap(&singular_values, &array![9.52551809156511, 0.5143005806586441]) < 1e-13);
        assert!(gap(&(&u * &singular_values).dot(&vt), &a) < 1e-14);
        assert!(gap(&u.t().dot(&u), &Array2::eye(2)) < 1e-14 && gap(&vt.dot(&vt.t()), &Array2::eye(2)) < 1e-14);
        assert!(
            u.columns()
                .into_iter()
                .all(|u| u.iter().fold(0.0_f64, |m, v| if v.abs() > m.abs() { *v } else { m }) > 0.0)
        );
    }
    assert!((spectral_norm(&tall)? - 9.525518091565107).abs() < 1e-13);
    assert!((condition_number(&tall)? - 18.52130534125814).abs() < 1e-11);
    assert!((condition_number(&some())? - 2.2654014672180978).abs() < 1e-13);
    assert!((condition_number(&hilbert(5))? / 476607.25024 - 1.0).abs() < 1e-8);
    assert_eq!(condition_number(&Array2::zeros((2, 2)))?, f64::INFINITY);
    Ok(())
}

#[test]
fn pseudo_inverses_meet_moores_and_penroses_conditions() -> Result<()> {
    let deficient = array![[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]];
    let numpys = array![[-1.0, -2.0, 25.0], [2.0, 4.0, -20.0], [1.0, 2.0, 5.0]] / 30.0;
    assert!(gap(&pseudo_inverse(&deficient)?, &numpys) < 1e-14);
    let tall = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    let zero = Array2::zeros((2, 3));
    for a in [deficient, tall.t().to_owned(), tall, some(), zero] {
        let plus = pseudo_inverse(&a)?;
        let (left, right) = (a.dot(&plus), plus.dot(&a));
        assert!(gap(&left.dot(&a), &a) < 1e-13 && gap(&right.dot(&plus), &plus) < 1e-13);
        assert!(gap(&left, &left.t()) < 1e-13 && gap(&right, &right.t()) < 1e-13);
    }
    assert!(gap(&pseudo_inverse(&some())?, &inverse(&some())?) < 1e-15);
    Ok(())
}

#[test]
fn norms_ranks_and_traces() -> Result<()> {
    assert_eq!((norm(&array![3.0, 4.0])?, norm(&array![1e200, 1e200])?), (5.0, 2.0_f64.sqrt() * 1e200));
    assert!((norm(&some())? - 151.0_f64.sqrt()).abs() < 1e-14);
    // A view with gaps.
    assert_eq!(norm(&array![[3.0, 9.0], [4.0, 9.0]].column(0))?, 5.0);
    assert_eq!((rank(&some())?, rank(&Array2::zeros((3, 2)))?, rank(&hilbert(5))?), (3, 0, 5));
    assert_eq!(rank(&array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])?, 2);
    assert_eq!(trace(&some())?, 18.0);
    Ok(())
}

#[test]
fn empty_matrices_answer_as_numpy_does() -> Result<()> {
    let none = Array2::<f64>::zeros((0, 0));
    assert_eq!((inverse(&none)?.dim(), determinant(&none)?, trace(&none)?), ((0, 0), 1.0, 0.0));
    assert_eq!(solve(&none, &Array1::zeros(0))?.len(), 0);
    assert_eq!(solve(&none, &Array2::zeros((0, 2)))?.dim(), (0, 2));
    assert_eq!(
        (eigenvalues(&none)?.len(), eigen(&none)?.vectors.dim(), complex_eigen(&none)?.values.len()),
        (0, (0, 0), 0)
    );
    assert_eq!(complex_eigenvalues(&none)?.len(), 0);
    for (n, d) in [(0, 0), (0, 3), (3, 0)] {
        let empty = Array2::<f64>::zeros((n, d));
        let Svd { u, singular_values, vt } = svd(&empty)?;
        assert_eq!((u.dim(), singular_values.len(), vt.dim()), ((n, 0), 0, (0, d)));
        assert_eq!((pseudo_inverse(&empty)?.dim(), rank(&empty)?), ((d, n), 0));
        assert_eq!((norm(&empty)?, spectral_norm(&empty)?), (0.0, 0.0));
        assert!(condition_number(&empty).is_err());
    }
    Ok(())
}

#[test]
fn refusals_name_the_shape_the_place_and_the_way_out() {
    let said = |error: Error| error.to_string();
    let wide = Array2::<f64>::zeros((2, 3));
    for error in [
        inverse(&wide).unwrap_err(),
        determinant(&wide).unwrap_err(),
        trace(&wide).unwrap_err(),
        eigenvalues(&wide).unwrap_err(),
        eigen(&wide).unwrap_err(),
        complex_eigenvalues(&wide).unwrap_err(),
        complex_eigen(&wide).unwrap_err(),
        solve(&wide, &array![1.0, 2.0]).unwrap_err(),
    ] {
        assert!(said(error.clone()).contains("expected a square one, found 2 × 3"), "{error}");
    }
    let twice = array![[1.0, 2.0], [2.0, 4.0]];
    for error in [inverse(&twice).unwrap_err(), solve(&twice, &array![1.0, 1.0]).unwrap_err()] {
        let text = said(error);
        assert!(text.contains("2 × 2 matrix is singular") && text.contains("pivot 2 of 2 is 0"), "{text}");
        assert!(text.contains("pseudo_inverse") && text.contains("ridge"), "{text}");
    }
    // Singular up to rounding: no pivot is 0, or one is by chance.
    let text = said(inverse(&array![[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]]).unwrap_err());
    assert!(text.contains("is singular (condition number about"), "{text}");
    for bad in [f64::NAN, f64::INFINITY] {
        let mut holed = some();
        holed[[2, 1]] = bad;
        for error in [
            inverse(&holed).unwrap_err(),
            determinant(&holed).unwrap_err(),
            svd(&holed).unwrap_err(),
            pseudo_inverse(&holed).unwrap_err(),
            norm(&holed).unwrap_err(),
            spectral_norm(&holed).unwrap_err(),
            rank(&holed).unwrap_err(),
            condition_number(&holed).unwrap_err(),
            trace(&holed).unwrap_err(),
            eigen(&holed).unwrap_err(),
            complex_eigen(&holed).unwrap_err(),
        ] {
            assert!(said(error.clone()).contains(&format!("row 2, column 1 is {bad}")), "{error}");
        }
        let text = said(solve(&some(), &array![0.0, bad, 1.0]).unwrap_err());
        assert!(text.contains(&format!("position 1 is {bad}")), "{text}");
    }
    let text = said(solve(&some(), &array![1.0, 2.0]).unwrap_err());
    assert!(text.contains("of 3 rows") && text.contains("found the shape [2]"), "{text}");
    assert!(solve(&some(), &ndarray::Array3::<f64>::zeros((3, 1, 1))).is_err());
}
