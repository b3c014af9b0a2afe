// The loss of each example and its derivative by the values that the loss observes.
//
// CPU twin: `src/engine/cpu/loss.rs`, `mean`, which also takes the mean over the examples; here the host does.
// Shapes: values rows x width; one loss per example.
// Workgroups: one per example.
// Record: `Loss` of `src/engine/gpu/records/loss.rs`.
// Uses: bindings, elementary, reduction, loss.

fn run(group: u32, groups: u32, lane: u32) {
    for (var row = group; row < batch_rows(); row += groups) {
        loss_of_row(row, lane);
    }
}
