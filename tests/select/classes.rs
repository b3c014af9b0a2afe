//! Scores are about the classes that are there, whatever the target's column could hold.

use gradus::metrics::Average;
use gradus::prelude::*;
use gradus::select::cross_val_probabilities;

use crate::message;
use crate::nearest_centroid::NearestCentroid;

const ALL: [Scoring; 12] = [
    Scoring::Accuracy,
    Scoring::BalancedAccuracy,
    Scoring::Precision(Average::Class(1)),
    Scoring::Recall(Average::Class(1)),
    Scoring::F1(Average::Class(0)),
    Scoring::F1(Average::Class(1)),
    Scoring::F1(Average::Macro),
    Scoring::F1(Average::Weighted),
    Scoring::Matthews,
    Scoring::LogLoss,
    Scoring::Brier,
    Scoring::RocAuc,
];

/// Every third row of these species, with two features that do not quite tell them apart.
fn species(of: &[f64]) -> Result<Dataset> {
    let iris = datasets::iris()?;
    let label = iris.target()?.to_owned();
    let rows: Vec<usize> = (0..150).filter(|row| of.contains(&label[*row])).collect();
    iris.select_rows(&rows)?.select(&["sepal_length", "sepal_width"])
}

/// The same examples whose classes are 0 and 1, without names.
fn renumbered(data: &Dataset) -> Result<Dataset> {
    let labels = data.target()?;
    let least = labels.iter().copied().fold(f64::INFINITY, f64::min);
    Dataset::from_arrays(data.features().clone(), labels.mapv(|label| f64::from(u8::from(label > least))))
}

#[test]
fn two_of_three_species_score_as_two_classes() -> Result<()> {
    let classifier = LogisticRegression::maximum_likelihood().l2(1e-3);
    let folds = StratifiedKFold::new(5);
    for of in [[0.0, 1.0], [0.0, 2.0], [1.0, 2.0]] {
        let two = species(&of)?;
        let plain = renumbered(&two)?;
        assert_eq!((two.classes().map(<[String]>::len), two.rows()), (Some(3), 100));
        let models: [&dyn Estimator; 2] = [&classifier, &NearestCentroid];
        for model in models {
            let (named, expected) =
                (cross_validate(model, &two, &folds, &ALL)?, cross_validate(model, &plain, &folds, &ALL)?);
            for scoring in ALL {
                assert_eq!(named.validation(scoring)?, expected.validation(scoring)?, "{scoring} of {of:?}");
            }
        }
        let (fit, expected) = (classifier.fit(&two)?, classifier.fit(&plain)?);
        for scoring in ALL {
            assert_eq!(scoring.score(&fit, &two)?, scoring.score(&expected, &plain)?, "{scoring} of {of:?}");
        }
        assert_eq!(cross_val_probabilities(&classifier, &two, &folds)?.dim(), (100, 2));
        let beyond = message(Scoring::F1(Average::Class(2)).score(&fit, &two));
        assert!(beyond.contains("the target has 2 classes, counted from 0"), "{beyond}");
    }
    Ok(())
}

#[test]
fn the_class_named_is_the_class_meant() -> Result<()> {
    let two = species(&[1.0, 2.0])?;
    let fit = LogisticRegression::maximum_likelihood().fit(&two)?;
    assert_eq!(fit.classes(), ["versicolor", "virginica"]);
    let (truth, said) = (two.target()?, fit.predict(&two)?);
    for (class, label) in [(0, 1.0), (1, 2.0)] {
        let count = |of: &dyn Fn(f64, f64) -> bool| {
            truth.iter().zip(&said).filter(|(truth, said)| of(**truth, **said)).count() as f64
        };
        let right = count(&|truth, said| truth == label && said == label);
        let f1 = 2.0 * right / (count(&|truth, _| truth == label) + count(&|_, said| said == label));
        assert!((Scoring::F1(Average::Class(class)).score(&fit, &two)? - f1).abs() < 1e-15);
    }
    // Brier's score of two classes is that of the second one.
    let second = fit.predict_proba(&two)?.column(1).to_owned();
    let brier = second.iter().zip(truth).map(|(p, y)| (p - (y - 1.0)).powi(2)).sum::<f64>() / 100.0;
    assert!((Scoring::Brier.score(&fit, &two)? - brier).abs() < 1e-15);
    Ok(())
}

