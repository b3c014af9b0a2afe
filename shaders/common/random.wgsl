// Philox 2x32 with 10 rounds: the words of `src/engine/random.rs`, bit for bit. The key depends on the seed and the
// operation; the first counter is the position of the number, the second one the number of the step.

const MULTIPLIER: u32 = 0xd256d193u;

// The upper 32 bits of a product.
fn product_high(a: u32, b: u32) -> u32 {
    let low = (a & 0xffffu) * (b & 0xffffu);
    let first = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
    let second = (a & 0xffffu) * (b >> 16u) + (first & 0xffffu);
    return (a >> 16u) * (b >> 16u) + (first >> 16u) + (second >> 16u);
}

fn random_words(key: u32, place: u32) -> vec2<u32> {
    var words = vec2<u32>(place, steps[dispatch.step].number);
    var round_key = key;
    for (var round = 0u; round < 10u; round++) {
        words = vec2<u32>(product_high(words.x, MULTIPLIER) ^ round_key ^ words.y, words.x * MULTIPLIER);
        round_key += 0x9e3779b9u;
    }
    return words;
}

// Uniform from 0 (included) to 1 (excluded).
fn random_uniform(key: u32, place: u32) -> f32 {
    return f32(random_words(key, place).x >> 8u) / 16777216.0;
}

// Normal, by Box and Muller.
fn random_normal(key: u32, place: u32) -> f32 {
    let words = random_words(key, place);
    let first = (f32(words.x) + 0.5) / 4294967296.0;
    let second = (f32(words.y) + 0.5) / 4294967296.0;
    // Near 1, ln(first) is computed from 1 - first, which keeps its digits.
    let missing = (f32(0xffffffffu - words.x) + 0.5) / 4294967296.0;
    var logarithm = log(first);
    if missing < 0.5 {
        logarithm = -ln_1_plus(missing / (1.0 - missing));
    }
    // cos(2 pi u) with an argument between -pi and pi, where drivers must be accurate.
    return sqrt(-2.0 * logarithm) * -cos(6.2831853072 * (second - 0.5));
}
