// The pieces of common/tiles.wgsl, number by number.

var<workgroup> left_tile: array<TileNumber, LEFT_LENGTH>;
var<workgroup> right_tile: array<TileNumber, RIGHT_LENGTH>;

// The next piece of both matrices into the workgroup's memory.
fn load_tiles(first_row: u32, first_column: u32, first: u32, thread: u32) {
    workgroupBarrier();
    for (var at = thread; at < TILE_DEPTH * TILE_ROWS; at += THREADS) {
        let k = select(at / TILE_ROWS, at % TILE_DEPTH, LEFT_ALONG_DEPTH);
        let row = select(at % TILE_ROWS, at / TILE_DEPTH, LEFT_ALONG_DEPTH);
        left_tile[k * LEFT_STRIDE + row] = TileNumber(left(first_row + row, first + k));
    }
    for (var at = thread; at < TILE_DEPTH * TILE_COLUMNS; at += THREADS) {
        let k = select(at / TILE_COLUMNS, at % TILE_DEPTH, RIGHT_ALONG_DEPTH);
        let column = select(at % TILE_COLUMNS, at / TILE_DEPTH, RIGHT_ALONG_DEPTH);
        right_tile[k * RIGHT_STRIDE + column] = TileNumber(right(first + k, first_column + column));
    }
    workgroupBarrier();
}
