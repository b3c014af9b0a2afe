// What every kernel sees: one bind group for all, and two numbers a dispatch.
//
// The arena holds values, their derivatives and notes, one behind the other; a record of the table says where. Parameters,
// their gradient and what the optimizer remembers of them stand at the same places of a buffer each. Offsets count numbers,
// not bytes.

struct Dispatch {
    // Where this dispatch's record begins in the table.
    record: u32,
    // Which of the steps it belongs to.
    step: u32,
}

struct Step {
    // Position in the epoch of the batch's first example.
    first: u32,
    // Examples of the batch.
    rows: u32,
    // The step's number in the life of the network: random numbers depend on it.
    number: u32,
    // Its number in the epoch.
    index: u32,
    // What the optimizer's formula needs in this step.
    coefficients: array<f32, 8>,
}

var<immediate> dispatch: Dispatch;

// Records: what a dispatch needs to know, in the order that each kernel's header gives.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> steps: array<Step>;
// Rows of the data set in the order of the epoch.
@group(0) @binding(2) var<storage, read> order: array<u32>;
// The data set's features, row-major.
@group(0) @binding(3) var<storage, read> inputs: array<DataNumber>;
// Its targets, and behind those of each row its weight.
@group(0) @binding(4) var<storage, read> targets: array<f32>;
@group(0) @binding(5) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(7) var<storage, read_write> first_slot: array<f32>;
@group(0) @binding(8) var<storage, read_write> second_slot: array<f32>;
@group(0) @binding(9) var<storage, read_write> third_slot: array<f32>;
@group(0) @binding(10) var<storage, read_write> arena: array<f32>;
// Losses, penalties and outputs of a round.
@group(0) @binding(11) var<storage, read_write> results: array<f32>;

// In a record: there is no such thing.
const NONE: u32 = 0xffffffffu;

// Four numbers side by side, from the first on.
const FOUR: vec4<u32> = vec4<u32>(0u, 1u, 2u, 3u);

// By its bits: comparisons of a NaN with itself are not what they are on a processor.
fn is_nan(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

const LOWEST: f32 = -3.4028234e38;

// A NaN is greater than any number, also for a compiler that takes there to be none.
fn greater(one: f32, other: f32) -> f32 {
    return select(one, other, is_nan(other) || (!is_nan(one) && other > one));
}

fn word(at: u32) -> u32 {
    return table[dispatch.record + at];
}

fn number(at: u32) -> f32 {
    return bitcast<f32>(word(at));
}

fn batch_rows() -> u32 {
    return steps[dispatch.step].rows;
}

fn read_four(at: vec4<u32>) -> vec4<f32> {
    return vec4<f32>(arena[at.x], arena[at.y], arena[at.z], arena[at.w]);
}

fn read_four_parameters(at: vec4<u32>) -> vec4<f32> {
    return vec4<f32>(parameters[at.x], parameters[at.y], parameters[at.z], parameters[at.w]);
}

// Four of a layer's inputs, where x is their place in the arena or NONE for the data set.
fn read_four_inputs(x: u32, at: vec4<u32>) -> vec4<f32> {
    if x == NONE {
        return vec4<f32>(vec4<DataNumber>(inputs[at.x], inputs[at.y], inputs[at.z], inputs[at.w]));
    }
    return read_four(at);
}

// The row of the data set that is this row of the batch.
fn example(row: u32) -> u32 {
    return order[steps[dispatch.step].first + row];
}
