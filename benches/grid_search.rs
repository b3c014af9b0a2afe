//! Times a grid search on breast cancer, five folds and twenty strengths of a penalty; `python benches/grid_search.py`
//! calls this program and compares it with scikit-learn.

use std::time::Instant;

use gradus::prelude::*;

fn main() -> Result<()> {
    let cancer = datasets::breast_cancer()?;
    let strengths: Vec<f64> = (0..20).map(|at| 10_f64.powf(-4.0 + 8.0 * f64::from(at) / 19.0)).collect();
    let grid = GridSearch::over("C", strengths);
    for _ in 0..3 {
        let start = Instant::now();
        let results = grid.run(
            |params| {
                let model = LogisticRegression::maximum_likelihood().c(params.number("C")?);
                Ok(Pipeline::new([Step::Standardize], model))
            },
            &cancer,
            &StratifiedKFold::new(5),
            Scoring::Accuracy,
        )?;
        println!("seconds {}", start.elapsed().as_secs_f64());
        println!("scores {:?}", results.means().to_vec());
    }
    Ok(())
}
