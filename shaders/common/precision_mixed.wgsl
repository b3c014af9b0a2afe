// In what the data set lies and tiles of products are kept: f16, of 11 binary digits. Sums stay in f32, and so does all that
// lies in the arena.

alias DataNumber = f16;
alias TileNumber = f16;

// What derivatives are multiplied by on their way into a tile, and sums divided by behind it: the loss is a mean over the
// batch and so many outputs, with which derivatives get smaller, and below 6e-8 f16 has none.
fn derivative_scale(mean_over: u32) -> f32 {
    return f32(batch_rows() * mean_over);
}
