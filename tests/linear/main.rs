//! Linear models, checked against certified values, the lectures, other libraries, and themselves.

mod classifier_descent;
mod closed_form;
mod closed_form_edges;
mod gradient_descent;
mod invariance;
mod labels;
mod maximum_likelihood;
mod nist;
mod optimizers;
mod origins;
mod polynomial;
