// The sum or the greatest of one number from each lane of a workgroup. All lanes must call these functions.

var<workgroup> lane_numbers: array<f32, THREADS>;

fn sum_over_lanes(lane: u32, value: f32) -> f32 {
    lane_numbers[lane] = value;
    workgroupBarrier();
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        if lane < half {
            lane_numbers[lane] += lane_numbers[lane + half];
        }
        workgroupBarrier();
    }
    let sum = lane_numbers[0];
    workgroupBarrier();
    return sum;
}

// NaN where a lane has one.
fn greatest_over_lanes(lane: u32, value: f32) -> f32 {
    lane_numbers[lane] = value;
    workgroupBarrier();
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        if lane < half {
            let other = lane_numbers[lane + half];
            let own = lane_numbers[lane];
            lane_numbers[lane] = greater(other, own);
        }
        workgroupBarrier();
    }
    let greatest = lane_numbers[0];
    workgroupBarrier();
    return greatest;
}
