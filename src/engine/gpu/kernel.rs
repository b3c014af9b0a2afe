//! The kernels: how a shader is put together, and the sizes of its tiles.

use super::ways::{Products, Ways};

/// How a product's work is shared out: a workgroup makes a tile of `rows` × `columns` numbers with `depth` numbers of the
/// inner index in its memory at a time, each thread `each` × `each` of them, or each subgroup a block of matrices.
///
/// Large tiles read less memory for each product, small ones keep more of the device busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tiles {
    pub rows: u32,
    pub columns: u32,
    depth: u32,
    each: u32,
    products: Products,
}

const fn tiles(rows: u32, columns: u32, depth: u32, each: u32) -> Tiles {
    Tiles { rows, columns, depth, each, products: Products::Full }
}

/// More threads than this a workgroup need not have.
const MOST_THREADS: u32 = 256;

impl Tiles {
    /// From small to large. All but the last need at most 16 KiB, which every device has.
    pub const ALL: [Tiles; 4] =
        [tiles(16, 16, 64, 2), tiles(32, 32, 32, 4), tiles(64, 64, 16, 4), tiles(128, 128, 16, 8)];

    /// For a device in software, whose few threads do best with much work each.
    const SOFTWARE: Tiles = tiles(64, 64, 16, 8);

    /// From small to large, by units for matrices: so many blocks of 2 × 2 of these.
    const BLOCKS: [[u32; 2]; 3] = [[1, 1], [2, 2], [4, 2]];

    /// The largest that still make enough workgroups for a device with many processors.
    pub fn for_shape(rows: usize, columns: usize, ways: Ways) -> Self {
        const ENOUGH: usize = 128;
        let fits = |tiles: &Tiles| tiles.memory() <= ways.memory;
        let all: Vec<Tiles> = match ways.products {
            Products::Matrices { side, .. } => {
                let blocks = Tiles::BLOCKS.map(|[down, across]| tiles(2 * side * down, 2 * side * across, 2 * side, 0));
                blocks.map(|tiles| Tiles { products: ways.products, ..tiles }).into_iter().filter(fits).collect()
            }
            products if ways.software => return Tiles { products, ..Tiles::SOFTWARE },
            products => Tiles::ALL.map(|tiles| Tiles { products, ..tiles }).into_iter().filter(fits).collect(),
        };
        let count = |tiles: &&Tiles| rows.div_ceil(tiles.rows as usize) * columns.div_ceil(tiles.columns as usize);
        *all.iter().rev().find(|tiles| count(tiles) >= ENOUGH).or(all.first()).unwrap_or(&Tiles::ALL[0])
    }

    /// For kernels that multiply nothing.
    pub fn none(ways: Ways) -> Self {
        // The data set lies in numbers of the same size.
        let products = if ways.products == Products::Full { Products::Full } else { Products::Half };
        Tiles { products, ..Tiles::ALL[0] }
    }

    pub fn products(self) -> Products {
        self.products
    }

    fn threads(self) -> u32 {
        match self.products {
            Products::Matrices { side, most, .. } => {
                (self.rows / (2 * side) * (self.columns / (2 * side)) * most).min(MOST_THREADS)
            }
            _ => (self.rows / self.each) * (self.columns / self.each),
        }
    }

    /// What lies between one row of the inner index and the next, where the other matrix' memory runs along it.
    fn padding(self, along_depth: bool) -> u32 {
        match self.products {
            // Units take what begins at a multiple of 16 bytes.
            Products::Matrices { .. } => 8,
            // A bank of the memory has 4 bytes.
            products if along_depth => 4 / products.bytes(),
            _ => 0,
        }
    }

    /// Numbers of the matrices on their way out, one a subgroup.
    fn finished(self) -> u32 {
        match self.products {
            Products::Matrices { side, least, .. } => self.threads().div_ceil(least.max(1)) * side * side,
            _ => 0,
        }
    }

