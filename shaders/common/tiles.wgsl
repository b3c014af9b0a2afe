// A product of two matrices, C = A B, in tiles through the workgroup's memory. The kernel says with `left(row, k)` and
// `right(k, column)` what the matrices hold (0 beyond their edges), and takes each number of C in `finish(row, column, sum)`.
//
// A workgroup makes TILE_ROWS x TILE_COLUMNS numbers of C with TILE_DEPTH numbers of k in its memory at a time, as
// `TileNumber`: f32, or f16 in mixed precision. Threads walk along that index of a matrix in which its memory runs:
// `LEFT_ALONG_DEPTH` says that it is k for A, `RIGHT_ALONG_DEPTH` the same for B.

override TILE_ROWS: u32 = 16u;
override TILE_COLUMNS: u32 = 16u;
override TILE_DEPTH: u32 = 32u;
override LEFT_ALONG_DEPTH: bool = true;
override RIGHT_ALONG_DEPTH: bool = false;
// In the workgroup's memory: from one k to the next, and all of it; naga cannot multiply overrides in every order. The
// strides are wider than the tile where else threads that write side by side would come to the same bank of that memory.
override LEFT_STRIDE: u32 = 16u;
override RIGHT_STRIDE: u32 = 16u;
override LEFT_LENGTH: u32 = 512u;
override RIGHT_LENGTH: u32 = 512u;

// The tiles of a C of rows x columns, column by column, then row by row, each by one workgroup.
fn make_tiles(rows_of_c: u32, columns_of_c: u32, depth: u32, first: u32, groups: u32, thread: u32) {
    let across = (columns_of_c + TILE_COLUMNS - 1u) / TILE_COLUMNS;
    let tiles = across * ((rows_of_c + TILE_ROWS - 1u) / TILE_ROWS);
    for (var tile = first; tile < tiles; tile += groups) {
        make_tile(tile / across * TILE_ROWS, tile % across * TILE_COLUMNS, rows_of_c, columns_of_c, depth, thread);
    }
}
