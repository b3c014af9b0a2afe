//! The sizes of the tiles in which products are computed.

use super::capabilities::{Capabilities, Products};

/// How the work of a product is divided: a workgroup computes a tile of `rows` × `columns` numbers with `depth` numbers of
/// the inner index in its memory at a time, each thread `each` × `each` of them, or each subgroup a block of matrices.
///
/// Large tiles read less memory per product, small ones keep more of the device busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tiles {
    pub rows: u32,
    pub columns: u32,
    pub(super) depth: u32,
    pub(super) each: u32,
    /// Whether `product_software.wgsl` computes them.
    pub(super) software: bool,
    pub products: Products,
}

/// A square tile of `product.wgsl`.
const fn square(side: u32, each: u32) -> Tiles {
    Tiles { rows: side, columns: side, depth: 2048 / side, each, software: false, products: Products::Full }
}

/// The most threads of a workgroup.
pub(super) const THREADS: u32 = 256;

impl Tiles {
    /// The tiles of `product.wgsl`, from small to large.
    pub const ALL: [Tiles; 4] = [square(16, 4), square(32, 4), square(64, 4), square(128, 8)];

    /// For a software device, whose few threads do best with much work each, or one with less than 32 KiB per workgroup.
    pub const SOFTWARE: Tiles = Tiles { depth: 16, software: true, ..square(64, 8) };

    /// Tiles of matrix units, counted in blocks of 2 × 2 matrices, from small to large.
    const BLOCKS: [[u32; 2]; 3] = [[1, 1], [2, 2], [4, 2]];

    /// The tiles that a device can compute, from small to large.
    pub fn all(capabilities: Capabilities) -> Vec<Self> {
        let all: Vec<Tiles> = match capabilities.products {
            Products::Matrices { side, .. } => {
                let blocks = Tiles::BLOCKS.iter().map(|[down, across]| (2 * side * down, 2 * side * across));
                blocks.map(|(rows, columns)| Tiles { rows, columns, depth: 2 * side, ..square(side, 1) }).collect()
            }
            _ if capabilities.software => vec![],
            _ => Tiles::ALL.to_vec(),
        };
        let all = all.into_iter().map(|tiles| Tiles { products: capabilities.products, ..tiles });
        let mut all: Vec<Tiles> = all.filter(|tiles| tiles.memory() <= capabilities.memory).collect();
        if all.is_empty() {
            all.push(Tiles::SOFTWARE.with(capabilities.products));
        }
        all
    }

    /// The largest tiles that still give enough workgroups to a device with many processors.
    pub fn for_shape(rows: usize, columns: usize, capabilities: Capabilities) -> Self {
        const ENOUGH: usize = 128;
        let all = Tiles::all(capabilities);
        let count = |tiles: &&Tiles| rows.div_ceil(tiles.rows as usize) * columns.div_ceil(tiles.columns as usize);
        *all.iter().rev().find(|tiles| count(tiles) >= ENOUGH).unwrap_or(&all[0])
    }

    /// These tiles in the precision of such products, in registers where the products differ. Kernels that multiply nothing
    /// need it too, since the data set is stored in that precision.
    pub fn with(self, products: Products) -> Self {
        if self.products == products { self } else { Tiles { products: products.in_registers(), ..self } }
    }

    /// The threads of a workgroup.
    pub(super) fn threads(self) -> u32 {
        match self.products {
            Products::Matrices { side, subgroup_max, .. } => {
                (self.rows / (2 * side) * (self.columns / (2 * side)) * subgroup_max).min(THREADS)
            }
            _ if self.software => (self.rows / self.each) * (self.columns / self.each),
            _ => THREADS,
        }
    }

    /// How many threads of `product.wgsl` share each sum.
    pub(super) fn shares(self) -> u32 {
        THREADS / ((self.rows / self.each) * (self.columns / self.each))
    }

    /// The distance in the workgroup's memory from one row of the inner index to the next, for a side of the tile; in vectors
    /// of four where the memory consists of those. It is wider than the tile where the matrix is stored along that index.
    pub(super) fn stride(self, side: u32, along_depth: bool) -> u32 {
        match self.products {
            // Matrix units load from multiples of 16 bytes.
            Products::Matrices { .. } => side + 8,
            // A bank of the memory has 4 bytes.
            products if self.software => side + if along_depth { 4 / products.bytes() } else { 0 },
            _ => side / 4 + u32::from(along_depth),
        }
    }

    /// Numbers of the matrices that leave the units, one matrix per subgroup.
    pub(super) fn finished(self) -> u32 {
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
            // Four numbers per vector, and the sums.
            _ => 4 * numbers + 16 * 512,
        }
    }

    /// The parts of `shaders/common` that compute them.
    pub(super) fn parts(self) -> &'static [&'static str] {
        match self.products {
            Products::Matrices { .. } => &["loading", "product_matrices"],
            _ if self.software => &["loading", "product_software"],
            _ => &["product"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_fit_every_device_and_grow_with_the_work() {
        let of =
            |rows: usize, columns: usize, capabilities: Capabilities| Tiles::for_shape(rows, columns, capabilities);
        for products in [Products::Full, Products::Half] {
            for tiles in Tiles::ALL.map(|tiles| Tiles { products, ..tiles }) {
                // As `product.wgsl` requires: two vectors of A and of B per thread, and room for all sums.
                assert_eq!((tiles.rows * tiles.depth, tiles.columns * tiles.depth), (8 * THREADS, 8 * THREADS));
                assert!(tiles.memory() <= 32_768, "{tiles:?}");
                let makers = (tiles.rows / tiles.each) * (tiles.columns / tiles.each);
                let shares = THREADS / makers;
                assert!(makers * shares == THREADS && shares.is_power_of_two(), "{tiles:?}");
                let sums = if shares == 1 { tiles.rows / tiles.each * tiles.columns } else { shares / 2 * makers * 16 };
                assert!(sums <= 4 * 512, "{tiles:?}");
            }
            let large = Capabilities { memory: 32_768, products, ..Capabilities::default() };
            assert_eq!(
                (of(128, 128, large).rows, of(128, 1024, large).rows, of(4096, 1024, large).rows),
                (16, 32, 128)
            );
            for capabilities in [Capabilities { memory: 16_384, ..large }, Capabilities { software: true, ..large }] {
                let tiles = of(4096, 1024, capabilities);
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
            let capabilities = Capabilities { memory: 32_768, products, ..Capabilities::default() };
            for (rows, columns) in [(5, 3), (128, 1024), (4096, 1024)] {
                let tiles = Tiles::for_shape(rows, columns, capabilities);
                assert_eq!(tiles.products, products);
                assert!(tiles.threads().is_multiple_of(subgroup_max) && tiles.threads() <= THREADS, "{tiles:?}");
                assert!(tiles.memory() <= capabilities.memory, "{tiles:?}");
                assert_eq!((tiles.rows % (2 * side), tiles.depth % side), (0, 0));
            }
            assert!(Tiles::for_shape(4096, 1024, capabilities).rows > Tiles::for_shape(5, 3, capabilities).rows);
        }
    }
}
