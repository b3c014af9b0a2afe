// In what the data set lies and tiles of products are kept: f32, so that nothing is lost.

alias DataNumber = f32;
alias TileNumber = f32;

// What derivatives are multiplied by on their way into a tile, and sums divided by behind it. The loss of an example is a
// mean over so many outputs.
fn derivative_scale(mean_over: u32) -> f32 {
    return 1.0;
}
