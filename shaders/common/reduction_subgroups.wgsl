// As reduction.wgsl, with two barriers instead of one per halving: each subgroup reduces its own numbers, then each lane
// combines the results.

var<workgroup> lane_numbers: array<f32, THREADS>;

// Writes the result of each subgroup to `lane_numbers`.
fn share_among_subgroups(value: f32) {
    if subgroup_lane == 0u {
        lane_numbers[subgroup] = value;
    }
    workgroupBarrier();
}

fn sum_over_lanes(lane: u32, value: f32) -> f32 {
    share_among_subgroups(subgroupAdd(value));
    var sum = 0.0;
    for (var at = 0u; at < subgroups; at++) {
        sum += lane_numbers[at];
    }
    workgroupBarrier();
    return sum;
}

// NaN where a lane has one: the sum of the subgroup.
fn greatest_over_lanes(lane: u32, value: f32) -> f32 {
    let sum = subgroupAdd(value);
    let greatest_here = subgroupMax(value);
    share_among_subgroups(select(greatest_here, sum, subgroupAny(is_nan(value))));
    var greatest = lane_numbers[0];
    for (var at = 1u; at < subgroups; at++) {
        let other = lane_numbers[at];
        greatest = greater(greatest, other);
    }
    workgroupBarrier();
    return greatest;
}
