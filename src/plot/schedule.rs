//! The learning rate over the steps (B20).

use super::figure::Figure;
use super::{downsample, style};
use crate::check::at_least;
use crate::error::Result;
use crate::optim::Schedule;

/// More points than this no curve needs.
const MOST: usize = 1000;

impl Schedule {
    /// The learning rate of the first `steps` steps.
    ///
    /// ```
    /// use gradus::prelude::*;
    /// let figure = Schedule::from(WarmUp::new(50, CosineAnnealing::new(0.1, 950))).plot(1000)?;
    /// # Ok::<(), gradus::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`check`](Schedule::check), and [`Error::Parameter`](crate::Error::Parameter) for no steps.
    pub fn plot(&self, steps: u64) -> Result<Figure> {
        self.check()?;
        at_least("steps", 1, steps)?;
        // A long run is sampled at equal intervals; changes between two samples are not drawn.
        let stride = steps.div_ceil(100 * MOST as u64);
        let at: Vec<u64> = (0..steps).step_by(usize::try_from(stride).unwrap_or(usize::MAX)).collect();
        let rates: Vec<f64> = at.iter().map(|step| self.rate(*step)).collect();
        let at: Vec<f64> = at.into_iter().map(|step| step as f64).collect();
        let (xs, ys) = downsample::curve(&at, &rates, MOST);
        let mut figure = Figure::new("Learning rate").x("step").y("α").line("", xs, ys);
        figure.set("/xaxis/zeroline", false);
        figure.set("/yaxis/rangemode", "tozero");
        Ok(figure.caption(style::escape(&self.kind_name())))
    }

    /// What kind it is.
    fn kind_name(&self) -> String {
        match self {
            Schedule::Constant(rate) => format!("constant, {rate}"),
            Schedule::Step(_) => "step decay".into(),
            Schedule::Exponential(_) => "exponential decay".into(),
            Schedule::InverseTime(_) => "inverse-time decay".into(),
            Schedule::Linear(_) => "linear annealing".into(),
            Schedule::Cosine(_) => "cosine annealing".into(),
            Schedule::WarmUp(warm_up) => {
                format!("{} steps of warm-up, then {}", warm_up.steps, warm_up.then.kind_name())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::schedule::{LinearAnnealing, WarmUp};

    #[test]
    fn the_curve_holds_the_rates() -> Result<()> {
        let figure = Schedule::from(WarmUp::new(2, LinearAnnealing::new(0.5, 0.25, 4))).plot(8)?;
        let value = figure.to_value();
        assert_eq!(value["data"][0]["y"], serde_json::json!([0.25, 0.5, 0.5, 0.4375, 0.375, 0.3125, 0.25, 0.25]));
        assert!(figure.description().contains("2 steps of warm-up, then linear annealing"));
        assert!(Schedule::from(0.1).plot(0).is_err() && Schedule::from(-0.1).plot(10).is_err());
        assert!(Schedule::from(LinearAnnealing::new(0.1, 0.0, 1000)).plot(u64::MAX)?.to_json().len() < 100_000);
        Ok(())
    }
}
