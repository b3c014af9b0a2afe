// dX = dZ W', and the backward pass through the dropout and the activation that produced X.
//
// CPU twin: `src/engine/cpu/dense.rs`, `backward_input`, with `activation/` and `dropout.rs`.
// Shapes: dZ rows x units, W inputs x units, dX rows x inputs.
// Workgroups: one per tile of dX (common/tiles.wgsl), column by column, then row by row.
// Record: `DenseBackwardInput` of `src/engine/gpu/records/dense.rs`.
// Uses: bindings, elementary, activation, backward, tiles, product.

// Fields of the record that every number needs, read once.
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
    return raw * derivative_scale(record_mean_over());
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
    width = record_inputs();
    units = record_units();
    dz = record_dz();
    w = record_weights();
    c_rows = batch_rows();
    c_columns = width;
    take_slice(units);
    make_tiles(group, groups, thread);
}

fn kept(row: u32, column: u32) -> f32 {
    return arena[record_producer_delta() + row * width + column];
}

fn keep(row: u32, column: u32, sum: f32) {
    arena[record_producer_delta() + row * width + column] = sum;
}

fn finish(row: u32, column: u32, sum: f32) {
    backward(row * width + column, sum / derivative_scale(record_mean_over()));
}
