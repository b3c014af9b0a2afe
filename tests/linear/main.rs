//! Linear regression, checked against certified values, the lectures, and itself.

mod closed_form;
mod gradient_descent;
mod maximum_likelihood;
mod nist;
