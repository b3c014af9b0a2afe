// A product of two matrices, C = A B, in tiles through the workgroup's memory. A workgroup computes TILE_ROWS x TILE_COLUMNS
// numbers of C with TILE_DEPTH numbers of k in its memory at a time, as `TileNumber`: f32, or f16 in mixed precision.
//
// The kernel defines where the matrices are stored: a line of A is a row where A is stored along k (LEFT_ALONG_DEPTH), else
// the numbers of one k; `left_line(line)` is its offset, `left_read(offsets)` reads four numbers, and
// `left_numbers(row, raw)` turns them into numbers of A, from this row on. The same for B, whose lines are columns or ks.
// The kernel receives each number of C in `finish(row, column, sum)`. Loads are separate so that none waits for the one
// before it.

override TILE_ROWS: u32 = 16u;
override TILE_COLUMNS: u32 = 16u;
override TILE_DEPTH: u32 = 32u;
override LEFT_ALONG_DEPTH: bool = true;
override RIGHT_ALONG_DEPTH: bool = false;
// In the workgroup's memory: the distance from one k to the next, and the length of all; naga cannot multiply overrides in
// every order. The strides are wider than the tile where adjacent threads would otherwise write to the same memory bank.
override LEFT_STRIDE: u32 = 16u;
override RIGHT_STRIDE: u32 = 16u;
override LEFT_LENGTH: u32 = 512u;
override RIGHT_LENGTH: u32 = 512u;

// The shape of C. A dispatch multiplies the ks from `begin` to `depth`; where more of them follow in another dispatch, the
// kernel stores the sums in `keep(row, column, sum)` and loads them in `kept(row, column)`. Some drivers end long loops:
// `src/engine/gpu/loops.rs`.
var<private> c_rows: u32;
var<private> c_columns: u32;
var<private> begin: u32;
var<private> depth: u32;
var<private> more_follow: bool;

// Reads the slice of `whole` ks from the record.
fn take_slice(whole: u32) {
    begin = record_slice_begin();
    more_follow = record_slice_end() != NONE;
    depth = min(record_slice_end(), whole);
}

// Adds this dispatch's sum of a number of C to that of the dispatches before it.
fn take_sum(row: u32, column: u32, sum: f32) {
    if begin == 0u && !more_follow {
        finish(row, column, sum);
        return;
    }
    var sum_so_far = sum;
    if begin > 0u {
        sum_so_far += kept(row, column);
    }
    if more_follow {
        keep(row, column, sum_so_far);
    } else {
        finish(row, column, sum_so_far);
    }
}

// Computes the tiles of C, column by column, then row by row, each by one workgroup.
fn make_tiles(group: u32, groups: u32, thread: u32) {
    let across = (c_columns + TILE_COLUMNS - 1u) / TILE_COLUMNS;
    let tiles = across * ((c_rows + TILE_ROWS - 1u) / TILE_ROWS);
    for (var tile = group; tile < tiles; tile += groups) {
        make_tile(tile / across * TILE_ROWS, tile % across * TILE_COLUMNS, thread);
    }
}

// A piece of A is read in vectors of four rows: the k of this vector, and which four. Adjacent threads read adjacent numbers.
fn left_place(at: u32) -> vec2<u32> {
    if LEFT_ALONG_DEPTH {
        return vec2<u32>(at % TILE_DEPTH, at / TILE_DEPTH);
    }
    return vec2<u32>(at / (TILE_ROWS / 4u), at % (TILE_ROWS / 4u));
}

// The same for a piece of B, in vectors of four columns.
fn right_place(at: u32) -> vec2<u32> {
    if RIGHT_ALONG_DEPTH {
        return vec2<u32>(at % TILE_DEPTH, at / TILE_DEPTH);
    }
    return vec2<u32>(at / (TILE_COLUMNS / 4u), at % (TILE_COLUMNS / 4u));
}

// The lines of four rows of A, where rows are lines: the same for each piece. Beyond the edge the last line is used.
fn left_lines(at: u32, first_row: u32) -> vec4<u32> {
    if !LEFT_ALONG_DEPTH {
        return vec4<u32>();
    }
    let rows = min(first_row + 4u * left_place(at).y + FOUR, vec4<u32>(c_rows - 1u));
    return vec4<u32>(left_line(rows.x), left_line(rows.y), left_line(rows.z), left_line(rows.w));
}

fn right_lines(at: u32, first_column: u32) -> vec4<u32> {
    if !RIGHT_ALONG_DEPTH {
        return vec4<u32>();
    }
    let columns = min(first_column + 4u * right_place(at).y + FOUR, vec4<u32>(c_columns - 1u));
    return vec4<u32>(right_line(columns.x), right_line(columns.y), right_line(columns.z), right_line(columns.w));
}

// The raw numbers of this vector of the piece that begins at k = `first`.
fn left_raw(at: u32, lines: vec4<u32>, first_row: u32, first: u32) -> vec4<f32> {
    let place = left_place(at);
    let k = min(first + place.x, depth - 1u);
    if LEFT_ALONG_DEPTH {
        return left_read(lines + k);
    }
    return left_read(left_line(k) + min(first_row + 4u * place.y + FOUR, vec4<u32>(c_rows - 1u)));
}

fn right_raw(at: u32, lines: vec4<u32>, first_column: u32, first: u32) -> vec4<f32> {
    let place = right_place(at);
    let k = min(first + place.x, depth - 1u);
    if RIGHT_ALONG_DEPTH {
        return right_read(lines + k);
    }
    return right_read(right_line(k) + min(first_column + 4u * place.y + FOUR, vec4<u32>(c_columns - 1u)));
}

// The numbers of A: 0 for a k beyond the last. Nothing uses those of rows beyond the edge.
fn left_vector(at: u32, raw: vec4<f32>, first_row: u32, first: u32) -> vec4<TileNumber> {
    let place = left_place(at);
    let numbers = left_numbers(first_row + 4u * place.y, raw);
    return vec4<TileNumber>(select(vec4<f32>(), numbers, first + place.x < depth));
}

fn right_vector(at: u32, raw: vec4<f32>, first: u32) -> vec4<TileNumber> {
    return vec4<TileNumber>(select(vec4<f32>(), right_numbers(raw), first + right_place(at).x < depth));
}
