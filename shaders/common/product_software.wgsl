// A tile of common/tiles.wgsl in the registers of the threads, for a software device, whose few threads do best with much
// work each, and for one with little memory: each thread computes 8 x 8 numbers of it.

const EACH: u32 = 8u;

// A thread's numbers of C, row by row.
var<private> sums: array<f32, 64>;

// The row of the tile for a thread's number, and its column: adjacent threads have adjacent columns.
fn tile_row(thread: u32, each: u32) -> u32 {
    return thread / (TILE_COLUMNS / EACH) * EACH + each;
}

fn tile_column(thread: u32, each: u32) -> u32 {
    return thread % (TILE_COLUMNS / EACH) + each * (TILE_COLUMNS / EACH);
}

fn make_tile(first_row: u32, first_column: u32, thread: u32) {
    multiply(first_row, first_column, thread);
    for (var i = 0u; i < EACH; i++) {
        for (var j = 0u; j < EACH; j++) {
            let row = first_row + tile_row(thread, i);
            let column = first_column + tile_column(thread, j);
            if row < c_rows && column < c_columns {
                take_sum(row, column, sums[i * EACH + j]);
            }
        }
    }
}

// Four numbers of a row of B, a thread's columns from `column` on.
fn four_columns(k: u32, column: u32) -> vec4<f32> {
    let b = k * RIGHT_STRIDE + column;
    let stride = TILE_COLUMNS / EACH;
    let numbers = vec4<TileNumber>(
        right_tile[b],
        right_tile[b + stride],
        right_tile[b + 2u * stride],
        right_tile[b + 3u * stride],
    );
    return vec4<f32>(numbers);
}

fn keep_four(at: u32, c: vec4<f32>) {
    sums[at] = c.x;
    sums[at + 1u] = c.y;
    sums[at + 2u] = c.z;
    sums[at + 3u] = c.w;
}

fn multiply(first_row: u32, first_column: u32, thread: u32) {
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
    for (var first = begin; first < depth; first += TILE_DEPTH) {
        load_tiles(first_row, first_column, first, thread);
        for (var k = 0u; k < TILE_DEPTH; k++) {
            let a = k * LEFT_STRIDE + row;
            let b = four_columns(k, column);
            let d = four_columns(k, column + TILE_COLUMNS / 2u);
            c0a += f32(left_tile[a]) * b;
            c0b += f32(left_tile[a]) * d;
            c1a += f32(left_tile[a + 1u]) * b;
            c1b += f32(left_tile[a + 1u]) * d;
            c2a += f32(left_tile[a + 2u]) * b;
            c2b += f32(left_tile[a + 2u]) * d;
            c3a += f32(left_tile[a + 3u]) * b;
            c3b += f32(left_tile[a + 3u]) * d;
            c4a += f32(left_tile[a + 4u]) * b;
            c4b += f32(left_tile[a + 4u]) * d;
            c5a += f32(left_tile[a + 5u]) * b;
            c5b += f32(left_tile[a + 5u]) * d;
            c6a += f32(left_tile[a + 6u]) * b;
            c6b += f32(left_tile[a + 6u]) * d;
            c7a += f32(left_tile[a + 7u]) * b;
            c7b += f32(left_tile[a + 7u]) * d;
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