    /// Bytes of a workgroup's memory.
    fn memory(self) -> u32 {
        let numbers = (self.rows + self.columns + 2 * self.padding(true)) * self.depth;
        numbers * self.products.bytes() + 4 * self.finished()
    }
}

macro_rules! kernels {
    ($($kernel:ident => $file:literal),* $(,)?) => {
        /// A file of `shaders/`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) enum Kernel {
            $($kernel),*
        }

        impl Kernel {
            #[cfg(test)]
            pub const ALL: &[Kernel] = &[$(Kernel::$kernel),*];

            /// The name of its file.
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
        }
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
        /// What kernels share: the files of `shaders/common`.
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
    "product",
    "product_matrices",
    "way_back",
    "optimizer",
    "loss",
);

/// The most outputs of a last layer that the tail's lanes can share.
pub(super) const TAIL_LANES: usize = 128;

/// A part of this name.
fn part(name: &str) -> &'static str {
    PARTS.iter().find(|(part, _)| *part == name).map_or("", |(_, text)| *text)
}

impl Kernel {
    /// The shader with its entry and those parts before it that its header names in the line `Uses`, each in the form that
    /// this device takes.
    pub fn source(self, products: Products, subgroups: bool) -> String {
        let text = self.text();
        let uses = text.lines().find_map(|line| line.strip_prefix("// Uses: ")).unwrap_or_default();
        let uses: Vec<_> = uses.trim_end_matches('.').split(", ").collect();
        let matrices = matches!(products, Products::Matrices { .. }) && uses.contains(&"product");
        let subgroups = subgroups && (matrices || uses.contains(&"reduction"));
        let mut source = String::new();
        if products != Products::Full {
            source += "enable f16;\n";
        }
        if let (Products::Matrices { side, .. }, true) = (products, matrices) {
            source += &format!(
                "enable wgpu_cooperative_matrix;\nconst SIDE: u32 = {side}u;\nalias MatrixA = coop_mat{side}x{side}<f16, A>;\n\
                 alias MatrixB = coop_mat{side}x{side}<f16, B>;\nalias MatrixC = coop_mat{side}x{side}<f32, C>;\n"
            );
        }
        let own = [
            if products == Products::Full { "precision" } else { "precision_mixed" },
            if subgroups { "entry_subgroups" } else { "entry" },
        ];
        for name in own.into_iter().chain(uses) {
            source += part(match name {
                "reduction" if subgroups => "reduction_subgroups",
                "product" if matrices => "product_matrices",
                name => name,
            });
            source += "\n";
        }
        source + text
    }

