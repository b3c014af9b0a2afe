// dW = X' dZ and db, the column sums of dZ, of all dense layers at once; then either the optimizer's step of W and b, or,
// where the whole gradient must be known first, the gradient alone.
//
// CPU twin: `src/engine/cpu/dense.rs`, `backward_weights` and `backward_bias`; `optim/`, `regularize/`.
// Shapes: X rows x inputs, dZ rows x units, dW inputs x units. b is the row below W's last one, where X is 1.
// Workgroups: one a tile of a layer's dW and db (common/product.wgsl), layer by layer.
// Record: layers, whether to step, optimizer, its slots, trained parameters, gradient, bound of clipping by value; then for
// each layer: its first tile, inputs, units, X (NONE: the batch's rows of the data set), dZ, W, b (NONE without), and the
// strengths of the penalties L1 and L2 of W, then of b.
// Uses: bindings, optimizer, product.

const LAYER_WORDS: u32 = 11u;

// Where the record of this workgroup's layer begins.
var<private> layer: u32;

fn left(row: u32, k: u32) -> f32 {
    let inputs_each = word(layer + 1u);
    if row > inputs_each || k >= batch_rows() {
        return 0.0;
    }
    if row == inputs_each {
        return 1.0;
    }
    if word(layer + 3u) == NONE {
        return inputs[example(k) * inputs_each + row];
    }
    return arena[word(layer + 3u) + k * inputs_each + row];
}

fn right(k: u32, column: u32) -> f32 {
    if k >= batch_rows() || column >= word(layer + 2u) {
        return 0.0;
    }
    return arena[word(layer + 4u) + k * word(layer + 2u) + column];
}

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let layers = word(0u);
    // Behind the last layer stands the number of all tiles.
    let tiles = word(7u + layers * LAYER_WORDS);
    for (var tile = workgroup.x; tile < tiles; tile += workgroups.x) {
        layer = 7u;
        for (var next = 1u; next < layers; next++) {
            if tile >= word(7u + next * LAYER_WORDS) {
                layer = 7u + next * LAYER_WORDS;
            }
        }
        let units = word(layer + 2u);
        let across = (units + TILE_COLUMNS - 1u) / TILE_COLUMNS;
        let inside = tile - word(layer);
        let first_row = inside / across * TILE_ROWS;
        let first_column = inside % across * TILE_COLUMNS;
        multiply(first_row, first_column, batch_rows(), thread);
        for (var i = 0u; i < ROWS_EACH; i++) {
            for (var j = 0u; j < COLUMNS_EACH; j++) {
                let row = first_row + tile_row(thread, i);
                let column = first_column + tile_column(thread, j);
                if column < units {
                    finish(row, column, sums[i * COLUMNS_EACH + j]);
                }
            }
        }
    }
}

fn finish(row: u32, column: u32, sum: f32) {
    let last = word(layer + 1u);
    var at = word(layer + 5u) + row * word(layer + 2u) + column;
    var strengths = layer + 7u;
    if row >= last {
        if row > last || word(layer + 6u) == NONE {
            return;
        }
        at = word(layer + 6u) + column;
        strengths += 2u;
    }
    let w = arena[at];
    let g = sum + number(strengths) * sign(w) + 2.0 * number(strengths + 1u) * w;
    if word(1u) == 0u {
        arena[word(5u) + at] = g;
    } else {
        take_step(word(2u), word(3u), word(4u), at, clip_by_value(g, number(6u)));
    }
}
