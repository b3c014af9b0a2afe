//! What must not matter to logistic and softmax regression: the order of rows and columns, the names of the classes, and
//! whether an example stands twice or weighs twice as much.

use gradus::ndarray::Axis;
use gradus::prelude::*;
use proptest::prelude::*;

/// Examples of three classes, each of which occurs, and an order of the rows.
fn examples() -> impl Strategy<Value = (Array2<f64>, Vec<usize>, Vec<usize>)> {
    (12..40_usize).prop_flat_map(|rows| {
        let values = prop::collection::vec(-3.0..3.0_f64, rows * 3);
        let classes = prop::collection::vec(0..3_usize, rows).prop_map(|mut classes| {
            classes[..3].copy_from_slice(&[0, 1, 2]);
            classes
        });
        let order = Just((0..rows).collect::<Vec<_>>()).prop_shuffle();
        (values.prop_map(move |values| Array2::from_shape_vec((rows, 3), values).unwrap()), classes, order)
    })
}

fn fit(x: &Array2<f64>, labels: Array1<f64>) -> FittedMaximumLikelihood {
    SoftmaxRegression::maximum_likelihood().l2(0.05).tolerance(1e-11).fit(&(x.view(), labels)).unwrap()
}

fn near(ours: &Array2<f64>, theirs: &Array2<f64>) -> std::result::Result<(), TestCaseError> {
    let gap = (ours - theirs).iter().fold(0.0_f64, |most, gap| most.max(gap.abs()));
    prop_assert!(gap < 1e-7, "{} apart:\n{}\n{}", gap, ours, theirs);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn rows_in_another_order_give_the_same_weights((x, classes, order) in examples()) {
        let first = fit(&x, classes.iter().map(|class| *class as f64).collect());
        let (moved, labels) = (x.select(Axis(0), &order), order.iter().map(|row| classes[*row] as f64).collect());
        near(first.weights(), fit(&moved, labels).weights())?;
    }

    #[test]
    fn columns_in_another_order_move_their_weights((x, classes, _) in examples()) {
        let labels: Array1<f64> = classes.iter().map(|class| *class as f64).collect();
        let first = fit(&x, labels.clone());
        let moved = fit(&x.select(Axis(1), &[2, 0, 1]), labels);
        near(&first.weights().select(Axis(0), &[2, 0, 1]), moved.weights())?;
    }

    #[test]
    fn classes_with_other_names_keep_their_weights((x, classes, _) in examples()) {
        let first = fit(&x, classes.iter().map(|class| *class as f64).collect());
        // 0 → 70, 1 → −5, 2 → 3: sorted they are the classes 1, 2, 0.
        let renamed = fit(&x, classes.iter().map(|class| [70.0, -5.0, 3.0][*class]).collect());
        prop_assert_eq!(renamed.classes(), &["-5", "3", "70"]);
        near(&first.weights().select(Axis(1), &[1, 2, 0]), renamed.weights())?;
    }

    #[test]
    fn swapped_classes_turn_the_sign((x, classes, _) in examples()) {
        let logistic = |positive: usize| {
            let labels: Array1<f64> = classes.iter().map(|class| f64::from(u8::from((*class > 0) == (positive == 1)))).collect();
            LogisticRegression::maximum_likelihood().l2(0.05).tolerance(1e-11).fit(&(x.view(), labels)).unwrap()
        };
        near(&(-logistic(0).weights()), logistic(1).weights())?;
    }

    #[test]
    fn weights_are_repetitions((x, classes, _) in examples(), times in prop::collection::vec(1..4_usize, 40)) {
        let labels: Array1<f64> = classes.iter().map(|class| *class as f64).collect();
        let weights: Array1<f64> = (0..classes.len()).map(|row| times[row] as f64).collect();
        let model = SoftmaxRegression::maximum_likelihood().l2(0.05).tolerance(1e-11);
        let weighted = model.clone().sample_weights(weights).fit(&(x.view(), labels.view())).unwrap();
        let rows: Vec<usize> = (0..classes.len()).flat_map(|row| std::iter::repeat_n(row, times[row])).collect();
        let repeated = model.fit(&(x.select(Axis(0), &rows), labels.select(Axis(0), &rows))).unwrap();
        near(weighted.weights(), repeated.weights())?;
    }
}
