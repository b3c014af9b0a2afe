//! One set of methods for every classifier: each against the measures of its own predictions, computed here.

use gradus::metrics::{accuracy, log_loss, mean_absolute_error, mean_squared_error, r_squared};
use gradus::prelude::*;

use super::message;

/// Names of the classes, predicted label and probabilities of each example, as any of the models gives them.
#[allow(clippy::too_many_arguments)]
fn check(
    test: &Dataset,
    names: &[String],
    said: &Array1<f64>,
    probabilities: &Array2<f64>,
    found: (f64, Evaluation, ConfusionMatrix, gradus::metrics::ClassificationReport),
    curve_of: impl Fn(&str) -> Result<RocCurve>,
    curve: Result<RocCurve>,
    recall_of: impl Fn(&str) -> Result<PrecisionRecallCurve>,
    recall: Result<PrecisionRecallCurve>,
) -> Result<()> {
    let (truth, classes) = (test.target()?, test.classes().unwrap_or_default());
    let (score, evaluation, matrix, report) = found;
    assert_eq!(names, classes);
    let by_hand = ConfusionMatrix::new(truth, said.view(), classes)?;
    assert_eq!(matrix, by_hand);
    assert_eq!(report, by_hand.report());
    assert_eq!(score, accuracy(truth, said.view())?);
    assert_eq!(evaluation.get("accuracy")?, score);
    let loss = log_loss(truth, probabilities.view())?;
    // A network takes its loss from the scores, in f32.
    assert!((evaluation.loss - loss).abs() < 1e-5 * loss.max(1.0), "{} {loss}", evaluation.loss);
    for (at, class) in classes.iter().enumerate() {
        assert_eq!(curve_of(class)?, RocCurve::one_vs_rest(truth, probabilities.column(at), at)?);
        assert_eq!(recall_of(class)?, PrecisionRecallCurve::one_vs_rest(truth, probabilities.column(at), at)?);
    }
    match classes.len() {
        2 => {
            assert_eq!(curve?, RocCurve::new(truth, probabilities.column(1))?);
            assert_eq!(recall?, PrecisionRecallCurve::new(truth, probabilities.column(1))?);
        }
        _ => {
            assert!(message(curve).contains("a ROC curve is of two classes, but here are 3: `setosa`, `versicolor`"));
            assert!(message(recall).contains("`precision_recall_curve_of(&data, \"setosa\")` takes one class"));
        }
    }
    assert!(message(recall_of("rose")).contains("there is no class `rose`"));
    assert!(message(curve_of("rose")).contains("there is no class `rose`; the classes are `"));
    Ok(())
}

macro_rules! check {
    ($model:expr, $test:expr) => {{
        let (model, test): (_, &Dataset) = (&$model, &$test);
        let (names, said): (Vec<String>, Array1<f64>) = (model.classes(), model.predict(test)?);
        let found = (model.score(test)?, model.evaluate(test)?, model.confusion_matrix(test)?, model.report(test)?);
        let curve_of = |class: &str| model.roc_curve_of(test, class);
        let recall_of = |class: &str| model.precision_recall_curve_of(test, class);
        let (curve, recall) = (model.roc_curve(test), model.precision_recall_curve(test));
        check(test, &names, &said, &model.predict_proba(test)?, found, curve_of, curve, recall_of, recall)?
    }};
}

fn halves(data: Dataset) -> Result<[Dataset; 2]> {
    let TrainTest { train, test } = data.train_test_stratified([0.6, 0.4], Seed(1))?;
    let scaler = StandardScaler::fit(&train)?;
    Ok([scaler.transform(&train)?, scaler.transform(&test)?])
}

fn network(inputs: usize, outputs: usize, loss: impl Into<gradus::loss::AnyLoss>) -> Result<Network> {
    let net = Sequential::new([inputs]).dense(4).tanh().dense(outputs);
    let net = if outputs == 1 { net.sigmoid() } else { net.softmax() };
    net.compile(Adam::new(0.02), loss, Device::Cpu, Seed(1))
}

#[test]
fn of_two_classes() -> Result<()> {
    let [train, test] = halves(datasets::breast_cancer()?)?;
    let likely = LogisticRegression::maximum_likelihood().c(1.0).fit(&train)?;
    check!(likely, test);
    check!(likely.model().clone().with_threshold(0.2)?, test);
    check!(LogisticRegression::gradient_descent().learning_rate(0.5).epochs(50).fit(&train)?, test);
    check!(LogisticRegressionCv::new().cs(&[0.01, 1.0]).fit(&train, &StratifiedKFold::new(3))?, test);
    check!(SoftmaxRegression::maximum_likelihood().c(1.0).fit(&train)?, test);
    let mut one = network(30, 1, BinaryCrossEntropy)?;
    one.fit(&train, Fit::epochs(5))?;
    check!(one, test);
    let average = VotingEnsemble::of_seeds(&one, (1..4).map(Seed), &train, Fit::epochs(3))?;
    check!(average, test);
    check!(average.by_majority()?, test);
    Ok(())
}

