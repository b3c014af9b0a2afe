// Loads the pieces of common/tiles.wgsl into the workgroup's memory, number by number.

var<workgroup> left_tile: array<TileNumber, LEFT_LENGTH>;
var<workgroup> right_tile: array<TileNumber, RIGHT_LENGTH>;

// Loads the piece that begins at k = `first`.
fn load_tiles(first_row: u32, first_column: u32, first: u32, thread: u32) {
    workgroupBarrier();
    for (var at = thread; at < TILE_DEPTH * TILE_ROWS / 4u; at += THREADS) {
        let raw = left_raw(at, left_lines(at, first_row), first_row, first);
        let vector = left_vector(at, raw, first_row, first);
        let place = left_place(at).x * LEFT_STRIDE + 4u * left_place(at).y;
        left_tile[place] = vector.x;
        left_tile[place + 1u] = vector.y;
        left_tile[place + 2u] = vector.z;
        left_tile[place + 3u] = vector.w;
    }
    for (var at = thread; at < TILE_DEPTH * TILE_COLUMNS / 4u; at += THREADS) {
        let raw = right_raw(at, right_lines(at, first_column), first_column, first);
        let vector = right_vector(at, raw, first);
        let place = right_place(at).x * RIGHT_STRIDE + 4u * right_place(at).y;
        right_tile[place] = vector.x;
        right_tile[place + 1u] = vector.y;
        right_tile[place + 2u] = vector.z;
        right_tile[place + 3u] = vector.w;
    }
    workgroupBarrier();
}
