//! Many rows, many classes, many folds: a square of them would take minutes or all memory. Few threads and many.

use gradus::metrics::accuracy;
use gradus::prelude::*;
use gradus::select::cross_val_probabilities;

use crate::{labelled, message, rows};

#[test]
fn many_classes_are_stratified() -> Result<()> {
    // Two rows a class.
    let labels: Vec<f64> = (0..400_000).map(|row| f64::from(row % 200_000)).collect();
    let data = labelled(&labels);
    let folds = StratifiedKFold::new(2).folds(&data)?;
    assert_eq!(folds.iter().map(|fold| fold.validation.len()).collect::<Vec<_>>(), [200_000, 200_000]);
    let mut seen = vec![0; 200_000];
    folds[0].validation.iter().for_each(|row| seen[row % 200_000] += 1);
    assert!(seen.iter().all(|times| *times == 1));
    let distinct = labelled(&(0..200_000).map(f64::from).collect::<Vec<_>>());
    assert!(message(StratifiedKFold::new(2).folds(&distinct)).contains("class `0` has one row"));
    assert_eq!(StratifiedKFold::new(2).folds(&labelled(&[0.0, -0.0]))?.len(), 2);
    Ok(())
}

#[test]
fn as_many_folds_as_rows_or_groups_hold_little() -> Result<()> {
    let data = rows(200_000);
    let folds = LeaveOneOut.folds(&data)?;
    let groups = GroupKFold::new(200_000, 0..200_000).folds(&data)?;
    assert_eq!((folds.len(), groups.len()), (200_000, 200_000));
    assert_eq!(folds[7].validation, [7]);
    let train = folds[7].train();
    assert_eq!((train.len(), train[6], train[7]), (199_999, 6, 8));
    let [part, one] = folds[199_999].parts(&data)?;
    assert_eq!((part.rows(), one.rows()), (199_999, 1));
    Ok(())
}

#[test]
fn leaving_one_out_costs_its_fits_alone() -> Result<()> {
    // 500 fits of one constant each: their training rows one after the other, never all at once.
    let x = Array2::from_shape_fn((500, 1), |(row, _)| (row % 17) as f64);
    let data = Dataset::from_arrays(x, Array1::from_shape_fn(500, |row| (row % 5) as f64))?;
    let model = LinearRegression::closed_form();
    let found = cross_validate(&model, &data, &LeaveOneOut, &[Scoring::MeanAbsoluteError])?;
    let predicted = cross_val_predict(&model, &data, &LeaveOneOut)?;
    let errors = (&predicted.column(0) - &data.target()?).mapv(f64::abs);
    assert!((found.mean(Scoring::MeanAbsoluteError)? - errors.sum() / 500.0).abs() < 1e-12);
    Ok(())
}

#[test]
fn many_classes_are_counted_without_their_square() -> Result<()> {
    let labels = Array1::from_shape_fn(80_000, |row| row as f64);
    assert_eq!(accuracy(labels.view(), labels.view())?, 1.0);
    let names: Vec<String> = (0..80_000).map(|class| class.to_string()).collect();
    let refused = message(ConfusionMatrix::new(labels.view(), labels.view(), &names));
    assert!(refused.contains("80000 classes would need a matrix of more than 1 GiB"), "{refused}");
    assert!(message(ConfusionMatrix::from_labels(&names, &names)).contains("80000 classes"));
    // Scores need no matrix.
    let data = labelled(&labels.to_vec());
    for scoring in [Scoring::Accuracy, Scoring::F1(gradus::metrics::Average::Macro), Scoring::Matthews] {
        assert!((scoring.score(&Echo, &data)? - 1.0).abs() < 1e-12);
    }
    Ok(())
}

/// Says what the target holds.
#[derive(Debug)]
struct Echo;

impl Predictor for Echo {
    fn predict_values(&self, data: &Dataset) -> Result<Array2<f64>> {
        Ok(data.targets().clone())
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() -> Result<()> {
    // Wide enough for BLAS to share its sums among threads.
    let x = Array2::from_shape_fn((800, 120), |(row, column)| ((row * 37 + column * 101) % 211) as f64 / 100.0 - 1.0);
    let y =
        Array1::from_shape_fn(800, |row| f64::from(u8::from(x.row(row).sum() + ((row * 7 % 13) as f64 - 6.0) > 0.0)));
    let (two, numbers) = (
        Dataset::from_arrays(x.clone(), y)?,
        Dataset::from_arrays(x.clone(), x.sum_axis(ndarray::Axis(1)).mapv(f64::sin))?,
    );
    let run = || -> Result<_> {
        let classifier = LogisticRegression::maximum_likelihood().l2(1e-2);
        let probabilities = cross_val_probabilities(&classifier, &two, &StratifiedKFold::new(5))?;
        let regression = LinearRegression::closed_form().l2(1e-3);
        let predicted = cross_val_predict(&regression, &numbers, &KFold::new(3))?;
        let scores = cross_validate(&regression, &numbers, &KFold::new(3), &[Scoring::RSquared])?;
        let search = GridSearch::over("λ", [1e-3, 1e-1]);
        let build = |params: &ParamSet| Ok(LinearRegression::closed_form().l2(params.number("λ")?));
        let search = search.run(build, &numbers, &KFold::new(3), Scoring::RSquared)?;
        Ok((probabilities, predicted, scores.validation(Scoring::RSquared)?, search.scores().clone()))
    };
    let with = |threads: usize| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run);
    let one = with(1)?;
    for threads in [2, 16] {
        assert!(with(threads)? == one, "{threads} threads");
    }
    Ok(())
}
