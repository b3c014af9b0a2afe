// The precision of the data set and of the tiles of products: f32.

alias DataNumber = f32;
alias TileNumber = f32;

// The factor by which derivatives are multiplied when they enter a tile, and by which the sums are divided. The loss of an
// example is a mean over `mean_over` outputs.
fn derivative_scale(mean_over: u32) -> f32 {
    return 1.0;
}