#[test]
fn searches_and_cv_know_the_classes_too() -> Result<()> {
    let (two, folds) = (species(&[1.0, 2.0])?, StratifiedKFold::new(5));
    let plain = renumbered(&two)?;
    let build = |params: &ParamSet| Ok(LogisticRegression::maximum_likelihood().l2(params.number("λ")?));
    for scoring in [Scoring::RocAuc, Scoring::Brier, Scoring::F1(Average::Class(1))] {
        let search = GridSearch::over("λ", [1e-3, 1e-1]);
        let named = search.run(build, &two, &folds, scoring)?;
        assert_eq!(named.scores(), search.run(build, &plain, &folds, scoring)?.scores());
        assert!(named.errors().iter().all(Option::is_none));
        let chosen = |data: &Dataset| -> Result<Array2<f64>> {
            let cv = LogisticRegressionCv::new().cs(&[0.1, 1.0]).scoring(scoring);
            Ok(cv.fit(data, &folds)?.curves()[0].validation().clone())
        };
        assert_eq!(chosen(&two)?, chosen(&plain)?);
    }
    Ok(())
}

#[test]
fn a_model_that_knows_more_classes_than_the_data_shows_keeps_them() -> Result<()> {
    let (three, two) = (species(&[0.0, 1.0, 2.0])?, species(&[1.0, 2.0])?);
    for numbers in [false, true] {
        let plain = |data: &Dataset| match numbers {
            true => Dataset::from_arrays(data.features().clone(), data.target()?.to_owned()),
            false => Ok(data.clone()),
        };
        let fit = SoftmaxRegression::maximum_likelihood().l2(1e-3).fit(&plain(&three)?)?;
        let two = plain(&two)?;
        let p = fit.predict_proba(&two)?;
        let truth = two.target()?;
        let brier = |row: usize| {
            (0..3).map(|k| (p[[row, k]] - f64::from(u8::from(k as f64 == truth[row]))).powi(2)).sum::<f64>()
        };
        let expected = (0..100).map(brier).sum::<f64>() / 100.0;
        assert!((Scoring::Brier.score(&fit, &two)? - expected).abs() < 1e-14);
        let said = fit.predict(&two)?;
        let right = said.iter().zip(truth).filter(|(said, truth)| said == truth).count();
        assert_eq!(Scoring::Accuracy.score(&fit, &two)?, right as f64 / 100.0);
        // The mean over the two classes that have a curve.
        let area = |class: usize| RocCurve::one_vs_rest(truth, p.column(class), class).map(|curve| curve.auc());
        assert!((Scoring::RocAuc.score(&fit, &two)? - (area(1)? + area(2)?) / 2.0).abs() < 1e-15);
    }
    Ok(())
}

#[test]
fn networks_count_their_outputs() -> Result<()> {
    let two = species(&[0.0, 1.0])?;
    let net = Sequential::new([2]).dense(3).softmax();
    let net = net.compile(Adam::new(0.1), SparseCategoricalCrossEntropy::default(), Device::Cpu, Seed(1))?;
    let found = cross_validate(&(net, Fit::epochs(30)), &two, &StratifiedKFold::new(2), &ALL)?;
    assert!(found.mean(Scoring::Accuracy)? > 0.9 && found.mean(Scoring::RocAuc)? > 0.9);
    let two = renumbered(&two)?;
    let half = Sequential::new([2]).dense(1).sigmoid();
    let half = half.compile(Adam::new(0.1), BinaryCrossEntropy::default(), Device::Cpu, Seed(1))?;
    let found = cross_validate(&(half, Fit::epochs(200)), &two, &StratifiedKFold::new(2), &ALL)?;
    assert!(found.mean(Scoring::Brier)? < 0.2 && found.mean(Scoring::F1(Average::Class(1)))? > 0.9);
    Ok(())
}
