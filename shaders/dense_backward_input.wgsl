// dX = dZ W', and on through the dropout and the activation that X came from.
//
// CPU twin: `src/engine/cpu/dense.rs`, `backward_input`, with `activation/` and `dropout.rs`.
// Shapes: dZ rows x units, W inputs x units, dX rows x inputs.
// Workgroups: one a tile of dX (common/tiles.wgsl), column by column, then row by row.
// Record: inputs, units, dZ, W; then that of common/way_back.wgsl.
// Uses: bindings, elementary, activation, way_back, tiles, product.

// The record's words that every number needs, read once.
var<private> rows: u32;
var<private> width: u32;
var<private> units: u32;
var<private> dz: u32;
var<private> w: u32;

fn left(row: u32, k: u32) -> f32 {
    if row >= rows || k >= units {
        return 0.0;
    }
    return arena[dz + row * units + k] * derivative_scale();
}

fn right(k: u32, column: u32) -> f32 {
    if k >= units || column >= width {
        return 0.0;
    }
    return arena[w + column * units + k];
}

fn run(group: u32, groups: u32, thread: u32) {
    rows = batch_rows();
    width = word(0u);
    units = word(1u);
    dz = word(2u);
    w = word(3u);
    make_tiles(batch_rows(), word(0u), word(1u), group, groups, thread);
}

fn finish(row: u32, column: u32, sum: f32) {
    way_back(4u, row * width + column, sum / derivative_scale());
}
