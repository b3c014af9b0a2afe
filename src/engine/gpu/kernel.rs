//! The kernels: how the source of a shader is assembled.

use super::capabilities::Products;
use super::numbers;
use super::records::{self, Record};
use super::tiles::{THREADS, Tiles};

macro_rules! kernels {
    ($($kernel:ident => $file:literal),* $(,)?) => {
        /// A file of `shaders/`, with the record of the same name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) enum Kernel {
            $($kernel),*
        }

        impl Kernel {
            #[cfg(test)]
            pub const ALL: &[Kernel] = &[$(Kernel::$kernel),*];

            /// The name of its file, without the extension.
            pub fn name(self) -> &'static str {
                match self {
                    $(Kernel::$kernel => $file),*
                }
            }

            fn text(self) -> &'static str {
                match self {
                    $(Kernel::$kernel => include_str!(concat!("../../../shaders/", $file, ".wgsl"))),*
                }
            }

            /// The WGSL functions that read its record.
            pub(super) fn accessors(self) -> String {
                match self {
                    $(Kernel::$kernel => records::accessors::<records::$kernel>()),*
                }
            }

            /// A record, and its words with the names of their accessors.
            #[cfg(test)]
            pub(super) fn sample(self) -> (Vec<u32>, Vec<(String, u32)>) {
                match self {
                    $(Kernel::$kernel => records::sample::<records::$kernel>()),*
                }
            }
        }

        $(impl Record for records::$kernel {
            const KERNEL: Kernel = Kernel::$kernel;
        })*
    };
}

kernels! {
    Gather => "gather",
    DenseForward => "dense_forward",
    DenseTail => "dense_tail",
    DenseBackwardInput => "dense_backward_input",
    DenseBackwardWeights => "dense_backward_weights",
    ActivationForward => "activation_forward",
    ActivationBackward => "activation_backward",
    DropoutForward => "dropout_forward",
    DropoutBackward => "dropout_backward",
    GaussianNoise => "gaussian_noise",
    BatchNormForward => "batch_norm_forward",
    BatchNormBackward => "batch_norm_backward",
    Loss => "loss",
    ActivityPenalty => "activity_penalty",
    WeightPenalty => "weight_penalty",
    GradientNorm => "gradient_norm",
    ClipByNorm => "clip_by_norm",
    Optimizer => "optimizer",
    Constraint => "constraint",
}

macro_rules! parts {
    ($($part:literal),* $(,)?) => {
        /// The files of `shaders/common`, which kernels share.
        const PARTS: &[(&str, &str)] = &[$(($part, include_str!(concat!("../../../shaders/common/", $part, ".wgsl")))),*];
    };
}

parts!(
    "bindings",
    "precision",
    "precision_mixed",
    "entry",
    "entry_subgroups",
    "elementary",
    "activation",
    "random",
    "reduction",
    "reduction_subgroups",
    "tiles",
    "loading",
    "product",
    "product_software",
    "product_matrices",
    "backward",
    "optimizer",
    "loss",
);

/// The most outputs of a last layer that the tail's lanes can share.
pub(super) const TAIL_LANES: usize = 128;

/// The text of this part.
fn part(name: &str) -> &'static str {
    PARTS.iter().find(|(part, _)| *part == name).map_or("", |(_, text)| *text)
}

impl Kernel {
    /// The shader, preceded by its entry point, the parts that the line `Uses` of its header names, each in the form for this
    /// device, and the functions that read its record.
    pub fn source(self, tiles: Tiles, subgroups: bool) -> String {
        let (text, products) = (self.text(), tiles.products);
        let uses = text.lines().find_map(|line| line.strip_prefix("// Uses: ")).unwrap_or_default();
        let uses: Vec<_> = uses.trim_end_matches('.').split(", ").collect();
        let mut source = String::new();
        if products != Products::Full {
            source += "enable f16;\n";
        }
        if let Products::Matrices { side, .. } = products {
            source += &format!(
                "enable wgpu_cooperative_matrix;\nconst SIDE: u32 = {side}u;\nalias MatrixA = coop_mat{side}x{side}<f16, A>;\n\
                 alias MatrixB = coop_mat{side}x{side}<f16, B>;\nalias MatrixC = coop_mat{side}x{side}<f32, C>;\n"
            );
        }
        let of_subgroups = subgroups && (uses.contains(&"reduction") || matches!(products, Products::Matrices { .. }));
        let mut parts = vec![
            if products == Products::Full { "precision" } else { "precision_mixed" },
            if of_subgroups { "entry_subgroups" } else { "entry" },
        ];
        for name in uses {
            match name {
                "reduction" if subgroups => parts.push("reduction_subgroups"),
                "product" => parts.extend(tiles.parts()),
                name => parts.push(name),
            }
        }
        source += &numbers::constants();
        for name in parts {
            source += part(name);
            source += "\n";
        }
        source + &self.accessors() + text
    }

