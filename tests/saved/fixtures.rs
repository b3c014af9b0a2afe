//! Files of format 1, which every later version must read. `GRADUS_WRITE_FIXTURES=tests/saved/format-1 cargo test --test
//! saved` made them; a new format gets a folder of its own. `read.py` reads them with Python's safetensors.

use std::path::Path;

use gradus::prelude::*;

fn training() -> Result<Dataset> {
    let columns = vec![Column::number("size").unit("m²"), Column::category("town", vec!["Ulm".into(), "Bonn".into()])];
    let features = array![[1.0, 0.0], [3.0, 1.0], [6.0, 0.0], [5.0, 1.0]];
    let target = array![[4.0], [8.0], [14.0], [13.0]];
    Dataset::new("rents", columns, features, vec![Column::number("rent").unit("€")], target)
}

fn numbers() -> Result<Dataset> {
    training()?.select(&["size"])
}

/// Sizes, and whether somebody took the flat.
fn rented() -> Result<Dataset> {
    let rented = Column::category("rented", vec!["no".into(), "yes".into()]);
    let columns = vec![Column::number("size").unit("m²")];
    Dataset::new("flats", columns, array![[1.0], [3.0], [6.0], [5.0]], vec![rented], array![[0.0], [1.0], [1.0], [0.0]])
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/saved/format-1").join(format!("{name}.safetensors"))
}

#[test]
fn write() -> Result<()> {
    let Some(folder) = std::env::var_os("GRADUS_WRITE_FIXTURES") else { return Ok(()) };
    let path = |name: &str| Path::new(&folder).join(format!("{name}.safetensors"));
    let (all, numbers) = (training()?, numbers()?);
    let fit = LinearRegression::closed_form().fit(&numbers)?;
    fit.save(path("least_squares"))?;
    fit.model().save(path("linear_model"))?;
    let descent = LinearRegression::gradient_descent().start(array![5.0], 1.0).batch(Batch::Mini(2)).seed(Seed(3));
    descent.clone().epochs(2).fit(&numbers)?.save(path("descent"))?;
    descent.clone().optimizer(Adam::new(0.1)).epochs(2).fit(&numbers)?.save(path("descent_with_adam"))?;
    let models = [2, 3].map(|epochs| descent.clone().epochs(epochs).fit(&numbers).map(|fit| fit.model().clone()));
    let models = models.into_iter().collect::<Result<Vec<LinearModel>>>()?;
    VotingEnsemble::new(models)?.weighted([1.0, 3.0])?.save(path("averaging_of_linear_models"))?;
    let fit = LogisticRegression::maximum_likelihood().l2(0.5).fit(&rented()?)?;
    fit.save(path("likelihood_fit"))?;
    fit.model().save(path("linear_classifier"))?;
    let descent = LogisticRegression::gradient_descent().l2(0.5).learning_rate(0.1).epochs(3);
    descent.fit(&rented()?)?.save(path("descent_of_a_classifier"))?;
    StandardScaler::fit(&numbers)?.save(path("standard_scaler"))?;
    MeanNormalizer::fit(&numbers)?.save(path("mean_normalizer"))?;
    MinMaxScaler::fit(&numbers)?.save(path("min_max_scaler"))?;
    Imputer::median().fit(&all)?.save(path("imputer"))?;
    OneHotEncoder::fit_drop_first(&all)?.save(path("one_hot_encoder"))?;
    OrdinalEncoder::fit(&all, "town", &["Ulm", "Bonn"])?.save(path("ordinal_encoder"))?;
    PolynomialFeatures::degree(2).with_bias().save(path("polynomial_features"))?;
    LinearRegression::closed_form().polynomial(2).fit(&numbers)?.save(path("polynomial_fit"))?;
    network()?.save(path("network"))?;
    network()?.fit(&rented()?, training_settings().checkpoint(path("checkpoint"), 1))?;
    let trained = |epochs: usize| {
        let mut network = network()?;
        network.fit(&rented()?, Fit::epochs(epochs)).map(|_| network)
    };
    VotingEnsemble::new([trained(1)?, trained(2)?])?.save(path("averaging_of_networks"))
}

