// A tile of common/tiles.wgsl in the registers of 256 threads: each computes EACH x EACH numbers of it, 4 x 4 or 8 x 8, from
// vectors of four. While a piece is multiplied the next one is loaded. Where the tile has fewer numbers than the threads
// could compute, SHARES threads share each sum: one takes every SHARES-th k.
//
// A piece of A or B has 2048 numbers: two vectors per thread. C leaves through the workgroup's memory, so that adjacent
// threads finish adjacent numbers.

override EACH: u32 = 4u;
override SHARES: u32 = 1u;

var<workgroup> left_tile: array<vec4<TileNumber>, LEFT_LENGTH>;
var<workgroup> right_tile: array<vec4<TileNumber>, RIGHT_LENGTH>;
var<workgroup> shared_sums: array<vec4<f32>, 512>;

// A thread's numbers of C: the vectors of its rows, two of each row where EACH is 8.
var<private> sums: array<vec4<f32>, 16>;

// A thread's vectors of the piece that is being loaded, and their lines.
var<private> next_left: vec4<f32>;
var<private> next_right: vec4<f32>;
var<private> further_left: vec4<f32>;
var<private> further_right: vec4<f32>;
var<private> next_left_lines: vec4<u32>;
var<private> next_right_lines: vec4<u32>;
var<private> further_left_lines: vec4<u32>;
var<private> further_right_lines: vec4<u32>;

fn find_lines(first_row: u32, first_column: u32, thread: u32) {
    next_left_lines = left_lines(thread, first_row);
    next_right_lines = right_lines(thread, first_column);
    further_left_lines = left_lines(thread + THREADS, first_row);
    further_right_lines = right_lines(thread + THREADS, first_column);
}

fn fetch(first_row: u32, first_column: u32, first: u32, thread: u32) {
    next_left = left_raw(thread, next_left_lines, first_row, first);
    next_right = right_raw(thread, next_right_lines, first_column, first);
    further_left = left_raw(thread + THREADS, further_left_lines, first_row, first);
    further_right = right_raw(thread + THREADS, further_right_lines, first_column, first);
}

fn keep_left(at: u32, raw: vec4<f32>, first_row: u32, first: u32) {
    let place = left_place(at);
    left_tile[place.x * LEFT_STRIDE + place.y] = left_vector(at, raw, first_row, first);
}

fn keep_right(at: u32, raw: vec4<f32>, first: u32) {
    let place = right_place(at);
    right_tile[place.x * RIGHT_STRIDE + place.y] = right_vector(at, raw, first);
}

// Writes the loaded piece, which begins at `first`, to the workgroup's memory and starts loading the next one.
fn take_turns(first_row: u32, first_column: u32, first: u32, thread: u32) {
    workgroupBarrier();
    keep_left(thread, next_left, first_row, first);
    keep_right(thread, next_right, first);
    keep_left(thread + THREADS, further_left, first_row, first);
    keep_right(thread + THREADS, further_right, first);
    workgroupBarrier();
    if first + TILE_DEPTH < depth {
        fetch(first_row, first_column, first + TILE_DEPTH, thread);
    }
}

