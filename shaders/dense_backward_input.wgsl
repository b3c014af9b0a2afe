// dX = dZ W', and on through the dropout and the activation that X came from.
//
// CPU twin: `src/engine/cpu/dense.rs`, `backward_input`, with `activation/` and `dropout.rs`.
// Shapes: dZ rows x units, W inputs x units, dX rows x inputs.
// Workgroups: one a tile of dX (common/product.wgsl), column by column, then row by row.
// Record: inputs, units, dZ, W; then that of common/way_back.wgsl.
// Uses: bindings, elementary, activation, way_back, product.

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
    return arena[dz + row * units + k];
}

fn right(k: u32, column: u32) -> f32 {
    if k >= units || column >= width {
        return 0.0;
    }
    return arena[w + column * units + k];
}

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    rows = batch_rows();
    width = word(0u);
    units = word(1u);
    dz = word(2u);
    w = word(3u);
    let across = (word(0u) + TILE_COLUMNS - 1u) / TILE_COLUMNS;
    let tiles = across * ((batch_rows() + TILE_ROWS - 1u) / TILE_ROWS);
    for (var tile = workgroup.x; tile < tiles; tile += workgroups.x) {
        let first_row = tile / across * TILE_ROWS;
        let first_column = tile % across * TILE_COLUMNS;
        multiply(first_row, first_column, word(1u), thread);
        for (var i = 0u; i < EACH; i++) {
            for (var j = 0u; j < EACH; j++) {
                let row = first_row + tile_row(thread, i);
                let column = first_column + tile_column(thread, j);
                if row < rows && column < width {
                    way_back(4u, row * width + column, sums[i * EACH + j]);
                }
            }
        }
    }
}