/// With at least one of each kind of part that has settings of its own.
fn network() -> Result<Network> {
    let net = Sequential::new([1]).dense(4).regularizer(L1L2::new(0.01, 0.02)).leaky_relu(0.2);
    let net = net.gaussian_noise(0.1).dense(3).regularizer(L2::per_example(0.1, 4)).elu(0.5).batch_norm().dropout(0.25);
    let net = net.dense(2).constraint(MaxNorm::new(2.0)).activity_regularizer(L1::new(0.01)).softmax();
    let optimizer = RmsProp::new(ExponentialDecay::new(0.01, 0.9, 10)).momentum(0.5).centered();
    net.compile(optimizer, SparseCategoricalCrossEntropy, Device::Cpu, Seed(3))
}

fn hits(_: &Array2<f64>, outputs: &Array2<f64>) -> f64 {
    outputs.sum()
}

fn own_metric() -> CustomMetric {
    CustomMetric::new("hits", hits).greater_is_better(false)
}

fn training_settings() -> Fit {
    let fit = Fit::epochs(6).batch(2).metric(Metric::Accuracy).metric(own_metric());
    let fit = fit.class_weights(ClassWeights::Balanced).clip(Clip::Norm(1.0));
    let stopping = EarlyStopping::on("accuracy").patience(9).min_delta(0.01);
    fit.early_stopping(stopping).reduce_on_plateau("loss", ReduceOnPlateau.patience(1).min_delta(0.1))
}

#[test]
fn models_of_format_1_load() -> Result<()> {
    let x = array![[2.0]];
    // The first lecture's worked example: W = 123/59, b = 114/59.
    let model = LinearModel::load(fixture("linear_model"))?;
    assert!((model.predict(&x)?[0] - 360.0 / 59.0).abs() < 1e-12);
    assert_eq!((model.columns()[0].name.as_str(), model.columns()[0].unit.as_str()), ("size", "m²"));
    let fit = FittedClosedForm::load(fixture("least_squares"))?;
    assert_eq!(fit.model(), &model);
    // R² = W²·Σ(x − x̄)² / Σ(y − ȳ)².
    assert!((fit.training_score() - (123.0_f64 / 59.0).powi(2) * 14.75 / 64.75).abs() < 1e-12);
    let descent: FittedGradientDescent = FittedGradientDescent::load(fixture("descent"))?;
    assert_eq!((descent.epochs(), descent.steps(), descent.history().epoch_costs()[0]), (2, 4, 65.75));
    Ok(())
}

/// Files from before there were optimizers hold a learning rate alone, and no memory.
#[test]
fn descents_of_format_1_go_on() -> Result<()> {
    let data = numbers()?;
    let settings = LinearRegression::gradient_descent().start(array![5.0], 1.0).batch(Batch::Mini(2)).seed(Seed(3));
    for (name, settings) in [("descent", settings.clone()), ("descent_with_adam", settings.optimizer(Adam::new(0.1)))] {
        let mut loaded: FittedGradientDescent = FittedGradientDescent::load(fixture(name))?;
        let now = settings.clone().epochs(2).fit(&data)?;
        assert_eq!((loaded.model(), loaded.history()), (now.model(), now.history()), "{name}: bit for bit as then");
        loaded.train(&data, 3)?;
        let whole = settings.epochs(5).fit(&data)?;
        assert_eq!((loaded.model(), loaded.history()), (whole.model(), whole.history()), "{name}");
    }
    let average = VotingEnsemble::<LinearModel>::load(fixture("averaging_of_linear_models"))?;
    assert_eq!(average.weights(), [0.25, 0.75]);
    Ok(())
}

