//! Distributions from which a random search draws hyper-parameters.

use rand::Rng;

use super::param_set::Setting;
use crate::data::{below, uniform};
use crate::error::{Error, Result};

/// A distribution of one hyper-parameter.
///
/// Slide B26 draws the learning rate's logarithm: log₁₀ α ~ U(−5, −1), α = 10^log₁₀ α (the slide has the bounds reversed);
/// this is `Distribution::log_uniform(1e-5, 1e-1)`.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Uniform between two numbers.
    Uniform(f64, f64),
    /// Log-uniform between two positive numbers: each power of ten is equally likely.
    LogUniform(f64, f64),
    /// A whole number, uniform from the first to the last, both included.
    Whole(i64, i64),
    /// One of these, each equally likely.
    Choice(Vec<Setting>),
}

impl Distribution {
    /// Returns the uniform distribution between two numbers.
    #[doc(alias = "random.uniform")]
    pub fn uniform(low: f64, high: f64) -> Self {
        Distribution::Uniform(low, high)
    }

    /// Returns the log-uniform distribution between two positive numbers: for learning rates, penalties and other
    /// parameters that span powers of ten.
    #[doc(alias = "loguniform")]
    pub fn log_uniform(low: f64, high: f64) -> Self {
        Distribution::LogUniform(low, high)
    }

    /// Returns the uniform distribution of the whole numbers from `first` to `last`, both included.
    #[doc(alias = "randint")]
    pub fn whole(first: i64, last: i64) -> Self {
        Distribution::Whole(first, last)
    }

    /// Returns a choice of one of these settings, each equally likely.
    pub fn choice<S: Into<Setting>>(settings: impl IntoIterator<Item = S>) -> Self {
        Distribution::Choice(settings.into_iter().map(Into::into).collect())
    }

    /// Refuses bounds in the wrong order or out of range, and a choice of nothing.
    pub(super) fn check(&self, name: &str) -> Result<()> {
        let problem = match self {
            Distribution::Uniform(low, high) if !(low < high && (high - low).is_finite()) => {
                format!("there is nothing to draw between {low} and {high}; give a lower and a greater bound")
            }
            Distribution::LogUniform(low, high) if !(0.0 < *low && low < high && high.is_finite()) => {
                format!("a log-uniform distribution needs bounds above 0 in rising order, not {low} and {high}")
            }
            Distribution::Whole(first, last) if first > last => {
                format!("there is no whole number from {first} to {last}")
            }
            Distribution::Choice(settings) if settings.is_empty() => "there is nothing to choose from".into(),
            _ => return Ok(()),
        };
        Err(Error::Data(format!("the search's parameter `{name}`: {problem}")))
    }

    pub(super) fn draw(&self, generator: &mut impl Rng) -> Setting {
        match self {
            Distribution::Uniform(low, high) => Setting::Number(uniform(*low, *high, generator)),
            Distribution::LogUniform(low, high) => {
                // Rounding must not leave the bounds.
                Setting::Number(uniform(low.ln(), high.ln(), generator).exp().clamp(*low, *high))
            }
            Distribution::Whole(first, last) => {
                let count = usize::try_from(last.abs_diff(*first)).unwrap_or(usize::MAX).saturating_add(1);
                Setting::Whole(first.wrapping_add(below(count, generator) as i64))
            }
            Distribution::Choice(settings) => settings[below(settings.len(), generator)].clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Seed;

    fn numbers(draw: &Distribution) -> Vec<f64> {
        let mut generator = Seed(5).generator();
        let number = |setting| match setting {
            Setting::Number(number) => number,
            Setting::Whole(number) => number as f64,
            _ => f64::NAN,
        };
        (0..4000).map(|_| number(draw.draw(&mut generator))).collect()
    }

    #[test]
    fn each_power_of_ten_is_as_likely_in_a_log_uniform_distribution() {
        let drawn = numbers(&Distribution::log_uniform(1e-5, 1e-1));
        assert!(drawn.iter().all(|value| (1e-5..=1e-1).contains(value)));
        for power in -5..-1 {
            let (low, high) = (10f64.powi(power), 10f64.powi(power + 1));
            let share = drawn.iter().filter(|value| (low..high).contains(value)).count() as f64 / 4000.0;
            assert!((share - 0.25).abs() < 0.03, "{share} between {low} and {high}");
        }
    }

    #[test]
    fn whole_numbers_include_both_ends_and_choices_come_as_often() {
        let drawn = numbers(&Distribution::whole(-1, 2));
        for value in [-1.0, 0.0, 1.0, 2.0] {
            let share = drawn.iter().filter(|drawn| **drawn == value).count() as f64 / 4000.0;
            assert!((share - 0.25).abs() < 0.03, "{value}: {share}");
        }
        assert!(drawn.iter().all(|value| (-1.0..=2.0).contains(value)));
        let chosen = numbers(&Distribution::choice([1, 5]));
        assert!((chosen.iter().sum::<f64>() / 4000.0 - 3.0).abs() < 0.15);
    }

    #[test]
    fn nothing_to_draw_is_refused() {
        for (draw, problem) in [
            (Distribution::uniform(1.0, 1.0), "nothing to draw"),
            (Distribution::uniform(f64::NAN, 1.0), "nothing to draw"),
            (Distribution::log_uniform(0.0, 1.0), "above 0"),
            (Distribution::log_uniform(1e-1, 1e-5), "rising order"),
            (Distribution::whole(3, 2), "no whole number"),
            (Distribution::Choice(vec![]), "nothing to choose"),
        ] {
            let message = draw.check("α").err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains("`α`") && message.contains(problem), "{message}");
        }
        assert!(Distribution::whole(i64::MIN, i64::MAX).check("n").is_ok());
        Distribution::whole(i64::MIN, i64::MAX).draw(&mut Seed(1).generator());
    }
}
