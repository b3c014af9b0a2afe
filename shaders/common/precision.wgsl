// In what the data set lies and tiles of products are kept: f32, so that nothing is lost.

alias DataNumber = f32;
alias TileNumber = f32;

// What derivatives are multiplied by on their way into a tile, and sums divided by behind it.
fn derivative_scale() -> f32 {
    return 1.0;
}
