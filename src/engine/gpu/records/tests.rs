//! The words of every record against its functions in WGSL.

use super::super::kernel::Kernel;

/// The offset in a record, and the words of an item, that each generated function reads.
fn offsets(text: &str) -> Vec<(String, usize, Option<usize>)> {
    let functions = text.split("fn ").skip(1).map(|function| {
        let (name, rest) = function.split_once('(').unwrap();
        let index = rest.split_once("table[dispatch.record + ").unwrap().1.split_once(']').unwrap().0;
        let mut numbers = index.split(" + item * ").map(|number| number.strip_suffix('u').unwrap().parse().unwrap());
        (name.to_string(), numbers.next().unwrap(), numbers.next())
    });
    functions.collect()
}

#[test]
fn accessors_read_the_words_that_records_write() {
    for kernel in Kernel::ALL {
        let (table, words) = kernel.sample();
        let mut read = vec![];
        let all = offsets(&kernel.accessors());
        for (name, offset, item) in &all {
            let items = item.map_or(1, |_| 3);
            read.extend((0..items).map(|at| (name.clone(), table[offset + at * item.unwrap_or(0)])));
        }
        // Lists are read field by field, and declared item by item.
        let sorted = |mut words: Vec<(String, u32)>| {
            words.sort();
            words
        };
        assert_eq!(words.len(), table.len(), "{}", kernel.name());
        assert_eq!(sorted(read), sorted(words), "{}", kernel.name());
    }
}

#[test]
fn shaders_read_records_by_name_alone() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
    for folder in [folder.clone(), folder.join("common")] {
        let files = std::fs::read_dir(&folder).unwrap().flatten().filter(|entry| entry.path().is_file());
        for path in files.map(|entry| entry.path()) {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let by_position = code.filter(|line| line.contains("table[") || line.contains("dispatch.record"));
            assert_eq!(by_position.collect::<Vec<_>>(), [""; 0], "{}", path.display());
        }
    }
}
