// The entry point of a kernel. It calls `run(group, groups, thread)` with the number of the workgroup, the number of
// workgroups, and the number of the thread in its workgroup.

override THREADS: u32 = 64u;

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    run(workgroup.y * workgroups.x + workgroup.x, workgroups.x * workgroups.y, thread);
}
