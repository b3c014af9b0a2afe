// A tile of a product of two matrices, C = A B, through the workgroup's memory. The kernel says with `left(row, k)` and
// `right(k, column)` what the matrices hold (0 beyond their edges), and takes each number of C in `finish(row, column, sum)`.
//
// A workgroup makes TILE_ROWS x TILE_COLUMNS numbers of C; each thread EACH x EACH of them, in registers: EACH is 2, 4 or 8.
// TILE_DEPTH numbers of k are in the workgroup's memory at a time. Threads walk along that index of a matrix in which its
// memory runs: `LEFT_ALONG_DEPTH` says that it is k for A, `RIGHT_ALONG_DEPTH` the same for B.

override TILE_ROWS: u32 = 16u;
override TILE_COLUMNS: u32 = 16u;
override TILE_DEPTH: u32 = 32u;
override EACH: u32 = 2u;
override THREADS: u32 = 64u;
override LEFT_ALONG_DEPTH: bool = true;
override RIGHT_ALONG_DEPTH: bool = false;

var<workgroup> left_tile: array<f32, TILE_DEPTH * TILE_ROWS>;
var<workgroup> right_tile: array<f32, TILE_DEPTH * TILE_COLUMNS>;
// A thread's numbers of C, row by row.
var<private> sums: array<f32, 64>;

// The row of the tile in which a thread's number stands, and its column: threads side by side have columns side by side.
fn tile_row(thread: u32, each: u32) -> u32 {
    return thread / (TILE_COLUMNS / EACH) * EACH + each;
}

fn tile_column(thread: u32, each: u32) -> u32 {
    return thread % (TILE_COLUMNS / EACH) + each * (TILE_COLUMNS / EACH);
}

// The tiles of a C of rows x columns, column by column, then row by row, each by one workgroup.
fn make_tiles(rows_of_c: u32, columns_of_c: u32, depth: u32, first: u32, groups: u32, thread: u32) {
    let across = (columns_of_c + TILE_COLUMNS - 1u) / TILE_COLUMNS;
    let tiles = across * ((rows_of_c + TILE_ROWS - 1u) / TILE_ROWS);
    for (var tile = first; tile < tiles; tile += groups) {
        make_tile(tile / across * TILE_ROWS, tile % across * TILE_COLUMNS, rows_of_c, columns_of_c, depth, thread);
    }
}

fn make_tile(first_row: u32, first_column: u32, rows_of_c: u32, columns_of_c: u32, depth: u32, thread: u32) {
    multiply(first_row, first_column, depth, thread);
    for (var i = 0u; i < EACH; i++) {
        for (var j = 0u; j < EACH; j++) {
            let row = first_row + tile_row(thread, i);
            let column = first_column + tile_column(thread, j);
            if row < rows_of_c && column < columns_of_c {
                finish(row, column, sums[i * EACH + j]);
            }
        }
    }
}

fn multiply(first_row: u32, first_column: u32, depth: u32, thread: u32) {
    if EACH == 2u {
        multiply_2(first_row, first_column, depth, thread);
    } else if EACH == 4u {
        multiply_4(first_row, first_column, depth, thread);
    } else {
        multiply_8(first_row, first_column, depth, thread);
    }
}

// The next piece of both matrices into the workgroup's memory.
fn load_tiles(first_row: u32, first_column: u32, first: u32, thread: u32) {
    workgroupBarrier();
    for (var at = thread; at < TILE_DEPTH * TILE_ROWS; at += THREADS) {
        let k = select(at / TILE_ROWS, at % TILE_DEPTH, LEFT_ALONG_DEPTH);
        let row = select(at % TILE_ROWS, at / TILE_DEPTH, LEFT_ALONG_DEPTH);
        left_tile[k * TILE_ROWS + row] = left(first_row + row, first + k);
    }
    for (var at = thread; at < TILE_DEPTH * TILE_COLUMNS; at += THREADS) {
        let k = select(at / TILE_COLUMNS, at % TILE_DEPTH, RIGHT_ALONG_DEPTH);
        let column = select(at % TILE_COLUMNS, at / TILE_DEPTH, RIGHT_ALONG_DEPTH);
        right_tile[k * TILE_COLUMNS + column] = right(first + k, first_column + column);
    }
    workgroupBarrier();
}

