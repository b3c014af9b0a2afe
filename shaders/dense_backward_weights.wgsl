// dW = X' dZ and db, the column sums of dZ, of all dense layers at once; then either the optimizer's step of W and b, or,
// where the whole gradient must be known first, the gradient alone.
//
// CPU twin: `src/engine/cpu/dense.rs`, `backward_weights` and `backward_bias`; `optim/`, `regularize/`.
// Shapes: X rows x inputs, dZ rows x units, dW inputs x units. b is the row below W's last one, where X is 1.
// Workgroups: one a tile of a layer's dW and db (common/tiles.wgsl), layer by layer.
// Record: layers, whether to step, optimizer, its slots, trained parameters, gradient, bound of clipping by value; then for
// each layer: its first tile, inputs, units, X (NONE: the batch's rows of the data set), dZ, W, b (NONE without), and the
// strengths of the penalties L1 and L2 of W, then of b; at the end the number of all tiles.
// Uses: bindings, optimizer, tiles, product.

const LAYER_WORDS: u32 = 11u;

// Where the record of this workgroup's layer begins, and the words that every number needs, read once a tile.
var<private> layer: u32;
var<private> rows: u32;
var<private> first_example: u32;
var<private> width: u32;
var<private> units: u32;
var<private> x: u32;
var<private> dz: u32;

fn left(row: u32, k: u32) -> f32 {
    if row > width || k >= rows {
        return 0.0;
    }
    if row == width {
        return 1.0;
    }
    if x == NONE {
        return f32(inputs[order[first_example + k] * width + row]);
    }
    return arena[x + k * width + row];
}

fn right(k: u32, column: u32) -> f32 {
    if k >= rows || column >= units {
        return 0.0;
    }
    return arena[dz + k * units + column] * derivative_scale();
}

fn run(group: u32, groups: u32, thread: u32) {
    let layers = word(0u);
    // Behind the last layer stands the number of all tiles.
    let tiles = word(7u + layers * LAYER_WORDS);
    rows = batch_rows();
    first_example = steps[dispatch.step].first;
    for (var tile = group; tile < tiles; tile += groups) {
        layer = 7u;
        for (var next = 1u; next < layers; next++) {
            if tile >= word(7u + next * LAYER_WORDS) {
                layer = 7u + next * LAYER_WORDS;
            }
        }
        width = word(layer + 1u);
        units = word(layer + 2u);
        x = word(layer + 3u);
        dz = word(layer + 4u);
        let across = (units + TILE_COLUMNS - 1u) / TILE_COLUMNS;
        let inside = tile - word(layer);
        let first_row = inside / across * TILE_ROWS;
        let first_column = inside % across * TILE_COLUMNS;
        make_tile(first_row, first_column, width + 1u, units, batch_rows(), thread);
    }
}

fn finish(row: u32, column: u32, sum: f32) {
    var at = word(layer + 5u) + row * units + column;
    var strengths = layer + 7u;
    if row == width {
        if word(layer + 6u) == NONE {
            return;
        }
        at = word(layer + 6u) + column;
        strengths += 2u;
    }
    let w = arena[at];
    let g = sum / derivative_scale() + number(strengths) * sign(w) + 2.0 * number(strengths + 1u) * w;
    if word(1u) == 0u {
        arena[word(5u) + at] = g;
    } else {
        take_step(word(2u), word(3u), word(4u), at, clip_by_value(g, number(6u)));
    }
}