#[test]
fn of_three_classes() -> Result<()> {
    let [train, test] = halves(datasets::iris()?)?;
    check!(SoftmaxRegression::maximum_likelihood().c(1.0).fit(&train)?, test);
    check!(SoftmaxRegression::gradient_descent().learning_rate(0.5).epochs(50).fit(&train)?, test);
    let rest = SoftmaxRegression::maximum_likelihood().one_vs_rest().c(1.0).fit(&train)?;
    check!(rest, test);
    let folds = StratifiedKFold::new(3);
    check!(LogisticRegressionCv::new().one_vs_rest().cs(&[0.1, 1.0]).fit(&train, &folds)?, test);
    for loss in [CategoricalCrossEntropy.into(), gradus::loss::AnyLoss::from(SparseCategoricalCrossEntropy)] {
        let mut net = network(4, 3, loss)?;
        net.fit(&train, Fit::epochs(10))?;
        check!(net, test);
        let mut longer = net.clone();
        longer.fit(&train, Fit::epochs(5))?;
        check!(VotingEnsemble::new([net, longer])?, test);
    }
    let models = [0.1, 10.0].map(|c| SoftmaxRegression::maximum_likelihood().c(c).fit(&train));
    check!(VotingEnsemble::new(models.into_iter().collect::<Result<Vec<_>>>()?)?, test);
    Ok(())
}

#[test]
fn behind_pipelines_and_searches() -> Result<()> {
    for (data, outputs) in [(datasets::iris()?, 3), (datasets::breast_cancer()?, 2)] {
        let TrainTest { train, test } = data.train_test_stratified([0.6, 0.4], Seed(2))?;
        let softmax = SoftmaxRegression::maximum_likelihood().c(1.0);
        let pipeline = Pipeline::new([Step::Standardize], softmax.clone()).fit(&train)?;
        check!(pipeline, test);
        let found = GridSearch::over("C", [0.1, 1.0]).run(
            |params| Ok(SoftmaxRegression::maximum_likelihood().c(params.number("C")?)),
            &halves(data.clone())?[0],
            &StratifiedKFold::new(3),
            Scoring::Accuracy,
        )?;
        let scaled = &halves(data.clone())?[1];
        check!(*found.best_model(), *scaled);
        let net = network(data.features().ncols(), outputs, CategoricalCrossEntropy)?;
        let net = Pipeline::new([Step::Standardize], (net, Fit::epochs(5))).fit(&train)?;
        check!(net, test);
    }
    Ok(())
}

/// Arrays have class numbers for names.
#[test]
fn arrays_do_as_well() -> Result<()> {
    let x = array![[-2.0], [-1.0], [-0.5], [0.5], [1.0], [2.0]];
    let y = array![1.0, 1.0, 2.0, 1.0, 2.0, 2.0];
    let fit = LogisticRegression::maximum_likelihood().c(1.0).fit(&(&x, &y))?;
    let matrix = fit.confusion_matrix(&(&x, &y))?;
    assert_eq!(matrix.classes(), ["1", "2"]);
    assert_eq!(
        matrix,
        ConfusionMatrix::from_labels(&[1, 1, 2, 1, 2, 2], &fit.predict(&x)?.mapv(|y| y as i32).to_vec())?
    );
    assert!((fit.roc_curve(&(&x, &y))?.auc() - 8.0 / 9.0).abs() < 1e-12);
    let mut net = network(1, 2, CategoricalCrossEntropy)?;
    let one_hot = Array2::from_shape_fn((6, 2), |(row, class)| f64::from(u8::from(y[row] == (class + 1) as f64)));
    net.fit(&(&x, &one_hot), Fit::epochs(50))?;
    let said: Vec<usize> = net.predict(&x)?.iter().map(|class| *class as usize).collect();
    assert_eq!(net.confusion_matrix(&(&x, &one_hot))?, ConfusionMatrix::from_labels(&[0, 0, 1, 0, 1, 1], &said)?);
    // The scores of a hinge loss rank the examples, too.
    let net = Sequential::new([1]).dense(1).compile(Adam::new(0.1), Hinge, Device::Cpu, Seed(1))?;
    let signs = y.mapv(|class| 2.0 * class - 3.0);
    let margins = net.predict_raw(&x)?.column(0).to_owned();
    let by_hand = RocCurve::new(y.mapv(|class| class - 1.0).view(), margins.view())?;
    assert_eq!(net.roc_curve(&(&x, &signs))?.auc(), by_hand.auc());
    assert_eq!(net.confusion_matrix(&(&x, &signs))?.accuracy(), net.score(&(&x, &signs))?);
    Ok(())
}

