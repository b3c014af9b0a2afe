// What every kernel can access: one bind group for all, and two numbers per dispatch.
//
// The arena contains values, their derivatives and scratch values, one after the other; the record of a dispatch has the
// offsets. Parameters, their gradient and each slot of the optimizer's state have the same layout in buffers of their own.
// Offsets count numbers, not bytes.

struct Dispatch {
    // Offset of this dispatch's record in the table.
    record: u32,
    // Index of its step.
    step: u32,
}

struct Step {
    // Position in the epoch of the batch's first example.
    first: u32,
    // Examples of the batch.
    rows: u32,
    // The number of the step since the network was made: random numbers depend on it.
    number: u32,
    // The number of the step in this round.
    index: u32,
    // Coefficients of the optimizer's formula in this step.
    coefficients: array<f32, 8>,
}

var<immediate> dispatch: Dispatch;

// Records: `src/engine/gpu/records` declares them and generates the functions that read the record of this dispatch.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> steps: array<Step>;
// Rows of the data set in the order of the epoch.
@group(0) @binding(2) var<storage, read> order: array<u32>;
// The data set's features, row-major.
@group(0) @binding(3) var<storage, read> inputs: array<DataNumber>;
// Its targets, followed by the weight of each row.
@group(0) @binding(4) var<storage, read> targets: array<f32>;
@group(0) @binding(5) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(6) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(7) var<storage, read_write> first_slot: array<f32>;
@group(0) @binding(8) var<storage, read_write> second_slot: array<f32>;
@group(0) @binding(9) var<storage, read_write> third_slot: array<f32>;
@group(0) @binding(10) var<storage, read_write> arena: array<f32>;
// Losses, penalties and outputs of a round.
@group(0) @binding(11) var<storage, read_write> results: array<f32>;

// The offset of something that does not exist, in a record.
const NONE: u32 = 0xffffffffu;

// Four adjacent offsets.
const FOUR: vec4<u32> = vec4<u32>(0u, 1u, 2u, 3u);

// By its bits: GPU compilers may assume that no number is NaN.
fn is_nan(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

const LOWEST: f32 = -3.4028234e38;

// A NaN is greater than any number, also for a compiler that assumes that there is none.
fn greater(one: f32, other: f32) -> f32 {
    return select(one, other, is_nan(other) || (!is_nan(one) && other > one));
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

// Four inputs of a layer, where x is their offset in the arena or NONE for the data set.
fn read_four_inputs(x: u32, at: vec4<u32>) -> vec4<f32> {
    if x == NONE {
        return vec4<f32>(vec4<DataNumber>(inputs[at.x], inputs[at.y], inputs[at.z], inputs[at.w]));
    }
    return read_four(at);
}

// The row of the data set for this row of the batch.
fn example(row: u32) -> u32 {
    return order[steps[dispatch.step].first + row];
}
