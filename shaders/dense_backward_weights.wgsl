// dW = X' dZ and db, the column sums of dZ, of all dense layers at once; then either the optimizer's step of W and b, or,
// where the whole gradient must be known first, the gradient alone.
//
// CPU twin: `src/engine/cpu/dense.rs`, `backward_weights` and `backward_bias`; `optim/`, `regularize/`.
// Shapes: X rows x inputs, dZ rows x units, dW inputs x units. b is the row below W's last one, where X is 1.
// Workgroups: one a tile of a layer's dW and db (common/tiles.wgsl), layer by layer.
// Record: layers, whether to step, optimizer, bound of clipping by value, outputs that the loss is a mean over, where the
// slice of rows begins and ends; then for each layer: its first tile, inputs, units, X (NONE: the batch's rows of the data
// set), dZ, W, b (NONE without), and the strengths of the penalties L1 and L2 of W, then of b; at the end the number of all
// tiles.
// Uses: bindings, optimizer, tiles, product.

// The first layer's words, and how many each has.
const LAYERS: u32 = 7u;
const LAYER_WORDS: u32 = 11u;

// Where the record of this workgroup's layer begins, and the words that every number needs, read once a tile.
var<private> layer: u32;
var<private> first_example: u32;
var<private> width: u32;
var<private> units: u32;
var<private> x: u32;
var<private> dz: u32;

fn left_line(k: u32) -> u32 {
    if x == NONE {
        return order[first_example + k] * width;
    }
    return x + k * width;
}

fn left_read(at: vec4<u32>) -> vec4<f32> {
    return read_four_inputs(x, at);
}

// Of b's row the number behind a line was read, which buffers have room for.
fn left_numbers(row: u32, raw: vec4<f32>) -> vec4<f32> {
    return select(raw, vec4<f32>(1.0), row + FOUR == vec4<u32>(width));
}

fn right_line(k: u32) -> u32 {
    return dz + k * units;
}

fn right_read(at: vec4<u32>) -> vec4<f32> {
    return read_four(at);
}

fn right_numbers(raw: vec4<f32>) -> vec4<f32> {
    return raw * derivative_scale(word(4u));
}

fn run(group: u32, groups: u32, thread: u32) {
    let layers = word(0u);
    // Behind the last layer stands the number of all tiles.
    let tiles = word(LAYERS + layers * LAYER_WORDS);
    first_example = steps[dispatch.step].first;
    take_slice(5u, batch_rows());
    for (var tile = group; tile < tiles; tile += groups) {
        layer = LAYERS;
        for (var next = 1u; next < layers; next++) {
            if tile >= word(LAYERS + next * LAYER_WORDS) {
                layer = LAYERS + next * LAYER_WORDS;
            }
        }
        width = word(layer + 1u);
        units = word(layer + 2u);
        x = word(layer + 3u);
        dz = word(layer + 4u);
        c_rows = width + 1u;
        c_columns = units;
        let across = (units + TILE_COLUMNS - 1u) / TILE_COLUMNS;
        let inside = tile - word(layer);
        make_tile(inside / across * TILE_ROWS, inside % across * TILE_COLUMNS, thread);
    }
}

// Where among the parameters this number belongs: b's row is the one behind W's last, and NONE where there is no b.
fn parameter_at(row: u32, column: u32) -> u32 {
    if row < width {
        return word(layer + 5u) + row * units + column;
    }
    return select(word(layer + 6u) + column, NONE, word(layer + 6u) == NONE);
}

// In the gradient, which is there also where the step is taken at once.
fn kept(row: u32, column: u32) -> f32 {
    let at = parameter_at(row, column);
    if at == NONE {
        return 0.0;
    }
    return gradient[at];
}

fn keep(row: u32, column: u32, sum: f32) {
    let at = parameter_at(row, column);
    if at != NONE {
        gradient[at] = sum;
    }
}

fn finish(row: u32, column: u32, sum: f32) {
    let at = parameter_at(row, column);
    if at == NONE {
        return;
    }
    let strengths = layer + select(7u, 9u, row == width);
    let w = parameters[at];
    let g = sum / derivative_scale(word(4u)) + number(strengths) * sign(w) + 2.0 * number(strengths + 1u) * w;
    if word(1u) == 0u {
        gradient[at] = g;
    } else {
        take_step(word(2u), at, clip_by_value(g, number(3u)));
    }
}
