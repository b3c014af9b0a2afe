//! The kernels: how a shader is put together, and the sizes of its tiles.

use super::numbers;
use super::ways::{Products, Ways};

/// How a product's work is shared out: a workgroup makes a tile of `rows` × `columns` numbers with `depth` numbers of the
/// inner index in its memory at a time, each thread `each` × `each` of them, or each subgroup a block of matrices.
///
/// Large tiles read less memory for each product, small ones keep more of the device busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tiles {
    pub rows: u32,
    pub columns: u32,
    pub(super) depth: u32,
    each: u32,
    /// For `product_software.wgsl`.
    pub(super) software: bool,
    pub products: Products,
}

/// A square tile of `product.wgsl`.
const fn square(side: u32, each: u32) -> Tiles {
    Tiles { rows: side, columns: side, depth: 2048 / side, each, software: false, products: Products::Full }
}

/// A workgroup has at most so many threads.
pub(super) const THREADS: u32 = 256;

impl Tiles {
    /// From small to large.
    pub const ALL: [Tiles; 4] = [square(16, 4), square(32, 4), square(64, 4), square(128, 8)];

    /// For a device in software, whose few threads do best with much work each, or with less than 32 KiB for a workgroup.
    pub const SOFTWARE: Tiles = Tiles { depth: 16, software: true, ..square(64, 8) };

    /// By units for matrices, so many blocks of 2 × 2 of them, from small to large.
    const BLOCKS: [[u32; 2]; 3] = [[1, 1], [2, 2], [4, 2]];

    /// Those of a device, from small to large.
    pub fn all(ways: Ways) -> Vec<Self> {
        let all: Vec<Tiles> = match ways.products {
            Products::Matrices { side, .. } => {
                let blocks = Tiles::BLOCKS.iter().map(|[down, across]| (2 * side * down, 2 * side * across));
                blocks.map(|(rows, columns)| Tiles { rows, columns, depth: 2 * side, ..square(side, 1) }).collect()
            }
            _ if ways.software => vec![],
            _ => Tiles::ALL.to_vec(),
        };
        let all = all.into_iter().map(|tiles| Tiles { products: ways.products, ..tiles });
        let mut all: Vec<Tiles> = all.filter(|tiles| tiles.memory() <= ways.memory).collect();
        if all.is_empty() {
            all.push(Tiles::SOFTWARE.with(ways.products));
        }
        all
    }

    /// The largest that still make enough workgroups for a device with many processors.
    pub fn for_shape(rows: usize, columns: usize, ways: Ways) -> Self {
        const ENOUGH: usize = 128;
        let all = Tiles::all(ways);
        let count = |tiles: &&Tiles| rows.div_ceil(tiles.rows as usize) * columns.div_ceil(tiles.columns as usize);
        *all.iter().rev().find(|tiles| count(tiles) >= ENOUGH).unwrap_or(&all[0])
    }

    /// These in the precision of such products, in registers where they are others: also for kernels that multiply nothing,
    /// since the data set lies in numbers of that size.
    pub fn with(self, products: Products) -> Self {
        if self.products == products { self } else { Tiles { products: products.in_registers(), ..self } }
    }

    pub(super) fn threads(self) -> u32 {
        match self.products {
            Products::Matrices { side, subgroup_max, .. } => {
                (self.rows / (2 * side) * (self.columns / (2 * side)) * subgroup_max).min(THREADS)
            }
            _ if self.software => (self.rows / self.each) * (self.columns / self.each),
            _ => THREADS,
        }
    }

    /// So many threads of `product.wgsl` share each sum.
    pub(super) fn shares(self) -> u32 {
        THREADS / ((self.rows / self.each) * (self.columns / self.each))
    }

    /// From one row of the inner index to the next in the workgroup's memory, of a side of the tile; vectors of four where
    /// those are what lies there. It is wider than the tile where the matrix' memory runs along that index.
    fn stride(self, side: u32, along_depth: bool) -> u32 {
        match self.products {
            // Units take what begins at a multiple of 16 bytes.
            Products::Matrices { .. } => side + 8,
            // A bank of the memory has 4 bytes.
            products if self.software => side + if along_depth { 4 / products.bytes() } else { 0 },
            _ => side / 4 + u32::from(along_depth),
        }
    }

