//! Bare names as values: `compile(Adam, CategoricalCrossEntropy, …)`, as one writes it in Keras.

/// A constant of a type's own name, which holds its defaults; a type and a constant of the same name do not get in each
/// other's way, and one `use` brings both. `Default` gives the same value.
macro_rules! by_name {
    ($(#[$doc:meta])* $name:ident = $value:expr) => {
        $(#[$doc])*
        #[allow(non_upper_case_globals)]
        pub const $name: $name = $value;

        impl Default for $name {
            fn default() -> Self {
                $name
            }
        }
    };
}

pub(crate) use by_name;