fn multiply_2(first_row: u32, first_column: u32, depth: u32, thread: u32) {
    let row = tile_row(thread, 0u);
    let column = tile_column(thread, 0u);
    let stride = TILE_COLUMNS / 2u;
    var c = vec4<f32>();
    for (var first = 0u; first < depth; first += TILE_DEPTH) {
        load_tiles(first_row, first_column, first, thread);
        for (var k = 0u; k < TILE_DEPTH; k++) {
            let a = k * TILE_ROWS + row;
            let b = k * TILE_COLUMNS + column;
            c += vec2<f32>(left_tile[a], left_tile[a + 1u]).xxyy * vec2<f32>(right_tile[b], right_tile[b + stride]).xyxy;
        }
    }
    for (var at = 0u; at < 4u; at++) {
        sums[at] = c[at];
    }
}

// Four numbers of a row of B, a thread's columns from `column` on.
fn four_columns(k: u32, column: u32) -> vec4<f32> {
    let b = k * TILE_COLUMNS + column;
    let stride = TILE_COLUMNS / EACH;
    return vec4<f32>(right_tile[b], right_tile[b + stride], right_tile[b + 2u * stride], right_tile[b + 3u * stride]);
}

fn keep_four(at: u32, c: vec4<f32>) {
    sums[at] = c.x;
    sums[at + 1u] = c.y;
    sums[at + 2u] = c.z;
    sums[at + 3u] = c.w;
}

fn multiply_4(first_row: u32, first_column: u32, depth: u32, thread: u32) {
    let row = tile_row(thread, 0u);
    let column = tile_column(thread, 0u);
    var c0 = vec4<f32>();
    var c1 = vec4<f32>();
    var c2 = vec4<f32>();
    var c3 = vec4<f32>();
    for (var first = 0u; first < depth; first += TILE_DEPTH) {
        load_tiles(first_row, first_column, first, thread);
        for (var k = 0u; k < TILE_DEPTH; k++) {
            let a = k * TILE_ROWS + row;
            let b = four_columns(k, column);
            c0 += left_tile[a] * b;
            c1 += left_tile[a + 1u] * b;
            c2 += left_tile[a + 2u] * b;
            c3 += left_tile[a + 3u] * b;
        }
    }
    keep_four(0u, c0);
    keep_four(4u, c1);
    keep_four(8u, c2);
    keep_four(12u, c3);
}

fn multiply_8(first_row: u32, first_column: u32, depth: u32, thread: u32) {
    let row = tile_row(thread, 0u);
    let column = tile_column(thread, 0u);
    var c0a = vec4<f32>();
    var c0b = vec4<f32>();
    var c1a = vec4<f32>();
    var c1b = vec4<f32>();
    var c2a = vec4<f32>();
    var c2b = vec4<f32>();
    var c3a = vec4<f32>();
    var c3b = vec4<f32>();
    var c4a = vec4<f32>();
    var c4b = vec4<f32>();
    var c5a = vec4<f32>();
    var c5b = vec4<f32>();
    var c6a = vec4<f32>();
    var c6b = vec4<f32>();
    var c7a = vec4<f32>();
    var c7b = vec4<f32>();
    for (var first = 0u; first < depth; first += TILE_DEPTH) {
        load_tiles(first_row, first_column, first, thread);
        for (var k = 0u; k < TILE_DEPTH; k++) {
            let a = k * TILE_ROWS + row;
            let b = four_columns(k, column);
            let d = four_columns(k, column + TILE_COLUMNS / 2u);
            c0a += left_tile[a] * b;
            c0b += left_tile[a] * d;
            c1a += left_tile[a + 1u] * b;
            c1b += left_tile[a + 1u] * d;
            c2a += left_tile[a + 2u] * b;
            c2b += left_tile[a + 2u] * d;
            c3a += left_tile[a + 3u] * b;
            c3b += left_tile[a + 3u] * d;
            c4a += left_tile[a + 4u] * b;
            c4b += left_tile[a + 4u] * d;
            c5a += left_tile[a + 5u] * b;
            c5b += left_tile[a + 5u] * d;
            c6a += left_tile[a + 6u] * b;
            c6b += left_tile[a + 6u] * d;
            c7a += left_tile[a + 7u] * b;
            c7b += left_tile[a + 7u] * d;
        }
    }
    keep_four(0u, c0a);
    keep_four(4u, c0b);
    keep_four(8u, c1a);
    keep_four(12u, c1b);
    keep_four(16u, c2a);
    keep_four(20u, c2b);
    keep_four(24u, c3a);
    keep_four(28u, c3b);
    keep_four(32u, c4a);
    keep_four(36u, c4b);
    keep_four(40u, c5a);
    keep_four(44u, c5b);
    keep_four(48u, c6a);
    keep_four(52u, c6b);
    keep_four(56u, c7a);
    keep_four(60u, c7b);
}