#[test]
fn classifiers_of_format_1_load() -> Result<()> {
    let (data, x) = (rented()?, array![[2.0], [7.0]]);
    let classifier = LinearClassifier::load(fixture("linear_classifier"))?;
    assert_eq!(classifier.classes(), ["no", "yes"]);
    let fit = FittedMaximumLikelihood::load(fixture("likelihood_fit"))?;
    assert_eq!(fit.model(), &classifier);
    // At the optimum the gradient is 0: Xᵀ(p − y)/m + 2λw, and Σ(p − y).
    let p = fit.predict_proba(&data)?.column(1).to_owned();
    let errors = &p - &data.target()?;
    let slope = data.features().column(0).dot(&errors) / 4.0 + 2.0 * 0.5 * fit.weight("size")?;
    assert!(errors.sum().abs() < 1e-6 && slope.abs() < 1e-6, "{errors} {slope}");
    let descent = FittedGradientDescent::<LinearClassifier>::load(fixture("descent_of_a_classifier"))?;
    assert_eq!((descent.epochs(), descent.history().costs()[0]), (3, 2.0_f64.ln()));
    assert!(descent.predict_proba(&x)?.sum_axis(gradus::ndarray::Axis(1)).iter().all(|sum| (sum - 1.0).abs() < 1e-13));
    Ok(())
}

#[test]
fn networks_of_format_1_load() -> Result<()> {
    let (data, now) = (rented()?, network()?);
    let loaded = Network::load(fixture("network"))?;
    assert_eq!(
        (loaded.description(), loaded.optimizer(), loaded.loss_function()),
        (now.description(), now.optimizer(), now.loss_function())
    );
    let checkpoint = Checkpoint::load(fixture("checkpoint"))?;
    // Early stopping restored the best weights, those of the first epoch: the accuracy never improved by 0.01.
    let history = checkpoint.history();
    assert_eq!((history.epochs(), history.stop_reason()), (6, "all 6 epochs; weights of epoch 1"));
    assert_eq!(history.best_epoch(), Some(1));
    let (trained, history) = checkpoint.metric(own_metric())?.resume(&data)?;
    assert!(history.learning_rates()[5] < history.learning_rates()[0] && history.get("hits")?.len() == 6);
    assert_eq!(trained.predict_proba(&data)?.dim(), (4, 2));
    assert_eq!(VotingEnsemble::<Network>::load(fixture("averaging_of_networks"))?.weights(), [0.5, 0.5]);
    Ok(())
}

#[test]
fn polynomials_of_format_1_load() -> Result<()> {
    let fit = FittedPolynomialRegression::load(fixture("polynomial_fit"))?;
    let now = LinearRegression::closed_form().polynomial(2).fit(&numbers()?)?;
    let (then, now) = (fit.predict(&numbers()?)?, now.predict(&numbers()?)?);
    assert!(then.iter().zip(&now).all(|(then, now)| (then - now).abs() < 1e-10), "{then} {now}");
    Ok(())
}

#[test]
fn preparation_of_format_1_loads() -> Result<()> {
    let (all, numbers, x) = (training()?, numbers()?, array![[2.0]]);
    let standard = StandardScaler::load(fixture("standard_scaler"))?;
    assert_eq!(standard.mean()[0], 3.75);
    assert!((standard.std()[0] - 3.6875_f64.sqrt()).abs() < 1e-13);
    assert_eq!(MeanNormalizer::load(fixture("mean_normalizer"))?.transform_array(&x)?, array![[-0.35]]);
    assert_eq!(MinMaxScaler::load(fixture("min_max_scaler"))?.transform_array(&x)?, array![[0.2]]);
    assert_eq!(FittedImputer::load(fixture("imputer"))?.values(), [("size".to_string(), "4".to_string())]);
    let encoded = OneHotEncoder::load(fixture("one_hot_encoder"))?.transform(&all)?;
    assert_eq!(encoded.feature_names(), ["size", "town=Bonn"]);
    let encoded = OrdinalEncoder::load(fixture("ordinal_encoder"))?.transform(&all)?;
    assert_eq!(encoded.column("town")?.to_vec(), [0.0, 1.0, 0.0, 1.0]);
    let powers = PolynomialFeatures::load(fixture("polynomial_features"))?.transform(&numbers)?;
    assert_eq!(powers.feature_names(), ["1", "size", "size^2"]);
    Ok(())
}

#[test]
fn the_other_type_is_named() {
    let text = LinearModel::load(fixture("least_squares")).unwrap_err().to_string();
    assert!(text.contains("holds a FittedClosedForm, not a LinearModel; `FittedClosedForm::load` reads it"), "{text}");
    let text = MinMaxScaler::load(fixture("standard_scaler")).unwrap_err().to_string();
    assert!(text.contains("holds a StandardScaler, not a MinMaxScaler"), "{text}");
}
