// The backward pass through the dropout and the activation that produced a dense layer's input, for one number. The record
// of the kernel has a `Producer`.

fn backward(at: u32, derivative: f32) {
    var d = derivative;
    arena[record_producer_delta() + at] = d;
    if record_producer_mask() != NONE {
        d *= arena[record_producer_mask() + at];
        arena[record_producer_dropout_delta() + at] = d;
    }
    let kind = record_producer_activation_kind();
    if kind != 0u {
        let z = arena[record_producer_activation_input() + at];
        let a = arena[record_producer_activation_output() + at];
        d *= activation_slope(kind, record_producer_activation_parameter(), z, a);
        arena[record_producer_activation_delta() + at] = d;
    }
}
