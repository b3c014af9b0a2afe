// The way back through what follows a dense layer, dropout and activation, for one number.
//
// Record from `base`: derivative by the last value; mask, derivative before the dropout (NONE without one); kind of the
// activation (0 without one), its parameter, z, a, derivative by z.

const WAY_BACK_WORDS: u32 = 8u;

fn way_back(base: u32, at: u32, derivative: f32) {
    var d = derivative;
    arena[word(base) + at] = d;
    if word(base + 1u) != NONE {
        d *= arena[word(base + 1u) + at];
        arena[word(base + 2u) + at] = d;
    }
    let kind = word(base + 3u);
    if kind != 0u {
        d *= activation_slope(kind, number(base + 4u), arena[word(base + 5u) + at], arena[word(base + 6u) + at]);
        arena[word(base + 7u) + at] = d;
    }
}
