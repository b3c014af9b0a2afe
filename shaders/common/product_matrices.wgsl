// A tile of common/tiles.wgsl by the device's matrix units: a subgroup multiplies matrices of SIDE x SIDE numbers at once, A
// and B in f16, C in f32. A subgroup computes a block of 2 x 2 such matrices; where there are fewer subgroups than blocks,
// each computes several. C leaves the units through the workgroup's memory, a matrix at a time.

// SIDE x SIDE for each subgroup.
override FINISHED_LENGTH: u32 = 256u;

const BLOCK: u32 = 2u * SIDE;

// A matrix of each subgroup, row by row.
var<workgroup> finished: array<f32, FINISHED_LENGTH>;

fn make_tile(first_row: u32, first_column: u32, thread: u32) {
    let across = TILE_COLUMNS / BLOCK;
    let blocks = across * (TILE_ROWS / BLOCK);
    for (var turn = 0u; turn < blocks; turn += subgroups) {
        // A subgroup without a block repeats another's and writes nothing: all must reach the same barriers.
        let block = min(turn + subgroup, blocks - 1u);
        let row = block / across * BLOCK;
        let column = block % across * BLOCK;
        var c00 = MatrixC();
        var c01 = MatrixC();
        var c10 = MatrixC();
        var c11 = MatrixC();
        for (var first = begin; first < depth; first += TILE_DEPTH) {
            load_tiles(first_row, first_column, first, thread);
            for (var k = 0u; k < TILE_DEPTH; k += SIDE) {
                let a = k * LEFT_STRIDE + row;
                let b = k * RIGHT_STRIDE + column;
                // The numbers of one k are adjacent in memory: the columns of A, the rows of B.
                let a0 = coopLoad<MatrixA>(&left_tile[a], LEFT_STRIDE);
                let a1 = coopLoad<MatrixA>(&left_tile[a + SIDE], LEFT_STRIDE);
                let b0 = coopLoadT<MatrixB>(&right_tile[b], RIGHT_STRIDE);
                let b1 = coopLoadT<MatrixB>(&right_tile[b + SIDE], RIGHT_STRIDE);
                c00 = coopMultiplyAdd(a0, b0, c00);
                c01 = coopMultiplyAdd(a0, b1, c01);
                c10 = coopMultiplyAdd(a1, b0, c10);
                c11 = coopMultiplyAdd(a1, b1, c11);
            }
        }
        let rows = select(0u, c_rows, turn + subgroup < blocks);
        finish_matrix(c00, first_row + row, first_column + column, rows);
        finish_matrix(c01, first_row + row, first_column + column + SIDE, rows);
        finish_matrix(c10, first_row + row + SIDE, first_column + column, rows);
        finish_matrix(c11, first_row + row + SIDE, first_column + column + SIDE, rows);
    }
}

fn finish_matrix(c: MatrixC, first_row: u32, first_column: u32, rows: u32) {
    let begin = subgroup * SIDE * SIDE;
    coopStoreT(c, &finished[begin], SIDE);
    workgroupBarrier();
    for (var at = subgroup_lane; at < SIDE * SIDE; at += subgroup_lanes) {
        let row = first_row + at / SIDE;
        let column = first_column + at % SIDE;
        if row < rows && column < c_columns {
            take_sum(row, column, finished[begin + at]);
        }
    }
    workgroupBarrier();
}
