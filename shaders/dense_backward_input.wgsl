// dX = dZ W', and on through the dropout and the activation that X came from.
//
// CPU twin: `src/engine/cpu/dense.rs`, `backward_input`, with `activation/` and `dropout.rs`.
// Shapes: dZ rows x units, W inputs x units, dX rows x inputs.
// Workgroups: one a tile of dX (common/tiles.wgsl), column by column, then row by row.
// Record: inputs, units, dZ, W, outputs that the loss is a mean over; then that of common/backward.wgsl; where the slice of
// units begins and ends.
// Uses: bindings, elementary, activation, backward, tiles, product.

// The record's words that every number needs, read once.
var<private> width: u32;
var<private> units: u32;
var<private> dz: u32;
var<private> w: u32;

fn left_line(row: u32) -> u32 {
    return dz + row * units;
}

fn left_read(at: vec4<u32>) -> vec4<f32> {
    return read_four(at);
}

fn left_numbers(row: u32, raw: vec4<f32>) -> vec4<f32> {
    return raw * derivative_scale(word(4u));
}

fn right_line(column: u32) -> u32 {
    return w + column * units;
}

fn right_read(at: vec4<u32>) -> vec4<f32> {
    return read_four_parameters(at);
}

fn right_numbers(raw: vec4<f32>) -> vec4<f32> {
    return raw;
}

fn run(group: u32, groups: u32, thread: u32) {
    width = word(0u);
    units = word(1u);
    dz = word(2u);
    w = word(3u);
    c_rows = batch_rows();
    c_columns = width;
    take_slice(5u + WAY_BACK_WORDS, units);
    make_tiles(group, groups, thread);
}

fn kept(row: u32, column: u32) -> f32 {
    return arena[word(5u) + row * width + column];
}

fn keep(row: u32, column: u32, sum: f32) {
    arena[word(5u) + row * width + column] = sum;
}

fn finish(row: u32, column: u32, sum: f32) {
    way_back(5u, row * width + column, sum / derivative_scale(word(4u)));
}
