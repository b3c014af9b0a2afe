// A tile of a product of two matrices, C = A B, through the workgroup's memory. The kernel says with `left(row, k)` and
// `right(k, column)` what the matrices hold (0 beyond their edges), and takes the tile from `sums`.
//
// A workgroup makes TILE_ROWS x TILE_COLUMNS numbers of C; each thread ROWS_EACH x COLUMNS_EACH of them. TILE_DEPTH numbers
// of k are in the workgroup's memory at a time. Threads walk along that index of a matrix in which its memory runs:
// `LEFT_ALONG_DEPTH` says that it is k for A, `RIGHT_ALONG_DEPTH` the same for B.

override TILE_ROWS: u32 = 16u;
override TILE_COLUMNS: u32 = 16u;
override TILE_DEPTH: u32 = 32u;
override ROWS_EACH: u32 = 2u;
override COLUMNS_EACH: u32 = 2u;
override THREADS: u32 = 64u;
override LEFT_ALONG_DEPTH: bool = true;
override RIGHT_ALONG_DEPTH: bool = false;

var<workgroup> left_tile: array<f32, TILE_DEPTH * TILE_ROWS>;
var<workgroup> right_tile: array<f32, TILE_DEPTH * TILE_COLUMNS>;
// At most 8 x 8 numbers a thread.
var<private> sums: array<f32, 64>;

// The row of the tile in which a thread's number stands, and its column: threads side by side have columns side by side.
fn tile_row(thread: u32, each: u32) -> u32 {
    return thread / (TILE_COLUMNS / COLUMNS_EACH) * ROWS_EACH + each;
}

fn tile_column(thread: u32, each: u32) -> u32 {
    return thread % (TILE_COLUMNS / COLUMNS_EACH) + each * (TILE_COLUMNS / COLUMNS_EACH);
}

fn multiply(first_row: u32, first_column: u32, depth: u32, thread: u32) {
    for (var at = 0u; at < ROWS_EACH * COLUMNS_EACH; at++) {
        sums[at] = 0.0;
    }
    for (var first = 0u; first < depth; first += TILE_DEPTH) {
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
        for (var k = 0u; k < TILE_DEPTH; k++) {
            for (var i = 0u; i < ROWS_EACH; i++) {
                let a = left_tile[k * TILE_ROWS + tile_row(thread, i)];
                for (var j = 0u; j < COLUMNS_EACH; j++) {
                    sums[i * COLUMNS_EACH + j] += a * right_tile[k * TILE_COLUMNS + tile_column(thread, j)];
                }
            }
        }
        workgroupBarrier();
    }
}
