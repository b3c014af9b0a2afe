// The precision of the data set and of the tiles of products: f16, which has 11 binary digits. Sums and the whole arena are
// in f32.

alias DataNumber = f16;
alias TileNumber = f16;

// The factor by which derivatives are multiplied when they enter a tile, and by which the sums are divided: the loss is a
// mean over the batch and `mean_over` outputs, which makes derivatives small, and f16 has no numbers below 6e-8.
fn derivative_scale(mean_over: u32) -> f32 {
    return f32(batch_rows() * mean_over);
}
