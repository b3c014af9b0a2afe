// The loss of each example and its derivative by the values that the loss looks at.
//
// CPU twin: `src/engine/cpu/loss.rs`, `mean`, which also takes the mean over the examples: here the host does.
// Shapes: values rows x width; one loss an example.
// Workgroups: one an example.
// Record: that of common/loss.wgsl.
// Uses: bindings, elementary, reduction, loss.

fn run(group: u32, groups: u32, lane: u32) {
    for (var row = group; row < batch_rows(); row += groups) {
        loss_of_row(0u, row, lane);
    }
}