    /// Numbers of the matrices on their way out, one a subgroup.
    fn finished(self) -> u32 {
        match self.products {
            Products::Matrices { side, subgroup_min, .. } => self.threads().div_ceil(subgroup_min.max(1)) * side * side,
            _ => 0,
        }
    }

    /// Bytes of a workgroup's memory.
    fn memory(self) -> u32 {
        let lengths = (self.stride(self.rows, true) + self.stride(self.columns, true)) * self.depth;
        let numbers = lengths * self.products.bytes();
        match self.products {
            Products::Matrices { .. } => numbers + 4 * self.finished(),
            _ if self.software => numbers,
            // Four numbers a vector, and the sums.
            _ => 4 * numbers + 16 * 512,
        }
    }

    /// The parts of `shaders/common` for this.
    fn parts(self) -> &'static [&'static str] {
        match self.products {
            Products::Matrices { .. } => &["loading", "product_matrices"],
            _ if self.software => &["loading", "product_software"],
            _ => &["product"],
        }
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
    "loading",
    "product",
    "product_software",
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
        source + text
    }

    /// What the shader's overrides are.
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

    /// Threads of a workgroup, where it makes no tile.
    pub(super) fn lanes(self) -> u32 {
        match self {
            Kernel::DenseTail => TAIL_LANES as u32,
            // A row, a column or a unit.
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
        let of = |rows: usize, columns: usize, ways: Ways| Tiles::for_shape(rows, columns, ways);
        for products in [Products::Full, Products::Half] {
            for tiles in Tiles::ALL.map(|tiles| Tiles { products, ..tiles }) {
                // What `product.wgsl` says of them: two vectors of A and of B a thread, and room for all sums.
                assert_eq!((tiles.rows * tiles.depth, tiles.columns * tiles.depth), (8 * THREADS, 8 * THREADS));
                assert!(tiles.memory() <= 32_768, "{tiles:?}");
                let makers = (tiles.rows / tiles.each) * (tiles.columns / tiles.each);
                let shares = THREADS / makers;
                assert!(makers * shares == THREADS && shares.is_power_of_two(), "{tiles:?}");
                let sums = if shares == 1 { tiles.rows / tiles.each * tiles.columns } else { shares / 2 * makers * 16 };
                assert!(sums <= 4 * 512, "{tiles:?}");
            }
            let large = Ways { memory: 32_768, products, ..Ways::default() };
            assert_eq!(
                (of(128, 128, large).rows, of(128, 1024, large).rows, of(4096, 1024, large).rows),
                (16, 32, 128)
            );
            for ways in [Ways { memory: 16_384, ..large }, Ways { software: true, ..large }] {
                let tiles = of(4096, 1024, ways);
                assert!(tiles.software && tiles.products == products && tiles.memory() <= 16_384, "{tiles:?}");
            }
        }
    }

    #[test]
    fn matrices_take_whole_subgroups_and_fit() {
        for (side, subgroup_min, subgroup_max) in
            [(16, 32, 32), (16, 64, 64), (16, 32, 64), (8, 8, 8), (8, 32, 32), (8, 8, 32)]
        {
            let products = Products::Matrices { side, subgroup_min, subgroup_max };
            let ways = Ways { memory: 32_768, products, ..Ways::default() };
            for (rows, columns) in [(5, 3), (128, 1024), (4096, 1024)] {
                let tiles = Tiles::for_shape(rows, columns, ways);
                assert_eq!(tiles.products, products);
                assert!(tiles.threads().is_multiple_of(subgroup_max) && tiles.threads() <= THREADS, "{tiles:?}");
                assert!(tiles.memory() <= ways.memory, "{tiles:?}");
                assert_eq!((tiles.rows % (2 * side), tiles.depth % side), (0, 0));
            }
            assert!(Tiles::for_shape(4096, 1024, ways).rows > Tiles::for_shape(5, 3, ways).rows);
        }
    }
}
