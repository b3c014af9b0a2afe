// Z = X W + b, then A = g(Z), then the dropout's mask and its output, as far as the layer has them.
//
// CPU twin: `src/engine/cpu/dense.rs`, `forward`, with `activation/` and `dropout.rs`.
// Shapes: X rows x inputs, W inputs x units, b units; Z, A, mask, output rows x units.
// Workgroups: one a tile of Z (common/tiles.wgsl), column by column, then row by row.
// Record: inputs, units, X (NONE: the batch's rows of the data set), W, b (NONE without), Z, kind of the activation (0
// without), its parameter, A, rate of the dropout (below 0 without), what kept numbers are multiplied by, key, mask, output.
// Uses: bindings, elementary, activation, random, tiles, product.

// The record's words that every number needs, read once.
var<private> rows: u32;
var<private> first_example: u32;
var<private> width: u32;
var<private> units: u32;
var<private> x: u32;
var<private> w: u32;

fn left(row: u32, k: u32) -> f32 {
    if row >= rows || k >= width {
        return 0.0;
    }
    if x == NONE {
        return f32(inputs[order[first_example + row] * width + k]);
    }
    return arena[x + row * width + k];
}

fn right(k: u32, column: u32) -> f32 {
    if k >= width || column >= units {
        return 0.0;
    }
    return arena[w + k * units + column];
}

fn run(group: u32, groups: u32, thread: u32) {
    rows = batch_rows();
    first_example = steps[dispatch.step].first;
    width = word(0u);
    units = word(1u);
    x = word(2u);
    w = word(3u);
    make_tiles(batch_rows(), word(1u), word(0u), group, groups, thread);
}

fn finish(row: u32, column: u32, sum: f32) {
    let at = row * units + column;
    var value = sum;
    if word(4u) != NONE {
        value += arena[word(4u) + column];
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
