//! The kernels: how a shader is put together, and the sizes of its tiles.

/// How a product's work is shared out: a workgroup makes a tile of `rows` × `columns` numbers, each thread
/// `each` × `each` of them, with `depth` numbers of the inner index in its memory at a time.
///
/// Large tiles read less memory for each product, small ones keep more of the device busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tiles {
    pub rows: u32,
    pub columns: u32,
    depth: u32,
    each: u32,
}

impl Tiles {
    /// From small to large. Each needs at most 256 threads and 16 KiB, which every device has.
    pub const ALL: [Tiles; 4] = [
        Tiles { rows: 16, columns: 16, depth: 64, each: 2 },
        Tiles { rows: 32, columns: 32, depth: 32, each: 4 },
        Tiles { rows: 64, columns: 64, depth: 16, each: 4 },
        Tiles { rows: 128, columns: 128, depth: 16, each: 8 },
    ];

    /// For a device in software, whose few threads do best with much work each.
    const SOFTWARE: Tiles = Tiles { rows: 64, columns: 64, depth: 16, each: 8 };

    /// The largest that still make enough workgroups for a device with many processors.
    pub fn for_shape(rows: usize, columns: usize, software: bool) -> Self {
        const ENOUGH: usize = 128;
        if software {
            return Tiles::SOFTWARE;
        }
        let count = |tiles: &&Tiles| rows.div_ceil(tiles.rows as usize) * columns.div_ceil(tiles.columns as usize);
        *Tiles::ALL.iter().rev().find(|tiles| count(tiles) >= ENOUGH).unwrap_or(&Tiles::ALL[0])
    }

    fn threads(self) -> u32 {
        (self.rows / self.each) * (self.columns / self.each)
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

parts!("bindings", "elementary", "activation", "random", "reduction", "product", "way_back", "optimizer", "loss");

/// The most outputs of a last layer that the tail's lanes can share.
pub(super) const TAIL_LANES: usize = 128;

impl Kernel {
    /// The shader with those parts before it that its header names in the line `Uses`.
    pub fn source(self) -> String {
        let text = self.text();
        let uses = text.lines().find_map(|line| line.strip_prefix("// Uses: ")).unwrap_or_default();
        let parts = uses.trim_end_matches('.').split(", ");
        let parts = parts.filter_map(|name| PARTS.iter().find(|(part, _)| *part == name)).map(|(_, text)| *text);
        parts.chain([text]).collect::<Vec<_>>().join("\n")
    }

    /// What the shader's overrides are.
    pub fn constants(self, tiles: Tiles) -> Vec<(&'static str, f64)> {
        let along = |left: bool, right: bool| {
            let flag = |flag: bool| f64::from(u8::from(flag));
            vec![
                ("TILE_ROWS", f64::from(tiles.rows)),
                ("TILE_COLUMNS", f64::from(tiles.columns)),
                ("TILE_DEPTH", f64::from(tiles.depth)),
                ("EACH", f64::from(tiles.each)),
                ("THREADS", f64::from(tiles.threads())),
                ("LEFT_ALONG_DEPTH", flag(left)),
                ("RIGHT_ALONG_DEPTH", flag(right)),
            ]
        };
        match self {
            Kernel::DenseForward => along(true, false),
            Kernel::DenseBackwardInput => along(true, true),
            Kernel::DenseBackwardWeights => along(false, false),
            Kernel::DenseTail => vec![("LANES", TAIL_LANES as f64)],
            // Long vectors.
            Kernel::WeightPenalty | Kernel::GradientNorm | Kernel::ClipByNorm => vec![("LANES", 256.0)],
            _ => vec![],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wgpu::naga;

    #[test]
    fn every_shader_is_valid_without_a_device() {
        for kernel in Kernel::ALL {
            let source = kernel.source();
            let module = naga::front::wgsl::parse_str(&source)
                .unwrap_or_else(|error| panic!("{}: {}", kernel.name(), error.emit_to_string(&source)));
            let capabilities = naga::valid::Capabilities::IMMEDIATES;
            naga::valid::Validator::new(naga::valid::ValidationFlags::all(), capabilities)
                .validate(&module)
                .unwrap_or_else(|error| panic!("{}: {}", kernel.name(), error.emit_to_string(&source)));
            assert_eq!(module.entry_points.len(), 1, "{}", kernel.name());
            for (name, _) in kernel.constants(Tiles::ALL[0]) {
                let known = module.overrides.iter().any(|(_, constant)| constant.name.as_deref() == Some(name));
                assert!(known, "{}: {name}", kernel.name());
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
        for tiles in Tiles::ALL.into_iter().chain([Tiles::SOFTWARE]) {
            assert!(tiles.threads() <= 256 && (tiles.rows + tiles.columns) * tiles.depth * 4 <= 16_384);
            assert!([2, 4, 8].contains(&tiles.each));
            assert_eq!((tiles.rows % tiles.each, tiles.columns % tiles.each), (0, 0));
        }
        assert_eq!(Tiles::for_shape(128, 128, false), Tiles::ALL[0]);
        assert_eq!(Tiles::for_shape(4096, 1024, false), Tiles::ALL[3]);
    }
}