fn make_tile(first_row: u32, first_column: u32, thread: u32) {
    let share = thread / (THREADS / SHARES);
    let inside = thread % (THREADS / SHARES);
    // The thread's first four rows and columns.
    let row = inside / (TILE_COLUMNS / EACH);
    let column = inside % (TILE_COLUMNS / EACH);
    find_lines(first_row, first_column, thread);
    fetch(first_row, first_column, begin, thread);
    if EACH == 4u {
        multiply_4(first_row, first_column, thread, share, row, column);
    } else {
        multiply_8(first_row, first_column, thread, row, column);
    }
    // A tile with shared sums fits in one turn; others take a row of each thread at a time.
    let turns = select(1u, EACH, SHARES == 1u);
    for (var turn = 0u; turn < turns; turn++) {
        workgroupBarrier();
        if share == 0u {
            for (var i = turn; i < EACH; i += turns) {
                let line = select(row, 4u * row + i, turns == 1u) * (TILE_COLUMNS / 4u) + column;
                for (var half = 0u; half < EACH / 4u; half++) {
                    shared_sums[line + half * (TILE_COLUMNS / 8u)] = sums[i * (EACH / 4u) + half];
                }
            }
        }
        workgroupBarrier();
        for (var at = thread; at < TILE_ROWS * TILE_COLUMNS / turns; at += THREADS) {
            let line = at / TILE_COLUMNS;
            // Where EACH is 8 a thread's last four rows are in the other half of the tile.
            let turned = 4u * line + turn % 4u + turn / 4u * (TILE_ROWS / 2u);
            let row_of_c = first_row + select(turned, line, turns == 1u);
            let column_of_c = first_column + at % TILE_COLUMNS;
            if row_of_c < c_rows && column_of_c < c_columns {
                take_sum(row_of_c, column_of_c, shared_sums[at / 4u][at % 4u]);
            }
        }
    }
}

fn multiply_4(first_row: u32, first_column: u32, thread: u32, share: u32, row: u32, column: u32) {
    var c0 = vec4<f32>();
    var c1 = vec4<f32>();
    var c2 = vec4<f32>();
    var c3 = vec4<f32>();
    for (var first = begin; first < depth; first += TILE_DEPTH) {
        take_turns(first_row, first_column, first, thread);
        for (var k = share; k < TILE_DEPTH; k += SHARES) {
            let a = vec4<f32>(left_tile[k * LEFT_STRIDE + row]);
            let b = vec4<f32>(right_tile[k * RIGHT_STRIDE + column]);
            c0 += a.x * b;
            c1 += a.y * b;
            c2 += a.z * b;
            c3 += a.w * b;
        }
    }
    // The upper half of the threads that share a sum hands over to the lower one, until one thread has it all.
    let at = 4u * (thread % (THREADS / SHARES));
    let each = 4u * (THREADS / SHARES);
    for (var half = SHARES / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if share >= half && share < 2u * half {
            let place = (share - half) * each + at;
            shared_sums[place] = c0;
            shared_sums[place + 1u] = c1;
            shared_sums[place + 2u] = c2;
            shared_sums[place + 3u] = c3;
        }
        workgroupBarrier();
        if share < half {
            let place = share * each + at;
            c0 += shared_sums[place];
            c1 += shared_sums[place + 1u];
            c2 += shared_sums[place + 2u];
            c3 += shared_sums[place + 3u];
        }
    }
    sums[0] = c0;
    sums[1] = c1;
    sums[2] = c2;
    sums[3] = c3;
}

fn multiply_8(first_row: u32, first_column: u32, thread: u32, row: u32, column: u32) {
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
        take_turns(first_row, first_column, first, thread);
        for (var k = 0u; k < TILE_DEPTH; k++) {
            let a = vec4<f32>(left_tile[k * LEFT_STRIDE + row]);
            let d = vec4<f32>(left_tile[k * LEFT_STRIDE + row + TILE_ROWS / 8u]);
            let b = vec4<f32>(right_tile[k * RIGHT_STRIDE + column]);
            let e = vec4<f32>(right_tile[k * RIGHT_STRIDE + column + TILE_COLUMNS / 8u]);
            c0a += a.x * b;
            c0b += a.x * e;
            c1a += a.y * b;
            c1b += a.y * e;
            c2a += a.z * b;
            c2b += a.z * e;
            c3a += a.w * b;
            c3b += a.w * e;
            c4a += d.x * b;
            c4b += d.x * e;
            c5a += d.y * b;
            c5b += d.y * e;
            c6a += d.z * b;
            c6b += d.z * e;
            c7a += d.w * b;
            c7b += d.w * e;
        }
    }
    sums = array<vec4<f32>, 16>(
        c0a, c0b, c1a, c1b, c2a, c2b, c3a, c3b, c4a, c4b, c5a, c5b, c6a, c6b, c7a, c7b,
    );
}
