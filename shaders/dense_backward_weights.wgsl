// dW = X' dZ and db, the column sums of dZ, of all dense layers at once; then either the optimizer's step of W and b, or,
// where the whole gradient must be known first, the gradient alone.
//
// CPU twin: `src/engine/cpu/dense.rs`, `backward_weights` and `backward_bias`; `optim/`, `regularize/`.
// Shapes: X rows x inputs, dZ rows x units, dW inputs x units. b is the row below the last one of W, where X is 1.
// Workgroups: one per tile of a layer's dW and db (common/tiles.wgsl), layer by layer.
// Record: `DenseBackwardWeights` of `src/engine/gpu/records/dense.rs`.
// Uses: bindings, optimizer, tiles, product.

// The layer of this tile, and fields of the record that every number needs, read once per tile.
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

// For the row of b the number after a line was read, for which buffers have room.
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
    return raw * derivative_scale(record_mean_over());
}

fn run(group: u32, groups: u32, thread: u32) {
    first_example = steps[dispatch.step].first;
    take_slice(batch_rows());
    for (var tile = group; tile < record_tiles(); tile += groups) {
        layer = 0u;
        for (var next = 1u; next < record_layers_count(); next++) {
            if tile >= record_layers_first_tile(next) {
                layer = next;
            }
        }
        width = record_layers_inputs(layer);
        units = record_layers_units(layer);
        x = record_layers_x(layer);
        dz = record_layers_dz(layer);
        c_rows = width + 1u;
        c_columns = units;
        let across = (units + TILE_COLUMNS - 1u) / TILE_COLUMNS;
        let inside = tile - record_layers_first_tile(layer);
        make_tile(inside / across * TILE_ROWS, inside % across * TILE_COLUMNS, thread);
    }
}

// Where this number is among the parameters: b is the row after the last one of W, and NONE where there is no b.
fn parameter_at(row: u32, column: u32) -> u32 {
    if row < width {
        return record_layers_weights(layer) + row * units + column;
    }
    let bias = record_layers_bias(layer);
    return select(bias + column, NONE, bias == NONE);
}

// In the gradient, whose buffer exists also where the optimizer steps at once.
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

// The strengths of the L1 and L2 penalties of the parameters in this row.
fn penalty(row: u32) -> vec2<f32> {
    if row == width {
        return vec2<f32>(record_layers_bias_penalty_l1(layer), record_layers_bias_penalty_l2(layer));
    }
    return vec2<f32>(record_layers_weights_penalty_l1(layer), record_layers_weights_penalty_l2(layer));
}

fn finish(row: u32, column: u32, sum: f32) {
    let at = parameter_at(row, column);
    if at == NONE {
        return;
    }
    let strengths = penalty(row);
    let w = parameters[at];
    let g = sum / derivative_scale(record_mean_over()) + strengths.x * sign(w) + 2.0 * strengths.y * w;
    if record_steps() {
        take_step(record_optimizer(), at, clip_by_value(g, record_clip()));
    } else {
        gradient[at] = g;
    }
}
