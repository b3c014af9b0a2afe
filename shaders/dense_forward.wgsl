// Z = X W + b, then A = g(Z), then the dropout's mask and its output, as far as the layer has them.
//
// CPU twin: `src/engine/cpu/dense.rs`, `forward`, with `activation/` and `dropout.rs`.
// Shapes: X rows x inputs, W inputs x units, b units; Z, A, mask, output rows x units.
// Workgroups: one a tile of Z (common/tiles.wgsl), column by column, then row by row.
// Record: inputs, units, X (NONE: the batch's rows of the data set), W, b (NONE without), Z, kind of the activation (0
// without), its parameter, A, rate of the dropout (below 0 without), what kept numbers are multiplied by, key, mask, output;
// where the slice of inputs begins and ends.
// Uses: bindings, elementary, activation, random, tiles, product.

// The record's words that every number needs, read once.
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
    width = word(0u);
    units = word(1u);
    x = word(2u);
    w = word(3u);
    c_rows = batch_rows();
    c_columns = units;
    take_slice(14u, width);
    make_tiles(group, groups, thread);
}

// Z without b.
fn kept(row: u32, column: u32) -> f32 {
    return arena[word(5u) + row * units + column];
}

fn keep(row: u32, column: u32, sum: f32) {
    arena[word(5u) + row * units + column] = sum;
}

fn finish(row: u32, column: u32, sum: f32) {
    let at = row * units + column;
    var value = sum;
    if word(4u) != NONE {
        value += parameters[word(4u) + column];
    }
    arena[word(5u) + at] = value;
    let kind = word(6u);
    if kind != 0u {
        value = activate(kind, number(7u), value);
        arena[word(8u) + at] = value;
    }
    let rate = number(9u);
    if rate >= 0.0 {
        let mask = select(number(10u), 0.0, random_uniform(word(11u), at) < rate);
        arena[word(12u) + at] = mask;
        arena[word(13u) + at] = value * mask;
    }
}
