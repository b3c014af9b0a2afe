// As entry.wgsl, for a device that has subgroups: threads that run in step and see each other's numbers.

override THREADS: u32 = 64u;

// The number of the thread's subgroup, how many there are, the thread's number in it, and how many threads it has.
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
