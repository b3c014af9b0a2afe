// Z = X W + b, then A = g(Z), then the mask and the output of the dropout, where the layer has them.
//
// CPU twin: `src/engine/cpu/dense.rs`, `forward`, with `activation/` and `dropout.rs`.
// Shapes: X rows x inputs, W inputs x units, b units; Z, A, mask, output rows x units.
// Workgroups: one per tile of Z (common/tiles.wgsl), column by column, then row by row.
// Record: `DenseForward` of `src/engine/gpu/records/dense.rs`.
// Uses: bindings, elementary, activation, random, tiles, product.

// Fields of the record that every number needs, read once.
var<private> first_example: u32;
var<private> width: u32;
var<private> units: u32;
var<private> x: u32;
var<private> w: u32;

fn left_line(row: u32) -> u32 {
    if x == NONE {
        return order[first_example + row] * width;
    }
    return x + row * width;
}

fn left_read(at: vec4<u32>) -> vec4<f32> {
    return read_four_inputs(x, at);
}

fn left_numbers(row: u32, raw: vec4<f32>) -> vec4<f32> {
    return raw;
}

fn right_line(k: u32) -> u32 {
    return w + k * units;
}

fn right_read(at: vec4<u32>) -> vec4<f32> {
    return read_four_parameters(at);
}

fn right_numbers(raw: vec4<f32>) -> vec4<f32> {
    return raw;
}

fn run(group: u32, groups: u32, thread: u32) {
    first_example = steps[dispatch.step].first;
    width = record_inputs();
    units = record_units();
    x = record_x();
    w = record_weights();
    c_rows = batch_rows();
    c_columns = units;
    take_slice(width);
    make_tiles(group, groups, thread);
}

// Z without b.
fn kept(row: u32, column: u32) -> f32 {
    return arena[record_z() + row * units + column];
}

fn keep(row: u32, column: u32, sum: f32) {
    arena[record_z() + row * units + column] = sum;
}

fn finish(row: u32, column: u32, sum: f32) {
    let at = row * units + column;
    var value = sum;
    if record_bias() != NONE {
        value += parameters[record_bias() + column];
    }
    arena[record_z() + at] = value;
    let kind = record_activation_kind();
    if kind != 0u {
        value = activate(kind, record_activation_parameter(), value);
        arena[record_a() + at] = value;
    }
    let rate = record_dropout_rate();
    if rate >= 0.0 {
        let mask = select(record_dropout_scale(), 0.0, random_uniform(record_dropout_key(), at) < rate);
        arena[record_dropout_mask() + at] = mask;
        arena[record_dropout_output() + at] = value * mask;
    }
}
