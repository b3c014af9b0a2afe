// As entry.wgsl, for a device with subgroups: threads that run in lockstep and can read each other's numbers.

override THREADS: u32 = 64u;

// The number of the thread's subgroup, the number of subgroups, the number of the thread in its subgroup, and the number of
// threads of that.
var<private> subgroup: u32;
var<private> subgroups: u32;
var<private> subgroup_lane: u32;
var<private> subgroup_lanes: u32;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
    @builtin(subgroup_id) number: u32,
    @builtin(num_subgroups) count: u32,
    @builtin(subgroup_invocation_id) lane: u32,
    @builtin(subgroup_size) lanes: u32,
) {
    subgroup = number;
    subgroups = count;
    subgroup_lane = lane;
    subgroup_lanes = lanes;
    run(workgroup.y * workgroups.x + workgroup.x, workgroups.x * workgroups.y, thread);
}