#[test]
fn regressions_are_evaluated_and_have_no_classes() -> Result<()> {
    let diabetes = datasets::diabetes()?;
    let [train, test] = diabetes.split_into([0.7, 0.3], Seed(1))?;
    let fit = LinearRegression::closed_form().fit(&train)?;
    let predicted = fit.predict(&test)?;
    let (truth, said) = (test.target()?, predicted.view());
    let right = |found: Evaluation, tolerance: f64| -> Result<()> {
        let near = |found: f64, exact: f64| assert!((found / exact - 1.0).abs() < tolerance, "{found} {exact}");
        near(found.loss, mean_squared_error(truth, said)?);
        near(found.get("mean absolute error")?, mean_absolute_error(truth, said)?);
        near(found.get("R²")?, r_squared(truth, said)?);
        Ok(())
    };
    right(fit.evaluate(&test)?, 1e-12)?;
    right(VotingEnsemble::new([fit.model().clone(), fit.model().clone()])?.evaluate(&test)?, 1e-12)?;
    let pipeline = Pipeline::new([Step::Standardize], LinearRegression::closed_form()).fit(&train)?;
    right(pipeline.evaluate(&test)?, 1e-9)?;
    assert!((pipeline.score(&test)? - fit.score(&test)?).abs() < 1e-9);
    assert!(message(pipeline.confusion_matrix(&test)).contains("numbers, not classes"));
    assert!(message(pipeline.predict_proba(&test)).contains("`predict_proba` needs probabilities"));
    let squares = (array![[1.0], [2.0], [3.0], [4.0]], array![1.0, 4.0, 9.0, 17.0]);
    let curve = LinearRegression::closed_form().polynomial(2).fit(&squares)?;
    let examples = (array![[1.0], [2.5]], array![1.0, 6.0]);
    assert!((curve.evaluate(&examples)?.loss - curve.mean_squared_error(&examples)?).abs() < 1e-12);
    let net = Sequential::new([10]).dense(1).compile(Adam, MeanSquaredError, Device::Cpu, Seed(1))?;
    let evaluation = net.evaluate(&test)?;
    let said = net.predict(&test)?;
    assert!((evaluation.loss / mean_squared_error(truth, said.view())? - 1.0).abs() < 1e-5);
    assert!((evaluation.get("R²")? - net.score(&test)?).abs() < 1e-12);
    assert!(message(net.report(&test)).contains("numbers, not classes: its loss is the mean squared error"));
    assert!(message(net.roc_curve_of(&test, "1")).contains("numbers, not classes"));
    Ok(())
}

#[test]
fn refusals_name_columns_and_classes() -> Result<()> {
    let [train, test] = halves(datasets::iris()?)?;
    let linear = SoftmaxRegression::maximum_likelihood().c(1.0).fit(&train)?;
    let mut net = network(4, 3, CategoricalCrossEntropy)?;
    net.fit(&train, Fit::epochs(1))?;
    let average = VotingEnsemble::new([net.clone()])?;
    let mut names = test.feature_names();
    names.swap(0, 1);
    let turned = test.select(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
    let flowers = ["rose", "tulip", "daisy"].map(String::from).to_vec();
    let others = Dataset::new(
        "flowers",
        test.columns().to_vec(),
        test.features().clone(),
        vec![Column::category("flower", flowers)],
        test.targets().clone(),
    )?;
    for (data, says) in
        [(&turned, format!("`{}`", names[0])), (&others, "`flower`: has the categories [\"rose\"".into())]
    {
        let found = [
            message(linear.confusion_matrix(data)),
            message(linear.evaluate(data)),
            message(net.confusion_matrix(data)),
            message(net.roc_curve_of(data, "setosa")),
            message(net.evaluate(data)),
            message(average.report(data)),
            message(average.evaluate(data)),
        ];
        assert!(found.iter().all(|found| found.contains(&says)), "{says}: {found:?}");
    }
    // A class that had no example is one of those that the examples show.
    let two: Vec<usize> = (0..train.rows()).filter(|row| train.targets()[[*row, 0]] > 0.0).collect();
    let fewer = LogisticRegression::maximum_likelihood().c(1.0).fit(&train.select_rows(&two)?)?;
    let matrix = fewer.confusion_matrix(&test)?;
    assert_eq!(matrix.classes(), test.classes().unwrap_or_default());
    assert_eq!((matrix.counts().row(0).sum(), matrix.counts().column(0).sum()), (20, 0));
    assert_eq!(matrix.accuracy(), fewer.score(&test)?);
    // Several labels an example are judged one by one.
    let (x, y) = (array![[0.0, 1.0], [1.0, 1.0]], array![[0.0, 1.0], [1.0, 1.0]]);
    let labels = Sequential::new([2]).dense(2).sigmoid().compile(Adam, BinaryCrossEntropy, Device::Cpu, Seed(1))?;
    assert!(message(labels.confusion_matrix(&(&x, &y))).contains("`evaluate_with` measures them all"));
    assert_eq!(labels.evaluate(&(&x, &y))?.get("accuracy")?, labels.score(&(&x, &y))?);
    let several = VotingEnsemble::new([labels.clone(), labels.clone()])?;
    assert!((several.evaluate(&(&x, &y))?.loss - labels.evaluate(&(&x, &y))?.loss).abs() < 1e-6);
    assert!(message(several.roc_curve(&(&x, &y))).contains("not classes"));
    Ok(())
}
