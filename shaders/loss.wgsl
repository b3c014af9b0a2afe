// The loss of each example and its derivative by the values that the loss looks at.
//
// CPU twin: `src/engine/cpu/loss.rs`, `mean`, which also takes the mean over the examples: here the host does.
// Shapes: values rows x width; one loss an example.
// Workgroups: one an example.
// Record: that of common/loss.wgsl.
// Uses: bindings, elementary, reduction, loss.

@compute @workgroup_size(LANES)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    for (var row = workgroup.x; row < batch_rows(); row += workgroups.x) {
        loss_of_row(0u, row, lane);
    }
}
