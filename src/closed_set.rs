//! Closed sets: one declaration per set of algorithms yields its enum, the conversions into it, a macro that calls the
//! chosen member, the numbers of its members in WGSL and, for tests, sample values of each.

/// A member of a closed set as kernels know it. A kind is a formula; most members have one.
#[cfg_attr(not(feature = "gpu"), allow(dead_code))]
pub(crate) trait Kinds {
    /// The names of the kinds' constants in WGSL.
    const KINDS: &'static [&'static str];

    /// The position of this value's kind among [`KINDS`](Kinds::KINDS).
    fn kind(&self) -> usize {
        0
    }

    /// The parameter of the kind's formula in WGSL; 0 without one.
    fn parameter(&self) -> f32 {
        0.0
    }
}

/// Values of a type that its tests run over: at least one per kind.
#[cfg(test)]
pub(crate) trait Samples: Sized {
    fn samples() -> Vec<Self>;
}

/// Declares a closed set. `$dispatch!(any, one => …)` evaluates the expression with `one` as a reference to the member.
macro_rules! closed_set {
    (@from $set:ident $member:ident) => {
        impl From<$member> for $set {
            fn from(_: $member) -> Self {
                $set::$member
            }
        }
    };
    (@from $set:ident $member:ident $data:ident) => {
        impl From<$data> for $set {
            fn from(member: $data) -> Self {
                $set::$member(member)
            }
        }
    };
    (@member $one:ident $data:ident) => {
        $one
    };
    (@bind $one:ident $member:ident) => {
        let $one = &$member;
    };
    (@bind $one:ident $member:ident $data:ident) => {};
    (
        $d:tt $dispatch:ident;
        $(#[$attribute:meta])*
        pub enum $set:ident { $($(#[$member_attribute:meta])* $member:ident $(($data:ident))?),* $(,)? }
    ) => {
        $(#[$attribute])*
        pub enum $set {
            $($(#[$member_attribute])* #[doc = concat!("[`struct@", stringify!($member), "`].")] $member $(($data))?,)*
        }

        $($crate::closed_set::closed_set!(@from $set $member $($data)?);)*

        macro_rules! $dispatch {
            ($d any:expr, $d one:ident => $d run:expr) => {
                match $d any {
                    $($set::$member $({ 0: $crate::closed_set::closed_set!(@member $d one $data) })? => {
                        $crate::closed_set::closed_set!(@bind $d one $member $($data)?);
                        $d run
                    })*
                }
            };
        }

        #[cfg_attr(not(feature = "gpu"), allow(dead_code))]
        impl $set {
            /// The names of the kinds' constants in WGSL, member by member, in the order of their numbers.
            pub(crate) const KINDS: &'static [&'static [&'static str]] =
                &[$(<$member as $crate::closed_set::Kinds>::KINDS),*];

            /// The number of this value's kind in WGSL.
            pub(crate) fn kind_number(&self) -> u32 {
                use $crate::closed_set::Kinds as _;
                let is = [$(matches!(self, $set::$member { .. })),*];
                let earlier = Self::KINDS.iter().zip(is).take_while(|(_, is)| !is);
                let first: usize = earlier.map(|(kinds, _)| kinds.len()).sum();
                (first + $dispatch!(self, one => one.kind())) as u32
            }

            /// The parameter of its formula in WGSL.
            // The kinds of some sets have none.
            #[allow(dead_code)]
            pub(crate) fn kind_parameter(&self) -> f32 {
                use $crate::closed_set::Kinds as _;
                $dispatch!(self, one => one.parameter())
            }
        }

        #[cfg(test)]
        impl $crate::closed_set::Samples for $set {
            fn samples() -> Vec<Self> {
                let mut samples = vec![];
                $(samples.extend(<$member as $crate::closed_set::Samples>::samples().into_iter().map(Self::from));)*
                samples
            }
        }
    };
}

pub(crate) use closed_set;