    /// The values of the shader's overrides.
    pub fn constants(self, tiles: Tiles) -> Vec<(&'static str, f64)> {
        let along = |left: bool, right: bool| {
            let strides = [tiles.stride(tiles.rows, left), tiles.stride(tiles.columns, right)];
            let mut constants = vec![
                ("THREADS", tiles.threads()),
                ("TILE_ROWS", tiles.rows),
                ("TILE_COLUMNS", tiles.columns),
                ("TILE_DEPTH", tiles.depth),
                ("LEFT_ALONG_DEPTH", u32::from(left)),
                ("RIGHT_ALONG_DEPTH", u32::from(right)),
                ("LEFT_STRIDE", strides[0]),
                ("RIGHT_STRIDE", strides[1]),
                ("LEFT_LENGTH", tiles.depth * strides[0]),
                ("RIGHT_LENGTH", tiles.depth * strides[1]),
            ];
            match tiles.products {
                Products::Matrices { .. } => constants.push(("FINISHED_LENGTH", tiles.finished())),
                _ if tiles.software => {}
                _ => constants.extend([("EACH", tiles.each), ("SHARES", tiles.shares())]),
            }
            constants.into_iter().map(|(name, value)| (name, f64::from(value))).collect()
        };
        match self {
            Kernel::DenseForward => along(true, false),
            Kernel::DenseBackwardInput => along(true, true),
            Kernel::DenseBackwardWeights => along(false, false),
            _ => vec![("THREADS", f64::from(self.lanes()))],
        }
    }

    /// The threads of a workgroup that computes no tile.
    pub(super) fn lanes(self) -> u32 {
        match self {
            Kernel::DenseTail => TAIL_LANES as u32,
            // A row, a column or a unit each.
            Kernel::ActivationForward
            | Kernel::ActivationBackward
            | Kernel::BatchNormForward
            | Kernel::BatchNormBackward
            | Kernel::Loss
            | Kernel::ActivityPenalty
            | Kernel::Constraint => 64,
            // Long vectors.
            _ => THREADS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wgpu::naga;

    #[test]
    fn every_shader_is_valid_in_each_form_without_a_device() {
        let forms = [
            (Tiles::ALL[0], false),
            (Tiles::ALL[3], true),
            (Tiles::SOFTWARE, false),
            (Tiles { products: Products::Half, ..Tiles::ALL[1] }, false),
            (Tiles { products: Products::Half, ..Tiles::SOFTWARE }, true),
            (
                Tiles {
                    products: Products::Matrices { side: 16, subgroup_min: 32, subgroup_max: 32 },
                    ..Tiles::ALL[2]
                },
                true,
            ),
            (
                Tiles { products: Products::Matrices { side: 8, subgroup_min: 8, subgroup_max: 32 }, ..Tiles::ALL[2] },
                true,
            ),
        ];
        for (kernel, (tiles, subgroups)) in Kernel::ALL.iter().flat_map(|kernel| forms.map(|form| (kernel, form))) {
            let source = kernel.source(tiles, subgroups);
            let products = tiles.products;
            let what = format!("{} {tiles:?}, subgroups: {subgroups}", kernel.name());
            use naga::valid::Capabilities;
            // What `open.rs` requests of a device, and no more.
            let mut capabilities = Capabilities::IMMEDIATES;
            capabilities.set(Capabilities::SUBGROUP, subgroups);
            capabilities.set(Capabilities::SHADER_FLOAT16, products != Products::Full);
            capabilities.set(Capabilities::COOPERATIVE_MATRIX, matches!(products, Products::Matrices { .. }));
            let options = naga::front::wgsl::Options { capabilities, ..naga::front::wgsl::Options::new() };
            let module = naga::front::wgsl::Frontend::new_with_options(options)
                .parse(&source)
                .unwrap_or_else(|error| panic!("{what}: {}", error.emit_to_string(&source)));
            naga::valid::Validator::new(naga::valid::ValidationFlags::all(), capabilities)
                .subgroup_stages(naga::valid::ShaderStages::COMPUTE)
                .subgroup_operations(naga::valid::SubgroupOperationSet::all())
                .validate(&module)
                .unwrap_or_else(|error| panic!("{what}: {}", error.emit_to_string(&source)));
            assert_eq!(module.entry_points.len(), 1, "{what}");
            for (name, _) in kernel.constants(tiles) {
                let known = module.overrides.iter().any(|(_, constant)| constant.name.as_deref() == Some(name));
                assert!(known, "{what}: {name}");
            }
        }
    }

    #[test]
    fn every_shader_says_what_it_is() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
        let files = std::fs::read_dir(&folder).unwrap().flatten().filter(|entry| entry.path().is_file()).count();
        assert_eq!(files, Kernel::ALL.len());
        for kernel in Kernel::ALL {
            for heading in ["// CPU twin: `", "// Shapes: ", "// Workgroups: ", "// Uses: bindings"] {
                assert!(kernel.text().contains(heading), "{}: {heading}", kernel.name());
            }
            let named = |prefix: &str| kernel.text().lines().find_map(|line| line.strip_prefix(prefix));
            let file = |text: &str| folder.join("..").join(text.split('`').next().unwrap());
            let record =
                named(&format!("// Record: `{kernel:?}` of `")).map(|path| std::fs::read_to_string(file(path)));
            let record = record.unwrap_or_else(|| panic!("{} does not name its record", kernel.name())).unwrap();
            assert!(record.contains(&format!("\n    {kernel:?} {{\n")), "{}", kernel.name());
            let twin = file(named("// CPU twin: `").unwrap());
            assert!(twin.exists(), "{}: {}", kernel.name(), twin.display());
        }
    }
}
