//! What is left of a container's memory: `/proc/meminfo` tells of the whole machine, the control group of the limit.

use std::fs;
use std::path::Path;

/// The files of a control group, in version 2 and in version 1: its limit, what is used, and the name under which the
/// third counts the files that the system forgets when it needs the memory.
const FILES: [[&str; 4]; 2] = [
    ["memory.max", "memory.current", "memory.stat", "inactive_file"],
    ["memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat", "total_inactive_file"],
];

/// Megabytes until this container's limit; none where there is no limit.
pub fn available_memory() -> Option<u64> {
    available_in(Path::new("/sys/fs/cgroup"))
}

fn available_in(folder: &Path) -> Option<u64> {
    let number = |name: &str| fs::read_to_string(folder.join(name)).ok()?.trim().parse::<u64>().ok();
    FILES.iter().find_map(|[limit, used, stat, forgettable]| {
        let stat = fs::read_to_string(folder.join(stat)).unwrap_or_default();
        let forgettable = stat.lines().find_map(|line| line.strip_prefix(forgettable)?.trim().parse::<u64>().ok());
        let used = number(used)?.saturating_sub(forgettable.unwrap_or(0));
        Some(number(limit)?.saturating_sub(used) / (1024 * 1024))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("gradus-cgroup-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for (file, content) in files {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        folder
    }

    #[test]
    fn what_is_left_is_the_limit_less_what_cannot_be_forgotten() {
        // 2 GiB, of which 1.5 GiB are used, 0.25 GiB of that by files: 0.75 GiB are left.
        let stat = "anon 1342177280\ninactive_file 268435456\nactive_file 7\n";
        let two = [("memory.max", "2147483648\n"), ("memory.current", "1610612736\n"), ("memory.stat", stat)];
        assert_eq!(available_in(&group("two", &two)), Some(768));
        let one = [
            ("memory/memory.limit_in_bytes", "2147483648\n"),
            ("memory/memory.usage_in_bytes", "1610612736\n"),
            ("memory/memory.stat", "inactive_file 5\ntotal_inactive_file 268435456\n"),
        ];
        assert_eq!(available_in(&group("one", &one)), Some(768));
    }

    #[test]
    fn no_limit_is_none_and_more_used_than_allowed_leaves_nothing() {
        let free = [("memory.max", "max\n"), ("memory.current", "1610612736\n")];
        assert_eq!(available_in(&group("free", &free)), None);
        assert_eq!(available_in(&group("none", &[])), None);
        let over = [("memory.max", "1000\n"), ("memory.current", "2000\n")];
        assert_eq!(available_in(&group("over", &over)), Some(0));
    }
}