    /// What the shader's overrides are.
    pub fn constants(self, tiles: Tiles) -> Vec<(&'static str, f64)> {
        let threads = |threads: u32| vec![("THREADS", f64::from(threads))];
        let along = |left: bool, right: bool| {
            let strides = [tiles.rows + tiles.padding(left), tiles.columns + tiles.padding(right)];
            let own = match tiles.products {
                Products::Matrices { .. } => ("FINISHED_NUMBERS", tiles.finished()),
                _ => ("EACH", tiles.each),
            };
            let constants = [
                ("THREADS", tiles.threads()),
                ("TILE_ROWS", tiles.rows),
                ("TILE_COLUMNS", tiles.columns),
                ("TILE_DEPTH", tiles.depth),
                ("LEFT_ALONG_DEPTH", u32::from(left)),
                ("RIGHT_ALONG_DEPTH", u32::from(right)),
                ("LEFT_STRIDE", strides[0]),
                ("RIGHT_STRIDE", strides[1]),
                ("LEFT_NUMBERS", tiles.depth * strides[0]),
                ("RIGHT_NUMBERS", tiles.depth * strides[1]),
                own,
            ];
            constants.map(|(name, value)| (name, f64::from(value))).to_vec()
        };
        match self {
            Kernel::DenseForward => along(true, false),
            Kernel::DenseBackwardInput => along(true, true),
            Kernel::DenseBackwardWeights => along(false, false),
            Kernel::DenseTail => threads(TAIL_LANES as u32),
            // A row, a column or a unit.
            Kernel::ActivationForward
            | Kernel::ActivationBackward
            | Kernel::BatchNormForward
            | Kernel::BatchNormBackward
            | Kernel::Loss
            | Kernel::ActivityPenalty
            | Kernel::Constraint => threads(64),
            // Long vectors.
            _ => threads(MOST_THREADS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wgpu::naga;

    const MATRICES: Products = Products::Matrices { side: 16, least: 32, most: 32 };

    #[test]
    fn every_shader_is_valid_in_each_form_without_a_device() {
        let forms = [
            (Products::Full, false),
            (Products::Full, true),
            (Products::Half, false),
            (Products::Half, true),
            (MATRICES, true),
            (Products::Matrices { side: 8, least: 8, most: 32 }, true),
        ];
        for (kernel, (products, subgroups)) in Kernel::ALL.iter().flat_map(|kernel| forms.map(|form| (kernel, form))) {
            let source = kernel.source(products, subgroups);
            let what = format!("{} {products}, subgroups: {subgroups}", kernel.name());
            use naga::valid::Capabilities;
            // What `context.rs` asks a device for, and no more.
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
            for (name, _) in kernel.constants(Tiles { products, ..tiles(64, 64, 32, 4) }) {
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
            for heading in ["// CPU twin: `", "// Shapes: ", "// Workgroups: ", "// Record: ", "// Uses: bindings"] {
                assert!(kernel.text().contains(heading), "{}: {heading}", kernel.name());
            }
            let twin = kernel.text().lines().find_map(|line| line.strip_prefix("// CPU twin: `")).unwrap();
            let file = twin.split('`').next().unwrap();
            assert!(folder.join("..").join(file).exists(), "{}: {file}", kernel.name());
        }
    }

    #[test]
    fn tiles_fit_every_device_and_grow_with_the_work() {
        let small = Ways { memory: 16_384, ..Ways::default() };
        for products in [Products::Full, Products::Half] {
            for tiles in Tiles::ALL.into_iter().chain([Tiles::SOFTWARE]) {
                let tiles = Tiles { products, ..tiles };
                assert!(tiles.threads() <= MOST_THREADS && tiles.memory() <= 32_768, "{tiles:?}");
                assert!([2, 4, 8].contains(&tiles.each));
                assert_eq!((tiles.rows % tiles.each, tiles.columns % tiles.each), (0, 0));
            }
            let large = Ways { memory: 32_768, products, ..Ways::default() };
            let of = |rows: usize, columns: usize, ways: Ways| Tiles::for_shape(rows, columns, ways).rows;
            assert_eq!((of(128, 128, large), of(4096, 1024, large)), (16, 128));
            assert_eq!(of(4096, 1024, small), 64);
        }
    }

    #[test]
    fn matrices_take_whole_subgroups_and_fit() {
        for (side, least, most) in [(16, 32, 32), (16, 64, 64), (16, 32, 64), (8, 8, 8), (8, 32, 32), (8, 8, 32)] {
            let products = Products::Matrices { side, least, most };
            let ways = Ways { memory: 32_768, products, ..Ways::default() };
            for (rows, columns) in [(5, 3), (128, 1024), (4096, 1024)] {
                let tiles = Tiles::for_shape(rows, columns, ways);
                assert_eq!(tiles.products, products);
                assert!(tiles.threads().is_multiple_of(most) && tiles.threads() <= MOST_THREADS, "{tiles:?}");
                assert!(tiles.memory() <= ways.memory, "{tiles:?}");
                assert_eq!((tiles.rows % (2 * side), tiles.depth % side), (0, 0));
            }
            assert!(Tiles::for_shape(4096, 1024, ways).rows > Tiles::for_shape(5, 3, ways).rows);
        }
    }
}
